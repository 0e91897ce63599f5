//! The tables of examples in OpenAPI 3.0.4 and 3.1.1 ("Style Examples"), and what they leave open.

use std::borrow::Cow;

use super::*;
use crate::client::encode::ToParam as _;

fn empty() -> Value<'static> {
    Value::Text("".into())
}

fn scalar() -> Value<'static> {
    Value::Text("blue".into())
}

fn array() -> Value<'static> {
    Value::List(
        ["blue", "black", "brown"]
            .map(|c| Value::Text(c.into()))
            .into(),
    )
}

fn object() -> Value<'static> {
    let entry = |(name, value): (&'static str, &'static str)| {
        (Cow::Borrowed(name), Value::Literal(value.into()))
    };
    Value::Object([("R", "100"), ("G", "200"), ("B", "150")].map(entry).into())
}

fn written(param: Param, value: &Value<'_>) -> Result<String, String> {
    let mut out = String::new();
    match param.place {
        Place::Path => Encoder::path(&mut out).segment(&param, value)?,
        Place::Query => Encoder::query(&mut out).pairs(&param, value)?,
        Place::Cookie => Encoder::cookies(&mut out).pairs(&param, value)?,
        Place::Header => out = header_text(&param, value)?.unwrap_or_default(),
    }
    Ok(out)
}

#[track_caller]
fn table(param: Param, expected: [&str; 4]) {
    let values = [empty(), scalar(), array(), object()];
    let got: Vec<_> = values
        .iter()
        .map(|value| written(param, value).unwrap_or_else(|e| e))
        .collect();
    assert_eq!(got, expected, "{param:?}");
}

#[test]
fn the_tables_of_openapi() {
    let path = Param::path("color");
    table(
        path.style(Style::Matrix, false),
        [
            ";color",
            ";color=blue",
            ";color=blue,black,brown",
            ";color=R,100,G,200,B,150",
        ],
    );
    table(
        path.style(Style::Matrix, true),
        [
            ";color",
            ";color=blue",
            ";color=blue;color=black;color=brown",
            ";R=100;G=200;B=150",
        ],
    );
    table(
        path.style(Style::Label, false),
        [".", ".blue", ".blue,black,brown", ".R,100,G,200,B,150"],
    );
    table(
        path.style(Style::Label, true),
        [".", ".blue", ".blue.black.brown", ".R=100.G=200.B=150"],
    );
    for simple in [path, Param::header("color")] {
        table(
            simple,
            ["", "blue", "blue,black,brown", "R,100,G,200,B,150"],
        );
        table(
            simple.style(Style::Simple, true),
            ["", "blue", "blue,black,brown", "R=100,G=200,B=150"],
        );
    }
    let query = Param::query("color");
    table(
        query.style(Style::Form, false),
        [
            "color=",
            "color=blue",
            "color=blue,black,brown",
            "color=R,100,G,200,B,150",
        ],
    );
    table(
        query,
        [
            "color=",
            "color=blue",
            "color=blue&color=black&color=brown",
            "R=100&G=200&B=150",
        ],
    );
    table(
        query.style(Style::SpaceDelimited, false),
        [
            "color=",
            "color=blue",
            "color=blue%20black%20brown",
            "color=R%20100%20G%20200%20B%20150",
        ],
    );
    table(
        query.style(Style::PipeDelimited, false),
        [
            "color=",
            "color=blue",
            "color=blue%7Cblack%7Cbrown",
            "color=R%7C100%7CG%7C200%7CB%7C150",
        ],
    );
    for style in [Style::SpaceDelimited, Style::PipeDelimited] {
        let exploded = written(query.style(style, true), &array());
        assert_eq!(
            exploded.as_deref(),
            Ok("color=blue&color=black&color=brown")
        );
    }
    let deep = written(query.style(Style::DeepObject, true), &object());
    assert_eq!(
        deep.as_deref(),
        Ok("color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150")
    );
    let cookie = Param::cookie("color");
    table(
        cookie,
        [
            "color=",
            "color=blue",
            "color=blue; color=black; color=brown",
            "R=100; G=200; B=150",
        ],
    );
    table(
        cookie.style(Style::Form, false),
        [
            "color=",
            "color=blue",
            "color=blue,black,brown",
            "color=R,100,G,200,B,150",
        ],
    );
}

#[test]
fn what_is_empty_is_absent_and_null_is_empty() {
    let styles = [
        Style::Form,
        Style::SpaceDelimited,
        Style::PipeDelimited,
        Style::DeepObject,
    ];
    for param in styles
        .map(|style| Param::query("x").style(style, false))
        .into_iter()
        .chain([Param::query("x")])
    {
        for value in [Value::Absent, Value::List(vec![]), Value::Object(vec![])] {
            assert_eq!(
                written(param, &value).as_deref(),
                Ok(""),
                "{param:?} {value:?}"
            );
        }
        assert_eq!(written(param, &Value::Null).as_deref(), Ok("x="));
    }
    let items = vec![Some("a"), None, Some("b")];
    assert_eq!(
        written(Param::query("x"), &items.to_param()).as_deref(),
        Ok("x=a&x=&x=b")
    );
    assert_eq!(
        written(
            Param::query("x").style(Style::Form, false),
            &items.to_param()
        )
        .as_deref(),
        Ok("x=a,,b")
    );
    assert_eq!(
        written(Param::path("x"), &items.to_param()).as_deref(),
        Ok("a,,b")
    );
}

#[test]
fn values_that_nest() {
    let value = serde_json::json!({"a": {"b": [1, {"c": "x y"}], "n": null}, "d": 10.50});
    let value = value.to_param();
    let deep = written(Param::query("f").style(Style::DeepObject, true), &value);
    assert_eq!(
        deep.as_deref(),
        Ok(
            "f%5Ba%5D%5Bb%5D%5B0%5D=1&f%5Ba%5D%5Bb%5D%5B1%5D%5Bc%5D=x%20y&f%5Ba%5D%5Bn%5D=&f%5Bd%5D=10.5"
        )
    );
    let value = serde_json::json!({"ids": [1, 2], "o": {"k": "v"}});
    let value = value.to_param();
    let form = written(Param::query("f"), &value);
    assert_eq!(form.as_deref(), Ok("ids=1&ids=2&o=%7B%22k%22%3A%22v%22%7D"));
    let json = written(
        Param::query("filter").json(),
        &serde_json::json!({"a": 1}).to_param(),
    );
    assert_eq!(json.as_deref(), Ok("filter=%7B%22a%22%3A1%7D"));
    let header = written(
        Param::header("X-Filter").json(),
        &serde_json::json!({"a": "я😀"}).to_param(),
    );
    assert_eq!(header.as_deref(), Ok(r#"{"a":"\u044f\ud83d\ude00"}"#));
}

#[test]
fn items_that_hold_their_delimiter() {
    let items = ["a,b", "c|d", "e f", "g.h"];
    let items = items.as_slice().to_param();
    assert_eq!(
        written(Param::query("x").style(Style::Form, false), &items).as_deref(),
        Ok("x=a%2Cb,c%7Cd,e%20f,g.h")
    );
    assert_eq!(
        written(Param::path("x").style(Style::Label, true), &items).as_deref(),
        Ok(".a%2Cb.c%7Cd.e%20f.g%2Eh")
    );
    for (param, delimiter) in [
        (
            Param::query("x").style(Style::SpaceDelimited, false),
            "a space",
        ),
        (Param::query("x").style(Style::PipeDelimited, false), "`|`"),
        (
            Param::query("x").style(Style::Form, false).allow_reserved(),
            "`,`",
        ),
        (Param::header("x"), "`,`"),
    ] {
        let error = written(param, &items).err().unwrap_or_default();
        assert!(error.contains(delimiter), "{param:?}: {error}");
    }
}

#[test]
fn reserved_characters_where_they_are_allowed() {
    let value = "https://a.example/?b=c&d#e".to_param();
    assert_eq!(
        written(Param::query("u[]").allow_reserved(), &value).as_deref(),
        Ok("u%5B%5D=https://a.example/?b=c%26d%23e")
    );
}
