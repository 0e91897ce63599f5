//! Bodies that may be left out.

use lavka_hostile::{Act, Server, run};
use lavka_runtime::Error;
use lavka_runtime::client::{Call, Upload};
use lavka_tests::wire::optional_bodies::{
    Client, CreateOrderParams, Created, DeleteOrdersParams, Operations, Order, SendFormRequest,
};

use super::{JSON, NOTHING, server};

/// What a call sends: the request's line and body, and the body's media type.
fn sent(reply: &[u8], call: impl AsyncFnOnce(&Client)) -> String {
    let server = server(reply);
    run(async { call(&client(&server)).await });
    let seen = server.next();
    let media_type = seen.header("content-type").unwrap_or("-");
    let line = seen.line.trim_end_matches(" HTTP/1.1");
    format!("{line} | {media_type} | {}", seen.text())
}

fn client(server: &Server) -> Client {
    Client::builder().base_url(server.url()).build().unwrap()
}

#[test]
fn what_creates_or_changes_takes_its_body_as_an_argument_that_may_be_none() {
    let order = Order::new("a");
    let created = format!("{JSON}{{\"id\":1}}");
    let created = created.as_bytes();
    let line = sent(created, async |c| {
        assert_eq!(c.create_order(&order).await.unwrap().id, Some(1));
    });
    assert_eq!(line, r#"POST /orders | application/json | {"title":"a"}"#);
    let line = sent(created, async |c| {
        c.create_order(None).await.unwrap();
    });
    assert_eq!(line, "POST /orders | - | ");
    let line = sent(created, async |c| {
        let params = CreateOrderParams::default().with_dry_run(true);
        let order = Some(&order).filter(|order| !order.title.is_empty());
        c.create_order_with(order, &params).await.unwrap();
    });
    assert_eq!(
        line,
        r#"POST /orders?dry_run=true | application/json | {"title":"a"}"#
    );
    let orders = vec![order];
    let line = sent(NOTHING, async |c| c.replace_orders(&orders).await.unwrap());
    assert_eq!(line, r#"PUT /orders | application/json | [{"title":"a"}]"#);
}

#[test]
fn bodies_of_every_kind_may_be_none() {
    let line = sent(NOTHING, async |c| c.rename_orders("x").await.unwrap());
    assert_eq!(line, "PATCH /orders | text/plain | x");
    let line = sent(NOTHING, async |c| c.set_limit(5_i64).await.unwrap());
    assert_eq!(line, "PUT /limit | application/json | 5");
    let form = SendFormRequest::default().with_title("a b");
    let line = sent(NOTHING, async |c| c.send_form(&form).await.unwrap());
    assert_eq!(
        line,
        "POST /form | application/x-www-form-urlencoded | title=a+b"
    );
    let file = Upload::bytes("a", "xyz");
    let line = sent(NOTHING, async |c| c.send_file(&file).await.unwrap());
    assert_eq!(line, "PUT /files | application/octet-stream | xyz");
    let asset = Upload::bytes("a.zip", "PK").content_type("application/zip");
    let line = sent(NOTHING, async |c| c.send_asset(&asset).await.unwrap());
    assert_eq!(line, "POST /assets | application/zip | PK");
    let order = Order::new("a");
    let line = sent(NOTHING, async |c| c.send_wrapped(&order).await.unwrap());
    assert_eq!(
        line,
        r#"POST /wrapped | application/json | {"order":{"title":"a"}}"#
    );
    let nothing = async |c: &Client| {
        c.replace_orders(None).await.unwrap();
        c.rename_orders(None).await.unwrap();
        c.set_limit(None).await.unwrap();
        c.send_form(None).await.unwrap();
        c.send_file(None).await.unwrap();
        c.send_wrapped(None).await.unwrap();
    };
    let empty = Server::script(vec![Act::Close(NOTHING.to_vec()); 6]);
    run(nothing(&client(&empty)));
    for _ in 0..6 {
        let seen = empty.next();
        assert_eq!((seen.header("content-type"), &*seen.text()), (None, ""));
    }
}

#[test]
fn a_body_that_is_unusual_for_the_method_is_an_option() {
    let line = sent(NOTHING, async |c| c.delete_orders().await.unwrap());
    assert_eq!(line, "DELETE /orders | - | ");
    let line = sent(NOTHING, async |c| {
        let params = DeleteOrdersParams::default().with_body(Order::new("a"));
        c.delete_orders_with(&params).await.unwrap();
    });
    assert_eq!(line, r#"DELETE /orders | application/json | {"title":"a"}"#);
}

#[test]
fn pages_and_batches_send_it_each_time() {
    let replies = [
        format!("{JSON}[{{\"id\":1}}]"),
        format!("{JSON}[{{\"id\":2}}]"),
        format!("{JSON}[]"),
    ];
    let replies = replies.map(|reply| Act::Close(reply.into_bytes()));
    let paged = Server::script(replies.to_vec());
    let found = run(async {
        let order = Order::new("a");
        let pages = client(&paged).search_orders_pages(&order);
        drop(order);
        pages.collect().await.unwrap()
    });
    assert_eq!(found.len(), 2);
    for _ in 0..3 {
        assert_eq!(paged.next().text(), r#"{"title":"a"}"#);
    }
    let parts = Server::script(vec![Act::Close(NOTHING.to_vec()); 2]);
    let items = ["a", "b", "c"].map(str::to_owned);
    let sent = run(async { client(&parts).send_all_in_batches(&items).await.len() });
    assert_eq!(sent, 2);
    assert_eq!(parts.next().text(), r#"["a","b"]"#);
    assert_eq!(parts.next().text(), r#"["c"]"#);
}

/// Creates orders without a server.
struct Fake;

impl Operations for Fake {
    fn create_order_with(&self, order: Option<&Order>, _: &CreateOrderParams) -> Call<'_, Created> {
        let id = order.map(|order| order.title.len() as i64);
        let mut created = Created::default();
        created.id = id;
        Call::ready(Ok(created))
    }
}

#[test]
fn the_trait_takes_an_option() {
    let order = Order::new("abc");
    let shop: &dyn Operations = &Fake;
    let created = run(shop.create_order(Some(&order)).into_future());
    assert_eq!(created.unwrap().id, Some(3));
    let sent = server(format!("{JSON}{{}}").as_bytes());
    let real = client(&sent);
    let shop: &dyn Operations = &real;
    let created: Result<Created, Error> = run(shop.create_order(Some(&order)).into_future());
    assert_eq!(created.unwrap().id, None);
    assert_eq!(sent.next().text(), r#"{"title":"abc"}"#);
}
