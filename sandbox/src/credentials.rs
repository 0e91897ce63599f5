//! The credentials that the sandbox accepts, the same for every API.
//!
//! Body credentials (`x-credential` in a spec) are also accepted with the value that the operation's request sample
//! or the property's `example` shows, so that a documented request passes as it is printed.

/// Token, wherever a spec asks for one: query, header, `Authorization: Bearer`, body.
pub const TOKEN: &str = "sandbox-token";

/// Login of HTTP Basic.
pub const LOGIN: &str = "sandbox-login";

/// Password of HTTP Basic.
pub const PASSWORD: &str = "sandbox-password";

/// Id of who may log in: every argument of a login (`x-login`) but the last.
pub const SELLER_ID: i64 = 123_456;

/// The last argument of a login, its secret.
pub const API_KEY: &str = "sandbox-api-key";

/// The number that is accepted wherever a body credential is an integer.
pub const NUMBER: i64 = 1;

/// What the sandbox knows of a login's arguments (`x-login`), of which the last is the secret.
pub(crate) fn argument(arguments: &[String], name: &str) -> Option<String> {
    let position = arguments.iter().position(|argument| argument == name)?;
    Some(if position + 1 == arguments.len() {
        API_KEY.to_owned()
    } else {
        SELLER_ID.to_string()
    })
}
