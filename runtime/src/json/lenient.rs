//! What a reader of others' texts may do without, and coming back to a place.

use super::forms::Form;
use super::properties::Name;
use super::reader::Reader;
use super::scan::skip_space;
use crate::CodecError;
use crate::codec::Omitted;

/// Where a value begins, and what applies to it.
#[derive(Clone, Copy)]
pub(super) struct Mark {
    at: usize,
    room: u8,
    form: Form,
}

impl<'a> Reader<'a> {
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

    /// Notes that a name which no document knows has come twice, with the value that begins here: the last one counts.
    #[cold]
    pub(super) fn comes_again(&mut self, start: usize, name: &str) {
        if let Some(omitted) = &mut self.omitted {
            omitted.push(CodecError::duplicate(
                start,
                format!("property {}", Name(name)),
            ));
        }
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
}
