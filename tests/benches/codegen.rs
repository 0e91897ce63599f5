//! Generating a spec, with all stages, beside progenitor alone on the lowered document.
//!
//! `cargo bench -p lavka-tests --bench codegen [-- ROUNDS]`

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    missing_docs,
    unreachable_pub,
    reason = "a bench prints, and fails by panicking"
)]

#[path = "../examples/compile_time/document.rs"]
mod document;
#[path = "measure/mod.rs"]
mod measure;

use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

use lavka_codegen::options::Options;
use lavka_codegen::{pipeline, plan, print, samples, stock};
use measure::{at_most, compare, contender, heading, median, number};
use openapiv3::OpenAPI;
use progenitor_impl::{GenerationSettings, Generator, InterfaceStyle};

fn main() {
    let rounds = number(0, 7);
    let specs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../specs");
    heading("Generating");
    for api in ["digiseller", "insales_products"] {
        let spec = specs.join(api).with_extension("yaml");
        let documents = samples::read(&specs.join("samples").join(api)).expect("the samples");
        let options = Options::new()
            .strict(true)
            .crate_path("lavka")
            .schema_feature("schema")
            .dynamic_feature("dynamic")
            .raw_feature("raw");
        let generated = pipeline::generate(&spec, &documents, &options).expect("the spec");
        let lowered = stock::lower(&generated.api, &generated.plan).expect("the document");
        let lowered = lowered.expect("operations that progenitor can take");
        let (_, bundled) = lavka_tests::specs::model(&spec);
        let same = document::stock(&bundled);
        let progenitor = |document: &OpenAPI, style: InterfaceStyle| {
            let mut settings = GenerationSettings::new();
            settings.with_interface(style);
            let tokens = Generator::new(&settings)
                .generate_tokens(document)
                .expect("progenitor takes it");
            prettyplease::unparse(&syn::parse2(tokens).expect("Rust"))
        };
        // From the file of the spec to the text of the Rust files: types, codecs, client, docs and examples.
        let whole = || {
            let generated = pipeline::generate(&spec, &documents, &options).expect("the spec");
            generated.files()
        };
        let speeds = compare(
            &format!("{api}.yaml"),
            1.0,
            "times/s",
            rounds,
            &mut [
                contender("progenitor, positional, lowered document", || {
                    progenitor(&lowered, InterfaceStyle::Positional)
                }),
                contender("progenitor, builder, lowered document", || {
                    progenitor(&lowered, InterfaceStyle::Builder)
                }),
                contender("progenitor, builder, the same schemas", || {
                    progenitor(&same, InterfaceStyle::Builder)
                }),
                contender("lavka, the whole pipeline", whole),
            ],
        );
        at_most(
            &format!("generating {api}, to progenitor (positional) on the lowered document"),
            1.0 / speeds[3],
            2.0,
        );
        at_most(
            &format!("generating {api}, to progenitor (builder) on the same schemas, in JSON"),
            speeds[2] / speeds[3],
            2.0,
        );
        stages(&spec, &documents, &options);
    }
}

/// How long each stage takes.
fn stages(spec: &Path, documents: &[samples::Sample], options: &Options) {
    let mut times: Vec<[f64; 5]> = Vec::new();
    for _ in 0..9 {
        let mut marks = vec![Instant::now()];
        let (document, _) = lavka_model::read(spec);
        let document = document.expect("the spec");
        marks.push(Instant::now());
        let (api, _) = lavka_model::derive(&document, "api");
        marks.push(Instant::now());
        let (plan, _) = plan::plan(&api, options, documents);
        marks.push(Instant::now());
        let files: Vec<_> = print::units(&plan).iter().map(print::Unit::parts).collect();
        marks.push(Instant::now());
        for parts in files {
            let text = lavka_codegen::format::source(|sink| parts.into_iter().for_each(sink));
            black_box(text.expect("Rust"));
        }
        marks.push(Instant::now());
        times.push(std::array::from_fn(|n| {
            (marks[n + 1] - marks[n]).as_secs_f64() * 1e3
        }));
    }
    let names = ["read and normalize", "derive", "plan", "print", "write"];
    let stages: Vec<String> = names
        .iter()
        .enumerate()
        .map(|(n, name)| format!("{name} {:.1}", median(times.iter().map(|t| t[n]))))
        .collect();
    println!("   stages in ms: {}", stages.join(", "));
}
