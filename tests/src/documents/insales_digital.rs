//! Document 000, inSales digital goods: routes as Rails prints them, one URL, the permitted parameters of an
//! upload, and the one field of a reply that is named. It prints no payload.

use super::document::Document;
use super::files::Files;
use super::rows::{Need, Part, Rows};

const API: &str = "insales_digital";

const OPERATIONS: [(&str, &str, &str); 7] = [
    ("GET", "/api/orders/{order_id}.json", "get_order"),
    (
        "GET",
        "/api/products/{product_id}/assets",
        "list_product_assets",
    ),
    (
        "GET",
        "/api/products/{product_id}/variants/{variant_id}/assets",
        "list_variant_assets",
    ),
    ("GET", "/api/assets/{id}", "get_asset"),
    (
        "POST",
        "/api/products/{product_id}/variants/{variant_id}/assets",
        "create_asset",
    ),
    ("DELETE", "/api/assets/{id}", "delete_asset"),
    (
        "DELETE",
        "/api/products/{product_id}/variants/{variant_id}/assets",
        "delete_variant_assets",
    ),
];

/// Reads the document.
pub(crate) fn read(document: &Document, files: &mut Files) -> Result<(), String> {
    let mut rows = Rows::default();
    let mut current = "";
    for line in document.lines() {
        let request = if let Some(route) = line.text.trim_start().strip_prefix("# ") {
            let (method, target) = route.split_once(' ').unwrap_or_default();
            let pattern = target.split("(.:format)").next().unwrap_or_default();
            let path: Vec<String> = pattern
                .split('/')
                .map(|part| {
                    part.strip_prefix(':')
                        .map_or_else(|| part.to_owned(), |name| format!("{{{name}}}"))
                })
                .collect();
            Some((method, path.join("/")))
        } else {
            // The one request without a route: a URL in which bare words stand for what the caller fills in.
            line.text
                .strip_prefix("https://login:password@digital.insales.ru")
                .map(|path| ("GET", path.replace("order_id", "{order_id}")))
        };
        if let Some((method, path)) = request {
            current = OPERATIONS
                .iter()
                .find(|(known, route, _)| *known == method && *route == path)
                .map(|(_, _, operation)| *operation)
                .ok_or_else(|| document.error(line, "no operation is known for this route"))?;
            rows.request_line(line.number, current, method, &path);
        } else if let Some((_, rest)) = line.text.split_once("массив ") {
            let field = rest.split([',', ' ']).next().unwrap_or_default();
            rows.field(
                line.number,
                current,
                Part::Response(None),
                field,
                "Array",
                Need::Unsaid,
            );
        } else if let Some((_, rest)) = line.text.split_once("params.require(:") {
            let (form, rest) = rest.split_once(").permit(").unwrap_or_default();
            let names = rest
                .trim_end_matches(')')
                .split(", ")
                .filter_map(|name| name.strip_prefix(':'));
            for name in names {
                // Rails' way of naming the parts of a form.
                rows.field(
                    line.number,
                    current,
                    Part::Request,
                    &format!("{form}[{name}]"),
                    "-",
                    Need::Unsaid,
                );
            }
        }
    }
    files.add_rows(API, &document.id, &rows);
    Ok(())
}
