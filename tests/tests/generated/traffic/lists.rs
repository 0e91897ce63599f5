//! Lists that come in another form than the documented one, whole and as streams.

use lavka_hostile::{Act, Server, reply, run};
use lavka_runtime::Error;
use lavka_runtime::client::Items;

use super::api::{Client, Order};
use super::client;

/// The ids, how many values were left out, and the error at the end.
type Read = (Vec<i64>, Vec<String>, Option<String>);

fn sent(media: &str, body: &[u8]) -> Act {
    Act::Send(reply("200 OK", &[("Content-Type", media)], body))
}

async fn read(items: Result<Items<Order>, Error>) -> Read {
    let mut items = match items {
        Ok(items) => items,
        Err(error) => return (Vec::new(), Vec::new(), Some(error.to_string())),
    };
    let (mut ids, mut end) = (Vec::new(), None);
    while let Some(item) = items.next().await {
        match item {
            Ok(order) => ids.push(order.id),
            Err(error) => end = Some(error.to_string()),
        }
    }
    let left_out = items.lenient().iter().map(ToString::to_string).collect();
    (ids, left_out, end)
}

/// The list in each way that the client has for it.
fn all(media: &str, body: &[u8]) -> [Read; 4] {
    let server = Server::script(vec![sent(media, body)]);
    let client: Client = client(&server);
    run(async {
        let whole = match client.list_orders().response().await {
            Ok(response) => {
                let left_out = response.lenient().iter().map(ToString::to_string).collect();
                let ids = response.value().iter().map(|order| order.id).collect();
                (ids, left_out, None)
            }
            Err(error) => (Vec::new(), Vec::new(), Some(error.to_string())),
        };
        [
            whole,
            read(client.list_orders_stream().await).await,
            read(client.list_lines().await).await,
            read(client.list_sequence().await).await,
        ]
    })
}

#[test]
fn a_list_is_read_in_whatever_form_it_comes() {
    let utf16: Vec<u8> = (std::iter::once(0xFEFF).chain("[{\"id\":1},{\"id\":2}]".encode_utf16()))
        .flat_map(u16::to_le_bytes)
        .collect();
    for body in [
        &b"[{\"id\":1},{\"id\":2}]"[..],
        b"[\n  {\"id\": 1},\n  {\"id\": 2}\n]\n",
        b"{\"id\":1}\n{\"id\":2}\n",
        b"{\"id\":1}\r\n\r\n{\"id\":2}",
        b"\xEF\xBB\xBF{\"id\":1}\n{\"id\":2}",
        b")]}',\n[{\"id\":1},{\"id\":2}]",
        b"for(;;);[{\"id\":1},{\"id\":2}]",
        &utf16,
    ] {
        for media in ["application/json", "application/x-ndjson", "text/plain"] {
            for (number, read) in all(media, body).into_iter().enumerate() {
                let shown = body.escape_ascii();
                assert_eq!(read, (vec![1, 2], vec![], None), "{number} {media} {shown}");
            }
        }
    }
    // One object may be anything but a list, unless the server calls it lines.
    for (media, ok) in [("application/x-ndjson", true), ("application/json", false)] {
        let [whole, stream, lines, sequence] = all(media, b"{\"id\":1}\n");
        assert_eq!(lines, (vec![1], vec![], None));
        assert_eq!(sequence, (vec![1], vec![], None));
        for read in [whole, stream] {
            assert_eq!(read.2.is_none(), ok, "{media}: {read:?}");
        }
    }
}

/// RFC 7464: texts may have line breaks, and one that is cut off is found by the next separator.
#[test]
fn texts_of_a_sequence() {
    let body = b"\x1E{\n  \"id\": 1,\n  \"note\": \"}{\"\n}\n\x1E{\"id\":\n2}\n";
    let [_, _, _, sequence] = all("application/json-seq", body);
    assert_eq!(sequence, (vec![1, 2], vec![], None));
    let body = b"\x1E{\"id\": 1}\n\x1E{\"id\": 2, \"no\n\x1E{\"id\": 3}\n";
    let [_, _, _, (ids, _, end)] = all("application/json-seq", body);
    assert_eq!(ids, [1]);
    assert!(end.expect("an error").contains("$[1]"));
    // Printed for people.
    let body = b"{\n  \"id\": 1\n}\n{\n  \"id\": 2\n}\n";
    let [_, _, lines, _] = all("application/x-ndjson", body);
    assert_eq!(lines, (vec![1, 2], vec![], None));
}

/// As in a list that is read whole.
#[test]
fn an_optional_value_of_another_type_is_left_out_of_a_stream_too() {
    let expected = "$[1].note: expected a string, found 5";
    let events = b"data: {\"id\":1}\n\ndata: {\"id\":2,\"note\":5}\n\n";
    let server = Server::script(vec![sent("text/event-stream", events)]);
    let events = run(async { read(client(&server).list_events().await).await });
    let lines = b"{\"id\":1}\n{\"id\":2,\"note\":5}\n";
    let mut reads = all("application/json", lines).to_vec();
    reads.push(events);
    reads.extend(all(
        "application/json",
        b"[{\"id\":1},{\"ID\":2,\"note\":5}]",
    ));
    for (number, read) in reads.into_iter().enumerate() {
        assert_eq!(
            read,
            (vec![1, 2], vec![expected.to_owned()], None),
            "{number}"
        );
    }
}

/// In XML, whole and as a stream. Elements of other names are reported: they may be what an empty list has beside its items.
#[test]
fn a_list_without_items_says_what_it_has() {
    for (body, ids, reported, expected) in [
        ("<orders/>", &[][..], None, ""),
        (
            "<orders><count>0</count><orders><id>1</id></orders></orders>",
            &[1],
            None,
            "",
        ),
        (
            "<orders><order><id>1</id></order></orders>",
            &[],
            Some("expected <orders> in <orders>, found <order>"),
            "",
        ),
        (
            "<orders>none</orders>",
            &[],
            None,
            "expected items in <orders>, found text",
        ),
    ] {
        let server = Server::script(vec![sent("application/xml", body.as_bytes())]);
        let client = client(&server);
        let whole = match run(client.list_orders_xml().response().into_future()) {
            Ok(reply) => (
                reply.value().iter().map(|order| order.id).collect(),
                reply.lenient().iter().map(ToString::to_string).collect(),
                None,
            ),
            Err(error) => (Vec::new(), Vec::new(), Some(error.to_string())),
        };
        let stream = run(async { read(client.list_orders_xml_stream().await).await });
        for (found, left_out, end) in [whole, stream] {
            assert_eq!(found, ids, "{body}");
            assert_eq!(left_out.len(), usize::from(reported.is_some()), "{body}");
            assert!(
                left_out
                    .iter()
                    .all(|text| text.contains(reported.unwrap_or_default()))
            );
            let end = end.unwrap_or_default();
            assert!(
                end.contains(expected) && end.is_empty() == expected.is_empty(),
                "{end}"
            );
        }
    }
}

/// What is no list says what it is.
#[test]
fn what_comes_in_place_of_a_list_is_explained() {
    for (body, expected) in [
        (&b"{\"error\":\"No rights\"}"[..], "No rights"),
        (b"{\n  \"error\": \"No rights\"\n}\n", "No rights"),
        (b"{\"id\":1}\n{\"error\":\"No rights\"}\n", "No rights"),
        (b"[{\"id\":1},{\"error\":\"No rights\"}]", "No rights"),
        (b"<html><title>Maintenance</title></html>", "Maintenance"),
        (b"Server busy", "Server busy"),
        (b"[{\"id\":1},{\"id\":2", "the end of the"),
        (b"{\"id\":1}\n{\"id\":2", "the end of the"),
        (b"[{\"id\":\"x\"}]", "$[0].id"),
        (b"{\"id\":\"x\"}\n{\"id\":1}\n", "$[0].id"),
        (b"[[1]]", "$[0]"),
    ] {
        for (number, read) in all("application/json", body).into_iter().enumerate() {
            let shown = body.escape_ascii();
            let end = read.2.unwrap_or_default();
            // Of a list that is read whole the place is said.
            let expected = match (
                number,
                body.starts_with(b"{\"id\"") || body.starts_with(b"[{\"id\":1},{\"e"),
            ) {
                (0, true) if expected == "No rights" => "$[1]: line 1",
                _ => expected,
            };
            assert!(end.contains(expected), "{number} {shown}: {end:?}");
        }
    }
}
