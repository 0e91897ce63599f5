//! Programs as users write them, run against the sandbox.

#![allow(clippy::expect_used, missing_docs)]

use lavka::insales_products::{Client, Credentials};
use lavka_sandbox::{Sandbox, credentials};

#[allow(dead_code, unused_attributes)]
#[path = "../../../generated/examples/insales_prices.rs"]
mod program;

#[tokio::test]
async fn every_price_of_the_shop_is_raised() {
    let sandbox = Sandbox::builder()
        .api("insales_products")
        .start_blocking()
        .expect("a sandbox");
    let shop = Client::builder()
        .base_url(sandbox.url("insales_products"))
        .credentials(Credentials::basic(
            credentials::LOGIN,
            credentials::PASSWORD,
        ))
        .build()
        .expect("a client");
    let before = shop.list_products().await.expect("the products");
    let _ = sandbox.take_requests();

    program::raise_prices(&shop, "1.05".parse().expect("a number"))
        .await
        .expect("all prices are raised");

    let updates: Vec<_> = sandbox
        .take_requests()
        .into_iter()
        .filter(|request| request.method == "PUT")
        .collect();
    assert_eq!(updates.len(), before.len());
    for (product, update) in before.iter().zip(&updates) {
        let path = format!("/admin/products/{}.xml", product.id);
        assert_eq!(update.path_and_query, path);
        let body = String::from_utf8_lossy(&update.body);
        let document = roxmltree::Document::parse(&body).expect("XML");
        let text = |node: roxmltree::Node<'_, '_>, name: &str| {
            node.children()
                .find(|child| child.has_tag_name(name))
                .and_then(|child| child.text())
                .expect("a text")
                .to_owned()
        };
        let sent: Vec<(String, String)> = document
            .descendants()
            .filter(|node| node.has_tag_name("variant"))
            .map(|variant| (text(variant, "id"), text(variant, "price")))
            .collect();
        let expected: Vec<(String, String)> = product
            .variants
            .iter()
            .map(|variant| {
                let price: lavka::Decimal = variant.price * lavka::Decimal::new(105, 2);
                (variant.id.to_string(), price.round_dp(2).to_string())
            })
            .collect();
        assert_eq!(sent, expected, "{body}");
        assert!(!expected.is_empty());
    }
}

#[tokio::test]
async fn a_task_is_waited_for_and_names_its_own_products() {
    use lavka::client::Wait;
    use lavka::digiseller::{self, PriceUpdate, ProductStatus, SetStatus};
    use lavka::digiseller_tasks::Task;

    let sandbox = Sandbox::builder()
        .api("digiseller")
        .start_blocking()
        .expect("a sandbox");
    let seller = digiseller::Client::builder()
        .base_url(sandbox.url("digiseller"))
        .credentials(digiseller::Credentials::token(credentials::TOKEN))
        .build()
        .expect("a client");
    let request = SetStatus::new(ProductStatus::Disabled, vec![17]);
    let id = seller.set_status(&request).await.expect("a task");
    let prices = [PriceUpdate::new(18, 5.into())];
    let reply = seller.set_prices(&prices).await.expect("a task");
    for (task, product) in [
        (Task::of_status(id, &request), 17),
        (Task::of_prices(reply, &prices), 18),
    ] {
        let outcome = seller
            .wait_for_task(&task, &Wait::default())
            .await
            .expect("an outcome");
        assert!(outcome.is_complete(), "{outcome:?}");
        assert_eq!(outcome.succeeded, [product]);
    }
}

/// Qnits knows an order again by its `external_id`: without one nothing protects from a second order.
#[tokio::test]
async fn an_order_without_an_external_id_is_never_sent_twice() {
    use lavka::Retry;
    use lavka::qnits::{self, Order, OrderProduct};
    use lavka_hostile::{Act, Server, reply};

    for (external_id, requests) in [("2643", 2), ("", 1), ("  ", 1)] {
        let busy = || Act::Send(reply("500 Internal Server Error", &[], ""));
        let server = Server::script(vec![busy(), busy(), busy()]);
        let shop = qnits::Client::builder()
            .base_url(server.url())
            .credentials(qnits::Credentials::new("the token", 1))
            .retry(Retry {
                attempts: 2,
                first_wait: std::time::Duration::from_millis(1),
                ..Retry::default()
            })
            .build()
            .expect("a client");
        let order = Order::new("A", "1", external_id, vec![OrderProduct::new(1, 1)]);
        let error = shop.create_order(&order).await.expect_err("no order");
        assert_eq!(server.seen().len(), requests, "{external_id:?}: {error}");
        assert_eq!(error.is_retryable(), requests > 1, "{external_id:?}");
    }
}
