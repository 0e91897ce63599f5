//! What takes more than one call: walking lists, waiting for tasks, changes in batches. By the typed clients, against
//! servers that say what the requests must be.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

use std::time::{Duration, Instant};

use lavka::client::Wait;
use lavka::digiseller::{self, PriceUpdate, ProductStatus, SetStatus, TaskStatus};
use lavka::digiseller_tasks::Task;
use lavka::insales_products::{self, ListProductsParams};
use lavka::{ErrorKind, Retry};
use lavka_hostile::{Act, Seen, Server, reply};

fn xml(body: &str) -> Act {
    Act::Send(reply(
        "200 OK",
        &[("Content-Type", "application/xml")],
        body,
    ))
}

fn json(body: impl AsRef<[u8]>) -> Act {
    Act::Send(reply(
        "200 OK",
        &[("Content-Type", "application/json")],
        body,
    ))
}

fn retry() -> Retry {
    Retry {
        attempts: 2,
        first_wait: Duration::from_millis(1),
        ..Retry::default()
    }
}

fn shop(server: &Server) -> insales_products::Client {
    insales_products::Client::builder()
        .base_url(server.url())
        .credentials(insales_products::Credentials::basic("key", "password"))
        .retry(retry())
        .call_timeout(Duration::from_secs(30))
        .build()
        .expect("a client")
}

fn seller(server: &Server) -> digiseller::Client {
    digiseller::Client::builder()
        .base_url(server.url())
        .credentials(digiseller::Credentials::token("token"))
        .retry(retry())
        .build()
        .expect("a client")
}

/// The sample's product with another id and another time of change.
fn product(id: i64, minute: i64) -> String {
    let sample = lavka_sandbox::samples("insales_products")
        .iter()
        .find(|sample| sample.operation == "get_product" && sample.status.is_none())
        .expect("a sample");
    let text = String::from_utf8(sample.bytes.to_vec()).expect("UTF-8");
    let at = text.find("<product>").expect("a product");
    text.get(at..)
        .expect("from the product on")
        .replacen(
            "<id type=\"integer\">41658</id>",
            &format!("<id type=\"integer\">{id}</id>"),
            1,
        )
        .replacen(
            "2010-07-14 13:40:01 +0400",
            &format!("2010-07-14 13:{minute:02}:01 +0400"),
            1,
        )
}

fn page(products: impl IntoIterator<Item = (i64, i64)>) -> Act {
    let products: String = products
        .into_iter()
        .map(|(id, minute)| product(id, minute))
        .collect();
    xml(&format!("<products type=\"array\">{products}</products>"))
}

fn number(seen: &Seen, name: &str) -> i64 {
    seen.query(name)
        .and_then(|value| value.parse().ok())
        .unwrap_or_else(|| panic!("{name} in {}", seen.line))
}

#[tokio::test]
async fn a_list_is_walked_page_by_page_to_its_end() {
    // 25 products, 10 on a page; the third page is not full.
    let server = Server::start(|_, seen| {
        let (page_number, per_page) = (number(seen, "page"), number(seen, "per_page"));
        let first = (page_number - 1) * per_page + 1;
        page(
            (first..first + per_page)
                .take_while(|id| *id <= 25)
                .map(|id| (id, 40)),
        )
    });
    let params = ListProductsParams::default()
        .with_per_page(10)
        .with_category_id(478);
    let mut walk = shop(&server).list_products_pages_with(&params);
    let mut ids = Vec::new();
    while let Some(product) = walk.next().await {
        ids.push(product.expect("a product").id);
        // A page is requested when the previous one is consumed.
        assert_eq!(server.seen().len(), ids.len().div_ceil(10));
    }
    assert_eq!(ids, (1..=25).collect::<Vec<i64>>());
    let pages: Vec<i64> = server
        .seen()
        .iter()
        .map(|seen| number(seen, "page"))
        .collect();
    assert_eq!(pages, [1, 2, 3]);
    assert!(
        server
            .seen()
            .iter()
            .all(|seen| number(seen, "category_id") == 478 && number(seen, "per_page") == 10)
    );
    assert!(walk.next().await.is_none());
    assert_eq!(server.seen().len(), 3, "after the end nothing is asked");
}

/// A null item is left out of a page, and does not make it the last one.
#[tokio::test]
async fn a_page_that_lacks_an_item_is_not_the_last() {
    let nil = |before: &str| {
        let products: String = (1..3).map(|id| product(id, 1)).collect();
        xml(&format!(
            "<products type=\"array\">{before}{products}</products>"
        ))
    };
    for before in ["<product nil=\"true\"/>", "<product/>"] {
        let server = Server::script(vec![nil(before), page([(7, 2)])]);
        let params = ListProductsParams::default().with_per_page(3);
        let walk = shop(&server).list_products_pages_with(&params);
        let ids: Vec<i64> = walk
            .collect()
            .await
            .expect("the list")
            .iter()
            .map(|product| product.id)
            .collect();
        assert_eq!((ids, server.seen().len()), (vec![1, 2, 7], 2), "{before}");

        let server = Server::script(vec![nil(before), page([(7, 2)])]);
        let since = "2010-07-14T13:00:00+04:00".parse().expect("a time");
        let walk = shop(&server).walk_changed_products(since, &params);
        assert_eq!(walk.collect().await.expect("the changes").len(), 3);
    }
}

#[tokio::test]
async fn a_list_that_fills_its_last_page_ends_with_an_empty_one() {
    let server = Server::start(|_, seen| match number(seen, "page") {
        1 | 2 => page([(number(seen, "page"), 1)]),
        _ => xml("<nil-classes type=\"array\"/>"),
    });
    let params = ListProductsParams::default().with_per_page(1);
    let all = shop(&server)
        .list_products_pages_with(&params)
        .collect()
        .await
        .expect("the list");
    assert_eq!((all.len(), server.seen().len()), (2, 3));
    // The default page is the largest that the server gives.
    let server = Server::script(vec![page([])]);
    assert!(
        shop(&server)
            .list_products_pages()
            .collect()
            .await
            .expect("the list")
            .is_empty()
    );
    assert_eq!(number(&server.seen()[0], "per_page"), 250);
}

#[tokio::test]
async fn a_walk_repairs_what_passes_and_ends_with_what_does_not() {
    let mut acts = vec![
        page([(1, 1), (2, 1)]),
        Act::Close(vec![]),
        page([(3, 1), (4, 1)]),
    ];
    acts.push(Act::Send(reply("403 Forbidden", &[], "")));
    let server = Server::script(acts);
    let params = ListProductsParams::default().with_per_page(2);
    let mut walk = shop(&server).list_products_pages_with(&params);
    for id in 1..=4 {
        assert_eq!(
            walk.next().await.expect("an item").expect("a product").id,
            id
        );
    }
    let error = walk.next().await.expect("an item").expect_err("refused");
    assert!(
        error.is_auth() && error.operation() == "list_products",
        "{error}"
    );
    assert!(walk.next().await.is_none(), "after an error comes nothing");
    assert_eq!(server.seen().len(), 4);
}

#[tokio::test]
async fn changes_are_walked_by_the_last_product_received() {
    let server = Server::script(vec![
        page([(5, 1), (9, 2)]),
        page([(3, 2), (4, 3)]),
        page([(9, 7)]),
    ]);
    let since = "2010-07-14T13:00:00+04:00".parse().expect("a time");
    let params = ListProductsParams::default()
        .with_per_page(2)
        .set_with_deleted(true);
    let all = shop(&server)
        .walk_changed_products(since, &params)
        .collect()
        .await
        .expect("the list");
    assert_eq!(
        all.iter().map(|product| product.id).collect::<Vec<i64>>(),
        [5, 9, 3, 4, 9]
    );
    let seen = server.seen();
    assert!(
        seen.iter()
            .all(|seen| number(seen, "page") == 1 && seen.query("with_deleted") == Some("true"))
    );
    let marks: Vec<_> = seen
        .iter()
        .map(|seen| (seen.query("updated_since"), seen.query("from_id")))
        .collect();
    assert_eq!(
        marks,
        [
            (Some("2010-07-14T13%3A00%3A00%2B04%3A00"), None),
            (Some("2010-07-14T13%3A02%3A01%2B04%3A00"), Some("9")),
            (Some("2010-07-14T13%3A03%3A01%2B04%3A00"), Some("4")),
        ]
    );
}

/// A server that answers the same full page for ever would keep the walk there.
#[tokio::test]
async fn a_walk_of_changes_does_not_stand_still() {
    let server = Server::script(vec![page([(5, 1), (9, 2)])]);
    let since = "2010-07-14T13:00:00+04:00".parse().expect("a time");
    let params = ListProductsParams::default().with_per_page(2);
    let walk = shop(&server)
        .walk_changed_products(since, &params)
        .collect();
    let all = tokio::time::timeout(Duration::from_secs(20), walk)
        .await
        .expect("an end")
        .expect("the list");
    assert_eq!((all.len(), server.seen().len()), (4, 2));
}

fn report(status: u8, succeeded: usize, failed: &[(&str, &str)], counted: usize) -> Act {
    let errors: Vec<_> = failed
        .iter()
        .map(|(key, value)| serde_json::json!({"Key": key, "Value": value}))
        .collect();
    json(
        serde_json::json!({
            "TaskId": "t-1", "Status": status, "SuccessCount": succeeded, "ErrorCount": counted,
            "TotalCount": succeeded + counted, "ErrorsDescriptions": if errors.is_empty() { None } else { Some(errors) },
        })
        .to_string(),
    )
}

fn soon() -> Wait {
    Wait {
        first_pause: Duration::from_millis(5),
        longest_pause: Duration::from_millis(20),
        limit: Duration::from_secs(20),
    }
}

fn task() -> Task {
    let prices: Vec<PriceUpdate> = [11, 12, 13]
        .map(|id| PriceUpdate::new(id, 100.into()))
        .into();
    Task::of_prices(digiseller::PricesTask::Id("t-1".into()), &prices)
}

#[tokio::test]
async fn a_task_is_waited_for_through_all_its_states() {
    let busy = Act::Send(reply("503 Service Unavailable", &[], ""));
    let server = Server::script(vec![
        report(0, 0, &[], 0),
        report(1, 1, &[], 0),
        // Two of them are the call's attempts; the waiting outlasts them.
        busy.clone(),
        busy,
        report(1, 2, &[], 0),
        report(3, 3, &[], 0),
    ]);
    let outcome = seller(&server)
        .wait_for_task(&task(), &soon())
        .await
        .expect("the end");
    assert!(outcome.is_complete());
    assert_eq!(
        (outcome.succeeded, outcome.report.status),
        (vec![11, 12, 13], TaskStatus::Done)
    );
    let seen = server.seen();
    assert_eq!(seen.len(), 6);
    assert!(seen.iter().all(|seen| {
        seen.line
            .starts_with("GET /api/product/edit/UpdateProductsTaskStatus?")
    }));
    assert!(
        seen.iter()
            .all(|seen| seen.line.contains("=t-1") && seen.query("token") == Some("token"))
    );
}

#[tokio::test]
async fn a_task_that_is_partly_done_says_which_products_failed() {
    let server = Server::script(vec![
        report(1, 0, &[], 0),
        report(2, 2, &[("12", "Продукт не найден")], 1),
    ]);
    let outcome = seller(&server)
        .wait_for_task(&task(), &soon())
        .await
        .expect("the end");
    assert_eq!(outcome.succeeded, [11, 13]);
    assert_eq!(
        (outcome.failed.len(), outcome.failed[0].id()),
        (1, Some(12))
    );
    assert_eq!(outcome.failed[0].message, "Продукт не найден");
    assert!(!outcome.is_complete());
}

#[tokio::test]
async fn a_task_that_does_not_end_is_waited_for_until_the_limit() {
    let server = Server::script(vec![report(1, 0, &[], 0)]);
    let wait = Wait {
        limit: Duration::from_millis(200),
        ..soon()
    };
    let started = Instant::now();
    let error = seller(&server)
        .wait_for_task(&task(), &wait)
        .await
        .expect_err("no end");
    assert!(
        error.is_timeout() && error.operation() == "get_task_status",
        "{error}"
    );
    assert!(
        error.to_string().contains("may still be running"),
        "{error}"
    );
    assert!(started.elapsed() < Duration::from_secs(5));
    assert!(server.seen().len() > 3);
    // What will not pass ends the waiting.
    let server = Server::script(vec![
        report(0, 0, &[], 0),
        Act::Send(reply("404 Not Found", &[], "")),
    ]);
    let error = seller(&server)
        .wait_for_task(&task(), &soon())
        .await
        .expect_err("not found");
    assert!(
        error.is_not_found() && error.kind() == ErrorKind::Status,
        "{error}"
    );
    assert_eq!(server.seen().len(), 2);
}

/// The products of the requests that a server has seen.
fn sent(server: &Server) -> Vec<Vec<i64>> {
    let bodies = server.seen().into_iter().map(|seen| {
        let body: serde_json::Value = serde_json::from_slice(&seen.body).expect("JSON");
        serde_json::from_value(body["products"].clone()).expect("numbers")
    });
    bodies.collect()
}

fn answered(number: usize) -> Act {
    json(format!(
        r#"{{"retval": 0, "retdesc": "", "errors": null, "content": "task-{number}"}}"#
    ))
}

#[tokio::test]
async fn statuses_are_set_in_parts_of_at_most_two_hundred() {
    let server = Server::start(|number, _| answered(number));
    let request = SetStatus::new(ProductStatus::Disabled, (1..=450).collect());
    let parts = seller(&server).set_status_in_batches(&request).await;
    assert_eq!(sent(&server).concat(), request.products);
    assert_eq!(
        parts
            .iter()
            .map(|part| part.items.len())
            .collect::<Vec<_>>(),
        [200, 200, 50]
    );
    for (number, part) in parts.iter().enumerate() {
        assert_eq!(
            part.result.as_deref().expect("a task"),
            format!("task-{number}")
        );
        let task = Task::of_status(
            "t",
            &SetStatus::new(ProductStatus::Disabled, part.items.to_vec()),
        );
        assert_eq!(task.products, part.items);
    }
    let nothing = SetStatus::new(ProductStatus::Disabled, vec![]);
    assert!(
        seller(&server)
            .set_status_in_batches(&nothing)
            .await
            .is_empty()
    );
}

#[tokio::test]
async fn a_part_that_fails_does_not_stop_the_others_unless_all_would_fail() {
    let refusal = |code: &str| {
        json(format!(
            r#"{{"retval": 1, "errors": [{{"code": "{code}", "message": "no"}}]}}"#
        ))
    };
    let request = SetStatus::new(ProductStatus::Enabled, (1..=450).collect());
    let server = Server::script(vec![answered(0), refusal("product-7"), answered(2)]);
    let parts = seller(&server).set_status_in_batches(&request).await;
    assert_eq!(
        parts
            .iter()
            .map(|part| part.result.is_ok())
            .collect::<Vec<_>>(),
        [true, false, true]
    );
    assert!(
        parts[1]
            .result
            .as_ref()
            .expect_err("refused")
            .has_code("product-7")
    );
    assert_eq!(sent(&server).len(), 3);
    for code in ["auth-0", "seller-limit-0"] {
        let server = Server::script(vec![answered(0), refusal(code)]);
        let parts = seller(&server).set_status_in_batches(&request).await;
        assert_eq!(sent(&server).len(), 2, "the third part was not sent");
        assert_eq!(parts.len(), 3);
        for part in &parts[1..] {
            assert!(part.result.as_ref().expect_err("refused").has_code(code));
        }
    }
    // It is not repeated: nobody knows whether the server has done it.
    let server = Server::script(vec![answered(0), Act::Close(vec![]), answered(2)]);
    let parts = seller(&server).set_status_in_batches(&request).await;
    let error = parts[1].result.as_ref().expect_err("the connection broke");
    assert_eq!(
        (error.kind(), error.attempts()),
        (ErrorKind::Interrupted, 1)
    );
    assert!(parts[2].result.is_ok());
    assert_eq!(sent(&server).len(), 3);
}
