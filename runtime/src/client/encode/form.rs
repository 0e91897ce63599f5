//! `application/x-www-form-urlencoded`.

use super::{Encoder, Field, FieldFormat, Param, Style, Value};

impl Encoder<'_> {
    /// Writes a form. An object's properties are its fields.
    ///
    /// # Errors
    /// Where the value is not an object, or a style cannot carry a value.
    pub(in crate::client) fn fields(
        &mut self,
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
            self.named(name, &param, value)
                .map_err(|error| format!("the field `{name}`: {error}"))?;
        }
        Ok(())
    }
}
