//! The walk over all files, led by the grammar: checks every object, and rewrites references to local ones.

use std::collections::VecDeque;

use indexmap::IndexMap;

use super::grammar::{self, Kind, Shape, Use};
use super::refs::{Hoist, insert};
use crate::diag::{Code, Finding, Findings, nearest};
use crate::source::{Member, Node, Object, Origin, Source, Value};

/// Makes the document. `None` where there is no root object at all.
pub(super) fn bundle(source: &Source) -> (Option<Node>, Findings) {
    let mut findings = Findings::new();
    let Some(root) = source.root() else {
        return (None, findings);
    };
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
    let fail =
        |code, origin: &Origin, message: String| Box::new(Finding::new(code, origin, message));
    let Some(object) = root.as_object() else {
        let message = format!("an OpenAPI document is an object; this is {}", root.kind());
        return Err(fail(Code::NotOpenApi, &root.origin.head(), message));
    };
    let Some(version) = object.get("openapi") else {
        let mut finding = fail(
            Code::NotOpenApi,
            &root.origin.head(),
            "this is not an OpenAPI document: the key `openapi` is missing".into(),
        );
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

/// The walk, and what it has found.
pub(super) struct Walk<'a> {
    pub(super) source: &'a Source,
    pub(super) findings: Findings,
    /// (section, file, pointer) → name of the component.
    pub(super) names: IndexMap<(&'static str, String, String), String>,
    /// (section, name) → what it is.
    pub(super) taken: IndexMap<(&'static str, String), String>,
    pub(super) queue: VecDeque<Hoist>,
    pub(super) schemas: crate::xsd::Reader<'a>,
}

impl<'a> Walk<'a> {
    /// The root's own components keep their names.
    fn reserve(&mut self, root: &Node) {
        for kind in SECTIONS {
            let Some(section) = kind.section() else {
                continue;
            };
            let members = root
                .get("components")
                .and_then(|node| node.get(section))
                .and_then(Node::as_object);
            for name in members.into_iter().flat_map(|members| members.keys()) {
                self.taken.insert(
                    (section, name.clone()),
                    format!("#/components/{section}/{name}"),
                );
            }
        }
    }

    pub(super) fn push(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    pub(super) fn value(&mut self, node: &Node, shape: Shape, file: &str, depth: usize) -> Node {
        let expected = match (shape, &node.value) {
            (Shape::Any, _)
            | (Shape::Text, Value::String(_))
            | (Shape::Flag | Shape::FlagOr(_), Value::Bool(_))
            | (Shape::Number, Value::Number(_)) => return node.clone(),
            (Shape::Count, Value::Number(number)) if number.as_u64().is_some() => {
                return node.clone();
            }
            (Shape::Count, Value::Number(number)) => {
                let message = format!(
                    "{} is {number}; expected an integer that is not negative",
                    last(node)
                );
                self.push(Finding::new(Code::WrongType, &node.origin, message));
                return node.clone();
            }
            (Shape::Word(words), Value::String(text)) => {
                if !words.contains(&text.as_str()) {
                    let message = format!("{} is `{text}`; expected {}", last(node), one_of(words));
                    self.push(
                        Finding::new(Code::BadValue, &node.origin, message)
                            .suggest(text, words.iter().copied()),
                    );
                }
                return node.clone();
            }
            (Shape::FlagOr(shape), _) => return self.value(node, *shape, file, depth),
            (Shape::List(shape), Value::Array(items)) => {
                let items = items
                    .iter()
                    .map(|item| self.value(item, *shape, file, depth))
                    .collect();
                return Node::new(Value::Array(items), node.origin.clone());
            }
            (Shape::Map(shape), Value::Object(members)) => {
                let mut made = Object::with_capacity(members.len());
                for (name, member) in members {
                    let node = self.value(&member.node, *shape, file, depth);
                    made.insert(
                        name.clone(),
                        Member {
                            key: member.key.clone(),
                            node,
                        },
                    );
                }
                return Node::new(Value::Object(made), node.origin.clone());
            }
            (Shape::Object(kind), Value::Object(members)) => {
                return self.object(node, members, kind, file, depth);
            }
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
        let mut finding = Finding::new(
            Code::WrongType,
            &node.origin,
            format!("{} is {}; expected {expected}", last(node), node.kind()),
        );
        if expected == "a string" && matches!(node.value, Value::Number(_) | Value::Bool(_)) {
            finding = finding.help("write it in quotes");
        } else if expected == "a boolean"
            && matches!(node.value, Value::Number(_))
            && last(node).contains("exclusive")
        {
            finding = finding.help("in OpenAPI 3.0 it is a boolean beside `minimum` or `maximum`");
        } else if expected == "a list" && last(node) == "`required`" {
            finding = finding.help("the object that has the property lists it: `required: [NAME]`");
        } else if matches!(node.value, Value::Null) {
            finding = finding.help("give it a value, or leave the key out");
        }
        self.push(finding);
        node.clone()
    }

    pub(super) fn object(
        &mut self,
        node: &Node,
        members: &Object,
        kind: Kind,
        file: &str,
        depth: usize,
    ) -> Node {
        if kind == Kind::PathItem
            && let Some(reference) = members.get("$ref")
        {
            return self.path_item(node, reference, file, depth);
        }
        let keys = kind.keys();
        let mut made = Object::with_capacity(members.len());
        for (name, member) in members {
            let known = keys.iter().find(|(key, ..)| key == name);
            let value = match known {
                Some((_, shape, Use::Required | Use::Optional)) => {
                    self.value(&member.node, *shape, file, depth)
                }
                Some((_, _, Use::Not(instead))) => {
                    // `allowEmptyValue: false` says what holds anyway.
                    if member.node.as_bool() != Some(false) {
                        let message = format!("`{name}` of {} is not supported", kind.title());
                        self.push(
                            Finding::new(Code::Unsupported, &member.key, message).help(*instead),
                        );
                    }
                    member.node.clone()
                }
                None => self.unknown(name, member, kind, file, depth),
            };
            made.insert(
                name.clone(),
                Member {
                    key: member.key.clone(),
                    node: value,
                },
            );
        }
        for (name, ..) in keys
            .iter()
            .filter(|(_, _, usage)| matches!(usage, Use::Required))
        {
            // That a parameter has `content` instead is reported already.
            let instead =
                kind == Kind::Parameter && *name == "schema" && members.contains_key("content");
            if !members.contains_key(*name) && !instead {
                let near = members
                    .keys()
                    .map(String::as_str)
                    .filter(|key| !keys.iter().any(|(known, ..)| known == key));
                let mut finding = Finding::new(
                    Code::MissingKey,
                    &node.origin.head(),
                    format!("`{name}` of {} is missing", kind.title()),
                );
                if let Some(meant) = nearest(name, near) {
                    finding = finding.help(format!("is `{meant}` meant to be `{name}`?"));
                }
                self.push(finding);
            }
        }
        Node::new(Value::Object(made), node.origin.clone())
    }

    /// A key that the grammar does not name.
    fn unknown(
        &mut self,
        name: &str,
        member: &Member,
        kind: Kind,
        file: &str,
        depth: usize,
    ) -> Node {
        let keys = kind.keys();
        if name.starts_with("x-") && kind.extensible() {
            let own = keys
                .iter()
                .map(|(key, ..)| *key)
                .filter(|key| key.starts_with("x-"));
            if let Some(meant) = nearest(name, own) {
                let message = format!("`{name}` of {} means nothing", kind.title());
                self.push(
                    Finding::new(Code::UnknownExtension, &member.key, message)
                        .help(format!("did you mean `{meant}`?")),
                );
            } else if grammar::extensions().any(|known| known == name) {
                let message = format!("`{name}` means nothing in {}", kind.title());
                self.push(Finding::new(Code::UnknownExtension, &member.key, message));
            } else if let Some(meant) = nearest(name, grammar::extensions()) {
                let message = format!("`{name}` of {} means nothing", kind.title());
                self.push(
                    Finding::new(Code::UnknownExtension, &member.key, message).help(format!(
                        "`{meant}` is near, but does not belong here either"
                    )),
                );
            }
            return member.node.clone();
        }
        if let Some(shape) = kind.names() {
            return self.value(&member.node, shape, file, depth);
        }
        let message = format!("`{name}` is not a key of {}", kind.title());
        let mut finding = Finding::new(Code::UnknownKey, &member.key, message)
            .suggest(name, keys.iter().map(|(key, ..)| *key));
        if finding.help.is_none() {
            let extension = format!("x-{name}");
            finding = if keys.iter().any(|(key, ..)| *key == extension) {
                finding.help(format!("did you mean `{extension}`?"))
            } else if kind == Kind::Schema
                && matches!(
                    name,
                    "const" | "$defs" | "if" | "patternProperties" | "prefixItems"
                )
            {
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

/// The value's key, for messages.
fn last(node: &Node) -> String {
    node.origin
        .key_name()
        .map_or_else(|| "this".to_owned(), |key| format!("`{key}`"))
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
