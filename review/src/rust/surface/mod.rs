//! The surface of a document's bindings, out of their plan.

mod methods;
mod settings;
mod types;

use std::collections::HashMap;

use lavka_codegen::plan::names::TypeNames;
use lavka_codegen::plan::outline;
use lavka_codegen::plan::rust_type::{Runtime, RustType};
use lavka_model::model::{Api, ParameterIn, Status, TypeId, TypeName};
use lavka_model::normalized::Document;

use super::{Item, Kind, Surface};

/// What the bindings of a document offer.
///
/// # Errors
/// Why they cannot be made.
pub fn surface(document: &Document) -> Result<Surface, String> {
    let (api, findings) = lavka_model::derive_types(document, "api");
    if findings.has_errors() {
        let first = findings
            .iter()
            .find(|finding| finding.severity() == lavka_model::diag::Severity::Error);
        let why = first.map_or(String::new(), |finding| {
            format!(": {} ({})", finding.message, finding.code.id())
        });
        return Err(format!("the bindings cannot be generated{why}"));
    }
    let (plan, _) = outline(&api);
    let mut surface = Surface::default();
    let places = Places {
        document,
        operations: document
            .operations
            .iter()
            .filter_map(|op| Some((op.id.as_deref()?.as_str(), op)))
            .collect(),
    };
    for (at, def) in api.types.iter().enumerate() {
        types::types(&places, &plan.names, TypeId(at), def, &mut surface);
    }
    methods::methods(&api, &plan, &mut surface);
    settings::credentials(&api, &plan, &mut surface);
    settings::servers(&plan, &mut surface);
    omitted(document, &api, &mut surface);
    Ok(surface)
}

/// Operations by their ids, to find places.
struct Places<'a> {
    document: &'a Document,
    operations: HashMap<&'a str, &'a lavka_model::normalized::Operation>,
}

/// The wire place of a type, as the other comparison writes it.
fn place(name: &TypeName, places: &Places<'_>) -> String {
    match name {
        TypeName::Component(name) => name.clone(),
        TypeName::ComponentInput(name) => format!("{name} (input)"),
        TypeName::Inline(path) => inline(path, places),
    }
}

/// The place of an inline schema: `NewOrder.lines[]`, `POST /orders request.lines[]`.
fn inline(path: &[String], places: &Places<'_>) -> String {
    let Some((first, rest)) = path.split_first() else {
        return String::new();
    };
    let mut rest = rest;
    let op = places.operations.get(first.as_str());
    let mut out = match op.filter(|_| !places.document.components.contains_key(first)) {
        None => first.clone(),
        Some(op) => {
            let title = crate::wire::title(op);
            let word = rest.first().map_or("", String::as_str);
            let named = op.parameters.iter().find(|p| p.name.value == word);
            rest = rest.get(1..).unwrap_or_default();
            match word {
                "request" => format!("{title} request"),
                "response" => {
                    let status = rest.first().filter(|word| is_status(word));
                    if status.is_some() {
                        rest = &rest[1..];
                    }
                    let success = || {
                        let code =
                            |reply: &lavka_model::normalized::Response| match reply.status.value {
                                Status::Code(code @ 200..=299) => Some(code.to_string()),
                                _ => None,
                            };
                        op.responses.iter().find_map(code).unwrap_or_default()
                    };
                    let status = status.cloned().unwrap_or_else(success);
                    let reply = op.responses.iter();
                    let reply = reply.filter(|reply| reply.status.to_string() == status);
                    let mut headers = reply.flat_map(|reply| reply.headers.keys());
                    let word = rest.first();
                    match word.filter(|word| headers.any(|name| name == *word)) {
                        Some(name) => {
                            rest = &rest[1..];
                            format!("{title} {status} header {name}")
                        }
                        None => format!("{title} {status}"),
                    }
                }
                _ => named.map_or_else(
                    || format!("{title}.{word}"),
                    |p| format!("{title} {} {word}", location(p.location.value)),
                ),
            }
        }
    };
    for word in rest {
        match word.as_str() {
            "item" => out.push_str("[]"),
            "value" => out.push_str(".*"),
            word => {
                out.push('.');
                out.push_str(word);
            }
        }
    }
    out
}

fn is_status(word: &str) -> bool {
    word == "default" || (word.len() == 3 && word.starts_with(|c: char| c.is_ascii_digit()))
}

/// A type as the caller sees it.
fn show(ty: &RustType, names: &TypeNames) -> String {
    let of = |inner: &RustType| show(inner, names);
    match ty {
        RustType::Primitive(primitive) => primitive.as_str().to_owned(),
        RustType::String => "String".to_owned(),
        RustType::Runtime(Runtime::Download) => "stream of bytes".to_owned(),
        RustType::Items(item) => format!("stream of {}", of(item)),
        RustType::Runtime(runtime) => runtime
            .path()
            .last()
            .copied()
            .unwrap_or_default()
            .to_owned(),
        RustType::Named(id) => names.ty(*id).as_str().to_owned(),
        RustType::Own(name) => name.clone(),
        RustType::Vec(inner) => format!("Vec<{}>", of(inner)),
        RustType::Option(inner) => format!("Option<{}>", of(inner)),
        RustType::Maybe(inner) => format!("Maybe<{}>", of(inner)),
        RustType::Box(inner) => format!("Box<{}>", of(inner)),
        RustType::Map(inner) => format!("BTreeMap<String, {}>", of(inner)),
        RustType::Json => "Value".to_owned(),
        RustType::Unit => "()".to_owned(),
        RustType::Ref(inner) => match &**inner {
            RustType::String => "&str".to_owned(),
            RustType::Vec(item) => format!("&[{}]", of(item)),
            inner => format!("&{}", of(inner)),
        },
        RustType::Into(inner) => format!("impl Into<{}>", of(inner)),
        RustType::IntoOption(inner) => {
            let inner = match &**inner {
                RustType::Ref(list) if matches!(**list, RustType::Vec(_)) => {
                    format!("&{}", of(list))
                }
                inner => of(inner),
            };
            format!("impl Into<Option<{inner}>>")
        }
        RustType::IntoItems(inner) => {
            format!("impl IntoIterator<Item = impl Into<{}>>", of(inner))
        }
    }
}

fn location(location: ParameterIn) -> &'static str {
    match location {
        ParameterIn::Path => "path",
        ParameterIn::Query => "query",
        ParameterIn::Header => "header",
        ParameterIn::Cookie => "cookie",
    }
}

fn plain(kind: Kind, place: String, path: String, ty: String, deprecated: bool) -> Item {
    Item {
        kind,
        place,
        path,
        ty,
        arguments: Vec::new(),
        callable: false,
        constructor: "new",
        id: None,
        deprecated,
    }
}

/// Operations of the document that the model lacks, with the reason.
fn omitted(document: &Document, api: &Api, surface: &mut Surface) {
    for op in &document.operations {
        let title = crate::wire::title(op);
        if surface
            .items
            .contains_key(&(Kind::Method, super::canonical(&title).into_owned()))
        {
            continue;
        }
        let id = op.id.as_ref().map_or(title.as_str(), |id| id.as_str());
        let why = api
            .omissions
            .iter()
            .find(|omission| omission.what.contains(id))
            .map_or("it cannot be generated".to_owned(), |omission| {
                omission.why.clone()
            });
        surface.omitted.insert(title, why);
    }
}
