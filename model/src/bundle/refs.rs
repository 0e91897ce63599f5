//! References: where they lead, and how what other files hold becomes components.

use super::grammar::{Kind, Shape};
use super::walk::Walk;
use crate::diag::{Code, Finding, nearest};
use crate::source::{Content, Member, Node, Object, Origin, Value, escape, load_join, unescape};

/// Something of another file that becomes a component.
pub(super) struct Hoist {
    section: &'static str,
    name: String,
    kind: Kind,
    file: String,
    pointer: String,
    origin: Origin,
}

impl<'a> Walk<'a> {
    /// A path item of another file stands in for the reference.
    pub(super) fn path_item(
        &mut self,
        node: &Node,
        reference: &Member,
        file: &str,
        depth: usize,
    ) -> Node {
        let Some((target, pointer)) = self.split(&reference.node, file) else {
            return node.clone();
        };
        if depth > 8 {
            self.push(Finding::new(
                Code::RefCycle,
                &reference.node.origin,
                "path items refer to each other in a circle",
            ));
            return node.clone();
        }
        match self.find(&target, &pointer) {
            Found::Node(found) => {
                self.value(found, Shape::Object(Kind::PathItem), &target, depth + 1)
            }
            Found::Broken => node.clone(),
            Found::Nothing => {
                self.unresolved(&reference.node, &target, &pointer);
                node.clone()
            }
        }
    }

    /// A `$ref`: rewritten to a local one.
    pub(super) fn reference(
        &mut self,
        node: &Node,
        members: &Object,
        reference: &Member,
        kind: Kind,
        file: &str,
    ) -> Node {
        for (name, member) in members.iter().filter(|(name, _)| *name != "$ref") {
            let message = format!("`{name}` beside `$ref` is ignored in OpenAPI 3.0");
            self.push(
                Finding::new(Code::RefSiblings, &member.key, message)
                    .help("write `allOf: [{$ref: …}]` with the other keys beside it"),
            );
        }
        let at = &reference.node;
        let Some((target, pointer)) = self.split(at, file) else {
            return only_ref(node, reference, None);
        };
        let Some(section) = kind.section() else {
            return only_ref(node, reference, None);
        };
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
        only_ref(
            node,
            reference,
            Some(format!("#/components/{section}/{}", escape(&name))),
        )
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
                    let message = format!(
                        "`{text}` leads to one of `{found}`; {} is expected here",
                        kind.title()
                    );
                    self.push(Finding::new(Code::RefWrongKind, &at.origin, message));
                }
                return;
            }
            let mut finding = Finding::new(
                Code::RefUnresolved,
                &at.origin,
                format!("`{text}` leads nowhere"),
            );
            let wanted = root.and_then(|root| root.get("components")?.get(section)?.as_object());
            let names: Vec<&str> = wanted
                .into_iter()
                .flat_map(|members| members.keys().map(String::as_str))
                .collect();
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
            let code = if exists {
                Code::RefWrongKind
            } else {
                Code::RefUnresolved
            };
            self.push(Finding::new(code, &at.origin, message).help(format!(
                "references have the form `#/components/{section}/NAME`"
            )));
        }
    }

    /// Makes something of another file a component; gives its name.
    fn hoist(
        &mut self,
        at: &Node,
        kind: Kind,
        section: &'static str,
        file: &str,
        pointer: &str,
    ) -> Option<String> {
        let text = at.as_str().unwrap_or("");
        let schema = matches!(self.source.files.get(file)?.content, Content::Schema);
        let mut place = (file.to_owned(), pointer.to_owned());
        let name = if schema {
            if kind != Kind::Schema {
                let message = format!(
                    "`{text}` leads into an XML Schema; {} is expected here",
                    kind.title()
                );
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
            if let ["", "components", found, _] = parts.as_slice()
                && *found != section
            {
                let message = format!(
                    "`{text}` leads to one of `{found}`; {} is expected here",
                    kind.title()
                );
                self.push(Finding::new(Code::RefWrongKind, &at.origin, message));
                return None;
            }
            let stem = file
                .rsplit('/')
                .next()
                .and_then(|name| name.split('.').next())
                .unwrap_or("");
            parts
                .last()
                .filter(|part| !part.is_empty())
                .map_or_else(|| stem.to_owned(), |part| unescape(part))
        };
        let (file, pointer) = place;
        let here = format!("{file}#{pointer}");
        if let Some(other) = self.taken.get(&(section, name.clone())) {
            if *other == here {
                return Some(name);
            }
            let message =
                format!("`{text}` would become the component `{name}`, which `{other}` already is");
            self.push(
                Finding::new(Code::RefCollision, &at.origin, message)
                    .help("give one of them another name"),
            );
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
    pub(super) fn hoisted(&mut self, hoist: &Hoist) -> Option<Member> {
        if self
            .source
            .files
            .get(&hoist.file)
            .is_some_and(|loaded| matches!(loaded.content, Content::Schema))
        {
            let node = self
                .schemas
                .component(&hoist.file, &hoist.pointer, &mut self.findings)?;
            // References of a schema file are to places in schema files, so they go the same way as those of YAML.
            let node = self.value(&node, Shape::Ref(hoist.kind), &hoist.file, 0);
            return Some(Member {
                key: node.origin.clone(),
                node,
            });
        }
        let Found::Node(node) = self.find(&hoist.file, &hoist.pointer) else {
            return None;
        };
        let node = self.value(node, Shape::Ref(hoist.kind), &hoist.file, 0);
        Some(Member {
            key: hoist.origin.clone(),
            node,
        })
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
            self.push(Finding::new(
                Code::RefUnresolved,
                &at.origin,
                "`$ref` is empty",
            ));
            return None;
        }
        Some((
            target.unwrap_or_else(|| file.to_owned()),
            pointer.to_owned(),
        ))
    }

    pub(super) fn find(&self, file: &str, pointer: &str) -> Found<'a> {
        let Some(loaded) = self.source.files.get(file) else {
            return Found::Broken;
        };
        let Some(mut node) = loaded.tree() else {
            return Found::Broken;
        };
        let mut segments = pointer.split('/');
        if segments.next() != Some("") {
            return Found::Nothing;
        }
        for segment in segments {
            let segment = unescape(segment);
            let next = match &node.value {
                Value::Object(object) => object.get(&segment).map(|member| &member.node),
                Value::Array(items) => segment
                    .parse::<usize>()
                    .ok()
                    .and_then(|index| items.get(index)),
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
        let mut finding = Finding::new(
            Code::RefUnresolved,
            &at.origin,
            format!("`{text}` leads nowhere: `{file}` has no `{pointer}`"),
        );
        if let Some((parent, name)) = pointer.rsplit_once('/')
            && let Found::Node(Node {
                value: Value::Object(members),
                ..
            }) = self.find(file, parent)
        {
            finding = finding.suggest(&unescape(name), members.keys().map(String::as_str));
        }
        self.push(finding);
    }
}

/// What a pointer leads to.
pub(super) enum Found<'a> {
    Node(&'a Node),
    /// The file could not be read, which has been reported.
    Broken,
    Nothing,
}

/// The reference alone, leading to `target` (where it was: unchanged, when nothing can be found).
fn only_ref(node: &Node, reference: &Member, target: Option<String>) -> Node {
    let target = match target {
        Some(text) => Node::string(text, reference.node.origin.clone()),
        None => reference.node.clone(),
    };
    let mut object = Object::new();
    object.insert(
        "$ref".to_owned(),
        Member {
            key: reference.key.clone(),
            node: target,
        },
    );
    Node::new(Value::Object(object), node.origin.clone())
}

/// Puts a component into the document.
pub(super) fn insert(root: &mut Node, hoist: &Hoist, made: Option<Member>) {
    let Some(made) = made else { return };
    let mut at = root;
    for key in ["components", hoist.section] {
        let Value::Object(object) = &mut at.value else {
            return;
        };
        let member = object.entry(key.to_owned()).or_insert_with(|| Member {
            key: Origin::default(),
            node: Node::new(Value::Object(Object::new()), Origin::default()),
        });
        at = &mut member.node;
    }
    if let Value::Object(object) = &mut at.value {
        object.entry(hoist.name.clone()).or_insert(made);
    }
}
