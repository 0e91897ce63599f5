//! Telling the variants of a union apart.

use std::borrow::Cow;

use super::lenient::Mark;
use super::reader::Kind;
use super::{Reader, decode};
use crate::CodecError;

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
    let value = |text: &str| decode::<serde_json::Value>(text.as_bytes()).ok();
    left == right || value(left).is_some_and(|left| Some(left) == value(right))
}

/// Reads a variant.
type Read<'f, 'a> = &'f mut dyn FnMut(&mut Reader<'a>) -> Result<(), CodecError>;

impl<'a> Reader<'a> {
    /// Returns the value of a property of the object that comes next, as text: of a string, what it says. Nothing is passed.
    ///
    /// # Errors
    /// Where no object comes, or it is no JSON.
    #[inline(never)]
    pub fn tag(&mut self, name: &str) -> Result<Option<Cow<'a, str>>, CodecError> {
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

    /// Reads the variant that has what its guard asks, can be read, and names the most of the value's properties; of several such
    /// the first.
    ///
    /// # Errors
    /// Where none can: says why each cannot.
    #[inline(never)]
    pub fn first_fit(
        &mut self,
        guards: &[Guard],
        variants: &mut [Read<'_, 'a>],
    ) -> Result<(), CodecError> {
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
        let reasons: Vec<Option<String>> = guards
            .iter()
            .map(|guard| guard.lacks(kind, &properties))
            .collect();
        // At first every value must fit; a lenient reader may leave out some in the second round.
        let lenient = self.take_omitted();
        let is_lenient = lenient.is_some();
        let mut failed = match self.round(&reasons, variants, true) {
            Ok(()) => {
                self.put_omitted(lenient);
                return Ok(());
            }
            Err(failed) => failed,
        };
        if is_lenient {
            self.put_omitted(lenient);
            failed = match self.round(&reasons, variants, false) {
                Ok(()) => return Ok(()),
                Err(failed) => failed,
            };
        }
        if let ([_], [(_, error)]) = (guards, failed.as_slice()) {
            return Err(error.clone());
        }
        let mut why = String::new();
        for (index, (guard, lacks)) in guards.iter().zip(reasons).enumerate() {
            let error = failed.iter().find(|(at, _)| *at == index);
            let reason = match (&lacks, error) {
                (Some(reason), _) => reason,
                (None, Some((_, error))) => error.message(),
                (None, None) => continue,
            };
            let separator = if why.is_empty() { "" } else { "; " };
            why.push_str(&format!("{separator}not `{}`: {reason}", guard.name));
        }
        Err(self.refuse(format!("one of {} variants ({why})", guards.len())))
    }

    /// Tries the variants that their guards let through; the errors of those that cannot be read, by their places. `best`: of
    /// several that can be read the one that names the most properties, otherwise the first.
    fn round(
        &mut self,
        reasons: &[Option<String>],
        variants: &mut [Read<'_, 'a>],
        best: bool,
    ) -> Result<(), Vec<(usize, CodecError)>> {
        let mark = self.mark();
        let before = self.undeclared;
        let omitted = self.omitted();
        let candidates = reasons.iter().filter(|reason| reason.is_none()).count();
        let mut failed = Vec::new();
        let mut found: Option<(u32, usize)> = None;
        let mut tried = 0;
        let all = reasons.iter().zip(variants.iter_mut()).enumerate();
        for (index, (_, read)) in all.filter(|(_, (reason, _))| reason.is_none()) {
            tried += 1;
            match read(self) {
                Ok(()) => {
                    let undeclared = self.undeclared.saturating_sub(before);
                    let last = tried == candidates && found.is_none();
                    if !best || undeclared == 0 || last || !self.try_again(mark) {
                        return Ok(());
                    }
                    if found.is_none_or(|(least, _)| undeclared < least) {
                        found = Some((undeclared, index));
                    }
                }
                Err(error) => {
                    failed.push((index, error));
                    // A reply cannot make its reader try for ever.
                    if tried < candidates && !self.try_again(mark) {
                        break;
                    }
                }
            }
            self.back(mark);
            self.undeclared = before;
            self.forget_omitted(omitted);
        }
        self.back(mark);
        match found.and_then(|(_, index)| Some((index, variants.get_mut(index)?))) {
            Some((index, read)) => read(self).map_err(|error| vec![(index, error)]),
            None => Err(failed),
        }
    }

    /// Whether what was read since the mark may be read once more.
    fn try_again(&mut self, mark: Mark) -> bool {
        let read = self.since(mark);
        let may = self.patience >= read;
        self.patience = self.patience.saturating_sub(read);
        may
    }
}
