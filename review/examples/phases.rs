//! How long reading two documents takes, and comparing them.
use std::path::Path;
use std::time::Instant;

use lavka_review::report::{Side, SpecReport};

fn main() {
    let paths: Vec<String> = std::env::args().skip(1).collect();
    let [base, head] = paths.as_slice() else {
        return;
    };
    let start = Instant::now();
    let (base, _) = lavka_model::read(Path::new(base));
    let (head, _) = lavka_model::read(Path::new(head));
    let read = start.elapsed();
    let (Some(base), Some(head)) = (base, head) else {
        return;
    };
    let start = Instant::now();
    let side = |document| {
        let surface = lavka_review::rust::surface(&document);
        Side {
            document,
            surface,
            errors: 0,
        }
    };
    let (one, other) = (side(base), side(head));
    let derived = start.elapsed();
    let start = Instant::now();
    let report = SpecReport::new("x", Some(one), Some(other));
    let compared = start.elapsed();
    let count = report.findings.len();
    let _ = std::io::Write::write_all(
        &mut std::io::stdout(),
        format!("read {read:?}, surfaces {derived:?}, compared {compared:?}, {count} findings\n")
            .as_bytes(),
    );
}
