//! What a reference names: a place in a file of the source.

use super::tree::{Node, Value, percent_decode, unescape};
use super::{Content, Source};
use crate::origin::escape;

/// Why a reference cannot be followed.
pub(super) const LEAVES: &str = "leaves the folder of the spec";

/// The file that a `$ref` of a file refers to, relative to the spec's folder; `None` for the file itself.
pub(crate) fn join(from: &str, reference: &str) -> Result<Option<String>, &'static str> {
    let file = reference.split('#').next().unwrap_or("");
    if file.is_empty() {
        return Ok(None);
    }
    if file.contains("://") || file.starts_with("urn:") {
        return Err("is a URL; specs are read from files only");
    }
    let file = percent_decode(file);
    if file.starts_with('/') || file.contains(['\\', ':', '\0']) {
        return Err("is not a relative path");
    }
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in file.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                if parts.pop().is_none() {
                    return Err(LEAVES);
                }
            }
            _ => parts.push(part),
        }
    }
    if parts.is_empty() {
        Err("names no file")
    } else {
        Ok(Some(parts.join("/")))
    }
}

/// Something in a file: the file's index and a JSON pointer, whose segments are escaped in one way.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) file: usize,
    pub(crate) pointer: String,
}

/// Why a reference names nothing.
#[derive(Clone, Debug)]
pub(crate) enum Lost {
    /// The file could not be read, or is not one that may be; this has been reported.
    Reported,
    /// There is nothing at the place.
    Nothing(Place),
    /// Not a reference of a form that is known.
    Form,
}

impl Place {
    /// The pointer's segments.
    pub(crate) fn segments(&self) -> impl Iterator<Item = String> {
        self.pointer.split('/').skip(1).map(plain)
    }
}

/// A segment that is escaped but not percent-encoded, as a key.
pub(crate) fn plain(segment: &str) -> String {
    segment.replace("~1", "/").replace("~0", "~")
}

impl Source {
    /// The place that a reference of a file names.
    pub(crate) fn place(&self, reference: &str, file: usize) -> Result<Place, Lost> {
        let (path, _) = self.files.get_index(file).ok_or(Lost::Form)?;
        let pointer = reference.split_once('#').map_or("", |(_, pointer)| pointer);
        // A reference that leaves the folder, or is a URL, has been reported when the files were read.
        let target = join(path, reference).map_err(|_| Lost::Reported)?;
        let file = match target {
            Some(target) => self.files.get_index_of(&target).ok_or(Lost::Reported)?,
            None if reference.starts_with('#') => file,
            None => return Err(Lost::Form),
        };
        if !pointer.is_empty() && !pointer.starts_with('/') {
            return Err(Lost::Form);
        }
        let pointer = pointer
            .split('/')
            .map(|segment| escape(&unescape(segment)))
            .collect::<Vec<_>>()
            .join("/");
        Ok(Place { file, pointer })
    }

    /// The node at a place of a YAML or JSON file.
    pub(crate) fn node(&self, place: &Place) -> Result<&Node, Lost> {
        let nothing = || Lost::Nothing(place.clone());
        let (_, loaded) = self.files.get_index(place.file).ok_or_else(nothing)?;
        let mut node = loaded.tree().ok_or(Lost::Reported)?;
        for segment in place.segments() {
            let next = match &node.value {
                Value::Object(object) => object.get(&segment).map(|member| &member.node),
                Value::Array(items) => segment
                    .parse::<usize>()
                    .ok()
                    .and_then(|index| items.get(index)),
                _ => None,
            };
            node = next.ok_or_else(nothing)?;
        }
        Ok(node)
    }

    /// Whether a place is in an XML Schema.
    pub(crate) fn is_xsd(&self, place: &Place) -> bool {
        self.files
            .get_index(place.file)
            .is_some_and(|(_, loaded)| matches!(loaded.content, Content::Schema))
    }

    /// Path of a place's file.
    pub(crate) fn path_of(&self, place: &Place) -> &str {
        self.files
            .get_index(place.file)
            .map_or("", |(path, _)| path.as_str())
    }

    /// Name of a place's file, without folder and extension.
    pub(crate) fn stem_of(&self, place: &Place) -> &str {
        let path = self.path_of(place);
        let name = path.rsplit('/').next().unwrap_or(path);
        name.split('.').next().unwrap_or(name)
    }

    /// Index of a file.
    pub(crate) fn index_of(&self, path: &str) -> Option<usize> {
        self.files.get_index_of(path)
    }
}
