//! `lavka generate`

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use lavka_codegen::format::Drift;
use lavka_codegen::package::{Dependencies, Package, package_name};
use lavka_codegen::{Only, Options};

use crate::project::{self, Change, Outputs, Project, ProjectError};

use crate::args::Generate;
use crate::output;

pub(crate) fn run(args: &Generate) -> Result<ExitCode, String> {
    let specs = args.spec.as_deref().unwrap_or(&args.specs);
    let target = match target(args, specs) {
        Ok(target) => target,
        Err(text) => {
            return Ok(output::usage(&text));
        }
    };
    let shows_progress = std::io::stderr().is_terminal();
    let progress = |spec: &Path| {
        if shows_progress {
            output::note(&format!("{}\n", spec.display()));
        }
    };
    let generated = match project::generate(specs, &options(args, &target), &progress) {
        Ok(generated) => generated,
        Err(ProjectError::Findings(findings)) => {
            output::note(&findings.to_text());
            output::error("nothing was written");
            return Ok(ExitCode::from(1));
        }
        Err(error @ (ProjectError::Io(..) | ProjectError::Missing(_))) => {
            return Ok(output::usage(&format!("{error}; nothing was written")));
        }
        Err(error) => return Err(format!("{error}; nothing was written")),
    };
    if !matches!(target, Target::Project(_)) {
        summary(args, &generated);
    }
    let writes = !args.check && !args.dry_run;
    let changes = match &target {
        Target::Project(outputs) | Target::Modules(outputs) if writes => generated.write(outputs),
        Target::Project(outputs) | Target::Modules(outputs) => generated.check(outputs),
        Target::Package(folder) => {
            let package = package(args, folder, &generated)?;
            project::package(folder, &package, writes)
        }
    };
    let changes = changes.map_err(|e| e.to_string())?;
    for change in &changes {
        output::line(&describe(change, args))?;
    }
    if args.report_untyped {
        for (spec, api) in generated.specs.iter().zip(&generated.apis) {
            output::line(&format!("{}: {}", spec.display(), api.untyped))?;
        }
    }
    // A run that changes nothing prints nothing.
    if matches!(target, Target::Modules(_)) && !args.check && !changes.is_empty() {
        let needed = generated.apis.iter().map(Dependencies::of);
        let needed = needed.reduce(Dependencies::and).unwrap_or_default();
        output::line("# Dependencies of the modules, for Cargo.toml:\n[dependencies]")?;
        output::line(needed.to_toml(args.runtime.as_deref(), true).trim_end())?;
    }
    if args.check && !changes.is_empty() {
        output::error("the generated source differs from the specs; run `lavka generate`");
        return Ok(ExitCode::from(1));
    }
    Ok(ExitCode::SUCCESS)
}

/// Where the output goes.
enum Target {
    /// The project's own bindings.
    Project(Outputs),
    /// Modules of a user's package.
    Modules(Outputs),
    /// A package.
    Package(PathBuf),
}

fn target(args: &Generate, specs: &Path) -> Result<Target, String> {
    if let Some(folder) = &args.package {
        return match specs.is_dir() {
            true => Err("a package has one API: name one document, not a folder".to_owned()),
            false => Ok(Target::Package(folder.clone())),
        };
    }
    if args.name.is_some() {
        return Err("--name is the name of a package: choose its folder with --crate".to_owned());
    }
    // What is only looked at goes nowhere.
    let nowhere = args.spec.is_some() && args.dry_run;
    match args
        .out
        .clone()
        .or_else(|| nowhere.then(|| PathBuf::from("src")))
    {
        Some(modules) => Ok(Target::Modules(Outputs {
            modules,
            sandbox: None,
            all: specs.is_dir(),
        })),
        None => {
            let outputs = Outputs::of_project(Path::new("."));
            match outputs.modules.is_dir() {
                true => Ok(Target::Project(outputs)),
                false => Err(
                    "there is no folder generated/src here; choose a folder for the modules with --out, or for a package with --crate"
                        .to_owned(),
                ),
            }
        }
    }
}

/// Elsewhere than in this project the source is the user's own, without our features.
fn options(args: &Generate, target: &Target) -> Options {
    let mut options = match target {
        Target::Project(_) => project::options(),
        Target::Modules(_) | Target::Package(_) => Options::new().strict(args.strict),
    };
    options.folder.clone_from(&args.folder);
    for choice in &args.only {
        options = options.only(Only::parse(choice));
    }
    for overlay in &args.overlay {
        options = options.overlay(overlay);
    }
    options
}

/// How much of each document is in the bindings; with --dry-run all warnings too.
fn summary(args: &Generate, generated: &Project) {
    for (spec, api) in generated.specs.iter().zip(&generated.apis) {
        if args.dry_run {
            output::note(&api.warnings.to_text());
        } else if api.warnings.is_empty() && api.api.operations.len() == api.documented {
            continue;
        }
        let warnings = match (api.warnings.len(), args.dry_run) {
            (0, _) => String::new(),
            (1, true) => ", 1 warning".to_owned(),
            (count, true) => format!(", {count} warnings"),
            (1, false) => format!(", 1 warning; `lavka lint {}` shows it", spec.display()),
            (count, false) => {
                let spec = spec.display();
                format!(", {count} warnings; `lavka lint {spec}` shows them")
            }
        };
        output::note(&format!(
            "{}: {} of {} operations{warnings}\n",
            spec.display(),
            api.api.operations.len(),
            api.documented,
        ));
    }
}

fn package(args: &Generate, folder: &Path, generated: &Project) -> Result<Package, String> {
    let api = generated.apis.first().ok_or("there is no document")?;
    let folder = std::path::absolute(folder).map_err(|e| format!("{}: {e}", folder.display()))?;
    let usual = folder.file_name().unwrap_or_default().to_string_lossy();
    let name = package_name(args.name.as_deref().unwrap_or(&usual));
    let runtime = match &args.runtime {
        Some(path) => Some(
            path.canonicalize()
                .map_err(|e| format!("{}: {e}", path.display()))?,
        ),
        None => None,
    };
    Ok(lavka_codegen::package::package(
        api,
        &name,
        runtime.as_deref(),
    ))
}

fn describe(change: &Change, args: &Generate) -> String {
    let file = change
        .file
        .strip_prefix(".")
        .unwrap_or(&change.file)
        .display();
    let what = match (&change.drift, args.check) {
        (Drift::Missing(_), _) if args.dry_run => "would be written".to_owned(),
        (Drift::Differs(_, line), _) if args.dry_run => {
            format!("would be rewritten from line {line} on")
        }
        (Drift::Stale(_), _) if args.dry_run => "would be removed".to_owned(),
        (Drift::Missing(_), true) => "is missing".to_owned(),
        (Drift::Differs(_, line), true) => format!("differs from line {line} on"),
        (Drift::Stale(_), true) => "belongs to no spec".to_owned(),
        (Drift::Missing(_), false) => "written".to_owned(),
        (Drift::Differs(_, line), false) => format!("rewritten from line {line} on"),
        (Drift::Stale(_), false) => "removed".to_owned(),
    };
    match &change.spec {
        Some(spec) => format!("{}: {file} {what}", spec.display()),
        None => format!("{file} {what}"),
    }
}
