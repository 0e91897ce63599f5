//! Hands an order over to Qnits. It may be retried: its `external_id` protects it from being made twice.
#![allow(clippy::print_stdout)]

use lavka::qnits::{Client, Credentials, Order, OrderProduct};

#[tokio::main]
async fn main() -> Result<(), lavka::Error> {
    let client = Client::builder()
        .allow_plaintext() // Qnits documents http://, which shows the token to everybody on the way
        .credentials(Credentials::new("the token", 1))
        .build()?;
    let products = vec![OrderProduct::new(1_000_587, 1), OrderProduct::new(3_044, 2)];
    let order = Order::new("Иванов Иван", "79123211232", "2643", products);
    match client.create_order(&order).await {
        Ok(created) => println!("order {}", created.order_id),
        Err(error) if error.is_validation() => println!("fix the order: {error}"),
        Err(error) => return Err(error),
    }
    Ok(())
}
