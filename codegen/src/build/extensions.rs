//! Extensions on objects and operations that name properties: envelopes, errors, credentials, batches, idempotency keys.

use super::Builder;
use super::view::View;
use crate::diag::{Code, Finding};
use crate::model::{
    Batch, Envelope, ErrorShape, Field, Payload, Scalar, Struct, TypeKind, TypeRef,
};
use crate::source::Node;

impl<'a> Builder<'a> {
    /// `x-envelope`, `x-error`, `x-request-envelope` of an object: its own, or else those of what it joins.
    pub(super) fn struct_extensions(&mut self, parts: &[&'a Node], made: &mut Struct) {
        let find = |key: &str| parts.iter().rev().find_map(|part| part.get(key));
        if let Some(node) = find("x-envelope") {
            made.envelope = self.envelope(node, &made.fields);
        }
        if let Some(node) = find("x-error") {
            made.error = Some(ErrorShape {
                code: self.named(node, "code", &made.fields),
                message: self.named(node, "message", &made.fields),
                messages: self.named(node, "messages", &made.fields),
            });
        }
        if let Some(node) = find("x-request-envelope") {
            made.request_envelope = self.index(node, &made.fields);
        }
    }

    fn envelope(&mut self, node: &'a Node, fields: &[Field]) -> Option<Envelope> {
        let status = self.named(node, "status", fields);
        let message = self.named(node, "message", fields);
        let errors = self.named(node, "errors", fields);
        let content = self.named(node, "content", fields);
        let success = node
            .get("success")
            .and_then(Node::as_array)
            .unwrap_or_default();
        if let Some(field) = status.and_then(|index| fields.get(index)) {
            let (ty, constant) = (field.ty.clone(), field.accept);
            if matches!(ty, TypeRef::List(_) | TypeRef::Map(_)) {
                let at = node.get("status").unwrap_or(node);
                self.report(
                    Code::EnvelopeType,
                    &at.origin,
                    "the property that tells success is not a scalar",
                );
            } else {
                for value in success {
                    self.claim(Code::EnvelopeType, Some(value), &ty, false, constant);
                }
            }
        }
        Some(Envelope {
            status: status?,
            success: success.iter().map(Node::to_json).collect(),
            message,
            errors,
            content,
            optional: node
                .get("optional")
                .and_then(Node::as_bool)
                .unwrap_or(false),
        })
    }

    fn named(&mut self, node: &'a Node, key: &str, fields: &[Field]) -> Option<usize> {
        self.index(node.get(key)?, fields)
    }

    /// Index of the field that a node names.
    fn index(&mut self, node: &Node, fields: &[Field]) -> Option<usize> {
        let name = node.as_str()?;
        let found = fields.iter().position(|field| field.wire == name);
        if found.is_none() {
            let message = format!("`{name}` is not a property of this object");
            self.push(
                Finding::new(Code::EnvelopeField, &node.origin, message)
                    .suggest(name, fields.iter().map(|field| field.wire.as_str())),
            );
        }
        found
    }

    /// `x-credential`.
    pub(super) fn credential_name(&mut self, view: &View<'a>, ty: &TypeRef) -> Option<String> {
        let node = view.get("x-credential")?;
        let name = node.as_str()?;
        if !super::names::is_snake(name) {
            let message = format!("the credential's name `{name}` is not in snake_case");
            self.report(Code::Credential, &node.origin, message);
        }
        if !matches!(ty, TypeRef::Scalar(scalar) if *scalar != Scalar::Binary) {
            let finding = Finding::new(
                Code::Credential,
                &node.origin,
                "a credential is not a scalar",
            );
            self.push(
                finding.help("use `type: string`, with `format: password` where it is secret"),
            );
        }
        Some(name.to_owned())
    }

    /// The object that a payload is, if it is one.
    pub(super) fn object(&self, payload: Option<&Payload>) -> Option<&Struct> {
        self.object_of(payload?.ty.as_ref()?)
    }

    /// The object that a type is, if it is one.
    pub(super) fn object_of(&self, ty: &TypeRef) -> Option<&Struct> {
        let TypeRef::Named(id) = ty else { return None };
        match self.types.get(id.0).map(|def| &def.kind) {
            Some(TypeKind::Struct(made)) => Some(made),
            _ => None,
        }
    }

    /// `x-batch`.
    pub(super) fn batch(
        &mut self,
        operation: &'a Node,
        request: Option<&Payload>,
    ) -> Option<Batch> {
        let node = operation.get("x-batch")?;
        let property = node.as_str()?.to_owned();
        let Some(payload) = request else {
            self.report(
                Code::Batch,
                &node.origin,
                "`x-batch` on an operation without a request body",
            );
            return None;
        };
        if property == "[]" {
            if !matches!(payload.ty, Some(TypeRef::List(_))) {
                let finding = Finding::new(
                    Code::Batch,
                    &node.origin,
                    "`x-batch` says that the body is a list, which it is not",
                );
                self.push(finding.help("name a property of the body that is a list"));
                return None;
            }
            let max = self.body_limit(operation);
            return Some(Batch { property, max });
        }
        let Some(object) = self.object(request) else {
            let finding = Finding::new(
                Code::Batch,
                &node.origin,
                format!("the body has no property `{property}`"),
            );
            self.push(finding.help("where the body itself is the list, write `x-batch: \"[]\"`"));
            return None;
        };
        let Some(field) = object.fields.iter().find(|field| field.wire == property) else {
            let finding = Finding::new(
                Code::Batch,
                &node.origin,
                format!("the body has no property `{property}`"),
            )
            .suggest(
                &property,
                object.fields.iter().map(|field| field.wire.as_str()),
            );
            self.push(finding);
            return None;
        };
        let max = field.constraints.max_items;
        if !matches!(field.ty, TypeRef::List(_)) {
            let finding = Finding::new(
                Code::Batch,
                &node.origin,
                format!("the property `{property}` is not a list"),
            )
            .note(&field.origin, "it stands here");
            self.push(finding);
            return None;
        }
        Some(Batch { property, max })
    }

    /// `maxItems` of a body that is a list.
    fn body_limit(&self, operation: &'a Node) -> Option<u64> {
        let body = self.follow(operation.get("requestBody")?)?;
        let content = body.get("content")?.as_object()?;
        let schema = content
            .values()
            .find_map(|member| member.node.get("schema"))?;
        self.view(schema)?.get("maxItems")?.as_u64()
    }

    /// `x-idempotency-key`: a property of the request, or of an object in it.
    pub(super) fn idempotency_key(
        &mut self,
        operation: &'a Node,
        request: Option<&Payload>,
    ) -> Option<String> {
        let node = operation.get("x-idempotency-key")?;
        let name = node.as_str()?;
        let Some(object) = self.object(request) else {
            self.report(
                Code::EnvelopeField,
                &node.origin,
                format!("`{name}` is not a property of the request: its body is no object"),
            );
            return None;
        };
        let inner = object
            .fields
            .iter()
            .filter_map(|field| self.object_of(&field.ty));
        let names: Vec<String> = std::iter::once(object)
            .chain(inner)
            .flat_map(|object| object.fields.iter().map(|field| field.wire.clone()))
            .collect();
        if !names.iter().any(|known| known == name) {
            let message = format!("`{name}` is not a property of the request");
            self.push(
                Finding::new(Code::EnvelopeField, &node.origin, message)
                    .suggest(name, names.iter().map(String::as_str)),
            );
            return None;
        }
        Some(name.to_owned())
    }
}
