//! Schemas that an `allOf` takes from elsewhere in the document, and what they are named after.

use lavka_tests::wire::lent_places::{
    Adopted, AdoptedLinks, Animal, AnimalLinks, Client, CreateWallRequest,
    ListWallsResponseWallsItem as Wall, ListWallsResponseWallsItemRule as Rule,
};

use super::{JSON, call};

#[test]
fn each_is_named_after_its_own_place() {
    let rule = Rule::default().with_port(80);
    let wall = CreateWallRequest::new("w")
        .with_rule(rule.clone())
        .with_tags(vec!["a".to_owned()]);
    let client = |url: &str| Client::builder().base_url(url).build().unwrap();
    let (sent, made) = call(
        &format!(r#"{JSON}{{"name":"w","rule":{{"port":80}}}}"#),
        async |url| client(url).create_wall(&wall).await.unwrap(),
    );
    assert_eq!(sent, r#"{"name":"w","rule":{"port":80},"tags":["a"]}"#);
    let Wall { name, rule: of, .. } = made;
    assert_eq!((name.as_deref(), of), (Some("w"), Some(rule)));

    let adopted = Adopted::default().with_links(AdoptedLinks::new("me").with_since("today"));
    let reply = format!(r#"{JSON}{{"links":{{"owner":"me"}}}}"#);
    let (sent, _) = call(&reply, async |url| {
        client(url).adopt(&adopted).await.unwrap()
    });
    assert_eq!(sent, r#"{"links":{"owner":"me","since":"today"}}"#);
    let (_, animal): (_, Animal) =
        call(&reply, async |url| client(url).get_animal().await.unwrap());
    let links: AnimalLinks = animal.links.unwrap();
    assert_eq!(links.owner.as_deref(), Some("me"));
}
