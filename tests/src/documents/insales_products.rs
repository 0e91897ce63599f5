//! Document 001, inSales products: `Запрос:` (request) with its line and, below it, the body; `Ответ:`
//! (reply) with a status line and the body. Bodies are XML over many lines.

use super::document::Document;
use super::files::Files;
use super::payload;
use super::rows::{Need, Part, Rows};

const API: &str = "insales_products";

const OPERATIONS: [(&str, &str, &str); 5] = [
    ("GET", "/admin/products.xml", "list_products"),
    ("GET", "/admin/products/{id}.xml", "get_product"),
    ("POST", "/admin/products.xml", "create_product"),
    ("PUT", "/admin/products/{id}.xml", "update_product"),
    ("DELETE", "/admin/products/{id}.xml", "delete_product"),
];

/// Reads the document.
pub(crate) fn read(document: &Document, files: &mut Files) -> Result<(), String> {
    let mut rows = Rows::default();
    let mut exchange = None;
    let mut filters = Vec::new();
    let mut skip_to = 0;
    for line in document.lines() {
        if line.start < skip_to {
            continue;
        }
        if let Some(filter) = line
            .text
            .strip_prefix("- ")
            .and_then(|rest| rest.split_once(" - "))
        {
            filters.push((line.number, filter.0));
        } else if let Some(request) = line.text.strip_prefix("Запрос: ") {
            let (method, target) = request.split_once(' ').unwrap_or_default();
            let path = target
                .split('?')
                .next()
                .unwrap_or_default()
                .replace("#{", "{");
            let operation = OPERATIONS
                .iter()
                .find(|(known, route, _)| *known == method && *route == path)
                .map(|(_, _, operation)| *operation)
                .ok_or_else(|| document.error(line, "no operation is known for this request"))?;
            // The filters are listed above the request that takes them.
            for (number, filter) in filters.drain(..) {
                rows.field(number, operation, Part::Request, filter, "-", Need::Unsaid);
            }
            rows.request_line(line.number, operation, method, &path);
            exchange = Some((operation, Part::Request));
        } else if line.text == "Ответ:" {
            exchange = exchange.map(|(operation, _)| (operation, Part::Response(None)));
        } else if line.text.starts_with('<') {
            let (operation, part) =
                exchange.ok_or_else(|| document.error(line, "a payload of no request"))?;
            let payload = payload::cut(document.from(line.start))
                .ok_or_else(|| document.error(line, "a payload without an end"))?;
            files.add_payload(API, operation, part, payload);
            skip_to = line.start + payload.text.len();
        }
    }
    files.add_rows(API, &document.id, &rows);
    Ok(())
}
