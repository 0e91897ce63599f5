//! `lavka diff`

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::ValueEnum;
use lavka_review::accept::{Acceptances, today};
use lavka_review::format::{self, Colour};
use lavka_review::input::{Error, Input, Revision};
use lavka_review::level::Level;
use lavka_review::report::Report;

use crate::args::{Compared, Diff, DiffFormat, FailOn};
use crate::output;

/// Accepted findings, unless another file is named.
const ACCEPT: &str = "lavka-accept.yaml";

pub(crate) fn run(args: &Diff) -> Result<ExitCode, String> {
    let mut files = Vec::new();
    for wanted in &args.write {
        let file = wanted.split_once('=').and_then(|(name, file)| {
            let format = DiffFormat::from_str(name, true).ok()?;
            Some((format, PathBuf::from(file)))
        });
        let Some(file) = file else {
            return Ok(output::usage(&format!(
                "`--write {wanted}`: expected FORMAT=FILE, for instance markdown=comment.md"
            )));
        };
        files.push(file);
    }
    let report = match report(&args.compared) {
        Ok(report) => report,
        Err(error) => return Ok(refused(&error)),
    };
    for (format, file) in files {
        let text = render(&report, format, Colour::None);
        if let Err(e) = std::fs::write(&file, text) {
            return Ok(output::usage(&format!(
                "cannot write {}: {e}",
                file.display()
            )));
        }
    }
    let colour = if output::colour() {
        Colour::Ansi
    } else {
        Colour::None
    };
    output::data(render(&report, args.format, colour).as_bytes())?;
    Ok(verdict(&report, &args.compared))
}

fn render(report: &Report, format: DiffFormat, colour: Colour) -> String {
    match format {
        DiffFormat::Text => format::text(report, colour),
        DiffFormat::Json => format::json(report),
        DiffFormat::Markdown => format::markdown(report),
        DiffFormat::Github => format::github(report),
        DiffFormat::Changelog => format::changelog(report),
        DiffFormat::Html => format::page(report),
    }
}

/// 1 where a finding has the level that fails, 0 otherwise.
pub(super) fn verdict(report: &Report, compared: &Compared) -> ExitCode {
    let level = compared.fail_on.map(|level| match level {
        FailOn::Breaking => Level::Breaking,
        FailOn::Risky => Level::Risky,
        FailOn::Compatible => Level::Compatible,
        FailOn::Documentation => Level::Documentation,
    });
    match level {
        Some(level) if report.fails(level) => ExitCode::from(1),
        _ => ExitCode::SUCCESS,
    }
}

/// Nothing was compared: exit code 2.
pub(super) fn refused(error: &Error) -> ExitCode {
    match error {
        Error::Usage(message) => output::usage(message),
        Error::Findings(findings) => {
            output::note(&findings.to_text());
            output::usage("not an OpenAPI document that can be read; nothing was compared")
        }
    }
}

/// Reads and compares.
pub(super) fn report(compared: &Compared) -> Result<Report, Error> {
    let (base, head) = inputs(compared)?;
    let accept = acceptances(compared.accept.as_deref())?;
    lavka_review::compare(&base, &head, &accept)
}

fn inputs(compared: &Compared) -> Result<(Input, Input), Error> {
    match (&compared.base, compared.paths.as_slice()) {
        (Some(revision), paths @ ([] | [_])) => {
            let revision = Revision::find(revision)?;
            let path = paths.first().map_or("specs", String::as_str);
            let head = Input::parse(path)?;
            Ok((Input::at(revision, path)?, head))
        }
        (None, [base, head]) => Ok((Input::parse(base)?, Input::parse(head)?)),
        (Some(_), _) => Err(Error::Usage(
            "expected at most one path with --base: `lavka diff --base main specs`".to_owned(),
        )),
        (None, _) => Err(Error::Usage(
            "expected BASE and HEAD: `lavka diff main:specs specs`, or `lavka diff --base main`"
                .to_owned(),
        )),
    }
}

fn acceptances(given: Option<&Path>) -> Result<Acceptances, Error> {
    let path = given.unwrap_or(Path::new(ACCEPT));
    if given.is_none() && !path.exists() {
        return Ok(Acceptances::default());
    }
    let text = std::fs::read_to_string(path)
        .map_err(|e| Error::Usage(format!("cannot read {}: {e}", path.display())))?;
    let shown = path.to_string_lossy().replace('\\', "/");
    Acceptances::parse(&text, &shown, &today()).map_err(|findings| {
        output::note(&findings.to_text());
        Error::Usage(format!(
            "cannot read the acceptances in {shown}; nothing was compared"
        ))
    })
}
