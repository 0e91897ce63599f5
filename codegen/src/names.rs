//! Rust names for everything that the emitter prints.
//!
//! Names are given once, here, scope by scope, so that two things never fight for one name and the same spec always
//! yields the same names. What a spec calls `type`, `Option` or `clone` gets a name that compiles; its wire name stays.

use std::collections::HashSet;

use heck::{ToShoutySnakeCase, ToSnakeCase, ToUpperCamelCase};

use crate::model::{Api, AuthKind, Enum, EnumValue, Operation, Param, TypeKind, TypeRef};

/// Rust names of an [`Api`], parallel to its vectors.
#[derive(Clone, Debug)]
pub struct Names {
    /// Names of [`Api::types`].
    pub types: Vec<String>,
    /// For each type: names of its fields or variants.
    pub members: Vec<Vec<String>>,
    /// Methods, one for each operation.
    pub methods: Vec<String>,
    /// `SHOUTY` names of the operations' constants.
    pub constants: Vec<String>,
    /// Methods of the raw client: like `methods`, but never a name that progenitor's client uses itself.
    pub raw_methods: Vec<String>,
    /// For each operation: names of its parameters.
    pub params: Vec<Vec<String>>,
    /// For each operation: what the lowered document calls its parameters. That is their wire name, or another where the raw
    /// method would have two arguments of one name.
    pub lowered_params: Vec<Vec<String>>,
    /// For each operation with optional parameters: the struct that holds them.
    pub param_structs: Vec<Option<String>>,
    /// Names of [`Api::rate_limits`]' constants.
    pub rate_limits: Vec<String>,
}

/// Names that generated modules use without a path, so that no generated type may take them.
pub const RESERVED_TYPES: &[&str] = &[
    // The prelude.
    "AsMut",
    "AsRef",
    "Box",
    "Clone",
    "Copy",
    "Debug",
    "Default",
    "Display",
    "DoubleEndedIterator",
    "Drop",
    "Eq",
    "Err",
    "Failure",
    "ExactSizeIterator",
    "Extend",
    "Fn",
    "FnMut",
    "FnOnce",
    "From",
    "FromIterator",
    "Hash",
    "Into",
    "IntoIterator",
    "Iterator",
    "None",
    "Ok",
    "Option",
    "Ord",
    "PartialEq",
    "PartialOrd",
    "Result",
    "Self",
    "Send",
    "Sized",
    "Some",
    "String",
    "Sync",
    "ToOwned",
    "ToString",
    "TryFrom",
    "TryInto",
    "Unpin",
    "Vec",
    "AsyncFn",
    "AsyncFnMut",
    "AsyncFnOnce",
    "Future",
    "IntoFuture",
    // What the generated files import.
    "Api",
    "ApiClient",
    "ApiError",
    "Batch",
    "Builder",
    "Credential",
    "Usage",
    "Items",
    "Operations",
    "BTreeMap",
    "Client",
    "ClientBuilder",
    "Core",
    "Credentials",
    "Date",
    "DateOptionalTime",
    "DateTime",
    "Decimal",
    "Envelope",
    "Error",
    "FailureItem",
    "Format",
    "FromXml",
    "JsonSchema",
    "Login",
    "Maybe",
    "OpenEnum",
    "Operation",
    "RateLimit",
    "Reply",
    "Secret",
    "Stream",
    "ToXml",
    "Unknown",
    "Upload",
    "Value",
    "Multipart",
    "Body",
    "Attempt",
    "Call",
    "Reader",
    "Tag",
    "Writer",
    "XmlError",
];

/// Methods that every generated client has.
const RESERVED_METHODS: &[&str] = &[
    "borrow",
    "borrow_mut",
    "builder",
    "clone",
    "clone_from",
    "clone_into",
    "core",
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
    "with_format",
    "drop",
    "usage",
];

/// Methods that progenitor's client has, or calls on itself.
const RESERVED_RAW_METHODS: &[&str] = &[
    "api_version",
    "baseurl",
    "client",
    "clone",
    "exec",
    "fmt",
    "inner",
    "into",
    "from",
    "new",
    "new_with_client",
    "post",
    "pre",
    "to_string",
];

/// Names that generated methods use for themselves.
const RESERVED_PARAMS: &[&str] = &["at", "body", "form", "input", "params", "reply"];

/// Names that progenitor's methods use for themselves, or that the lowered document gives to what it adds.
const RESERVED_RAW_PARAMS: &[&str] = &[
    "accept",
    "authorization",
    "body",
    "content_type",
    "header_map",
];

/// What the module `operations` declares beside the operations.
const RESERVED_CONSTANTS: &[&str] = &["API"];

const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate",
    "do", "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl",
    "in", "let", "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref",
    "return", "self", "static", "struct", "super", "trait", "true", "try", "type", "typeof",
    "union", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// Gives names to everything in `api`.
#[must_use]
pub fn assign(api: &Api) -> Names {
    let mut scope = Scope::new(RESERVED_TYPES);
    let types: Vec<String> = api
        .types
        .iter()
        .map(|t| {
            scope.take(
                &type_name(t.rust_name.as_deref().unwrap_or(&t.name)),
                "Type",
            )
        })
        .collect();

    let members = api
        .types
        .iter()
        .map(|t| match &t.kind {
            TypeKind::Struct(s) => {
                let mut scope = Scope::new(&[]);
                s.fields
                    .iter()
                    .map(|f| {
                        scope.take(&value_name(f.rust_name.as_deref().unwrap_or(&f.wire)), "_")
                    })
                    .collect()
            }
            TypeKind::Enum(e) => {
                let mut scope = Scope::new(&["Unknown", "Self"]);
                e.values
                    .iter()
                    .map(|v| scope.take(&variant_name(e, v), "Value"))
                    .collect()
            }
            TypeKind::Union(u) => {
                let mut scope = Scope::new(&["Self"]);
                u.variants
                    .iter()
                    .map(|v| scope.take(&type_name(&v.name), "Value"))
                    .collect()
            }
        })
        .collect();

    let mut methods_scope = Scope::new(RESERVED_METHODS);
    methods_scope
        .taken
        .extend(api.operations.iter().flat_map(derived_methods));
    let methods: Vec<String> = api
        .operations
        .iter()
        .map(|op| methods_scope.take(&method_name(op), "_"))
        .collect();
    let mut raw_scope = Scope::new(&[]);
    let raw_methods = api
        .operations
        .iter()
        .map(|op| {
            let name = op.rust_name.as_deref().unwrap_or(&op.id).to_snake_case();
            let name = identifier(&name, "call");
            let clashes = KEYWORDS.contains(&name.as_str())
                || RESERVED_RAW_METHODS.contains(&name.as_str())
                || !name.starts_with(|c: char| c.is_ascii_alphabetic());
            raw_scope.take(
                &if clashes {
                    format!("call_{name}")
                } else {
                    name
                },
                "_again",
            )
        })
        .collect();
    let mut constant_scope = Scope::new(RESERVED_CONSTANTS);
    let constants = methods
        .iter()
        .map(|m| {
            let name = identifier(&m.to_shouty_snake_case(), "CALL");
            constant_scope.take(&name, "_OPERATION")
        })
        .collect();

    let params = api
        .operations
        .iter()
        .map(|op| {
            let mut scope = Scope::new(RESERVED_PARAMS);
            op.params
                .iter()
                .map(|p| scope.take(&param_name(p), "_"))
                .collect()
        })
        .collect();
    let lowered_params = api
        .operations
        .iter()
        .map(|op| lowered_params(api, op))
        .collect();
    let param_structs = api
        .operations
        .iter()
        .zip(&methods)
        .map(|(op, method)| {
            op.params
                .iter()
                .any(|p| !p.required)
                .then(|| scope.take(&format!("{}Params", type_name(method)), "Type"))
        })
        .collect();
    let mut limit_scope = Scope::new(&[]);
    let rate_limits = api
        .rate_limits
        .iter()
        .map(|l| limit_scope.take(&l.name.to_shouty_snake_case(), "_LIMIT"))
        .collect();

    Names {
        types,
        members,
        methods,
        constants,
        raw_methods,
        params,
        lowered_params,
        param_structs,
        rate_limits,
    }
}

/// Names of one scope, first come first served.
pub(crate) struct Scope {
    taken: HashSet<String>,
}

impl Scope {
    pub(crate) fn new(reserved: &[&str]) -> Self {
        Self {
            taken: reserved.iter().map(|&s| s.to_owned()).collect(),
        }
    }

    /// `wanted`, or `wanted` with `suffix`, or with a number behind it.
    pub(crate) fn take(&mut self, wanted: &str, suffix: &str) -> String {
        if self.taken.insert(wanted.to_owned()) {
            return wanted.to_owned();
        }
        let base = format!("{wanted}{suffix}");
        if self.taken.insert(base.clone()) {
            return base;
        }
        let mut number = 2_usize;
        loop {
            let name = format!("{base}{number}");
            if self.taken.insert(name.clone()) {
                return name;
            }
            number += 1;
        }
    }
}

/// Methods that stand beside the operation's own: one that streams a list, one that splits a list into batches.
fn derived_methods(op: &Operation) -> Vec<String> {
    let lists = op
        .responses
        .iter()
        .filter_map(|r| r.body.as_ref())
        .any(|b| matches!(b.ty, Some(TypeRef::List(_))));
    let name = method_name(op);
    let stream = (op.safe && lists).then(|| format!("{name}_stream"));
    stream
        .into_iter()
        .chain(op.batch.as_ref().map(|_| format!("{name}_in_batches")))
        .collect()
}

fn lowered_params(api: &Api, op: &Operation) -> Vec<String> {
    let mut arguments = Scope::new(RESERVED_RAW_PARAMS);
    if let Some(
        AuthKind::Query {
            parameter: name, ..
        }
        | AuthKind::Header { name, .. },
    ) = op
        .auth
        .and_then(|i| api.auth.get(i))
        .map(|scheme| &scheme.kind)
    {
        arguments.taken.insert(raw_argument(name));
    }
    // A name in its place must be none of the wire names, nor the argument of one.
    let mut others = Scope::new(&[]);
    others.taken.extend(arguments.taken.iter().cloned());
    others.taken.extend(
        op.params
            .iter()
            .flat_map(|p| [p.wire.clone(), raw_argument(&p.wire)]),
    );
    op.params
        .iter()
        .map(|p| {
            let argument = raw_argument(&p.wire);
            if is_identifier(&argument) && arguments.taken.insert(argument.clone()) {
                p.wire.clone()
            } else {
                others.take(&identifier(&argument, "param"), "_param")
            }
        })
        .collect()
}

/// The name that progenitor gives to the argument for the parameter `name`.
#[must_use]
pub fn raw_argument(name: &str) -> String {
    let clean: String = name
        .replace('\'', "")
        .chars()
        .map(|c| {
            if c.is_alphanumeric() || c == '_' {
                c
            } else {
                '-'
            }
        })
        .collect();
    let name = clean.to_snake_case();
    let name = match name.chars().next() {
        None => "x".to_owned(),
        Some(c) if c.is_alphabetic() => name,
        Some(_) => format!("_{name}"),
    };
    if is_identifier(&name) {
        name
    } else {
        format!("{name}_")
    }
}

fn method_name(op: &Operation) -> String {
    value_name(op.rust_name.as_deref().unwrap_or(&op.id))
}

fn param_name(p: &Param) -> String {
    value_name(p.rust_name.as_deref().unwrap_or(&p.wire))
}

/// `snake_case`, never a keyword, never empty.
#[must_use]
pub fn value_name(wire: &str) -> String {
    let name = identifier(&spell_out(wire).to_snake_case(), "field");
    if KEYWORDS.contains(&name.as_str()) {
        format!("{name}_")
    } else {
        name
    }
}

/// `UpperCamelCase`, never empty.
#[must_use]
pub fn type_name(wire: &str) -> String {
    identifier(&spell_out(wire).to_upper_camel_case(), "Value")
}

fn variant_name(e: &Enum, v: &EnumValue) -> String {
    if let Some(name) = &v.name {
        return type_name(name);
    }
    match &v.wire {
        serde_json::Value::String(s) if s.is_empty() => "Empty".to_owned(),
        serde_json::Value::String(s) => type_name(s),
        other => {
            let text = other.to_string();
            match text.strip_prefix('-') {
                Some(digits) => format!("Minus{digits}"),
                None => format!("{}{text}", if e.values.len() == 1 { "Value" } else { "N" }),
            }
        }
    }
}

/// Signs that would vanish from a name, as words.
fn spell_out(wire: &str) -> String {
    wire.replace('+', " plus ")
        .replace('%', " percent ")
        .replace('&', " and ")
        .replace('\'', "")
}

/// `name` with what no identifier can hold taken out.
fn identifier(name: &str, fallback: &str) -> String {
    let clean: String = name.chars().filter(|c| continues(*c)).collect();
    match clean.chars().next() {
        None => fallback.to_owned(),
        Some('_') if clean.chars().all(|c| c == '_') => fallback.to_owned(),
        Some(c) if begins(c) => clean,
        Some(_) if fallback.starts_with(char::is_uppercase) => format!("N{clean}"),
        Some(_) => format!("n{clean}"),
    }
}

/// Whether Rust takes `name` for an identifier that is no keyword.
fn is_identifier(name: &str) -> bool {
    syn::parse_str::<syn::Ident>(name).is_ok()
}

/// Whether an identifier can begin with `c`.
fn begins(c: char) -> bool {
    c == '_'
        || c.is_ascii_alphabetic()
        || (continues(c) && !c.is_ascii_digit() && is_identifier(&format!("{c}a")))
}

/// Whether an identifier can hold `c`. Signs that are numbers are left out: Rust takes some (`٣`), others not (`½`), and
/// of others it warns (`Ⅷ`).
fn continues(c: char) -> bool {
    c == '_'
        || c.is_ascii_alphanumeric()
        || (c.is_alphabetic() && !c.is_numeric() && is_identifier(&format!("a{c}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `format_ident!` panics on what is no identifier. Changes of case can bring in characters of their own.
    #[test]
    fn every_character_makes_names_that_are_identifiers() {
        // Left out are the blocks of many letters that are all alike: Chinese, Korean, old scripts.
        let blocks = [
            '\0'..='\u{33FF}',
            '\u{A600}'..='\u{ABFF}',
            '\u{F900}'..='\u{FFFF}',
            '\u{1D000}'..='\u{1FFFF}',
        ];
        for c in blocks.into_iter().flatten() {
            for wire in [format!("{c}"), format!("a{c}B"), format!("{c}1")] {
                let value = value_name(&wire);
                let ty = type_name(&wire);
                let constant = identifier(&value.to_shouty_snake_case(), "CALL");
                let table = identifier(&ty.to_shouty_snake_case(), "TABLE");
                let of_type = value_name(&ty);
                let params = type_name(&value);
                let raw = identifier(&wire.to_snake_case(), "call");
                for name in [value, ty, constant, table, of_type, params, raw] {
                    let _ = quote::format_ident!("{name}");
                    let _ = quote::format_ident!("{name}_stream");
                }
            }
        }
        assert_eq!(type_name("½"), "Value");
        assert_eq!(value_name("m²"), "m");
    }

    #[test]
    fn keywords_and_signs_get_names_that_compile() {
        for (wire, name) in [
            ("type", "type_"),
            ("asset[src]", "asset_src"),
            ("category-id", "category_id"),
            ("2fa", "n2fa"),
            ("@id", "id"),
            ("", "field"),
            ("$", "field"),
            ("secondaryPhone", "secondary_phone"),
        ] {
            assert_eq!(value_name(wire), name, "{wire}");
        }
        for (wire, name) in [
            ("ru-RU", "RuRu"),
            ("10", "N10"),
            ("", "Value"),
            ("C++", "CPlusPlus"),
        ] {
            assert_eq!(type_name(wire), name, "{wire}");
        }
    }

    #[test]
    fn a_scope_gives_each_name_once() {
        let mut scope = Scope::new(&["Option"]);
        assert_eq!(scope.take("Option", "Type"), "OptionType");
        assert_eq!(scope.take("Option", "Type"), "OptionType2");
        assert_eq!(scope.take("Other", "Type"), "Other");
        assert_eq!(scope.take("Other", "Type"), "OtherType");
    }
}
