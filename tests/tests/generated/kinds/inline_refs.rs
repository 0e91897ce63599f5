//! References beside other keywords, into other schemas, and out of the document's folder.

use lavka_runtime::{Base64Url, Maybe};
use lavka_tests::wire::{beside_refs, inline_refs, null_refs};

use super::{JSON, NOTHING, call, server};

#[test]
fn what_references_name_inside_of_a_schema_is_one_type() {
    use inline_refs::{Client, Firm, FirmBranchesItem, FirmBranchesItemPeopleItem as Person};
    let client = |url: &str| Client::builder().base_url(url).build().unwrap();
    let firm = r#"{"people":[{"name":"a","chief":{"name":"b"}}],
        "branches":[{"name":"n","people":[{"name":"c"}],"branches":[{"name":"in"}]}],
        "daughters":[{"people":[]}],"audit":{"of":{"name":"d"}}}"#;
    let (_, firm): (_, Firm) = call(&format!("{JSON}{firm}"), async |url| {
        client(url).get_firm().await.unwrap()
    });
    let people: Vec<Person> = firm.people.unwrap();
    let chief: &Person = people[0].chief.as_ref().unwrap();
    assert_eq!(chief.name.as_deref(), Some("b"));
    let within: &FirmBranchesItem = &firm.branches.as_ref().unwrap()[0];
    let inner: &Vec<FirmBranchesItem> = within.branches.as_ref().unwrap();
    assert_eq!(inner[0].name.as_deref(), Some("in"));
    let daughter: &Firm = &firm.daughters.as_ref().unwrap()[0];
    assert_eq!(daughter.people.as_deref(), Some(&[] as &[Person]));
    let audited: Person = firm.audit.unwrap().of.unwrap();
    assert_eq!(audited.name.as_deref(), Some("d"));

    let branch = FirmBranchesItem::default().with_people(people.clone());
    let (sent, read): (_, Vec<Person>) =
        call(&format!("{JSON}[{{\"name\":\"e\"}}]"), async |url| {
            client(url).put_branch(&branch).await.unwrap()
        });
    assert_eq!(sent, r#"{"people":[{"name":"a","chief":{"name":"b"}}]}"#);
    assert_eq!(read[0].name.as_deref(), Some("e"));
}

#[test]
fn generic_types_are_named_without_their_assemblies() {
    use inline_refs::{DtosPageDtosFirm, DtosPageDtosFirmTotals};
    let page = r#"{"items":[{"branches":[]}],"totals":{"count":1}}"#;
    let (_, page): (_, DtosPageDtosFirm) = call(&format!("{JSON}{page}"), async |url| {
        let client = inline_refs::Client::builder().base_url(url);
        client.build().unwrap().list_firms().await.unwrap()
    });
    assert_eq!(page.items.unwrap().len(), 1);
    let totals: DtosPageDtosFirmTotals = page.totals.unwrap();
    assert_eq!(totals.count, Some(1));
}

#[test]
fn a_branch_that_refers_to_null_allows_null() {
    use null_refs::{Access, Client, Plmn, Session};
    let client = |url: &str| Client::builder().base_url(url).build().unwrap();
    let reply = format!(r#"{JSON}{{"access":null,"plmn":{{"mcc":"262"}},"last":null}}"#);
    let session = Session::new(Some(Access::Wired)).with_plmn(Plmn::new("262"));
    let (sent, read) = call(&reply, async |url| {
        client(url).put_session(&session).await.unwrap()
    });
    assert_eq!(sent, r#"{"access":"WIRED","plmn":{"mcc":"262"}}"#);
    assert_eq!((read.access, read.last), (None, Maybe::Null));
    assert_eq!(read.plmn, Maybe::Value(Plmn::new("262")));
}

#[test]
fn numbers_of_maps_may_be_text() {
    let counts = r#"{"total":{"a":1,"b":"2"}}"#;
    let (_, counts) = call(&format!("{JSON}{counts}"), async |url| {
        let client = inline_refs::Client::builder().base_url(url);
        client.build().unwrap().counts().await.unwrap()
    });
    let counts: Vec<(String, i32)> = counts.total.unwrap().into_iter().collect();
    assert_eq!(counts, [("a".to_owned(), 1), ("b".to_owned(), 2)]);
}

#[test]
fn nullable_beside_a_reference_is_meant() {
    use beside_refs::{Client, Note, Writer};
    let client = |url: &str| Client::builder().base_url(url).build().unwrap();
    let mut note = Note::new(b"hi?>?".to_vec(), None);
    note.reader = Maybe::Null;
    let reply = format!(r#"{JSON}{{"key":"aGk_Pj8=","writer":null,"reader":{{"name":"r"}}}}"#);
    let (sent, read) = call(&reply, async |url| {
        client(url).put_note(&note).await.unwrap()
    });
    assert_eq!(sent, r#"{"key":"aGk_Pj8","writer":null,"reader":null}"#);
    assert_eq!(read.key, Base64Url::from("hi?>?"));
    assert_eq!(
        (read.writer, read.reader),
        (None, Maybe::Value(Writer::new("r")))
    );
    let server = server(NOTHING);
    lavka_hostile::run(async {
        client(&server.url())
            .get_note(&Base64Url::from("hi?>?"))
            .await
            .unwrap();
    });
    assert_eq!(server.next().target(), "GET /notes/aGk_Pj8");
}

#[test]
fn files_beside_the_folder_of_the_document_are_read_where_that_is_allowed() {
    use lavka_tests::wire::above::{AddOrderParams, Client, Currency, Money, Order};
    let order = Order::new(Money::new(5, Currency::Eur));
    let reply = format!(r#"{JSON}{{"total":{{"amount":7,"of":"USD"}}}}"#);
    let (sent, read) = call(&reply, async |url| {
        let client = Client::builder().base_url(url).build().unwrap();
        let params = AddOrderParams::default().with_x_trace("t");
        client.add_order_with(&order, &params).await.unwrap()
    });
    assert_eq!(sent, r#"{"total":{"amount":5,"of":"EUR"}}"#);
    assert_eq!(read.total, Money::new(7, Currency::Usd));
}
