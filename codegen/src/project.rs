//! A folder of specs as a whole: all modules, and what a sandbox embeds.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::diag::Findings;
use crate::emit::Options;
use crate::format::{self, Drift, Files};
use crate::pipeline::{self, Error, Generated, module_name};
use crate::samples::{self, Sample, Side};

/// Everything that a folder of specs makes.
#[derive(Clone, Debug)]
pub struct Project {
    /// The specs, in order of their names.
    pub specs: Vec<PathBuf>,
    /// What each became.
    pub apis: Vec<Generated>,
    /// Samples of each.
    pub samples: Vec<Vec<Sample>>,
}

/// Why a project was not generated.
#[derive(Debug)]
pub enum ProjectError {
    /// Findings in specs, all of them.
    Findings(Findings),
    /// A fault of this crate or of progenitor.
    Internal(String),
    /// A file or folder cannot be read or written.
    Io(PathBuf, io::Error),
    /// Two specs would make the same module.
    SameModule(PathBuf, PathBuf),
    /// A file that this generator did not write stands where a module goes.
    Foreign(PathBuf),
}

impl std::fmt::Display for ProjectError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Findings(findings) => f.write_str(&findings.to_text()),
            Self::Internal(message) => write!(f, "internal error, please report it: {message}"),
            Self::Io(path, e) => write!(f, "{}: {e}", path.display()),
            Self::SameModule(one, other) => write!(
                f,
                "{} and {} would both make the module `{}`: rename one of them",
                one.display(),
                other.display(),
                module_name(one)
            ),
            Self::Foreign(path) => write!(
                f,
                "{} was not written by this generator, and a module's folder holds nothing else: move it away",
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
pub fn specs(path: &Path) -> Result<Vec<PathBuf>, ProjectError> {
    let fail = |e| ProjectError::Io(path.to_owned(), e);
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

/// Generates every spec under `path`. `progress` is told each spec before it is read.
///
/// # Errors
/// The findings of all specs together, where any has an error.
pub fn generate(
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
            Err(Error::Findings(found)) => findings.extend(found),
            Err(Error::Internal(message)) => return Err(ProjectError::Internal(message)),
        }
    }
    if findings.has_errors() {
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
pub struct Outputs {
    /// Folder of the modules: `generated/src`.
    pub modules: PathBuf,
    /// Folder of the sandbox's source, where there is one: `sandbox/src`.
    pub sandbox: Option<PathBuf>,
}

impl Outputs {
    /// The project's own folders, below `root`.
    #[must_use]
    pub fn of_project(root: &Path) -> Self {
        Self {
            modules: root.join("generated/src"),
            sandbox: Some(root.join("sandbox/src")),
        }
    }
}

/// Options of the project's own bindings.
#[must_use]
pub fn options() -> Options {
    Options {
        schema_feature: Some("schema".to_owned()),
        // Examples are compiled once the types have setters.
        crate_path: None,
        dynamic_feature: Some("dynamic".to_owned()),
        raw_feature: Some("raw".to_owned()),
    }
}

impl Project {
    /// Compares everything with what is on disk. Writes nothing.
    ///
    /// # Errors
    /// The first file that cannot be read.
    pub fn check(&self, outputs: &Outputs) -> Result<Vec<Change>, ProjectError> {
        self.each(outputs, false, format::compare)
    }

    /// Writes everything that differs.
    ///
    /// # Errors
    /// The first file that cannot be written.
    pub fn write(&self, outputs: &Outputs) -> Result<Vec<Change>, ProjectError> {
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
        Ok(changes)
    }

    fn change(&self, root: &Path, drift: Drift) -> Change {
        let path = match &drift {
            Drift::Missing(p) | Drift::Differs(p, _) | Drift::Stale(p) => p.clone(),
        };
        let names: BTreeSet<String> = path
            .components()
            .map(|c| c.as_os_str().to_string_lossy().into_owned())
            .flat_map(|c| [c.clone(), c.trim_end_matches(".json").to_owned()])
            .collect();
        let spec = self
            .specs
            .iter()
            .find(|s| names.contains(&module_name(s)))
            .cloned();
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
        for (api, samples) in self.apis.iter().zip(&self.samples) {
            let name = &api.api.module;
            files.insert(
                folder.join(format!("{name}.json")),
                api.bundled.clone().into_bytes(),
            );
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
pub struct Change {
    /// The file.
    pub file: PathBuf,
    /// The spec that it comes from, where one does.
    pub spec: Option<PathBuf>,
    /// How it differs.
    pub drift: Drift,
}
