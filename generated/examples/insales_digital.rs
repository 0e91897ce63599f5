//! Attaches a file to a variant, and prints the codes that the buyer of an order got.
#![allow(clippy::print_stdout)]

use lavka::Upload;
use lavka::insales_digital::{Client, Credentials, NewAsset};

#[tokio::main]
async fn main() -> Result<(), lavka::Error> {
    let client = Client::builder()
        .credentials(Credentials::basic("the login", "the password"))
        .build()?;
    // Streamed from the disk, however large it is.
    let file = Upload::path("manual.pdf").on_progress(|p| println!("{} bytes sent", p.sent));
    client
        .create_asset(41_658, 48_136, &NewAsset::default().with_attachment(file))
        .await?;
    let order = client.get_order(104_211).await?;
    println!("{order:?}");
    Ok(())
}
