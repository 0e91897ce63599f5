//! A change of the bindings.

use crate::catalogue::Check;
use crate::level::Level;

/// A change of the bindings.
pub(super) struct Change {
    pub(super) check: &'static Check,
    pub(super) level: Level,
    pub(super) place: String,
    /// Places on the wire that are the likely reason.
    pub(super) reasons: Vec<String>,
    pub(super) text: String,
    pub(super) before: String,
    pub(super) after: String,
    /// Places on the wire, old and new, that the same name or position stands for.
    pub(super) moved: Vec<(String, String)>,
    /// The type of before and the one that takes its place here.
    pub(super) types: Option<(String, String)>,
    /// Names of a type that comes, goes or gets another name.
    pub(super) names: Vec<String>,
    /// The type that a renamed variant holds.
    pub(super) holds: Option<String>,
}

impl Change {
    /// A change at a place.
    pub(super) fn new(check: &'static Check, level: Level, place: &str, text: String) -> Self {
        Self {
            check,
            level,
            place: place.to_owned(),
            reasons: Vec::new(),
            text,
            before: String::new(),
            after: String::new(),
            moved: Vec::new(),
            types: None,
            names: Vec::new(),
            holds: None,
        }
    }
}
