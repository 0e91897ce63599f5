//! The text of a file.

use std::sync::Arc;

use super::{File, Origin};
use crate::diag::{Code, Finding, Findings};

/// Largest file, in bytes.
const MAX_FILE: usize = 32 * 1024 * 1024;

/// A file's text: UTF-8, without a byte-order mark, with `\n` line ends. `None` where it is not text.
pub(super) fn text_file(
    display: &str,
    bytes: Vec<u8>,
    findings: &mut Findings,
) -> Option<Arc<File>> {
    if bytes.len() > MAX_FILE {
        let file = File::new(display, String::new());
        let message = format!(
            "the file has {} bytes; at most {MAX_FILE} are read",
            bytes.len()
        );
        findings.report(Code::TooLarge, &Origin::new(&file, 0, 0), message);
        return None;
    }
    let text = match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let valid = error.utf8_error().valid_up_to();
            let bytes = error.into_bytes();
            let utf16 = matches!(bytes.get(..2), Some([0xFF, 0xFE] | [0xFE, 0xFF]));
            let byte = bytes.get(valid).copied().unwrap_or(0);
            let file = File::new(display, String::from_utf8_lossy(&bytes).into_owned());
            let origin = Origin::new(&file, valid, valid + 1);
            let finding = Finding::new(
                Code::NotUtf8,
                &origin,
                format!("the byte 0x{byte:02X} is not UTF-8"),
            );
            findings.push(finding.help(if utf16 {
                "the file seems to be UTF-16: save it as UTF-8"
            } else {
                "save the file as UTF-8"
            }));
            return None;
        }
    };
    let mark = text.starts_with('\u{FEFF}');
    let carriage = text.find('\r');
    let text = if mark {
        text.trim_start_matches('\u{FEFF}').to_owned()
    } else {
        text
    };
    let text = if carriage.is_some() {
        text.replace("\r\n", "\n").replace('\r', "\n")
    } else {
        text
    };
    let file = File::new(display, text);
    if mark {
        let finding = Finding::new(
            Code::ByteOrderMark,
            &Origin::new(&file, 0, 0),
            "the file starts with a byte-order mark",
        );
        findings.push(finding.help("save it as UTF-8 without one"));
    }
    if let Some(at) = carriage {
        let at = at.saturating_sub(if mark { 3 } else { 0 });
        let finding = Finding::new(
            Code::CarriageReturn,
            &Origin::new(&file, at, at),
            "the file has carriage returns",
        );
        findings.push(finding.help("save it with line feeds only"));
    }
    Some(file)
}
