//! Typed clients and models for the APIs of online shops: [`digiseller`], [`insales_products`], [`insales_digital`],
//! [`fileflare`] and [`qnits`].
//!
//! Each API is a module and a cargo feature of the same name. Everything in them is generated from the specs of the
//! project; the values, errors and settings that all of them share are re-exported here.
//!
//! ```no_run
//! use lavka::qnits::{Client, Credentials, Order, OrderProduct};
//!
//! # async fn example() -> Result<(), lavka::Error> {
//! let client = Client::builder()
//!     .base_url("https://my-shop.example/api-host")
//!     .credentials(Credentials::new("the token", 1))
//!     .build()?;
//! let order = Order::new("Иванов Иван", "79123211232", "2643", vec![OrderProduct::new(1_000_587, 1)]);
//! let created = client.create_order(&order).await?;
//! println!("{}", created.order_id);
//! # Ok(())
//! # }
//! ```
#![cfg_attr(docsrs, feature(doc_cfg))]

pub use lavka_runtime::client;
pub use lavka_runtime::client::{Format, Retry, Upload};
pub use lavka_runtime::reqwest;
pub use lavka_runtime::{
    Date, DateOptionalTime, DateTime, Decimal, Error, ErrorKind, Failure, FailureItem, Maybe,
    OpenEnum, Secret, Unknown,
};

#[cfg(feature = "digiseller")]
#[rustfmt::skip]
pub mod digiseller;
#[cfg(feature = "fileflare")]
#[rustfmt::skip]
pub mod fileflare;
#[cfg(feature = "insales_digital")]
#[rustfmt::skip]
pub mod insales_digital;
#[cfg(feature = "insales_products")]
#[rustfmt::skip]
pub mod insales_products;
#[cfg(feature = "qnits")]
#[rustfmt::skip]
pub mod qnits;

#[cfg(feature = "digiseller")]
pub mod digiseller_tasks;
#[cfg(feature = "insales_products")]
pub mod insales_walk;

#[cfg(feature = "dynamic")]
pub use lavka_runtime::dynamic;

/// All APIs that are compiled in, by name: for programs that learn at run time what to call.
#[cfg(feature = "dynamic")]
#[must_use]
pub fn apis() -> Vec<&'static dyn dynamic::Api> {
    vec![
        #[cfg(feature = "digiseller")]
        &digiseller::dynamic::Api,
        #[cfg(feature = "insales_products")]
        &insales_products::dynamic::Api,
        #[cfg(feature = "insales_digital")]
        &insales_digital::dynamic::Api,
        #[cfg(feature = "fileflare")]
        &fileflare::dynamic::Api,
        #[cfg(feature = "qnits")]
        &qnits::dynamic::Api,
    ]
}
