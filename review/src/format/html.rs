//! One self-contained page. Everything that comes from a document is escaped; the only script is ours, allowed by its hash.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use lavka_model::normalized::{MediaType, Operation};

use super::diff;
use super::{Part, levels, loudness, mark, one_line, parts, place, summary, telling, versions};
use crate::finding::{Finding, Spot};
use crate::level::{Direction, Level};
use crate::report::{Report, SpecReport};
use crate::{sample, wire};

const STYLE: &str = include_str!("page/page.css");
const SCRIPT: &str = include_str!("page/page.js");
/// SHA-256 of the script, as a policy wants it; a test computes it.
const SCRIPT_HASH: &str = "sha256-1SCGCWhDRdlFfdBXxuC9mcRbaoCQa4A7wsATFeyeQm0=";
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
        [one] => Group::Operation(one.name.clone()),
        _ => Group::Shared,
    }
}

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
             <title>Review: {title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n"
        );
        let (spec, bindings) = (report.spec().as_str(), report.bindings().as_str());
        let all = report.levels();
        let judged = report
            .specs
            .iter()
            .all(|spec| spec.rust_not_judged.is_none());
        let rust = if judged {
            all.rust.as_str()
        } else {
            "not judged"
        };
        let _ = write!(
            self.out,
            "<header><div>\n<h1>{title}</h1>\n<div class=\"verdict\" id=\"verdict\">\n"
        );
        for (name, word, big) in [
            ("spec", spec, " big"),
            ("crate", bindings, " big"),
            ("JSON", all.json.as_str(), ""),
            ("XML", all.xml.as_str(), ""),
            ("Rust", rust, ""),
            ("behaviour", all.behaviour.as_str(), ""),
        ] {
            let class = if word == "not judged" { "none" } else { word };
            let _ = writeln!(
                self.out,
                "<div class=\"tile{big}\"><span>{name}</span><b class=\"{class}\">{word}</b></div>"
            );
        }
        let silent = report
            .findings()
            .filter(|(_, finding)| finding.silent == Some(true))
            .count();
        self.push("</div>");
        if silent > 0 {
            let (are, noun) = if silent == 1 {
                ("is", "finding")
            } else {
                ("are", "findings")
            };
            let text = format!(
                "<p><span class=\"silent\">silent</span> {silent} {noun} {are} silent: programs get no error, and lose values.</p>"
            );
            self.push(&text);
        }
        for spec in &report.specs {
            let text = format!(
                "<p class=\"dim\">{}: {}; {}</p>",
                escape(&one_line(&spec.name)),
                escape(&versions(spec)),
                summary(spec)
            );
            self.push(&text);
            if let Some(text) = spec.reservation() {
                self.push(&format!("<p class=\"dim\">{}</p>", rich(&text)));
            }
            if let Some(why) = &spec.rust_not_judged {
                let text = format!(
                    "<p class=\"dim\">Rust: not judged ({})</p>",
                    escape(&one_line(why))
                );
                self.push(&text);
            }
        }
        self.push("</div></header>");
        self.push(
            "<nav aria-label=\"Filters\"><div><input type=\"search\" id=\"search\" placeholder=\"Search (/)\" aria-label=\"Search\">\n\
             <fieldset><legend>Levels</legend>",
        );
        for level in Level::ALL
            .into_iter()
            .rev()
            .filter(|level| *level != Level::None)
        {
            let word = level.as_str();
            let text = format!(
                "<label class=\"{word}\"><input type=\"checkbox\" name=\"level\" value=\"{word}\" checked> {word}</label>"
            );
            self.push(&text);
        }
        self.push("</fieldset><fieldset><legend>Only</legend>");
        for (value, word) in [
            ("json", "JSON"),
            ("xml", "XML"),
            ("rust", "Rust"),
            ("behaviour", "behaviour"),
            ("silent", "silent"),
        ] {
            let text = format!(
                "<label><input type=\"checkbox\" name=\"only\" value=\"{value}\"> {word}</label>"
            );
            self.push(&text);
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
                " (not there; the nearest place)"
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

/// Bodies of an operation that differ, in the formats that the finding concerns: title, before, after.
fn bodies(
    spec: &SpecReport,
    finding: &Finding,
    name: &str,
    out: &mut Vec<(String, String, String)>,
) {
    let (Some(one), Some(other)) = (&spec.sides.0, &spec.sides.1) else {
        return;
    };
    let Some(before) = one
        .document
        .operations
        .iter()
        .find(|op| wire::title(op) == name)
    else {
        return;
    };
    let matches = |op: &&Operation| {
        crate::rust::canonical(&wire::title(op)) == crate::rust::canonical(name)
            || (op.id.is_some() && op.id.as_deref() == before.id.as_deref())
    };
    let Some(after) = other.document.operations.iter().find(matches) else {
        return;
    };
    let mut compare = |what: &str, old: &[MediaType], new: &[MediaType], direction: Direction| {
        for media in old {
            let xml = wire::is_xml(&media.name);
            let level = if xml { finding.xml } else { finding.json };
            let other_media = new.iter().find(|m| m.name.value == media.name.value);
            // Where only XML changes, JSON is shown too: as the same.
            let wanted = level > Level::None || !xml && finding.xml > Level::None;
            let Some(other_media) = other_media.filter(|_| wanted) else {
                continue;
            };
            let was = sample::encode(&one.document, media, direction);
            let is = sample::encode(&other.document, other_media, direction);
            if let (Some(was), Some(is)) = (was, is)
                && (was != is || (level == Level::None && !xml))
            {
                let title = format!("{name}, {what}, {}", one_line(&media.name));
                out.push((title, was, is));
            }
        }
    };
    if let (Some(old), Some(new)) = (&before.request, &after.request)
        && finding.directions.contains(&Direction::Argument)
    {
        compare("request", &old.content, &new.content, Direction::Argument);
    }
    if finding.directions.contains(&Direction::Reply) {
        for reply in &before.responses {
            let other = after.responses.iter();
            let mut other = other.filter(|r| r.status.value == reply.status.value);
            if let Some(other) = other.next() {
                compare("reply", &reply.content, &other.content, Direction::Reply);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_escaped() {
        assert_eq!(
            escape("<a href='x'>&\"\u{202e}\u{7}"),
            "&lt;a href=&#39;x&#39;&gt;&amp;&quot;\u{fffd}\u{fffd}"
        );
        assert_eq!(rich("a `b<` c"), "a <code>b&lt;</code> c");
        assert_eq!(rich("a ` <b>"), "a  &lt;b&gt;");
    }

    /// SHA-256, as Base64: only for the test below.
    fn sha256_base64(message: &[u8]) -> String {
        let fraction = |root: f64| {
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
            let word = ((root - root.floor()) * 4_294_967_296.0) as u32;
            word
        };
        let prime = |n: &u32| (2..*n).all(|d| !n.is_multiple_of(d));
        let primes: Vec<u32> = (2..312).filter(prime).collect();
        let constants: Vec<u32> = primes
            .iter()
            .map(|&p| fraction(f64::from(p).cbrt()))
            .collect();
        let mut state: Vec<u32> = primes[..8]
            .iter()
            .map(|&p| fraction(f64::from(p).sqrt()))
            .collect();
        let mut padded = message.to_vec();
        padded.push(0x80);
        while padded.len() % 64 != 56 {
            padded.push(0);
        }
        padded.extend((message.len() as u64 * 8).to_be_bytes());
        for block in padded.chunks(64) {
            let mut w: Vec<u32> = block
                .chunks(4)
                .map(|c| u32::from_be_bytes([c[0], c[1], c[2], c[3]]))
                .collect();
            for i in 16..64 {
                let s0 = w[i - 15].rotate_right(7) ^ w[i - 15].rotate_right(18) ^ (w[i - 15] >> 3);
                let s1 = w[i - 2].rotate_right(17) ^ w[i - 2].rotate_right(19) ^ (w[i - 2] >> 10);
                w.push(
                    w[i - 16]
                        .wrapping_add(s0)
                        .wrapping_add(w[i - 7])
                        .wrapping_add(s1),
                );
            }
            let mut v = state.clone();
            for i in 0..64 {
                let s1 = v[4].rotate_right(6) ^ v[4].rotate_right(11) ^ v[4].rotate_right(25);
                let choice = (v[4] & v[5]) ^ (!v[4] & v[6]);
                let one = v[7]
                    .wrapping_add(s1)
                    .wrapping_add(choice)
                    .wrapping_add(constants[i])
                    .wrapping_add(w[i]);
                let s0 = v[0].rotate_right(2) ^ v[0].rotate_right(13) ^ v[0].rotate_right(22);
                let two = s0.wrapping_add((v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]));
                v.rotate_right(1);
                v[4] = v[4].wrapping_add(one);
                v[0] = one.wrapping_add(two);
            }
            for (s, v) in state.iter_mut().zip(v) {
                *s = s.wrapping_add(v);
            }
        }
        let bytes: Vec<u8> = state.iter().flat_map(|word| word.to_be_bytes()).collect();
        const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let mut out = String::new();
        for chunk in bytes.chunks(3) {
            let word = chunk.iter().fold(0u32, |all, b| all << 8 | u32::from(*b))
                << (8 * (3 - chunk.len()));
            for at in 0..4 {
                let letter = LETTERS[(word >> (18 - 6 * at)) as usize & 63];
                out.push(if at <= chunk.len() {
                    letter as char
                } else {
                    '='
                });
            }
        }
        out
    }

    #[test]
    fn the_policy_allows_the_script() {
        assert_eq!(
            sha256_base64(b""),
            "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
        );
        assert_eq!(
            SCRIPT_HASH,
            format!("sha256-{}", sha256_base64(SCRIPT.as_bytes()))
        );
    }
}
