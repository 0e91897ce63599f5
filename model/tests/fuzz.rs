//! Damaged documents: whatever is read, nothing panics or hangs, and reading twice says the same.
#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used)]

#[path = "support/document_text.rs"]
mod document_text;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use document_text::Expand;
use lavka_model::read_with;
use lavka_random::Random;

fn documents() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    for folder in ["../specs", "tests/broken", "tests/documents"] {
        for entry in std::fs::read_dir(root.join(folder))
            .into_iter()
            .flatten()
            .flatten()
        {
            let path = entry.path();
            let document = path
                .extension()
                .is_some_and(|kind| kind == "yaml" || kind == "json");
            if let (true, Ok(text)) = (document, std::fs::read_to_string(&path)) {
                found.push((path, text));
            }
        }
    }
    found.sort();
    found
}

const WORDS: &[&str] = &[
    "$ref: '#/components/schemas/A'",
    "{$ref: '#'}",
    "{$ref: '#/'}",
    "{$ref: ''}",
    "null",
    "[]",
    "{}",
    "true",
    "-1",
    "1e400",
    "0x7fffffffffffffffffff",
    "allOf: [{$ref: '#/components/schemas/Book'}]",
    "oneOf: [{type: 'null'}]",
    "type: [object, 'null']",
    "nullable: true",
    "&a [*a]",
    "<<: {}",
    "\"",
    "'",
    "[",
    "{",
    "|",
    "- ",
    ": ",
    "\u{FEFF}",
    "\u{0}",
    "\u{10FFFF}",
    "\"\\ud83d\"",
    "!!binary x",
    "%YAML 1.2",
    "---",
    "...",
    "openapi: 3.1.0",
    "discriminator: {propertyName: a, mapping: {a: b}}",
    "xml: {wrapped: true, name: a}",
    "const: 1",
    "patternProperties: {a: {}}",
];

fn mutate(text: &str, random: &mut Random) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    for _ in 0..=random.below(3) {
        if lines.is_empty() {
            break;
        }
        let (a, b) = (random.below(lines.len()), random.below(lines.len()));
        match random.below(7) {
            0 => {
                lines.remove(a);
            }
            1 => lines.swap(a, b),
            2 => {
                let copy = lines[b].clone();
                lines.insert(a, copy);
            }
            3 => {
                // Another value for a key.
                let line = &lines[a];
                let key = line.find(": ").map_or(line.len(), |at| at + 2);
                let word = WORDS[random.below(WORDS.len())];
                lines[a] = format!("{}{word}", line.get(..key).unwrap_or(""));
            }
            4 => {
                let indent = lines[a].len() - lines[a].trim_start().len();
                let word = WORDS[random.below(WORDS.len())];
                let line = format!("{}{word}", " ".repeat(indent));
                lines.insert(a, line);
            }
            5 => {
                let chars: Vec<char> = lines[a].chars().collect();
                let at = random.below(chars.len());
                lines[a] = chars
                    .iter()
                    .enumerate()
                    .filter_map(|(index, c)| (index != at).then_some(*c))
                    .collect();
            }
            _ => {
                let at = random.below(lines[a].len());
                if lines[a].is_char_boundary(at) {
                    let word = WORDS[random.below(WORDS.len())];
                    lines[a].insert_str(at, word);
                }
            }
        }
    }
    lines.join("\n")
}

/// `LAVKA_FUZZ_SECONDS` and `LAVKA_FUZZ_SEED` run it longer, and elsewhere.
#[test]
fn damaged_documents_are_read_or_refused() {
    let number = |name: &str, default: u64| {
        std::env::var(name).map_or(default, |text| text.parse().unwrap())
    };
    let seconds = number("LAVKA_FUZZ_SECONDS", 4);
    let mut random = Random::new(number("LAVKA_FUZZ_SEED", 0x9E37_79B9_7F4A_7C15));
    let documents = documents();
    assert!(documents.len() > 100);
    let end = Instant::now() + Duration::from_secs(seconds);
    let mut runs = 0;
    while Instant::now() < end {
        let (path, text) = &documents[random.below(documents.len())];
        let text = mutate(text, &mut random);
        let folder = path.parent().unwrap();
        let read = || {
            read_with("api.yaml", "", &|name| {
                if name == "api.yaml" {
                    Ok(text.clone().into_bytes())
                } else {
                    std::fs::read(folder.join(name))
                }
            })
        };
        let start = Instant::now();
        let (document, findings) = read();
        let once = document.map(|document| document_text::text(&document, Expand::Names));
        let shown = findings.to_text() + &findings.to_json_lines();
        assert!(start.elapsed() < Duration::from_secs(20), "slow:\n{text}");
        assert!(
            once.is_some() || findings.has_errors(),
            "no reason:\n{text}"
        );
        if runs % 16 == 0 {
            let (document, findings) = read();
            assert_eq!(
                once,
                document.map(|document| document_text::text(&document, Expand::Names))
            );
            assert_eq!(shown, findings.to_text() + &findings.to_json_lines());
        }
        runs += 1;
    }
    assert!(runs > 10, "{runs}");
}

/// A document around schemas.
fn around(schemas: &str) -> String {
    format!(
        "{{\"openapi\": \"3.1.0\", \"info\": {{\"title\": \"Shop\", \"version\": \"1\"}}, \"paths\": {{}}, \"components\": {{\"schemas\": {{{schemas}}}}}}}"
    )
}

fn quickly(what: &str, text: String) -> lavka_model::diag::Findings {
    let start = Instant::now();
    let (_, findings) = read_with("api.json", "", &|_| Ok(text.clone().into_bytes()));
    // Debug builds on busy machines, too.
    assert!(
        start.elapsed() < Duration::from_secs(60),
        "{what}: {:?}",
        start.elapsed()
    );
    findings
}

#[test]
fn hostile_documents_are_bounded() {
    for (open, close) in [
        ("{\"items\": ", "}"),
        ("{\"properties\": {\"a\": ", "}}"),
        ("{\"allOf\": [", "]}"),
        ("{\"oneOf\": [{\"type\": \"string\"}, ", "]}"),
    ] {
        for depth in [20, 44, 90, 2000] {
            let nested = format!("\"A\": {}{{}}{}", open.repeat(depth), close.repeat(depth));
            quickly(open, around(&nested));
        }
    }
    // Each joins the one before: the square of what is written.
    let chain: Vec<String> = (0..1500)
        .map(|n: usize| {
            let before = if n == 0 { 0 } else { n - 1 };
            format!("\"A{n}\": {{\"allOf\": [{{\"$ref\": \"#/components/schemas/A{before}\"}}, {{\"properties\": {{\"p{n}\": {{\"$ref\": \"#/components/schemas/A{n}\"}}}}}}]}}")
        })
        .collect();
    let findings = quickly("chain", around(&chain.join(",")));
    assert!(
        findings.iter().any(|finding| finding.code.id() == "L008"),
        "{findings}"
    );
    // References that name nothing, each nearly the name of everything.
    let broken: Vec<String> = (0..5000)
        .map(|n| format!("\"Some{n}\": {{\"properties\": {{\"a\": {{\"$ref\": \"#/components/schemas/Same{n}\"}}}}}}"))
        .collect();
    assert_eq!(quickly("broken", around(&broken.join(","))).len(), 5000);
    // Redeclared in ever new ways.
    let redeclared: Vec<String> = (0..300)
        .map(|n| {
            let entries: Vec<String> = (0..10)
                .map(|k| format!("{{\"$ref\": \"#/components/schemas/R{}\"}}", (n * 7 + k * 13) % 300))
                .collect();
            format!("\"R{n}\": {{\"allOf\": [{}], \"properties\": {{\"p\": {{\"$ref\": \"#/components/schemas/R{}\"}}}}}}", entries.join(","), (n + 1) % 300)
        })
        .collect();
    quickly("redeclared", around(&redeclared.join(",")));
    let key = "k".repeat(1_000_000);
    quickly("key", around(&format!("\"A\": {{\"{key}\": 1}}")));
}
