//! Where text goes: data to stdout, errors to stderr. A reader that hangs up is not an error.

use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

/// Writes data to stdout.
pub(crate) fn data(bytes: &[u8]) -> Result<(), String> {
    let mut out = io::stdout().lock();
    match out.write_all(bytes).and_then(|()| out.flush()) {
        Err(e) if e.kind() != io::ErrorKind::BrokenPipe => {
            Err(format!("cannot write to the standard output: {e}"))
        }
        _ => Ok(()),
    }
}

/// Writes a line of data to stdout.
pub(crate) fn line(text: &str) -> Result<(), String> {
    data(format!("{text}\n").as_bytes())
}

/// Writes text to stderr as it is.
pub(crate) fn note(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

/// Writes one line of error to stderr.
pub(crate) fn error(message: &str) {
    note(&format!("lavka: {message}\n"));
}

/// Writes one line about wrong usage or unreadable input, and gives their exit code.
pub(crate) fn usage(message: &str) -> ExitCode {
    error(message);
    ExitCode::from(2)
}

/// Whether stdout is a terminal that shows colour.
pub(crate) fn colour() -> bool {
    io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none()
}
