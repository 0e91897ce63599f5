//! Texts, examples and extensions: what most parts of a document have.

use std::collections::BTreeSet;

use lavka_model::normalized::{EXTERNAL_DOCS, Extensions, Operation, Spanned};
use lavka_model::source::{Node, Origin};
use lavka_model::xsd::facts;

use crate::finding::Spot;

/// Whether two texts say the same, white space aside.
pub(crate) fn same_text(one: Option<&String>, other: Option<&String>) -> bool {
    if one == other {
        return true;
    }
    let words = |text: Option<&'_ String>| text.map_or("", String::as_str).to_owned();
    let (one, other) = (words(one), words(other));
    one.split_whitespace().eq(other.split_whitespace())
}

/// That something is deprecated now, or no longer, and what it does to programs.
pub(super) fn deprecation(now: bool) -> (&'static str, &'static str) {
    match now {
        true => (
            "is deprecated",
            "the compiler warns where new bindings are used",
        ),
        false => ("is no longer deprecated", "the compiler no longer warns"),
    }
}

/// Whether two lists of values of a document are the same.
pub(super) fn all_same(one: &[Node], other: &[Node]) -> bool {
    one.len() == other.len() && one.iter().zip(other).all(|(a, b)| a.same(b))
}

/// Which extensions differ, whatever the order of keys, and where the first of them is.
pub(crate) fn extension_change(
    (one, near): (&Extensions, &Origin),
    (other, other_near): (&Extensions, &Origin),
) -> Option<(String, Spot, Spot)> {
    let differs = |key: &str| match (one.get(key), other.get(key)) {
        (Some(one), Some(other)) => !one.same(other),
        (None, None) => false,
        _ => true,
    };
    let keys: BTreeSet<&str> = (one.keys().chain(other.keys()).map(String::as_str))
        // One is for `lavka lint` only; others are compared as what they say.
        .filter(|key| key.starts_with("x-") && *key != "x-lint-allow")
        .filter(|key| !key.starts_with(facts::PREFIX) && differs(key))
        .collect();
    let first = *keys.first()?;
    let names: Vec<String> = keys.iter().take(5).map(|key| format!("`{key}`")).collect();
    let verb = if keys.len() == 1 { "changes" } else { "change" };
    let spot = |all: &Extensions, near: &Origin| {
        let known = all.get(first);
        known.map_or_else(|| Spot::near(near), |node| Spot::at(&node.origin, ""))
    };
    let what = format!("{} {verb}", names.join(", "));
    Some((what, spot(one, near), spot(other, other_near)))
}

/// The places of `externalDocs` where they differ, each with its URL.
pub(crate) fn external_docs(
    before: (&Extensions, &Origin),
    after: (&Extensions, &Origin),
) -> Option<(Spot, Spot)> {
    member(EXTERNAL_DOCS, before, after)
}

/// The places of a member that is kept beside the extensions, where it differs; each with its text, URL or name.
pub(crate) fn member(
    key: &str,
    (one, near): (&Extensions, &Origin),
    (other, other_near): (&Extensions, &Origin),
) -> Option<(Spot, Spot)> {
    let (one, other) = (one.get(key), other.get(key));
    let same = match (one, other) {
        (None, None) => true,
        (Some(one), Some(other)) => one.same(other),
        _ => false,
    };
    let spot = |docs: Option<&Node>, near: &Origin| {
        docs.map_or_else(
            || Spot::near(near),
            |docs| {
                let word = |key| docs.get(key).and_then(Node::as_str);
                let text = docs.as_str().or(word("url")).or(word("name"));
                Spot::at(&docs.origin, text.unwrap_or_default())
            },
        )
    };
    (!same).then(|| (spot(one, near), spot(other, other_near)))
}

/// Where a text of an operation is; near the operation where it has none.
pub(super) fn spot(text: &Option<Spanned<String>>, op: &Operation) -> Spot {
    text.as_ref().map_or_else(
        || Spot::near(&op.origin),
        |text| Spot::at(&text.origin, text.as_str()),
    )
}
