//! The specs of the repository: models, bundled documents, samples; and payloads read by name.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use lavka::Format;
use lavka::dynamic;
use lavka_codegen::pipeline::module_name;
use lavka_codegen::samples::{self, Sample, Side};
use lavka_model::bundle::plain_document;
use lavka_model::model::{Api, Codec, Content, Operation, Response, Status, TypeRef};
use lavka_sandbox::XmlOracle;
use serde_json::Value;

use crate::exact::Json;

/// The five APIs.
pub const APIS: [&str; 5] = [
    "digiseller",
    "insales_products",
    "insales_digital",
    "fileflare",
    "qnits",
];

/// The repository's root.
#[must_use]
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the package is in the repository")
}

/// The folder of the specs.
#[must_use]
pub fn folder() -> PathBuf {
    root().join("specs")
}

/// The text of a file below the folder of the specs.
///
/// # Panics
/// Where it cannot be read.
#[must_use]
pub fn text(name: &str) -> String {
    let path = folder().join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// One API: its model, its bundled document and its samples.
#[derive(Clone, Debug)]
pub struct Spec {
    /// The module's name.
    pub name: &'static str,
    /// What the generator makes of the spec.
    pub api: Api,
    /// The bundled document.
    pub bundled: Value,
    /// All samples, `verbatim` ones included, sorted by name.
    pub samples: Vec<Sample>,
}

/// The specs, read once.
static SPECS: LazyLock<Vec<Spec>> = LazyLock::new(|| APIS.iter().map(|api| read(api)).collect());

/// One API's spec.
///
/// # Panics
/// Where the spec has findings that are errors.
#[must_use]
pub fn spec(name: &str) -> &'static Spec {
    SPECS
        .iter()
        .find(|spec| spec.name == name)
        .unwrap_or_else(|| panic!("there is no API {name}"))
}

/// All specs.
pub fn all() -> impl Iterator<Item = &'static Spec> {
    SPECS.iter()
}

fn read(name: &'static str) -> Spec {
    let path = folder().join(format!("{name}.yaml"));
    let (api, bundled) = model(&path);
    let samples = samples::read(&folder().join("samples").join(name))
        .unwrap_or_else(|error| panic!("the samples of {name}: {error}"));
    Spec {
        name,
        api,
        bundled: serde_json::from_str(&bundled).expect("the bundled document is JSON"),
        samples,
    }
}

/// The model of a spec, and its bundled document as JSON text.
///
/// # Panics
/// Where a stage finds an error.
#[must_use]
pub fn model(path: &Path) -> (Api, String) {
    let (model, findings) = lavka_model::model(path, &module_name(path));
    assert!(!findings.has_errors(), "{}", findings.to_text());
    let (source, _) = lavka_model::source::load(path);
    let (bundled, findings) = plain_document(&source);
    assert!(!findings.has_errors(), "{}", findings.to_text());
    let (_, api) = model.expect("a spec without errors has a model");
    let bundled = bundled.expect("a spec without errors has a document");
    (api, bundled.to_json_text())
}

/// An operation of an API.
#[must_use]
pub fn operation<'a>(api: &'a Api, id: &str) -> Option<&'a Operation> {
    api.operations.iter().find(|operation| operation.id == id)
}

/// The reply that a side names.
#[must_use]
pub fn response(operation: &Operation, status: Option<u16>) -> Option<&Response> {
    let mut responses = operation.responses.iter();
    match status {
        None => {
            responses.find(|response| response.status.is_success() && !response.contents.is_empty())
        }
        Some(code) => {
            let range = u8::try_from(code / 100).unwrap_or_default();
            [Status::Code(code), Status::Range(range), Status::Default]
                .iter()
                .find_map(|status| {
                    responses
                        .clone()
                        .find(|response| response.status == *status)
                })
        }
    }
}

/// The body that a side names.
#[must_use]
pub fn payload<'a>(api: &'a Api, id: &str, side: Side) -> Option<Payload<'a>> {
    body(operation(api, id)?, side)
}

/// The body of an operation that a side names.
#[must_use]
pub fn body(operation: &Operation, side: Side) -> Option<Payload<'_>> {
    let (contents, required) = match side {
        Side::Request => {
            let request = operation.request.as_ref()?;
            (&request.contents, request.required)
        }
        Side::Response(status) => (&response(operation, status)?.contents, true),
    };
    Some(Payload {
        ty: &contents.first()?.ty,
        contents,
        required,
    })
}

/// A body in every media type that it can have.
#[derive(Clone, Copy, Debug)]
pub struct Payload<'a> {
    /// Its type. The specs have one for all media types of a body.
    pub ty: &'a TypeRef,
    /// The body in each media type.
    pub contents: &'a [Content],
    /// Must be given.
    pub required: bool,
}

/// Where an operation's payload has both formats, `true`.
#[must_use]
pub fn has_both_formats(api: &Api, id: &str, side: Side) -> bool {
    payload(api, id, side).is_some_and(|body| {
        let has = |test: fn(&Codec) -> bool| body.contents.iter().any(|c| test(&c.codec));
        has(|codec| matches!(codec, Codec::Json { .. }))
            && has(|codec| matches!(codec, Codec::Xml(_)))
    })
}

impl Spec {
    /// An oracle for the API's XML.
    ///
    /// # Panics
    /// Where the bundled document cannot be used.
    #[must_use]
    pub fn oracle(&self) -> XmlOracle {
        XmlOracle::new(&self.bundled).unwrap_or_else(|problem| panic!("{}: {problem}", self.name))
    }

    /// What the bundled document says of a payload in XML: the media type object.
    #[must_use]
    pub fn xml_media(&self, id: &str, side: Side) -> Option<&Value> {
        let found = operation(&self.api, id)?;
        let object = self
            .bundled
            .get("paths")?
            .get(found.path.to_string())?
            .get(found.method.as_str().to_lowercase())?;
        let body = match side {
            Side::Request => object.get("requestBody")?,
            Side::Response(status) => {
                let key = match response(found, status)?.status {
                    Status::Code(code) => code.to_string(),
                    Status::Range(range) => format!("{range}XX"),
                    Status::Default => "default".to_owned(),
                };
                object.get("responses")?.get(key)?
            }
        };
        let content = self.resolve(body)?.get("content")?.as_object()?;
        content
            .iter()
            .find(|(media, _)| media.contains("xml"))
            .map(|(_, media)| media)
    }

    fn resolve<'a>(&'a self, value: &'a Value) -> Option<&'a Value> {
        match value.get("$ref").and_then(Value::as_str) {
            Some(reference) => self.bundled.pointer(reference.strip_prefix('#')?),
            None => Some(value),
        }
    }

    /// What an XML payload holds, as the oracle reads it.
    ///
    /// # Errors
    /// Where the bytes are no XML, or hold what the spec does not list.
    pub fn xml_value(
        &self,
        oracle: &XmlOracle,
        id: &str,
        side: Side,
        bytes: &[u8],
    ) -> Result<Json, String> {
        let media = self
            .xml_media(id, side)
            .ok_or_else(|| format!("{id} has no such payload in XML"))?;
        let schema = media.get("schema").unwrap_or(&Value::Null);
        let root = media.get("x-xml-root").and_then(Value::as_str);
        oracle
            .to_json(schema, root, bytes)
            .map(|value| Json::from_value(&value))
            .map_err(|error| error.to_string())
    }

    /// What a sample holds, read without the typed model.
    ///
    /// # Errors
    /// Where it does not parse, or is XML that holds what the spec does not list.
    pub fn value(&self, oracle: &XmlOracle, sample: &Sample) -> Result<Json, String> {
        match sample.extension.as_str() {
            "xml" => self.xml_value(oracle, &sample.operation, sample.side, &sample.bytes),
            "json" => Json::parse(&sample.bytes),
            _ => {
                let text = std::str::from_utf8(&sample.bytes).map_err(|error| error.to_string())?;
                Ok(Json::String(text.trim().to_owned()))
            }
        }
    }

    /// Reads a payload into its type.
    ///
    /// # Errors
    /// As the typed model has it.
    ///
    /// # Panics
    /// Where the bindings lack the API.
    pub fn decode(
        &self,
        id: &str,
        side: Side,
        format: Format,
        bytes: &[u8],
    ) -> Result<dynamic::Payload, String> {
        let side = match side {
            Side::Request => dynamic::Side::Request,
            Side::Response(status) => dynamic::Side::Response(status),
        };
        lavka::apis()
            .into_iter()
            .find(|api| api.name() == self.name)
            .unwrap_or_else(|| panic!("the bindings lack {}", self.name))
            .payload(id, side, format, bytes)
            .map_err(|error| error.to_string())
    }

    /// Reads a sample into its type.
    ///
    /// # Errors
    /// As [`Self::decode`].
    pub fn decode_sample(&self, sample: &Sample) -> Result<dynamic::Payload, String> {
        self.decode(
            &sample.operation,
            sample.side,
            format(sample),
            &sample.bytes,
        )
    }
}

/// The format by which a sample is read: a bare string is a form of JSON.
#[must_use]
pub fn format(sample: &Sample) -> Format {
    match sample.extension.as_str() {
        "xml" => Format::Xml,
        _ => Format::Json,
    }
}
