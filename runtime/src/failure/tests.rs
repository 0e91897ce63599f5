use super::*;

const DIGISELLER: FailureShape = FailureShape {
    status: &["retval"],
    success: &["0"],
    messages: &["retdesc"],
    errors: &["errors"],
    ..FailureShape::NONE
};

fn said(body: &str) -> String {
    Failure::read(body, &[&DIGISELLER]).map_or(String::new(), |failure| failure.to_string())
}

#[test]
fn what_is_known_of_a_body_arrives_whatever_the_rest() {
    let mut wrong = Vec::new();
    for (body, expected) in [
        // The documented form, and each part in another shape.
        (
            r#"{"retval":-1,"retdesc":"Access denied","errors":[{"code":"auth-0","message":"No access"}],"content":null}"#,
            "Access denied; No access (code auth-0) [-1]",
        ),
        (
            r#"{"retval":"1","retdesc":"Validation error","errors":["plain text"]}"#,
            "Validation error; plain text [1]",
        ),
        (
            r#"{"retval":1,"retdesc":"Validation error","errors":{"name":["required"]}}"#,
            "Validation error; name: required [1]",
        ),
        (
            r#"{"retval":1,"retdesc":["a","b"],"errors":"text"}"#,
            "text; a; b [1]",
        ),
        (
            r#"{"retval":1,"errors":{"code":"x-1","message":"one error"}}"#,
            "one error (code x-1) [1]",
        ),
        (
            r#"{"retval":1,"errors":[{"code":"x-1","message":[{"locale":"ru-RU","value":"цена"},{"locale":"en-US","value":"price"}]}]}"#,
            "цена (code x-1) [1]",
        ),
        (
            r#"{"retval":1,"errors":[{"code":7,"description":"no price"}]}"#,
            "no price (code 7) [1]",
        ),
        (
            r#"{"retval":1,"retdesc":null,"errors":[null,[],{},"last"]}"#,
            "last [1]",
        ),
        (
            "<result><retval>-2</retval><retdesc>Busy</retdesc><errors><code>a</code><message>m</message></errors><errors><message>n</message></errors></result>",
            "Busy; m (code a); n [-2]",
        ),
        // Others.
        (r#"{"message":"Not found","errors":[]}"#, "Not found"),
        (
            r#"{"errors":{"title":["empty","short"],"price":"bad"}}"#,
            "title: empty; title: short; price: bad",
        ),
        (r#"{"status":"ERROR","errors":"bad phone"}"#, "bad phone"),
        ("<hash><errors><error>One</error></errors></hash>", "One"),
        (
            "<errors><error>One</error><error>Two</error></errors>",
            "One; Two",
        ),
        ("<errors type=\"array\"><error>One</error></errors>", "One"),
        (
            "<errors><title>can't be blank</title></errors>",
            "title: can't be blank",
        ),
        ("<error>text</error>", "text"),
        (
            "<hash><title><error>is empty</error></title><error>Bad</error></hash>",
            "Bad; is empty",
        ),
        (
            r#"{"error":"id must have 32 characters"}"#,
            "id must have 32 characters",
        ),
        (r#"{"detail":"Not found."}"#, "Not found."),
        (r#"{"detail":["one","two"]}"#, "one; two"),
        (
            r#"{"detail":[{"loc":["body","price"],"msg":"field required","type":"missing"}]}"#,
            "body.price: field required",
        ),
        (
            r#"{"type":"https://x/y","title":"Invalid","status":400,"detail":"Price is below cost","errors":[{"detail":"too low","pointer":"/price"}]}"#,
            "Invalid: Price is below cost; /price: too low",
        ),
        (
            r#"{"type":"about:blank","title":"Bad Request","invalid-params":[{"name":"age","reason":"must be positive"}]}"#,
            "Bad Request; age: must be positive",
        ),
        (
            r#"{"error":{"code":403,"message":"Blocked","status":"DENIED"}}"#,
            "Blocked [403]",
        ),
        (
            r#"{"error":"invalid_grant","error_description":"expired"}"#,
            "expired [invalid_grant]",
        ),
        (
            r#"{"status":400,"error":"Bad Request","message":"no price","path":"/x"}"#,
            "no price; Bad Request",
        ),
        (
            r#"{"errors":[{"status":"422","title":"Invalid","detail":"too long","source":{"pointer":"/data/name"}}]}"#,
            "/data/name: Invalid: too long",
        ),
        (
            r#"{"errors":[{"message":"no field","extensions":{"code":"X"}}]}"#,
            "no field",
        ),
        (
            "<?xml version=\"1.0\"?><Error><Code>NoSuchKey</Code><Message>No key</Message></Error>",
            "No key [NoSuchKey]",
        ),
        (
            "<s:Envelope xmlns:s=\"u\"><s:Body><s:Fault><faultcode>s:Client</faultcode><faultstring>Bad</faultstring></s:Fault></s:Body></s:Envelope>",
            "Bad [s:Client]",
        ),
        (
            r#"{"price":["must be positive"],"name":["is empty"]}"#,
            "price: must be positive; name: is empty",
        ),
        (
            r#"{"success":false,"data":{"message":"no room"}}"#,
            "no room",
        ),
        (
            r#"{"response":{"status":"fail","error":{"text":"no room"}}}"#,
            "no room",
        ),
        (r#"["one","two"]"#, "one; two"),
        (r#""only text""#, "only text"),
        (r#"{"message":{"ru":"Нет","en":"No"}}"#, "Нет"),
        (
            r#"{"message":["price must be a number","name is empty"],"error":"Bad Request","statusCode":400}"#,
            "Bad Request; price must be a number; name is empty",
        ),
        // Cut off.
        (
            r#"{"retval":1,"retdesc":"Validation error","errors":[{"code":"x","mess"#,
            "Validation error; code x [1]",
        ),
        // Of no known shape.
        (r#"{"foo":"bar"}"#, ""),
        ("plain text", ""),
        ("<html><body>x</body></html>", ""),
        ("", ""),
        ("{}", ""),
    ] {
        let found = said(body);
        if found != expected {
            wrong.push(format!("{body}\n  {found}\n  {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_status_is_found_at_the_top_and_compared_by_value() {
    let qnits = FailureShape {
        status: &["status"],
        success: &["Ок", "Ok"],
        ..FailureShape::NONE
    };
    let is_failure = |body: &str, shape: &FailureShape| {
        reported(body, shape).map(|value| !shape.is_success(&value))
    };
    for (body, expected) in [
        (r#"{"retval":0}"#, Some(false)),
        (r#"{"content":{"retval":1},"retval":"0"}"#, Some(false)),
        (r#" {"retval":"-1"}"#, Some(true)),
        (r#"{"retval":0.0}"#, Some(false)),
        (r#"{"retval":-2}"#, Some(true)),
        (r#"{"retval":null}"#, None),
        (r#"{"retval":{}}"#, None),
        (r#"[{"retval":1}]"#, None),
        (r#"{"content":{"retval":1}}"#, None),
        ("\"retval\"", None),
        (r#"{"retval"#, None),
        ("<result><retval> 1 </retval></result>", Some(true)),
        (
            "<?xml version='1.0'?><response><content><retval>1</retval></content><retval><![CDATA[0]]></retval></response>",
            Some(false),
        ),
        ("<response retval='1'/>", Some(true)),
        ("<response><retval/></response>", None),
        (
            "<response><content><retval>1</retval></content></response>",
            None,
        ),
        ("<response>", None),
    ] {
        assert_eq!(is_failure(body, &DIGISELLER), expected, "{body}");
    }
    for (status, failed) in [
        ("Ок", false),
        ("ОК", false),
        ("OK", false),
        ("oк", false),
        (" ok ", false),
        ("ERROR", true),
        ("Error", true),
        ("", true),
    ] {
        let body = serde_json::json!({ "order_id": 1, "status": status }).to_string();
        assert_eq!(is_failure(&body, &qnits), Some(failed), "{status}");
    }
}

#[test]
fn a_warning_of_php_is_told_from_the_body() {
    let json = r#"{"retval":0}"#;
    for (front, warned) in [
        (
            "\nWarning: Undefined index: x in /var/www/a.php on line 12\n",
            true,
        ),
        (
            "<br />\n<b>Notice</b>:  Undefined variable $a in <b>/var/www/a.php</b> on line <b>7</b><br />\n",
            true,
        ),
        (
            "PHP Deprecated:  x in y on line 3\nWarning: z in /w on line 12\n\n",
            true,
        ),
        ("", false),
        ("Warning: the shop is closed\n", false),
    ] {
        let body = format!("{front}{json}");
        let found = php_warning(&body).map(|at| &body[at..]);
        assert_eq!(found, warned.then_some(json), "{front}");
    }
}

#[test]
fn text_is_found_whatever_its_encoding() {
    let utf16: Vec<u8> = "{\"a\":\"б\"}"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    assert_eq!(to_text(&utf16, None).as_deref(), Some("{\"a\":\"б\"}"));
    let marked: Vec<u8> = "\u{feff}да"
        .encode_utf16()
        .flat_map(u16::to_be_bytes)
        .collect();
    assert_eq!(to_text(&marked, None).as_deref(), Some("да"));
    assert_eq!(to_text(b"\xEF\xBB\xBF{}", None).as_deref(), Some("{}"));
    assert_eq!(to_text(&[0x1F, 0x8B, 8, 0, 0, 1, 2, 3, 4, 5], None), None);
    #[cfg(feature = "xml")]
    assert_eq!(
        to_text(b"\xCD\xE5\xF2", Some("windows-1251")).as_deref(),
        Some("Нет")
    );
    // By what stands beside the letters.
    #[cfg(feature = "xml")]
    for (bytes, text) in [
        (b"\xCD\xE5\xF2, \xE8 \xE2 id".as_slice(), "Нет, и в id"),
        (b"Num\xE9ro invalide", "Numéro invalide"),
        (b"f\xFCr gr\xF6\xDFere", "für größere"),
        (b"can\x92t find \x93x\x94", "can’t find “x”"),
    ] {
        assert_eq!(to_text(bytes, None).as_deref(), Some(text));
    }
}

#[test]
fn bodies_without_end_take_linear_time() {
    let started = std::time::Instant::now();
    for piece in [
        "<a>",
        "</a>",
        "<!",
        "<!--",
        "<a b='",
        "<a '>",
        "&",
        "{\"a\":",
        "[",
        "\"",
        "<a b=\"1\" ",
        "\\u00",
        "<br />",
    ] {
        let body = piece.repeat(200_000);
        let _ = Failure::read(&body, &[&DIGISELLER]);
        let _ = Failure::read(&format!("{{\"message\":\"{body}"), &[&DIGISELLER]);
        let _ = reported(&body, &DIGISELLER);
        let _ = php_warning(&body);
        let _ = Excerpt(&body).to_string();
    }
    assert!(
        started.elapsed() < std::time::Duration::from_secs(20),
        "{:?}",
        started.elapsed()
    );
}
