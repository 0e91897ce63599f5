//! All stages of this package over a small spec that has one of everything: its bundle, its model, and what happens when bytes
//! of it are cut off or changed.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

#[path = "support/model_text.rs"]
mod model_text;

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use lavka_model::bundle::plain_document;
use lavka_model::diag::Findings;
use lavka_model::model::{
    Api, AuthKind, Codec, ParameterIn, Presence, Scalar, TypeDef, TypeKind, TypeName, TypeRef,
};
use lavka_model::source::{Source, load_with};

const FILES: &[&str] = &[
    "small.yaml",
    "parts/failure.yaml",
    "parts/orders.xsd",
    "parts/scalars.xsd",
];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/small")
}

fn files() -> HashMap<String, Vec<u8>> {
    FILES
        .iter()
        .map(|name| {
            (
                (*name).to_owned(),
                std::fs::read(folder().join(name)).expect("the file is there"),
            )
        })
        .collect()
}

fn load(files: &HashMap<String, Vec<u8>>) -> (Source, Findings) {
    let read = |path: &str| {
        files
            .get(path)
            .cloned()
            .ok_or_else(|| std::io::ErrorKind::NotFound.into())
    };
    load_with("small.yaml", "small", &read)
}

/// What reading gives: a model, or the reason for none.
struct Read {
    api: Option<Api>,
    findings: Findings,
}

fn run(files: &HashMap<String, Vec<u8>>) -> Read {
    let (source, findings) = load(files);
    let (document, mut findings) = lavka_model::with_findings(&source, findings);
    let api = document.map(|document| {
        let (api, found) = lavka_model::derive(&document, "small");
        findings.extend(found);
        findings.extend(lavka_model::lint::lint(&document, &api));
        api
    });
    Read { api, findings }
}

/// A name as the goldens have it.
fn is(def: &TypeDef, name: &str) -> bool {
    def.name == TypeName::Component(name.to_owned())
}

/// Compares with a golden; `LAVKA_BLESS=1` rewrites it.
fn golden(name: &str, found: &str) {
    let path = folder().join(name);
    if std::env::var_os("LAVKA_BLESS").is_some() {
        std::fs::write(&path, found).expect("the golden can be written");
    }
    let expected = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        expected == found,
        "{name} differs (LAVKA_BLESS=1 rewrites); found:\n{found}"
    );
}

#[test]
fn the_small_spec_has_no_findings() {
    let read = run(&files());
    assert!(read.findings.is_empty(), "{}", read.findings);
}

#[test]
fn the_model_is_as_its_golden() {
    let read = run(&files());
    golden("model.txt", &model_text::text(&read.api.expect("a model")));
}

#[test]
fn the_bundle_is_as_its_golden_and_complete() {
    let (source, _) = load(&files());
    let (bundled, findings) = plain_document(&source);
    assert!(findings.is_empty(), "{findings}");
    let bundled = bundled.expect("a bundle");
    let text = bundled.to_json_text();
    golden("bundle.json", &text);
    let parsed: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(parsed, bundled.to_json());
    for (at, _) in text.match_indices("\"$ref\": \"") {
        assert!(
            text[at..].starts_with("\"$ref\": \"#/components/"),
            "{}",
            &text[at..at + 60]
        );
    }
    // The bundle is a spec of its own, with the same model.
    let alone = HashMap::from([("small.yaml".to_owned(), text.into_bytes())]);
    let again = run(&alone);
    assert!(again.findings.is_empty(), "{}", again.findings);
    let (first, second) = (
        run(&files()).api.expect("a model"),
        again.api.expect("a model"),
    );
    // Components of other files have other places among the types.
    let parts = |api: &Api| {
        let text = model_text::text(api);
        let mut parts: Vec<String> = text
            .split("\n\n")
            .map(str::trim)
            .map(str::to_owned)
            .collect();
        parts.sort();
        parts
    };
    assert_eq!(parts(&first), parts(&second));
}

#[test]
fn the_model_says_what_the_spec_says() {
    let api = run(&files()).api.expect("a model");
    let def = |name: &str| {
        api.types
            .iter()
            .find(|def| is(def, name))
            .unwrap_or_else(|| panic!("no type {name}"))
    };
    let field = |ty: &str, wire: &str| match &def(ty).kind {
        TypeKind::Struct(made) => made
            .fields
            .iter()
            .find(|field| field.wire == wire)
            .expect("the field")
            .clone(),
        other => panic!("{ty} is {other:?}"),
    };
    // An alias makes no type; its description becomes the field's, an override goes before it.
    assert!(
        !api.types
            .iter()
            .any(|def| is(def, "Price") || is(def, "Id"))
    );
    assert_eq!(
        field("NewBook", "price").ty,
        TypeRef::Scalar(Scalar::DecimalNumber)
    );
    assert_eq!(field("NewBook", "price").doc.summary, "An amount of money.");
    assert_eq!(
        field("NewBook", "old_price").doc.summary,
        "The price before."
    );
    assert_eq!(field("NewBook", "old_price").presence, Presence::ThreeState);
    // allOf joins in order, and what is required stays so.
    let TypeKind::Struct(book) = &def("Book").kind else {
        panic!("Book is not a struct")
    };
    let wires: Vec<&str> = book
        .fields
        .iter()
        .map(|field| field.wire.as_str())
        .collect();
    assert_eq!(
        wires,
        [
            "title",
            "price",
            "old_price",
            "locale",
            "sizes",
            "extra",
            "id",
            "seen",
            "sequel",
            "published"
        ]
    );
    assert_eq!(field("Book", "title").presence, Presence::Required);
    assert_eq!(field("Book", "seen").presence, Presence::OptionalNull);
    assert!(field("Book", "seen").accept.number);
    // Equal inline enums of one property name are one type, parameters included.
    let locale = api
        .types
        .iter()
        .filter(|def| matches!(def.kind, TypeKind::Enum(_)))
        .filter(|def| def.name.to_string().to_lowercase().contains("locale"))
        .count();
    assert_eq!(locale, 1);
    let parameter = api.operations[1]
        .params
        .iter()
        .find(|param| param.wire == "locale")
        .expect("the parameter");
    assert_eq!(parameter.ty, field("NewBook", "locale").ty);
    assert_eq!(field("LoginRequest", "kind").constant, Some("login".into()));
    let AuthKind::ApiKey { name, location } = &api.auth[0].kind else {
        panic!("no key")
    };
    assert_eq!((name.as_str(), *location), ("token", ParameterIn::Query));
    let login = api.auth[0].login.as_ref().expect("a login");
    assert_eq!(login.arguments, ["seller_id", "api_key"]);
    let schemes = |operation: usize| {
        let alternatives = api.operations[operation].security.iter();
        alternatives
            .flat_map(|all| all.schemes.iter().map(|(id, _)| id.0))
            .collect::<Vec<_>>()
    };
    assert!(schemes(0).is_empty());
    assert_eq!(schemes(1), [0]);
    // XML Schema.
    let orders = api.operations.last().expect("an operation");
    let Codec::Xml(xml) = &orders.responses[0].contents[0].codec else {
        panic!("no XML")
    };
    assert_eq!(
        (
            xml.root.as_ref().map(|root| root.local.as_str()),
            xml.item.as_ref().map(|name| name.local.as_str())
        ),
        (Some("orders"), Some("order"))
    );
    assert_eq!(
        field("Order", "paid-at").ty,
        TypeRef::Scalar(Scalar::RailsTimestamp)
    );
    assert_eq!(field("Order", "paid-at").presence, Presence::OptionalNull);
    assert_eq!(
        field("Order", "paid-at").xml.type_attribute.as_deref(),
        Some("timestamp")
    );
    assert_eq!(field("Order", "gifts").constraints.max_items, Some(3));
    assert_eq!(def("Order").rust_name.as_deref(), Some("PlacedOrder"));
    assert!(def("Order").usage.xml && !def("Order").usage.json && !def("Order").usage.request);
}

/// A generator of numbers that is the same everywhere (xorshift).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % (limit.max(1) as u64)).expect("it fits")
    }
}

/// How many mutants of each kind are tried; `LAVKA_MUTANTS` asks for more.
fn mutants() -> usize {
    std::env::var("LAVKA_MUTANTS")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(60)
}

#[test]
fn a_truncated_spec_gives_findings_or_a_model() {
    let good = files();
    for name in FILES {
        let text = good[*name].clone();
        let step = (text.len() / mutants()).max(1);
        for end in (0..text.len()).step_by(step) {
            let mut files = good.clone();
            files.insert((*name).to_owned(), text[..end].to_vec());
            let read = run(&files);
            assert!(
                read.api.is_some() || read.findings.has_errors(),
                "{name} cut at {end}"
            );
        }
    }
}

#[test]
fn a_changed_spec_gives_findings_or_a_model() {
    let good = files();
    let mut numbers = Numbers(0x9E37_79B9_7F4A_7C15);
    let bytes = b"\x00\t\n\r \"'#&*-:,[]{}|>%@`!~<>=/\\0aZ\xff\xc3";
    for round in 0..mutants() {
        for name in FILES {
            let mut text = good[*name].clone();
            for _ in 0..=numbers.below(3) {
                let at = numbers.below(text.len());
                match numbers.below(3) {
                    0 => text[at] = bytes[numbers.below(bytes.len())],
                    1 => text.insert(at, bytes[numbers.below(bytes.len())]),
                    _ => {
                        text.remove(at);
                    }
                }
            }
            let mut files = good.clone();
            files.insert((*name).to_owned(), text);
            let read = run(&files);
            assert!(
                read.api.is_some() || read.findings.has_errors(),
                "{name}, round {round}"
            );
        }
    }
}

#[test]
fn a_spec_with_lines_moved_gives_findings_or_a_model() {
    let good = files();
    let mut numbers = Numbers(0x2545_F491_4F6C_DD1D);
    for round in 0..mutants() {
        for name in FILES {
            let text = String::from_utf8(good[*name].clone()).expect("UTF-8");
            let mut lines: Vec<&str> = text.lines().collect();
            for _ in 0..=numbers.below(3) {
                let (from, to) = (numbers.below(lines.len()), numbers.below(lines.len()));
                match numbers.below(3) {
                    0 => lines.swap(from, to),
                    1 => lines.insert(to, lines[from]),
                    _ => {
                        lines.remove(from);
                    }
                }
            }
            let mut files = good.clone();
            files.insert((*name).to_owned(), lines.join("\n").into_bytes());
            let read = run(&files);
            assert!(
                read.api.is_some() || read.findings.has_errors(),
                "{name}, round {round}"
            );
        }
    }
}

#[test]
fn a_spec_with_words_exchanged_gives_findings_or_a_model() {
    let good = files();
    let mut numbers = Numbers(0xD1B5_4A32_D192_ED03);
    // Words and what parts them, alternately: so keys, names, types and references change places.
    let split = |text: &str| -> Vec<String> {
        let mut parts: Vec<String> = Vec::new();
        let mut word = None;
        for c in text.chars() {
            let is_word = c.is_alphanumeric() || "_-$#/.".contains(c);
            if word != Some(is_word) {
                parts.push(String::new());
                word = Some(is_word);
            }
            if let Some(part) = parts.last_mut() {
                part.push(c);
            }
        }
        parts
    };
    for round in 0..mutants() * 2 {
        for name in FILES {
            let text = String::from_utf8(good[*name].clone()).expect("UTF-8");
            let mut parts = split(&text);
            let offset = usize::from(!parts[0].starts_with(char::is_alphanumeric));
            for _ in 0..=numbers.below(4) {
                let words = (parts.len() - offset) / 2;
                let (from, to) = (
                    numbers.below(words) * 2 + offset,
                    numbers.below(words) * 2 + offset,
                );
                parts[to] = parts[from].clone();
            }
            let mut files = good.clone();
            files.insert((*name).to_owned(), parts.concat().into_bytes());
            let read = run(&files);
            assert!(
                read.api.is_some() || read.findings.has_errors(),
                "{name}, round {round}"
            );
        }
    }
}

#[test]
fn findings_are_rendered_for_tools() {
    let mut files = files();
    let text = String::from_utf8(files["small.yaml"].clone()).expect("UTF-8");
    let text = text
        .replace("operationId: login", "operatonId: login")
        .replace("Price}", "Prise}");
    files.insert("small.yaml".to_owned(), text.into_bytes());
    let findings = run(&files).findings;
    golden("faults.txt", &findings.to_text());
    golden("faults.jsonl", &findings.to_json_lines());
    golden("faults.github", &findings.to_github());
    for line in findings.to_json_lines().lines() {
        serde_json::from_str::<serde_json::Value>(line).expect("each line is JSON");
    }
    for line in findings.to_github().lines() {
        assert!(
            line.starts_with("::error file=small/") || line.starts_with("::warning file=small/"),
            "{line}"
        );
    }
}
