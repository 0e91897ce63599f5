//! OpenAPI 3.0 schemas turned into JSON Schema, strictly: properties that the spec does not list are faults.

use std::collections::HashMap;

use jsonschema::{Validator, error::ValidationError, error::ValidationErrorKind};
use serde_json::{Map, Value, json};

use crate::document::Document;
use crate::problem::Problem;
use crate::sample::Direction;
use crate::text;

/// The most problems that are reported of one body.
const MOST_PROBLEMS: usize = 20;

/// Checks JSON values against one schema of the document.
#[derive(Debug)]
pub(crate) struct Checker {
    validator: Validator,
    schema: Value,
}

impl Checker {
    /// A checker of `schema`, a node of `document`, for payloads that go in this direction.
    pub(crate) fn new(
        document: &Document,
        schema: &Value,
        direction: Direction,
    ) -> Result<Self, String> {
        let schema = to_json_schema(document, schema, direction);
        let validator = jsonschema::draft202012::options()
            .should_validate_formats(true)
            .with_format("date", text::is_date)
            .with_format("date-time", text::is_date_time)
            .with_format("date-optional-time", text::is_date_optional_time)
            .with_format("rails-timestamp", text::is_rails_timestamp)
            .with_format("decimal", text::is_decimal)
            .build(&schema)
            .map_err(|error| format!("a schema of the spec cannot be used: {error}"))?;
        Ok(Self { validator, schema })
    }

    /// What is wrong with a value, each with its JSON pointer as the place; nothing where it fits.
    pub(crate) fn check(&self, value: &Value) -> Vec<Problem> {
        self.check_unless(value, &|_, _| false)
    }

    /// The same, but a value that an enumeration does not list passes where `shown` says so of its JSON pointer: the
    /// documents print values that their own tables lack.
    pub(crate) fn check_unless(
        &self,
        value: &Value,
        shown: &dyn Fn(&str, &Value) -> bool,
    ) -> Vec<Problem> {
        let mut problems = Vec::new();
        for error in self.validator.iter_errors(value) {
            let is_listed = matches!(error.kind(), ValidationErrorKind::Enum { .. });
            if is_listed && shown(error.instance_path().as_str(), error.instance()) {
                continue;
            }
            self.explain(&error, &mut problems);
            if problems.len() >= MOST_PROBLEMS {
                problems.truncate(MOST_PROBLEMS);
                break;
            }
        }
        problems
    }

    /// Turns one finding of the validator into problems.
    fn explain(&self, error: &ValidationError<'_>, problems: &mut Vec<Problem>) {
        use ValidationErrorKind as Kind;
        let place = error.instance_path().as_str().to_owned();
        let found = shown(&place, error.instance());
        let expected = match error.kind() {
            Kind::AdditionalProperties { unexpected } => {
                for name in unexpected.iter().take(MOST_PROBLEMS) {
                    let hint = self
                        .siblings(error.schema_path().as_str())
                        .and_then(|known| text::nearest(name, known))
                        .map(|near| format!(" (did you mean {near:?}?)"))
                        .unwrap_or_default();
                    problems.push(Problem::new(
                        format!("{place}/{name}"),
                        format!("no property of this name{hint}"),
                        "one",
                    ));
                }
                return;
            }
            Kind::Required { property } => {
                let name = property.as_str().unwrap_or_default();
                problems.push(Problem::new(
                    format!("{place}/{name}"),
                    "this property, which is required",
                    "nothing",
                ));
                return;
            }
            Kind::OneOfNotValid { context } | Kind::AnyOf { context } => {
                // The form whose type fits is the one that was meant.
                let own = error.instance_path().as_str();
                let meant = context.iter().find(|errors| {
                    !errors.is_empty()
                        && errors.iter().all(|inner| {
                            inner.instance_path().as_str() != own
                                || !matches!(inner.kind(), Kind::Type { .. })
                        })
                });
                if let Some(meant) = meant {
                    for inner in meant {
                        self.explain(inner, problems);
                    }
                    return;
                }
                "one of the documented forms".to_owned()
            }
            Kind::Type { .. } => match self.keyword(error.schema_path().as_str()) {
                Some(Value::String(name)) => name.clone(),
                Some(Value::Array(names)) => names
                    .iter()
                    .filter_map(Value::as_str)
                    .collect::<Vec<_>>()
                    .join(" or "),
                _ => "another type".to_owned(),
            },
            Kind::Enum { options } => match options.as_ref() {
                Value::Array(values) => format!("one of {}", listed(values)),
                _ => "one of the documented values".to_owned(),
            },
            Kind::Constant { expected_value } => expected_value.to_string(),
            Kind::Minimum { limit } => format!("at least {limit}"),
            Kind::Maximum { limit } => format!("at most {limit}"),
            Kind::ExclusiveMinimum { limit } => format!("more than {limit}"),
            Kind::ExclusiveMaximum { limit } => format!("less than {limit}"),
            Kind::MinLength { limit } => format!("at least {limit} characters"),
            Kind::MaxLength { limit } => format!("at most {limit} characters"),
            Kind::MinItems { limit } => format!("at least {limit} items"),
            Kind::MaxItems { limit } => format!("at most {limit} items"),
            Kind::Pattern { pattern } => format!("text that matches {pattern:?}"),
            Kind::Format { format } => format!("text in the format {format:?}"),
            _ => format!("a value that fits ({})", error.masked_with("the value")),
        };
        problems.push(Problem::new(place, expected, found));
    }

    /// The keyword of the schema at a location of the validator.
    fn keyword(&self, location: &str) -> Option<&Value> {
        self.schema.pointer(location)
    }

    /// The names of the properties that are beside the keyword at `location`.
    fn siblings(&self, location: &str) -> Option<impl Iterator<Item = &str>> {
        let (parent, _) = location.rsplit_once('/')?;
        let properties = self
            .schema
            .pointer(parent)?
            .get("properties")?
            .as_object()?;
        Some(properties.keys().map(String::as_str))
    }
}

/// A value as it is shown in a reply: whole where it is short and no secret.
fn shown(place: &str, value: &Value) -> String {
    let name = place.rsplit('/').next().unwrap_or_default();
    match value {
        Value::Object(_) => "an object".to_owned(),
        Value::Array(items) => format!("an array of {} items", items.len()),
        _ if text::looks_secret(name) => "a value (secret, so not shown)".to_owned(),
        other => other.to_string(),
    }
}

/// Values in one line, comma-separated.
fn listed(values: &[Value]) -> String {
    values
        .iter()
        .map(Value::to_string)
        .collect::<Vec<_>>()
        .join(", ")
}

/// The JSON Schema of an OpenAPI schema, with everything that it refers to.
pub(crate) fn to_json_schema(document: &Document, schema: &Value, direction: Direction) -> Value {
    let mut converter = Converter {
        document,
        direction,
        numbers: HashMap::new(),
        pending: Vec::new(),
    };
    let mut root = converter.convert(schema);
    let mut definitions = Map::new();
    while let Some((number, pointer)) = converter.pending.pop() {
        let definition = match document.root().pointer(&pointer) {
            Some(target) => converter.convert(target),
            None => Value::Bool(false),
        };
        definitions.insert(format!("d{number}"), definition);
    }
    if !definitions.is_empty()
        && let Value::Object(root) = &mut root
    {
        root.insert("$defs".to_owned(), Value::Object(definitions));
    }
    root
}

struct Converter<'a> {
    document: &'a Document,
    direction: Direction,
    /// The number of each definition, by the pointer of what it is made from.
    numbers: HashMap<String, usize>,
    /// Definitions that are referred to and not yet converted.
    pending: Vec<(usize, String)>,
}

impl Converter<'_> {
    /// A reference to the definition made from `pointer`.
    fn refer(&mut self, pointer: &str) -> Value {
        let next = self.numbers.len();
        let number = *self.numbers.entry(pointer.to_owned()).or_insert_with(|| {
            self.pending.push((next, pointer.to_owned()));
            next
        });
        json!({ "$ref": format!("#/$defs/d{number}") })
    }

    /// One schema; references become definitions.
    fn convert(&mut self, schema: &Value) -> Value {
        let Value::Object(source) = schema else {
            return json!({});
        };
        if let Some(target) = source.get("$ref").and_then(Value::as_str) {
            return self.refer(target.trim_start_matches('#'));
        }
        let mut result = Map::new();
        for (key, value) in source {
            match key.as_str() {
                "type" | "enum" | "minLength" | "maxLength" | "minItems" | "maxItems"
                | "uniqueItems" | "minProperties" | "maxProperties" | "multipleOf" | "pattern" => {
                    result.insert(key.clone(), value.clone());
                }
                "minimum" | "maximum" => {
                    let exclusive = if key == "minimum" {
                        "exclusiveMinimum"
                    } else {
                        "exclusiveMaximum"
                    };
                    let is_exclusive = source.get(exclusive) == Some(&Value::Bool(true));
                    let name = if is_exclusive { exclusive } else { key };
                    result.insert(name.to_owned(), value.clone());
                }
                "format" => checked_format(source, value, &mut result),
                "required" => {
                    result.insert(key.clone(), self.required(source, value));
                }
                "properties" => self.properties(source, value, &mut result),
                "items" | "not" => {
                    result.insert(key.clone(), self.convert(value));
                }
                "additionalProperties" => {
                    let converted = if value.is_object() {
                        self.convert(value)
                    } else {
                        value.clone()
                    };
                    result.insert(key.clone(), converted);
                }
                "oneOf" | "anyOf" => {
                    let parts = value.as_array().map(Vec::as_slice).unwrap_or_default();
                    let parts = parts.iter().map(|part| self.convert(part)).collect();
                    result.insert(key.clone(), Value::Array(parts));
                }
                _ => {}
            }
        }
        self.accept_other_types(source, &mut result);
        if source.get("nullable") == Some(&Value::Bool(true)) {
            return nullable(result);
        }
        Value::Object(result)
    }

    /// Properties, each converted; others are refused unless the schema says what they are.
    fn properties(
        &mut self,
        source: &Map<String, Value>,
        value: &Value,
        result: &mut Map<String, Value>,
    ) {
        let Value::Object(properties) = value else {
            return;
        };
        let converted = properties
            .iter()
            .map(|(name, schema)| (name.clone(), self.convert(schema)))
            .collect();
        result.insert("properties".to_owned(), Value::Object(converted));
        if !source.contains_key("additionalProperties") {
            result.insert("additionalProperties".to_owned(), Value::Bool(false));
        }
    }

    /// The required names, without those that never go in this direction.
    fn required(&self, source: &Map<String, Value>, value: &Value) -> Value {
        let one_way = match self.direction {
            Direction::Request => "readOnly",
            Direction::Response => "writeOnly",
        };
        let names = value.as_array().map(Vec::as_slice).unwrap_or_default();
        let kept = names
            .iter()
            .filter(|name| {
                name.as_str()
                    .and_then(|name| source.get("properties")?.get(name))
                    .map(|property| self.document.resolve(property))
                    .and_then(|property| property.get(one_way))
                    != Some(&Value::Bool(true))
            })
            .cloned()
            .collect();
        Value::Array(kept)
    }

    /// Replies may carry a value in another form (`x-accept`).
    fn accept_other_types(&self, source: &Map<String, Value>, result: &mut Map<String, Value>) {
        let Some(Value::Array(others)) = source.get("x-accept") else {
            return;
        };
        if self.direction == Direction::Request || others.is_empty() {
            return;
        }
        let own = Value::Object(std::mem::take(result));
        let mut forms = vec![own.clone()];
        forms.extend(others.iter().filter_map(|name| form(name.as_str()?, &own)));
        result.insert("anyOf".to_owned(), Value::Array(forms));
    }
}

/// The schema of a form of `x-accept`; a form that is not known allows nothing.
fn form(name: &str, own: &Value) -> Option<Value> {
    let items = || own.get("items").cloned();
    Some(match name {
        "string" | "number" => json!({ "type": name }),
        "empty-string" => json!({"const": ""}),
        "empty-array" => json!({"type": "array", "maxItems": 0}),
        "empty-object" => json!({"type": "object", "maxProperties": 0}),
        "zero-date" => json!({"type": "string", "pattern": "^0000-00-00"}),
        "null-items" => json!({"type": "array", "items": {"anyOf": [items()?, {"type": "null"}]}}),
        "single" => items()?,
        _ => return None,
    })
}

/// The formats that are checked; every other one is documentation.
fn checked_format(source: &Map<String, Value>, value: &Value, result: &mut Map<String, Value>) {
    let ty = source.get("type").and_then(Value::as_str);
    match (ty, value.as_str()) {
        (
            Some("string"),
            Some("date" | "date-time" | "date-optional-time" | "rails-timestamp" | "decimal"),
        ) => {
            result.insert("format".to_owned(), value.clone());
        }
        (Some("integer"), Some("int32")) => {
            result.entry("minimum").or_insert(json!(i32::MIN));
            result.entry("maximum").or_insert(json!(i32::MAX));
        }
        _ => {}
    }
}

/// The same schema with null allowed.
fn nullable(mut schema: Map<String, Value>) -> Value {
    let plain = schema.get("type").is_some_and(Value::is_string)
        && !schema.contains_key("oneOf")
        && !schema.contains_key("anyOf");
    if !plain {
        return json!({"anyOf": [Value::Object(schema), {"type": "null"}]});
    }
    if let Some(ty) = schema.get_mut("type") {
        *ty = json!([ty.clone(), "null"]);
    }
    if let Some(Value::Array(values)) = schema.get_mut("enum")
        && !values.contains(&Value::Null)
    {
        values.push(Value::Null);
    }
    Value::Object(schema)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checker(schemas: Value, name: &str, direction: Direction) -> Checker {
        let document = Document::new(json!({"components": {"schemas": schemas}})).unwrap();
        let schema = json!({"$ref": format!("#/components/schemas/{name}")});
        Checker::new(&document, &schema, direction).unwrap()
    }

    fn reported(checker: &Checker, value: Value) -> Vec<String> {
        checker
            .check(&value)
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    fn tree() -> Value {
        json!({"Tree": {"type": "object", "required": ["id", "secret"], "properties": {
            "id": {"type": "integer", "format": "int32", "readOnly": true},
            "name": {"type": "string", "nullable": true, "enum": ["a", "b"]},
            "when": {"type": "string", "format": "date-optional-time"},
            "count": {"type": "integer", "x-accept": ["string"]},
            "secret": {"type": "string", "minLength": 3},
            "children": {"type": "array", "maxItems": 1, "items": {"$ref": "#/components/schemas/Tree"}},
            "more": {"oneOf": [{"type": "string"}, {"type": "array", "items": {"type": "integer"}}]},
            "price": {"type": "number", "minimum": 0, "exclusiveMinimum": true}
        }}})
    }

    #[test]
    fn what_fits_passes() {
        let checker = checker(tree(), "Tree", Direction::Request);
        let fits = json!({"name": null, "secret": "abc", "when": "2017-10-10T12:30", "more": [1], "price": 0.5,
            "children": [{"secret": "abc", "name": "b", "when": "2017-10-10", "more": "x"}]});
        assert_eq!(reported(&checker, fits), Vec::<String>::new());
    }

    #[test]
    fn replies_may_have_the_other_forms() {
        let schemas = json!({"Shop": {"type": "object", "properties": {
            "codes": {"type": "array", "x-accept": ["single", "null-items", "empty-object"],
                "items": {"type": "string", "x-accept": ["number"]}},
            "options": {"type": "object", "x-accept": ["empty-array"], "properties": {}},
            "since": {"type": "string", "format": "date", "x-accept": ["empty-string", "zero-date"]}
        }}});
        let checker = checker(schemas, "Shop", Direction::Response);
        for fits in [
            json!({"codes": ["a", 1], "since": "2017-10-10"}),
            json!({"codes": "a", "since": ""}),
            json!({"codes": [null, "a"], "since": "0000-00-00"}),
            json!({"codes": {}, "options": []}),
        ] {
            assert_eq!(reported(&checker, fits), Vec::<String>::new());
        }
        for wrong in [
            json!({"codes": true}),
            json!({"options": [1]}),
            json!({"since": "soon"}),
        ] {
            assert_eq!(reported(&checker, wrong).len(), 1);
        }
    }

    #[test]
    fn each_fault_is_told_with_its_place() {
        let checker = checker(tree(), "Tree", Direction::Request);
        for (value, expected) in [
            (
                json!({"secret": "abc", "naem": "a"}),
                "/naem: expected no property of this name (did you mean \"name\"?), found one",
            ),
            (
                json!({}),
                "/secret: expected this property, which is required, found nothing",
            ),
            (
                json!({"secret": "x"}),
                "/secret: expected at least 3 characters, found a value (secret, so not shown)",
            ),
            (
                json!({"secret": "abc", "name": "c"}),
                "/name: expected one of \"a\", \"b\", null, found \"c\"",
            ),
            (
                json!({"secret": "abc", "count": "1"}),
                "/count: expected integer, found \"1\"",
            ),
            (
                json!({"secret": "abc", "when": "10.10.2017"}),
                "/when: expected text in the format \"date-optional-time\", found \"10.10.2017\"",
            ),
            (
                json!({"secret": "abc", "more": ["x"]}),
                "/more/0: expected integer, found \"x\"",
            ),
            (
                json!({"secret": "abc", "more": 1}),
                "/more: expected one of the documented forms, found 1",
            ),
            (
                json!({"secret": "abc", "price": 0}),
                "/price: expected more than 0, found 0",
            ),
            (
                json!({"secret": "abc", "children": [{"secret": "abc", "id": 3_000_000_000_i64}]}),
                "/children/0/id: expected at most 2147483647, found 3000000000",
            ),
            (json!([]), ": expected object, found an array of 0 items"),
        ] {
            let expected = expected.strip_prefix(": ").unwrap_or(expected);
            assert_eq!(reported(&checker, value), [expected]);
        }
    }

    #[test]
    fn replies_may_use_other_types_and_lack_what_is_only_written() {
        let schemas = json!({"R": {"type": "object", "required": ["count", "pin"], "properties": {
            "count": {"type": "integer", "x-accept": ["string"], "nullable": true},
            "pin": {"type": "string", "writeOnly": true}}}});
        let reply = checker(schemas.clone(), "R", Direction::Response);
        for count in [json!(1), json!("1"), json!(null)] {
            assert_eq!(
                reported(&reply, json!({ "count": count })),
                Vec::<String>::new()
            );
        }
        assert_eq!(reported(&reply, json!({"count": true})).len(), 1);
        let request = checker(schemas, "R", Direction::Request);
        assert_eq!(reported(&request, json!({"count": 1})).len(), 1);
    }

    #[test]
    fn many_problems_are_cut() {
        let schemas = json!({"L": {"type": "array", "items": {"type": "integer"}}});
        let checker = checker(schemas, "L", Direction::Request);
        assert_eq!(checker.check(&json!(vec!["x"; 1000])).len(), MOST_PROBLEMS);
    }
}
