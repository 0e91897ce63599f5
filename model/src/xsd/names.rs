//! Names: which declaration a name means, and which namespace an element is in.

use std::collections::HashMap;

use roxmltree::{Document, NodeId};

use super::{Element, Reader, TYPE, TYPES, XML, XS, is, local};
use crate::source::load_join;

/// Where global declarations are.
pub(super) struct Index<'a> {
    /// Each file with all that it includes, itself first.
    scopes: HashMap<&'a str, Vec<&'a str>>,
    /// All files, in the order of their names.
    files: Vec<&'a str>,
    /// Whether a schema has a namespace.
    has_namespaces: bool,
    /// Whether all that have a namespace have the same one.
    has_one_namespace: bool,
    /// Whether all elements of all schemas that have a namespace are in it.
    is_all_qualified: bool,
    /// By file and name: what has this name.
    globals: HashMap<(&'a str, String), Vec<NodeId>>,
}

impl<'a> Index<'a> {
    pub(super) fn new(documents: &HashMap<&'a str, Document<'a>>) -> Self {
        let mut included: HashMap<&str, Vec<&str>> = HashMap::new();
        let mut globals: HashMap<(&str, String), Vec<NodeId>> = HashMap::new();
        for (&path, document) in documents {
            let mut targets = Vec::new();
            for child in document.root_element().children() {
                if let Some(name) = child.attribute("name") {
                    let same = globals.entry((path, name.to_owned())).or_default();
                    same.push(child.id());
                }
                let names_a_file = is(child, "include") || is(child, "import");
                let location = child.attribute("schemaLocation").filter(|_| names_a_file);
                let target = location.and_then(|location| load_join(path, location).ok().flatten());
                if let Some((&known, _)) =
                    target.and_then(|target| documents.get_key_value(target.as_str()))
                {
                    targets.push(known);
                }
            }
            included.insert(path, targets);
        }
        let scope = |path| {
            let mut scope = vec![path];
            let mut next = 0;
            while let Some(path) = scope.get(next) {
                next += 1;
                for target in included.get(path).into_iter().flatten() {
                    if !scope.contains(target) {
                        scope.push(target);
                    }
                }
            }
            scope
        };
        let scopes = documents.keys().map(|&path| (path, scope(path))).collect();
        let mut files: Vec<&str> = documents.keys().copied().collect();
        files.sort_unstable();
        let schemas = documents.values().map(Document::root_element);
        let named =
            schemas.filter_map(|schema| Some((schema.attribute("targetNamespace")?, schema)));
        let named: Vec<_> = named.collect();
        let is_qualified = |(_, schema): &(&str, Element<'_>)| {
            schema.attribute("elementFormDefault") == Some("qualified")
        };
        Self {
            has_namespaces: !named.is_empty(),
            has_one_namespace: named.windows(2).all(|two| two[0].0 == two[1].0),
            is_all_qualified: named.iter().all(is_qualified),
            scopes,
            files,
            globals,
        }
    }
}

impl<'a> Reader<'a> {
    /// What a pointer into a file names: the file, what it may be, the name.
    pub(super) fn target<'p>(
        &'p self,
        file: &'p str,
        pointer: &'p str,
    ) -> (&'p str, &'static [&'static str], &'p str) {
        let Some(name) = pointer.strip_prefix(TYPE) else {
            let name = pointer.strip_prefix('/').unwrap_or(pointer);
            return (file, &["element"], name);
        };
        match name.split_once(':') {
            Some((index, name)) => {
                let known = index.parse().ok();
                let known = known.and_then(|index| self.source.files.get_index(index));
                (known.map_or(file, |(path, _)| path.as_str()), TYPES, name)
            }
            None => (file, TYPES, name),
        }
    }

    /// The pointer to a type, from a file that sees it.
    pub(super) fn pointer(&self, from: &str, found: &str, name: &str) -> String {
        match self.global(from, TYPES, name) {
            Some((path, _)) if path != found => {
                let index = self.source.index_of(found).unwrap_or_default();
                format!("{TYPE}{index}:{name}")
            }
            _ => format!("{TYPE}{name}"),
        }
    }

    /// The global declaration that a qualified name means. Schemas without a namespace are of the one that includes them.
    pub(super) fn named(
        &self,
        path: &str,
        at: Element<'_>,
        kinds: &[&str],
        name: &str,
    ) -> Option<(&str, Element<'_>)> {
        let prefix = name.split_once(':').map(|(prefix, _)| prefix);
        let namespace = at.lookup_namespace_uri(prefix);
        if namespace == Some(XS) {
            return None;
        }
        let fits = |own: Option<&str>| namespace.is_none() || own.is_none() || own == namespace;
        let name = local(name);
        let own = self.find(self.scope(path), kinds, name, fits);
        // A file that is included sees what the including one does.
        own.or_else(|| {
            let all = &self.index.files;
            self.find(all, kinds, name, |own| own.is_some() && own == namespace)
        })
    }

    /// A global declaration that a file sees, in whatever namespace.
    pub(super) fn global(
        &self,
        file: &str,
        kinds: &[&str],
        name: &str,
    ) -> Option<(&str, Element<'_>)> {
        self.find(self.scope(file), kinds, name, |_| true)
    }

    fn find(
        &self,
        files: &[&str],
        kinds: &[&str],
        name: &str,
        is_namespace: impl Fn(Option<&str>) -> bool,
    ) -> Option<(&str, Element<'_>)> {
        files.iter().find_map(|path| {
            let schema = self.documents.get(path)?.root_element();
            let declared = || self.declared(path, kinds, name);
            is_namespace(schema.attribute("targetNamespace")).then(declared)?
        })
    }

    /// A global declaration of this very file.
    pub(super) fn declared(
        &self,
        path: &str,
        kinds: &[&str],
        name: &str,
    ) -> Option<(&str, Element<'_>)> {
        let (path, document) = self.documents.get_key_value(path)?;
        let ids = self.index.globals.get(&(*path, name.to_owned()))?;
        let mut nodes = ids.iter().filter_map(|id| document.get_node(*id));
        let found = nodes.find(|node| kinds.iter().any(|kind| is(*node, kind)))?;
        Some((path, found))
    }

    /// A file and all that it includes, each once.
    pub(super) fn scope(&self, file: &str) -> &[&'a str] {
        self.index.scopes.get(file).map_or(&[], Vec::as_slice)
    }

    /// The names of the global declarations that a file sees, to suggest one.
    pub(super) fn known_names(&self, file: &str, kinds: &[&str]) -> Vec<&str> {
        let documents = self
            .scope(file)
            .iter()
            .filter_map(|path| self.documents.get(path));
        let globals = documents.flat_map(|document| document.root_element().children());
        let wanted = globals.filter(|child| {
            child.tag_name().namespace() == Some(XS)
                && (kinds.is_empty() || kinds.contains(&child.tag_name().name()))
        });
        wanted.filter_map(|child| child.attribute("name")).collect()
    }

    /// The name of a root element, for `xml`.
    pub(super) fn root_name<'n>(
        &'n self,
        path: &str,
        root: Element<'n>,
    ) -> Vec<(&'static str, &'n str)> {
        let mut keys = vec![("name", root.attribute("name").unwrap_or_default())];
        keys.extend(self.namespace(path, root, true));
        keys
    }

    /// The namespace of an element or attribute, for `xml`; nothing where it has none, or where it is in the default namespace
    /// that its root declares.
    pub(super) fn namespace<'n>(
        &'n self,
        path: &str,
        declared: Element<'n>,
        is_root: bool,
    ) -> Vec<(&'static str, &'n str)> {
        let Some(schema) = self.documents.get(path).map(|known| known.root_element()) else {
            return Vec::new();
        };
        let Some(target) = schema.attribute("targetNamespace") else {
            return Vec::new();
        };
        let is_attribute = is(declared, "attribute");
        let form = match is_attribute {
            true => "attributeFormDefault",
            false => "elementFormDefault",
        };
        let is_global = declared.parent_element() == Some(schema);
        let form = declared.attribute("form").or(schema.attribute(form));
        if !is_global && form != Some("qualified") {
            return Vec::new();
        }
        // Elements without a prefix are in the namespace of the root, where all are.
        let all = self.index.is_all_qualified;
        if all && !is_root && !is_attribute && self.index.has_one_namespace {
            return Vec::new();
        }
        let mut keys = vec![("namespace", target)];
        if !all || is_attribute {
            let mut declared = schema.namespaces();
            let own = declared.find(|namespace| namespace.uri() == target);
            keys.push((
                "prefix",
                own.and_then(roxmltree::Namespace::name).unwrap_or("ns"),
            ));
        }
        keys
    }

    /// Whether a schema has a namespace.
    pub(super) fn has_namespaces(&self) -> bool {
        self.index.has_namespaces
    }

    /// Whether a name is of the namespace of `xml:lang`. The prefix `xml` is bound everywhere.
    pub(super) fn is_of_xml(at: Element<'_>, name: &str) -> bool {
        let prefix = name.split_once(':').map(|(prefix, _)| prefix);
        prefix.is_some_and(|prefix| {
            prefix == "xml" || at.lookup_namespace_uri(Some(prefix)) == Some(XML)
        })
    }
}
