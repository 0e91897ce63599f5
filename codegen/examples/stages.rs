//! How much CPU time and memory each stage of generating a document takes, as medians of rounds.
//!
//! `cargo run --release -p lavka-codegen --example stages -- FILE [ROUNDS]`

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "an example prints, and fails by panicking"
)]

use std::path::Path;
use std::time::Instant;

use lavka_codegen::{Options, pipeline, plan, print};

fn main() {
    let mut arguments = std::env::args().skip(1);
    let file = arguments.next().expect("a document");
    let rounds = arguments.next().map_or(5, |n| n.parse().expect("a number"));
    let (spec, options) = (Path::new(&file), Options::new());
    let (mut whole, mut alone) = (Vec::new(), Vec::new());
    let mut times: Vec<[f64; 7]> = Vec::new();
    for round in 0..rounds {
        let start = cpu();
        drop(lavka_model::read(spec));
        alone.push(cpu() - start);
        let mut marks = vec![cpu()];
        let (source, findings) = lavka_model::source::load(spec);
        marks.push(cpu());
        let (document, _) = lavka_model::with_findings(&source, findings);
        let document = document.expect("a document that can be read");
        marks.push(cpu());
        let (api, _) = lavka_model::derive(&document, "api");
        marks.push(cpu());
        let (plan, _) = plan::plan(&api, &options, &[]);
        marks.push(cpu());
        let files: Vec<_> = print::units(&plan).iter().map(print::Unit::parts).collect();
        marks.push(cpu());
        for parts in files {
            lavka_codegen::format::source(|sink| parts.into_iter().for_each(sink)).expect("Rust");
        }
        marks.push(cpu());
        drop((source, document, api, plan));
        marks.push(cpu());
        let (start, before) = (Instant::now(), ticks());
        let generated = pipeline::generate(spec, &[], &options).expect("a document");
        let files = generated.files();
        whole.push([start.elapsed().as_secs_f64(), ticks() - before]);
        if round == 0 {
            let bytes: usize = files.values().map(Vec::len).sum();
            println!("{bytes} bytes of Rust, memory at most {}", peak());
        }
        times.push(std::array::from_fn(|n| marks[n + 1] - marks[n]));
    }
    let names = [
        "load",
        "normalize",
        "derive",
        "plan",
        "print",
        "format",
        "free",
    ];
    println!("CPU time of each stage, in this thread:");
    for (n, name) in names.iter().enumerate() {
        println!(
            "   {name:10} {:7.1} ms",
            median(times.iter().map(|times| times[n])) * 1e3
        );
    }
    let [wall, cpu] = [0, 1].map(|n| median(whole.iter().map(|whole| whole[n])) * 1e3);
    println!("the whole pipeline, in its threads: wall {wall:.0} ms, CPU {cpu:.0} ms");
    let read = median(alone.into_iter()) * 1e3;
    println!(
        "reading alone, with what is freed: CPU {read:.0} ms, a ratio of {:.1}",
        cpu / read
    );
}

fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// CPU time of the process in seconds, to a hundredth.
fn ticks() -> f64 {
    let text = std::fs::read_to_string("/proc/self/stat").expect("Linux");
    let fields: Vec<&str> = text
        .rsplit(") ")
        .next()
        .expect("fields")
        .split(' ')
        .collect();
    let field = |n: usize| fields[n].parse::<f64>().expect("a number");
    (field(11) + field(12)) / 100.0
}

/// CPU time of this thread in seconds.
fn cpu() -> f64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").expect("Linux");
    let nanoseconds = text.split(' ').next().and_then(|n| n.parse::<f64>().ok());
    nanoseconds.expect("a number") / 1e9
}

/// The most memory that the process had.
fn peak() -> String {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.unwrap_or_default().trim().to_owned()
}
