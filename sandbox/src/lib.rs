//! The shops' APIs on loopback, answered from Lavka's specs and their documented samples.
//!
//! None of the shops offers a place to try calls out. The sandbox checks each request against the API's spec (method,
//! path, parameters, credentials, media types, body) and answers with the sample that the document prints. What is
//! wrong gets a reply in the API's own form of errors that says where, what was expected and what was found.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use lavka_sandbox::{Reply, Sandbox, credentials};
//!
//! let sandbox = Sandbox::builder().api("digiseller").start().await?;
//! let base_url = sandbox.url("digiseller"); // give it to a client, with credentials::TOKEN
//! sandbox.script("create_book", vec![Reply::new(503).header("Retry-After", "1")]);
//! // … calls …
//! for request in sandbox.requests() {
//!     println!("{} {} → {}", request.method, request.path_and_query, request.status);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! By hand, `curl -H 'Prefer: code=404' …` asks for a documented failure instead of the success.
//!
//! It keeps no state: what one request creates, the next does not find, and a list is always the documented one. Replies name
//! the ids that were asked about. The only things that last are the tokens that a login issues, the counters of limits, scripts
//! and the log of requests.
//!
//! Each API has a listener of its own, so that paths are exactly the documented ones. Memory is bounded: bodies stream
//! through, and the log keeps the latest requests only. So is time: the head of a request must arrive within 30 seconds.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod answer;
mod api;
mod check;
pub mod credentials;
mod document;
mod echo;
#[rustfmt::skip] // as `lavka generate` writes it
mod embedded;
mod intake;
mod media;
mod problem;
mod record;
mod refuse;
mod respond;
mod route;
mod sample;
mod schema;
mod script;
mod selfcheck;
mod server;
mod text;
mod xml;

pub use api::Api;
pub use problem::Problem;
pub use record::Recorded;
pub use sample::{Direction, Sample, SampleFormat};
pub use script::Reply;
pub use server::{Builder, Sandbox, StartError, api_names, samples, spec};
pub use xml::{XmlError, XmlOracle, xml_text, xml_to_json};
