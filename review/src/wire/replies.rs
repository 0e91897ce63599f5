//! Replies of an operation, by status.

use lavka_model::normalized::{MediaType, Operation, Response, Status};

use super::media::media_types;
use super::media_type::{is_xml, kind};
use super::pairs::Pair;
use super::{Change, Scope, Wire, headers, texts, title};
use crate::catalogue;
use crate::finding::Spot;
use crate::level::{Direction, Level, Variance};

type Pairs<'a> = Vec<(&'a Response, &'a Response)>;

pub(super) fn compare(wire: &mut Wire<'_>, base: &Operation, head: &Operation, scope: &Scope) {
    let mut pairs: Pairs<'_> = Vec::new();
    let mut added: Vec<&Response> = head.responses.iter().collect();
    let mut removed: Vec<&Response> = Vec::new();
    for one in &base.responses {
        let same = added.iter().position(|other| {
            other.status.value == one.status.value && succeeds(base, one) == succeeds(head, other)
        });
        match same {
            Some(at) => pairs.push((one, added.remove(at))),
            None => removed.push(one),
        }
    }
    let place = title(base);
    redirects(wire, base, head, &place, scope);
    pairs.extend(success(
        wire,
        (base, head),
        (&mut removed, &mut added),
        &place,
        scope,
    ));
    for one in removed {
        gone(wire, (base, head), one, &place, scope);
    }
    for other in added {
        let is = other.status.to_string();
        let spots = (
            Spot::near(&base.origin),
            Spot::at(&other.origin, is.as_str()),
        );
        let (check, what) = (&catalogue::STATUS_ADDED, format!("the reply {is} is added"));
        let known = covering(&base.responses, other);
        let mut change = Change::new(
            check,
            Variance::Widens,
            format!("{place} {is}"),
            what,
            spots.0,
            spots.1,
        );
        if known.is_none() && is_new_success(wire, base, other) {
            let text = match other.content.is_empty() {
                true => format!(
                    "existing programs expect a body, and report an error where {is} has none"
                ),
                false => {
                    format!("existing programs read the body of {is} as that of another success")
                }
            };
            change = change.level(Level::Risky).behaves(Level::Risky, text);
        }
        wire.report(change.reply(), scope);
        if let Some(one) = known {
            bodies(wire, (one, other), &format!("{place} {is}"), scope);
        }
    }
    for (one, other) in pairs {
        reply(wire, base, one, other, scope);
    }
}

/// A reply that is no longer documented by its status.
fn gone(
    wire: &mut Wire<'_>,
    (base, head): (&Operation, &Operation),
    one: &Response,
    place: &str,
    scope: &Scope,
) {
    let wider = covering(&head.responses, one);
    let check = match (succeeds(base, one), wider) {
        (true, None) => &catalogue::SUCCESS_REMOVED,
        (true, Some(_)) => &catalogue::SUCCESS_STATUS,
        (false, _) => &catalogue::ERROR_REMOVED,
    };
    let was = one.status.to_string();
    let spots = (
        Spot::at(&one.origin, was.as_str()),
        Spot::near(&head.origin),
    );
    let what = format!("the reply {was} is removed");
    let change = Change::new(
        check,
        Variance::Narrows,
        format!("{place} {was}"),
        what,
        spots.0,
        spots.1,
    );
    wire.report(change.reply(), scope);
    if let Some(other) = wider {
        bodies(wire, (one, other), &format!("{place} {was}"), scope);
    }
}

/// Whether a reply is a success: of 2xx, or `default` where no other is documented.
fn succeeds(op: &Operation, reply: &Response) -> bool {
    let known = || op.responses.iter().any(|reply| reply.status.is_success());
    reply.status.is_success() || (reply.status.value == Status::Default && !known())
}

/// A redirect is a success where the document has no other: another one makes it an error.
fn redirects(wire: &mut Wire<'_>, base: &Operation, head: &Operation, place: &str, scope: &Scope) {
    let is_redirect = |reply: &&Response| match reply.status.value {
        Status::Code(code) => matches!(code, 300..=303 | 305..=399),
        Status::Range(class) => class == 3,
        Status::Default => false,
    };
    let others = |op: &Operation| {
        let is_other =
            |reply: &Response| reply.status.is_success() || reply.status.value == Status::Default;
        op.responses.iter().any(is_other)
    };
    let (before, after) = (others(base), others(head));
    let find = |op: &'_ Operation| op.responses.iter().find(is_redirect).cloned();
    let (Some(one), Some(other)) = (find(base), find(head)) else {
        return;
    };
    if before == after {
        return;
    }
    let (was, is, what) = match after {
        true => ("a success", "an error", "a redirect is an error now"),
        false => ("an error", "a success", "a redirect is a success now"),
    };
    let status = other.status.to_string();
    wire.behaves(
        &catalogue::REDIRECT,
        format!("{place} {status}"),
        format!(
            "{what}: the operation {} another success",
            if after { "has" } else { "lacks" }
        ),
        format!("rebuilt programs take the redirect {status} for {is} instead of {was}"),
        (Spot::at(&one.origin, was), Spot::at(&other.origin, is)),
        scope,
    );
}

/// Whether a reply is a success with another body than each that programs know: in none of their media types, or of another schema.
fn is_new_success(wire: &Wire<'_>, base: &Operation, reply: &Response) -> bool {
    let same = |one: &MediaType, other: &MediaType| {
        let both = one.schema.zip(other.schema);
        kind(&one.name) == kind(&other.name)
            && both.map_or(
                one.schema.is_none() && other.schema.is_none(),
                |(one, other)| wire.graph.same(Pair::new(one, other, Direction::Reply), 0),
            )
    };
    let reads = |known: &&Response| {
        let mut media = known.content.iter();
        // Programs that expect no body pass over one.
        known.content.is_empty()
            || media.any(|one| reply.content.iter().any(|other| same(one, other)))
    };
    let mut known = base
        .responses
        .iter()
        .filter(|known| known.status.is_success());
    reply.status.is_success()
        && base.responses.iter().any(|known| known.status.is_success())
        && !known.any(|known| reads(&known))
}

/// A success that takes the place of another: one of one, or a range of all that it has. Takes them off both lists.
fn success<'a>(
    wire: &mut Wire<'_>,
    (base, head): (&Operation, &Operation),
    (removed, added): (&mut Vec<&'a Response>, &mut Vec<&'a Response>),
    place: &str,
    scope: &Scope,
) -> Pairs<'a> {
    let successes = |op: &Operation, all: &[&'a Response]| -> Vec<&'a Response> {
        let all = all.iter().copied();
        all.filter(|reply| succeeds(op, reply)).collect()
    };
    let (gone, new) = (successes(base, removed), successes(head, added));
    let range = |reply: &Response| !matches!(reply.status.value, Status::Code(_));
    let pairs: Pairs<'a> = match (gone.as_slice(), new.as_slice()) {
        ([], _) | (_, []) => return Vec::new(),
        ([one], [other]) => vec![(one, other)],
        ([one], others) if range(one) => others.iter().map(|other| (*one, *other)).collect(),
        (ones, [other]) if range(other) => ones.iter().map(|one| (*one, *other)).collect(),
        _ => return Vec::new(),
    };
    removed.retain(|reply| !succeeds(base, reply));
    added.retain(|reply| !succeeds(head, reply));
    let names = |all: &[&Response]| {
        let all: Vec<String> = all.iter().map(|reply| reply.status.to_string()).collect();
        all.join(", ")
    };
    let (was, is) = (names(&gone), names(&new));
    // What a range had is what programs took before.
    let ranges = |all: &[&Response]| all.iter().all(|reply| range(reply));
    let variance = match (ranges(&gone), ranges(&new)) {
        (true, false) => Variance::Narrows,
        (false, true) => Variance::Widens,
        _ => Variance::Incomparable,
    };
    let change = Change::new(
        &catalogue::SUCCESS_STATUS,
        variance,
        format!("{place} {was}"),
        format!("success is {is} instead of {was}"),
        Spot::at(&gone[0].status.origin, was.as_str()),
        Spot::at(&new[0].status.origin, is.as_str()),
    )
    .reply();
    let change = if variance == Variance::Narrows {
        change
    } else {
        let text = "the bindings treat every 2xx as success; other programs compare";
        change.behaves(Level::Risky, text)
    };
    wire.report(change, scope);
    pairs
}

/// The reply that documents a status where no other has it: a range, or for errors `default`.
fn covering<'a>(replies: &'a [Response], one: &Response) -> Option<&'a Response> {
    let Status::Code(code) = one.status.value else {
        return None;
    };
    let range = |reply: &&Response| matches!(reply.status.value, Status::Range(class) if u16::from(class) == code / 100);
    // `default` is the success where no other is declared.
    let errors = !one.status.is_success() && replies.iter().any(|reply| reply.status.is_success());
    let rest = |reply: &&Response| errors && reply.status.value == Status::Default;
    let find = |fits: &dyn Fn(&&Response) -> bool| replies.iter().find(fits);
    find(&range).or_else(|| find(&rest))
}

/// Bodies of a status that another reply documented before, or documents now; a reply without any says nothing of them.
fn bodies(wire: &mut Wire<'_>, (one, other): (&Response, &Response), place: &str, scope: &Scope) {
    if one.content.is_empty() || other.content.is_empty() {
        return;
    }
    media_types(
        wire,
        (&one.content, &other.content),
        (&one.origin, &other.origin),
        Direction::Reply,
        place,
        !one.status.is_success(),
        scope,
    );
}

fn reply(wire: &mut Wire<'_>, op: &Operation, one: &Response, other: &Response, scope: &Scope) {
    let place = format!("{} {}", title(op), one.status.value);
    if !texts::same_text(Some(&one.description), Some(&other.description)) {
        wire.documents(
            &catalogue::OPERATION_TEXT,
            format!("{place} description"),
            "the description of the reply changes",
            Spot::at(&one.description.origin, one.description.as_str()),
            Spot::at(&other.description.origin, other.description.as_str()),
            scope,
        );
    }
    let links = |reply: &Response| {
        let mut names: Vec<&str> = reply.links.iter().map(|name| name.as_str()).collect();
        names.sort_unstable();
        names.join(", ")
    };
    let (was, is) = (links(one), links(other));
    if was != is {
        wire.documents(
            &catalogue::LINKS,
            format!("{place} links"),
            "links of the reply change",
            Spot::at(&one.origin, was),
            Spot::at(&other.origin, is),
            scope,
        );
    }
    headers::compare(
        wire,
        (&one.headers, &other.headers),
        (&one.origin, &other.origin),
        &place,
        scope,
    );
    let (was, is) = (one.content.is_empty(), other.content.is_empty());
    if was != is {
        let (variance, what) = if is {
            (Variance::Narrows, "the body of the reply is removed")
        } else {
            (Variance::Widens, "a body is added to the reply")
        };
        let some = if was { &other.content } else { &one.content };
        let names = || some.iter().map(|media| media.name.value.as_str());
        let narrow = Scope {
            json: names().any(|name| !is_xml(name)),
            xml: names().any(is_xml),
            ..scope.clone()
        };
        let change = Change::new(
            &catalogue::REPLY_BODY,
            variance,
            place,
            what,
            Spot::at(&one.origin, if was { "no body" } else { "a body" }),
            Spot::at(&other.origin, if is { "no body" } else { "a body" }),
        )
        .reply();
        wire.report(change, &narrow);
        return;
    }
    let error = !one.status.is_success();
    media_types(
        wire,
        (&one.content, &other.content),
        (&one.origin, &other.origin),
        Direction::Reply,
        &place,
        error,
        scope,
    );
}
