//! The walk over all files, led by the grammar: checks every object, and rewrites references to local ones.

use std::collections::VecDeque;

use indexmap::IndexMap;

use super::grammar::{self, Kind, Shape, Use};
use crate::diag::{Code, Finding, Findings, nearest};
use crate::source::{Content, Member, Node, Object, Origin, Source, Value, escape, load_join, unescape};

/// Makes the document. `None` where there is no root object at all.
pub(super) fn bundle(source: &Source) -> (Option<Node>, Findings) {
    let mut findings = Findings::new();
    let Some(root) = source.root() else { return (None, findings) };
    if let Err(finding) = check_root(root) {
        let stop = finding.code == Code::NotOpenApi;
        findings.push(*finding);
        if stop {
            return (None, findings);
        }
    }
    let mut walk = Walk {
        source,
        findings,
        names: IndexMap::new(),
        taken: IndexMap::new(),
        queue: VecDeque::new(),
        schemas: crate::xsd::Reader::new(source),
    };
    walk.reserve(root);
    let mut node = walk.value(root, Shape::Object(Kind::Document), source.root_path(), 0);
    while let Some(hoist) = walk.queue.pop_front() {
        let made = walk.hoisted(&hoist);
        insert(&mut node, &hoist, made);
    }
    walk.schemas.check(&mut walk.findings);
    (Some(node), walk.findings)
}

fn check_root(root: &Node) -> Result<(), Box<Finding>> {
    let fail = |code, origin: &Origin, message: String| Box::new(Finding::new(code, origin, message));
    let Some(object) = root.as_object() else {
        let message = format!("an OpenAPI document is an object; this is {}", root.kind());
        return Err(fail(Code::NotOpenApi, &head(&root.origin), message));
    };
    let Some(version) = object.get("openapi") else {
        let mut finding =
            fail(Code::NotOpenApi, &head(&root.origin), "this is not an OpenAPI document: the key `openapi` is missing".into());
        if let Some(swagger) = object.get("swagger") {
            finding.origin = swagger.key.clone();
            finding.help = Some("this is Swagger 2.0: convert it to OpenAPI 3.0.3".into());
        } else {
            finding.help = Some("begin with `openapi: 3.0.3`".into());
            *finding = finding.suggest("openapi", object.keys().map(String::as_str));
        }
        return Err(finding);
    };
    let text = match &version.node.value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    };
    if !(text.starts_with("3.0.") && text.len() > 4) {
        let message = format!("the OpenAPI version is `{text}`; 3.0.x is supported");
        let mut finding = fail(Code::OpenApiVersion, &version.node.origin, message);
        finding.help = Some("write `openapi: 3.0.3`".into());
        return Err(finding);
    }
    Ok(())
}

/// The first character of a place, so that a whole file is not underlined.
fn head(origin: &Origin) -> Origin {
    origin.file_arc().map_or_else(Origin::default, |file| {
        Origin::new(file, origin.start(), origin.start() + 1).with_pointer(origin.pointer())
    })
}

/// Something of another file that becomes a component.
struct Hoist {
    section: &'static str,
    name: String,
    kind: Kind,
    file: String,
    pointer: String,
    origin: Origin,
}

struct Walk<'a> {
    source: &'a Source,
    findings: Findings,
    /// (section, file, pointer) → name of the component.
    names: IndexMap<(&'static str, String, String), String>,
    /// (section, name) → what it is.
    taken: IndexMap<(&'static str, String), String>,
    queue: VecDeque<Hoist>,
    schemas: crate::xsd::Reader<'a>,
}

impl<'a> Walk<'a> {
    /// The root's own components keep their names.
    fn reserve(&mut self, root: &Node) {
        for kind in SECTIONS {
            let Some(section) = kind.section() else { continue };
            let members = root.get("components").and_then(|node| node.get(section)).and_then(Node::as_object);
            for name in members.into_iter().flat_map(|members| members.keys()) {
                self.taken.insert((section, name.clone()), format!("#/components/{section}/{name}"));
            }
        }
    }

    fn push(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    fn value(&mut self, node: &Node, shape: Shape, file: &str, depth: usize) -> Node {
        let expected = match (shape, &node.value) {
            (Shape::Any, _)
            | (Shape::Text, Value::String(_))
            | (Shape::Flag | Shape::FlagOr(_), Value::Bool(_))
            | (Shape::Number, Value::Number(_)) => return node.clone(),
            (Shape::Count, Value::Number(number)) if number.as_u64().is_some() => return node.clone(),
            (Shape::Count, Value::Number(number)) => {
                let message = format!("{} is {number}; expected an integer that is not negative", last(node));
                self.push(Finding::new(Code::WrongType, &node.origin, message));
                return node.clone();
            }
            (Shape::Word(words), Value::String(text)) => {
                if !words.contains(&text.as_str()) {
                    let message = format!("{} is `{text}`; expected {}", last(node), one_of(words));
                    self.push(Finding::new(Code::BadValue, &node.origin, message).suggest(text, words.iter().copied()));
                }
                return node.clone();
            }
            (Shape::FlagOr(shape), _) => return self.value(node, *shape, file, depth),
            (Shape::List(shape), Value::Array(items)) => {
                let items = items.iter().map(|item| self.value(item, *shape, file, depth)).collect();
                return Node::new(Value::Array(items), node.origin.clone());
            }
            (Shape::Map(shape), Value::Object(members)) => {
                let mut made = Object::with_capacity(members.len());
                for (name, member) in members {
                    let node = self.value(&member.node, *shape, file, depth);
                    made.insert(name.clone(), Member { key: member.key.clone(), node });
                }
                return Node::new(Value::Object(made), node.origin.clone());
            }
            (Shape::Object(kind), Value::Object(members)) => return self.object(node, members, kind, file, depth),
            (Shape::Ref(kind), Value::Object(members)) => {
                return match members.get("$ref") {
                    Some(reference) => self.reference(node, members, reference, kind, file),
                    None => self.object(node, members, kind, file, depth),
                };
            }
            (Shape::Text, _) => "a string",
            (Shape::Flag, _) => "a boolean",
            (Shape::Count, _) => "an integer",
            (Shape::Number, _) => "a number",
            (Shape::Word(_), _) => "a string",
            (Shape::List(_), _) => "a list",
            (Shape::Map(_) | Shape::Object(_) | Shape::Ref(_), _) => "an object",
        };
        let mut finding =
            Finding::new(Code::WrongType, &node.origin, format!("{} is {}; expected {expected}", last(node), node.kind()));
        if expected == "a string" && matches!(node.value, Value::Number(_) | Value::Bool(_)) {
            finding = finding.help("write it in quotes");
        } else if expected == "a boolean" && matches!(node.value, Value::Number(_)) && last(node).contains("exclusive") {
            finding = finding.help("in OpenAPI 3.0 it is a boolean beside `minimum` or `maximum`");
        } else if expected == "a list" && last(node) == "`required`" {
            finding = finding.help("the object that has the property lists it: `required: [NAME]`");
        } else if matches!(node.value, Value::Null) {
            finding = finding.help("give it a value, or leave the key out");
        }
        self.push(finding);
        node.clone()
    }

    fn object(&mut self, node: &Node, members: &Object, kind: Kind, file: &str, depth: usize) -> Node {
        if kind == Kind::PathItem {
            if let Some(reference) = members.get("$ref") {
                return self.path_item(node, reference, file, depth);
            }
        }
        let keys = kind.keys();
        let mut made = Object::with_capacity(members.len());
        for (name, member) in members {
            let known = keys.iter().find(|(key, ..)| key == name);
            let value = match known {
                Some((_, shape, Use::Required | Use::Optional)) => self.value(&member.node, *shape, file, depth),
                Some((_, _, Use::Not(instead))) => {
                    // `allowEmptyValue: false` says what holds anyway.
                    if member.node.as_bool() != Some(false) {
                        let message = format!("`{name}` of {} is not supported", kind.title());
                        self.push(Finding::new(Code::Unsupported, &member.key, message).help(*instead));
                    }
                    member.node.clone()
                }
                None => self.unknown(name, member, kind, file, depth),
            };
            made.insert(name.clone(), Member { key: member.key.clone(), node: value });
        }
        for (name, ..) in keys.iter().filter(|(_, _, usage)| matches!(usage, Use::Required)) {
            if !members.contains_key(*name) && !(kind == Kind::Parameter && *name == "schema" && members.contains_key("content")) {
                let near = members.keys().map(String::as_str).filter(|key| !keys.iter().any(|(known, ..)| known == key));
                let mut finding =
                    Finding::new(Code::MissingKey, &head(&node.origin), format!("`{name}` of {} is missing", kind.title()));
                if let Some(meant) = nearest(name, near) {
                    finding = finding.help(format!("is `{meant}` meant to be `{name}`?"));
                }
                self.push(finding);
            }
        }
        Node::new(Value::Object(made), node.origin.clone())
    }

    /// A key that the grammar does not name.
    fn unknown(&mut self, name: &str, member: &Member, kind: Kind, file: &str, depth: usize) -> Node {
        let keys = kind.keys();
        if name.starts_with("x-") && kind.extensible() {
            let own = keys.iter().map(|(key, ..)| *key).filter(|key| key.starts_with("x-"));
            if let Some(meant) = nearest(name, own) {
                let message = format!("`{name}` of {} means nothing", kind.title());
                self.push(Finding::new(Code::UnknownExtension, &member.key, message).help(format!("did you mean `{meant}`?")));
            } else if grammar::extensions().any(|known| known == name) {
                let message = format!("`{name}` means nothing in {}", kind.title());
                self.push(Finding::new(Code::UnknownExtension, &member.key, message));
            } else if let Some(meant) = nearest(name, grammar::extensions()) {
                let message = format!("`{name}` of {} means nothing", kind.title());
                self.push(
                    Finding::new(Code::UnknownExtension, &member.key, message)
                        .help(format!("`{meant}` is near, but does not belong here either")),
                );
            }
            return member.node.clone();
        }
        if let Some(shape) = kind.names() {
            return self.value(&member.node, shape, file, depth);
        }
        let message = format!("`{name}` is not a key of {}", kind.title());
        let mut finding = Finding::new(Code::UnknownKey, &member.key, message).suggest(name, keys.iter().map(|(key, ..)| *key));
        if finding.help.is_none() {
            let extension = format!("x-{name}");
            finding = if keys.iter().any(|(key, ..)| *key == extension) {
                finding.help(format!("did you mean `{extension}`?"))
            } else if kind == Kind::Schema && matches!(name, "const" | "$defs" | "if" | "patternProperties" | "prefixItems") {
                finding.help("this is a keyword of JSON Schema that OpenAPI 3.0 does not have")
            } else if kind.extensible() {
                finding.help("keys of your own begin with `x-`")
            } else {
                finding
            };
        }
        self.push(finding);
        member.node.clone()
    }

    /// A path item of another file stands in for the reference.
    fn path_item(&mut self, node: &Node, reference: &Member, file: &str, depth: usize) -> Node {
        let Some((target, pointer)) = self.split(&reference.node, file) else { return node.clone() };
        if depth > 8 {
            self.push(Finding::new(Code::RefCycle, &reference.node.origin, "path items refer to each other in a circle"));
            return node.clone();
        }
        match self.find(&target, &pointer) {
            Found::Node(found) => self.value(found, Shape::Object(Kind::PathItem), &target, depth + 1),
            Found::Broken => node.clone(),
            Found::Nothing => {
                self.unresolved(&reference.node, &target, &pointer);
                node.clone()
            }
        }
    }

    /// A `$ref`: rewritten to a local one.
    fn reference(&mut self, node: &Node, members: &Object, reference: &Member, kind: Kind, file: &str) -> Node {
        for (name, member) in members.iter().filter(|(name, _)| *name != "$ref") {
            let message = format!("`{name}` beside `$ref` is ignored in OpenAPI 3.0");
            self.push(
                Finding::new(Code::RefSiblings, &member.key, message)
                    .help("write `allOf: [{$ref: …}]` with the other keys beside it"),
            );
        }
        let at = &reference.node;
        let Some((target, pointer)) = self.split(at, file) else { return only_ref(node, reference, None) };
        let Some(section) = kind.section() else { return only_ref(node, reference, None) };
        if self.source.root_path() == target {
            self.local(at, kind, section, &pointer);
            let text = format!("#{pointer}");
            return only_ref(node, reference, Some(text));
        }
        let place = (section, target.clone(), pointer.clone());
        let name = match self.names.get(&place) {
            Some(name) => name.clone(),
            None => match self.hoist(at, kind, section, &target, &pointer) {
                Some(name) => {
                    self.names.insert(place, name.clone());
                    name
                }
                None => return only_ref(node, reference, None),
            },
        };
        only_ref(node, reference, Some(format!("#/components/{section}/{}", escape(&name))))
    }

    /// Checks a reference within the root document.
    fn local(&mut self, at: &Node, kind: Kind, section: &str, pointer: &str) {
        let root = self.source.root();
        let parts: Vec<&str> = pointer.split('/').collect();
        let text = at.as_str().unwrap_or("");
        if let ["", "components", found, name] = parts.as_slice() {
            let members = root.and_then(|root| root.get("components")?.get(found)?.as_object());
            let name = unescape(name);
            if members.is_some_and(|members| members.contains_key(&name)) {
                if *found != section {
                    let message = format!("`{text}` leads to one of `{found}`; {} is expected here", kind.title());
                    self.push(Finding::new(Code::RefWrongKind, &at.origin, message));
                }
                return;
            }
            let mut finding = Finding::new(Code::RefUnresolved, &at.origin, format!("`{text}` leads nowhere"));
            let wanted = root.and_then(|root| root.get("components")?.get(section)?.as_object());
            let names: Vec<&str> = wanted.into_iter().flat_map(|members| members.keys().map(String::as_str)).collect();
            finding = if let Some(meant) = nearest(&name, names.iter().copied()) {
                finding.help(format!("did you mean `#/components/{section}/{meant}`?"))
            } else if names.contains(&name.as_str()) {
                finding.help(format!("did you mean `#/components/{section}/{name}`?"))
            } else {
                finding
            };
            self.push(finding);
        } else {
            let exists = matches!(self.find(self.source.root_path(), pointer), Found::Node(_));
            let message = if exists {
                format!("`{text}` does not lead to a component")
            } else {
                format!("`{text}` leads nowhere")
            };
            let code = if exists { Code::RefWrongKind } else { Code::RefUnresolved };
            self.push(
                Finding::new(code, &at.origin, message).help(format!("references have the form `#/components/{section}/NAME`")),
            );
        }
    }

    /// Makes something of another file a component; gives its name.
    fn hoist(&mut self, at: &Node, kind: Kind, section: &'static str, file: &str, pointer: &str) -> Option<String> {
        let text = at.as_str().unwrap_or("");
        let schema = matches!(self.source.files.get(file)?.content, Content::Schema);
        let mut place = (file.to_owned(), pointer.to_owned());
        let name = if schema {
            if kind != Kind::Schema {
                let message = format!("`{text}` leads into an XML Schema; {} is expected here", kind.title());
                self.push(Finding::new(Code::RefWrongKind, &at.origin, message));
                return None;
            }
            let found = self.schemas.locate(file, pointer, at, &mut self.findings)?;
            place = (found.file, found.pointer);
            found.component
        } else {
            match self.find(file, pointer) {
                Found::Node(_) => {}
                Found::Broken => return None,
                Found::Nothing => {
                    self.unresolved(at, file, pointer);
                    return None;
                }
            }
            let parts: Vec<&str> = pointer.split('/').collect();
            if let ["", "components", found, _] = parts.as_slice() {
                if *found != section {
                    let message = format!("`{text}` leads to one of `{found}`; {} is expected here", kind.title());
                    self.push(Finding::new(Code::RefWrongKind, &at.origin, message));
                    return None;
                }
            }
            let stem = file.rsplit('/').next().and_then(|name| name.split('.').next()).unwrap_or("");
            parts.last().filter(|part| !part.is_empty()).map_or_else(|| stem.to_owned(), |part| unescape(part))
        };
        let (file, pointer) = place;
        let here = format!("{file}#{pointer}");
        if let Some(other) = self.taken.get(&(section, name.clone())) {
            if *other == here {
                return Some(name);
            }
            let message = format!("`{text}` would become the component `{name}`, which `{other}` already is");
            self.push(Finding::new(Code::RefCollision, &at.origin, message).help("give one of them another name"));
            return None;
        }
        self.taken.insert((section, name.clone()), here);
        self.queue.push_back(Hoist {
            section,
            name: name.clone(),
            kind,
            file,
            pointer,
            origin: at.origin.clone(),
        });
        Some(name)
    }

    /// The component that a hoisted thing becomes.
    fn hoisted(&mut self, hoist: &Hoist) -> Option<Member> {
        if self.source.files.get(&hoist.file).is_some_and(|loaded| matches!(loaded.content, Content::Schema)) {
            let node = self.schemas.component(&hoist.file, &hoist.pointer, &mut self.findings)?;
            // References of a schema file are to places in schema files, so they go the same way as those of YAML.
            let node = self.value(&node, Shape::Ref(hoist.kind), &hoist.file, 0);
            return Some(Member { key: node.origin.clone(), node });
        }
        let Found::Node(node) = self.find(&hoist.file, &hoist.pointer) else { return None };
        let node = self.value(node, Shape::Ref(hoist.kind), &hoist.file, 0);
        Some(Member { key: hoist.origin.clone(), node })
    }

    /// File and pointer of a `$ref`. `None` where a finding tells why.
    fn split(&mut self, at: &Node, file: &str) -> Option<(String, String)> {
        let Some(text) = at.as_str() else {
            let message = format!("`$ref` is {}; expected a string", at.kind());
            self.push(Finding::new(Code::WrongType, &at.origin, message));
            return None;
        };
        let pointer = text.split_once('#').map_or("", |(_, pointer)| pointer);
        // A reference that leaves the folder has been reported when the files were read.
        let target = load_join(file, text).ok()?;
        if target.is_none() && !text.starts_with('#') {
            self.push(Finding::new(Code::RefUnresolved, &at.origin, "`$ref` is empty"));
            return None;
        }
        Some((target.unwrap_or_else(|| file.to_owned()), pointer.to_owned()))
    }

    fn find(&self, file: &str, pointer: &str) -> Found<'a> {
        let Some(loaded) = self.source.files.get(file) else { return Found::Broken };
        let Some(mut node) = loaded.tree() else { return Found::Broken };
        let mut segments = pointer.split('/');
        if segments.next() != Some("") {
            return Found::Nothing;
        }
        for segment in segments {
            let segment = unescape(segment);
            let next = match &node.value {
                Value::Object(object) => object.get(&segment).map(|member| &member.node),
                Value::Array(items) => segment.parse::<usize>().ok().and_then(|index| items.get(index)),
                _ => None,
            };
            match next {
                Some(next) => node = next,
                None => return Found::Nothing,
            }
        }
        Found::Node(node)
    }

    fn unresolved(&mut self, at: &Node, file: &str, pointer: &str) {
        let text = at.as_str().unwrap_or("");
        let mut finding =
            Finding::new(Code::RefUnresolved, &at.origin, format!("`{text}` leads nowhere: `{file}` has no `{pointer}`"));
        if let Some((parent, name)) = pointer.rsplit_once('/') {
            if let Found::Node(Node { value: Value::Object(members), .. }) = self.find(file, parent) {
                finding = finding.suggest(&unescape(name), members.keys().map(String::as_str));
            }
        }
        self.push(finding);
    }
}

enum Found<'a> {
    Node(&'a Node),
    /// The file could not be read, which has been reported.
    Broken,
    Nothing,
}

const SECTIONS: &[Kind] = &[
    Kind::Schema,
    Kind::Response,
    Kind::Parameter,
    Kind::Example,
    Kind::RequestBody,
    Kind::Header,
    Kind::SecurityScheme,
];

/// The reference alone, leading to `target` (where it was: unchanged, when nothing can be found).
fn only_ref(node: &Node, reference: &Member, target: Option<String>) -> Node {
    let target = match target {
        Some(text) => Node::string(text, reference.node.origin.clone()),
        None => reference.node.clone(),
    };
    let mut object = Object::new();
    object.insert("$ref".to_owned(), Member { key: reference.key.clone(), node: target });
    Node::new(Value::Object(object), node.origin.clone())
}

/// Puts a component into the document.
fn insert(root: &mut Node, hoist: &Hoist, made: Option<Member>) {
    let Some(made) = made else { return };
    let mut at = root;
    for key in ["components", hoist.section] {
        let Value::Object(object) = &mut at.value else { return };
        let member = object
            .entry(key.to_owned())
            .or_insert_with(|| Member { key: Origin::default(), node: Node::new(Value::Object(Object::new()), Origin::default()) });
        at = &mut member.node;
    }
    if let Value::Object(object) = &mut at.value {
        object.entry(hoist.name.clone()).or_insert(made);
    }
}

/// The value's key, for messages.
fn last(node: &Node) -> String {
    match node.origin.pointer().rsplit('/').next() {
        Some(key) if !key.is_empty() && key.parse::<usize>().is_err() => format!("`{}`", unescape(key)),
        _ => "this".to_owned(),
    }
}

/// ``` `a`, `b` or `c` ```
fn one_of(words: &[&str]) -> String {
    match words {
        [] => String::new(),
        [one] => format!("`{one}`"),
        [rest @ .., end] => {
            let rest: Vec<String> = rest.iter().map(|word| format!("`{word}`")).collect();
            format!("{} or `{end}`", rest.join(", "))
        }
    }
}
