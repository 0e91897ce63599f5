//! Headers that only the client can write.

use lavka_tests::wire::framing::{Client, PutTransferRequest};

use super::{NOTHING, server};

#[test]
fn headers_of_the_message_are_no_arguments() {
    let server = server(NOTHING);
    lavka_hostile::run(async {
        let client = Client::builder().base_url(server.url()).build().unwrap();
        let date = "Fri, 27 Nov 2026 22:00:00 GMT";
        let transfer = PutTransferRequest::new(1);
        client.put_transfer(date, &transfer).await.unwrap();
    });
    let seen = server.next();
    assert_eq!(seen.header("content-length"), Some("8"));
    assert_eq!(seen.header("date"), Some("Fri, 27 Nov 2026 22:00:00 GMT"));
    assert!(
        seen.header("host")
            .is_some_and(|host| host.starts_with("127.0.0.1:"))
    );
    assert_eq!(seen.text(), r#"{"id":1}"#);
}
