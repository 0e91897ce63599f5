//! A document as the checks see it: plain JSON, with code that is not the generator's.

use std::path::Path;

use serde_json::{Map, Value, json};

/// An OpenAPI document as JSON.
#[derive(Debug)]
pub(crate) struct Document(pub(crate) Value);

/// An operation of a document.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Operation<'a> {
    pub(crate) path: &'a str,
    pub(crate) method: &'a str,
    pub(crate) item: &'a Value,
    pub(crate) value: &'a Value,
}

/// How deep entries and items are followed; they may be recursive.
const DEEPEST: usize = 16;

const METHODS: [&str; 9] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace", "query",
];

impl Document {
    /// Reads a file of YAML or JSON.
    pub(crate) fn read(path: &Path) -> Option<Self> {
        let (source, _) = lavka_model::source::load(path);
        source.root().map(|root| Self(root.to_json()))
    }

    /// Whether it is of a version that the checks know.
    pub(crate) fn is_openapi_3(&self) -> bool {
        let version = self.0.get("openapi").and_then(Value::as_str);
        version.is_some_and(|version| version.starts_with("3."))
    }

    /// A `$ref` with properties beside it, as OpenAPI 3.1 has it: both hold.
    pub(crate) fn siblings(&self, schema: &Value) -> Option<Map<String, Value>> {
        let version = self.0.get("openapi").and_then(Value::as_str)?;
        let mut beside = schema.as_object()?.clone();
        let target = beside.remove("$ref")?;
        if version.starts_with("3.0") || !beside.contains_key("properties") {
            return None;
        }
        beside.insert("allOf".into(), json!([{"$ref": target}]));
        Some(beside)
    }

    /// The value, or what its `$ref` refers to. `None` where that is not in this document, or the chain does not end.
    pub(crate) fn resolve<'a>(&'a self, mut value: &'a Value) -> Option<&'a Value> {
        for _ in 0..16 {
            let Some(reference) = value.get("$ref").and_then(Value::as_str) else {
                return Some(value);
            };
            let pointer = lavka_model::source::unescape(reference.strip_prefix('#')?);
            // `unescape` undoes `~1` too; a pointer with such parts is looked up key by key.
            value = match self.0.pointer(reference.strip_prefix('#')?) {
                Some(target) => target,
                None => self.0.pointer(&pointer)?,
            };
        }
        None
    }

    /// What a reference names.
    pub(crate) fn at(&self, reference: &str) -> Option<&Value> {
        self.0.pointer(reference.strip_prefix('#')?)
    }

    /// A property of an object, or of what it joins.
    pub(crate) fn property<'a>(&'a self, schema: &'a Value, name: &str) -> Option<&'a Value> {
        self.property_within(schema, name, DEEPEST)
    }

    fn property_within<'a>(
        &'a self,
        schema: &'a Value,
        name: &str,
        levels: usize,
    ) -> Option<&'a Value> {
        let levels = levels.checked_sub(1)?;
        let schema = self.resolve(schema)?;
        let own = schema.get("properties").and_then(|all| all.get(name));
        let entries = schema.get("allOf").and_then(Value::as_array);
        let mut entries = entries.into_iter().flatten();
        own.or_else(|| entries.find_map(|entry| self.property_within(entry, name, levels)))
    }

    /// Whether a part is a file, or a list of files: by `format`, or as OpenAPI 3.1 says it.
    pub(crate) fn is_file(&self, schema: &Value, encoding: Option<&str>) -> bool {
        self.is_file_within(schema, encoding, DEEPEST)
    }

    fn is_file_within(&self, schema: &Value, encoding: Option<&str>, levels: usize) -> bool {
        let Some(levels) = levels.checked_sub(1) else {
            return false;
        };
        let Some(resolved) = self.resolve(schema) else {
            return false;
        };
        if let Some(items) = resolved.get("items") {
            return self.is_file_within(items, encoding, levels);
        }
        let branches = resolved.get("anyOf").and_then(Value::as_array);
        if let Some(branches) = branches {
            let mut branches = branches.iter();
            return branches.any(|branch| self.is_file_within(branch, None, levels));
        }
        let word = |key: &str| resolved.get(key).and_then(Value::as_str);
        let bytes = |media: &str| {
            let kinds = [
                "image/",
                "audio/",
                "video/",
                "application/octet-stream",
                "application/pdf",
            ];
            kinds.iter().any(|kind| media.trim().starts_with(kind))
        };
        let content = (
            word("format"),
            word("contentEncoding"),
            word("contentMediaType"),
        );
        match content {
            (Some(format), ..) => format == "binary",
            (None, Some(_), _) => false,
            (None, None, Some(media)) => bytes(media),
            (None, None, None) => {
                matches!(word("type"), None | Some("string"))
                    && schema.get("$ref").is_none()
                    && encoding.is_some_and(|encoding| encoding.split(',').all(bytes))
            }
        }
    }

    pub(crate) fn operations(&self) -> Vec<Operation<'_>> {
        let paths = self.0.get("paths").and_then(Value::as_object);
        let mut found = Vec::new();
        for (path, item) in paths.into_iter().flatten() {
            let Some(item) = self.resolve(item) else {
                continue;
            };
            for method in METHODS {
                if let Some(value) = item.get(method).filter(|value| value.is_object()) {
                    found.push(Operation {
                        path,
                        method,
                        item,
                        value,
                    });
                }
            }
        }
        found
    }

    /// URLs of the servers that an operation, or its path item, has of its own; variables have their defaults.
    pub(crate) fn own_servers(&self, operation: &Operation<'_>) -> Vec<String> {
        let own = [operation.value, operation.item]
            .into_iter()
            .find_map(|value| value.get("servers")?.as_array());
        let url = |server: &Value| {
            let mut url = server.get("url")?.as_str()?.to_owned();
            let variables = server.get("variables").and_then(Value::as_object);
            for (name, variable) in variables.into_iter().flatten() {
                let default = variable
                    .get("default")
                    .and_then(Value::as_str)
                    .unwrap_or("");
                url = url.replace(&format!("{{{name}}}"), default);
            }
            Some(url)
        };
        own.into_iter().flatten().filter_map(url).collect()
    }

    /// Parameters of an operation, those of its path item included.
    pub(crate) fn parameters<'a>(&'a self, operation: &Operation<'a>) -> Option<Vec<&'a Value>> {
        let list = |value: &'a Value| {
            let items = value.get("parameters").and_then(Value::as_array);
            items
                .into_iter()
                .flatten()
                .map(|p| self.resolve(p))
                .collect::<Option<Vec<_>>>()
        };
        let own = list(operation.value)?;
        let key = |p: &Value| (p.get("name").cloned(), p.get("in").cloned());
        let mut all: Vec<&Value> = list(operation.item)?
            .into_iter()
            .filter(|shared| own.iter().all(|p| key(p) != key(shared)))
            .collect();
        all.extend(own);
        Some(all)
    }

    /// The first media type of a body that `accept` takes, JSON itself before its varieties, and its schema.
    pub(crate) fn content<'a>(
        &'a self,
        body: &'a Value,
        accept: &dyn Fn(&str) -> bool,
    ) -> Option<(&'a str, &'a Map<String, Value>)> {
        let content = body.get("content")?.as_object()?;
        let usual = |name: &str| essence(name) == "application/json";
        let mut taken = content.iter().filter(|(name, _)| accept(name));
        let first = taken.clone().find(|(name, _)| usual(name));
        let (name, media) = first.or_else(|| taken.next())?;
        Some((name, media.as_object()?))
    }
}

/// A media type without its parameters, in small letters.
fn essence(media: &str) -> String {
    let essence = media.split(';').next().unwrap_or("");
    essence.trim().to_ascii_lowercase()
}

/// Whether a media type is JSON.
pub(crate) fn is_json(media: &str) -> bool {
    let kind = essence(media);
    kind == "application/json" || kind.ends_with("+json")
}

/// Whether a media type is XML.
pub(crate) fn is_xml(media: &str) -> bool {
    let kind = essence(media);
    kind == "application/xml" || kind == "text/xml" || kind.ends_with("+xml")
}
