//! From a spec to the files of its module, stage by stage.
//!
//! | stage | from → to |
//! | --- | --- |
//! | read | files and overlays → a tree in which every node knows its place |
//! | normalize | the tree → a typed document: references resolved, `allOf` merged, defaults filled in |
//! | select | the document → the operations and components that are asked for |
//! | derive | the document → the model: what travels on the wire. Passes over it (`analyze`) |
//! | plan | the model → every decision about Rust, as plain data |
//! | print | the plan → tokens |
//! | write | tokens → formatted files, all or none |

use std::fmt;
use std::path::{Path, PathBuf};

use lavka_model::lint::{self, Exceptions};
use lavka_model::model::Api;
use lavka_model::source;

use crate::diag::{Cost, Findings};
use crate::format::{self, Files};
use crate::options::Options;
use crate::plan::{self, Plan};
use crate::print;
use crate::samples::Sample;
use crate::select;

/// What a spec becomes.
#[derive(Clone, Debug)]
pub struct Generated {
    /// The model.
    pub api: Api,
    /// What is printed.
    pub plan: Plan,
    /// The files of the module, its root first.
    pub module: Module,
    /// Findings that did not stop the generation.
    pub warnings: Findings,
    /// The files that were read.
    pub read: Vec<PathBuf>,
    /// How many operations the document has.
    pub documented: usize,
    /// Where types know less than their schemas.
    pub untyped: plan::untyped::Report,
}

/// A generated module: one syntax tree for each of its files.
#[derive(Clone, Debug)]
pub struct Module {
    /// Name and content of the files, `mod` first.
    pub files: Vec<(&'static str, syn::File)>,
    /// The spec's file name.
    spec: String,
}

/// Why nothing was generated.
#[derive(Clone)]
pub enum Error {
    /// The spec is at fault.
    Findings(Findings),
    /// A spec without a fault that a later stage did not take: a fault of this crate or of progenitor.
    Internal(String),
}

/// Generates the module of one spec. `samples` are what the examples in the docs are made of; there may be none.
///
/// What cannot be had is left out with a warning, unless the options are strict. A document of which no operation is left is an
/// error.
///
/// # Errors
/// All findings. Nothing is written anywhere.
pub fn generate(spec: &Path, samples: &[Sample], options: &Options) -> Result<Generated, Error> {
    let (source, findings) = source::load_overlaid(spec, &options.overlays);
    let (document, mut findings) = lavka_model::with_findings(&source, findings);
    let Some(mut document) = document else {
        return Err(Error::Findings(findings));
    };
    let documented = document.operations.len();
    findings.extend(select::operations(&mut document, &options.only));
    let (mut api, mut found) = lavka_model::derive(&document, &module_name(spec));
    if !options.only.is_empty() && select::components(&mut document, &api) {
        (api, found) = lavka_model::derive(&document, &module_name(spec));
    }
    findings.extend(found);
    let refused = |findings: &Findings| {
        let lost = |cost: Cost| cost > Cost::Nothing && options.strict;
        findings.has_errors() || findings.iter().any(|finding| lost(finding.cost()))
    };
    if refused(&findings) || api.operations.is_empty() {
        return Err(Error::Findings(findings));
    }
    let untyped = plan::untyped::report(&document, &api);
    drop(document);
    let (mut plan, found) = plan::plan(&api, options, samples);
    findings.extend(found);
    let raw = match options.raw_feature {
        Some(_) => raw(&api, &plan).map_err(Error::Internal)?,
        None => None,
    };
    plan.raw_feature = options.raw_feature.clone().filter(|_| raw.is_some());
    let files = print::module(&plan, print::types_of(&plan));
    let mut module = Module::parse(files, spec).map_err(Error::Internal)?;
    module.files.extend(raw);
    Ok(Generated {
        api,
        plan,
        module,
        warnings: findings,
        read: source
            .texts()
            .map(|file| PathBuf::from(file.path()))
            .collect(),
        documented,
        untyped,
    })
}

/// Everything that can be said about a spec without generating it: what reading finds, the rules of lint, and Rust names that two
/// things ask for.
#[must_use]
pub fn lint(spec: &Path) -> Findings {
    lint_except(spec, &mut Exceptions::default())
}

/// The same without what a file of exceptions allows. For those that allow nothing see [`Exceptions::unused`].
#[must_use]
pub fn lint_except(spec: &Path, exceptions: &mut Exceptions) -> Findings {
    let (read, mut findings) = lavka_model::model(spec, &module_name(spec));
    let Some((document, api)) = read else {
        return findings;
    };
    findings.extend(lint::every(&document, &api));
    findings.extend(plan::outline(&api).1);
    lint::with_exceptions(&document, findings, exceptions)
}

/// Reads a file of exceptions: a list of objects with `rule`, `at` and `reason`.
///
/// # Errors
/// What is wrong with it.
pub fn exceptions(path: &Path) -> Result<Exceptions, Findings> {
    let (source, findings) = source::load(path);
    match source.root() {
        Some(node) if !findings.has_errors() => {
            Exceptions::parse(node).map_err(|finding| std::iter::once(*finding).collect())
        }
        _ => Err(findings),
    }
}

/// progenitor's own client.
fn raw(api: &Api, plan: &Plan) -> Result<Option<(&'static str, syn::File)>, String> {
    #[cfg(feature = "progenitor")]
    return Ok(crate::stock::stock(api, plan)?.map(|file| ("raw", file)));
    #[cfg(not(feature = "progenitor"))]
    {
        let _ = (api, plan);
        Err("the module `raw` needs the feature `progenitor` of lavka-codegen".to_owned())
    }
}

/// The module's name: the file's stem as an identifier that is not a keyword.
#[must_use]
pub fn module_name(spec: &Path) -> String {
    let stem = spec.file_stem().unwrap_or_default().to_string_lossy();
    let name = plan::names::spell(&stem, plan::names::Case::Snake);
    plan::names::Name::fixed(&name).as_str().to_owned()
}

impl Module {
    fn parse(files: Vec<print::File>, spec: &Path) -> Result<Self, String> {
        let name = spec.file_name().unwrap_or_default().to_string_lossy();
        let mut parsed = Vec::new();
        for print::File { name, tokens } in files {
            let file = syn::parse2(tokens.clone())
                .map_err(|e| format!("the printed `{name}` does not parse: {e}\n{tokens}"))?;
            parsed.push((name, file));
        }
        Ok(Self {
            files: parsed,
            spec: plan::markdown::code(&name),
        })
    }

    /// The formatted files under `folder`: `mod.rs`, `types.rs`, …
    #[must_use]
    pub fn files(&self, folder: &Path) -> Files {
        self.files
            .iter()
            .map(|(name, file)| {
                (
                    folder.join(format!("{name}.rs")),
                    format::rust(file, &self.spec),
                )
            })
            .collect()
    }

    /// One formatted file in which the modules are nested.
    #[must_use]
    pub fn single_file(&self) -> Vec<u8> {
        let mut whole = syn::File {
            shebang: None,
            frontmatter: None,
            attrs: Vec::new(),
            items: Vec::new(),
        };
        for (_, file) in self.files.iter().filter(|(name, _)| *name == "mod") {
            whole.items.extend(file.items.iter().cloned());
        }
        for item in &mut whole.items {
            // A program need not use all of an API.
            match item {
                syn::Item::Mod(m) => m
                    .attrs
                    .push(syn::parse_quote!(#[allow(dead_code, unreachable_pub)])),
                syn::Item::Use(u) => u
                    .attrs
                    .push(syn::parse_quote!(#[allow(unused_imports, unreachable_pub)])),
                _ => {}
            }
            if let syn::Item::Mod(m) = item
                && let Some((_, file)) = self.files.iter().find(|(name, _)| m.ident == name)
            {
                m.attrs.extend(file.attrs.iter().cloned());
                m.content = Some((syn::token::Brace::default(), file.items.clone()));
                m.semi = None;
            }
        }
        format::rust(&whole, &self.spec)
    }
}

impl Generated {
    /// The module's files, relative to the folder of modules: `<api>/mod.rs`, `<api>/types.rs`, …
    #[must_use]
    pub fn files(&self) -> Files {
        self.module.files(Path::new(&self.api.module))
    }

    /// The whole module as one file, for `include!` from a `build.rs`.
    #[must_use]
    pub fn single_file(&self) -> Vec<u8> {
        self.module.single_file()
    }
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
