//! Where tokens come from: the flows of OAuth 2, and what takes their place.

use lavka_model::normalized::{OAuthFlow, OAuthFlowKind, SecurityKind, SecurityScheme, Spanned};
use lavka_model::source::Origin;

use super::texts::same_text;
use super::{Change, Scope, Wire};
use crate::catalogue;
use crate::finding::Spot;
use crate::level::{Level, Variance};

/// What gives the tokens of a scheme; nothing where it has none.
fn source(scheme: &SecurityScheme) -> Option<&'static str> {
    match &scheme.kind {
        SecurityKind::Http { scheme, .. } if scheme.value == "bearer" => Some("the program"),
        SecurityKind::OAuth2 { .. } => Some("OAuth 2"),
        SecurityKind::OpenIdConnect { .. } => Some("OpenID Connect"),
        _ => None,
    }
}

fn flows(scheme: &SecurityScheme) -> &[OAuthFlow] {
    match &scheme.kind {
        SecurityKind::OAuth2 { flows } => flows,
        _ => &[],
    }
}

fn word(kind: OAuthFlowKind) -> &'static str {
    match kind {
        OAuthFlowKind::AuthorizationCode => "authorizationCode",
        OAuthFlowKind::ClientCredentials => "clientCredentials",
        OAuthFlowKind::Implicit => "implicit",
        OAuthFlowKind::Password => "password",
    }
}

/// Compares where the tokens of a scheme come from. `live`: some operation uses it.
pub(super) fn compare(
    wire: &mut Wire<'_>,
    (one, other): (&SecurityScheme, &SecurityScheme),
    live: bool,
    place: &str,
    scope: &Scope,
) {
    let mut out = Tokens {
        wire,
        live,
        place,
        scope,
    };
    let near = (&one.origin, &other.origin);
    if let (Some(was), Some(is)) = (source(one), source(other))
        && was != is
    {
        let what = format!("tokens come from {is} instead of {was}");
        let text = match is {
            "the program" => "rebuilt programs no longer get tokens by themselves".to_owned(),
            _ => format!("rebuilt programs get tokens from {is}"),
        };
        let spots = (Spot::at(near.0, was), Spot::at(near.1, is));
        out.push(Level::Risky, what, text, spots);
        return;
    }
    let find = |all: &'_ [OAuthFlow], kind| all.iter().position(|flow| flow.kind == kind);
    for flow in flows(one) {
        let Some(at) = find(flows(other), flow.kind) else {
            let kind = word(flow.kind);
            let spots = (Spot::at(near.0, kind), Spot::near(near.1));
            let what = format!("the flow `{kind}` is removed");
            let text = "programs that get tokens by it no longer get any";
            out.push(Level::Risky, what, text.to_owned(), spots);
            continue;
        };
        out.urls(flow, &flows(other)[at], near);
        out.scopes(flow, &flows(other)[at]);
    }
    for flow in flows(other) {
        if find(flows(one), flow.kind).is_none() {
            let kind = word(flow.kind);
            let spots = (Spot::near(near.0), Spot::at(near.1, kind));
            let what = format!("the flow `{kind}` is added");
            let text = "programs may get tokens by it";
            out.push(Level::Compatible, what, text.to_owned(), spots);
        }
    }
}

struct Tokens<'w, 'a> {
    wire: &'w mut Wire<'a>,
    live: bool,
    place: &'w str,
    scope: &'w Scope,
}

type Text = Option<Spanned<String>>;

impl Tokens<'_, '_> {
    /// A change; of a scheme that no operation uses, only the documentation changes.
    fn push(&mut self, level: Level, what: String, text: String, (before, after): (Spot, Spot)) {
        let (check, place) = (&catalogue::TOKEN_URL, self.place);
        if !self.live {
            self.wire
                .documents(check, place, what, before, after, self.scope);
            return;
        }
        let change = Change::new(check, Variance::Incomparable, place, what, before, after);
        self.wire.behaves_at(change, level, text, self.scope);
    }

    fn urls(&mut self, one: &OAuthFlow, other: &OAuthFlow, near: (&Origin, &Origin)) {
        let tokens = "rebuilt programs request tokens from another URL";
        let users = "rebuilt programs send users to another URL";
        for (name, (was, is), text) in [
            (
                "authorization URL",
                (&one.authorization_url, &other.authorization_url),
                users,
            ),
            ("token URL", (&one.token_url, &other.token_url), tokens),
            (
                "refresh URL",
                (&one.refresh_url, &other.refresh_url),
                tokens,
            ),
        ] {
            if was.as_deref() == is.as_deref() {
                continue;
            }
            let say = |url: &Text| {
                url.as_deref()
                    .map_or("none".to_owned(), |url| format!("`{url}`"))
            };
            let spot = |url: &Text, near: &Origin| {
                url.as_ref().map_or_else(
                    || Spot::near(near),
                    |url| Spot::at(&url.origin, url.value.as_str()),
                )
            };
            let what = format!("the {name} is {} instead of {}", say(is), say(was));
            let spots = (spot(was, near.0), spot(is, near.1));
            self.push(Level::Risky, what, text.to_owned(), spots);
        }
    }

    /// Descriptions of scopes. Which ones a call needs, operations say.
    fn scopes(&mut self, one: &OAuthFlow, other: &OAuthFlow) {
        let changed = one.scopes.iter().find_map(|(name, was)| {
            let is = other.scopes.get(name)?;
            (!same_text(Some(&was.value), Some(&is.value))).then_some((name, was, is))
        });
        let Some((name, was, is)) = changed else {
            return;
        };
        let what = format!("the description of the scope `{name}` changes");
        let (before, after) = (
            Spot::at(&was.origin, was.value.as_str()),
            Spot::at(&is.origin, is.value.as_str()),
        );
        let check = &catalogue::TAGS;
        self.wire
            .documents(check, self.place, what, before, after, self.scope);
    }
}
