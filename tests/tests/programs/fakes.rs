//! Programs that use the clients are tested without a network: by a stand-in that implements what the test calls, or by
//! the sandbox, which starts in one line.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

use std::sync::{Arc, Mutex};

use lavka::client::Call;
use lavka::digiseller::{
    Operations, PriceUpdate, PricesTask, ProductStatus, SetStatus, TaskReport, TaskStatus,
};
use lavka::{
    Decimal, Error, ErrorKind, digiseller, fileflare, insales_digital, insales_products, qnits,
};
use lavka_sandbox::{Reply, Sandbox, credentials};

/// The program under test: hides products, and says how that went.
async fn hide(shop: &impl Operations, products: Vec<i64>) -> Result<String, Error> {
    let all = i32::try_from(products.len()).unwrap_or(i32::MAX);
    let task = shop
        .set_status(&SetStatus::new(ProductStatus::Disabled, products))
        .await?;
    let report = shop.get_task_status(&task).await?;
    // A report may leave the counts out.
    let failed = report.error_count.unwrap_or(0);
    Ok(format!(
        "{} hidden, {} failed",
        report.success_count.unwrap_or(all - failed),
        failed
    ))
}

/// Sets a price, and never asks for more.
async fn reprice(shop: &impl Operations, product: i64, price: Decimal) -> Result<String, Error> {
    let prices = [PriceUpdate::new(product, price)];
    Ok(shop.set_prices(&prices).await?.into_id())
}

/// Implements one method.
#[derive(Default)]
struct OnlyPrices {
    asked: Mutex<Vec<PriceUpdate>>,
}

impl Operations for OnlyPrices {
    fn set_prices(&self, prices: &[PriceUpdate]) -> Call<'_, PricesTask> {
        let mut asked = self.asked.lock().expect("no panic");
        asked.extend_from_slice(prices);
        Call::ready(Ok(PricesTask::Id("task-7".into())))
    }
}

/// Implements the two that `hide` needs.
struct TwoOfThree;

impl Operations for TwoOfThree {
    fn set_status(&self, status: &SetStatus) -> Call<'_, String> {
        assert_eq!(status.products, [1, 2, 3]);
        Call::ready(Ok("task-8".into()))
    }

    fn get_task_status(&self, task_id: &str) -> Call<'_, TaskReport> {
        let task_id = task_id.to_owned();
        Call::from_future(async move {
            tokio::task::yield_now().await;
            assert_eq!(task_id, "task-8");
            let mut report = TaskReport::example();
            report.status = TaskStatus::Error;
            report.success_count = Some(2);
            report.error_count = Some(1);
            report.total_count = Some(3);
            Ok(report)
        })
    }
}

#[tokio::test]
async fn a_stand_in_implements_what_the_test_calls() {
    let shop = OnlyPrices::default();
    assert_eq!(reprice(&shop, 7, 5.into()).await.expect("a task"), "task-7");
    assert_eq!(
        *shop.asked.lock().expect("no panic"),
        [PriceUpdate::new(7, 5.into())]
    );
    assert_eq!(
        hide(&TwoOfThree, vec![1, 2, 3]).await.expect("a report"),
        "2 hidden, 1 failed"
    );
}

/// A program can keep the client or a stand-in behind one type, and change calls of either.
#[tokio::test]
async fn a_stand_in_is_used_as_a_trait_object() {
    let shop: Arc<dyn Operations> = Arc::new(TwoOfThree);
    let status = SetStatus::new(ProductStatus::Disabled, vec![1, 2, 3]);
    let call = shop.set_status(&status).extra_header("x-trace", "7");
    let response = call.response().await.expect("a task");
    assert_eq!(
        (response.status().as_u16(), response.headers().len()),
        (200, 0)
    );
    assert_eq!(response.into_value(), "task-8");
    let spawned = Arc::clone(&shop);
    let report = tokio::spawn(async move { spawned.get_task_status("task-8").await });
    let report = report.await.expect("no panic").expect("a report");
    assert_eq!(report.success_count, Some(2));
    let error = shop.set_prices(&[]).await.expect_err("not implemented");
    assert_eq!(error.kind(), ErrorKind::Configuration);
}

#[tokio::test]
async fn what_a_stand_in_does_not_implement_answers_a_clear_error() {
    struct Nothing;
    impl digiseller::Operations for Nothing {}
    impl insales_products::Operations for Nothing {}
    impl insales_digital::Operations for Nothing {}
    impl fileflare::Operations for Nothing {}
    impl qnits::Operations for Nothing {}
    let error = hide(&OnlyPrices::default(), vec![1])
        .await
        .expect_err("not implemented");
    assert_eq!(
        error.to_string(),
        "digiseller.set_status: this stand-in for the client does not implement the operation"
    );
    assert!(
        error.kind() == ErrorKind::Configuration && !error.is_retryable(),
        "{error:?}"
    );
    let order = qnits::Order::new("a", "b", "c", vec![]);
    let errors = [
        insales_products::Operations::delete_product(&Nothing, 1)
            .await
            .expect_err("not implemented"),
        insales_digital::Operations::get_order(&Nothing, 1)
            .await
            .map(drop)
            .expect_err("not implemented"),
        fileflare::Operations::get_customer_order(&Nothing, "1")
            .await
            .map(drop)
            .expect_err("not implemented"),
        qnits::Operations::create_order(&Nothing, &order)
            .await
            .map(drop)
            .expect_err("not implemented"),
        digiseller::Operations::get_task_status(&Nothing, "1")
            .await
            .map(drop)
            .expect_err("not implemented"),
    ];
    for error in errors {
        assert_eq!(error.kind(), ErrorKind::Configuration, "{error}");
        assert!(error.to_string().contains("stand-in"), "{error}");
    }
}

fn client(sandbox: &Sandbox) -> digiseller::Client {
    digiseller::Client::builder()
        .base_url(sandbox.url("digiseller"))
        .credentials(digiseller::Credentials::token(credentials::TOKEN))
        .build()
        .expect("a client")
}

/// The same program, with the real client and the sandbox.
#[tokio::test]
async fn the_sandbox_starts_in_one_line_of_an_async_test() {
    let sandbox = Sandbox::builder()
        .api("digiseller")
        .start()
        .await
        .expect("the sandbox");
    assert_eq!(
        hide(&client(&sandbox), vec![2_790_216, 1])
            .await
            .expect("a report"),
        "2 hidden, 0 failed"
    );
    assert_eq!(
        (
            sandbox.calls("set_status"),
            sandbox.calls("get_task_status")
        ),
        (1, 1)
    );
    sandbox.script("set_status", vec![Reply::new(401)]);
    let error = hide(&client(&sandbox), vec![1]).await.expect_err("refused");
    assert!(error.is_auth(), "{error}");
}

#[test]
fn the_sandbox_starts_in_one_line_of_a_test_without_a_runtime() {
    let sandbox = Sandbox::builder()
        .api("digiseller")
        .start_blocking()
        .expect("the sandbox");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let said = runtime.block_on(hide(&client(&sandbox), vec![2_790_216, 1]));
    assert_eq!(said.expect("a report"), "2 hidden, 0 failed");
}
