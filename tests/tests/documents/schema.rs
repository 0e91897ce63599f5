//! Closes the loop: the JSON Schema of each generated type, by schemars, and the spec's own schema of the same name must
//! agree on every sample, on a value with everything in it, and on all their single-fault mutants.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used)]

#[path = "../../schema/mod.rs"]
mod schema;

use std::collections::{BTreeMap, BTreeSet};

use jsonschema::Validator;
use lavka::Format;
use lavka::dynamic::Side;
use lavka_sandbox::{Direction, SampleFormat};
use schema::Spec;
use serde_json::{Map, Value, json};

type Schemas = Vec<(&'static str, schemars::Schema)>;

type Table = (&'static str, fn() -> Schemas);

fn apis() -> Vec<(&'static str, Spec, Schemas)> {
    let tables: [Table; 5] = [
        ("digiseller", lavka::digiseller::dynamic::schemas),
        (
            "insales_products",
            lavka::insales_products::dynamic::schemas,
        ),
        ("insales_digital", lavka::insales_digital::dynamic::schemas),
        ("fileflare", lavka::fileflare::dynamic::schemas),
        ("qnits", lavka::qnits::dynamic::schemas),
    ];
    assert_eq!(
        tables.len(),
        lavka::apis().len(),
        "an API has no table here"
    );
    tables
        .into_iter()
        .map(|(api, schemas)| {
            let text = lavka_sandbox::spec(api).expect("the API is embedded");
            (api, Spec::parse(text), schemas())
        })
        .collect()
}

/// Compiles a schema. Integers are held to the range of their format, strings to theirs.
fn validator(mut schema: Value) -> Validator {
    fn bound(schema: &mut Value) {
        let range = match schema.get("format").and_then(Value::as_str) {
            Some("int32") => Some(json!({"minimum": i32::MIN, "maximum": i32::MAX})),
            Some("int64") => Some(json!({"minimum": i64::MIN, "maximum": i64::MAX})),
            _ => None,
        };
        match schema {
            Value::Object(members) => {
                members.values_mut().for_each(bound);
                if let Some(range) = range {
                    let inner = std::mem::take(members);
                    members.insert("allOf".to_owned(), json!([inner, range]));
                }
            }
            Value::Array(items) => items.iter_mut().for_each(bound),
            _ => {}
        }
    }
    bound(&mut schema);
    jsonschema::options()
        .should_validate_formats(true)
        .with_format("decimal", |text| text.parse::<lavka::Decimal>().is_ok())
        .with_format("date-optional-time", |text| {
            fits(text, "0000-00-00")
                || fits(text, "0000-00-00T00:00")
                || fits(text, "0000-00-00T00:00:00")
                || fits(text, "0000-00-00T00:00:00Z")
        })
        .with_format("rails-timestamp", |text| {
            fits(text, "0000-00-00 00:00:00 +0000")
        })
        .build(&schema)
        .unwrap_or_else(|e| panic!("not a JSON Schema: {e}\n{schema:#}"))
}

/// Whether a text has the form of `form`, in which `0` stands for a digit.
fn fits(text: &str, form: &str) -> bool {
    text.len() == form.len()
        && text.bytes().zip(form.bytes()).all(|(c, f)| match f {
            b'0' => c.is_ascii_digit(),
            b'+' => c == b'+' || c == b'-',
            _ => c == f,
        })
}

/// Values of each named type: all that samples hold, and one with everything in it.
fn values(api: &str, spec: &Spec) -> BTreeMap<String, Vec<Value>> {
    let dynamic = lavka::apis()
        .into_iter()
        .find(|a| a.name() == api)
        .expect("the API is there");
    let mut parts = Vec::new();
    for sample in lavka_sandbox::samples(api) {
        let request = sample.direction == Direction::Request;
        let Some(schema) = spec.body(sample.operation, request, sample.status) else {
            continue;
        };
        let value = match sample.format {
            SampleFormat::Json => serde_json::from_slice(sample.bytes).expect("a sample parses"),
            SampleFormat::Xml => {
                let side = if request {
                    Side::Request
                } else {
                    Side::Response(sample.status)
                };
                let payload = dynamic
                    .payload(sample.operation, side, Format::Xml, sample.bytes)
                    .unwrap_or_else(|e| panic!("{}.{}: {e}", sample.operation, sample.case));
                let json = payload.to_json().expect("a sample has a JSON form");
                serde_json::from_slice(&json).expect("JSON")
            }
            SampleFormat::Text => continue,
        };
        spec.parts(schema, &value, &mut parts);
    }
    for name in spec.types() {
        parts.push((name.to_owned(), spec.full(&spec.components()[name], 5)));
        parts.push((name.to_owned(), spec.full(&spec.components()[name], 0)));
    }
    let mut values: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for (name, value) in parts {
        let known = values.entry(name).or_default();
        if !known.contains(&value) {
            known.push(value);
        }
    }
    values
}

/// What a spec sets as limits: mutants go right up to them, and one beyond.
#[derive(Default)]
struct Limits {
    numbers: BTreeSet<i64>,
    lengths: BTreeSet<usize>,
    items: BTreeSet<usize>,
}

impl Limits {
    fn of(node: &Value, limits: &mut Self) {
        if let Value::Object(members) = node {
            for (key, value) in members {
                let count = value.as_u64().and_then(|n| usize::try_from(n).ok());
                match key.as_str() {
                    "minimum" | "maximum" => limits.numbers.extend(value.as_i64()),
                    "minLength" | "maxLength" => limits.lengths.extend(count),
                    "minItems" | "maxItems" => limits.items.extend(count),
                    _ => {}
                }
                Self::of(value, limits);
            }
        } else if let Value::Array(items) = node {
            items.iter().for_each(|item| Self::of(item, limits));
        }
    }
}

/// Other values for a place.
fn replacements(value: &Value, limits: &Limits) -> Vec<Value> {
    let mut all = vec![
        json!(null),
        json!(true),
        json!(""),
        json!("no such value"),
        json!("-17.5"),
        json!(0),
        json!(-1),
        json!(1.5),
        json!(i64::from(i32::MAX) + 1),
        json!(i64::MAX),
        json!(u64::MAX),
        json!(1e300),
        json!([]),
        json!([null]),
        json!({}),
        json!({"no such": 1}),
        json!("2017-10-10"),
    ];
    all.extend(
        limits
            .numbers
            .iter()
            .flat_map(|n| [json!(n - 1), json!(n), json!(n + 1)]),
    );
    match value {
        Value::String(text) => {
            all.push(json!(format!("{text}x")));
            all.push(json!(text.to_uppercase()));
            all.extend(
                limits
                    .lengths
                    .iter()
                    .flat_map(|&n| [n.saturating_sub(1), n, n + 1].map(|n| json!("ж".repeat(n)))),
            );
        }
        Value::Array(items) => {
            if let Some(first) = items.first() {
                all.push(json!([first, first]));
                all.extend(
                    limits
                        .items
                        .iter()
                        .flat_map(|&n| [n, n + 1].map(|n| json!(vec![first; n]))),
                );
            }
        }
        _ => {}
    }
    all.retain(|other| other != value);
    all
}

/// All values that differ from `value` in one place.
fn mutants(value: &Value, limits: &Limits, each: &mut dyn FnMut(&str, &Value)) {
    let mut places = vec![String::new()];
    places_of(value, "", &mut places);
    for place in places {
        let found = value.pointer(&place).expect("a place of the value").clone();
        let mut mutant = value.clone();
        let mut with = |what: Value| {
            *mutant.pointer_mut(&place).expect("the same place") = what;
            each(&place, &mutant);
        };
        replacements(&found, limits).into_iter().for_each(&mut with);
        if let Value::Object(members) = &found {
            for key in members.keys() {
                let mut less = members.clone();
                less.remove(key);
                with(less.into());
            }
            let mut more: Map<String, Value> = members.clone();
            more.insert("no such property".to_owned(), json!([1]));
            with(more.into());
        }
    }
}

fn places_of(value: &Value, at: &str, places: &mut Vec<String>) {
    let mut go = |key: &str, child: &Value| {
        let place = format!("{at}/{}", key.replace('~', "~0").replace('/', "~1"));
        places.push(place.clone());
        places_of(child, &place, places);
    };
    match value {
        Value::Object(members) => members.iter().for_each(|(key, child)| go(key, child)),
        // Items are alike: the first two stand for all.
        Value::Array(items) => items
            .iter()
            .take(2)
            .enumerate()
            .for_each(|(i, child)| go(&i.to_string(), child)),
        _ => {}
    }
}

#[test]
fn every_type_of_a_spec_has_a_schema() {
    for (api, spec, schemas) in apis() {
        let made: BTreeSet<&str> = schemas.iter().map(|(name, _)| *name).collect();
        assert_eq!(made.len(), schemas.len(), "{api}: a name occurs twice");
        for name in &made {
            assert!(
                spec.components().contains_key(*name),
                "{api}: the spec has no `{name}`"
            );
        }
        for name in spec.types() {
            // A form holds files: it has no JSON form.
            let is_form = spec.components()[name].to_string().contains("\"binary\"");
            assert_eq!(made.contains(name), !is_form, "{api}: `{name}`");
        }
    }
}

#[test]
fn the_schemas_of_types_and_specs_agree() {
    let mut wrong = Vec::new();
    let mut judged = 0_usize;
    let mut refused = 0_usize;
    for (api, spec, schemas) in apis() {
        let mut limits = Limits::default();
        Limits::of(&spec.document["components"], &mut limits);
        let values = values(api, &spec);
        for (name, made) in schemas {
            let of_spec = validator(spec.json_schema(name));
            let of_type = validator(made.to_value());
            for value in &values[name] {
                let mut seen = BTreeSet::new();
                let mut judge = |place: &str, value: &Value| {
                    judged += 1;
                    let spec_says = of_spec.is_valid(value);
                    refused += usize::from(!spec_says);
                    if spec_says != of_type.is_valid(value) && seen.insert(place.to_owned()) {
                        let reason = of_spec
                            .validate(value)
                            .err()
                            .or(of_type.validate(value).err());
                        let reason = reason.map(|e| e.to_string()).unwrap_or_default();
                        let says = if spec_says {
                            "the type's schema refuses"
                        } else {
                            "only the spec refuses"
                        };
                        wrong.push(format!("{api}: {name} at `{place}`: {says}: {reason:.300}"));
                    }
                };
                judge("the whole, as it is", value);
                mutants(value, &limits, &mut judge);
            }
        }
    }
    wrong.sort();
    wrong.dedup();
    assert!(
        wrong.is_empty(),
        "{} disagreements of {judged}:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(
        refused > 1000 && judged - refused > 1000,
        "of {judged} values {refused} were refused: too few to judge"
    );
}

/// What documents print although their own tables say otherwise; each is an erratum.
const FLAWS: &[(&str, &str, &str)] = &[
    ("digiseller", "create_unique_unfixed", "/limitations/type"),
    ("digiseller", "edit_unique_unfixed", "/limitations/type"),
];

#[test]
fn every_json_sample_keeps_the_spec() {
    let mut gone: BTreeSet<(&str, &str, &str)> = FLAWS.iter().copied().collect();
    for (api, spec, _) in apis() {
        for sample in lavka_sandbox::samples(api)
            .iter()
            .filter(|s| s.format == SampleFormat::Json)
        {
            let request = sample.direction == Direction::Request;
            let Some(schema) = spec.body(sample.operation, request, sample.status) else {
                continue;
            };
            let Some(name) = spec.target(schema) else {
                continue;
            };
            let value: Value = serde_json::from_slice(sample.bytes).expect("a sample parses");
            let judge = validator(spec.json_schema(name));
            for error in judge.iter_errors(&value) {
                let place = error.instance_path().to_string();
                let flaw = (api, sample.operation, place.as_str());
                assert!(FLAWS.contains(&flaw), "{flaw:?} {}: {error}", sample.case);
                gone.retain(|known| *known != flaw);
            }
        }
    }
    assert!(gone.is_empty(), "no longer there: {gone:?}");
}
