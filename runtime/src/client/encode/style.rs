//! The styles of OpenAPI, as its tables (3.0.4, 3.1.1) and RFC 6570 have them.
//!
//! What these leave open:
//!
//! - An empty list or object is absent. Null is an empty value.
//! - A list in an exploded object is written as a parameter of the property's name. Any other list or object within a
//!   list or object is written as a JSON text, but in `deepObject`, which nests: `x[a][b]=1`, `x[a][0]=1`.
//! - In a cookie, values that `explode` separates are cookies of their own: `x=a; x=b`.
//! - A list's item that holds the list's delimiter is an error where encoding cannot tell the two apart: a comma in a
//!   header, a space in `spaceDelimited`, `|` in `pipeDelimited`.

use std::borrow::Cow;

use super::percent::{Part, push, push_plus};
use super::{Param, Place, Style, Value};

/// Why a value cannot be written, without the value.
type Written = Result<(), String>;

/// Writes values of a path, a query, cookies or a form, one after the other.
pub(in crate::client) struct Encoder<'a> {
    pub(in crate::client) out: &'a mut String,
    /// What separates pairs.
    separator: &'static str,
    part: Part,
    /// Whether a space is `+`.
    plus: bool,
}

impl<'a> Encoder<'a> {
    pub(in crate::client) fn path(out: &'a mut String) -> Self {
        Self {
            out,
            separator: "",
            part: Part::Url,
            plus: false,
        }
    }

    pub(in crate::client) fn query(out: &'a mut String) -> Self {
        Self {
            out,
            separator: "&",
            part: Part::Url,
            plus: false,
        }
    }

    pub(in crate::client) fn cookies(out: &'a mut String) -> Self {
        Self {
            out,
            separator: "; ",
            part: Part::Cookie,
            plus: false,
        }
    }

    pub(in crate::client) fn form(out: &'a mut String) -> Self {
        Self {
            out,
            separator: "&",
            part: Part::Url,
            plus: true,
        }
    }

    fn push(&mut self, text: &str) {
        if self.plus {
            push_plus(self.out, text);
        } else {
            push(self.out, self.part, text);
        }
    }

    fn separate(&mut self) {
        if !self.out.is_empty() {
            self.out.push_str(self.separator);
        }
    }

    /// A name as such a pair has it: never with reserved characters.
    fn name(&mut self, name: &str) {
        let part = self.part;
        if part == Part::Reserved {
            self.part = Part::Url;
        }
        self.separate();
        self.push(name);
        self.out.push('=');
        self.part = part;
    }

    /// Writes `name=value`.
    pub(in crate::client) fn pair(&mut self, name: &str, value: &str) {
        self.name(name);
        self.push(value);
    }

    /// Writes a parameter of a query or cookie.
    pub(in crate::client) fn pairs(&mut self, param: &Param, value: &Value<'_>) -> Written {
        self.named(param.name, param, value)
    }

    /// Writes a value under this name.
    pub(in crate::client) fn named(
        &mut self,
        name: &str,
        param: &Param,
        value: &Value<'_>,
    ) -> Written {
        value.check()?;
        if param.allow_reserved && param.place == Place::Query {
            self.part = Part::Reserved;
        }
        if let Some(fields) = param.fields {
            return self.fields(value, fields);
        }
        match (param.style, value) {
            (_, Value::Absent) => {}
            (_, value) if param.whole => {
                self.separate();
                match param.style {
                    Style::Json => self.push(&value.json_text()),
                    _ => self.push(&value.flat()),
                }
            }
            (Style::Json, value) => self.pair(name, &value.json_text()),
            (Style::DeepObject, value) => self.deep(name.to_owned(), value),
            (_, Value::Null) => self.pair(name, ""),
            (_, Value::Text(text) | Value::Literal(text)) => self.pair(name, text),
            (_, Value::List(items)) if param.explode => self.repeated(name, items),
            (_, Value::Object(entries)) if param.explode => {
                for (key, value) in given(entries) {
                    match value {
                        Value::List(items) => self.repeated(key, items),
                        value => self.pair(key, &value.flat()),
                    }
                }
            }
            (style, value) => {
                let texts = texts(value);
                if texts.is_empty() {
                    return Ok(());
                }
                let (delimiter, inside) = match style {
                    Style::SpaceDelimited => (if self.plus { "+" } else { "%20" }, ' '),
                    Style::PipeDelimited => ("%7C", '|'),
                    _ => (",", ','),
                };
                // An encoded comma differs from the delimiter, an encoded delimiter is not.
                let ambiguous = delimiter != "," || self.part == Part::Reserved;
                if ambiguous && texts.iter().any(|text| text.contains(inside)) {
                    return Err(holds(inside));
                }
                self.name(name);
                self.joined(&texts, delimiter);
            }
        }
        Ok(())
    }

    fn repeated(&mut self, name: &str, items: &[Value<'_>]) {
        for item in items {
            self.pair(name, &item.flat());
        }
    }

    fn deep(&mut self, name: String, value: &Value<'_>) {
        match value {
            Value::Absent => {}
            Value::Object(entries) => {
                for (key, value) in entries {
                    self.deep(format!("{name}[{key}]"), value);
                }
            }
            Value::List(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.deep(format!("{name}[{index}]"), item);
                }
            }
            scalar => self.pair(&name, scalar.scalar().unwrap_or_default()),
        }
    }

    fn joined(&mut self, texts: &[Cow<'_, str>], delimiter: &str) {
        for (index, text) in texts.iter().enumerate() {
            if index > 0 {
                self.out.push_str(delimiter);
            }
            self.push(text);
        }
    }

    /// Writes `key=value` for each property, or the items of a list.
    fn exploded(&mut self, value: &Value<'_>, delimiter: &str) {
        match value {
            Value::Object(entries) => {
                for (index, (key, value)) in given(entries).enumerate() {
                    if index > 0 {
                        self.out.push_str(delimiter);
                    }
                    self.push(key);
                    self.out.push('=');
                    self.push(&value.flat());
                }
            }
            value => self.joined(&texts(value), delimiter),
        }
    }

    /// Writes a parameter of a path.
    pub(in crate::client) fn segment(&mut self, param: &Param, value: &Value<'_>) -> Written {
        if is_nothing(value) {
            return Ok(());
        }
        value.check()?;
        let compound = matches!(value, Value::List(_) | Value::Object(_));
        match param.style {
            Style::Json => self.push(&value.json_text()),
            Style::Label => {
                self.out.push('.');
                if compound && param.explode {
                    self.part = Part::Label;
                    self.exploded(value, ".");
                } else {
                    self.joined(&texts(value), ",");
                }
            }
            Style::Matrix => match value {
                Value::List(items) if param.explode => {
                    for item in items {
                        self.matrix(param.name, &[item.flat()]);
                    }
                }
                Value::Object(entries) if param.explode => {
                    for (key, value) in given(entries) {
                        self.matrix(key, &[value.flat()]);
                    }
                }
                value => self.matrix(param.name, &texts(value)),
            },
            _ => match value.scalar() {
                Some(text) => self.push(text),
                None if param.explode => self.exploded(value, ","),
                None => self.joined(&texts(value), ","),
            },
        }
        Ok(())
    }

    fn matrix(&mut self, name: &str, texts: &[Cow<'_, str>]) {
        self.out.push(';');
        self.push(name);
        if texts.iter().any(|text| !text.is_empty()) || texts.len() > 1 {
            self.out.push('=');
            self.joined(texts, ",");
        }
    }
}

/// The text of a header; `None` where it is absent.
pub(in crate::client) fn header_text(
    param: &Param,
    value: &Value<'_>,
) -> Result<Option<String>, String> {
    if is_nothing(value) {
        return Ok(None);
    }
    value.check()?;
    let mut out = String::new();
    match value {
        // JSON can say everything in ASCII, which every server reads.
        value if param.style == Style::Json => ascii(&mut out, &value.json_text()),
        Value::List(_) | Value::Object(_) => {
            if texts(value).iter().any(|text| text.contains(',')) {
                return Err(holds(','));
            }
            let mut encoder = Encoder {
                out: &mut out,
                separator: "",
                part: Part::Header,
                plus: false,
            };
            if param.explode {
                encoder.exploded(value, ",");
            } else {
                encoder.joined(&texts(value), ",");
            }
        }
        scalar => out.push_str(scalar.scalar().unwrap_or_default()),
    }
    Ok(Some(out))
}

/// A JSON text with everything beyond ASCII escaped.
fn ascii(out: &mut String, json: &str) {
    for c in json.chars() {
        if c.is_ascii() {
            out.push(c);
        } else {
            for unit in c.encode_utf16(&mut [0; 2]) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        }
    }
}

fn holds(delimiter: char) -> String {
    let what = if delimiter == ' ' {
        "a space".to_owned()
    } else {
        format!("`{delimiter}`")
    };
    format!("an item contains {what}, which separates the items")
}

fn is_nothing(value: &Value<'_>) -> bool {
    match value {
        Value::Absent => true,
        Value::List(items) => items.is_empty(),
        Value::Object(entries) => given(entries).next().is_none(),
        Value::Null | Value::Text(_) | Value::Literal(_) => false,
    }
}

fn given<'v, 'a>(
    entries: &'v [(Cow<'a, str>, Value<'a>)],
) -> impl Iterator<Item = (&'v str, &'v Value<'a>)> {
    let given = entries
        .iter()
        .filter(|(_, value)| !matches!(value, Value::Absent));
    given.map(|(key, value)| (&**key, value))
}

/// The texts of a value that is not exploded: the items, or each key and its value.
fn texts<'v>(value: &'v Value<'_>) -> Vec<Cow<'v, str>> {
    match value {
        Value::List(items) => items.iter().map(Value::flat).collect(),
        Value::Object(entries) => given(entries)
            .flat_map(|(key, value)| [Cow::Borrowed(key), value.flat()])
            .collect(),
        scalar => vec![scalar.flat()],
    }
}

#[cfg(test)]
mod tests;
