//! From files to the normalized document: the typed document is read, references are resolved into an arena of schemas, and
//! everything that OpenAPI leaves implicit is worked out.

mod absorb;
mod events;
mod incoming;
mod infer;
mod merge;
mod nulls;
mod operations;
mod refs;
mod schemas;
mod values;
mod xml;

use std::collections::{HashMap, HashSet, VecDeque};
use std::path::{Path, PathBuf};

use indexmap::IndexMap;

use crate::diag::{Code, Cost, Finding, Findings, Severity};
use crate::normalized::{self, Component, Document, SchemaId, Schemas, Server, Spanned};
use crate::openapi;
use crate::source::{self, Node, Place, Source};

pub use incoming::incoming;

/// Reads the document of a file, and every file that it refers to. `None` where nothing could be read; the findings say why.
#[must_use]
pub fn read(path: &Path) -> (Option<Document>, Findings) {
    let (source, findings) = source::load(path);
    with_findings(&source, findings)
}

/// The same, with overlays that are applied after the one beside the document.
#[must_use]
pub fn read_overlaid(path: &Path, overlays: &[PathBuf]) -> (Option<Document>, Findings) {
    let (source, findings) = source::load_overlaid(path, overlays);
    with_findings(&source, findings)
}

/// The same, with files from elsewhere: `root` and what `read` is given are paths relative to the document's folder, and
/// `shown` is that folder as findings show it.
#[must_use]
pub fn read_with(
    root: &str,
    shown: &str,
    read: &dyn Fn(&str) -> std::io::Result<Vec<u8>>,
) -> (Option<Document>, Findings) {
    let (source, findings) = source::load_with(root, shown, read);
    with_findings(&source, findings)
}

/// The same, of files that have been read.
#[must_use]
pub fn read_source(source: &Source) -> (Option<Document>, Findings) {
    with_findings(source, Findings::new())
}

/// Reads a source whose loading made these findings.
#[must_use]
pub fn with_findings(source: &Source, mut findings: Findings) -> (Option<Document>, Findings) {
    let document = match normalized(source, &mut findings) {
        Ok(document) => document,
        // Nothing else about a document of another kind is of use.
        Err(finding) => return (None, Findings::from_iter([*finding])),
    };
    let lost = document.is_none();
    let parts: HashSet<&str> = source.texts().skip(1).map(source::File::path).collect();
    let overlays: HashSet<&str> = source.overlays.iter().map(|file| file.path()).collect();
    let findings = findings.into_iter().map(|finding| {
        let path = finding.origin.path();
        let part = parts.contains(path) && !overlays.contains(path);
        eased(finding, lost, part)
    });
    (document, findings.collect())
}

/// A finding of reading, with what it costs this document: what was read is used.
fn eased(finding: Finding, lost: bool, part: bool) -> Finding {
    if finding.costs.is_some() || finding.severity() == Severity::Warning {
        return finding;
    }
    if lost {
        return finding.costs(Cost::Document);
    }
    match finding.code {
        Code::DuplicateKey
        | Code::KeyNotString
        | Code::Tag
        | Code::NumberRange
        | Code::MergeKey
        | Code::NotOneDocument => finding.costs(Cost::Nothing),
        // What refers to a missing file says itself what that costs.
        Code::RefFile
        | Code::RefOutside
        | Code::XsdSyntax
        | Code::XsdUnsupported
        | Code::XsdUnresolved
        | Code::XsdTwice => finding.costs(Cost::Schema),
        _ if part => finding.costs(Cost::Schema),
        _ => finding,
    }
}

fn normalized(source: &Source, findings: &mut Findings) -> Result<Option<Document>, Box<Finding>> {
    let Some(root) = source.root() else {
        return Ok(None);
    };
    normalized_root(source, root, findings)
}

fn normalized_root(
    source: &Source,
    root: &Node,
    findings: &mut Findings,
) -> Result<Option<Document>, Box<Finding>> {
    let (version, odd) = openapi::version(root)?;
    findings.extend(odd);
    let Some(typed) = openapi::document(root, version, findings) else {
        return Ok(None);
    };
    let mut normalizer = Normalizer {
        source,
        version,
        findings: std::mem::take(findings),
        xsd: crate::xsd::Reader::new(source),
        schemas: Schemas::default(),
        notes: Vec::new(),
        places: HashMap::new(),
        queue: VecDeque::new(),
        named: Vec::new(),
        inline: refs::Inline::default(),
        within: None,
        typed: IndexMap::new(),
        parts: operations::Cache::default(),
        suggestions: 0,
    };
    let document = normalizer.document(typed);
    normalizer.xsd.check(&mut normalizer.findings);
    *findings = normalizer.findings;
    Ok(Some(document))
}

/// What turns the typed document into the normalized one.
struct Normalizer<'a> {
    source: &'a Source,
    version: normalized::Version,
    findings: Findings,
    xsd: crate::xsd::Reader<'a>,
    /// The arena. An id is given when a schema is first met, and its entry is filled later.
    schemas: Schemas,
    /// What is known of each schema until the end.
    notes: Vec<Note>,
    /// Where a referenced schema is written → its id.
    places: HashMap<Place, Option<SchemaId>>,
    /// Referenced schemas that are still to be read.
    queue: VecDeque<(SchemaId, Place)>,
    /// Referenced schemas outside of the root's components, with the names they ask for.
    named: Vec<(SchemaId, Place, String)>,
    /// Inline schemas, which references may name.
    inline: refs::Inline,
    /// The schema whose entry is being filled.
    within: Option<SchemaId>,
    /// Schemas of the root's components, until each is taken.
    typed: IndexMap<String, openapi::Named<openapi::Schema>>,
    /// Referenced parameters, bodies and replies.
    parts: operations::Cache,
    /// References that named nothing, so far.
    suggestions: usize,
}

/// What is known of a schema while it is worked out.
#[derive(Clone, Debug, Default)]
struct Note {
    /// `nullable`, or a branch that is null.
    nullable: bool,
    /// Names in `required`.
    required: Vec<Spanned<String>>,
    /// Whether own properties come before those of `allOf`.
    properties_first: bool,
    /// Schemas that an intersection was made of.
    made_of: Vec<SchemaId>,
    /// Properties that only some objects have, with the schemas that conditions give them.
    conditional: IndexMap<String, (source::Origin, Vec<SchemaId>)>,
    /// Referenced schemas whose properties only some objects have.
    conditional_on: Vec<SchemaId>,
}

impl Normalizer<'_> {
    fn document(&mut self, mut typed: openapi::Document) -> Document {
        self.typed = std::mem::take(&mut typed.components.schemas);
        let names: Vec<(String, source::Origin)> = self
            .typed
            .iter()
            .map(|(name, named)| (name.clone(), named.key.clone()))
            .collect();
        let mut components = IndexMap::new();
        for (name, origin) in names {
            let place = Place::component(&name);
            if let Some(schema) = self.at_place(&place, &origin, true) {
                components.insert(name, Component { schema, origin });
            }
        }
        self.drain();
        let security_schemes =
            self.security_schemes(std::mem::take(&mut typed.components.security_schemes));
        let mut operations = Vec::new();
        for (path, item) in std::mem::take(&mut typed.paths) {
            self.path(&path, item, &typed.security, &mut operations);
        }
        self.same_ids(&mut operations);
        self.drain();
        self.name_referenced(&mut components);
        self.nulls();
        self.merge_all();
        self.infer_all();
        for body in operations.iter().filter_map(|op| op.request.as_ref()) {
            self.files(body);
        }
        for operation in &mut operations {
            self.events(operation);
        }
        self.xml_shapes();
        let mut xml = typed.lavka.xml_dialect.value == normalized::Dialect::Rails;
        for operation in &mut operations {
            xml |= self.xml_bodies(operation);
        }
        if xml {
            self.xml_checks(typed.lavka.xml_dialect.value == normalized::Dialect::Rails);
        }
        let servers = if typed.servers.is_empty() {
            vec![Server {
                url: Spanned::new("/".to_owned(), &typed.origin),
                description: None,
                variables: IndexMap::new(),
                origin: typed.origin.clone(),
            }]
        } else {
            typed.servers
        };
        Document {
            version: typed.version,
            info: typed.info,
            servers,
            operations,
            webhooks: typed.webhooks,
            schemas: std::mem::take(&mut self.schemas),
            components,
            security_schemes,
            tags: typed.tags,
            lavka: typed.lavka,
            extensions: typed.extensions,
            origin: typed.origin,
        }
    }
}
