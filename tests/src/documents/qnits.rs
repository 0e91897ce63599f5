//! Document 004, Qnits: a POST whose body names the method, tables with cells divided by `|` (a table of a
//! product's fields is within the table of the parameters), replies by status.

use super::document::Document;
use super::files::Files;
use super::payload;
use super::rows::{Need, Part, Rows};

const API: &str = "qnits";
const OPERATION: &str = "create_order";

/// The first parameter after the table of a product's fields; nothing in the text marks that table's end.
const AFTER_PRODUCT: &str = "address";

/// Reads the document.
pub(crate) fn read(document: &Document, files: &mut Files) -> Result<(), String> {
    let mut rows = Rows::default();
    let mut part = Part::Request;
    let mut parent = "params.";
    let mut last = "";
    for line in document.lines() {
        let cells: Vec<&str> = line.text.split('|').map(str::trim).collect();
        if let Some((_, url)) = line
            .text
            .split_once("методом HTTP POST на следующий адрес: http://api.qnits.ru")
        {
            rows.request_line(
                line.number,
                OPERATION,
                "POST",
                url.split(' ').next().unwrap_or_default(),
            );
        } else if let Some(names) = line
            .text
            .strip_prefix("Параметры ")
            .and_then(|rest| rest.split_once(" можно"))
        {
            // The table of what a request always holds has lost its rows: this sentence names two of them.
            for name in names.0.split(" и ") {
                rows.field(
                    line.number,
                    OPERATION,
                    Part::Request,
                    name,
                    "-",
                    Need::Required,
                );
            }
        } else if line.text.starts_with("{ ") {
            let payload = payload::cut(document.from(line.start))
                .ok_or_else(|| document.error(line, "a payload without an end"))?;
            files.add_payload(API, OPERATION, Part::Request, payload);
        } else if let [key, kind, ..] = cells.as_slice() {
            if *key == "Ключ" {
                // Headers under a list's row open the table of that list's items.
                if last == "products" {
                    parent = "params.products.";
                }
            } else if let Ok(status) = key.parse::<u16>() {
                part = Part::Response((status >= 400).then_some(status));
                parent = "";
                rows.field(line.number, OPERATION, part, "", "-", Need::Unsaid);
            } else if *key != "Код" {
                // An asterisk marks what is required; "the others may be left out" (004:31).
                let need = match part {
                    Part::Response(_) => Need::Unsaid,
                    Part::Request if key.ends_with('*') => Need::Required,
                    Part::Request => Need::Optional,
                };
                // The row of the e-mail address begins with its type: its key is lost.
                let (key, kind) = if *kind == "Email клиента" {
                    ("email", *key)
                } else {
                    (key.trim_end_matches('*'), *kind)
                };
                if key == AFTER_PRODUCT {
                    parent = "params.";
                }
                let kind = match kind {
                    "Строка" => "String",
                    "Число" => "Number",
                    "Массив" => "Array",
                    _ => return Err(document.error(line, &format!("unknown type {kind:?}"))),
                };
                rows.field(
                    line.number,
                    OPERATION,
                    part,
                    &format!("{parent}{key}"),
                    kind,
                    need,
                );
                last = key;
            }
        }
    }
    files.add_rows(API, &document.id, &rows);
    Ok(())
}
