//! The back half stage by stage, over the small spec of `lavka-model`: what each stage makes is as its golden says, the
//! same spec gives the same bytes, and files are written all or none. `LAVKA_BLESS=1` rewrites the goldens.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime};

use lavka_codegen::format::{self, Drift, Files};
use lavka_codegen::options::Options;
use lavka_codegen::pipeline::{self, Generated};
use lavka_codegen::samples::{Sample, Side};

fn spec() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../model/tests/small/small.yaml")
}

/// The examples in the docs are made of it.
fn samples() -> Vec<Sample> {
    let bytes = br#"[{"title": "Crime and Punishment", "price": 9.50, "old_price": null, "locale": "ru-RU"}]"#;
    vec![Sample {
        operation: "create_books".to_owned(),
        case: "documented".to_owned(),
        side: Side::Request,
        extension: "json".to_owned(),
        file: "create_books.documented.request.json".to_owned(),
        bytes: bytes.to_vec(),
    }]
}

fn options() -> Options {
    Options::new()
        .schema_feature("schema")
        .testing_feature("testing")
        .dynamic_feature("dynamic")
        .crate_path("shops")
}

fn generate(spec: &Path) -> Generated {
    pipeline::generate(spec, &samples(), &options()).unwrap_or_else(|e| panic!("{e}"))
}

/// Compares what is found with the goldens of the same names; all that differ are named.
fn goldens(found: &[(String, String)]) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/stages");
    let mut wrong = Vec::new();
    for (name, text) in found {
        let path = folder.join(name);
        if std::env::var_os("LAVKA_BLESS").is_some() {
            fs::write(&path, text).expect("the golden can be written");
        }
        let golden = fs::read_to_string(&path).unwrap_or_default();
        if &golden != text {
            let same = golden
                .lines()
                .zip(text.lines())
                .take_while(|(a, b)| a == b)
                .count();
            wrong.push(format!(
                "{name} from line {}: {:?}",
                same + 1,
                text.lines().nth(same)
            ));
        }
    }
    assert!(
        wrong.is_empty(),
        "LAVKA_BLESS=1 rewrites what differs:\n{}",
        wrong.join("\n")
    );
}

#[test]
fn each_stage_makes_what_its_golden_says() {
    let generated = generate(&spec());
    let mut found = vec![(
        "operations.txt".to_owned(),
        format!("{:#?}\n", generated.plan.operations),
    )];
    for (path, bytes) in generated.files() {
        let name = path
            .file_name()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        found.push((name, String::from_utf8(bytes).expect("UTF-8")));
    }
    let stages: BTreeSet<&str> = found.iter().map(|(name, _)| name.as_str()).collect();
    for file in [
        "mod.rs",
        "types.rs",
        "operations.rs",
        "client.rs",
        "dynamic.rs",
        "replies.rs",
    ] {
        assert!(
            stages.contains(file),
            "`{file}` was not printed: {stages:?}"
        );
    }
    goldens(&found);

    // No golden is without its stage.
    for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/stages"))
        .expect("the goldens")
    {
        let name = entry
            .expect("an entry")
            .file_name()
            .to_string_lossy()
            .into_owned();
        assert!(stages.contains(name.as_str()), "no stage makes `{name}`");
    }
}

/// `print` knows the plan and nothing before it: outside of the code that it prints, no path begins with a stage of this crate
/// but `plan`, nor with a package but those that make tokens. What the plan takes over from the model are the words of `wire`.
#[test]
fn the_printer_knows_the_plan_only() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let manifest = fs::read_to_string(root.join("Cargo.toml")).expect("the manifest");
    let packages: Vec<String> = manifest
        .lines()
        .skip_while(|line| *line != "[dependencies]")
        .skip(1)
        .take_while(|line| !line.starts_with('['))
        .filter_map(|line| line.split(['.', ' ', '=']).next())
        .filter(|name| !name.is_empty())
        .map(|name| name.replace('-', "_"))
        .collect();
    assert!(packages.contains(&"lavka_model".to_owned()), "{packages:?}");
    let own = fs::read_dir(root.join("src"))
        .expect("the source")
        .map(|entry| {
            let name = entry
                .expect("an entry")
                .file_name()
                .to_string_lossy()
                .into_owned();
            name.trim_end_matches(".rs").to_owned()
        });
    let stages: Vec<String> = own
        .filter(|name| name != "plan" && name != "print")
        .collect();
    let mut paths = 0;
    for (path, words) in tokens(&root.join("src/print")) {
        for at in 0..words.len() {
            let word = |offset: usize| words.get(at + offset).map_or("", String::as_str);
            if word(1) != ":" || word(2) != ":" {
                continue;
            }
            let inner = at >= 2 && words[at - 1] == ":";
            if word(0) == "crate" {
                let known = ["plan", "print"].contains(&word(3));
                assert!(known, "{}: `{}`", path.display(), word(3));
                paths += usize::from(word(3) == "plan");
            } else if !inner && packages.iter().any(|package| package == word(0)) {
                let makes_tokens = ["proc_macro2", "quote", "serde_json"].contains(&word(0));
                assert!(makes_tokens, "{}: `{}`", path.display(), word(0));
            }
            // As an import of `lib.rs` gives them: `use super::super::samples`.
            let outer = word(0) == "super" && word(3) == "super";
            assert!(!outer, "{}: super::super", path.display());
        }
    }
    assert!(paths > 20, "{paths}");
    assert!(stages.contains(&"pipeline".to_owned()), "{stages:?}");

    // The plan hands on nothing of the model but words.
    for (path, words) in tokens(&root.join("src/plan")) {
        let is_wire = path.ends_with("wire.rs");
        for three in words.windows(3) {
            let hands_on = three[0] == "pub" && three[1] == "use" && three[2] == "lavka_model";
            assert!(!hands_on || is_wire, "{}", path.display());
        }
    }
    let wire = fs::read_to_string(root.join("src/plan/wire.rs")).expect("a file");
    for whole in [
        "Api",
        "Operation",
        "Param",
        "Content",
        "TypeDef",
        "Struct",
        "Field",
        "TypeRef",
    ] {
        let mut words = wire.split(|c: char| !c.is_alphanumeric());
        assert!(
            !words.any(|word| word == whole),
            "wire.rs hands on `{whole}`"
        );
    }
}

/// The identifiers and signs of each file of a folder, without the code that it quotes.
fn tokens(folder: &Path) -> Vec<(PathBuf, Vec<String>)> {
    fn read(stream: proc_macro2::TokenStream, words: &mut Vec<String>) {
        let mut quoted = false;
        for tree in stream {
            match tree {
                proc_macro2::TokenTree::Group(group) => {
                    if !std::mem::take(&mut quoted) {
                        words.push("(".to_owned());
                        read(group.stream(), words);
                        words.push(")".to_owned());
                    }
                }
                proc_macro2::TokenTree::Punct(sign) => {
                    let is_macro = sign.as_char() == '!';
                    quoted = is_macro && words.last().is_some_and(|word| word == "quote");
                    words.push(sign.to_string());
                }
                other => words.push(other.to_string()),
            }
        }
    }
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(tokens(&path));
            continue;
        }
        let text = fs::read_to_string(&path).expect("a file");
        let mut words = Vec::new();
        read(text.parse().expect("Rust"), &mut words);
        found.push((path, words));
    }
    found
}

#[test]
fn the_single_file_is_the_files_nested() {
    let generated = generate(&spec());
    let whole = String::from_utf8(generated.single_file()).expect("UTF-8");
    let whole = syn::parse_file(&whole).expect("Rust");
    let modules: Vec<&syn::ItemMod> = whole
        .items
        .iter()
        .filter_map(|item| match item {
            syn::Item::Mod(module) => Some(module),
            _ => None,
        })
        .collect();
    assert_eq!(modules.len(), generated.module.files.len() - 1);
    // How far an item is indented decides about line breaks, commas at ends and braces of closures: they do not count.
    let printed = |items: &[syn::Item]| {
        let items = items.to_vec();
        let mut text = prettyplease::unparse(&syn::File {
            shebang: None,
            frontmatter: None,
            attrs: Vec::new(),
            items,
        });
        text.retain(|c| !c.is_whitespace() && !matches!(c, '{' | '}' | ','));
        text
    };
    let files = generated.files();
    for (name, _) in &generated.module.files[1..] {
        let module = modules
            .iter()
            .find(|module| module.ident == name)
            .expect("its module");
        let (_, items) = module.content.as_ref().expect("it has a body");
        let file = String::from_utf8(files[&PathBuf::from(format!("small/{name}.rs"))].clone());
        let file = syn::parse_file(&file.expect("UTF-8")).expect("Rust");
        assert_eq!(printed(items), printed(&file.items), "{name}");
    }
}

#[test]
fn the_same_spec_gives_the_same_bytes() {
    let first = generate(&spec());
    let again = generate(&spec());
    assert_eq!(first.files(), again.files());
    assert_eq!(first.single_file(), again.single_file());

    // Elsewhere, and by another path.
    let copy = folder("elsewhere");
    copy_folder(spec().parent().expect("a folder"), &copy);
    let elsewhere = generate(&copy.join("small.yaml"));
    assert_eq!(first.files(), elsewhere.files());

    // From another working directory, by a relative path: that is a matter of the process.
    let out = copy.join("out.rs");
    let status = Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", "generates_in_the_working_directory", "--ignored"])
        .env("LAVKA_TEST_OUT", &out)
        .current_dir(&copy)
        .status()
        .expect("it starts");
    assert!(status.success());
    assert_eq!(fs::read(&out).expect("its output"), first.single_file());
}

#[test]
#[ignore = "the_same_spec_gives_the_same_bytes starts it in another process"]
fn generates_in_the_working_directory() {
    let Some(out) = std::env::var_os("LAVKA_TEST_OUT") else {
        return;
    };
    fs::write(out, generate(Path::new("small.yaml")).single_file()).expect("a file");
}

/// An empty folder for a test.
fn folder(test: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("stages")
        .join(test);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    folder
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let path = entry.expect("an entry").path();
        let target = to.join(path.file_name().expect("a name"));
        if path.is_dir() {
            copy_folder(&path, &target);
        } else {
            fs::copy(&path, &target).expect("a copy");
        }
    }
}

/// All that is in a folder; folders have no content.
fn tree(root: &Path) -> Vec<(PathBuf, Option<Vec<u8>>)> {
    let mut found = Vec::new();
    let mut open = vec![root.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            let content = path.is_file().then(|| fs::read(&path).expect("a file"));
            if content.is_none() {
                open.push(path.clone());
            }
            found.push((path.strip_prefix(root).expect("below").to_owned(), content));
        }
    }
    found.sort();
    found
}

fn files(all: &[(&str, &str)]) -> Files {
    all.iter()
        .map(|(path, text)| (PathBuf::from(path), text.as_bytes().to_vec()))
        .collect()
}

fn owned() -> Vec<PathBuf> {
    vec![PathBuf::from("shop")]
}

#[test]
fn drift_is_named() {
    let root = folder("drift");
    let wanted = files(&[
        ("shop/a.rs", "one\ntwo\n"),
        ("shop/b.rs", "b\n"),
        ("shop/deep/c.rs", "c\n"),
        ("lib.rs", "lib\n"),
    ]);
    format::write(&root, &wanted, &owned()).expect("it can be written");
    assert_eq!(
        format::compare(&root, &wanted, &owned()).expect("it can be read"),
        Vec::new()
    );

    fs::write(root.join("shop/a.rs"), "one\n2\n").expect("a file");
    fs::remove_file(root.join("shop/b.rs")).expect("a file");
    fs::write(root.join("shop/deep/old.rs"), "").expect("a file");
    fs::write(root.join("mine.rs"), "not in a folder of the generator").expect("a file");
    let before = tree(&root);
    let drift = format::compare(&root, &wanted, &owned()).expect("it can be read");
    let expected = [
        Drift::Differs("shop/a.rs".into(), 2),
        Drift::Missing("shop/b.rs".into()),
        Drift::Stale("shop/deep/old.rs".into()),
    ];
    assert_eq!(drift, expected);
    assert_eq!(tree(&root), before, "comparing writes nothing");

    assert_eq!(
        format::write(&root, &wanted, &owned()).expect("it can be written"),
        expected
    );
    assert_eq!(
        format::compare(&root, &wanted, &owned()).expect("it can be read"),
        Vec::new()
    );
    assert!(
        !root.join("shop/deep/old.rs").exists(),
        "a stale file stays"
    );
    assert!(
        root.join("mine.rs").exists(),
        "a file that is not ours is gone"
    );
}

#[test]
fn files_that_are_right_are_not_touched() {
    let root = folder("untouched");
    let mut wanted = files(&[("shop/a.rs", "a\n"), ("shop/b.rs", "b\n")]);
    format::write(&root, &wanted, &owned()).expect("it can be written");
    let long_ago = SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000);
    for name in ["shop/a.rs", "shop/b.rs"] {
        let file = fs::File::options()
            .write(true)
            .open(root.join(name))
            .expect("a file");
        file.set_modified(long_ago).expect("a time");
    }
    wanted.insert("shop/b.rs".into(), b"changed\n".to_vec());
    format::write(&root, &wanted, &owned()).expect("it can be written");
    let modified = |name: &str| {
        fs::metadata(root.join(name))
            .expect("a file")
            .modified()
            .expect("a time")
    };
    assert_eq!(modified("shop/a.rs"), long_ago);
    assert_ne!(modified("shop/b.rs"), long_ago);
}

#[test]
fn files_are_written_all_or_none() {
    // What is in the way of the last file: of itself, of what is written beside it, of its folder.
    for (test, obstacle, is_folder) in [
        ("in-place", "shop/z.rs", true),
        ("beside", "shop/z.rs.lavka-new", true),
        ("folder", "shop/zoo", false),
    ] {
        let root = folder(&format!("all-or-none-{test}"));
        let before = files(&[("shop/a.rs", "a\n"), ("shop/stale.rs", "stale\n")]);
        format::write(&root, &before, &owned()).expect("it can be written");
        if is_folder {
            fs::create_dir_all(root.join(obstacle)).expect("a folder");
        } else {
            fs::write(root.join(obstacle), "a file").expect("a file");
        }
        let stood = tree(&root);
        let last = if is_folder {
            "shop/z.rs"
        } else {
            "shop/zoo/z.rs"
        };
        let wanted = files(&[
            ("shop/a.rs", "changed\n"),
            ("shop/new/b.rs", "b\n"),
            ("shop/c.rs", "c\n"),
            (last, "z\n"),
        ]);
        format::write(&root, &wanted, &owned()).expect_err(test);
        assert_eq!(tree(&root), stood, "{test}: something changed");
    }
}
