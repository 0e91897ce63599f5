//! The first model as the second, until the second is made from the document itself. Support for tests of the plan.

use lavka_model::model as new;
use lavka_model::normalized as norm;

use crate::model as old;

/// The same API.
#[must_use]
pub fn adapt(api: &old::Api) -> new::Api {
    new::Api {
        module: api.module.clone(),
        title: api.title.clone(),
        version: api.version.clone(),
        description: api.description.clone(),
        document: api.document.as_ref().map(|d| new::Document {
            id: d.id.clone(),
            title: d.title.clone(),
        }),
        servers: api.servers.iter().map(server).collect(),
        auth: api.auth.iter().map(auth).collect(),
        dialect: match api.dialect {
            old::Dialect::Plain => new::Dialect::Plain,
            old::Dialect::Trimmed => new::Dialect::Trimmed,
            old::Dialect::Rails => new::Dialect::Rails,
        },
        rate_limits: api.rate_limits.iter().map(rate_limit).collect(),
        failure_codes: new::FailureCodes {
            auth: api.failure_codes.auth.clone(),
            quota: api.failure_codes.quota.clone(),
        },
        failure: api.failure.as_ref().map(|names| new::FailureNames {
            status: names.status.clone(),
            success: names.success.clone(),
            message: names.message.clone(),
            errors: names.errors.clone(),
        }),
        operations: api.operations.iter().map(operation).collect(),
        types: api.types.iter().map(type_def).collect(),
        omissions: Vec::new(),
    }
}

fn server(s: &old::Server) -> new::Server {
    new::Server {
        url: s.url.clone(),
        description: s.description.clone(),
        variables: s
            .variables
            .iter()
            .map(|(name, default)| new::ServerVariable {
                name: name.clone(),
                default: default.clone(),
                values: Vec::new(),
                description: String::new(),
            })
            .collect(),
        origin: Default::default(),
    }
}

fn auth(a: &old::AuthScheme) -> new::AuthScheme {
    let (kind, login) = match &a.kind {
        old::AuthKind::Query { parameter, login } => (
            new::AuthKind::ApiKey {
                name: parameter.clone(),
                location: norm::ParameterIn::Query,
            },
            login.as_ref(),
        ),
        old::AuthKind::Header { name, login } => (
            new::AuthKind::ApiKey {
                name: name.clone(),
                location: norm::ParameterIn::Header,
            },
            login.as_ref(),
        ),
        old::AuthKind::Basic => (new::AuthKind::Basic, None),
        old::AuthKind::Bearer { login } => (
            new::AuthKind::Token {
                scheme: "Bearer".to_owned(),
            },
            login.as_ref(),
        ),
        old::AuthKind::Body { fields } => (
            new::AuthKind::Body {
                fields: fields
                    .iter()
                    .map(|f| new::BodyCredential {
                        name: f.name.clone(),
                        description: f.description.clone(),
                        ty: type_ref(&f.ty),
                    })
                    .collect(),
            },
            None,
        ),
    };
    new::AuthScheme {
        name: a.name.clone(),
        description: a.description.clone(),
        kind,
        login: login.map(|l| new::Login {
            operation: l.operation.clone(),
            arguments: l.arguments.clone(),
            request: l
                .request
                .iter()
                .map(|(name, text)| (name.clone(), template(text)))
                .collect(),
            token: l.token.clone(),
            expires: l.expires.clone(),
        }),
        origin: a.origin.clone(),
    }
}

fn template(text: &str) -> new::LoginTemplate {
    let inner = text
        .strip_prefix("sha256-hex(")
        .and_then(|rest| rest.strip_suffix(')'));
    let mut parts = Vec::new();
    let mut rest = inner.unwrap_or(text);
    while let Some((before, after)) = rest.split_once('{') {
        if !before.is_empty() {
            parts.push(new::LoginPart::Literal(before.to_owned()));
        }
        let (name, behind) = after.split_once('}').unwrap_or((after, ""));
        parts.push(match name {
            "unix_time" => new::LoginPart::UnixTime,
            name => new::LoginPart::Argument(name.to_owned()),
        });
        rest = behind;
    }
    if !rest.is_empty() {
        parts.push(new::LoginPart::Literal(rest.to_owned()));
    }
    match inner {
        Some(_) => new::LoginTemplate::Sha256Hex(parts),
        None => new::LoginTemplate::Text(parts),
    }
}

fn grade(e: old::Evidence) -> new::Grade {
    match e {
        old::Evidence::Documented => new::Grade::Documented,
        old::Evidence::Vendor => new::Grade::Vendor,
        old::Evidence::Capture => new::Grade::Capture,
        old::Evidence::Client => new::Grade::Client,
        old::Evidence::Inferred => new::Grade::Inferred,
    }
}

fn doc(d: &old::Doc) -> new::Doc {
    new::Doc {
        summary: d.summary.clone(),
        description: d.description.clone(),
        source: d.source.clone(),
        evidence: grade(d.evidence),
        deprecated: d.deprecated,
    }
}

fn rate_limit(l: &old::RateLimit) -> new::RateLimit {
    new::RateLimit {
        name: l.name.clone(),
        requests: l.requests,
        seconds: l.seconds,
        scope: l.scope.clone(),
        default: l.default,
        usage_header: l.usage_header.clone(),
        busy_wait: l.busy_wait,
        source: l.source.clone(),
        evidence: grade(l.evidence),
    }
}

fn operation(op: &old::Operation) -> new::Operation {
    let segments = op
        .path
        .trim_start_matches('/')
        .split('/')
        .map(|segment| {
            let mut parts = Vec::new();
            let mut rest = segment;
            while let Some((before, after)) = rest.split_once('{') {
                if !before.is_empty() {
                    parts.push(new::PathPart::Literal(before.to_owned()));
                }
                let (name, behind) = after.split_once('}').unwrap_or((after, ""));
                parts.push(new::PathPart::Param(name.to_owned()));
                rest = behind;
            }
            if !rest.is_empty() {
                parts.push(new::PathPart::Literal(rest.to_owned()));
            }
            parts
        })
        .collect();
    new::Operation {
        id: op.id.clone(),
        named: true,
        rust_name: op.rust_name.clone(),
        doc: doc(&op.doc),
        tags: op.tag.iter().cloned().collect(),
        method: match op.method {
            old::Method::Get => new::Method::Get,
            old::Method::Head => new::Method::Head,
            old::Method::Post => new::Method::Post,
            old::Method::Put => new::Method::Put,
            old::Method::Patch => new::Method::Patch,
            old::Method::Delete => new::Method::Delete,
            old::Method::Options => new::Method::Options,
            old::Method::Trace => new::Method::Trace,
        },
        path: new::PathTemplate { segments },
        fixed_query: Vec::new(),
        params: op.params.iter().map(param).collect(),
        request: op.request.as_ref().map(|p| new::RequestBody {
            doc: new::Doc::default(),
            required: p.required,
            contents: contents(p),
            origin: p.origin.clone(),
        }),
        responses: op
            .responses
            .iter()
            .map(|r| new::Response {
                status: match r.status {
                    old::Status::Code(code) => new::Status::Code(code),
                    old::Status::Range(range) => new::Status::Range(range),
                    old::Status::Default => new::Status::Default,
                },
                description: r.description.clone(),
                headers: Vec::new(),
                contents: r.body.as_ref().map(contents).unwrap_or_default(),
                evidence: grade(r.evidence),
                origin: r.origin.clone(),
            })
            .collect(),
        security: op
            .auth
            .map(|index| new::SecurityAlternative {
                schemes: vec![(new::AuthId(index), Vec::new())],
            })
            .into_iter()
            .collect(),
        servers: None,
        permission: op.permission.clone(),
        safe: op.safe,
        idempotent: op.idempotent,
        idempotency_key: op.idempotency_key.clone(),
        rate_limit: op.rate_limit.map(new::RateLimitId),
        batch: op.batch.as_ref().map(|b| new::Batch {
            property: b.property.clone(),
            max: b.max,
        }),
        pagination: None,
        origin: op.origin.clone(),
    }
}

fn param(p: &old::Param) -> new::Param {
    let (location, style, explode) = match p.location {
        old::ParamIn::Path => (norm::ParameterIn::Path, norm::Style::Simple, false),
        old::ParamIn::Query => (norm::ParameterIn::Query, norm::Style::Form, true),
        old::ParamIn::Header => (norm::ParameterIn::Header, norm::Style::Simple, false),
    };
    new::Param {
        wire: p.wire.clone(),
        rust_name: p.rust_name.clone(),
        location,
        required: p.required,
        ty: type_ref(&p.ty),
        format: new::ParamFormat::Style {
            style,
            explode,
            allow_reserved: false,
        },
        constraints: constraints(&p.constraints),
        default: None,
        doc: doc(&p.doc),
        example: p.example.clone(),
        origin: p.origin.clone(),
    }
}

fn contents(p: &old::Payload) -> Vec<new::Content> {
    let ty = p.ty.as_ref().map(type_ref);
    let make = |media_type: &str, codec: new::Codec| new::Content {
        media_type: media_type.to_owned(),
        codec,
        ty: ty.clone().unwrap_or(new::TypeRef::Any { open: true }),
        nullable: false,
        examples: Vec::new(),
        origin: p.origin.clone(),
    };
    let mut out = Vec::new();
    if let Some(json) = &p.json {
        let codec = new::Codec::Json {
            bare_string: json.bare_string,
            uuid: json.uuid,
        };
        out.push(make(&json.media_type, codec));
    }
    if let Some(xml) = &p.xml {
        let codec = new::Codec::Xml(new::XmlBody {
            root: xml_name(&xml.root),
            item: xml.item.as_ref().map(xml_name),
        });
        out.push(make(&xml.media_type, codec));
    }
    if p.multipart {
        out.push(make(
            "multipart/form-data",
            new::Codec::Multipart(Vec::new()),
        ));
    }
    if out.is_empty() {
        let mut bytes = make("application/octet-stream", new::Codec::Bytes);
        bytes.ty = new::TypeRef::Scalar(new::Scalar::Binary);
        out.push(bytes);
    }
    out
}

fn xml_name(n: &old::XmlName) -> new::XmlName {
    new::XmlName {
        local: n.local.clone(),
        namespace: n.namespace.clone(),
        prefix: n.prefix.clone(),
    }
}

fn type_def(t: &old::TypeDef) -> new::TypeDef {
    new::TypeDef {
        name: new::TypeName::Component(t.name.clone()),
        rust_name: t.rust_name.clone(),
        doc: doc(&t.doc),
        kind: match &t.kind {
            old::TypeKind::Struct(s) => new::TypeKind::Struct(structure(s)),
            old::TypeKind::Enum(e) => new::TypeKind::Enum(new::Enum {
                repr: match e.repr {
                    old::EnumRepr::String => new::EnumRepr::String,
                    old::EnumRepr::Integer => new::EnumRepr::Integer,
                },
                values: e
                    .values
                    .iter()
                    .map(|v| new::EnumValue {
                        wire: v.wire.clone(),
                        name: v.name.clone(),
                        description: v.description.clone(),
                    })
                    .collect(),
            }),
            old::TypeKind::Union(u) => new::TypeKind::Union(new::Union {
                selection: new::Selection::JsonType,
                variants: u.variants.iter().map(|v| variant(v, &t.origin)).collect(),
            }),
        },
        usage: new::Usage {
            request: t.usage.request,
            response: t.usage.response,
            json: t.usage.json,
            xml: t.usage.xml,
            form: t.usage.multipart,
        },
        example: t.example.clone(),
        origin: t.origin.clone(),
    }
}

fn variant(v: &old::Variant, origin: &crate::source::Origin) -> new::Variant {
    new::Variant {
        name: v.name.clone(),
        ty: type_ref(&v.ty),
        guard: new::Guard {
            json_type: Some(match v.json_type {
                old::JsonType::String => new::JsonType::String,
                old::JsonType::Number => new::JsonType::Number,
                old::JsonType::Boolean => new::JsonType::Boolean,
                old::JsonType::Array => new::JsonType::Array,
                old::JsonType::Object => new::JsonType::Object,
            }),
            ..new::Guard::default()
        },
        doc: doc(&v.doc),
        origin: origin.clone(),
    }
}

fn structure(s: &old::Struct) -> new::Struct {
    let id = |index: Option<usize>| index.map(new::FieldId);
    new::Struct {
        fields: s.fields.iter().map(field).collect(),
        additional: None,
        envelope: s.envelope.as_ref().map(|e| new::Envelope {
            status: new::FieldId(e.status),
            success: e.success.clone(),
            message: id(e.message),
            errors: id(e.errors),
            content: id(e.content),
            optional: e.optional,
        }),
        request_envelope: id(s.request_envelope),
        error: s.error.as_ref().map(|e| new::ErrorShape {
            code: id(e.code),
            message: id(e.message),
            messages: id(e.messages),
        }),
        closed: s.closed,
    }
}

fn field(f: &old::Field) -> new::Field {
    new::Field {
        wire: f.wire.clone(),
        rust_name: f.rust_name.clone(),
        doc: doc(&f.doc),
        ty: type_ref(&f.ty),
        presence: match f.presence {
            old::Presence::Required => new::Presence::Required,
            old::Presence::RequiredNullable => new::Presence::RequiredNullable,
            old::Presence::Optional => new::Presence::Optional,
            old::Presence::OptionalNull => new::Presence::OptionalNull,
            old::Presence::ThreeState => new::Presence::ThreeState,
        },
        constraints: constraints(&f.constraints),
        default: f.default.clone(),
        example: f.example.clone(),
        accept: new::Accept {
            string: f.accept.string,
            number: f.accept.number,
            ..new::Accept::default()
        },
        strict: false,
        read_only: false,
        write_only: false,
        credential: f.credential.clone(),
        constant: f.constant.clone(),
        boxed: f.boxed,
        xml: new::XmlShape {
            name: xml_name(&f.xml.name),
            node: match f.xml.node {
                old::XmlNode::Element => new::XmlNode::Element,
                old::XmlNode::Attribute => new::XmlNode::Attribute,
                old::XmlNode::Text => new::XmlNode::Text,
            },
            item: f.xml.item.as_ref().map(xml_name),
            type_attribute: f.xml.type_attr.clone(),
        },
        origin: f.origin.clone(),
    }
}

fn type_ref(t: &old::TypeRef) -> new::TypeRef {
    match t {
        old::TypeRef::Scalar(s) => new::TypeRef::Scalar(match s {
            old::Scalar::String => new::Scalar::String,
            old::Scalar::Secret => new::Scalar::Secret,
            old::Scalar::Int32 => new::Scalar::Int32,
            old::Scalar::Int64 => new::Scalar::Int64,
            old::Scalar::Float32 => new::Scalar::Float32,
            old::Scalar::Float64 => new::Scalar::Float64,
            old::Scalar::Bool => new::Scalar::Bool,
            old::Scalar::DecimalNumber => new::Scalar::DecimalNumber,
            old::Scalar::DecimalString => new::Scalar::DecimalString,
            old::Scalar::Date => new::Scalar::Date,
            old::Scalar::DateTime => new::Scalar::DateTime,
            old::Scalar::RailsTimestamp => new::Scalar::RailsTimestamp,
            old::Scalar::DateOptionalTime => new::Scalar::DateOptionalTime,
            old::Scalar::Binary => new::Scalar::Binary,
        }),
        old::TypeRef::Named(id) => new::TypeRef::Named(new::TypeId(id.0)),
        old::TypeRef::List(item) => new::TypeRef::List(Box::new(type_ref(item))),
        old::TypeRef::Map(value) => new::TypeRef::Map(Box::new(type_ref(value))),
        old::TypeRef::Any => new::TypeRef::Any { open: true },
    }
}

fn constraints(c: &old::Constraints) -> new::Constraints {
    let (minimum, exclusive_minimum) = match c.exclusive_minimum {
        true => (None, c.minimum.clone()),
        false => (c.minimum.clone(), None),
    };
    let (maximum, exclusive_maximum) = match c.exclusive_maximum {
        true => (None, c.maximum.clone()),
        false => (c.maximum.clone(), None),
    };
    new::Constraints {
        minimum,
        maximum,
        exclusive_minimum,
        exclusive_maximum,
        multiple_of: c.multiple_of.clone(),
        min_length: c.min_length,
        max_length: c.max_length,
        pattern: c.pattern.clone(),
        min_items: c.min_items,
        max_items: c.max_items,
        unique_items: c.unique_items,
        format: c.format.clone(),
    }
}
