//! The loop around an HTTP call, and the settings of a client.

mod api;
mod body;
mod builder;
mod call;
mod core;
mod credentials;
mod hooks;
mod limit;
mod multipart;
mod reply;
mod retry;
mod stream;
#[cfg(test)]
#[allow(clippy::panic)]
mod tests;
mod trace;
mod wait;
#[cfg(feature = "xml")]
mod xml;

pub use api::{Api, Auth, Format, Media, Operation, RateLimit};
#[cfg(feature = "xml")]
pub use api::{XmlMedia, XmlRoot};
pub use body::Body;
pub use builder::{ApiClient, Builder};
pub use call::{Attempt, BoxFuture, RawResult, Transmit};
pub use core::Core;
pub use credentials::{Credential, Login, NoCredentials, Token, sha256_hex, unix_time};
pub use hooks::Hooks;
pub use limit::Usage;
pub use multipart::{Multipart, Progress, Upload};
pub use reply::{ApiError, Envelope, Reply};
pub use retry::Retry;
pub use stream::{DecodeError, Decoder, Items, MakeDecoder};
pub use wait::{Batch, Pages, Wait, in_batches, wait_for};
