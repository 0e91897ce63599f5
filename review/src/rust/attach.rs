//! Joins changes of the bindings with their reasons on the wire.

use std::collections::{BTreeMap, BTreeSet};

use super::change::Change;
use super::{PROPERTIES, canonical};
use crate::catalogue;
use crate::finding::{Effect, Finding, Spot, listed, shorten};
use crate::level::Level;

/// Changes of the wire that can be the reason of a change of the bindings at the same place.
pub(super) fn attach(changes: Vec<Change>, findings: &mut Vec<Finding>) {
    let mut by_place: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    let mut renames: BTreeSet<(String, String)> = BTreeSet::new();
    for (at, finding) in findings.iter().enumerate() {
        let place = canonical(&finding.place).into_owned();
        // What was renamed is found by both names.
        let header = *finding.check == catalogue::REPLY_HEADER
            && finding.before.present
            && finding.after.present
            && finding.before.text != finding.after.text;
        if (header
            || [&catalogue::PARAMETER_RENAMED, &catalogue::PROPERTY_RENAMED]
                .contains(&finding.check))
            && let Some(stem) = finding
                .place
                .get(
                    ..finding
                        .place
                        .len()
                        .saturating_sub(finding.before.text.len()),
                )
                .filter(|_| finding.place.ends_with(&finding.before.text))
        {
            let renamed = canonical(&format!("{stem}{}", finding.after.text)).into_owned();
            by_place.entry(renamed.clone()).or_default().push(at);
            renames.insert((place.clone(), renamed));
        }
        by_place.entry(place).or_default().push(at);
    }
    let mut own: BTreeMap<(String, &'static str), usize> = BTreeMap::new();
    // Places where one type took the place of another: one cause. Each has the other places that it has.
    let mut replaced: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    for change in changes {
        // What has another name on the wire only is the same value for programs.
        let renamed = |(old, new): &(String, String)| {
            renames.contains(&(canonical(old).into_owned(), canonical(new).into_owned()))
                || properties_renamed(old, new, &renames)
        };
        if !change.moved.is_empty() && change.moved.iter().all(renamed) {
            continue;
        }
        let effect = Effect {
            level: change.level,
            text: shorten(&change.text, 600),
        };
        let found = cause(&change, &by_place, findings);
        if let Some(at) = found {
            let finding = &mut findings[at];
            finding
                .rust
                .retain(|known| known.level != Level::Documentation);
            if !finding.rust.contains(&effect) {
                finding.rust.push(effect);
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
        let finding = &mut findings[at];
        finding.rust.push(effect);
        signatures(finding, &change);
    }
    for (at, places) in replaced {
        let what = &mut findings[at].what;
        *what = format!("{what}; the same in {}", listed(&places));
    }
}

/// The same for arguments that go into properties of any body: credentials.
fn properties_renamed(old: &str, new: &str, renames: &BTreeSet<(String, String)>) -> bool {
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
            one == other || (bare && renames.iter().any(known))
        })
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

/// The finding of the wire at this place, or at the nearest one that holds it.
fn cause(
    change: &Change,
    by_place: &BTreeMap<String, Vec<usize>>,
    findings: &[Finding],
) -> Option<usize> {
    let matters = |at: &&usize| {
        let finding = &findings[**at];
        !finding.check.code.starts_with("R7")
            && !matches!(
                finding.check.code,
                "R108" | "R210" | "R431" | "R432" | "R433"
            )
    };
    let exact = |place: &str| {
        let found = by_place.get(&*canonical(place)).into_iter().flatten();
        found.into_iter().find(matters).copied()
    };
    if let Some(at) = change.reasons.iter().find_map(|place| exact(place)) {
        return Some(at);
    }
    if let Some(at) = exact(&change.place) {
        return Some(at);
    }
    // What only requests have of a component changes with the component.
    let place = change.place.replace(" (input)", "");
    if let Some(at) = exact(&place) {
        return Some(at);
    }
    // A variant changes because of its enum, a member of an inline type because of what holds it.
    if let Some(end) = change.place.rfind(['=', '|'])
        && let Some(at) = change.place.get(..end).and_then(exact)
    {
        return Some(at);
    }
    // Constructors of credentials follow from what is accepted.
    if change.place.starts_with("security scheme")
        && let Some(at) = findings
            .iter()
            .position(|f| matches!(f.check.code, "R620" | "R621" | "R624"))
    {
        return Some(at);
    }
    if change.place.starts_with("servers")
        && let Some(at) = findings
            .iter()
            .position(|f| matches!(f.check.code, "R610" | "R611" | "R612"))
    {
        return Some(at);
    }
    // A header is in the replies of several statuses.
    let header = [" reply header", " error header"]
        .iter()
        .find_map(|word| change.place.split_once(word));
    if let Some((own, name)) = header
        && let Some(at) = by_place
            .range(format!("{} ", canonical(own))..)
            .take_while(|(place, _)| place.starts_with(&*canonical(own)))
            .filter(|(place, _)| is_header(place, name.strip_prefix(' ').unwrap_or_default()))
            .flat_map(|(_, all)| all)
            .find(matters)
    {
        return Some(*at);
    }
    // A further method of an operation changes with it.
    if let Some((stem, _)) = change.place.rsplit_once(' ')
        && let Some(at) = exact(stem)
    {
        return Some(at);
    }
    // A constructor or method changes because of what is below its place.
    let below = |separator: char| {
        let prefix = format!("{}{separator}", canonical(&place));
        by_place
            .range(prefix.clone()..)
            .take_while(|(place, _)| place.starts_with(&prefix))
            .flat_map(|(_, all)| all)
            .find(matters)
            .copied()
    };
    if matches!(
        change.check.code,
        "R707" | "R706" | "R705" | "R704" | "R702" | "R701"
    ) {
        return below('.').or_else(|| below(' ')).or_else(|| below('|'));
    }
    None
}
