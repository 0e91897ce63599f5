//! Where a payload that is in running text ends, and whether it parses.

/// A payload's format, as the file's extension says it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// JSON.
    Json,
    /// XML.
    Xml,
    /// Neither: a bare string.
    Text,
}

impl Format {
    /// The extension of a sample's file.
    pub(crate) fn extension(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Xml => "xml",
            Self::Text => "txt",
        }
    }
}

/// A payload, byte for byte.
#[derive(Clone, Copy)]
pub(crate) struct Payload<'a> {
    /// Its text.
    pub(crate) text: &'a str,
    /// Its format.
    pub(crate) format: Format,
    /// Whether it is well-formed.
    pub(crate) parses: bool,
}

/// The payload at the start of `text`: its end is found by parsing. Where it does not parse, JSON ends with
/// the bracket that closes the first one (quotes are not trusted: a missing one turns strings inside out),
/// XML with the first end tag of its root element. `None`: no payload starts here, or it has no end.
pub(crate) fn cut(text: &str) -> Option<Payload<'_>> {
    let (format, parsed) = match text.bytes().next()? {
        b'{' | b'[' => (Format::Json, json_value(text.as_bytes(), 0, 0)),
        b'<' => (Format::Xml, xml_document(text)),
        _ => return None,
    };
    let end = match (parsed, format) {
        (Some(end), _) => end,
        (None, Format::Xml) => closing_tag(text)?,
        (None, _) => closing_bracket(text)?,
    };
    Some(Payload {
        text: text.get(..end)?,
        format,
        parses: parsed.is_some(),
    })
}

/// Nesting that no document reaches; keeps the recursion bounded.
const MAX_DEPTH: usize = 64;

/// The end of the JSON value (RFC 8259) that starts at `at`.
fn json_value(text: &[u8], at: usize, depth: usize) -> Option<usize> {
    if depth > MAX_DEPTH {
        return None;
    }
    match text.get(at)? {
        b'{' => json_items(text, at, b'}', |start| {
            let colon = skip_space(text, json_string(text, start)?);
            (text.get(colon) == Some(&b':')).then_some(())?;
            json_value(text, skip_space(text, colon + 1), depth + 1)
        }),
        b'[' => json_items(text, at, b']', |start| json_value(text, start, depth + 1)),
        b'"' => json_string(text, at),
        b'-' | b'0'..=b'9' => json_number(text, at),
        _ => ["true", "false", "null"]
            .iter()
            .find(|word| {
                text.get(at..)
                    .is_some_and(|rest| rest.starts_with(word.as_bytes()))
            })
            .map(|word| at + word.len()),
    }
}

/// Items between an opening bracket at `at` and `close`, divided by commas.
fn json_items(
    text: &[u8],
    at: usize,
    close: u8,
    item: impl Fn(usize) -> Option<usize>,
) -> Option<usize> {
    let mut at = skip_space(text, at + 1);
    if text.get(at) == Some(&close) {
        return Some(at + 1);
    }
    loop {
        at = skip_space(text, item(at)?);
        match text.get(at)? {
            b',' => at = skip_space(text, at + 1),
            byte if *byte == close => return Some(at + 1),
            _ => return None,
        }
    }
}

fn json_string(text: &[u8], at: usize) -> Option<usize> {
    (text.get(at) == Some(&b'"')).then_some(())?;
    let mut at = at + 1;
    loop {
        match text.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' => match text.get(at + 1)? {
                b'u' => {
                    let digits = text.get(at + 2..at + 6)?;
                    digits.iter().all(u8::is_ascii_hexdigit).then_some(())?;
                    at += 6;
                }
                b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't' => at += 2,
                _ => return None,
            },
            0..=0x1f => return None,
            _ => at += 1,
        }
    }
}

fn json_number(text: &[u8], at: usize) -> Option<usize> {
    let digits = |from: usize| {
        let count = text
            .get(from..)?
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        (count > 0).then_some(from + count)
    };
    let start = if text.get(at) == Some(&b'-') {
        at + 1
    } else {
        at
    };
    let mut end = digits(start)?;
    if text.get(start) == Some(&b'0') && end > start + 1 {
        return None;
    }
    if text.get(end) == Some(&b'.') {
        end = digits(end + 1)?;
    }
    if matches!(text.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(text.get(end + 1), Some(b'+' | b'-')));
        end = digits(end + 1 + sign)?;
    }
    Some(end)
}

fn skip_space(text: &[u8], at: usize) -> usize {
    let rest = text.get(at..).unwrap_or_default();
    at + rest
        .iter()
        .take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n'))
        .count()
}

/// The end of the bracket that closes the first character of `text`, whatever is between.
fn closing_bracket(text: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
    }
    None
}

/// The end of the XML document (a declaration, then one element) that starts `text`: tags are matched,
/// attributes quoted and unique, references known. The documents use nothing beyond that.
fn xml_document(text: &str) -> Option<usize> {
    let mut at = xml_declaration(text);
    let mut open: Vec<&str> = Vec::new();
    loop {
        let rest = text.get(at..)?;
        if let Some(data) = rest.strip_prefix("<![CDATA[") {
            (!open.is_empty()).then_some(())?;
            at += "<![CDATA[".len() + data.find("]]>")? + "]]>".len();
        } else if let Some(tag) = rest.strip_prefix("</") {
            let end = tag.find('>')?;
            (open.pop()? == tag.get(..end)?.trim_end()).then_some(())?;
            at += "</".len() + end + 1;
        } else if let Some(tag) = rest.strip_prefix('<') {
            let (name, length, empty) = xml_start_tag(tag)?;
            at += 1 + length;
            if !empty {
                open.push(name);
            }
        } else {
            let length = rest.find('<')?;
            let content = rest.get(..length)?;
            (!open.is_empty() || content.trim().is_empty()).then_some(())?;
            xml_references(content)?;
            at += length;
            continue;
        }
        if open.is_empty() {
            return Some(at);
        }
    }
}

/// The length of the declaration and of the space after it; 0 where there is none.
fn xml_declaration(text: &str) -> usize {
    match text.strip_prefix("<?xml ").and_then(|rest| rest.find("?>")) {
        Some(end) => skip_space(text.as_bytes(), "<?xml ".len() + end + "?>".len()),
        None => 0,
    }
}

/// Name, length up to and with `>`, and whether the element is empty; `tag` starts after the `<`.
fn xml_start_tag(tag: &str) -> Option<(&str, usize, bool)> {
    let is_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ':');
    let word = |text: &str| text.find(|c| !is_name(c)).filter(|end| *end > 0);
    let name = tag.get(..word(tag)?)?;
    name.starts_with(|c: char| c.is_alphabetic() || c == '_')
        .then_some(())?;
    let mut at = name.len();
    let mut attributes = Vec::new();
    loop {
        let space = skip_space(tag.as_bytes(), at) - at;
        at += space;
        let rest = tag.get(at..)?;
        if rest.starts_with('>') {
            return Some((name, at + 1, false));
        }
        if rest.starts_with("/>") {
            return Some((name, at + 2, true));
        }
        (space > 0).then_some(())?;
        let attribute = rest.get(..word(rest)?)?;
        (!attributes.contains(&attribute)).then_some(())?;
        attributes.push(attribute);
        let quoted = rest.get(attribute.len()..)?.strip_prefix('=')?;
        let quote = quoted.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        let value = quoted.get(1..)?;
        let end = value.find(quote)?;
        let value = value.get(..end)?;
        (!value.contains('<')).then_some(())?;
        xml_references(value)?;
        at += attribute.len() + "=".len() + 1 + end + 1;
    }
}

/// Whether every `&` starts a predefined or a character reference.
fn xml_references(content: &str) -> Option<()> {
    content
        .split('&')
        .skip(1)
        .all(|rest| {
            rest.split_once(';').is_some_and(|(name, _)| {
                matches!(name, "amp" | "lt" | "gt" | "quot" | "apos")
                    || name
                        .strip_prefix("#x")
                        .is_some_and(|hex| u32::from_str_radix(hex, 16).is_ok())
                    || name
                        .strip_prefix('#')
                        .is_some_and(|number| number.parse::<u32>().is_ok())
            })
        })
        .then_some(())
}

/// The end of the first end tag of the root element, where the elements between do not match.
fn closing_tag(text: &str) -> Option<usize> {
    let declaration = xml_declaration(text);
    let root = text.get(declaration..)?.strip_prefix('<')?;
    let name = root.get(..root.find([' ', '>', '/', '\n'])?)?;
    let tag = format!("</{name}>");
    Some(text.find(&tag)? + tag.len())
}

#[cfg(test)]
mod tests {
    use super::cut;

    fn parts(text: &str) -> Option<(&str, bool)> {
        cut(text).map(|payload| (payload.text, payload.parses))
    }

    #[test]
    fn json_ends_where_its_value_does() {
        assert_eq!(
            parts(r#"{"a": [1, -2.5e3, "}\""], "b": {}} rest"#),
            Some((r#"{"a": [1, -2.5e3, "}\""], "b": {}}"#, true))
        );
        assert_eq!(parts("[] {}"), Some(("[]", true)));
    }

    #[test]
    fn broken_json_ends_with_its_bracket() {
        assert_eq!(
            parts(r#"{"a": "x, "b": 1} tail"#),
            Some((r#"{"a": "x, "b": 1}"#, false))
        );
        assert_eq!(
            parts("[ {\"a\": 01}, ... ] tail }"),
            Some(("[ {\"a\": 01}, ... ]", false))
        );
        assert_eq!(parts("{ never closed"), None);
    }

    #[test]
    fn xml_ends_with_its_root() {
        let text = "<?xml version=\"1.0\"?>\n<a x='1'><a/><![CDATA[</a>]]> &amp; <b>1</b></a>";
        assert_eq!(parts(&format!("{text} {{}}")), Some((text, true)));
    }

    #[test]
    fn xml_that_is_not_well_formed_is_told() {
        assert_eq!(
            parts("<a><b x=\"\"><c></c></a> tail"),
            Some(("<a><b x=\"\"><c></c></a>", false))
        );
        assert_eq!(parts("<a>&nbsp;</a>"), Some(("<a>&nbsp;</a>", false)));
        assert_eq!(
            parts("<a x=\"1\" x=\"2\"></a>"),
            Some(("<a x=\"1\" x=\"2\"></a>", false))
        );
        assert_eq!(parts("<a><b>"), None);
    }

    #[test]
    fn prose_is_no_payload() {
        assert!(cut("Returns nothing").is_none());
        assert!(cut("").is_none());
    }
}
