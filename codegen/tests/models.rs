//! The model of the five specs says what the first model said, field by field, but for what is named here.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::Path;

use heck::ToUpperCamelCase;
use lavka_codegen::plan::adapter::adapt;
use lavka_model::model::{Api, Codec, TypeKind, TypeName};

/// A name as the first model had it.
fn name(name: &TypeName) -> String {
    match name {
        TypeName::Component(name) => name.clone(),
        TypeName::ComponentInput(name) => format!("{name}Input"),
        TypeName::Inline(path) => path.iter().map(|word| word.to_upper_camel_case()).collect(),
    }
}

/// Without what the first model did not have.
fn reduced(mut api: Api) -> Api {
    for server in &mut api.servers {
        server.description = server.description.trim().to_owned();
        for variable in &mut server.variables {
            variable.description.clear();
            variable.values.clear();
        }
    }
    for operation in &mut api.operations {
        let request = operation
            .request
            .iter_mut()
            .flat_map(|body| &mut body.contents);
        for content in request {
            if let Codec::Multipart(fields) = &mut content.codec {
                fields.clear();
            }
        }
        operation
            .responses
            .iter_mut()
            .for_each(|response| response.headers.clear());
    }
    for def in &mut api.types {
        def.usage.form = false;
        if let TypeKind::Union(union) = &mut def.kind {
            union
                .variants
                .iter_mut()
                .for_each(|variant| variant.guard.required.clear());
        }
    }
    api
}

/// The model as text: ids by their names, types in order of names, without places.
fn text(api: &Api) -> String {
    let names: Vec<String> = api.types.iter().map(|def| name(&def.name)).collect();
    let mut types: Vec<String> = api
        .types
        .iter()
        .map(|def| format!("type {} {def:#?}", name(&def.name)))
        .collect();
    types.sort();
    let mut rest = api.clone();
    rest.types.clear();
    let whole = format!("{rest:#?}\n{}", types.join("\n"));
    let mut out = String::new();
    let mut lines = whole.lines();
    while let Some(line) = lines.next() {
        let trimmed = line.trim_start();
        if trimmed.starts_with("origin:") || trimmed.starts_with("name: Inline(") {
            if trimmed.ends_with('(') {
                // The path of an inline name.
                for line in lines.by_ref() {
                    if line.trim() == ")," && line.len() - line.trim_start().len() <= 4 {
                        break;
                    }
                }
            }
            continue;
        }
        if trimmed.starts_with("name: Component(") {
            lines.by_ref().take(2).for_each(drop);
            continue;
        }
        if trimmed.ends_with("TypeId(") {
            let id: usize = lines
                .next()
                .and_then(|line| line.trim().trim_end_matches(',').parse().ok())
                .expect("an id");
            lines.next();
            out.push_str(&format!("{}{}\n", line.trim_end_matches('('), names[id]));
            continue;
        }
        out.push_str(line);
        out.push('\n');
    }
    out
}

#[test]
fn the_five_specs() {
    let specs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../specs");
    for module in [
        "digiseller",
        "fileflare",
        "insales_digital",
        "insales_products",
        "qnits",
    ] {
        let path = specs.join(format!("{module}.yaml"));
        let (old, ..) = lavka_codegen::build::first_model(&path).expect("the first model");
        let old = text(&reduced(adapt(&old)));
        let (document, findings) = lavka_model::read(&path);
        assert!(!findings.has_errors(), "{findings}");
        let (new, findings) = lavka_model::derive(&document.expect("a document"), module);
        assert!(!findings.has_errors(), "{findings}");
        let new = text(&reduced(new));
        for (at, (old, new)) in old.lines().zip(new.lines()).enumerate() {
            assert_eq!(old, new, "{module}, line {at}");
        }
        assert_eq!(old.len(), new.len(), "{module}");
    }
}
