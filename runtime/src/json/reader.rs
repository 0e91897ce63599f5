//! The reader that emitted code drives: it asks for the next documented property, the reader finds it.

use std::borrow::Cow;
use std::fmt;

use crate::codec::words::{BOOLEAN, END, Found, MORE, excerpt};
use crate::{CodecError, CodecErrorKind, codec::Omitted};

use super::forms::Form;
use super::object::{Rest, Slot};
use super::scan::{is_all_plain, number_end, plain_end, skip_space};

/// How deep objects and arrays may nest.
const DEPTH: u8 = 128;

/// A type that JSON can be read into.
pub trait FromJson: Sized {
    /// Reads the value that comes next.
    ///
    /// # Errors
    /// Where it is not of this type, or no JSON.
    fn from_json(reader: &mut Reader<'_>) -> Result<Self, CodecError>;
}

/// Reads a JSON text from its beginning to its end.
pub struct Reader<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    /// How many more objects and arrays may be open.
    room: u8,
    /// Of the property whose value comes next.
    pub(super) form: Form,
    /// What was left out; `None` where nothing may be.
    omitted: Option<Omitted>,
    /// Properties so far that no type names: which variant of a union fits best.
    pub(super) undeclared: u32,
    /// How many bytes may be read again to find the best variants of unions.
    pub(super) patience: usize,
    /// Names are taken in other spellings.
    any_spelling: bool,
    /// What comes is the whole value or an item of a list that is the whole.
    top: bool,
}

/// How far a property is looked for under its documented name, before another letter case is taken for it.
const LOOKED_AHEAD: usize = 16 << 10;

/// What a value is, by its first byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `null`
    Null,
    /// `true` or `false`
    Boolean,
    /// A number.
    Number,
    /// A string.
    String,
    /// An array.
    Array,
    /// An object.
    Object,
}

/// A documented property.
pub struct Key {
    pub(super) name: &'static str,
    /// The name in quotes and with a colon after it.
    pub(super) quoted: &'static str,
    pub(super) form: Form,
    /// Whether the name stands in a JSON text as it is.
    pub(super) plain: bool,
}

impl Key {
    /// A name, the same in quotes and with a colon after it, and how its values are written.
    #[must_use]
    pub const fn new(name: &'static str, quoted: &'static str, form: Form) -> Self {
        Self {
            name,
            quoted,
            form,
            plain: is_all_plain(name.as_bytes()),
        }
    }
}

/// The documented properties of an object, in the order in which they are expected.
pub struct Keys(pub(super) &'static [Key]);

impl Keys {
    /// These properties.
    #[must_use]
    pub const fn new(keys: &'static [Key]) -> Self {
        Self(keys)
    }

    pub(crate) fn contains(&self, name: &str) -> bool {
        self.0.iter().any(|key| key.name == name)
    }
}

/// An object that has been read.
#[derive(Clone, Copy, Debug)]
pub struct Place(usize);

impl Place {
    /// The error of a property that has not come.
    #[cold]
    #[inline(never)]
    #[must_use]
    pub fn missing(self, name: &'static str) -> CodecError {
        CodecError::missing(self.0, Name(name))
    }
}

/// A property in a message.
struct Name<'n>(&'n str);

impl fmt::Display for Name<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", excerpt(self.0))
    }
}

/// Takes an entry's name, and passes its value.
type Entry<'f, 'a> = &'f mut dyn FnMut(&mut Reader<'a>, Cow<'a, str>) -> Result<(), CodecError>;

/// An object that is being read.
struct Object<'k> {
    keys: &'k [Key],
    /// The property that is likely to come next: the one after the last.
    expected: usize,
    first: bool,
    /// Which of the first 128 properties have come.
    seen: u128,
    /// The others that have come.
    also_seen: Vec<usize>,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self {
            text,
            bytes: text.as_bytes(),
            at: 0,
            room: DEPTH,
            form: Form::default(),
            omitted: None,
            undeclared: 0,
            patience: text.len().saturating_mul(64),
            any_spelling: false,
            top: true,
        }
    }

    /// A reader that takes names in other spellings.
    pub(super) fn spelled(text: &'a str) -> Self {
        Self {
            any_spelling: true,
            ..Self::new(text)
        }
    }

    /// The same, which also leaves out what can be done without.
    pub(super) fn lenient(text: &'a str) -> Self {
        Self {
            omitted: Some(Omitted::default()),
            ..Self::spelled(text)
        }
    }

    pub(super) fn into_omitted(self) -> Omitted {
        self.omitted.unwrap_or_default()
    }

    /// Whether this reads what others have written, who may spell it otherwise.
    pub(super) fn is_tolerant(&self) -> bool {
        self.any_spelling
    }

    /// Where the next value begins, to come back to it.
    #[inline]
    pub(super) fn mark(&mut self) -> Mark {
        Mark {
            at: self.place(),
            room: self.room,
            form: self.form,
        }
    }

    /// Goes back to a mark.
    #[inline]
    pub(super) fn back(&mut self, mark: Mark) {
        (self.at, self.room, self.form) = (mark.at, mark.room, mark.form);
    }

    /// How many bytes were passed since a mark.
    pub(super) fn since(&self, mark: Mark) -> usize {
        self.at.saturating_sub(mark.at).max(1)
    }

    /// How many values were left out so far.
    pub(super) fn omitted(&self) -> (usize, usize) {
        let omitted = self.omitted.as_ref();
        omitted.map_or((0, 0), |omitted| (omitted.errors.len(), omitted.more))
    }

    /// Forgets what was left out since there were so many.
    pub(super) fn forget_omitted(&mut self, (errors, more): (usize, usize)) {
        if let Some(omitted) = &mut self.omitted {
            omitted.errors.truncate(errors);
            omitted.more = more;
        }
    }

    pub(super) fn take_omitted(&mut self) -> Option<Omitted> {
        self.omitted.take()
    }

    pub(super) fn put_omitted(&mut self, omitted: Option<Omitted>) {
        self.omitted = omitted;
    }

    /// Leaves out the value that begins at this mark and could not be read, if this reader may, and if it is JSON.
    #[cold]
    #[inline(never)]
    pub(super) fn leave_out(&mut self, mark: Mark, error: CodecError) -> Result<(), CodecError> {
        (self.at, self.room) = (mark.at, mark.room);
        if mark.form.takes_empty_array() && self.take_empty(b'[', b']') {
            return Ok(());
        }
        match mark.form.is_strict() {
            true => Err(error),
            false => self.leave_out_value(mark, error),
        }
    }

    fn leave_out_value(&mut self, mark: Mark, error: CodecError) -> Result<(), CodecError> {
        if self.omitted.is_none() || self.skip().is_err() {
            return Err(error);
        }
        if let Some(omitted) = &mut self.omitted {
            omitted.add(mark.at, error);
        }
        Ok(())
    }

    /// The same for an item of a list or map, which may only be left out where it is null.
    #[cold]
    #[inline(never)]
    pub(super) fn leave_out_null(
        &mut self,
        mark: Mark,
        error: CodecError,
    ) -> Result<(), CodecError> {
        let rest = self.bytes.get(mark.at..).unwrap_or_default();
        if !rest.starts_with(b"null") {
            return Err(error);
        }
        (self.at, self.room) = (mark.at, mark.room);
        self.leave_out_value(mark, error)
    }

    /// Passes what stands for an absent value by the property's form.
    #[inline]
    pub(super) fn stands_for_absent(&mut self) -> Result<bool, CodecError> {
        if !self.form.takes_absent() {
            return Ok(false);
        }
        self.passes_absent()
    }

    #[inline(never)]
    fn passes_absent(&mut self) -> Result<bool, CodecError> {
        if self.peek() != Some(b'"') {
            return Ok(false);
        }
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let absent = (self.form.takes_empty_string() && rest.starts_with(b"\"\""))
            || (self.form.takes_zero_date() && rest.starts_with(b"\"0000-00-00"));
        if absent {
            self.string()?;
        }
        Ok(absent)
    }

    /// Passes an empty object or array.
    pub(super) fn take_empty(&mut self, open: u8, close: u8) -> bool {
        if self.peek() != Some(open) {
            return false;
        }
        let end = skip_space(self.bytes, self.at + 1);
        let found = self.bytes.get(end) == Some(&close);
        if found {
            self.at = end + 1;
        }
        found
    }

    /// The first byte of what comes next, after white space.
    #[inline]
    pub(super) fn peek(&mut self) -> Option<u8> {
        match self.bytes.get(self.at) {
            Some(byte) if *byte > b' ' => Some(*byte),
            _ => {
                self.at = skip_space(self.bytes, self.at);
                self.bytes.get(self.at).copied()
            }
        }
    }

    /// What the next value is; `None` where none comes.
    #[inline(never)]
    pub fn kind(&mut self) -> Option<Kind> {
        Some(match self.peek()? {
            b'"' => Kind::String,
            b'{' => Kind::Object,
            b'[' => Kind::Array,
            b'-' | b'0'..=b'9' => Kind::Number,
            b't' | b'f' => Kind::Boolean,
            b'n' => Kind::Null,
            _ => return None,
        })
    }

    /// Where the next value begins.
    #[inline]
    pub(crate) fn place(&mut self) -> usize {
        self.peek();
        self.at
    }

    /// An error about what comes next. Where that is no JSON either, the error says so.
    #[cold]
    pub fn refuse(&mut self, expected: impl Into<Cow<'static, str>>) -> CodecError {
        self.unexpected(CodecErrorKind::Value, expected)
    }

    /// The error of what the grammar does not allow next.
    #[cold]
    fn syntax(&mut self, expected: &'static str) -> CodecError {
        self.unexpected(CodecErrorKind::Syntax, expected)
    }

    #[cold]
    fn unexpected(
        &mut self,
        kind: CodecErrorKind,
        expected: impl Into<Cow<'static, str>>,
    ) -> CodecError {
        let start = self.place();
        match self.found() {
            Ok(found) => CodecError::found(kind, start..self.at, expected, &found),
            Err(broken) => broken,
        }
    }

    /// An error about the value that began at `start` and has been read.
    #[cold]
    pub(crate) fn refuse_at(
        &mut self,
        start: usize,
        expected: impl Into<Cow<'static, str>>,
    ) -> CodecError {
        self.at = start;
        self.refuse(expected)
    }

    /// Describes what comes next, and passes it where it is a scalar.
    fn found(&mut self) -> Result<Found, CodecError> {
        Ok(match self.kind() {
            Some(Kind::Object) => Found::Other("an object"),
            Some(Kind::Array) => Found::Other("an array"),
            Some(Kind::String) => Found::String(self.string()?.into_owned()),
            Some(Kind::Number) => Found::Text(self.number()?.to_owned()),
            Some(Kind::Boolean | Kind::Null) | None => self.found_word(),
        })
    }

    fn found_word(&mut self) -> Found {
        let rest = self.text.get(self.at..).unwrap_or_default();
        for word in ["true", "false", "null"] {
            if self.take(word) {
                return Found::Other(word);
            }
            // Also where the text ends within the word.
            if word.starts_with(rest) {
                self.at = self.bytes.len();
                return Found::End;
            }
        }
        Found::Character(rest.chars().next().unwrap_or('\u{fffd}'))
    }

    /// Passes these bytes, if they come next.
    #[inline]
    fn take(&mut self, word: &str) -> bool {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let found = rest.starts_with(word.as_bytes());
        if found {
            self.at += word.len();
        }
        found
    }

    /// Passes these bytes, if they come next and nothing after them.
    fn take_last(&mut self, word: &str) {
        if self.bytes.get(self.at..) == Some(word.as_bytes()) {
            self.at += word.len();
        }
    }

    /// Passes `null`, if it comes next.
    ///
    /// # Errors
    /// Where something begins as `null` does and is not.
    #[inline(never)]
    pub fn null(&mut self) -> Result<bool, CodecError> {
        if self.peek() != Some(b'n') {
            return Ok(false);
        }
        match self.take("null") {
            true => Ok(true),
            false => Err(self.refuse("a value")),
        }
    }

    pub(crate) fn boolean(&mut self) -> Result<bool, CodecError> {
        self.peek();
        if self.take("true") {
            return Ok(true);
        }
        match self.take("false") {
            true => Ok(false),
            false => Err(self.refuse(BOOLEAN)),
        }
    }

    /// The text of the number that comes next.
    pub(crate) fn number(&mut self) -> Result<&'a str, CodecError> {
        let start = self.place();
        match number_end(self.bytes, start) {
            Ok(end) => {
                self.at = end;
                Ok(self.text.get(start..end).unwrap_or_default())
            }
            Err(other) if other == start => Err(self.refuse("a number")),
            // What stands there is not looked at: it may be the next broken number.
            Err(broken) => {
                self.at = broken;
                Err(self.broken("a digit"))
            }
        }
    }

    /// The string that comes next, borrowed where nothing in it is escaped.
    pub(crate) fn string(&mut self) -> Result<Cow<'a, str>, CodecError> {
        if self.peek() != Some(b'"') {
            return Err(self.refuse("a string"));
        }
        let start = self.at + 1;
        let end = plain_end(self.bytes, start);
        if self.bytes.get(end) == Some(&b'"') {
            self.at = end + 1;
            return Ok(Cow::Borrowed(self.text.get(start..end).unwrap_or_default()));
        }
        self.escaped(start, end).map(Cow::Owned)
    }

    /// The rest of a string whose first `start..end` stands for itself.
    fn escaped(&mut self, mut start: usize, mut end: usize) -> Result<String, CodecError> {
        let mut text = String::new();
        loop {
            text.push_str(self.text.get(start..end).unwrap_or_default());
            self.at = end;
            match self.bytes.get(end) {
                Some(b'"') => {
                    self.at = end + 1;
                    return Ok(text);
                }
                Some(b'\\') => text.push(self.escape()?),
                Some(_) => {
                    return Err(self.broken("a string without bare control characters"));
                }
                None => return Err(self.broken("the end of a string")),
            }
            start = self.at;
            end = plain_end(self.bytes, start);
        }
    }

    /// An error about the very byte that comes next: inside a string or number white space is not skipped.
    #[cold]
    fn broken(&self, expected: &'static str) -> CodecError {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let found = rest.chars().next().map_or(Found::End, Found::Character);
        CodecError::found(CodecErrorKind::Syntax, self.at..self.at, expected, &found)
    }

    /// The character that the escape stands for which begins here.
    fn escape(&mut self) -> Result<char, CodecError> {
        self.at += 1;
        let character = match self.bytes.get(self.at) {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                self.at += 1;
                return self.unicode();
            }
            _ => return Err(self.broken("an escape like \\n or \\u0441")),
        };
        self.at += 1;
        Ok(character)
    }

    /// The character of `\u`: four hexadecimal digits, or twice that for one outside the first 65,536.
    fn unicode(&mut self) -> Result<char, CodecError> {
        let unit = self.hex()?;
        let code = match unit {
            0xD800..=0xDBFF => {
                if !self.take("\\u") {
                    // A text that is cut off within the escape ends there.
                    self.take_last("\\");
                    return Err(self.broken("the second half of a surrogate pair"));
                }
                let second = self.hex()?;
                if !(0xDC00..=0xDFFF).contains(&second) {
                    return Err(self.broken("the second half of a surrogate pair before this"));
                }
                0x10000 + ((unit - 0xD800) << 10) + (second - 0xDC00)
            }
            unit => unit,
        };
        char::from_u32(code)
            .ok_or_else(|| self.broken("the first half of a surrogate pair before this"))
    }

    fn hex(&mut self) -> Result<u32, CodecError> {
        let mut value = 0;
        for _ in 0..4 {
            let digit = self
                .bytes
                .get(self.at)
                .and_then(|b| char::from(*b).to_digit(16));
            let Some(digit) = digit else {
                return Err(self.broken("four hexadecimal digits"));
            };
            value = value * 16 + digit;
            self.at += 1;
        }
        Ok(value)
    }

    /// Passes the value that comes next, whatever it is, and gives its text.
    ///
    /// # Errors
    /// Where it is no JSON.
    pub fn skip(&mut self) -> Result<&'a str, CodecError> {
        let start = self.place();
        match self.kind() {
            Some(Kind::String) => self.skip_string()?,
            Some(Kind::Number) => drop(self.number()?),
            Some(Kind::Boolean) => drop(self.boolean()?),
            Some(Kind::Null) => drop(self.null()?),
            Some(Kind::Array) => self.items(&mut |r| r.skip().map(drop))?,
            Some(Kind::Object) => {
                let mut object = self.object(&[])?;
                while object.more(self)? {
                    self.string()?;
                    self.colon()?;
                    self.skip()?;
                }
            }
            None => return Err(self.refuse("a value")),
        }
        Ok(self.text.get(start..self.at).unwrap_or_default())
    }

    /// Passes a string that is a value. Halves of surrogate pairs are let through here: servers that cut texts within a
    /// character send them, and JSON's grammar allows them.
    fn skip_string(&mut self) -> Result<(), CodecError> {
        self.at = plain_end(self.bytes, self.at + 1);
        loop {
            match self.bytes.get(self.at) {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(());
                }
                Some(b'\\') if self.take("\\u") => drop(self.hex()?),
                Some(b'\\') => drop(self.escape()?),
                Some(_) => return Err(self.broken("a string without bare control characters")),
                None => return Err(self.broken("the end of a string")),
            }
            self.at = plain_end(self.bytes, self.at);
        }
    }

    #[inline]
    fn open(&mut self) -> Result<(), CodecError> {
        match self.room.checked_sub(1) {
            Some(room) => {
                self.room = room;
                self.at += 1;
                Ok(())
            }
            None => {
                let expected = format!("at most {DEPTH} nested objects and arrays");
                Err(CodecError::expected(
                    CodecErrorKind::Limit,
                    self.at,
                    expected,
                    MORE,
                ))
            }
        }
    }

    #[inline]
    fn close(&mut self) {
        self.at += 1;
        self.room += 1;
    }

    /// Reads an array: `item` is called at the beginning of each item, and passes it.
    ///
    /// # Errors
    /// Where no array comes, and those of `item`.
    pub fn items(
        &mut self,
        item: &mut dyn FnMut(&mut Self) -> Result<(), CodecError>,
    ) -> Result<(), CodecError> {
        if self.peek() != Some(b'[') {
            return Err(self.refuse("an array"));
        }
        self.open()?;
        if self.peek() == Some(b']') {
            self.close();
            return Ok(());
        }
        loop {
            item(self)?;
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b']') => {
                    self.close();
                    return Ok(());
                }
                _ => return Err(self.syntax("a comma or the end of the array")),
            }
        }
    }

    fn object<'k>(&mut self, keys: &'k [Key]) -> Result<Object<'k>, CodecError> {
        if self.peek() != Some(b'{') {
            return Err(self.refuse("an object"));
        }
        self.open()?;
        Ok(Object {
            keys,
            expected: 0,
            first: true,
            seen: 0,
            also_seen: Vec::new(),
        })
    }

    /// Reads an object into slots, one for each documented property; what is not documented goes into `rest`, or is
    /// skipped.
    ///
    /// # Errors
    /// Where no object comes, a documented property comes twice, and those of the slots.
    #[inline(never)]
    pub fn fields(
        &mut self,
        keys: &'static Keys,
        slots: &mut [&mut dyn Slot],
        mut rest: Option<&mut dyn Rest>,
    ) -> Result<Place, CodecError> {
        let start = self.place();
        if self.form.takes_empty_array() && self.take_empty(b'[', b']') {
            return Ok(Place(start));
        }
        // A reply with nothing that is documented is none of this type, although all of its fields may be optional.
        let is_judged = std::mem::take(&mut self.top)
            && self.omitted.is_some()
            && rest.is_none()
            && !keys.0.is_empty();
        let mut unknown = None;
        let mut object = self.object(keys.0)?;
        while let Some(next) = object.next(self)? {
            match next {
                Next::Known(index) => {
                    if let (Some(key), Some(slot)) = (keys.0.get(index), slots.get_mut(index)) {
                        self.form = key.form;
                        slot.read(self)?;
                    }
                }
                Next::Unknown(name) => match &mut rest {
                    Some(rest) => {
                        self.form = Form::default();
                        rest.read(name.into_owned(), self)?;
                    }
                    None => {
                        self.skip()?;
                        unknown.get_or_insert(name);
                    }
                },
            }
        }
        if is_judged {
            self.top = true;
            if let Some(name) = unknown
                && object.expected == 0
            {
                let found = Found::Text(format!("`{name}`"));
                return Err(CodecError::found(
                    CodecErrorKind::Value,
                    start..self.at,
                    "a documented property",
                    &found,
                ));
            }
        }
        Ok(Place(start))
    }

    /// Reads an object whose names are not known: `value` is called at each value with its name, and passes it.
    ///
    /// # Errors
    /// Where no object comes, and those of `value`.
    pub(crate) fn entries(&mut self, value: Entry<'_, 'a>) -> Result<(), CodecError> {
        let mut object = self.object(&[])?;
        while object.more(self)? {
            let name = self.string()?;
            self.colon()?;
            value(self, name)?;
        }
        Ok(())
    }

    /// Reads an object up to the value of the first property that has one of these names, or else, in another spelling, the
    /// first that has. Whether there is one.
    pub(crate) fn find_property(&mut self, names: &[&str]) -> Result<bool, CodecError> {
        let mut other = None;
        let mut object = self.object(&[])?;
        while object.more(self)? {
            let name = self.string()?;
            self.colon()?;
            if names.contains(&&*name) {
                return Ok(true);
            }
            if other.is_none() && names.iter().any(|known| same_name(known, &name)) {
                other = Some(self.mark());
            }
            self.skip()?;
        }
        if let Some(mark) = other {
            self.back(mark);
        }
        Ok(other.is_some())
    }

    #[inline]
    fn colon(&mut self) -> Result<(), CodecError> {
        if self.peek() != Some(b':') {
            return Err(self.syntax("a colon"));
        }
        self.at += 1;
        Ok(())
    }

    /// Nothing but white space may follow.
    pub(super) fn end(&mut self) -> Result<(), CodecError> {
        match self.peek() {
            None => Ok(()),
            Some(_) => Err(self.syntax(END)),
        }
    }
}

/// A property whose value comes next.
enum Next<'a> {
    /// By its place among the keys.
    Known(usize),
    Unknown(Cow<'a, str>),
}

impl Object<'_> {
    /// Goes on to the next property; the reader is before its value then. `None`: the object has ended.
    #[inline]
    fn next<'a>(&mut self, r: &mut Reader<'a>) -> Result<Option<Next<'a>>, CodecError> {
        if !self.more(r)? {
            return Ok(None);
        }
        let start = r.at;
        let index = match self.predicted(r) {
            Some(index) => index,
            None => {
                let name = r.string()?;
                r.colon()?;
                let known = self.keys.iter().position(|key| key.name == name);
                let known = match known {
                    None if r.any_spelling => self.in_other_spelling(r, &name),
                    known => known,
                };
                match known {
                    Some(index) => index,
                    None => {
                        r.undeclared = r.undeclared.saturating_add(1);
                        return Ok(Some(Next::Unknown(name)));
                    }
                }
            }
        };
        if self.is_repeated(index) {
            let name = self.keys.get(index).map_or("", |key| key.name);
            let name = format!("property {}", Name(name));
            return Err(CodecError::duplicate(start, name).until(r.at));
        }
        self.expected = index + 1;
        Ok(Some(Next::Known(index)))
    }

    /// Goes on to the next name; closes the object where there is none.
    #[inline]
    fn more(&mut self, r: &mut Reader<'_>) -> Result<bool, CodecError> {
        match r.peek() {
            Some(b'}') => {
                r.close();
                return Ok(false);
            }
            Some(b',') if !self.first => r.at += 1,
            Some(_) if self.first => {}
            _ if self.first => return Err(r.syntax("a property or the end of the object")),
            _ => return Err(r.syntax("a comma or the end of the object")),
        }
        self.first = false;
        match r.peek() {
            Some(b'"') => Ok(true),
            _ => Err(r.syntax("a property's name")),
        }
    }

    /// The expected property, passed with its colon, if it is the one that comes.
    #[inline]
    fn predicted(&self, r: &mut Reader<'_>) -> Option<usize> {
        let key = self.keys.get(self.expected).filter(|key| key.plain)?;
        let rest = r.bytes.get(r.at..)?;
        if !rest.starts_with(key.quoted.as_bytes()) {
            return None;
        }
        r.at += key.quoted.len();
        Some(self.expected)
    }

    /// The property that a tolerant reader takes another spelling of its name for, `taskId` or `task_id` where `TaskId` is
    /// documented, unless `TaskId` is there too.
    #[cold]
    fn in_other_spelling(&mut self, r: &mut Reader<'_>, name: &str) -> Option<usize> {
        let mut same = (self.keys.iter().map(|key| key.name).enumerate())
            .filter(|(_, known)| same_name(known, name));
        let (index, known) = same.next()?;
        if same.next().is_some() || self.has_come(index) {
            return None;
        }
        let (at, room) = (r.at, r.room);
        let is_there = self.comes_later(r, known);
        (r.at, r.room) = (at, room);
        (!is_there).then_some(index)
    }

    /// Whether a property of this name is among the next ones; the reader is before a value, and is anywhere afterwards.
    fn comes_later(&mut self, r: &mut Reader<'_>, known: &str) -> bool {
        let end = r.at + LOOKED_AHEAD;
        let mut look = || -> Result<bool, CodecError> {
            r.skip()?;
            while r.at < end && self.more(r)? {
                if r.string()? == known {
                    return Ok(true);
                }
                r.colon()?;
                r.skip()?;
            }
            Ok(false)
        };
        // What is no JSON is for the reader itself to say.
        look().unwrap_or(false)
    }

    fn has_come(&self, index: usize) -> bool {
        match index < 128 {
            true => self.seen & (1 << index) != 0,
            false => self.also_seen.contains(&index),
        }
    }

    #[inline]
    fn is_repeated(&mut self, index: usize) -> bool {
        if index < 128 {
            let bit = 1 << index;
            let repeated = self.seen & bit != 0;
            self.seen |= bit;
            return repeated;
        }
        let repeated = self.also_seen.contains(&index);
        self.also_seen.push(index);
        repeated
    }
}

/// Whether two names are the same but for the case of ASCII letters, `_` and `-`.
pub(crate) fn same_name(one: &str, other: &str) -> bool {
    fn letters(name: &str) -> impl Iterator<Item = u8> {
        let bytes = name.bytes().filter(|byte| !matches!(byte, b'_' | b'-'));
        bytes.map(|byte| byte.to_ascii_lowercase())
    }
    // A name of nothing but these is like no other.
    letters(one).next().is_some() && letters(one).eq(letters(other))
}

/// Where a value begins, and what applies to it.
#[derive(Clone, Copy)]
pub(super) struct Mark {
    at: usize,
    room: u8,
    form: Form,
}
