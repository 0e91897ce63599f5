//! Document 002, Fileflare: one URL with its parameter, one JSON reply.

use super::document::Document;
use super::files::Files;
use super::payload;
use super::rows::{Need, Part, Rows};

const API: &str = "fileflare";
const OPERATION: &str = "get_customer_order";
const HOST: &str = "https://app.digital-downloads.com";

/// Reads the document.
pub(crate) fn read(document: &Document, files: &mut Files) -> Result<(), String> {
    let mut rows = Rows::default();
    let mut after_label = false;
    for line in document.lines() {
        let target = line
            .text
            .strip_prefix(HOST)
            .and_then(|target| target.split_once('?'));
        // The URL occurs twice: with placeholders, then as an example.
        if let Some((path, query)) = target.filter(|(_, query)| query.contains("=:")) {
            rows.request_line(line.number, OPERATION, "GET", path);
            for (name, _) in query.split('&').filter_map(|pair| pair.split_once("=:")) {
                rows.field(
                    line.number,
                    OPERATION,
                    Part::Request,
                    name,
                    "-",
                    Need::Unsaid,
                );
            }
        }
        if after_label {
            let payload = payload::cut(document.from(line.start))
                .ok_or_else(|| document.error(line, "a JSON payload was expected"))?;
            files.add_payload(API, OPERATION, Part::Response(None), payload);
        }
        after_label = line.text == "JSON";
    }
    files.add_rows(API, &document.id, &rows);
    Ok(())
}
