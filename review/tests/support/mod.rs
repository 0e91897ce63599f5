//! Documents, changed by patches.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic
)]

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use lavka_model::source::{self, Member, Node, Origin, Value};
use lavka_review::accept::Acceptances;
use lavka_review::input::Input;
use lavka_review::report::Report;

/// The example document.
pub const THINGS: &str = include_str!("../data/things.yaml");

/// A folder that is removed at the end.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new() -> Self {
        static NEXT: AtomicUsize = AtomicUsize::new(0);
        let next = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("lavka-review-{}-{next}", std::process::id());
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    pub fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.0.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Compares two files.
pub fn compare(base: &Path, head: &Path) -> Report {
    let (base, head) = (Input::Path(base.to_owned()), Input::Path(head.to_owned()));
    match lavka_review::compare(&base, &head, &Acceptances::default()) {
        Ok(report) => report,
        Err(error) => panic!("{error}"),
    }
}

/// Compares two texts.
pub fn compare_texts(base: &str, head: &str) -> Report {
    let folder = Folder::new();
    let base = folder.write("base.yaml", base);
    let head = folder.write("head.yaml", head);
    compare(&base, &head)
}

/// The tree of a YAML text.
pub fn tree(text: &str) -> Node {
    let (source, findings) = source::load_with("x.yaml", "", &|_| Ok(text.as_bytes().to_vec()));
    assert!(!findings.has_errors(), "{findings}\n{text}");
    source.root().unwrap().clone()
}

/// Both sides of `BASE ~ HEAD` or `HEAD`: patches of the example document.
pub fn sides(patch: &str) -> (Node, Node) {
    sides_of(THINGS, patch)
}

/// The same of another document.
pub fn sides_of(text: &str, patch: &str) -> (Node, Node) {
    let (base, head) = patch.split_once(" ~ ").unwrap_or(("", patch));
    (patched(text, base), patched(text, head))
}

fn patched(text: &str, patches: &str) -> Node {
    let mut document = tree(text);
    for patch in patches
        .split(" ; ")
        .filter(|patch| !patch.trim().is_empty())
    {
        apply(&mut document, patch.trim());
    }
    document
}

fn apply(document: &mut Node, patch: &str) {
    let (verb, rest) = patch.split_once(' ').unwrap();
    match verb {
        "set" => {
            let (pointer, value) = rest.split_once(" = ").unwrap();
            *at(document, pointer, true) = value_of(value);
        }
        "append" => {
            let (pointer, value) = rest.split_once(" = ").unwrap();
            match &mut at(document, pointer, false).value {
                Value::Array(items) => items.push(value_of(value)),
                _ => panic!("{patch}: not a list"),
            }
        }
        "remove" => {
            take(document, rest);
        }
        "copy" | "move" => {
            let (from, to) = rest.split_once(' ').unwrap();
            let (parent, _) = from.rsplit_once('/').unwrap();
            let (target, name) = to.rsplit_once('/').unwrap();
            if verb == "copy" {
                let node = at(document, from, false).clone();
                *at(document, to, true) = node;
            } else {
                let (position, node) = take(document, from);
                *at(document, to, true) = node;
                // A new name keeps its place.
                if parent == target
                    && let Value::Object(object) = &mut at(document, target, false).value
                {
                    let now = object.get_index_of(&source::unescape(name)).unwrap();
                    object.move_index(now, position);
                }
            }
        }
        "swap" => {
            let mut words = rest.split(' ');
            let target = at(document, words.next().unwrap(), false);
            let one: usize = words.next().unwrap().parse().unwrap();
            let other: usize = words.next().unwrap().parse().unwrap();
            match &mut target.value {
                Value::Array(items) => items.swap(one, other),
                Value::Object(object) => object.swap_indices(one, other),
                _ => panic!("{patch}: nothing to swap"),
            }
        }
        _ => panic!("{patch}: unknown verb"),
    }
}

fn value_of(text: &str) -> Node {
    tree(&format!("v: {text}\n")).get("v").unwrap().clone()
}

fn keys(pointer: &str) -> impl Iterator<Item = String> {
    pointer.split('/').skip(1).map(source::unescape)
}

fn at<'n>(document: &'n mut Node, pointer: &str, create: bool) -> &'n mut Node {
    let mut node = document;
    for key in keys(pointer) {
        node = match &mut node.value {
            Value::Object(object) => {
                if create && !object.contains_key(&key) {
                    let node = Node::new(Value::Object(Default::default()), Origin::default());
                    let key_origin = Origin::default();
                    object.insert(
                        key.clone(),
                        Member {
                            key: key_origin,
                            node,
                        },
                    );
                }
                let found = object.get_mut(&key);
                &mut found.unwrap_or_else(|| panic!("{pointer}: no {key}")).node
            }
            Value::Array(items) => {
                let index: usize = key.parse().unwrap();
                items.get_mut(index).unwrap_or_else(|| panic!("{pointer}"))
            }
            _ => panic!("{pointer}: {key} of a scalar"),
        };
    }
    node
}

fn take(document: &mut Node, pointer: &str) -> (usize, Node) {
    let (parent, _) = pointer.rsplit_once('/').unwrap();
    let key = keys(pointer).last().unwrap();
    match &mut at(document, parent, false).value {
        Value::Object(object) => {
            let found = object.shift_remove_full(&key);
            let (index, _, member) = found.unwrap_or_else(|| panic!("{pointer}: not there"));
            (index, member.node)
        }
        Value::Array(items) => {
            let index: usize = key.parse().unwrap();
            (index, items.remove(index))
        }
        _ => panic!("{pointer}"),
    }
}

/// The report on a patch, and the one on the patch undone.
pub fn both_ways(patch: &str) -> (Report, Report) {
    let (base, head) = sides(patch);
    let folder = Folder::new();
    let base = folder.write("base.yaml", &base.to_json_text());
    let head = folder.write("head.yaml", &head.to_json_text());
    (compare(&base, &head), compare(&head, &base))
}
