//! What the subcommands share that call the APIs.

use std::io::Read;
use std::path::Path;

use lavka::Format;
use lavka::client::Dropped;
use lavka::dynamic::{Api, Entry, Payload};

use crate::given::Lost;
use crate::output;

/// The most bytes that are read of a payload.
const LARGEST: u64 = 64 << 20;

/// The API with this name.
pub(super) fn api(name: &str) -> Result<&'static dyn Api, String> {
    let apis = lavka::apis();
    apis.iter()
        .copied()
        .find(|api| api.name() == name)
        .ok_or_else(|| {
            let names: Vec<&str> = apis.iter().map(|api| api.name()).collect();
            format!(
                "there is no API `{name}`{}; the APIs are {}",
                meant(name, &names),
                names.join(", ")
            )
        })
}

/// The name that was probably meant.
fn meant(found: &str, names: &[&str]) -> String {
    let nearest = lavka_model::diag::nearest(found, names.iter().copied());
    nearest.map_or(String::new(), |name| format!(" (did you mean `{name}`?)"))
}

/// The operation with this id.
pub(super) fn operation(api: &dyn Api, id: &str) -> Result<&'static Entry, String> {
    api.operation(id).ok_or_else(|| {
        let ids: Vec<&str> = api
            .operations()
            .iter()
            .map(|entry| entry.operation.id)
            .collect();
        format!(
            "`{}` has no operation `{id}`{}; its operations are {}",
            api.name(),
            meant(id, &ids),
            ids.join(", ")
        )
    })
}

/// A file, or the standard input where there is none or it is `-`; bounded.
pub(super) fn read(file: Option<&Path>) -> Result<Vec<u8>, String> {
    let (name, source): (String, Box<dyn Read>) = match file {
        Some(path) if path != Path::new("-") => {
            let file = std::fs::File::open(path)
                .map_err(|e| format!("cannot read {}: {e}", path.display()))?;
            (path.display().to_string(), Box::new(file))
        }
        _ => (
            "the standard input".to_owned(),
            Box::new(std::io::stdin().lock()),
        ),
    };
    let mut bytes = Vec::new();
    source
        .take(LARGEST + 1)
        .read_to_end(&mut bytes)
        .map_err(|e| format!("cannot read {name}: {e}"))?;
    if bytes.len() as u64 > LARGEST {
        return Err(format!(
            "{name} exceeds {} MiB, the limit of a payload",
            LARGEST >> 20
        ));
    }
    Ok(bytes)
}

/// Compares a request's body with what the typed model makes of it.
pub(super) fn lost(format: Format, given: &[u8], payload: &Payload) -> Result<Lost, String> {
    let written = match format {
        Format::Json => payload.to_json(),
        Format::Xml => payload.to_xml(),
    };
    Lost::between(format, given, &written.map_err(|e| e.to_string())?)
}

/// Says what of a reply is left out, because it is not as documented.
pub(super) fn left_out(lenient: &[Dropped]) {
    for dropped in lenient {
        output::note(&format!(
            "warning: not as documented, left out: {dropped}\n"
        ));
    }
}

/// Says what of a body is left out; an error where that is not wanted.
pub(super) fn report(lost: &Lost, operation: &str, ignore_unknown: bool) -> Result<(), String> {
    let list = |places: &[String]| {
        const MOST: usize = 20;
        let mut text = places
            .iter()
            .take(MOST)
            .cloned()
            .collect::<Vec<_>>()
            .join(", ");
        if places.len() > MOST {
            text.push_str(&format!(" and {} more", places.len() - MOST));
        }
        text
    };
    if !lost.fields.is_empty() {
        let fields = list(&lost.fields);
        if !ignore_unknown {
            return Err(format!(
                "the request of `{operation}` has no {fields}; nothing is left out silently: \
                 remove it, or leave it out with --ignore-unknown"
            ));
        }
        output::note(&format!(
            "left out, as the request of `{operation}` has no such field: {fields}\n"
        ));
    }
    if !lost.empty.is_empty() {
        output::note(&format!(
            "left out, as these have no value: {}\n",
            list(&lost.empty)
        ));
    }
    Ok(())
}

/// Runs an asynchronous command.
pub(super) fn block_on<T>(work: impl Future<Output = Result<T, String>>) -> Result<T, String> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|e| format!("cannot start: {e}"))?;
    runtime.block_on(work)
}
