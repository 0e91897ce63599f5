//! The program runs to its end.

#![allow(clippy::unwrap_used, reason = "tests")]

use std::process::Command;

#[test]
fn it_calls_its_own_api_in_both_formats() {
    let run = Command::new(env!("CARGO_BIN_EXE_lavka-example"))
        .output()
        .unwrap();
    let out = String::from_utf8(run.stdout).unwrap();
    assert!(
        run.status.success(),
        "{}",
        String::from_utf8_lossy(&run.stderr)
    );
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!(lines.len(), 4, "{out}");
    for (line, begin) in lines.iter().zip([
        "JSON: Book",
        "XML: Book",
        "all: [\"The Inspector",
        "error: ",
    ]) {
        assert!(line.starts_with(begin), "{line}");
    }
    assert!(lines[3].contains("there is no such book"), "{}", lines[3]);
}
