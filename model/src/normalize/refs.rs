//! What references name, in the same file or in another.

use std::collections::{HashMap, HashSet};

use indexmap::IndexMap;

use crate::diag::{Code, Cost, Finding, nearest};
use crate::normalized::{Component, SchemaId, Spanned};
use crate::openapi::{self, Reader};
use crate::source::{Lost, Node, Origin, Place, escape, plain};

use super::Normalizer;

/// Longest chain of references.
const MAX_CHAIN: usize = 64;

/// Most references for which a near name is looked for.
const MAX_SUGGESTIONS: usize = 20;

/// What a place is called.
impl Place {
    /// A schema of the root's components.
    pub(super) fn component(name: &str) -> Self {
        Self {
            file: 0,
            pointer: format!("/components/schemas/{}", escape(name)),
        }
    }

    /// Name of the component of a file that this is, if it is not a schema.
    pub(super) fn part_name(&self) -> Option<String> {
        let (_, name) = self.pointer.strip_prefix("/components/")?.split_once('/')?;
        (!name.contains('/')).then(|| plain(name))
    }

    /// Name of the root's component that this is.
    pub(super) fn component_name(&self) -> Option<String> {
        let name = self.pointer.strip_prefix("/components/schemas/")?;
        (self.file == 0 && !name.contains('/')).then(|| plain(name))
    }
}

/// Inline schemas, by where they are written ([`crate::source::Origin`]).
#[derive(Default)]
pub(super) struct Inline {
    /// Those with an entry, and the schema in which each is written.
    pub(super) seen: HashMap<(usize, u32, u32), (SchemaId, Option<SchemaId>)>,
    /// Entries that references asked for before the schema was reached in its place.
    pub(super) awaited: HashMap<(usize, u32, u32), SchemaId>,
    /// Those of them that are still to be read.
    pub(super) unread: HashSet<SchemaId>,
}

/// Why a reference cannot be resolved.
enum Broken {
    Lost(Lost),
    /// What is there is of another kind.
    Kind(&'static str),
}

impl From<Lost> for Broken {
    fn from(lost: Lost) -> Self {
        Self::Lost(lost)
    }
}

impl<'a> Normalizer<'a> {
    fn place(&self, reference: &str, file: usize) -> Result<Place, Broken> {
        Ok(self.source.place(reference, file)?)
    }

    fn node(&self, place: &Place) -> Result<&'a Node, Broken> {
        Ok(self.source.node(place)?)
    }

    /// The schema that a reference names; one that allows anything where it cannot be resolved.
    pub(super) fn schema_ref(&mut self, reference: &Spanned<String>, file: usize) -> SchemaId {
        if let Some(id) = self.resolve_schema(reference, file, Cost::Schema) {
            return id;
        }
        self.unresolved_schema(reference)
    }

    /// The schema that a reference names. `None` where it cannot be resolved, which is reported.
    pub(super) fn resolve_schema(
        &mut self,
        reference: &Spanned<String>,
        file: usize,
        cost: Cost,
    ) -> Option<SchemaId> {
        let found = self.place(&reference.value, file).and_then(|place| {
            match crate::bundle::section_at(&place.pointer) {
                Some(other) if other != SCHEMAS => Err(Broken::Kind(other)),
                _ => Ok(place),
            }
        });
        let place = match found {
            Ok(place) => place,
            Err(broken) => {
                self.broken(reference, &broken, SCHEMAS, cost);
                return None;
            }
        };
        if let Some(known) = self.places.get(&place) {
            if known.is_none() {
                self.broken(
                    reference,
                    &Broken::Lost(Lost::Nothing(place)),
                    SCHEMAS,
                    cost,
                );
                return None;
            }
            return *known;
        }
        if !self.source.is_xsd(&place)
            && let Err(broken) = self.node(&place)
        {
            if let Some(meant) = self.meant(reference, &place) {
                return self.at_place(&meant, &reference.origin, false);
            }
            self.broken(reference, &broken, SCHEMAS, cost);
            return None;
        }
        self.at_place(&place, &reference.origin, false)
    }

    /// The component of the same name, for a reference in the form of another version (`#/definitions/Pet`, `#/schemas/Pet`), or the
    /// one in which `#/components/schemas/#` is, as ASP.NET writes that a schema has itself inside.
    fn meant(&mut self, reference: &Spanned<String>, place: &Place) -> Option<Place> {
        let around;
        let name = match place.pointer.strip_prefix('/')?.split_once('/')? {
            ("components", "schemas/#") => {
                around = reference.origin.pointer();
                let inside = around.strip_prefix("/components/schemas/")?;
                inside.split_once('/')?.0
            }
            ("definitions" | "schemas" | "$defs", name) if !name.contains('/') => name,
            _ => return None,
        };
        let meant = Place {
            file: place.file,
            pointer: format!("/components/schemas/{name}"),
        };
        self.node(&meant).ok()?;
        let text = &reference.value;
        let message = format!(
            "unresolved reference `{text}`: `#{}` is used",
            meant.pointer
        );
        let finding = Finding::new(Code::RefUnresolved, &reference.origin, message);
        self.findings.push(finding.costs(Cost::Nothing));
        Some(meant)
    }

    /// The id of the schema at a place, through references that are only that. `None`: nothing could be found; reported.
    pub(super) fn at_place(
        &mut self,
        place: &Place,
        from: &Origin,
        component: bool,
    ) -> Option<SchemaId> {
        let mut chain: Vec<Place> = Vec::new();
        let mut place = place.clone();
        let mut from = from.clone();
        let found = loop {
            if let Some(known) = self.places.get(&place) {
                break *known;
            }
            if chain.contains(&place) || chain.len() > MAX_CHAIN {
                break Some(self.endless(&from));
            }
            if self.source.is_xsd(&place) {
                break self.xsd_schema(&place, &from, &mut chain);
            }
            let Ok(node) = self.node(&place) else {
                break None;
            };
            chain.push(place.clone());
            let Some(reference) = self.only_reference(node) else {
                break Some(self.queued(place));
            };
            match self.target(&reference, place.file) {
                Ok(next) => place = next,
                Err(broken) => {
                    self.broken(&reference, &broken, SCHEMAS, Cost::Schema);
                    break Some(self.unresolved_schema(&reference));
                }
            }
            from = reference.origin;
        };
        for place in chain {
            self.places.insert(place, found);
        }
        if found.is_none() && component {
            return Some(self.unresolved_schema(&Spanned::new(String::new(), &from)));
        }
        found
    }

    /// The place that a schema's reference names, where something is there.
    fn target(&self, reference: &Spanned<String>, file: usize) -> Result<Place, Broken> {
        let place = self.place(&reference.value, file)?;
        if self.source.is_xsd(&place) || self.node(&place).is_ok() {
            return Ok(place);
        }
        Err(Broken::Lost(Lost::Nothing(place)))
    }

    /// An entry for the schema at a place, which is read later unless it is known as an inline one.
    fn queued(&mut self, place: Place) -> SchemaId {
        let component = place.component_name();
        let wanted = match component {
            None => self.wanted_name(&place),
            Some(_) => None,
        };
        let inline = component.is_none() && wanted.is_none();
        let node = inline.then(|| self.node(&place).ok()).flatten();
        let identity = node.map(|node| node.origin.identity());
        if let Some((id, within)) = identity.and_then(|at| self.inline.seen.get(&at).copied()) {
            self.schemas[id].home = Some(within.unwrap_or(id));
            return id;
        }
        let id = self.reserve();
        self.schemas[id].component = component;
        if let Some(identity) = identity {
            self.inline.awaited.insert(identity, id);
            self.inline.unread.insert(id);
        }
        if let Some(name) = wanted {
            self.named.push((id, place.clone(), name));
        }
        self.queue.push_back((id, place));
        id
    }

    /// Reports references that only name one another. The entry is new, so that what refers to it is read.
    fn endless(&mut self, from: &Origin) -> SchemaId {
        let message = "circular reference: it never reaches a schema";
        self.findings.push(
            Finding::new(Code::RefCycle, from, message)
                .costs(Cost::Schema)
                .help("one of them must be a schema of its own"),
        );
        self.unresolved_schema(&Spanned::new(String::new(), from))
    }

    fn unresolved_schema(&mut self, reference: &Spanned<String>) -> SchemaId {
        let id = self.reserve();
        let schema = &mut self.schemas[id];
        schema.unresolved = Some(reference.clone());
        schema.origin = reference.origin.clone();
        id
    }

    /// The reference that a schema is, where nothing beside it counts.
    fn only_reference(&mut self, node: &Node) -> Option<Spanned<String>> {
        let object = node.as_object()?;
        let target = &object.get("$ref")?.node;
        let text = target.as_str()?.to_owned();
        let mut beside = object.keys().filter(|key| *key != "$ref");
        let alone = match self.version {
            crate::normalized::Version::V3_0 => {
                !beside.any(|key| openapi::BESIDE.contains(&key.as_str()))
            }
            _ => beside.all(|key| matches!(key.as_str(), "$comment" | "summary")),
        };
        alone.then(|| Spanned::new(text, &target.origin))
    }

    fn xsd_schema(
        &mut self,
        place: &Place,
        from: &Origin,
        chain: &mut Vec<Place>,
    ) -> Option<SchemaId> {
        let (file, _) = self.source.files.get_index(place.file)?;
        let at = Node::string(format!("{file}#{}", place.pointer), from.clone());
        chain.push(place.clone());
        let found = self
            .xsd
            .locate(file, &place.pointer, &at, &mut self.findings)?;
        let real = Place {
            file: self.source.files.get_index_of(&found.file)?,
            pointer: found.pointer,
        };
        if let Some(known) = self.places.get(&real) {
            return *known;
        }
        let id = self.reserve();
        self.named.push((id, real.clone(), found.component));
        self.queue.push_back((id, real.clone()));
        chain.push(real);
        Some(id)
    }

    /// The name that a referenced schema asks for: what a component of that place would be called.
    fn wanted_name(&self, place: &Place) -> Option<String> {
        let mut segments = place.pointer.rsplit('/');
        let last = segments.next().filter(|last| !last.is_empty());
        let parent = segments.next();
        match (last, parent) {
            (None, _) => Some(self.source.stem_of(place).to_owned()),
            (Some(last), Some("schemas" | "definitions" | "$defs")) => Some(plain(last)),
            (Some(last), Some("")) if place.file != 0 => Some(plain(last)),
            _ => None,
        }
    }

    /// Gives referenced schemas of other places their names. The root's components keep theirs; where two others ask for one
    /// name, each is prefixed by its file, whichever comes first.
    pub(super) fn name_referenced(&mut self, components: &mut IndexMap<String, Component>) {
        let mut wanted: IndexMap<String, Vec<(SchemaId, Place)>> = IndexMap::new();
        for (id, place, name) in std::mem::take(&mut self.named) {
            wanted.entry(name).or_default().push((id, place));
        }
        for (name, mut places) in wanted {
            places.sort_by(|a, b| a.1.cmp(&b.1));
            let alone = places.len() == 1 && !components.contains_key(&name);
            for (id, place) in places {
                let origin = self.schemas[id].origin.clone();
                let name = if alone {
                    name.clone()
                } else {
                    let stem = self.source.stem_of(&place);
                    let mut made = format!("{stem}_{name}");
                    while components.contains_key(&made) {
                        made.push('_');
                    }
                    let message = format!(
                        "the schema `{name}` of another file has a name that is taken; it is called `{made}`"
                    );
                    self.findings.warn(Code::RefCollision, &origin, message);
                    made
                };
                self.schemas[id].component = Some(name.clone());
                components.insert(name, Component { schema: id, origin });
            }
        }
    }

    /// Reads the schemas that references have named, until there are no more.
    pub(super) fn drain(&mut self) {
        while let Some((id, place)) = self.queue.pop_front() {
            let inline = self.inline.unread.remove(&id);
            if !inline && self.schemas[id].home.is_some() {
                // It was read in its place.
                continue;
            }
            let typed = match place.component_name() {
                Some(name) => self.typed.swap_remove(&name).map(|named| named.value),
                None => None,
            };
            let typed = match typed {
                Some(typed) => Some(typed),
                None if self.source.is_xsd(&place) => {
                    let Some((file, _)) = self.source.files.get_index(place.file) else {
                        continue;
                    };
                    let node = self.xsd.component(file, &place.pointer, &mut self.findings);
                    node.and_then(|node| self.typed_schema(&node))
                }
                None => match self.node(&place) {
                    Ok(node) => self.typed_schema(node),
                    Err(_) => None,
                },
            };
            if let Some(typed) = typed {
                self.fill(id, typed, place.file);
            }
        }
    }

    fn typed_schema(&mut self, node: &Node) -> Option<openapi::Schema> {
        self.reader().schema(node)
    }

    pub(super) fn reader(&mut self) -> Reader<'_> {
        Reader {
            version: self.version,
            root: self.source.root(),
            findings: &mut self.findings,
        }
    }

    /// What a reference names, if it is not a schema, and the place where it was found.
    pub(super) fn part<T: openapi::Pointed>(
        &mut self,
        reference: &Spanned<String>,
        file: usize,
        cost: Cost,
    ) -> Option<(T, Place)> {
        let mut reference = reference.clone();
        let mut file = file;
        for _ in 0..MAX_CHAIN {
            let found =
                self.place(&reference.value, file).and_then(
                    |place| match crate::bundle::section_at(&place.pointer) {
                        Some(other) if other != T::SECTION => Err(Broken::Kind(other)),
                        _ => self.node(&place).map(|node| (node, place)),
                    },
                );
            let (node, place) = match found {
                Ok(found) => found,
                Err(broken) => {
                    self.broken(&reference, &broken, T::SECTION, cost);
                    return None;
                }
            };
            match openapi::pointed::<T>(&mut self.reader(), node) {
                Some(openapi::RefOr::Item(item)) => return Some((item, place)),
                Some(openapi::RefOr::Ref(next)) => {
                    reference = next.target;
                    file = place.file;
                }
                None => return None,
            }
        }
        self.findings.push(
            Finding::new(
                Code::RefCycle,
                &reference.origin,
                format!(
                    "circular reference: it never reaches {}",
                    title_of(T::SECTION)
                ),
            )
            .costs(cost),
        );
        None
    }

    /// The place that a reference names, as a key.
    pub(super) fn key(&self, reference: &str, file: usize) -> Option<Place> {
        self.place(reference, file).ok()
    }

    /// Reports a reference that cannot be resolved.
    fn broken(&mut self, reference: &Spanned<String>, broken: &Broken, section: &str, cost: Cost) {
        let text = &reference.value;
        let origin = &reference.origin;
        let finding = match broken {
            Broken::Lost(Lost::Reported) => return,
            Broken::Lost(Lost::Form) => Finding::new(
                Code::RefUnresolved,
                origin,
                format!("unresolved reference `{text}`"),
            )
            .help(format!(
                "expected `#/components/{section}/NAME` or `FILE#/POINTER`"
            )),
            Broken::Kind(found) => {
                let (found, expected) = (title_of(found), title_of(section));
                let message = format!("`{text}` is {found}; expected {expected}");
                Finding::new(Code::RefWrongKind, origin, message)
            }
            Broken::Lost(Lost::Nothing(place)) => {
                self.suggestions += 1;
                self.nothing(reference, place, section)
            }
        };
        self.findings.push(finding.costs(cost));
    }

    fn nothing(&self, reference: &Spanned<String>, place: &Place, section: &str) -> Finding {
        let text = &reference.value;
        let finding = Finding::new(
            Code::RefUnresolved,
            &reference.origin,
            format!("unresolved reference `{text}`"),
        );
        // Each looks through all names.
        if self.suggestions > MAX_SUGGESTIONS {
            return finding;
        }
        let (parent, name) = place.pointer.rsplit_once('/').unwrap_or(("", ""));
        let name = plain(name);
        let names = |pointer: &str| -> Vec<&str> {
            let parent = Place {
                file: place.file,
                pointer: pointer.to_owned(),
            };
            self.node(&parent)
                .ok()
                .and_then(Node::as_object)
                .into_iter()
                .flat_map(|members| members.keys().map(String::as_str))
                .collect()
        };
        let wanted = format!("/components/{section}");
        let prefix = text.split('#').next().unwrap_or("");
        for pointer in [parent, wanted.as_str()] {
            let names = names(pointer);
            let meant = if pointer != parent && names.contains(&name.as_str()) {
                Some(name.as_str())
            } else {
                nearest(&name, names.iter().copied())
            };
            if let Some(meant) = meant {
                return finding.help(format!(
                    "did you mean `{prefix}#{pointer}/{}`?",
                    escape(meant)
                ));
            }
        }
        finding
    }
}

/// The section of `components` that holds schemas.
const SCHEMAS: &str = "schemas";

/// What a section of `components` holds, or `paths` and path items.
fn title_of(section: &str) -> &'static str {
    match section {
        SCHEMAS => "a schema",
        "responses" => "a response",
        "parameters" => "a parameter",
        "examples" => "an example",
        "requestBodies" => "a request body",
        "headers" => "a header",
        "securitySchemes" => "a security scheme",
        "links" => "a link",
        "callbacks" => "a callback",
        "pathItems" => "a path item",
        "mediaTypes" => "a media type",
        "operations" => "an operation",
        _ => "something else",
    }
}
