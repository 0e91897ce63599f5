//! The document as a whole: title, servers, limits, credentials, dialect.

use std::collections::HashSet;

use indexmap::IndexMap;
use lavka_model::normalized::{
    Dialect, Document, EXTERNAL_DOCS, EnvelopeNames, INFO_TERMS, Method, RateLimit, Spanned,
    without_names,
};
use lavka_model::source::Node;

use super::{Change, Scope, Wire, security, servers, texts};
use crate::catalogue;
use crate::finding::Spot;
use crate::level::{Level, Variance};

pub(super) fn compare(wire: &mut Wire<'_>) {
    let scope = Scope {
        operation: None,
        json: true,
        xml: wire.speaks_xml,
    };
    let (base, head) = (wire.base, wire.head);
    info(wire, &scope);
    if servers::of_document(base, head) {
        servers::compare(wire, &base.servers, &head.servers, "", &scope);
    }
    security::schemes(wire);
    rate_limits(wire, &scope);
    dialect(wire, &scope);
    failures(wire, &scope);
    let names = |list: &[Spanned<String>]| {
        let mut names: Vec<String> = list.iter().map(|name| name.value.clone()).collect();
        names.sort();
        names
    };
    let (was, is) = (names(&base.webhooks), names(&head.webhooks));
    let missing = |some: &[String], from: &[String]| some.iter().any(|name| !from.contains(name));
    if let Some(variance) = Variance::of(missing(&was, &is), missing(&is, &was)) {
        let change = Change::new(
            &catalogue::CALLBACKS,
            variance,
            "webhooks",
            "webhooks change",
            Spot::at(&base.origin, was.join(", ")),
            Spot::at(&head.origin, is.join(", ")),
        );
        wire.report(change, &Scope::default());
    }
}

fn info(wire: &mut Wire<'_>, scope: &Scope) {
    let (base, head) = (wire.base, wire.head);
    let (one, other) = (&base.info, &head.info);
    let text = |text: &Option<Spanned<String>>| text.as_ref().map(|text| text.value.clone());
    let texts = |info: &lavka_model::normalized::Info| {
        [
            ("title", Some(info.title.value.clone())),
            ("summary", text(&info.summary)),
            ("description", text(&info.description)),
        ]
    };
    for ((what, before), (_, after)) in texts(one).into_iter().zip(texts(other)) {
        if !texts::same_text(before.as_ref(), after.as_ref()) {
            wire.documents(
                &catalogue::INFO,
                format!("info {what}"),
                format!("the {what} of the document changes"),
                Spot::at(&one.title.origin, before.unwrap_or_default()),
                Spot::at(&other.title.origin, after.unwrap_or_default()),
                scope,
            );
        }
    }
    let tags = |document: &Document| {
        let mut tags: Vec<String> = document
            .tags
            .iter()
            .map(|tag| {
                let docs = tag.extensions.get(EXTERNAL_DOCS).map(Node::to_json);
                format!("{} {:?} {docs:?}", tag.name.value, text(&tag.description))
            })
            .collect();
        tags.sort();
        tags
    };
    let roots = || {
        (
            (&base.extensions, &base.origin),
            (&head.extensions, &head.origin),
        )
    };
    let infos = || {
        (
            (&one.extensions, &one.title.origin),
            (&other.extensions, &other.title.origin),
        )
    };
    let terms = INFO_TERMS.map(|key| (key, infos()));
    for (key, (before, after)) in terms.into_iter().chain([(EXTERNAL_DOCS, roots())]) {
        if let Some((before, after)) = texts::member(key, before, after) {
            wire.documents(
                &catalogue::INFO,
                format!("info {key}"),
                format!("`{key}` of the document changes"),
                before,
                after,
                scope,
            );
        }
    }
    if tags(base) != tags(head) {
        wire.documents(
            &catalogue::TAGS,
            "document",
            "tags change",
            Spot::at(&base.origin, ""),
            Spot::at(&head.origin, ""),
            scope,
        );
    }
    for (place, (before, after)) in [("document", roots()), ("info", infos())] {
        if let Some((what, before, after)) = texts::extension_change(before, after) {
            wire.documents(&catalogue::EXTENSION, place, what, before, after, scope);
        }
    }
}

fn dialect(wire: &mut Wire<'_>, scope: &Scope) {
    let (one, other) = (&wire.base.lavka.xml_dialect, &wire.head.lavka.xml_dialect);
    if one.value != other.value {
        let word = |dialect: Dialect| match dialect {
            Dialect::Plain => "plain",
            Dialect::Trimmed => "trimmed",
            Dialect::Rails => "rails",
        };
        let (was, is) = (word(one.value), word(other.value));
        let rails = [one.value, other.value].contains(&Dialect::Rails);
        let (level, text) = if rails {
            (
                Level::Breaking,
                "rebuilt programs write and read XML differently",
            )
        } else {
            (
                Level::Risky,
                "rebuilt programs read white space around strings differently",
            )
        };
        let change = Change::new(
            &catalogue::XML_DIALECT,
            Variance::Incomparable,
            "document dialect",
            format!("the XML dialect is `{is}` instead of `{was}`"),
            Spot::at(&one.origin, was),
            Spot::at(&other.origin, is),
        )
        .level(level)
        .behaves(level, text);
        let scope = Scope {
            json: false,
            xml: true,
            ..scope.clone()
        };
        wire.report(change, &scope);
    }
}

/// Whether any call counts against a rate limit.
fn counts(document: &Document, name: &str) -> bool {
    let limit = document.lavka.rate_limits.get(name);
    let mut operations = document.operations.iter();
    limit.is_some_and(|limit| limit.default.value)
        || operations.any(|op| {
            op.lavka
                .rate_limit
                .as_deref()
                .is_some_and(|own| own == name)
        })
}

fn rate_limits(wire: &mut Wire<'_>, scope: &Scope) {
    let (base, head) = (wire.base, wire.head);
    let idle = |name: &str| !counts(base, name) && !counts(head, name);
    for (name, one) in &base.lavka.rate_limits {
        if idle(name) {
            continue;
        }
        let place = format!("rate limit {name}");
        if renamed_limit(base, head, name).is_some() {
            continue;
        }
        let Some(other) = head.lavka.rate_limits.get(name) else {
            let change = Change::new(
                &catalogue::RATE_LIMIT,
                Variance::Widens,
                place,
                format!("the rate limit `{name}` is removed"),
                Spot::at(&one.origin, show(one)),
                Spot::near(&head.origin),
            )
            .behaves(Level::Risky, "rebuilt programs no longer respect it");
            wire.report(change, scope);
            continue;
        };
        rate_limit(wire, name, (one, other), scope);
    }
    for (name, other) in &head.lavka.rate_limits {
        let renamed = || renamed_limit(head, base, name).is_some();
        if !base.lavka.rate_limits.contains_key(name) && !idle(name) && !renamed() {
            let change = Change::new(
                &catalogue::RATE_LIMIT,
                Variance::Narrows,
                format!("rate limit {name}"),
                format!("the rate limit `{name}` is added: {}", show(other)),
                Spot::near(&base.origin),
                Spot::at(&other.origin, show(other)),
            )
            .behaves(Level::Risky, "rebuilt programs respect it");
            wire.report(change, scope);
        }
    }
}

/// Whether an operation names no rate limit on either side: the default of the document applies.
fn has_default_calls(base: &Document, head: &Document) -> bool {
    let unnamed = |document: &Document| -> HashSet<(Method, String)> {
        let all = document.operations.iter();
        all.filter(|op| op.lavka.rate_limit.is_none())
            .map(|op| (op.method.value, without_names(&op.path.value)))
            .collect()
    };
    !unnamed(base).is_disjoint(&unnamed(head))
}

/// The name that a rate limit has in the other document: of the only one that says the same there, and is not here.
pub(super) fn renamed_limit<'a>(of: &Document, other: &'a Document, name: &str) -> Option<&'a str> {
    let (ours, theirs) = (&of.lavka.rate_limits, &other.lavka.rate_limits);
    let only = |all: &'_ RateLimits, limit: &RateLimit, others: &RateLimits| {
        let same = |(known, one): &(&String, &RateLimit)| {
            !others.contains_key(*known) && said(one) == said(limit)
        };
        all.iter().filter(same).count() == 1
    };
    let limit = ours.get(name).filter(|_| !theirs.contains_key(name))?;
    let alone = only(ours, limit, theirs) && only(theirs, limit, ours);
    let mut names = theirs.iter();
    let found = names.find(|(known, one)| !ours.contains_key(*known) && said(one) == said(limit));
    found.map(|(known, _)| known.as_str()).filter(|_| alone)
}

type RateLimits = IndexMap<String, RateLimit>;

/// All that a rate limit says.
fn said(limit: &RateLimit) -> impl PartialEq {
    let header = limit.header.as_ref().map(|header| header.value.clone());
    let wait = limit.busy_wait.as_ref().map(|wait| wait.value);
    let size = (limit.requests.value, limit.seconds.value);
    (size, limit.default.value, header, wait)
}

/// Requests and seconds of a rate limit.
fn show(limit: &RateLimit) -> String {
    format!("{} in {} s", *limit.requests, *limit.seconds)
}

/// A rate limit that both sides have.
fn rate_limit(
    wire: &mut Wire<'_>,
    name: &str,
    (one, other): (&RateLimit, &RateLimit),
    scope: &Scope,
) {
    let place = format!("rate limit {name}");
    let spots = || {
        (
            Spot::at(&one.origin, show(one)),
            Spot::at(&other.origin, show(other)),
        )
    };
    let (before, after) = spots();
    if (one.requests.value, one.seconds.value) != (other.requests.value, other.seconds.value) {
        // Fewer at once, or fewer in the long run, is a tighter limit.
        let rate = |limit: &RateLimit| {
            u128::from(limit.requests.value) * 1_000_000 / u128::from(limit.seconds.value.max(1))
        };
        let lost = other.requests.value < one.requests.value || rate(other) < rate(one);
        let gained = other.requests.value > one.requests.value || rate(other) > rate(one);
        let variance = Variance::of(lost, gained).unwrap_or(Variance::Incomparable);
        let level = catalogue::RATE_LIMIT
            .levels
            .level(crate::level::Direction::Argument, variance);
        let change = Change::new(
            &catalogue::RATE_LIMIT,
            variance,
            place.as_str(),
            format!("`{name}` is {} instead of {}", show(other), show(one)),
            before,
            after,
        )
        .behaves(level, "rebuilt programs use the new rate limit");
        wire.report(change, scope);
    }
    let by_default = has_default_calls(wire.base, wire.head);
    let rest = |limit: &RateLimit| {
        let header = limit.header.as_ref().map(|header| header.value.clone());
        let wait = limit.busy_wait.as_ref().map(|wait| wait.value);
        (limit.default.value && by_default, header, wait)
    };
    if rest(one) != rest(other) {
        let (before, after) = spots();
        let what = format!("what counts against `{name}`, or how its use is read, changes");
        let text = "rebuilt programs use the new rate limit";
        wire.behaves(
            &catalogue::RATE_LIMIT,
            format!("{place} use"),
            what,
            text,
            (before, after),
            scope,
        );
    }
}

fn failures(wire: &mut Wire<'_>, scope: &Scope) {
    let (one, other) = (&wire.base.lavka, &wire.head.lavka);
    let names = |list: &[Spanned<String>]| {
        let mut names: Vec<String> = list.iter().map(|name| name.value.clone()).collect();
        names.sort();
        names
    };
    let spots = (
        Spot::at(&wire.base.origin, ""),
        Spot::at(&wire.head.origin, ""),
    );
    let (was, is) = (&one.failure_codes, &other.failure_codes);
    if names(&was.auth) != names(&is.auth) || names(&was.quota) != names(&is.quota) {
        wire.behaves(
            &catalogue::FAILURE_CODES,
            "document failure codes",
            "what codes of failures mean changes",
            "rebuilt programs treat other failures as those of credentials or quotas",
            spots.clone(),
            scope,
        );
    }
    let envelope = |envelope: &EnvelopeNames| {
        let success: Vec<String> = envelope
            .success
            .iter()
            .map(|value| value.to_json().to_string())
            .collect();
        let text = |text: &Option<Spanned<String>>| text.as_ref().map(|text| text.value.clone());
        format!(
            "{} {success:?} {:?} {:?}",
            envelope.status.value,
            text(&envelope.message),
            text(&envelope.errors)
        )
    };
    if one.envelope.as_ref().map(envelope) != other.envelope.as_ref().map(envelope) {
        wire.behaves(
            &catalogue::ENVELOPE,
            "document envelope",
            "`x-envelope` of the document changes",
            "rebuilt programs treat other replies as failures",
            spots,
            scope,
        );
    }
}
