//! One document out of all files: references resolved, schemas of XML Schema files turned into components, and every object
//! checked against the grammar.

mod cycles;
mod grammar;
mod plain;
mod refs;
mod walk;

pub use plain::plain_document;

use crate::diag::Findings;
use crate::source::{Node, Source};

/// One OpenAPI document in which every reference leads to a component of its own.
#[derive(Clone, Debug)]
pub struct Bundled {
    /// The document.
    root: Node,
}

impl Bundled {
    /// The document, with the places of what it holds.
    #[must_use]
    pub fn root(&self) -> &Node {
        &self.root
    }

    /// The document as JSON. `serde_json` sorts keys; [`Self::to_json_text`] keeps their order.
    #[must_use]
    pub fn to_json(&self) -> serde_json::Value {
        self.root.to_json()
    }

    /// The document as JSON text in document order, which other tools for OpenAPI read.
    #[must_use]
    pub fn to_json_text(&self) -> String {
        self.root.to_json_text()
    }

    /// A component: `component("schemas", "Price")`.
    #[must_use]
    pub fn component(&self, section: &str, name: &str) -> Option<&Node> {
        self.root.get("components")?.get(section)?.get(name)
    }

    /// What a local reference leads to.
    #[must_use]
    pub fn target(&self, reference: &str) -> Option<&Node> {
        let (section, name) = local(reference)?;
        self.component(section, &crate::source::unescape(name))
    }
}

/// Section and name of `#/components/SECTION/NAME`.
pub fn local(reference: &str) -> Option<(&str, &str)> {
    reference
        .strip_prefix("#/components/")?
        .split_once('/')
        .filter(|(_, name)| !name.contains('/'))
}

/// Makes one document.
///
/// # Errors
/// All findings, where an error is among them. [`bundle_all`] gives what could be made as well.
pub fn bundle(source: &Source) -> Result<Bundled, Findings> {
    let (bundled, findings) = bundle_all(source);
    match bundled {
        Some(bundled) if !findings.has_errors() => Ok(bundled),
        _ => Err(findings),
    }
}

/// Makes one document as far as possible, so that later stages can report what they find too.
#[must_use]
pub fn bundle_all(source: &Source) -> (Option<Bundled>, Findings) {
    let (root, mut findings) = walk::bundle(source);
    let bundled = root.map(|root| Bundled { root });
    if let Some(bundled) = &bundled {
        cycles::check(bundled, &mut findings);
    }
    (bundled, findings)
}
