//! `application/x-www-form-urlencoded`.

use super::{Encoder, Param, Style, Value};

/// How a property of a form is written, where it is not exploded `form`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Field {
    /// Name of the property.
    pub name: &'static str,
    /// How.
    pub format: FieldFormat,
}

/// How a value is written in a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FieldFormat {
    /// By a parameter's style, and whether it is exploded.
    Style(Style, bool),
    /// As a JSON text.
    Json,
    /// As text; lists repeat the name.
    Text,
}

impl Field {
    /// Creates a property in a style.
    #[must_use]
    pub const fn styled(name: &'static str, style: Style, explode: bool) -> Self {
        Self {
            name,
            format: FieldFormat::Style(style, explode),
        }
    }

    /// Creates a property as a JSON text.
    #[must_use]
    pub const fn json(name: &'static str) -> Self {
        Self {
            name,
            format: FieldFormat::Json,
        }
    }
}

/// Writes a form. An object's properties are its fields.
///
/// # Errors
/// Where the value is not an object, or a style cannot carry a value.
pub(in crate::client) fn write_form(
    out: &mut String,
    value: &Value<'_>,
    fields: &[Field],
) -> Result<(), String> {
    let Value::Object(entries) = value else {
        return match value {
            Value::Absent | Value::Null => Ok(()),
            _ => Err("a form must be an object".to_owned()),
        };
    };
    for (name, value) in entries {
        let format = fields
            .iter()
            .find(|field| field.name == name)
            .map(|field| field.format);
        let (style, explode) = match format {
            Some(FieldFormat::Style(style, explode)) => (style, explode),
            Some(FieldFormat::Json) => (Style::Json, false),
            Some(FieldFormat::Text) | None => (Style::Form, true),
        };
        // An object of which no style is said is JSON, as OpenAPI's default for objects in forms is.
        let style = match (format, value) {
            (None | Some(FieldFormat::Text), Value::Object(_)) => Style::Json,
            _ => style,
        };
        let param = Param::query("").style(style, explode);
        Encoder::form(out)
            .named(name, &param, value)
            .map_err(|error| format!("the field `{name}`: {error}"))?;
    }
    Ok(())
}
