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
fn what_cannot_be_read_exits_with_2() {
    let folder = Folder::new();
    let run = run([
        "bundle".to_owned(),
        folder.path().join("none.yaml").to_str().unwrap().to_owned(),
    ]);
    assert_eq!((run.code, run.out.as_str()), (Some(2), ""));
    assert!(run.err.contains("L001"), "{}", run.err);
}
