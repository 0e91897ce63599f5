//! An API as the sandbox serves it, made from a bundled OpenAPI document and its samples.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::Method;
use serde_json::{Map, Value};

use crate::credentials;
use crate::document::Document;
use crate::media::Media;
use crate::problem::{FailureCodes, Problem};
use crate::route::Template;
use crate::sample::{Direction, Sample, SampleFormat};
use crate::schema::Checker;
use crate::xml::Dialect;

/// An API that the sandbox can serve: [`Builder::serve`](crate::Builder::serve).
#[derive(Debug)]
pub struct Api {
    pub(crate) name: String,
    pub(crate) document: Document,
    pub(crate) dialect: Dialect,
    /// Path of the first server's URL, without a slash at the end.
    pub(crate) base_path: String,
    pub(crate) operations: Vec<Operation>,
    pub(crate) limits: Vec<Limit>,
    pub(crate) login: Option<Login>,
    pub(crate) codes: FailureCodes,
}

/// One operation.
#[derive(Debug)]
pub(crate) struct Operation {
    pub(crate) id: String,
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) template: Template,
    pub(crate) parameters: Vec<Parameter>,
    /// Any one of these must be met; each is met when all of its schemes are. Empty: no credentials.
    pub(crate) security: Vec<Vec<Scheme>>,
    pub(crate) request: Option<RequestBody>,
    pub(crate) responses: Vec<DocumentedReply>,
    pub(crate) samples: Vec<Payload>,
    /// Index of the rate limit that it counts against.
    pub(crate) limit: Option<usize>,
}

/// A way to authenticate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Scheme {
    Query(String),
    Header(String),
    Basic,
    Bearer,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Location {
    Path,
    Query,
    Header,
}

#[derive(Debug)]
pub(crate) struct Parameter {
    pub(crate) name: String,
    pub(crate) location: Location,
    pub(crate) required: bool,
    pub(crate) schema: Value,
    /// Whether each item of a list is a parameter of its own.
    pub(crate) explode: bool,
    pub(crate) checker: Arc<Checker>,
}

#[derive(Debug)]
pub(crate) struct RequestBody {
    pub(crate) required: bool,
    pub(crate) media: Vec<Media>,
}

/// A documented reply.
#[derive(Debug)]
pub(crate) struct DocumentedReply {
    /// `200`, `4XX`, `default`.
    pub(crate) status: String,
    pub(crate) media: Vec<Media>,
}

/// A sample with its bytes.
#[derive(Debug)]
pub(crate) struct Payload {
    pub(crate) case: String,
    pub(crate) direction: Direction,
    pub(crate) status: Option<u16>,
    pub(crate) format: SampleFormat,
    pub(crate) bytes: Bytes,
    /// The value, for those that can be read: says which case a request is.
    pub(crate) value: Option<Value>,
}

/// A limit that the server keeps.
#[derive(Debug)]
pub(crate) struct Limit {
    pub(crate) requests: u64,
    pub(crate) window: Duration,
    /// The reply's header with the usage, in lower case.
    pub(crate) header: Option<String>,
}

/// How a token is got (`x-login`).
#[derive(Debug)]
pub(crate) struct Login {
    pub(crate) operation: String,
    /// Properties of the request and the templates of their values.
    pub(crate) request: Vec<(String, String)>,
    /// Names of what the caller must know; the last is a secret.
    pub(crate) arguments: Vec<String>,
    pub(crate) token: String,
    pub(crate) expires: Option<String>,
}

impl Api {
    /// An API from a bundled OpenAPI 3.0 document in JSON (no references to other files) and its samples.
    ///
    /// # Errors
    /// Where the document is no JSON, refers to something that it does not hold, or uses what the sandbox does not
    /// know. The problem names the place in the document.
    pub fn from_bundled(
        name: &str,
        document: &str,
        samples: &[Sample<'_>],
    ) -> Result<Self, Problem> {
        let fault = |text: String| {
            Problem::new(
                format!("the document of {name}"),
                "a bundled OpenAPI 3.0 document",
                text,
            )
        };
        let root: Value =
            serde_json::from_str(document).map_err(|error| fault(error.to_string()))?;
        let document = Document::new(root).map_err(fault)?;
        let dialect = Dialect::of(&document).map_err(fault)?;
        let (limits, limit_names) = limits(&document);
        let mut loader = Loader {
            document: &document,
            dialect,
            schemes: schemes(&document).map_err(fault)?,
            limit_names,
            checkers: HashMap::new(),
        };
        let operations = loader.operations(samples).map_err(fault)?;
        if operations.is_empty() {
            return Err(fault("no operations".to_owned()));
        }
        Ok(Self {
            name: name.to_owned(),
            base_path: base_path(&document),
            login: login(&document),
            codes: codes(&document),
            operations,
            limits,
            dialect,
            document,
        })
    }

    /// The API's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What the sandbox accepts for a credential, by the name that the spec gives to it: an argument of a login, a property
    /// with `x-credential`, `login` and `password` of HTTP Basic, `token` for the other schemes.
    #[must_use]
    pub fn credential(&self, name: &str) -> Option<String> {
        let arguments = self.login.as_ref().map(|login| login.arguments.as_slice());
        if let Some(value) = arguments.and_then(|names| credentials::argument(names, name)) {
            return Some(value);
        }
        if let Some(property) = body_credential(self.document.root(), name) {
            let is_number = matches!(
                property.get("type").and_then(Value::as_str),
                Some("integer" | "number")
            );
            return Some(if is_number {
                credentials::NUMBER.to_string()
            } else {
                credentials::TOKEN.to_owned()
            });
        }
        let has = |scheme: fn(&Scheme) -> bool| {
            let mut all = self
                .operations
                .iter()
                .flat_map(|o| o.security.iter().flatten());
            all.any(scheme)
        };
        let is_basic = |scheme: &Scheme| matches!(scheme, Scheme::Basic);
        match name {
            "login" if has(is_basic) => Some(credentials::LOGIN.to_owned()),
            "password" if has(is_basic) => Some(credentials::PASSWORD.to_owned()),
            "token" if has(|scheme| !matches!(scheme, Scheme::Basic)) => {
                Some(credentials::TOKEN.to_owned())
            }
            _ => None,
        }
    }

    /// Ids of the operations, in the document's order of paths.
    pub fn operations(&self) -> impl Iterator<Item = &str> {
        self.operations
            .iter()
            .map(|operation| operation.id.as_str())
    }
}

/// The property that a credential with this name fills.
fn body_credential<'a>(node: &'a Value, name: &str) -> Option<&'a Value> {
    match node {
        Value::Object(members) => {
            if members.get("x-credential").and_then(Value::as_str) == Some(name) {
                return Some(node);
            }
            members
                .values()
                .find_map(|member| body_credential(member, name))
        }
        Value::Array(items) => items.iter().find_map(|item| body_credential(item, name)),
        _ => None,
    }
}

struct Loader<'d> {
    document: &'d Document,
    dialect: Dialect,
    schemes: HashMap<String, Scheme>,
    /// Index of each limit, and that of the default one under the empty name.
    limit_names: HashMap<String, usize>,
    /// Checkers by their schema: an API uses the same ones again and again.
    checkers: HashMap<String, Arc<Checker>>,
}

impl Loader<'_> {
    fn operations(&mut self, samples: &[Sample<'_>]) -> Result<Vec<Operation>, String> {
        let document = self.document;
        let Some(Value::Object(paths)) = document.root().get("paths") else {
            return Err("no paths".to_owned());
        };
        let mut operations = Vec::new();
        for (path, item) in paths {
            let item = document.resolve(item);
            for method in [
                "get", "put", "post", "delete", "options", "head", "patch", "trace",
            ] {
                if let Some(operation) = item.get(method) {
                    let built = self.operation(path, method, item, operation, samples);
                    operations.push(built.map_err(|fault| format!("{method} {path}: {fault}"))?);
                }
            }
        }
        Ok(operations)
    }

    fn operation(
        &mut self,
        path: &str,
        method: &str,
        item: &Value,
        source: &Value,
        samples: &[Sample<'_>],
    ) -> Result<Operation, String> {
        let id = source
            .get("operationId")
            .and_then(Value::as_str)
            .ok_or("no operationId")?;
        let security = source
            .get("security")
            .or_else(|| self.document.root().get("security"));
        let responses = self.responses(source)?;
        let request = self.request_body(source)?;
        let limit = source
            .get("x-rate-limit")
            .and_then(Value::as_str)
            .and_then(|name| self.limit_names.get(name))
            .or_else(|| self.limit_names.get(""))
            .copied();
        let mut payloads: Vec<Payload> = samples
            .iter()
            .filter(|sample| sample.operation == id && sample.case != "verbatim")
            .map(|sample| Payload {
                case: sample.case.to_owned(),
                direction: sample.direction,
                status: sample.status,
                format: sample.format,
                bytes: Bytes::copy_from_slice(sample.bytes),
                value: None,
            })
            .collect();
        payloads.sort_by_key(|payload| Sample::rank(&payload.case));
        if let Some(request) = &request {
            for payload in payloads
                .iter_mut()
                .filter(|payload| payload.direction == Direction::Request)
            {
                payload.value = request
                    .media
                    .iter()
                    .find(|media| media.sample_format() == Some(payload.format))
                    .and_then(|media| {
                        media
                            .value(self.document, self.dialect, &payload.bytes)
                            .ok()
                    });
            }
        }
        Ok(Operation {
            id: id.to_owned(),
            method: Method::from_bytes(method.to_uppercase().as_bytes())
                .map_err(|error| error.to_string())?,
            path: path.to_owned(),
            template: Template::parse(path)?,
            parameters: self.parameters(item, source)?,
            security: self.security(security)?,
            request,
            responses,
            samples: payloads,
            limit,
        })
    }

    fn security(&self, source: Option<&Value>) -> Result<Vec<Vec<Scheme>>, String> {
        let requirements = source
            .and_then(Value::as_array)
            .map(Vec::as_slice)
            .unwrap_or_default();
        let mut result = Vec::new();
        for requirement in requirements {
            let names = requirement.as_object().map(Map::keys).into_iter().flatten();
            let schemes = names.map(|name| {
                let scheme = self.schemes.get(name).cloned();
                scheme.ok_or_else(|| format!("the security scheme {name:?} is not declared"))
            });
            result.push(schemes.collect::<Result<Vec<_>, _>>()?);
        }
        // An empty requirement asks for nothing.
        if result.iter().any(Vec::is_empty) {
            result.clear();
        }
        Ok(result)
    }

    fn parameters(&mut self, item: &Value, operation: &Value) -> Result<Vec<Parameter>, String> {
        let document = self.document;
        let mut result: Vec<Parameter> = Vec::new();
        for source in [item, operation] {
            let list = source
                .get("parameters")
                .and_then(Value::as_array)
                .map(Vec::as_slice);
            for parameter in list.unwrap_or_default() {
                let parameter = document.resolve(parameter);
                let text = |key: &str| parameter.get(key).and_then(Value::as_str);
                let name = text("name").ok_or("a parameter without a name")?;
                let location = match text("in") {
                    Some("path") => Location::Path,
                    Some("query") => Location::Query,
                    Some("header") => Location::Header,
                    other => {
                        return Err(format!(
                            "the parameter {name:?} is in {other:?}, which is not supported"
                        ));
                    }
                };
                let schema = parameter
                    .get("schema")
                    .ok_or_else(|| format!("the parameter {name:?} has no schema"))?;
                result.retain(|known| known.name != name || known.location != location);
                result.push(Parameter {
                    name: name.to_owned(),
                    location,
                    required: location == Location::Path
                        || parameter.get("required") == Some(&Value::Bool(true)),
                    explode: parameter
                        .get("explode")
                        .and_then(Value::as_bool)
                        .unwrap_or(location == Location::Query),
                    checker: self.checker(schema)?,
                    schema: document.resolve(schema).clone(),
                });
            }
        }
        Ok(result)
    }

    fn request_body(&mut self, operation: &Value) -> Result<Option<RequestBody>, String> {
        let Some(source) = operation.get("requestBody") else {
            return Ok(None);
        };
        let source = self.document.resolve(source);
        let mut media = media_types(source);
        for media in &mut media {
            if let Some(schema) = &media.schema {
                media.checker = Some(self.checker(schema)?);
            }
        }
        Ok(Some(RequestBody {
            required: source.get("required") == Some(&Value::Bool(true)),
            media,
        }))
    }

    fn responses(&self, operation: &Value) -> Result<Vec<DocumentedReply>, String> {
        let Some(Value::Object(responses)) = operation.get("responses") else {
            return Err("no responses".to_owned());
        };
        let mut result: Vec<DocumentedReply> = responses
            .iter()
            .map(|(status, reply)| {
                let reply = self.document.resolve(reply);
                DocumentedReply {
                    status: status.clone(),
                    media: media_types(reply),
                }
            })
            .collect();
        result.sort_by(|a, b| a.status.cmp(&b.status));
        Ok(result)
    }

    fn checker(&mut self, schema: &Value) -> Result<Arc<Checker>, String> {
        let key = schema.to_string();
        if let Some(known) = self.checkers.get(&key) {
            return Ok(Arc::clone(known));
        }
        let checker = Arc::new(Checker::new(self.document, schema, Direction::Request)?);
        self.checkers.insert(key, Arc::clone(&checker));
        Ok(checker)
    }
}

/// The media types of a body.
fn media_types(source: &Value) -> Vec<Media> {
    let content = source
        .get("content")
        .and_then(Value::as_object)
        .into_iter()
        .flatten();
    content
        .map(|(name, media)| Media::new(name, media))
        .collect()
}

fn schemes(document: &Document) -> Result<HashMap<String, Scheme>, String> {
    let declared = document
        .root()
        .pointer("/components/securitySchemes")
        .and_then(Value::as_object);
    let mut result = HashMap::new();
    for (name, source) in declared.into_iter().flatten() {
        let source = document.resolve(source);
        let text = |key: &str| source.get(key).and_then(Value::as_str).unwrap_or_default();
        let scheme = match (
            text("type"),
            text("in"),
            text("scheme").to_ascii_lowercase().as_str(),
        ) {
            ("apiKey", "query", _) => Scheme::Query(text("name").to_owned()),
            ("apiKey", "header", _) => Scheme::Header(text("name").to_owned()),
            ("http", _, "basic") => Scheme::Basic,
            ("http", _, "bearer") => Scheme::Bearer,
            (ty, _, _) => {
                return Err(format!(
                    "the security scheme {name:?} of type {ty:?} is not supported"
                ));
            }
        };
        result.insert(name.clone(), scheme);
    }
    Ok(result)
}

fn limits(document: &Document) -> (Vec<Limit>, HashMap<String, usize>) {
    let mut limits = Vec::new();
    let mut names = HashMap::new();
    let declared = document
        .root()
        .get("x-rate-limits")
        .and_then(Value::as_object);
    for (name, source) in declared.into_iter().flatten() {
        let number = |key: &str| source.get(key).and_then(Value::as_u64);
        if let (Some(requests), Some(seconds)) = (number("requests"), number("seconds")) {
            names.insert(name.clone(), limits.len());
            if source.get("default") == Some(&Value::Bool(true)) {
                names.insert(String::new(), limits.len());
            }
            limits.push(Limit {
                requests,
                window: Duration::from_secs(seconds),
                header: source
                    .get("header")
                    .and_then(Value::as_str)
                    .map(str::to_lowercase),
            });
        }
    }
    (limits, names)
}

fn codes(document: &Document) -> FailureCodes {
    let first = |kind: &str| {
        let codes = document.root().get("x-failure-codes")?.get(kind)?;
        codes.get(0)?.as_str().map(str::to_owned)
    };
    FailureCodes {
        auth: first("auth"),
        quota: first("quota"),
    }
}

fn login(document: &Document) -> Option<Login> {
    let declared = document
        .root()
        .pointer("/components/securitySchemes")?
        .as_object()?;
    let source = declared
        .values()
        .find_map(|scheme| document.resolve(scheme).get("x-login"))?;
    let text = |key: &str| source.get(key).and_then(Value::as_str).map(str::to_owned);
    let request = source.get("request")?.as_object()?;
    Some(Login {
        operation: text("operation")?,
        request: request
            .iter()
            .filter_map(|(name, template)| Some((name.clone(), template.as_str()?.to_owned())))
            .collect(),
        arguments: source
            .get("arguments")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(|name| name.as_str().map(str::to_owned))
            .collect(),
        token: text("token")?,
        expires: text("expires"),
    })
}

fn base_path(document: &Document) -> String {
    document
        .root()
        .pointer("/servers/0/url")
        .and_then(Value::as_str)
        .and_then(|text| url::Url::parse(text).ok())
        .map(|url| url.path().trim_end_matches('/').to_owned())
        .unwrap_or_default()
}
