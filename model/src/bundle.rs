//! One plain OpenAPI document out of all files, for other tools: what references to other files and to XML Schemas name becomes
//! components, path items of other files are in their places, and everything else stays as it is written.

use crate::diag::{Code, Cost, Finding, Findings};
use crate::source::{Lost, Member, Node, Object, Origin, Place, Source, Value, escape, plain};
use std::collections::{HashMap, HashSet, VecDeque};

/// What a value is, as far as references are concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Kind {
    Document,
    Paths,
    PathItem,
    Operation,
    Parameter,
    RequestBody,
    Response,
    Header,
    Example,
    SecurityScheme,
    Link,
    Callback,
    MediaType,
    Encoding,
    Schema,
    Discriminator,
    Components,
    /// A list of these.
    List(Inner),
    /// An object with these under free names.
    Map(Inner),
    /// A payload, or something without references.
    Payload,
}

/// What a collection holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Inner {
    Callback,
    Encoding,
    Example,
    Header,
    Link,
    MediaType,
    Operation,
    Parameter,
    PathItem,
    RequestBody,
    Response,
    Schema,
    SecurityScheme,
}

impl Inner {
    fn kind(self) -> Kind {
        match self {
            Self::Callback => Kind::Callback,
            Self::Encoding => Kind::Encoding,
            Self::Example => Kind::Example,
            Self::Header => Kind::Header,
            Self::Link => Kind::Link,
            Self::MediaType => Kind::MediaType,
            Self::Operation => Kind::Operation,
            Self::Parameter => Kind::Parameter,
            Self::PathItem => Kind::PathItem,
            Self::RequestBody => Kind::RequestBody,
            Self::Response => Kind::Response,
            Self::Schema => Kind::Schema,
            Self::SecurityScheme => Kind::SecurityScheme,
        }
    }
}

impl Kind {
    /// What the value of a key is.
    fn child(self, key: &str) -> Self {
        match (self, key) {
            (Self::Map(inner), _) => inner.kind(),
            (Self::Paths | Self::Callback, key) if !key.starts_with("x-") => Self::PathItem,
            (Self::Document, "paths") => Self::Paths,
            (Self::Document, "webhooks") => Self::Map(Inner::PathItem),
            (Self::Document, "components") => Self::Components,
            (Self::PathItem, "parameters") | (Self::Operation, "parameters") => {
                Self::List(Inner::Parameter)
            }
            (
                Self::PathItem,
                "get" | "put" | "post" | "delete" | "options" | "head" | "patch" | "trace"
                | "query",
            ) => Self::Operation,
            (Self::PathItem, "additionalOperations") => Self::Map(Inner::Operation),
            (Self::Operation, "requestBody") => Self::RequestBody,
            (Self::Operation, "responses") => Self::Map(Inner::Response),
            (Self::Operation | Self::Components, "callbacks") => Self::Map(Inner::Callback),
            (Self::Parameter | Self::Header | Self::MediaType, "schema" | "itemSchema") => {
                Self::Schema
            }
            (Self::Parameter | Self::Header | Self::RequestBody | Self::Response, "content") => {
                Self::Map(Inner::MediaType)
            }
            (Self::Parameter | Self::Header | Self::MediaType | Self::Components, "examples") => {
                Self::Map(Inner::Example)
            }
            (Self::MediaType, "encoding") => Self::Map(Inner::Encoding),
            (Self::Response | Self::Encoding | Self::Components, "headers") => {
                Self::Map(Inner::Header)
            }
            (Self::Response | Self::Components, "links") => Self::Map(Inner::Link),
            (Self::Components, "schemas") => Self::Map(Inner::Schema),
            (Self::Components, "responses") => Self::Map(Inner::Response),
            (Self::Components, "parameters") => Self::Map(Inner::Parameter),
            (Self::Components, "requestBodies") => Self::Map(Inner::RequestBody),
            (Self::Components, "securitySchemes") => Self::Map(Inner::SecurityScheme),
            (Self::Components, "pathItems") => Self::Map(Inner::PathItem),
            (Self::Components, "mediaTypes") => Self::Map(Inner::MediaType),
            (
                Self::Schema,
                "items"
                | "additionalProperties"
                | "unevaluatedProperties"
                | "unevaluatedItems"
                | "not"
                | "if"
                | "then"
                | "else"
                | "contains"
                | "propertyNames"
                | "contentSchema",
            ) => Self::Schema,
            (
                Self::Schema,
                "properties" | "patternProperties" | "$defs" | "definitions" | "dependentSchemas",
            ) => Self::Map(Inner::Schema),
            (Self::Schema, "allOf" | "oneOf" | "anyOf" | "prefixItems") => {
                Self::List(Inner::Schema)
            }
            (Self::Schema, "discriminator") => Self::Discriminator,
            _ => Self::Payload,
        }
    }

    /// The section of `components` that holds such values.
    fn section(self) -> Option<&'static str> {
        Some(match self {
            Self::PathItem => "pathItems",
            Self::Parameter => "parameters",
            Self::RequestBody => "requestBodies",
            Self::Response => "responses",
            Self::Header => "headers",
            Self::Example => "examples",
            Self::SecurityScheme => "securitySchemes",
            Self::Link => "links",
            Self::Callback => "callbacks",
            Self::MediaType => "mediaTypes",
            Self::Schema => "schemas",
            _ => return None,
        })
    }
}

/// The section of `components` for what is at a JSON pointer of a document, as far as its keys say; `operations` for an operation.
pub(crate) fn section_at(pointer: &str) -> Option<&'static str> {
    let mut kind = Kind::Document;
    for key in pointer.strip_prefix('/')?.split('/') {
        kind = match kind {
            Kind::List(inner) => inner.kind(),
            kind => kind.child(&plain(key)),
        };
    }
    match kind {
        Kind::Operation => Some("operations"),
        kind => kind.section(),
    }
}

/// Why a root is not that of an OpenAPI document that can be read, if it is not.
#[must_use]
pub fn not_openapi(root: &Node) -> Option<Finding> {
    crate::openapi::version(root).err().map(|finding| *finding)
}

/// Makes one document. `None` where there is no root. What cannot be resolved stays as it is, with a warning.
#[must_use]
pub fn plain_document(source: &Source) -> (Option<Node>, Findings) {
    let Some(root) = source.root() else {
        return (None, Findings::new());
    };
    let mut bundler = Bundler {
        source,
        xsd: crate::xsd::Reader::new(source),
        findings: Findings::new(),
        names: HashMap::new(),
        taken: HashSet::new(),
        queue: VecDeque::new(),
    };
    for (section, member) in root
        .get("components")
        .and_then(Node::as_object)
        .into_iter()
        .flatten()
    {
        for name in member
            .node
            .as_object()
            .into_iter()
            .flatten()
            .map(|(name, _)| name)
        {
            bundler.taken.insert((section.clone(), name.clone()));
        }
    }
    let mut made = bundler.value(root, Kind::Document, 0, 0);
    while let Some(extract) = bundler.queue.pop_front() {
        let node = bundler.extracted(&extract);
        insert(&mut made, extract.section, &extract.name, node);
    }
    bundler.xsd.check(&mut bundler.findings);
    (Some(made), bundler.findings)
}

/// Something of another file that becomes a component.
struct Extract {
    section: &'static str,
    name: String,
    kind: Kind,
    place: Place,
}

struct Bundler<'a> {
    source: &'a Source,
    xsd: crate::xsd::Reader<'a>,
    findings: Findings,
    names: HashMap<(&'static str, Place), String>,
    taken: HashSet<(String, String)>,
    queue: VecDeque<Extract>,
}

/// Most path items that refer to each other.
const MAX_CHAIN: usize = 16;

impl Bundler<'_> {
    fn value(&mut self, node: &Node, kind: Kind, file: usize, chain: usize) -> Node {
        if kind == Kind::Payload {
            return node.clone();
        }
        let value = match (&node.value, kind) {
            (Value::Array(items), Kind::List(inner)) => Value::Array(
                items
                    .iter()
                    .map(|item| self.value(item, inner.kind(), file, chain))
                    .collect(),
            ),
            (Value::Object(object), _) => return self.object(node, object, kind, file, chain),
            _ => return node.clone(),
        };
        Node::new(value, node.origin.clone())
    }

    fn object(
        &mut self,
        node: &Node,
        object: &Object,
        kind: Kind,
        file: usize,
        chain: usize,
    ) -> Node {
        let reference = object
            .get("$ref")
            .filter(|_| kind.section().is_some())
            .and_then(|member| Some((member, member.node.as_str()?)));
        if let (Kind::PathItem, Some((_, text))) = (kind, reference)
            && file_part(text)
            && let Some(item) = self.path_item(object, text, file, chain)
        {
            return item;
        }
        let mut made = Object::with_capacity(object.len());
        for (key, member) in object {
            let inner = match (key.as_str(), reference, kind) {
                ("$ref", Some((_, text)), _) => self.reference(&member.node, text, kind, file),
                ("mapping", _, Kind::Discriminator) => self.mapping(&member.node, file),
                _ => self.value(&member.node, kind.child(key), file, chain),
            };
            let member = Member {
                key: member.key.clone(),
                node: inner,
            };
            made.insert(key.clone(), member);
        }
        Node::new(made.into(), node.origin.clone())
    }

    /// A path item of another file, with the keys beside the reference.
    fn path_item(
        &mut self,
        object: &Object,
        text: &str,
        file: usize,
        chain: usize,
    ) -> Option<Node> {
        let place = self.source.place(text, file).ok()?;
        let target = self.source.node(&place).ok()?;
        if chain > MAX_CHAIN {
            return None;
        }
        let mut made = self.value(target, Kind::PathItem, place.file, chain + 1);
        if let Value::Object(members) = &mut made.value {
            for (key, member) in object.iter().filter(|(key, _)| *key != "$ref") {
                let node = self.value(&member.node, Kind::PathItem.child(key), file, chain);
                let key_origin = member.key.clone();
                members.insert(
                    key.clone(),
                    Member {
                        key: key_origin,
                        node,
                    },
                );
            }
        }
        Some(made)
    }

    /// Values of `mapping` are references too, or names of components.
    fn mapping(&mut self, node: &Node, file: usize) -> Node {
        let Some(object) = node.as_object() else {
            return node.clone();
        };
        let mut made = Object::new();
        for (value, member) in object {
            let node = match member.node.as_str() {
                Some(text) if file != 0 || file_part(text) => {
                    self.reference(&member.node, text, Kind::Schema, file)
                }
                _ => member.node.clone(),
            };
            let key = member.key.clone();
            made.insert(value.clone(), Member { key, node });
        }
        Node::new(made.into(), node.origin.clone())
    }

    /// A reference as one within the document.
    fn reference(&mut self, node: &Node, text: &str, kind: Kind, file: usize) -> Node {
        let found = self.local(text, kind, file, &node.origin);
        match found {
            Ok(local) => Node::string(local, node.origin.clone()),
            Err(lost) => {
                if !matches!(lost, Lost::Reported) {
                    let message = format!("unresolved reference `{text}`");
                    let finding = Finding::new(Code::RefUnresolved, &node.origin, message);
                    self.findings.push(finding.costs(Cost::Schema));
                }
                node.clone()
            }
        }
    }

    fn local(
        &mut self,
        text: &str,
        kind: Kind,
        file: usize,
        origin: &Origin,
    ) -> Result<String, Lost> {
        if file == 0 && !file_part(text) {
            return Ok(text.to_owned());
        }
        let mut place = self.source.place(text, file)?;
        if place.file == 0 {
            return Ok(format!("#{}", place.pointer));
        }
        let mut wanted = None;
        if self.source.is_xsd(&place) {
            let path = self.source.path_of(&place).to_owned();
            let at = Node::string(text, origin.clone());
            let found = self
                .xsd
                .locate(&path, &place.pointer, &at, &mut self.findings)
                .ok_or(Lost::Reported)?;
            place = Place {
                file: self.source.index_of(&found.file).ok_or(Lost::Reported)?,
                pointer: found.pointer,
            };
            wanted = Some(found.component);
        } else {
            self.source.node(&place)?;
        }
        let section = kind.section().ok_or(Lost::Form)?;
        let name = match self.names.get(&(section, place.clone())) {
            Some(name) => name.clone(),
            None => self.extract(section, kind, place, wanted),
        };
        Ok(format!("#/components/{section}/{}", escape(&name)))
    }

    /// Makes something of another file a component, under a name of its own.
    fn extract(
        &mut self,
        section: &'static str,
        kind: Kind,
        place: Place,
        wanted: Option<String>,
    ) -> String {
        let stem = self.source.stem_of(&place);
        let last = place.pointer.rsplit('/').next().unwrap_or("");
        let wanted = wanted.unwrap_or_else(|| {
            if last.is_empty() {
                stem.to_owned()
            } else {
                plain(last)
            }
        });
        let mut name = wanted.clone();
        let mut count = 1;
        while !self.taken.insert((section.to_owned(), name.clone())) {
            name = match count {
                1 => format!("{stem}_{wanted}"),
                _ => format!("{stem}_{wanted}_{count}"),
            };
            count += 1;
        }
        self.names.insert((section, place.clone()), name.clone());
        self.queue.push_back(Extract {
            section,
            name: name.clone(),
            kind,
            place,
        });
        name
    }

    fn extracted(&mut self, extract: &Extract) -> Node {
        let file = extract.place.file;
        let node = if self.source.is_xsd(&extract.place) {
            let path = self.source.path_of(&extract.place).to_owned();
            self.xsd
                .component(&path, &extract.place.pointer, &mut self.findings)
        } else {
            self.source.node(&extract.place).ok().cloned()
        };
        let node = node.unwrap_or_else(|| Node::new(Object::new().into(), Origin::default()));
        self.value(&node, extract.kind, file, 0)
    }
}

/// Whether a reference names another file.
fn file_part(text: &str) -> bool {
    !text.starts_with('#')
}

/// Puts a component into its section, which is made where it is missing.
fn insert(root: &mut Node, section: &str, name: &str, node: Node) {
    let mut at = root;
    for key in ["components", section] {
        let Value::Object(object) = &mut at.value else {
            return;
        };
        at = &mut object
            .entry(key.to_owned())
            .or_insert_with(|| Member {
                key: Origin::default(),
                node: Node::new(Object::new().into(), Origin::default()),
            })
            .node;
    }
    if let Value::Object(object) = &mut at.value {
        let key = node.origin.clone();
        object.insert(name.to_owned(), Member { key, node });
    }
}
