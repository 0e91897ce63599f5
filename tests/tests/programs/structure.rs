//! The structure of the source: no files of a package import each other in a circle. What a module hands on of its files
//! (`super::Core`) does not count: it is the module's.

#![allow(clippy::expect_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

const PACKAGES: [&str; 6] = ["model", "codegen", "runtime", "review", "sandbox", "cli"];

/// A module: the names of its path within the package.
type Module = Vec<String>;

/// The source of each file that is a module and holds no others, by the module.
fn files(folder: &Path, module: &Module, found: &mut BTreeMap<Module, String>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_stem().expect("a name").to_string_lossy();
        let inner = [module.as_slice(), &[name.into_owned()]].concat();
        if path.is_dir() {
            files(&path, &inner, found);
        } else if path.extension().is_some_and(|end| end == "rs")
            && !path.with_extension("").is_dir()
        {
            let text = std::fs::read_to_string(&path).expect("UTF-8");
            let own = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
            found.insert(inner, own.to_owned());
        }
    }
}

/// Words and signs, without comments.
fn tokens(text: &str) -> Vec<&str> {
    let lines = text.lines().map(|line| line.split("//").next());
    let mut tokens = Vec::new();
    for mut rest in lines.flatten() {
        while let Some(first) = rest.chars().next() {
            let word = rest.find(|c: char| !(c.is_alphanumeric() || c == '_'));
            let length = match word.unwrap_or(rest.len()) {
                0 if rest.starts_with("::") => 2,
                0 => first.len_utf8(),
                length => length,
            };
            let (token, more) = rest.split_at(length);
            tokens.extend((!token.trim().is_empty()).then_some(token));
            rest = more;
        }
    }
    tokens
}

/// Reads a path, and each that is in its braces; `at` is where its next word is.
fn paths<'t>(tokens: &[&'t str], at: &mut usize, path: &[&'t str], found: &mut Vec<Vec<&'t str>>) {
    let mut path = path.to_vec();
    while let Some(&word) = tokens.get(*at) {
        *at += 1;
        if word == "{" {
            while tokens.get(*at).is_some_and(|next| *next != "}") {
                paths(tokens, at, &path, found);
            }
            *at += 1;
            return;
        }
        if word == "," {
            return;
        }
        path.push(word);
        if tokens.get(*at) != Some(&"::") {
            found.push(path);
            return;
        }
        *at += 1;
    }
}

/// The files that a file of this module imports.
fn imports(module: &Module, text: &str, all: &BTreeMap<Module, String>) -> BTreeSet<Module> {
    let tokens = tokens(text);
    let mut found = Vec::new();
    for at in 0..tokens.len() {
        let starts = ["crate", "super"].contains(&tokens[at]) && tokens.get(at + 1) == Some(&"::");
        // `$crate` of a macro is for the program that uses it.
        if starts && !matches!(at.checked_sub(1).map(|at| tokens[at]), Some("::" | "$")) {
            paths(&tokens, &mut { at }, &[], &mut found);
        }
    }
    let is_folder = module.last().is_some_and(|name| name == "mod");
    let target = |path: Vec<&str>| {
        let mut target = module.clone();
        target.truncate(module.len() - usize::from(is_folder));
        for word in path {
            match word {
                "crate" => target.clear(),
                "super" => drop(target.pop()),
                word => target.push(word.to_owned()),
            }
        }
        (1..=target.len())
            .map(|length| target[..length].to_vec())
            .find(|known| all.contains_key(known))
    };
    let found = found.into_iter().filter_map(target);
    found.filter(|target| target != module).collect()
}

#[test]
fn no_files_import_each_other_in_a_circle() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut arrows = 0;
    for package in PACKAGES {
        let mut all = BTreeMap::new();
        files(&root.join(package).join("src"), &Vec::new(), &mut all);
        let mut open: BTreeMap<&Module, BTreeSet<Module>> = all
            .iter()
            .map(|(module, text)| (module, imports(module, text, &all)))
            .collect();
        arrows += open.values().map(BTreeSet::len).sum::<usize>();
        // What imports nothing that is left is in no circle.
        loop {
            let before = open.len();
            let left: BTreeSet<Module> = open.keys().map(|module| (*module).clone()).collect();
            open.retain(|_, imports| {
                imports.retain(|import| left.contains(import));
                !imports.is_empty()
            });
            if open.len() == before {
                break;
            }
        }
        let show = |module: &Module| module.join("::");
        let circle: Vec<String> = open
            .iter()
            .flat_map(|(module, imports)| imports.iter().map(move |import| (*module, import)))
            .map(|(module, import)| format!("{} imports {}", show(module), show(import)))
            .collect();
        assert!(circle.is_empty(), "{package}:\n{}", circle.join("\n"));
    }
    assert!(arrows > 500, "{arrows}");
}
