//! `lavka-accept.yaml`: findings that somebody looked at and accepted, each with a reason and an end.
//!
//! ```yaml
//! - key: R412 NewOrder.note
//!   reason: no caller has sent it since March
//!   until: 2027-01-31
//!   spec: specs/books.yaml   # optional
//! ```

use lavka_model::diag::Findings;
use lavka_model::source::{self, Node, Origin};

use crate::catalogue::{self, Check};
use crate::finding::{Effect, Finding, Spot};
use crate::level::Level;
use crate::report::SpecReport;

/// Entries of `lavka-accept.yaml`.
#[derive(Clone, Debug, Default)]
pub struct Acceptances {
    entries: Vec<Entry>,
    invalid: Vec<Finding>,
    today: String,
}

#[derive(Clone, Debug)]
struct Entry {
    key: String,
    reason: String,
    until: String,
    spec: Option<String>,
    origin: Origin,
}

/// Today's date in UTC, like `2026-11-26`.
#[must_use]
pub fn today() -> String {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let days = now.map_or(0, |now| now.as_secs() / 86_400);
    date(days)
}

/// The date so many days after 1970-01-01.
fn date(days: u64) -> String {
    let leap = |year: u64| {
        year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
    };
    let (mut year, mut left) = (1970, days);
    loop {
        let length = if leap(year) { 366 } else { 365 };
        if left < length {
            break;
        }
        left -= length;
        year += 1;
    }
    let february = if leap(year) { 29 } else { 28 };
    let mut month = 1;
    for length in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
        if left < length {
            break;
        }
        left -= length;
        month += 1;
    }
    format!("{year:04}-{month:02}-{:02}", left + 1)
}

/// Whether a text is a date, `2027-01-31`, that exists in some year.
fn is_date(text: &str) -> bool {
    let shape = |at: usize, b: u8| {
        if at == 4 || at == 7 {
            b == b'-'
        } else {
            b.is_ascii_digit()
        }
    };
    let number = |from: usize, to: usize| text.get(from..to).and_then(|t| t.parse::<u32>().ok());
    text.len() == 10
        && text.bytes().enumerate().all(|(at, b)| shape(at, b))
        && number(5, 7).is_some_and(|month| (1..=12).contains(&month))
        && number(8, 10).is_some_and(|day| (1..=31).contains(&day))
}

fn about(check: &'static Check, place: &str, what: String, origin: &Origin) -> Finding {
    let mut finding = Finding::new(
        check,
        place,
        what,
        Spot::near(origin),
        Spot::at(origin, place),
    );
    finding.behaviour.push(Effect {
        level: Level::Risky,
        text: "the acceptance has no effect".to_owned(),
    });
    finding
}

impl Acceptances {
    /// Reads the entries of a file; `shown` is its path, `today` a date like `2026-11-26`.
    ///
    /// # Errors
    /// What is not YAML.
    pub fn parse(text: &str, shown: &str, today: &str) -> Result<Self, Findings> {
        let (folder, name) = shown.rsplit_once('/').unwrap_or(("", shown));
        let (source, findings) = source::load_with(name, folder, &|_| Ok(text.as_bytes().to_vec()));
        let mut all = Self {
            today: today.to_owned(),
            ..Self::default()
        };
        let Some(root) = source.root() else {
            return Err(findings);
        };
        if findings.has_errors() {
            return Err(findings);
        }
        let list = match root.get("accept") {
            Some(list) => list,
            None => root,
        };
        match list.as_array() {
            Some(entries) => entries.iter().for_each(|node| all.entry(node)),
            None if matches!(root.value, source::Value::Null) => {}
            None => all.invalid.push(about(
                &catalogue::ACCEPT_INVALID,
                shown,
                format!("expected a list of entries, found {}", list.kind()),
                &list.origin,
            )),
        }
        Ok(all)
    }

    fn entry(&mut self, node: &Node) {
        let text = |key: &str| {
            node.get_str(key)
                .map(str::trim)
                .filter(|text| !text.is_empty())
        };
        let key = text("key").unwrap_or_default().to_owned();
        let mut wrong = |what: &str| {
            self.invalid.push(about(
                &catalogue::ACCEPT_INVALID,
                &key,
                what.to_owned(),
                &node.origin,
            ));
        };
        let Some(object) = node.as_object() else {
            return wrong("expected an entry with `key`, `reason` and `until`");
        };
        const KEYS: [&str; 4] = ["key", "reason", "until", "spec"];
        if let Some(unknown) = object.keys().find(|key| !KEYS.contains(&key.as_str())) {
            let unknown = crate::finding::shorten(unknown, 60);
            return wrong(&format!("unknown key `{unknown}`"));
        }
        if key.is_empty() {
            return wrong("`key` is missing: the key of a finding");
        }
        let Some(reason) = text("reason") else {
            return wrong("`reason` is missing: why the change is accepted");
        };
        let Some(until) = text("until").filter(|until| is_date(until)) else {
            return wrong("`until` is missing or not a date like 2027-01-31");
        };
        let (reason, until) = (reason.to_owned(), until.to_owned());
        self.entries.push(Entry {
            spec: text("spec").map(str::to_owned),
            key,
            reason,
            until,
            origin: node.origin.clone(),
        });
    }

    /// Marks what is accepted; what is wrong with entries is returned.
    pub(crate) fn apply(&self, specs: &mut [SpecReport]) -> Vec<Finding> {
        let mut out = self.invalid.clone();
        for entry in &self.entries {
            let mut found = false;
            let expired = entry.until.as_str() < self.today.as_str();
            for spec in specs.iter_mut() {
                if entry.spec.as_ref().is_some_and(|name| *name != spec.name) {
                    continue;
                }
                for finding in spec.findings.iter_mut().filter(|f| f.key == entry.key) {
                    found = true;
                    if !expired {
                        finding.accepted = Some(entry.reason.clone());
                    }
                }
            }
            if !found {
                let what = format!("no finding has the key `{}`", entry.key);
                out.push(about(
                    &catalogue::ACCEPT_UNUSED,
                    &entry.key,
                    what,
                    &entry.origin,
                ));
            } else if expired {
                let what = format!("the acceptance expired on {}", entry.until);
                out.push(about(
                    &catalogue::ACCEPT_EXPIRED,
                    &entry.key,
                    what,
                    &entry.origin,
                ));
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates() {
        assert_eq!(date(0), "1970-01-01");
        assert_eq!(date(59), "1970-03-01");
        assert_eq!(date(11_016), "2000-02-29");
        assert_eq!(date(20_783), "2026-11-26");
        assert!(is_date("2027-01-31"));
        for wrong in [
            "2027-1-31",
            "2027-13-01",
            "2027-01-32",
            "31.1.2027",
            "2027-01-3é",
        ] {
            assert!(!is_date(wrong), "{wrong}");
        }
    }
}
