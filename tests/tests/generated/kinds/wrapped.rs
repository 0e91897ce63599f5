//! Replies in the API's wrapping that are documented without it.

use lavka_hostile::{Server, run};
use lavka_runtime::client::Format;
use lavka_runtime::{Error, ErrorKind};
use lavka_tests::wire::xml_wrapped::{Client, Order};

use super::{JSON, XML, server};

fn reply(content: &str) -> Server {
    let head = if content.starts_with('<') { XML } else { JSON };
    server(format!("{head}{content}").as_bytes())
}

fn client(server: &Server) -> Client {
    let builder = Client::builder().base_url(server.url());
    builder.format(Format::Xml).build().unwrap()
}

fn order(content: &str) -> Result<Order, Error> {
    run(client(&reply(content)).order().into_future())
}

#[test]
fn an_object_is_read_from_the_wrapping() {
    let order = |content: &str| {
        order(content)
            .unwrap_or_else(|e| panic!("{content}: {e}"))
            .id
    };
    assert_eq!(order("<Order><id>1</id></Order>"), 1);
    let wrapped = |content: &str| format!("<result><retval>0</retval>{content}</result>");
    assert_eq!(
        order(&wrapped("<content><id>2</id><note>n</note></content>")),
        2
    );
    assert_eq!(
        order(&wrapped("<content><Order><id>3</id></Order></content>")),
        3
    );
    assert_eq!(
        order(&wrapped(
            "<retdesc/><other><id>9</id></other><content><id>4</id></content>"
        )),
        4
    );
    assert_eq!(order(r#"{"retval":0,"content":{"id":5}}"#), 5);
}

#[test]
fn a_scalar_is_read_from_the_wrapping() {
    let count = |content: &str| run(client(&reply(content)).count().into_future()).unwrap();
    assert_eq!(count("<count>7</count>"), 7);
    assert_eq!(
        count("<result><retval>0</retval><content>8</content></result>"),
        8
    );
    assert_eq!(
        count("<result><retval>0</retval><content><count>9</count></content></result>"),
        9
    );
}

#[test]
fn what_is_not_one_content_is_an_error() {
    let refused = |content: &str| {
        let content = format!("<result><retval>0</retval>{content}</result>");
        order(&content).unwrap_err().to_string()
    };
    let twice = refused("<content><id>1</id></content><content><id>2</id></content>");
    assert!(twice.contains("id"), "{twice}");
    let wrong = refused("<content><id>x</id></content>");
    assert!(wrong.contains("/result/content/id"), "{wrong}");
    refused("<content/>");
    refused("");
    let failure = "<result><retval>5</retval><retdesc>No such order</retdesc><content><id>1</id></content></result>";
    let failure = order(failure).unwrap_err();
    assert_eq!(failure.kind(), ErrorKind::Failure);
    assert!(failure.to_string().contains("No such order"), "{failure}");
}
