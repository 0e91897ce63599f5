//! What goes into a call by name.

use std::collections::BTreeMap;
use std::fmt;

use super::payload::no_format;
#[cfg(feature = "xml")]
use super::xml::{read_xml, read_xml_list};
use super::{DynamicError, Text};
use crate::client::{Format, Operation, Upload};
use crate::json::{self, FromJson};

/// What goes into a call. `Debug` shows names and sizes, but no value: it may be a secret.
#[derive(Clone, Default)]
pub struct Input {
    /// Parameters, and text parts of a form, by their names on the wire.
    pub params: BTreeMap<String, String>,
    /// Files of a form, by the names of their parts.
    pub files: BTreeMap<String, Upload>,
    /// The body, and its format. What the model lacks is not sent: [`Payload`](super::Payload) has what would be.
    pub body: Option<(Format, Vec<u8>)>,
}

impl fmt::Debug for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let params: Vec<&str> = self.params.keys().map(String::as_str).collect();
        let files: Vec<&str> = self.files.keys().map(String::as_str).collect();
        let body = self.body.as_ref();
        let body = body.map(|(format, bytes)| format!("{} bytes of {format}", bytes.len()));
        f.debug_struct("Input")
            .field("params", &params)
            .field("files", &files)
            .field("body", &body)
            .finish()
    }
}

impl Input {
    /// Returns a required parameter.
    ///
    /// # Errors
    /// Where it is missing, or not of its type.
    pub fn required<T: Text>(&self, name: &str) -> Result<T, DynamicError> {
        self.optional(name)?
            .ok_or_else(|| DynamicError::Parameter(format!("the parameter `{name}` is missing")))
    }

    /// Returns an optional parameter.
    ///
    /// # Errors
    /// Where it is not of its type.
    pub fn optional<T: Text>(&self, name: &str) -> Result<Option<T>, DynamicError> {
        let Some(text) = self.params.get(name) else {
            return Ok(None);
        };
        T::from_text(text).map(Some).ok_or_else(|| {
            DynamicError::Parameter(format!(
                "the parameter `{name}`: expected {}, found `{text}`",
                T::EXPECTED
            ))
        })
    }

    /// Returns a required parameter, from JSON.
    ///
    /// # Errors
    /// Where it is missing, or not of its type.
    pub fn required_json<T: FromJson>(&self, name: &str) -> Result<T, DynamicError> {
        self.optional_json(name)?
            .ok_or_else(|| DynamicError::Parameter(format!("the parameter `{name}` is missing")))
    }

    /// Returns an optional parameter, from JSON. A text that is not JSON is read as a string.
    ///
    /// # Errors
    /// Where it is not of its type.
    pub fn optional_json<T: FromJson>(&self, name: &str) -> Result<Option<T>, DynamicError> {
        let Some(text) = self.params.get(name) else {
            return Ok(None);
        };
        let value = match json::decode(text.as_bytes()) {
            Ok(value) => Ok(value),
            Err(error) => json::decode(&json::encode(text.as_str())).map_err(|_| error),
        };
        value
            .map(Some)
            .map_err(|error| DynamicError::Parameter(format!("the parameter `{name}`: {error}")))
    }

    /// Returns the body as any bytes.
    ///
    /// # Errors
    /// Where it is missing.
    pub fn upload(&self, operation: &Operation) -> Result<Upload, DynamicError> {
        let (_, bytes) = self.bytes(operation)?;
        Ok(Upload::bytes("body", bytes.to_vec()))
    }

    /// Returns a file of a form.
    ///
    /// # Errors
    /// Where it is missing.
    pub fn file(&self, name: &str) -> Result<Upload, DynamicError> {
        self.files
            .get(name)
            .cloned()
            .ok_or_else(|| DynamicError::Parameter(format!("the file `{name}` is missing")))
    }

    fn bytes(&self, operation: &Operation) -> Result<(Format, &[u8]), DynamicError> {
        match &self.body {
            Some((format, bytes)) => Ok((*format, bytes)),
            None => Err(DynamicError::Input(format!(
                "`{}` needs a body",
                operation.id
            ))),
        }
    }

    /// Returns the body, from JSON.
    ///
    /// # Errors
    /// Where it is missing, or not of its type.
    pub fn json<T: FromJson>(&self, operation: &'static Operation) -> Result<T, DynamicError> {
        match self.bytes(operation)? {
            (Format::Json, bytes) => json::decode_spelled(bytes)
                .map_err(|e| DynamicError::Input(format!("in the body: {e}"))),
            (Format::Xml, _) => Err(no_format(operation, Format::Xml)),
        }
    }

    /// Returns the body, from JSON or XML.
    ///
    /// # Errors
    /// As [`Input::json`].
    #[cfg(feature = "xml")]
    pub fn any<T: FromJson + crate::xml::FromXml>(
        &self,
        operation: &'static Operation,
    ) -> Result<T, DynamicError> {
        match self.bytes(operation)? {
            (Format::Json, _) => self.json(operation),
            (Format::Xml, bytes) => read_xml(operation, operation.request, &[], bytes)
                .map_err(|e| prefixed("in the body", e)),
        }
    }

    /// Returns the body that is a list, from JSON or XML.
    ///
    /// # Errors
    /// As [`Input::json`].
    #[cfg(feature = "xml")]
    pub fn any_list<T: FromJson + crate::xml::ReadField>(
        &self,
        operation: &'static Operation,
    ) -> Result<Vec<T>, DynamicError> {
        match self.bytes(operation)? {
            (Format::Json, _) => self.json(operation),
            (Format::Xml, bytes) => read_xml_list(operation, operation.request, bytes)
                .map_err(|e| prefixed("in the body", e)),
        }
    }
}

#[cfg(feature = "xml")]
fn prefixed(what: &str, error: DynamicError) -> DynamicError {
    match error {
        DynamicError::Input(text) => DynamicError::Input(format!("{what}: {text}")),
        call => call,
    }
}
