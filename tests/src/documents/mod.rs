//! What the five documents say, cut out of their text: rows of tables and printed payloads.
//!
//! One module reads one document, because no two are laid out alike; `payload` finds where a payload ends,
//! `rows` holds the coverage rows, `files` names, writes and checks the results.

mod digiseller;
mod document;
mod fileflare;
mod files;
mod insales_digital;
mod insales_products;
mod payload;
mod qnits;
mod rows;

use std::path::Path;

use document::Document;
pub use files::Files;

/// Reads one document into the files made from it.
type Reader = fn(&Document, &mut Files) -> Result<(), String>;

const READERS: [(&str, Reader); 5] = [
    ("000", insales_digital::read),
    ("001", insales_products::read),
    ("002", fileflare::read),
    ("003", digiseller::read),
    ("004", qnits::read),
];

/// All that is extracted from the documents in `folder`, not yet written anywhere.
///
/// # Errors
/// A document is missing, or is not laid out as its reader expects: the message says which line and why.
pub fn extract(folder: &Path) -> Result<Files, String> {
    let mut files = Files::default();
    for (id, read) in READERS {
        read(&Document::load(folder, id)?, &mut files)?;
    }
    Ok(files)
}
