//! Failures and bodies as text on one line.

use std::borrow::Cow;
use std::fmt;

use super::Failure;
use super::markup::{Event, Markup, unescape};
use super::text::start;

/// How many characters of a text are shown.
const SHOWN: usize = 200;

/// Code and text in one line, texts cut at 200 characters.
impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut separator = "";
        if let Some(message) = self
            .message
            .as_deref()
            .filter(|message| !message.trim().is_empty())
        {
            write!(f, "{}", Line(&unmarked(message)))?;
            separator = "; ";
        }
        for item in self.errors.iter().take(5) {
            // Often the text of the whole again.
            let says_more = item.field.is_some() || item.code.is_some();
            if !says_more && self.message.as_deref() == Some(&item.message) {
                continue;
            }
            f.write_str(separator)?;
            separator = "; ";
            if let Some(field) = &item.field {
                write!(f, "{}: ", Line(field))?;
            }
            match item.localized.first() {
                Some((_, text)) if item.message.is_empty() => write!(f, "{}", Line(text))?,
                _ => write!(f, "{}", Line(&unmarked(&item.message)))?,
            }
            match &item.code {
                Some(code) if item.message.is_empty() && item.localized.is_empty() => {
                    write!(f, "code {}", Line(code))?;
                }
                Some(code) => write!(f, " (code {})", Line(code))?,
                None => {}
            }
        }
        if self.errors.len() > 5 {
            write!(f, "; {} more", self.errors.len() - 5)?;
        }
        if let Some(code) = &self.code {
            if separator.is_empty() {
                write!(f, "code {}", Line(code))?;
            } else {
                write!(f, " [{}]", Line(code))?;
            }
        }
        Ok(())
    }
}

/// A text without the markup of a page, where it has some: `<b>Price</b> is too&nbsp;low<br>`.
fn unmarked(text: &str) -> Cow<'_, str> {
    const MARKUP: [&str; 7] = [
        "</b>",
        "</p>",
        "</a>",
        "</i>",
        "</strong>",
        "</span>",
        "<br",
    ];
    let text = start(text, 16 << 10);
    let lower = text.to_ascii_lowercase();
    match MARKUP.iter().any(|markup| lower.contains(markup)) {
        true => visible(text).map_or(Cow::Borrowed(text), Cow::Owned),
        false => Cow::Borrowed(text),
    }
}

/// Foreign text on one line, white space in one.
pub(crate) struct Line<'a>(pub(crate) &'a str);

impl fmt::Display for Line<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use fmt::Write as _;
        let mut space = false;
        for (count, c) in self.0.trim().chars().enumerate() {
            if count == SHOWN {
                return f.write_char('…');
            }
            // Neither control characters nor those that reorder text.
            let unseen = matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}');
            if c.is_whitespace() || c.is_control() || unseen {
                space = true;
                continue;
            }
            if std::mem::take(&mut space) {
                f.write_char(' ')?;
            }
            f.write_char(c)?;
        }
        Ok(())
    }
}

/// What a body of no known shape says: its beginning, or the title of an HTML page.
pub(crate) struct Excerpt<'a>(pub(crate) &'a str);

impl fmt::Display for Excerpt<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !crate::codec::looks_like_html(self.0.as_bytes()) {
            return write!(f, "{}", Line(self.0));
        }
        match title(self.0) {
            Some(title) => write!(f, "an HTML page: {}", Line(&title)),
            None => f.write_str("an HTML page"),
        }
    }
}

/// The title of a page, its first heading, or the beginning of its text.
pub(crate) fn title(page: &str) -> Option<String> {
    let page = start(page, 16 << 10);
    let lower = page.to_ascii_lowercase();
    let titled = ["title", "h1", "h2"].iter().find_map(|tag| {
        let open = lower.find(&format!("<{tag}"))?;
        let from = open + lower.get(open..)?.find('>')? + 1;
        let to = from + lower.get(from..)?.find("</")?;
        let text = unescape(page.get(from..to)?);
        Some(text.trim().to_owned()).filter(|text| !text.is_empty())
    });
    titled
        .filter(|title| !title.eq_ignore_ascii_case("error"))
        .or_else(|| visible(page))
}

/// The beginning of the text that a page shows.
fn visible(page: &str) -> Option<String> {
    let mut text = String::new();
    let mut hidden = None;
    for event in Markup::new(page) {
        match (event, hidden) {
            (Event::Start { name, empty, .. }, None) => {
                let is_hidden = ["script", "style"]
                    .iter()
                    .any(|h| name.eq_ignore_ascii_case(h));
                hidden = (is_hidden && !empty).then_some(name);
                text.push(' ');
            }
            (Event::End { name }, Some(open)) if name.eq_ignore_ascii_case(open) => hidden = None,
            (Event::Text(piece), None) => text.push_str(&piece),
            _ => {}
        }
        if text.len() > 4 * SHOWN {
            break;
        }
    }
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}
