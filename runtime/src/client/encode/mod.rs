//! How values are written into paths, queries, headers, cookies and forms.
//!
//! A value never leaves its place: whatever it holds, it adds no segment to a path, no pair to a query, no header and no
//! cookie. What a place cannot carry is an error that names the parameter, before anything is sent.
//!
//! | place | what is written as it is | what is an error |
//! | --- | --- | --- |
//! | path | letters, digits, `-._~` | a segment that would be empty, `.` or `..` |
//! | query | the same; with `allowReserved` also `:/?@!$'()*,;=` and percent-encoded triples | |
//! | header | everything; text beyond ASCII as UTF-8 | control characters; white space at an end |
//! | cookie | what RFC 6265 allows, but `%` | |
//!
//! Everything else is percent-encoded as UTF-8; a space is `%20`.

mod form;
mod param;
mod percent;
mod style;
mod value;

pub use param::{Field, FieldFormat, Param, Place, Style};
pub(super) use percent::{Part, push, push_plus};
pub(super) use style::{Encoder, header_text};
pub(super) use value::NOT_FINITE;
pub use value::{Json, ToParam, Value};
