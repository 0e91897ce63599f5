//! Every decision about Rust, as plain data. [`crate::print`] prints it and decides nothing.
//!
//! Everything in the plan says what it stands for on the wire, so that two plans can be compared.

pub mod client;
pub mod constants;
pub mod credentials;
pub mod docs;
pub mod dynamic;
pub mod envelopes;
pub mod example;
pub mod failures;
pub mod files;
pub mod headers;
mod html;
pub mod lints;
pub mod markdown;
pub mod media;
pub mod names;
pub mod operations;
pub mod replies;
pub mod rust_type;
pub mod schemas;
pub mod servers;
mod spelling;
pub mod tags;
pub mod testing;
pub mod types;
pub mod unions;
pub mod untyped;
pub mod wire;
mod xml_sample;

use lavka_model::model::Api;

use crate::diag::Findings;
use crate::options::Options;
use crate::samples::Sample;

/// A module of bindings.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Its name.
    pub module: String,
    /// Its docs.
    pub docs: docs::Docs,
    /// Its files.
    pub files: files::Files,
    /// Names of types and of what is in them.
    pub names: names::TypeNames,
    /// Types, in the order of the model.
    pub types: Vec<types::Type>,
    /// What the client knows of the API.
    pub api: client::ApiFacts,
    /// The client.
    pub client: client::Client,
    /// Ways to authenticate.
    pub schemes: Vec<credentials::Scheme>,
    /// What the client authenticates with; `None` where it needs nothing.
    pub credentials: Option<credentials::Credentials>,
    /// Operations, in document order.
    pub operations: Vec<operations::Operation>,
    /// Wrappings of replies.
    pub envelopes: Vec<envelopes::EnvelopeOf>,
    /// Operations and payloads by name.
    pub dynamic: Option<dynamic::Dynamic>,
    /// Whether anything in it is deprecated.
    pub deprecated: bool,
    /// Examples of the types.
    pub testing: Option<testing::Testing>,
    /// The cargo feature that turns JSON Schemas on.
    pub schema_feature: Option<String>,
    /// The cargo feature that turns progenitor's client on.
    pub raw_feature: Option<String>,
}

/// Plans the module of an API. Names that are contested are findings.
#[must_use]
pub fn plan(api: &Api, options: &Options, samples: &[Sample]) -> (Plan, Findings) {
    let mut findings = Findings::new();
    let names = names::TypeNames::of(api, &mut findings);
    let mut operations = operations::plan(api, &names, &mut findings);
    for (fact, op) in api.operations.iter().zip(&mut operations) {
        operations::document(api, fact, op);
        if let Some(example) = example::method(api, &names, fact, op, samples, options) {
            op.docs.lines.push(String::new());
            op.docs.lines.extend(example.lines);
        }
        op.docs.source(&fact.doc);
    }
    let credentials = credentials::plan(api, &names, &operations, &mut findings);
    let dynamic = options
        .dynamic_feature
        .as_deref()
        .map(|feature| dynamic::plan(api, &names, &operations, credentials.as_ref(), feature));
    let types = types::plan(api, &names);
    let testing = options
        .testing_feature
        .as_deref()
        .map(|feature| testing::plan(api, &names, samples, feature));
    let plan = Plan {
        deprecated: types.iter().any(types::Type::holds_deprecated)
            || operations
                .iter()
                .any(operations::Operation::holds_deprecated),
        module: api.module.clone(),
        docs: client::module_docs(api),
        files: files::files(api),
        types,
        api: client::facts(api),
        client: client::client(api, &operations, &mut findings),
        schemes: credentials::schemes(api, &mut findings),
        credentials,
        envelopes: envelopes::envelopes(api, &names),
        schema_feature: options.schema_feature.clone(),
        raw_feature: options.raw_feature.clone(),
        dynamic,
        testing,
        operations,
        names,
    };
    (plan, findings)
}

/// What programs can name, without docs and examples: for those who compare plans.
#[derive(Clone, Debug)]
pub struct Outline {
    /// Names of types and of what is in them.
    pub names: names::TypeNames,
    /// Operations, in document order, without docs.
    pub operations: Vec<operations::Operation>,
    /// What the client authenticates with.
    pub credentials: Option<credentials::Credentials>,
    /// Servers that the caller can choose.
    pub servers: Vec<servers::Choice>,
}

/// Plans what programs can name. Names that are contested are findings.
#[must_use]
pub fn outline(api: &Api) -> (Outline, Findings) {
    let mut findings = Findings::new();
    let names = names::TypeNames::of(api, &mut findings);
    let operations = operations::plan(api, &names, &mut findings);
    let credentials = credentials::plan(api, &names, &operations, &mut findings);
    let servers = servers::choices(api, &mut findings);
    let outline = Outline {
        names,
        operations,
        credentials,
        servers,
    };
    (outline, findings)
}

/// A value of a spec as text: a string without its quotation marks.
fn as_text(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
