//! Limits of numbers, texts, lists and objects.

use lavka_model::normalized::{Limits, Schema, Spanned, Type};
use lavka_model::source::Node;

use super::pairs::{Local, Raw};
use super::values::spot_of;
use super::whole::{Bound, format_end, limit, whole};
use crate::catalogue::{self, Check};
use crate::finding::Spot;
use crate::level::Variance;

/// How a lower bound moved: a higher one narrows. Where none is given, `ends` are those of the formats.
fn moved(before: &Bound<'_>, after: &Bound<'_>, ends: (f64, f64)) -> Option<Variance> {
    let value = |bound: &Bound<'_>, end: f64| {
        bound
            .as_ref()
            .map_or((end, false), |bound| (bound.0, bound.1))
    };
    if before.is_none() && after.is_none() {
        return None;
    }
    let (before, after) = (value(before, ends.0), value(after, ends.1));
    let higher = |a: (f64, bool), b: (f64, bool)| a.0 > b.0 || (a.0 == b.0 && a.1 && !b.1);
    Variance::of(higher(after, before), higher(before, after))
}

/// Whether no limit is given, as is usual.
fn unlimited(limits: &Limits) -> bool {
    let numbers = [
        &limits.minimum,
        &limits.maximum,
        &limits.exclusive_minimum,
        &limits.exclusive_maximum,
        &limits.multiple_of,
    ];
    let counts = [
        &limits.min_length,
        &limits.max_length,
        &limits.min_items,
        &limits.max_items,
        &limits.min_properties,
        &limits.max_properties,
    ];
    numbers.iter().all(|limit| limit.is_none())
        && counts.iter().all(|limit| limit.is_none())
        && limits.unique_items.is_none()
        && limits.pattern.is_none()
}

pub(super) fn compare(base: &Schema, head: &Schema, out: &mut Local) {
    if unlimited(&base.limits) && unlimited(&head.limits) {
        return;
    }
    let mut sides = Sides { base, head, out };
    // Values that fit all limits of the other side are not limited by them.
    let within = match (&base.values, &head.values) {
        (Some(values), None) => values.value.iter().all(|value| fits(value, head)),
        (None, Some(values)) => values.value.iter().all(|value| fits(value, base)),
        _ => false,
    };
    if !within {
        sides.numbers();
        sides.step();
        sides.counts();
    }
    sides.unique();
    sides.pattern();
}

/// Whether a number or text is within the limits.
fn fits(value: &Node, schema: &Schema) -> bool {
    let limits = &schema.limits;
    if let Some(text) = value.as_str() {
        let length = text.chars().count() as u64;
        let least = limits.min_length.as_ref().is_none_or(|l| length >= l.value);
        return least && limits.max_length.as_ref().is_none_or(|l| length <= l.value);
    }
    let Some(number) = value.to_json().as_f64() else {
        return true;
    };
    let ends = [1.0, -1.0].iter().all(|sign| {
        limit(schema, *sign).is_none_or(|(end, excluded, ..)| {
            let number = number * sign;
            number > end || (number >= end && !excluded)
        })
    });
    let step = limits.multiple_of.as_ref();
    let step = step.and_then(|step| step.value.as_f64());
    ends && step.is_none_or(|step| step == 0.0 || (number / step).fract().abs() < 1e-9)
}

struct Sides<'a> {
    base: &'a Schema,
    head: &'a Schema,
    out: &'a mut Local,
}

impl<'a> Sides<'a> {
    fn push(
        &mut self,
        check: &'static Check,
        word: &str,
        variance: Option<Variance>,
        (before, after): (Spot, Spot),
    ) {
        let Some(variance) = variance else { return };
        let what = match (before.present, after.present) {
            (true, true) => format!("{word} is {} instead of {}", after.text, before.text),
            (false, _) => format!("{word} {} is added", after.text),
            (true, false) => format!("{word} is removed; it was {}", before.text),
        };
        let raw = Raw::new(check, variance, what, before, after);
        self.out.changes.push(raw);
    }

    /// The places of a limit.
    fn spots<T: std::fmt::Display + 'a>(
        &self,
        limit: impl Fn(&'a Limits) -> &'a Option<Spanned<T>>,
    ) -> (Spot, Spot) {
        (
            spot_of(limit(&self.base.limits), self.base),
            spot_of(limit(&self.head.limits), self.head),
        )
    }

    fn numbers(&mut self) {
        let (base, head) = (self.base, self.head);
        let both = whole(base) && whole(head);
        let end = |schema: &Schema, sign: f64| {
            if both {
                format_end(schema, sign)
            } else {
                f64::NEG_INFINITY
            }
        };
        for (word, sign) in [("the minimum", 1.0), ("the maximum", -1.0)] {
            let (before, after) = (limit(base, sign), limit(head, sign));
            let spot = |bound: &Bound<'_>, schema: &Schema| {
                bound.as_ref().map_or_else(
                    || Spot::near(&schema.origin),
                    |(_, _, origin, text)| Spot::at(origin, text.as_str()),
                )
            };
            let spots = (spot(&before, base), spot(&after, head));
            let variance = moved(&before, &after, (end(base, sign), end(head, sign)));
            self.push(&catalogue::NUMBER_LIMITS, word, variance, spots);
        }
    }

    fn step(&mut self) {
        let step = |schema: &Schema| {
            let step = schema.limits.multiple_of.as_ref();
            let step = step.and_then(|step| step.value.as_f64())?;
            // Every whole number is a multiple of 1, and of 0.5.
            let whole = schema.types.single() == Some(Type::Integer);
            Some(step).filter(|step| !whole || (1.0 / step).fract() != 0.0)
        };
        let variance = match (step(self.base), step(self.head)) {
            (None, None) => None,
            (Some(before), Some(after)) => {
                let of = |a: f64, b: f64| b != 0.0 && (a / b - (a / b).round()).abs() < 1e-9;
                Variance::of(!of(before, after), !of(after, before))
            }
            (None, Some(_)) => Some(Variance::Narrows),
            (Some(_), None) => Some(Variance::Widens),
        };
        let spots = self.spots(|limits| &limits.multiple_of);
        self.push(&catalogue::MULTIPLE_OF, "`multipleOf`", variance, spots);
    }

    fn counts(&mut self) {
        type Count = fn(&Limits) -> &Option<Spanned<u64>>;
        let lower: [(&'static Check, &str, Count); 3] = [
            (&catalogue::LENGTH, "the minimal length", |l| &l.min_length),
            (&catalogue::ITEM_COUNT, "the minimal number of items", |l| {
                &l.min_items
            }),
            (
                &catalogue::PROPERTY_COUNT,
                "the minimal number of properties",
                |l| &l.min_properties,
            ),
        ];
        let upper: [(&'static Check, &str, Count); 3] = [
            (&catalogue::LENGTH, "the maximal length", |l| &l.max_length),
            (&catalogue::ITEM_COUNT, "the maximal number of items", |l| {
                &l.max_items
            }),
            (
                &catalogue::PROPERTY_COUNT,
                "the maximal number of properties",
                |l| &l.max_properties,
            ),
        ];
        let value = |schema: &Schema, limit: Count, none: u64| {
            limit(&schema.limits)
                .as_ref()
                .map_or(none, |limit| limit.value)
        };
        for (check, word, limit) in lower {
            let (was, is) = (value(self.base, limit, 0), value(self.head, limit, 0));
            let spots = self.spots(limit);
            self.push(check, word, Variance::of(is > was, is < was), spots);
        }
        for (check, word, limit) in upper {
            let none = u64::MAX;
            let (was, is) = (value(self.base, limit, none), value(self.head, limit, none));
            let spots = self.spots(limit);
            self.push(check, word, Variance::of(is < was, is > was), spots);
        }
    }

    fn unique(&mut self) {
        let unique = |schema: &Schema| {
            let unique = schema.limits.unique_items.as_ref();
            unique.is_some_and(|unique| unique.value)
        };
        let (was, is) = (unique(self.base), unique(self.head));
        let spots = self.spots(|limits| &limits.unique_items);
        let word = "`uniqueItems`";
        let variance = Variance::of(!was && is, was && !is);
        self.push(&catalogue::ITEM_COUNT, word, variance, spots);
    }

    fn pattern(&mut self) {
        // What matches every text is not a pattern.
        let pattern = |schema: &Schema| {
            let pattern = schema.limits.pattern.as_ref();
            let pattern = pattern.map(|pattern| pattern.value.clone());
            pattern
                .filter(|pattern| !matches!(pattern.as_str(), "" | ".*" | "^.*$" | "^.*" | ".*$"))
        };
        let variance = match (pattern(self.base), pattern(self.head)) {
            (before, after) if before == after => None,
            (None, _) => Some(Variance::Narrows),
            (_, None) => Some(Variance::Widens),
            _ => Some(Variance::Incomparable),
        };
        let spots = self.spots(|limits| &limits.pattern);
        self.push(&catalogue::PATTERN, "the pattern", variance, spots);
    }
}
