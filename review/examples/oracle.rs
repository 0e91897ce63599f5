//! Holds verdicts about Rust against the compiler: a program that uses all bindings of the base is compiled against the bindings of
//! both sides. It has to compile against its own; against the others it fails where the verdict says that programs break.
//!
//! `cargo run -p lavka-review --example oracle [OUT] [PART]`; see `scripts/review-oracle`.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout)]

#[path = "../tests/support/changes.rs"]
mod changes;
#[path = "../tests/support/kinds.rs"]
mod kinds;
#[path = "../tests/support/mod.rs"]
mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::{env, fs};

use lavka_codegen::options::Options;
use lavka_review::level::Level;
use lavka_review::rust::{Item, Kind, Surface};

/// A change, and what is said of it.
struct Case {
    name: String,
    /// Names of the modules of both sides.
    modules: [String; 2],
    /// Lines of the program: one function each.
    program: Vec<String>,
    /// Whether programs no longer compile.
    breaks: bool,
    /// The effects that say so.
    effects: Vec<String>,
}

fn main() -> ExitCode {
    let mut arguments = env::args().skip(1);
    let out = PathBuf::from(
        arguments
            .next()
            .unwrap_or_else(|| "target/oracle".to_owned()),
    );
    let part = arguments.next().unwrap_or_default();
    let _ = fs::remove_dir_all(&out);
    let mut modules: BTreeMap<String, String> = BTreeMap::new();
    let mut cases = Vec::new();
    let mut left_out = 0;
    for (name, base, head) in pairs()
        .into_iter()
        .filter(|(name, ..)| part.split('|').any(|part| name.contains(part)))
    {
        match case(&name, &base, &head, &out, &mut modules) {
            Some(case) => cases.push(case),
            None => left_out += 1,
        }
    }
    println!(
        "{} changes, {left_out} without bindings on both sides; {} modules",
        cases.len(),
        modules.len()
    );
    let mut failed = 0;
    for (module, why) in bindings(&out, &modules) {
        failed += 1;
        let fits = |case: &Case| case.modules.contains(&module);
        let name = cases
            .iter()
            .find(|case| fits(case))
            .map_or("", |case| &case.name);
        println!("the bindings of {name} do not compile ({module}): {why}");
        cases.retain(|case| !fits(case));
    }
    let own = broken(&out, &cases, 0);
    let other = broken(&out, &cases, 1);
    for (at, case) in cases.iter().enumerate() {
        if let Some(lines) = own.get(&at) {
            failed += 1;
            println!(
                "{}: the program does not compile against its own side:",
                case.name
            );
            lines
                .iter()
                .take(5)
                .for_each(|(line, why)| println!("  {}\n    {why}", case.program[*line]));
        }
        let found = other.get(&at);
        if found.is_some() != case.breaks {
            failed += 1;
            let (said, is) = if case.breaks {
                ("breaks", "compiles")
            } else {
                ("compiles", "breaks")
            };
            println!("{}: said that it {said}, and it {is}", case.name);
            case.effects
                .iter()
                .for_each(|effect| println!("  said: {effect}"));
            for (line, why) in found.into_iter().flatten().take(5) {
                println!("  {}\n    {why}", case.program[*line]);
            }
        }
    }
    let breaking = cases.iter().filter(|case| case.breaks).count();
    println!(
        "{breaking} break, {} compile; {failed} verdicts differ from the compiler's",
        cases.len() - breaking
    );
    if failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// All changes of the tests: name, base, head.
fn pairs() -> Vec<(String, String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pairs");
    let mut pairs = Vec::new();
    let mut names: Vec<PathBuf> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    names.sort();
    for path in names.into_iter().filter(|path| path.is_dir()) {
        let read = |name: &str| fs::read_to_string(path.join(name)).unwrap();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        pairs.push((name, read("base.yaml"), read("head.yaml")));
    }
    let patches = kinds::all().map(|kind| ("kind", kinds::BASE, kind.0));
    let fires = lavka_review::catalogue::all().flat_map(|check| {
        check
            .fires
            .iter()
            .map(|patch| (check.code, support::THINGS, *patch))
    });
    for (what, text, patch) in patches.chain(fires) {
        let (base, head) = support::sides_of(text, patch);
        pairs.push((
            format!("{what} {patch}"),
            base.to_json_text(),
            head.to_json_text(),
        ));
    }
    for change in changes::all() {
        let (base, head) = support::sides_of(kinds::BASE, &change.patch);
        pairs.push((
            format!("change {}", change.title),
            base.to_json_text(),
            head.to_json_text(),
        ));
    }
    pairs
}

fn case(
    name: &str,
    base: &str,
    head: &str,
    out: &Path,
    modules: &mut BTreeMap<String, String>,
) -> Option<Case> {
    let specs = out.join("specs");
    fs::create_dir_all(&specs).unwrap();
    let mut names = Vec::new();
    for text in [base, head] {
        if let Some(known) = modules.get(text) {
            names.push(known.clone());
            continue;
        }
        let module = format!("m{}", modules.len());
        let path = specs.join(format!("{module}.yaml"));
        fs::write(&path, text).unwrap();
        let made = lavka_codegen::pipeline::generate(&path, &[], &Options::new()).ok()?;
        fs::create_dir_all(out.join("bindings/src")).unwrap();
        fs::write(
            out.join(format!("bindings/src/{module}.rs")),
            made.single_file(),
        )
        .unwrap();
        modules.insert(text.to_owned(), module.clone());
        names.push(module);
    }
    let report = support::compare_texts(base, head);
    let (document, _) = lavka_model::read(&specs.join(format!("{}.yaml", names[0])));
    let surface = lavka_review::rust::surface(&document?).ok()?;
    let effects: Vec<String> = report
        .findings()
        .flat_map(|(_, finding)| &finding.rust)
        .filter(|effect| {
            effect.level == Level::Breaking && !effect.text.contains("programs compile")
        })
        .map(|effect| effect.text.clone())
        .collect();
    Some(Case {
        name: name.to_owned(),
        modules: [names.remove(0), names.remove(0)],
        program: program(&surface),
        breaks: !effects.is_empty(),
        effects,
    })
}

/// A function for each item: what a program does with it.
fn program(surface: &Surface) -> Vec<String> {
    surface
        .items
        .values()
        .enumerate()
        .map(|(at, item)| function(at, item))
        .collect()
}

/// A type of a parameter that takes this argument.
fn given(ty: &str) -> String {
    if let Some(inner) = ty
        .strip_prefix("impl IntoIterator<Item = impl Into<")
        .and_then(|rest| rest.strip_suffix(">>"))
    {
        return format!("Vec<{inner}>");
    }
    let inner = ty
        .strip_prefix("impl Into<")
        .and_then(|rest| rest.strip_suffix('>'));
    inner.unwrap_or(ty).to_owned()
}

fn function(at: usize, item: &Item) -> String {
    let parameters: Vec<String> = item
        .arguments
        .iter()
        .enumerate()
        .map(|(n, a)| format!("a{n}: {}", given(&a.ty)))
        .collect();
    let parameters = parameters.join(", ");
    let arguments: Vec<String> = (0..item.arguments.len()).map(|n| format!("a{n}")).collect();
    let arguments = arguments.join(", ");
    let (owner, name) = item.path.rsplit_once("::").unwrap_or(("", &item.path));
    match item.kind {
        Kind::Method => {
            let call = format!("c.{name}({arguments})");
            let items = |one: &str| {
                // A piece of a download has no type of its own.
                let one = if one == "bytes" { "_" } else { one };
                format!("let _: Option<Result<{one}, Error>> = r.next().await;")
            };
            let more = if parameters.is_empty() {
                String::new()
            } else {
                format!(", {parameters}")
            };
            let rest = if let Some(one) = item.ty.strip_prefix("pages of ") {
                format!("let mut r = {call}; {}", items(one))
            } else if let Some(one) = item.ty.strip_prefix("stream of ") {
                format!(
                    "let Ok(mut r) = {call}.await else {{ return }}; {}",
                    items(one)
                )
            } else if item.ty.starts_with("batches of ") {
                format!("let _ = {call};")
            } else {
                format!(
                    "let Ok(r) = {call}.await else {{ return }}; let _: {} = r;",
                    item.ty
                )
            };
            format!("pub async fn f{at}(c: &Client{more}) {{ {rest} }}")
        }
        Kind::Type if item.callable => {
            let constructor = item.constructor;
            format!(
                "pub fn f{at}({parameters}) -> {owner}{name} {{ {name}::{constructor}({arguments}) }}"
            )
        }
        Kind::Type if item.constructor == "default" => {
            format!("pub fn f{at}() -> {owner}{name} {{ {name}::default() }}")
        }
        // Only enums of integers are `Copy`.
        Kind::Type if item.ty == "enum of integers" => {
            format!("pub fn f{at}(x: &{name}) -> {owner}{name} {{ *x }}")
        }
        Kind::Type => format!("pub fn f{at}(_: &{name}) {{}}"),
        Kind::Field => format!("pub fn f{at}(x: &{owner}) -> &{} {{ &x.{name} }}", item.ty),
        Kind::Variant => {
            format!("pub fn f{at}(x: &{owner}) -> bool {{ matches!(x, {owner}::{name} {{ .. }}) }}")
        }
        Kind::Setting => {
            format!(
                "pub fn f{at}({parameters}) {{ let _ = {}({arguments}); }}",
                item.path
            )
        }
    }
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn manifest(name: &str, more: &str) -> String {
    let runtime = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../runtime")
        .canonicalize()
        .unwrap();
    format!(
        "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\npublish = false\n[dependencies]\n\
         lavka-runtime = {{ path = {runtime:?}, features = [\"xml\", \"rustls\", \"sha256\"] }}\nserde_json = \"1\"\n{more}"
    )
}

/// Writes all modules as one crate. Returns those that do not compile.
fn bindings(out: &Path, modules: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    write(&out.join("bindings/Cargo.toml"), &manifest("bindings", ""));
    write(
        &out.join("program/Cargo.toml"),
        &manifest("program", "bindings = { path = \"../bindings\" }\n"),
    );
    write(&out.join("program/src/lib.rs"), "");
    let members = "[workspace]\nresolver = \"3\"\nmembers = [\"bindings\", \"program\"]\n[profile.dev]\ndebug = false\nincremental = false\n";
    write(&out.join("Cargo.toml"), members);
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    fs::copy(root.join("Cargo.lock"), out.join("Cargo.lock")).unwrap();
    let mut failed = BTreeMap::new();
    loop {
        let mut text = String::from("#![allow(warnings)]\n");
        for name in modules.values().filter(|name| !failed.contains_key(*name)) {
            let _ = writeln!(text, "pub mod {name};");
        }
        write(&out.join("bindings/src/lib.rs"), &text);
        let Err(words) = check(out, "bindings") else {
            return failed;
        };
        let known = failed.len();
        for (file, _, why) in errors(&words) {
            failed.entry(file).or_insert(why);
        }
        assert!(failed.len() > known, "{words}");
    }
}

/// Checks a package; what the compiler says if it fails.
fn check(out: &Path, package: &str) -> Result<(), String> {
    let run = Command::new("cargo")
        .args([
            "check",
            "--quiet",
            "--offline",
            "--message-format=short",
            "-p",
            package,
        ])
        .current_dir(out)
        .output()
        .expect("cargo runs");
    if run.status.success() {
        return Ok(());
    }
    Err(String::from_utf8_lossy(&run.stderr).into_owned())
}

/// Errors: the file's stem, the line, the words. `program/src/c3.rs:7:1: error[E0425]: …`
fn errors(words: &str) -> impl Iterator<Item = (String, usize, String)> {
    words.lines().filter_map(|line| {
        let (file, rest) = line.split_once(".rs:")?;
        let stem = file.rsplit('/').next()?.to_owned();
        let number = rest.split(':').next()?.parse().ok()?;
        let why = rest.splitn(3, ':').nth(2)?.trim();
        why.starts_with("error")
            .then(|| (stem, number, why.to_owned()))
    })
}

/// By case, the lines of its program that do not compile against a side, each with the compiler's words.
fn broken(out: &Path, cases: &[Case], side: usize) -> BTreeMap<usize, BTreeMap<usize, String>> {
    let mut broken: BTreeMap<usize, BTreeMap<usize, String>> = BTreeMap::new();
    // The compiler stops after names that are not there: what it says is taken away until it says nothing more.
    loop {
        let mut text = String::from("#![allow(warnings)]\n");
        for (at, case) in cases.iter().enumerate() {
            let _ = writeln!(text, "pub mod c{at};");
            let mut module = format!(
                "use bindings::{}::*; use lavka_runtime::*; use lavka_runtime::client::*; use std::collections::BTreeMap; use serde_json::Value;\n",
                case.modules[side]
            );
            for (line, function) in case.program.iter().enumerate() {
                let gone = broken
                    .get(&at)
                    .is_some_and(|lines| lines.contains_key(&line));
                let _ = writeln!(module, "{}", if gone { "" } else { function });
            }
            write(&out.join(format!("program/src/c{at}.rs")), &module);
        }
        write(&out.join("program/src/lib.rs"), &text);
        let Err(words) = check(out, "program") else {
            return broken;
        };
        let mut new = BTreeSet::new();
        for (file, line, why) in errors(&words) {
            let case = file
                .strip_prefix('c')
                .and_then(|number| number.parse::<usize>().ok());
            if let (Some(case), Some(line)) = (case, line.checked_sub(2)) {
                new.insert((case, line, why));
            }
        }
        assert!(!new.is_empty(), "{words}");
        for (case, line, why) in new {
            broken.entry(case).or_default().entry(line).or_insert(why);
        }
    }
}
