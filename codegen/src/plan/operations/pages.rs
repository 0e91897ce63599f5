//! Lists that go on over several replies (`x-pagination`).

use lavka_model::model::{
    Api, Content, Operation as Fact, Pagination, PaginationKind, ParameterIn, Presence, TypeRef,
};

use super::params::Param;
use crate::diag::{Code, Cost, Finding, Findings};
use crate::plan::docs::Docs;
use crate::plan::names::{Name, TypeNames};
use crate::plan::replies::{Form, Read, Reply};
use crate::plan::rust_type::{Primitive, Runtime, RustType};

/// The method that gives the items of all pages.
#[derive(Clone, Debug)]
pub struct Pages {
    /// Its name.
    pub name: Name,
    /// Documentation; empty in an outline.
    pub docs: Docs,
    /// Name of the method that takes the options too, where the operation has some.
    pub with: Name,
    /// Documentation of that method; empty in an outline.
    pub with_docs: Docs,
    /// Type of the items.
    pub item: RustType,
    /// From the reply to the list.
    pub items: Vec<Step>,
    /// How the next page is asked for.
    pub kind: PagesKind,
}

/// How the next page is asked for.
#[derive(Clone, Debug)]
pub enum PagesKind {
    /// By its number.
    Page(Counted),
    /// By the number of items to skip.
    Offset(Counted),
    /// By a value out of the reply.
    Cursor {
        /// The parameter: its number.
        param: usize,
        /// Type of the cursor, as the parameter has it.
        ty: RustType,
        /// From the reply to the cursor.
        next: Vec<Step>,
        /// The reply has a number, and the parameter is a text.
        to_text: bool,
    },
    /// By a URL: from the reply to the URL; `None` for the `Link` header.
    Link(Option<Vec<Step>>),
}

impl PagesKind {
    /// The number of the parameter that asks for a page, where one does.
    #[must_use]
    pub fn asked(&self) -> Option<usize> {
        match self {
            Self::Page(counted) | Self::Offset(counted) => Some(counted.param),
            Self::Cursor { param, .. } => Some(*param),
            Self::Link(_) => None,
        }
    }

    /// The type of what distinguishes a page from the others.
    #[must_use]
    pub fn mark(&self) -> RustType {
        match self {
            Self::Page(_) | Self::Offset(_) => RustType::Primitive(Primitive::U64),
            Self::Cursor { ty, .. } => ty.clone().option(),
            Self::Link(_) => RustType::String.option(),
        }
    }

    /// How many items a page has, where a parameter says it.
    #[must_use]
    pub fn size(&self) -> Option<&Size> {
        match self {
            Self::Page(counted) | Self::Offset(counted) => counted.size.as_ref(),
            Self::Cursor { .. } | Self::Link(_) => None,
        }
    }
}

/// A parameter that counts.
#[derive(Clone, Debug)]
pub struct Counted {
    /// The parameter: its number.
    pub param: usize,
    /// What a number is given to it as.
    pub count: Count,
    /// The first value, where the caller gives none.
    pub first: u64,
    /// How many items a page has.
    pub size: Option<Size>,
}

/// What a parameter takes a number as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Count {
    /// As this integer.
    Integer(Primitive),
    /// As a `Decimal`.
    Decimal,
    /// As its digits.
    Text,
}

/// An optional integer that takes the number of items on a page.
#[derive(Clone, Debug)]
pub struct Size {
    /// The parameter: its number.
    pub param: usize,
    /// Its type.
    pub ty: Primitive,
    /// The most that the server gives.
    pub largest: u64,
}

/// A step from a value to one of its fields.
#[derive(Clone, Debug)]
pub struct Step {
    /// The field.
    pub name: Name,
    /// Its name on the wire.
    pub wire: String,
    /// How the field is there.
    pub presence: StepPresence,
}

/// How a field is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepPresence {
    /// As it is.
    Plain,
    /// In an `Option`.
    Option,
    /// In a `Maybe`.
    Maybe,
}

/// Plans the method, or says why there is none.
pub(super) fn pages(
    api: &Api,
    types: &TypeNames,
    fact: &Fact,
    params: &[Param],
    reply: &Reply,
    name: &Name,
    findings: &mut Findings,
) -> Option<Pages> {
    let pagination = fact.pagination.as_ref()?;
    match plan(api, types, (fact, pagination), params, reply, name) {
        Ok(pages) => Some(pages),
        Err(why) => {
            let message = format!("`x-pagination` of the operation `{}`: {why}", fact.id);
            let finding = Finding::new(Code::Pagination, &fact.origin, message).costs(Cost::Part);
            findings.push(finding.help("correct the name, or remove `x-pagination`"));
            None
        }
    }
}

fn plan(
    api: &Api,
    types: &TypeNames,
    (fact, pagination): (&Fact, &Pagination),
    params: &[Param],
    reply: &Reply,
    name: &Name,
) -> Result<Pages, String> {
    let output = output(api, fact, reply)
        .ok_or_else(|| "the reply has no type that can contain a list".to_owned())?;
    let path = match &pagination.items {
        Some(path) => Some(path.clone()),
        None => only_list(api, &output),
    };
    let (items, list) = match &path {
        Some(path) => steps(api, types, &output, path)?,
        None => (Vec::new(), output.clone()),
    };
    let TypeRef::List(item) = list else {
        return Err(match path {
            Some(path) => format!("the reply's `{path}` is not a list"),
            None => "the reply is not a list: name its property by `items`".to_owned(),
        });
    };
    Ok(Pages {
        name: name.affixed("", "_pages"),
        docs: Docs::default(),
        with: name.affixed("", "_pages_with"),
        with_docs: Docs::default(),
        item: RustType::of(&item, false),
        items,
        kind: kind(api, types, pagination, params, &output)?,
    })
}

fn kind(
    api: &Api,
    types: &TypeNames,
    pagination: &Pagination,
    params: &[Param],
    output: &TypeRef,
) -> Result<PagesKind, String> {
    let size = match &pagination.size {
        Some((parameter, largest)) => Some(size(params, parameter, *largest)?),
        None => None,
    };
    let counted = |parameter: &str, first: u64| {
        let (param, ty) = parameter_of(params, parameter)?;
        let refused = || format!("the parameter `{parameter}` is neither a number nor a string");
        Ok::<_, String>(Counted {
            param,
            count: count(&ty).ok_or_else(refused)?,
            first,
            size: size.clone(),
        })
    };
    Ok(match &pagination.kind {
        PaginationKind::Page { parameter, first } => PagesKind::Page(counted(parameter, *first)?),
        PaginationKind::Offset { parameter } => PagesKind::Offset(counted(parameter, 0)?),
        PaginationKind::Cursor { parameter, next } => {
            let (param, ty) = parameter_of(params, parameter)?;
            let (next_steps, found) = steps(api, types, output, next)?;
            let found = RustType::of(&found, false);
            let to_text = match (&ty, &found) {
                (RustType::String, RustType::String) => false,
                (RustType::Primitive(a), RustType::Primitive(b)) if a == b && a.is_integer() => {
                    false
                }
                (RustType::String, RustType::Primitive(a)) if a.is_integer() => true,
                _ => {
                    return Err(format!(
                        "the reply's `{next}` is not of the type of the parameter `{parameter}`"
                    ));
                }
            };
            PagesKind::Cursor {
                param,
                ty,
                next: next_steps,
                to_text,
            }
        }
        PaginationKind::Link { next: None } => PagesKind::Link(None),
        PaginationKind::Link { next: Some(next) } => {
            let (steps, found) = steps(api, types, output, next)?;
            match RustType::of(&found, false) {
                RustType::String => PagesKind::Link(Some(steps)),
                _ => return Err(format!("the reply's `{next}` is not a string")),
            }
        }
    })
}

fn size(params: &[Param], parameter: &str, largest: u64) -> Result<Size, String> {
    let (param, ty) = parameter_of(params, parameter)?;
    match (count(&ty), params[param].required) {
        (Some(Count::Integer(ty)), false) => Ok(Size { param, ty, largest }),
        _ => Err(format!(
            "the parameter `{parameter}` is not an optional integer"
        )),
    }
}

fn parameter_of(params: &[Param], wire: &str) -> Result<(usize, RustType), String> {
    let found = params
        .iter()
        .position(|p| p.place == ParameterIn::Query && p.wire == wire);
    let index = found.ok_or_else(|| format!("there is no query parameter `{wire}`"))?;
    Ok((index, params[index].ty.clone()))
}

/// How a number is given to a parameter of this type. `None` where it cannot be.
fn count(ty: &RustType) -> Option<Count> {
    match ty {
        RustType::String => Some(Count::Text),
        RustType::Runtime(Runtime::Decimal) => Some(Count::Decimal),
        RustType::Primitive(primitive) if primitive.is_integer() => {
            Some(Count::Integer(*primitive))
        }
        _ => None,
    }
}

/// The type of what a call gives.
fn output(api: &Api, fact: &Fact, reply: &Reply) -> Option<TypeRef> {
    let Read::Value(value) = &reply.read else {
        return None;
    };
    let content = Content::asked(&fact.success()?.contents)?;
    if value.form != Form::Envelope {
        return (!content.nullable).then(|| content.ty.clone());
    }
    let (_, s) = api.object(&content.ty)?;
    Some(match s.envelope.as_ref()?.content {
        Some(id) => s.field(id).ty.clone(),
        None => content.ty.clone(),
    })
}

/// The property that is a list, where a reply has one such.
fn only_list(api: &Api, output: &TypeRef) -> Option<String> {
    let (_, s) = api.object(output)?;
    let mut lists = s
        .fields
        .iter()
        .filter(|field| matches!(field.ty.unboxed(), TypeRef::List(_)));
    match (lists.next(), lists.next()) {
        (Some(field), None) => Some(field.wire.clone()),
        _ => None,
    }
}

/// The way to a property, `data.items`, and its type.
fn steps(
    api: &Api,
    types: &TypeNames,
    from: &TypeRef,
    path: &str,
) -> Result<(Vec<Step>, TypeRef), String> {
    let mut made = Vec::new();
    let mut at = from.clone();
    let mut rest = Some(path);
    while let Some(text) = rest {
        let missing = || format!("the reply has no property `{path}`");
        let (id, s) = api.object(&at).ok_or_else(missing)?;
        let position = |wire: &str| s.fields.iter().position(|field| field.wire == wire);
        // A name may have dots itself.
        let (index, next) = match position(text) {
            Some(index) => (index, None),
            None => {
                let (first, more) = text.split_once('.').ok_or_else(missing)?;
                (position(first).ok_or_else(missing)?, Some(more))
            }
        };
        let field = &s.fields[index];
        if field.presence != Presence::Required && matches!(field.ty, TypeRef::Nullable(_)) {
            return Err(format!("the property `{path}` is null in two ways"));
        }
        made.push(Step {
            name: types.members(id)[index].clone(),
            wire: field.wire.clone(),
            presence: match (field.presence, &field.ty) {
                (Presence::Required, TypeRef::Nullable(_)) => StepPresence::Option,
                (Presence::Required, _) => StepPresence::Plain,
                (Presence::ThreeState, _) => StepPresence::Maybe,
                (_, _) => StepPresence::Option,
            },
        });
        at = field.ty.unboxed().clone();
        rest = next;
    }
    Ok((made, at))
}
