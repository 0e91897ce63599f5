//! A program that uses each API as programs do: values made and changed, enums matched, replies read, a stand-in for tests.

use super::bindings::{digiseller, fileflare, insales_digital, insales_products, qnits};
use lavka_runtime::client::Call;
use lavka_runtime::{Decimal, Error};

pub async fn calls() -> Result<(), Error> {
    let seller = digiseller::Client::builder()
        .credentials(digiseller::Credentials::login(1, "key"))
        .build()?;
    let request = digiseller::SetStatus::new(digiseller::ProductStatus::Enabled, vec![1, 2]);
    let task = seller.set_status(&request).await?;
    let report: digiseller::TaskReport = seller.get_task_status(&task).await?;
    match &report.status {
        digiseller::TaskStatus::Done => {}
        other => println!("{other:?}"),
    }
    let price = digiseller::Price::new(Decimal::ONE, digiseller::Currency::Rub);
    let currency = match price.currency {
        digiseller::Currency::Rub => "₽",
        digiseller::Currency::Usd => "$",
        _ => "?",
    };
    println!("{currency}");
    seller
        .set_prices(&[digiseller::PriceUpdate::new(1, Decimal::ONE)])
        .await?;
    for part in seller.set_status_in_batches(&request).await {
        println!("{:?}", part.result.is_ok());
    }

    let shop = insales_products::Client::builder()
        .variable("shop", "my-shop")
        .credentials(insales_products::Credentials::basic("key", "password"))
        .build()?;
    let mut new = insales_products::NewProduct::new("Notebook")
        .with_variants(vec![insales_products::NewVariant::default().with_price(Decimal::ONE)]);
    new.category_id = Some(1);
    let product = shop.create_product(&new).await?;
    let insales_products::Product { id, title, .. } = product;
    println!("{id} {title}");
    let params = insales_products::ListProductsParams::default().with_page(1);
    let products: Vec<insales_products::Product> = shop.list_products_with(&params).await?;
    let mut all = shop.list_products_stream().await?;
    while let Some(product) = all.next().await {
        println!("{}", product?.id);
    }
    let update = insales_products::ProductUpdate::default().with_title("Ruled");
    shop.update_product(products[0].id, &update).await?;

    let goods = insales_digital::Client::builder()
        .credentials(insales_digital::Credentials::basic("login", "password"))
        .build()?;
    let asset = insales_digital::NewAsset::default().with_src("https://files.example/a.pdf");
    let created = goods.create_asset(1, 2, &asset).await?;
    println!("{:?} {}", created.id, goods.list_product_assets(1).await?.len());

    let page = fileflare::Client::builder()
        .build()?
        .get_customer_order("id")
        .await?;
    println!("{}", page.order.order_number);

    let orders = qnits::Client::builder()
        .credentials(qnits::Credentials::new("token", 1))
        .build()?;
    let order = qnits::Order::new("A", "1", "2", vec![qnits::OrderProduct::new(1, 1)])
        .with_comments("soon");
    let created = orders.create_order(&order).await?;
    match created.status {
        qnits::CreationStatus::Created => println!("{}", created.order_id),
        _ => println!("not yet"),
    }
    Ok(())
}

/// What is written for the traits, so that it can be tested.
pub async fn first(shop: &impl insales_products::Operations, orders: &impl qnits::Operations) -> Result<i64, Error> {
    let products = shop.list_products().await?;
    let line = qnits::OrderProduct::new(products[0].id, 1);
    let order = qnits::Order::new("A", "1", "2", vec![line]);
    Ok(orders.create_order(&order).await?.order_id)
}

pub struct StandIn;

impl insales_products::Operations for StandIn {
    fn get_product(&self, _: i64) -> Call<'_, insales_products::Product> {
        Call::ready(Err(Error::unanswered(&insales_products::operations::GET_PRODUCT)))
    }
}

impl digiseller::Operations for StandIn {
    fn get_task_status(&self, _: &str) -> Call<'_, digiseller::TaskReport> {
        Call::ready(Err(Error::unanswered(&digiseller::operations::GET_TASK_STATUS)))
    }
}

impl fileflare::Operations for StandIn {}

impl insales_digital::Operations for StandIn {
    fn delete_asset(&self, _: i64) -> Call<'_, ()> {
        Call::from_future(async { Ok(()) })
    }
}

impl qnits::Operations for StandIn {}
