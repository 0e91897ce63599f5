//! Pieces of bodies that report failures.

use super::names::{LANGUAGES, TEXTS};
use super::tree::Tree;
use super::{Failure, FailureItem};

/// Properties, or child elements.
pub(super) type Map = [(String, Tree)];

/// Whether two names are the same but for case, `_`, `-` and spaces.
pub(super) fn same(name: &str, known: &str) -> bool {
    fn letters(text: &str) -> impl Iterator<Item = char> {
        let kept = text.chars().filter(|c| !matches!(c, '_' | '-' | ' '));
        kept.flat_map(char::to_lowercase)
    }
    // Most names differ in their first letters.
    let first = |text: &str| text.bytes().next().filter(u8::is_ascii_alphanumeric);
    let differ = |(one, other): (u8, u8)| !one.eq_ignore_ascii_case(&other);
    !first(name).zip(first(known)).is_some_and(differ) && letters(name).eq(letters(known))
}

pub(super) fn is_one_of(name: &str, names: &[&str]) -> bool {
    names.iter().any(|known| same(name, known))
}

/// The entries under these names, in the order of the names.
pub(super) fn found<'m>(map: &'m Map, names: &[&str]) -> std::vec::IntoIter<(&'m str, &'m Tree)> {
    let mut found = Vec::new();
    for known in names {
        for (name, tree) in map {
            if same(name, known) {
                found.push((name.as_str(), tree));
            }
        }
    }
    found.into_iter()
}

/// The first scalar under these names.
pub(super) fn found_scalar<'m>(map: &'m Map, names: &[&str]) -> Option<&'m str> {
    found(map, names).find_map(|(_, tree)| tree.scalar())
}

/// SOAP 1.2: `<Code><Value>env:Sender</Value></Code><Reason><Text xml:lang="en">…</Text></Reason>`
pub(super) fn inner_text(tree: &Tree) -> Option<&str> {
    match tree {
        Tree::Map(map) => found_scalar(map, &["value", "text"]),
        _ => None,
    }
}

/// Magento: `{"message": "No entity with %field = %1", "parameters": {"field": "id"}}`
pub(super) fn fill(message: &mut String, parameters: &Tree) {
    let mut put = |name: &str, tree: &Tree| {
        if let Some(text) = tree.scalar()
            && message.len() + text.len() < 1024
        {
            *message = message.replace(&format!("%{name}"), text);
        }
    };
    match parameters {
        // `%10` before `%1`.
        Tree::List(items) => (items.iter().enumerate().rev().take(20))
            .for_each(|(at, tree)| put(&(at + 1).to_string(), tree)),
        Tree::Map(map) => (map.iter().take(20)).for_each(|(name, tree)| put(name, tree)),
        _ => {}
    }
}

/// Whether a text is a list or an object of JSON.
pub(super) fn is_json(text: &str) -> bool {
    let text = text.trim();
    text.starts_with(['[', '{']) && crate::json::is_valid(text)
}

/// Adds an error whose text has not come yet.
pub(super) fn add(failure: &mut Failure, item: FailureItem) {
    let known = |text: &str| text.contains(item.message.as_str());
    let repeated = failure.message.as_deref().is_some_and(known)
        || failure.errors.iter().any(|other| known(&other.message));
    if !repeated {
        failure.errors.push(item);
    }
}

/// A text in several languages: a list of language and text, one such pair, or a map of languages.
pub(super) fn localized(tree: &Tree) -> Option<Vec<(String, String)>> {
    let pair = |tree: &Tree| {
        let Tree::Map(map) = tree else { return None };
        let text = |names| found_scalar(map, names).map(str::to_owned);
        Some((text(LANGUAGES)?, text(TEXTS)?))
    };
    match tree {
        Tree::List(items) if !items.is_empty() => items.iter().map(pair).collect(),
        Tree::Map(map) if !map.is_empty() => match pair(tree) {
            Some(pair) => Some(vec![pair]),
            None => map
                .iter()
                .map(|(name, tree)| {
                    let text = tree.scalar().filter(|_| is_language(name))?;
                    Some((name.clone(), text.to_owned()))
                })
                .collect(),
        },
        _ => None,
    }
}

/// `ru`, `en-US`
pub(super) fn is_language(name: &str) -> bool {
    let (language, region) = name.split_once(['-', '_']).unwrap_or((name, ""));
    let letters = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphabetic());
    language.len() == 2 && letters(language) && matches!(region.len(), 0 | 2 | 4) && letters(region)
}
