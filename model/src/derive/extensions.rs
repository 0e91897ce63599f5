//! Extensions that name properties: envelopes, errors, batches, idempotency keys.
//!
//! Vendors have extensions of the same names with other contents: what does not apply is ignored with a warning.

use super::Deriver;
use crate::diag::{Code, Cost, Finding};
use crate::model::{
    Batch, Envelope, ErrorShape, Field, FieldId, Param, RequestBody, Struct, TypeKind, TypeRef,
};
use crate::normalized::{
    EnvelopeNames, Operation, OperationExtensions, ParameterIn, Schema, Spanned,
};
use crate::source::Node;

impl Deriver<'_> {
    /// `x-envelope`, `x-error`, `x-request-envelope` of an object.
    pub(super) fn struct_extensions(&mut self, schema: &Schema, made: &mut Struct) {
        let lavka = &schema.lavka;
        if let Some(names) = &lavka.envelope {
            made.envelope = self.envelope(names, &made.fields);
            // What the caller asked for is not left out because something is odd about it.
            if let Some(envelope) = &made.envelope
                && !envelope.optional
                && let Some(content) = envelope.content
                && let Some(field) = made.fields.get_mut(content.0)
            {
                field.strict = true;
            }
        }
        if let Some(names) = &lavka.error {
            made.error = Some(ErrorShape {
                code: self.named_field(names.code.as_ref(), &made.fields),
                message: self.named_field(names.message.as_ref(), &made.fields),
                messages: self.named_field(names.messages.as_ref(), &made.fields),
            });
        }
        if let Some(name) = &lavka.request_envelope {
            made.request_envelope = self.named_field(Some(name), &made.fields);
        }
    }

    fn envelope(&mut self, names: &EnvelopeNames, fields: &[Field]) -> Option<Envelope> {
        let status = self.named_field(Some(&names.status), fields);
        let message = self.named_field(names.message.as_ref(), fields);
        let errors = self.named_field(names.errors.as_ref(), fields);
        let content = self.named_field(names.content.as_ref(), fields);
        let status = status?;
        if let Some(field) = fields.get(status.0) {
            if matches!(field.ty, TypeRef::List(_) | TypeRef::Map(_)) {
                let finding = Finding::new(
                    Code::EnvelopeType,
                    &names.status.origin,
                    "the property that reports success is not a scalar",
                );
                self.warn(Cost::Part, finding);
                return None;
            } else {
                for value in &names.success {
                    self.example(Code::EnvelopeType, value, &field.ty, false, field.accept);
                }
            }
        }
        Some(Envelope {
            status,
            success: names.success.iter().map(Node::to_json).collect(),
            message,
            errors,
            content,
            optional: names.optional,
        })
    }

    /// The field that an extension names.
    fn named_field(&mut self, name: Option<&Spanned<String>>, fields: &[Field]) -> Option<FieldId> {
        let name = name?;
        let found = fields.iter().position(|field| field.wire == name.value);
        if found.is_none() {
            let message = format!("`{}` is not a property of this object", name.value);
            let finding = Finding::new(Code::EnvelopeField, &name.origin, message)
                .suggest(name, fields.iter().map(|field| field.wire.as_str()));
            self.warn(Cost::Part, finding);
        }
        found.map(FieldId)
    }

    /// The object that a type is, if it is one.
    pub(super) fn object_of(&self, ty: &TypeRef) -> Option<&Struct> {
        let TypeRef::Named(id) = ty else { return None };
        match self.types.get(id.0).map(|def| &def.kind) {
            Some(TypeKind::Struct(made)) => Some(made),
            _ => None,
        }
    }

    /// Objects that the body of a request is, in each media type.
    fn request_objects<'t>(&'t self, request: Option<&'t RequestBody>) -> Vec<&'t Struct> {
        let contents = request.into_iter().flat_map(|body| &body.contents);
        contents
            .filter_map(|content| self.object_of(&content.ty))
            .collect()
    }

    /// `x-batch`.
    pub(super) fn batch(
        &mut self,
        operation: &Operation,
        request: Option<&RequestBody>,
    ) -> Option<Batch> {
        let name = operation.lavka.batch.as_ref()?;
        let property = name.value.clone();
        let wrong = |message: String| Finding::new(Code::Batch, &name.origin, message);
        let Some(request) = request else {
            let finding = wrong("`x-batch` on an operation without a request body".into());
            self.warn(Cost::Part, finding);
            return None;
        };
        if property == "[]" {
            let list = |content: &crate::model::Content| matches!(content.ty, TypeRef::List(_));
            if !request.contents.iter().any(list) {
                let finding =
                    wrong("`x-batch` says that the body is a list, which it is not".into());
                self.warn(
                    Cost::Part,
                    finding.help("name a property of the body that is a list"),
                );
                return None;
            }
            let schema = operation
                .request
                .as_ref()
                .and_then(|body| body.content.iter().find_map(|content| content.schema));
            let limit = schema.and_then(|schema| self.schema(schema).limits.max_items.as_ref());
            return Some(Batch {
                property,
                max: limit.map(|limit| limit.value),
            });
        }
        let objects = self.request_objects(Some(request));
        let found = objects
            .iter()
            .find_map(|object| object.fields.iter().find(|field| field.wire == property));
        let Some(field) = found else {
            let finding = wrong(format!("the body has no property `{property}`"));
            let finding = if objects.is_empty() {
                finding.help("where the body itself is the list, write `x-batch: \"[]\"`")
            } else {
                let fields = objects.iter().flat_map(|object| &object.fields);
                finding.suggest(&property, fields.map(|field| field.wire.as_str()))
            };
            self.warn(Cost::Part, finding);
            return None;
        };
        let max = field.constraints.max_items;
        if !matches!(field.ty, TypeRef::List(_)) {
            let finding = wrong(format!("the property `{property}` is not a list"))
                .note(&field.origin, "it is declared here");
            self.warn(Cost::Part, finding);
            return None;
        }
        Some(Batch { property, max })
    }

    /// `x-idempotency-key`: a header or a parameter of the query, a property of the request, or of an object in it.
    pub(super) fn idempotency_key(
        &mut self,
        lavka: &OperationExtensions,
        params: &[Param],
        request: Option<&RequestBody>,
    ) -> Option<String> {
        let name = lavka.idempotency_key.as_ref()?;
        let is_key = |param: &&Param| match param.location {
            ParameterIn::Header => param.wire.eq_ignore_ascii_case(&name.value),
            ParameterIn::Query => param.wire == name.value,
            _ => false,
        };
        if let Some(param) = params.iter().find(is_key) {
            return Some(param.wire.clone());
        }
        let objects = self.request_objects(request);
        if objects.is_empty() {
            let message = format!(
                "`{}` is not a property of the request, whose body is not an object, nor a header or a parameter of the query",
                name.value
            );
            self.warn(
                Cost::Part,
                Finding::new(Code::EnvelopeField, &name.origin, message),
            );
            return None;
        }
        let inner: Vec<&Struct> = objects
            .iter()
            .flat_map(|object| &object.fields)
            .filter_map(|field| self.object_of(&field.ty))
            .collect();
        let fields = objects
            .into_iter()
            .chain(inner)
            .flat_map(|object| &object.fields);
        let names: Vec<&str> = fields.map(|field| field.wire.as_str()).collect();
        if !names.contains(&name.value.as_str()) {
            let message = format!(
                "`{}` is not a property of the request, a header or a parameter of the query",
                name.value
            );
            let finding =
                Finding::new(Code::EnvelopeField, &name.origin, message).suggest(name, names);
            self.warn(Cost::Part, finding);
            return None;
        }
        Some(name.value.clone())
    }
}
