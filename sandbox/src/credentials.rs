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

/// Id of the seller who may log in (`x-login`).
pub const SELLER_ID: i64 = 123_456;

/// Key of the seller, the secret part of the login.
pub const API_KEY: &str = "sandbox-api-key";

/// The number that is accepted wherever a body credential is an integer (Qnits' `qnit_id`).
pub const NUMBER: i64 = 1;

/// Qnits' `qnit_id`.
pub const QNIT_ID: i64 = NUMBER;

/// What the sandbox knows under the name that a spec's `x-login` gives to an argument.
pub(crate) fn argument(name: &str) -> Option<String> {
    match name {
        "seller_id" => Some(SELLER_ID.to_string()),
        "api_key" => Some(API_KEY.to_owned()),
        "login" => Some(LOGIN.to_owned()),
        "password" => Some(PASSWORD.to_owned()),
        "token" => Some(TOKEN.to_owned()),
        _ => None,
    }
}
