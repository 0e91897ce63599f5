//! What the tests of the sandbox share: an API made for them, and a short way to call it.
#![allow(
    dead_code,
    clippy::unwrap_used,
    clippy::expect_used,
    missing_docs,
    clippy::large_futures,
    reason = "helpers of tests"
)]

use std::time::Duration;

use lavka_sandbox::{Api, Builder, Sample, Sandbox};
use reqwest::header::{ACCEPT, CONTENT_TYPE};

pub(crate) const SHOP: &str = include_str!("../fixture/shop.json");
pub(crate) const BOOK: &str =
    r#"{"title":[{"locale":"en","value":"Tea"}],"price":1.50,"kind":"new"}"#;
pub(crate) const ODD_BOOK: &str = r#"{"title":[],"price":2,"kind":"rare"}"#;
pub(crate) const BOOK_XML: &str = "<?xml version=\"1.0\"?>\n<book><price>1.50</price><title><locale>en</locale>\
    <value> <![CDATA[Tea]]> </value></title><kind>new</kind></book>";
pub(crate) const BOOKS: &str = r#"{"retval":0,"retdesc":"","errors":null,"content":[]}"#;
pub(crate) const RARE: &str = r#"{"retval":0,"content":[{"title":[],"price":2}]}"#;
pub(crate) const BOOKS_XML: &str = "<response><retval>0</retval></response>";
pub(crate) const RESULT_XML: &str = "<result><retval>0</retval></result>";

pub(crate) fn shop() -> Api {
    let samples = [
        (
            "login.synthetic.response.json",
            r#"{"token":"x","valid_thru":"2020-01-01T00:00:00+03:00","seller_id":1}"#,
        ),
        ("list_books.documented.response.json", BOOKS),
        ("list_books.documented.response.xml", BOOKS_XML),
        ("create_book.documented.request.json", BOOK),
        ("create_book.documented.request.xml", BOOK_XML),
        ("create_book.documented.response.json", BOOKS),
        ("create_book.documented.response.xml", RESULT_XML),
        ("create_book.documented-2.request.json", ODD_BOOK),
        ("create_book.documented-2.response.json", RARE),
        ("create_book.verbatim.request.json", "{"),
        ("get_book.documented.response.json", BOOK),
        ("add_cover.documented.response.txt", "9a968c22-9bc2"),
        (
            "create_order.corrected.request.json",
            r#"{"key":"verbatim","shop":7,"method":"Create","params":{"name":"A"}}"#,
        ),
        (
            "create_order.synthetic.response.201.json",
            r#"{"status":"OK"}"#,
        ),
        (
            "create_order.synthetic.response.400.json",
            r#"{"status":"ERROR","errors":[]}"#,
        ),
    ];
    let samples: Vec<Sample<'_>> = samples
        .iter()
        .map(|(name, text)| Sample::from_file_name(name, text.as_bytes()).unwrap())
        .collect();
    Api::from_bundled("shop", SHOP, &samples).unwrap()
}

pub(crate) struct Shop {
    pub(crate) sandbox: Sandbox,
    pub(crate) url: String,
    pub(crate) http: reqwest::Client,
}

pub(crate) async fn start() -> Shop {
    start_with(|builder| builder).await
}

pub(crate) async fn start_with(set: impl FnOnce(Builder) -> Builder) -> Shop {
    let sandbox = set(Sandbox::builder().serve(shop())).start().await.unwrap();
    let http = reqwest::Client::builder()
        .timeout(Duration::from_secs(20))
        .build()
        .unwrap();
    Shop {
        url: sandbox.url("shop"),
        sandbox,
        http,
    }
}

pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) content_type: String,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).unwrap()
    }
}

impl Shop {
    pub(crate) fn request(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        self.http
            .request(method.parse().unwrap(), format!("{}{path}", self.url))
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        send(self.request("GET", path)).await
    }

    pub(crate) async fn post(
        &self,
        path: &str,
        format: &str,
        accept: &str,
        body: impl Into<reqwest::Body>,
    ) -> Answer {
        send(
            self.request("POST", path)
                .header(CONTENT_TYPE, format)
                .header(ACCEPT, accept)
                .body(body),
        )
        .await
    }

    pub(crate) async fn post_json(&self, path: &str, body: &str) -> Answer {
        self.post(
            path,
            "application/json",
            "application/json",
            body.to_owned(),
        )
        .await
    }
}

pub(crate) async fn send(request: reqwest::RequestBuilder) -> Answer {
    let reply = request.send().await.unwrap();
    let content_type = reply
        .headers()
        .get(CONTENT_TYPE)
        .map_or("", |value| value.to_str().unwrap())
        .to_owned();
    Answer {
        status: reply.status().as_u16(),
        content_type,
        headers: reply.headers().clone(),
        body: reply.text().await.unwrap(),
    }
}
