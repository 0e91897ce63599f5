//! Which file each item of a module is in.
//!
//! The module of a large API has a file for each tag: of the types that only its operations use, of its operations as data, of its methods.
//! What is in such a file is exported where it would be in one file, so programs do not see the difference. A file's name is made of its
//! tag alone, never of the order or of other tags; tags of one name share a file. A tag of many operations has a file for each collection
//! besides: what the path has behind its first parameter (`branches` of `/repos/{owner}/{repo}/branches/{branch}`), which follows from
//! the operation alone as well.

use std::collections::{BTreeMap, BTreeSet};

use lavka_model::model::{Api, AuthKind, Operation, PathPart, TypeRef};

use super::docs::Docs;
use super::markdown;
use super::names::{Case, fingerprint, is_keyword, spell};

/// How many operations have one file, whatever their tags are, and how many of one tag, whatever their paths. The methods of so many, with docs and options, are about 5,000 lines.
const LARGE: usize = 100;

/// How long a file's name is at most, without the mark of one that was cut.
const LENGTH: usize = 64;

/// Names that the files' modules need for themselves, and those that no file can have on Windows.
const RESERVED: &[&str] = &[
    "aux",
    "client",
    "com0",
    "com1",
    "com2",
    "com3",
    "com4",
    "com5",
    "com6",
    "com7",
    "com8",
    "com9",
    "con",
    "core",
    "lavka_runtime",
    "lpt0",
    "lpt1",
    "lpt2",
    "lpt3",
    "lpt4",
    "lpt5",
    "lpt6",
    "lpt7",
    "lpt8",
    "lpt9",
    "nul",
    "operations",
    "prn",
    "schemars",
    "std",
    "types",
];

/// The files of a module, and what they say of themselves.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub struct Files {
    pub types: File,
    pub operations: File,
    pub client: File,
    pub replies: Docs,
    pub dynamic: Docs,
    pub testing: Docs,
}

/// A file of types, of operations as data, or of methods.
#[derive(Clone, Debug)]
pub struct File {
    /// The name of its module.
    pub name: String,
    /// What it is about.
    pub docs: Docs,
    /// The types or operations in it, by number.
    pub items: Vec<usize>,
    /// The files of tags, in order of their names. It exports what is in them.
    pub tags: Vec<File>,
}

/// The tags, or the collections of tags, of one file name, and what belongs to them.
#[derive(Default)]
struct Group {
    /// What they are called in the file's docs.
    about: BTreeSet<String>,
    operations: Vec<usize>,
    types: Vec<usize>,
    /// Where types are that several collections of a tag use.
    parent: Option<String>,
}

pub(super) fn files(api: &Api) -> Files {
    let (mut groups, mut untagged) = groups(api);
    let files = groups.values().filter(|group| !group.operations.is_empty());
    if api.operations.len() <= LARGE || files.count() + usize::from(!untagged.is_empty()) < 2 {
        groups.clear();
        untagged = (0..api.operations.len()).collect();
    }
    let mut shared = Vec::new();
    for (id, owner) in owners(api, &groups).into_iter().enumerate() {
        match owner.and_then(|name| groups.get_mut(&name)) {
            Some(group) => group.types.push(id),
            None => shared.push(id),
        }
    }
    let title = markdown::title(&api.title);
    let file = |name: &str, docs: String, items, tags| File {
        name: name.to_owned(),
        docs: Docs::own(docs),
        items,
        tags,
    };
    let of_tags = |about: &dyn Fn(&str) -> String, items: &dyn Fn(&Group) -> Vec<usize>| {
        let files = groups.iter().map(|(name, group)| {
            let tags: Vec<&str> = group.about.iter().map(String::as_str).collect();
            let tags = match tags.as_slice() {
                [tag] => format!("the tag {tag}"),
                tags => format!("the tags {}", tags.join(", ")),
            };
            file(name, about(&tags), items(group), Vec::new())
        });
        files.filter(|file| !file.items.is_empty()).collect()
    };
    Files {
        types: file(
            "types",
            format!("Types of {title}, in the order of the spec."),
            shared,
            of_tags(
                &|tags| {
                    format!("Types that only operations with {tags} use, in the order of the spec.")
                },
                &|group| group.types.clone(),
            ),
        ),
        operations: file(
            "operations",
            format!("Operations of {title} as data."),
            untagged.clone(),
            of_tags(
                &|tags| format!("Operations with {tags} as data."),
                &|group| group.operations.clone(),
            ),
        ),
        client: file(
            "client",
            format!("The client of {title}."),
            untagged,
            of_tags(
                &|tags| {
                    format!(
                        "Operations with {tags}, in the order of the spec. Nothing is sent before a call is awaited."
                    )
                },
                &|group| group.operations.clone(),
            ),
        ),
        replies: Docs::own("What the caller gets of replies that are wrapped."),
        dynamic: Docs::own(format!("Operations and payloads of {title} by name.")),
        testing: Docs::own(format!("Examples of the types of {title}.")),
    }
}

/// Operations by the file that they are in, and those without a tag.
fn groups(api: &Api) -> (BTreeMap<String, Group>, Vec<usize>) {
    let tagged = |op: &Operation| op.tags.first().map(|tag| (file_name(tag), tag.clone()));
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for (name, _) in api.operations.iter().filter_map(tagged) {
        *counts.entry(name).or_default() += 1;
    }
    let mut groups: BTreeMap<String, Group> = BTreeMap::new();
    let mut untagged = Vec::new();
    for (index, op) in api.operations.iter().enumerate() {
        let Some((tag_file, tag)) = tagged(op) else {
            untagged.push(index);
            continue;
        };
        let tag = markdown::code(&tag);
        let collection = collection(op).filter(|_| counts[&tag_file] > LARGE);
        let (name, about) = match collection {
            Some(collection) => {
                let path = markdown::code(&format!("…/{collection}"));
                let tag = &tag;
                let name = file_name(&format!("{tag_file} {collection}"));
                (name, format!("{tag} and a path of {path}"))
            }
            None => (tag_file.clone(), tag.clone()),
        };
        // The tag of that name has its own, and a file of two tags has none.
        let parent = (name != tag_file).then_some(&tag_file);
        if parent.is_some_and(|_| !counts.contains_key(&name)) {
            let of_tag = groups.entry(tag_file.clone()).or_default();
            of_tag.about.insert(tag.clone());
        }
        let new = !groups.contains_key(&name);
        let group = groups.entry(name.clone()).or_default();
        group.about.insert(about);
        group.operations.push(index);
        match parent {
            Some(parent) if new && !counts.contains_key(&name) => {
                group.parent = Some(parent.clone());
            }
            parent if group.parent.as_ref() != parent => group.parent = None,
            _ => {}
        }
    }
    (groups, untagged)
}

/// What an operation's path has behind its first parameter.
fn collection(op: &Operation) -> Option<&str> {
    let segments = op.path.segments.iter();
    let is_parameter = |segment: &&Vec<PathPart>| {
        let mut parts = segment.iter();
        parts.any(|part| matches!(part, PathPart::Param(_)))
    };
    let mut behind = segments.skip_while(|segment| !is_parameter(segment));
    behind.find_map(|segment| match segment.as_slice() {
        [PathPart::Literal(text)] => Some(text.as_str()),
        _ => None,
    })
}

/// A tag as the name of a module and of its file: an identifier of ASCII letters, digits and `_`.
fn file_name(tag: &str) -> String {
    let mut name = spell(tag, Case::Snake);
    if !name.is_ascii() {
        return format!("tag_{}", fingerprint(tag));
    }
    if name.len() > LENGTH {
        name.truncate(LENGTH);
        return format!("{}_{}", name.trim_end_matches('_'), fingerprint(tag));
    }
    if is_keyword(&name) || RESERVED.contains(&name.as_str()) {
        name.push_str("_tag");
    }
    name
}

/// The file of each type that the operations of one file alone use.
fn owners(api: &Api, groups: &BTreeMap<String, Group>) -> Vec<Option<String>> {
    /// By whom a type is used.
    #[derive(Clone, Copy, PartialEq)]
    enum Use<'a> {
        Nobody,
        One(&'a str),
        Several,
    }
    // Collections of a tag have its file in common.
    let tag = |name| {
        let parent = groups.get(name).and_then(|group| group.parent.as_deref());
        parent.unwrap_or(name)
    };
    let mut uses = vec![Use::Nobody; api.types.len()];
    let mut work: Vec<(&TypeRef, Use<'_>)> = Vec::new();
    let mut tagged = vec![Use::Several; api.operations.len()];
    for (name, group) in groups {
        for index in &group.operations {
            tagged[*index] = Use::One(name);
        }
    }
    for (op, by) in api.operations.iter().zip(tagged) {
        work.extend(values(op).map(|ty| (ty, by)));
    }
    for scheme in &api.auth {
        if let AuthKind::Body { fields } = &scheme.kind {
            work.extend(fields.iter().map(|field| (&field.ty, Use::Several)));
        }
    }
    while let Some((ty, by)) = work.pop() {
        let TypeRef::Named(id) = ty.innermost() else {
            continue;
        };
        let known = uses[id.0];
        let joined = match (known, by) {
            (Use::Nobody, by) => by,
            (known, by) if known == by => by,
            (Use::One(known), Use::One(by)) if tag(known) == tag(by) => Use::One(tag(by)),
            _ => Use::Several,
        };
        if known != joined {
            uses[id.0] = joined;
            work.extend(api.ty(*id).children().into_iter().map(|ty| (ty, joined)));
        }
    }
    let owner = |by| match by {
        Use::One(name) => Some(name.to_owned()),
        Use::Nobody | Use::Several => None,
    };
    uses.into_iter().map(owner).collect()
}

/// Types of what an operation sends and receives.
fn values(op: &Operation) -> impl Iterator<Item = &TypeRef> {
    let responses = op.responses.iter();
    let headers = responses.clone().flat_map(|response| &response.headers);
    let contents = op.request.iter().flat_map(|body| &body.contents);
    let contents = contents.chain(responses.flat_map(|response| &response.contents));
    let params = op.params.iter().map(|param| &param.ty);
    params
        .chain(headers.map(|header| &header.ty))
        .chain(contents.map(|content| &content.ty))
}
