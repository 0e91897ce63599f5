//! Where requests go.

use lavka_model::normalized::Server;

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
    if first_reported {
        if resolved(one) != resolved(other) {
            first(wire, one, other, &place, scope);
        }
        variables(wire, one, other, &place, scope);
    }
    for one in base {
        if let Some(other) = head.iter().find(|other| url(one) == url(other)) {
            variables(wire, one, other, &place, scope);
        }
    }
    let known = |all: &[Server], server: &Server| all.iter().any(|s| url(s) == url(server));
    let skip = usize::from(first_reported);
    for server in base.iter().skip(skip).filter(|s| !known(head, s)) {
        let change = Change::new(
            &catalogue::SERVER,
            Variance::Narrows,
            place.as_str(),
            format!("the server `{}` is removed", *server.url),
            Spot::at(&server.origin, server.url.as_str()),
            Spot::near(&other.origin),
        );
        wire.report(change, scope);
    }
    for server in head.iter().skip(skip).filter(|s| !known(base, s)) {
        let change = Change::new(
            &catalogue::SERVER,
            Variance::Widens,
            place.as_str(),
            format!("the server `{}` is added", *server.url),
            Spot::near(&one.origin),
            Spot::at(&server.origin, server.url.as_str()),
        );
        wire.report(change, scope);
    }
    for (one, other) in base.iter().zip(head) {
        if url(one) == url(other)
            && !super::schema::same_text(one.description.as_deref(), other.description.as_deref())
        {
            wire.documents(
                &catalogue::TAGS,
                place.as_str(),
                "the description of a server changes",
                Spot::at(&one.origin, ""),
                Spot::at(&other.origin, ""),
                scope,
            );
        }
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

fn variables(wire: &mut Wire<'_>, one: &Server, other: &Server, place: &str, scope: &Scope) {
    for (name, after) in &other.variables {
        if !one.variables.contains_key(name) {
            let after = Spot::at(&after.origin, name.as_str());
            let spots = (Spot::near(&one.origin), after);
            variable(wire, name, Variance::Widens, spots, place, scope);
        }
    }
    for (name, before) in &one.variables {
        let Some(after) = other.variables.get(name) else {
            let before = Spot::at(&before.origin, name.as_str());
            let spots = (before, Spot::near(&other.origin));
            variable(wire, name, Variance::Narrows, spots, place, scope);
            continue;
        };
        let place = format!("{place} variable {name}");
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
