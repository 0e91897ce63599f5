//! References to a schema of another file by its `$id`, to a file by its `$self`, and to anchors of other files. They are looked up
//! after all files are read, and rewritten as a path and a JSON pointer.
//!
//! A URI that nothing has can name a file all the same: where the file `schemas/a.json` has the `$id` `https://shop.example/s/a.json`,
//! `https://shop.example/s/b.json` is `schemas/b.json`.

use std::collections::{HashMap, HashSet};

use super::ids::{self, Ids};
use super::place::join;
use super::tree::{Node, Value};
use super::{Content, Source, anchors};
use crate::diag::{Finding, Findings};

/// What URIs of files begin with that have no other.
const FILES: &str = "file:///";

/// Where references of a file go that name nothing in it: by their places in the text.
type Outer = HashMap<(usize, usize), String>;

/// References to other files that are not by their paths, and what they can name.
#[derive(Default)]
pub(super) struct Across {
    /// URI → the file and the pointer of a schema.
    known: HashMap<String, (String, String)>,
    /// File → the URI that it has of itself, and where its references go that name nothing in it.
    files: HashMap<String, (String, Outer)>,
    open: Vec<Open>,
    /// Files that were looked for because of their URIs.
    tried: HashSet<String>,
}

struct Open {
    /// The file with the reference, and where it is.
    file: String,
    at: (usize, usize),
    /// What it names, as a URI.
    uri: String,
    /// What is wrong if nothing has the URI, and the file that it names as a path.
    finding: Option<Finding>,
    missing: Option<String>,
}

impl Across {
    /// Reads the URIs of a file, and rewrites its references to them.
    pub(super) fn read(&mut self, path: &str, root: &mut Node, text: &str) {
        let uri = format!("{FILES}{path}");
        let made = match ids::may_have(text) {
            true => ids::rewrite(root, &uri),
            false => Ids::default(),
        };
        let own = made.known.iter().find(|(_, pointer)| pointer.is_empty());
        let own = own.map_or_else(|| uri.clone(), |(own, _)| own.clone());
        let first = self.known.entry(uri);
        first.or_insert_with(|| (path.to_owned(), String::new()));
        for (uri, pointer) in made.known {
            let first = self.known.entry(uri);
            first.or_insert_with(|| (path.to_owned(), pointer));
        }
        self.files.insert(path.to_owned(), (own, made.outer));
    }

    /// Keeps a reference of a file until all files are read.
    pub(super) fn keep(
        &mut self,
        file: &str,
        (text, at): (&str, (usize, usize)),
        finding: Option<Finding>,
        missing: Option<String>,
    ) {
        let known = self.files.get(file);
        let uri = known.and_then(|(_, outer)| outer.get(&at).cloned());
        self.open.push(Open {
            file: file.to_owned(),
            at,
            uri: uri.unwrap_or_else(|| ids::absolute(&format!("{FILES}{file}"), text)),
            finding,
            missing,
        });
    }

    /// Files that URIs may name which nothing has.
    pub(super) fn files(&mut self) -> Vec<String> {
        let mut found = Vec::new();
        for open in &self.open {
            if self.target(open).is_none()
                && let Some(path) = self.mapped(open)
                && self.tried.insert(path.clone())
            {
                found.push(path);
            }
        }
        found
    }

    /// The file that a URI names if files are beside one another as their URIs are.
    fn mapped(&self, open: &Open) -> Option<String> {
        let (own, _) = self.files.get(&open.file)?;
        let uri = open.uri.split('#').next().unwrap_or("");
        let authority = |uri: &str| {
            let at = uri.find("://")? + 3;
            Some(at + uri[at..].find('/')?)
        };
        let end = authority(own).filter(|_| !own.starts_with(FILES))?;
        let (head, path) = uri.split_at_checked(authority(uri)?)?;
        let base = own.get(end..).filter(|_| own.get(..end) == Some(head))?;
        join(&open.file, &relative(base, path)).ok().flatten()
    }

    fn target(&self, open: &Open) -> Option<(&str, &str)> {
        let uri = open.uri.split('#').next().unwrap_or("");
        let (path, pointer) = self.known.get(uri)?;
        Some((path, pointer))
    }

    /// Rewrites the references that name something. The others are reported.
    pub(super) fn rewrite(mut self, source: &mut Source, findings: &mut Findings) {
        let mut texts: HashMap<String, HashMap<(usize, usize), String>> = HashMap::new();
        for mut open in std::mem::take(&mut self.open) {
            let mapped = self.mapped(&open);
            let target = self.target(&open).or_else(|| {
                let path = mapped.as_deref()?;
                self.files.contains_key(path).then_some((path, ""))
            });
            let fragment = open.uri.split_once('#').map_or("", |(_, text)| text);
            let text = target.and_then(|(path, pointer)| {
                let whole = match fragment {
                    name if !name.is_empty() && !name.starts_with('/') => {
                        anchors::find(source.files.get(path)?.tree()?, pointer, name)?
                    }
                    below => format!("{pointer}{below}"),
                };
                Some(format!("{}#{whole}", relative(&open.file, &encoded(path))))
            });
            match text {
                Some(text) => {
                    texts.entry(open.file).or_default().insert(open.at, text);
                }
                None => {
                    let missing = open.missing.as_ref();
                    // A file that is not there is reported once.
                    if missing.is_none_or(|path| !source.files.contains_key(path)) {
                        findings.extend(open.finding.take());
                    }
                    if let Some(path) = open.missing {
                        source.broken(path);
                    }
                }
            }
        }
        for (path, texts) in texts {
            if let Some(loaded) = source.files.get_mut(&path)
                && let Content::Tree(root) = &mut loaded.content
            {
                replace(root, &texts);
            }
        }
    }
}

fn replace(node: &mut Node, texts: &HashMap<(usize, usize), String>) {
    match &mut node.value {
        Value::Object(members) => {
            for (key, member) in members {
                let origin = &member.node.origin;
                match texts.get(&(origin.start(), origin.end())) {
                    Some(text) if key == "$ref" => member.node.value = Value::String(text.clone()),
                    _ => replace(&mut member.node, texts),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| replace(item, texts)),
        _ => {}
    }
}

/// The path of `to`, seen from the folder of `from`.
fn relative(from: &str, to: &str) -> String {
    let mut from: Vec<&str> = from.split('/').collect();
    from.pop();
    let to: Vec<&str> = to.split('/').collect();
    let folders = to.len().saturating_sub(1);
    let pairs = from.iter().zip(&to).take(folders);
    let shared = pairs.take_while(|(one, other)| one == other).count();
    let mut parts = vec![".."; from.len() - shared];
    parts.extend(to.iter().skip(shared));
    parts.join("/")
}

/// A path as a reference has it.
fn encoded(path: &str) -> String {
    path.replace('%', "%25").replace('#', "%23")
}
