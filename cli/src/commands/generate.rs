//! `lavka generate`

use std::io::IsTerminal;
use std::path::Path;
use std::process::ExitCode;

use crate::project::{self, Change, Outputs, ProjectError};
use lavka_codegen::format::Drift;
use lavka_codegen::options::Options;

use crate::args::Generate;
use crate::output;

pub(crate) fn run(args: &Generate) -> Result<ExitCode, String> {
    let shows_progress = std::io::stderr().is_terminal();
    let progress = |spec: &Path| {
        if shows_progress {
            output::note(&format!("{}\n", spec.display()));
        }
    };
    // Without --out this is the project's own source; elsewhere it is somebody's own module, without our features.
    let (outputs, options) = match &args.out {
        None => (Outputs::of_project(Path::new(".")), project::options()),
        Some(out) => (
            Outputs {
                modules: out.clone(),
                sandbox: None,
                all: args.specs.is_dir(),
            },
            Options::new().strict(args.strict),
        ),
    };
    if args.out.is_none() && !outputs.modules.is_dir() {
        output::error("there is no folder generated/src here; say with --out where the modules go");
        return Ok(ExitCode::from(2));
    }
    let generated = match project::generate(&args.specs, &options, &progress) {
        Ok(generated) => generated,
        Err(ProjectError::Findings(findings)) => {
            output::note(&findings.to_text());
            output::error("nothing was written");
            return Ok(ExitCode::from(1));
        }
        Err(error) => return Err(format!("{error}; nothing was written")),
    };
    for (spec, api) in generated.specs.iter().zip(&generated.apis) {
        if args.out.is_some() && !api.warnings.is_empty() {
            output::note(&format!(
                "{}: {} of {} operations, {} warnings; `lavka lint` shows them\n",
                spec.display(),
                api.api.operations.len(),
                api.documented,
                api.warnings.len()
            ));
        }
    }
    let changes = if args.check {
        generated.check(&outputs)
    } else {
        generated.write(&outputs)
    };
    let changes = changes.map_err(|e| e.to_string())?;
    for change in &changes {
        output::line(&describe(change, args.check))?;
    }
    if args.check && !changes.is_empty() {
        output::error("the generated source is not what the specs say; run `lavka generate`");
        return Ok(ExitCode::from(1));
    }
    Ok(ExitCode::SUCCESS)
}

fn describe(change: &Change, check: bool) -> String {
    let file = change
        .file
        .strip_prefix(".")
        .unwrap_or(&change.file)
        .display();
    let what = match (&change.drift, check) {
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
