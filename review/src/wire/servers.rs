//! Where requests go.

use std::collections::HashSet;

use lavka_model::normalized::{Document, Method, Server, without_names};

use super::{Change, Scope, Wire};
use crate::catalogue;
use crate::finding::{Effect, Finding, Spot};
use crate::level::{Direction, Level, Variance};

/// The URL, with scheme and host in lower case, without the usual port and a slash at its end.
fn url(server: &Server) -> String {
    normal(&server.url.value)
}

/// The URL where variables have their defaults.
fn resolved(server: &Server) -> String {
    let variables = server.variables.iter();
    let url = variables.fold(server.url.value.clone(), |url, (name, variable)| {
        url.replace(&format!("{{{name}}}"), &variable.default)
    });
    normal(&url)
}

/// Names of variables are as they are: they are replaced.
fn normal(url: &str) -> String {
    let url = url.trim_end_matches('/');
    let Some((scheme, rest)) = url.split_once("://") else {
        return url.to_owned();
    };
    let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let mut inside = false;
    let host = host.chars().map(|c| {
        inside = (inside || c == '{') && c != '}';
        if inside { c } else { c.to_ascii_lowercase() }
    });
    let (host, scheme): (String, String) = (host.collect(), scheme.to_ascii_lowercase());
    let port = match scheme.as_str() {
        "https" => ":443",
        "http" => ":80",
        _ => "",
    };
    format!(
        "{scheme}://{}{path}",
        host.strip_suffix(port).unwrap_or(&host)
    )
}

/// Scheme and the rest.
fn parts(url: &str) -> (&str, &str) {
    url.split_once("://").unwrap_or(("", url))
}

/// Paths of the default servers, where what one lacks is in the paths of its operations: every request has the same URL. `None`
/// where an operation has the path of before, or none has.
pub(super) fn moved_prefixes(base: &Document, head: &Document) -> Option<(String, String)> {
    let split = |document: &Document| {
        let url = resolved(document.servers.first()?);
        let (scheme, rest) = url.split_once("://")?;
        let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        Some((format!("{scheme}://{host}"), path.to_owned()))
    };
    let ((host, before), (new_host, after)) = (split(base)?, split(head)?);
    if host != new_host || before == after {
        return None;
    }
    let urls = |document: &Document, prefix: &str| -> HashSet<String> {
        let all = document.operations.iter();
        all.map(|op| format!("{} {prefix}{}", op.method.as_str(), without_names(&op.path)))
            .collect()
    };
    let stays = !urls(base, "").is_disjoint(&urls(head, ""));
    let moved = !urls(base, &before).is_disjoint(&urls(head, &after));
    (moved && !stays).then_some((before, after))
}

/// Whether an operation has the document's servers on both sides, or there is none at all.
pub(super) fn of_document(base: &Document, head: &Document) -> bool {
    let plain = |document: &Document| -> HashSet<(Method, String)> {
        let all = document.operations.iter();
        all.filter(|op| op.servers.is_none())
            .map(|op| (op.method.value, without_names(&op.path.value)))
            .collect()
    };
    let own = |document: &Document| {
        let mut all = document.operations.iter();
        document.operations.is_empty() || all.any(|op| op.servers.is_none())
    };
    !plain(base).is_disjoint(&plain(head)) || own(base) && own(head)
}

pub(super) fn compare(
    wire: &mut Wire<'_>,
    base: &[Server],
    head: &[Server],
    place: &str,
    scope: &Scope,
) {
    let (Some(one), Some(other)) = (base.first(), head.first()) else {
        return;
    };
    let place = format!("{place} servers").trim().to_owned();
    let first_reported = url(one) != url(other);
    let moved = scope.operation.is_none() && wire.prefixes.0 != wire.prefixes.1;
    if first_reported {
        if moved {
            wire.behaves(
                &catalogue::SERVER_URL,
                place.as_str(),
                format!(
                    "the default server is `{}` instead of `{}`, and paths have the difference",
                    *other.url, *one.url
                ),
                "the URLs are the same; rebuilt programs that set a base URL must change it",
                (
                    Spot::at(&one.url.origin, one.url.as_str()),
                    Spot::at(&other.url.origin, other.url.as_str()),
                ),
                scope,
            );
        } else if resolved(one) != resolved(other) {
            first(wire, one, other, &place, scope);
        }
        // A variable that comes or goes with the URL is no change of its own.
        if !moved && resolved(one) == resolved(other) {
            presence(wire, one, other, &place, scope);
        }
        variables(wire, one, other, &place, scope);
    }
    for one in base {
        if let Some(other) = head.iter().find(|other| url(one) == url(other)) {
            presence(wire, one, other, &place, scope);
            variables(wire, one, other, &place, scope);
        }
    }
    let skip = usize::from(first_reported);
    come_and_gone(wire, (base, head), skip, &place, scope);
    for (one, other) in base.iter().zip(head) {
        if url(one) == url(other) {
            wire.described(
                &catalogue::TAGS,
                &place,
                "the description of a server changes",
                (
                    (one.description.as_deref(), &one.origin),
                    (other.description.as_deref(), &other.origin),
                ),
                scope,
            );
        }
    }
}

/// Servers that only one side has, after those that were compared with each other.
fn come_and_gone(
    wire: &mut Wire<'_>,
    (base, head): (&[Server], &[Server]),
    skip: usize,
    place: &str,
    scope: &Scope,
) {
    // Where the rest moved to the paths, it is the same server.
    let plain = |server: &Server, prefix: &str| {
        let url = url(server);
        url.strip_suffix(prefix).unwrap_or(&url).to_owned()
    };
    let prefixes = wire.prefixes.clone();
    let old = |server: &Server| plain(server, &prefixes.0);
    let new = |server: &Server| plain(server, &prefixes.1);
    let gone = |server: &&Server| !head.iter().any(|other| new(other) == old(server));
    let fresh = |server: &&Server| !base.iter().any(|other| old(other) == new(server));
    let near = |servers: &[Server]| {
        servers
            .first()
            .map_or_else(Spot::default, |first| Spot::near(&first.origin))
    };
    for server in base.iter().skip(skip).filter(gone) {
        let change = Change::new(
            &catalogue::SERVER,
            Variance::Narrows,
            place,
            format!("the server `{}` is removed", *server.url),
            Spot::at(&server.origin, server.url.as_str()),
            near(head),
        );
        wire.report(change, scope);
    }
    for server in head.iter().skip(skip).filter(fresh) {
        let change = Change::new(
            &catalogue::SERVER,
            Variance::Widens,
            place,
            format!("the server `{}` is added", *server.url),
            near(base),
            Spot::at(&server.origin, server.url.as_str()),
        );
        wire.report(change, scope);
    }
}

fn first(wire: &mut Wire<'_>, one: &Server, other: &Server, place: &str, scope: &Scope) {
    let (old, new) = (url(one), url(other));
    let ((was, host), (is, new_host)) = (parts(&old), parts(&new));
    let (before, after) = (
        Spot::at(&one.url.origin, one.url.as_str()),
        Spot::at(&other.url.origin, other.url.as_str()),
    );
    let http = |scheme: &str| scheme.eq_ignore_ascii_case("http");
    let https = |scheme: &str| scheme.eq_ignore_ascii_case("https");
    let plaintext = https(was) && http(is);
    if plaintext || (http(was) && https(is)) {
        let variance = if plaintext {
            Variance::Narrows
        } else {
            Variance::Widens
        };
        let mut finding = Finding::new(
            &catalogue::PLAINTEXT,
            place,
            format!("`{}` instead of `{}`", *other.url, *one.url),
            before.clone(),
            after.clone(),
        );
        (finding.json, finding.xml) = (level(scope.json), level(scope.xml));
        finding.behaviour.push(Effect {
            level: catalogue::PLAINTEXT.levels.level(Direction::Argument, variance),
            text: if plaintext {
                "`build()` fails, unless the program allows plaintext; credentials can be read on the way"
            } else {
                "rebuilt programs need a TLS feature"
            }
            .to_owned(),
        });
        finding.variance = Some(variance);
        finding.operations.extend(scope.operation.clone());
        wire.out.add(finding);
    }
    if host != new_host {
        let change = Change::new(
            &catalogue::SERVER_URL,
            Variance::Incomparable,
            place,
            format!(
                "the default server is `{}` instead of `{}`",
                *other.url, *one.url
            ),
            before,
            after,
        )
        .behaves(
            Level::Risky,
            "rebuilt programs send requests, with their credentials, to another place",
        );
        wire.report(change, scope);
    }
}

fn level(on: bool) -> Level {
    if on { Level::Risky } else { Level::None }
}

/// A variable that is only on one side: programs can set it, or no longer.
fn variable(
    wire: &mut Wire<'_>,
    name: &str,
    variance: Variance,
    (before, after): (Spot, Spot),
    place: &str,
    scope: &Scope,
) {
    let what = match variance {
        Variance::Widens => format!("the variable `{name}` is added"),
        _ => format!("the variable `{name}` is removed"),
    };
    let place = format!("{place} variable {name}");
    let check = &catalogue::SERVER_VARIABLE;
    let change = Change::new(check, variance, place, what, before, after);
    wire.report(change, scope);
}

/// Reports variables that only one side has.
fn presence(wire: &mut Wire<'_>, one: &Server, other: &Server, place: &str, scope: &Scope) {
    for (name, after) in &other.variables {
        if !one.variables.contains_key(name) {
            let after = Spot::at(&after.origin, name.as_str());
            let spots = (Spot::near(&one.origin), after);
            variable(wire, name, Variance::Widens, spots, place, scope);
        }
    }
    for (name, before) in &one.variables {
        if !other.variables.contains_key(name) {
            let before = Spot::at(&before.origin, name.as_str());
            let spots = (before, Spot::near(&other.origin));
            variable(wire, name, Variance::Narrows, spots, place, scope);
        }
    }
}

/// Compares the variables that both sides have.
fn variables(wire: &mut Wire<'_>, one: &Server, other: &Server, place: &str, scope: &Scope) {
    for (name, before) in &one.variables {
        let Some(after) = other.variables.get(name) else {
            continue;
        };
        let place = format!("{place} variable {name}");
        wire.described(
            &catalogue::TAGS,
            &place,
            &format!("the description of the variable `{name}` changes"),
            (
                (before.description.as_deref(), &before.origin),
                (after.description.as_deref(), &after.origin),
            ),
            scope,
        );
        if before.default.value != after.default.value {
            let change = Change::new(
                &catalogue::SERVER_VARIABLE,
                Variance::Incomparable,
                place.as_str(),
                format!(
                    "the default of `{name}` is `{}` instead of `{}`",
                    *after.default, *before.default
                ),
                Spot::at(&before.default.origin, before.default.as_str()),
                Spot::at(&after.default.origin, after.default.as_str()),
            )
            .behaves(
                Level::Risky,
                "rebuilt programs that do not set it call another server",
            );
            wire.report(change, scope);
        }
        let values = |variable: &lavka_model::normalized::ServerVariable| -> Vec<String> {
            variable
                .values
                .iter()
                .map(|value| value.value.clone())
                .collect()
        };
        let (was, is) = (values(before), values(after));
        let missing = |some: &[String], from: &[String]| some.iter().any(|v| !from.contains(v));
        let variance = match (was.is_empty(), is.is_empty()) {
            (true, true) => None,
            (true, false) => Some(Variance::Narrows),
            (false, true) => Some(Variance::Widens),
            (false, false) => Variance::of(missing(&was, &is), missing(&is, &was)),
        };
        if let Some(variance) = variance {
            let change = Change::new(
                &catalogue::SERVER_VARIABLE,
                variance,
                place.as_str(),
                format!("values of `{name}` change"),
                Spot::at(&before.origin, was.join(", ")),
                Spot::at(&after.origin, is.join(", ")),
            );
            wire.report(change, scope);
        }
    }
}
