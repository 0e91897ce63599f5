//! Typed clients and models for the APIs of online shops: [`digiseller`], [`insales_products`], [`insales_digital`],
//! [`fileflare`] and [`qnits`].
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
//!
//! The module of an API has its `Client`, with a method for each operation, its `Credentials`, the trait `Operations`, and the types
//! of requests and replies. All of it is generated from the API's spec. Requests are made by `new`, with their required fields, and
//! `with_…`; structs and enums are `#[non_exhaustive]`, because the APIs grow. Values, errors and settings that all APIs share are in
//! this module and in [`client`].
//!
//! # Features
//! | feature | adds |
//! | --- | --- |
//! | `digiseller`, `insales_products`, `insales_digital`, `fileflare`, `qnits` (default: all) | the API of this name |
//! | `rustls` (default), `native-tls` | TLS, by rustls or by the platform's library |
//! | `gzip`, `brotli` | compressed replies: gzip and deflate, Brotli |
//! | `testing` | `T::example()`: values for tests, from the documents' samples |
//! | `schema` | JSON Schema of every type, by schemars |
//! | `dynamic` | operations and payloads by name |
//! | `tracing` | a span for each call and an event for each attempt that failed |
//! | `raw` | `<api>::raw`: progenitor's own clients, without types, retries, credentials and redaction |
//!
//! # TLS
//! All APIs but Qnits need `https`, so one of `rustls` and `native-tls` must be on: without it `build()` returns an error that names both.
//! `http` is refused for any host but this machine, unless [`client::Builder::allow_plaintext`] allows it.
//!
//! # Errors
//! Every call returns [`Error`]. [`Error::kind`] says what happened ([`ErrorKind`]), [`Error::status`] the HTTP status,
//! [`Error::failure`] what the server reported in the reply, field by field where it does; `is_auth`, `is_validation` and their like
//! answer the usual questions. No error shows a credential.
//!
//! # Retries
//! Read-only and idempotent operations are retried automatically, others are not; each method's docs say which it is. [`Retry`] sets
//! how often and how long. Rate limits of an API are kept by waiting. See the module [`client`] for all of it.
//!
//! # Testing
//! Write your program for `&dyn Operations` of an API, and implement the methods that the test calls: the others return an error that
//! names the operation. [`Error::from_reply`] makes the error of a refusal, with its status and failure. With the feature `testing`,
//! each type has `example()`, whose fields can be assigned:
//!
//! ```
//! # #[cfg(all(feature = "testing", feature = "qnits"))] {
//! let mut created = lavka::qnits::CreatedOrder::example();
//! created.order_id = 17;
//! # }
//! ```
//!
//! # Sandbox
//! No shop offers a place to try calls out. The package `lavka-sandbox` serves the APIs on this machine, checks requests against
//! the specs and answers with the documents' samples: pass its URL to [`client::Builder::base_url`].
#![cfg_attr(docsrs, feature(doc_cfg))]

pub use lavka_runtime::client;
pub use lavka_runtime::client::{Format, Retry, Upload};
pub use lavka_runtime::reqwest;
pub use lavka_runtime::{
    CodecError, CodecErrorKind, Date, DateOptionalTime, DateTime, Decimal, Error, ErrorKind,
    Failure, FailureItem, Maybe, OpenEnum, Secret, Unknown,
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
