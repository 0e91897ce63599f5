//! A folder of specs as a whole: all modules, and what a sandbox embeds.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use lavka_codegen::diag::Findings;
use lavka_codegen::format::{self, Drift, Files};
use lavka_codegen::options::Options;
use lavka_codegen::package::Package;
use lavka_codegen::pipeline::{self, Error, Generated, module_name};
use lavka_codegen::samples::{self, Sample, Side};
use lavka_model::{bundle, source};

/// Where specs are if no path is given.
const DEFAULT_SPECS: &str = "specs";

/// Everything that a folder of specs makes.
#[derive(Clone, Debug)]
pub(crate) struct Project {
    /// The specs, in order of their names.
    pub(crate) specs: Vec<PathBuf>,
    /// What each became.
    pub(crate) apis: Vec<Generated>,
    /// Samples of each.
    pub(crate) samples: Vec<Vec<Sample>>,
}

/// Why a project was not generated.
#[derive(Debug)]
pub(crate) enum ProjectError {
    /// Findings in specs, all of them.
    Findings(Findings),
    /// A fault of this crate or of progenitor.
    Internal(String),
    /// A file or folder cannot be read or written.
    Io(PathBuf, io::Error),
    /// What is to be read is not there.
    Missing(PathBuf),
    /// Two specs would make the same module.
    SameModule(PathBuf, PathBuf),
    /// A file that this generator did not write is where a module goes.
    Foreign(PathBuf),
}

impl std::fmt::Display for ProjectError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Findings(findings) => f.write_str(&findings.to_text()),
            Self::Internal(message) => write!(f, "internal error, please report it: {message}"),
            Self::Io(path, e) => write!(f, "{}: {e}", path.display()),
            Self::Missing(path) if path == Path::new(DEFAULT_SPECS) => write!(
                f,
                "there is no folder `{DEFAULT_SPECS}` here; name a document or a folder of documents"
            ),
            Self::Missing(path) => write!(f, "there is no file or folder `{}`", path.display()),
            Self::SameModule(one, other) => write!(
                f,
                "{} and {} would both make the module `{}`: rename one of them",
                one.display(),
                other.display(),
                module_name(one)
            ),
            Self::Foreign(path) => write!(
                f,
                "{} was not written by this generator; a module's folder holds generated files only: move it",
                path.display()
            ),
        }
    }
}

impl std::error::Error for ProjectError {}

/// The specs under `path`: the file itself, or the YAML and JSON files of the folder, sorted.
///
/// # Errors
/// Where the path cannot be read, or holds no spec.
pub(crate) fn specs(path: &Path) -> Result<Vec<PathBuf>, ProjectError> {
    let fail = |e: io::Error| match e.kind() {
        io::ErrorKind::NotFound => ProjectError::Missing(path.to_owned()),
        _ => ProjectError::Io(path.to_owned(), e),
    };
    if fs::metadata(path).map_err(fail)?.is_file() {
        return Ok(vec![path.to_owned()]);
    }
    let mut found = Vec::new();
    for entry in fs::read_dir(path).map_err(fail)? {
        let file = entry.map_err(fail)?.path();
        let is_spec = file
            .extension()
            .is_some_and(|e| e == "yaml" || e == "yml" || e == "json");
        if is_spec && file.is_file() {
            found.push(file);
        }
    }
    found.sort();
    if found.is_empty() {
        let none = io::Error::new(
            io::ErrorKind::NotFound,
            "there is no .yaml, .yml or .json file in this folder",
        );
        return Err(ProjectError::Io(path.to_owned(), none));
    }
    Ok(found)
}

/// Generates every spec under `path`. Calls `progress` with each spec before reading it.
///
/// # Errors
/// The findings of all specs together, where any has an error.
pub(crate) fn generate(
    path: &Path,
    options: &Options,
    progress: &dyn Fn(&Path),
) -> Result<Project, ProjectError> {
    let specs = specs(path)?;
    for (index, spec) in specs.iter().enumerate() {
        let twin = |other: &&PathBuf| module_name(other) == module_name(spec);
        if let Some(other) = specs.iter().take(index).find(twin) {
            return Err(ProjectError::SameModule(other.clone(), spec.clone()));
        }
    }
    let mut findings = Findings::new();
    let mut refused = false;
    let mut apis = Vec::new();
    let mut all_samples = Vec::new();
    for spec in &specs {
        progress(spec);
        let folder = spec.with_file_name("samples").join(module_name(spec));
        let samples = samples::read(&folder).map_err(|e| ProjectError::Io(folder, e))?;
        match pipeline::generate(spec, &samples, options) {
            Ok(generated) => {
                findings.extend(generated.warnings.clone());
                apis.push(generated);
                all_samples.push(samples);
            }
            Err(Error::Findings(found)) => {
                refused = true;
                findings.extend(found);
            }
            Err(Error::Internal(message)) => return Err(ProjectError::Internal(message)),
        }
    }
    if refused {
        return Err(ProjectError::Findings(findings));
    }
    Ok(Project {
        specs,
        apis,
        samples: all_samples,
    })
}

/// Where a project's output goes.
#[derive(Clone, Debug)]
pub(crate) struct Outputs {
    /// Folder of the modules: `generated/src`.
    pub(crate) modules: PathBuf,
    /// Folder of the sandbox's source, where there is one: `sandbox/src`.
    pub(crate) sandbox: Option<PathBuf>,
    /// The specs are all that make modules there: others are of specs that are gone.
    pub(crate) all: bool,
}

impl Outputs {
    /// The project's own folders, below `root`.
    pub(crate) fn of_project(root: &Path) -> Self {
        Self {
            modules: root.join("generated/src"),
            sandbox: Some(root.join("sandbox/src")),
            all: true,
        }
    }
}

/// Options of the project's own bindings.
pub(crate) fn options() -> Options {
    Options::new()
        .strict(true)
        .crate_path("lavka")
        .schema_feature("schema")
        .testing_feature("testing")
        .dynamic_feature("dynamic")
        .raw_feature("raw")
}

impl Project {
    /// Compares everything with what is on disk. Writes nothing.
    ///
    /// # Errors
    /// The first file that cannot be read.
    pub(crate) fn check(&self, outputs: &Outputs) -> Result<Vec<Change>, ProjectError> {
        self.each(outputs, false, format::compare)
    }

    /// Writes everything that differs.
    ///
    /// # Errors
    /// The first file that cannot be written.
    pub(crate) fn write(&self, outputs: &Outputs) -> Result<Vec<Change>, ProjectError> {
        self.each(outputs, true, format::write)
    }

    fn each(&self, outputs: &Outputs, writes: bool, act: Act) -> Result<Vec<Change>, ProjectError> {
        let mut changes = Vec::new();
        let mut run = |root: &Path, files: &Files, owned: &[PathBuf]| -> Result<(), ProjectError> {
            let drift =
                act(root, files, owned).map_err(|e| ProjectError::Io(root.to_owned(), e))?;
            changes.extend(drift.into_iter().map(|drift| self.change(root, drift)));
            Ok(())
        };
        let mut modules = Files::new();
        for api in &self.apis {
            modules.extend(api.files());
        }
        let owned: Vec<PathBuf> = self
            .apis
            .iter()
            .map(|a| PathBuf::from(&a.api.module))
            .collect();
        if writes {
            refuse_foreign(&outputs.modules, &modules, &owned)?;
        }
        run(&outputs.modules, &modules, &owned)?;
        if let Some(sandbox) = &outputs.sandbox {
            run(sandbox, &self.embedded(), &[PathBuf::from("embedded")])?;
        }
        if outputs.all {
            let io = |e| ProjectError::Io(outputs.modules.clone(), e);
            let stale = abandoned(&outputs.modules, &owned).map_err(io)?;
            for path in &stale {
                if writes {
                    format::remove(&outputs.modules, path).map_err(io)?;
                }
                changes.push(self.change(&outputs.modules, Drift::Stale(path.clone())));
            }
        }
        Ok(changes)
    }

    fn change(&self, root: &Path, drift: Drift) -> Change {
        let path = match &drift {
            Drift::Missing(p) | Drift::Differs(p, _) | Drift::Stale(p) => p.clone(),
        };
        // The outermost folder of a module's name.
        let spec = path.components().find_map(|part| {
            let part = part.as_os_str().to_string_lossy();
            let name = part.trim_end_matches(".json");
            self.specs.iter().find(|spec| module_name(spec) == name)
        });
        let spec = spec.cloned();
        Change {
            file: root.join(&path),
            spec,
            drift,
        }
    }

    /// What the sandbox embeds: the bundled documents and the samples that parse.
    fn embedded(&self) -> Files {
        let mut files = Files::new();
        let folder = PathBuf::from("embedded");
        let mut table = String::from(
            "// @generated by lavka-codegen from the specs. Change them, then run `lavka generate`.\n\n\
             //! The APIs that are built in.\n\n\
             use crate::sample::{Direction, EmbeddedApi, Sample, SampleFormat};\n\n\
             /// Every API, in the order of their names.\n\
             pub(crate) static APIS: &[EmbeddedApi] = &[\n",
        );
        let specs = self.specs.iter().zip(&self.apis).zip(&self.samples);
        for ((spec, api), samples) in specs {
            let name = &api.api.module;
            files.insert(folder.join(format!("{name}.json")), bundled(spec));
            table.push_str(&format!(
                "    EmbeddedApi {{\n        name: {name:?},\n        spec: include_str!(\"embedded/{name}.json\"),\n        samples: &["
            ));
            let usable: Vec<&Sample> = samples.iter().filter(|s| s.is_usable()).collect();
            for sample in &usable {
                files.insert(
                    folder.join("samples").join(name).join(&sample.file),
                    sample.bytes.clone(),
                );
                table.push_str(&embedded_sample(name, sample));
            }
            table.push_str(if usable.is_empty() {
                "],\n    },\n"
            } else {
                "\n        ],\n    },\n"
            });
        }
        table.push_str("];\n");
        files.insert(PathBuf::from("embedded.rs"), table.into_bytes());
        files
    }
}

/// Compares a package with what is in its folder, and writes it. What belongs to its owner is written where it is missing only.
///
/// # Errors
/// The first file that cannot be read or written, or that this generator did not write.
pub(crate) fn package(
    folder: &Path,
    package: &Package,
    writes: bool,
) -> Result<Vec<Change>, ProjectError> {
    let io = |e| ProjectError::Io(folder.to_owned(), e);
    let owned = [PathBuf::from("src")];
    let mut files = package.source.clone();
    for (path, text) in &package.manifest {
        if !folder.join(path).exists() {
            files.insert(path.clone(), text.clone());
        }
    }
    refuse_foreign(folder, &files, &owned)?;
    let act: Act = if writes {
        format::write
    } else {
        format::compare
    };
    let drift = act(folder, &files, &owned).map_err(io)?;
    let change = |drift: Drift| {
        let (Drift::Missing(path) | Drift::Differs(path, _) | Drift::Stale(path)) = &drift;
        Change {
            file: folder.join(path),
            spec: None,
            drift,
        }
    };
    Ok(drift.into_iter().map(change).collect())
}

/// A spec and every file that it refers to as one document, as JSON.
fn bundled(spec: &Path) -> Vec<u8> {
    let (source, _) = source::load(spec);
    let (document, _) = bundle::plain_document(&source);
    document.map_or_else(Vec::new, |document| document.to_json_text().into_bytes())
}

/// Files of modules that no spec makes any more, by the generator's own header.
fn abandoned(root: &Path, owned: &[PathBuf]) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let entries = match fs::read_dir(root) {
        Ok(entries) => entries,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(found),
        Err(e) => return Err(e),
    };
    for entry in entries {
        let entry = entry?;
        let folder = PathBuf::from(entry.file_name());
        if !entry.file_type()?.is_dir() || owned.contains(&folder) {
            continue;
        }
        let is_ours = |path: &Path| {
            let text = fs::read(path).unwrap_or_default();
            text.starts_with(format::MARK.as_bytes())
        };
        if !is_ours(&entry.path().join("mod.rs")) {
            continue;
        }
        let files = format::files_in(root, &folder)?.into_iter();
        found.extend(files.filter(|path| is_ours(&root.join(path))));
    }
    found.sort();
    Ok(found)
}

fn embedded_sample(api: &str, sample: &Sample) -> String {
    let (direction, status) = match sample.side {
        Side::Request => ("Request", None),
        Side::Response(status) => ("Response", status),
    };
    let format = match sample.extension.as_str() {
        "json" => "Json",
        "xml" => "Xml",
        _ => "Text",
    };
    format!(
        "\n            Sample {{\n                operation: {:?},\n                case: {:?},\n                \
         direction: Direction::{direction},\n                status: {status:?},\n                \
         format: SampleFormat::{format},\n                bytes: include_bytes!(\n                    \
         \"embedded/samples/{api}/{}\"\n                ),\n            }},",
        sample.operation, sample.case, sample.file
    )
}

/// # Errors
/// Where the folders of the modules hold a file that this generator did not write: it would be overwritten or removed.
fn refuse_foreign(root: &Path, files: &Files, owned: &[PathBuf]) -> Result<(), ProjectError> {
    let drift =
        format::compare(root, files, owned).map_err(|e| ProjectError::Io(root.to_owned(), e))?;
    for change in drift {
        let (Drift::Differs(path, _) | Drift::Stale(path)) = change else {
            continue;
        };
        let path = root.join(path);
        let text = fs::read(&path).map_err(|e| ProjectError::Io(path.clone(), e))?;
        if !text.starts_with(format::MARK.as_bytes()) {
            return Err(ProjectError::Foreign(path));
        }
    }
    Ok(())
}

type Act = fn(&Path, &Files, &[PathBuf]) -> io::Result<Vec<Drift>>;

/// A file that changed, or would.
#[derive(Clone, Debug)]
pub(crate) struct Change {
    /// The file.
    pub(crate) file: PathBuf,
    /// The spec that it comes from, where one does.
    pub(crate) spec: Option<PathBuf>,
    /// How it differs.
    pub(crate) drift: Drift,
}
