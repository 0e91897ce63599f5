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
    let mut read = Vec::new();
    for (one, other) in input::pair(before, after) {
        let shown = other.as_ref().or(one.as_ref());
        let shown = shown.map_or(String::new(), |found| found.shown.clone());
        let side = |found: Option<Found>| {
            found
                .map(|found| Ok::<_, Error>((side(&found)?, found)))
                .transpose()
        };
        // Reading is most of the work: both sides at once.
        let (one, other) = std::thread::scope(|scope| {
            let one = scope.spawn(move || side(one));
            (one.join(), side(other))
        });
        let one = one.map_err(|_| Error::Usage(format!("cannot compare {shown}")))??;
        read.push((one, other?));
    }
    let mut specs: Vec<SpecReport> = renamed(read).into_iter().map(compared).collect();
    let acceptance = accept.apply(&mut specs);
    Ok(Report { specs, acceptance })
}

/// A document with what it was read from.
type Read = (Side, Found);

/// Joins documents that only one side has where they have one title: the file has another name.
fn renamed(all: Vec<(Option<Read>, Option<Read>)>) -> Vec<(Option<Read>, Option<Read>)> {
    let title = |read: &Read| read.0.document.info.title.value.clone();
    let (mut joined, mut gone, mut new): (Vec<_>, Vec<Read>, Vec<Read>) = Default::default();
    for (one, other) in all {
        match (one, other) {
            (Some(one), None) => gone.push(one),
            (None, Some(other)) => new.push(other),
            both => joined.push(both),
        }
    }
    let titles = |all: &[Read]| -> Vec<String> { all.iter().map(title).collect() };
    let only =
        |all: &[String], wanted: &String| all.iter().filter(|known| *known == wanted).count() == 1;
    let (old, now) = (titles(&gone), titles(&new));
    for one in gone {
        let wanted = title(&one);
        let at = new.iter().position(|other| title(other) == wanted);
        let at = at.filter(|_| only(&old, &wanted) && only(&now, &wanted));
        let other = at.map(|at| new.remove(at));
        joined.push((Some(one), other));
    }
    joined.extend(new.into_iter().map(|other| (None, Some(other))));
    let name = |(one, other): &(Option<Read>, Option<Read>)| {
        let read = other.as_ref().or(one.as_ref());
        read.map(|(_, found)| found.name.clone())
    };
    joined.sort_by_key(name);
    joined
}

fn compared((one, other): (Option<Read>, Option<Read>)) -> SpecReport {
    let named = other.as_ref().or(one.as_ref());
    let name = named.map_or(String::new(), |(_, found)| found.path().to_owned());
    let stem = |read: &Option<Read>| read.as_ref().map(|(_, found)| found.stem().to_owned());
    // Two files that were named on their own are one document, whatever they are called.
    let listed = named.is_some_and(|(_, found)| !found.name.is_empty());
    let stems = stem(&one).zip(stem(&other));
    let (one, other) = (one.map(|(side, _)| side), other.map(|(side, _)| side));
    let mut report = SpecReport::new(name, one, other);
    if let Some((was, is)) = stems.filter(|(was, is)| listed && was != is) {
        report.moved(&was, &is);
    }
    report
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
