//! Compiles all modules that were generated, in few crates, with warnings as errors.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::measure::Outcome;

/// Lines of source in one crate.
const LINES: usize = 150_000;

/// Writes crates that hold the modules and compiles them. Returns the modules that did not compile without a warning, each with
/// the compiler's first words.
pub(crate) fn check(
    outcomes: &[Outcome],
    modules: &Path,
    out: &Path,
) -> io::Result<Vec<(String, String)>> {
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
        let folder = out.join(&name);
        fs::create_dir_all(folder.join("src"))?;
        fs::write(folder.join("Cargo.toml"), manifest(&name, ""))?;
        let mut text =
            String::from("#![warn(missing_docs, rust_2018_idioms)]\n//! Generated modules.\n");
        for module in names {
            fs::copy(
                modules.join(format!("{module}.rs")),
                folder.join("src").join(format!("{module}.rs")),
            )?;
            let _ = writeln!(text, "pub mod {module};");
        }
        fs::write(folder.join("src/lib.rs"), text)?;
        members.push(name);
    }
    fs::write(out.join("Cargo.toml"), workspace(&members))?;
    fs::copy(root().join("Cargo.lock"), out.join("Cargo.lock"))?;
    let mut failed = Vec::new();
    for words in [["clippy"].as_slice(), ["doc", "--no-deps"].as_slice()] {
        let run = Command::new("cargo")
            .args(words)
            .args([
                "--quiet",
                "--offline",
                "--message-format=short",
                "--keep-going",
                "--workspace",
            ])
            .current_dir(out)
            .output()?;
        let text = String::from_utf8_lossy(&run.stderr).into_owned();
        let mut found = false;
        for line in text.lines() {
            let Some((place, message)) = line.split_once(": ") else {
                continue;
            };
            let file = place.split(':').next().unwrap_or("");
            if let Some(module) = Path::new(file).file_stem().and_then(|stem| stem.to_str())
                && file.ends_with(".rs")
                && !failed.iter().any(|(name, _)| name == module)
            {
                found = true;
                failed.push((module.to_owned(), format!("{place}: {message}")));
            }
        }
        if !run.status.success() && !found {
            failed.push((
                words.join(" "),
                text.lines().take(5).collect::<Vec<_>>().join(" | "),
            ));
        }
    }
    Ok(failed)
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
