//! Rust names.
//!
//! A name is a function of its own wire name and of the *set* of wire names in its scope, never of their order. Where two
//! want one name, neither gets it: each takes a mark that is computed from its own wire spelling and ends in `_`, as no
//! name without a mark does, and a finding asks for `x-rust-name`. So a collision breaks the build of those who used the
//! name, and never makes it stand for something else.

use std::collections::{HashMap, HashSet};

pub use super::spelling::{Case, is_keyword, spell};
use lavka_model::model::{Api, TypeDef, TypeId, TypeKind, TypeName, TypeRef};

use crate::diag::{Code, Finding, Findings};
use crate::source::Origin;

/// A Rust name.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Name {
    /// Without the mark.
    stem: String,
    /// What tells it from others that want the stem; empty where none does.
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

    /// Whether the name was contested.
    #[must_use]
    pub fn is_marked(&self) -> bool {
        !self.mark.is_empty()
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

impl std::fmt::Display for Name {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.full)
    }
}

impl quote::ToTokens for Name {
    fn to_tokens(&self, tokens: &mut proc_macro2::TokenStream) {
        proc_macro2::Ident::new(&self.full, proc_macro2::Span::call_site()).to_tokens(tokens);
    }
}

/// Something that is to be named.
#[derive(Clone, Debug)]
pub struct Wanted<'a> {
    /// Its wire spelling, unique in the scope. What its mark is computed from.
    pub key: String,
    /// What its name is made of: `x-rust-name`, or the wire name.
    pub text: String,
    /// A word of its own that tells it from others of the same text, such as the place of a parameter.
    pub hint: Option<&'static str>,
    /// Names that it takes beside its own, by what is put behind: `_stream`.
    pub behind: Vec<&'static str>,
    /// It yields to others: an inline type.
    pub yields: bool,
    /// Where a collision is shown.
    pub origin: &'a Origin,
}

impl<'a> Wanted<'a> {
    /// Something with this wire name and, where it is given, `x-rust-name`.
    #[must_use]
    pub fn new(wire: &str, rust_name: Option<&str>, origin: &'a Origin) -> Self {
        Self {
            key: wire.to_owned(),
            text: rust_name.unwrap_or(wire).to_owned(),
            hint: None,
            behind: Vec::new(),
            yields: false,
            origin,
        }
    }
}

/// The rules of a scope.
#[derive(Clone, Copy, Debug)]
pub struct Scope {
    /// What is named, in the plural: `fields of Order`.
    pub what: &'static str,
    /// The extension that gives a name.
    pub extension: &'static str,
    /// How names are written.
    pub case: Case,
    /// Names that the generated code needs for itself.
    pub reserved: &'static [&'static str],
    /// What is put behind such a name.
    pub behind_reserved: &'static str,
    /// Other cases in which the names are written, and must differ too.
    pub also: &'static [Case],
}

impl Scope {
    fn stem(&self, text: &str) -> String {
        let stem = spell(text, self.case);
        if self.reserved.contains(&stem.as_str()) {
            format!("{stem}{}", self.behind_reserved)
        } else {
            stem
        }
    }

    /// Gives each its name. `owner` is what the scope belongs to, for findings.
    pub fn names(&self, owner: &str, wanted: &[Wanted<'_>], findings: &mut Findings) -> Vec<Name> {
        let stems: Vec<String> = wanted.iter().map(|w| self.stem(&w.text)).collect();
        // Mostly there is nothing to settle.
        let mut seen = HashSet::with_capacity(stems.len());
        if wanted.iter().all(|w| w.behind.is_empty()) && stems.iter().all(|stem| seen.insert(stem))
        {
            let names = stems.into_iter();
            return names
                .map(|stem| Name::new(stem, String::new(), self.case))
                .collect();
        }
        let mut claims: HashMap<String, Vec<usize>> = HashMap::new();
        for (index, stem) in stems.iter().enumerate() {
            claims.entry(stem.clone()).or_default().push(index);
            for case in self.also {
                // No name in the scope's own case has this sign.
                let other = format!("{case:?}:{}", spell(stem, *case));
                claims.entry(other).or_default().push(index);
            }
            for behind in &wanted[index].behind {
                claims
                    .entry(format!("{stem}{behind}"))
                    .or_default()
                    .push(index);
            }
        }
        // The contests of each.
        let contests: Vec<Contest<'_>> = claims
            .into_values()
            .filter_map(|group| Contest::of(group, wanted))
            .collect();
        let mut contested: Vec<Vec<&Contest<'_>>> = vec![Vec::new(); wanted.len()];
        for contest in &contests {
            for &index in &contest.yielding {
                contested[index].push(contest);
            }
        }
        let mut marks: Vec<String> = contested
            .iter()
            .enumerate()
            .map(|(index, contests)| mark(&wanted[index], contests))
            .collect();
        // Two hashes may be equal: then the wire spelling itself is the mark.
        let mut seen: HashMap<(&str, &str), usize> = HashMap::new();
        for (stem, mark) in stems.iter().zip(&marks) {
            *seen.entry((stem, mark)).or_default() += 1;
        }
        let equal: Vec<bool> = stems
            .iter()
            .zip(&marks)
            .map(|(stem, mark)| !mark.is_empty() && seen[&(stem.as_str(), mark.as_str())] > 1)
            .collect();
        for (index, _) in equal.iter().enumerate().filter(|(_, equal)| **equal) {
            marks[index] = hex(&wanted[index].key);
        }
        let names = stems.into_iter().zip(marks);
        let names: Vec<Name> = names
            .map(|(stem, mark)| Name::new(stem, mark, self.case))
            .collect();
        for (index, contests) in contested.iter().enumerate() {
            let rivals = contests.iter().map(|contest| contest.rival(index));
            if let Some(rival) = rivals.min() {
                findings.push(self.collision(owner, index, rival, wanted, &names[index]));
            }
        }
        names
    }

    fn collision(
        &self,
        owner: &str,
        index: usize,
        other: usize,
        wanted: &[Wanted<'_>],
        name: &Name,
    ) -> Finding {
        let (own, rival) = (&wanted[index], &wanted[other]);
        Finding::new(
            Code::RustNameTaken,
            own.origin,
            format!(
                "`{}` and `{}` ({}{}{owner}) have the same Rust name `{}`; this one is called `{name}`",
                own.key,
                rival.key,
                self.what,
                if owner.is_empty() { "" } else { " of " },
                name.stem,
            ),
        )
        .help(format!("give it a name of its own with `{}`", self.extension))
        .note(rival.origin, "the other one")
    }
}

/// Several that want one name.
struct Contest<'w> {
    /// The first two of them.
    first: [usize; 2],
    /// Those that do not get it.
    yielding: Vec<usize>,
    /// How many have each hint, or none.
    hints: HashMap<Option<&'w str>, usize>,
}

impl<'w> Contest<'w> {
    /// `group` in order. `None` where there is no contest.
    fn of(mut group: Vec<usize>, wanted: &'w [Wanted<'_>]) -> Option<Self> {
        group.dedup();
        let [first, second, ..] = *group.as_slice() else {
            return None;
        };
        let mut hints: HashMap<Option<&str>, usize> = HashMap::new();
        for &index in &group {
            *hints.entry(wanted[index].hint).or_default() += 1;
        }
        // One that does not yield keeps its name before all that do.
        let firm = |index: &usize| !wanted[*index].yields;
        let keeps = group.iter().filter(|index| firm(index)).count() == 1;
        group.retain(|index| !(keeps && firm(index)));
        Some(Self {
            first: [first, second],
            yielding: group,
            hints,
        })
    }

    /// The first other one.
    fn rival(&self, index: usize) -> usize {
        let [first, second] = self.first;
        if first == index { second } else { first }
    }
}

/// What tells one from its rivals: its hint, or a hash of its wire spelling. Empty where it has none.
fn mark(own: &Wanted<'_>, contests: &[&Contest<'_>]) -> String {
    if contests.is_empty() {
        return String::new();
    }
    let tells = |contest: &&Contest<'_>| {
        !contest.hints.contains_key(&None) && contest.hints.get(&own.hint) == Some(&1)
    };
    match own.hint {
        Some(hint) if contests.iter().all(tells) => hint.to_owned(),
        _ => hash(&own.key),
    }
}

/// Eight hexadecimal digits of a text (FNV-1a).
fn hash(text: &str) -> String {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for byte in text.bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    format!("{:08x}", (hash ^ (hash >> 32)) & 0xffff_ffff)
}

fn hex(text: &str) -> String {
    text.bytes().map(|byte| format!("{byte:02x}")).collect()
}

/// Types of an API. The module of the API holds these names too.
pub const TYPES: Scope = Scope {
    what: "types",
    extension: "x-rust-name",
    case: Case::Camel,
    reserved: &[
        "Client",
        "ClientBuilder",
        "Credentials",
        "Operations",
        "ServerUrl",
    ],
    behind_reserved: "Type",
    also: &[],
};

/// Fields of a struct.
pub const FIELDS: Scope = Scope {
    what: "properties",
    extension: "x-rust-name",
    case: Case::Snake,
    reserved: &[],
    behind_reserved: "",
    also: &[],
};

/// Values of an enum.
pub const VALUES: Scope = Scope {
    what: "values",
    extension: "x-enum-varnames",
    case: Case::Camel,
    reserved: &["Unknown"],
    behind_reserved: "Value",
    also: &[],
};

/// Variants of a union.
pub const VARIANTS: Scope = Scope {
    what: "branches",
    extension: "title",
    case: Case::Camel,
    reserved: &["Unknown"],
    behind_reserved: "Value",
    also: &[],
};

/// Methods of a client, one for each operation.
pub const METHODS: Scope = Scope {
    what: "operations",
    extension: "x-rust-name",
    case: Case::Snake,
    reserved: &[
        // What every client has, also by traits of the prelude and `Borrow`.
        "borrow",
        "borrow_mut",
        "builder",
        "clone",
        "clone_from",
        "clone_into",
        "core",
        "drop",
        "fmt",
        "format",
        "from",
        "into",
        "new",
        "raw",
        "to_owned",
        "try_from",
        "try_into",
        "type_id",
        "usage",
        "with_format",
    ],
    behind_reserved: "_call",
    also: &[Case::Camel, Case::Shouty],
};

/// Parameters of an operation. A hint is the place that a parameter travels in.
pub const PARAMETERS: Scope = Scope {
    what: "parameters",
    extension: "x-rust-name",
    case: Case::Snake,
    reserved: &["body", "params"],
    behind_reserved: "_param",
    also: &[],
};

/// Constants.
pub const CONSTANTS: Scope = Scope {
    what: "constants",
    extension: "x-rust-name",
    case: Case::Shouty,
    reserved: &["API"],
    behind_reserved: "_VALUE",
    also: &[],
};

/// Names of an API's types, and of their fields, values and variants.
#[derive(Clone, Debug)]
pub struct TypeNames {
    /// By type.
    pub types: Vec<Name>,
    /// By type, and by field, value or variant.
    pub members: Vec<Vec<Name>>,
}

impl TypeNames {
    /// Names everything.
    #[must_use]
    pub fn of(api: &Api, findings: &mut Findings) -> Self {
        let wanted: Vec<Wanted<'_>> = api.types.iter().map(wanted_type).collect();
        let types = TYPES.names("", &wanted, findings);
        let members = api
            .types
            .iter()
            .zip(&wanted)
            .map(|(def, owner)| members(api, def, &owner.key, findings))
            .collect();
        Self { types, members }
    }

    /// The type's name.
    ///
    /// # Panics
    /// Never for an id of the API that was named.
    #[must_use]
    pub fn ty(&self, id: TypeId) -> &Name {
        &self.types[id.0]
    }

    /// Names of the type's fields, values or variants.
    ///
    /// # Panics
    /// Never for an id of the API that was named.
    #[must_use]
    pub fn members(&self, id: TypeId) -> &[Name] {
        &self.members[id.0]
    }
}

fn wanted_type(def: &TypeDef) -> Wanted<'_> {
    let (key, text, yields) = match &def.name {
        TypeName::Component(name) => (name.clone(), name.clone(), false),
        TypeName::ComponentInput(name) => {
            (format!("{name} (input)"), format!("{name} input"), true)
        }
        TypeName::Inline(path) => (path.join("/"), path.join(" "), true),
    };
    Wanted {
        key,
        text: def.rust_name.clone().unwrap_or(text),
        hint: None,
        behind: Vec::new(),
        yields: yields && def.rust_name.is_none(),
        origin: &def.origin,
    }
}

fn members(api: &Api, def: &TypeDef, owner: &str, findings: &mut Findings) -> Vec<Name> {
    match &def.kind {
        TypeKind::Struct(s) => {
            let wanted: Vec<Wanted<'_>> = s
                .fields
                .iter()
                .map(|f| Wanted::new(&f.wire, f.rust_name.as_deref(), &f.origin))
                .collect();
            FIELDS.names(owner, &wanted, findings)
        }
        TypeKind::Enum(e) => {
            let wanted: Vec<Wanted<'_>> = e
                .values
                .iter()
                .map(|value| {
                    let text = super::as_text(&value.wire);
                    Wanted {
                        key: value.wire.to_string(),
                        text: value.name.clone().unwrap_or(text),
                        hint: None,
                        behind: Vec::new(),
                        yields: false,
                        origin: &def.origin,
                    }
                })
                .collect();
            VALUES.names(owner, &wanted, findings)
        }
        TypeKind::Union(u) => {
            let wanted: Vec<Wanted<'_>> = u
                .variants
                .iter()
                .map(|variant| Wanted {
                    key: format!("{}: {}", variant.name, spelling(api, &variant.ty)),
                    text: variant.name.clone(),
                    hint: None,
                    behind: Vec::new(),
                    yields: false,
                    origin: &variant.origin,
                })
                .collect();
            VARIANTS.names(owner, &wanted, findings)
        }
    }
}

/// A type as the document spells it.
fn spelling(api: &Api, ty: &TypeRef) -> String {
    match ty {
        TypeRef::Scalar(scalar) => format!("{scalar:?}"),
        TypeRef::Named(id) => wanted_type(api.ty(*id)).key,
        TypeRef::List(item) => format!("[{}]", spelling(api, item)),
        TypeRef::Map(value) => format!("{{{}}}", spelling(api, value)),
        TypeRef::Nullable(inner) => format!("{}?", spelling(api, inner)),
        TypeRef::Boxed(inner) => spelling(api, inner),
        TypeRef::Any { .. } => "any".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(scope: Scope, wires: &[&str]) -> Vec<String> {
        let origin = Origin::default();
        let wanted: Vec<Wanted<'_>> = wires
            .iter()
            .map(|wire| Wanted::new(wire, None, &origin))
            .collect();
        let mut findings = Findings::new();
        let names = scope.names("", &wanted, &mut findings);
        let marked = names.iter().filter(|name| name.is_marked()).count();
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
        assert!(names[0].is_marked() && names[1].is_marked(), "{names:?}");
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
        assert!(names[0].is_marked());
        assert_eq!(names[1].as_str(), "OrderItems");
        assert_eq!(
            names[0]
                .in_case(Case::Snake, "")
                .as_str()
                .matches('_')
                .count(),
            3
        );
    }
}
