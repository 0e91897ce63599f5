//! All stages from a file to the model, with every finding.

use std::path::Path;

use crate::bundle::{Bundled, bundle_all};
use crate::diag::Findings;
use crate::lint::lint;
use crate::model::Api;
use crate::source::{Source, load};

/// What a spec gave.
#[derive(Debug)]
pub struct Read {
    /// The document out of all files; `None` where there was none to read.
    pub bundled: Option<Bundled>,
    /// The model; `None` where the findings hold an error.
    pub api: Option<Api>,
    /// Every finding of every stage: errors and warnings of reading, bundling and building, and, where there is no error,
    /// what [`lint`] finds.
    pub findings: Findings,
}

/// Reads a spec. The module's name is the file's stem.
#[must_use]
pub fn read(path: &Path) -> Read {
    let module = path
        .file_stem()
        .map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
    let (source, findings) = load(path);
    read_source(&source, findings, &module)
}

/// The same from files that are read already, with what was found while reading them.
#[must_use]
pub fn read_source(source: &Source, mut findings: Findings, module: &str) -> Read {
    let (bundled, found) = bundle_all(source);
    findings.extend(found);
    let mut api = None;
    if let Some(bundled) = &bundled {
        let (built, found) = super::build_all(bundled, module);
        findings.extend(found);
        if !findings.has_errors() {
            findings.extend(lint(&built));
            api = Some(built);
        }
    }
    Read {
        bundled,
        api,
        findings,
    }
}
