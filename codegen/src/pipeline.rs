//! From a spec to the files of its module, stage by stage.
//!
//! | stage | from → to |
//! | --- | --- |
//! | read | files and overlays → a tree in which every node knows its place |
//! | normalize | the tree → a typed document: references resolved, `allOf` merged, defaults filled in |
//! | select | the document → the operations and components that are asked for |
//! | derive | the document → the model: what travels on the wire. Passes over it (`analyze`) |
//! | plan | the model → every decision about Rust, as plain data |
//! | print | the plan → tokens, in parts |
//! | write | tokens → formatted files, all or none |

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use lavka_model::lint::{self, Exceptions};
use lavka_model::model::Api;
use lavka_model::source;

use crate::diag::{Cost, Findings};
use crate::format::{self, Files};
use crate::options::Options;
use crate::plan::{self, Plan};
use crate::print::{self, Layout};
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

/// A generated module: its files, formatted.
#[derive(Clone, Debug)]
pub struct Module {
    /// Path, without `.rs`, and text of the files, `mod` first.
    pub files: Vec<(String, String)>,
    /// The root where the other files are nested in it.
    nested: String,
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
    let (source, findings) =
        source::load_within(spec, options.folder.as_deref(), &options.overlays);
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
    let module = Module::print(&plan, raw, spec).map_err(Error::Internal)?;
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

/// Returns everything that can be said about a spec without generating it: what reading finds, the rules of lint, and Rust names that two
/// things ask for.
#[must_use]
pub fn lint(spec: &Path) -> Findings {
    lint_except(spec, &mut Exceptions::default())
}

/// Returns the same without what a file of exceptions allows. For those that allow nothing see [`Exceptions::unused`].
#[must_use]
pub fn lint_except(spec: &Path, exceptions: &mut Exceptions) -> Findings {
    lint_within(spec, None, exceptions)
}

/// The same of a spec whose references may name files of this folder (see [`Options::folder`]).
#[must_use]
pub fn lint_within(spec: &Path, folder: Option<&Path>, exceptions: &mut Exceptions) -> Findings {
    let (source, findings) = source::load_within(spec, folder, &[]);
    let (document, mut findings) = lavka_model::with_findings(&source, findings);
    let Some(document) = document else {
        return findings;
    };
    let (api, found) = lavka_model::derive(&document, &module_name(spec));
    findings.extend(found);
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
fn raw(api: &Api, plan: &Plan) -> Result<Option<String>, String> {
    #[cfg(feature = "progenitor")]
    return match crate::stock::stock(api, plan)? {
        Some(tokens) => format::source(|sink| sink(print::Part::items(tokens))).map(Some),
        None => Ok(None),
    };
    #[cfg(not(feature = "progenitor"))]
    {
        let _ = (api, plan);
        Err("the module `raw` needs the feature `progenitor` of lavka-codegen".to_owned())
    }
}

/// Returns the module's name: the file's stem as an identifier that is not a keyword.
#[must_use]
pub fn module_name(spec: &Path) -> String {
    let stem = spec.file_stem().unwrap_or_default().to_string_lossy();
    let name = plan::names::spell(&stem, plan::names::Case::Snake);
    plan::names::Name::fixed(&name).as_str().to_owned()
}

impl Module {
    /// Prints and formats the files in threads: most of the time goes into them.
    fn print(plan: &Plan, raw: Option<String>, spec: &Path) -> Result<Self, String> {
        let units = print::units(plan);
        let next = AtomicUsize::new(0);
        let work = || {
            let next = || units.get(next.fetch_add(1, Ordering::Relaxed));
            let units = std::iter::from_fn(next);
            let texts = units.map(|unit| (unit, format::source(|sink| unit.print(sink))));
            texts.collect::<Vec<_>>()
        };
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let printed = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
            let texts = threads.into_iter().map(std::thread::ScopedJoinHandle::join);
            texts.collect::<Result<Vec<_>, _>>()
        });
        let printed = printed.map_err(|_| "printing panicked".to_owned())?;
        let mut texts = BTreeMap::new();
        for (unit, text) in printed.into_iter().flatten() {
            let path = &unit.path;
            let text = text.map_err(|e| format!("the printed `{path}` does not parse: {e}"))?;
            texts.insert(path.as_str(), text);
        }
        let files = units.iter().filter_map(|unit| {
            let text = texts.remove(unit.path.as_str())?;
            (!text.is_empty()).then(|| (unit.path.clone(), text))
        });
        let mut files: Vec<(String, String)> = files.collect();
        files.extend(raw.map(|text| ("raw".to_owned(), text)));
        let names = files.iter().map(|(path, _)| path.as_str());
        let names: Vec<&str> = names.filter(|path| !path.contains('/')).collect();
        let root = |layout| format::source(|sink| sink(print::root(plan, &names, layout)));
        let nested = root(Layout::Nested)?;
        files.insert(0, ("mod".to_owned(), root(Layout::Files)?));
        let spec = spec.file_name().unwrap_or_default().to_string_lossy();
        Ok(Self {
            files,
            nested,
            spec: plan::markdown::code(&spec),
        })
    }

    /// Returns the formatted files under `folder`: `mod.rs`, `types.rs`, …
    #[must_use]
    pub fn files(&self, folder: &Path) -> Files {
        self.files
            .iter()
            .map(|(name, text)| {
                let path = folder.join(format!("{name}.rs"));
                (path, format::headed(text, &self.spec))
            })
            .collect()
    }

    /// Returns one formatted file in which the modules are nested.
    #[must_use]
    pub fn single_file(&self) -> Vec<u8> {
        let mut whole = String::new();
        for line in self.nested.lines() {
            let text = line.trim_start();
            let indent = &line[..line.len() - text.len()];
            let mut files = self.files.iter();
            match files.find(|(path, _)| text == print::nested(path)) {
                Some((path, file)) => self.nest(path, file, indent, &mut whole),
                None => add_line(indent, text, &mut whole),
            }
        }
        format::headed(&whole, &self.spec)
    }

    /// Adds a file, and those of its modules in their places.
    fn nest(&self, path: &str, file: &str, indent: &str, whole: &mut String) {
        for line in file.lines() {
            let module = line.strip_prefix("mod ").and_then(|m| m.strip_suffix(';'));
            let inner = module.and_then(|module| {
                let path = format!("{path}/{module}");
                self.files.iter().find(|(known, _)| *known == path)
            });
            let (Some(module), Some((path, file))) = (module, inner) else {
                add_line(indent, line, whole);
                continue;
            };
            add_line(indent, &format!("mod {module} {{"), whole);
            self.nest(path, file, &format!("{indent}    "), whole);
            add_line(indent, "}", whole);
        }
    }

    /// Whether a path of the code has this part.
    pub(crate) fn mentions(&self, name: &str) -> bool {
        let path = format!("{name}::");
        let mut lines = self.files.iter().flat_map(|(_, text)| text.lines());
        lines.any(|line| line.contains(&path) && !line.trim_start().starts_with("//"))
    }
}

impl Generated {
    /// Returns the module's files, relative to the folder of modules: `<api>/mod.rs`, `<api>/types.rs`, …
    #[must_use]
    pub fn files(&self) -> Files {
        self.module.files(Path::new(&self.api.module))
    }

    /// Returns the whole module as one file, for `include!` from a `build.rs`.
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

fn add_line(indent: &str, line: &str, whole: &mut String) {
    if !line.is_empty() {
        whole.push_str(indent);
        whole.push_str(line);
    }
    whole.push('\n');
}
