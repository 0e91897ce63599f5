//! The text of an element, from its source: entities, character references, CDATA and the space around it.

use std::ops::Range;

/// The text of a stretch of XML source that holds no elements (or whose elements are left out beforehand).
///
/// The source has been parsed before, so it is known to be well-formed; what is not is taken as written. White
/// space around a CDATA section is dropped, that inside is kept. `trim` drops it around everything else.
pub(super) fn text(source: &str, trim: bool) -> String {
    let mut runs = Vec::new();
    let mut rest = source;
    while let Some(at) = rest.find('<') {
        let (before, special) = rest.split_at(at);
        let (open, close) = match special {
            s if s.starts_with("<![CDATA[") => ("<![CDATA[", "]]>"),
            s if s.starts_with("<!--") => ("<!--", "-->"),
            s if s.starts_with("<?") => ("<?", "?>"),
            _ => break,
        };
        runs.push(Run::Text(before));
        let body = special.get(open.len()..).unwrap_or_default();
        let (inside, after) = body.split_once(close).unwrap_or((body, ""));
        if close == "]]>" {
            runs.push(Run::Data(inside));
        }
        rest = after;
    }
    runs.push(Run::Text(rest));

    let has_data = runs.iter().any(|run| matches!(run, Run::Data(_)));
    let mut result = String::with_capacity(source.len());
    // Where the text that may not be trimmed lies in `result`.
    let mut kept: Option<Range<usize>> = None;
    for run in runs {
        match run {
            Run::Text(text) if has_data && text.trim_matches(is_space).is_empty() => {}
            Run::Text(text) => unescape(&normal_lines(text), &mut result),
            Run::Data(data) => {
                let start = result.len();
                result.push_str(&normal_lines(data));
                let from = kept.as_ref().map_or(start, |range| range.start);
                kept = Some(from..result.len());
            }
        }
    }
    if !trim {
        return result;
    }
    let kept = kept.unwrap_or(0..0);
    if kept.is_empty() {
        return result.trim_matches(is_space).to_owned();
    }
    let head = result
        .get(..kept.start)
        .unwrap_or_default()
        .trim_start_matches(is_space);
    let middle = result.get(kept.clone()).unwrap_or_default();
    let tail = result
        .get(kept.end..)
        .unwrap_or_default()
        .trim_end_matches(is_space);
    format!("{head}{middle}{tail}")
}

/// XML's white space.
pub(super) fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n')
}

enum Run<'a> {
    Text(&'a str),
    Data(&'a str),
}

/// Ends of lines as XML hands them to programs.
fn normal_lines(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

/// Appends a text with its entities and character references replaced.
fn unescape(text: &str, result: &mut String) {
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        let (before, reference) = rest.split_at(at);
        result.push_str(before);
        let (name, after) = match reference.get(1..).and_then(|tail| tail.split_once(';')) {
            Some(parts) => parts,
            None => {
                result.push_str(reference);
                return;
            }
        };
        match character(name) {
            Some(c) => result.push(c),
            None => {
                result.push('&');
                result.push_str(name);
                result.push(';');
            }
        }
        rest = after;
    }
    result.push_str(rest);
}

/// The character that a reference names.
fn character(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix('x') {
                Some(digits) => u32::from_str_radix(digits, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts() {
        for (source, kept, trimmed) in [
            ("", "", ""),
            (" a ", " a ", "a"),
            (" <![CDATA[x]]> ", "x", "x"),
            ("\r\n<![CDATA[ x ]]>\n", " x ", " x "),
            ("a<![CDATA[<b>&amp;]]>c ", "a<b>&amp;c ", "a<b>&amp;c"),
            ("<![CDATA[a]]><![CDATA[b]]>", "ab", "ab"),
            (" <![CDATA[]]> ", "", ""),
            (
                "&lt;&amp;&#x41;&#66;&quot;&apos;&gt;",
                "<&AB\"'>",
                "<&AB\"'>",
            ),
            ("a\r\nb\rc&#13;", "a\nb\nc\r", "a\nb\nc"),
            ("a<!-- & -->b<?pi & ?>c", "abc", "abc"),
            ("&amp;lt;", "&lt;", "&lt;"),
            ("\u{a0}a\u{a0}", "\u{a0}a\u{a0}", "\u{a0}a\u{a0}"),
        ] {
            assert_eq!(text(source, false), kept, "{source:?} kept");
            assert_eq!(text(source, true), trimmed, "{source:?} trimmed");
        }
    }
}
