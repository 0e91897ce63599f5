//! Values of every payload, over all that the wire can represent, go through the typed model and come back the same:
//! JSON → typed → JSON, and JSON → typed → XML → typed → JSON. In JSON also in another order, with properties that nobody
//! knows, and by Serde's traits.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

#[path = "../../schema/mod.rs"]
mod schema;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt::Debug;

use lavka::dynamic::{Api, Side};
use lavka::{Format, digiseller, fileflare, insales_digital, insales_products, qnits};
use lavka_runtime::json::{self, FromJson, ToJson};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::{Just, Strategy, any, prop_oneof};
use proptest::sample::select;
use proptest::strategy::BoxedStrategy;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};
use schema::Spec;
use schema::tree::Tree;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// A body of an operation.
struct Body {
    operation: String,
    side: Side,
    schema: Value,
    xml: bool,
}

fn bodies(spec: &Spec) -> Vec<Body> {
    let mut bodies = Vec::new();
    let paths = spec.document["paths"].as_object().expect("paths");
    for operation in paths
        .values()
        .filter_map(Value::as_object)
        .flat_map(Map::values)
    {
        let Some(id) = operation["operationId"].as_str() else {
            continue;
        };
        let mut add = |side, node: &Value| {
            let node = match node["$ref"].as_str() {
                Some(reference) => spec.document.pointer(&reference[1..]).expect("a reference"),
                None => node,
            };
            let Some(content) = node["content"].as_object() else {
                return;
            };
            let xml = content.iter().find(|(media, _)| media.contains("xml"));
            let json = content.iter().find(|(media, _)| media.contains("json"));
            if let Some((_, media)) = json.or(xml) {
                bodies.push(Body {
                    operation: id.to_owned(),
                    side,
                    schema: media["schema"].clone(),
                    xml: xml.is_some(),
                });
            }
        };
        add(Side::Request, &operation["requestBody"]);
        for (status, reply) in operation["responses"].as_object().expect("responses") {
            add(
                Side::Response(status.replace("XX", "00").parse().ok()),
                reply,
            );
        }
    }
    bodies
}

/// A text that XML can carry: markup, ends of CDATA, white space at its ends, all of Unicode.
fn text() -> BoxedStrategy<String> {
    let piece = prop_oneof![
        4 => "[a-zA-Z0-9.,;:!?/=-]{1,6}",
        2 => select(vec![
            "]]>", "<![CDATA[", "<b>", "</b>", "&", "&amp;", "&#1;", "<", ">", "\"", "'", "<!--", "-->", "<?x?>", "]]", "\\", "{", "%",
        ]).prop_map(str::to_owned),
        2 => select(vec![" ", "  ", "\t", "\n", "\r", "\r\n", "\u{85}", "\u{a0}", "\u{2028}", "\u{feff}", "\u{7f}"])
            .prop_map(str::to_owned),
        1 => select(vec!["Привет", "ü", "\u{301}", "中", "\u{fffd}", "😀", "\u{10fffd}", "\u{d7ff}", "\u{e000}"]).prop_map(str::to_owned),
    ];
    vec(piece, 0..5).prop_map(|pieces| pieces.concat()).boxed()
}

/// As [`text`], and all that JSON alone can carry.
fn any_text() -> BoxedStrategy<String> {
    prop_oneof![3 => text(), 1 => any::<String>(), 1 => "[\u{0}-\u{1f}\u{fffe}\u{ffff}]{1,4}"]
        .boxed()
}

/// A decimal of up to 28 digits.
fn decimal() -> BoxedStrategy<String> {
    let digits = prop_oneof!["0", "[1-9][0-9]{0,5}", "[1-9][0-9]{27}"];
    (any::<bool>(), digits, 0_usize..=28)
        .prop_map(|(minus, digits, scale)| {
            let digits = format!("{digits:0>width$}", width = scale + 1);
            let (whole, fraction) = digits.split_at(digits.len() - scale);
            let point = if fraction.is_empty() { "" } else { "." };
            format!("{}{whole}{point}{fraction}", if minus { "-" } else { "" })
        })
        .boxed()
}

/// What the values may hold.
#[derive(Clone, Copy)]
struct Wire {
    xml: bool,
}

impl Wire {
    fn text(self) -> BoxedStrategy<String> {
        if self.xml { text() } else { any_text() }
    }

    /// Values of a schema that are not null.
    fn tree(self, spec: &Spec, schema: &Value, depth: usize) -> BoxedStrategy<Tree> {
        let view = spec.view(schema);
        let get = |key: &str| view.get(key).and_then(Value::as_str).unwrap_or_default();
        if let Some(values) = view.get("enum").and_then(Value::as_array) {
            return self.one_of(values);
        }
        if let Some(forms) = view.get("oneOf").and_then(Value::as_array) {
            // XML has one form of each value: its text.
            let forms = if self.xml { &forms[..1] } else { forms };
            let forms: Vec<_> = forms
                .iter()
                .map(|form| self.tree(spec, form, depth))
                .collect();
            return select(forms).prop_flat_map(|form| form).boxed();
        }
        let date = || {
            (1900..=2999_i32, 1..=12_u32, 1..=28_u32)
                .prop_map(|(y, m, d)| format!("{y:04}-{m:02}-{d:02}"))
        };
        let time = || {
            (0..24_u32, 0..60_u32, 0..60_u32).prop_map(|(h, m, s)| format!("{h:02}:{m:02}:{s:02}"))
        };
        let offset = || (select(vec!["+", "-"]), 1..=14_u32, select(vec![0, 30, 45]));
        match (get("type"), get("format")) {
            ("boolean", _) => any::<bool>().prop_map(Tree::Bool).boxed(),
            ("integer", "int32") => number(any::<i32>()),
            ("integer", _) => number(any::<i64>()),
            ("string", "uuid") => any::<u128>()
                .prop_map(|n| {
                    let hex = format!("{n:032x}");
                    let parts = [0..8, 8..12, 12..16, 16..20, 20..32].map(|part| &hex[part]);
                    Tree::String(parts.join("-"))
                })
                .boxed(),
            ("number", "decimal") => decimal().prop_map(Tree::Number).boxed(),
            ("number", _) => number(any::<i32>().prop_map(|n| f64::from(n) / 64.0)),
            ("string", "decimal") => decimal().prop_map(Tree::String).boxed(),
            ("string", "date") => date().prop_map(Tree::String).boxed(),
            ("string", "date-time") => (date(), time(), offset())
                .prop_map(|(date, time, (sign, h, m))| {
                    Tree::String(format!("{date}T{time}{sign}{h:02}:{m:02}"))
                })
                .boxed(),
            ("string", "rails-timestamp") => (date(), time(), offset())
                .prop_map(|(date, time, (sign, h, m))| {
                    Tree::String(format!("{date} {time} {sign}{h:02}{m:02}"))
                })
                .boxed(),
            ("string", "date-optional-time") => (date(), option::of(time()))
                .prop_map(|(date, time)| match time {
                    Some(time) => Tree::String(format!("{date}T{}", &time[..5])),
                    None => Tree::String(date),
                })
                .boxed(),
            ("string", _) => self.text().prop_map(Tree::String).boxed(),
            ("array", _) if depth == 0 => Just(Tree::Array(Vec::new())).boxed(),
            ("array", _) => vec(self.tree(spec, &view["items"], depth - 1), 0..3)
                .prop_map(Tree::Array)
                .boxed(),
            _ => self.object(spec, &view, depth),
        }
    }

    fn one_of(self, values: &[Value]) -> BoxedStrategy<Tree> {
        let known = select(values.to_vec())
            .prop_map(|value| Tree::parse(&value.to_string()).expect("JSON"));
        match values {
            [_] => known.boxed(), // a constant
            [Value::String(_), ..] if self.xml => {
                prop_oneof![4 => known, 1 => "[A-Za-z][a-z0-9 <&>-]{0,8}[a-z]".prop_map(Tree::String)].boxed()
            }
            [Value::String(_), ..] => prop_oneof![4 => known, 1 => any_text().prop_map(Tree::String)].boxed(),
            _ => prop_oneof![4 => known, 1 => number(any::<i64>())].boxed(),
        }
    }

    fn object(self, spec: &Spec, view: &Map<String, Value>, depth: usize) -> BoxedStrategy<Tree> {
        let required = |key: &str| {
            view.get("required")
                .and_then(Value::as_array)
                .is_some_and(|r| r.iter().any(|k| k == key))
        };
        let Some(properties) = view.get("properties").and_then(Value::as_object) else {
            return match view.get("additionalProperties") {
                Some(schema) if schema.is_object() => proptest::collection::btree_map(
                    any_text(),
                    self.tree(spec, schema, depth.saturating_sub(1)),
                    0..3,
                )
                .prop_map(Tree::Object)
                .boxed(),
                _ => Just(Tree::Object(BTreeMap::new())).boxed(),
            };
        };
        let members: Vec<BoxedStrategy<Option<(String, Tree)>>> = properties
            .iter()
            .filter(|(key, _)| required(key) || depth > 0)
            .map(|(key, schema)| {
                let node = spec.view(schema);
                let has = |flag: &str, value: Value| node.get(flag) == Some(&value);
                // Where null means the same as absent it is never written.
                let nullable = has("nullable", true.into())
                    && (required(key) || !has("x-null", "absent".into()));
                let value = self.tree(spec, schema, depth.saturating_sub(1));
                let value = if nullable {
                    prop_oneof![3 => value, 1 => Just(Tree::Null)].boxed()
                } else {
                    value
                };
                let must = required(key);
                let key = key.clone();
                let member = value.prop_map(move |value| (key.clone(), value));
                if must {
                    member.prop_map(Some).boxed()
                } else {
                    option::of(member).boxed()
                }
            })
            .collect();
        members
            .prop_map(|members| Tree::Object(members.into_iter().flatten().collect()))
            .boxed()
    }
}

fn number<T: ToString + std::fmt::Debug + 'static>(
    numbers: impl Strategy<Value = T> + 'static,
) -> BoxedStrategy<Tree> {
    numbers.prop_map(|n| Tree::Number(n.to_string())).boxed()
}

/// What XML cannot tell apart: an optional list that is not wrapped has no element when it is empty.
fn as_in_xml(spec: &Spec, schema: &Value, tree: Tree) -> Tree {
    let view = spec.view(schema);
    match tree {
        Tree::Array(items) => Tree::Array(
            items
                .into_iter()
                .map(|item| as_in_xml(spec, &view["items"], item))
                .collect(),
        ),
        Tree::Object(members) => {
            let required = view.get("required").and_then(Value::as_array);
            let required = |key: &str| required.is_some_and(|keys| keys.iter().any(|k| k == key));
            let members = members.into_iter().filter_map(|(key, value)| {
                let schema = &view["properties"][&key];
                let wrapped = spec
                    .view(schema)
                    .get("xml")
                    .is_some_and(|xml| xml["wrapped"] == true);
                let gone = value == Tree::Array(Vec::new()) && !wrapped && !required(&key);
                (!gone).then(|| (key.clone(), as_in_xml(spec, schema, value)))
            });
            Tree::Object(members.collect())
        }
        other => other,
    }
}

/// What the values must have had among them for the test to mean something.
#[derive(Default)]
struct Seen(BTreeMap<&'static str, usize>);

impl Seen {
    fn look(&mut self, tree: &Tree) {
        let mut count = |what, is: bool| *self.0.entry(what).or_default() += usize::from(is);
        match tree {
            Tree::String(text) => {
                count("no text", text.is_empty());
                count("an end of CDATA", text.contains("]]>"));
                count("markup", text.contains('<'));
                count("white space at an end", text.trim() != text);
                count(
                    "nothing but white space",
                    !text.is_empty() && text.trim().is_empty(),
                );
                count("a carriage return", text.contains('\r'));
                count("beyond the BMP", text.chars().any(|c| c > '\u{ffff}'));
            }
            Tree::Number(text) => count(
                "28 digits",
                text.bytes().filter(u8::is_ascii_digit).count() >= 28,
            ),
            Tree::Null => count("null", true),
            Tree::Array(items) => {
                count("an empty list", items.is_empty());
                items.iter().for_each(|item| self.look(item));
            }
            Tree::Object(members) => {
                count("nothing in it", members.is_empty());
                members.values().for_each(|member| self.look(member));
            }
            Tree::Bool(_) => {}
        }
    }
}

fn runner(cases: u32) -> TestRunner {
    let config = Config {
        cases,
        failure_persistence: None,
        max_shrink_iters: 400,
        ..Config::default()
    };
    TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha))
}

/// Checks each payload of each API; all that fail are reported, each with its smallest case.
fn check(
    cases: u32,
    xml: bool,
    test: impl Fn(&dyn Api, &Spec, &Body, &Tree) -> Result<(), String>,
) {
    let mut wrong = Vec::new();
    let mut checked = 0;
    let seen = RefCell::new(Seen::default());
    for api in lavka::apis() {
        let spec = Spec::parse(lavka_sandbox::spec(api.name()).expect("the API is embedded"));
        for body in bodies(&spec).iter().filter(|body| body.xml || !xml) {
            checked += 1;
            let values = Wire { xml }.tree(&spec, &body.schema, 5);
            let result = runner(cases).run(&values, |tree| {
                seen.borrow_mut().look(&tree);
                test(api, &spec, body, &tree).map_err(TestCaseError::fail)
            });
            if let Err(TestError::Fail(reason, tree)) = result {
                wrong.push(format!(
                    "{} {} {:?}: {reason}\nof: {tree}",
                    api.name(),
                    body.operation,
                    body.side
                ));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {checked} payloads:\n{}",
        wrong.len(),
        wrong.join("\n\n")
    );
    assert!(checked > 30, "only {checked} payloads were checked");
    let rare: Vec<_> = seen
        .into_inner()
        .0
        .into_iter()
        .filter(|(_, count)| *count < 10)
        .collect();
    assert!(rare.is_empty(), "hardly any value had: {rare:?}");
}

fn read(
    api: &dyn Api,
    body: &Body,
    format: Format,
    bytes: &[u8],
) -> Result<lavka::dynamic::Payload, String> {
    api.payload(&body.operation, body.side, format, bytes)
        .map_err(|e| format!("{format}: {e}"))
}

fn to_tree(payload: &lavka::dynamic::Payload) -> Result<Tree, String> {
    let json = payload.to_json().map_err(|e| e.to_string())?;
    let json = String::from_utf8(json).map_err(|e| e.to_string())?;
    Tree::parse(&json)
        .map(Tree::canonical)
        .map_err(|e| format!("{e}: {json}"))
}

#[test]
fn json_comes_back_the_same() {
    check(100, false, |api, _, body, tree| {
        let payload = read(api, body, Format::Json, tree.to_string().as_bytes())?;
        let back = to_tree(&payload)?;
        if back == tree.clone().canonical() {
            Ok(())
        } else {
            Err(format!("came back as {back}"))
        }
    });
}

/// The members backwards, with white space, and names as escapes; where the names are documented, each after one that
/// nobody knows.
fn backwards(spec: &Spec, schema: &Value, tree: &Tree, out: &mut String) {
    let view = spec.view(schema);
    let below = |key: &str| view.get(key).unwrap_or(&Value::Null);
    match tree {
        Tree::Array(items) => {
            out.push_str("[ ");
            for (n, item) in items.iter().enumerate() {
                out.push_str(if n > 0 { "\n, " } else { "" });
                backwards(spec, below("items"), item, out);
            }
            out.push_str("\t]");
        }
        Tree::Object(members) => {
            let known = below("properties");
            out.push('{');
            for (n, (key, value)) in members.iter().rev().enumerate() {
                out.push_str(if n > 0 { " ," } else { "" });
                if known.is_object() {
                    out.push_str(r#" "never heard of" : [{"a":"\"}","b":[1e999]}, null ] , "#);
                }
                out.push('"');
                for unit in key.encode_utf16() {
                    out.push_str(&format!("\\u{unit:04x}"));
                }
                out.push_str("\" :\r\n");
                let schema = known.get(key).unwrap_or(below("additionalProperties"));
                backwards(spec, schema, value, out);
            }
            out.push('}');
        }
        scalar => out.push_str(&scalar.to_string()),
    }
}

#[test]
fn order_white_space_and_unknown_properties_mean_nothing() {
    check(40, false, |api, spec, body, tree| {
        let payload = read(api, body, Format::Json, tree.to_string().as_bytes())?;
        let mut far = String::new();
        backwards(spec, &body.schema, tree, &mut far);
        // As it is documented, which is how it is written, and as far from that as may be.
        let documented = payload.to_json().map_err(|e| e.to_string())?;
        for text in [&documented, far.as_bytes()] {
            let again = read(api, body, Format::Json, text)?.debug();
            if again != payload.debug() {
                let text = String::from_utf8_lossy(text);
                return Err(format!("{again}\nis read from {text}"));
            }
        }
        Ok(())
    });
}

/// By Serde's traits a type reads and writes what its codec does.
fn by_serde<T>(tree: &Tree) -> Result<(), String>
where
    T: FromJson + ToJson + Serialize + DeserializeOwned + PartialEq + Debug,
{
    let text = tree.to_string();
    let value: T = json::decode(text.as_bytes()).map_err(|e| e.to_string())?;
    let same: T = serde_json::from_str(&text).map_err(|e| e.to_string())?;
    if same != value {
        return Err(format!("{same:?}\nis not {value:?}"));
    }
    let written = json::encode(&value);
    if serde_json::to_vec(&value).map_err(|e| e.to_string())? != written {
        let written = String::from_utf8_lossy(&written);
        return Err(format!("not {written}"));
    }
    let again: T = json::decode(&written).map_err(|e| e.to_string())?;
    if again == value {
        Ok(())
    } else {
        Err(format!("{again:?}\nis not {value:?}"))
    }
}

#[test]
fn serde_s_traits_do_what_the_codec_does() {
    check(60, false, |api, _, body, tree| {
        const REQUEST: Side = Side::Request;
        const REPLY: Side = Side::Response(Some(200));
        match (api.name(), body.operation.as_str(), body.side) {
            ("digiseller", "create_book", REQUEST) => by_serde::<digiseller::CreateBook>(tree),
            ("digiseller", "edit_unique_unfixed", REQUEST) => {
                by_serde::<digiseller::EditUniqueUnfixed>(tree)
            }
            ("digiseller", "get_task_status", REPLY) => by_serde::<digiseller::TaskReport>(tree),
            ("insales_products", "get_product", REPLY) => {
                by_serde::<insales_products::Product>(tree)
            }
            ("insales_digital", "get_order", REPLY) => {
                by_serde::<insales_digital::DigitalOrder>(tree)
            }
            ("fileflare", "get_customer_order", REPLY) => {
                by_serde::<fileflare::CustomerOrder>(tree)
            }
            ("qnits", "create_order", REQUEST) => by_serde::<qnits::CreateOrderRequest>(tree),
            _ => Ok(()),
        }
    });
}

#[test]
fn xml_comes_back_the_same() {
    check(100, true, |api, spec, body, tree| {
        let expected = as_in_xml(spec, &body.schema, tree.clone()).canonical();
        let write = |tree: &Tree| {
            let payload = read(api, body, Format::Json, tree.to_string().as_bytes())?;
            payload.to_xml().map_err(|e| format!("to XML: {e}"))
        };
        let xml = match write(tree) {
            // A request that would lose an empty list is refused; without the list it can be written.
            Err(error)
                if error.ends_with("found an empty list")
                    && expected != tree.clone().canonical() =>
            {
                write(&expected)?
            }
            xml => xml?,
        };
        let shown = String::from_utf8_lossy(&xml).into_owned();
        let again = read(api, body, Format::Xml, &xml).map_err(|e| format!("{e}\nas {shown}"))?;
        let back = to_tree(&again)?;
        if back == expected {
            Ok(())
        } else {
            Err(format!("came back as {back}\nas {shown}"))
        }
    });
}

#[test]
fn what_xml_cannot_carry_is_an_error_of_the_writer() {
    let mut tried = 0;
    for api in lavka::apis() {
        let spec = Spec::parse(lavka_sandbox::spec(api.name()).expect("the API is embedded"));
        for body in bodies(&spec).iter().filter(|body| body.xml) {
            let full = spec.full(&body.schema, 6).to_string();
            let pieces: Vec<&str> = full.split("\"text\"").collect();
            for at in 1..pieces.len() {
                for illegal in ["\\u0000", "\\u0001", "\\u001f", "\\ufffe", "\\uffff"] {
                    let text = format!(
                        "{}\"a{illegal}\"{}",
                        pieces[..at].join("\"text\""),
                        pieces[at..].join("\"text\"")
                    );
                    let payload =
                        read(api, body, Format::Json, text.as_bytes()).expect("JSON can carry it");
                    let place =
                        format!("{} {} {:?}: {text}", api.name(), body.operation, body.side);
                    let Err(error) = payload.to_xml() else {
                        panic!("XML was written: {place}")
                    };
                    assert!(
                        error.to_string().contains('/'),
                        "the error does not say where: {error}: {place}"
                    );
                    tried += 1;
                }
            }
        }
    }
    assert!(tried > 500, "only {tried} were tried");
}
