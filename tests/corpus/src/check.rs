//! Compiles all modules that were generated, in few crates, with warnings as errors.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::measure::Outcome;

/// Lines of source in one crate: rustc needs up to 2 GB for as many.
const LINES: usize = 100_000;

/// What compiles the modules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Depth {
    /// `cargo check`, without the module `dynamic`.
    Quick,
    /// clippy with its default lints, and rustdoc.
    Full,
}

impl Depth {
    fn commands(self) -> &'static [&'static [&'static str]] {
        match self {
            Self::Quick => &[&["check", "--no-default-features"]],
            Self::Full => &[&["clippy"], &["doc", "--no-deps"]],
        }
    }
}

/// Writes crates that hold the modules and compiles them, one at a time. Prints the modules that do not compile without a
/// warning, each with the compiler's first words; returns how many they are.
pub(crate) fn check(
    outcomes: &[Outcome],
    modules: &Path,
    out: &Path,
    depth: Depth,
) -> io::Result<usize> {
    let members = write_crates(outcomes, modules, out)?;
    let mut failed = BTreeMap::new();
    for words in depth.commands() {
        for member in &members {
            let run = Command::new("cargo")
                .args(*words)
                .args([
                    "--quiet",
                    "--offline",
                    "--message-format=short",
                    "-p",
                    member,
                ])
                .current_dir(out)
                .output()?;
            let text = String::from_utf8_lossy(&run.stderr).into_owned();
            let mut found = false;
            for (module, message) in text.lines().filter_map(complaint) {
                found = true;
                if let Entry::Vacant(first) = failed.entry(module) {
                    let module = first.key();
                    say!("does not compile without a warning: {module}: {message}");
                    first.insert(message);
                }
            }
            if !run.status.success() && !found {
                let first: Vec<&str> = text.lines().take(5).collect();
                let message = first.join(" | ");
                say!("{member} does not compile: {message}");
                failed.insert(format!("{member} ({})", words.join(" ")), message);
            }
        }
    }
    Ok(failed.len())
}

/// The module that a line of the compiler's output is about, and the line.
fn complaint(line: &str) -> Option<(String, String)> {
    let (place, message) = line.split_once(": ")?;
    let file = Path::new(place.split(':').next()?);
    let module = file.file_stem()?.to_str()?;
    (file.extension()? == "rs").then(|| (module.to_owned(), format!("{place}: {message}")))
}

fn write_crates(outcomes: &[Outcome], modules: &Path, out: &Path) -> io::Result<Vec<String>> {
    let mut groups: Vec<(usize, Vec<String>)> = Vec::new();
    for module in outcomes.iter().filter_map(|outcome| outcome.module.clone()) {
        let lines = fs::read_to_string(modules.join(format!("{module}.rs")))?
            .lines()
            .count();
        match groups.last_mut().filter(|(sum, _)| *sum + lines <= LINES) {
            Some((sum, names)) => {
                *sum += lines;
                names.push(module);
            }
            None => groups.push((lines, vec![module])),
        }
    }
    let mut members = Vec::new();
    for (index, (_, names)) in groups.iter().enumerate() {
        let name = format!("corpus{index}");
        let sources = out.join(&name).join("src");
        if sources.exists() {
            fs::remove_dir_all(&sources)?;
        }
        fs::create_dir_all(&sources)?;
        fs::write(out.join(&name).join("Cargo.toml"), manifest(&name, ""))?;
        let mut text =
            String::from("//! Generated modules.\n#![warn(missing_docs, rust_2018_idioms)]\n");
        for module in names {
            fs::copy(
                modules.join(format!("{module}.rs")),
                sources.join(format!("{module}.rs")),
            )?;
            let _ = writeln!(text, "/// `{module}`.\npub mod {module};");
        }
        fs::write(sources.join("lib.rs"), text)?;
        members.push(name);
    }
    fs::write(out.join("Cargo.toml"), workspace(&members))?;
    fs::copy(root().join("Cargo.lock"), out.join("Cargo.lock"))?;
    Ok(members)
}

/// The repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

pub(crate) fn workspace(members: &[String]) -> String {
    format!(
        "[workspace]\nresolver = \"3\"\nmembers = {members:?}\n[profile.dev]\ndebug = false\nincremental = false\n"
    )
}

pub(crate) fn manifest(name: &str, more: &str) -> String {
    let root = root();
    let root = root.canonicalize().unwrap_or(root);
    format!(
        "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\npublish = false\n\
         [features]\ndefault = [\"dynamic\"]\ndynamic = []\n\
         [dependencies]\nlavka-runtime = {{ path = {:?}, features = [\"xml\"] }}\nserde_json = \"1\"\n\
         {more}",
        root.join("runtime")
    )
}
