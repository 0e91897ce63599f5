//! Objects: documented properties into slots, entries of maps, one property alone.

use std::borrow::Cow;
use std::fmt;

use super::forms::Form;
use super::reader::Reader;
use super::scan::is_all_plain;
use super::slot::{Rest, Slot};
use crate::codec::words::{Found, excerpt};
use crate::{CodecError, CodecErrorKind};

/// How far a property is looked for under its documented name, before another letter case is taken for it.
const LOOKED_AHEAD: usize = 16 << 10;

/// A documented property.
pub struct Key {
    pub(super) name: &'static str,
    /// The name in quotes and with a colon after it.
    pub(super) quoted: &'static str,
    pub(super) form: Form,
    /// Whether the name is in a JSON text as it is.
    pub(super) plain: bool,
}

impl Key {
    /// Creates a name, the same in quotes and with a colon after it, and how its values are written.
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
    /// Creates a table of these properties.
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
pub struct Place {
    start: usize,
    /// The first property that must come and has not.
    missing: Option<usize>,
}

impl Place {
    /// Returns the error of the property that has not come.
    #[cold]
    #[inline(never)]
    #[must_use]
    pub fn missing(self, keys: &Keys) -> CodecError {
        let key = self.missing.and_then(|index| keys.0.get(index));
        CodecError::missing(self.start, Name(key.map_or("", |key| key.name)))
    }
}

/// A property in a message.
pub(super) struct Name<'n>(pub(super) &'n str);

impl fmt::Display for Name<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", excerpt(self.0))
    }
}

/// Takes an entry's name, and passes its value.
pub(super) type Entry<'f, 'a> =
    &'f mut dyn FnMut(&mut Reader<'a>, Cow<'a, str>) -> Result<(), CodecError>;

/// An object that is being read.
pub(super) struct Object<'k> {
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
    pub(super) fn object<'k>(&mut self, keys: &'k [Key]) -> Result<Object<'k>, CodecError> {
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
            let missing = keys.0.iter().position(|key| key.form.must_come());
            return Ok(Place { start, missing });
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
        let missing = object.missing();
        Ok(Place { start, missing })
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
    pub(super) fn colon(&mut self) -> Result<(), CodecError> {
        if self.peek() != Some(b':') {
            return Err(self.syntax("a colon"));
        }
        self.at += 1;
        Ok(())
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
    pub(super) fn more(&mut self, r: &mut Reader<'_>) -> Result<bool, CodecError> {
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

    /// The first property that must come and has not.
    fn missing(&self) -> Option<usize> {
        let mut keys = self.keys.iter().enumerate();
        let (index, _) =
            keys.find(|(index, key)| key.form.must_come() && !self.has_come(*index))?;
        Some(index)
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
