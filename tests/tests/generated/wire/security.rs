//! Credentials of every kind, by themselves, as alternatives and several at once.

use lavka_runtime::client::{Builder, Call};
use lavka_tests::wire::security::{ByCookieParams, ByQueryParams, Client, Credentials};

use crate::support::{Answer, Server};
use lavka_hostile::run;

/// What a call with these credentials sends, without `GET`; or the error.
fn sent(credentials: Option<Credentials>, call: for<'a> fn(&'a Client) -> Call<'a, ()>) -> String {
    let server = Server::start(Answer::NOTHING);
    let builder = Builder::<Client>::new().base_url(&server.url);
    let builder = match credentials {
        Some(credentials) => builder.credentials(credentials),
        None => builder.without_credentials(),
    };
    let client = builder.build().expect("a client");
    match run(call(&client)) {
        Ok(()) => server.sent().replacen("GET ", "", 1),
        Err(error) => format!("error: {error}"),
    }
}

#[test]
fn one_at_a_time() {
    let header = || Some(Credentials::header("k e/y"));
    assert_eq!(sent(None, Client::none), "/none");
    assert_eq!(sent(header(), Client::none), "/none");
    assert_eq!(sent(header(), Client::by_default), "/default\nx-key: k e/y");
    assert_eq!(sent(header(), Client::by_header), "/header\nx-key: k e/y");
    let query = || Some(Credentials::query("k e/y&a=b"));
    assert_eq!(
        sent(query(), Client::by_query),
        "/query?api%20key=k%20e%2Fy%26a%3Db"
    );
    let both = sent(query(), |client| {
        client.by_query_with(&ByQueryParams::default().with_q("x"))
    });
    assert_eq!(both, "/query?q=x&api%20key=k%20e%2Fy%26a%3Db");
    let cookie = || Some(Credentials::cookie("a;b"));
    assert_eq!(
        sent(cookie(), Client::by_cookie),
        "/cookie\ncookie: sid=a%3Bb"
    );
    let both = sent(cookie(), |client| {
        client.by_cookie_with(&ByCookieParams::default().with_theme("dark"))
    });
    assert_eq!(both, "/cookie\ncookie: theme=dark; sid=a%3Bb");
    // RFC 7617, with a password beyond ASCII.
    let basic = Credentials::basic("Aladdin", "open sesame");
    let expected = "/basic\nauthorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==";
    assert_eq!(sent(Some(basic), Client::by_basic), expected);
    let basic = Credentials::basic("test", "123£");
    assert_eq!(
        sent(Some(basic), Client::by_basic),
        "/basic\nauthorization: Basic dGVzdDoxMjPCow=="
    );
    let bearer = Some(Credentials::bearer("mF_9.B5f-4.1JqM"));
    assert_eq!(
        sent(bearer, Client::by_bearer),
        "/bearer\nauthorization: Bearer mF_9.B5f-4.1JqM"
    );
    let token = sent(Some(Credentials::token("t")), Client::by_token);
    assert!(
        token.eq_ignore_ascii_case("/token\nauthorization: Token t"),
        "{token}"
    );
    let oauth = Some(Credentials::oauth("t"));
    assert_eq!(
        sent(oauth, Client::by_oauth),
        "/oauth\nauthorization: Bearer t"
    );
    let openid = Some(Credentials::openid("t"));
    assert_eq!(
        sent(openid, Client::by_openid),
        "/openid\nauthorization: Bearer t"
    );
}

#[test]
fn alternatives_and_several_at_once() {
    let query = || Credentials::query("q");
    let header = || Credentials::header("h");
    assert_eq!(
        sent(Some(query()), Client::by_either),
        "/either?api%20key=q"
    );
    let basic = Credentials::basic("Aladdin", "open sesame").and(query());
    let expected = "/either\nauthorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==";
    assert_eq!(sent(Some(basic), Client::by_either), expected);
    assert!(sent(Some(header()), Client::by_either).contains("`basic`, or `query`"));

    assert_eq!(
        sent(Some(header().and(query())), Client::by_both),
        "/both?api%20key=q\nx-key: h"
    );
    assert!(sent(Some(header()), Client::by_both).contains("`header` and `query`"));

    // Two schemes that share a header share a token.
    let expected = "/flows\nauthorization: Bearer t";
    assert_eq!(
        sent(Some(Credentials::oauth("t")), Client::by_flows),
        expected
    );
    assert_eq!(
        sent(Some(Credentials::bearer("t")), Client::by_flows),
        expected
    );

    assert_eq!(sent(None, Client::by_optional), "/optional");
    assert_eq!(
        sent(Some(header()), Client::by_optional),
        "/optional\nx-key: h"
    );

    // Digest is left out with a finding; the other alternative is demanded.
    assert_eq!(sent(Some(header()), Client::by_digest), "/digest\nx-key: h");
    assert!(sent(None, Client::by_digest).starts_with("error: "));
}
