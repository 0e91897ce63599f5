//! Tokens by OAuth 2 and OpenID Connect: the flows that the client runs itself, and tokens that the caller gets.

use lavka_model::model::{Api, AuthKind, AuthScheme, OAuthFlow, OAuthFlowKind};
use lavka_model::normalized::Spanned;

use super::{Kind, Made};
use crate::plan::docs::Docs;
use crate::plan::markdown;
use crate::plan::names::Name;
use crate::plan::spelling::Case;

/// A flow of OAuth 2 whose tokens the client gets.
#[derive(Clone, Debug)]
pub struct Flow {
    /// The name of its constant.
    pub constant: Name,
    /// Documentation of the constant.
    pub docs: Docs,
    /// Where tokens are requested.
    pub token_url: String,
    /// Where they are renewed, if elsewhere.
    pub refresh_url: Option<String>,
    /// The scopes to ask for.
    pub scopes: Vec<String>,
}

/// The constructors of a scheme beside that of a fixed token.
pub(super) fn constructors(
    api: &Api,
    scheme: &AuthScheme,
    named: &dyn Fn(&str) -> Name,
) -> Vec<Made> {
    let flows = match &scheme.kind {
        AuthKind::OAuth2 { flows } => flows.as_slice(),
        AuthKind::OpenIdConnect { .. } => &[],
        AuthKind::Token { scheme: http } if http == "Bearer" && scheme.login.is_none() => &[],
        _ => return Vec::new(),
    };
    let mut made: Vec<Made> = Vec::new();
    let own = flows
        .iter()
        .find(|flow| flow.kind == OAuthFlowKind::ClientCredentials);
    if let Some((flow, token_url)) = own.and_then(|flow| Some((flow, text(&flow.token_url)?))) {
        let flow = Flow {
            constant: named("client_credentials").in_case(Case::Shouty, ""),
            docs: flow_docs(&named("client_credentials")),
            token_url,
            refresh_url: None,
            scopes: scopes(api, scheme, flow),
        };
        let mut docs = Docs::own(format!(
            "OAuth 2 for the program itself (client credentials): the client requests tokens from {} when it needs one, and renews \
             them.",
            markdown::code(&flow.token_url)
        ));
        docs.paragraph(&changes(&flow, named, "client_credentials"));
        made.push(("client_credentials", docs, Kind::ClientCredentials(flow)));
    }
    if let Some(flow) = refreshed(flows, &named("refresh_token")) {
        let url = flow.refresh_url.as_ref().unwrap_or(&flow.token_url);
        let mut docs = Docs::own(format!(
            "OAuth 2 by a refresh token, which the caller received when a user logged in: the client requests tokens from {} when it \
             needs one, and renews them. The secret of a public client is empty.",
            markdown::code(url)
        ));
        docs.paragraph(
            "A server may send a new refresh token with each token; to keep it for the next start, set \
             [`OAuth2::on_refresh`](::lavka_runtime::client::OAuth2::on_refresh).",
        );
        docs.paragraph(&changes(&flow, named, "refresh_token"));
        made.push(("refresh_token", docs, Kind::RefreshToken(flow)));
    }
    if !made.is_empty() {
        let docs = Docs::own(
            "OAuth 2 with settings of the caller: another token URL, other scopes, further parameters.",
        );
        made.push(("oauth2", docs, Kind::OAuth2));
    }
    let mut docs = Docs::own(
        "Tokens that the caller gets: by another flow, from a file, from another program. The client asks `source` for the first \
         token, when a token ends, and when the server refuses one.",
    );
    docs.paragraph(&places(&scheme.kind));
    made.push(("token_source", docs, Kind::Source));
    made
}

fn flow_docs(constructor: &Name) -> Docs {
    Docs::own(format!(
        "The flow of [`Self::{constructor}`], as the document has it."
    ))
}

/// How a constructor's settings are changed.
fn changes(flow: &Flow, named: &dyn Fn(&str) -> Name, function: &str) -> String {
    let scopes: Vec<String> = flow.scopes.iter().map(|s| markdown::code(s)).collect();
    let scopes = match scopes.as_slice() {
        [] => "It asks for no scopes.".to_owned(),
        scopes => format!("It asks for the scopes {}.", scopes.join(", ")),
    };
    format!(
        "{scopes} For another token URL or other scopes, call [`Self::{}`] with an \
         [`OAuth2::{function}`](::lavka_runtime::client::OAuth2::{function}) of [`Self::{}`].",
        named("oauth2"),
        flow.constant
    )
}

/// Where a user logs in, for those who write a source.
fn places(kind: &AuthKind) -> String {
    let lines: Vec<String> = match kind {
        AuthKind::OpenIdConnect { url } => {
            vec![format!("- OpenID Connect: {}", markdown::code(url))]
        }
        AuthKind::OAuth2 { flows } => flows.iter().filter_map(place).collect(),
        _ => Vec::new(),
    };
    match lines.is_empty() {
        true => String::new(),
        false => format!("URLs in the document:\n{}", lines.join("\n")),
    }
}

fn place(flow: &OAuthFlow) -> Option<String> {
    let name = match flow.kind {
        OAuthFlowKind::AuthorizationCode => "authorization code",
        OAuthFlowKind::Implicit => "implicit",
        OAuthFlowKind::Password => "password",
        OAuthFlowKind::ClientCredentials => return None,
    };
    let urls = [&flow.authorization_url, &flow.token_url];
    let urls: Vec<String> = urls
        .into_iter()
        .filter_map(|url| Some(markdown::code(&text(url)?)))
        .collect();
    (!urls.is_empty()).then(|| format!("- {name}: {}", urls.join(", then ")))
}

/// The flow whose tokens can be renewed: that of a logged-in user.
fn refreshed(flows: &[OAuthFlow], constructor: &Name) -> Option<Flow> {
    let rank = |flow: &&OAuthFlow| match flow.kind {
        OAuthFlowKind::AuthorizationCode => 0,
        OAuthFlowKind::Password => 1,
        OAuthFlowKind::Implicit => 2,
        OAuthFlowKind::ClientCredentials => 3,
    };
    let usable = |flow: &&OAuthFlow| {
        let renews = text(&flow.refresh_url).is_some();
        match flow.kind {
            OAuthFlowKind::AuthorizationCode | OAuthFlowKind::Password => {
                renews || text(&flow.token_url).is_some()
            }
            // RFC 6749 has no refresh token there, unless the document says so.
            OAuthFlowKind::Implicit | OAuthFlowKind::ClientCredentials => renews,
        }
    };
    let flow = flows.iter().filter(usable).min_by_key(rank)?;
    let refresh_url = text(&flow.refresh_url);
    let token_url = text(&flow.token_url).or_else(|| refresh_url.clone())?;
    Some(Flow {
        constant: constructor.in_case(Case::Shouty, ""),
        docs: flow_docs(constructor),
        refresh_url: refresh_url.filter(|url| *url != token_url),
        token_url,
        // Those that were granted.
        scopes: Vec::new(),
    })
}

fn text(url: &Option<Spanned<String>>) -> Option<String> {
    url.as_ref()
        .map(|url| url.value.clone())
        .filter(|url| !url.trim().is_empty())
}

/// The scopes that operations need, as far as the flow has them, in the flow's order.
fn scopes(api: &Api, scheme: &AuthScheme, flow: &OAuthFlow) -> Vec<String> {
    let alternatives = api.operations.iter().flat_map(|op| &op.security);
    let needed: Vec<&String> = alternatives
        .flat_map(|alternative| &alternative.schemes)
        .filter(|(id, _)| {
            let known = api.auth.get(id.0);
            known.is_some_and(|known| known.name == scheme.name)
        })
        .flat_map(|(_, scopes)| scopes)
        .collect();
    let known = flow.scopes.keys();
    known
        .filter(|scope| needed.contains(scope))
        .cloned()
        .collect()
}
