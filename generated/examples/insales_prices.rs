//! Raises all prices of an inSales shop by 5 %.
#![allow(unreachable_pub)]

use lavka::Decimal;
use lavka::insales_products::{Client, Credentials, ProductUpdate, VariantUpdate};

/// Changes each product's variants in one call, and leaves everything else as it is.
pub async fn raise_prices(shop: &Client, factor: Decimal) -> Result<(), lavka::Error> {
    // All pages first: a change may move a product to another page.
    let products = shop.list_products_pages().collect().await?;
    for product in products {
        let new_price = |variant: &lavka::insales_products::Variant| {
            VariantUpdate::new(variant.id).with_price((variant.price * factor).round_dp(2))
        };
        let variants = product.variants.iter().map(new_price).collect();
        let update = ProductUpdate::default().with_variants(variants);
        shop.update_product(product.id, &update).await?;
    }
    Ok(())
}

#[tokio::main]
async fn main() -> Result<(), lavka::Error> {
    let shop = Client::builder()
        .variable("shop", "my-shop")
        .credentials(Credentials::basic("the API key", "the password"))
        .build()?;
    raise_prices(&shop, Decimal::new(105, 2)).await
}
