//! Bodies of requests: what the caller gives, how it is wrapped, and how it is written.

use lavka_model::model::{
    Api, Codec, Content, FormField, Method, Operation as Fact, Presence, Scalar, Struct, TypeId,
    TypeName, TypeRef,
};

use super::params::{Param, Travel, argument, said, travel};
use super::parts::{Part, Rest, parts, rest};
use crate::plan::constants::{Constant, constant};
use crate::plan::media::Documents;
use crate::plan::names::{Name, TypeNames};
use crate::plan::rust_type::{Runtime, RustType};
use crate::plan::spelling::{Case, spell};

/// A body of a request.
#[derive(Clone, Debug)]
pub struct Body {
    /// Where the caller gives it.
    pub place: BodyPlace,
    /// The argument's name.
    pub name: Name,
    /// What the caller gives, as a value.
    pub ty: RustType,
    /// The same as an argument.
    pub argument: RustType,
    /// The type of what is sent, where the client wraps what the caller gives.
    pub wrapper: Option<Wrapper>,
    /// How it is written.
    pub codec: BodyCodec,
    /// The media type of a body of parts, where it is not `multipart/form-data`.
    pub parts_type: Option<String>,
}

/// Where the caller gives a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyPlace {
    /// It is required: an argument.
    Argument,
    /// It is optional, of an operation that usually has one: an argument that may be `None`.
    OptionalArgument,
    /// It is optional, of an operation that usually has none: the field `body` of the options.
    Options,
}

impl BodyPlace {
    /// Where the body of an operation is given. Most documents leave out `required` for bodies that their servers require.
    pub(super) fn of(fact: &Fact) -> Self {
        let required = fact.request.as_ref().is_some_and(|r| r.required);
        match fact.method {
            _ if required => Self::Argument,
            Method::Post | Method::Put | Method::Patch | Method::Query => Self::OptionalArgument,
            _ => Self::Options,
        }
    }
}

/// A request whose wrapping the client fills in (`x-request-envelope`).
#[derive(Clone, Debug)]
pub struct Wrapper {
    /// The struct.
    pub ty: TypeId,
    /// The name of the function that makes the body.
    pub function: Name,
    /// Its fields, in order.
    pub fields: Vec<WrapperField>,
}

/// A field of a wrapping.
#[derive(Clone, Debug)]
pub struct WrapperField {
    /// Its name.
    pub name: Name,
    /// What it holds.
    pub value: WrapperValue,
}

/// What a field of a wrapping holds.
#[derive(Clone, Debug)]
pub enum WrapperValue {
    /// What the caller gives.
    Given {
        /// In a `Box`.
        boxed: bool,
    },
    /// A credential of the client that is a secret text.
    Secret(String),
    /// A credential of the client of another type.
    Credential(String),
    /// The only value that it can have.
    Constant {
        /// The value.
        value: Constant,
        /// It goes into an `Option` or `Maybe`.
        presence: Presence,
    },
    /// Nothing: it is optional.
    Default,
}

/// How a body is written.
#[derive(Clone, Debug)]
pub enum BodyCodec {
    /// JSON, XML, or one of them as the client prefers.
    Documents {
        /// Their media types.
        media: Documents,
        /// The body is a list.
        list: bool,
    },
    /// `application/x-www-form-urlencoded`.
    Form {
        /// How properties are written.
        fields: Vec<FormField>,
        /// How the value becomes an object.
        travel: Travel,
    },
    /// Parts from the fields of a struct.
    Multipart(Vec<Part>),
    /// Parts from the properties of a value that is not a struct.
    MultipartObject(Rest),
    /// Text of this media type.
    Text(String, Travel),
    /// Items as JSON of this media type, one on a line.
    Lines(String),
    /// Any bytes of this media type.
    Upload(String),
}

pub(super) fn body(
    api: &Api,
    types: &TypeNames,
    fact: &Fact,
    content: &Content,
    method: &Name,
    params: &[Param],
) -> Body {
    let contents = fact.request.as_ref().map_or(&[][..], |r| &r.contents);
    let place = BodyPlace::of(fact);
    let upload = matches!(content.codec, Codec::Multipart(_) | Codec::Bytes);
    let sent = match content.codec {
        Codec::Bytes | Codec::EventStream => RustType::Runtime(Runtime::Upload),
        _ => RustType::of(&content.ty, upload),
    };
    let codec = match &content.codec {
        Codec::Json { .. } | Codec::Xml(_) => BodyCodec::Documents {
            media: Documents::of(api, contents, content),
            list: matches!(content.ty, TypeRef::List(_)),
        },
        Codec::Form(fields) => BodyCodec::Form {
            fields: said(api, &content.ty, fields),
            travel: travel(api, &content.ty),
        },
        Codec::Multipart(fields) => match api.object(&content.ty) {
            Some((id, s)) => BodyCodec::Multipart(parts(api, types, id, s, fields)),
            None => BodyCodec::MultipartObject(rest(api, &content.ty)),
        },
        Codec::Text => BodyCodec::Text(content.media_type.clone(), travel(api, &content.ty)),
        Codec::JsonLines => BodyCodec::Lines(content.media_type.clone()),
        Codec::Bytes | Codec::EventStream => BodyCodec::Upload(content.media_type.clone()),
    };
    let inner = api
        .object(&content.ty)
        .and_then(|(id, s)| Some((id, s, s.request_envelope?)));
    let (ty, wrapper, name) = match inner {
        Some((id, s, inner)) => {
            let field = s.field(inner);
            let name = match &field.ty {
                TypeRef::Named(id) => types.ty(*id).in_case(Case::Snake, ""),
                _ => types.members(id)[inner.0].clone(),
            };
            let wrapper = wrapper(api, types, id, s, inner.0, method);
            (RustType::of(&field.ty, upload), Some(wrapper), name)
        }
        None => (sent, None, body_name(api, types, fact, content)),
    };
    let name = free(&name, params);
    let value = argument(api, &ty);
    Body {
        place,
        name,
        argument: match place {
            BodyPlace::OptionalArgument => RustType::IntoOption(Box::new(value)),
            BodyPlace::Argument | BodyPlace::Options => value,
        },
        ty,
        wrapper,
        codec,
        parts_type: match content.codec {
            Codec::Multipart(_) => parts_type(&content.media_type),
            _ => None,
        },
    }
}

/// The media type of a body of parts without its boundary, which each request has of its own; `None` for `multipart/form-data`,
/// which any of a range is too.
fn parts_type(media_type: &str) -> Option<String> {
    let mut kept = media_type.split(';').map(str::trim);
    let essence = kept.next().unwrap_or_default();
    let forms = ["multipart/form-data", "multipart/*"];
    if forms.iter().any(|form| essence.eq_ignore_ascii_case(form)) {
        return None;
    }
    let boundary = |text: &&str| !text.to_ascii_lowercase().starts_with("boundary");
    let rest: String = kept
        .filter(boundary)
        .map(|text| format!("; {text}"))
        .collect();
    Some(format!("{essence}{rest}"))
}

fn wrapper(
    api: &Api,
    types: &TypeNames,
    id: TypeId,
    s: &Struct,
    inner: usize,
    method: &Name,
) -> Wrapper {
    let fields = s
        .fields
        .iter()
        .zip(types.members(id))
        .enumerate()
        .map(|(index, (f, name))| WrapperField {
            name: name.clone(),
            value: match &f.credential {
                _ if index == inner => WrapperValue::Given { boxed: f.boxed },
                Some(credential) => match &f.ty {
                    TypeRef::Scalar(Scalar::Secret) => WrapperValue::Secret(credential.clone()),
                    _ => WrapperValue::Credential(credential.clone()),
                },
                None => match f
                    .constant
                    .as_ref()
                    .and_then(|value| constant(api, types, &f.ty, value))
                {
                    Some(value) => WrapperValue::Constant {
                        value,
                        presence: f.presence,
                    },
                    None => WrapperValue::Default,
                },
            },
        })
        .collect();
    Wrapper {
        ty: id,
        function: method.affixed("", "_body"),
        fields,
    }
}

/// A name for the body: what the type is, without the operation's verb.
fn body_name(api: &Api, types: &TypeNames, fact: &Fact, content: &Content) -> Name {
    // A type without a name of its own is called after the operation, which says nothing more.
    let is_inline = |id: &TypeId| matches!(api.ty(*id).name, TypeName::Inline(_));
    let (name, plural) = match &content.ty {
        TypeRef::Named(id) if is_inline(id) => return Name::fixed("body"),
        TypeRef::Named(id) => (types.ty(*id).in_case(Case::Snake, ""), ""),
        TypeRef::List(item) => match &**item {
            TypeRef::Named(id) if !is_inline(id) => (types.ty(*id).in_case(Case::Snake, ""), "s"),
            _ => return Name::fixed("items"),
        },
        _ => return Name::fixed("body"),
    };
    let id = spell(&fact.id, Case::Snake);
    let verb = id.split('_').next().unwrap_or_default();
    let text = format!("{name}{plural}");
    let short = text.strip_prefix(&format!("{verb}_")).unwrap_or(&text);
    let starts = short.starts_with(|c: char| c.is_ascii_lowercase());
    match short {
        "request" | "" => name,
        short if starts && !short.ends_with('_') => Name::fixed(short),
        _ => name,
    }
}

/// The name, or another where a parameter has it.
fn free(name: &Name, params: &[Param]) -> Name {
    let taken = |name: &Name| {
        matches!(name.as_str(), "params" | "self")
            || params.iter().any(|p| p.name.as_str() == name.as_str())
    };
    let mut name = name.clone();
    while taken(&name) {
        name = name.affixed("", "_value");
    }
    name
}
