//! Setting a client up, servers, idempotency keys, and lists over several replies.

use lavka_runtime::client::{
    Alternative, Api, ApiClient, Builder, Core, Credential, Json, Operation, Pages, Param, Reply,
    Retry, Scheme, SchemeKind, Style, Variable,
};
use lavka_runtime::{Error, ErrorKind};
use serde_json::json;

use super::{API, Client, builder, operation, send, target};
use lavka_hostile::{Act, Seen, Server, json as answer, reply, status};

static VARIABLES: Api = Api::new("shop", "https://{region}.shop.example/{version}").variables(&[
    Variable::new("region", "eu").one_of(&["eu", "us"]),
    Variable::new("version", "v2"),
]);
static RELATIVE: Api = Api::new("shop", "/api/v1");

/// Clients of other APIs.
struct OfVariables(Core);
struct OfRelative;

impl ApiClient for OfVariables {
    const API: &'static Api = &VARIABLES;
    type Credentials = Credential;

    fn from_core(core: Core) -> Self {
        Self(core)
    }
}

impl ApiClient for OfRelative {
    const API: &'static Api = &RELATIVE;
    type Credentials = Credential;

    fn from_core(_: Core) -> Self {
        Self
    }
}

fn refused<C: ApiClient>(builder: Builder<C>) -> String {
    let error = builder.build().err().expect("an error");
    assert_eq!(error.kind(), ErrorKind::Configuration);
    error.to_string()
}

#[test]
fn base_urls_that_are_none_say_what_to_write() {
    for (url, expected) in [
        ("shop.example/api", "`https://shop.example/api`"),
        ("", "`https://`"),
        ("localhost:8080", "write `http://localhost:8080`"),
        ("127.0.0.1:8080/api", "write `http://127.0.0.1:8080/api`"),
        ("//shop.example:8080", "write `https://shop.example:8080`"),
        ("me:PLANTED", "does not begin with `https://` and a host"),
        ("ftp://shop.example", "`ftp://shop.example`"),
        ("https://", "`https://api.example.com`"),
        ("https://a.example?x=1", "query"),
    ] {
        let error = refused(Builder::<Client>::new().base_url(url));
        assert!(error.contains(expected), "{url}: {error}");
    }
    let payload = "PLANTED".repeat(10);
    for url in [
        "me:PLANTED@shop.example:x",
        "PLANTED_x.eyJ",
        &format!("eyJhbGci.{payload}.c2ln"),
    ] {
        let error = refused(Builder::<Client>::new().base_url(url));
        assert!(!error.contains("PLANTED"), "{error}");
    }
    let long =
        refused(Builder::<Client>::new().base_url(format!("shop.example/{payload}{payload}")));
    assert!(long.len() < 400, "{long}");
    let error = refused(Builder::<OfRelative>::new());
    assert!(
        error.contains("`base_url`") && error.contains("`/api/v1`"),
        "{error}"
    );
}

#[test]
fn a_user_agent_that_no_header_can_have_is_named() {
    let builder = Builder::<Client>::new().base_url("http://127.0.0.1:9");
    let error = refused(builder.without_credentials().user_agent("a\nb"));
    assert!(error.contains("the user agent: a header"), "{error}");
}

#[tokio::test]
async fn headers_of_each_request_are_not_shown() {
    let server = Server::start(|_, seen: &Seen| {
        let sent = ["authorization", "x-shop", "x-api-version"].map(|name| seen.header(name));
        let body = json!({"message": format!("{sent:?} are wrong")});
        status("403 Forbidden", &[], body.to_string())
    });
    let client = builder(&server)
        .header("Authorization", "token PLANTED-authorization")
        .header("X-Shop", "PLANTED-\u{fc}-shop")
        .header("X-Api-Version", "2024-10")
        .build()
        .expect("a client");
    static OP: Operation = Operation::new(&API, "op", "GET", "/a");
    let call = client.0.request(&OP, &[]).call(Reply::unit);
    let error = call.await.expect_err("refused");
    let shown = format!("{error} {error:?} {:?}", error.body());
    assert!(
        !shown.contains("PLANTED") && shown.contains("2024-10"),
        "{shown}"
    );
}

#[tokio::test]
async fn an_error_names_the_host_that_was_asked() {
    static ELSEWHERE: Operation = Operation {
        server: Some("http://127.0.0.1:1/v3"),
        ..Operation::new(&API, "op", "GET", "/a")
    };
    let server = Server::start(|_, _: &Seen| answer("{}"));
    let client = builder(&server)
        .allow_server("http://127.0.0.1:1/v3")
        .build()
        .expect("a client");
    let call = client.0.request(&ELSEWHERE, &[]).call(Reply::unit);
    let error = call.await.expect_err("nobody listens").to_string();
    assert!(
        error.contains("no connection to http://127.0.0.1:1: "),
        "{error}"
    );
}

#[test]
fn without_tls_nothing_is_built() {
    let built = Builder::<Client>::new()
        .base_url("https://shop.example")
        .build();
    if cfg!(any(feature = "rustls", feature = "native-tls")) {
        assert!(built.is_ok());
    } else {
        let error = built.err().expect("an error").to_string();
        assert!(
            error.contains("`rustls`") && error.contains("`native-tls`"),
            "{error}"
        );
    }
}

#[test]
fn variables_are_checked() {
    let with = |name: &str, value: &str| {
        Builder::<OfVariables>::new()
            .variable(name, value)
            .allow_plaintext()
    };
    if cfg!(any(feature = "rustls", feature = "native-tls")) {
        let client = with("region", "us").build().expect("a client");
        assert_eq!(client.0.base_url(), "https://us.shop.example/v2");
        let client = with("version", "v3/beta_1").build().expect("a client");
        assert_eq!(client.0.base_url(), "https://eu.shop.example/v3/beta_1");
    }
    assert!(refused(with("region", "asia")).contains("eu, us"));
    for value in ["../x", "a?b", "a#b", "..", "a@b"] {
        assert!(
            refused(with("version", value)).contains("version"),
            "{value}"
        );
    }
    assert!(refused(with("other", "x")).contains("other"));
}

static KEY: Scheme = Scheme::new("key", SchemeKind::Query("key"));
static SECURITY: &[Alternative] = &[&[&KEY]];

#[tokio::test]
async fn operations_with_servers_of_their_own() {
    static RELATIVE: Operation = Operation {
        server: Some("/v2/"),
        ..Operation::new(&API, "op", "GET", "/a")
    };
    static ABSOLUTE: Operation = Operation {
        server: Some("https://uploads.shop.example/v3"),
        security: SECURITY,
        ..Operation::new(&API, "op", "GET", "/a")
    };
    let server = Server::start(|_, _: &Seen| answer("{}"));
    let uploads = Server::start(|_, _: &Seen| answer("{}"));
    let set = || {
        builder(&server)
            .base_url(format!("{}/v1", server.url()))
            .credentials(Credential::token("PLANTED"))
    };
    let client = set().build().expect("a client");
    client
        .0
        .request(&RELATIVE, &[])
        .call(Reply::unit)
        .await
        .expect("a reply");
    assert_eq!(target(&server.seen()[0]), "/v2/a");
    let error = client
        .0
        .request(&ABSOLUTE, &[])
        .call(Reply::unit)
        .await
        .expect_err("another host");
    assert!(
        error
            .to_string()
            .contains("https://uploads.shop.example/v3"),
        "{error}"
    );
    let client = set()
        .server("https://uploads.shop.example/v3/", uploads.url())
        .build()
        .expect("a client");
    client
        .0
        .request(&ABSOLUTE, &[])
        .call(Reply::unit)
        .await
        .expect("a reply");
    assert_eq!(target(&uploads.seen()[0]), "/a?key=PLANTED");
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn without_its_key_a_request_is_not_repeated() {
    static ORDER: Operation = Operation {
        idempotent: true,
        idempotency_key: Some("external_id"),
        ..Operation::new(&API, "op", "POST", "/a")
    };
    let send = |media_type: &'static str, body: String| async move {
        let server = Server::start(|_, _: &Seen| status("500 Internal Server Error", &[], ""));
        let retry = Retry {
            attempts: 2,
            first_wait: std::time::Duration::from_millis(1),
            ..Retry::default()
        };
        let client = builder(&server).retry(retry).build().expect("a client");
        let error = client
            .0
            .request(&ORDER, &[])
            .bytes(media_type, body)
            .call(Reply::unit)
            .await
            .expect_err("no success");
        (server.seen().len(), error.is_retryable())
    };
    let attempts = |body: serde_json::Value| send("application/json", body.to_string());
    let of_xml = |body: &str| send("application/xml", body.to_owned());
    for body in [
        json!({"external_id": "7"}),
        json!({"external_id": 7}),
        json!({"order": {"external_id": "7"}}),
    ] {
        assert_eq!(attempts(body).await, (2, true));
    }
    for body in [
        json!({"external_id": " "}),
        json!({"external_id": null}),
        json!({}),
        json!({"order": {"external_id": ""}}),
    ] {
        assert_eq!(attempts(body).await, (1, false));
    }
    for body in [
        "<o><external_id>7</external_id></o>",
        "<o><order n='a>b'><s:external_id>7</s:external_id></order></o>",
    ] {
        assert_eq!(of_xml(body).await, (2, true), "{body}");
    }
    for body in [
        "<o><external_id/></o>",
        "<external_id>7<a/></external_id>",
        "<o><order><line><external_id>7</external_id></line></order></o>",
    ] {
        assert_eq!(of_xml(body).await, (1, false), "{body}");
    }
}

#[tokio::test]
async fn pages_by_every_means() {
    let server = Server::start(|_, seen: &Seen| {
        let page = target(seen)
            .split("page=")
            .nth(1)
            .and_then(|n| n.split('&').next()?.parse::<u64>().ok())
            .unwrap_or(1);
        let items = if page > 3 {
            "[]".to_owned()
        } else {
            format!("[{page}, {page}0]")
        };
        let next = format!(
            "<https://elsewhere.example/>; rel=prev, </list?key=PLANTED&page={}>; rel=\"next\"",
            page + 1
        );
        let headers = if page < 3 {
            vec![("Link", next.as_str())]
        } else {
            vec![]
        };
        Act::Send(reply("200 OK", &headers, &items))
    });
    static LIST: Operation = Operation {
        params: &[Param::query("page")],
        security: SECURITY,
        ..Operation::new(&API, "op", "GET", "/list")
    };
    let client = std::sync::Arc::new(
        builder(&server)
            .credentials(Credential::token("PLANTED"))
            .build()
            .expect("a client"),
    );
    let all = [1, 10, 2, 20, 3, 30];

    let own = client.clone();
    let pages = Pages::by_page(&LIST, 1, move |page| {
        let client = own.clone();
        async move {
            client
                .0
                .request(&LIST, &[&page])
                .call(Reply::decode::<Vec<i64>>)
                .await
        }
    });
    assert_eq!(pages.collect().await.expect("all"), all);

    let before = server.seen().len();
    let own = client.clone();
    let pages = Pages::by_link(&LIST, move |next| {
        let client = own.clone();
        async move {
            let request = client
                .0
                .request(&LIST, &[&None::<u64>])
                .follow(next.as_deref());
            let response = request.call(Reply::decode::<Vec<i64>>).response().await?;
            let next = response.link("next").map(str::to_owned);
            Ok((response.into_value(), next))
        }
    });
    assert_eq!(pages.collect().await.expect("all"), all);
    let seen = server.seen();
    let targets: Vec<&str> = seen.iter().skip(before).map(target).collect();
    assert_eq!(
        targets,
        [
            "/list?key=PLANTED",
            "/list?page=2&key=PLANTED",
            "/list?page=3&key=PLANTED"
        ]
    );

    let next = "https://elsewhere.example/list?page=2";
    let request = client.0.request(&LIST, &[&None::<u64>]).follow(Some(next));
    let error: Error = request.call(Reply::unit).await.expect_err("another host");
    assert!(
        error.to_string().contains("https://elsewhere.example"),
        "{error}"
    );

    let mut cursors = Vec::new();
    let pages = Pages::by_cursor(&LIST, None, move |cursor: Option<String>| {
        cursors.push(cursor.clone());
        async move {
            Ok::<_, Error>(match cursor.as_deref() {
                None => (vec![1], Some("a".to_owned())),
                Some("a") => (vec![2], Some("b".to_owned())),
                // It names itself.
                _ => (vec![3], Some("b".to_owned())),
            })
        }
    });
    let error = pages.collect().await.expect_err("an endless list");
    assert!(
        error.to_string().contains("the same cursor twice"),
        "{error}"
    );
    let pages = Pages::by_offset(&LIST, 0, |offset| async move {
        Ok::<_, Error>((offset..5).take(2).collect::<Vec<u64>>())
    });
    assert_eq!(pages.collect().await.expect("all"), [0, 1, 2, 3, 4]);
}

#[tokio::test]
async fn structs_by_their_json() {
    let filter = Param::query("filter").style(Style::DeepObject, true);
    let absent = send(
        operation("GET", "/a", vec![filter]),
        &[&Json(&None::<String>)],
        |request| request,
    )
    .await
    .expect("a reply");
    assert_eq!(target(&absent), "/a");
}
