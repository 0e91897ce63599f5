//! What is checked of a request before it is answered.

pub(crate) mod body;
pub(crate) mod credentials;
pub(crate) mod multipart;
pub(crate) mod parameters;
pub(crate) mod refused;
