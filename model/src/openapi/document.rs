//! The root, paths, operations and components.

use crate::diag::{Code, Cost, Finding, Findings};
use crate::normalized::{
    EXTERNAL_DOCS, Extensions, INFO_TERMS, Info, Method, SecurityRequirement, Server,
    ServerVariable, Spanned, Status, Tag, Token, Version,
};
use crate::source::{Member, Node, Object, Origin, Value};

use super::fields::{Fields, Reader};
use super::{Components, Document, Operation, PathItem};

/// Documents of other kinds, by a key of their root.
const OTHERS: &[(&str, &str)] = &[
    ("arazzo", "an Arazzo document"),
    ("asyncapi", "an AsyncAPI document"),
    ("discoveryVersion", "a Google API Discovery document"),
    ("overlay", "an OpenAPI Overlay"),
    ("swaggerVersion", "a Swagger 1 document"),
    ("$schema", "a JSON Schema"),
];

const COMMENTS: &str = "JSON has no comments: remove them";

fn is_comment(text: &str) -> bool {
    text.starts_with("//") || text.starts_with("/*")
}

fn fail(code: Code, origin: &Origin, message: String) -> Box<Finding> {
    Box::new(Finding::new(code, origin, message).costs(Cost::Document))
}

/// Why a document that does not begin with `openapi` is not one.
fn another_kind(root: &Node, object: &Object) -> Box<Finding> {
    if let Some(swagger) = object.get("swagger") {
        let written = swagger.node.written();
        let message =
            format!("this is a Swagger {written} document; expected OpenAPI 3.0, 3.1 or 3.2");
        let mut finding = fail(Code::OpenApiVersion, &swagger.key, message);
        finding.help = Some(
            "convert it, for example with `npx swagger2openapi --yaml --outfile openapi.yaml FILE` or https://converter.swagger.io"
                .into(),
        );
        return finding;
    }
    let info = object.get("info");
    let postman = info.and_then(|info| info.node.as_object()?.get("_postman_id"));
    let mut others = OTHERS
        .iter()
        .filter_map(|(key, what)| Some((object.get(*key)?, *what)));
    let other = postman
        .map(|member| (member, "a Postman collection"))
        .or_else(|| others.next());
    if let Some((member, what)) = other {
        let message = format!("this is {what}; expected an OpenAPI document");
        let mut finding = fail(Code::NotOpenApi, &member.key, message);
        let help = match object.contains_key("overlay") {
            true => "name the document that it changes; `--overlay` takes this file",
            false => "generate from the API's OpenAPI document, or convert this one",
        };
        finding.help = Some(help.into());
        return finding;
    }
    let message = "this is not an OpenAPI document: the key `openapi` is missing".into();
    let mut finding = fail(Code::NotOpenApi, &root.origin.head(), message);
    finding.help = Some(match object.keys().any(|key| is_comment(key)) {
        true => COMMENTS.into(),
        false => "begin with `openapi: 3.0.3`".into(),
    });
    *finding = finding.suggest("openapi", object.keys().map(String::as_str));
    finding
}

/// The version of a document, or why it is not one that can be read.
pub(crate) fn version(root: &Node) -> Result<(Version, Option<Finding>), Box<Finding>> {
    let Some(object) = root.as_object() else {
        let message = format!("an OpenAPI document is an object; found {}", root.kind());
        let mut finding = fail(Code::NotOpenApi, &root.origin.head(), message);
        let text = root.as_str().unwrap_or_default();
        let help = if text.starts_with("<?xml") {
            Some("XML (a WSDL or WADL file?) is not read; expected JSON or YAML")
        } else if text.starts_with('<') {
            Some("a page seems to have been saved in place of the document")
        } else if is_comment(text) {
            Some(COMMENTS)
        } else {
            None
        };
        finding.help = help.map(Into::into);
        return Err(finding);
    };
    let Some(written) = object.get("openapi") else {
        return Err(another_kind(root, object));
    };
    let text = written.node.written();
    let mut parts = text.trim().split('.');
    let version = match (parts.next(), parts.next()) {
        (Some("3"), Some("0")) => Version::V3_0,
        (Some("3"), Some("1")) => Version::V3_1,
        (Some("3"), Some("2")) => Version::V3_2,
        (Some("3"), None) => Version::V3_0,
        (Some("3"), Some(minor)) if minor.parse::<u32>().is_ok() => {
            let finding = fail(
                Code::OpenApiVersion,
                &written.node.origin,
                format!("the OpenAPI version is `{text}`; it is read as 3.2"),
            );
            return Ok((Version::V3_2, Some(finding.costs(Cost::Nothing))));
        }
        _ => {
            let mut finding = fail(
                Code::OpenApiVersion,
                &written.node.origin,
                format!("the OpenAPI version is `{text}`; expected 3.0.x, 3.1.x or 3.2.x"),
            );
            finding.help = Some("write `openapi: 3.0.3`, or convert the document".into());
            return Err(finding);
        }
    };
    let odd =
        !matches!(written.node.value, Value::String(_)) || text.trim().split('.').count() != 3;
    let finding = odd.then(|| {
        Finding::new(
            Code::OpenApiVersion,
            &written.node.origin,
            format!("the OpenAPI version is `{text}`; expected a string such as `3.0.3`"),
        )
        .costs(Cost::Nothing)
    });
    Ok((version, finding))
}

/// Reads the document.
pub(crate) fn document(root: &Node, version: Version, findings: &mut Findings) -> Option<Document> {
    let mut reader = Reader {
        version,
        root: Some(root),
        findings,
    };
    let r = &mut reader;
    let mut fields = Fields::new(r, root, "the document's root")?;
    fields.get("openapi");
    for passed in ["jsonSchemaDialect", "$self"] {
        fields.get(passed);
    }
    let external_docs = fields.get("externalDocs");
    let info = match fields.get("info") {
        Some(node) => info(r, node),
        None => {
            fields.missing(r, "info", Cost::Nothing);
            None
        }
    };
    let servers = fields
        .get("servers")
        .map_or_else(Vec::new, |node| servers(r, node));
    let webhooks = match fields.get("webhooks") {
        Some(node) => r.names(node),
        None => Vec::new(),
    };
    let paths = match fields.get("paths") {
        Some(node) => r.map(node, |r, name, member| {
            // Extensions are keys like the paths.
            (!name.starts_with("x-"))
                .then(|| path_item(r, member))
                .flatten()
        }),
        None => {
            if version == Version::V3_0 {
                fields.missing(r, "paths", Cost::Nothing);
            }
            indexmap::IndexMap::new()
        }
    };
    let components = fields
        .get("components")
        .and_then(|node| components(r, node))
        .unwrap_or_default();
    let security = fields
        .get("security")
        .map_or_else(Vec::new, |node| security(r, node));
    let tags = match fields.get("tags") {
        Some(node) => r
            .list(node)
            .iter()
            .filter_map(|item| tag(r, item))
            .collect(),
        None => Vec::new(),
    };
    let lavka = r.root_extensions(&mut fields);
    let extensions = with_docs(fields.finish(r), external_docs);
    Some(Document {
        version,
        info: info.unwrap_or_default(),
        servers,
        paths,
        webhooks,
        components,
        security,
        tags,
        lavka,
        extensions,
        origin: root.origin.head(),
    })
}

/// Extensions, and `externalDocs` beside them.
fn with_docs(mut extensions: Extensions, external_docs: Option<&Node>) -> Extensions {
    if let Some(node) = external_docs {
        extensions.insert(EXTERNAL_DOCS.to_owned(), node.clone());
    }
    extensions
}

fn info(r: &mut Reader<'_>, node: &Node) -> Option<Info> {
    let mut fields = Fields::new(r, node, "`info`")?;
    let mut info = Info {
        title: fields.required(r, "title"),
        version: fields.required(r, "version"),
        summary: fields.text(r, "summary"),
        description: fields.text(r, "description"),
        extensions: Extensions::new(),
    };
    let legal = INFO_TERMS.map(|key| (key, fields.get(key)));
    info.extensions = fields.finish(r);
    for (key, node) in legal {
        info.extensions
            .extend(node.map(|node| (key.to_owned(), node.clone())));
    }
    Some(info)
}

fn tag(r: &mut Reader<'_>, node: &Node) -> Option<Tag> {
    let mut fields = Fields::new(r, node, "a tag")?;
    let tag = Tag {
        name: fields.required(r, "name"),
        description: fields.text(r, "description"),
        extensions: with_docs(Extensions::new(), fields.get("externalDocs")),
    };
    for passed in ["summary", "parent", "kind"] {
        fields.get(passed);
    }
    fields.finish(r);
    Some(tag)
}

fn servers(r: &mut Reader<'_>, node: &Node) -> Vec<Server> {
    let items = r.list(node);
    items.iter().filter_map(|item| server(r, item)).collect()
}

fn server(r: &mut Reader<'_>, node: &Node) -> Option<Server> {
    let mut fields = Fields::new(r, node, "a server")?;
    let mut url = fields.required(r, "url");
    if url.value.is_empty() {
        "/".clone_into(&mut url.value);
    }
    let description = fields.text(r, "description");
    fields.get("name");
    let variables = match fields.get("variables") {
        Some(node) => r.map(node, |r, _, member| server_variable(r, member)),
        None => indexmap::IndexMap::new(),
    };
    fields.finish(r);
    Some(Server {
        url,
        description,
        variables,
        origin: node.origin.clone(),
    })
}

fn server_variable(r: &mut Reader<'_>, member: &Member) -> Option<ServerVariable> {
    let mut fields = Fields::new(r, &member.node, "a server variable")?;
    let variable = ServerVariable {
        default: fields.required(r, "default"),
        values: fields.texts(r, "enum"),
        description: fields.text(r, "description"),
        origin: member.key.clone(),
    };
    fields.finish(r);
    Some(variable)
}

fn security(r: &mut Reader<'_>, node: &Node) -> Vec<SecurityRequirement> {
    // An object in place of a list of one is a common slip.
    let items = match &node.value {
        Value::Object(_) => {
            r.wrong(node, "a list");
            std::slice::from_ref(node)
        }
        _ => r.list(node),
    };
    items
        .iter()
        .map(|item| SecurityRequirement {
            schemes: r.map(item, |r, _, member| Some(r.texts(&member.node))),
            origin: item.origin.clone(),
        })
        .collect()
}

const METHODS: [(&str, Method); 9] = [
    ("get", Method::Get),
    ("put", Method::Put),
    ("post", Method::Post),
    ("delete", Method::Delete),
    ("options", Method::Options),
    ("head", Method::Head),
    ("patch", Method::Patch),
    ("trace", Method::Trace),
    ("query", Method::Query),
];

/// A path item, under its path.
pub(super) fn path_item(r: &mut Reader<'_>, member: &Member) -> Option<PathItem> {
    if member.node.is_null() {
        r.wrong(&member.node, "an object");
        return None;
    }
    let mut fields = Fields::new(r, &member.node, "a path item")?;
    let reference = fields.text(r, "$ref").map(|target| super::Reference {
        target,
        description: None,
    });
    let summary = fields.text(r, "summary");
    let description = fields.text(r, "description");
    let servers = fields.get("servers").map(|node| servers(r, node));
    let (parameters, broken_parameters) = match fields.get("parameters") {
        Some(node) => r.parameters(node),
        None => (Vec::new(), Vec::new()),
    };
    for (word, _) in METHODS {
        fields.get(word);
    }
    let mut operations = Vec::new();
    for (key, inner) in member.node.as_object().into_iter().flatten() {
        if let Some((_, method)) = METHODS.iter().find(|(word, _)| word == key) {
            operations.extend(operation(r, *method, inner));
        }
    }
    if let Some(node) = fields.get("additionalOperations") {
        for (key, inner) in r.object(node).into_iter().flatten() {
            operations.extend(further(r, key, inner));
        }
    }
    fields.finish(r);
    Some(PathItem {
        reference,
        summary,
        description,
        operations,
        servers,
        parameters,
        broken_parameters,
        origin: member.key.clone(),
    })
}

/// An operation of `additionalOperations`, under its method as it is sent.
fn further(r: &mut Reader<'_>, key: &str, member: &Member) -> Option<Operation> {
    let fixed = METHODS
        .iter()
        .find(|(word, _)| word.eq_ignore_ascii_case(key));
    let method = match (fixed, Token::new(key)) {
        (None, Some(token)) if !key.eq_ignore_ascii_case("connect") => Method::Other(token),
        (fixed, _) => {
            let message = format!("`{key}` is not a method of `additionalOperations`");
            let finding = Finding::new(Code::Unsupported, &member.key, message);
            let finding = match fixed {
                Some((word, _)) => finding.help(format!("use the key `{word}` of the path item")),
                None => finding,
            };
            r.findings.push(finding.costs(Cost::Operation));
            return None;
        }
    };
    operation(r, method, member)
}

fn operation(r: &mut Reader<'_>, method: Method, member: &Member) -> Option<Operation> {
    if member.node.as_object().is_none() {
        r.findings.push(
            Finding::new(
                Code::WrongType,
                &member.key,
                format!("an operation is {}; expected an object", member.node.kind()),
            )
            .costs(Cost::Operation),
        );
        return None;
    }
    let node = r.with_body(&member.node);
    let mut fields = Fields::new(r, &node, "an operation")?;
    let tags = fields.texts(r, "tags");
    let summary = fields.text(r, "summary");
    let description = fields.text(r, "description");
    let external_docs = fields.get("externalDocs");
    let id = fields.text(r, "operationId");
    let id = id.filter(|id| !id.trim().is_empty());
    let (parameters, broken_parameters) = match fields.get("parameters") {
        Some(node) => r.parameters(node),
        None => (Vec::new(), Vec::new()),
    };
    let request = fields
        .get("requestBody")
        .and_then(|node| r.body_or(node, "a request body", Reader::request_body));
    let responses = match fields.get("responses") {
        Some(node) => responses(r, node),
        None => {
            if r.version == Version::V3_0 {
                fields.missing(r, "responses", Cost::Nothing);
            }
            Vec::new()
        }
    };
    let callbacks = match fields.get("callbacks") {
        Some(node) => r.names(node),
        None => Vec::new(),
    };
    let deprecated = fields.flag(r, "deprecated");
    let security = fields.get("security").map(|node| security(r, node));
    let servers = fields.get("servers").map(|node| servers(r, node));
    let lavka = r.operation_extensions(&mut fields, method, &member.key);
    let extensions = with_docs(fields.finish(r), external_docs);
    Some(Operation {
        id,
        method: Spanned::new(method, &member.key),
        tags,
        summary,
        description,
        deprecated,
        parameters,
        broken_parameters,
        request,
        responses,
        security,
        servers,
        callbacks,
        lavka,
        extensions,
        origin: member.key.clone(),
    })
}

fn responses(
    r: &mut Reader<'_>,
    node: &Node,
) -> Vec<(Spanned<Status>, super::RefOr<super::Response>)> {
    let mut made = Vec::new();
    for (key, member) in r.object(node).into_iter().flatten() {
        if key.starts_with("x-") {
            continue;
        }
        let Some(status) = status(key) else {
            r.findings.push(
                Finding::new(
                    Code::StatusKey,
                    &member.key,
                    format!("`{key}` is not a status; expected `200`, `2XX` or `default`"),
                )
                .costs(Cost::Part),
            );
            continue;
        };
        if let Some(response) = r.body_or(&member.node, "a response", Reader::response) {
            made.push((Spanned::new(status, &member.key), response));
        }
    }
    made
}

/// A key of `responses`.
fn status(key: &str) -> Option<Status> {
    let key = key.trim();
    if key.eq_ignore_ascii_case("default") {
        return Some(Status::Default);
    }
    if let Some(first) = key.strip_suffix("XX").or_else(|| key.strip_suffix("xx")) {
        return first
            .parse::<u8>()
            .ok()
            .filter(|first| (1..=5).contains(first))
            .map(Status::Range);
    }
    key.parse::<u16>()
        .ok()
        .filter(|code| key.len() == 3 && (100..=599).contains(code))
        .map(Status::Code)
}

fn components(r: &mut Reader<'_>, node: &Node) -> Option<Components> {
    let mut fields = Fields::new(r, node, "`components`")?;
    let schemas = match fields.get("schemas") {
        Some(node) => r.named(node, Reader::schema),
        None => indexmap::IndexMap::new(),
    };
    let security_schemes = match fields.get("securitySchemes") {
        Some(node) => r.named(node, |r, node| r.ref_or(node, Reader::security_scheme)),
        None => indexmap::IndexMap::new(),
    };
    // Read where a reference names them.
    for passed in [
        "responses",
        "parameters",
        "examples",
        "requestBodies",
        "headers",
        "links",
        "callbacks",
        "pathItems",
        "mediaTypes",
    ] {
        fields.get(passed);
    }
    fields.finish(r);
    Some(Components {
        schemas,
        security_schemes,
    })
}
