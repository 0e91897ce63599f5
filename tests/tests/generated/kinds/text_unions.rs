//! Unions of scalars in `text/plain`.

use lavka_hostile::{Server, run};
use lavka_runtime::client::Call;
use lavka_tests::wire::text_unions::{
    Client, Level, MomentResponse, MomentResponseStringNow, SetMomentRequest, SetSeveralRequest,
    SetStockRequest, SeveralResponse, StockResponse,
};

use super::{NOTHING, server};

fn reply(text: &str) -> Server {
    let head = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\n";
    server(format!("{head}{text}").as_bytes())
}

fn client(server: &Server) -> Client {
    Client::builder().base_url(server.url()).build().unwrap()
}

#[test]
fn a_text_is_the_first_variant_that_it_fits() {
    run(async {
        let level = async |text: &str| client(&reply(text)).level().await.unwrap();
        let string = |text: &str| Level::String(text.to_owned());
        assert_eq!(level("7").await, Level::Number(7));
        assert_eq!(level("-7\n").await, Level::Number(-7));
        assert_eq!(level("1.5").await, string("1.5"));
        assert_eq!(level("007").await, string("007"));
        assert_eq!(level("very high").await, string("very high"));
        assert_eq!(level("true").await, string("true"));
        assert_eq!(level("\"7\"").await, string("7"));

        let several = async |text: &str| client(&reply(text)).several().await.unwrap();
        assert_eq!(several("true").await, SeveralResponse::Boolean(true));
        assert_eq!(several("1.5").await, SeveralResponse::Number(1.5));
        assert_eq!(
            several("on").await,
            SeveralResponse::String("on".to_owned())
        );

        let moment = async |text: &str| client(&reply(text)).moment().await.unwrap();
        assert_eq!(moment("5").await, MomentResponse::Number(5));
        assert_eq!(
            moment("now").await,
            MomentResponse::String(MomentResponseStringNow::Now)
        );

        let stock = async |text: &str| client(&reply(text)).stock().await.unwrap();
        assert_eq!(stock("1").await, StockResponse::N1);
        assert_eq!(stock("true").await, StockResponse::True);
        assert_eq!(stock("many").await, StockResponse::Many);
    });
}

#[test]
fn a_value_is_sent_as_a_text() {
    run(async {
        let sent = async |call: &dyn Fn(&Client) -> Call<'_, ()>| {
            let server = server(NOTHING);
            call(&client(&server)).await.unwrap();
            let seen = server.next();
            assert_eq!(seen.header("content-type"), Some("text/plain"));
            seen.text()
        };
        let level = async |level: Level| sent(&|client| client.set_level(&level)).await;
        assert_eq!(level(Level::from(7)).await, "7");
        assert_eq!(
            level(Level::from("very high".to_owned())).await,
            "very high"
        );
        let several = async |value| sent(&|client| client.set_several(&value)).await;
        assert_eq!(several(SetSeveralRequest::Boolean(true)).await, "true");
        assert_eq!(several(SetSeveralRequest::Number(1.5)).await, "1.5");
        let moment = sent(&|client| client.set_moment(&SetMomentRequest::Number(5)));
        assert_eq!(moment.await, "5");
        let stock = sent(&|client| client.set_stock(&SetStockRequest::Many));
        assert_eq!(stock.await, "many");
        let server = server(NOTHING);
        let nan = SetSeveralRequest::Number(f64::NAN);
        assert!(client(&server).set_several(&nan).await.is_err());
    });
}
