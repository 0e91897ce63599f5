//! Bodies of every kind.

use lavka_runtime::client::{Call, Format, Upload};
use lavka_tests::wire::bodies as b;

use lavka_hostile::Seen;

use crate::support::{Answer, Server};
use lavka_hostile::run;

fn request(call: impl for<'a> FnOnce(&'a b::Client) -> Call<'a, ()>) -> Seen {
    let server = Server::start(Answer::NOTHING);
    let client: b::Client = server.client();
    run(call(&client)).expect("nothing");
    server.next()
}

/// The content type and the body.
fn sent(call: impl for<'a> FnOnce(&'a b::Client) -> Call<'a, ()>) -> (String, String) {
    let sent = request(call);
    let media = sent.header("content-type").unwrap_or_default().to_owned();
    (media, String::from_utf8_lossy(&sent.body).into_owned())
}

fn item() -> b::Item {
    b::Item::new(1)
        .with_name("Ü & <b>")
        .with_tags(vec!["x".to_owned(), "y".to_owned()])
}

const JSON: &str = r#"{"id":1,"name":"Ü & <b>","tags":["x","y"]}"#;
const XML: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Item id=\"1\"><name>Ü &amp; &lt;b&gt;</name><tags><tag>x</tag><tag>y</tag></tags></Item>";

#[track_caller]
fn same(sent: (String, String), media: &str, body: &str) {
    assert_eq!((sent.0.as_str(), sent.1.as_str()), (media, body));
}

#[test]
fn json_and_xml() {
    let item = item();
    same(sent(|c| c.send_json(&item)), "application/json", JSON);
    same(
        sent(|c| c.send_suffix(&item)),
        "application/merge-patch+json",
        JSON,
    );
    let list = format!("[{JSON},{{\"id\":2}}]");
    let items = [item.clone(), b::Item::new(2)];
    same(sent(|c| c.send_list(&items)), "application/json", &list);
    same(sent(|c| c.send_list(&[])), "application/json", "[]");
    same(
        sent(|c| c.send_scalar("a \"b\"")),
        "application/json",
        r#""a \"b\"""#,
    );
    let free = serde_json::json!([null, {"a": 1.5}]);
    same(
        sent(|c| c.send_free(&free)),
        "application/json",
        r#"[null,{"a":1.5}]"#,
    );
    same(sent(|c| c.send_optional(None)), "", "");
    same(sent(|c| c.send_optional(&item)), "application/json", JSON);
    same(sent(|c| c.send_xml(&item)), "application/xml", XML);
    same(
        sent(|c| c.send_xml_suffix(&item)),
        "application/vnd.item+xml",
        XML,
    );
    same(sent(|c| c.send_either(&item)), "application/json", JSON);
    let server = Server::start(Answer::NOTHING);
    let builder = b::Client::builder()
        .base_url(&server.url)
        .format(Format::Xml);
    run(builder.build().expect("a client").send_either(&item)).expect("nothing");
    let text = server.sent();
    assert_eq!(
        text,
        format!("POST /either\ncontent-type: application/xml\n\n{XML}")
    );
}

#[test]
fn forms() {
    let texts = |values: &[&str]| values.iter().map(|v| (*v).to_owned()).collect::<Vec<_>>();
    let mut form = b::SendFormRequest::new("a b&c=ü+");
    const FORM: &str = "application/x-www-form-urlencoded";
    same(
        sent(|c| c.send_form(&form)),
        FORM,
        "name=a+b%26c%3D%C3%BC%2B",
    );
    form.count = Some(-7);
    form.repeated = Some(texts(&["x", "y"]));
    form.joined = Some(texts(&["x", "y,z"]));
    form.piped = Some(texts(&["x", "y"]));
    form.deep = Some(b::SendFormRequestDeep::default().with_a(1).with_b("t"));
    form.spread = Some(b::SendFormRequestSpread::default().with_c(2));
    form.json = Some(b::SendFormRequestJson::default().with_d(3));
    form.image = Some("bytes".to_owned());
    same(
        sent(|c| c.send_form(&form)),
        FORM,
        "name=a+b%26c%3D%C3%BC%2B&count=-7&repeated=x&repeated=y&joined=x,y%2Cz&piped=x%7Cy\
         &deep%5Ba%5D=1&deep%5Bb%5D=t&c=2&json=%7B%22d%22%3A3%7D&image=bytes",
    );
}

/// The parts of a multipart body: each as its headers but the length, and its content.
fn parts(sent: &Seen) -> Vec<String> {
    let media = sent.header("content-type").expect("a media type");
    let boundary = media
        .strip_prefix("multipart/form-data; boundary=")
        .expect("a boundary");
    let body = String::from_utf8_lossy(&sent.body).into_owned();
    let body = body
        .strip_suffix(&format!("--{boundary}--\r\n"))
        .expect("the end");
    let separator = format!("--{boundary}\r\n");
    let mut parts = body.split(&separator);
    assert_eq!(parts.next(), Some(""));
    parts
        .map(|part| {
            part.strip_suffix("\r\n")
                .expect("a line's end")
                .replace("\r\n", "\n")
        })
        .collect()
}

#[test]
fn multipart() {
    let mut form = b::SendPartsRequest::new("Ü \"n\"");
    form.count = Some(3);
    form.tags = Some(vec!["x".to_owned(), "y".to_owned()]);
    form.item = Some(b::Item::new(1));
    form.items = Some(vec![b::Item::new(2), b::Item::new(3)]);
    form.file = Some(Upload::bytes("a.txt", b"file".as_slice()));
    form.files = Some(vec![Upload::bytes("b.bin", b"\x01".as_slice())]);
    form.note = Some("# n".to_owned());
    // A header that has one value is sent; of others, the caller knows the value.
    form.image = Some(Upload::bytes("i.png", b"png".as_slice()).header("X-Free", "f"));
    let head = "Content-Disposition: form-data; name=";
    let expected = [
        format!("{head}\"name\"\n\nÜ \"n\""),
        format!("{head}\"count\"\n\n3"),
        format!("{head}\"tags\"\n\nx"),
        format!("{head}\"tags\"\n\ny"),
        format!("{head}\"item\"\nContent-Type: application/json\n\n{{\"id\":1}}"),
        format!("{head}\"items\"\nContent-Type: application/json\n\n{{\"id\":2}}"),
        format!("{head}\"items\"\nContent-Type: application/json\n\n{{\"id\":3}}"),
        format!("{head}\"file\"; filename=\"a.txt\"\nContent-Type: text/plain\n\nfile"),
        format!(
            "{head}\"files\"; filename=\"b.bin\"\nContent-Type: application/octet-stream\n\n\u{1}"
        ),
        format!("{head}\"note\"\nContent-Type: text/markdown\n\n# n"),
        format!(
            "{head}\"image\"; filename=\"i.png\"\nContent-Type: image/png\nX-Kind: thumbnail\nX-Free: f\n\npng"
        ),
    ];
    assert_eq!(parts(&request(|c| c.send_parts(&form))), expected);
    let mut form = b::SendPartsRequest::new("n");
    let expected = [format!("{head}\"name\"\n\nn")];
    assert_eq!(parts(&request(|c| c.send_parts(&form))), expected);
    // Texts and JSON have no place for headers of their own: the call has.
    form.items = Some(vec![b::Item::new(2)]);
    let sent = request(|c| {
        c.send_parts(&form)
            .part_header("name", "X-Lang", "ru")
            .part_header("items", "X-Part", vec![1, 2])
    });
    let expected = [
        format!("{head}\"name\"\nX-Lang: ru\n\nn"),
        format!("{head}\"items\"\nContent-Type: application/json\nX-Part: 1,2\n\n{{\"id\":2}}"),
    ];
    assert_eq!(parts(&sent), expected);
}

/// A component that is also in JSON has no files: its bytes are text in both.
#[test]
fn a_form_that_is_json_elsewhere() {
    let server = Server::start(Answer::json(r#"{"data":"d","name":"n"}"#));
    let client: b::Client = server.client();
    let shared = b::Shared::default().with_data("bytes").with_name("n");
    let reply = run(client.send_shared(&shared)).expect("a reply");
    assert_eq!(reply.data.as_deref(), Some("d"));
    let parts = parts(&server.next());
    assert_eq!(parts.len(), 2);
    assert!(parts[0].ends_with("\n\nbytes"), "{parts:?}");
}

#[test]
fn texts_and_bytes() {
    same(
        sent(|c| c.send_text("a \"b\" ü")),
        "text/plain",
        "a \"b\" ü",
    );
    same(sent(|c| c.send_number(-7)), "text/plain", "-7");
    let bytes = Upload::bytes("x", b"\x00\xFF".as_slice());
    let raw = request(|c| c.send_bytes(&bytes));
    assert_eq!(raw.header("content-type"), Some("application/octet-stream"));
    assert_eq!(raw.body, b"\x00\xFF");
    let image = Upload::bytes("i.png", b"png".as_slice());
    same(sent(|c| c.send_image(&image)), "image/png", "png");
}
