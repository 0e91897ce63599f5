//! How replies report failures.

use lavka_model::model::{
    Api, Codec, Envelope, ErrorShape, FieldId, Operation, Response, Status, Struct, TypeRef,
    XmlBody,
};

use super::as_text;
use super::tags::{self, Tag};

/// Names by which a body reports a failure.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FailureShape {
    /// Properties that report success.
    pub status: Vec<String>,
    /// Good values of these.
    pub success: Vec<String>,
    /// Properties that hold a code.
    pub codes: Vec<String>,
    /// Properties that hold a text.
    pub messages: Vec<String>,
    /// Properties that list errors.
    pub errors: Vec<String>,
    /// Properties that hold the content, where the shape is that of the API.
    pub content: Vec<String>,
    /// The statuses whose bodies are documented so, from and to; none for what holds for all.
    pub statuses: Vec<(u16, u16)>,
}

/// How the replies of an operation report a failure, beside the API's way.
pub(super) fn failures(api: &Api, fact: &Operation) -> Vec<FailureShape> {
    let known = api_failure(api).map(|shape| FailureShape {
        content: Vec::new(),
        ..shape
    });
    let mut shapes: Vec<FailureShape> = Vec::new();
    let mut add = |shape: FailureShape, status: Status| {
        if Some(&shape) == known.as_ref() || shape == FailureShape::default() {
            return;
        }
        let statuses = status.bounds().unwrap_or((0, 999));
        let same = |known: &&mut FailureShape| {
            FailureShape {
                statuses: Vec::new(),
                ..(**known).clone()
            } == shape
        };
        match shapes.iter_mut().find(same) {
            Some(known) if known.statuses.contains(&statuses) => {}
            Some(known) => known.statuses.push(statuses),
            None => shapes.push(FailureShape {
                statuses: vec![statuses],
                ..shape
            }),
        }
    };
    for response in &fact.responses {
        let status = response.status;
        let contents = response.contents.iter();
        for (_, s) in contents.filter_map(|content| api.object(&content.ty)) {
            if let Some(envelope) = &s.envelope {
                add(of_envelope(s, envelope), status);
            }
            if let Some(error) = &s.error {
                add(of_error(s, error), status);
            }
            for field in &s.fields {
                if let TypeRef::List(item) = &field.ty
                    && let Some((_, item)) = api.object(item)
                    && let Some(error) = &item.error
                {
                    add(of_error(item, error), status);
                }
            }
        }
    }
    // Of a single shape nothing is to be chosen.
    if let [only] = shapes.as_mut_slice() {
        only.statuses.clear();
    }
    shapes
}

/// How any reply of the API reports a failure.
pub(super) fn api_failure(api: &Api) -> Option<FailureShape> {
    let names = api.failure.as_ref()?;
    Some(FailureShape {
        status: vec![names.status.clone()],
        success: names.success.iter().map(as_text).collect(),
        messages: names.message.iter().cloned().collect(),
        errors: names.errors.iter().cloned().collect(),
        content: names.content.iter().cloned().collect(),
        ..FailureShape::default()
    })
}

pub(super) fn of_envelope(s: &Struct, envelope: &Envelope) -> FailureShape {
    FailureShape {
        status: field_names(s, Some(envelope.status)),
        success: envelope.success.iter().map(as_text).collect(),
        messages: field_names(s, envelope.message),
        errors: field_names(s, envelope.errors),
        ..FailureShape::default()
    }
}

/// What the runtime does not look for anyway.
pub(super) fn of_error(s: &Struct, shape: &ErrorShape) -> FailureShape {
    let own = |id, usual: &str| {
        let mut names = field_names(s, id);
        names.retain(|name| name != usual);
        names
    };
    FailureShape {
        codes: own(shape.code, "code"),
        messages: own(shape.message, "message"),
        errors: own(shape.messages, "errors"),
        ..FailureShape::default()
    }
}

/// A field's names: the property's, and the element's where it is another.
pub(super) fn field_names(s: &Struct, id: Option<FieldId>) -> Vec<String> {
    let Some(field) = id.map(|id| s.field(id)) else {
        return Vec::new();
    };
    let mut names = vec![field.wire.clone()];
    if field.xml.name.local != field.wire && !field.xml.name.local.is_empty() {
        names.push(field.xml.name.local.clone());
    }
    names
}

/// Root elements of failures that are not those of the reply.
pub(super) fn failure_roots(api: &Api, fact: &Operation) -> Vec<Tag> {
    let xml = |response: &Response| {
        let roots = response
            .contents
            .iter()
            .filter_map(|content| match &content.codec {
                Codec::Xml(body) => Some(body.clone()),
                _ => None,
            });
        roots.collect::<Vec<_>>()
    };
    let own = fact.success().map(xml).unwrap_or_default();
    let mut found: Vec<XmlBody> = Vec::new();
    for response in fact.responses.iter().filter(|r| !r.status.is_success()) {
        for body in xml(response) {
            let known = own
                .iter()
                .chain(&found)
                .any(|other| other.root == body.root);
            if !known {
                found.push(body);
            }
        }
    }
    let tags = found.iter().map(|body| tags::root(api.dialect, body).roots);
    tags.filter_map(|roots| roots.into_iter().next()).collect()
}
