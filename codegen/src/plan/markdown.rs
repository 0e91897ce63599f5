//! Text of a spec as Markdown that rustdoc shows and never runs.
//!
//! A description is untrusted. Three things follow, whatever it holds: the comment compiles, rustdoc finds no code in it that
//! it would test, and nothing that the text opens stays open after it. So the text is not passed through and patched; it is
//! read into blocks (paragraphs, headings, list items, code) and every block is written again in one form.

use std::borrow::Cow;

/// Spaces that a tab stands for.
const TAB: usize = 4;
/// How deep lists are nested; deeper items are put at this level.
const DEPTH: usize = 4;

/// The lines of a text, as Markdown. Neither the first nor the last line is empty.
#[must_use]
pub fn block(text: &str) -> Vec<String> {
    let mut writer = Writer::default();
    let text = super::html::to_markdown(text);
    let lines = text_lines(&text);
    writer.table = lines.iter().any(|line| is_table_rule(line));
    let mut fence: Option<(String, Vec<&str>)> = None;
    for line in lines.iter().map(|line| &**line) {
        if let Some((open, mut code)) = fence.take() {
            if closes(line, &open) {
                writer.code(&code);
            } else {
                code.push(line);
                fence = Some((open, code));
            }
            continue;
        }
        match fence_of(line) {
            Some(open) => fence = Some((open, Vec::new())),
            None => writer.line(line),
        }
    }
    if let Some((_, code)) = fence {
        writer.code(&code);
    }
    writer.finish()
}

/// A text in one line, as Markdown that can follow other words.
#[must_use]
pub fn inline(text: &str) -> String {
    escape(&summary(text), false)
}

/// A description in one line, for what is not Markdown.
#[must_use]
pub fn summary(text: &str) -> String {
    plain(&super::html::to_markdown(text))
}

/// An API's title, to be used within a sentence.
#[must_use]
pub fn title(text: &str) -> String {
    inline(text.trim_end_matches('.'))
}

/// A text in one line, as it is.
#[must_use]
pub fn plain(text: &str) -> String {
    let mut words = String::with_capacity(text.len());
    for line in text_lines(text) {
        for word in line.split_whitespace() {
            if !words.is_empty() {
                words.push(' ');
            }
            words.push_str(word);
        }
    }
    words
}

/// A text as a span of code.
#[must_use]
pub fn code(text: &str) -> String {
    let text = plain(text);
    if text.is_empty() {
        return String::new();
    }
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    if longest == 0 {
        return format!("`{text}`");
    }
    let marks = "`".repeat(longest + 1);
    format!("{marks} {text} {marks}")
}

/// Lines without characters that rustc refuses in a comment, or that change how other text is shown.
fn text_lines(text: &str) -> Vec<Cow<'_, str>> {
    let is_plain = |line: &str| line.bytes().all(|byte| (b' '..0x7f).contains(&byte));
    let mut lines = Vec::new();
    for line in text.split('\n') {
        if is_plain(line) {
            lines.push(Cow::Borrowed(line.trim_end()));
            continue;
        }
        let line = line.strip_suffix('\r').unwrap_or(line);
        let ends = ['\r', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}'];
        lines.extend(line.split(ends).map(|line| Cow::Owned(clean(line))));
    }
    lines
}

fn clean(line: &str) -> String {
    let mut clean = String::with_capacity(line.len());
    for c in line.chars() {
        match c {
            '\t' => {
                let width = TAB - clean.chars().count() % TAB;
                clean.extend(std::iter::repeat_n(' ', width));
            }
            c if c.is_control() || is_directional(c) || c == '\u{feff}' => {}
            c => clean.push(c),
        }
    }
    clean.truncate(clean.trim_end().len());
    clean
}

/// Characters that change the direction of the text after them.
fn is_directional(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The marks that open a block of code in `line`, which may be in an item of a list or a quotation.
fn fence_of(line: &str) -> Option<String> {
    let mut rest = line.trim_start();
    loop {
        let inner = match marker(rest) {
            Some(marker) => &rest[marker.len..],
            None => match rest.strip_prefix('>') {
                Some(inner) => inner,
                None => break,
            },
        };
        rest = inner.trim_start();
    }
    let mark = rest.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let length = rest.chars().take_while(|c| *c == mark).count();
    let info = &rest[length..];
    // `` ```a``` `` is code within a line.
    (length >= 3 && !(mark == '`' && info.contains('`'))).then(|| mark.to_string().repeat(length))
}

fn closes(line: &str, open: &str) -> bool {
    let mark = open.chars().next().unwrap_or('`');
    let line = line.trim_start_matches([' ', '>']).trim_end();
    line.len() >= open.len() && line.chars().all(|c| c == mark)
}

/// A marker of a list item at the beginning of a line.
struct Marker {
    /// Its bytes, with the space after it.
    len: usize,
    /// As it is written: `- ` or `12. `.
    written: String,
}

fn marker(line: &str) -> Option<Marker> {
    let first = line.chars().next()?;
    if matches!(first, '-' | '+' | '*' | '•') {
        let len = first.len_utf8();
        return line[len..].starts_with(' ').then(|| Marker {
            len: len + 1,
            written: "- ".to_owned(),
        });
    }
    let digits = line.chars().take_while(char::is_ascii_digit).count();
    let after = &line[digits..];
    ((1..=9).contains(&digits) && (after.starts_with(". ") || after.starts_with(") "))).then(|| {
        Marker {
            len: digits + 2,
            written: format!("{}. ", &line[..digits]),
        }
    })
}

/// The row under a table's head.
fn is_table_rule(line: &str) -> bool {
    line.contains('-')
        && line.contains(['|', ':'])
        && line.chars().all(|c| matches!(c, '|' | '-' | ':' | ' '))
}

/// A line under a heading, or between paragraphs.
fn is_rule(line: &str) -> bool {
    !line.is_empty()
        && line
            .chars()
            .all(|c| matches!(c, '-' | '=' | '*' | '_' | '+' | ' '))
}

/// An open item of a list.
struct Item {
    /// Where its marker is in the text.
    column: usize,
    /// Spaces before its content, as written.
    indent: usize,
}

#[derive(Default)]
struct Writer {
    out: Vec<String>,
    items: Vec<Item>,
    /// Lines of code by indentation that were not written yet.
    indented: Vec<String>,
    /// The text has a table, in which `|` ends a span of code.
    table: bool,
}

impl Writer {
    fn line(&mut self, line: &str) {
        let text = line.trim_start();
        let column = line.chars().count() - text.chars().count();
        if self.items.is_empty() && column >= 4 && (self.after_blank() || !self.indented.is_empty())
        {
            self.indented.push(line.to_owned());
            return;
        }
        if text.is_empty() {
            if self.indented.is_empty() {
                self.blank();
            } else {
                self.indented.push(String::new());
            }
            return;
        }
        self.flush();
        if is_rule(text) && !is_table_rule(text) {
            self.blank();
            return;
        }
        if let Some(marker) = marker(text) {
            self.item(column, &marker, text[marker.len..].trim_start());
            return;
        }
        let hashes = text.chars().take_while(|c| *c == '#').count();
        if (1..=6).contains(&hashes) && text[hashes..].starts_with(' ') {
            self.items.clear();
            self.blank();
            let heading = text[hashes..].trim().trim_end_matches('#').trim_end();
            if !heading.is_empty() {
                // Sections of our own are of a higher rank.
                self.out
                    .push(format!("#### {}", escape(heading, self.table)));
            }
            self.blank();
            return;
        }
        // A line at the margin after an empty line ends a list.
        if self.after_blank() {
            while self.items.last().is_some_and(|item| column <= item.column) {
                self.items.pop();
            }
        }
        let indent = self.items.last().map_or(0, |item| item.indent);
        let mut text = escape(text, self.table);
        if indent > 0 {
            text.insert_str(0, &" ".repeat(indent));
        }
        self.out.push(text);
    }

    fn item(&mut self, column: usize, marker: &Marker, text: &str) {
        // A list does not begin in the middle of a paragraph, whatever its first number.
        if self.items.is_empty() {
            self.blank();
        }
        while self.items.last().is_some_and(|item| column <= item.column) {
            self.items.pop();
        }
        if self.items.len() >= DEPTH {
            self.items.truncate(DEPTH - 1);
        }
        let outer = self.items.last().map_or(0, |item| item.indent);
        let indent = outer + marker.written.len();
        self.items.push(Item { column, indent });
        let text = escape(text, self.table);
        self.out
            .push(format!("{}{}{text}", " ".repeat(outer), marker.written));
    }

    fn after_blank(&self) -> bool {
        self.out.last().is_none_or(String::is_empty)
    }

    fn blank(&mut self) {
        if !self.after_blank() {
            self.out.push(String::new());
        }
    }

    /// Writes code that is shown and not compiled. It ends every list.
    fn code(&mut self, code: &[&str]) {
        self.flush();
        self.items.clear();
        self.blank();
        let indent = code
            .iter()
            .filter(|line| !line.is_empty())
            .map(|line| line.len() - line.trim_start_matches(' ').len())
            .min()
            .unwrap_or(0);
        let longest = code
            .iter()
            .flat_map(|line| line.split(|c| c != '`'))
            .map(str::len)
            .max()
            .unwrap_or(0);
        let marks = "`".repeat(3.max(longest + 1));
        self.out.push(format!("{marks}text"));
        self.out.extend(
            code.iter()
                .map(|line| line.get(indent..).unwrap_or("").to_owned()),
        );
        self.out.push(marks);
        self.blank();
    }

    fn flush(&mut self) {
        let mut code = std::mem::take(&mut self.indented);
        while code.last().is_some_and(String::is_empty) {
            code.pop();
        }
        if !code.is_empty() {
            self.code(&code.iter().map(String::as_str).collect::<Vec<_>>());
        }
    }

    fn finish(mut self) -> Vec<String> {
        self.flush();
        while self.out.last().is_some_and(String::is_empty) {
            self.out.pop();
        }
        self.out
    }
}

/// Escapes a line: HTML and marks that begin a block are text; spans of code, URLs and links to web pages stay. What rustdoc would
/// look for among items is text too.
fn escape(line: &str, table: bool) -> String {
    let mut out = String::with_capacity(line.len() + 8);
    let mut rest = line.trim();
    if let Some(c) = rest.chars().next()
        && (marker(rest).is_some() || matches!(c, '#' | '>' | '~' | '=' | '+' | '-'))
    {
        let digits = rest.chars().take_while(char::is_ascii_digit).count();
        out.push_str(&rest[..digits]);
        rest = &rest[digits..];
        if rest.starts_with(|c: char| c.is_ascii_punctuation()) && !rest.starts_with('<') {
            out.push('\\');
            out.push_str(&rest[..1]);
            rest = &rest[1..];
        }
    }
    escape_words(rest, table, true, &mut out);
    out
}

/// Escapes what is within a line. The text of a link has no `links`.
fn escape_words(mut rest: &str, table: bool, links: bool, out: &mut String) {
    loop {
        // What no escape begins with, and no URL.
        let plain = rest.find(['`', '\\', '[', ']', '<', '>', 'h']);
        let (before, marked) = rest.split_at(plain.unwrap_or(rest.len()));
        out.push_str(before);
        rest = marked;
        let Some(c) = rest.chars().next() else {
            break;
        };
        if links && let Some(url) = bare_url(rest) {
            out.extend(["<", url, ">"]);
            rest = &rest[url.len()..];
            continue;
        }
        if links
            && let Some(link) = link(rest)
            && !(table && link.text.contains('|'))
            && !out.ends_with("\\!")
        {
            // A page would load an image.
            if out.ends_with('!') {
                out.pop();
            }
            link.write(table, out);
            rest = &rest[link.len..];
            continue;
        }
        match c {
            '`' => {
                let (span, length) = span(rest, table);
                let escaped = out.ends_with('`');
                match span.filter(|_| !escaped) {
                    Some(span) => {
                        out.push_str(span);
                        rest = &rest[span.len()..];
                    }
                    None => {
                        out.push_str(&"\\`".repeat(length));
                        rest = &rest[length..];
                    }
                }
                continue;
            }
            '\\' => {
                // An escape of the text's own, or a backslash.
                let next = rest[1..].chars().next().filter(char::is_ascii_punctuation);
                out.push('\\');
                out.push(next.unwrap_or('\\'));
                rest = &rest[1 + next.map_or(0, char::len_utf8)..];
                continue;
            }
            '[' | ']' | '<' | '>' => {
                out.push('\\');
                out.push(c);
            }
            _ => out.push(c),
        }
        rest = &rest[c.len_utf8()..];
    }
}

/// A link as Markdown writes it: to a web page, or to a place of the website that the text is from, of which the text alone is kept.
struct Link<'t> {
    text: &'t str,
    target: &'t str,
    /// Its bytes.
    len: usize,
}

impl Link<'_> {
    fn write(&self, table: bool, out: &mut String) {
        if is_relative(self.target) {
            escape_words(self.text, table, false, out);
        } else if self.text.is_empty() || self.text == self.target {
            out.extend(["<", self.target, ">"]);
        } else {
            out.push('[');
            escape_words(self.text, table, false, out);
            out.extend(["](<", self.target, ">)"]);
        }
    }
}

/// Whether a target is a place of the website that a text is from: `#section`, `/docs/page`, `ref:page`.
fn is_relative(target: &str) -> bool {
    let starts = ["#", "/", "./", "../", "ref:", "doc:"];
    starts.iter().any(|start| target.starts_with(start))
}

fn link(whole: &str) -> Option<Link<'_>> {
    let (text, after) = whole.strip_prefix('[')?.split_once("](")?;
    let target = after.trim_start_matches([' ', '<']);
    if text.contains(['[', ']']) {
        return None;
    }
    if !is_relative(target) && (text.contains('\\') || bare_url(target).is_none()) {
        return None;
    }
    let mut open = 0_usize;
    let ends = |c: char| {
        match c {
            '(' => open += 1,
            ')' if open == 0 => return true,
            ')' => open -= 1,
            _ => {}
        }
        c.is_whitespace() || "<>\"`\\|".contains(c)
    };
    let (target, rest) = target.split_at(target.find(ends)?);
    // What is left is nothing or a title.
    let (left, _) = rest.split_once(')')?;
    let left = left.trim_start_matches('>').trim();
    let titled = left.len() > 1 && left.starts_with(['"', '\'']) && left.ends_with(['"', '\'']);
    (left.is_empty() || titled).then_some(Link {
        text: text.trim(),
        target,
        len: whole.len() - rest.len() + rest.find(')')? + 1,
    })
}

/// The span of code at the beginning of `text`, where the line closes it, and the number of marks that open it.
fn span(text: &str, table: bool) -> (Option<&str>, usize) {
    let length = text.bytes().take_while(|b| *b == b'`').count();
    let mut at = length;
    while at < text.len() {
        if text.as_bytes()[at] != b'`' {
            at += 1;
            continue;
        }
        let run = text[at..].bytes().take_while(|b| *b == b'`').count();
        if run == length {
            let found = &text[..at + run];
            return ((!table || !found.contains('|')).then_some(found), length);
        }
        at += run;
    }
    (None, length)
}

fn bare_url(text: &str) -> Option<&str> {
    let scheme = ["http://", "https://"]
        .into_iter()
        .find(|scheme| text.starts_with(scheme))?;
    let end = text
        .find(|c: char| c.is_whitespace() || c == '\\' || "<>\"`)]{}|«»".contains(c))
        .unwrap_or(text.len());
    let url = text[..end].trim_end_matches(['.', ',', ';', ':']);
    (url.len() > scheme.len()).then_some(url)
}
