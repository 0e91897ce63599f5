//! Types that only got another name: where one is used, the other is used now.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::{Item, Kind, Surface};

/// Rounds of looking: a renamed type can hold others.
const ROUNDS: usize = 8;

/// Types of Rust that have the names which some components have: where one is meant, a text does not say.
const USUAL: [&str; 3] = ["Bytes", "String", "Value"];

/// Old names of types, with their new ones; and the older surface with the places of the new one.
pub(super) struct Renames {
    /// Old Rust name → new Rust name.
    pub(super) types: BTreeMap<String, String>,
    /// Old wire place → new wire place, of types.
    places: HashMap<String, String>,
    /// The same of variants that hold a type with another name.
    variants: HashMap<String, String>,
}

/// The variants of unions that only one side has, where each side has one: old place → the new one.
fn lone_variants<'a>(before: &Surface, after: &'a Surface) -> HashMap<String, &'a Item> {
    fn lone<'s>(one: &'s Surface, other: &Surface) -> HashMap<&'s str, Option<&'s Item>> {
        let mut found = HashMap::new();
        for (key, item) in &one.items {
            let Some((union, _)) = item.place.rsplit_once('|') else {
                continue;
            };
            if item.kind == Kind::Variant && !other.items.contains_key(key) {
                // A second one makes it ambiguous.
                found
                    .entry(union)
                    .and_modify(|known| *known = None)
                    .or_insert(Some(item));
            }
        }
        found
    }
    let (gone, new) = (lone(before, after), lone(after, before));
    let pairs = gone.into_iter().filter_map(|(union, was)| {
        let (was, is) = (was?, new.get(union).copied().flatten()?);
        let same = members(before, &was.ty) == members(after, &is.ty);
        same.then(|| (was.place.clone(), is))
    });
    pairs.collect()
}

/// What a type has: its members without its name, with their types.
fn members<'s>(surface: &'s Surface, ty: &str) -> BTreeSet<(&'s str, &'s str)> {
    let all = surface.items.values();
    all.filter(|item| matches!(item.kind, Kind::Field | Kind::Variant))
        .filter_map(|item| {
            let (owner, name) = item.path.rsplit_once("::")?;
            (owner == ty).then_some((name, item.ty.as_str()))
        })
        .collect()
}

/// Types by their names: kind and place.
type Types = BTreeMap<String, (String, String)>;

/// The type that has the name of another now, which has a new one itself: its old name and place. Members say which is which.
fn heir(
    (before, old): (&Surface, &Types),
    (after, new): (&Surface, &Types),
    was: &str,
    is: &str,
) -> Option<(String, String)> {
    let ours = members(before, was);
    if ours.is_empty() || old.contains_key(is) || ours != members(after, is) {
        return None;
    }
    let theirs = members(after, was);
    let mut gone = old.iter().filter(|(name, _)| !new.contains_key(*name));
    let (name, (_, place)) =
        gone.find(|(name, _)| theirs != ours && members(before, name) == theirs)?;
    Some((name.clone(), place.clone()))
}

/// The identifiers of a type, and what is between them.
fn tokens(text: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for c in text.chars() {
        let word = c.is_alphanumeric() || c == '_';
        match out.last_mut() {
            Some(last) if word && last.ends_with(|l: char| l.is_alphanumeric() || l == '_') => {
                last.push(c);
            }
            _ => out.push(c.to_string()),
        }
    }
    out
}

/// The only name in which two types differ: what stood for it, and what does now.
pub(super) fn replaced(old: &str, new: &str) -> Option<(String, String)> {
    let (was, is) = (tokens(old), tokens(new));
    let mut differ = was.iter().zip(&is).filter(|(one, other)| one != other);
    let (one, other) = differ.next()?;
    (was.len() == is.len() && differ.next().is_none()).then(|| (one.clone(), other.clone()))
}

impl Renames {
    /// Finds types that are gone in favour of new ones that are used in the same places.
    pub(super) fn find(before: &Surface, after: &Surface) -> Self {
        let mut renames = Self {
            types: BTreeMap::new(),
            places: HashMap::new(),
            variants: HashMap::new(),
        };
        let variants = lone_variants(before, after);
        let types = |surface: &Surface| -> Types {
            let of = surface
                .items
                .values()
                .filter(|item| item.kind == Kind::Type);
            of.map(|item| (item.path.clone(), (item.ty.clone(), item.place.clone())))
                .collect()
        };
        let (old, new) = (types(before), types(after));
        let places = |all: &Types| -> BTreeSet<String> {
            all.values().map(|(_, place)| place.clone()).collect()
        };
        let (old_places, new_places) = (places(&old), places(&new));
        // A component that got another name on the wire only: programs use the same type.
        for (path, (kind, was)) in &old {
            if let Some((new_kind, is)) = new.get(path)
                && kind == new_kind
                && !new_places.contains(was)
                && !old_places.contains(is)
            {
                renames.places.insert(was.clone(), is.clone());
            }
        }
        let mut tried: HashSet<(String, String)> = HashSet::new();
        for _ in 0..ROUNDS {
            let known = renames.types.len();
            for (key, item) in &before.items {
                let other = if renames.places.is_empty() {
                    after.items.get(key)
                } else {
                    let place = renames.place(item.kind, &item.place);
                    after.items.get(&after.key(item.kind, &place))
                };
                let variant = || variants.get(&item.place).copied();
                let Some(other) = other.or_else(variant) else {
                    continue;
                };
                let others = texts(item).zip(texts(other));
                for (was, is) in others.filter(|(was, is)| was != is) {
                    let (was, is) = (tokens(was), tokens(is));
                    if was.len() != is.len() {
                        continue;
                    }
                    for (was, is) in was.into_iter().zip(is) {
                        let (Some(one), Some(other)) = (old.get(&was), new.get(&is)) else {
                            continue;
                        };
                        let gone = !new_places.contains(&one.1) && !old_places.contains(&other.1);
                        let asked = !gone && one.0 == other.0 && was != is;
                        let fresh = asked && tried.insert((was.clone(), is.clone()));
                        let heir = fresh.then(|| heir((before, &old), (after, &new), &was, &is));
                        let heir = heir.flatten();
                        let gone = gone || heir.is_some();
                        if let Some((heir, place)) = heir {
                            renames.places.insert(place, one.1.clone());
                            renames.types.entry(heir).or_insert_with(|| was.clone());
                        }
                        let taken = renames.types.values().any(|name| *name == is);
                        let usual = USUAL.contains(&&*was) || USUAL.contains(&&*is);
                        if was != is && !usual && one.0 == other.0 && gone && !taken {
                            renames.places.insert(one.1.clone(), other.1.clone());
                            renames.types.entry(was).or_insert(is);
                        }
                    }
                }
            }
            if renames.types.len() == known {
                break;
            }
        }
        renames.hold(before, &variants);
        renames
    }

    /// Keeps the variants that hold a type with another name.
    fn hold(&mut self, before: &Surface, variants: &HashMap<String, &Item>) {
        for item in before.items.values() {
            let other = variants.get(&item.place);
            if let Some(other) = other.filter(|_| item.kind == Kind::Variant)
                && item.ty != other.ty
                && self.text(&item.ty) == other.ty
            {
                let places = (item.place.clone(), other.place.clone());
                self.variants.insert(places.0, places.1);
            }
        }
    }

    /// The place that an old one has now. A property that holds a type without a name of its own has the type's place, and keeps it.
    fn place(&self, kind: Kind, place: &str) -> String {
        if let Some(new) = self.variants.get(place).filter(|_| kind == Kind::Variant) {
            return new.clone();
        }
        let member = matches!(kind, Kind::Field | Kind::Variant);
        if let Some(new) = self.places.get(place).filter(|_| !member) {
            return new.clone();
        }
        // Of a member: the type's part, which can have several itself.
        let ends = place.rmatch_indices(['.', '=', '|']);
        ends.map(|(end, _)| end)
            .find_map(|end| {
                let new = self.places.get(place.get(..end)?)?;
                Some(format!("{new}{}", place.get(end..)?))
            })
            .unwrap_or_else(|| place.to_owned())
    }

    fn text(&self, text: &str) -> String {
        if self.types.is_empty() {
            return text.to_owned();
        }
        let renamed = tokens(text)
            .into_iter()
            .map(|token| self.types.get(&token).cloned().unwrap_or(token));
        renamed.collect()
    }

    /// The older surface, its types called by their new names.
    pub(super) fn apply<'a>(&self, before: &'a Surface) -> Cow<'a, Surface> {
        if self.places.is_empty() {
            return Cow::Borrowed(before);
        }
        let mut surface = before.emptied();
        for item in before.items.values() {
            let mut item = item.clone();
            item.place = self.place(item.kind, &item.place);
            item.ty = self.text(&item.ty);
            for argument in &mut item.arguments {
                argument.ty = self.text(&argument.ty);
                argument.wire = self.place(Kind::Field, &argument.wire);
            }
            // The type's own name stays: that it changed is the finding.
            if item.kind != Kind::Type
                && let Some((owner, name)) = item.path.rsplit_once("::")
            {
                item.path = format!("{}::{name}", self.text(owner));
            }
            surface.add(item);
        }
        Cow::Owned(surface)
    }
}

/// The types that an item names.
fn texts(item: &Item) -> impl Iterator<Item = &str> {
    let own = if item.kind == Kind::Type {
        ""
    } else {
        &item.ty
    };
    let arguments = item.arguments.iter();
    std::iter::once(own).chain(arguments.map(|argument| argument.ty.as_str()))
}
