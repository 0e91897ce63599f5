//! A bar on a terminal while a file is sent; nothing in a pipe.

use std::io::IsTerminal;
use std::sync::atomic::{AtomicU64, Ordering};

use lavka::Upload;

use crate::output;

/// How wide the bar is.
const WIDTH: u64 = 30;

/// The upload with a bar on stderr, where that is a terminal.
pub(super) fn shown(upload: Upload, name: &str) -> Upload {
    if !std::io::stderr().is_terminal() {
        return upload;
    }
    let name = name.to_owned();
    let drawn = AtomicU64::new(u64::MAX);
    upload.on_progress(move |progress| {
        let step = match progress.total {
            Some(0) => WIDTH,
            Some(total) => progress.sent.saturating_mul(WIDTH) / total,
            None => progress.sent >> 20,
        };
        // Only when something moves: a bar for each packet would be slower than the transfer.
        if drawn.swap(step, Ordering::Relaxed) == step {
            return;
        }
        output::note(&match progress.total {
            Some(total) => {
                let full = usize::try_from(step).unwrap_or(0);
                let empty = usize::try_from(WIDTH.saturating_sub(step)).unwrap_or(0);
                let end = if progress.sent >= total { "\n" } else { "" };
                format!(
                    "\r{name} [{}{}] {} of {total} bytes{end}",
                    "=".repeat(full),
                    " ".repeat(empty),
                    progress.sent
                )
            }
            None => format!("\r{name}: {} bytes", progress.sent),
        });
    })
}
