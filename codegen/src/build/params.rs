//! Parameters of path, query and header.

use super::{Builder, names, view};
use crate::diag::{Code, Finding};
use crate::model::{Accept, Param, ParamIn, Scalar, TypeKind, TypeRef};
use crate::source::Node;

impl<'a> Builder<'a> {
    /// A parameter, or a reference to one.
    pub(super) fn param(&mut self, place: &str, node: &'a Node) -> Option<Param> {
        let component = node
            .reference()
            .and_then(crate::bundle::local)
            .map(|(_, name)| name);
        let object = self.follow(node)?;
        let name_node = object.get("name");
        let wire = name_node.and_then(Node::as_str)?.to_owned();
        let in_node = object.get("in");
        let location = match in_node.and_then(Node::as_str)? {
            "path" => ParamIn::Path,
            "query" => ParamIn::Query,
            "header" => ParamIn::Header,
            "cookie" => {
                let at = in_node.map_or(&object.origin, |node| &node.origin);
                let finding = Finding::new(
                    Code::Unsupported,
                    at,
                    "a parameter in a cookie is not supported",
                );
                self.push(finding.help("send it as a query parameter or a header"));
                return None;
            }
            _ => return None,
        };
        let at = name_node.map_or(&object.origin, |node| &node.origin);
        if location == ParamIn::Header
            && ["accept", "content-type", "authorization"].contains(&wire.to_lowercase().as_str())
        {
            let finding = Finding::new(
                Code::ReservedHeader,
                at,
                format!("the header `{wire}` is not a parameter"),
            );
            self.push(finding.help("media types and security schemes say what is sent in it"));
        }
        let required = object
            .get("required")
            .and_then(Node::as_bool)
            .unwrap_or(false);
        if location == ParamIn::Path && !required {
            let finding = Finding::new(
                Code::PathParameterOptional,
                at,
                format!("the path parameter `{wire}` is not required"),
            );
            self.push(finding.help("add `required: true`"));
        }
        let place = component.map_or_else(|| names::place(place, &wire), names::camel);
        let schema = object.get("schema");
        let view = schema.and_then(|schema| self.view(schema));
        let ty = view
            .as_ref()
            .map_or(TypeRef::Any, |view| self.type_ref(view, &place));
        self.note_enum(&ty, &wire);
        let constraints = view
            .as_ref()
            .map(|view| self.constraints(view, &ty))
            .unwrap_or_default();
        if view.is_some() {
            self.param_type(&wire, location, &ty, schema.unwrap_or(object));
        }
        self.style(object, location, &ty);
        let example = object
            .get("example")
            .or_else(|| view.as_ref().and_then(|view| view.get("example")));
        self.claim(
            Code::ExampleMismatch,
            object.get("example"),
            &ty,
            false,
            Accept::default(),
        );
        if let Some(view) = &view {
            self.claim(
                Code::ExampleMismatch,
                view.get("example"),
                &ty,
                false,
                Accept::default(),
            );
            self.claim(
                Code::DefaultMismatch,
                view.get("default"),
                &ty,
                false,
                Accept::default(),
            );
            if view.flag("nullable") {
                let finding = Finding::new(
                    Code::Presence,
                    &view.origin("nullable"),
                    format!("the parameter `{wire}` is nullable"),
                );
                self.push(finding.help("a parameter has no way to be null: leave it out instead"));
            }
        }
        let mut doc = view::doc(object);
        if doc.description.is_empty()
            && let Some(view) = &view
        {
            let of_schema = view.doc();
            doc.description = of_schema.description;
            doc.summary = of_schema.summary;
        }
        Some(Param {
            rust_name: self.rust_name(object.get("x-rust-name")),
            location,
            required: required || location == ParamIn::Path,
            ty,
            constraints,
            doc,
            example: example.map(Node::to_json),
            origin: at.clone(),
            wire,
        })
    }

    fn param_type(&mut self, wire: &str, location: ParamIn, ty: &TypeRef, schema: &Node) {
        let why = match ty {
            TypeRef::List(_) if location != ParamIn::Query => "lists travel in the query only",
            TypeRef::List(item) if self.travels(item) => return,
            TypeRef::Scalar(Scalar::Binary) => "bytes travel in multipart bodies only",
            ty if self.travels(ty) => return,
            TypeRef::Any => "any value",
            _ => "an object, a union, or a list of these",
        };
        if schema.reference().is_some() && self.view_missing(schema) {
            return;
        }
        let finding = Finding::new(
            Code::ParameterType,
            &schema.origin,
            format!("the parameter `{wire}` is no scalar: {why}"),
        );
        self.push(
            finding.help("a parameter is a scalar, an enum, or (in the query) a list of these"),
        );
    }

    /// Whether a reference leads nowhere, which the bundle stage reports.
    fn view_missing(&self, schema: &Node) -> bool {
        schema
            .reference()
            .is_some_and(|reference| self.doc.target(reference).is_none())
    }

    fn travels(&self, ty: &TypeRef) -> bool {
        match ty {
            TypeRef::Scalar(scalar) => *scalar != Scalar::Binary,
            TypeRef::Named(id) => self
                .types
                .get(id.0)
                .is_some_and(|def| matches!(def.kind, TypeKind::Enum(_))),
            _ => false,
        }
    }

    fn style(&mut self, object: &Node, location: ParamIn, ty: &TypeRef) {
        let default = if location == ParamIn::Query {
            "form"
        } else {
            "simple"
        };
        if let Some(style) = object.get("style")
            && style.as_str().is_some_and(|style| style != default)
        {
            let message = format!(
                "the style `{}` is not supported",
                style.as_str().unwrap_or("")
            );
            self.push(
                Finding::new(Code::ParameterStyle, &style.origin, message)
                    .help(format!("leave it out: it is `{default}` here")),
            );
        }
        if let Some(explode) = object.get("explode")
            && explode.as_bool() == Some(false)
            && location == ParamIn::Query
            && matches!(ty, TypeRef::List(_))
        {
            let finding = Finding::new(
                Code::ParameterStyle,
                &explode.origin,
                "lists with commas are not supported",
            );
            self.push(finding.help("leave `explode` out: each item is sent as `name=value`"));
        }
    }
}
