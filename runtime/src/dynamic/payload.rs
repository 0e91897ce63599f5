//! Payloads that have been read into their types.

use std::fmt;

use super::{DynamicError, Side};
use crate::Error;
use crate::client::{Dropped, Format, Operation, Reply};
use crate::json::{self, FromJson, ToJson};

/// A payload that has been read into its type.
pub struct Payload {
    pub(super) value: Box<dyn Typed>,
    pub(super) dropped: Vec<Dropped>,
}

impl fmt::Debug for Payload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.value.debug())
    }
}

impl Payload {
    /// Returns the values of a reply that were left out because they are not as documented: see
    /// [`Response::lenient`](crate::client::Response::lenient).
    #[must_use]
    pub fn lenient(&self) -> &[Dropped] {
        &self.dropped
    }

    /// Writes the payload as indented JSON.
    ///
    /// # Errors
    /// Where a value has no JSON form.
    pub fn to_json(&self) -> Result<Vec<u8>, DynamicError> {
        self.value.json()
    }

    /// Writes the payload as XML.
    ///
    /// # Errors
    /// Where the payload has no XML form, or XML cannot carry a value.
    pub fn to_xml(&self) -> Result<Vec<u8>, DynamicError> {
        self.value.xml()
    }

    /// Writes the typed value as `{:#?}` does.
    #[must_use]
    pub fn debug(&self) -> String {
        self.value.debug()
    }
}

pub(super) trait Typed {
    fn json(&self) -> Result<Vec<u8>, DynamicError>;
    fn xml(&self) -> Result<Vec<u8>, DynamicError>;
    fn debug(&self) -> String;
}

struct JsonOnly<T>(&'static Operation, T);

impl<T: ToJson + fmt::Debug> Typed for JsonOnly<T> {
    fn json(&self) -> Result<Vec<u8>, DynamicError> {
        Ok(json::encode_pretty(&self.1))
    }
    fn xml(&self) -> Result<Vec<u8>, DynamicError> {
        Err(no_format(self.0, Format::Xml))
    }
    fn debug(&self) -> String {
        format!("{:#?}", self.1)
    }
}

pub(super) fn no_format(operation: &Operation, format: Format) -> DynamicError {
    DynamicError::Input(format!(
        "`{}` has no {format} form of this payload",
        operation.id
    ))
}

/// Reads a payload that is JSON only. For generated code.
///
/// # Errors
/// Where the bytes are not of the type.
#[doc(hidden)]
pub fn read_json<T: FromJson + ToJson + fmt::Debug + 'static>(
    operation: &'static Operation,
    side: Side,
    from: Format,
    bytes: &[u8],
    bare_string: bool,
) -> Result<Payload, DynamicError> {
    if from == Format::Xml {
        return Err(no_format(operation, Format::Xml));
    }
    let read = match bare_string {
        true => Reply::decode_bare_string::<T>,
        false => Reply::decode::<T>,
    };
    let (value, dropped) = decode(operation, side, bytes, read)?;
    Ok(Payload {
        value: Box::new(JsonOnly(operation, value)),
        dropped,
    })
}

/// Decodes JSON: a reply as a call does.
pub(super) fn decode<T: FromJson>(
    operation: &'static Operation,
    side: Side,
    bytes: &[u8],
    read: fn(&Reply) -> Result<T, Error>,
) -> Result<(T, Vec<Dropped>), DynamicError> {
    let Side::Response(status) = side else {
        let value = json::decode_spelled(bytes);
        let value = value.map_err(|error| DynamicError::Input(error.to_string()))?;
        return Ok((value, Vec::new()));
    };
    let reply = Reply::of_body(operation, status.unwrap_or(200), bytes);
    match read(&reply) {
        Ok(value) => Ok((value, reply.dropped())),
        Err(error) => Err(DynamicError::Input(reply.explain(error).about_body())),
    }
}
