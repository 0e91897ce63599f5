//! A Rust name stands for the same place on the wire, whatever the order of the spec and whatever else is in it.

#![allow(missing_docs, clippy::expect_used, clippy::panic)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use lavka_codegen::Options;
use lavka_codegen::plan::{self, Plan};
use lavka_model::model::{Api, TypeKind, TypeName};
use lavka_random::Random;

/// The specs of this repository.
fn specs() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut found = Vec::new();
    for folder in ["specs", "tests/specs", "model/tests/specs"] {
        let entries = std::fs::read_dir(root.join(folder)).expect("a folder of specs");
        found.extend(
            entries
                .map(|entry| entry.expect("an entry").path())
                .filter(|path| path.extension().is_some_and(|e| e == "yaml")),
        );
    }
    found.sort();
    found
}

fn planned(api: &Api) -> Plan {
    plan::plan(api, &Options::new(), &[]).0
}

/// What a name is in: the types, the members of a type, the methods, the parameters of an operation.
type Scope = String;
type Names = BTreeMap<Scope, BTreeMap<String, String>>;

/// Every Rust name, with the place on the wire that it stands for.
fn names(api: &Api, plan: &Plan) -> Names {
    let mut out = Names::new();
    let mut add = |scope: &str, name: &str, place: String| {
        let before = out
            .entry(scope.to_owned())
            .or_default()
            .insert(name.to_owned(), place.clone());
        assert_eq!(before, None, "{scope}: {name} stands for {place} too");
    };
    for (def, (ty, members)) in api
        .types
        .iter()
        .zip(plan.names.types.iter().zip(&plan.names.members))
    {
        let place = format!("{:?}", def.name);
        let scope = format!("members of {place}");
        add("types", ty.as_str(), place);
        let wires: Vec<String> = match &def.kind {
            TypeKind::Struct(s) => s.fields.iter().map(|f| f.wire.clone()).collect(),
            TypeKind::Enum(e) => e.values.iter().map(|v| v.wire.to_string()).collect(),
            TypeKind::Union(u) => u.variants.iter().map(|v| v.name.clone()).collect(),
        };
        for (member, wire) in members.iter().zip(wires) {
            add(&scope, member.as_str(), wire);
        }
    }
    for op in &plan.operations {
        let place = format!("{} {}", op.method.as_str(), op.path);
        add("methods", op.name.as_str(), place.clone());
        add("constants", op.constant.as_str(), place.clone());
        for param in &op.params {
            let wire = format!("{:?} {}", param.place, param.wire);
            add(&format!("parameters of {place}"), param.name.as_str(), wire);
        }
    }
    out
}

/// Each name that both have stands for the same.
fn agree(what: &str, before: &Names, after: &Names, excused: &dyn Fn(&str, &str) -> bool) {
    for (scope, names) in before {
        let Some(others) = after.get(scope) else {
            continue;
        };
        for (name, place) in names {
            if let Some(other) = others.get(name) {
                assert!(
                    place == other || excused(scope, name),
                    "{what}: in {scope}, {name} stood for {place} and stands for {other}"
                );
            }
        }
    }
}

/// The same API with everything that has no order of its own in another order. Fields that others point to stay: their
/// numbers do.
fn shuffled(api: &Api, random: &mut Random) -> Api {
    let mut api = api.clone();
    random.shuffle(&mut api.operations);
    for op in &mut api.operations {
        random.shuffle(&mut op.params);
    }
    for def in &mut api.types {
        match &mut def.kind {
            TypeKind::Struct(s) if !pointed(s) => {
                // Numbers of fields, which docs alone need.
                s.alternatives.clear();
                random.shuffle(&mut s.fields);
            }
            TypeKind::Struct(_) => {}
            TypeKind::Enum(e) => random.shuffle(&mut e.values),
            TypeKind::Union(u) => random.shuffle(&mut u.variants),
        }
    }
    api
}

fn pointed(s: &lavka_model::model::Struct) -> bool {
    s.envelope.is_some() || s.request_envelope.is_some() || s.error.is_some()
}

#[test]
fn names_do_not_depend_on_order() {
    let mut random = Random::new(7);
    let mut tried = 0;
    for spec in specs() {
        let (Some((_, api)), _) = lavka_model::model(&spec, "spec") else {
            continue;
        };
        if api.operations.is_empty() {
            continue;
        }
        let before = names(&api, &planned(&api));
        let rounds = if api.types.len() > 40 { 20 } else { 100 };
        for _ in 0..rounds {
            let other = shuffled(&api, &mut random);
            let after = names(&other, &planned(&other));
            assert_eq!(before, after, "{}", spec.display());
        }
        tried += 1;
    }
    assert!(tried > 30, "{tried}");
}

#[test]
fn what_is_removed_takes_no_name_along() {
    for spec in specs() {
        let (Some((_, api)), _) = lavka_model::model(&spec, "spec") else {
            continue;
        };
        let before = names(&api, &planned(&api));
        let inline: Vec<String> = api
            .types
            .iter()
            .zip(&planned(&api).names.types)
            .filter(|(def, _)| !matches!(def.name, TypeName::Component(_)))
            .map(|(_, name)| name.as_str().to_owned())
            .collect();
        // A component keeps its name before an inline type of the same name, which has it where the component goes.
        let excused =
            |scope: &str, name: &str| scope == "types" && inline.iter().any(|n| n == name);
        let check = |what: String, other: &Api| {
            let what = format!("{} without {what}", spec.display());
            agree(&what, &before, &names(other, &planned(other)), &excused);
        };
        for index in 0..api.operations.len() {
            let mut other = api.clone();
            let op = other.operations.remove(index);
            check(format!("operation {}", op.id), &other);
            for param in 0..op.params.len() {
                let mut other = api.clone();
                let gone = other.operations[index].params.remove(param);
                check(format!("parameter {}", gone.wire), &other);
            }
        }
        for index in 0..api.types.len() {
            let members = match &api.types[index].kind {
                TypeKind::Struct(s) if pointed(s) => 0,
                TypeKind::Struct(s) => s.fields.len(),
                TypeKind::Enum(e) => e.values.len().saturating_sub(1),
                TypeKind::Union(u) => u.variants.len().saturating_sub(1),
            };
            for member in 0..members {
                let mut other = api.clone();
                match &mut other.types[index].kind {
                    TypeKind::Struct(s) => {
                        s.alternatives.clear();
                        s.fields.remove(member);
                    }
                    TypeKind::Enum(e) => drop(e.values.remove(member)),
                    TypeKind::Union(u) => drop(u.variants.remove(member)),
                }
                check(format!("member {member} of type {index}"), &other);
            }
        }
    }
}

/// The model of a document in one file.
fn model_of(document: &serde_json::Value) -> Option<Api> {
    let text = document.to_string().into_bytes();
    let (document, _) = lavka_model::read_with("api.json", "", &|_| Ok(text.clone()));
    Some(lavka_model::derive(&document?, "spec").0)
}

#[test]
fn a_removed_component_takes_no_name_along() {
    let mut removed = 0;
    for spec in specs() {
        let (source, _) = lavka_model::source::load(&spec);
        let Some(document) = lavka_model::bundle::plain_document(&source).0 else {
            continue;
        };
        let document = document.to_json();
        let Some(api) = model_of(&document) else {
            continue;
        };
        let plan = planned(&api);
        let before = names(&api, &plan);
        let inline: Vec<&str> = api
            .types
            .iter()
            .zip(&plan.names.types)
            .filter(|(def, _)| !matches!(def.name, TypeName::Component(_)))
            .map(|(_, name)| name.as_str())
            .collect();
        let excused = |scope: &str, name: &str| scope == "types" && inline.contains(&name);
        let schemas = document.pointer("/components/schemas");
        for name in schemas
            .and_then(|schemas| schemas.as_object())
            .into_iter()
            .flat_map(|s| s.keys())
        {
            let mut other = document.clone();
            let schemas = other.pointer_mut("/components/schemas");
            let schemas = schemas.and_then(|schemas| schemas.as_object_mut());
            schemas.expect("the components").remove(name);
            let other = model_of(&other).expect("a model");
            let what = format!("{} without the component {name}", spec.display());
            agree(&what, &before, &names(&other, &planned(&other)), &excused);
            removed += 1;
        }
    }
    assert!(removed > 100, "{removed}");
}

/// thomhurst/ModularPipelines#4342, microsoft/debug-adapter-protocol#346: values that come in the middle take no name of another.
#[test]
fn a_value_that_is_inserted_takes_no_name_of_another() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/inserted");
    let read = |name: &str| {
        let text = std::fs::read(folder.join(name)).expect(name);
        let (document, _) = lavka_model::read_with(name, "", &|_| Ok(text.clone()));
        lavka_model::derive(&document.expect("a document"), "spec").0
    };
    let (before, after) = (read("before.yaml"), read("after.yaml"));
    let (old, new) = (planned(&before), planned(&after));
    let (old, new) = (names(&before, &old), names(&after, &new));
    agree("the values inserted", &old, &new, &|_, _| false);
    let values = |names: &Names| {
        let scope = names
            .iter()
            .find(|(scope, members)| scope.starts_with("members") && members.len() > 3);
        scope.expect("the values").1.clone()
    };
    let (old, new) = (values(&old), values(&new));
    assert_eq!((old.len(), new.len()), (5, 7));
    for (name, wire) in [("Equal", "="), ("Greater", ">"), ("Less", "<")] {
        let found = [&old, &new].map(|values| {
            let named = values.iter().find(|(known, _)| known.starts_with(name));
            named.map(|(_, wire)| wire.trim_matches('"').to_owned())
        });
        assert_eq!(found, [Some(wire.to_owned()), Some(wire.to_owned())]);
    }
    // Names that several values want are marked, and L220 asks for names.
    for api in [&before, &after] {
        let (_, findings) = plan::plan(api, &Options::new(), &[]);
        let text = format!("{findings:?}");
        assert!(text.contains("L220") || text.contains("RUB"), "{text}");
    }
}
