//! Parameters.

use std::collections::BTreeMap;

use lavka_runtime::client::{Json, Param, Style, ToParam};
use lavka_runtime::{Maybe, Secret};
use serde_json::json;

use super::{operation, send, target};

/// The request for one parameter of this value.
async fn sent(path: &'static str, param: Param, value: &dyn ToParam) -> super::Seen {
    let operation = operation("GET", path, vec![param]);
    send(operation, &[value], |request| request)
        .await
        .expect("a reply")
}

async fn refused(path: &'static str, param: Param, value: &dyn ToParam) -> String {
    let operation = operation("GET", path, vec![param]);
    let error = send(operation, &[value], |request| request)
        .await
        .expect_err("an error");
    assert!(error.to_string().contains(param.name), "{error}");
    error.to_string()
}

fn colors() -> Vec<&'static str> {
    vec!["blue", "black", "brown"]
}

fn rgb() -> serde_json::Value {
    // An object keeps the order of its text only where it comes from a type; here the order is the alphabet's.
    json!({"B": 150, "G": 200, "R": 100})
}

#[tokio::test]
async fn every_style_of_a_path() {
    let color = Param::path("color");
    for (style, explode, list, object) in [
        (
            Style::Simple,
            false,
            "/a/blue,black,brown",
            "/a/B,150,G,200,R,100",
        ),
        (
            Style::Simple,
            true,
            "/a/blue,black,brown",
            "/a/B=150,G=200,R=100",
        ),
        (
            Style::Label,
            false,
            "/a/.blue,black,brown",
            "/a/.B,150,G,200,R,100",
        ),
        (
            Style::Label,
            true,
            "/a/.blue.black.brown",
            "/a/.B=150.G=200.R=100",
        ),
        (
            Style::Matrix,
            false,
            "/a/;color=blue,black,brown",
            "/a/;color=B,150,G,200,R,100",
        ),
        (
            Style::Matrix,
            true,
            "/a/;color=blue;color=black;color=brown",
            "/a/;B=150;G=200;R=100",
        ),
    ] {
        let param = color.style(style, explode);
        assert_eq!(target(&sent("/a/{color}", param, &colors()).await), list);
        assert_eq!(target(&sent("/a/{color}", param, &rgb()).await), object);
    }
    assert_eq!(
        target(
            &sent(
                "/a/{color}.json",
                color.json(),
                &Json(&json!({"a": ["b/c"]}))
            )
            .await
        ),
        "/a/%7B%22a%22%3A%5B%22b%2Fc%22%5D%7D.json"
    );
    for value in [vec![], vec![""], vec!["."], vec![".."]] {
        refused("/a/{color}", color, &value).await;
    }
    refused("/a/{color}", color.style(Style::Label, true), &"").await;
}

#[tokio::test]
async fn every_style_of_a_query() {
    let color = Param::query("color");
    for (style, explode, list, object) in [
        (
            Style::Form,
            true,
            "color=blue&color=black&color=brown",
            "B=150&G=200&R=100",
        ),
        (
            Style::Form,
            false,
            "color=blue,black,brown",
            "color=B,150,G,200,R,100",
        ),
        (
            Style::SpaceDelimited,
            false,
            "color=blue%20black%20brown",
            "color=B%20150%20G%20200%20R%20100",
        ),
        (
            Style::PipeDelimited,
            false,
            "color=blue%7Cblack%7Cbrown",
            "color=B%7C150%7CG%7C200%7CR%7C100",
        ),
        (
            Style::DeepObject,
            true,
            "color%5B0%5D=blue&color%5B1%5D=black&color%5B2%5D=brown",
            "color%5BB%5D=150&color%5BG%5D=200&color%5BR%5D=100",
        ),
    ] {
        let param = color.style(style, explode);
        assert_eq!(
            target(&sent("/a", param, &colors()).await),
            format!("/a?{list}")
        );
        assert_eq!(
            target(&sent("/a", param, &rgb()).await),
            format!("/a?{object}")
        );
    }
    assert_eq!(
        target(&sent("/a", Param::query("filter").json(), &Json(&json!({"a": 1}))).await),
        "/a?filter=%7B%22a%22%3A1%7D"
    );
    assert_eq!(target(&sent("/a", color, &None::<i64>).await), "/a");
    assert_eq!(
        target(&sent("/a", color, &Maybe::<i64>::Null).await),
        "/a?color="
    );
    assert_eq!(
        target(&sent("/a", color, &Secret::from("a&b=c#d+e f")).await),
        "/a?color=a%26b%3Dc%23d%2Be%20f"
    );
    assert_eq!(
        target(&sent("/a", color.allow_reserved(), &"/x?y=z&w#v").await),
        "/a?color=/x?y=z%26w%23v"
    );
    refused("/a", color.style(Style::PipeDelimited, false), &vec!["a|b"]).await;
}

#[tokio::test]
async fn pairs_of_the_path_and_several_parameters() {
    let mut operation = operation(
        "GET",
        "/a/{id}",
        vec![Param::query("q"), Param::path("id"), Param::query("r")],
    );
    operation.fixed_query = &[("action", "list all")];
    let seen = send(operation, &[&true, &7_i64, &"x"], |request| request)
        .await
        .expect("a reply");
    assert_eq!(target(&seen), "/a/7?action=list%20all&q=true&r=x");
}

#[tokio::test]
async fn headers() {
    let header = Param::header("X-Color");
    let value = |seen: &super::Seen| seen.header("x-color").map(str::to_owned);
    assert_eq!(
        value(&sent("/a", header, &rgb()).await).as_deref(),
        Some("B,150,G,200,R,100")
    );
    let exploded = header.style(Style::Simple, true);
    assert_eq!(
        value(&sent("/a", exploded, &rgb()).await).as_deref(),
        Some("B=150,G=200,R=100")
    );
    assert_eq!(
        value(&sent("/a", header, &colors()).await).as_deref(),
        Some("blue,black,brown")
    );
    assert_eq!(
        value(&sent("/a", header, &"a \"b\", c%").await).as_deref(),
        Some("a \"b\", c%")
    );
    assert_eq!(
        value(&sent("/a", header, &"магазин").await).as_deref(),
        Some("магазин")
    );
    assert_eq!(
        value(&sent("/a", header.json(), &Json(&json!({"a": "я"}))).await).as_deref(),
        Some(r#"{"a":"\u044f"}"#)
    );
    assert_eq!(value(&sent("/a", header, &None::<&str>).await), None);
    for text in [
        "a\r\nX-Other: b",
        "\0",
        "a\tb",
        "\u{7f}",
        "\u{85}",
        " a",
        "a ",
    ] {
        refused("/a", header, &text).await;
    }
}

#[tokio::test]
async fn cookies() {
    let cookie = |seen: &super::Seen| seen.header("cookie").map(str::to_owned);
    let session = Param::cookie("session");
    assert_eq!(
        cookie(&sent("/a", session, &"abc").await).as_deref(),
        Some("session=abc")
    );
    assert_eq!(
        cookie(&sent("/a", session, &"a;b, \"c\"=/+\r\n").await).as_deref(),
        Some("session=a%3Bb%2C%20%22c%22=/+%0D%0A")
    );
    assert_eq!(
        cookie(&sent("/a", session.style(Style::Form, false), &colors()).await).as_deref(),
        Some("session=blue,black,brown")
    );
    assert_eq!(
        cookie(&sent("/a", session, &rgb()).await).as_deref(),
        Some("B=150; G=200; R=100")
    );
    let two = operation("GET", "/a", vec![session, Param::cookie("b")]);
    let seen = send(two, &[&"x", &1_i64], |request| request)
        .await
        .expect("a reply");
    assert_eq!(cookie(&seen).as_deref(), Some("session=x; b=1"));
    assert_eq!(cookie(&sent("/a", session, &None::<&str>).await), None);
}

#[tokio::test]
async fn maps_and_nested_values() {
    let map = BTreeMap::from([("a b".to_owned(), vec![1_i64, 2])]);
    let deep = Param::query("f").style(Style::DeepObject, true);
    assert_eq!(
        target(&sent("/a", deep, &map).await),
        "/a?f%5Ba%20b%5D%5B0%5D=1&f%5Ba%20b%5D%5B1%5D=2"
    );
    assert_eq!(
        target(&sent("/a", Param::query("f"), &map).await),
        "/a?a%20b=1&a%20b=2"
    );
}
