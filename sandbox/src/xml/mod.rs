//! XML turned into JSON by the schema alone, and back for error replies.
//!
//! The reader is an oracle: it shares no code with the bindings' own codec, is built on another parser, and is strict.
//! What the schema does not list is a fault, not something to skip.

mod decode;
mod leaf;
mod list;
mod read;
mod scalar;
mod shape;
mod write;

use std::fmt;

use serde_json::Value;

use crate::document::Document;
use crate::problem::Problem;

pub(crate) use read::{locate, read};
pub(crate) use write::write;

/// How an API writes XML (`x-xml-dialect`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// Text as written.
    Plain,
    /// White space around strings is not part of them.
    Trimmed,
    /// `type` and `nil` attributes, `type="array"` on wrapped lists.
    Rails,
}

impl Dialect {
    /// The dialect that a document names.
    pub(crate) fn of(document: &Document) -> Result<Self, String> {
        match document.root().get("x-xml-dialect") {
            None => Ok(Self::Plain),
            Some(Value::String(name)) if name == "plain" => Ok(Self::Plain),
            Some(Value::String(name)) if name == "trimmed" => Ok(Self::Trimmed),
            Some(Value::String(name)) if name == "rails" => Ok(Self::Rails),
            Some(other) => Err(format!(
                "x-xml-dialect: expected \"plain\", \"trimmed\" or \"rails\", found {other}"
            )),
        }
    }
}

/// The text of an XML document in its own encoding, without a byte-order mark.
///
/// # Errors
/// Where the encoding is unknown, or the bytes are not of it.
pub fn xml_text(bytes: &[u8]) -> Result<std::borrow::Cow<'_, str>, String> {
    decode::decode(bytes)
        .map_err(|found| format!("expected XML in its declared encoding, found {found}"))
}

/// Why an XML document could not be turned into JSON: everything that is wrong with it, up to a bound.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct XmlError {
    /// What is wrong; the place is an element path with line and column, or these alone where the text is no XML.
    pub problems: Vec<Problem>,
}

impl XmlError {
    pub(crate) fn one(problem: Problem) -> Self {
        Self {
            problems: vec![problem],
        }
    }
}

impl fmt::Display for XmlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.problems.iter().enumerate() {
            if index > 0 {
                f.write_str("; ")?;
            }
            write!(f, "{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for XmlError {}

/// Turns XML payloads of one API into JSON.
///
/// Build it once where many payloads are read; for one, [`xml_to_json`] is shorter.
#[derive(Clone, Debug)]
pub struct XmlOracle {
    document: Document,
    dialect: Dialect,
}

impl XmlOracle {
    /// An oracle for a bundled OpenAPI document.
    ///
    /// # Errors
    /// Where a reference of the document is unresolved, or its `x-xml-dialect` is unknown.
    pub fn new(spec: &Value) -> Result<Self, Problem> {
        let fault = |text: String| Problem::new("the document", "a bundled OpenAPI document", text);
        let document = Document::new(spec.clone()).map_err(fault)?;
        let dialect = Dialect::of(&document).map_err(fault)?;
        Ok(Self { document, dialect })
    }

    /// The JSON value of an XML payload.
    ///
    /// `schema` is a schema object or a `$ref` into the document. `root` is the expected root element; without it the
    /// schema's `xml.name` counts, then the name of the component that it refers to, then any name passes.
    ///
    /// # Errors
    /// Where the bytes are no XML, or hold something that the schema does not describe.
    pub fn to_json(
        &self,
        schema: &Value,
        root: Option<&str>,
        bytes: &[u8],
    ) -> Result<Value, XmlError> {
        let schema = self.document.flattened(schema);
        read(&self.document, self.dialect, &schema, root, bytes)
    }
}

/// The JSON value of an XML payload, read by a schema of a bundled document.
///
/// `schema` is a schema object, a `$ref` into the document, or a media type object with `schema` and, if the root
/// element differs, `x-xml-root`. Numbers become JSON numbers (fractions as `f64`, as everywhere in
/// `serde_json`), `nil="true"` null, repeated elements arrays, and text
/// with markup inside its source as written. Whether required properties are there, whether values are in range and
/// the like is not judged here but by the schema check that follows.
///
/// # Errors
/// Where the bytes are no XML, or hold something that the schema does not describe.
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let spec = serde_json::json!({"components": {"schemas": {"Price": {
///     "type": "object", "xml": {"name": "price"},
///     "properties": {"amount": {"type": "number"}, "tags": {"type": "array", "items": {"type": "string"}}}
/// }}}});
/// let schema = serde_json::json!({"$ref": "#/components/schemas/Price"});
/// let xml = b"<price><tags>a</tags><amount>1.50</amount><tags>b</tags></price>";
/// let json = lavka_sandbox::xml_to_json(&spec, &schema, xml)?;
/// assert_eq!(json, serde_json::json!({"amount": 1.5, "tags": ["a", "b"]}));
/// # Ok(())
/// # }
/// ```
pub fn xml_to_json(spec: &Value, schema: &Value, bytes: &[u8]) -> Result<Value, XmlError> {
    let oracle = XmlOracle::new(spec).map_err(XmlError::one)?;
    let root = schema.get("x-xml-root").and_then(Value::as_str);
    let is_media_type = schema.get("schema").is_some_and(Value::is_object)
        && schema.get("type").is_none()
        && schema.get("properties").is_none();
    let schema = if is_media_type {
        schema.get("schema").unwrap_or(schema)
    } else {
        schema
    };
    oracle.to_json(schema, root, bytes)
}
