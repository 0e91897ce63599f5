//! A page for each code, from the Markdown files beside this one: `## CODE title`, then the page.

use super::Code;

const PAGES: &[&str] = &[
    include_str!("explain/source.md"),
    include_str!("explain/document.md"),
    include_str!("explain/schema.md"),
    include_str!("explain/xml.md"),
    include_str!("explain/extension.md"),
    include_str!("explain/lint.md"),
];

/// What a code means, with an example and how to fix it, as Markdown. `None` where there is no such code.
#[must_use]
pub fn explain(code: &str) -> Option<&'static str> {
    let code = Code::parse(code)?;
    PAGES.iter().find_map(|page| section(page, code.id()))
}

fn section(page: &'static str, id: &str) -> Option<&'static str> {
    let heading = format!("## {id} ");
    let start = if page.starts_with(&heading) {
        0
    } else {
        page.find(&format!("\n{heading}"))? + 1
    };
    let rest = page.get(start..)?;
    let end = rest
        .get(3..)
        .and_then(|tail| tail.find("\n## "))
        .map_or(rest.len(), |at| at + 4);
    rest.get(..end)
}
