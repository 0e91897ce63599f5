//! Version numbers of documents.

use lavka_model::normalized::Info;

use crate::catalogue;
use crate::finding::{Effect, Finding, Spot};
use crate::level::{Bump, Level};

/// Three numbers, and whether something follows them.
fn parse(version: &str) -> Option<[u64; 3]> {
    let plain = version.trim().trim_start_matches(['v', 'V']);
    let plain = plain.split(['-', '+']).next()?;
    let mut numbers = [0; 3];
    for (count, part) in plain.split('.').enumerate() {
        let digits = !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if count == 3 || !digits {
            return None;
        }
        numbers[count] = part.parse().ok()?;
    }
    // A date is one number, and no order of compatibility.
    (numbers[0] < 1900).then_some(numbers)
}

/// Which part of a version grew; [`Bump::None`] where it did not. `None` where they are not version numbers.
#[must_use]
pub fn bump(before: &str, after: &str) -> Option<Bump> {
    let (before, after) = (parse(before)?, parse(after)?);
    if after <= before {
        return Some(Bump::None);
    }
    // Of 0.x the second number is the one that counts, as Cargo has it.
    let shift = usize::from(before[0] == 0 && after[0] == 0);
    let first = (0..3).find(|&at| after[at] != before[at]).unwrap_or(2);
    Some(match first.saturating_sub(shift) {
        0 => Bump::Major,
        1 => Bump::Minor,
        _ => Bump::Patch,
    })
}

/// A finding where the version went backwards.
pub(crate) fn decreased(before: &Info, after: &Info) -> Option<Finding> {
    let (one, other) = (parse(&before.version)?, parse(&after.version)?);
    (other < one).then(|| {
        let mut finding = Finding::new(
            &catalogue::VERSION_DECREASED,
            "info version",
            format!(
                "the version is {} instead of {}",
                *after.version, *before.version
            ),
            Spot::at(&before.version.origin, before.version.as_str()),
            Spot::at(&after.version.origin, after.version.as_str()),
        );
        finding.behaviour.push(Effect {
            level: Level::Risky,
            text: "who compares versions takes it for the older one".to_owned(),
        });
        finding
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn which_part_grew() {
        for (before, after, expected) in [
            ("1.2.3", "2.0.0", Some(Bump::Major)),
            ("1.2.3", "1.3.0", Some(Bump::Minor)),
            ("1.2.3", "1.2.4", Some(Bump::Patch)),
            ("1.2.3", "1.2.3", Some(Bump::None)),
            ("1.2.3", "1.1.9", Some(Bump::None)),
            ("0.2.3", "0.3.0", Some(Bump::Major)),
            ("0.2.3", "0.2.4", Some(Bump::Minor)),
            ("0.2.3", "1.0.0", Some(Bump::Major)),
            ("v1.2", "v1.3", Some(Bump::Minor)),
            ("1.2.3-beta", "1.3.0+5", Some(Bump::Minor)),
            ("2024-01-31", "2025-01-31", None),
            ("2024.01", "2025.01", None),
            ("5", "6", Some(Bump::Major)),
            ("20260101", "20270101", None),
            ("", "1.0.0", None),
            ("1.99999999999999999999999", "1.0.0", None),
        ] {
            assert_eq!(bump(before, after), expected, "{before} -> {after}");
        }
    }
}
