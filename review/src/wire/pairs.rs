//! Pairs of schemas, and what comparing one gives.

use lavka_model::normalized::{SchemaId, Schemas};

use super::effects::Hint;
use crate::catalogue::Check;
use crate::finding::Spot;
use crate::level::{Direction, Level, Variance};

/// A pair of schemas to compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Pair {
    pub(crate) base: SchemaId,
    pub(crate) head: SchemaId,
    pub(crate) direction: Direction,
    /// Whether null is judged by who holds the value: the property.
    pub(crate) null_judged: bool,
    /// Whether the value is always there, so that its default is never used.
    pub(crate) given: bool,
}

impl Pair {
    /// A pair that is judged for null itself.
    pub(crate) fn new(base: SchemaId, head: SchemaId, direction: Direction) -> Self {
        Self {
            base,
            head,
            direction,
            null_judged: false,
            given: false,
        }
    }

    /// Returns the pair for values that are always present, if `given`. Without a default it is the same pair.
    pub(crate) fn given(self, given: bool, base: &Schemas, head: &Schemas) -> Self {
        let default = base[self.base].default.is_some() || head[self.head].default.is_some();
        Self {
            given: given && default,
            ..self
        }
    }

    /// A pair of schemas that these hold.
    pub(crate) fn inside(self, base: SchemaId, head: SchemaId) -> Self {
        Self::new(base, head, self.direction)
    }
}

/// A change at a pair, before it is known who reaches it.
pub(crate) struct Raw {
    pub(crate) check: &'static Check,
    /// What it does to values in JSON, in XML, and as a text.
    pub(crate) json: Option<Variance>,
    pub(crate) xml: Option<Variance>,
    pub(crate) text: Option<Variance>,
    /// In place of the table's.
    pub(crate) level: Option<Level>,
    /// Continues the pair's place: `.phone`.
    pub(crate) suffix: String,
    pub(crate) what: String,
    pub(crate) before: Spot,
    pub(crate) after: Spot,
    pub(crate) hint: Hint,
    /// One value became several, or back: texts that are written one by one.
    pub(crate) one_or_more: bool,
}

impl Raw {
    /// A change that is the same in every format.
    pub(crate) fn new(
        check: &'static Check,
        variance: Variance,
        what: impl Into<String>,
        before: Spot,
        after: Spot,
    ) -> Self {
        Self {
            check,
            json: Some(variance),
            xml: Some(variance),
            text: Some(variance),
            level: None,
            suffix: String::new(),
            what: what.into(),
            before,
            after,
            hint: Hint::None,
            one_or_more: false,
        }
    }

    pub(crate) fn only_xml(mut self) -> Self {
        (self.json, self.text) = (None, None);
        self
    }

    pub(crate) fn nowhere(mut self) -> Self {
        (self.json, self.xml, self.text) = (None, None, None);
        self
    }

    pub(crate) fn suffix(mut self, suffix: impl Into<String>) -> Self {
        self.suffix = suffix.into();
        self
    }

    pub(crate) fn level(mut self, level: Level) -> Self {
        self.level = Some(level);
        self
    }

    pub(crate) fn hint(mut self, hint: Hint) -> Self {
        self.hint = hint;
        self
    }

    /// Whether it is more than words for readers.
    pub(crate) fn matters(&self) -> bool {
        self.variance().is_some()
    }

    pub(crate) fn variance(&self) -> Option<Variance> {
        self.json.or(self.xml).or(self.text)
    }
}

/// What comparing a pair gives: changes at it, and pairs that it holds.
#[derive(Default)]
pub(crate) struct Local {
    pub(crate) changes: Vec<Raw>,
    pub(crate) edges: Vec<(Pair, String)>,
    /// Renamed items of lists, whose place depends on the items' schemas.
    pub(crate) item_names: Vec<ItemName>,
}

/// The name of a list's items changed: the place is where the items' schema says it.
pub(crate) struct ItemName {
    pub(crate) raw: Raw,
    pub(crate) items: (Option<SchemaId>, Option<SchemaId>),
}
