//! Every sample is read into its type, printed, written again, and means the same as before.

#![allow(clippy::panic, clippy::expect_used, missing_docs)]

use std::collections::BTreeSet;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use lavka_codegen::samples::Sample;
use lavka_sandbox::XmlOracle;
use lavka_tests::compare::{self, differences};
use lavka_tests::errata::Check;
use lavka_tests::exact::Json;
use lavka_tests::specs::{self, Spec};
use similar::{Algorithm, DiffOp, capture_diff_slices};

/// The folder of the snapshots of one API.
fn snapshots(api: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/documents/snapshots/samples")
        .join(api)
}

/// Holds a text against its snapshot; a difference is reported after all others have been seen.
fn snapshot(api: &str, sample: &Sample, text: &str, faults: &mut Vec<String>) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(snapshots(api));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let name = sample.file.as_str();
    let result = catch_unwind(AssertUnwindSafe(|| {
        settings.bind(|| insta::assert_snapshot!(name, text));
    }));
    if result.is_err() {
        faults.push(format!(
            "{name}: not as in its snapshot, or new; `scripts/snapshots` shows the difference"
        ));
    }
}

/// Reads a sample, writes it again, and reports what has changed.
fn round(spec: &Spec, oracle: &XmlOracle, sample: &Sample) -> Result<(), String> {
    let before = spec.value(oracle, sample)?;
    let payload = spec.decode_sample(sample)?;
    let body = specs::payload(&spec.api, &sample.operation, sample.side);
    let ty = body
        .map(|body| body.ty)
        .ok_or("the spec knows nothing of this payload")?;
    let after = if sample.extension == "xml" {
        let bytes = payload.to_xml().map_err(|error| error.to_string())?;
        spec.xml_value(oracle, &sample.operation, sample.side, &bytes)
            .map_err(|fault| format!("written again: {fault}"))?
    } else {
        Json::parse(&payload.to_json().map_err(|error| error.to_string())?)?
    };
    for secret in compare::secrets(&spec.api, ty, &before) {
        if payload.debug().contains(&secret) {
            return Err("a secret is printed".to_owned());
        }
    }
    match differences(&spec.api, ty, &before, &after).as_slice() {
        [] => Ok(()),
        found => Err(compare::lines(found)),
    }
}

fn every_sample(api: &str) {
    let spec = specs::spec(api);
    let oracle = spec.oracle();
    let mut faults = Vec::new();
    let mut names = BTreeSet::new();
    for sample in &spec.samples {
        names.insert(format!("{}.snap", sample.file));
        if !sample.is_usable() {
            match spec.decode_sample(sample) {
                Ok(_) => faults.push(format!("{}: parses, but is called verbatim", sample.file)),
                Err(error) => snapshot(api, sample, &error, &mut faults),
            }
            continue;
        }
        if let Err(fault) = round(spec, &oracle, sample) {
            faults.push(format!("{}: {fault}", sample.file));
        }
        match spec.decode_sample(sample) {
            Ok(payload) => snapshot(api, sample, &payload.debug(), &mut faults),
            Err(error) => faults.push(format!("{}: {error}", sample.file)),
        }
    }
    let folder = snapshots(api);
    for entry in fs::read_dir(&folder).expect("there are snapshots") {
        let name = entry.expect("listed").file_name();
        let name = name.to_string_lossy();
        if name.ends_with(".snap") && !names.contains(&*name) {
            faults.push(format!("{name}: a snapshot of no sample"));
        }
    }
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

#[test]
fn digiseller() {
    every_sample("digiseller");
}

#[test]
fn insales_products() {
    every_sample("insales_products");
}

#[test]
fn insales_digital() {
    every_sample("insales_digital");
}

#[test]
fn fileflare() {
    every_sample("fileflare");
}

#[test]
fn qnits() {
    every_sample("qnits");
}

/// Every sample that is called `verbatim` has a twin that is called `corrected`, and the other way round.
#[test]
fn verbatim_samples_have_corrected_twins() {
    for spec in specs::all() {
        let mut verbatim = BTreeSet::new();
        for sample in &spec.samples {
            let twin = match sample.case.as_str() {
                "verbatim" => sample.file.replace(".verbatim.", ".corrected."),
                "corrected" => sample.file.replace(".corrected.", ".verbatim."),
                _ => continue,
            };
            assert!(
                spec.samples.iter().any(|other| other.file == twin),
                "{twin}"
            );
            if sample.case == "verbatim" {
                verbatim.insert(sample.file.clone());
            }
        }
        // Those that errata call unparsable.
        let errata = lavka_tests::errata::load(spec.name).expect("errata");
        let unparsable = errata
            .into_iter()
            .filter_map(|erratum| match erratum.check {
                Check::Unparsable(file) => Some(file),
                _ => None,
            });
        assert_eq!(verbatim, unparsable.collect());
    }
}

/// A corrected sample differs from the printed one only where it must: with any one of its changes taken back it is broken
/// again, and no change is longer than a few characters.
#[test]
fn corrected_samples_differ_as_little_as_possible() {
    for spec in specs::all() {
        for printed in spec.samples.iter().filter(|sample| !sample.is_usable()) {
            let twin = printed.file.replace(".verbatim.", ".corrected.");
            let corrected = spec.samples.iter().find(|other| other.file == twin);
            let old = characters(&printed.bytes);
            let new = characters(&corrected.expect("checked above").bytes);
            let changes: Vec<DiffOp> = capture_diff_slices(Algorithm::Myers, &old, &new)
                .into_iter()
                .filter(|change| !matches!(change, DiffOp::Equal { .. }))
                .collect();
            assert!(!changes.is_empty(), "{twin}");
            for change in changes {
                let (was, is) = (change.old_range(), change.new_range());
                assert!(was.len() <= 8 && is.len() <= 8, "{twin}: {change:?}");
                let mut text: Vec<char> = new[..is.start].to_vec();
                text.extend(&old[was]);
                text.extend(&new[is.end..]);
                let bytes = text.into_iter().collect::<String>().into_bytes();
                let format = specs::format(printed);
                let result = spec.decode(&printed.operation, printed.side, format, &bytes);
                assert!(result.is_err(), "{twin}: {change:?} is not needed");
            }
        }
    }
}

fn characters(bytes: &[u8]) -> Vec<char> {
    String::from_utf8_lossy(bytes).chars().collect()
}

/// The comparison sees what it is there to see: each field that is taken out of a sample, each that is added to it, and
/// each scalar that is changed.
#[test]
fn a_changed_sample_is_told() {
    let mut mutants = 0;
    for spec in specs::all() {
        let oracle = spec.oracle();
        for sample in spec.samples.iter().filter(|sample| sample.is_usable()) {
            let body = specs::payload(&spec.api, &sample.operation, sample.side);
            let ty = body.map(|body| body.ty).expect("typed");
            let value = spec
                .value(&oracle, sample)
                .unwrap_or_else(|fault| panic!("{}: {fault}", sample.file));
            for (what, mutant) in mutate(&value) {
                // Nulls that mean absence are the one thing that may go.
                if what.ends_with("null gone") {
                    continue;
                }
                let found = differences(&spec.api, ty, &value, &mutant);
                assert!(!found.is_empty(), "{}: {what}", sample.file);
                mutants += 1;
            }
        }
    }
    assert!(mutants > 2000, "{mutants} mutants only");
}

/// All values that differ from this one in one place.
fn mutate(value: &Json) -> Vec<(String, Json)> {
    let mut all = Vec::new();
    match value {
        Json::Null => all.push(("a null".to_owned(), Json::Bool(true))),
        Json::Bool(flag) => all.push(("a flag".to_owned(), Json::Bool(!flag))),
        Json::Number(_) => {
            let other = Json::parse(b"987654321.5").expect("a number");
            all.push(("a number".to_owned(), other));
        }
        Json::String(text) => all.push(("a text".to_owned(), Json::String(format!("{text}~")))),
        Json::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                let mut fewer = items.clone();
                fewer.remove(index);
                all.push((format!("{index} gone"), Json::Array(fewer)));
                for (what, changed) in mutate(item) {
                    let mut items = items.clone();
                    items[index] = changed;
                    all.push((format!("{index} {what}"), Json::Array(items)));
                }
            }
        }
        Json::Object(members) => {
            let mut more = members.clone();
            more.insert("unheard of".to_owned(), Json::Bool(true));
            all.push(("one more".to_owned(), Json::Object(more)));
            for (key, member) in members {
                let mut fewer = members.clone();
                fewer.remove(key);
                let null = if *member == Json::Null { " null" } else { "" };
                all.push((format!("{key}{null} gone"), Json::Object(fewer)));
                for (what, changed) in mutate(member) {
                    let mut members = members.clone();
                    members.insert(key.clone(), changed);
                    all.push((format!("{key} {what}"), Json::Object(members)));
                }
            }
        }
    }
    all
}
