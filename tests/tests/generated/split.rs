//! A module with a file for each tag, as one file of a `build.rs` and as files: it compiles without a warning, with tags that are called as
//! something else is, and programs name everything as in a module without such files.

#![deny(warnings)]
#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

#[allow(dead_code, unreachable_pub)]
mod nested {
    include!(concat!(env!("OUT_DIR"), "/large.rs"));
}
#[allow(dead_code, unreachable_pub)]
mod on_disk {
    include!(concat!(env!("OUT_DIR"), "/large_files.rs"));
    pub(crate) use files::*;
}

use lavka_hostile::{Server, json, run};
use lavka_runtime::dynamic::{Api as _, Side};
use serde_json::Value;

macro_rules! calls {
    ($api:ident) => {{
        use $api::{Client, Common, Credentials, Kind, Operations, PutItem0Params, PutItem0Reply};

        // The operation without a tag, and one of the tag `types`.
        assert_eq!($api::operations::PUT_ITEM10.id, "put_item10");
        assert_eq!($api::operations::PUT_ITEM2.id, "put_item2");
        let mut body = $api::PutItem0Request::default();
        body.common = Some(Common::new(Kind::Cat));
        body.own = Some($api::PutItem0RequestOwn::default().with_n(5));

        let server = Server::script(vec![json(r#"[{"c":{"kind":"dog"}}]"#)]);
        let client = Client::builder()
            .base_url(server.url())
            .credentials(Credentials::token("secret"))
            .build()
            .expect("a client");
        let params = PutItem0Params::default().with_kind(Kind::Dog);
        #[allow(deprecated)]
        let reply = run(Operations::put_item0_with(&client, "1", &body, &params));
        let PutItem0Reply::Status200($api::PutItem0Response200::Array(items)) =
            reply.expect("a reply")
        else {
            panic!("another reply");
        };
        assert_eq!(items[0].c, Some(Common::new(Kind::Dog)));
        let asked = server.next();
        assert_eq!(asked.target(), "PUT /items0/1?kind=dog");
        let sent: Value = serde_json::from_str(&asked.text()).expect("JSON");
        assert_eq!(
            sent.to_string(),
            r#"{"common":{"kind":"cat"},"own":{"n":5}}"#
        );

        let text = br#"{"common":{"kind":"cat"}}"#;
        let read = $api::dynamic::Api.payload(
            "put_item2",
            Side::Request,
            lavka_runtime::client::Format::Json,
            text,
        );
        let read = read.expect("typed").to_json().expect("JSON");
        let read: Value = serde_json::from_slice(&read).expect("JSON");
        assert_eq!(read.to_string().as_bytes(), text);
    }};
}

#[test]
fn calls_are_those_of_a_module_in_one_file() {
    calls!(nested);
    calls!(on_disk);
}
