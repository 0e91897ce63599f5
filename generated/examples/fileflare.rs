//! Lists the downloads of an order, as its customer sees them.
#![allow(clippy::print_stdout)]

use lavka::fileflare::Client;

#[tokio::main]
async fn main() -> Result<(), lavka::Error> {
    let client = Client::builder().build()?; // Fileflare asks for no credentials
    let page = client
        .get_customer_order("0c732eb6fd9802a0821a9d29888baee8")
        .await?;
    for line in page.order.lines {
        for asset in line.assets {
            println!("{}: {}", line.product.name, asset.data.url);
        }
    }
    Ok(())
}
