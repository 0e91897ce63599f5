//! Document 003, Digiseller's products: twenty sections, each with a URL, a method, tables of parameters
//! (`Name Use Comment`, levels joined by `\`, cells joined by a space, comments that run over several lines)
//! and one line for each direction that prints the payload in XML, in JSON, or in both.

use super::document::{Document, Line};
use super::files::Files;
use super::payload;
use super::rows::{Need, Part, Rows};

const API: &str = "digiseller";

/// The project's name for each request that the document describes.
const OPERATIONS: [(&str, &str, &str); 20] = [
    (
        "POST",
        "/api/product/create/uniquefixed",
        "create_unique_fixed",
    ),
    (
        "POST",
        "/api/product/create/uniqueunfixed",
        "create_unique_unfixed",
    ),
    ("POST", "/api/product/create/book", "create_book"),
    ("POST", "/api/product/create/software", "create_software"),
    ("POST", "/api/product/create/arbitrary", "create_arbitrary"),
    (
        "POST",
        "/api/product/edit/uniquefixed/{product_id}",
        "edit_unique_fixed",
    ),
    (
        "POST",
        "/api/product/edit/uniqueunfixed/{product_id}",
        "edit_unique_unfixed",
    ),
    ("POST", "/api/product/edit/book/{product_id}", "edit_book"),
    (
        "POST",
        "/api/product/edit/software/{product_id}",
        "edit_software",
    ),
    (
        "POST",
        "/api/product/edit/arbitrary/{product_id}",
        "edit_arbitrary",
    ),
    ("POST", "/api/product/edit/base/{product_id}", "edit_base"),
    (
        "POST",
        "/api/product/preview/add/images/{product_id}",
        "add_images",
    ),
    (
        "POST",
        "/api/product/preview/add/videos/{product_id}",
        "add_videos",
    ),
    (
        "POST",
        "/api/product/preview/options/{type}/{preview_id}",
        "set_preview_options",
    ),
    ("POST", "/api/product/edit/V2/status", "set_status"),
    (
        "GET",
        "/api/product/platform/category/add/{product_id}/{category_id}",
        "add_to_category",
    ),
    (
        "GET",
        "/api/dictionary/platforms/categories/{id}",
        "list_categories",
    ),
    (
        "GET",
        "/api/dictionary/platforms/subcategories/{id}",
        "list_subcategories",
    ),
    ("POST", "/api/product/edit/prices", "set_prices"),
    (
        "GET",
        "/api/product/edit/UpdateProductsTaskStatus",
        "get_task_status",
    ),
];

/// What is before a payload on its line.
const LABELS: [&str; 8] = [
    "XML request format ",
    "JSON request format ",
    "XML response format: ",
    "JSON response format: ",
    "JSON response format ",
    "Response format ",
    "xml ",
    "json ",
];

const URL: &str = "URL and request format https://api.digiseller.ru";

/// Reads the document.
pub(crate) fn read(document: &Document, files: &mut Files) -> Result<(), String> {
    let lines: Vec<Line<'_>> = document.lines().collect();
    let mut rows = Rows::default();
    let mut sections = 0;
    for section in lines.chunk_by(|_, next| !next.text.starts_with(URL)) {
        if section
            .first()
            .is_some_and(|line| line.text.starts_with(URL))
        {
            read_section(document, section, &mut rows, files)?;
            sections += 1;
        }
    }
    if sections != OPERATIONS.len() {
        return Err(format!(
            "document 003: {sections} sections found, {} expected",
            OPERATIONS.len()
        ));
    }
    files.add_rows(API, &document.id, &rows);
    Ok(())
}

fn read_section(
    document: &Document,
    lines: &[Line<'_>],
    rows: &mut Rows,
    files: &mut Files,
) -> Result<(), String> {
    let [url, method, body @ ..] = lines else {
        return Err("document 003 ends within a section".to_owned());
    };
    let path = url
        .text
        .strip_prefix(URL)
        .and_then(|rest| rest.split('?').next())
        .unwrap_or_default();
    let method_name = method.text.strip_prefix("Method: ").unwrap_or_default();
    let operation = OPERATIONS
        .iter()
        .find(|(method, known, _)| *method == method_name && *known == path)
        .map(|(_, _, operation)| *operation)
        .ok_or_else(|| {
            document.error(
                *url,
                &format!("no operation is known for {method_name:?} {path:?}"),
            )
        })?;
    rows.request_line(url.number, operation, method_name, path);

    let section: String = lines
        .iter()
        .map(|line| line.text)
        .collect::<Vec<_>>()
        .join("\n");
    let mut table = None;
    let mut row: Option<Row<'_>> = None;
    for line in body {
        let part = match line.text {
            "Request parameters:" => Some(Part::Request),
            "Response parameters:" => Some(Part::Response(None)),
            _ => None,
        };
        let ends = part.is_some()
            || line.text.is_empty()
            || LABELS.iter().any(|label| line.text.starts_with(label));
        if ends {
            flush(row.take(), operation, rows);
            table = part;
        } else if let Some(part) = table {
            match row_name(line.text, &section) {
                _ if line.text == "Name Use Comment" => {}
                Some((name, comment)) => {
                    flush(row.take(), operation, rows);
                    row = Some(Row {
                        line: line.number,
                        part,
                        name,
                        comment: comment.to_owned(),
                    });
                }
                None => match &mut row {
                    Some(row) => row.comment = format!("{} {}", row.comment, line.text),
                    None => return Err(document.error(*line, "a table's row was expected")),
                },
            }
        }
        read_payloads(document, *line, operation, files)?;
    }
    flush(row, operation, rows);
    Ok(())
}

/// A row that is being read.
struct Row<'a> {
    line: usize,
    part: Part,
    name: &'a str,
    comment: String,
}

fn flush(row: Option<Row<'_>>, operation: &str, rows: &mut Rows) {
    if let Some(Row {
        line,
        part,
        name,
        comment,
    }) = row
    {
        rows.field(
            line,
            operation,
            part,
            &name.replace('\\', "."),
            row_type(&comment),
            row_need(&comment),
        );
    }
}

/// The name that starts a row, and the rest of it; `None` where the line goes on with the row before. Names
/// start with a small letter; one that starts with a capital is distinguished from a sentence by the section's
/// payload, which prints it as a key.
fn row_name<'a>(line: &'a str, section: &str) -> Option<(&'a str, &'a str)> {
    let (name, comment) = line.split_once(' ').unwrap_or((line, ""));
    let well_formed = name
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'\\');
    let starts_small = name.starts_with(|c: char| c.is_ascii_lowercase());
    (well_formed && (starts_small || section.contains(&format!("\"{name}\""))))
        .then_some((name, comment))
}

/// The type that a row's comment names, in the first of these words that it holds.
fn row_type(comment: &str) -> &'static str {
    const WORDS: [(&str, &str); 13] = [
        ("Array of strings", "Array of String"),
        ("Array of integers", "Array of Integer"),
        ("an array of", "Array"),
        ("Array", "Array"),
        ("Boolean", "Boolean"),
        ("true | false", "Boolean"),
        ("Integer", "Integer"),
        ("Float", "Float"),
        ("A fractional number", "Decimal"),
        ("Data format: 'yyyy-MM-dd'", "Date"),
        ("String", "String"),
        ("Строка", "String"),
        ("", "-"),
    ];
    WORDS
        .iter()
        .find(|(word, _)| comment.contains(word))
        .map_or("-", |(_, kind)| kind)
}

/// What a row's comment says of leaving the field out.
fn row_need(comment: &str) -> Need {
    let comment = comment.to_lowercase();
    if comment.contains("required field") {
        Need::Required
    } else if comment.contains("optional field") {
        Need::Optional
    } else {
        Need::Unsaid
    }
}

/// Cuts the payloads out of a line that is labelled as holding some.
fn read_payloads(
    document: &Document,
    line: Line<'_>,
    operation: &str,
    files: &mut Files,
) -> Result<(), String> {
    let mut rest = line.text;
    while let Some(after) = LABELS.iter().find_map(|label| rest.strip_prefix(label)) {
        rest = after;
    }
    if rest.len() == line.text.len() {
        return Ok(());
    }
    let label = line.text.strip_suffix(rest).unwrap_or_default();
    let part = if label.contains("request") {
        Part::Request
    } else {
        Part::Response(None)
    };
    if !rest.starts_with(['<', '{', '[']) {
        if rest.is_empty() || rest.contains(' ') {
            return Err(document.error(line, "a payload was expected"));
        }
        files.add_text(API, operation, part, rest);
        return Ok(());
    }
    while !rest.is_empty() {
        let payload =
            payload::cut(rest).ok_or_else(|| document.error(line, "a payload without an end"))?;
        files.add_payload(API, operation, part, payload);
        rest = rest
            .strip_prefix(payload.text)
            .unwrap_or_default()
            .trim_start();
    }
    Ok(())
}
