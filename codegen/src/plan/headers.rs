//! Headers of replies, as a struct.

use lavka_model::model::{
    Api, EnumRepr, Operation as Fact, Response, ResponseHeader, Scalar, TypeKind, TypeRef,
};

use super::docs::Docs;
use super::names::{self, Name, TypeNames, Wanted};
use super::rust_type::RustType;
use crate::diag::Findings;

/// The headers of an operation's replies of success, or of those that are errors.
#[derive(Clone, Debug)]
pub struct Headers {
    /// Name of the struct.
    pub ty: String,
    /// Documentation of the struct.
    pub docs: Docs,
    /// Its fields.
    pub fields: Vec<Header>,
}

/// A header.
#[derive(Clone, Debug)]
pub struct Header {
    /// Name on the wire.
    pub wire: String,
    /// The field's name.
    pub name: Name,
    /// It must be there. Never of an error: who reports it need not follow the document.
    pub required: bool,
    /// Its type, where it is there.
    pub ty: RustType,
    /// How its text is read.
    pub form: Form,
    /// Documentation.
    pub docs: Docs,
    /// `deprecated`.
    pub deprecated: bool,
}

/// How the text of a header is read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Form {
    Text,
    Literal,
    Json,
    List(Box<Self>),
    Object(Vec<(String, Self)>),
}

/// A header, and how the replies of success have it.
struct Known<'a> {
    header: &'a ResponseHeader,
    /// All of them have it.
    required: bool,
    /// It is of one type in all of them.
    one_type: bool,
}

/// Plans the struct; none where no reply of success has headers.
pub(super) fn headers(
    api: &Api,
    types: &TypeNames,
    fact: &Fact,
    method: &Name,
    findings: &mut Findings,
) -> Option<Headers> {
    Some(Headers {
        ty: types.beside(method, "Headers"),
        docs: Docs::own(format!("Headers of the reply of [`Client::{method}`].")),
        fields: fields(api, fact, &fact.successes(), findings)?,
    })
}

/// Plans the struct of the headers of errors; none where no reply that is an error has headers but `Retry-After`, which every
/// error has.
pub(super) fn error_headers(
    api: &Api,
    types: &TypeNames,
    fact: &Fact,
    method: &Name,
    findings: &mut Findings,
) -> Option<Headers> {
    let successes = fact.successes();
    let is_success = |reply: &Response| successes.iter().any(|other| other.status == reply.status);
    let errors = fact.responses.iter().filter(|reply| !is_success(reply));
    let mut fields = fields(api, fact, &errors.collect::<Vec<_>>(), findings)?;
    fields.retain(|header| !header.wire.eq_ignore_ascii_case("retry-after"));
    for header in &mut fields {
        header.required = false;
    }
    (!fields.is_empty()).then(|| Headers {
        // A name that no other operation's struct can have: another one may be called `get_error`.
        ty: types.beside(method, "HeadersOfError"),
        docs: Docs::own(format!(
            "Headers of the replies to [`Client::{method}`] that are errors."
        )),
        fields,
    })
}

fn fields(
    api: &Api,
    fact: &Fact,
    replies: &[&Response],
    findings: &mut Findings,
) -> Option<Vec<Header>> {
    let mut known: Vec<Known<'_>> = Vec::new();
    for header in replies.iter().flat_map(|reply| &reply.headers) {
        let same = |other: &&ResponseHeader| other.wire.eq_ignore_ascii_case(&header.wire);
        if known.iter().any(|other| same(&other.header)) {
            continue;
        }
        let all: Vec<&ResponseHeader> = replies
            .iter()
            .filter_map(|reply| reply.headers.iter().find(same))
            .collect();
        known.push(Known {
            header,
            required: all.len() == replies.len() && all.iter().all(|other| other.required),
            one_type: all.iter().all(|other| other.ty == header.ty),
        });
    }
    if known.is_empty() {
        return None;
    }
    let wanted: Vec<Wanted<'_>> = known
        .iter()
        .map(|known| Wanted::new(&known.header.wire, None, &known.header.origin))
        .collect();
    let names = names::PARAMETERS.names(&fact.id, &wanted, findings);
    let fields = known
        .into_iter()
        .zip(names)
        .map(|(known, name)| {
            let header = known.header;
            let mut docs = Docs::named(&header.doc, "header", &header.wire);
            docs.wire(&header.doc, &header.wire);
            // Of a header with several types nothing more can be said than that it is a text.
            let typed = known.one_type.then(|| form(api, &header.ty, 0)).flatten();
            Header {
                wire: header.wire.clone(),
                name,
                required: known.required,
                ty: match typed {
                    Some(_) => RustType::of(&header.ty, false),
                    None => RustType::String,
                },
                form: typed.unwrap_or(Form::Text),
                docs,
                deprecated: header.doc.deprecated,
            }
        })
        .collect();
    Some(fields)
}

/// How a text becomes a value of this type; `None` where it cannot.
fn form(api: &Api, ty: &TypeRef, depth: usize) -> Option<Form> {
    Some(match ty {
        TypeRef::Scalar(scalar) => match scalar {
            Scalar::Binary | Scalar::Null => return None,
            Scalar::Int32
            | Scalar::Int64
            | Scalar::UInt32
            | Scalar::UInt64
            | Scalar::Float32
            | Scalar::Float64
            | Scalar::Bool
            | Scalar::DecimalNumber
            | Scalar::DecimalString => Form::Literal,
            _ => Form::Text,
        },
        TypeRef::Any { .. } | TypeRef::Map(_) => Form::Json,
        TypeRef::List(item) => Form::List(Box::new(form(api, item, depth + 1)?)),
        TypeRef::Nullable(inner) | TypeRef::Boxed(inner) => form(api, inner, depth)?,
        TypeRef::Named(id) => match &api.ty(*id).kind {
            TypeKind::Enum(e) if e.repr == EnumRepr::String => Form::Text,
            TypeKind::Enum(_) => Form::Literal,
            TypeKind::Union(_) => Form::Literal,
            TypeKind::Struct(_) if depth > 0 => return None,
            TypeKind::Struct(s) => Form::Object(
                s.fields
                    .iter()
                    .map(|field| Some((field.wire.clone(), form(api, &field.ty, depth + 1)?)))
                    .collect::<Option<_>>()?,
            ),
        },
    })
}
