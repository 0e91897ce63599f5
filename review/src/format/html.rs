//! One self-contained page. Everything that comes from a document is escaped; the only script is ours, allowed by its hash.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::bodies::bodies;
use super::diff;
use super::page::{SCRIPT, SCRIPT_HASH, STYLE};
use super::{
    Part, levels, loudness, mark, one_line, parts, place, summary, telling, travels, versions,
};
use crate::finding::{Finding, Spot};
use crate::level::Level;
use crate::report::{Report, SpecReport};

/// Lines of a document before and after the place that changed.
const CONTEXT: usize = 3;
/// Longest line that is shown.
const WIDTH: usize = 240;
/// Bodies that one finding shows.
const BODIES: usize = 3;
/// Most findings with samples: a page stays of a size that browsers show.
const SAMPLED: usize = 200;

/// Text of a document as HTML.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\t' => out.push('\t'),
            // Signs that turn the direction of a line show what is not there.
            c if c.is_control()
                || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}') =>
            {
                out.push('\u{fffd}');
            }
            c => out.push(c),
        }
    }
    out
}

/// Words with code in backticks.
fn rich(text: &str) -> String {
    let text = one_line(text);
    parts(&text)
        .into_iter()
        .map(|part| match part {
            Part::Code(text) => format!("<code>{}</code>", escape(text)),
            Part::Words(text) => escape(text),
        })
        .collect()
}

/// The report as a page.
#[must_use]
pub fn page(report: &Report) -> String {
    let mut page = Page {
        out: String::new(),
        number: 0,
        sampled: 0,
    };
    page.head(report);
    for spec in &report.specs {
        page.spec(spec);
    }
    page.acceptance(report);
    page.foot();
    page.out
}

struct Page {
    out: String,
    number: usize,
    sampled: usize,
}

/// What a group of findings is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Group {
    Document,
    Shared,
    Operation(String),
}

fn group(finding: &Finding) -> Group {
    match finding.operations.as_slice() {
        [] => {
            let method = finding.place.split(' ').next().unwrap_or("");
            let known = [
                "GET", "PUT", "POST", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE",
            ];
            if known.contains(&method) {
                let name: Vec<&str> = finding.place.split(' ').take(2).collect();
                Group::Operation(name.join(" "))
            } else {
                Group::Document
            }
        }
        [one] => Group::Operation(one.name.to_string()),
        _ => Group::Shared,
    }
}

/// In place of a level of Rust that is not known.
const NOT_JUDGED: &str = "not judged";

impl Page {
    fn push(&mut self, text: &str) {
        self.out.push_str(text);
        self.out.push('\n');
    }

    fn head(&mut self, report: &Report) {
        let title = match report.specs.as_slice() {
            [one] => escape(&one_line(&one.title)),
            all => format!("{} documents", all.len()),
        };
        let _ = write!(
            self.out,
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; script-src '{SCRIPT_HASH}'; base-uri 'none'; form-action 'none'\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <title>Review: {title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n\
             <header><div>\n<h1>{title}</h1>\n<div class=\"verdict\" id=\"verdict\">\n"
        );
        self.verdict(report);
        for spec in &report.specs {
            self.versions(spec);
        }
        self.push("</div></header>");
        self.filters();
    }

    /// The worst levels, and how many findings are silent.
    fn verdict(&mut self, report: &Report) {
        let all = report.levels();
        let mut specs = report.specs.iter();
        let judged = specs.all(|spec| spec.rust_not_judged.is_none());
        let rust = if judged {
            all.rust.as_str()
        } else {
            NOT_JUDGED
        };
        for (name, word, big) in [
            ("spec", report.spec().as_str(), " big"),
            ("crate", report.bindings().as_str(), " big"),
            ("JSON", all.json.as_str(), ""),
            ("XML", all.xml.as_str(), ""),
            ("Rust", rust, ""),
            ("behaviour", all.behaviour.as_str(), ""),
        ] {
            let class = if word == NOT_JUDGED { "none" } else { word };
            let _ = writeln!(
                self.out,
                "<div class=\"tile{big}\"><span>{name}</span><b class=\"{class}\">{word}</b></div>"
            );
        }
        self.push("</div>");
        let silent = report.findings();
        let silent = silent.filter(|(_, finding)| finding.silent == Some(true));
        let are = match silent.count() {
            0 => return,
            1 => "1 finding is".to_owned(),
            count => format!("{count} findings are"),
        };
        self.push(&format!(
            "<p><span class=\"silent\">silent</span> {are} silent: programs get no error, and lose values.</p>"
        ));
    }

    /// The versions of a document, and what was not judged.
    fn versions(&mut self, spec: &SpecReport) {
        let (name, versions) = (one_line(&spec.name), versions(spec));
        let text = format!(
            "<p class=\"dim\">{}: {}; {}</p>",
            escape(&name),
            escape(&versions),
            summary(spec)
        );
        self.push(&text);
        if let Some(text) = spec.reservation() {
            self.push(&format!("<p class=\"dim\">{}</p>", rich(&text)));
        }
        if let Some(why) = &spec.rust_not_judged {
            let why = escape(&one_line(why));
            self.push(&format!("<p class=\"dim\">Rust: {NOT_JUDGED} ({why})</p>"));
        }
    }

    fn filters(&mut self) {
        self.push(
            "<nav aria-label=\"Filters\"><div><input type=\"search\" id=\"search\" placeholder=\"Search (/)\" aria-label=\"Search\">\n\
             <fieldset><legend>Levels</legend>",
        );
        let levels = Level::ALL.into_iter().rev();
        for level in levels.filter(|level| *level != Level::None) {
            let word = level.as_str();
            self.push(&format!(
                "<label class=\"{word}\"><input type=\"checkbox\" name=\"level\" value=\"{word}\" checked> {word}</label>"
            ));
        }
        self.push("</fieldset><fieldset><legend>Only</legend>");
        for (value, word) in [
            ("json", "JSON"),
            ("xml", "XML"),
            ("rust", "Rust"),
            ("behaviour", "behaviour"),
            ("silent", "silent"),
        ] {
            self.push(&format!(
                "<label><input type=\"checkbox\" name=\"only\" value=\"{value}\"> {word}</label>"
            ));
        }
        self.push("</fieldset><output id=\"count\" class=\"dim\"></output></div></nav>\n<main>");
    }

    fn foot(&mut self) {
        self.push(
            "<footer><p><kbd>/</kbd> search, <kbd>j</kbd> <kbd>k</kbd> next and previous finding, <kbd>o</kbd> details of this one, <kbd>e</kbd> all details, <kbd>Esc</kbd> clear.</p></footer>\n</main>",
        );
        let _ = write!(self.out, "<script>{SCRIPT}</script>\n</body>\n</html>\n");
    }

    fn spec(&mut self, spec: &SpecReport) {
        let mut groups: BTreeMap<Group, Vec<&Finding>> = BTreeMap::new();
        for finding in &spec.findings {
            groups.entry(group(finding)).or_default().push(finding);
        }
        let mut shown = BTreeSet::new();
        if spec.findings.is_empty() {
            let text = format!("<p>{}: nothing changes.</p>", escape(&one_line(&spec.name)));
            self.push(&text);
        }
        // The worst first.
        let mut order: Vec<(&Group, &Vec<&Finding>)> = groups.iter().collect();
        order.sort_by_key(|(_, findings)| {
            std::cmp::Reverse(findings.iter().map(|f| f.level()).max())
        });
        for (group, findings) in order {
            let heading = match group {
                Group::Document => "The document".to_owned(),
                Group::Shared => "Several operations".to_owned(),
                Group::Operation(name) => format!("<code>{}</code>", escape(name)),
            };
            let text = format!("<section data-group>\n<h2>{heading}</h2>");
            self.push(&text);
            for finding in findings {
                self.finding(spec, finding, &mut shown);
            }
            self.push("</section>");
        }
    }

    fn finding(
        &mut self,
        spec: &SpecReport,
        finding: &Finding,
        shown: &mut BTreeSet<(String, String)>,
    ) {
        self.number += 1;
        let id = format!("f{}", self.number);
        let level = finding.level().as_str();
        let judged = spec.rust_not_judged.is_none();
        let mut kinds: Vec<&str> = levels(finding, judged)
            .into_iter()
            .filter(|(_, level)| level.is_some_and(|level| level > Level::Documentation))
            .map(|(kind, _)| kind)
            .collect();
        if finding.silent == Some(true) {
            kinds.push("silent");
        }
        let kinds = kinds.join(" ").to_lowercase();
        let text = format!(
            "<article class=\"l-{level}\" id=\"{id}\" tabindex=\"-1\" data-level=\"{level}\" data-kinds=\"{kinds}\">\n\
             <div class=\"head\"><span class=\"badge {level}\">{level}</span><h3>{}</h3><a href=\"#{id}\" title=\"Link to this finding\">{} #</a></div>\n<p>{}</p>",
            escape(&finding.place),
            finding.check.code,
            rich(&finding.what),
        );
        self.push(&text);
        self.levels(finding, judged);
        let effects = telling(finding)
            .into_iter()
            .map(|effect| ("Rust", effect))
            .chain(finding.behaviour.iter().map(|effect| ("Behaviour", effect)));
        let mut list = String::new();
        for (kind, effect) in effects {
            let _ = writeln!(list, "<li>{kind}: {}</li>", rich(&effect.text));
        }
        if !list.is_empty() {
            self.push(&format!("<ul>\n{list}</ul>"));
        }
        if let Some(way) = travels(finding) {
            self.push(&format!("<p class=\"dim\">{way}</p>"));
        }
        if finding.operations.len() > 1 {
            let names: Vec<String> = finding
                .operations
                .iter()
                .take(40)
                .map(|op| format!("<code>{}</code>", escape(&op.name)))
                .collect();
            let more = finding.operations.len().saturating_sub(40);
            let tail = if more > 0 {
                format!(" and {more} more")
            } else {
                String::new()
            };
            let count = finding.operations.len();
            let text = format!(
                "<details><summary>{count} operations</summary><p>{}{tail}</p></details>",
                names.join(" ")
            );
            self.push(&text);
        }
        if let Some(mark) = mark(finding) {
            self.push(&format!("<p><em>{}</em></p>", escape(&mark)));
        }
        self.signatures(finding);
        self.samples(spec, finding, shown);
        self.source(finding);
        let text = format!(
            "<details><summary>{} {}</summary><p>{}</p><p class=\"dim\">Key for lavka-accept.yaml: <code>{}</code></p></details>\n</article>",
            finding.check.code,
            escape(finding.check.title),
            rich(finding.check.explanation),
            escape(&finding.key)
        );
        self.push(&text);
    }

    fn levels(&mut self, finding: &Finding, judged: bool) {
        let mut text = String::from("<div class=\"levels\">");
        for (kind, level) in levels(finding, judged) {
            let word = level.map_or("not judged", Level::as_str);
            let class = level.map_or("none", Level::as_str);
            let _ = write!(text, "<span>{kind} <b class=\"{class}\">{word}</b></span>");
        }
        if let Some(word) = loudness(finding) {
            let class = if word == "silent" { "silent" } else { "dim" };
            let _ = write!(text, "<span class=\"{class}\">{word}</span>");
        }
        text.push_str("</div>");
        self.push(&text);
    }

    fn signatures(&mut self, finding: &Finding) {
        let (before, after) = &finding.signatures;
        if !before.is_empty() || !after.is_empty() {
            self.pair(
                ("Rust before", &before.join("\n")),
                ("Rust after", &after.join("\n")),
            );
        }
    }

    /// Two texts side by side.
    fn pair(&mut self, before: (&str, &str), after: (&str, &str)) {
        let (old, new) = diff::lines(before.1, after.1);
        let block = |lines: &[diff::Line<'_>], changed: &str| -> String {
            let of = |line: &diff::Line<'_>| {
                let class = if line.changed { changed } else { "same" };
                let text: String = line.text.chars().take(WIDTH).collect();
                format!("<span class=\"{class}\">{}</span>", escape(&text))
            };
            lines.iter().map(of).collect()
        };
        let text = format!(
            "<div class=\"pair\"><div class=\"before\"><h4>{}</h4><pre>{}</pre></div><div><h4>{}</h4><pre>{}</pre></div></div>",
            escape(before.0),
            block(&old, "del"),
            escape(after.0),
            block(&new, "ins")
        );
        self.push(&text);
    }

    /// The lines of both documents around the change.
    fn source(&mut self, finding: &Finding) {
        let (before, after) = (excerpt(&finding.before), excerpt(&finding.after));
        if before.is_none() && after.is_none() {
            return;
        }
        let side = |spot: &Spot, block: Option<String>| {
            let note = if spot.present {
                ""
            } else {
                " (absent; the nearest place)"
            };
            let at = escape(&place(spot.origin.as_ref()));
            format!(
                "<h4>{at}{note}</h4><pre>{}</pre>",
                block.unwrap_or_default()
            )
        };
        let text = format!(
            "<details open><summary>The document</summary><div class=\"pair\"><div class=\"before\">{}</div><div>{}</div></div></details>",
            side(&finding.before, before),
            side(&finding.after, after)
        );
        self.push(&text);
    }

    /// Bodies whose bytes change.
    fn samples(
        &mut self,
        spec: &SpecReport,
        finding: &Finding,
        shown: &mut BTreeSet<(String, String)>,
    ) {
        let wire = finding.json.max(finding.xml);
        if wire < Level::Compatible || self.sampled >= SAMPLED {
            return;
        }
        let mut pairs = Vec::new();
        for op in &finding.operations {
            if pairs.len() < BODIES {
                bodies(spec, finding, &op.name, &mut pairs);
            }
        }
        // What changes goes first.
        pairs.sort_by_key(|(_, before, after)| before == after);
        pairs.truncate(BODIES);
        for (title, before, after) in pairs {
            if !shown.insert((title.clone(), before.clone())) {
                continue;
            }
            self.sampled += 1;
            let (open, same) = if before == after {
                ("", ": not changed")
            } else {
                (" open", "")
            };
            self.push(&format!(
                "<details{open}><summary>Sample: {}{same}</summary>",
                escape(&title)
            ));
            self.pair(("before", &before), ("after", &after));
            self.push("</details>");
        }
    }

    fn acceptance(&mut self, report: &Report) {
        if report.acceptance.is_empty() {
            return;
        }
        self.push("<section data-group><h2>lavka-accept.yaml</h2><ul>");
        for finding in &report.acceptance {
            let text = format!("<li>{} {}</li>", finding.check.code, rich(&finding.what));
            self.push(&text);
        }
        self.push("</ul></section>");
    }
}

/// Lines around a place, the place marked.
fn excerpt(spot: &Spot) -> Option<String> {
    let origin = spot.origin.as_ref()?;
    let file = origin.file()?;
    let line = origin.line();
    let mut out = String::new();
    let first = line.saturating_sub(CONTEXT).max(1);
    let last = line + CONTEXT;
    let total = file.position(file.text().len()).0;
    for number in first..=last.min(total) {
        let class = if number == line && spot.present {
            " class=\"at\""
        } else {
            ""
        };
        let text = file.line(number);
        // Of one long line, what is around the place.
        let skip = if number == line && text.chars().count() > WIDTH {
            origin.column().saturating_sub(WIDTH / 2)
        } else {
            0
        };
        let text: String = text.chars().skip(skip).take(WIDTH).collect();
        let _ = write!(
            out,
            "<span{class}><span class=\"n\">{number}</span>{}</span>",
            escape(&text)
        );
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::{escape, rich};

    #[test]
    fn text_is_escaped() {
        assert_eq!(
            escape("<a href='x'>&\"\u{202e}\u{7}"),
            "&lt;a href=&#39;x&#39;&gt;&amp;&quot;\u{fffd}\u{fffd}"
        );
        assert_eq!(rich("a `b<` c"), "a <code>b&lt;</code> c");
        assert_eq!(rich("a ` <b>"), "a  &lt;b&gt;");
    }
}
