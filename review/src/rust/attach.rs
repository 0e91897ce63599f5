//! Joins changes of the bindings with their reasons on the wire.

use std::collections::{BTreeMap, BTreeSet};

use super::change::Change;
use super::{PROPERTIES, canonical};
use crate::catalogue;
use crate::finding::{Effect, Finding, Spot, listed, shorten};
use crate::level::Level;

/// What follows from what: fields have another type because of the types, and functions because of both.
fn rank(change: &Change) -> u8 {
    match change.check.code {
        "R704" if change.types.is_some() => 1,
        "R703" if change.holds.is_some() => 1,
        "R705" | "R706" | "R707" => 2,
        "R702" if change.names.is_empty() => 0,
        "R702" => 3,
        _ => 0,
    }
}

/// Changes of the wire that can be the reason of a change of the bindings at the same place.
pub(super) fn attach(mut changes: Vec<Change>, findings: &mut Vec<Finding>) {
    changes.sort_by_key(rank);
    let mut reasons = Reasons::of(findings);
    let mut own: BTreeMap<(String, &'static str), usize> = BTreeMap::new();
    // Places where one type took the place of another: one cause. Each has the other places that it has.
    let mut replaced: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    // The same of what is the effect of a finding on the wire: with the effect's number.
    let mut repeated: BTreeMap<(usize, usize), Vec<String>> = BTreeMap::new();
    let mut effects: BTreeMap<(usize, (String, String)), usize> = BTreeMap::new();
    for change in changes {
        // What has another name on the wire only is the same value for programs.
        let renamed = |(old, new): &(String, String)| reasons.renamed(old, new);
        if !change.moved.is_empty() && change.moved.iter().all(renamed) {
            continue;
        }
        let effect = Effect {
            level: change.level,
            text: shorten(&change.text, 600),
        };
        let found = reasons.cause(&change, findings);
        if let Some(at) = found {
            reasons.placed(&change, at, &findings[at]);
            if let Some(types) = &change.types {
                let key = (at, types.clone());
                if let Some(known) = effects.get(&key) {
                    let places = repeated.entry((at, *known)).or_default();
                    places.push(change.place.clone());
                    continue;
                }
            }
            let finding = &mut findings[at];
            finding
                .rust
                .retain(|known| known.level != Level::Documentation);
            if !finding.rust.contains(&effect) {
                finding.rust.push(effect);
            }
            if let Some(types) = change.types.clone() {
                effects.insert((at, types), finding.rust.len() - 1);
            }
            signatures(finding, &change);
            continue;
        }
        let group = change.types.as_ref();
        let group = group.map(|(was, is)| format!("{was} -> {is}"));
        let key = (
            group.unwrap_or_else(|| change.place.replace(" (input)", "")),
            change.check.code,
        );
        if let Some(at) = own.get(&key)
            && change.types.is_some()
        {
            replaced.entry(*at).or_default().push(change.place.clone());
        }
        let at = *own.entry(key).or_insert_with(|| {
            findings.push(Finding::new(
                change.check,
                change.place.as_str(),
                change.text.as_str(),
                Spot::default(),
                Spot::default(),
            ));
            findings.len() - 1
        });
        reasons.placed(&change, at, &findings[at]);
        reasons.lone(&change, at);
        let finding = &mut findings[at];
        finding.rust.push(effect);
        signatures(finding, &change);
    }
    for ((at, effect), places) in repeated {
        if let Some(effect) = findings[at].rust.get_mut(effect) {
            effect.text = format!("{}; the same in {}", effect.text, listed(&places));
        }
    }
    for (at, places) in replaced {
        let what = &mut findings[at].what;
        *what = format!("{what}; the same in {}", listed(&places));
    }
}

fn signatures(finding: &mut Finding, change: &Change) {
    for (list, text) in [
        (&mut finding.signatures.0, &change.before),
        (&mut finding.signatures.1, &change.after),
    ] {
        let text = shorten(text, 600);
        if !text.is_empty() && !list.contains(&text) {
            list.push(text);
        }
    }
}

/// Whether a place is the header of a reply: this one, or any.
fn is_header(place: &str, name: &str) -> bool {
    let header = place.rsplit_once(" header ");
    header.is_some_and(|(_, header)| name.is_empty() || header.eq_ignore_ascii_case(name))
}

/// Findings of the wire that can be the reason of a change of the bindings, by their places.
struct Reasons {
    by_place: BTreeMap<String, Vec<usize>>,
    /// Places of what was renamed, old and new.
    renames: BTreeSet<(String, String)>,
    /// Where changes of types are reported, by their names.
    types: BTreeMap<String, usize>,
    /// Where it is reported that a place has another type.
    retyped: BTreeMap<String, usize>,
    /// Where a change of the bindings is reported on its own, by its place.
    alone: BTreeMap<String, usize>,
}

/// Codes of the findings that are the reason of any change at places that begin so: constructors of credentials follow from what is
/// accepted.
const BY_PREFIX: [(&str, &[&str]); 2] = [
    ("security scheme", &["R620", "R621", "R623", "R624"]),
    ("servers", &["R610", "R611", "R612"]),
];

impl Reasons {
    fn of(findings: &[Finding]) -> Self {
        let mut made = Self {
            by_place: BTreeMap::new(),
            renames: BTreeSet::new(),
            types: BTreeMap::new(),
            retyped: BTreeMap::new(),
            alone: BTreeMap::new(),
        };
        for (at, finding) in findings.iter().enumerate() {
            let place = canonical(&finding.place).into_owned();
            // What was renamed is found by both names.
            if let Some(renamed) = new_place(finding) {
                made.by_place.entry(renamed.clone()).or_default().push(at);
                made.renames.insert((place.clone(), renamed));
            }
            made.by_place.entry(place).or_default().push(at);
            for place in elsewhere(finding) {
                let known = made.by_place.entry(place).or_default();
                if !known.contains(&at) {
                    known.push(at);
                }
            }
        }
        made
    }

    /// Keeps where a change is reported, for what follows from it.
    fn placed(&mut self, change: &Change, at: usize, finding: &Finding) {
        // An added type alone is not a reason.
        let is_reason = *finding.check != catalogue::RUST_ADDED;
        for name in change.names.iter().filter(|_| is_reason) {
            self.types.entry(name.clone()).or_insert(at);
        }
        if change.types.is_some() {
            let place = canonical(&change.place).into_owned();
            self.retyped.entry(place).or_insert(at);
        }
    }

    /// Keeps where a change is reported that no other is the reason of.
    fn lone(&mut self, change: &Change, at: usize) {
        if change.check.code == "R704" {
            let place = canonical(&change.place).into_owned();
            self.alone.entry(place).or_insert(at);
        }
    }

    /// The finding of what a change follows from: a type that is another one now.
    fn follows(&self, change: &Change) -> Option<usize> {
        let by_type = change.types.as_ref().and_then(|(was, is)| {
            let found = self.types.get(was).or_else(|| self.types.get(is));
            found.copied()
        });
        let held = || {
            let words = change
                .holds
                .as_deref()?
                .split(|c: char| !c.is_alphanumeric() && c != '_');
            words
                .into_iter()
                .find_map(|word| self.types.get(word).copied())
        };
        by_type.or_else(held).or_else(|| {
            let mut reasons = change.reasons.iter();
            reasons.find_map(|place| self.retyped.get(&*canonical(place)).copied())
        })
    }

    /// The finding of a reply that changes what an operation returns, or gives it a further method.
    fn reply(&self, place: &str, findings: &[Finding]) -> Option<usize> {
        let (operation, word) = place.rsplit_once(' ')?;
        let known = matches!(word, "replies" | "events" | "lines" | "stream");
        let operation = canonical(operation);
        let all = || self.starting(&operation, " ").filter(|_| known);
        let reply = all().find_map(|(_, at)| {
            let code = findings[at].check.code;
            matches!(code, "R124" | "R125" | "R126" | "R127" | "R129").then_some(at)
        });
        // Or of its whole body.
        reply.or_else(|| {
            let status = |place: &str| place[operation.len()..].trim().parse::<u16>().is_ok();
            let mut bodies = all().filter(|(place, at)| status(place) && matters(&findings[*at]));
            bodies.next().map(|(_, at)| at)
        })
    }

    /// Whether two places are one that was renamed.
    fn renamed(&self, old: &str, new: &str) -> bool {
        let places = (canonical(old).into_owned(), canonical(new).into_owned());
        self.renames.contains(&places) || self.properties_renamed(old, new)
    }

    /// The same for arguments that go into properties of any body: credentials.
    fn properties_renamed(&self, old: &str, new: &str) -> bool {
        fn name(place: &str) -> &str {
            let name = place.rsplit('.').next().unwrap_or(place);
            name.split('[').next().unwrap_or(name)
        }
        let (was, is) = (old.split(PROPERTIES), new.split(PROPERTIES));
        was.clone().count() == is.clone().count()
            && was.zip(is).all(|(one, other)| {
                let known = |(old, new): &(String, String)| {
                    old.contains('.') && name(old) == name(one) && name(new) == name(other)
                };
                let bare = !one.contains([' ', '.']) && !other.contains([' ', '.']);
                one == other || (bare && self.renames.iter().any(known))
            })
    }

    /// The finding of the wire at the place of a change, or at the nearest one that holds it.
    fn cause(&self, change: &Change, findings: &[Finding]) -> Option<usize> {
        // What only requests have of a component changes with the component.
        let place = change.place.replace(" (input)", "");
        let exact = |place: &str| {
            let mut found = self.by_place.get(&*canonical(place)).into_iter().flatten();
            found.find(|&&at| matters(&findings[at])).copied()
        };
        let reasons = change.reasons.iter().map(String::as_str);
        let mut places = reasons.chain([change.place.as_str(), place.as_str()]);
        // A variant changes because of its enum, a member of an inline type because of what holds it.
        let holder = || change.place.get(..change.place.rfind(['=', '|'])?);
        // The items of a list come with the list, members with an object that is another.
        let list = || change.place.strip_suffix("[]");
        let object = || {
            let at = exact(change.place.get(..change.place.rfind('.')?)?)?;
            Some(at).filter(|&at| *findings[at].check == catalogue::OTHER_PROPERTIES)
        };
        let by_prefix = || {
            let mut known = BY_PREFIX.iter();
            let (_, codes) = known.find(|(prefix, _)| change.place.starts_with(prefix))?;
            findings.iter().position(|f| codes.contains(&f.check.code))
        };
        // A further method of an operation changes with it.
        let stem = || Some(change.place.rsplit_once(' ')?.0);
        places
            .find_map(exact)
            .or_else(|| holder().and_then(exact))
            .or_else(|| list().and_then(exact))
            .or_else(object)
            .or_else(|| self.alternative(change, holder()?, findings))
            .or_else(by_prefix)
            .or_else(|| self.header(&change.place, findings))
            .or_else(|| stem().and_then(exact))
            .or_else(|| self.reply(&change.place, findings))
            .or_else(|| self.follows(change))
            .or_else(|| self.below(change, &place, findings))
            .or_else(|| self.beside(change))
    }

    /// A constructor follows from its fields, and a type is added for the place that has it.
    fn beside(&self, change: &Change) -> Option<usize> {
        let place = canonical(&change.place);
        match change.check.code {
            "R702" => self.alone.get(&*place).copied(),
            "R707" => {
                let prefix = format!("{place}.");
                let mut fields = self.alone.range(prefix.clone()..);
                let (field, at) = fields.next()?;
                field.starts_with(&prefix).then_some(*at)
            }
            _ => None,
        }
    }

    /// A variant of a union comes or goes with an alternative, which has another name on the wire: the only one that does.
    fn alternative(&self, change: &Change, union: &str, findings: &[Finding]) -> Option<usize> {
        let code = match change.check.code {
            "R701" => "R420",
            "R702" => "R419",
            _ => return None,
        };
        let union = canonical(union);
        let mut all = self
            .starting(&union, "|")
            .map(|(_, at)| at)
            .filter(|&at| findings[at].check.code == code);
        let only = all.next()?;
        all.next().is_none().then_some(only)
    }

    /// A header is in the replies of several statuses.
    fn header(&self, place: &str, findings: &[Finding]) -> Option<usize> {
        let mut words = [" reply header", " error header"].iter();
        let (own, name) = words.find_map(|word| place.split_once(word))?;
        let name = name.strip_prefix(' ').unwrap_or_default();
        self.starting(&canonical(own), " ")
            .filter(|(place, _)| is_header(place, name))
            .map(|(_, at)| at)
            .find(|&at| matters(&findings[at]))
    }

    /// A constructor or method changes because of what is below its place.
    fn below(&self, change: &Change, place: &str, findings: &[Finding]) -> Option<usize> {
        if !matches!(
            change.check.code,
            "R707" | "R706" | "R705" | "R704" | "R702" | "R701"
        ) {
            return None;
        }
        let place = canonical(place);
        let below = |place: &str, separator: &str| {
            let mut below = self.starting(place, separator).map(|(_, at)| at);
            below.find(|&at| matters(&findings[at]))
        };
        let mut separators = [".", " ", "|", "["].into_iter();
        separators
            .find_map(|separator| below(&place, separator))
            // A variant of what the positions of a tuple hold.
            .or_else(|| below(place.split_once("[]|")?.0, "["))
    }

    /// Findings at places that begin so.
    fn starting(&self, place: &str, separator: &str) -> impl Iterator<Item = (&str, usize)> {
        let prefix = format!("{place}{separator}");
        self.by_place
            .range(prefix.clone()..)
            .take_while(move |(place, _)| place.starts_with(&prefix))
            .flat_map(|(place, all)| all.iter().map(|&at| (place.as_str(), at)))
    }
}

/// Other places of a finding: those with the same cause, and of what belongs to an operation, the same of its other operations.
fn elsewhere(finding: &Finding) -> BTreeSet<String> {
    let aliases = finding.aliases.iter();
    let mut places: BTreeSet<String> = aliases.map(|p| canonical(p).into_owned()).collect();
    let mut operations = finding.operations.iter();
    let own = operations.find_map(|operation| {
        let rest = finding.place.strip_prefix(&*operation.name)?;
        rest.starts_with(' ').then_some(rest)
    });
    if let Some(rest) = own {
        let others = finding.operations.iter();
        places.extend(others.map(|o| canonical(&format!("{}{rest}", o.name)).into_owned()));
    }
    places
}

/// The place that something has after it was renamed.
fn new_place(finding: &Finding) -> Option<String> {
    let (before, after) = (&finding.before, &finding.after);
    let header = *finding.check == catalogue::REPLY_HEADER
        && before.present
        && after.present
        && before.text != after.text;
    if *finding.check == catalogue::PARAMETER_MOVED {
        let (was, is) = (format!(" {} ", before.text), format!(" {} ", after.text));
        return Some(canonical(&finding.place.replacen(&was, &is, 1)).into_owned());
    }
    let renames = [&catalogue::PARAMETER_RENAMED, &catalogue::PROPERTY_RENAMED];
    if !header && !renames.contains(&finding.check) {
        return None;
    }
    let stem = finding.place.strip_suffix(&before.text)?;
    Some(canonical(&format!("{stem}{}", after.text)).into_owned())
}

/// Whether a finding can be the reason of a change of the bindings.
fn matters(finding: &Finding) -> bool {
    let code = finding.check.code;
    !code.starts_with("R7") && !matches!(code, "R108" | "R210" | "R431" | "R432" | "R433")
}
