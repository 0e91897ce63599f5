//! Path, query and header parameters.

use http::HeaderMap;
use serde_json::Value;

use crate::api::{Location, Operation, Parameter, Scheme};
use crate::problem::Problem;
use crate::text;

/// What is wrong with the parameters of a request.
pub(crate) fn check(
    operation: &Operation,
    path: &[(String, String)],
    query: &[(String, String)],
    headers: &HeaderMap,
) -> Vec<Problem> {
    let mut problems = Vec::new();
    for parameter in &operation.parameters {
        let (kind, values): (&str, Vec<&str>) = match parameter.location {
            Location::Path => ("path parameter", named(path, &parameter.name)),
            Location::Query => ("query parameter", named(query, &parameter.name)),
            Location::Header => {
                // These three are negotiated, not declared.
                if ["accept", "content-type", "authorization"]
                    .contains(&parameter.name.to_lowercase().as_str())
                {
                    continue;
                }
                let values = headers.get_all(parameter.name.as_str()).iter();
                (
                    "header",
                    values.filter_map(|value| value.to_str().ok()).collect(),
                )
            }
        };
        let place = format!("{kind} {}", parameter.name);
        one(parameter, &place, &values, &mut problems);
    }
    unknown(operation, query, &mut problems);
    problems
}

fn named<'a>(pairs: &'a [(String, String)], name: &str) -> Vec<&'a str> {
    pairs
        .iter()
        .filter(|(key, _)| key == name)
        .map(|(_, value)| value.as_str())
        .collect()
}

fn one(parameter: &Parameter, place: &str, values: &[&str], problems: &mut Vec<Problem>) {
    let is_list = parameter.schema.get("type").and_then(Value::as_str) == Some("array");
    let value = match (values, is_list) {
        ([], _) => {
            if parameter.required {
                problems.push(Problem::new(
                    place,
                    "this parameter, which is required",
                    "nothing",
                ));
            }
            return;
        }
        (values, true) => {
            let any = Value::Null;
            let items = parameter.schema.get("items").unwrap_or(&any);
            let split = |value: &&str| -> Vec<String> {
                if parameter.explode {
                    vec![(*value).to_owned()]
                } else {
                    value.split(',').map(str::to_owned).collect()
                }
            };
            Value::Array(
                values
                    .iter()
                    .flat_map(split)
                    .map(|text| typed(items, &text))
                    .collect(),
            )
        }
        ([single], false) => typed(&parameter.schema, single),
        (several, false) => {
            problems.push(Problem::new(
                place,
                "this parameter once",
                format!("{} times", several.len()),
            ));
            return;
        }
    };
    problems.extend(
        parameter
            .checker
            .check(&value)
            .into_iter()
            .map(|problem| problem.within(place)),
    );
}

/// Query parameters that the operation does not have.
fn unknown(operation: &Operation, query: &[(String, String)], problems: &mut Vec<Problem>) {
    let credentials = operation
        .security
        .iter()
        .flatten()
        .filter_map(|scheme| match scheme {
            Scheme::Query(name) => Some(name.as_str()),
            _ => None,
        });
    let declared = operation
        .parameters
        .iter()
        .filter(|parameter| parameter.location == Location::Query)
        .map(|parameter| parameter.name.as_str());
    let known: Vec<&str> = declared.chain(credentials).collect();
    for (name, _) in query
        .iter()
        .filter(|(name, _)| !known.contains(&name.as_str()))
        .take(20)
    {
        let hint = text::nearest(name, known.iter().copied())
            .map(|near| format!(" (did you mean {near:?}?)"))
            .unwrap_or_default();
        problems.push(Problem::new(
            format!("query parameter {name}"),
            format!("no parameter of this name{hint}"),
            "one",
        ));
    }
}

/// A text as a JSON value of its schema; the text itself where it is not one.
pub(crate) fn typed(schema: &Value, text: &str) -> Value {
    let parsed = match schema.get("type").and_then(Value::as_str) {
        Some("integer") => text.parse::<i64>().ok().map(Value::from),
        Some("number") if text::is_decimal(text) => text.parse::<f64>().ok().map(Value::from),
        Some("boolean") => text.parse::<bool>().ok().map(Value::from),
        _ => None,
    };
    parsed.unwrap_or_else(|| Value::String(text.to_owned()))
}
