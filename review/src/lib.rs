//! Compares two versions of an OpenAPI document: what a change does to JSON callers, XML callers, Rust programs, and behaviour.

pub mod accept;
pub mod catalogue;
pub mod finding;
pub mod format;
pub mod input;
pub mod level;
pub mod report;
pub mod rust;
pub mod sample;
pub mod version;
mod wire;

use accept::Acceptances;
use input::{Error, Found, Input};
use report::{Report, Side, SpecReport};

/// Reads the documents of both sides and compares them.
///
/// # Errors
/// Where a path holds no document, or one cannot be read.
pub fn compare(base: &Input, head: &Input, accept: &Acceptances) -> Result<Report, Error> {
    let (before, after) = (base.documents()?, head.documents()?);
    if before.is_empty() && after.is_empty() {
        return Err(Error::Usage(format!(
            "no OpenAPI documents in {base} and {head}; expected YAML or JSON files with the key `openapi`"
        )));
    }
    let mut specs = Vec::new();
    for (one, other) in input::pair(before, after) {
        let name = other.as_ref().or(one.as_ref());
        let name = name.map_or(String::new(), |found| found.shown.clone());
        let read = |found: Option<Found>| found.map(|found| side(&found)).transpose();
        // Reading is most of the work: both sides at once.
        let (one, other) = std::thread::scope(|scope| {
            let one = scope.spawn(move || read(one));
            (one.join(), read(other))
        });
        let one = one.map_err(|_| Error::Usage(format!("cannot compare {name}")))??;
        specs.push(SpecReport::new(name, one, other?));
    }
    let acceptance = accept.apply(&mut specs);
    Ok(Report { specs, acceptance })
}

fn side(found: &Found) -> Result<Side, Error> {
    let (mut document, mut incoming, findings) = found.read()?;
    let surface = rust::surface(&document);
    for document in std::iter::once(&mut document).chain(&mut incoming) {
        wire::simplify(&mut document.schemas);
    }
    let errors = findings
        .iter()
        .filter(|finding| finding.severity() == lavka_model::diag::Severity::Error)
        .count();
    Ok(Side {
        document,
        incoming,
        surface,
        errors,
    })
}
