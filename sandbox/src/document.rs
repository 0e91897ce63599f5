//! The bundled OpenAPI document: references are looked up here, and `allOf` is merged away once, at load.

use serde_json::{Map, Value};

/// The longest chain of references, and the deepest nesting of `allOf`, that is followed.
const LONGEST_CHAIN: usize = 32;

/// A bundled OpenAPI document in which every schema is either a `$ref` or free of `allOf`.
#[derive(Clone, Debug)]
pub(crate) struct Document {
    root: Value,
}

impl Document {
    /// Takes a parsed document, checks that every reference is resolved inside it, and merges `allOf`.
    pub(crate) fn new(root: Value) -> Result<Self, String> {
        let mut document = Self { root };
        let mut broken = Vec::new();
        document.broken_references(&document.root, "#", &mut broken);
        if let Some(first) = broken.into_iter().next() {
            return Err(first);
        }
        let mut merged = document.root.clone();
        document.merge_all_of(&mut merged);
        document.root = merged;
        Ok(document)
    }

    /// The whole document.
    pub(crate) fn root(&self) -> &Value {
        &self.root
    }

    /// Follows `$ref` until something else is reached. A chain without end gives its last link.
    pub(crate) fn resolve<'a>(&'a self, mut node: &'a Value) -> &'a Value {
        for _ in 0..LONGEST_CHAIN {
            match reference(node).and_then(|pointer| self.root.pointer(&pointer)) {
                Some(next) => node = next,
                None => break,
            }
        }
        node
    }

    /// A schema from outside, with its own `allOf` merged away.
    pub(crate) fn flattened(&self, schema: &Value) -> Value {
        let mut schema = schema.clone();
        self.merge_all_of(&mut schema);
        schema
    }

    /// Collects references that are unresolved.
    fn broken_references(&self, node: &Value, at: &str, broken: &mut Vec<String>) {
        match node {
            Value::Object(map) => {
                if let Some(Value::String(target)) = map.get("$ref") {
                    let found = reference(node).is_some_and(|p| self.root.pointer(&p).is_some());
                    if !found {
                        broken.push(format!(
                            "{at}: unresolved reference {target:?} in the bundled document"
                        ));
                    }
                }
                for (key, value) in map {
                    if key != "example" && key != "examples" {
                        self.broken_references(value, &format!("{at}/{key}"), broken);
                    }
                }
            }
            Value::Array(items) => {
                for (index, value) in items.iter().enumerate() {
                    self.broken_references(value, &format!("{at}/{index}"), broken);
                }
            }
            _ => {}
        }
    }

    /// Replaces every `allOf` below `node` by the merged schema.
    fn merge_all_of(&self, node: &mut Value) {
        if node.get("allOf").is_some_and(Value::is_array) {
            *node = Value::Object(self.merged(node, 0));
        }
        match node {
            Value::Object(map) => map.values_mut().for_each(|value| self.merge_all_of(value)),
            Value::Array(items) => items.iter_mut().for_each(|value| self.merge_all_of(value)),
            _ => {}
        }
    }

    /// The keys of a schema with those of its references and `allOf` parts beneath its own.
    fn merged(&self, node: &Value, depth: usize) -> Map<String, Value> {
        let node = self.resolve(node);
        let mut result = Map::new();
        let Value::Object(own) = node else {
            return result;
        };
        if depth < LONGEST_CHAIN
            && let Some(Value::Array(parts)) = own.get("allOf")
        {
            for part in parts {
                let mut part = self.merged(part, depth + 1);
                // A name that the part has for itself is not the name of the place where it is used.
                if let Some(xml) = part.remove("xml") {
                    part.entry("x-inherited-xml").or_insert(xml);
                }
                merge_into(&mut result, part);
            }
        }
        let own = own
            .iter()
            .filter(|(key, _)| *key != "allOf")
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect();
        merge_into(&mut result, own);
        result
    }
}

/// The JSON pointer of a `$ref` inside the same document.
fn reference(node: &Value) -> Option<String> {
    let target = node.get("$ref")?.as_str()?;
    let pointer = target.strip_prefix('#')?;
    Some(
        percent_encoding::percent_decode_str(pointer)
            .decode_utf8_lossy()
            .into_owned(),
    )
}

/// Lays `over` on `under`: properties and required names are joined, everything else is replaced.
fn merge_into(under: &mut Map<String, Value>, over: Map<String, Value>) {
    for (key, value) in over {
        match (under.get_mut(&key), value) {
            (Some(Value::Object(old)), Value::Object(new)) if key == "properties" => {
                old.extend(new);
            }
            (Some(Value::Array(old)), Value::Array(new)) if key == "required" => {
                for name in new {
                    if !old.contains(&name) {
                        old.push(name);
                    }
                }
            }
            (_, value) => {
                under.insert(key, value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn all_of_is_merged_and_names_of_the_part_are_set_aside() {
        let document = Document::new(json!({"components": {"schemas": {
            "A": {"type": "object", "xml": {"name": "a"}, "required": ["x"], "properties": {"x": {"type": "string"}}},
            "B": {"allOf": [{"$ref": "#/components/schemas/A"}, {"properties": {"y": {"type": "integer"}}, "required": ["y"]}],
                  "description": "both"}
        }}}))
        .unwrap();
        let b = document.root().pointer("/components/schemas/B").unwrap();
        assert_eq!(
            b,
            &json!({"type": "object", "x-inherited-xml": {"name": "a"}, "required": ["x", "y"],
                "properties": {"x": {"type": "string"}, "y": {"type": "integer"}}, "description": "both"})
        );
    }

    #[test]
    fn a_reference_to_nothing_is_refused_and_named() {
        let error = Document::new(json!({"a": {"$ref": "#/components/schemas/Gone"}})).unwrap_err();
        assert!(error.contains("#/a") && error.contains("Gone"), "{error}");
    }

    #[test]
    fn circles_end() {
        let circle = json!({"components": {"schemas": {
            "A": {"$ref": "#/components/schemas/B"}, "B": {"$ref": "#/components/schemas/A"},
            "C": {"allOf": [{"$ref": "#/components/schemas/C"}]}
        }}});
        let document = Document::new(circle).unwrap();
        let a = document.root().pointer("/components/schemas/A").unwrap();
        assert!(document.resolve(a).get("$ref").is_some());
    }
}
