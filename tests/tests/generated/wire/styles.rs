//! Parameters in every style: OpenAPI's tables of examples ("Style Examples" of 3.0.4 and 3.1.1), and what they leave open.

use std::collections::BTreeMap;

use lavka_runtime::client::Format;
use lavka_runtime::dynamic::{Api as _, Input, Settings};

use crate::support::{Answer, Server};
use lavka_hostile::run;
use lavka_tests::wire::styles;

const COLORS: &str = "blue,black,brown";
const RGB: &str = r#"{"R":100,"G":200,"B":150}"#;

/// An operation, its parameters by name, and what is sent.
type Row<'a> = (&'a str, &'a [(&'a str, &'a str)], &'a str);

/// Rows whose only parameter is the colour: the operation, its value, and what the path or query has of it.
#[track_caller]
fn colors(rows: &[(&str, &str, &str)], sent: impl Fn(&str, &str) -> String) {
    for (operation, value, expected) in rows {
        table(&[(operation, &[("color", value)], &sent(operation, expected))]);
    }
}

/// Calls each operation with its parameters as text, and compares what is sent.
#[track_caller]
fn table(rows: &[Row<'_>]) {
    let server = Server::start(Answer::NOTHING);
    let settings = Settings {
        base_url: Some(&server.url),
        variables: &[],
        servers: &[],
        format: Format::Json,
        allow_plaintext: false,
        credentials: &|_| None,
        before_send: None,
    };
    let client = styles::dynamic::Api.client(&settings).expect("a client");
    let mut wrong = Vec::new();
    for (operation, given, expected) in rows {
        let params: BTreeMap<String, String> = given
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        let input = Input {
            params,
            ..Input::default()
        };
        let sent = match run(client.call(operation, &input)) {
            Ok(_) => server.sent(),
            Err(error) => format!("error: {error}"),
        };
        if sent != *expected {
            wrong.push(format!(
                "{operation} {given:?}\n  sent     {sent}\n  expected {expected}"
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn paths() {
    let rows = [
        ("path_simple_text", "blue", "blue"),
        ("path_simple_list", COLORS, "blue,black,brown"),
        ("path_simple_object", RGB, "R,100,G,200,B,150"),
        ("path_simple_exploded_text", "blue", "blue"),
        ("path_simple_exploded_list", COLORS, "blue,black,brown"),
        ("path_simple_exploded_object", RGB, "R=100,G=200,B=150"),
        ("path_label_text", "", "."),
        ("path_label_text", "blue", ".blue"),
        ("path_label_list", COLORS, ".blue,black,brown"),
        ("path_label_object", RGB, ".R,100,G,200,B,150"),
        ("path_label_exploded_text", "blue", ".blue"),
        ("path_label_exploded_list", COLORS, ".blue.black.brown"),
        ("path_label_exploded_object", RGB, ".R=100.G=200.B=150"),
        ("path_matrix_text", "", ";color"),
        ("path_matrix_text", "blue", ";color=blue"),
        ("path_matrix_list", COLORS, ";color=blue,black,brown"),
        ("path_matrix_object", RGB, ";color=R,100,G,200,B,150"),
        ("path_matrix_exploded_text", "blue", ";color=blue"),
        (
            "path_matrix_exploded_list",
            COLORS,
            ";color=blue;color=black;color=brown",
        ),
        ("path_matrix_exploded_object", RGB, ";R=100;G=200;B=150"),
        ("path_default_list", COLORS, "blue,black,brown"),
        ("path_default_object", RGB, "R,100,G,200,B,150"),
        // A value stays one segment, and an item one item.
        (
            "path_simple_text",
            "a/b?c#d%e+f g;h",
            "a%2Fb%3Fc%23d%25e%2Bf%20g%3Bh",
        ),
        ("path_simple_text", "Zürich", "Z%C3%BCrich"),
        ("path_simple_list", r#"["a,b","c/d"]"#, "a%2Cb,c%2Fd"),
        ("path_label_exploded_list", r#"["a.b","c"]"#, ".a%2Eb.c"),
        (
            "path_matrix_exploded_list",
            r#"["a;b=c","",",d"]"#,
            ";color=a%3Bb%3Dc;color;color=%2Cd",
        ),
    ];
    colors(&rows, |operation, expected| {
        match expected {
        "." => "error: styles.path_label_text: the path parameter `color` makes the path segment \".\", which would change the path".to_owned(),
        _ => format!("GET /{operation}/{expected}"),
    }
    });
    table(&[
        (
            "path_scalars",
            &[
                ("i", "-7"),
                ("n", "1.5"),
                ("b", "true"),
                ("d", "2024-02-29"),
                ("t", "2024-02-29T12:30:00Z"),
                ("e", "one/two"),
            ],
            "GET /path_scalars/-7/1.5/true/2024-02-29/2024-02-29T12%3A30%3A00%2B00%3A00/one%2Ftwo",
        ),
        (
            "path_parts",
            &[("name", "a.b"), ("ext", "tar gz")],
            "GET /files/a.b.tar%20gz/v1",
        ),
        (
            "path_content",
            &[("filter", r#"{"a":1}"#)],
            "GET /path_content/%7B%22a%22%3A1%7D",
        ),
    ]);
}

#[test]
fn queries() {
    let rows = [
        ("query_form_text", "", "color="),
        ("query_form_text", "blue", "color=blue"),
        ("query_form_list", COLORS, "color=blue,black,brown"),
        ("query_form_object", RGB, "color=R,100,G,200,B,150"),
        ("query_form_exploded_text", "", "color="),
        ("query_form_exploded_text", "blue", "color=blue"),
        (
            "query_form_exploded_list",
            COLORS,
            "color=blue&color=black&color=brown",
        ),
        ("query_form_exploded_object", RGB, "R=100&G=200&B=150"),
        ("query_space_list", COLORS, "color=blue%20black%20brown"),
        (
            "query_space_object",
            RGB,
            "color=R%20100%20G%20200%20B%20150",
        ),
        (
            "query_space_exploded_list",
            COLORS,
            "color=blue&color=black&color=brown",
        ),
        ("query_pipe_list", COLORS, "color=blue%7Cblack%7Cbrown"),
        (
            "query_pipe_object",
            RGB,
            "color=R%7C100%7CG%7C200%7CB%7C150",
        ),
        (
            "query_pipe_exploded_list",
            COLORS,
            "color=blue&color=black&color=brown",
        ),
        (
            "query_deep_object",
            RGB,
            "color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150",
        ),
        (
            "query_default_list",
            COLORS,
            "color=blue&color=black&color=brown",
        ),
        ("query_default_object", RGB, "R=100&G=200&B=150"),
        // Nothing is added to a query by a value.
        (
            "query_form_text",
            "a&b=c#d+e f%20",
            "color=a%26b%3Dc%23d%2Be%20f%2520",
        ),
        ("query_form_list", r#"["a,b","c"]"#, "color=a%2Cb,c"),
        (
            "query_form_exploded_list",
            r#"["a,b","c&d","ü"]"#,
            "color=a%2Cb&color=c%26d&color=%C3%BC",
        ),
        ("query_form_object", r#"{"R":1}"#, "color=R,1"),
    ];
    colors(&rows, |operation, expected| {
        format!("GET /{operation}?{expected}")
    });
    // An empty list or object is absent.
    let rows = [
        ("query_form_list", "[]", ""),
        ("query_form_exploded_list", "[]", ""),
        ("query_space_list", "[]", ""),
        ("query_form_object", "{}", ""),
        ("query_form_exploded_object", "{}", ""),
        ("query_deep_object", "{}", ""),
    ];
    colors(&rows, |operation, _| format!("GET /{operation}"));
    table(&[
        ("query_form_text", &[], "GET /query_form_text"),
        (
            "query_deep_nested",
            &[("filter", r#"{"a":1,"tags":["x","y"],"inner":{"c":true}}"#)],
            "GET /query_deep_nested?filter%5Ba%5D=1&filter%5Btags%5D%5B0%5D=x&filter%5Btags%5D%5B1%5D=y&filter%5Binner%5D%5Bc%5D=true",
        ),
        (
            "query_content",
            &[("filter", r#"{"a":1,"b":"x&y"}"#)],
            "GET /query_content?filter=%7B%22a%22%3A1%2C%22b%22%3A%22x%26y%22%7D",
        ),
        (
            "query_content_text",
            &[("text", "\"a\" b")],
            "GET /query_content_text?text=%22a%22%20b",
        ),
        (
            "query_reserved",
            &[("u[]", "https://a.example/?b=c&d#e f")],
            "GET /query_reserved?u%5B%5D=https://a.example/?b=c%26d%23e%20f",
        ),
        (
            "query_reserved_list",
            &[("u", "a/b,c:d")],
            "GET /query_reserved_list?u=a/b&u=c:d",
        ),
        (
            "query_free",
            &[("free", r#"{"x y":"1&2","z":""}"#)],
            "GET /query_free?x%20y=1%262&z=",
        ),
        (
            "query_filter",
            &[("filter", r#"{"a":1,"b":"x","tags":["t","u"]}"#)],
            "GET /query_filter?a=1&b=x&tags=t&tags=u",
        ),
        (
            "query_nullable",
            &[("n", "[1,null,2]")],
            "GET /query_nullable?n=1&n=&n=2",
        ),
        ("query_empty", &[("flag", "")], "GET /query_empty?flag="),
        (
            "query_pipe_list",
            &[("color", r#"["a|b"]"#)],
            "error: styles.query_pipe_list: the query parameter `color`: an item contains `|`, which separates the items",
        ),
    ]);
}

#[test]
fn headers_and_cookies() {
    table(&[
        (
            "header_simple_text",
            &[("X-Color", "blue")],
            "GET /header_simple_text\nx-color: blue",
        ),
        (
            "header_simple_text",
            &[("X-Color", "a, b; c=\"d\"")],
            "GET /header_simple_text\nx-color: a, b; c=\"d\"",
        ),
        (
            "header_simple_text",
            &[("X-Color", "ü")],
            "GET /header_simple_text\nx-color: ü",
        ),
        (
            "header_simple_list",
            &[("X-Color", COLORS)],
            "GET /header_simple_list\nx-color: blue,black,brown",
        ),
        (
            "header_simple_object",
            &[("X-Color", RGB)],
            "GET /header_simple_object\nx-color: R,100,G,200,B,150",
        ),
        (
            "header_simple_exploded_text",
            &[("X-Color", "blue")],
            "GET /header_simple_exploded_text\nx-color: blue",
        ),
        (
            "header_simple_exploded_list",
            &[("X-Color", COLORS)],
            "GET /header_simple_exploded_list\nx-color: blue,black,brown",
        ),
        (
            "header_simple_exploded_object",
            &[("X-Color", RGB)],
            "GET /header_simple_exploded_object\nx-color: R=100,G=200,B=150",
        ),
        (
            "header_default_list",
            &[("X-Color", COLORS)],
            "GET /header_default_list\nx-color: blue,black,brown",
        ),
        (
            "header_default_object",
            &[("X-Color", RGB)],
            "GET /header_default_object\nx-color: R,100,G,200,B,150",
        ),
        (
            "header_simple_list",
            &[("X-Color", "[]")],
            "GET /header_simple_list",
        ),
        (
            "header_content",
            &[("X-Filter", r#"{"b":"я"}"#)],
            "GET /header_content\nx-filter: {\"b\":\"\\u044f\"}",
        ),
        (
            "header_simple_text",
            &[("X-Color", "a\r\nX-Other: b")],
            "error: styles.header_simple_text: the header `X-Color`: a header cannot contain control characters",
        ),
        (
            "cookie_form_text",
            &[("color", "blue")],
            "GET /cookie_form_text\ncookie: color=blue",
        ),
        (
            "cookie_form_text",
            &[("color", "a b;c,d")],
            "GET /cookie_form_text\ncookie: color=a%20b%3Bc%2Cd",
        ),
        (
            "cookie_form_text",
            &[("color", "")],
            "GET /cookie_form_text\ncookie: color=",
        ),
        (
            "cookie_form_list",
            &[("color", COLORS)],
            "GET /cookie_form_list\ncookie: color=blue,black,brown",
        ),
        (
            "cookie_form_object",
            &[("color", RGB)],
            "GET /cookie_form_object\ncookie: color=R,100,G,200,B,150",
        ),
        (
            "cookie_form_exploded_text",
            &[("color", "blue")],
            "GET /cookie_form_exploded_text\ncookie: color=blue",
        ),
        (
            "cookie_form_exploded_list",
            &[("color", COLORS)],
            "GET /cookie_form_exploded_list\ncookie: color=blue; color=black; color=brown",
        ),
        (
            "cookie_form_exploded_object",
            &[("color", RGB)],
            "GET /cookie_form_exploded_object\ncookie: R=100; G=200; B=150",
        ),
        (
            "cookie_default_list",
            &[("color", COLORS)],
            "GET /cookie_default_list\ncookie: color=blue; color=black; color=brown",
        ),
        (
            "cookie_default_object",
            &[("color", RGB)],
            "GET /cookie_default_object\ncookie: R=100; G=200; B=150",
        ),
        (
            "cookie_content",
            &[("filter", r#"{"a":1}"#)],
            "GET /cookie_content\ncookie: filter={%22a%22:1}",
        ),
    ]);
}
