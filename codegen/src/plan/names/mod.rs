//! Rust names.
//!
//! A name is a function of its own wire name and of the *set* of wire names in its scope, never of their order. Where two
//! want one name, neither gets it: each takes a mark that is computed from its own wire spelling (`max_keys_kebab_` for
//! `max-keys` beside `MaxKeys`) and ends in `_`, as no name without a mark does, and a finding asks for `x-rust-name`. So a collision breaks the build of those who used the
//! name, and never makes it stand for something else.

mod assemblies;
mod scope;
mod scopes;
mod style;
mod types;

use proc_macro2::{Ident, Span};
use quote::TokenStreamExt;

pub use super::spelling::{Case, is_keyword, spell};
pub use scope::{Scope, Wanted, fingerprint};
pub use scopes::{CONSTANTS, FIELDS, METHODS, PARAMETERS, TYPES, VALUES, VARIANTS};
pub use types::TypeNames;
pub(super) use types::variant_tag;

/// A Rust name.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Name {
    /// Without the mark.
    stem: String,
    /// What distinguishes it from others that want the stem; empty where none does.
    mark: String,
    /// As it is printed.
    full: String,
}

impl Name {
    fn new(stem: String, mark: String, case: Case) -> Self {
        let mut full = match case {
            _ if mark.is_empty() => stem.clone(),
            Case::Snake => format!("{stem}_{mark}_"),
            Case::Shouty => format!("{stem}_{}_", mark.to_ascii_uppercase()),
            Case::Camel if is_word(&mark) => format!("{stem}{}_", spell(&mark, case)),
            // A letter that no lower-case one follows: the mark is seen to be none of the words.
            Case::Camel => format!("{stem}X{mark}_"),
        };
        if is_keyword(&full) {
            full.push('_');
        }
        Self { stem, mark, full }
    }

    /// A name that the generator chose, which must be an identifier and end in a letter or digit.
    #[must_use]
    pub fn fixed(name: &str) -> Self {
        Self::new(name.to_owned(), String::new(), Case::Snake)
    }

    /// As it is printed. Never a keyword.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.full
    }

    /// A `snake_case` name made of this one: `with_` before it, `_stream` behind it. The mark stays last.
    #[must_use]
    pub fn affixed(&self, before: &str, behind: &str) -> Self {
        let stem = format!("{before}{}{behind}", self.stem);
        Self::new(stem, self.mark.clone(), Case::Snake)
    }

    /// The setter of a field with this name: `with_price`. A field that is called `with_…` already has `set_with_…`, so that no
    /// setter is called as another field's.
    #[must_use]
    pub fn setter(&self) -> Self {
        match self.stem.starts_with("with_") {
            true => self.affixed("set_", ""),
            false => self.affixed("with_", ""),
        }
    }

    /// The same in another case, with words behind it: `get_order` as `GetOrderParams`.
    #[must_use]
    pub fn in_case(&self, case: Case, behind: &str) -> Self {
        let stem = format!("{}{behind}", spell(&self.stem, case));
        Self::new(stem, self.mark.clone(), case)
    }
}

/// Whether a mark is a word, and no hexadecimal digits.
fn is_word(mark: &str) -> bool {
    mark.bytes().any(|byte| byte > b'f')
}

impl std::fmt::Display for Name {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.full)
    }
}

impl quote::ToTokens for Name {
    fn to_tokens(&self, tokens: &mut proc_macro2::TokenStream) {
        tokens.append(Ident::new(&self.full, Span::call_site()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Findings;
    use crate::source::Origin;

    fn given(scope: Scope, wires: &[&str]) -> Vec<String> {
        let origin = Origin::default();
        let wanted: Vec<Wanted<'_>> = wires
            .iter()
            .map(|wire| Wanted::new(wire, None, &origin))
            .collect();
        let mut findings = Findings::new();
        let names = scope.names("", &wanted, &mut findings);
        let marked = names.iter().filter(|name| !name.mark.is_empty()).count();
        assert_eq!(findings.iter().count(), marked, "{names:?}");
        names.iter().map(|name| name.as_str().to_owned()).collect()
    }

    #[test]
    fn of_two_that_want_one_name_neither_gets_it() {
        let both = given(FIELDS, &["Tracking", "id", "tracking"]);
        assert_eq!(both[1], "id");
        assert!(
            both[0].starts_with("tracking_") && both[0].ends_with('_'),
            "{both:?}"
        );
        assert_ne!(both[0], both[2]);
        let mut turned = given(FIELDS, &["tracking", "Tracking", "id"]);
        turned.rotate_left(1);
        assert_eq!(
            both,
            [turned[0].clone(), turned[1].clone(), turned[2].clone()]
        );
        assert_eq!(given(FIELDS, &["tracking"]), ["tracking"]);
    }

    #[test]
    fn keywords_and_reserved_names_have_names_that_compile() {
        assert_eq!(
            given(FIELDS, &["type", "self", "new"]),
            ["type_", "self_", "new"]
        );
        assert_eq!(
            given(VALUES, &["unknown", "self"]),
            ["UnknownValue", "Self_"]
        );
        assert_eq!(
            given(TYPES, &["Option", "client"]),
            ["Option", "ClientType"]
        );
        let name = FIELDS.names(
            "",
            &[Wanted::new("type", None, &Origin::default())],
            &mut Findings::new(),
        );
        assert_eq!(name[0].affixed("with_", "").as_str(), "with_type");
    }

    #[test]
    fn a_method_that_is_made_beside_another_contests_its_name() {
        let origin = Origin::default();
        let mut wanted = ["list", "list_stream", "get"].map(|id| Wanted::new(id, None, &origin));
        wanted[0].behind.push("_stream");
        let names = METHODS.names("", &wanted, &mut Findings::new());
        assert!(
            !names[0].mark.is_empty() && !names[1].mark.is_empty(),
            "{names:?}"
        );
        assert_eq!(names[2].as_str(), "get");
    }

    #[test]
    fn places_tell_parameters_apart() {
        let origin = Origin::default();
        let wanted = ["path", "query"].map(|place| Wanted {
            key: format!("{place} id"),
            hint: Some(place),
            ..Wanted::new("id", None, &origin)
        });
        let names = PARAMETERS.names("", &wanted, &mut Findings::new());
        assert_eq!(names[0].as_str(), "id_path_");
        assert_eq!(names[1].as_str(), "id_query_");
    }

    #[test]
    fn a_component_keeps_its_name_before_an_inline_type() {
        let origin = Origin::default();
        let mut wanted = [
            Wanted::new("Order/items", None, &origin),
            Wanted::new("OrderItems", None, &origin),
        ];
        wanted[0].yields = true;
        let names = TYPES.names("", &wanted, &mut Findings::new());
        assert!(!names[0].mark.is_empty());
        assert_eq!(names[1].as_str(), "OrderItems");
        assert_eq!(
            names[0]
                .in_case(Case::Snake, "")
                .as_str()
                .matches('_')
                .count(),
            3
        );
        assert_eq!(names[0].as_str(), "OrderItemsInner_");
    }
}
