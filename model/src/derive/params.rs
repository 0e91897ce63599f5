//! Parameters of path, query, header and cookie.

use super::shape::Shape;
use super::{Deriver, Side, paths, scalars};
use crate::diag::{Code, Cost, Finding};
use crate::media::{self, Media};
use crate::model::{Accept, Constraints, Param, ParamFormat, Scalar, TypeRef};
use crate::normalized::{
    MediaType, Operation, Parameter, ParameterIn, ParameterValue, SchemaId, Spanned, Style,
};
use crate::source::Node;

impl Deriver<'_> {
    /// The parameters of an operation; `None` where one that is needed cannot be sent.
    pub(super) fn params(
        &mut self,
        operation: &Operation,
        path: &paths::Path,
        what: &str,
    ) -> Option<Vec<Param>> {
        let mut made: Vec<Param> = Vec::new();
        for parameter in &operation.parameters {
            let location = parameter.location.value;
            let place = format!("parameter `{}` of {what}", parameter.name.value);
            let mut param = match self.param(parameter) {
                Ok(param) => param,
                Err(finding) if parameter.required.value => {
                    self.omit(Cost::Operation, what, finding);
                    return None;
                }
                Err(finding) => {
                    self.omit(Cost::Part, place, finding);
                    continue;
                }
            };
            if location == ParameterIn::Path && !self.place(&mut param, path, operation, &place) {
                continue;
            }
            made.push(param);
        }
        self.undeclared_variables(operation, path, &mut made);
        Some(made)
    }

    /// Whether the path has the parameter.
    fn place(
        &mut self,
        param: &mut Param,
        path: &paths::Path,
        operation: &Operation,
        place: &str,
    ) -> bool {
        if path.variables().any(|variable| variable == param.wire) {
            return true;
        }
        let mut in_query = path.query.iter();
        if let Some((name, _)) = in_query.find(|(_, variable)| *variable == param.wire) {
            param.location = ParameterIn::Query;
            param.format = match param.format {
                ParamFormat::Style {
                    style: Style::Simple | Style::Label | Style::Matrix,
                    ..
                } => ParamFormat::Style {
                    style: Style::Form,
                    explode: false,
                    allow_reserved: false,
                },
                other => other,
            };
            param.wire.clone_from(name);
            return true;
        }
        let message = format!(
            "the path `{}` has no parameter `{}`",
            operation.path.value, param.wire
        );
        let finding = Finding::new(Code::PathParameterUnused, &param.origin, message)
            .suggest(&param.wire, path.variables());
        self.omit(Cost::Part, place, finding);
        false
    }

    /// Names in the path that no parameter declares: required strings.
    fn undeclared_variables(
        &mut self,
        operation: &Operation,
        path: &paths::Path,
        made: &mut Vec<Param>,
    ) {
        let queries = path
            .query
            .iter()
            .map(|(name, variable)| (name, variable, ParameterIn::Query));
        let paths: Vec<String> = path.variables().map(str::to_owned).collect();
        let segments = paths.iter().map(|name| (name, name, ParameterIn::Path));
        let wanted: Vec<_> = segments.chain(queries).collect();
        for (wire, variable, location) in wanted {
            let declared = |param: &Param| param.wire == *wire && param.location == location;
            if made.iter().any(declared) {
                continue;
            }
            let finding = Finding::new(
                Code::PathParameterUndeclared,
                &operation.origin,
                format!(
                    "the path parameter `{variable}` of `{}` is not declared: a required string is assumed",
                    operation.path.value
                ),
            );
            let near = operation
                .parameters
                .iter()
                .filter(|parameter| parameter.location.value == ParameterIn::Path)
                .map(|parameter| parameter.name.value.as_str());
            let finding = finding
                .help(format!(
                    "declare it: `{{name: {variable}, in: path, required: true, schema: …}}`"
                ))
                .suggest(variable, near);
            self.warn(Cost::Nothing, finding);
            made.push(Param {
                wire: wire.clone(),
                rust_name: None,
                location,
                required: true,
                ty: TypeRef::Scalar(Scalar::String),
                format: plain(location),
                fields: Vec::new(),
                constraints: Constraints::default(),
                default: None,
                doc: crate::model::Doc {
                    assumed: true,
                    ..crate::model::Doc::default()
                },
                example: None,
                origin: operation.path.origin.clone(),
            });
        }
    }

    fn param(&mut self, parameter: &Parameter) -> Result<Param, Finding> {
        let location = parameter.location.value;
        let wire = match location {
            ParameterIn::Header => header_name(parameter)?,
            _ => parameter.name.value.clone(),
        };
        let (format, schema) = self.format(parameter)?;
        let fields = match &parameter.value {
            ParameterValue::Query(content) if format == ParamFormat::Form => {
                self.form_fields(content, false, &format!("parameter `{wire}`"))
            }
            _ => Vec::new(),
        };
        let ty = self.sent_type(parameter, format, schema);
        let of = schema.map(|schema| self.schema(schema));
        let mut doc = self.texts(
            None,
            parameter.description.as_ref(),
            parameter.deprecated.value,
            &parameter.lavka,
        );
        if doc.description.is_empty()
            && let Some(of) = of
        {
            let of_schema = self.doc(of);
            doc.description = of_schema.description;
            doc.summary = of_schema.summary;
        }
        for example in &parameter.examples {
            self.example(
                Code::ExampleMismatch,
                example,
                &ty,
                false,
                Accept::default(),
            );
        }
        if let Some(schema) = schema {
            self.field_examples(schema, &ty, false, Accept::default());
        }
        let scalar = match ty {
            TypeRef::Scalar(scalar) => Some(scalar),
            _ => None,
        };
        let of_schema = of.and_then(|of| of.examples.first());
        Ok(Param {
            rust_name: self.rust_name(parameter.rust_name.as_ref()),
            location,
            required: parameter.required.value,
            constraints: of
                .map(|of| scalars::constraints(of, scalar))
                .unwrap_or_default(),
            default: of.and_then(|of| of.default.as_ref()).map(Node::to_json),
            doc,
            example: parameter.examples.first().or(of_schema).map(Node::to_json),
            origin: parameter.name.origin.clone(),
            wire,
            format,
            fields,
            ty,
        })
    }

    fn sent_type(
        &mut self,
        parameter: &Parameter,
        format: ParamFormat,
        schema: Option<SchemaId>,
    ) -> TypeRef {
        let Some(schema) = schema else {
            return TypeRef::Scalar(Scalar::String);
        };
        let (ty, plainly) = match format {
            ParamFormat::Json | ParamFormat::Query { .. } | ParamFormat::Form => {
                (self.type_of(schema, Side::Request).whole(), true)
            }
            ParamFormat::Style { style, .. } => {
                let (ty, plainly) = self.param_type(schema, Side::Request);
                // Nested brackets: not in OpenAPI's text, but what servers read.
                (ty, plainly || style == Style::DeepObject)
            }
        };
        if !plainly {
            let message = format!(
                "objects or lists in the values of the parameter `{}` are sent as JSON text: OpenAPI does not say how",
                parameter.name.value
            );
            let finding = Finding::new(Code::ParameterType, &parameter.origin, message);
            self.warn(Cost::Nothing, finding);
        }
        // What is null is left out.
        let optional = !parameter.required.value || parameter.location.value == ParameterIn::Path;
        match ty {
            TypeRef::Nullable(inner) if optional => *inner,
            ty => ty,
        }
    }

    /// How a parameter is written, and its schema.
    fn format(
        &mut self,
        parameter: &Parameter,
    ) -> Result<(ParamFormat, Option<SchemaId>), Finding> {
        let location = parameter.location.value;
        match &parameter.value {
            ParameterValue::Missing => {
                let finding = Finding::new(
                    Code::MissingKey,
                    &parameter.origin,
                    format!(
                        "the parameter `{}` has no `schema`: a string is assumed",
                        parameter.name.value
                    ),
                );
                self.warn(Cost::Schema, finding);
                Ok((plain(location), None))
            }
            ParameterValue::Schema {
                schema,
                style,
                explode,
                allow_reserved,
            } => {
                let style = self.style(style, location);
                Ok((
                    ParamFormat::Style {
                        style,
                        explode: explode.value,
                        allow_reserved: allow_reserved.value,
                    },
                    Some(*schema),
                ))
            }
            ParameterValue::Content(content) => {
                let format = match self.is_json(content)? {
                    true => ParamFormat::Json,
                    false => plain(location),
                };
                Ok((format, content.schema))
            }
            ParameterValue::Query(content)
                if media::media(&content.name) == Media::Form && self.is_object(content.schema) =>
            {
                Ok((ParamFormat::Form, content.schema))
            }
            ParameterValue::Query(content) => {
                let json = self.is_json(content)?;
                Ok((ParamFormat::Query { json }, content.schema))
            }
        }
    }

    /// Whether a parameter's `content` is written as JSON; as text otherwise.
    fn is_json(&mut self, content: &MediaType) -> Result<bool, Finding> {
        match media::media(&content.name) {
            Media::Json => Ok(true),
            Media::Text => Ok(false),
            _ if media::is_range(&content.name) => Ok(true),
            Media::Unknown if self.is_text(content.schema) => Ok(false),
            _ => Err(Finding::new(
                Code::MediaType,
                &content.name.origin,
                format!(
                    "a parameter of the media type `{}` is not supported",
                    content.name.value
                ),
            )),
        }
    }

    /// The style, where it applies to the place; otherwise the default of the place.
    fn style(&mut self, style: &Spanned<Style>, location: ParameterIn) -> Style {
        let fits = match location {
            ParameterIn::Path => {
                matches!(style.value, Style::Simple | Style::Label | Style::Matrix)
            }
            ParameterIn::Query => matches!(
                style.value,
                Style::Form | Style::SpaceDelimited | Style::PipeDelimited | Style::DeepObject
            ),
            ParameterIn::Header => style.value == Style::Simple,
            ParameterIn::Cookie => style.value == Style::Form,
        };
        if fits {
            return style.value;
        }
        let default = location.default_style();
        let finding = Finding::new(
            Code::ParameterStyle,
            &style.origin,
            format!(
                "the style `{}` does not apply to this place: `{}` is assumed",
                style.value.as_str(),
                default.as_str()
            ),
        );
        self.warn(Cost::Nothing, finding);
        default
    }

    /// The type of a parameter's or header's value, and whether OpenAPI says how it travels.
    pub(super) fn param_type(&mut self, schema: SchemaId, side: Side) -> (TypeRef, bool) {
        let ty = self.type_of(schema, side).whole();
        (text_only(ty), self.travels(schema, 0))
    }

    /// Whether OpenAPI says how values of a schema are written in a parameter: scalars, and lists and objects of these.
    fn travels(&mut self, id: SchemaId, depth: u8) -> bool {
        let id = self.bases.of(id);
        let shape = self.shape(id);
        match &*shape {
            Shape::Scalar(_) | Shape::Enum(_) | Shape::Any { .. } | Shape::Union(_) => true,
            Shape::Like(target, _) if *target != id => self.travels(*target, depth),
            Shape::List(super::shape::Items::Of(item)) => {
                depth == 0 && self.travels(*item, depth + 1)
            }
            Shape::Map(Some(values)) => depth == 0 && self.travels(*values, depth + 1),
            Shape::Struct => {
                let properties: Vec<SchemaId> = self
                    .schema(id)
                    .properties
                    .values()
                    .map(|property| property.schema)
                    .collect();
                depth == 0 && properties.iter().all(|id| self.travels(*id, depth + 1))
            }
            _ => depth == 0,
        }
    }
}

/// Bytes travel in bodies; elsewhere they are text.
fn text_only(ty: TypeRef) -> TypeRef {
    match ty {
        TypeRef::Scalar(Scalar::Binary) => TypeRef::Scalar(Scalar::String),
        TypeRef::List(inner) => TypeRef::List(Box::new(text_only(*inner))),
        TypeRef::Nullable(inner) => TypeRef::Nullable(Box::new(text_only(*inner))),
        ty => ty,
    }
}

/// As one text.
fn plain(location: ParameterIn) -> ParamFormat {
    let style = location.default_style();
    ParamFormat::Style {
        style,
        explode: style.explodes(),
        allow_reserved: false,
    }
}

/// The name of a header, without spaces around it.
fn header_name(parameter: &Parameter) -> Result<String, Finding> {
    let name = parameter.name.value.trim();
    let token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    match !name.is_empty() && name.bytes().all(token) {
        true => Ok(name.to_owned()),
        false => Err(Finding::new(
            Code::BadValue,
            &parameter.name.origin,
            format!("`{name}` cannot be the name of a header"),
        )
        .help("a header's name has letters, digits and `-`, and no spaces")),
    }
}
