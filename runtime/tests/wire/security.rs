//! Security schemes.

use lavka_runtime::client::{Alternative, Credential, Operation, Scheme, SchemeKind};
use lavka_runtime::{Error, ErrorKind};

use super::{Seen, operation, send_with, target};

static QUERY: Scheme = Scheme::new("byQuery", SchemeKind::Query("key"));
static HEADER: Scheme = Scheme::new("byHeader", SchemeKind::Header("X-Key"));
static COOKIE: Scheme = Scheme::new("byCookie", SchemeKind::Cookie("sid"));
static BASIC: Scheme = Scheme::new("basic", SchemeKind::Basic);
static BEARER: Scheme = Scheme::new("bearer", SchemeKind::Token("Bearer"));
static TOKEN: Scheme = Scheme::new("token", SchemeKind::Token("Token"));

fn secured(security: &'static [Alternative]) -> Operation {
    Operation {
        security,
        ..operation("GET", "/a", vec![])
    }
}

async fn sent(security: &[&[&'static Scheme]], credential: Credential) -> Result<Seen, Error> {
    let schemes = security.iter().map(|schemes| &*schemes.to_vec().leak());
    let security: &'static [Alternative] = schemes.collect::<Vec<_>>().leak();
    send_with(
        |builder| builder.credentials(credential),
        secured(security),
        &[],
        |request| request,
    )
    .await
}

#[tokio::test]
async fn every_scheme() {
    let key = || Credential::token("k e/y");
    let seen = sent(&[&[&QUERY]], key()).await.expect("a reply");
    assert_eq!(target(&seen), "/a?key=k%20e%2Fy");
    let seen = sent(&[&[&HEADER]], key()).await.expect("a reply");
    assert_eq!((seen.header("x-key"), target(&seen)), (Some("k e/y"), "/a"));
    let seen = sent(&[&[&COOKIE]], key()).await.expect("a reply");
    assert_eq!(seen.header("cookie"), Some("sid=k%20e/y"));
    let seen = sent(&[&[&BEARER]], Credential::token("t"))
        .await
        .expect("a reply");
    assert_eq!(seen.header("authorization"), Some("Bearer t"));
    let seen = sent(&[&[&TOKEN]], Credential::token("t"))
        .await
        .expect("a reply");
    assert_eq!(seen.header("authorization"), Some("Token t"));
    let seen = sent(&[&[&BASIC]], Credential::basic("Aladdin", "open sesame"))
        .await
        .expect("a reply");
    assert_eq!(
        seen.header("authorization"),
        Some("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==")
    );
}

#[tokio::test]
async fn several_at_once() {
    let both = Credential::set(vec![
        ("byHeader", Credential::token("h")),
        ("byCookie", Credential::token("c")),
    ]);
    let seen = sent(&[&[&HEADER, &COOKIE]], both).await.expect("a reply");
    assert_eq!(
        (seen.header("x-key"), seen.header("cookie")),
        (Some("h"), Some("sid=c"))
    );
}

#[tokio::test]
async fn the_first_alternative_that_is_complete() {
    static SECURITY: &[Alternative] = &[&[&HEADER, &BASIC], &[&BEARER]];
    let seen = sent(
        SECURITY,
        Credential::set(vec![
            ("bearer", Credential::token("t")),
            ("byHeader", Credential::token("h")),
        ]),
    )
    .await
    .expect("a reply");
    assert_eq!(
        (seen.header("authorization"), seen.header("x-key")),
        (Some("Bearer t"), None)
    );
    let error = sent(
        SECURITY,
        Credential::set(vec![("byHeader", Credential::token("h"))]),
    )
    .await
    .expect_err("no credential");
    assert_eq!(error.kind(), ErrorKind::Configuration);
    assert!(
        error
            .to_string()
            .contains("`byHeader` and `basic`, or `bearer`"),
        "{error}"
    );
}

#[tokio::test]
async fn optional_credentials_are_sent_where_there_are_some() {
    static SECURITY: &[Alternative] = &[&[], &[&BEARER]];
    let seen = sent(SECURITY, Credential::token("t"))
        .await
        .expect("a reply");
    assert_eq!(seen.header("authorization"), Some("Bearer t"));
    let operation = secured(SECURITY);
    let seen = send_with(
        lavka_runtime::client::Builder::without_credentials,
        operation,
        &[],
        |r| r,
    )
    .await
    .expect("a reply");
    assert_eq!(seen.header("authorization"), None);
}

#[tokio::test]
async fn a_credential_that_cannot_be_sent_is_not_shown() {
    let error = sent(&[&[&HEADER]], Credential::token("SECRET\n"))
        .await
        .expect_err("no header");
    let shown = format!("{error} {error:?}");
    assert!(
        shown.contains("byHeader") && !shown.contains("SECRET"),
        "{shown}"
    );
}

#[tokio::test]
async fn a_credential_that_no_server_could_accept_is_not_sent() {
    let trim = "trim it, as where a file with it ends with a line break";
    let cases: [(&'static Scheme, Credential, &str); 9] = [
        (&QUERY, Credential::token("SECRET\n"), trim),
        (&QUERY, Credential::token(" SECRET"), trim),
        (&BEARER, Credential::token("SEC\rRET"), trim),
        (&BEARER, Credential::token(""), "`bearer` is empty"),
        (&HEADER, Credential::token(" "), "`byHeader` is empty"),
        (&BASIC, Credential::basic("me", "SECRET\r\n"), trim),
        (&BASIC, Credential::basic("", ""), "`basic` is empty"),
        (
            &BASIC,
            Credential::basic("me:SECRET", "x"),
            "a login with a colon",
        ),
        (&BASIC, Credential::basic("me\t", "SECRET"), trim),
    ];
    for (scheme, credential, expected) in cases {
        let error = sent(&[&[scheme]], credential).await.expect_err(expected);
        let shown = format!("{error} {error:?}");
        assert!(
            shown.contains(expected) && !shown.contains("SECRET"),
            "{shown}"
        );
    }
}

#[tokio::test]
async fn credentials_that_are_odd_but_right_are_sent() {
    for (credential, expected) in [
        (Credential::basic("key", ""), "Basic a2V5Og=="),
        (Credential::basic("key", "п: "), "Basic a2V5OtC/OiA="),
    ] {
        let seen = sent(&[&[&BASIC]], credential).await.expect("a reply");
        assert_eq!(seen.header("authorization"), Some(expected));
    }
    // As dashboards show it.
    for token in ["Bearer abc", "bearer abc", "abc"] {
        let seen = sent(&[&[&BEARER]], Credential::token(token))
            .await
            .expect("a reply");
        assert_eq!(seen.header("authorization"), Some("Bearer abc"));
    }
}
