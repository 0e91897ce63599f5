//! Lints of Clippy that a method breaks because the spec says what it is called, and what it takes.

use super::names::Name;

/// The most arguments that Clippy takes without a word, beside `self`.
const MOST_ARGUMENTS: usize = 6;

/// Returns the names of the lints that a method breaks. `options`: it takes the struct of what is optional too.
#[must_use]
pub fn broken(method: &Name, arguments: &[&Name], options: bool) -> Vec<&'static str> {
    let is_placeholder = |name: &&Name| matches!(name.as_str(), "foo" | "baz" | "quux");
    let conversions = ["from_", "into_", "to_", "is_", "as_"];
    let is_conversion = conversions.iter().any(|p| method.as_str().starts_with(p));
    let broken = [
        (
            arguments.len() + usize::from(options) > MOST_ARGUMENTS,
            "too_many_arguments",
        ),
        (arguments.iter().any(is_placeholder), "disallowed_names"),
        (is_conversion, "wrong_self_convention"),
    ];
    let broken = broken.into_iter();
    broken.filter_map(|(is, lint)| is.then_some(lint)).collect()
}
