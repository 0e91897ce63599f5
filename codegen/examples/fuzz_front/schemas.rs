//! Changes that know what an OpenAPI document is: what comes out is nearly always still one.

use serde_json::{Map, Value, json};

use super::{Random, node, nodes};

/// Names that are hard to spell in Rust, or that the bindings use themselves.
const NAMES: &[&str] = &[
    "",
    "type",
    "self",
    "Self",
    "crate",
    "_",
    "__",
    "a_1",
    "a1",
    "A1",
    "1",
    "-1",
    "+1",
    "@id",
    "$ref",
    "a.b",
    "a/b",
    "a b",
    "straße",
    "strasse",
    "été",
    "имя",
    "名",
    "Option",
    "String",
    "Vec",
    "Box",
    "Result",
    "Ok",
    "None",
    "Some",
    "Client",
    "Error",
    "Value",
    "Other",
    "Unknown",
    "Array",
    "Object",
    "Null",
    "new",
    "with_a",
    "set_with_a",
    "body",
    "params",
    "extra",
    "additionalProperties",
    "std",
    "core",
    "lavka_runtime",
    "types",
    "operations",
];

const TYPES: &[&str] = &[
    "string", "integer", "number", "boolean", "object", "array", "null",
];

const FORMATS: &[&str] = &[
    "date",
    "date-time",
    "uuid",
    "byte",
    "binary",
    "int32",
    "int64",
    "float",
    "double",
    "decimal",
    "uri",
    "password",
    "time",
    "duration",
    "email",
    "unknown",
];

const MEDIA: &[&str] = &[
    "application/json",
    "application/xml",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "text/plain",
    "application/octet-stream",
    "text/event-stream",
    "application/x-ndjson",
    "application/problem+json",
    "image/*",
    "*/*",
    "application/json; charset=utf-8",
];

/// Makes one change somewhere in a document. `other` is another document.
pub(crate) fn change(random: &mut Random, tree: &mut Value, other: &Value) {
    let components: Vec<String> = tree
        .pointer("/components/schemas")
        .and_then(Value::as_object)
        .map(|schemas| schemas.keys().cloned().collect())
        .unwrap_or_default();
    let number = random.below(nodes(tree));
    let Some(target) = node(tree, number) else {
        return;
    };
    if is_schema(target) && random.below(4) != 0 {
        *target = schema(random, target, &components);
        return;
    }
    match target {
        Value::Object(members) if !members.is_empty() => {
            let at = random.below(members.len());
            let Some(key) = members.keys().nth(at).cloned() else {
                return;
            };
            match (random.below(4), key.as_str()) {
                // The value of the same key elsewhere, which is nearly always of the right form.
                (0 | 1, _) => {
                    let number = random.below(16);
                    if let Some(value) = same_key(other, &key, number) {
                        members.insert(key, value);
                    }
                }
                (2, _) => rename(random, members, &key),
                (_, "in") => {
                    let place = *random.pick(&["path", "query", "header", "cookie"]);
                    members.insert(key, json!(place));
                    let styles = [
                        "simple",
                        "form",
                        "label",
                        "matrix",
                        "spaceDelimited",
                        "pipeDelimited",
                        "deepObject",
                    ];
                    members.insert("style".to_owned(), json!(random.pick(&styles)));
                    members.insert("explode".to_owned(), json!(random.below(2) == 0));
                }
                (_, "content") => {
                    if let Some(Value::Object(content)) = members.get_mut("content")
                        && let Some(first) = content.values().next().cloned()
                    {
                        content.insert((*random.pick(MEDIA)).to_owned(), first);
                    }
                }
                (_, "responses") => {
                    if let Some(Value::Object(replies)) = members.get_mut("responses")
                        && let Some(first) = replies.values().next().cloned()
                    {
                        let status = *random.pick(&["200", "201", "204", "2XX", "404", "default"]);
                        replies.insert(status.to_owned(), first);
                    }
                }
                _ => {
                    members.remove(&key);
                }
            }
        }
        Value::String(text) => *text = (*random.pick(NAMES)).to_owned(),
        Value::Number(_) => {
            const NUMBERS: &[&str] = &[
                "0",
                "-1",
                "1e400",
                "-1e400",
                "18446744073709551616",
                "9223372036854775808",
                "0.1e-300",
                "4294967296",
                "1.0",
            ];
            let text = *random.pick(NUMBERS);
            *target = serde_json::from_str(text).unwrap_or(Value::Null);
        }
        _ => {}
    }
}

/// Gives a member another name. Where the object has it already, two are one.
fn rename(random: &mut Random, members: &mut Map<String, Value>, key: &str) {
    let name = match random.below(3) {
        0 => key.to_uppercase(),
        1 => format!("{key}_1"),
        _ => (*random.pick(NAMES)).to_owned(),
    };
    if let Some(value) = members.remove(key) {
        members.insert(name, value);
    }
}

fn is_schema(value: &Value) -> bool {
    let Value::Object(members) = value else {
        return false;
    };
    [
        "type",
        "properties",
        "items",
        "allOf",
        "oneOf",
        "anyOf",
        "enum",
        "additionalProperties",
    ]
    .iter()
    .any(|key| members.contains_key(*key))
        && !members.contains_key("in")
}

/// A schema made of another.
fn schema(random: &mut Random, old: &Value, components: &[String]) -> Value {
    let reference = |random: &mut Random| {
        let name = match components.is_empty() {
            true => "A",
            false => random.pick(components).as_str(),
        };
        let name = name.replace('~', "~0").replace('/', "~1");
        json!({"$ref": format!("#/components/schemas/{name}")})
    };
    let mut made = old.clone();
    let own = |made: &mut Value, key: &str, value: Value| {
        if let Value::Object(members) = made {
            members.insert(key.to_owned(), value);
        }
    };
    match random.below(20) {
        0 => return reference(random),
        1 => return json!({"oneOf": [old, reference(random)]}),
        2 => return json!({"anyOf": [reference(random), old, {"type": "null"}]}),
        3 => return json!({"allOf": [reference(random), old]}),
        4 => return json!({"type": "array", "items": old}),
        5 => return json!({"type": "object", "additionalProperties": old}),
        6 => {
            let mut deep = old.clone();
            for _ in 0..=random.below(90) {
                deep = match random.below(3) {
                    0 => json!({"type": "array", "items": deep}),
                    1 => json!({"type": "object", "properties": {"a": deep}}),
                    _ => json!({"allOf": [deep]}),
                };
            }
            return deep;
        }
        7 => own(&mut made, "type", json!(random.pick(TYPES))),
        8 => own(
            &mut made,
            "type",
            json!([random.pick(TYPES), random.pick(TYPES), "null"]),
        ),
        9 => own(&mut made, "format", json!(random.pick(FORMATS))),
        10 => own(&mut made, "nullable", json!(true)),
        11 => {
            let values = json!(["a", "A", "", 1, 1.5, true, null, "1", "a b", "b", {"c": 1}]);
            let all = values.as_array().cloned().unwrap_or_default();
            let some: Vec<Value> = (0..=random.below(5))
                .map(|_| random.pick(&all).clone())
                .collect();
            own(&mut made, "enum", Value::Array(some));
        }
        12 => own(
            &mut made,
            "discriminator",
            json!({"propertyName": random.pick(NAMES)}),
        ),
        13 => own(
            &mut made,
            "required",
            json!([random.pick(NAMES), random.pick(NAMES)]),
        ),
        14 => {
            let key = *random.pick(&["readOnly", "writeOnly", "deprecated", "uniqueItems"]);
            own(&mut made, key, json!(true));
        }
        15 => {
            let xml = json!([
                {"name": random.pick(NAMES)}, {"attribute": true}, {"wrapped": true}, {"x-text": true},
                {"namespace": "urn:a", "prefix": "p"}
            ]);
            let all = xml.as_array().cloned().unwrap_or_default();
            own(&mut made, "xml", random.pick(&all).clone());
        }
        16 => own(&mut made, "const", json!(random.pick(NAMES))),
        17 => own(
            &mut made,
            "additionalProperties",
            json!(random.below(2) == 0),
        ),
        18 => {
            let name = *random.pick(NAMES);
            let new = reference(random);
            if let Value::Object(members) = &mut made
                && let Value::Object(properties) =
                    members.entry("properties").or_insert_with(|| json!({}))
            {
                properties.insert(name.to_owned(), new);
            }
        }
        _ => own(&mut made, "default", json!(random.pick(NAMES))),
    }
    made
}

/// The value of a key somewhere in a document: the one of this number, or the last.
fn same_key(tree: &Value, key: &str, number: usize) -> Option<Value> {
    fn walk<'a>(tree: &'a Value, key: &str, left: &mut usize, found: &mut Option<&'a Value>) {
        let children: Box<dyn Iterator<Item = (Option<&str>, &Value)>> = match tree {
            Value::Array(items) => Box::new(items.iter().map(|item| (None, item))),
            Value::Object(members) => {
                Box::new(members.iter().map(|(k, value)| (Some(k.as_str()), value)))
            }
            _ => return,
        };
        for (name, value) in children {
            if name == Some(key) {
                *found = Some(value);
                if *left == 0 {
                    return;
                }
                *left -= 1;
            }
            walk(value, key, left, found);
        }
    }
    let mut found = None;
    walk(tree, key, &mut number.clone(), &mut found);
    found.cloned()
}
