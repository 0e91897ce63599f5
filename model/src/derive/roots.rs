//! Where operations use schemas, and what their places are called.

use std::collections::HashMap;

use super::same::same;
use crate::media;
use crate::normalized::{Document, Header, MediaType, Operation, Response, SchemaId};

/// A schema that an operation uses.
pub(super) struct Use {
    pub(super) schema: SchemaId,
    /// In the request; else in a reply.
    pub(super) request: bool,
    /// What an inline schema's type is named after.
    pub(super) place: Vec<String>,
    /// Name of the parameter, if it is one.
    pub(super) parameter: Option<String>,
}

/// Every schema that operations use.
pub(super) struct Roots {
    pub(super) uses: Vec<Use>,
    /// Schemas of bodies that say the same as another of the same body: one type serves both.
    pub(super) same: HashMap<SchemaId, SchemaId>,
}

/// What an operation is called: its id, or method and path.
pub(super) fn operation_id(operation: &Operation) -> String {
    match &operation.id {
        Some(id) => id.value.clone(),
        None => by_path(operation),
    }
}

fn by_path(operation: &Operation) -> String {
    format!(
        "{} {}",
        operation.method.as_str().to_lowercase(),
        operation.path.value
    )
}

pub(super) fn roots(doc: &Document) -> Roots {
    let mut made = Roots {
        uses: Vec::new(),
        same: HashMap::new(),
    };
    let mut ids: HashMap<String, usize> = HashMap::new();
    let mut parameters: HashMap<SchemaId, usize> = HashMap::new();
    for operation in &doc.operations {
        *ids.entry(operation_id(operation)).or_default() += 1;
        for parameter in &operation.parameters {
            if let Some(schema) = parameter.value.schema() {
                *parameters.entry(schema).or_default() += 1;
            }
        }
    }
    for operation in &doc.operations {
        let id = operation_id(operation);
        // Operations with the same id are named after method and path.
        let owner = if ids.get(&id) == Some(&1) {
            id
        } else {
            by_path(operation)
        };
        for parameter in &operation.parameters {
            let Some(schema) = parameter.value.schema() else {
                continue;
            };
            let name = parameter.name.value.clone();
            let place = match &parameter.component {
                Some(component) => vec![component.clone(), "parameter".to_owned()],
                None if parameters.get(&schema) > Some(&1) => {
                    vec![operation.path.value.clone(), name.clone()]
                }
                None => vec![owner.clone(), name.clone()],
            };
            made.uses.push(Use {
                schema,
                request: true,
                place,
                parameter: Some(name),
            });
        }
        if let Some(body) = &operation.request {
            let place = match &body.component {
                Some(component) => vec![component.clone(), "request".to_owned()],
                None => vec![owner.clone(), "request".to_owned()],
            };
            made.contents(doc, &body.content, &place, true);
        }
        made.responses(doc, operation, &owner);
    }
    made
}

impl Roots {
    fn responses(&mut self, doc: &Document, operation: &Operation, owner: &str) {
        let with_body = |response: &&Response| {
            let status = response.status.value;
            status.is_success()
                && response
                    .content
                    .iter()
                    .any(|content| content.schema.is_some())
        };
        let several = operation.responses.iter().filter(with_body).count() > 1;
        for response in &operation.responses {
            let mut place = match &response.component {
                Some(component) => vec![component.clone(), "response".to_owned()],
                None => vec![owner.to_owned(), "response".to_owned()],
            };
            let status = response.status.value;
            if response.component.is_none() && (several || !status.is_success()) {
                place.push(status.to_string());
            }
            self.contents(doc, &response.content, &place, false);
            for (name, header) in &response.headers {
                self.header(name, header, &place);
            }
        }
    }

    fn header(&mut self, name: &str, header: &Header, place: &[String]) {
        if let Some(schema) = header.value.schema() {
            self.uses.push(Use {
                schema,
                request: false,
                place: [place, &[name.to_owned()]].concat(),
                parameter: Some(name.to_owned()),
            });
        }
    }

    /// Bodies of one schema in several media types have one type. Where the schemas differ, the media type is part of the place.
    fn contents(
        &mut self,
        doc: &Document,
        contents: &[MediaType],
        place: &[String],
        request: bool,
    ) {
        let mut listed: Vec<(&MediaType, SchemaId)> = contents
            .iter()
            .filter_map(|content| Some((content, content.schema?)))
            .collect();
        listed.sort_by_key(|(content, _)| media::rank(&content.name));
        let mut classes: Vec<(SchemaId, &str)> = Vec::new();
        for (content, schema) in listed {
            match classes.iter().find(|(first, _)| same(doc, *first, schema)) {
                Some((first, _)) if *first != schema => {
                    self.same.insert(schema, *first);
                }
                Some(_) => {}
                None => classes.push((schema, &content.name)),
            }
        }
        let inline = |(schema, _): &&(SchemaId, &str)| doc.schemas[*schema].component.is_none();
        let several = classes.iter().filter(inline).count() > 1;
        for (schema, name) in classes {
            let mut place = place.to_vec();
            if several {
                place.push(name.to_owned());
            }
            self.uses.push(Use {
                schema,
                request,
                place,
                parameter: None,
            });
        }
    }
}
