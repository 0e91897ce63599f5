//! One document's text, with the numbers of its lines.

use std::fs;
use std::path::Path;

/// A document, known by its number.
pub(crate) struct Document {
    /// The number, `003`.
    pub(crate) id: String,
    /// All of the text.
    pub(crate) text: String,
}

/// One line of a document.
#[derive(Clone, Copy)]
pub(crate) struct Line<'a> {
    /// Counted from 1.
    pub(crate) number: usize,
    /// Byte offset of its start in the document.
    pub(crate) start: usize,
    /// Without the line break.
    pub(crate) text: &'a str,
}

impl Document {
    /// Reads the file in `folder` whose name starts with the document's number.
    pub(crate) fn load(folder: &Path, id: &str) -> Result<Self, String> {
        let entries = fs::read_dir(folder)
            .map_err(|error| format!("cannot list {}: {error}", folder.display()))?;
        let mut found = entries
            .filter_map(Result::ok)
            .map(|entry| entry.path())
            .filter(|path| path.extension().is_some_and(|extension| extension == "txt"))
            .filter(|path| {
                path.file_name()
                    .is_some_and(|name| name.to_string_lossy().starts_with(id))
            });
        let (Some(path), None) = (found.next(), found.next()) else {
            return Err(format!(
                "{}: exactly one {id}*.txt is needed (document {id})",
                folder.display()
            ));
        };
        let text = fs::read_to_string(&path)
            .map_err(|error| format!("cannot read {}: {error}", path.display()))?;
        Ok(Self {
            id: id.to_owned(),
            text,
        })
    }

    /// The lines in order.
    pub(crate) fn lines(&self) -> impl Iterator<Item = Line<'_>> {
        let mut start = 0;
        self.text
            .split_inclusive('\n')
            .zip(1..)
            .map(move |(full, number)| {
                let line = Line {
                    number,
                    start,
                    text: full.trim_end_matches(['\n', '\r']),
                };
                start += full.len();
                line
            })
    }

    /// The text from a byte offset to the end.
    pub(crate) fn from(&self, offset: usize) -> &str {
        self.text.get(offset..).unwrap_or_default()
    }

    /// An error that names the document and the line.
    pub(crate) fn error(&self, line: Line<'_>, what: &str) -> String {
        format!("document {}, line {}: {what}", self.id, line.number)
    }
}
