//! The writer that emitted code drives.

use super::forms::Form;
use super::object::RestToJson;
use super::properties::Keys;
use super::reader::Reader;
use super::scan::plain_end;

/// A type that can be written as JSON.
pub trait ToJson {
    /// Writes the value.
    fn to_json(&self, w: &mut Writer);

    /// Whether an object leaves the property out that has this value.
    fn is_absent(&self) -> bool {
        false
    }

    /// The documented properties, where it is an object that has some.
    fn keys(&self) -> Option<&'static Keys> {
        None
    }
}

/// Writes a JSON text without white space.
pub struct Writer {
    out: Vec<u8>,
    /// Of the property whose value is written.
    pub(super) form: Form,
    /// A number has come that JSON has not: null was written in its place.
    pub(super) not_a_number: bool,
}

impl Default for Writer {
    fn default() -> Self {
        // Most bodies are longer: fewer moves while it grows.
        Self {
            out: Vec::with_capacity(256),
            form: Form::default(),
            not_a_number: false,
        }
    }
}

impl Writer {
    pub(super) fn finish(self) -> Vec<u8> {
        self.out
    }

    /// A comma, unless this is the first in its object or array. No value ends as these begin.
    #[inline]
    pub(super) fn separate(&mut self) {
        if !matches!(self.out.last(), Some(b'{' | b'[') | None) {
            self.out.push(b',');
        }
    }

    /// Begins an object.
    pub fn begin(&mut self) {
        self.out.push(b'{');
    }

    /// Ends an object.
    pub fn end(&mut self) {
        self.out.push(b'}');
    }

    pub(super) fn begin_array(&mut self) {
        self.out.push(b'[');
    }

    pub(super) fn end_array(&mut self) {
        self.out.push(b']');
    }

    pub(super) fn item(&mut self, value: &dyn ToJson) {
        self.separate();
        value.to_json(self);
    }

    pub(super) fn name(&mut self, name: &str) {
        self.separate();
        self.string(name);
        self.out.push(b':');
    }

    /// Writes a property.
    pub fn field(&mut self, name: &str, value: &dyn ToJson) {
        self.name(name);
        value.to_json(self);
    }

    /// Writes an object: the documented properties but those that are absent, then the others.
    #[inline(never)]
    pub fn fields(&mut self, keys: &Keys, values: &[&dyn ToJson], rest: Option<&dyn RestToJson>) {
        self.begin();
        for (key, &value) in keys.0.iter().zip(values) {
            if !key.form.is_always() && value.is_absent() {
                continue;
            }
            self.separate();
            if key.plain {
                self.raw(key.quoted);
            } else {
                self.string(key.name);
                self.out.push(b':');
            }
            self.form = key.form;
            value.to_json(self);
        }
        if let Some(rest) = rest {
            rest.write(keys, self);
        }
        self.end();
    }

    /// Writes an object with the property that distinguishes it from others. Where the value leaves that out, it goes first.
    #[inline(never)]
    pub fn tagged(&mut self, tag: &str, name: &str, value: &dyn ToJson) {
        let start = self.out.len();
        value.to_json(self);
        if !self.lacks(start, tag) {
            return;
        }
        let rest = self.out.split_off(start + 1);
        self.name(tag);
        self.string(name);
        if !rest.starts_with(b"}") {
            self.out.push(b',');
        }
        self.out.extend(rest);
    }

    /// Whether what was written since `start` is an object without this property.
    fn lacks(&self, start: usize, tag: &str) -> bool {
        let text = self.out.get(start..).unwrap_or_default();
        let text = std::str::from_utf8(text).unwrap_or_default();
        text.starts_with('{') && matches!(Reader::new(text).tag(tag), Ok(None))
    }

    /// How the values that are written next differ from what is usual for their type.
    pub(super) fn form(&mut self, form: Form) {
        self.form = form;
    }

    /// Writes null.
    pub fn null(&mut self) {
        self.out.extend_from_slice(b"null");
    }

    /// Writes what is JSON already.
    pub(super) fn raw(&mut self, json: &str) {
        self.out.extend_from_slice(json.as_bytes());
    }

    pub(super) fn integer(&mut self, number: impl itoa::Integer) {
        self.raw(itoa::Buffer::new().format(number));
    }

    /// Writes a float. A whole one without a fraction: servers that expect an integer refuse `5.0`, and none refuses `5`.
    pub(super) fn float(&mut self, number: f64, written: &impl serde::Serialize) {
        /// Below it every whole number has its own float.
        const EXACT: f64 = 9_007_199_254_740_992.0;
        self.not_a_number |= !number.is_finite();
        let is_whole = number.fract() == 0.0 && number.abs() < EXACT && !is_negative_zero(number);
        match is_whole {
            #[allow(clippy::cast_possible_truncation)]
            true => self.integer(number as i64),
            false => self.by_serde(written),
        }
    }

    /// Writes a value by Serde. For what is rare, and for what always has a JSON form.
    pub(super) fn by_serde(&mut self, value: &impl serde::Serialize) {
        let before = self.out.len();
        if serde_json::to_writer(&mut self.out, value).is_err() {
            self.out.truncate(before);
            self.null();
        }
    }

    /// Writes a string.
    pub fn string(&mut self, text: &str) {
        let bytes = text.as_bytes();
        self.out.reserve(bytes.len() + 2);
        self.out.push(b'"');
        let mut at = 0;
        loop {
            let end = plain_end(bytes, at);
            self.out
                .extend_from_slice(bytes.get(at..end).unwrap_or_default());
            let Some(byte) = bytes.get(end) else {
                break;
            };
            self.escape(*byte);
            at = end + 1;
        }
        self.out.push(b'"');
    }

    fn escape(&mut self, byte: u8) {
        const HEX: [u8; 16] = *b"0123456789abcdef";
        let short = match byte {
            b'"' | b'\\' => byte,
            0x08 => b'b',
            0x0C => b'f',
            b'\n' => b'n',
            b'\r' => b'r',
            b'\t' => b't',
            _ => {
                let digit = |n: u8| HEX.get(usize::from(n & 15)).copied().unwrap_or(b'0');
                self.out.extend_from_slice(b"\\u00");
                self.out.extend_from_slice(&[digit(byte >> 4), digit(byte)]);
                return;
            }
        };
        self.out.extend_from_slice(&[b'\\', short]);
    }
}

fn is_negative_zero(number: f64) -> bool {
    number == 0.0 && number.is_sign_negative()
}
