//! Where documents come from: files, folders, and revisions in git.

mod git;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use lavka_model::diag::{Findings, nearest};
use lavka_model::normalized::Document;
use lavka_model::source;

pub use git::Revision;

/// Most documents of a folder.
const MOST: usize = 500;

/// Why there is nothing to compare. It is the caller's mistake, or a document's.
#[derive(Debug)]
pub enum Error {
    /// A path, revision or command is wrong: what it is, and what would be right.
    Usage(String),
    /// A document cannot be read.
    Findings(Findings),
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Usage(text) => f.write_str(text),
            Self::Findings(findings) => f.write_str(&findings.to_text()),
        }
    }
}

impl std::error::Error for Error {}

/// A place that documents are read from.
#[derive(Clone, Debug)]
pub enum Input {
    /// A file or folder.
    Path(PathBuf),
    /// A file or folder of a revision.
    Git(Revision, String),
}

/// A document that was found, not yet read.
#[derive(Clone, Debug)]
pub struct Found {
    input: Input,
    /// The path of the document, or of the file of a folder: what both sides are matched by.
    pub name: String,
    /// The path to show.
    pub shown: String,
}

/// Whether a file's name is that of a document.
fn is_spec(name: &str) -> bool {
    let ext = name
        .rsplit_once('.')
        .map(|(_, ext)| ext.to_ascii_lowercase());
    matches!(ext.as_deref(), Some("yaml" | "yml" | "json"))
}

/// Whether a text has the key that makes it an OpenAPI document. Other YAML files of a folder are skipped.
fn is_openapi(text: &[u8]) -> bool {
    // Sorted keys of JSON have it behind the components.
    let text = String::from_utf8_lossy(text);
    let mut lines = text.lines();
    lines.any(|line| {
        let line = line.trim_start_matches('\u{feff}');
        let key = line.trim_start_matches([' ', '\t', '{', '"', '\'']);
        let plain = !line.starts_with([' ', '\t']) || line.trim_start().starts_with('"');
        plain && (key.starts_with("openapi") || key.starts_with("swagger"))
    }) || text.trim_start().starts_with('{') && text.contains("\"openapi\"")
}

impl Input {
    /// What an argument names: a file or folder, or `REV:PATH`.
    ///
    /// # Errors
    /// Where it is neither.
    pub fn parse(argument: &str) -> Result<Self, Error> {
        let path = Path::new(argument);
        if path.exists() {
            return Ok(Self::Path(path.to_owned()));
        }
        if let Some((revision, path)) = argument.split_once(':') {
            let revision = Revision::find(revision)?;
            return Self::at(revision, path);
        }
        let hint = sibling(path).map_or(
            "expected a file, a folder, or REV:PATH in git".to_owned(),
            |near| format!("did you mean `{near}`?"),
        );
        Err(Error::Usage(format!(
            "no such file or folder: `{argument}`; {hint}"
        )))
    }

    /// A path of a revision.
    ///
    /// # Errors
    /// Where the revision lacks it.
    pub fn at(revision: Revision, path: &str) -> Result<Self, Error> {
        let path = path.trim_end_matches('/');
        revision.check(path)?;
        Ok(Self::Git(revision, path.to_owned()))
    }

    /// The documents.
    ///
    /// # Errors
    /// Where nothing can be read, or there is none.
    pub fn documents(&self) -> Result<Vec<Found>, Error> {
        let found = match self {
            Self::Path(path) if path.is_file() => vec![Found {
                input: self.clone(),
                name: String::new(),
                shown: path.to_string_lossy().into_owned(),
            }],
            Self::Path(path) => folder(path)?,
            Self::Git(revision, path) => revision.documents(path)?,
        };
        if found.len() > MOST {
            return Err(Error::Usage(format!(
                "more than {MOST} documents in {self}"
            )));
        }
        Ok(found)
    }
}

impl std::fmt::Display for Input {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Path(path) => write!(f, "{}", path.display()),
            Self::Git(revision, path) => write!(f, "{}:{path}", revision.name()),
        }
    }
}

/// The name beside a missing path that was probably meant.
fn sibling(path: &Path) -> Option<String> {
    let parent = path.parent().filter(|p| !p.as_os_str().is_empty());
    let folder = parent.unwrap_or(Path::new("."));
    let names: Vec<String> = fs::read_dir(folder)
        .ok()?
        .take(2000)
        .filter_map(|entry| Some(entry.ok()?.file_name().to_string_lossy().into_owned()))
        .collect();
    let wanted = path.file_name()?.to_string_lossy();
    let found = nearest(&wanted, names.iter().map(String::as_str))?;
    Some(parent.map_or(found.to_owned(), |parent| {
        parent.join(found).to_string_lossy().into_owned()
    }))
}

fn folder(path: &Path) -> Result<Vec<Found>, Error> {
    let fail = |e: std::io::Error| Error::Usage(format!("cannot read {}: {e}", path.display()));
    let mut names: Vec<String> = Vec::new();
    for entry in fs::read_dir(path).map_err(fail)? {
        let entry = entry.map_err(fail)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if is_spec(&name) && entry.path().is_file() {
            names.push(name);
        }
    }
    names.sort();
    let mut found = Vec::new();
    for name in names {
        let file = path.join(&name);
        let text = fs::read(&file).map_err(fail)?;
        if is_openapi(&text) {
            found.push(Found {
                shown: file.to_string_lossy().into_owned(),
                input: Input::Path(file),
                name,
            });
        }
    }
    Ok(found)
}

impl Found {
    /// The path, without the revision: what names the document in an acceptance.
    #[must_use]
    pub fn path(&self) -> &str {
        match &self.input {
            Input::Path(_) => &self.shown,
            Input::Git(_, path) => path,
        }
    }

    /// The file's name without its ending: the module of the bindings.
    #[must_use]
    pub fn stem(&self) -> &str {
        let file = self
            .shown
            .rsplit(['/', '\\', ':'])
            .next()
            .unwrap_or_default();
        file.rsplit_once('.').map_or(file, |(stem, _)| stem)
    }

    /// Reads the document, and everything that it refers to; and its webhooks and callbacks, where it has any. The findings are of what could not be read as it is.
    ///
    /// # Errors
    /// What is no OpenAPI document: its findings.
    pub fn read(&self) -> Result<(Document, Option<Document>, Findings), Error> {
        let (source, findings) = match &self.input {
            Input::Path(path) => source::load(path),
            Input::Git(revision, path) => {
                let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
                source::load_with(name, folder, &|relative| {
                    let path = if folder.is_empty() {
                        relative.to_owned()
                    } else {
                        format!("{folder}/{relative}")
                    };
                    revision.read(&path)
                })
            }
        };
        let (document, findings) = lavka_model::with_findings(&source, findings);
        match document {
            Some(document) => {
                let calls_back = !document.webhooks.is_empty()
                    || document
                        .operations
                        .iter()
                        .any(|op| !op.callbacks.is_empty());
                let incoming = calls_back.then(|| lavka_model::incoming(&source)).flatten();
                Ok((document, incoming, findings))
            }
            None => Err(Error::Findings(findings)),
        }
    }
}

/// Documents of both sides that belong together: two single documents, or those of one name.
#[must_use]
pub fn pair(base: Vec<Found>, head: Vec<Found>) -> Vec<(Option<Found>, Option<Found>)> {
    let single = |side: &[Found]| matches!(side, [one] if one.name.is_empty());
    if single(&base) || single(&head) {
        // A folder against a file: the file's namesake.
        let file = |side: &[Found]| -> Option<String> {
            let shown = &side.first()?.shown;
            Some(shown.rsplit('/').next().unwrap_or(shown).to_owned())
        };
        let wanted = if single(&base) {
            file(&base)
        } else {
            file(&head)
        };
        let pick = |side: Vec<Found>| {
            let only = single(&side);
            side.into_iter()
                .find(|found| only || Some(&found.name) == wanted.as_ref())
        };
        return vec![(pick(base), pick(head))];
    }
    let mut pairs: BTreeMap<String, (Option<Found>, Option<Found>)> = BTreeMap::new();
    for found in base {
        let name = found.name.clone();
        pairs.entry(name).or_default().0 = Some(found);
    }
    for found in head {
        let name = found.name.clone();
        pairs.entry(name).or_default().1 = Some(found);
    }
    // `shop.json` in place of `shop.yaml` is the same document.
    let (both, lone): (Vec<_>, Vec<_>) = pairs
        .into_values()
        .partition(|(one, other)| one.is_some() && other.is_some());
    let mut pairs = both;
    let (mut gone, mut new) = (Vec::new(), Vec::new());
    for (one, other) in lone {
        gone.extend(one);
        new.extend(other);
    }
    for one in gone {
        let same: Vec<usize> = (0..new.len())
            .filter(|&at| new[at].stem() == one.stem())
            .collect();
        let other = match same.as_slice() {
            [at] => Some(new.remove(*at)),
            _ => None,
        };
        pairs.push((Some(one), other));
    }
    pairs.extend(new.into_iter().map(|other| (None, Some(other))));
    let name = |(one, other): &(Option<Found>, Option<Found>)| {
        let found = other.as_ref().or(one.as_ref());
        found.map(|found| found.name.clone())
    };
    pairs.sort_by_key(name);
    pairs
}
