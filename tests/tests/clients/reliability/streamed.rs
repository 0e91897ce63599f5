//! Lists that are streamed and are odd in one way each.

use lavka::client::{Items, Retry};
use lavka::{Error, insales_digital, insales_products};
use lavka_hostile::{Act, Server, head, json};

/// A reply in chunks of this size.
fn chunked(body: &[u8], size: usize, whole: bool) -> Act {
    let mut bytes = head("200 OK", &[], "Transfer-Encoding: chunked");
    for piece in body.chunks(size) {
        bytes.extend_from_slice(format!("{:x}\r\n", piece.len()).as_bytes());
        bytes.extend_from_slice(piece);
        bytes.extend_from_slice(b"\r\n");
    }
    if !whole {
        return Act::Close(bytes);
    }
    bytes.extend_from_slice(b"0\r\n\r\n");
    Act::Send(bytes)
}

async fn items<T>(items: Result<Items<T>, Error>, shown: fn(&T) -> String) -> String {
    let mut items = items.expect("a reply");
    let mut all = Vec::new();
    while let Some(item) = items.next().await {
        match item {
            Ok(item) => all.push(shown(&item)),
            Err(error) => return format!("{all:?} {:?}: {error}", error.kind()),
        }
    }
    format!("{all:?}")
}

/// What comes of a stream of products.
async fn products(act: Act) -> String {
    let server = Server::script(vec![act]);
    let client = insales_products::Client::builder()
        .base_url(server.url())
        .credentials(insales_products::Credentials::basic("key", "the-password"))
        .retry(Retry::never())
        .build()
        .expect("a client");
    items(client.list_products_stream().await, |p| p.title.clone()).await
}

/// What comes of a stream of assets.
async fn assets(body: &str) -> String {
    let server = Server::script(vec![json(body)]);
    let client = insales_digital::Client::builder()
        .base_url(server.url())
        .credentials(insales_digital::Credentials::basic("key", "the-password"))
        .retry(Retry::never())
        .build()
        .expect("a client");
    items(client.list_product_assets_stream(1).await, |_| {
        String::new()
    })
    .await
}

fn product(title: &str) -> String {
    format!(
        "<product><id>1</id><title>{title}</title><updated-at>2010-07-14T13:40:01Z</updated-at><variants/></product>"
    )
}

/// A declaration that was true once is no reason to read letters as others; and single words of Cyrillic letters are UTF-8 by chance.
#[tokio::test]
async fn a_declared_encoding_is_held_against_what_comes() {
    for titles in [["Книга", "Перо"], ["ЕЁ", "Её"], ["a", "№ «1»"], ["a", "b"]] {
        let list: String = titles.iter().map(|title| product(title)).collect();
        let text =
            format!("<?xml version=\"1.0\" encoding=\"windows-1251\"?><products>{list}</products>");
        let old = encoding_rs::WINDOWS_1251.encode(&text).0;
        for size in [1, 7, 10_000] {
            let read = products(chunked(&old, size, true)).await;
            assert_eq!(read, format!("{titles:?}"), "in pieces of {size} bytes");
        }
    }
    let list = [product("Книга"), product("Перо")].concat();
    for name in ["windows-1251", "US-ASCII", "KOI8-R"] {
        let text =
            format!("<?xml version=\"1.0\" encoding=\"{name}\"?><products>{list}</products>");
        for size in [1, 7, 10_000] {
            let read = products(chunked(text.as_bytes(), size, true)).await;
            assert_eq!(read, r#"["Книга", "Перо"]"#, "{name}, {size}");
        }
    }
}

#[tokio::test]
async fn a_failure_in_place_of_an_item_is_explained() {
    let one = product("t");
    for (body, expected) in [
        (
            format!("<products>{one}<error>out of memory</error></products>"),
            r#"["t"] Decode: insales_products.list_products: HTTP 200: in the reply: /products/error[1]:"#,
        ),
        (
            format!("<products>{one}<error>out of memory</error></products>"),
            "near `<error>…`: out of memory",
        ),
        (
            format!("<products>{one}<product><id>x</id><title>bad</title></product></products>"),
            "/products/product[2]/id:",
        ),
        (" ".to_owned(), "[] Empty: "),
        (String::new(), "[] Empty: "),
    ] {
        let read = products(chunked(body.as_bytes(), 50, true)).await;
        assert!(read.contains(expected), "{read}");
        assert!(!read.contains("bad"), "{read}");
    }
    for (body, expected) in [
        (
            r#"[{"error":"no rights"}]"#,
            "near `{\"error\":\"…\"}`: no rights",
        ),
        (
            "Access denied",
            "line 1, column 1: expected a JSON array, found \"Access denied\"",
        ),
        (
            "<html><title>Down</title></html>",
            "found markup (possibly an HTML page): Down",
        ),
        ("[] Fatal error", "expected the end of the input, found 'F'"),
    ] {
        let read = assets(body).await;
        assert!(read.contains(expected), "{read}");
    }
    for body in ["\u{feff}\n [ ]", "[null, null]"] {
        assert_eq!(assets(body).await, "[]", "{body}");
    }
}
