//! For tools.

use serde_json::{Value, json};

use super::one_line;
use crate::finding::{Effect, Finding, Spot, texts, worst};
use crate::level::{Direction, Level, Variance};
use crate::report::{Report, SpecReport};

/// The report as one JSON object.
#[must_use]
pub fn json(report: &Report) -> String {
    let levels = report.levels();
    let judged = report
        .specs
        .iter()
        .all(|spec| spec.rust_not_judged.is_none());
    let findings: Vec<Value> = report
        .findings()
        .map(|(spec, finding)| one(Some(spec), finding))
        .chain(report.acceptance.iter().map(|finding| one(None, finding)))
        .collect();
    let rust = if judged {
        levels.rust.as_str()
    } else {
        "not judged"
    };
    let value = json!({
        "crate": report.bindings().as_str(),
        "spec": report.spec().as_str(),
        "json": levels.json.as_str(),
        "xml": levels.xml.as_str(),
        "rust": rust,
        "behaviour": levels.behaviour.as_str(),
        "documents": report.specs.iter().map(document).collect::<Vec<_>>(),
        "findings": findings,
    });
    let mut text = serde_json::to_string_pretty(&value).unwrap_or_default();
    text.push('\n');
    text
}

fn document(spec: &SpecReport) -> Value {
    let levels = spec.levels();
    json!({
        "name": spec.name,
        "title": spec.title,
        "crate": spec.bindings().as_str(),
        "spec": spec.spec().as_str(),
        "json": levels.json.as_str(),
        "xml": levels.xml.as_str(),
        "rust": if spec.rust_not_judged.is_none() { levels.rust.as_str() } else { "not judged" },
        "rust_not_judged": spec.rust_not_judged,
        "behaviour": levels.behaviour.as_str(),
        "errors_before": spec.sides.0.as_ref().map(|side| side.errors),
        "errors_after": spec.sides.1.as_ref().map(|side| side.errors),
        "version_before": spec.versions.0,
        "version_after": spec.versions.1,
    })
}

fn spot(spot: &Spot) -> Value {
    let Some(origin) = spot
        .origin
        .as_ref()
        .filter(|origin| origin.file().is_some())
    else {
        return Value::Null;
    };
    json!({
        "file": origin.path(),
        "line": origin.line(),
        "column": origin.column(),
        "pointer": origin.pointer(),
        "text": spot.text,
        "present": spot.present,
    })
}

fn effects(effects: &[Effect]) -> Vec<Effect> {
    let telling = |effect: &&Effect| effect.level != Level::Documentation;
    effects.iter().filter(telling).cloned().collect()
}

fn one(spec: Option<&SpecReport>, finding: &Finding) -> Value {
    let directions: Vec<&str> = finding
        .directions
        .iter()
        .map(|direction| match direction {
            Direction::Argument => "request",
            Direction::Reply => "reply",
        })
        .collect();
    let judged = spec.is_none_or(|spec| spec.rust_not_judged.is_none());
    let rust = effects(&finding.rust);
    json!({
        "code": finding.check.code,
        "title": finding.check.title,
        "level": finding.level().as_str(),
        "key": finding.key,
        "document": spec.map(|spec| spec.name.clone()),
        "place": finding.place,
        "what": finding.what,
        "json": finding.json.as_str(),
        "xml": finding.xml.as_str(),
        "rust": if judged { texts(&rust) } else { "not judged".to_owned() },
        "rust_level": worst(&finding.rust).as_str(),
        "behaviour": texts(&finding.behaviour),
        "behaviour_level": worst(&finding.behaviour).as_str(),
        "silent": finding.silent,
        "variance": finding.variance.map(Variance::as_str),
        "directions": directions,
        "operations": finding.operations.iter().take(50).map(|op| json!({"name": &*op.name, "id": op.id.as_deref()})).collect::<Vec<_>>(),
        "operation_count": finding.operations.len(),
        "before": spot(&finding.before),
        "after": spot(&finding.after),
        "rust_before": finding.signatures.0,
        "rust_after": finding.signatures.1,
        "accepted": finding.accepted.as_deref().map(one_line),
        "permitted": finding.permitted,
        "crate": finding.crate_bump().as_str(),
        "spec": finding.spec_bump().as_str(),
    })
}
