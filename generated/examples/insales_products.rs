//! Creates a product at inSales, and changes its title, in XML that nobody sees.

use lavka::Decimal;
use lavka::insales_products::{Client, Credentials, NewProduct, NewVariant, ProductUpdate};

#[tokio::main]
async fn main() -> Result<(), lavka::Error> {
    let client = Client::builder()
        .variable("shop", "my-shop") // https://my-shop.myinsales.ru
        .credentials(Credentials::basic("the API key", "the password"))
        .build()?;
    let variant = NewVariant::default().with_price(Decimal::new(74_00, 2));
    let notebook = NewProduct::new("Notebook").with_variants(vec![variant]);
    let product = client.create_product(&notebook).await?;
    let title = ProductUpdate::default().with_title("Ruled notebook");
    client.update_product(product.id, &title).await
}
