//! Both formats of a payload are one value, and the XML of the XML-only API fits its schemas.
//!
//! Where a document prints a payload in JSON and in XML, the two samples often hold different data. How equality is judged:
//! what the two *samples* differ in (read without the typed model: the XML by the oracle) is exactly what the two typed
//! *values* differ in. So where the samples print the same data the values are equal, and where they do not, nothing else
//! differs than what they print; a snapshot lists which are which. Beside that, each sample goes through the other format and
//! comes back as it was.

#![allow(clippy::panic, clippy::expect_used, missing_docs)]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::process::Command;

use lavka::Format;
use lavka_codegen::samples::{Sample, Side};
use lavka_tests::compare::differences;
use lavka_tests::exact::Json;
use lavka_tests::specs::{self, Spec};

/// Takes a sample through the other format; reports where it does not come back as it was.
fn there_and_back(spec: &Spec, sample: &Sample) -> Result<(), String> {
    let text = |error: lavka::dynamic::DynamicError| error.to_string();
    let (id, side) = (sample.operation.as_str(), sample.side);
    let first = spec.decode_sample(sample)?;
    let (json, xml) = (
        first.to_json().map_err(text)?,
        first.to_xml().map_err(text)?,
    );
    let other = match specs::format(sample) {
        Format::Json => spec.decode(id, side, Format::Xml, &xml)?,
        Format::Xml => spec.decode(id, side, Format::Json, &json)?,
    };
    if other.debug() != first.debug() {
        return Err(format!(
            "another value after the other format:\n{}\nbefore:\n{}",
            other.debug(),
            first.debug()
        ));
    }
    let again = match specs::format(sample) {
        Format::Json => (other.to_json().map_err(text)?, json),
        Format::Xml => (other.to_xml().map_err(text)?, xml),
    };
    if again.0 != again.1 {
        return Err(format!(
            "written otherwise after the other format:\n{}\nbefore:\n{}",
            String::from_utf8_lossy(&again.0),
            String::from_utf8_lossy(&again.1)
        ));
    }
    Ok(())
}

/// JSON → typed → XML → typed → JSON is the identity for every JSON sample of a payload that has both formats.
#[test]
fn digiseller_samples_go_through_both_formats() {
    let spec = specs::spec("digiseller");
    let mut operations = BTreeSet::new();
    let mut faults = Vec::new();
    for sample in spec.samples.iter().filter(|sample| sample.is_usable()) {
        if specs::has_both_formats(&spec.api, &sample.operation, sample.side) {
            operations.insert(sample.operation.as_str());
            if let Err(fault) = there_and_back(spec, sample) {
                faults.push(format!("{}: {fault}", sample.file));
            }
        }
    }
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
    assert_eq!(operations, in_both_formats(spec));
}

/// The operations that have a payload in JSON and XML. Those of which the document prints none have no sample.
fn in_both_formats(spec: &Spec) -> BTreeSet<&str> {
    let found: BTreeSet<&str> = spec
        .api
        .operations
        .iter()
        .map(|operation| operation.id.as_str())
        .filter(|id| {
            [Side::Request, Side::Response(None)]
                .iter()
                .any(|side| specs::has_both_formats(&spec.api, id, *side))
        })
        .collect();
    assert!(!found.is_empty());
    found
}

/// XML → typed → JSON → typed → XML is the identity for every sample of the XML-only API.
#[test]
fn insales_products_samples_go_through_json() {
    let spec = specs::spec("insales_products");
    let mut faults = Vec::new();
    for sample in spec.samples.iter().filter(|sample| sample.is_usable()) {
        if let Err(fault) = there_and_back(spec, sample) {
            faults.push(format!("{}: {fault}", sample.file));
        }
    }
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

/// The samples of the same case and side in both formats: JSON first. A corrected one stands for the document's.
fn pairs(spec: &Spec) -> Vec<(&Sample, &Sample)> {
    let case = |sample: &Sample| match sample.case.as_str() {
        "corrected" => "documented".to_owned(),
        case => case.to_owned(),
    };
    let usable = || spec.samples.iter().filter(|sample| sample.is_usable());
    usable()
        .filter(|json| json.extension == "json")
        .filter_map(|json| {
            let twin = usable().find(|xml| {
                xml.extension == "xml"
                    && xml.operation == json.operation
                    && xml.side == json.side
                    && case(xml) == case(json)
            });
            Some((json, twin?))
        })
        .collect()
}

#[test]
fn both_formats_of_a_sample_decode_to_what_both_print() {
    let spec = specs::spec("digiseller");
    let oracle = spec.oracle();
    let pairs = pairs(spec);
    let mut table = String::new();
    let mut faults = Vec::new();
    let mut equal = 0;
    for (json, xml) in &pairs {
        let body = specs::payload(&spec.api, &json.operation, json.side);
        let ty = body.map(|body| body.ty).expect("typed");
        let read = |sample| {
            spec.value(&oracle, sample)
                .unwrap_or_else(|fault| panic!("{}: {fault}", sample.file))
        };
        let decode = |sample: &Sample| {
            spec.decode_sample(sample)
                .unwrap_or_else(|fault| panic!("{}: {fault}", sample.file))
        };
        let printed = differences(&spec.api, ty, &read(json), &read(xml));
        let (from_json, from_xml) = (decode(json), decode(xml));
        let value = |payload: &lavka::dynamic::Payload| {
            Json::parse(&payload.to_json().expect("has a JSON form")).expect("is JSON")
        };
        let decoded = differences(&spec.api, ty, &value(&from_json), &value(&from_xml));
        if printed != decoded {
            faults.push(format!(
                "{}: printed {printed:?}, decoded {decoded:?}",
                json.file
            ));
        }
        if printed.is_empty() != (from_json.debug() == from_xml.debug()) {
            faults.push(format!("{}: the same data, other values", json.file));
        }
        equal += usize::from(printed.is_empty());
        let side = match json.side {
            Side::Request => "request".to_owned(),
            Side::Response(None) => "response".to_owned(),
            Side::Response(Some(status)) => format!("response {status}"),
        };
        // Writing to a String cannot fail.
        let _ = writeln!(table, "{} {side} ({}):", json.operation, json.case);
        if printed.is_empty() {
            let _ = writeln!(table, "  the same data");
        }
        for difference in printed {
            let _ = writeln!(table, "  {}: {}", difference.path, difference.what);
        }
    }
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
    assert!(equal > 0, "no two samples print the same data");
    insta::with_settings!({snapshot_path => "snapshots/formats", prepend_module_to_snapshot => false,
        omit_expression => true, description => "JSON, then XML: what the document's two samples print"}, {
        insta::assert_snapshot!("digiseller", table);
    });
    // Every operation that has samples in both formats is among the pairs.
    let operations: BTreeSet<&str> = pairs
        .iter()
        .map(|(json, _)| json.operation.as_str())
        .collect();
    assert_eq!(operations, in_both_formats(spec));
}

/// The XML Schema of a payload, as the spec (not yet bundled) refers to it.
fn schema_file(id: &str, side: Side) -> Option<String> {
    let path = specs::folder().join("insales_products.yaml");
    let (source, _) = lavka_codegen::source::load(&path);
    let root = source.root()?.to_json();
    let spec = specs::spec("insales_products");
    let operation = specs::operation(&spec.api, id)?;
    let object = root
        .get("paths")?
        .get(operation.path.to_string())?
        .get(operation.method.as_str().to_lowercase())?;
    let body = match side {
        Side::Request => object.get("requestBody")?,
        Side::Response(status) => object
            .get("responses")?
            .get(status.unwrap_or(200).to_string())?,
    };
    let body = match body.get("$ref").and_then(serde_json::Value::as_str) {
        Some(reference) => root.pointer(reference.strip_prefix('#')?)?,
        None => body,
    };
    let reference = body
        .pointer("/content/application~1xml/schema/$ref")?
        .as_str()?;
    Some(reference.split('#').next()?.to_owned())
}

#[test]
#[cfg_attr(not(xmllint), ignore = "needs xmllint (libxml2-utils)")]
fn insales_products_samples_fit_their_schemas() {
    let spec = specs::spec("insales_products");
    let validate = |schema: &str, name: &str, bytes: &[u8]| -> Result<(), String> {
        let file = std::env::temp_dir().join(format!("lavka-{}-{name}", std::process::id()));
        std::fs::write(&file, bytes).map_err(|error| error.to_string())?;
        let output = Command::new("xmllint")
            .args(["--noout", "--nonet", "--schema"])
            .arg(specs::folder().join(schema))
            .arg(&file)
            .output();
        let _ = std::fs::remove_file(&file);
        let output = output.map_err(|error| error.to_string())?;
        if output.status.success() {
            return Ok(());
        }
        Err(String::from_utf8_lossy(&output.stderr).into_owned())
    };
    let mut faults = Vec::new();
    let mut checked = 0;
    for sample in &spec.samples {
        let Some(schema) = schema_file(&sample.operation, sample.side) else {
            faults.push(format!("{}: the spec names no schema", sample.file));
            continue;
        };
        let result = validate(&schema, &sample.file, &sample.bytes);
        match (result, sample.is_usable()) {
            (Err(fault), true) => faults.push(format!("{}: {fault}", sample.file)),
            (Ok(()), false) => faults.push(format!("{}: is valid, but printed", sample.file)),
            _ => checked += 1,
        }
        if !sample.is_usable() {
            continue;
        }
        // What the typed model writes fits, too; with an element that nobody knows it does not.
        let written = spec
            .decode_sample(sample)
            .and_then(|payload| payload.to_xml().map_err(|error| error.to_string()))
            .unwrap_or_else(|fault| panic!("{}: {fault}", sample.file));
        let name = format!("written-{}", sample.file);
        if let Err(fault) = validate(&schema, &name, &written) {
            faults.push(format!("{}: written again: {fault}", sample.file));
        }
        let text = String::from_utf8_lossy(&written).into_owned();
        let end = text.rfind("</").expect("an end tag");
        let broken = format!("{}<unheard-of/>{}", &text[..end], &text[end..]);
        if validate(&schema, &name, broken.as_bytes()).is_ok() {
            faults.push(format!("{schema} takes an unknown element"));
        }
    }
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
    assert_eq!(checked, spec.samples.len());
}
