//! Changes of XML Schemas and of overlays that a document refers to, or that are beside it.

#![allow(clippy::unwrap_used, clippy::panic)]

mod support;

use lavka_review::level::Level;
use support::{Folder, compare};

const API: &str = "openapi: 3.0.3
info: {title: Plants, version: '1.0.0'}
servers: [{url: https://plants.example}]
paths:
  /plants/{id}:
    parameters: [{name: id, in: path, required: true, schema: {type: integer}, example: 1}]
    get:
      operationId: get_plant
      responses:
        '200': {description: A plant., content: {application/xml: {schema: {$ref: 'xsd/plant.xsd#/plant'}}}}
    put:
      operationId: put_plant
      requestBody: {required: true, content: {application/xml: {schema: {$ref: 'xsd/new.xsd#/new-plant'}}}}
      responses: {'204': {description: Kept.}}
";

const PLANT: &str = r#"<xs:element name="plant" type="Plant"/>
<xs:complexType name="Plant">
  <xs:all>
    <xs:element name="name" type="xs:string"/>
    <xs:element name="height" type="xs:int" minOccurs="0"/>
    <xs:element name="kind" type="Kind" minOccurs="0"/>
  </xs:all>
  <xs:attribute name="lang" type="xs:string"/>
</xs:complexType>
<xs:simpleType name="Kind">
  <xs:restriction base="xs:string"><xs:enumeration value="tree"/><xs:enumeration value="herb"/></xs:restriction>
</xs:simpleType>"#;

const NEW: &str = r#"<xs:element name="new-plant" type="NewPlant"/>
<xs:complexType name="NewPlant">
  <xs:sequence>
    <xs:element name="name" type="xs:string"/>
    <xs:element name="note" type="xs:string" minOccurs="0"/>
    <xs:element name="tag" type="xs:string" minOccurs="0" maxOccurs="unbounded"/>
  </xs:sequence>
</xs:complexType>"#;

/// The three texts, and more files by their names.
struct Files {
    api: String,
    plant: String,
    new: String,
    more: Vec<(&'static str, String)>,
}

fn files() -> Files {
    Files {
        api: API.to_owned(),
        plant: PLANT.to_owned(),
        new: NEW.to_owned(),
        more: Vec::new(),
    }
}

fn schema(inside: &str) -> String {
    format!("<xs:schema xmlns:xs=\"http://www.w3.org/2001/XMLSchema\">\n{inside}\n</xs:schema>\n")
}

fn write(folder: &Folder, side: &str, files: &Files) -> std::path::PathBuf {
    folder.write(&format!("{side}/xsd/plant.xsd"), &schema(&files.plant));
    folder.write(&format!("{side}/xsd/new.xsd"), &schema(&files.new));
    for (name, text) in &files.more {
        folder.write(&format!("{side}/{name}"), text);
    }
    folder.write(&format!("{side}/plants.yaml"), &files.api)
}

/// Levels of XML, Rust and behaviour, and the version of the bindings. JSON is not spoken.
#[track_caller]
fn assert_does(head: &Files, expected: [&str; 4]) {
    assert_between(&files(), head, expected);
}

/// The same of two sides.
#[track_caller]
fn assert_between(base: &Files, head: &Files, expected: [&str; 4]) {
    let folder = Folder::new();
    let (base, head) = (write(&folder, "base", base), write(&folder, "head", head));
    let report = compare(&base, &head);
    let levels = report.levels();
    let reported: Vec<String> = report
        .findings()
        .map(|(_, f)| format!("{} {}: {} {:?}", f.check.code, f.place, f.what, f.rust))
        .collect();
    assert!(report.specs[0].rust_not_judged.is_none(), "{reported:#?}");
    assert_eq!(levels.json, Level::None, "{reported:#?}");
    let found = [levels.xml, levels.rust, levels.behaviour].map(Level::as_str);
    let found = [found[0], found[1], found[2], report.bindings().as_str()];
    assert_eq!(found, expected, "{reported:#?}");
}

#[track_caller]
fn replaced(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from), "{from}");
    text.replace(from, to)
}

#[test]
fn replies() {
    let plant = |from: &str, to: &str, expected| {
        let plant = replaced(PLANT, from, to);
        assert_does(&Files { plant, ..files() }, expected);
    };
    plant(
        r#""xs:int" minOccurs="0""#,
        r#""xs:int""#,
        ["compatible", "breaking", "none", "major"],
    );
    plant(
        "xs:int",
        "xs:long",
        ["breaking", "breaking", "none", "major"],
    );
    plant(
        r#"<xs:enumeration value="herb"/>"#,
        r#"<xs:enumeration value="herb"/><xs:enumeration value="fern"/>"#,
        ["risky", "compatible", "risky", "minor"],
    );
    plant(
        r#"<xs:attribute name="lang" type="xs:string"/>"#,
        r#"<xs:attribute name="lang" type="xs:string" use="required"/>"#,
        ["compatible", "breaking", "none", "major"],
    );
    plant(
        r#"<xs:element name="name" type="xs:string"/>"#,
        r#"<xs:element name="name" type="xs:string"><xs:annotation><xs:documentation>Its name.</xs:documentation></xs:annotation></xs:element>"#,
        ["none", "documentation", "none", "patch"],
    );
}

#[test]
fn requests() {
    let new = |from: &str, to: &str, expected| {
        let new = replaced(NEW, from, to);
        assert_does(&Files { new, ..files() }, expected);
    };
    let note = r#"<xs:element name="note" type="xs:string" minOccurs="0"/>"#;
    let tag = r#"<xs:element name="tag" type="xs:string" minOccurs="0" maxOccurs="unbounded"/>"#;
    new(
        note,
        r#"<xs:element name="note" type="xs:string"/>"#,
        ["breaking", "breaking", "none", "major"],
    );
    new(
        &format!("{note}\n    {tag}"),
        &format!("{tag}{note}"),
        ["risky", "none", "risky", "minor"],
    );
    new(
        r#"<xs:element name="name" type="xs:string"/>"#,
        r#"<xs:element name="name"><xs:simpleType><xs:restriction base="xs:string"><xs:maxLength value="10"/></xs:restriction></xs:simpleType></xs:element>"#,
        ["breaking", "none", "none", "major"],
    );
    let head = Files {
        api: replaced(API, "#/new-plant", "#/plant"),
        new: replaced(
            NEW,
            r#"element name="new-plant""#,
            r#"element name="plant""#,
        ),
        ..files()
    };
    assert_does(&head, ["breaking", "none", "breaking", "major"]);
}

/// A part in a file of its own, types without a name, the schema in the document itself: the same on the wire and in Rust.
#[test]
fn the_same_elsewhere() {
    let nothing = ["none", "none", "none", "none"];
    let (element, types) = PLANT.split_once('\n').unwrap();
    let head = Files {
        plant: format!("<xs:include schemaLocation=\"common.xsd\"/>{element}"),
        more: vec![("xsd/common.xsd", schema(types))],
        ..files()
    };
    assert_does(&head, nothing);
    let new = NEW
        .replace(r#" type="NewPlant"/>"#, ">")
        .replace(r#"<xs:complexType name="NewPlant">"#, "<xs:complexType>")
        .replace("</xs:complexType>", "</xs:complexType></xs:element>");
    assert_does(&Files { new, ..files() }, nothing);
    let component = "components:
  schemas:
    Kind: {type: string, enum: [tree, herb]}
    Plant:
      type: object
      xml: {name: plant}
      required: [name]
      properties:
        name: {type: string}
        height: {type: integer, format: int32}
        kind: {$ref: '#/components/schemas/Kind'}
        lang: {type: string, xml: {attribute: true}}
";
    let api = replaced(API, "xsd/plant.xsd#/plant", "#/components/schemas/Plant");
    let api = format!("{api}{component}");
    assert_does(&Files { api, ..files() }, nothing);
}

#[test]
fn overlays() {
    let overlay = |target: &str, update: &str| {
        format!(
            "overlay: 1.0.0\ninfo: {{title: O, version: '1'}}\nactions:\n  - target: {target}\n    update: {update}\n"
        )
    };
    let head = |target: &str, update: &str| Files {
        more: vec![("plants.overlay.yaml", overlay(target, update))],
        ..files()
    };
    let get = "$.paths['/plants/{id}'].get";
    let text = head(get, "{summary: Gets a plant.}");
    assert_does(&text, ["none", "documentation", "none", "patch"]);
    assert_does(
        &head("$", "{x-xml-dialect: trimmed}"),
        ["risky", "none", "risky", "minor"],
    );
    assert_does(
        &head(get, "{x-safe: false, x-idempotent: false}"),
        ["none", "none", "risky", "minor"],
    );
    // What it does to the document is no change by itself.
    assert_does(
        &head("$.info", "{title: Plants}"),
        ["none", "none", "none", "none"],
    );
}

/// A document and its overlay are one: what one says in place of the other is no change, and what one hides is none.
#[test]
fn a_document_and_its_overlay() {
    let overlay = |actions: &str| {
        vec![(
            "plants.overlay.yaml",
            format!("overlay: 1.0.0\ninfo: {{title: O, version: '1'}}\nactions:\n{actions}"),
        )]
    };
    let get = "$.paths['/plants/{id}'].get";
    let limited = |api: &str, limit: &str| {
        replaced(
            api,
            "schema: {type: integer}",
            &format!("schema: {{type: integer, maximum: {limit}}}"),
        )
    };
    let schema = "$.paths['/plants/{id}'].parameters[0].schema";
    let most = overlay(&format!(
        "  - {{target: \"{schema}\", update: {{maximum: 9}}}}\n"
    ));
    let nothing = ["none", "none", "none", "none"];
    let with = |api: String, more: Vec<(&'static str, String)>| Files {
        api,
        more,
        ..files()
    };
    // The overlay's update is in the document now.
    assert_between(
        &with(API.to_owned(), most.clone()),
        &with(limited(API, "9"), Vec::new()),
        nothing,
    );
    // The document changes what the overlay sets.
    assert_between(
        &with(limited(API, "5"), most.clone()),
        &with(limited(API, "7"), most.clone()),
        nothing,
    );
    // Both change, and only the overlay counts.
    let more = overlay(&format!(
        "  - {{target: \"{schema}\", update: {{maximum: 12}}}}\n"
    ));
    let wider = ["compatible", "none", "none", "minor"];
    assert_between(
        &with(limited(API, "5"), most.clone()),
        &with(limited(API, "3"), more),
        wider,
    );
    // The overlay goes, and what it set with it.
    assert_between(&with(API.to_owned(), most), &files(), wider);
    // An operation that the overlay takes out, and the document too.
    let without = overlay(&format!("  - {{target: \"{get}\", remove: true}}\n"));
    let (before, after) = API.split_once("    get:\n").unwrap();
    let (_, put) = after.split_once("    put:\n").unwrap();
    let gone = format!("{before}    put:\n{put}");
    assert_between(
        &with(API.to_owned(), without.clone()),
        &with(gone, Vec::new()),
        nothing,
    );
    // It is taken out no longer.
    assert_between(
        &with(API.to_owned(), without),
        &files(),
        ["compatible", "compatible", "none", "minor"],
    );
}
