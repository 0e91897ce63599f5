//! From a spec to the files of its module, stage by stage.

use std::fmt;
use std::path::Path;

use crate::diag::Findings;
use crate::emit::{self, Module, Options};
use crate::format::Files;
use crate::model::Api;
use crate::names::{self, Names};
use crate::samples::Sample;
use crate::{build, bundle, lint, lower, raw, source};

/// What a spec becomes.
#[derive(Clone, Debug)]
pub struct Generated {
    /// The model.
    pub api: Api,
    /// The Rust names.
    pub names: Names,
    /// The bundled document: OpenAPI without references to other files, as JSON in document order.
    pub bundled: String,
    /// The Rust module.
    pub module: Module,
    /// Findings that did not stop the generation.
    pub warnings: Findings,
}

impl Generated {
    /// The module's files, relative to the folder of modules: `<api>/mod.rs`, `<api>/types.rs`, …
    #[must_use]
    pub fn files(&self) -> Files {
        self.module.files(&self.api.module)
    }

    /// The whole module as one file, for `include!` from a `build.rs`.
    #[must_use]
    pub fn single_file(&self) -> Vec<u8> {
        self.module.single_file(&self.api.module)
    }
}

/// Why nothing was generated.
#[derive(Clone)]
pub enum Error {
    /// The spec is at fault.
    Findings(Findings),
    /// A spec without a fault that a later stage did not take: a fault of this crate or of progenitor.
    Internal(String),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Findings(findings) => f.write_str(&findings.to_text()),
            Self::Internal(message) => write!(f, "internal error, please report it: {message}"),
        }
    }
}

/// As text too: it is what a `build.rs` whose `main` returns the error prints.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f)?;
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for Error {}

/// Generates the module of one spec. `samples` are what the examples in the docs are made of; there may be none.
///
/// # Errors
/// All findings of the first stage that found an error, warnings included. Nothing is written anywhere.
pub fn generate(spec: &Path, samples: &[Sample], options: &Options) -> Result<Generated, Error> {
    let (api, bundled, warnings) = model(spec).map_err(Error::Findings)?;
    let names = names::assign(&api);
    let raw = match &options.raw_feature {
        None => None,
        Some(_) => {
            let lowered = lower::lower(&api, &names).map_err(Error::Internal)?;
            Some(raw::raw(&lowered).map_err(Error::Internal)?)
        }
    };
    let module = emit::emit(&api, &names, raw, samples, options).map_err(Error::Internal)?;
    Ok(Generated {
        api,
        names,
        bundled,
        module,
        warnings,
    })
}

/// The model of a spec and its bundled document: what the first stages make.
///
/// # Errors
/// As [`generate`].
pub fn model(spec: &Path) -> Result<(Api, String, Findings), Findings> {
    let (source, mut findings) = source::load(spec);
    let (bundled, found) = bundle::bundle_all(&source);
    findings.extend(found);
    let Some(bundled) = bundled else {
        return Err(findings);
    };
    let (api, found) = build::build_all(&bundled, &module_name(spec));
    findings.extend(found);
    if findings.has_errors() {
        return Err(findings);
    }
    findings.extend(lint::lint(&api));
    Ok((api, bundled.to_json_text(), findings))
}

/// The module's name: the file's stem as an identifier.
#[must_use]
pub fn module_name(spec: &Path) -> String {
    names::value_name(&spec.file_stem().unwrap_or_default().to_string_lossy())
}
