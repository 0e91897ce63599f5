//! Places in spec files.

use std::fmt;
use std::sync::Arc;

/// A text file of a spec: a path to show, the text, and where its lines start.
#[derive(Debug)]
pub struct File {
    path: String,
    text: String,
    lines: Vec<usize>,
}

impl File {
    /// A file with this path (as shown in findings) and text.
    #[must_use]
    pub fn new(path: impl Into<String>, text: String) -> Arc<Self> {
        let lines = std::iter::once(0)
            .chain(text.match_indices('\n').map(|(at, _)| at + 1))
            .collect();
        Arc::new(Self {
            path: path.into(),
            text,
            lines,
        })
    }

    /// The path as shown in findings.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The text, without a byte-order mark, with `\n` line ends.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Line (from 1) and column (from 1, in characters) of a byte.
    #[must_use]
    pub fn position(&self, byte: usize) -> (usize, usize) {
        let line = self.lines.partition_point(|&start| start <= byte).max(1);
        let start = self.lines.get(line - 1).copied().unwrap_or(0);
        let column = self
            .text
            .get(start..byte)
            .map_or(0, |before| before.chars().count());
        (line, column + 1)
    }

    /// The text of a line (from 1), without its end.
    #[must_use]
    pub fn line(&self, line: usize) -> &str {
        let start = line
            .checked_sub(1)
            .and_then(|index| self.lines.get(index))
            .copied();
        start
            .and_then(|start| self.text.get(start..))
            .and_then(|rest| rest.lines().next())
            .unwrap_or("")
    }
}

/// A place in a spec: file, bytes, JSON pointer. Cheap to clone. The default is no place: something that no file holds.
#[derive(Clone, Default)]
pub struct Origin {
    file: Option<Arc<File>>,
    pointer: Option<Arc<str>>,
    start: u32,
    end: u32,
}

impl Origin {
    /// The bytes `start..end` of a file.
    #[must_use]
    pub fn new(file: &Arc<File>, start: usize, end: usize) -> Self {
        let limit = file.text.len();
        let start = start.min(limit);
        let clamp = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Self {
            file: Some(Arc::clone(file)),
            pointer: None,
            start: clamp(start),
            end: clamp(end.clamp(start, limit)),
        }
    }

    /// The same place with its JSON pointer.
    #[must_use]
    pub fn with_pointer(mut self, pointer: &str) -> Self {
        self.pointer = Some(pointer.into());
        self
    }

    /// Path of the file; empty where there is none.
    #[must_use]
    pub fn path(&self) -> &str {
        self.file.as_ref().map_or("", |file| file.path())
    }

    /// The file.
    #[must_use]
    pub fn file(&self) -> Option<&File> {
        self.file.as_deref()
    }

    pub(crate) fn file_arc(&self) -> Option<&Arc<File>> {
        self.file.as_ref()
    }

    /// JSON pointer in the file (`/paths/~1x/get`); empty for the root or where none is known.
    #[must_use]
    pub fn pointer(&self) -> &str {
        self.pointer.as_deref().unwrap_or("")
    }

    /// First byte.
    #[must_use]
    pub fn start(&self) -> usize {
        self.start as usize
    }

    /// Byte after the last.
    #[must_use]
    pub fn end(&self) -> usize {
        self.end as usize
    }

    /// Line, from 1; 0 where there is no file.
    #[must_use]
    pub fn line(&self) -> usize {
        self.file
            .as_ref()
            .map_or(0, |file| file.position(self.start()).0)
    }

    /// Column in characters, from 1; 0 where there is no file.
    #[must_use]
    pub fn column(&self) -> usize {
        self.file
            .as_ref()
            .map_or(0, |file| file.position(self.start()).1)
    }

    /// Length in characters, of what stands on the first line; at least 1.
    #[must_use]
    pub fn width(&self) -> usize {
        let text = self
            .file
            .as_ref()
            .and_then(|file| file.text.get(self.start()..self.end()))
            .unwrap_or("");
        text.lines()
            .next()
            .unwrap_or("")
            .trim_end()
            .chars()
            .count()
            .max(1)
    }

    /// Its first character, so that a whole object is not underlined.
    #[must_use]
    pub fn head(&self) -> Self {
        Self {
            end: self.end.min(self.start.saturating_add(1)),
            ..self.clone()
        }
    }

    /// Whether both are the same bytes of the same file.
    #[must_use]
    pub fn same(&self, other: &Self) -> bool {
        self.key() == other.key()
    }

    /// What orders places: file, then position.
    pub(crate) fn key(&self) -> (&str, u32, u32) {
        (self.path(), self.start, self.end)
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.file {
            Some(file) => write!(f, "{}:{}:{}", file.path, self.line(), self.column()),
            None => f.write_str("(no file)"),
        }
    }
}

impl fmt::Debug for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
