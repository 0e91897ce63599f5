//! What the model keeps of the documents in a folder: operations in and out, findings, places without a type, time.
//!
//! `cargo run -p lavka-model --example report -- DIR [--code L117] [--untyped] [--out]`

#![allow(clippy::print_stdout)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Instant;

use lavka_model::diag::{Cost, Severity};
use lavka_model::model::{Api, TypeKind, TypeRef};

#[derive(Default)]
struct Total {
    documents: usize,
    unread: usize,
    errors: usize,
    good: usize,
    operations: usize,
    kept: usize,
    places: usize,
    free: usize,
    open: usize,
    less: usize,
    codes: BTreeMap<String, (usize, usize)>,
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().unwrap_or_else(|| ".".to_owned());
    let rest: Vec<String> = arguments.collect();
    let flag = |name: &str| rest.iter().any(|argument| argument == name);
    let code = rest
        .iter()
        .position(|argument| argument == "--code")
        .and_then(|at| rest.get(at + 1));
    let mut files = Vec::new();
    collect(Path::new(&folder), &mut files);
    files.sort();
    let mut total = Total::default();
    println!("document\toperations\tkept\terrors\twarnings\tplaces\tfree\tread ms\tderive ms");
    for path in &files {
        document(
            path,
            &mut total,
            flag("--untyped"),
            flag("--out"),
            code.map(String::as_str),
        );
    }
    println!();
    for (code, (errors, warnings)) in &total.codes {
        println!("{code}\t{errors} errors\t{warnings} warnings");
    }
    let percent = |part: usize, whole: usize| {
        #[allow(clippy::cast_precision_loss)]
        let share = if whole == 0 {
            0.0
        } else {
            100.0 * part as f64 / whole as f64
        };
        format!("{share:.2} %")
    };
    println!(
        "{} documents: {} unread, {} with errors, {} keep at least 97 % of their operations",
        total.documents, total.unread, total.errors, total.good
    );
    println!(
        "{} of {} operations ({})",
        total.kept,
        total.operations,
        percent(total.kept, total.operations)
    );
    println!(
        "{} places: {} free JSON although the schema says more ({}), {} open by schema, {} less typed ({})",
        total.places,
        total.free,
        percent(total.free, total.places),
        total.open,
        total.less,
        percent(total.less, total.places)
    );
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) {
    if path.is_dir() {
        let entries = std::fs::read_dir(path).into_iter().flatten().flatten();
        let paths = entries.map(|entry| entry.path());
        paths
            .filter(|path| path.is_file())
            .for_each(|path| collect(&path, files));
    } else if path
        .extension()
        .is_some_and(|extension| extension == "yaml" || extension == "yml" || extension == "json")
    {
        files.push(path.to_owned());
    }
}

fn document(path: &Path, total: &mut Total, untyped: bool, out: bool, code: Option<&str>) {
    total.documents += 1;
    let name = path
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let start = Instant::now();
    let (document, mut findings) = lavka_model::read(path);
    let read = start.elapsed().as_millis();
    let Some(document) = document else {
        total.unread += 1;
        println!("{name}\tunread");
        println!("{}", findings.to_text());
        return;
    };
    let start = Instant::now();
    let (api, found) = lavka_model::derive(&document, "api");
    let derive = start.elapsed().as_millis();
    findings.extend(found);
    let (mut errors, mut warnings) = (0, 0);
    for finding in &findings {
        let count = total.codes.entry(finding.code.id().to_owned()).or_default();
        if finding.severity() == Severity::Error {
            errors += 1;
            count.0 += 1;
            println!("{}", finding.to_text());
        } else {
            warnings += 1;
            count.1 += 1;
            if code.is_some_and(|code| code == finding.code.id()) {
                println!("{}", finding.to_text());
            }
        }
    }
    let mut places = 0;
    let (mut free, mut open) = (0, 0);
    for ty in uses(&api) {
        places += 1;
        match ty.innermost() {
            TypeRef::Any { open: true } => open += 1,
            TypeRef::Any { open: false } => free += 1,
            _ => {}
        }
    }
    for omission in &api.omissions {
        if omission.cost == Cost::Schema {
            total.less += 1;
        }
        if (untyped && omission.cost == Cost::Schema) || (out && omission.cost >= Cost::Part) {
            println!(
                "    {:?} {}: {} ({})",
                omission.cost, omission.what, omission.why, omission.origin
            );
        }
    }
    println!(
        "{name}\t{}\t{}\t{errors}\t{warnings}\t{places}\t{free}\t{read}\t{derive}",
        document.operations.len(),
        api.operations.len()
    );
    total.errors += usize::from(errors > 0);
    total.good +=
        usize::from(errors == 0 && api.operations.len() * 100 >= document.operations.len() * 97);
    total.operations += document.operations.len();
    total.kept += if errors == 0 { api.operations.len() } else { 0 };
    total.places += places;
    total.free += free;
    total.open += open;
}

/// Types of fields, variants, free keys, parameters, headers and bodies.
fn uses(api: &Api) -> Vec<&TypeRef> {
    let mut made: Vec<&TypeRef> = Vec::new();
    for def in &api.types {
        match &def.kind {
            TypeKind::Struct(of) => {
                made.extend(of.fields.iter().map(|field| &field.ty));
                made.extend(&of.additional);
            }
            TypeKind::Union(of) => made.extend(of.variants.iter().map(|variant| &variant.ty)),
            TypeKind::Enum(_) => {}
        }
    }
    for operation in &api.operations {
        made.extend(operation.params.iter().map(|param| &param.ty));
        let request = operation.request.iter().flat_map(|body| &body.contents);
        made.extend(request.map(|content| &content.ty));
        for response in &operation.responses {
            made.extend(response.contents.iter().map(|content| &content.ty));
            made.extend(response.headers.iter().map(|header| &header.ty));
        }
    }
    made
}
