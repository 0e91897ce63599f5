//! A program that is not asynchronous: a runtime of one thread waits for each call.
#![allow(clippy::print_stdout)]

use lavka::fileflare::Client;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let client = Client::builder().build()?;
    let call = client.get_customer_order("0c732eb6fd9802a0821a9d29888baee8");
    let page = runtime.block_on(call.into_future())?;
    println!("order {}", page.order.order_number);
    Ok(())
}
