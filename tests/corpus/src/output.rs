//! Lines on the standard output, which may be closed at any time.

use std::fmt;
use std::io::{self, Write as _};

/// Prints a line; a closed output is an error, not a panic.
pub(crate) fn line(text: fmt::Arguments<'_>) -> io::Result<()> {
    writeln!(io::stdout().lock(), "{text}")
}

/// Prints a line in a function that returns `io::Result`.
macro_rules! say {
    ($($text:tt)*) => {
        $crate::output::line(format_args!($($text)*))?
    };
}
