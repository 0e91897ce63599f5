//! Pairs of schemas, each compared once for each direction, and which operations reach them.

use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};

use lavka_model::normalized::{Document, SchemaId, Schemas, Spanned, Type};

use super::effects;
use super::pairs::{Local, Pair, Raw};
use super::tags::Tags;
use super::{Collector, Formats};
use crate::finding::{Finding, OperationRef};
use crate::level::{Level, Variance};

/// Most pairs that are compared to find out whether two schemas are the same.
const SAME_BUDGET: usize = 400;
/// How deep such questions go into one another.
const SAME_DEPTH: u8 = 3;

/// Who reaches a pair from outside.
#[derive(Clone, Debug)]
pub(crate) struct Root {
    pub(crate) operation: Option<OperationRef>,
    pub(crate) formats: Formats,
    /// Whether objects in what is written as texts are texts too, not JSON.
    pub(crate) deep: bool,
    /// Whether it is the body of an error.
    pub(crate) error: bool,
}

impl Root {
    /// How a value is encoded; `inside` of an object that it holds.
    fn formats(&self, inside: bool) -> Formats {
        let mut formats = self.formats;
        if inside && !self.deep {
            // Objects in forms and parameters are JSON.
            formats.json |= std::mem::take(&mut formats.text_json);
            formats.json_xml |= std::mem::take(&mut formats.text_xml);
        }
        formats
    }
}

struct Reached {
    pair: Pair,
    place: String,
    /// What refers to the pair, where the place is a component.
    via: String,
    parents: Vec<usize>,
    roots: Vec<usize>,
    changes: Vec<Raw>,
}

/// The component that a schema is, or only describes in other words: `allOf: [{$ref: …}], description: …`.
fn name(schemas: &Schemas, id: SchemaId) -> Option<&String> {
    let schema = &schemas[id];
    let described = match schema.all_of.as_slice() {
        [only]
            if schemas[*only].properties.len() == schema.properties.len()
                && schemas[*only].types.has(Type::Null) == schema.types.has(Type::Null) =>
        {
            schemas[*only].component.as_ref()
        }
        _ => None,
    };
    schema.component.as_ref().or(described)
}

/// Compares one pair, in questions that go this deep into one another.
type Compare = fn(&Graph<'_>, Pair, u8) -> Local;

/// All pairs that operations reach.
pub(crate) struct Graph<'a> {
    compare: Compare,
    pub(crate) base: &'a Schemas,
    pub(crate) head: &'a Schemas,
    nodes: Vec<Reached>,
    /// The nodes of each schema of the base, by its index.
    index: Vec<Vec<usize>>,
    roots: Vec<Root>,
    queue: VecDeque<usize>,
    /// Names of the components of both sides.
    components: (HashSet<&'a str>, HashSet<&'a str>),
    /// Names of the credentials in bodies of both sides.
    credentials: (HashSet<&'a str>, HashSet<&'a str>),
    /// Objects that others extend, of both sides.
    families: (Families, Families),
    /// Properties that discriminators fix, of both sides.
    tags: (Tags<'a>, Tags<'a>),
}

/// Schemas with a discriminator, and the components that extend them.
type Families = HashMap<SchemaId, Vec<SchemaId>>;

impl<'a> Graph<'a> {
    pub(crate) fn new(before: &'a Document, after: &'a Document, compare: Compare) -> Self {
        let (base, head) = (&before.schemas, &after.schemas);
        let names = |schemas: &'a Schemas| {
            let all = schemas.iter();
            all.filter_map(|(_, schema)| schema.component.as_deref())
                .collect()
        };
        let credentials = |schemas: &'a Schemas| {
            let all = schemas.iter();
            all.filter_map(|(_, schema)| schema.lavka.credential.as_ref())
                .map(|name| name.value.as_str())
                .collect()
        };
        Self {
            compare,
            components: (names(base), names(head)),
            credentials: (credentials(base), credentials(head)),
            families: (before.families(), after.families()),
            tags: (Tags::of(base), Tags::of(head)),
            base,
            head,
            nodes: Vec::new(),
            index: vec![Vec::new(); base.len()],
            roots: Vec::new(),
            queue: VecDeque::new(),
        }
    }

    /// Components that may be in the place of each schema of a pair: those that extend it.
    pub(crate) fn families(&self, pair: Pair) -> (&[SchemaId], &[SchemaId]) {
        fn of(families: &Families, id: SchemaId) -> &[SchemaId] {
            families.get(&id).map_or(&[], Vec::as_slice)
        }
        (
            of(&self.families.0, pair.base),
            of(&self.families.1, pair.head),
        )
    }

    /// Whether discriminators fix a property of a pair of objects to the same values, whatever its enum says.
    pub(crate) fn same_tag(&self, pair: Pair, name: &str) -> bool {
        let was = self.tags.0.values(self.base, pair.base, name);
        was.is_some() && was == self.tags.1.values(self.head, pair.head, name)
    }

    /// Whether a credential only has another name: neither side knows the other's.
    pub(crate) fn credential_renamed(
        &self,
        was: &Option<Spanned<String>>,
        is: &Option<Spanned<String>>,
    ) -> bool {
        was.as_ref().zip(is.as_ref()).is_some_and(|(was, is)| {
            !self.credentials.1.contains(was.as_str()) && !self.credentials.0.contains(is.as_str())
        })
    }

    /// Starts at a pair.
    pub(crate) fn root(&mut self, pair: Pair, place: &str, root: Root) {
        let node = self.node(pair, place);
        self.roots.push(root);
        let at = self.roots.len() - 1;
        self.nodes[node].roots.push(at);
    }

    fn node(&mut self, pair: Pair, place: &str) -> usize {
        let known = self.index.get(pair.base.index());
        let mut known = known.into_iter().flatten().copied();
        if let Some(at) = known.find(|at| self.nodes[*at].pair == pair) {
            return at;
        }
        // Two components, or one that the other side has elsewhere: the place is what refers to them.
        let component = match (name(self.base, pair.base), name(self.head, pair.head)) {
            (Some(one), Some(other)) if one == other => Some(one),
            // A component that has another name.
            (Some(one), Some(other)) => Some(other).filter(|_| {
                let (before, after) = &self.components;
                !after.contains(one.as_str()) && !before.contains(other.as_str())
            }),
            (Some(one), None) => {
                Some(one).filter(|name| !self.components.1.contains(name.as_str()))
            }
            (None, Some(other)) => {
                Some(other).filter(|name| !self.components.0.contains(name.as_str()))
            }
            (None, None) => None,
        };
        let at = self.nodes.len();
        self.nodes.push(Reached {
            pair,
            place: component.cloned().unwrap_or_else(|| place.to_owned()),
            via: place.to_owned(),
            parents: Vec::new(),
            roots: Vec::new(),
            changes: Vec::new(),
        });
        if let Some(known) = self.index.get_mut(pair.base.index()) {
            known.push(at);
        }
        self.queue.push_back(at);
        at
    }

    /// Compares every pair that is reached.
    pub(crate) fn walk(&mut self) {
        while let Some(at) = self.queue.pop_front() {
            let (pair, place) = (self.nodes[at].pair, self.nodes[at].place.clone());
            let local = (self.compare)(self, pair, 0);
            self.nodes[at].changes = local.changes;
            for (child, suffix) in local.edges {
                let part = match suffix.starts_with('.') {
                    true => self.parts(pair, &suffix).0,
                    false => None,
                };
                let place = part.unwrap_or_else(|| format!("{place}{suffix}"));
                let node = self.node(child, &place);
                self.nodes[node].parents.push(at);
            }
        }
    }

    /// Compares one pair, in a question that goes this deep.
    pub(crate) fn local(&self, pair: Pair, depth: u8) -> Local {
        if depth >= SAME_DEPTH {
            return Local::default();
        }
        (self.compare)(self, pair, depth + 1)
    }

    /// Whether two schemas allow the same values, written the same way.
    pub(crate) fn same(&self, pair: Pair, depth: u8) -> bool {
        self.differs(pair, depth, |_| true).is_none()
    }

    /// What the pair and all that it holds do to the values that are allowed.
    pub(crate) fn relation(&self, pair: Pair, depth: u8) -> Option<Variance> {
        self.differs(pair, depth, |found| found == Variance::Incomparable)
    }

    fn differs(
        &self,
        pair: Pair,
        depth: u8,
        enough: impl Fn(Variance) -> bool,
    ) -> Option<Variance> {
        if depth >= SAME_DEPTH {
            let (base, head) = (&self.base[pair.base], &self.head[pair.head]);
            let alike = *base.types == *head.types
                && base.properties.keys().eq(head.properties.keys())
                && base.component == head.component;
            return Some(Variance::Incomparable).filter(|_| !alike);
        }
        let mut found = None;
        let mut seen = HashSet::from([pair]);
        let mut queue = vec![pair];
        while let Some(pair) = queue.pop() {
            if seen.len() > SAME_BUDGET {
                return Some(Variance::Incomparable);
            }
            let local = (self.compare)(self, pair, depth + 1);
            for variance in local.changes.iter().filter_map(Raw::variance) {
                let both = found.is_some_and(|found| found != variance);
                let all = if both {
                    Variance::Incomparable
                } else {
                    variance
                };
                if enough(all) {
                    return Some(all);
                }
                found = Some(all);
            }
            for (child, _) in local.edges {
                if seen.insert(child) {
                    queue.push(child);
                }
            }
        }
        found
    }

    /// Reports what was found, with who reaches it.
    pub(crate) fn report(&mut self, out: &mut Collector) {
        for at in 0..self.nodes.len() {
            let changes = std::mem::take(&mut self.nodes[at].changes);
            if changes.is_empty() {
                continue;
            }
            let roots = self.reaching(at);
            let formats = roots.iter().map(|(root, inside)| root.formats(*inside));
            let formats = formats.fold(Formats::default(), Formats::and);
            let error = !roots.is_empty() && roots.iter().all(|(root, _)| root.error);
            let node = &self.nodes[at];
            for raw in changes {
                let suffix = raw.suffix.clone();
                let (part, parts) = self.parts(node.pair, &suffix);
                // What is said beside a reference is said where it is used.
                let beside = !raw.matters() && suffix.is_empty() && !self.is_component(node.pair);
                let part = part.or_else(|| beside.then(|| node.via.clone()));
                if let Some(mut finding) = finding(raw, node, part, formats, error) {
                    finding.aliases = parts;
                    finding.aliases.push(format!("{}{suffix}", node.place));
                    if !self.is_component(node.pair) {
                        finding.aliases.push(format!("{}{suffix}", node.via));
                        let names = self.only_names(node.pair);
                        let names = names.into_iter().flatten();
                        finding
                            .aliases
                            .extend(names.map(|name| format!("{name}{suffix}")));
                    }
                    finding
                        .operations
                        .extend(roots.iter().filter_map(|(root, _)| root.operation.clone()));
                    out.add(finding);
                }
            }
        }
    }

    /// The components of a pair that only one side has: one that has another name.
    fn only_names(&self, pair: Pair) -> [Option<&String>; 2] {
        let (one, other) = (
            &self.base[pair.base].component,
            &self.head[pair.head].component,
        );
        let gone = |name: &&String| !self.components.1.contains(name.as_str());
        let new = |name: &&String| !self.components.0.contains(name.as_str());
        [one.as_ref().filter(gone), other.as_ref().filter(new)]
    }

    /// Whether a pair is one component, and not what refers to it.
    fn is_component(&self, pair: Pair) -> bool {
        let one = &self.base[pair.base].component;
        one.is_some() && *one == self.head[pair.head].component
    }

    /// Places of a property in the components that its object is made of; first the one that both sides have it from.
    fn parts(&self, pair: Pair, suffix: &str) -> (Option<String>, Vec<String>) {
        let Some(property) = suffix.strip_prefix('.') else {
            return (None, Vec::new());
        };
        let of = |schemas: &Schemas, id: SchemaId| {
            let mut found = BTreeSet::new();
            let mut innermost = None;
            let own = schemas[id].properties.get(property).map(|own| own.schema);
            let mut queue: Vec<(SchemaId, u8)> = vec![(id, 0)];
            while let Some((id, depth)) = queue.pop() {
                for &part in &schemas[id].all_of {
                    let part_schema = &schemas[part];
                    let Some(declared) = part_schema.properties.get(property) else {
                        continue;
                    };
                    if let Some(name) = &part_schema.component {
                        // What two parts declare is neither's.
                        if Some(declared.schema) == own {
                            innermost = Some(name.clone());
                        }
                        found.insert(name.clone());
                    }
                    if depth < SAME_DEPTH {
                        queue.push((part, depth + 1));
                    }
                }
            }
            (innermost, found)
        };
        let (was, before) = of(self.base, pair.base);
        let (is, after) = of(self.head, pair.head);
        let place = |name: &String| format!("{name}{suffix}");
        // What only one side has came or went: it is in the other side's component, too.
        let known = |name: &String, all: &HashSet<&str>| all.contains(name.as_str());
        let shared = match (&was, &is) {
            (Some(was), Some(is)) => Some(was).filter(|_| was == is),
            (None, Some(is)) => Some(is).filter(|name| known(name, &self.components.0)),
            (Some(was), None) => Some(was).filter(|name| known(name, &self.components.1)),
            (None, None) => None,
        };
        let all = before.union(&after).map(place).collect();
        (shared.map(place), all)
    }

    /// Who reaches a pair, and whether it is in an object of what they hold.
    fn reaching(&self, at: usize) -> Vec<(&Root, bool)> {
        let mut seen = HashSet::from([(at, false)]);
        let mut queue = vec![(at, false)];
        let mut roots = Vec::new();
        while let Some((at, inside)) = queue.pop() {
            let node = &self.nodes[at];
            let own = node.roots.iter().filter_map(|&root| self.roots.get(root));
            roots.extend(own.map(|root| (root, inside)));
            let inside = inside || self.object(node.pair);
            let parents = node.parents.iter().map(|&parent| (parent, inside));
            queue.extend(parents.filter(|parent| seen.insert(*parent)));
        }
        roots
    }

    fn object(&self, pair: Pair) -> bool {
        let one = self.base[pair.base].types.has(Type::Object);
        one && self.head[pair.head].types.has(Type::Object)
    }
}

fn finding(
    raw: Raw,
    node: &Reached,
    part: Option<String>,
    formats: Formats,
    error: bool,
) -> Option<Finding> {
    let direction = node.pair.direction;
    let variance = raw.variance();
    let level = |variance: Option<Variance>| {
        variance.map(|v| {
            raw.level
                .unwrap_or_else(|| raw.check.levels.level(direction, v))
        })
    };
    let pick = |on: bool, variance| if on { level(variance) } else { None };
    // A parameter has a style, which is compared before.
    let text = match raw.text {
        Some(_) if raw.one_or_more && !node.roots.is_empty() => Some(Variance::Incomparable),
        text => text,
    };
    // Elements of one name are distinguished in what holds them: not in a body or a list.
    let bare = !node.roots.is_empty() || node.place.ends_with("[]");
    let element = if raw.one_or_more && bare {
        raw.json
    } else {
        raw.xml
    };
    let json = pick(formats.json, raw.json).max(pick(formats.text_json, text));
    let xml = pick(formats.xml, element)
        .max(pick(formats.text_xml, text))
        .max(pick(formats.json_xml, raw.json));
    if json.is_none() && xml.is_none() && raw.matters() {
        return None;
    }
    let mut finding = Finding::new(
        raw.check,
        part.unwrap_or_else(|| format!("{}{}", node.place, raw.suffix)),
        raw.what,
        raw.before,
        raw.after,
    );
    // What only readers see is not a change of the wire.
    let seen = |level: Option<Level>| level.filter(|level| *level > Level::Documentation);
    finding.json = seen(json).unwrap_or_default();
    finding.xml = seen(xml).unwrap_or_default();
    if json.max(xml) == Some(Level::Documentation) {
        finding.spec = Level::Documentation;
    }
    finding.variance = variance;
    finding.directions = vec![direction];
    effects::apply(&mut finding, &raw.hint, direction, error);
    Some(finding)
}
