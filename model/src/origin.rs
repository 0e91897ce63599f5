//! Places in spec files.

use std::fmt;
use std::sync::{Arc, OnceLock};

/// A text file of a spec: a path to show, the text, and where its lines start.
#[derive(Debug)]
pub struct File {
    path: String,
    text: String,
    lines: Vec<usize>,
    steps: OnceLock<Steps>,
}

/// The way from a file's root to each value, as a tree: what JSON pointers are made of. Nearly no place is ever asked for its
/// pointer, so none holds one.
#[derive(Debug, Default)]
pub(crate) struct Steps {
    steps: Vec<Step>,
    keys: indexmap::IndexSet<String>,
}

#[derive(Clone, Copy, Debug)]
struct Step {
    parent: u32,
    segment: Segment,
}

#[derive(Clone, Copy, Debug)]
enum Segment {
    Root,
    Index(u32),
    Key(u32),
}

/// Names a value of a file in its [`Steps`]. The default is the root.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct StepId(u32);

impl Steps {
    /// The steps of a file of which nothing but the root is known.
    pub(crate) fn new() -> Self {
        Self {
            steps: vec![Step {
                parent: 0,
                segment: Segment::Root,
            }],
            keys: indexmap::IndexSet::new(),
        }
    }

    fn add(&mut self, parent: StepId, segment: Segment) -> StepId {
        let id = u32::try_from(self.steps.len()).unwrap_or(0);
        self.steps.push(Step {
            parent: parent.0,
            segment,
        });
        StepId(id)
    }

    /// A member of an object.
    pub(crate) fn key(&mut self, parent: StepId, key: &str) -> StepId {
        let index = match self.keys.get_index_of(key) {
            Some(index) => index,
            None => self.keys.insert_full(key.to_owned()).0,
        };
        self.add(parent, Segment::Key(u32::try_from(index).unwrap_or(0)))
    }

    /// An item of a list.
    pub(crate) fn item(&mut self, parent: StepId, index: usize) -> StepId {
        self.add(
            parent,
            Segment::Index(u32::try_from(index).unwrap_or(u32::MAX)),
        )
    }

    fn get(&self, id: StepId) -> Option<Step> {
        self.steps.get(id.0 as usize).copied()
    }

    fn pointer(&self, id: StepId) -> String {
        let mut segments = Vec::new();
        let mut at = self.get(id);
        while let Some(step) = at {
            segments.push(match step.segment {
                Segment::Root => break,
                Segment::Index(index) => index.to_string(),
                Segment::Key(key) => self
                    .keys
                    .get_index(key as usize)
                    .map_or_else(String::new, |key| escape(key)),
            });
            at = self.get(StepId(step.parent));
        }
        segments
            .iter()
            .rev()
            .fold(String::new(), |mut made, segment| {
                made.push('/');
                made.push_str(segment);
                made
            })
    }
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
            steps: OnceLock::new(),
        })
    }

    /// The path as shown in findings.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Keeps the ways to the values that were read.
    pub(crate) fn keep(&self, steps: Steps) {
        // A file is read once.
        let _ = self.steps.set(steps);
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
    start: u32,
    end: u32,
    step: StepId,
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
            start: clamp(start),
            end: clamp(end.clamp(start, limit)),
            step: StepId::default(),
        }
    }

    /// The same place, as that of a value.
    #[must_use]
    pub(crate) fn at(mut self, step: StepId) -> Self {
        self.step = step;
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

    /// JSON pointer in the file (`/paths/~1x/get`); empty for the root or where none is known.
    #[must_use]
    pub fn pointer(&self) -> String {
        let steps = self.file.as_ref().and_then(|file| file.steps.get());
        steps.map_or_else(String::new, |steps| steps.pointer(self.step))
    }

    /// The key under which the value is, if it is a member of an object.
    #[must_use]
    pub fn key_name(&self) -> Option<&str> {
        let steps = self.file.as_ref()?.steps.get()?;
        match steps.get(self.step)?.segment {
            Segment::Key(key) => steps.keys.get_index(key as usize).map(String::as_str),
            _ => None,
        }
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

    /// Length in characters, of what is on the first line; at least 1.
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

    /// Tells values apart, within one reading of the files.
    pub(crate) fn identity(&self) -> (usize, u32, u32) {
        let file = self
            .file
            .as_ref()
            .map_or(0, |file| Arc::as_ptr(file).addr());
        (file, self.start, self.end)
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

/// A key as a segment of a JSON pointer.
#[must_use]
pub fn escape(segment: &str) -> String {
    segment.replace('~', "~0").replace('/', "~1")
}
