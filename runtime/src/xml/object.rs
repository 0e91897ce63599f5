//! The codec of a struct.

use super::element::Element;
use super::fields::ReadField;
use super::reader::Reader;
use super::tag::{Node, Tag, Tags};
use crate::CodecError;
use crate::Maybe;
use crate::slot::{Nullable, Optional, Required, ThreeState};

#[doc(hidden)]
#[macro_export]
macro_rules! __xml_object {
    (read $name:ident $fields:tt) => {
        $crate::__xml_object!(@ [] [#[inline]] $name $fields);
    };
    (written $name:ident $fields:tt) => {
        $crate::__xml_object!(@ [#[inline]] [] $name $fields);
    };
    (unused $name:ident $fields:tt) => {
        $crate::__xml_object!(@ [#[inline]] [#[inline]] $name $fields);
    };
    (both $name:ident $fields:tt) => {
        $crate::__xml_object!(@ [] [] $name $fields);
    };
    (@ [$($read:tt)*] [$($write:tt)*] $name:ident {
        $($(#[$($meta:tt)*])* $field:ident = $wire:literal: $presence:ident $(as $($form:ident)|+)?
            $(in new($($argument:tt)*))? $(is ($($constant:tt)*))? $(by $set:ident($($given:tt)*))?
            => $node:ident $(($($tag:tt)*))? $(of ($($item:tt)*))*),* $(,)?
        $(..$rest:ident)?
    }) => {
        #[allow(deprecated, clippy::disallowed_names)]
        const _: () = {
            static TAGS: $crate::xml::Tags = $crate::xml::Tags::new(&[$(
                $crate::__xml_tag!($wire $(($($tag)*))?).$node().$presence() $($(.$form())+)?
                    .items($crate::__xml_items!($(($($item)*))*))
            ),*]);
            impl $crate::xml::FromXml for $name {
                $($read)*
                fn from_xml(r: &mut $crate::xml::Reader<'_>) -> ::core::result::Result<Self, $crate::CodecError> {
                    let mut slots = ($($crate::slot::$presence(),)*);
                    let ($($field,)*) = &mut slots;
                    let element = r.fields(&TAGS, &mut [$($field),*])?;
                    match slots {
                        ($($crate::__came!($presence $field),)*) => ::core::result::Result::Ok(Self {
                            $($field,)*
                            $($rest: ::core::default::Default::default(),)?
                        }),
                        #[allow(unreachable_patterns)] // where nothing is required
                        slots => {
                            $crate::slot::discard(slots);
                            ::core::result::Result::Err(r.missing(element, &TAGS))
                        }
                    }
                }
                #[inline]
                fn tags() -> ::core::option::Option<&'static $crate::xml::Tags> {
                    ::core::option::Option::Some(&TAGS)
                }
            }
            impl $crate::xml::ToXml for $name {
                $($write)*
                fn to_xml(&self, w: &mut $crate::xml::Writer) -> ::core::result::Result<(), $crate::CodecError> {
                    w.fields(&TAGS, &[$(&self.$field),*])
                }
                #[inline]
                fn tags(&self) -> ::core::option::Option<&'static $crate::xml::Tags> {
                    ::core::option::Option::Some(&TAGS)
                }
            }
        };
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __xml_tag {
    ($wire:literal) => {
        $crate::tag!($wire)
    };
    ($wire:literal ($($tag:tt)*)) => {
        $crate::tag!($($tag)*)
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! __xml_items {
    () => {
        &[]
    };
    (($($item:tt)+) $($inner:tt)*) => {
        &[$crate::tag!($($item)+).items($crate::__xml_items!($($inner)*))]
    };
}

/// An element that has been read into a struct's slots.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    pub(super) el: Element,
    /// The first field that must come and has not.
    pub(super) missing: Option<usize>,
}

/// Where a struct's field is kept while its element is read.
pub trait Slot {
    /// Reads the current element, or the text of the struct's own.
    ///
    /// # Errors
    /// Where it is not of the field's type.
    fn read(&mut self, r: &mut Reader<'_>, tag: &'static Tag) -> Result<(), CodecError>;

    /// Reads the current attribute.
    ///
    /// # Errors
    /// Where it is not of the field's type.
    fn attribute(&mut self, r: &mut Reader<'_>, tag: &Tag) -> Result<(), CodecError>;

    /// Gives a field that has not come the value that this stands for. Whether it has one.
    fn complete(&mut self, _: &'static Tag) -> bool {
        true
    }
}

impl<T: ReadField> Slot for Required<T> {
    fn read(&mut self, r: &mut Reader<'_>, tag: &'static Tag) -> Result<(), CodecError> {
        T::read(&mut self.0, r, tag)
    }

    fn attribute(&mut self, r: &mut Reader<'_>, _: &Tag) -> Result<(), CodecError> {
        self.0 = Some(T::from_attribute(r)?);
        Ok(())
    }

    fn complete(&mut self, tag: &'static Tag) -> bool {
        if self.0.is_none() {
            self.0 = T::absent(tag);
        }
        self.0.is_some()
    }
}

impl<T: ReadField> Slot for Optional<T> {
    fn read(&mut self, r: &mut Reader<'_>, tag: &'static Tag) -> Result<(), CodecError> {
        let mark = r.mark();
        let result = match r.null(T::NULL_IF_EMPTY) {
            // A list whose items repeat their element may have had some.
            Ok(true) => Ok(()),
            Ok(false) => T::read(&mut self.0, r, tag),
            Err(error) => Err(error),
        };
        result.or_else(|error| r.leave_out(mark, tag, error))
    }

    fn attribute(&mut self, r: &mut Reader<'_>, tag: &Tag) -> Result<(), CodecError> {
        if T::NULL_IF_EMPTY && r.is_blank_attribute() {
            return Ok(());
        }
        match T::from_attribute(r) {
            Ok(value) => self.0 = Some(value),
            Err(error) => r.leave_out_attribute(tag, error)?,
        }
        Ok(())
    }
}

impl<T: ReadField> Slot for Nullable<T> {
    fn read(&mut self, r: &mut Reader<'_>, tag: &'static Tag) -> Result<(), CodecError> {
        match &mut self.0 {
            None if r.null(T::NULL_IF_EMPTY)? => self.0 = Some(None),
            Some(None) => return Err(r.not_a_value(true)),
            slot => T::read(slot.get_or_insert_default(), r, tag)?,
        }
        Ok(())
    }

    fn attribute(&mut self, r: &mut Reader<'_>, _: &Tag) -> Result<(), CodecError> {
        if T::NULL_IF_EMPTY && r.is_blank_attribute() {
            return Ok(());
        }
        self.0 = Some(Some(T::from_attribute(r)?));
        Ok(())
    }

    /// What is absent is null: attributes and lists without a wrapper have no other form of it, and servers leave null
    /// elements out.
    fn complete(&mut self, _: &'static Tag) -> bool {
        self.0.get_or_insert_default();
        true
    }
}

impl<T: ReadField> Slot for ThreeState<T> {
    fn read(&mut self, r: &mut Reader<'_>, tag: &'static Tag) -> Result<(), CodecError> {
        let mark = r.mark();
        let mut slot = match std::mem::take(&mut self.0) {
            Maybe::Null => {
                let error = r.not_a_value(true);
                self.0 = Maybe::Null;
                return r.leave_out(mark, tag, error);
            }
            other => other.into_option(),
        };
        let result = match &slot {
            None => r.null(T::NULL_IF_EMPTY),
            Some(_) => Ok(false),
        };
        let result = match result {
            Ok(true) => {
                self.0 = Maybe::Null;
                return Ok(());
            }
            Ok(false) => T::read(&mut slot, r, tag),
            Err(error) => Err(error),
        };
        self.0 = Maybe::or_absent(slot);
        result.or_else(|error| r.leave_out(mark, tag, error))
    }

    fn attribute(&mut self, r: &mut Reader<'_>, tag: &Tag) -> Result<(), CodecError> {
        if T::NULL_IF_EMPTY && r.is_blank_attribute() {
            return Ok(());
        }
        match T::from_attribute(r) {
            Ok(value) => self.0 = Maybe::Value(value),
            Err(error) => r.leave_out_attribute(tag, error)?,
        }
        Ok(())
    }
}

impl<'x> Reader<'x> {
    /// Reads the current element into slots, one for each of the tags.
    ///
    /// # Errors
    /// Where the document is not well-formed, and those of the slots.
    #[inline(never)]
    pub fn fields(
        &mut self,
        tags: &'static Tags,
        slots: &mut [&mut dyn Slot],
    ) -> Result<Place, CodecError> {
        let el = self.el;
        let mut any = false;
        if tags.attributes {
            for (tag, slot) in tags.tags.iter().zip(slots.iter_mut()) {
                if tag.node == Node::Attribute {
                    any |= self.attribute(el, tag, *slot)?;
                }
            }
        }
        if let Some(index) = tags.text {
            self.field(tags, index, slots)?;
        } else if tags.elements {
            let mut children = self.children(tags.tags);
            while let Some(index) = children.next(self)? {
                any = true;
                self.field(tags, index, slots)?;
            }
            if (children.stray || children.quoted) && !any {
                return Err(self.only_text(el, "elements"));
            }
        } else {
            self.skip()?;
        }
        let complete = |(tag, slot): (&'static Tag, &mut &mut dyn Slot)| slot.complete(tag);
        let missing = tags.tags.iter().zip(slots).position(|both| !complete(both));
        Ok(Place { el, missing })
    }

    /// Reads the current element, or its text, into the slot of a tag.
    #[inline]
    fn field(
        &mut self,
        tags: &'static Tags,
        index: usize,
        slots: &mut [&mut dyn Slot],
    ) -> Result<(), CodecError> {
        match (tags.get(index), slots.get_mut(index)) {
            (Some(tag), Some(slot)) => {
                self.uuid = tag.uuid;
                slot.read(self, tag)
            }
            _ => self.skip(),
        }
    }

    /// Reads an attribute, if it is there.
    fn attribute(
        &mut self,
        el: Element,
        tag: &Tag,
        slot: &mut dyn Slot,
    ) -> Result<bool, CodecError> {
        let Some((from, to)) = self.find_attribute(el, tag) else {
            return Ok(false);
        };
        let before = (self.pos, self.el);
        self.pos = from;
        self.attribute = Some((from, to));
        self.uuid = tag.uuid;
        let result = slot.attribute(self, tag);
        self.attribute = None;
        (self.pos, self.el) = before;
        result.map(|()| true)
    }
}
