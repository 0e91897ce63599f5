//! What comes out of a call by name.

use std::fmt;

use serde_json::Value;

use super::DynamicError;
use crate::client::{Dropped, Response};
use crate::json::{self, ToJson};

/// What comes out of a call.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Output {
    /// The reply's typed value as JSON; null where there is none. Numbers that an `f64` does not hold are rounded here, and exact
    /// in `text`.
    pub json: Value,
    /// The same as text, indented, its properties in the order of the spec.
    pub text: String,
    /// The same as Rust prints it.
    pub debug: String,
    /// What the reply has and the value lacks, because it is not as documented: see
    /// [`Response::lenient`](crate::client::Response::lenient).
    pub lenient: Vec<Dropped>,
}

impl Output {
    /// Creates the output for a typed value.
    ///
    /// # Errors
    /// Where the value has no JSON form.
    pub fn of<T: ToJson + fmt::Debug>(value: &T) -> Result<Self, DynamicError> {
        let fail = |e| DynamicError::Input(format!("the reply has no JSON form: {e}"));
        let json = json::encode(value);
        Ok(Self {
            json: json::decode(&json).map_err(fail)?,
            text: String::from_utf8_lossy(&json::pretty(&json)).into_owned(),
            debug: format!("{value:#?}"),
            lenient: Vec::new(),
        })
    }

    /// Creates the output for a reply.
    ///
    /// # Errors
    /// Where the value has no JSON form.
    pub fn of_response<T: ToJson + fmt::Debug>(
        response: &Response<T>,
    ) -> Result<Self, DynamicError> {
        Self::of(response.value()).map(|output| output.without(response.lenient()))
    }

    /// Returns the same output with what the value lacks.
    #[must_use]
    pub fn without(mut self, left_out: &[Dropped]) -> Self {
        self.lenient.extend_from_slice(left_out);
        self
    }

    /// Creates the output for bytes: their text, where they are one.
    #[must_use]
    pub fn bytes(bytes: &[u8]) -> Self {
        let text = String::from_utf8_lossy(bytes).into_owned();
        Self {
            json: Value::String(text.clone()),
            debug: format!("{} bytes", bytes.len()),
            text,
            lenient: Vec::new(),
        }
    }

    /// Creates the output of a call that answers nothing.
    #[must_use]
    pub fn none() -> Self {
        Self {
            json: Value::Null,
            text: "null".to_owned(),
            debug: "()".to_owned(),
            lenient: Vec::new(),
        }
    }
}
