//! What bindings offer, as a mapping from places on the wire to names, types and positions; and what a change does to it.
//!
//! Types are taken to be `#[non_exhaustive]` and methods to take required arguments only, so what is added breaks nothing.

mod attach;
mod change;
mod compare;
mod renames;
mod surface;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::finding::Finding;
pub use surface::surface;

/// What something of the bindings is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// A method of the client.
    Method,
    /// A struct, enum or alias.
    Type,
    /// A field of a struct.
    Field,
    /// A variant of an enum.
    Variant,
    /// A setting of the client: a credential, a server's variable.
    Setting,
}

impl Kind {
    /// The word: `field`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Method => "method",
            Self::Type => "type",
            Self::Field => "field",
            Self::Variant => "variant",
            Self::Setting => "setting",
        }
    }
}

/// Between the properties that one argument goes into.
const PROPERTIES: &str = ", ";

/// An argument of a function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Argument {
    /// Where its value goes on the wire: `query limit`, `.customer`.
    pub wire: String,
    /// Its Rust name, which callers do not write.
    pub name: String,
    /// Its type as the caller sees it.
    pub ty: String,
}

/// Something that programs can name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// What it is.
    pub kind: Kind,
    /// The wire place as the other comparison writes it: `NewOrder.phone`, `GET /orders`.
    pub place: String,
    /// Its path: `NewOrder::phone`.
    pub path: String,
    /// The type of a field, the result of a method; what of a type has to be the same for programs to compile (`struct`, `enum`).
    pub ty: String,
    /// Arguments, in order: of a method, or of the constructor of a type.
    pub arguments: Vec<Argument>,
    /// Whether it can be called, or made by a constructor.
    pub callable: bool,
    /// The constructor of a type: `new`, or `default` where nothing is required.
    pub constructor: &'static str,
    /// The operationId, where there is one: a method is the same one by its place, or else by this.
    pub id: Option<String>,
    /// Whether it is marked `#[deprecated]`.
    pub deprecated: bool,
}

/// A place without names of path parameters, which are not sent, and with names of headers in lower case.
pub(crate) fn canonical(place: &str) -> Cow<'_, str> {
    // Places of schemas, which are most, are as they are.
    if !place.contains([' ', '{']) {
        return Cow::Borrowed(place);
    }
    if let Some((start, header)) = place.split_once(" header ") {
        let (start, header) = (canonical(start), header.to_ascii_lowercase());
        return Cow::Owned(format!("{start} header {header}"));
    }
    if !place.contains('{') {
        return Cow::Borrowed(place);
    }
    Cow::Owned(lavka_model::normalized::without_names(place))
}

/// What changes for Rust programs.
#[derive(Default)]
pub(crate) struct Changes(Vec<change::Change>);

impl Changes {
    /// Compares two surfaces.
    pub(crate) fn of(before: &Surface, after: &Surface) -> Self {
        Self(compare::compare(before, after))
    }

    /// Adds each to the finding of the same place on the wire, or else on its own.
    pub(crate) fn attach(self, findings: &mut Vec<Finding>) {
        attach::attach(self.0, findings);
    }
}

/// What the bindings of one document offer.
#[derive(Clone, Debug, Default)]
pub struct Surface {
    /// Items by what they are on the wire: kind and place, without names of path parameters.
    pub items: BTreeMap<(Kind, String), Item>,
    /// Operations that the bindings lack, with the reason: by place.
    pub omitted: BTreeMap<String, String>,
    /// Paths that several operations have, but for names of parameters: there the names tell them apart.
    apart: BTreeSet<String>,
}

/// The operation of a place: `GET /orders/{id}` of `GET /orders/{id} query limit`.
fn operation(place: &str) -> &str {
    let mut spaces = place.match_indices(' ').map(|(at, _)| at);
    spaces.nth(1).map_or(place, |end| &place[..end])
}

impl Surface {
    /// What an item is found by.
    fn key(&self, kind: Kind, place: &str) -> (Kind, String) {
        let plain = canonical(place);
        let own = operation(&plain);
        let place = match self.apart.contains(own) {
            true => format!("{}{}", operation(place), &plain[own.len()..]),
            false => plain.into_owned(),
        };
        (kind, place)
    }

    /// Both surfaces, where paths that differ in names of parameters only are told apart.
    fn told_apart<'s>(before: &'s Self, after: &'s Self) -> (Cow<'s, Self>, Cow<'s, Self>) {
        let mut apart = BTreeSet::new();
        for surface in [before, after] {
            let mut known: BTreeMap<Cow<'_, str>, &str> = BTreeMap::new();
            for item in surface
                .items
                .values()
                .filter(|item| item.kind == Kind::Method)
            {
                let own = operation(&item.place);
                let plain = canonical(own);
                if *known.entry(plain.clone()).or_insert(own) != own {
                    apart.insert(plain.into_owned());
                }
            }
        }
        if apart.is_empty() {
            return (Cow::Borrowed(before), Cow::Borrowed(after));
        }
        let made = |surface: &Self| {
            let mut made = surface.emptied();
            made.apart.clone_from(&apart);
            surface
                .items
                .values()
                .for_each(|item| made.add(item.clone()));
            Cow::Owned(made)
        };
        (made(before), made(after))
    }

    /// The same without items.
    fn emptied(&self) -> Self {
        Self {
            items: BTreeMap::new(),
            omitted: self.omitted.clone(),
            apart: self.apart.clone(),
        }
    }

    /// Adds an item; one of the same place gets a number.
    pub fn add(&mut self, item: Item) {
        use std::collections::btree_map::Entry;
        let mut key = self.key(item.kind, &item.place);
        let mut count = 1;
        loop {
            match self.items.entry(key) {
                Entry::Vacant(free) => {
                    free.insert(item);
                    return;
                }
                Entry::Occupied(taken) => {
                    count += 1;
                    let kind = taken.key().0;
                    let (_, place) = self.key(kind, &item.place);
                    key = (kind, format!("{place} #{count}"));
                }
            }
        }
    }
}
