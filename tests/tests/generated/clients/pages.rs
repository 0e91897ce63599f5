//! Lists over several replies, by each kind of `x-pagination`.

use lavka_runtime::Error;

use super::api::{Client, Credentials, Kind, NumberPagesParams, Search, Thing};
use super::builder;
use lavka_hostile::{Act, Seen, Server, json, reply};

fn client(server: &Server) -> Client {
    builder(server)
        .credentials(Credentials::token("t"))
        .build()
        .expect("a client")
}

/// A value of the query, or of the path's end.
fn query<'s>(seen: &'s Seen, name: &str) -> Option<&'s str> {
    let target = seen.line.split(' ').nth(1)?;
    let (_, query) = target.split_once('?')?;
    query
        .split('&')
        .find_map(|pair| pair.strip_prefix(name)?.strip_prefix('='))
}

fn things(ids: impl IntoIterator<Item = i64>) -> String {
    let all: Vec<String> = ids
        .into_iter()
        .map(|id| format!(r#"{{"id": {id}}}"#))
        .collect();
    format!("[{}]", all.join(","))
}

fn ids(result: Result<Vec<Thing>, Error>) -> Vec<i64> {
    result
        .expect("things")
        .iter()
        .map(|thing| thing.id)
        .collect()
}

fn targets(server: &Server) -> Vec<String> {
    let seen = server.seen();
    seen.iter()
        .filter_map(|seen| Some(seen.line.split(' ').nth(1)?.to_owned()))
        .collect()
}

#[tokio::test]
async fn pages_by_number() {
    let server = Server::start(|_, seen| {
        let page: i64 = query(seen, "page")
            .and_then(|page| page.parse().ok())
            .expect("a page");
        let all = (page * 2 - 1..=5).take(2);
        json(format!(r#"{{"data": {{"items": {}}}}}"#, things(all)))
    });
    let client = client(&server);
    assert_eq!(
        ids(client.number_pages_pages().collect().await),
        [1, 2, 3, 4, 5]
    );
    let params = NumberPagesParams::default().with_page(2).with_tag("x y");
    assert_eq!(
        ids(client.number_pages_pages_with(&params).collect().await),
        [3, 4, 5]
    );
    assert_eq!(
        targets(&server),
        ["1", "2", "3", "4"]
            .map(|page| format!("/v1/pages?page={page}"))
            .into_iter()
            .chain(["2", "3", "4"].map(|page| format!("/v1/pages?page={page}&tag=x%20y")))
            .collect::<Vec<_>>()
    );
}

#[tokio::test]
async fn a_page_without_the_list_ends_it() {
    let server = Server::script(vec![
        json(r#"{"data": {"items": [{"id": 1}]}}"#),
        json("{}"),
    ]);
    assert_eq!(
        ids(client(&server).number_pages_pages().collect().await),
        [1]
    );
}

/// Some servers have no page behind the last.
#[tokio::test]
async fn a_page_that_is_not_there_ends_it() {
    for status in ["404 Not Found", "204 No Content"] {
        let server = Server::start(move |_, seen| match query(seen, "page") {
            Some("1") => json(r#"{"data": {"items": [{"id": 1}]}}"#),
            _ => Act::Send(reply(status, &[], "")),
        });
        assert_eq!(
            ids(client(&server).number_pages_pages().collect().await),
            [1]
        );
        // There is no list at all.
        let server = Server::script(vec![Act::Send(reply(status, &[], ""))]);
        let error = client(&server).number_pages_pages().collect().await;
        assert!(error.is_err(), "{status}");
    }
}

#[tokio::test]
async fn a_server_that_repeats_a_page_is_an_error() {
    for period in [1, 2, 3] {
        let server = Server::start(move |number, _| {
            // Each request is asked about twice.
            let id = number as i64 % period;
            json(format!(r#"{{"data": {{"items": {}}}}}"#, things([id])))
        });
        let mut pages = client(&server).number_pages_pages();
        let mut count = 0;
        let error = loop {
            match pages.next().await.expect("no end") {
                Ok(_) => count += 1,
                Err(error) => break error,
            }
        };
        assert_eq!(count, period);
        assert!(error.to_string().contains("the same page twice"), "{error}");
        assert!(pages.next().await.is_none());
        assert_eq!(server.seen().len() as i64, period + 1);
    }
}

#[tokio::test]
async fn pages_by_offset_in_a_required_parameter() {
    let server = Server::start(|_, seen| {
        let skip: i64 = query(seen, "skip")
            .and_then(|skip| skip.parse().ok())
            .expect("an offset");
        json(things((skip..5).take(3)))
    });
    let kinds = [Kind::Red, Kind::Green];
    let pages = client(&server).skip_items_pages("my shop", &kinds);
    assert_eq!(ids(pages.collect().await), [0, 1, 2, 3, 4]);
    assert_eq!(
        targets(&server),
        ["0", "3", "5"]
            .map(|skip| format!("/v1/offsets/my%20shop?kinds=red&kinds=green&skip={skip}"))
    );
}

fn found(ids: impl IntoIterator<Item = i64>, next: &str) -> Act {
    json(format!(
        r#"{{"things": {}, "meta": {{"next": {next}}}}}"#,
        things(ids)
    ))
}

#[tokio::test]
async fn pages_by_cursor() {
    for end in ["null", r#""""#] {
        let server = Server::start(move |_, seen| match query(seen, "after") {
            None => found([1, 2], r#""a&b""#),
            Some("a%26b") => found([], r#""c""#),
            _ => found([3], end),
        });
        let search = Search::new("x");
        assert_eq!(
            ids(client(&server).search_things_pages(&search).collect().await),
            [1, 2, 3]
        );
        assert_eq!(
            targets(&server),
            [
                "/v1/cursors",
                "/v1/cursors?after=a%26b",
                "/v1/cursors?after=c"
            ]
        );
        assert!(
            server
                .seen()
                .iter()
                .all(|seen| seen.text() == r#"{"q":"x"}"#)
        );
    }
}

#[tokio::test]
async fn a_server_that_repeats_a_cursor_is_an_error() {
    for period in [1, 2] {
        let server = Server::start(move |number, _| {
            found([number as i64], &format!(r#""cursor {}""#, number % period))
        });
        let error = client(&server)
            .search_things_pages(&Search::new("x"))
            .collect()
            .await;
        let error = error.expect_err("no end").to_string();
        assert!(error.contains("the same cursor twice"), "{error}");
        assert_eq!(server.seen().len(), period + 1);
    }
}

fn linked(ids: impl IntoIterator<Item = i64>, link: &str) -> Act {
    let headers = [("Content-Type", "application/json"), ("Link", link)];
    Act::Send(reply("200 OK", &headers, things(ids)))
}

#[tokio::test]
async fn pages_by_link() {
    let server = Server::start(|_, seen| match query(seen, "token") {
        None => linked(
            [1],
            r#"</v1/links?token=a%2F>; rel="next", </v1/links>; rel="first""#,
        ),
        Some("a%2F") => linked([2], r#"<?token=b>; rel=next"#),
        _ => linked([3], r#"</v1/links>; rel="first""#),
    });
    assert_eq!(
        ids(client(&server).follow_links_pages().collect().await),
        [1, 2, 3]
    );
    assert_eq!(
        targets(&server),
        ["/v1/links", "/v1/links?token=a%2F", "/v1/links?token=b"]
    );
    assert!(
        server
            .seen()
            .iter()
            .all(|seen| seen.header("authorization") == Some("Bearer t"))
    );
}

#[tokio::test]
async fn a_link_to_another_host_is_not_followed() {
    let elsewhere = Server::script(vec![json("[]")]);
    let link = format!(r#"<{}/v1/links>; rel="next""#, elsewhere.url());
    let server = Server::script(vec![linked([1], &link)]);
    let mut pages = client(&server).follow_links_pages();
    assert_eq!(pages.next().await.expect("one").expect("a thing").id, 1);
    let error = pages
        .next()
        .await
        .expect("an error")
        .expect_err("another host");
    assert!(
        error
            .to_string()
            .contains("credentials go only to the configured host"),
        "{error}"
    );
    assert!(elsewhere.seen().is_empty());
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn a_link_that_comes_twice_is_an_error() {
    let server =
        Server::start(|number, _| linked([number as i64], r#"</v1/links?token=a>; rel="next""#));
    let error = client(&server)
        .follow_links_pages()
        .collect()
        .await
        .expect_err("no end");
    assert!(
        error
            .to_string()
            .contains("the same link to the next page twice"),
        "{error}"
    );
    assert_eq!(server.seen().len(), 2);
}

#[tokio::test]
async fn pages_by_a_url_in_the_reply() {
    let server = Server::start(|_, seen| match query(seen, "page") {
        None => {
            let host = seen.header("host").unwrap_or_default();
            json(format!(
                r#"{{"next": "http://{host}/v1/urls?page=2", "results": {}}}"#,
                things([1])
            ))
        }
        _ => json(format!(r#"{{"next": null, "results": {}}}"#, things([2]))),
    });
    assert_eq!(
        ids(client(&server).follow_urls_pages().collect().await),
        [1, 2]
    );
    assert_eq!(targets(&server), ["/v1/urls", "/v1/urls?page=2"]);
}

#[tokio::test]
async fn a_link_is_found_in_any_spelling() {
    for link in [
        "< /v1/links?page=2 > ; REL = 'NEXT'",
        "</v1/links?page=2&q=кот>; rel=next",
        "</v1/links?page=9>; title=\"x; rel=next\"; rel=last, </v1/links?page=2&ids=1,2>; rel=\"prev next\"",
        // A server behind a proxy that ends TLS, and one that does not know its port.
        "<https://HOST/v1/links?page=2>; rel=next",
        "<http://127.0.0.1/v1/links?page=2#top>; rel=next",
    ] {
        let server = Server::start(move |number, seen| match number {
            0 => {
                let host = seen.header("host").unwrap_or_default();
                linked([1], &link.replace("HOST", host))
            }
            _ => linked([2], "<>; rel=next"),
        });
        let found = ids(client(&server).follow_links_pages().collect().await);
        assert_eq!(found, [1, 2], "{link}");
        assert!(
            targets(&server)[1].starts_with("/v1/links?page=2"),
            "{link}"
        );
    }
    let server = Server::script(vec![linked([1], "<javascript:alert(1)>; rel=next")]);
    let pages = client(&server).follow_links_pages();
    let text = pages.collect().await.expect_err("no page").to_string();
    assert!(text.contains("a URL of javascript, not of HTTP"), "{text}");
}

/// Left out, as optional values that are not as documented are, it would end the list.
#[tokio::test]
async fn what_names_the_next_page_must_be_as_documented() {
    for (next, expected) in [
        ("false", Ok(vec![1])),
        ("null", Ok(vec![1])),
        ("\" \"", Ok(vec![1])),
        ("7", Err("next: expected a string, found 7")),
        ("[\"b\"]", Err("next: expected a string, found an array")),
    ] {
        let server = Server::script(vec![json(format!(
            r#"{{"next": {next}, "meta": {{"next": {next}}}, "results": [{{"id": 1}}], "things": [{{"id": 1}}]}}"#
        ))]);
        let client = client(&server);
        let by_url = client.follow_urls_pages().collect().await;
        let by_cursor = client
            .search_things_pages(&Search::new("x"))
            .collect()
            .await;
        for found in [by_url, by_cursor] {
            match (found, &expected) {
                (Ok(found), Ok(expected)) => assert_eq!(ids(Ok(found)), *expected),
                (Err(error), Err(expected)) => {
                    assert!(error.to_string().contains(expected), "{error}");
                }
                (found, _) => panic!("{next}: {found:?}"),
            }
        }
    }
}
