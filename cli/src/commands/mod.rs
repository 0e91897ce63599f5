//! The subcommands, one file each.

pub(crate) mod call;
pub(crate) mod convert;
pub(crate) mod demo;
pub(crate) mod diff;
pub(crate) mod explain;
pub(crate) mod generate;
pub(crate) mod lint;
pub(crate) mod review;
pub(crate) mod sandbox;

use std::io::Read;
use std::path::Path;

use lavka::dynamic::{Api, Entry};

/// The API with this name.
fn api(name: &str) -> Result<&'static dyn Api, String> {
    let apis = lavka::apis();
    apis.iter()
        .copied()
        .find(|api| api.name() == name)
        .ok_or_else(|| {
            let names: Vec<&str> = apis.iter().map(|api| api.name()).collect();
            format!(
                "there is no API `{name}`; the APIs are {}",
                names.join(", ")
            )
        })
}

/// The operation with this id.
fn operation(api: &dyn Api, id: &str) -> Result<&'static Entry, String> {
    api.operation(id).ok_or_else(|| {
        let ids: Vec<&str> = api
            .operations()
            .iter()
            .map(|entry| entry.operation.id)
            .collect();
        format!(
            "`{}` has no operation `{id}`; its operations are {}",
            api.name(),
            ids.join(", ")
        )
    })
}

/// A file, or the standard input where there is none or it is `-`.
fn read(file: Option<&Path>) -> Result<Vec<u8>, String> {
    match file {
        Some(path) if path != Path::new("-") => {
            std::fs::read(path).map_err(|e| format!("cannot read {}: {e}", path.display()))
        }
        _ => {
            let mut bytes = Vec::new();
            std::io::stdin()
                .lock()
                .read_to_end(&mut bytes)
                .map_err(|e| format!("cannot read the standard input: {e}"))?;
            Ok(bytes)
        }
    }
}

/// Runs an asynchronous command.
fn block_on<T>(work: impl Future<Output = Result<T, String>>) -> Result<T, String> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|e| format!("cannot start: {e}"))?;
    runtime.block_on(work)
}
