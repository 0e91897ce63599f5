//! Credentials: which are accepted, and how they travel.

use std::collections::{BTreeMap, BTreeSet};

use lavka_model::normalized::{
    Document, Operation, SecurityKind, SecurityRequirement, SecurityScheme, Spanned,
};

use super::params::word;
use super::{Change, Scope, Wire, title, tokens};
use crate::catalogue;
use crate::finding::{Effect, Finding, Spot};
use crate::level::{Level, Variance};

/// How a credential travels; where the name of the scheme has no meaning.
fn travels(scheme: &SecurityScheme) -> String {
    match &scheme.kind {
        SecurityKind::ApiKey { name, location } => {
            let mut name = name.value.clone();
            if word(location.value) == "header" {
                name.make_ascii_lowercase();
            }
            format!("`{name}` in the {}", word(location.value))
        }
        SecurityKind::Http { scheme, .. } if scheme.value == "bearer" => BEARER.to_owned(),
        SecurityKind::Http { scheme, .. } => format!("HTTP {}", scheme.value),
        SecurityKind::OAuth2 { .. } | SecurityKind::OpenIdConnect { .. } => BEARER.to_owned(),
        SecurityKind::MutualTls => "mutual TLS".to_owned(),
        SecurityKind::Unknown => "unknown".to_owned(),
    }
}

/// How tokens travel, whatever they come from.
const BEARER: &str = "a bearer token";

/// The issuer of tokens. Those of another one are refused.
fn issuer(scheme: &SecurityScheme) -> Option<&Spanned<String>> {
    match &scheme.kind {
        SecurityKind::OpenIdConnect { url } => Some(url),
        _ => None,
    }
}

/// What makes two schemes of different names the same.
fn identity(scheme: &SecurityScheme) -> String {
    match &scheme.kind {
        SecurityKind::OAuth2 { .. } => "OAuth 2".to_owned(),
        SecurityKind::OpenIdConnect { url } => format!("OpenID Connect of {}", url.value),
        _ => travels(scheme),
    }
}

/// Which operations use a scheme.
fn used(document: &Document, name: &str) -> bool {
    document
        .operations
        .iter()
        .flat_map(|op| &op.security)
        .any(|alternative| alternative.schemes.contains_key(name))
}

/// Compares the schemes that both have.
pub(super) fn schemes(wire: &mut Wire<'_>) {
    let (base, head) = (wire.base, wire.head);
    for (name, one) in &base.security_schemes {
        let Some(other) = head.security_schemes.get(name) else {
            continue;
        };
        let place = format!("security scheme {name}");
        let live = used(base, name) || used(head, name);
        let scope = Scope {
            operation: None,
            json: live,
            xml: live && wire.speaks_xml,
        };
        carrier(wire, (one, other), live, &place, &scope);
        tokens::compare(wire, (one, other), live, &place, &scope);
        logins(wire, (one, other), &place, &scope);
        wire.described(
            &catalogue::TAGS,
            &place,
            "the description of a security scheme changes",
            (
                (one.description.as_deref(), &one.origin),
                (other.description.as_deref(), &other.origin),
            ),
            &scope,
        );
    }
}

/// How a credential travels. Of a scheme that no operation uses, only the documentation changes.
fn carrier(
    wire: &mut Wire<'_>,
    (one, other): (&SecurityScheme, &SecurityScheme),
    live: bool,
    place: &str,
    scope: &Scope,
) {
    let (was, is) = (travels(one), travels(other));
    if was == is {
        issuers(wire, (one, other), live, place, scope);
        return;
    }
    let what = format!("it is {is} instead of {was}");
    let (before, after) = (
        Spot::at(&place_of(one), was),
        Spot::at(&place_of(other), is.as_str()),
    );
    let check = &catalogue::CREDENTIAL;
    if live {
        let change = Change::new(check, Variance::Incomparable, place, what, before, after);
        let text = format!("rebuilt programs send it as {is}");
        wire.report(change.behaves(Level::Breaking, text), scope);
    } else {
        wire.documents(check, place, what, before, after, scope);
    }
}

/// Tokens of another issuer. Which flows there are, it says itself.
fn issuers(
    wire: &mut Wire<'_>,
    (one, other): (&SecurityScheme, &SecurityScheme),
    live: bool,
    place: &str,
    scope: &Scope,
) {
    let (Some(was), Some(is)) = (issuer(one), issuer(other)) else {
        return;
    };
    if was.value == is.value {
        return;
    }
    let what = format!(
        "tokens are issued by `{}` instead of `{}`",
        is.value, was.value
    );
    let (before, after) = (
        Spot::at(&was.origin, was.value.as_str()),
        Spot::at(&is.origin, is.value.as_str()),
    );
    let check = &catalogue::CREDENTIAL;
    if live {
        let change = Change::new(check, Variance::Incomparable, place, what, before, after);
        let text =
            "rebuilt programs get tokens from the new issuer; tokens of the old one are rejected";
        wire.report(change.behaves(Level::Breaking, text), scope);
    } else {
        wire.documents(check, place, what, before, after, scope);
    }
}

fn logins(
    wire: &mut Wire<'_>,
    (one, other): (&SecurityScheme, &SecurityScheme),
    place: &str,
    scope: &Scope,
) {
    let names = renamed_arguments(one, other);
    let (was, is) = (login(one, &[]), login(other, &names));
    let (before, after) = (Spot::at(&one.origin, ""), Spot::at(&other.origin, ""));
    let check = &catalogue::LOGIN;
    if was == is {
        if !names.is_empty() {
            let what = "arguments of `x-login` are renamed";
            wire.documents(check, place, what, before, after, scope);
        }
        return;
    }
    // Another end of the token's life: the login is repeated at another time.
    let (level, text) = if was.0 == is.0 {
        let text = "rebuilt programs log in again at another time";
        (Level::Risky, text)
    } else {
        (Level::Breaking, "rebuilt programs log in differently")
    };
    let mut finding = Finding::new(check, place, "`x-login` changes", before, after);
    let text = text.to_owned();
    finding.behaviour.push(Effect { level, text });
    wire.out.add(finding);
}

fn place_of(scheme: &SecurityScheme) -> lavka_model::source::Origin {
    match &scheme.kind {
        SecurityKind::ApiKey { name, .. } => name.origin.clone(),
        SecurityKind::Http { scheme, .. } => scheme.origin.clone(),
        _ => scheme.origin.clone(),
    }
}

/// Arguments of `x-login` that only have another name, new and old: which callers do not write.
fn renamed_arguments<'a>(
    one: &'a SecurityScheme,
    other: &'a SecurityScheme,
) -> Vec<(&'a str, &'a str)> {
    let names = |scheme: &'a SecurityScheme| -> Vec<&'a str> {
        let login = scheme.login.as_ref();
        login.map_or_else(Vec::new, |login| {
            login.arguments.iter().map(|a| a.value.as_str()).collect()
        })
    };
    let (was, is) = (names(one), names(other));
    if was.len() != is.len() {
        return Vec::new();
    }
    let pairs = is.iter().copied().zip(was.iter().copied());
    pairs
        .filter(|(new, old)| !was.contains(new) && !is.contains(old))
        .collect()
}

/// How a program logs in, and which property says until when the token is valid; arguments by their old names.
fn login<'a>(scheme: &'a SecurityScheme, names: &[(&str, &str)]) -> (String, Option<&'a str>) {
    scheme
        .login
        .as_ref()
        .map_or_else(Default::default, |login| {
            let template = |text: &str| {
                let mut text = text.to_owned();
                for (new, old) in names {
                    text = text.replace(&format!("{{{new}}}"), &format!("{{{old}}}"));
                }
                text
            };
            let request: BTreeMap<&String, String> = login
                .request
                .iter()
                .map(|(name, text)| (name, template(&text.value)))
                .collect();
            let known = |name: &'_ String| {
                let renamed = names.iter().find(|(new, _)| new == name);
                renamed.map_or_else(|| name.clone(), |(_, old)| (*old).to_owned())
            };
            let arguments: Vec<String> = login.arguments.iter().map(|a| known(&a.value)).collect();
            let how = format!(
                "{} {arguments:?} {request:?} {}",
                login.operation.value, login.token.value,
            );
            (how, login.expires.as_ref().map(|end| end.value.as_str()))
        })
}

/// An alternative: how its credentials travel, each with its scopes.
type Alternative = BTreeMap<String, BTreeSet<String>>;

/// Whether a scheme gives scopes, as far as it is known.
fn scoped(document: &Document, scheme: &str) -> bool {
    let scheme = document.security_schemes.get(scheme);
    scheme.is_none_or(|scheme| {
        matches!(
            scheme.kind,
            SecurityKind::OAuth2 { .. } | SecurityKind::OpenIdConnect { .. }
        )
    })
}

fn alternatives(
    document: &Document,
    other: &Document,
    security: &[SecurityRequirement],
) -> Vec<Alternative> {
    // A scheme that both have is the same one, however it travels: that is a change of the scheme.
    let name = |name: &String| {
        let own = document.security_schemes.get(name);
        if own.is_some() && other.security_schemes.contains_key(name) {
            return format!("={name}");
        }
        own.map_or(name.clone(), identity)
    };
    security
        .iter()
        .map(|alternative| {
            let schemes = alternative.schemes.iter();
            schemes
                .map(|(scheme, scopes)| {
                    // Of a scheme that had no scopes they are a part of what it is now.
                    let both = scoped(document, scheme) && scoped(other, scheme);
                    let scopes = scopes.iter().filter(|_| both);
                    let scopes = scopes.map(|scope| scope.value.clone()).collect();
                    (name(scheme), scopes)
                })
                .collect()
        })
        .collect()
}

/// Names the two sides the same where a scheme only changed its name.
fn aligned(
    base: &Document,
    head: &Document,
    one: &[SecurityRequirement],
    other: &[SecurityRequirement],
) -> (Vec<Alternative>, Vec<Alternative>) {
    let before = alternatives(base, head, one);
    let after = alternatives(head, base, other);
    let rename = |document: &Document, all: Vec<Alternative>, others: &[Alternative]| {
        let known: BTreeSet<&String> = others.iter().flat_map(BTreeMap::keys).collect();
        all.into_iter()
            .map(|alternative| {
                alternative
                    .into_iter()
                    .map(|(name, scopes)| {
                        let scheme = name
                            .strip_prefix('=')
                            .filter(|_| !known.contains(&name))
                            .and_then(|plain| document.security_schemes.get(plain));
                        (scheme.map_or(name, identity), scopes)
                    })
                    .collect()
            })
            .collect::<Vec<Alternative>>()
    };
    let first = rename(base, before.clone(), &after);
    let second = rename(head, after, &before);
    (first, second)
}

fn show(alternatives: &[SecurityRequirement]) -> String {
    if alternatives.is_empty() {
        return "no credential".to_owned();
    }
    let one = |alternative: &SecurityRequirement| {
        if alternative.schemes.is_empty() {
            return "no credential".to_owned();
        }
        let names: Vec<&str> = alternative.schemes.keys().map(String::as_str).collect();
        names.join(" and ")
    };
    let all: Vec<String> = alternatives.iter().map(one).collect();
    all.join(", or ")
}

/// The scopes of all alternatives.
fn scopes(alternatives: &[SecurityRequirement]) -> String {
    let one = |alternative: &SecurityRequirement| {
        let names = alternative.schemes.values().flatten();
        let names: Vec<&str> = names.map(|scope| scope.value.as_str()).collect();
        match names.is_empty() {
            true => "none".to_owned(),
            false => crate::finding::listed(&names),
        }
    };
    let all: Vec<String> = alternatives.iter().map(one).collect();
    all.join(" or ")
}

pub(super) fn operation(wire: &mut Wire<'_>, base: &Operation, head: &Operation, scope: &Scope) {
    let (mut before, mut after) = aligned(wire.base, wire.head, &base.security, &head.security);
    for all in [&mut before, &mut after] {
        if all.is_empty() {
            all.push(Alternative::new());
        }
    }
    // What was enough is enough if some alternative asks for no more.
    let enough = |given: &Alternative, needed: &[Alternative]| {
        needed.iter().any(|alternative| {
            alternative
                .iter()
                .all(|(name, scopes)| given.get(name).is_some_and(|have| scopes.is_subset(have)))
        })
    };
    let lost = before.iter().any(|given| !enough(given, &after));
    let gained = after.iter().any(|given| !enough(given, &before));
    let Some(variance) = Variance::of(lost, gained) else {
        return;
    };
    let names = |all: &[Alternative]| -> BTreeSet<BTreeSet<String>> {
        all.iter()
            .map(|alternative| alternative.keys().cloned().collect())
            .collect()
    };
    let scopes_only = names(&before) == names(&after);
    let origin = |op: &Operation, document: &Document| {
        let first = op.security.first();
        first.map_or_else(
            || {
                if op.security.is_empty()
                    && document.operations.iter().all(|op| op.security.is_empty())
                {
                    document.origin.clone()
                } else {
                    op.origin.clone()
                }
            },
            |first| first.origin.clone(),
        )
    };
    let (was, is) = (show(&base.security), show(&head.security));
    let check = if scopes_only {
        &catalogue::SCOPES
    } else {
        &catalogue::SECURITY
    };
    let what = if scopes_only {
        let (was, is) = (scopes(&base.security), scopes(&head.security));
        format!("the scopes are {is} instead of {was}")
    } else {
        format!("{is} instead of {was}")
    };
    let change = Change::new(
        check,
        variance,
        format!("{} security", title(base)),
        what,
        Spot::at(&origin(base, wire.base), was),
        Spot::at(&origin(head, wire.head), is),
    );
    let level = match variance {
        Variance::Widens => Level::Compatible,
        _ => Level::Breaking,
    };
    let text = match scopes_only {
        true => "rebuilt programs ask for tokens with other scopes",
        false => "rebuilt programs send other credentials",
    };
    wire.report(change.behaves(level, text), scope);
}
