//! Files of a revision, by the `git` that is installed. Nothing of a revision or path reaches a shell, or is taken for an option.

use std::io;
use std::process::{Command, Stdio};

use lavka_model::diag::nearest;

use super::{Error, Found, Input, is_openapi, is_spec};
use crate::finding::shorten;

/// Largest file that is read.
const MOST_BYTES: u64 = 64 * 1024 * 1024;

/// A commit.
#[derive(Clone, Debug)]
pub struct Revision {
    name: String,
    commit: String,
}

fn git(arguments: &[&str]) -> Result<Vec<u8>, Error> {
    let mut command = Command::new("git");
    // Paths are names, not patterns; no pager, no prompt, no change of the index.
    command
        .args(["--no-pager", "--literal-pathspecs", "--no-optional-locks"])
        .args(arguments)
        .env("GIT_TERMINAL_PROMPT", "0")
        .stdin(Stdio::null());
    let output = command
        .output()
        .map_err(|e| Error::Usage(format!("cannot run git: {e}")))?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let message = String::from_utf8_lossy(&output.stderr);
    let first = message.lines().next().unwrap_or("git failed");
    Err(Error::Usage(shorten(
        first.trim_start_matches("fatal: "),
        200,
    )))
}

impl Revision {
    /// The commit that a name stands for.
    ///
    /// # Errors
    /// Where there is none, with the one that was probably meant.
    pub fn find(name: &str) -> Result<Self, Error> {
        let shown = shorten(name, 80);
        if name.is_empty() || name.starts_with('-') || name.chars().any(char::is_control) {
            return Err(Error::Usage(format!(
                "`{shown}` is not a revision; expected a branch, tag or commit"
            )));
        }
        git(&["rev-parse", "--git-dir"]).map_err(|_| {
            Error::Usage(format!(
                "`{shown}` is a revision, but this folder is in no git repository; expected a file or folder"
            ))
        })?;
        let wanted = format!("{name}^{{commit}}");
        let found = git(&[
            "rev-parse",
            "--verify",
            "--quiet",
            "--end-of-options",
            &wanted,
        ]);
        let commit = match found {
            Ok(out) => String::from_utf8_lossy(&out).trim().to_owned(),
            Err(_) => return Err(Self::unknown(&shown)),
        };
        let hexadecimal = commit.bytes().all(|b| b.is_ascii_hexdigit());
        if commit.len() < 40 || !hexadecimal {
            return Err(Self::unknown(&shown));
        }
        Ok(Self {
            name: name.to_owned(),
            commit,
        })
    }

    fn unknown(shown: &str) -> Error {
        let names = git(&["for-each-ref", "--format=%(refname:short)", "--count=5000"]);
        let names = names.map(|out| String::from_utf8_lossy(&out).into_owned());
        let names = names.unwrap_or_default();
        let hint = nearest(shown, names.lines()).map_or_else(
            || {
                let some: Vec<&str> = names.lines().take(5).collect();
                if some.is_empty() {
                    "expected a branch, tag or commit".to_owned()
                } else {
                    format!("there are {}", some.join(", "))
                }
            },
            |near| format!("did you mean `{near}`?"),
        );
        Error::Usage(format!("unknown revision `{shown}`; {hint}"))
    }

    /// The name that it was asked for by.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Entries below a path, relative to the current folder: kind, object, size, path.
    fn list(&self, path: &str) -> Result<Vec<Entry>, Error> {
        let mut arguments = vec!["ls-tree", "-z", "-l", self.commit.as_str(), "--"];
        if !path.is_empty() && path != "." {
            arguments.push(path);
        }
        let out = git(&arguments)?;
        Ok(out
            .split(|&b| b == 0)
            .filter_map(|line| Entry::parse(&String::from_utf8_lossy(line)))
            .collect())
    }

    fn entry(&self, path: &str) -> Result<Option<Entry>, Error> {
        Ok(self.list(path)?.into_iter().find(|e| e.path == path))
    }

    /// Whether it has a path.
    ///
    /// # Errors
    /// Where it has not, with the one that was probably meant.
    pub(super) fn check(&self, path: &str) -> Result<(), Error> {
        let shown = shorten(path, 120);
        if path.starts_with('/') || path.chars().any(char::is_control) {
            return Err(Error::Usage(format!(
                "`{shown}`: expected a path relative to the current folder"
            )));
        }
        if path.is_empty() || path == "." || self.entry(path)?.is_some() {
            return Ok(());
        }
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let below = if folder.is_empty() {
            String::new()
        } else {
            format!("{folder}/")
        };
        let names = self.list(&below).unwrap_or_default();
        let hint = nearest(path, names.iter().map(|entry| entry.path.as_str()))
            .map_or(String::new(), |near| {
                format!("; did you mean `{}:{near}`?", self.name)
            });
        Err(Error::Usage(format!(
            "`{shown}` is not in the revision `{}`{hint}",
            self.name
        )))
    }

    fn is_folder(&self, path: &str) -> Result<bool, Error> {
        Ok(path.is_empty() || path == "." || self.entry(path)?.is_some_and(|e| e.kind == "tree"))
    }

    pub(super) fn documents(&self, path: &str) -> Result<Vec<Found>, Error> {
        let found = |path: String, name: String| Found {
            shown: format!("{}:{path}", self.name),
            input: Input::Git(self.clone(), path),
            name,
        };
        if !self.is_folder(path)? {
            return Ok(vec![found(path.to_owned(), String::new())]);
        }
        let below = if path.is_empty() || path == "." {
            String::new()
        } else {
            format!("{path}/")
        };
        let mut all = Vec::new();
        for entry in self.list(&below)? {
            let name = entry.path.rsplit('/').next().unwrap_or("").to_owned();
            if entry.kind == "blob" && is_spec(&name) && is_openapi(&self.blob(&entry)?) {
                all.push(found(entry.path, name));
            }
        }
        Ok(all)
    }

    fn blob(&self, entry: &Entry) -> Result<Vec<u8>, Error> {
        if entry.size > MOST_BYTES {
            return Err(Error::Usage(format!("`{}` is too large", entry.path)));
        }
        git(&["cat-file", "blob", &entry.object])
    }

    /// The bytes of a file.
    pub(super) fn read(&self, path: &str) -> io::Result<Vec<u8>> {
        let missing = || io::Error::new(io::ErrorKind::NotFound, "not in this revision");
        let entry = self.entry(path).ok().flatten().filter(|e| e.kind == "blob");
        let entry = entry.ok_or_else(missing)?;
        self.blob(&entry)
            .map_err(|e| io::Error::other(e.to_string()))
    }
}

struct Entry {
    kind: String,
    object: String,
    size: u64,
    path: String,
}

impl Entry {
    /// `100644 blob 0123abcd    512\tspecs/a.yaml`
    fn parse(line: &str) -> Option<Self> {
        let (facts, path) = line.split_once('\t')?;
        let mut facts = facts.split_whitespace();
        // The mode of a file.
        facts.next()?;
        Some(Self {
            kind: facts.next()?.to_owned(),
            object: facts.next()?.to_owned(),
            size: facts.next()?.parse().unwrap_or(0),
            path: path.to_owned(),
        })
    }
}
