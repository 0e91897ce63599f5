//! Replies as servers of this field send them, in `cases/payloads`: what each must be read as. The same files are sent over
//! sockets and given to `lavka convert`'s reader.

use lavka::dynamic::{self, Side};
use lavka::{ErrorKind, Format, fileflare, insales_digital, insales_products, qnits};
use lavka_hostile::{Act, Server, reply};

fn file(name: &str) -> Vec<u8> {
    let path = format!("{}/cases/payloads/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&path).unwrap_or_else(|e| panic!("{path}: {e}"))
}

/// What `lavka convert API OPERATION response` prints, or says.
fn convert(api: &str, operation: &str, name: &str) -> Result<String, String> {
    let api = lavka::apis()
        .into_iter()
        .find(|known| known.name() == api)
        .expect("an API");
    let from = if name.ends_with("xml") {
        Format::Xml
    } else {
        Format::Json
    };
    let payload = dynamic::read(api, operation, Side::Response(None), from, &file(name));
    let payload = payload.map_err(|error| error.to_string())?;
    Ok(String::from_utf8(payload.to_json().expect("JSON")).expect("UTF-8"))
}

#[test]
fn a_failure_in_a_success_is_the_failure() {
    let name = "01-failure-in-200-prices/reply-200.json";
    for operation in [
        "set_prices",
        "get_task_status",
        "edit_base",
        "set_status",
        "add_to_category",
    ] {
        let text = convert("digiseller", operation, name).expect_err("a failure");
        assert!(
            text.contains("Access denied; Access denied (code auth-0) [-1]"),
            "{text}"
        );
    }
    let text =
        convert("digiseller", "login", "07-login-valid_thru/refused.json").expect_err("a failure");
    assert!(text.ends_with("bad sign [-2]"), "{text}");
}

#[test]
fn what_clients_guard_against_is_read() {
    let prices = convert(
        "digiseller",
        "set_prices",
        "03-prices-taskId/reply-200.json",
    )
    .expect("a task");
    assert!(
        prices.contains("12345678-1234-1234-1234-123456789abc"),
        "{prices}"
    );
    let login = convert("digiseller", "login", "07-login-valid_thru/naive.json").expect("a token");
    assert!(login.contains(r#""token": "t""#), "{login}");
}

fn refusing(status: &str, name: &str) -> Server {
    Server::script(vec![Act::Send(reply(status, &[], file(name)))])
}

#[tokio::test]
async fn error_bodies_say_what_can_be_read() {
    let digiseller = |server: &Server| {
        super::replies::with(server, lavka::digiseller::Credentials::token("the-token"))
    };
    for (name, expected) in [
        (
            "06-error-body-all-or-nothing/digiseller-400.json",
            "Validation error; plain text [1]",
        ),
        (
            "06-error-body-all-or-nothing/digiseller-400-object.json",
            "Validation error; name: required [1]",
        ),
    ] {
        for (status, kind) in [
            ("400 Bad Request", ErrorKind::Status),
            ("200 OK", ErrorKind::Failure),
        ] {
            let server = refusing(status, name);
            let error = digiseller(&server)
                .get_task_status("t")
                .await
                .expect_err(name);
            assert!(error.to_string().ends_with(expected), "{error}");
            assert_eq!(error.kind(), kind);
        }
    }
    let server = refusing(
        "422 Unprocessable Entity",
        "06-error-body-all-or-nothing/fileflare-422.json",
    );
    let client = fileflare::Client::builder()
        .base_url(server.url())
        .build()
        .expect("a client");
    let error = client.get_customer_order("5403").await.expect_err("422");
    assert!(error.to_string().ends_with("Not found"), "{error}");
    for (name, expected) in [
        ("insales-422.xml", "One"),
        ("insales-422.json", "title: empty"),
    ] {
        let server = refusing(
            "422 Unprocessable Entity",
            &format!("06-error-body-all-or-nothing/{name}"),
        );
        let client = insales_products::Client::builder()
            .base_url(server.url())
            .credentials(insales_products::Credentials::basic("key", "the-password"))
            .build()
            .expect("a client");
        let error = client.get_product(1).await.expect_err("422");
        assert!(error.to_string().ends_with(expected), "{error}");
    }
    let server = refusing(
        "422 Unprocessable Entity",
        "06-error-body-all-or-nothing/insales-422.json",
    );
    let client = insales_digital::Client::builder()
        .base_url(server.url())
        .credentials(insales_digital::Credentials::basic("login", "the-password"))
        .build()
        .expect("a client");
    let error = client.get_order(1).await.expect_err("422");
    assert!(error.to_string().ends_with("title: empty"), "{error}");
    let server = refusing(
        "400 Bad Request",
        "06-error-body-all-or-nothing/qnits-400.json",
    );
    let client = qnits::Client::builder()
        .base_url(server.url())
        .credentials(qnits::Credentials::new("the-token", 1))
        .build()
        .expect("a client");
    let order = super::subjects::order();
    let error = client.create_order(&order).await.expect_err("400");
    assert!(error.to_string().ends_with("bad phone [ERROR]"), "{error}");
}

/// An operation that returns nothing fails all the same, with any status, and asks for a new token.
#[tokio::test]
async fn a_failure_of_an_operation_that_returns_nothing_is_one() {
    let mut options = lavka::digiseller::PreviewOptions::default();
    options.delete = Some(true);
    for status in ["200 OK", "400 Bad Request"] {
        let body = file("02-preview-options-failure-is-success/reply-200.json");
        let server = Server::start(move |number, seen| match seen.line.contains("apilogin") {
            true => {
                let token = format!(r#"{{"retval":0,"token":"token-{number}"}}"#);
                Act::Send(reply("200 OK", &[], token))
            }
            false => Act::Send(reply(status, &[], &body)),
        });
        let credentials = lavka::digiseller::Credentials::login(17, "the-key");
        let client = super::replies::with(&server, credentials);
        let error = client
            .set_preview_options(&lavka::digiseller::PreviewType::Image, 1, &options)
            .await
            .expect_err(status);
        assert!(error.is_auth() && error.has_code("auth-0"), "{error}");
        assert!(
            error
                .to_string()
                .contains("Access denied; Access denied (code auth-0) [-1]"),
            "{error}"
        );
        assert_eq!(
            server.seen().len(),
            4,
            "{status}: a second login, and one repeat"
        );
    }
}
