//! The surface of a document's bindings, out of their plan.

use std::collections::{BTreeSet, HashMap};

use lavka_codegen::plan::credentials::{Kind as Credential, Login};
use lavka_codegen::plan::headers::Headers;
use lavka_codegen::plan::names::{Name, TypeNames};
use lavka_codegen::plan::operations::{Operation, Options, Param};
use lavka_codegen::plan::replies::{ByStatus, Read, Reply, StreamForm};
use lavka_codegen::plan::rust_type::RustType;
use lavka_codegen::plan::servers::SERVER_URL;
use lavka_codegen::plan::{Outline, outline};
use lavka_model::model::{
    Api, Field, LoginPart, LoginTemplate, ParameterIn, Presence, Status, TypeDef, TypeId, TypeKind,
    TypeName,
};
use lavka_model::normalized::Document;

use super::{Argument, Item, Kind, PROPERTIES, Surface};

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
        types(&places, &plan.names, TypeId(at), def, &mut surface);
    }
    methods(&api, &plan, &mut surface);
    credentials(&api, &plan, &mut surface);
    servers(&plan, &mut surface);
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
                    format!("{title} {}", status.cloned().unwrap_or_else(success))
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

fn types(places: &Places<'_>, names: &TypeNames, id: TypeId, def: &TypeDef, surface: &mut Surface) {
    let (own, path) = (place(&def.name, places), names.ty(id).as_str().to_owned());
    let members = names.members(id);
    let mut item = |kind: Kind, place: String, path: String, ty: String, deprecated: bool| {
        surface.add(Item {
            kind,
            place,
            path,
            ty,
            arguments: Vec::new(),
            callable: false,
            constructor: "new",
            id: None,
            deprecated,
        });
    };
    let required = |field: &Field| {
        matches!(
            field.presence,
            Presence::Required | Presence::RequiredNullable
        )
    };
    let optional = matches!(&def.kind, TypeKind::Struct(made) if !made.fields.iter().any(required));
    let mut arguments = Vec::new();
    let what = match &def.kind {
        TypeKind::Struct(made) => {
            for (at, field) in made.fields.iter().enumerate() {
                let name = members.get(at).map_or("", |name| name.as_str());
                let mut ty = RustType::of(&field.ty, def.usage.is_form());
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
                let given = field.credential.is_none() && field.constant.is_none();
                if def.usage.request && required(field) && given && !field.read_only {
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
            if let Some(values) = &made.additional {
                let ty = show(&RustType::of(values, def.usage.is_form()).map(), names);
                let path = format!("{path}::(other keys)");
                item(Kind::Field, format!("{own}.*"), path, ty, false);
            }
            "struct"
        }
        TypeKind::Enum(made) => {
            for (at, value) in made.values.iter().enumerate() {
                let name = members.get(at).map_or("", |name| name.as_str());
                // A number that becomes a text is the same value of another type.
                let text = value.wire.as_str().map(str::to_owned);
                let text = text.unwrap_or_else(|| value.wire.to_string());
                let wire = format!("{own}={text}");
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
        callable: def.usage.request && matches!(def.kind, TypeKind::Struct(_)),
        constructor: if optional { "default" } else { "new" },
        id: None,
        deprecated: def.doc.deprecated,
    });
}

fn location(location: ParameterIn) -> &'static str {
    match location {
        ParameterIn::Path => "path",
        ParameterIn::Query => "query",
        ParameterIn::Header => "header",
        ParameterIn::Cookie => "cookie",
    }
}

fn methods(api: &Api, plan: &Outline, surface: &mut Surface) {
    let names = &plan.names;
    for op in &plan.operations {
        let Some(fact) = api.operations.get(op.index) else {
            continue;
        };
        let own = format!("{} {}", fact.method.as_str(), fact.path);
        let wire = |param: &Param| {
            let name = match param.place {
                ParameterIn::Header => param.wire.to_ascii_lowercase(),
                _ => param.wire.clone(),
            };
            format!("{} {name}", location(param.place))
        };
        let mut arguments: Vec<Argument> = op
            .params
            .iter()
            .filter(|param| param.required)
            .map(|param| Argument {
                wire: wire(param),
                name: param.name.to_string(),
                ty: show(&param.argument, names),
            })
            .collect();
        if let Some(body) = op.body.as_ref().filter(|body| body.required) {
            arguments.push(Argument {
                wire: "request".to_owned(),
                name: body.name.to_string(),
                ty: show(&body.argument, names),
            });
        }
        let method = |name: &Name, place: String, ty: String| Item {
            kind: Kind::Method,
            place,
            path: format!("Client::{name}"),
            ty,
            arguments: arguments.clone(),
            callable: true,
            constructor: "new",
            id: fact.named.then(|| op.id.clone()),
            deprecated: op.deprecated,
        };
        surface.add(method(&op.name, own.clone(), reply(&op.reply, names)));
        // Further methods are the same operation, called in another way.
        let more = |name: &Name, how: &str, ty: String| Item {
            id: None,
            ..method(name, format!("{own} {how}"), ty)
        };
        for stream in &op.streams {
            let ty = match stream.form {
                StreamForm::Bytes => "stream of bytes".to_owned(),
                _ => format!("stream of {}", show(&stream.item, names)),
            };
            let how = match stream.form {
                StreamForm::Json | StreamForm::Xml | StreamForm::Bytes => "stream",
                StreamForm::Events | StreamForm::TextEvents => "events",
                StreamForm::JsonLines => "lines",
            };
            surface.add(more(&stream.name, how, ty));
        }
        if let Some(pages) = &op.pages {
            let ty = format!("pages of {}", show(&pages.item, names));
            surface.add(more(&pages.name, "pages", ty));
        }
        if let Some(batches) = &op.batches {
            let ty = format!("batches of {}", show(&batches.item, names));
            surface.add(more(&batches.name, "batches", ty));
        }
        if let Read::ByStatus(by) = &op.reply.read {
            by_status(by, &own, names, surface);
        }
        if let Some(options) = &op.options {
            parameters(op, options, &own, names, surface);
        }
        for (made, replies) in [(&op.headers, "reply"), (&op.error_headers, "error")] {
            if let Some(made) = made {
                headers(made, &format!("{own} {replies}"), names, surface);
            }
        }
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

/// The struct of what is optional, and its fields.
fn parameters(
    op: &Operation,
    options: &Options,
    own: &str,
    names: &TypeNames,
    surface: &mut Surface,
) {
    let ty = "struct".to_owned();
    surface.add(plain(
        Kind::Type,
        own.to_owned(),
        options.ty.clone(),
        ty,
        false,
    ));
    for param in op.params.iter().filter(|param| !param.required) {
        let place = format!("{own} {} {}", location(param.place), param.wire);
        let path = format!("{}::{}", options.ty, param.name);
        let ty = show(&param.ty.clone().option(), names);
        surface.add(plain(Kind::Field, place, path, ty, param.deprecated));
    }
    if let Some(body) = op.body.as_ref().filter(|body| !body.required) {
        let path = format!("{}::body", options.ty);
        let ty = show(&body.ty.clone().option(), names);
        surface.add(plain(
            Kind::Field,
            format!("{own} request"),
            path,
            ty,
            false,
        ));
    }
}

/// The struct of the headers of replies of success, or of errors, and its fields.
fn headers(made: &Headers, own: &str, names: &TypeNames, surface: &mut Surface) {
    let (place, ty) = (format!("{own} headers"), "struct".to_owned());
    surface.add(plain(Kind::Type, place, made.ty.clone(), ty, false));
    for header in &made.fields {
        let place = format!("{own} header {}", header.wire.to_ascii_lowercase());
        let path = format!("{}::{}", made.ty, header.name);
        let ty = if header.required {
            header.ty.clone()
        } else {
            header.ty.clone().option()
        };
        let ty = show(&ty, names);
        surface.add(plain(Kind::Field, place, path, ty, header.deprecated));
    }
}

/// The enum of replies that differ by status.
fn by_status(by: &ByStatus, own: &str, names: &TypeNames, surface: &mut Surface) {
    let place = format!("{own} replies");
    let ty = "enum of replies".to_owned();
    surface.add(plain(Kind::Type, place.clone(), by.name.clone(), ty, false));
    for variant in &by.variants {
        let path = format!("{}::{}", by.name, variant.name);
        let status = format!("{place}={:?}", variant.status);
        let ty = show(&variant.output, names);
        surface.add(plain(Kind::Variant, status, path, ty, false));
    }
}

/// What a method returns.
fn reply(reply: &Reply, names: &TypeNames) -> String {
    match &reply.read {
        Read::ByStatus(by) => by.name.clone(),
        Read::Stream { item, .. } => format!("stream of {}", show(item, names)),
        _ => show(&reply.output, names),
    }
}

/// Properties of bodies that the client fills with a credential.
fn filled(api: &Api, credential: &str) -> String {
    let structs = api.types.iter().filter_map(|def| match &def.kind {
        TypeKind::Struct(made) => Some(&made.fields),
        _ => None,
    });
    let fields = structs.flatten();
    let names: BTreeSet<&str> = fields
        .filter(|field| field.credential.as_deref() == Some(credential))
        .map(|field| field.wire.as_str())
        .collect();
    if names.is_empty() {
        return credential.to_owned();
    }
    names.into_iter().collect::<Vec<&str>>().join(PROPERTIES)
}

/// Properties of a login's request that an argument goes into; of several in one text, with its number there.
fn sent(api: &Api, plan: &Outline, login: &Login, argument: &str) -> String {
    let id = plan.operations.get(login.operation).map(|op| &op.id);
    let mut facts = api.auth.iter().filter_map(|scheme| scheme.login.as_ref());
    let fact = facts.find(|fact| {
        let names = login.arguments.iter().map(|argument| &argument.wire);
        Some(&fact.operation) == id && fact.arguments.iter().eq(names)
    });
    let mut out = BTreeSet::new();
    for (property, template) in fact.iter().flat_map(|fact| &fact.request) {
        let (LoginTemplate::Text(parts) | LoginTemplate::Sha256Hex(parts)) = template;
        let arguments = || {
            parts.iter().filter_map(|part| match part {
                LoginPart::Argument(name) => Some(name),
                _ => None,
            })
        };
        let only = arguments().count() == 1;
        for (at, _) in arguments()
            .enumerate()
            .filter(|(_, name)| *name == argument)
        {
            let number = if only {
                String::new()
            } else {
                format!("[{at}]")
            };
            out.insert(format!("{property}{number}"));
        }
    }
    if out.is_empty() {
        return argument.to_owned();
    }
    out.into_iter().collect::<Vec<String>>().join(PROPERTIES)
}

/// Constructors of the credentials.
fn credentials(api: &Api, plan: &Outline, surface: &mut Surface) {
    let all = || plan.credentials.iter().flat_map(|all| &all.constructors);
    for constructor in all() {
        let of = |wire: String, name: &Name, ty: &RustType| Argument {
            wire,
            name: name.to_string(),
            ty: show(&argument(ty.clone()), &plan.names),
        };
        let plainly = |name: &str, ty: &str| Argument {
            wire: name.to_owned(),
            name: name.to_owned(),
            ty: ty.to_owned(),
        };
        let text = |name: &str, ty: &str| plainly(name, &format!("impl Into<{ty}>"));
        let (what, arguments) = match &constructor.kind {
            Credential::Token => ("token", vec![text("token", "Secret")]),
            Credential::Basic => {
                let both = vec![text("login", "String"), text("password", "Secret")];
                ("login and password", both)
            }
            Credential::Fields(fields) => {
                let all = fields.iter();
                let all = all.map(|f| of(filled(api, &f.wire), &f.name, &f.ty));
                ("fields", all.collect())
            }
            Credential::Login(login) => {
                let all = login.arguments.iter();
                let all = all.map(|a| of(sent(api, plan, login, &a.wire), &a.name, &a.ty));
                ("login", all.collect())
            }
            Credential::ClientCredentials(_) => {
                let both = vec![text("client_id", "String"), text("client_secret", "Secret")];
                ("client credentials", both)
            }
            Credential::RefreshToken(_) => {
                let mut all = vec![text("client_id", "String"), text("client_secret", "Secret")];
                all.push(text("refresh_token", "Secret"));
                ("refresh token", all)
            }
            Credential::OAuth2 => ("OAuth 2", vec![plainly("settings", "OAuth2")]),
            Credential::Source => ("token source", vec![plainly("source", "impl TokenSource")]),
        };
        // The only one of its kind is the same one, whatever its scheme is called.
        let kind = std::mem::discriminant(&constructor.kind);
        let alike = all().filter(|other| std::mem::discriminant(&other.kind) == kind);
        let only = alike.count() == 1;
        // One scheme may have several constructors.
        let usual = matches!(what, "token" | "login and password" | "fields");
        let place = match constructor.scheme.as_deref().filter(|_| !only) {
            Some(scheme) if usual => format!("security scheme {scheme}"),
            Some(scheme) => format!("security scheme {scheme}, {what}"),
            None => format!("security scheme {what}"),
        };
        let path = format!("Credentials::{}", constructor.name);
        surface.add(Item {
            arguments,
            callable: true,
            ..plain(Kind::Setting, place, path, "Credentials".to_owned(), false)
        });
    }
}

/// The enum of servers, where there are several.
fn servers(plan: &Outline, surface: &mut Surface) {
    if plan.servers.is_empty() {
        return;
    }
    let (place, ty) = ("servers".to_owned(), "enum of servers".to_owned());
    surface.add(plain(Kind::Type, place, SERVER_URL.to_owned(), ty, false));
    for server in &plan.servers {
        let place = format!("servers={}", server.template.url);
        let path = format!("{SERVER_URL}::{}", server.name);
        surface.add(plain(Kind::Variant, place, path, String::new(), false));
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
