//! Variants that are named after values of the tag.

use lavka_tests::wire::tagged_names::{Block, Client, RequestTextBlock, Sound};

use super::{JSON, call};

#[test]
fn variants_are_named_after_words_that_select_them() {
    let reply = r#"[{"type":"text","text":"a"},{"type":"image.url","url":"u"},{"type":"tool"},{"type":"unknown"},
        {"type":"https://a.example/#link"},{"type":"v20240501"},{"type":"file"},{"type":"new"}]"#;
    let (sent, read) = call(&format!("{JSON}{reply}"), async |url| {
        let client = Client::builder().base_url(url).build().unwrap();
        let block = Block::from(RequestTextBlock::new("a"));
        client.put(&block).await.unwrap()
    });
    assert_eq!(sent, r#"{"type":"text","text":"a"}"#);
    let names = read.iter().map(|block| match block {
        Block::Text(text) => &text.text,
        Block::ImageUrl(image) => &image.url,
        Block::UseOfATool(_) => "tool",
        Block::UnknownValue(_) => "unknown",
        Block::RequestLinkBlock(_) => "link",
        Block::RequestVersionBlock(_) => "version",
        Block::RequestFileBlock(_) => "file",
        Block::Unknown(_) => "new",
        _ => "another",
    });
    let names: Vec<&str> = names.collect();
    let wanted = [
        "a", "u", "tool", "unknown", "link", "version", "file", "new",
    ];
    assert_eq!(names, wanted);
    let reply = r#"[{"type":"audio"},{"type":"RequestAudioBlock"},{"type":"RequestVideoBlock"}]"#;
    let (_, read) = call(&format!("{JSON}{reply}"), async |url| {
        let client = Client::builder().base_url(url).build().unwrap();
        client.listen().await.unwrap()
    });
    assert!(
        matches!(
            read.as_slice(),
            [
                Sound::Audio(_),
                Sound::Audio(_),
                Sound::RequestVideoBlock(_)
            ]
        ),
        "{read:?}"
    );
}
