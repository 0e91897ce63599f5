//! The loop around an HTTP call, and the settings of a client.
//!
//! What every generated client keeps to:
//!
//! - **Credentials** go only to the configured host. Redirects are errors, not followed. `http://` is refused for any
//!   host but this machine, unless [`Builder::allow_plaintext`] says otherwise. A token that is got by logging in is
//!   shared by all clones, renewed before it ends and when the server refuses it; however many calls wait for it, one
//!   logs in.
//! - **Retries** ([`Retry`]) repeat an attempt only where nothing can happen twice: operations that the spec marks safe
//!   or idempotent, and any operation of which nothing was sent. Connections that fail or break, time-outs, replies
//!   that break off, maintenance pages, 408, 425, 429, and the statuses from 500 that say that the server is overloaded or being repaired are reasons to; a
//!   `Retry-After` is honoured where the call's time allows, and otherwise in [`Error::retry_after`].
//! - **Limits** of the spec are kept by waiting before a request is sent. Where the wait would take longer than the
//!   call may, the call fails at once.
//! - **Bounds**: connecting, silence and the whole call have time limits, a reply's body has a size limit, before and
//!   while it is read; lists that are streamed and files that are uploaded are never held whole.
//! - **Cancelling** a call by dropping its future is safe at any point: the next call finds all as it was.
//!
//! [`Error::retry_after`]: crate::Error::retry_after

mod api;
mod base_url;
mod body;
mod builder;
mod call;
mod causes;
mod compression;
mod core;
mod credentials;
mod download;
mod encode;
mod events;
mod extra;
mod fields;
mod headers;
mod hooks;
mod incoming;
mod limit;
mod lines;
mod mask;
mod multipart;
mod oauth;
mod operations;
mod pages;
mod pending;
mod random;
mod read;
mod reply;
mod request;
mod response;
mod retry;
mod scheme;
mod security;
mod servers;
mod stream;
#[cfg(test)]
#[allow(clippy::panic)]
mod tests;
mod texts;
mod trace;
mod upload;
mod wait;
#[cfg(feature = "xml")]
mod xml;

pub use crate::failure::FailureShape;
pub use api::{Api, BareForm, Format, Media, Operation, RateLimit};
#[cfg(feature = "xml")]
pub use api::{XmlMedia, XmlRoot};
pub use base_url::{BaseUrl, Server, Variable};
pub use body::Body;
pub use builder::{ApiClient, Builder};
pub use call::BoxFuture;
pub use core::Core;
#[cfg(feature = "sha256")]
pub use credentials::sha256_hex;
pub use credentials::{Credential, Login, NoCredentials, Token, unix_time};
pub use download::Download;
pub use encode::{Field, FieldFormat, Json, Param, Place, Style, ToParam, Value};
pub use events::Event;
pub use headers::{HeaderForm, Headers};
pub(crate) use limit::LONGEST;
pub use limit::Usage;
pub(crate) use mask::Mask;
pub use multipart::Multipart;
pub use oauth::{OAuth2, OAuthFlow, TokenSource};
pub use pending::{Call, ResponseCall};
pub(crate) use reply::check_body;
pub use reply::{Envelope, Reply};
pub use request::Request;
pub use response::{Dropped, Response};
pub use retry::Retry;
pub use scheme::{Alternative, Scheme, SchemeKind};
pub use stream::{Decoder, Items, MakeDecoder};
pub use upload::{Progress, Upload};
pub use wait::{Batch, Pages, Wait, in_batches, wait_for};
#[cfg(feature = "xml")]
pub(crate) use xml::read_element;
