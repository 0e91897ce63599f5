//! Takes products at Digiseller off sale, waits for it, and says which could not be.
#![allow(clippy::print_stdout)]

use lavka::client::Wait;
use lavka::digiseller::{Client, Credentials, ProductStatus, SetStatus};
use lavka::digiseller_tasks::Task;

#[tokio::main]
async fn main() -> Result<(), lavka::Error> {
    // Logs in when it has to, and again before the token ends.
    let client = Client::builder()
        .credentials(Credentials::login(123_456, "the API key"))
        .build()?;
    let products: Vec<i64> = vec![2_790_215, 2_790_216];
    let request = SetStatus::new(ProductStatus::Disabled, products);
    let id = client.set_status(&request).await?;
    let outcome = client
        .wait_for_task(&Task::of_status(id, &request), &Wait::default())
        .await?;
    println!("off sale: {:?}", outcome.succeeded);
    for failed in outcome.failed {
        println!("{}: {}", failed.product, failed.message);
    }
    Ok(())
}
