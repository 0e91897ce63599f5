//! Compares two surfaces.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap, HashSet};

use super::change::Change;
use super::renames::{self, Renames};
use super::{Argument, Item, Kind, Surface, canonical};
use crate::catalogue::{self, Check};
use crate::level::Level;

/// Compares two surfaces.
pub(super) fn compare(before: &Surface, after: &Surface) -> Vec<Change> {
    let mut changes = Vec::new();
    let (before, after) = &Surface::told_apart(before, after);
    let after = &*aligned(before, after);
    let before = &*Renames::find(before, after).apply(before);
    omissions(before, after, &mut changes);
    items(before, after, &mut changes);
    changes
}

/// The newer surface, with the places that its operations had: one whose path or method changed is found by its operationId.
fn aligned<'a>(before: &Surface, after: &'a Surface) -> Cow<'a, Surface> {
    let methods = |surface: &'a Surface| surface.items.values().filter(|i| i.kind == Kind::Method);
    let key = |item: &Item| before.key(Kind::Method, &item.place);
    let old: HashMap<&str, &Item> = before
        .items
        .values()
        .filter(|item| item.kind == Kind::Method)
        .filter_map(|item| Some((item.id.as_deref()?, item)))
        .collect();
    // An operationId may change without the method's name.
    let named: HashMap<&str, &Item> = old
        .values()
        .map(|item| (item.path.as_str(), *item))
        .collect();
    let mut moved: Vec<(&str, &str)> = Vec::new();
    for item in methods(after) {
        let id = item.id.as_deref();
        let known = id.and_then(|id| old.get(id).or_else(|| named.get(item.path.as_str())));
        if let Some(known) = known
            && !before.items.contains_key(&key(item))
            && !after.items.contains_key(&key(known))
        {
            moved.push((&item.place, &known.place));
        }
    }
    if moved.is_empty() {
        return Cow::Borrowed(after);
    }
    let mut surface = after.emptied();
    for item in after.items.values() {
        let mut item = item.clone();
        let place = moved.iter().find_map(|(new, old)| {
            let rest = item.place.strip_prefix(new)?;
            (rest.is_empty() || rest.starts_with(' ')).then(|| format!("{old}{rest}"))
        });
        if let Some(place) = place {
            item.place = place;
        }
        surface.add(item);
    }
    Cow::Owned(surface)
}

/// Whether two places are one parameter, that travels elsewhere now.
fn same_parameter(old: &str, new: &str) -> bool {
    let parts = |place: &str| -> Vec<String> { place.split(' ').map(str::to_owned).collect() };
    let (old, new) = (parts(old), parts(new));
    old.len() == 4 && new.len() == 4 && old[..2] == new[..2] && old[3] == new[3]
}

fn omissions(before: &Surface, after: &Surface, out: &mut Vec<Change>) {
    let offered = |surface: &Surface, place: &str| {
        surface
            .items
            .contains_key(&surface.key(Kind::Method, place))
    };
    for (place, why) in &after.omitted {
        if offered(before, place) {
            let text = format!("the method is omitted: {why}");
            let check = &catalogue::RUST_OMITTED;
            out.push(Change::new(check, Level::Breaking, place, text));
        }
    }
    for place in before.omitted.keys() {
        if offered(after, place) {
            let text = "the operation has a method now".to_owned();
            let check = &catalogue::RUST_INCLUDED;
            out.push(Change::new(check, Level::Compatible, place, text));
        }
    }
}

/// What is the same thing on both sides, by kind: places that both have, and the rest of each.
type Pairs<'a> = Vec<(&'a Item, &'a Item)>;

fn items(before: &Surface, after: &Surface, out: &mut Vec<Change>) {
    let mut pairs: Pairs<'_> = Vec::new();
    let (mut removed, mut added): (Vec<&Item>, Vec<&Item>) = (Vec::new(), Vec::new());
    // Both are sorted by their keys.
    let mut others = after.items.iter().peekable();
    for (key, item) in &before.items {
        while let Some((_, new)) = others.next_if(|(other, _)| *other < key) {
            added.push(new);
        }
        match others.next_if(|(other, _)| *other == key) {
            Some((_, other)) => pairs.push((item, other)),
            None => removed.push(item),
        }
    }
    added.extend(others.map(|(_, item)| item));
    let rebound = rebound(before, after, &pairs, out);
    for (old, new) in pairs {
        // What the old name refers to now is said where it is.
        let taken = rebound.contains(&(old.kind, old.path.as_str()));
        pair(old, new, taken, out);
    }
    // A parameter that travels elsewhere has the same name and type: programs do not see it.
    let unseen = |item: &Item, others: &Names<'_>| match item.kind {
        Kind::Field => others
            .fields(&item.path)
            .any(|other| other.ty == item.ty && same_parameter(&item.place, &other.place)),
        Kind::Variant => {
            is_server(item) && others.servers.contains(item.path.as_str())
                || value(item).is_some()
                    && others.values.get(item.path.as_str()).copied() == value(item)
        }
        // A type that another place has, too.
        Kind::Type => others.types.get(item.path.as_str()) == Some(&item.ty.as_str()),
        _ => false,
    };
    let (olds, news) = (Names::new(before), Names::new(after));
    let own = |item: &Item, others: &Names<'_>| {
        !unseen(item, others)
            && !rebound.contains(&(item.kind, item.path.as_str()))
            && !parent_gone(item, others)
    };
    let removed = removed.into_iter().filter(|item| own(item, &news));
    let added = added.into_iter().filter(|item| own(item, &olds));
    out.extend(removed.map(|item| {
        let text = format!("the {} `{}` is removed", item.kind.as_str(), item.path);
        Change {
            before: signature(item),
            names: type_names(item),
            ..Change::new(&catalogue::RUST_REMOVED, Level::Breaking, &item.place, text)
        }
    }));
    out.extend(added.map(|item| {
        let text = format!("the {} `{}` is added", item.kind.as_str(), item.path);
        Change {
            after: signature(item),
            names: type_names(item),
            ..Change::new(&catalogue::RUST_ADDED, Level::Compatible, &item.place, text)
        }
    }));
}

/// The name of a type; nothing for other items.
fn type_names(item: &Item) -> Vec<String> {
    match item.kind {
        Kind::Type => vec![item.path.clone()],
        _ => Vec::new(),
    }
}

/// Reports paths of items that refer to another place of the wire now, and compile there. Returns them.
fn rebound<'a>(
    before: &Surface,
    after: &'a Surface,
    pairs: &Pairs<'_>,
    out: &mut Vec<Change>,
) -> BTreeSet<(Kind, &'a str)> {
    let mut rebound = BTreeSet::new();
    let old_paths: HashMap<(Kind, &str), &Item> = before
        .items
        .values()
        .map(|item| ((item.kind, item.path.as_str()), item))
        .collect();
    let mut count: HashMap<(Kind, &str), usize> = HashMap::new();
    for item in before.items.values() {
        *count.entry((item.kind, item.path.as_str())).or_default() += 1;
    }
    for (key, item) in &after.items {
        let path = (item.kind, item.path.as_str());
        let Some(old) = old_paths.get(&path) else {
            continue;
        };
        if old.place == item.place {
            continue;
        }
        let place = canonical(&item.place);
        let was_there = match key.1 == place {
            true => before.items.contains_key(key),
            false => before
                .items
                .contains_key(&(item.kind, place.clone().into_owned())),
        };
        // It was there: what its name refers to is compared as a pair.
        let same = canonical(&old.place) == place;
        if was_there && (same || count.get(&path).is_some_and(|count| *count > 1)) {
            continue;
        }
        // Another URL of a server is a finding of its own; URLs that change their names are not.
        let new_url = is_server(item) && !was_there;
        let same_value = value(old).is_some() && value(old) == value(item);
        if !new_url
            && !same_value
            && !same_place(old, item, pairs)
            && old.kind != Kind::Type
            && !same_parameter(&old.place, &item.place)
            && compiles_as(old, item)
        {
            rebound.insert(path);
            let text = format!(
                "`{}` refers to `{}` instead of `{}`: programs compile and use another value",
                item.path, item.place, old.place
            );
            out.push(Change {
                before: signature(old),
                after: signature(item),
                moved: vec![(old.place.clone(), item.place.clone())],
                ..Change::new(&catalogue::RUST_REBOUND, Level::Breaking, &item.place, text)
            });
        }
    }
    rebound
}

/// The value on the wire that a variant of an enum stands for.
fn value(item: &Item) -> Option<&str> {
    let enum_value = item.kind == Kind::Variant && !is_server(item);
    let (_, value) = item.place.rsplit_once('=').filter(|_| enum_value)?;
    Some(value)
}

/// Whether it is a server that programs can choose.
fn is_server(item: &Item) -> bool {
    item.kind == Kind::Variant && item.place.starts_with("servers=")
}

fn same_place(old: &Item, new: &Item, pairs: &[(&Item, &Item)]) -> bool {
    old.place == new.place
        || pairs
            .iter()
            .any(|(a, b)| std::ptr::eq(*a, old) && std::ptr::eq(*b, new))
}

/// Whether a program that used one compiles with the other.
fn compiles_as(old: &Item, new: &Item) -> bool {
    old.ty == new.ty
        && old.arguments.len() == new.arguments.len()
        && old
            .arguments
            .iter()
            .zip(&new.arguments)
            .all(|(a, b)| a.ty == b.ty)
}

/// Whether the type that holds a field or variant is missing on the other side: then that is the finding.
fn parent_gone(item: &Item, other: &Names<'_>) -> bool {
    if !matches!(item.kind, Kind::Field | Kind::Variant) {
        return false;
    }
    let owner = item.path.rsplit_once("::");
    owner.is_some_and(|(owner, _)| !other.types.contains_key(owner))
}

/// A surface by Rust names.
struct Names<'a> {
    /// What types are (`struct`, `enum`).
    types: HashMap<&'a str, &'a str>,
    /// The values that variants of enums stand for.
    values: HashMap<&'a str, &'a str>,
    servers: HashSet<&'a str>,
    fields: HashMap<&'a str, Vec<&'a Item>>,
}

impl<'a> Names<'a> {
    fn new(surface: &'a Surface) -> Self {
        let mut out = Self {
            types: HashMap::new(),
            values: HashMap::new(),
            servers: HashSet::new(),
            fields: HashMap::new(),
        };
        for item in surface.items.values() {
            match item.kind {
                Kind::Type => {
                    out.types.insert(&item.path, &item.ty);
                }
                Kind::Variant if is_server(item) => {
                    out.servers.insert(&item.path);
                }
                Kind::Variant => {
                    let value = value(item);
                    out.values
                        .extend(value.map(|value| (item.path.as_str(), value)));
                }
                Kind::Field => out.fields.entry(&item.path).or_default().push(item),
                _ => {}
            }
        }
        out
    }

    fn fields(&self, path: &str) -> impl Iterator<Item = &&'a Item> {
        self.fields.get(path).into_iter().flatten()
    }
}

fn pair(old: &Item, new: &Item, taken: bool, out: &mut Vec<Change>) {
    let mut push = |check: &'static Check, level: Level, text: String| {
        let mut change = Change {
            reasons: reasons(old, new),
            before: signature(old),
            after: signature(new),
            ..Change::new(check, level, &new.place, text)
        };
        if *check == catalogue::RUST_RENAMED {
            change.names = [old, new].map(type_names).concat();
            change.holds = (old.kind == Kind::Variant).then(|| new.ty.clone());
        }
        if *check == catalogue::RUST_REBOUND {
            change.moved = moved(old, new);
        }
        if *check == catalogue::RUST_RETYPED {
            change.types = renames::replaced(&old.ty, &new.ty);
        }
        out.push(change);
    };
    fn last(path: &str) -> &str {
        path.rsplit("::").next().unwrap_or(path)
    }
    // The owner's new name is a finding of its own.
    let renamed = match old.kind {
        Kind::Field | Kind::Variant => last(&old.path) != last(&new.path),
        _ => old.path != new.path,
    };
    if renamed && !taken {
        push(
            &catalogue::RUST_RENAMED,
            Level::Breaking,
            format!(
                "the {} `{}` is named `{}`",
                old.kind.as_str(),
                old.path,
                new.path
            ),
        );
    }
    if old.ty != new.ty {
        let what = match old.kind {
            Kind::Method => "returns",
            Kind::Type => "is",
            _ => "has the type",
        };
        push(
            &catalogue::RUST_RETYPED,
            Level::Breaking,
            format!("`{}` {what} `{}` instead of `{}`", new.path, new.ty, old.ty),
        );
    }
    arguments(old, new, &mut push);
    if old.deprecated != new.deprecated {
        let text = if new.deprecated {
            format!("`{}` is marked `#[deprecated]`", new.path)
        } else {
            format!("`{}` is no longer marked `#[deprecated]`", new.path)
        };
        push(&catalogue::RUST_CHANGED, Level::Compatible, text);
    }
}

/// An argument's place on the wire.
fn place(item: &Item, argument: &Argument) -> String {
    match item.kind {
        Kind::Method => format!("{} {}", item.place, argument.wire),
        _ => argument.wire.clone(),
    }
}

/// Where an argument's value goes: of a path, the place in the template, whatever it is called there.
fn position(item: &Item, argument: &Argument) -> String {
    let name = argument.wire.strip_prefix("path ");
    let known = name.and_then(|name| {
        let mut names = item.place.split('{').skip(1);
        names.position(|rest| rest.split('}').next() == Some(name))
    });
    known.map_or_else(|| argument.wire.clone(), |at| format!("path {at}"))
}

/// Places of arguments that are at the same position and differ.
fn moved(old: &Item, new: &Item) -> Vec<(String, String)> {
    let pairs = old.arguments.iter().zip(&new.arguments);
    pairs
        .filter(|(a, b)| a.wire != b.wire)
        .map(|(a, b)| (place(old, a), place(new, b)))
        .collect()
}

/// Where the wire changed, if arguments changed.
fn reasons(old: &Item, new: &Item) -> Vec<String> {
    let of = |item: &Item, other: &Item| -> Vec<String> {
        let own = item.arguments.iter();
        own.filter(|argument| !other.arguments.contains(argument))
            .map(|argument| place(item, argument))
            .collect()
    };
    let mut all = of(new, old);
    all.extend(of(old, new));
    all
}

/// Whether a struct that programs do not send can still be made empty.
fn default(old: &Item, new: &Item, push: &mut dyn FnMut(&'static Check, Level, String)) {
    if old.kind != Kind::Type || old.constructor == new.constructor || old.ty != new.ty {
        return;
    }
    if old.constructor == "default" {
        let text = format!("`{}` no longer implements `Default`", new.path);
        push(&catalogue::RUST_REMOVED, Level::Breaking, text);
    } else {
        let text = format!("`{}` implements `Default`", new.path);
        push(&catalogue::RUST_ADDED, Level::Compatible, text);
    }
}

fn arguments(old: &Item, new: &Item, push: &mut dyn FnMut(&'static Check, Level, String)) {
    match (old.callable, new.callable) {
        (true, true) => {}
        (false, false) => return default(old, new, push),
        (true, false) => {
            let text = format!("the constructor of `{}` is removed", new.path);
            return push(&catalogue::RUST_REMOVED, Level::Breaking, text);
        }
        (false, true) => {
            let text = format!("a constructor of `{}` is added", new.path);
            return push(&catalogue::RUST_ADDED, Level::Compatible, text);
        }
    }
    let (was, is) = (&old.arguments, &new.arguments);
    if was == is && old.place == new.place && old.constructor == new.constructor {
        return;
    }
    let types = |all: &[Argument]| -> Vec<String> { all.iter().map(|a| a.ty.clone()).collect() };
    let function = |item: &Item| match item.kind {
        Kind::Type => format!("{}::{}", new.path, item.constructor),
        _ => new.path.clone(),
    };
    let list = |all: &[Argument]| {
        let all: Vec<String> = all
            .iter()
            .map(|a| format!("{}: {}", a.name, a.ty))
            .collect();
        all.join(", ")
    };
    let change = format!(
        "`{}({})` becomes `{}({})`",
        function(old),
        list(was),
        function(new),
        list(is)
    );
    if types(was) != types(is) || old.constructor != new.constructor {
        // `&T` is taken for `impl Into<Option<&T>>`; the trait has no such argument.
        let optional =
            |(was, is): (&String, &String)| was == is || *is == format!("impl Into<Option<{was}>>");
        let (one, other) = (types(was), types(is));
        let change = match one.len() == other.len() && one.iter().zip(&other).all(optional) {
            true => format!(
                "{change}: calls of the client compile, those of the trait `Operations` do not"
            ),
            false => change,
        };
        push(&catalogue::RUST_SIGNATURE, Level::Breaking, change);
        return;
    }
    moved_arguments(old, new, &change, push);
}

/// Arguments of the same types: where another value goes into a position, programs compile and send it as the other.
fn moved_arguments(
    old: &Item,
    new: &Item,
    change: &str,
    push: &mut dyn FnMut(&'static Check, Level, String),
) {
    let (was, is) = (&old.arguments, &new.arguments);
    let wires = |item: &Item| -> Vec<String> {
        let all = item.arguments.iter();
        all.map(|argument| position(item, argument)).collect()
    };
    let (before, after) = (wires(old), wires(new));
    if before == after {
        return;
    }
    let set = |all: &[String]| all.iter().cloned().collect::<BTreeSet<String>>();
    if set(&before) == set(&after) {
        push(
            &catalogue::RUST_SWAPPED,
            Level::Breaking,
            format!("{change}: programs compile, and send each value as the other"),
        );
        return;
    }
    let moved: Vec<String> = was
        .iter()
        .zip(is)
        .filter(|(a, b)| a.wire != b.wire)
        .map(|(a, b)| format!("`{}` goes to `{}`", a.wire, b.wire))
        .collect();
    // A place that is only called otherwise on the wire takes the same value.
    let fresh: Vec<&String> = after.iter().filter(|wire| !before.contains(wire)).collect();
    let gone: Vec<&String> = before.iter().filter(|wire| !after.contains(wire)).collect();
    let only_named = before
        .iter()
        .zip(&after)
        .all(|(a, b)| a == b || (gone.contains(&a) && fresh.contains(&b)));
    if only_named && was.iter().zip(is).all(|(old, new)| same_value(old, new)) {
        return;
    }
    push(
        &catalogue::RUST_REBOUND,
        Level::Breaking,
        format!(
            "{change}: programs compile, and what was {}",
            moved.join(", ")
        ),
    );
}

/// Whether each argument is the value of before: at another place of the path, or in another location under its name.
fn same_value(old: &Argument, new: &Argument) -> bool {
    let parts = |wire: &str| {
        let (location, name) = wire.split_once(' ')?;
        Some((location == "path", name.to_ascii_lowercase()))
    };
    match (parts(&old.wire), parts(&new.wire)) {
        (Some((path, name)), Some((now_path, new_name))) => (path && now_path) || name == new_name,
        _ => old.wire == new.wire,
    }
}

/// The item as Rust writes it, shortened.
fn signature(item: &Item) -> String {
    let arguments: Vec<String> = item
        .arguments
        .iter()
        .map(|a| format!("{}: {}", a.name, a.ty))
        .collect();
    match item.kind {
        Kind::Method => format!("fn {}({}) -> {}", item.path, arguments.join(", "), item.ty),
        Kind::Type if item.arguments.is_empty() => format!("{} {}", item.ty, item.path),
        Kind::Type => {
            let arguments = arguments.join(", ");
            format!("{}::{}({arguments})", item.path, item.constructor)
        }
        Kind::Field | Kind::Setting => format!("{}: {}", item.path, item.ty),
        Kind::Variant => item.path.clone(),
    }
}
