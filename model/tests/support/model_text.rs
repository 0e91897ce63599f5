//! The model as text, without descriptions and places, for goldens.

use std::fmt::Write as _;

use lavka_model::model::{
    Accept, Api, AuthKind, Codec, Content, Enum, Field, FieldId, FormFormat, Operation, Param,
    ParamFormat, Presence, Selection, Struct, TypeDef, TypeKind, TypeRef, Union, XmlName, XmlNode,
};

/// The model as text.
pub(crate) fn text(api: &Api) -> String {
    Dump(api).api()
}

struct Dump<'a>(&'a Api);

impl std::ops::Deref for Dump<'_> {
    type Target = Api;

    fn deref(&self) -> &Api {
        self.0
    }
}

impl Dump<'_> {
    fn api(&self) -> String {
        let mut out = String::new();
        let _ = writeln!(
            out,
            "api {} {:?} {:?}",
            self.module, self.title, self.version
        );
        for server in &self.servers {
            let _ = write!(out, "server {}", server.url);
            for variable in &server.variables {
                let _ = write!(out, " {}={}", variable.name, variable.default);
            }
            out.push('\n');
        }
        for scheme in &self.auth {
            let _ = write!(out, "auth {}: {}", scheme.name, auth(&scheme.kind));
            if let Some(login) = &scheme.login {
                let _ = write!(out, " by {} {:?}", login.operation, login.arguments);
            }
            out.push('\n');
        }
        for limit in &self.rate_limits {
            let _ = writeln!(
                out,
                "limit {}: {} in {} s",
                limit.name, limit.requests, limit.seconds
            );
        }
        if let Some(failure) = &self.failure {
            let _ = writeln!(out, "failure {failure:?}");
        }
        for operation in &self.operations {
            self.operation(operation, &mut out);
        }
        for def in &self.types {
            self.type_def(def, &mut out);
        }
        for omission in &self.omissions {
            let _ = writeln!(
                out,
                "left out: {} ({}, {:?}): {}",
                omission.what, omission.code, omission.cost, omission.why
            );
        }
        out
    }

    /// A type where it is used.
    fn type_text(&self, ty: &TypeRef) -> String {
        match ty {
            TypeRef::Scalar(scalar) => format!("{scalar:?}"),
            TypeRef::Named(id) => self
                .types
                .get(id.0)
                .map_or_else(String::new, |def| def.name.to_string()),
            TypeRef::List(inner) => format!("[{}]", self.type_text(inner)),
            TypeRef::Map(inner) => format!("{{{}}}", self.type_text(inner)),
            TypeRef::Nullable(inner) => format!("{}|null", self.type_text(inner)),
            TypeRef::Boxed(inner) => format!("box {}", self.type_text(inner)),
            TypeRef::Any { open: true } => "any".to_owned(),
            TypeRef::Any { open: false } => "unknown".to_owned(),
        }
    }

    fn operation(&self, operation: &Operation, out: &mut String) {
        let _ = write!(
            out,
            "\noperation {:?}: {} {}",
            operation.id,
            operation.method.as_str(),
            operation.path
        );
        for (at, (name, value)) in operation.fixed_query.iter().enumerate() {
            let _ = write!(out, "{}{name}={value}", if at == 0 { '?' } else { '&' });
        }
        for (word, set) in [
            ("safe", operation.safe),
            ("idempotent", operation.idempotent),
            ("deprecated", operation.doc.deprecated),
        ] {
            if set {
                let _ = write!(out, " {word}");
            }
        }
        out.push('\n');
        for param in &operation.params {
            self.param(param, out);
        }
        if let Some(body) = &operation.request {
            let _ = writeln!(
                out,
                "  request{}",
                if body.required { "" } else { " optional" }
            );
            body.contents
                .iter()
                .for_each(|content| self.content(content, out));
        }
        for response in &operation.responses {
            let _ = writeln!(out, "  reply {}", response.status);
            for header in &response.headers {
                let _ = writeln!(
                    out,
                    "    header {}: {}{}",
                    header.wire,
                    self.type_text(&header.ty),
                    if header.required { "" } else { " optional" }
                );
            }
            response
                .contents
                .iter()
                .for_each(|content| self.content(content, out));
        }
        if !operation.security.is_empty() {
            let alternatives: Vec<String> = operation
                .security
                .iter()
                .map(|alternative| {
                    let schemes = alternative.schemes.iter().map(|(id, scopes)| {
                        let name = self
                            .auth
                            .get(id.0)
                            .map_or("", |scheme| scheme.name.as_str());
                        if scopes.is_empty() {
                            name.to_owned()
                        } else {
                            format!("{name}{scopes:?}")
                        }
                    });
                    let schemes: Vec<String> = schemes.collect();
                    if schemes.is_empty() {
                        "none".to_owned()
                    } else {
                        schemes.join(" and ")
                    }
                })
                .collect();
            let _ = writeln!(out, "  security {}", alternatives.join(" or "));
        }
        if let Some(batch) = &operation.batch {
            let _ = writeln!(out, "  batch {} {:?}", batch.property, batch.max);
        }
        if let Some(pagination) = &operation.pagination {
            let _ = writeln!(out, "  pages {pagination:?}");
        }
    }

    fn param(&self, param: &Param, out: &mut String) {
        let format = match param.format {
            ParamFormat::Json => "json".to_owned(),
            ParamFormat::Form => "form".to_owned(),
            ParamFormat::Query { json } => format!("query {}", if json { "json" } else { "text" }),
            ParamFormat::Style {
                style,
                explode,
                allow_reserved,
            } => format!(
                "{style:?}{}{}",
                if explode { " exploded" } else { "" },
                if allow_reserved { " reserved" } else { "" }
            ),
        };
        let _ = write!(
            out,
            "  {:?} {}: {}{} ({format})",
            param.location,
            param.wire,
            self.type_text(&param.ty),
            if param.required { "" } else { " optional" }
        );
        if let Some(default) = &param.default {
            let _ = write!(out, " default {default}");
        }
        out.push('\n');
    }

    fn content(&self, content: &Content, out: &mut String) {
        let (codec, fields) = match &content.codec {
            Codec::Json { bare_string, uuid } => (
                match (*bare_string, *uuid) {
                    (true, true) => "json or bare uuid",
                    (true, false) => "json or bare string",
                    (false, _) => "json",
                }
                .to_owned(),
                None,
            ),
            Codec::Xml(body) => {
                let item = body
                    .item
                    .as_ref()
                    .map(|item| format!("/{}", xml_name(item)));
                (
                    format!(
                        "xml <{}{}>",
                        body.root.as_ref().map_or_else(|| "*".to_owned(), xml_name),
                        item.unwrap_or_default()
                    ),
                    None,
                )
            }
            Codec::Form(fields) => ("form".to_owned(), Some(fields)),
            Codec::Multipart(fields) => ("multipart".to_owned(), Some(fields)),
            Codec::Text => ("text".to_owned(), None),
            Codec::Bytes => ("bytes".to_owned(), None),
            Codec::EventStream => ("events".to_owned(), None),
            Codec::JsonLines => ("lines".to_owned(), None),
        };
        let _ = writeln!(
            out,
            "    {} as {codec}: {}{}",
            content.media_type,
            self.type_text(&content.ty),
            if content.nullable { " or null" } else { "" }
        );
        for field in fields.into_iter().flatten() {
            let format = match field.format {
                FormFormat::Style { style, explode } => {
                    format!("{style:?}{}", if explode { " exploded" } else { "" })
                }
                other => format!("{other:?}").to_lowercase(),
            };
            let media = field.content_type.as_ref().map(|name| format!(" {name}"));
            let _ = writeln!(
                out,
                "      {} as {format}{}",
                field.wire,
                media.unwrap_or_default()
            );
        }
    }

    fn type_def(&self, def: &TypeDef, out: &mut String) {
        let kind = match &def.kind {
            TypeKind::Struct(_) => "struct",
            TypeKind::Enum(_) => "enum",
            TypeKind::Union(_) => "union",
        };
        let _ = write!(out, "\n{kind} {}", def.name);
        let usage = def.usage;
        for (word, set) in [
            ("request", usage.request),
            ("response", usage.response),
            ("json", usage.json),
            ("xml", usage.xml),
            ("form", usage.form),
            ("deprecated", def.doc.deprecated),
        ] {
            if set {
                let _ = write!(out, " {word}");
            }
        }
        out.push('\n');
        match &def.kind {
            TypeKind::Struct(made) => self.structure(made, out),
            TypeKind::Enum(made) => enumeration(made, out),
            TypeKind::Union(made) => self.union(made, out),
        }
    }

    fn structure(&self, made: &Struct, out: &mut String) {
        for field in &made.fields {
            self.field(field, out);
        }
        if let Some(additional) = &made.additional {
            let _ = writeln!(out, "  *: {}", self.type_text(additional));
        }
        if made.closed {
            out.push_str("  closed\n");
        }
        let name = |id: FieldId| {
            made.fields
                .get(id.0)
                .map_or("", |field| field.wire.as_str())
        };
        if let Some(envelope) = &made.envelope {
            let _ = writeln!(
                out,
                "  envelope {} {:?} message {:?} errors {:?} content {:?}{}",
                name(envelope.status),
                envelope.success,
                envelope.message.map(name),
                envelope.errors.map(name),
                envelope.content.map(name),
                if envelope.optional { " optional" } else { "" }
            );
        }
        if let Some(of) = made.request_envelope {
            let _ = writeln!(out, "  request envelope of {}", name(of));
        }
        if let Some(error) = &made.error {
            let _ = writeln!(
                out,
                "  error code {:?} message {:?} messages {:?}",
                error.code.map(name),
                error.message.map(name),
                error.messages.map(name)
            );
        }
    }

    fn field(&self, field: &Field, out: &mut String) {
        let presence = match field.presence {
            Presence::Required => "",
            Presence::RequiredNullable => " or null",
            Presence::Optional => " optional",
            Presence::OptionalNull => " optional, null is absent",
            Presence::ThreeState => " optional or null",
        };
        let _ = write!(
            out,
            "  {}: {}{presence}",
            field.wire,
            self.type_text(&field.ty)
        );
        for (word, set) in [
            ("boxed", field.boxed),
            ("read-only", field.read_only),
            ("write-only", field.write_only),
            ("strict", field.strict),
            ("deprecated", field.doc.deprecated),
        ] {
            if set {
                let _ = write!(out, " {word}");
            }
        }
        if let Some(constant) = &field.constant {
            let _ = write!(out, " always {constant}");
        }
        if let Some(default) = &field.default {
            let _ = write!(out, " default {default}");
        }
        if let Some(credential) = &field.credential {
            let _ = write!(out, " credential {credential}");
        }
        if field.accept != Accept::default() {
            let _ = write!(out, " accepts {}", accept(field.accept));
        }
        let xml = &field.xml;
        let node = match xml.node {
            XmlNode::Element => "",
            XmlNode::Attribute => "@",
            XmlNode::Text => "text ",
        };
        let plain = xml.name.local == field.wire && xml.name.namespace.is_none();
        if !plain || xml.node != XmlNode::Element || xml.item.is_some() {
            let item = xml.item.as_ref().map(|item| format!("/{}", xml_name(item)));
            let _ = write!(
                out,
                " <{node}{}{}>",
                xml_name(&xml.name),
                item.unwrap_or_default()
            );
        }
        if let Some(ty) = &xml.type_attribute {
            let _ = write!(out, " type={ty}");
        }
        out.push('\n');
    }

    fn union(&self, made: &Union, out: &mut String) {
        let _ = writeln!(
            out,
            "  by {}",
            match &made.selection {
                Selection::JsonType => "JSON type".to_owned(),
                Selection::Tag { property, .. } => format!("`{property}`"),
                Selection::FirstFit => "first fit".to_owned(),
            }
        );
        for variant in &made.variants {
            let _ = write!(out, "  {:?}: {}", variant.name, self.type_text(&variant.ty));
            let guard = &variant.guard;
            if let Some(ty) = guard.json_type {
                let _ = write!(out, " if {}", format!("{ty:?}").to_lowercase());
            }
            for tag in &guard.tags {
                let _ = write!(out, " tag {tag}");
            }
            for (name, value) in &guard.constants {
                let _ = write!(out, " {name}={value}");
            }
            if !guard.required.is_empty() {
                let _ = write!(out, " has {}", guard.required.join(", "));
            }
            out.push('\n');
        }
    }
}

fn enumeration(made: &Enum, out: &mut String) {
    let _ = writeln!(out, "  {:?}", made.repr);
    for value in &made.values {
        let name = value.name.as_ref().map(|name| format!(" {name}"));
        let _ = writeln!(out, "  {}{}", value.wire, name.unwrap_or_default());
    }
}

fn accept(accept: Accept) -> String {
    let words = [
        ("string", accept.string),
        ("number", accept.number),
        ("empty-string", accept.empty_string),
        ("empty-array", accept.empty_array),
        ("empty-object", accept.empty_object),
        ("null-items", accept.null_items),
        ("zero-date", accept.zero_date),
        ("single", accept.single),
    ];
    let set: Vec<&str> = words
        .iter()
        .filter(|(_, set)| *set)
        .map(|(word, _)| *word)
        .collect();
    set.join(", ")
}

fn auth(kind: &AuthKind) -> String {
    match kind {
        AuthKind::ApiKey { name, location } => format!("key {name} in {location:?}"),
        AuthKind::Basic => "basic".to_owned(),
        AuthKind::Token { scheme } => format!("token {scheme}"),
        AuthKind::OAuth2 { flows } => {
            let flows: Vec<String> = flows
                .iter()
                .map(|flow| format!("{:?}", flow.kind))
                .collect();
            format!("oauth2 {}", flows.join(", "))
        }
        AuthKind::OpenIdConnect { url } => format!("openid {url}"),
        AuthKind::Body { fields } => {
            let names: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
            format!("body {}", names.join(", "))
        }
    }
}

fn xml_name(name: &XmlName) -> String {
    match &name.namespace {
        Some(namespace) => format!("{{{namespace}}}{}", name.local),
        None => name.local.clone(),
    }
}
