//! Lists of lists in XML.

use lavka_hostile::run;
use lavka_tests::wire::xml_nested::{Cell, Client, Table};

use super::{XML, call, server};

fn client(url: String) -> Client {
    Client::builder().base_url(url).build().unwrap()
}

fn table() -> Table {
    let text = |text: &str| text.to_owned();
    Table::default()
        .with_matrix(vec![vec![1.5, 2.0], vec![], vec![3.0]])
        .with_row(vec![vec![Cell::new(1), Cell::new(2)], vec![Cell::new(3)]])
        .with_cube(vec![vec![vec![text("a"), text("b")], vec![text("c")]]])
        .with_names(vec![text("n")])
}

#[test]
fn each_inner_list_has_an_element() {
    let reply = "<Table>\
        <row><row v=\"1\"/><other/><row v=\"2\"></row></row>\
        <names><names>n</names></names>\
        <matrix> <row><cell>1.5</cell><!-- c --><cell>2</cell></row><row/><row><cell>3</cell></row></matrix>\
        <row><row v=\"3\"/></row>\
        <cube><plane><line><point>a</point><point>b</point></line><line><point>c</point></line></plane></cube>\
        </Table>";
    let (sent, read) = call(&format!("{XML}{reply}"), async |url| {
        client(url.to_owned()).put(&table()).await.unwrap()
    });
    assert_eq!(
        sent,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Table>\
        <matrix><row><cell>1.5</cell><cell>2</cell></row><row/><row><cell>3</cell></row></matrix>\
        <row><row v=\"1\"/><row v=\"2\"/></row><row><row v=\"3\"/></row>\
        <cube><plane><line><point>a</point><point>b</point></line><line><point>c</point></line></plane></cube>\
        <names><names>n</names></names></Table>"
    );
    assert_eq!(read, table());
}

#[test]
fn a_body_is_a_list_of_lists() {
    let reply = "<Grid><row><cell>1</cell><cell>2</cell></row><row><cell>3</cell></row></Grid>";
    let (sent, read) = call(&format!("{XML}{reply}"), async |url| {
        let grid = [vec![1, 2], vec![3]];
        client(url.to_owned()).put_grid(&grid).await.unwrap()
    });
    assert!(sent.ends_with(reply), "{sent}");
    assert_eq!(read, [vec![1, 2], vec![3]]);
}

#[test]
fn lists_of_a_list_are_streamed() {
    let reply = "<Grid><row><cell>1</cell><cell>2</cell></row><row/></Grid>";
    let server = server(format!("{XML}{reply}").as_bytes());
    run(async {
        let mut rows = client(server.url()).grid_stream().await.unwrap();
        assert_eq!(rows.next().await.unwrap().unwrap(), [1, 2]);
        assert!(rows.next().await.unwrap().unwrap().is_empty());
        assert!(rows.next().await.is_none());
    });
}

#[test]
fn a_wrong_item_is_an_error_with_its_place() {
    let reply = "<Grid><row><cell>1</cell><cell>x</cell></row></Grid>";
    let server = server(format!("{XML}{reply}").as_bytes());
    let error = run(client(server.url()).put_grid(&[vec![1]]).into_future()).unwrap_err();
    let text = error.to_string();
    assert!(text.contains("/Grid/row[1]/cell[2]"), "{text}");
}

#[test]
fn inner_lists_without_an_element_are_text() {
    let reply = "<Flat><rows><rows>1</rows></rows></Flat>";
    let server = server(format!("{XML}{reply}").as_bytes());
    let read: String = run(client(server.url()).flat().into_future()).unwrap();
    assert_eq!(read, reply);
}
