//! `lavka bundle`.

use std::fs;

use crate::support::{Folder, copy, run, specs};

#[test]
fn a_spec_of_several_files_becomes_one_document() {
    let folder = Folder::new();
    copy(&specs(), folder.path());
    let spec = folder.path().join("insales_products.yaml");
    fs::write(
        folder.path().join("more.overlay.yaml"),
        "overlay: 1.0.0\nactions: [{target: $.info, update: {title: Overlaid}}]\n",
    )
    .unwrap();
    let spec = spec.to_str().unwrap().to_owned();
    let overlay = folder.path().join("more.overlay.yaml");
    let run = run([
        "bundle".to_owned(),
        spec,
        "--overlay".to_owned(),
        overlay.to_str().unwrap().to_owned(),
    ]);
    assert_eq!((run.code, run.err.as_str()), (Some(0), ""));
    let document: serde_json::Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(document["info"]["title"], "Overlaid");
    assert!(document["components"]["schemas"]["Product"].is_object());
    assert!(!run.out.contains(".xsd"));
}

#[test]
fn references_go_up_as_far_as_the_given_folder() {
    let folder = Folder::new();
    let within = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    for (name, text) in [
        (
            "api/shop.yaml",
            "openapi: 3.0.3\ninfo: {title: Shop, version: '1'}\npaths:\n  /a:\n    get:\n      responses:\n        '200':\n          \
             description: A.\n          content: {application/json: {schema: {$ref: ../common/a.yaml}}}\n",
        ),
        (
            "common/a.yaml",
            "{type: object, properties: {b: {$ref: ../api/b.yaml}}}\n",
        ),
        ("api/b.yaml", "{type: string, enum: [c]}\n"),
    ] {
        fs::create_dir_all(folder.path().join(name).parent().unwrap()).unwrap();
        fs::write(folder.path().join(name), text).unwrap();
    }
    let alone = run(["bundle".to_owned(), within("api/shop.yaml")]);
    assert!(alone.err.contains("L021"), "{}", alone.err);
    assert!(alone.err.contains("--folder"), "{}", alone.err);
    let arguments = |command: &str, around: &str| {
        let folder = within(around);
        [command, &within("api/shop.yaml"), "--folder", &folder].map(str::to_owned)
    };
    let bundled = run(arguments("bundle", ""));
    assert_eq!((bundled.code, bundled.err.as_str()), (Some(0), ""));
    let document: serde_json::Value = serde_json::from_str(&bundled.out).unwrap();
    let shared = &document["components"]["schemas"];
    assert!(
        shared.to_string().contains(r#""enum":["c"]"#),
        "{}",
        bundled.out
    );
    let linted = run(arguments("lint", ""));
    assert!(!linted.out.contains("L021"), "{}", linted.out);
    let elsewhere = run(arguments("bundle", "common"));
    assert_eq!((elsewhere.code, elsewhere.out.as_str()), (Some(2), ""));
    assert!(
        elsewhere.err.contains("not inside of the folder"),
        "{}",
        elsewhere.err
    );
}

#[test]
fn what_cannot_be_read_exits_with_2() {
    let folder = Folder::new();
    let run = run([
        "bundle".to_owned(),
        folder.path().join("none.yaml").to_str().unwrap().to_owned(),
    ]);
    assert_eq!((run.code, run.out.as_str()), (Some(2), ""));
    assert!(run.err.contains("L001"), "{}", run.err);
}
