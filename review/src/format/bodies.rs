//! Bodies of requests and replies, encoded by both versions of a document.

use lavka_model::normalized::{MediaType, Operation};

use super::one_line;
use crate::finding::Finding;
use crate::level::{Direction, Level};
use crate::report::SpecReport;
use crate::{sample, wire};

/// Whether a finding is about bodies. What an operation has beside them shows in none.
fn is_of_bodies(finding: &Finding) -> bool {
    let mut own = finding.operations.iter().filter_map(|op| {
        let rest = finding.place.strip_prefix(&*op.name)?;
        (rest.is_empty() || rest.starts_with(' ')).then_some(rest.trim_start())
    });
    own.next().is_none_or(|rest| {
        let reply = rest.starts_with(|c: char| c.is_ascii_digit()) || rest.starts_with("default");
        rest.starts_with("request") || (reply && !rest.contains(" header "))
    })
}

/// Bodies of an operation that differ, in the formats that the finding concerns: title, before, after.
pub(super) fn bodies(
    spec: &SpecReport,
    finding: &Finding,
    name: &str,
    out: &mut Vec<(String, String, String)>,
) {
    let (Some(one), Some(other)) = (&spec.sides.0, &spec.sides.1) else {
        return;
    };
    if !is_of_bodies(finding) {
        return;
    }
    let Some(before) = one
        .document
        .operations
        .iter()
        .find(|op| wire::title(op) == name)
    else {
        return;
    };
    let matches = |op: &&Operation| {
        crate::rust::canonical(&wire::title(op)) == crate::rust::canonical(name)
            || (op.id.is_some() && op.id.as_deref() == before.id.as_deref())
    };
    let Some(after) = other.document.operations.iter().find(matches) else {
        return;
    };
    let mut compare = |what: &str, old: &[MediaType], new: &[MediaType], direction: Direction| {
        for media in old {
            let xml = wire::is_xml(&media.name);
            let level = if xml { finding.xml } else { finding.json };
            let other_media = new.iter().find(|m| m.name.value == media.name.value);
            // Where only XML changes, JSON is shown too: as the same.
            let wanted = level > Level::None || !xml && finding.xml > Level::None;
            let Some(other_media) = other_media.filter(|_| wanted) else {
                continue;
            };
            let was = sample::encode(&one.document, media, direction);
            let is = sample::encode(&other.document, other_media, direction);
            if let (Some(was), Some(is)) = (was, is)
                && (was != is || (level == Level::None && !xml))
            {
                let title = format!("{name}, {what}, {}", one_line(&media.name));
                out.push((title, was, is));
            }
        }
    };
    if let (Some(old), Some(new)) = (&before.request, &after.request)
        && finding.directions.contains(&Direction::Argument)
    {
        compare("request", &old.content, &new.content, Direction::Argument);
    }
    if finding.directions.contains(&Direction::Reply) {
        for reply in &before.responses {
            let other = after.responses.iter();
            let mut other = other.filter(|r| r.status.value == reply.status.value);
            if let Some(other) = other.next() {
                compare("reply", &reply.content, &other.content, Direction::Reply);
            }
        }
    }
}
