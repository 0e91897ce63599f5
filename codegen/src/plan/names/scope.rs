//! The names of a scope, from the set of wire names in it.

use std::collections::{HashMap, HashSet};

use super::assemblies::without_assemblies;
use super::style::style;
use super::{Case, Name, spell};
use crate::diag::{Code, Finding, Findings};
use crate::source::Origin;

/// Something that is to be named.
#[derive(Clone, Debug)]
pub struct Wanted<'a> {
    /// Its wire spelling, unique in the scope. What its mark is computed from.
    pub key: String,
    /// What its name is made of: `x-rust-name`, or the wire name.
    pub text: String,
    /// A word of its own that distinguishes it from others of the same text, such as the place of a parameter.
    pub hint: Option<&'static str>,
    /// Names that it takes beside its own, by what is put behind: `_stream`.
    pub behind: Vec<&'static str>,
    /// It yields to others: an inline type.
    pub yields: bool,
    /// Where a collision is shown.
    pub origin: &'a Origin,
}

impl<'a> Wanted<'a> {
    /// Something with this wire name and, where it is given, `x-rust-name`.
    #[must_use]
    pub fn new(wire: &str, rust_name: Option<&str>, origin: &'a Origin) -> Self {
        Self {
            key: wire.to_owned(),
            text: match rust_name {
                Some(name) => name.to_owned(),
                None => without_assemblies(wire).into_owned(),
            },
            hint: None,
            behind: Vec::new(),
            yields: false,
            origin,
        }
    }
}

impl Wanted<'_> {
    /// How it is written; an inline type is within another.
    fn style(&self) -> &'static str {
        match self.yields {
            true => "inner",
            false => style(&self.text),
        }
    }
}

/// The rules of a scope.
#[derive(Clone, Copy, Debug)]
pub struct Scope {
    /// What is named, in the plural: `fields of Order`.
    pub what: &'static str,
    /// The extension that gives a name.
    pub extension: &'static str,
    /// How names are written.
    pub case: Case,
    /// Names that the generated code needs for itself.
    pub reserved: &'static [&'static str],
    /// What is put behind such a name.
    pub behind_reserved: &'static str,
    /// Other cases in which the names are written, and must differ too.
    pub also: &'static [Case],
}

impl Scope {
    fn stem(&self, text: &str) -> String {
        let stem = spell(text, self.case);
        if self.reserved.contains(&stem.as_str()) {
            format!("{stem}{}", self.behind_reserved)
        } else {
            stem
        }
    }

    /// Gives each its name. `owner` is what the scope belongs to, for findings.
    pub fn names(&self, owner: &str, wanted: &[Wanted<'_>], findings: &mut Findings) -> Vec<Name> {
        let stems: Vec<String> = wanted.iter().map(|w| self.stem(&w.text)).collect();
        // Mostly there is nothing to settle.
        let mut seen = HashSet::with_capacity(stems.len());
        let settled = wanted.iter().all(|w| w.behind.is_empty())
            && stems.iter().all(|stem| seen.insert(stem));
        let contests = match settled {
            true => Vec::new(),
            false => self.contests(&stems, wanted),
        };
        if contests.is_empty() {
            let names = stems.into_iter();
            let name = |stem| Name::new(stem, String::new(), self.case);
            return names.map(name).collect();
        }
        let mut contested: Vec<Vec<&Contest<'_>>> = vec![Vec::new(); wanted.len()];
        for contest in &contests {
            for &index in &contest.yielding {
                contested[index].push(contest);
            }
        }
        let marks = marks(&stems, wanted, &contested);
        let names: Vec<Name> = stems
            .into_iter()
            .zip(marks)
            .map(|(stem, mark)| Name::new(stem, mark, self.case))
            .collect();
        for (index, contests) in contested.iter().enumerate() {
            let rivals = contests.iter().map(|contest| contest.rival(index));
            if let Some(rival) = rivals.min() {
                findings.push(self.collision(owner, index, rival, wanted, &names[index]));
            }
        }
        names
    }

    /// Where several want one name, be it one that is made of theirs.
    fn contests<'w>(&self, stems: &[String], wanted: &'w [Wanted<'_>]) -> Vec<Contest<'w>> {
        let mut by_name: HashMap<String, Vec<usize>> = HashMap::new();
        for (index, (stem, wanted)) in stems.iter().zip(wanted).enumerate() {
            // No name in the scope's own case has this sign.
            let cases = self.also.iter();
            let cases = cases.map(|case| format!("{case:?}:{}", spell(stem, *case)));
            let behind = wanted.behind.iter().map(|behind| format!("{stem}{behind}"));
            for name in std::iter::once(stem.clone()).chain(cases).chain(behind) {
                by_name.entry(name).or_default().push(index);
            }
        }
        let groups = by_name.into_values();
        groups
            .filter_map(|group| Contest::of(group, wanted))
            .collect()
    }

    fn collision(
        &self,
        owner: &str,
        index: usize,
        other: usize,
        wanted: &[Wanted<'_>],
        name: &Name,
    ) -> Finding {
        let (own, rival) = (&wanted[index], &wanted[other]);
        Finding::new(
            Code::RustNameTaken,
            own.origin,
            format!(
                "`{}` and `{}` ({}{}{owner}) have the same Rust name `{}`; this one is called `{name}`",
                own.key,
                rival.key,
                self.what,
                if owner.is_empty() { "" } else { " of " },
                name.stem,
            ),
        )
        .help(format!("give it a name of its own with `{}`", self.extension))
        .note(rival.origin, "the other one")
    }
}

/// Several that want one name.
struct Contest<'w> {
    /// The first two of them.
    first: [usize; 2],
    /// Those that do not get it.
    yielding: Vec<usize>,
    /// How many have each hint, or none.
    hints: HashMap<Option<&'w str>, usize>,
    /// How many are written in each way.
    styles: HashMap<&'static str, usize>,
}

impl<'w> Contest<'w> {
    /// `group` in order. `None` if fewer than two want the name.
    fn of(mut group: Vec<usize>, wanted: &'w [Wanted<'_>]) -> Option<Self> {
        group.dedup();
        let [first, second, ..] = *group.as_slice() else {
            return None;
        };
        let mut hints: HashMap<Option<&str>, usize> = HashMap::new();
        let mut styles: HashMap<&str, usize> = HashMap::new();
        for &index in &group {
            *hints.entry(wanted[index].hint).or_default() += 1;
            *styles.entry(wanted[index].style()).or_default() += 1;
        }
        // One that does not yield keeps its name before all that do.
        let firm = |index: &usize| !wanted[*index].yields;
        let keeps = group.iter().filter(|index| firm(index)).count() == 1;
        group.retain(|index| !(keeps && firm(index)));
        Some(Self {
            first: [first, second],
            yielding: group,
            hints,
            styles,
        })
    }

    /// The first other one.
    fn rival(&self, index: usize) -> usize {
        let [first, second] = self.first;
        if first == index { second } else { first }
    }
}

/// The mark of each; empty where its name is not contested.
fn marks(stems: &[String], wanted: &[Wanted<'_>], contested: &[Vec<&Contest<'_>>]) -> Vec<String> {
    let marks = wanted.iter().zip(contested);
    let mut marks: Vec<String> = marks.map(|(own, contests)| mark(own, contests)).collect();
    // Two hashes may be equal: then the wire spelling itself is the mark.
    let mut seen: HashMap<(&str, &str), usize> = HashMap::new();
    for (stem, mark) in stems.iter().zip(&marks) {
        *seen.entry((stem, mark)).or_default() += 1;
    }
    let equal = |(stem, mark): (&String, &String)| {
        !mark.is_empty() && seen[&(stem.as_str(), mark.as_str())] > 1
    };
    let equal: Vec<bool> = stems.iter().zip(&marks).map(equal).collect();
    for (index, _) in equal.iter().enumerate().filter(|(_, equal)| **equal) {
        marks[index] = hex(&wanted[index].key);
    }
    marks
}

/// What distinguishes one from its rivals: its hint, how it is written, or a hash of its wire spelling. Empty where it has none.
fn mark(own: &Wanted<'_>, contests: &[&Contest<'_>]) -> String {
    if contests.is_empty() {
        return String::new();
    }
    let distinguishes = |contest: &&Contest<'_>| {
        !contest.hints.contains_key(&None) && contest.hints.get(&own.hint) == Some(&1)
    };
    match own.hint {
        Some(hint) if contests.iter().all(distinguishes) => hint.to_owned(),
        _ if contests.iter().all(|of| of.styles[own.style()] == 1) => own.style().to_owned(),
        _ => fingerprint(&own.key),
    }
}

/// Eight hexadecimal digits of a text (FNV-1a).
#[must_use]
pub fn fingerprint(text: &str) -> String {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for byte in text.bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    format!("{:08x}", (hash ^ (hash >> 32)) & 0xffff_ffff)
}

fn hex(text: &str) -> String {
    text.bytes().map(|byte| format!("{byte:02x}")).collect()
}
