//! The scopes of generated code.

use super::{Case, Scope};

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
