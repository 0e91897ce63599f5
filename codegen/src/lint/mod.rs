//! What could be better in a spec that is right.

use crate::diag::{Code, Finding, Findings};
use crate::model::{Api, Doc, Evidence, Operation, Struct, TypeDef, TypeKind};
use crate::source::Origin;

/// Warnings about a model: what has no description, no example or no source, what nothing uses, how descriptions are written.
#[must_use]
pub fn lint(api: &Api) -> Findings {
    let mut lint = Lint {
        findings: Findings::new(),
        documented: api.document.is_some(),
    };
    for operation in &api.operations {
        lint.operation(operation);
    }
    for def in &api.types {
        lint.type_def(def);
    }
    lint.findings
}

struct Lint {
    findings: Findings,
    /// The spec was made from a document, so everything says where it stands there.
    documented: bool,
}

impl Lint {
    fn operation(&mut self, operation: &Operation) {
        let name = format!("the operation `{}`", operation.id);
        self.doc(&operation.doc, &operation.origin, &name, true);
        for param in &operation.params {
            let name = format!("the parameter `{}`", param.wire);
            self.doc(&param.doc, &param.origin, &name, true);
            if param.example.is_none() {
                let message = format!("{name} has no example");
                self.findings
                    .push(Finding::new(Code::NoExample, &param.origin, message).help(
                        "add `example`: the sandbox and the examples in the documentation use it",
                    ));
            }
        }
    }

    fn type_def(&mut self, def: &TypeDef) {
        let usage = def.usage;
        if !(usage.request || usage.response) {
            let message = format!("nothing uses `{}`", def.name);
            self.findings.push(
                Finding::new(Code::Unused, &def.origin, message)
                    .help("take it out, or refer to it from where it belongs"),
            );
        }
        self.doc(
            &def.doc,
            &def.origin,
            &format!("the type `{}`", def.name),
            false,
        );
        match &def.kind {
            TypeKind::Struct(Struct { fields, .. }) => {
                // A type's source covers its fields.
                let covered = def.doc.source.is_some() || def.doc.evidence != Evidence::Documented;
                for field in fields {
                    let name = format!("the property `{}` of `{}`", field.wire, def.name);
                    self.doc(&field.doc, &field.origin, &name, !covered);
                }
            }
            TypeKind::Enum(_) | TypeKind::Union(_) => {}
        }
    }

    fn doc(&mut self, doc: &Doc, origin: &Origin, name: &str, sourced: bool) {
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
                format!("the description of {name} holds HTML"),
            );
            self.findings
                .push(finding.help("write plain text; put literal tags into backticks"));
        } else if !is_sentence(text) {
            let finding = Finding::new(
                Code::NoSentence,
                origin,
                format!("the description of {name} is no sentence"),
            );
            self.findings
                .push(finding.help("begin with a capital letter and end with a full stop"));
        }
        if self.documented
            && sourced
            && doc.source.is_none()
            && doc.evidence == Evidence::Documented
        {
            let finding = Finding::new(
                Code::NoSource,
                origin,
                format!("{name} does not say where it is documented"),
            );
            self.findings.push(finding.help(
                "add `x-source` (\"003:8\"), or `x-evidence` where it stands in no document",
            ));
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
