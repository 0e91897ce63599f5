//! Replies of every kind.

use lavka_tests::wire::replies as b;

use crate::support::{Answer, Server};
use lavka_hostile::run;

const A: Answer = Answer::json(r#"{"a":"x"}"#);

/// The reply of an operation to an answer.
macro_rules! reply {
    ($operation:ident, $answer:expr) => {{
        let server = Server::start($answer);
        let client: b::Client = server.client();
        run(client.$operation()).expect("a reply")
    }};
}

const fn status(status: u16, answer: Answer) -> Answer {
    Answer { status, ..answer }
}

#[test]
fn by_status() {
    // 204 has no body, whatever the document says of one.
    assert_eq!(reply!(no_content_with_schema, Answer::NOTHING), None);
    let made = reply!(no_content_with_schema, status(201, A));
    assert_eq!(made.map(|made| made.a).as_deref(), Some("x"));
    use b::TwoSchemasReply as Two;
    assert!(matches!(reply!(two_schemas, A), Two::Status200(a) if a.a == "x"));
    let later = status(202, Answer::json(r#"{"b":7}"#));
    assert!(matches!(reply!(two_schemas, later), Two::Status202(b) if b.b == 7));
    assert!(matches!(
        reply!(two_schemas, Answer::NOTHING),
        Two::Status204
    ));
    // A list and a stream of the same items are not read the same way.
    use b::ListOrLinesReply as Listed;
    let list = Answer::json(r#"[{"a":"x"}]"#);
    assert!(matches!(reply!(list_or_lines, list), Listed::Status200(all) if all[0].a == "x"));
    let lines = status(202, Answer::of("application/jsonl", "{\"a\":\"x\"}\n"));
    assert!(matches!(reply!(list_or_lines, lines), Listed::Status202(bytes) if bytes.len() == 10));
    assert_eq!(reply!(same_schemas, A).a, "x");
    assert_eq!(reply!(same_schemas, status(201, A)).a, "x");
    assert_eq!(reply!(by_range, status(207, A)).a, "x");
    assert_eq!(reply!(by_default, A).a, "x");
}

#[test]
fn by_media_type() {
    assert_eq!(reply!(any_type, A).a, "x");
    assert_eq!(reply!(either_type, A).a, "x");
    let xml = Answer::of("application/xml", "<A><a>x</a></A>");
    assert_eq!(reply!(either_type, xml).a, "x");
    // `format: binary` is the file itself, not a JSON text of it.
    let file = Answer::json("{\"any\": [1]}\n");
    assert_eq!(reply!(json_file, file), b"{\"any\": [1]}\n".as_slice());
    assert_eq!(reply!(integer_text, Answer::of("text/plain", "42")), 42);
    assert_eq!(reply!(nullable_reply, Answer::json("null")), None);
    assert!(reply!(nullable_reply, A).is_some());
}

/// Of several variants that fit, the one that loses nothing.
#[test]
fn unions_without_a_tag() {
    use b::{UntaggedListsResponse as Lists, UntaggedResponse as One};
    assert!(matches!(reply!(untagged, A), One::A(a) if a.a == "x"));
    let wide = Answer::json(r#"{"a":"x","w":1.5,"more":["m"]}"#);
    assert!(matches!(reply!(untagged, wide), One::Wide(w) if w.w == Some(1.5)));
    // What none of them names does not matter.
    let unknown = Answer::json(r#"{"a":"x","z":1}"#);
    assert!(matches!(reply!(untagged, unknown), One::A(_)));
    let most = Answer::json(r#"{"a":"x","z":1,"w":2}"#);
    assert!(matches!(reply!(untagged, most), One::Wide(_)));
    let lists = Answer::json(r#"[{"a":"x"},{"a":"y","more":["m"]}]"#);
    assert!(matches!(reply!(untagged_lists, lists), Lists::ArrayWide(all) if all.len() == 2));
}

#[test]
fn what_one_side_leaves_out() {
    let server = Server::start(Answer::json(r#"{"id":7,"name":"n"}"#));
    let client: b::Client = server.client();
    let person = run(client.echo_person(&b::PersonInput::new("n", "s"))).expect("a person");
    assert_eq!((person.id, person.secret), (7, None));
    let sent = server.next();
    assert_eq!(sent.body, br#"{"name":"n","secret":"s"}"#);
}

/// The property that tells variants apart is sent, also where the value has none.
#[test]
fn unions_with_a_tag() {
    let server = Server::start(Answer::json(r#"{"kind":"Dog","tricks":["sit"]}"#));
    let client: b::Client = server.client();
    let cat = b::Cat::default().with_name("Tom").with_lives(9);
    let pet = run(client.echo_pet(&cat.into())).expect("a pet");
    assert!(matches!(pet, b::Pet::Dog(dog) if dog.tricks.is_some()));
    assert_eq!(
        server.next().body,
        br#"{"kind":"cat","name":"Tom","lives":9}"#
    );
    run(client.echo_pet(&b::Cat::default().into())).expect("a pet");
    assert_eq!(server.next().body, br#"{"kind":"cat"}"#);
    let cat = b::Cat::default().with_kind("cat");
    run(client.echo_pet(&cat.into())).expect("a pet");
    assert_eq!(server.next().body, br#"{"kind":"cat"}"#);
}
