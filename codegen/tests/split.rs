//! Modules of large APIs: a file for each tag, which programs do not notice.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use lavka_codegen::format::{self, Drift, Files};
use lavka_codegen::options::Options;
use lavka_codegen::pipeline::{self, Generated};

/// An operation: a number, and its tags.
type Operation = (usize, &'static [&'static str]);

/// Each operation has a type of its own, those of a number that is a multiple of ten another one; all have one in common.
fn document(operations: &[Operation]) -> String {
    let mut text = String::from(
        "openapi: 3.0.3\ninfo: {title: Large, version: '1'}\nservers: [{url: 'https://large.example'}]\npaths:\n",
    );
    for (number, tags) in operations {
        let tags = serde_json::to_string(tags).unwrap();
        writeln!(
            text,
            "  /n{number}:\n    get:\n      operationId: get_n{number}\n      tags: {tags}\n      \
             parameters: [{{name: page, in: query, schema: {{type: integer}}}}]\n      \
             responses:\n        '200':\n          description: The item.\n          content:\n            \
             application/json: {{schema: {{$ref: '#/components/schemas/Item{number}'}}}}"
        )
        .unwrap();
    }
    text.push_str(
        "components:\n  schemas:\n    Common: {type: object, properties: {id: {type: string}}}\n",
    );
    for (number, _) in operations {
        writeln!(
            text,
            "    Item{number}: {{type: object, properties: {{common: {{$ref: '#/components/schemas/Common'}}, \
             inner: {{type: object, properties: {{n: {{type: integer}}}}}}}}}}"
        )
        .unwrap();
    }
    text
}

/// Generates the operations below a folder of the test's own.
fn generate(name: &str, operations: &[Operation]) -> Generated {
    let folder = folder(name);
    fs::create_dir_all(&folder).unwrap();
    let path = folder.join("large.yaml");
    fs::write(&path, document(operations)).unwrap();
    pipeline::generate(&path, &[], &Options::new()).unwrap_or_else(|e| panic!("{e}"))
}

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("split")
        .join(name)
}

/// `count` operations, which have the tags in turn.
fn in_turn(count: usize, tags: &[&'static [&'static str]]) -> Vec<Operation> {
    (0..count).map(|n| (n, tags[n % tags.len()])).collect()
}

fn paths(files: &Files) -> BTreeSet<String> {
    let path = |path: &PathBuf| path.to_str().unwrap().replace('\\', "/");
    files.keys().map(path).collect()
}

/// What each file declares: structs, constants and methods.
fn declared(files: &Files) -> BTreeMap<String, BTreeSet<String>> {
    let mut all = BTreeMap::new();
    for (path, text) in files {
        let file = syn::parse_file(std::str::from_utf8(text).unwrap()).expect("Rust");
        let names: &mut BTreeSet<String> =
            all.entry(path.to_str().unwrap().to_owned()).or_default();
        for item in &file.items {
            match item {
                syn::Item::Struct(item) => drop(names.insert(item.ident.to_string())),
                syn::Item::Static(item) => drop(names.insert(item.ident.to_string())),
                syn::Item::Impl(item) => {
                    names.extend(item.items.iter().filter_map(|item| match item {
                        syn::ImplItem::Fn(function) => Some(function.sig.ident.to_string()),
                        _ => None,
                    }));
                }
                _ => {}
            }
        }
    }
    all
}

#[test]
fn what_belongs_to_a_tag_is_in_its_file() {
    let made = generate(
        "tags",
        &in_turn(102, &[&["Pets", "Shops"], &["Shops"], &[]]),
    );
    let declared = declared(&made.files());
    let has = |file: &str, name: &str| declared[&format!("large/{file}.rs")].contains(name);
    for (number, folder) in [(0, "/pets"), (1, "/shops"), (2, "")] {
        let own = [
            ("client", format!("get_n{number}_with")),
            ("client", format!("GetN{number}Params")),
            ("operations", format!("GET_N{number}")),
        ];
        for (file, name) in own {
            assert!(has(&format!("{file}{folder}"), &name), "{name}");
        }
        // A type without a tag is where those of several are.
        assert!(has(&format!("types{folder}"), &format!("Item{number}")));
        assert!(has(
            &format!("types{folder}"),
            &format!("Item{number}Inner")
        ));
    }
    assert!(has("types", "Common") && has("client", "Client") && has("operations", "API"));
}

#[test]
fn small_apis_and_those_of_one_tag_have_one_file_of_each_kind() {
    let one = ["client", "mod", "operations", "types"].map(|name| format!("large/{name}.rs"));
    for (name, operations) in [
        ("small", in_turn(100, &[&["Pets"], &["Shops"]])),
        ("one", in_turn(120, &[&["Pets"]])),
        ("none", in_turn(120, &[&[]])),
    ] {
        let made = generate(name, &operations);
        assert_eq!(paths(&made.files()), one.clone().into(), "{name}");
    }
}

/// A document of one large tag with three collections and a small tag; the operations of the larger collection go to `more` paths.
fn collections(more: usize) -> String {
    let mut text = String::from(
        "openapi: 3.0.3\ninfo: {title: Large, version: '1'}\nservers: [{url: 'https://large.example'}]\npaths:\n",
    );
    let mut path = |path: &str, tag: &str, id: &str, ty: &str| {
        writeln!(
            text,
            "  {path}:\n    get: {{operationId: {id}, tags: [{tag}], responses: {{'200': {{description: It., content: \
             {{application/json: {{schema: {{$ref: '#/components/schemas/{ty}'}}}}}}}}}}}}"
        )
        .unwrap();
    };
    for n in 0..more {
        path(
            &format!("/v1/shops/{{id}}/orders/n{n}"),
            "shops",
            &format!("order{n}"),
            "Order",
        );
    }
    for n in 0..20 {
        path(
            &format!("/v1/shops/{{id}}/staff/n{n}"),
            "shops",
            &format!("staff{n}"),
            "Member",
        );
    }
    path(
        "/v1/shops/{id}/staff/orders",
        "shops",
        "staff_orders",
        "Both",
    );
    path(
        "/v1/shops/{id}/orders/staff",
        "shops",
        "order_staff",
        "Both",
    );
    path("/v1/shops/{id}", "shops", "shop", "Shop");
    path("/v1/pets/{id}/orders", "pets", "pet_orders", "Pet");
    text.push_str("components:\n  schemas:\n");
    for ty in ["Order", "Member", "Both", "Shop", "Pet"] {
        writeln!(
            text,
            "    {ty}: {{type: object, properties: {{{ty}: {{type: string}}}}}}"
        )
        .unwrap();
    }
    text
}

#[test]
fn a_large_tag_has_a_file_for_each_collection() {
    let made = |name: &str, text: String| {
        let folder = folder(name);
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join("large.yaml");
        fs::write(&path, text).unwrap();
        let made = pipeline::generate(&path, &[], &Options::new());
        declared(&made.unwrap_or_else(|e| panic!("{e}")).files())
    };
    let before = made("collections", collections(90));
    let has = |file: &str, name: &str| before[&format!("large/{file}.rs")].contains(name);
    assert!(has("client/shops_orders", "order7") && has("client/shops_orders", "order_staff"));
    assert!(has("client/shops_staff", "staff7") && has("client/shops_staff", "staff_orders"));
    assert!(has("client/shops", "shop") && has("client/pets", "pet_orders"));
    assert!(has("types/shops_orders", "Order") && has("types/shops_staff", "Member"));
    assert!(has("types/shops", "Both") && has("types/shops", "Shop"));
    assert!(has("operations/shops_staff", "STAFF_ORDERS"));
    // One operation more moves no other.
    let mut after = made("collections-more", collections(91));
    for (file, names) in &before {
        let new = after.remove(file).unwrap();
        assert!(names.is_subset(&new), "{file}");
        let more: Vec<&String> = new.difference(names).collect();
        let of_it = |name: &&String| name.to_lowercase().contains("order90");
        assert!(more.iter().all(of_it), "{file}: {more:?}");
    }
    assert!(after.is_empty());
    // A tag that is not large has one file.
    let small = made("collections-less", collections(77));
    assert!(small["large/client/shops.rs"].contains("order7"));
}

#[test]
fn a_tag_is_never_more_than_a_name() {
    const LONG: &str =
        "a tag that goes on and on and on, as long as nobody says that it is enough by now";
    let tags: [&[&str]; 14] = [
        &["../../etc/passwd"],
        &["/root"],
        &["mod"],
        &["self"],
        &["types"],
        &["lavka_runtime"],
        &["CON"],
        &["订单"],
        &["a; } fn x() {"],
        &["1st"],
        &[""],
        &["Pet Store"],
        &["pet-store"],
        &[LONG],
    ];
    let made = generate("odd", &in_turn(140, &tags));
    let files = paths(&made.files());
    let of_client: Vec<&str> = files
        .iter()
        .filter_map(|path| path.strip_prefix("large/client/")?.strip_suffix(".rs"))
        .collect();
    let plain = |name: &&str| {
        name.starts_with(|c: char| c.is_ascii_lowercase())
            && name
                .chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
            && name.len() <= 80
    };
    assert!(of_client.iter().all(plain), "{of_client:?}");
    for name in [
        "etc_passwd",
        "mod_tag",
        "self_tag",
        "types_tag",
        "lavka_runtime_tag",
        "con_tag",
        "pet_store",
    ] {
        assert!(of_client.contains(&name), "{name}: {of_client:?}");
    }
    // Two of them are one.
    assert_eq!(of_client.len(), tags.len() - 1);
    for path in files {
        assert!(path.starts_with("large/") && !path.contains(".."), "{path}");
    }
    // All of them compile as one file: Rust's grammar at least.
    syn::parse_file(std::str::from_utf8(&made.single_file()).unwrap()).expect("Rust");
}

#[test]
fn the_order_of_operations_changes_no_file_s_content() {
    let mut operations = in_turn(110, &[&["Pets"], &["Shops"], &["Pet Shops"]]);
    let made = declared(&generate("order", &operations).files());
    operations.reverse();
    assert_eq!(made, declared(&generate("reversed", &operations).files()));
}

#[test]
fn the_single_file_has_every_file_in_its_module() {
    let made = generate("nested", &in_turn(102, &[&["Pets"], &["Shops"]]));
    let whole = String::from_utf8(made.single_file()).unwrap();
    let whole = syn::parse_file(&whole).expect("Rust");
    let mut found = BTreeMap::new();
    modules("large", &whole.items, &mut found);
    let lines = |path: &str| format!("large/{path}").trim_end_matches("/mod").to_owned();
    let expected: BTreeSet<String> = made
        .module
        .files
        .iter()
        .map(|(path, _)| lines(path))
        .collect();
    assert_eq!(found.keys().cloned().collect::<BTreeSet<_>>(), expected);
    // Files that are named have something in them.
    assert!(found.values().all(|items| *items > 0), "{found:?}");
}

fn modules(path: &str, items: &[syn::Item], found: &mut BTreeMap<String, usize>) {
    found.insert(path.to_owned(), items.len());
    for item in items {
        if let syn::Item::Mod(module) = item {
            let (_, items) = module.content.as_ref().expect("nothing is in another file");
            modules(&format!("{path}/{}", module.ident), items, found);
        }
    }
}

#[test]
fn files_of_another_layout_are_removed_all_or_none() {
    let root = folder("written");
    let _ = fs::remove_dir_all(&root);
    let large = generate("large", &in_turn(102, &[&["Pets"], &["Shops"]])).files();
    let small = generate("less", &in_turn(100, &[&["Pets"], &["Shops"]])).files();
    let owned = [PathBuf::from("large")];
    format::write(&root, &large, &owned).unwrap();
    assert!(root.join("large/client/pets.rs").is_file());
    assert_eq!(format::compare(&root, &large, &owned).unwrap(), []);

    // A file that cannot be written: a folder is in its place.
    fs::create_dir_all(root.join("large/types.rs.lavka-new")).unwrap();
    assert!(format::write(&root, &small, &owned).is_err());
    fs::remove_dir(root.join("large/types.rs.lavka-new")).unwrap();
    assert_eq!(format::compare(&root, &large, &owned).unwrap(), []);

    let drift = format::write(&root, &small, &owned).unwrap();
    assert!(drift.contains(&Drift::Stale("large/client/pets.rs".into())));
    assert_eq!(format::compare(&root, &small, &owned).unwrap(), []);
    assert!(!root.join("large/client").exists(), "an empty folder stays");
    format::write(&root, &large, &owned).unwrap();
    assert_eq!(format::compare(&root, &large, &owned).unwrap(), []);
}
