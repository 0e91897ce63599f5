//! The model out of the normalized document.
//!
//! What cannot be had costs as little as possible: a schema becomes free JSON, an optional parameter is left out, an operation goes
//! only when its request would be wrong. Each cost is a finding and an [`Omission`].

mod bases;
mod bodies;
pub mod dates;
mod docs;
mod enums;
mod examples;
mod extensions;
mod forms;
mod logins;
mod objects;
mod operations;
mod params;
mod paths;
mod places;
mod reach;
mod renumber;
mod root;
mod roots;
mod same;
mod scalars;
mod security;
mod selection;
mod shape;
mod share;
mod types;
mod unions;
mod variants;
mod xml_bodies;

use std::collections::{HashMap, HashSet, VecDeque};

use crate::analyze;
use crate::diag::{Code, Cost, Finding, Findings};
use crate::model::{Api, AuthScheme, Omission, TypeDef, TypeId, TypeRef};
use crate::normalized::{Document, Schema, SchemaId};
use crate::source::Origin;

use examples::ExampleCheck;
use reach::Side;

/// Makes the model of a document. `module` is the spec's name.
///
/// Types and operations are kept as far as possible; the findings and [`Api::omissions`] say what was not. With an error among the
/// findings, the model must not be used to generate.
#[must_use]
pub fn derive(document: &Document, module: &str) -> (Api, Findings) {
    let mut deriver = Deriver::new(document);
    let api = deriver.api(module);
    (api, deriver.findings.into_iter().collect())
}

/// The same without texts for readers, and without a look at examples and defaults, for who compares models.
#[must_use]
pub fn derive_types(document: &Document, module: &str) -> (Api, Findings) {
    let mut deriver = Deriver::new(document);
    deriver.types_only = true;
    let api = deriver.api(module);
    (api, deriver.findings.into_iter().collect())
}

/// Names a type that is made: a schema, seen from one side, or a part of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Key {
    id: SchemaId,
    side: Side,
    part: Part,
}

/// Which part of a schema a type is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Part {
    /// All of it.
    Whole,
    /// The object, of a schema that allows other JSON types too.
    Object,
    /// The texts or numbers, of a schema that allows other JSON types too.
    Scalars(crate::model::JsonType),
    /// The object itself, of a schema that stands for all that extend it.
    Base,
    /// Items of a list that are described one by one.
    Items,
    /// A branch with the properties that its union has beside the branches.
    With(SchemaId),
}

struct Deriver<'a> {
    doc: &'a Document,
    findings: Vec<Finding>,
    omissions: Vec<Omission>,
    bases: bases::Bases,
    reach: reach::Reach,
    places: places::Places<'a>,
    types: Vec<TypeDef>,
    known: HashMap<Key, TypeId>,
    keys: Vec<Key>,
    /// Types that are still to be filled.
    queue: VecDeque<TypeId>,
    /// Lists and maps that are being resolved.
    open: Vec<SchemaId>,
    auth: Vec<AuthScheme>,
    /// Whether any property is a credential.
    has_credentials: bool,
    /// Types that XML can carry, as far as known.
    carried: HashSet<TypeId>,
    example_checks: Vec<ExampleCheck>,
    /// Whether texts for readers, examples and defaults are left out.
    types_only: bool,
    shapes: HashMap<SchemaId, std::rc::Rc<shape::Shape>>,
    /// How many shapes are being worked out.
    depth: usize,
    nullable: HashMap<SchemaId, bool>,
    /// The same for items of lists that are described one by one.
    item_shapes: HashMap<SchemaId, std::rc::Rc<shape::Shape>>,
    merged_enums: unions::MergedEnums,
}

impl<'a> Deriver<'a> {
    fn new(doc: &'a Document) -> Self {
        let roots = roots::roots(doc);
        let bases = bases::Bases::new(doc, &roots);
        let reach = reach::Reach::new(doc, &bases, &roots);
        let places = places::Places::new(doc, &bases, &roots);
        Self {
            doc,
            findings: Vec::new(),
            omissions: Vec::new(),
            bases,
            reach,
            places,
            types: Vec::new(),
            known: HashMap::new(),
            keys: Vec::new(),
            queue: VecDeque::new(),
            open: Vec::new(),
            auth: Vec::new(),
            has_credentials: doc
                .schemas
                .iter()
                .any(|(_, schema)| schema.lavka.credential.is_some()),
            carried: HashSet::new(),
            example_checks: Vec::new(),
            types_only: false,
            shapes: HashMap::new(),
            depth: 0,
            nullable: HashMap::new(),
            item_shapes: HashMap::new(),
            merged_enums: HashMap::new(),
        }
    }

    fn schema(&self, id: SchemaId) -> &'a Schema {
        &self.doc.schemas[id]
    }

    /// Adds a finding that stops the generation, or a warning, as its rule says.
    fn push(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    /// Adds a finding that does not stop the generation.
    fn warn(&mut self, cost: Cost, finding: Finding) {
        self.findings.push(finding.costs(cost));
    }

    /// Adds a finding, and names what is left out for it.
    fn omit(&mut self, cost: Cost, what: impl Into<String>, finding: Finding) {
        self.omissions.push(Omission {
            what: what.into(),
            why: finding.message.clone(),
            cost,
            code: finding.code,
            origin: finding.origin.clone(),
        });
        self.warn(cost, finding);
    }

    /// Names what is left out for a reason that another finding gives.
    fn lose(
        &mut self,
        cost: Cost,
        what: impl Into<String>,
        (code, why): (Code, &str),
        at: &Origin,
    ) {
        self.omissions.push(Omission {
            what: what.into(),
            why: why.to_owned(),
            cost,
            code,
            origin: at.clone(),
        });
    }

    fn api(&mut self, module: &str) -> Api {
        let doc = self.doc;
        self.component_types();
        self.auth_schemes();
        let rate_limits = self.rate_limits();
        let operations = self.operations(&rate_limits);
        self.left_out();
        self.negations();
        let text = |text: &Option<crate::normalized::Spanned<String>>| {
            text.as_ref()
                .map_or_else(String::new, |text| text.value.clone())
        };
        let mut api = Api {
            module: module.to_owned(),
            // Docs need something to call it.
            title: match doc.info.title.value.trim() {
                "" => module.to_owned(),
                title => title.to_owned(),
            },
            version: doc.info.version.value.clone(),
            description: text(&doc.info.description),
            document: doc
                .lavka
                .document
                .as_ref()
                .map(|document| crate::model::Document {
                    id: document.id.value.clone(),
                    title: document.title.value.clone(),
                }),
            servers: self.servers(&doc.servers),
            auth: std::mem::take(&mut self.auth),
            dialect: doc.lavka.xml_dialect.value,
            rate_limits,
            failure_codes: self.failure_codes(),
            failure: self.failure(),
            operations,
            types: std::mem::take(&mut self.types),
            omissions: Vec::new(),
        };
        let mut example_checks = std::mem::take(&mut self.example_checks);
        self.arrange(&mut api, &mut example_checks);
        let mut findings = Findings::new();
        analyze::analyze(&mut api, &mut findings);
        self.findings.extend(findings);
        self.check_logins(&api);
        self.check_examples(&api, &example_checks);
        self.no_operation(&api);
        api.omissions.append(&mut self.omissions);
        api.omissions
            .sort_by(|a, b| (a.origin.key(), &a.what).cmp(&(b.origin.key(), &b.what)));
        api.omissions
            .dedup_by(|a, b| a.origin.same(&b.origin) && a.what == b.what && a.why == b.why);
        api
    }

    /// Callbacks, links and webhooks: what the document has and a client does not call.
    fn left_out(&mut self) {
        let doc = self.doc;
        for webhook in &doc.webhooks {
            let name = &webhook.value;
            let finding = Finding::new(
                Code::LeftOut,
                &webhook.origin,
                format!("the webhook `{name}` is not part of the bindings"),
            );
            self.omit(Cost::Nothing, format!("webhook `{name}`"), finding);
        }
    }

    /// `not` says what a value is not; no type says that.
    fn negations(&mut self) {
        let doc = self.doc;
        for (_, schema) in doc
            .schemas
            .iter()
            .filter(|(_, schema)| schema.not.is_some())
        {
            let finding = Finding::new(
                Code::Unsupported,
                &schema.origin.head(),
                "`not` has no effect on the type",
            );
            self.warn(Cost::Nothing, finding);
        }
    }

    fn no_operation(&mut self, api: &Api) {
        if !api.operations.is_empty() {
            return;
        }
        let message = if self.doc.operations.is_empty() {
            "the document has no operation"
        } else {
            "no operation of the document can be generated"
        };
        let finding = Finding::new(Code::NoOperation, &self.doc.origin.head(), message);
        self.push(
            if self.doc.operations.is_empty() && !self.doc.webhooks.is_empty() {
                finding
                    .help("webhooks are requests that the API sends; bindings are made of `paths`")
            } else if self.doc.operations.is_empty() {
                finding.help(
                    "operations are under `paths`; the other findings, if any, are the reasons",
                )
            } else {
                finding.help("see the other findings for the reasons")
            },
        );
    }

    /// A use of a type that is not known.
    fn untyped(&mut self, code: Code, origin: &Origin, message: String, what: String) -> TypeRef {
        self.omit(Cost::Schema, what, Finding::new(code, origin, message));
        TypeRef::Any { open: false }
    }
}
