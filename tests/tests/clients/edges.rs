//! Replies and parameters at the edge of what the documents say: a success without content, a deletion whose answer is
//! lost, a path that would become another.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

use std::time::Duration;

use lavka::digiseller::{self, EditBook, Marketplace};
use lavka::{ErrorKind, Retry, insales_products};
use lavka_hostile::{Act, Seen, Server, reply};

fn retry() -> Retry {
    Retry {
        attempts: 3,
        first_wait: Duration::from_millis(1),
        ..Retry::default()
    }
}

fn seller(server: &Server) -> digiseller::Client {
    digiseller::Client::builder()
        .base_url(server.url())
        .credentials(digiseller::Credentials::token("the token"))
        .retry(retry())
        .build()
        .expect("a client")
}

fn shop(server: &Server) -> insales_products::Client {
    insales_products::Client::builder()
        .base_url(server.url())
        .credentials(insales_products::Credentials::basic("key", "password"))
        .retry(retry())
        .build()
        .expect("a client")
}

fn json(body: &str) -> Act {
    Act::Send(reply(
        "200 OK",
        &[("Content-Type", "application/json")],
        body,
    ))
}

fn sample<T: serde::de::DeserializeOwned>(operation: &str) -> T {
    let sample = lavka_sandbox::samples("digiseller")
        .iter()
        .find(|s| {
            s.operation == operation
                && s.direction == lavka_sandbox::Direction::Request
                && s.format == lavka_sandbox::SampleFormat::Json
        })
        .expect("a sample");
    serde_json::from_slice(sample.bytes).expect("the type of the request")
}

#[tokio::test]
async fn an_edit_may_succeed_without_a_content_or_a_body() {
    for body in [
        r#"{"retval":0,"retdesc":"","errors":null,"content":null}"#,
        r#"{"retval":0}"#,
        "",
    ] {
        let server = Server::script(vec![json(body)]);
        let edit: EditBook = sample("edit_book");
        assert_eq!(
            seller(&server).edit_book(5, &edit).await.expect(body),
            None,
            "{body}"
        );
    }
}

#[tokio::test]
async fn a_creation_without_its_content_is_no_refusal() {
    let server = Server::script(vec![json(r#"{"retval":0,"content":null}"#)]);
    let book: digiseller::CreateBook = sample("create_book");
    let error = seller(&server)
        .create_book(&book)
        .await
        .expect_err("no content");
    assert_eq!(error.kind(), ErrorKind::Empty);
    assert!(!error.is_validation() && !error.is_retryable());
    assert!(
        error
            .to_string()
            .contains("check its effect before repeating it"),
        "{error}"
    );
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn a_deletion_whose_answer_was_lost_is_one() {
    let gone = || Act::Send(reply("404 Not Found", &[], ""));
    let server = Server::script(vec![Act::Close(Vec::new()), gone()]);
    shop(&server)
        .delete_product(5)
        .await
        .expect("deleted by the first attempt");
    assert_eq!(server.seen().len(), 2);

    let server = Server::script(vec![gone()]);
    let error = shop(&server)
        .delete_product(5)
        .await
        .expect_err("never was there");
    assert!(error.is_not_found());
}

#[tokio::test]
async fn a_parameter_cannot_change_the_path() {
    let server = Server::script(vec![json("{}")]);
    for id in ["", ".", ".."] {
        let error = seller(&server)
            .list_categories(&Marketplace::from(id))
            .await
            .expect_err("another path");
        assert_eq!(error.kind(), ErrorKind::Request, "{error}");
    }
    assert!(server.seen().is_empty());
}

#[tokio::test]
async fn a_number_that_json_has_not_is_not_sent() {
    for percent in [f64::NAN, f64::INFINITY, 10.0] {
        let server = Server::script(vec![json(r#"{"retval":0}"#)]);
        let bonus = digiseller::Bonus::new(true).with_percent(percent);
        let edit = EditBook::default().with_bonus(bonus);
        let result = seller(&server).edit_book(5, &edit).await;
        if percent.is_finite() {
            result.expect("10 can be sent");
            let sent = server.seen();
            let body = sent.first().map(Seen::text);
            assert_eq!(
                body.as_deref(),
                Some(r#"{"bonus":{"enabled":true,"percent":10}}"#)
            );
        } else {
            let error = result.expect_err("not a number");
            assert_eq!(error.kind(), ErrorKind::Request);
            assert!(error.to_string().contains("finite"), "{error}");
            assert!(server.seen().is_empty());
        }
    }
}

#[tokio::test]
async fn a_credential_is_no_extra_even_where_none_is_needed() {
    let server = Server::script(vec![json("{}")]);
    let seller = seller(&server);
    for name in ["token", "Token"] {
        let call = seller.list_categories(&Marketplace::Plati);
        let error = call.extra_query(name, "x").await.expect_err(name);
        assert!(error.to_string().contains("credential"), "{error}");
    }
    assert!(server.seen().is_empty());
}

/// "No categories" is not "categories as they are", which XML would say.
#[tokio::test]
async fn an_empty_list_is_sent_or_refused() {
    let edit = EditBook::default().with_categories(Vec::new());
    let server = Server::script(vec![json(r#"{"retval":0}"#)]);
    let call = seller(&server).edit_book(5, &edit).await;
    call.expect("JSON has empty lists");
    let sent = server.seen().first().map(Seen::text);
    assert_eq!(sent.as_deref(), Some(r#"{"categories":[]}"#));

    let server = Server::script(vec![json(r#"{"retval":0}"#)]);
    let seller = digiseller::Client::builder()
        .base_url(server.url())
        .credentials(digiseller::Credentials::token("the token"))
        .format(lavka::Format::Xml)
        .build()
        .expect("a client");
    let error = seller.edit_book(5, &edit).await.expect_err("XML has not");
    assert_eq!(error.kind(), ErrorKind::Request);
    assert!(error.to_string().contains("<categories>"), "{error}");
    assert!(server.seen().is_empty());
}
