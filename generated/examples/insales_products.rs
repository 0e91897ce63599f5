//! Creates a product at inSales, and changes its title, in XML that nobody sees.

use lavka::Decimal;
use lavka::insales_products::{Client, Credentials, NewProduct, NewVariant, ProductUpdate};

#[tokio::main]
async fn main() -> Result<(), lavka::Error> {
    let client = Client::builder()
        .variable("shop", "my-shop") // https://my-shop.myinsales.ru
        .credentials(Credentials::basic("the API key", "the password"))
        .build()?;
    let variant = NewVariant {
        price: Some(Decimal::new(74_00, 2)),
        ..NewVariant::default()
    };
    let notebook = NewProduct {
        variants: Some(vec![variant]),
        ..NewProduct::new("Notebook")
    };
    let product = client.create_product(&notebook).await?;
    let title = ProductUpdate {
        title: Some("Ruled notebook".into()),
        ..ProductUpdate::default()
    };
    client.update_product(product.id, &title).await
}
