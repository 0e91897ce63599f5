//! Telling the variants of a union apart.

use std::borrow::Cow;

use super::reader::Kind;
use super::{Error, Reader};

/// What a value must have to be read as a variant.
#[derive(Debug)]
pub struct Guard {
    /// The variant, for messages.
    pub name: &'static str,
    /// Its JSON type.
    pub kind: Option<Kind>,
    /// Keys that it must have.
    pub required: &'static [&'static str],
    /// Keys, and the only values that they can have, as JSON.
    pub constants: &'static [(&'static str, &'static str)],
}

impl Guard {
    /// What the value lacks.
    fn lacks(&self, kind: Option<Kind>, properties: &[(Cow<'_, str>, &str)]) -> Option<String> {
        if self.kind.is_some() && self.kind != kind {
            return Some("it is of another type".to_owned());
        }
        let find = |name: &str| {
            let found = properties.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| *value)
        };
        for name in self.required {
            if find(name).is_none() {
                return Some(format!("it has no `{name}`"));
            }
        }
        for (name, value) in self.constants {
            if !find(name).is_some_and(|found| same_scalar(found, value)) {
                return Some(format!("`{name}` is not {value}"));
            }
        }
        None
    }
}

/// Whether two JSON texts are the same scalar.
pub(super) fn same_scalar(left: &str, right: &str) -> bool {
    let value = |text| serde_json::from_str::<serde_json::Value>(text).ok();
    left == right || value(left).is_some_and(|left| Some(left) == value(right))
}

/// Reads a variant.
type Read<'f, 'a> = &'f mut dyn FnMut(&mut Reader<'a>) -> Result<(), Error>;

impl<'a> Reader<'a> {
    /// The value of a property of the object that comes next, as text: of a string, what it says. Nothing is passed.
    ///
    /// # Errors
    /// Where no object comes, or it is no JSON.
    #[inline(never)]
    pub fn tag(&mut self, name: &str) -> Result<Option<Cow<'a, str>>, Error> {
        let mark = self.mark();
        let mut found = None;
        let result = self.entries(&mut |r, key| {
            if key == name && found.is_none() {
                found = Some(match r.kind() {
                    Some(Kind::String) => r.string()?,
                    _ => Cow::Borrowed(r.skip()?),
                });
                return Ok(());
            }
            r.skip().map(drop)
        });
        self.back(mark);
        result.map(|()| found)
    }

    /// Reads the first of several variants that has what its guard asks and can be read.
    ///
    /// # Errors
    /// Where none can: says why each cannot.
    #[inline(never)]
    pub fn first_fit(
        &mut self,
        guards: &[Guard],
        variants: &mut [Read<'_, 'a>],
    ) -> Result<(), Error> {
        let mark = self.mark();
        let kind = self.kind();
        let mut properties = Vec::new();
        if kind == Some(Kind::Object) {
            self.entries(&mut |r, name| {
                properties.push((name, r.skip()?));
                Ok(())
            })?;
            self.back(mark);
        }
        let mut why = String::new();
        // At first every value must fit; a lenient reader may leave out some in the second round.
        let lenient = self.take_omitted();
        let rounds = if lenient.is_some() { 2 } else { 1 };
        let mut lenient = lenient;
        for round in 0..rounds {
            if round == 1 {
                self.put_omitted(lenient.take());
            }
            why.clear();
            let mut only = None;
            for (guard, read) in guards.iter().zip(variants.iter_mut()) {
                let reason = match guard.lacks(kind, &properties) {
                    Some(reason) => reason,
                    None => match read(self) {
                        Ok(()) => {
                            if round == 0 {
                                self.put_omitted(lenient);
                            }
                            return Ok(());
                        }
                        Err(error) => {
                            self.back(mark);
                            let reason = error.message().to_owned();
                            only = match why.is_empty() {
                                true => Some(error),
                                false => None,
                            };
                            reason
                        }
                    },
                };
                let separator = if why.is_empty() { "" } else { "; " };
                why.push_str(&format!("{separator}not `{}`: {reason}", guard.name));
            }
            if round + 1 == rounds
                && guards.len() == 1
                && let Some(error) = only
            {
                return Err(error);
            }
        }
        Err(self.refuse(format!("one of {} variants ({why})", guards.len())))
    }
}
