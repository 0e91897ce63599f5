//! How much processor time reading two documents takes, and comparing them.
use std::path::Path;
use std::time::Duration;

use lavka_review::report::{Side, SpecReport};

/// Processor time of the process so far; zero where the system does not report it.
struct Cpu(Duration);

impl Cpu {
    fn now() -> Self {
        let text = std::fs::read_to_string("/proc/self/schedstat").unwrap_or_default();
        let first = text.split(' ').next().and_then(|first| first.parse().ok());
        Self(Duration::from_nanos(first.unwrap_or(0)))
    }

    fn elapsed(&self) -> Duration {
        Self::now().0.saturating_sub(self.0)
    }
}

fn main() {
    let paths: Vec<String> = std::env::args().skip(1).collect();
    let [base, head] = paths.as_slice() else {
        return;
    };
    let start = Cpu::now();
    let (base, _) = lavka_model::read(Path::new(base));
    let (head, _) = lavka_model::read(Path::new(head));
    let read = start.elapsed();
    let (Some(base), Some(head)) = (base, head) else {
        return;
    };
    let start = Cpu::now();
    let (api, _) = lavka_model::derive(&base, "api");
    let modelled = start.elapsed();
    let start = Cpu::now();
    let (outline, _) = lavka_codegen::plan::outline(&api);
    let planned = start.elapsed();
    let operations = outline.operations.len();
    drop((api, outline));
    let start = Cpu::now();
    let side = |document| {
        let surface = lavka_review::rust::surface(&document);
        Side {
            document,
            incoming: None,
            surface,
            errors: 0,
        }
    };
    let (one, other) = (side(base), side(head));
    let derived = start.elapsed();
    let start = Cpu::now();
    let report = SpecReport::new("x", Some(one), Some(other));
    let compared = start.elapsed();
    let count = report.findings.len();
    let _ = std::io::Write::write_all(
        &mut std::io::stdout(),
        format!(
            "read {read:?}; of one side: derive {modelled:?}, plan of {operations} operations {planned:?}; surfaces {derived:?}, \
             compared {compared:?}, {count} findings\n"
        )
        .as_bytes(),
    );
}
