//! The surface of a document's bindings, out of their model and names.

use lavka_codegen::diag::Findings;
use lavka_codegen::plan::names::{METHODS, TypeNames, Wanted};
use lavka_codegen::plan::rust_type::RustType;
use lavka_model::model::{
    Api, Codec, Operation, ParameterIn, Presence, Struct, TypeDef, TypeId, TypeKind, TypeName,
    TypeRef,
};
use lavka_model::normalized::Document;

use super::{Argument, Item, Kind, Surface};

/// What the bindings of a document offer.
///
/// # Errors
/// Why they cannot be made.
pub fn surface(document: &Document) -> Result<Surface, String> {
    let (api, findings) = lavka_model::derive(document, "api");
    if findings.has_errors() {
        let first = findings
            .iter()
            .find(|finding| finding.severity() == lavka_model::diag::Severity::Error);
        let why = first.map_or(String::new(), |finding| {
            format!(": {} ({})", finding.message, finding.code.id())
        });
        return Err(format!("the bindings cannot be generated{why}"));
    }
    let names = TypeNames::of(&api, &mut Findings::new());
    let mut surface = Surface::default();
    for (at, def) in api.types.iter().enumerate() {
        types(&names, TypeId(at), def, &mut surface);
    }
    methods(&api, &names, &mut surface);
    omitted(document, &api, &mut surface);
    Ok(surface)
}

/// The wire place of a type: as the other comparison writes it, of components.
fn place(name: &TypeName) -> String {
    match name {
        TypeName::Component(name) => name.clone(),
        TypeName::ComponentInput(name) => format!("{name} (input)"),
        TypeName::Inline(path) => path.join("."),
    }
}

/// A type as the caller sees it.
fn show(ty: &RustType, names: &TypeNames) -> String {
    let of = |inner: &RustType| show(inner, names);
    match ty {
        RustType::Primitive(primitive) => primitive.as_str().to_owned(),
        RustType::String => "String".to_owned(),
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
        RustType::IntoItems(inner) => {
            format!("impl IntoIterator<Item = impl Into<{}>>", of(inner))
        }
    }
}

/// A type as an argument of a constructor.
fn argument(ty: RustType) -> RustType {
    if ty.takes_into() {
        RustType::Into(Box::new(ty))
    } else {
        ty
    }
}

fn types(names: &TypeNames, id: TypeId, def: &TypeDef, surface: &mut Surface) {
    let (own, path) = (place(&def.name), names.ty(id).as_str().to_owned());
    let members = names.members(id);
    let mut item = |kind: Kind, place: String, path: String, ty: String, deprecated: bool| {
        surface.add(Item {
            kind,
            place,
            path,
            ty,
            arguments: Vec::new(),
            id: None,
            deprecated,
        });
    };
    let mut arguments = Vec::new();
    let what = match &def.kind {
        TypeKind::Struct(made) => {
            for (at, field) in made.fields.iter().enumerate() {
                let name = members.get(at).map_or("", |name| name.as_str());
                let mut ty = RustType::of(&field.ty, def.usage.form);
                if field.boxed {
                    ty = ty.boxed();
                }
                let ty = match field.presence {
                    Presence::Required => ty,
                    Presence::ThreeState => ty.maybe(),
                    Presence::RequiredNullable | Presence::Optional | Presence::OptionalNull => {
                        ty.option()
                    }
                };
                let wire = format!("{own}.{}", field.wire);
                let path = format!("{path}::{name}");
                let required = matches!(
                    field.presence,
                    Presence::Required | Presence::RequiredNullable
                );
                let given = field.credential.is_none() && field.constant.is_none();
                if def.usage.request && required && given && !field.read_only {
                    arguments.push(Argument {
                        wire: wire.clone(),
                        name: name.to_owned(),
                        ty: show(&argument(ty.clone()), names),
                    });
                }
                item(
                    Kind::Field,
                    wire,
                    path,
                    show(&ty, names),
                    field.doc.deprecated,
                );
            }
            "struct"
        }
        TypeKind::Enum(made) => {
            for (at, value) in made.values.iter().enumerate() {
                let name = members.get(at).map_or("", |name| name.as_str());
                let wire = format!("{own}={}", value.wire);
                item(
                    Kind::Variant,
                    wire,
                    format!("{path}::{name}"),
                    String::new(),
                    false,
                );
            }
            match made.repr {
                lavka_model::model::EnumRepr::String => "enum of strings",
                lavka_model::model::EnumRepr::Integer => "enum of integers",
                lavka_model::model::EnumRepr::Mixed => "enum of values",
            }
        }
        TypeKind::Union(made) => {
            for (at, variant) in made.variants.iter().enumerate() {
                let name = members.get(at).map_or("", |name| name.as_str());
                let wire = format!("{own}|{}", variant.name);
                let ty = show(&RustType::of(&variant.ty, false), names);
                item(
                    Kind::Variant,
                    wire,
                    format!("{path}::{name}"),
                    ty,
                    variant.doc.deprecated,
                );
            }
            "enum of alternatives"
        }
    };
    surface.add(Item {
        kind: Kind::Type,
        place: own,
        path,
        ty: what.to_owned(),
        arguments,
        id: None,
        deprecated: def.doc.deprecated,
    });
}

fn title(op: &Operation) -> String {
    format!("{} {}", op.method.as_str(), op.path)
}

/// The order in which a body's formats are taken.
fn rank(codec: &Codec) -> u8 {
    match codec {
        Codec::Json { .. } => 0,
        Codec::Xml(_) => 1,
        Codec::Multipart(_) => 2,
        Codec::Form(_) => 3,
        Codec::JsonLines | Codec::EventStream => 4,
        Codec::Text => 5,
        Codec::Bytes => 6,
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

fn methods(api: &Api, names: &TypeNames, surface: &mut Surface) {
    let optional = |op: &Operation| {
        op.params.iter().any(|param| !param.required)
            || op.request.as_ref().is_some_and(|body| !body.required)
    };
    let wanted: Vec<Wanted<'_>> = api
        .operations
        .iter()
        .map(|op| {
            let mut wanted = Wanted::new(&op.id, op.rust_name.as_deref(), &op.origin);
            if optional(op) {
                wanted.behind.push("_with");
            }
            wanted
        })
        .collect();
    let methods = METHODS.names("", &wanted, &mut Findings::new());
    for (op, name) in api.operations.iter().zip(&methods) {
        let own = title(op);
        let mut arguments: Vec<Argument> = op
            .params
            .iter()
            .filter(|param| param.required)
            .map(|param| {
                let ty = RustType::of(&param.ty, false);
                let ty = match ty {
                    RustType::Primitive(_) => ty,
                    RustType::String | RustType::Vec(_) | RustType::Named(_) => ty.by_ref(),
                    ty => ty,
                };
                Argument {
                    wire: format!("{} {}", location(param.location), param.wire),
                    name: param
                        .rust_name
                        .clone()
                        .unwrap_or_else(|| param.wire.clone()),
                    ty: show(&ty, names),
                }
            })
            .collect();
        if let Some(body) = op.request.as_ref().filter(|body| body.required)
            && let Some(content) = body.contents.iter().min_by_key(|c| rank(&c.codec))
        {
            arguments.push(Argument {
                wire: "request".to_owned(),
                name: "body".to_owned(),
                ty: show(&RustType::of(&content.ty, true).by_ref(), names),
            });
        }
        surface.add(Item {
            kind: Kind::Method,
            place: own.clone(),
            path: format!("Client::{name}"),
            ty: reply(api, names, op),
            arguments,
            id: op.named.then(|| op.id.clone()),
            deprecated: op.doc.deprecated,
        });
        for param in op.params.iter().filter(|param| !param.required) {
            let wire = format!("{own} {} {}", location(param.location), param.wire);
            let name_of = param.rust_name.clone().unwrap_or_else(|| {
                lavka_codegen::plan::names::spell(
                    &param.wire,
                    lavka_codegen::plan::names::Case::Snake,
                )
            });
            surface.add(Item {
                kind: Kind::Field,
                place: wire,
                path: format!("{}::{name_of}", params_type(name.as_str())),
                ty: show(&RustType::of(&param.ty, false).option(), names),
                arguments: Vec::new(),
                id: None,
                deprecated: param.doc.deprecated,
            });
        }
        if optional(op) {
            surface.add(Item {
                kind: Kind::Type,
                place: own.clone(),
                path: params_type(name.as_str()),
                ty: "struct".to_owned(),
                arguments: Vec::new(),
                id: None,
                deprecated: false,
            });
        }
    }
}

/// `GetOrderParams`.
fn params_type(method: &str) -> String {
    let camel = lavka_codegen::plan::names::spell(method, lavka_codegen::plan::names::Case::Camel);
    format!("{camel}Params")
}

/// What a method returns.
fn reply(api: &Api, names: &TypeNames, op: &Operation) -> String {
    let mut types: Vec<String> = Vec::new();
    for response in op
        .responses
        .iter()
        .filter(|reply| reply.status.is_success())
    {
        let content = response.contents.iter().min_by_key(|c| rank(&c.codec));
        let text = content.map_or("()".to_owned(), |content| {
            show(&opened(api, &content.ty), names)
        });
        if !types.contains(&text) {
            types.push(text);
        }
    }
    match types.as_slice() {
        [] => "()".to_owned(),
        [one] => one.clone(),
        all => format!("one of {}", all.join(", ")),
    }
}

/// The content of an envelope, of which the caller gets nothing else.
fn opened(api: &Api, ty: &TypeRef) -> RustType {
    let envelope = |made: &'_ Struct| {
        let content = made.envelope.as_ref()?.content?;
        made.fields
            .get(content.0)
            .map(|field| RustType::of(&field.ty, false))
    };
    if let TypeRef::Named(id) = ty
        && let TypeKind::Struct(made) = &api.ty(*id).kind
        && let Some(content) = envelope(made)
    {
        return content;
    }
    RustType::of(ty, false)
}

/// Operations of the document that the model lacks, with the reason.
fn omitted(document: &Document, api: &Api, surface: &mut Surface) {
    for op in &document.operations {
        let title = crate::wire::title(op);
        if surface
            .items
            .contains_key(&(Kind::Method, super::canonical(&title)))
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
