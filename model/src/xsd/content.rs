//! Content models: which elements a type holds, and how often.

use std::ops::Range;

use super::{Element, Globals, Reader, TYPES, is, local};
use crate::diag::{Code, Finding, Findings};

/// Deepest nesting of groups and of types that extend others.
pub(super) const MAX_GROUPS: u8 = 32;

/// An element of a type's content.
#[derive(Clone, Copy)]
pub(super) struct Particle<'n> {
    pub(super) path: &'n str,
    pub(super) node: Element<'n>,
    pub(super) place: Place,
}

/// How often an element or a group may occur.
pub(super) struct Occurs {
    pub(super) optional: bool,
    /// `None`: once. `Some(None)`: without limit.
    pub(super) many: Option<Option<u64>>,
    /// At least so often, where it is more than once.
    pub(super) least: Option<u64>,
    /// `maxOccurs="0"`
    pub(super) never: bool,
}

/// What a type holds.
#[derive(Default)]
pub(super) struct Content<'n> {
    pub(super) particles: Vec<Particle<'n>>,
    /// Of each choice that a value has to make: the elements of each branch, as a range of `particles`.
    pub(super) choices: Vec<Vec<Range<usize>>>,
}

/// What the groups around an element say of it.
#[derive(Clone, Copy, Default)]
pub(super) struct Place {
    /// It may be absent, whatever its own `minOccurs` says.
    pub(super) optional: bool,
    /// It may be repeated, whatever its own `maxOccurs` says.
    pub(super) repeated: bool,
    /// It is in a choice: the same name may be in another branch.
    pub(super) alternative: bool,
    /// It may be absent, also where its branch of the choice is taken.
    pub(super) elective: bool,
    /// It is in `xs:all`.
    pub(super) all: bool,
    /// It is in a type.
    pub(super) within: bool,
    depth: u8,
}

impl Place {
    /// Whether each value has exactly one of what occurs so often here.
    fn has_one(self, occurs: &Occurs) -> bool {
        let around = self.alternative || self.optional || self.repeated;
        !(around || occurs.optional || occurs.many.is_some())
    }
}

/// What groups of elements may hold.
const PARTICLES: &[&str] = &[
    "annotation",
    "element",
    "sequence",
    "choice",
    "group",
    "any",
];

impl Reader<'_> {
    /// The elements of a group: `xs:all`, `xs:sequence`, `xs:choice`, or a reference to a named group.
    pub(super) fn particles<'n>(
        &'n self,
        path: &'n str,
        group: Element<'n>,
        around: Place,
        out: &mut Content<'n>,
        findings: &mut Findings,
    ) {
        let kind = group.tag_name().name();
        let known: &[&str] = match kind {
            "group" => &["ref", "minOccurs", "maxOccurs"],
            _ => &["minOccurs", "maxOccurs"],
        };
        self.attributes(path, group, known, findings);
        let occurs = self.occurs(path, group, findings);
        if occurs.never {
            return;
        }
        let place = Place {
            optional: around.optional || occurs.optional || kind == "choice",
            repeated: around.repeated || occurs.many.is_some(),
            alternative: around.alternative || kind == "choice",
            elective: around.elective
                || occurs.optional
                || (kind == "choice" && around.alternative),
            all: kind == "all",
            within: true,
            depth: around.depth + 1,
        };
        if kind == "group" {
            self.named_group(path, group, place, out, findings);
            return;
        }
        let from = out.particles.len();
        let has_to_choose = kind == "choice" && around.has_one(&occurs);
        let mut branches = Vec::new();
        for child in self.children(path, group, PARTICLES, findings) {
            let branch = out.particles.len();
            match child.tag_name().name() {
                "annotation" => self.annotation(path, child, findings),
                "any" => self.any(path, child, "elements", findings),
                "element" => self.add(path, child, place, out, findings),
                _ if place.depth >= MAX_GROUPS || out.particles.len() >= MOST_PARTICLES => {
                    self.too_deep(path, child, findings);
                }
                _ => self.particles(path, child, place, out, findings),
            }
            if !is(child, "annotation") {
                branches.push(branch..out.particles.len());
            }
        }
        if has_to_choose {
            out.choices.push(branches);
        }
        if occurs.many.is_some() && !around.repeated && out.particles.len() > from + 1 {
            let finding = Finding::new(
                Code::XsdUnsupported,
                &self.origin(path, group),
                format!("elements of a repeated `{kind}` are read as a list of each"),
            );
            findings
                .push(finding.help("in which order elements of different names come is not kept"));
        }
    }

    fn named_group<'n>(
        &'n self,
        path: &'n str,
        group: Element<'n>,
        place: Place,
        out: &mut Content<'n>,
        findings: &mut Findings,
    ) {
        let name = group.attribute("ref").unwrap_or_default();
        let Some((path, found)) = self.named(path, group, &["group"], name) else {
            let at = self.value_origin(path, group, None, "ref");
            self.unresolved(path, "group", name, &at, findings);
            return;
        };
        self.attributes(path, found, &["name"], findings);
        for child in self.children(
            path,
            found,
            &["annotation", "all", "sequence", "choice"],
            findings,
        ) {
            if is(child, "annotation") {
                self.annotation(path, child, findings);
            } else if place.depth >= MAX_GROUPS {
                self.too_deep(path, child, findings);
            } else {
                self.particles(path, child, place, out, findings);
            }
        }
    }

    /// An element, and those that may be in its place.
    fn add<'n>(
        &'n self,
        path: &'n str,
        node: Element<'n>,
        place: Place,
        out: &mut Content<'n>,
        findings: &mut Findings,
    ) {
        if !self.may_read(path, node, findings) {
            return;
        }
        let head = node
            .attribute("ref")
            .and_then(|name| self.named(path, node, &["element"], name));
        let mut others = Vec::new();
        if let Some((head_path, head)) = head {
            self.substitutes(head_path, head, &mut others);
        }
        let is_abstract = |node: Element<'_>| node.attribute("abstract") == Some("true");
        let occurs = self.occurs(path, node, findings);
        let from = out.particles.len();
        let has_to_choose = place.has_one(&occurs) && !others.is_empty();
        let place = Place {
            optional: place.optional || !others.is_empty(),
            elective: place.elective || (place.alternative && !others.is_empty()),
            alternative: place.alternative || !others.is_empty(),
            ..place
        };
        if !head.is_some_and(|(_, head)| is_abstract(head)) {
            out.particles.push(Particle { path, node, place });
        } else if others.is_empty() {
            let at = self.origin(path, node);
            findings.report(
                Code::XsdUnsupported,
                &at,
                "an abstract element that no other element replaces",
            );
        }
        let place = Place {
            repeated: place.repeated || occurs.many.is_some(),
            ..place
        };
        others.retain(|(_, node)| !is_abstract(*node));
        let others = others.into_iter();
        let others = others.map(|(path, node)| Particle { path, node, place });
        out.particles.extend(others);
        if has_to_choose {
            let each = from..out.particles.len();
            out.choices.push(each.map(|at| at..at + 1).collect());
        }
    }

    /// The global elements that may be in the place of this one, of all files.
    fn substitutes<'n>(
        &'n self,
        path: &str,
        head: Element<'n>,
        out: &mut Vec<(&'n str, Element<'n>)>,
    ) {
        let known = self.substitutes.get_or_init(|| self.all_substitutes());
        let name = head.attribute("name").unwrap_or_default();
        let direct = known.get(&(path.to_owned(), name.to_owned()));
        for (path, id) in direct.into_iter().flatten() {
            let document = self.documents.get(path.as_str());
            let Some(other) = document.and_then(|document| document.get_node(*id)) else {
                continue;
            };
            let is_known = out.iter().any(|(_, known)| *known == other);
            if is_known || out.len() >= MOST_SUBSTITUTES {
                continue;
            }
            out.push((path.as_str(), other));
            self.substitutes(path, other, out);
        }
    }

    fn all_substitutes(&self) -> Globals {
        let mut found = Globals::new();
        for path in self.source.files.keys() {
            let Some(document) = self.documents.get(path.as_str()) else {
                continue;
            };
            for other in document.root_element().children() {
                let heads = other.attribute("substitutionGroup").unwrap_or_default();
                for name in heads.split_whitespace() {
                    if let Some((head, _)) = self.named(path, other, &["element"], name) {
                        let key = (head.to_owned(), local(name).to_owned());
                        let known = found.entry(key).or_default();
                        known.push((path.clone(), other.id()));
                    }
                }
            }
        }
        found
    }

    /// `xs:any` and `xs:anyAttribute`.
    pub(super) fn any(&self, path: &str, node: Element<'_>, what: &str, findings: &mut Findings) {
        let known = ["namespace", "processContents", "minOccurs", "maxOccurs"];
        self.attributes(path, node, &known, findings);
        let message = format!("{what} of any name are passed over in replies and cannot be sent");
        findings.warn(Code::XsdUnsupported, &self.origin(path, node), message);
    }

    fn too_deep(&self, path: &str, node: Element<'_>, findings: &mut Findings) {
        let message = format!(
            "groups are nested deeper than {MAX_GROUPS} levels, or have more than {MOST_PARTICLES} elements"
        );
        findings.report(Code::XsdUnsupported, &self.origin(path, node), message);
    }

    pub(super) fn occurs(&self, path: &str, node: Element<'_>, findings: &mut Findings) -> Occurs {
        let count = |name: &str, findings: &mut Findings| {
            let text = node.attribute(name)?;
            let count = text.parse::<u64>().ok();
            if count.is_none() && !(name == "maxOccurs" && text == "unbounded") {
                let origin = self.value_origin(path, node, None, name);
                let message = format!("`{name}` is not a count");
                findings.report(Code::XsdSyntax, &origin, message);
            }
            count
        };
        let least = count("minOccurs", findings);
        let most = count("maxOccurs", findings);
        let unbounded = node.attribute("maxOccurs") == Some("unbounded");
        Occurs {
            optional: least == Some(0),
            many: match most {
                Some(most) if most > 1 => Some(Some(most)),
                _ => unbounded.then_some(None),
            },
            least: least.filter(|least| *least > 1),
            never: most == Some(0),
        }
    }

    /// The complex type that a type extends or restricts.
    pub(super) fn base<'n>(
        &'n self,
        path: &str,
        derivation: Element<'n>,
    ) -> Option<(&'n str, Element<'n>)> {
        let name = derivation.attribute("base")?;
        let (path, found) = self.named(path, derivation, TYPES, name)?;
        is(found, "complexType").then_some((path, found))
    }
}

/// Most elements of a type that groups give, each time they are referred to.
const MOST_PARTICLES: usize = 5000;
/// Most elements that may be in the place of one.
const MOST_SUBSTITUTES: usize = 200;
