//! Descriptions, examples and sources.

use crate::diag::{Code, Finding};
use crate::model::{Api, Doc, Grade, Operation, Struct, TypeDef, TypeKind, TypeName};
use crate::source::Origin;

/// What has no description, no example or no source, and how descriptions are written.
pub(super) fn check(api: &Api, findings: &mut Vec<Finding>) {
    let mut lint = Lint {
        findings,
        documented: api.document.is_some(),
    };
    for operation in &api.operations {
        lint.operation(operation);
    }
    for def in &api.types {
        // The request's form of a component says the same.
        if !matches!(def.name, TypeName::ComponentInput(_)) {
            lint.type_def(def);
        }
    }
}

struct Lint<'f> {
    findings: &'f mut Vec<Finding>,
    /// The spec was made from a document, so everything says where it is documented.
    documented: bool,
}

impl Lint<'_> {
    fn operation(&mut self, operation: &Operation) {
        let name = format!("the operation `{}`", operation.id);
        self.doc(&operation.doc, &operation.origin, &name, true);
        for param in &operation.params {
            let name = format!("the parameter `{}`", param.wire);
            self.doc(&param.doc, &param.origin, &name, true);
            if param.example.is_none() && !param.doc.assumed {
                let message = format!("{name} has no example");
                self.findings
                    .push(Finding::new(Code::NoExample, &param.origin, message).help(
                        "add `example`: the sandbox and the examples in the documentation use it",
                    ));
            }
        }
    }

    fn type_def(&mut self, def: &TypeDef) {
        let name = def.name.to_string();
        self.doc(&def.doc, &def.origin, &format!("the type `{name}`"), false);
        match &def.kind {
            TypeKind::Struct(Struct { fields, .. }) => {
                // A type's source covers its fields.
                let covered = def.doc.source.is_some() || def.doc.evidence != Grade::Documented;
                for field in fields {
                    let name = format!("the property `{}` of `{}`", field.wire, name);
                    self.doc(&field.doc, &field.origin, &name, !covered);
                }
            }
            TypeKind::Enum(_) | TypeKind::Union(_) => {}
        }
    }

    fn doc(&mut self, doc: &Doc, origin: &Origin, name: &str, sourced: bool) {
        if doc.assumed {
            return;
        }
        let text = if doc.description.is_empty() {
            &doc.summary
        } else {
            &doc.description
        };
        if text.is_empty() {
            let finding = Finding::new(
                Code::NoDescription,
                origin,
                format!("{name} has no description"),
            );
            self.findings
                .push(finding.help("say in a sentence what it means: unit, default and limits"));
        } else if has_tag(text) {
            let finding = Finding::new(
                Code::Html,
                origin,
                format!("the description of {name} contains HTML"),
            );
            self.findings
                .push(finding.help("write plain text; put literal tags into backticks"));
        } else if !is_sentence(text) {
            let finding = Finding::new(
                Code::NoSentence,
                origin,
                format!("the description of {name} is not a sentence"),
            );
            self.findings
                .push(finding.help("begin with a capital letter and end with a full stop"));
        }
        if self.documented && sourced && doc.source.is_none() && doc.evidence == Grade::Documented {
            let finding = Finding::new(
                Code::NoSource,
                origin,
                format!("{name} does not say where it is documented"),
            );
            self.findings.push(
                finding
                    .help("add `x-source` (\"003:8\"), or `x-evidence` where no document says it"),
            );
        }
    }
}

/// Whether text begins like a sentence and ends like one.
fn is_sentence(text: &str) -> bool {
    let begins = text
        .trim_start()
        .chars()
        .next()
        .is_some_and(|c| !c.is_lowercase());
    let ends = text
        .trim_end()
        .ends_with(['.', '!', '?', ':', ')', '`', '"']);
    begins && ends
}

/// Whether text holds a tag outside of backticks.
fn has_tag(text: &str) -> bool {
    text.split('`').step_by(2).any(|plain| {
        plain.match_indices('<').any(|(at, _)| {
            let inside = plain.get(at + 1..).unwrap_or("");
            let inside = inside.strip_prefix('/').unwrap_or(inside);
            inside.starts_with(|c: char| c.is_ascii_alphabetic()) && inside.contains('>')
        })
    })
}
