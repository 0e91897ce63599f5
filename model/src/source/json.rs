//! JSON with places. What is not JSON is left to the reader of YAML, which has the words for what is wrong.

use std::sync::Arc;

use super::tree::{Member, Node, Object, Value};
use super::yaml::{MAX_DEPTH, number_range};
use super::{File, Origin};
use crate::diag::{Code, Cost, Finding, Findings};
use crate::origin::{StepId, Steps};

/// Reads a file's text. `None` where it is not JSON.
pub(super) fn parse(file: &Arc<File>) -> Option<(Option<Node>, Findings)> {
    let text = file.text();
    if !text.trim_start().starts_with(['{', '[']) {
        return None;
    }
    let mut reader = Reader {
        file,
        text,
        at: 0,
        depth: 0,
        findings: Findings::new(),
        steps: Steps::new(),
    };
    match reader.document() {
        Ok(node) => {
            file.keep(reader.steps);
            Some((Some(node), reader.findings))
        }
        Err(Stop::NotJson) => None,
        Err(Stop::TooDeep) => {
            file.keep(reader.steps);
            Some((None, reader.findings))
        }
    }
}

/// Why reading ends.
enum Stop {
    NotJson,
    /// Reported.
    TooDeep,
}

struct Reader<'a> {
    file: &'a Arc<File>,
    text: &'a str,
    at: usize,
    depth: usize,
    findings: Findings,
    steps: Steps,
}

impl Reader<'_> {
    fn document(&mut self) -> Result<Node, Stop> {
        let node = self.value(StepId::default())?;
        self.space();
        if self.at < self.text.len() {
            return Err(Stop::NotJson);
        }
        Ok(node)
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\n' | b'\t' | b'\r')) {
            self.at += 1;
        }
    }

    fn origin(&self, start: usize, step: StepId) -> Origin {
        Origin::new(self.file, start, self.at).at(step)
    }

    fn expect(&mut self, byte: u8) -> Result<(), Stop> {
        self.space();
        if self.peek() == Some(byte) {
            self.at += 1;
            Ok(())
        } else {
            Err(Stop::NotJson)
        }
    }

    fn value(&mut self, step: StepId) -> Result<Node, Stop> {
        self.space();
        let start = self.at;
        let value = match self.peek() {
            Some(b'{') => self.nested(step, Self::object)?,
            Some(b'[') => self.nested(step, Self::array)?,
            Some(b'"') => Value::String(self.string()?),
            Some(b'-' | b'0'..=b'9') => self.number(step)?,
            _ => self.word()?,
        };
        Ok(Node::new(value, self.origin(start, step)))
    }

    fn nested(
        &mut self,
        step: StepId,
        read: fn(&mut Self, StepId) -> Result<Value, Stop>,
    ) -> Result<Value, Stop> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            let origin = self.origin(self.at, step);
            let message = format!("nested deeper than {MAX_DEPTH} levels");
            self.findings.report(Code::TooLarge, &origin, message);
            return Err(Stop::TooDeep);
        }
        self.at += 1;
        let value = read(self, step)?;
        self.depth -= 1;
        Ok(value)
    }

    fn array(&mut self, step: StepId) -> Result<Value, Stop> {
        let mut items = Vec::new();
        self.space();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(Value::Array(items));
        }
        loop {
            let inner = self.steps.item(step, items.len());
            items.push(self.value(inner)?);
            self.space();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b']') => {
                    self.at += 1;
                    return Ok(Value::Array(items));
                }
                _ => return Err(Stop::NotJson),
            }
        }
    }

    fn object(&mut self, step: StepId) -> Result<Value, Stop> {
        let mut object = Object::new();
        self.space();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(object.into());
        }
        loop {
            self.space();
            let start = self.at;
            if self.peek() != Some(b'"') {
                return Err(Stop::NotJson);
            }
            let key = self.string()?;
            let inner = self.steps.key(step, &key);
            let origin = self.origin(start, inner);
            self.expect(b':')?;
            let node = self.value(inner)?;
            if let Some(first) = object.get(&key) {
                let first: &Member = first;
                let message = format!("duplicate key `{key}`");
                let finding = Finding::new(Code::DuplicateKey, &origin, message)
                    .note(&first.key, "first here");
                self.findings.push(finding);
            }
            object.insert(key, Member { key: origin, node });
            self.space();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b'}') => {
                    self.at += 1;
                    return Ok(object.into());
                }
                _ => return Err(Stop::NotJson),
            }
        }
    }

    fn word(&mut self) -> Result<Value, Stop> {
        let words = [
            ("true", Value::Bool(true)),
            ("false", Value::Bool(false)),
            ("null", Value::Null),
        ];
        let rest = self.text.get(self.at..).unwrap_or("");
        for (word, value) in words {
            if rest.starts_with(word) {
                self.at += word.len();
                return Ok(value);
            }
        }
        Err(Stop::NotJson)
    }

    fn digits(&mut self) -> usize {
        let start = self.at;
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at += 1;
        }
        self.at - start
    }

    fn number(&mut self, step: StepId) -> Result<Value, Stop> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        let zero = self.peek() == Some(b'0');
        let digits = self.digits();
        if digits == 0 || (zero && digits > 1) {
            return Err(Stop::NotJson);
        }
        let mut integer = true;
        if self.peek() == Some(b'.') {
            integer = false;
            self.at += 1;
            if self.digits() == 0 {
                return Err(Stop::NotJson);
            }
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            integer = false;
            self.at += 1;
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at += 1;
            }
            if self.digits() == 0 {
                return Err(Stop::NotJson);
            }
        }
        let text = self.text.get(start..self.at).unwrap_or("");
        if integer {
            if let Ok(number) = text.parse::<u64>() {
                return Ok(Value::Number(number.into()));
            }
            if let Ok(number) = text.parse::<i64>() {
                return Ok(Value::Number(number.into()));
            }
        }
        let number = text
            .parse::<f64>()
            .ok()
            .and_then(serde_json::Number::from_f64);
        if integer || number.is_none() {
            self.findings
                .push(number_range(&self.origin(start, step), text));
        }
        Ok(number.map_or_else(|| Value::String(text.to_owned()), Value::Number))
    }

    /// A string, at its quote.
    fn string(&mut self) -> Result<String, Stop> {
        self.at += 1;
        let mut made = String::new();
        loop {
            let start = self.at;
            let rest = self.text.as_bytes().get(start..).unwrap_or_default();
            let length = rest
                .iter()
                .position(|byte| matches!(byte, b'"' | b'\\' | 0..=0x1F))
                .ok_or(Stop::NotJson)?;
            self.at += length;
            made.push_str(self.text.get(start..self.at).unwrap_or(""));
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(made);
                }
                Some(b'\\') => {
                    self.at += 1;
                    let escaped = self.escape()?;
                    made.push(escaped);
                }
                _ => return Err(Stop::NotJson),
            }
        }
    }

    fn escape(&mut self) -> Result<char, Stop> {
        let byte = self.peek().ok_or(Stop::NotJson)?;
        self.at += 1;
        Ok(match byte {
            b'"' => '"',
            b'\\' => '\\',
            b'/' => '/',
            b'b' => '\u{8}',
            b'f' => '\u{C}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => self.unicode()?,
            _ => return Err(Stop::NotJson),
        })
    }

    fn unicode(&mut self) -> Result<char, Stop> {
        let start = self.at - 2;
        let first = self.hex()?;
        if let Some(made) = char::from_u32(first) {
            return Ok(made);
        }
        let second = self
            .text
            .get(self.at..)
            .is_some_and(|rest| rest.starts_with("\\u"));
        if (0xD800..0xDC00).contains(&first) && second {
            let before = self.at;
            self.at += 2;
            let second = self.hex()?;
            if (0xDC00..0xE000).contains(&second) {
                let code = 0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00);
                return char::from_u32(code).ok_or(Stop::NotJson);
            }
            self.at = before;
        }
        let finding = Finding::new(
            Code::Syntax,
            &self.origin(start, StepId::default()),
            "half of a surrogate pair is not a character; it is read as U+FFFD",
        );
        self.findings.push(finding.costs(Cost::Nothing));
        Ok(char::REPLACEMENT_CHARACTER)
    }

    fn hex(&mut self) -> Result<u32, Stop> {
        let digits = self
            .text
            .get(self.at..self.at + 4)
            .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
            .ok_or(Stop::NotJson)?;
        self.at += 4;
        u32::from_str_radix(digits, 16).map_err(|_| Stop::NotJson)
    }
}
