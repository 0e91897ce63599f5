//! Samples: the payloads of `samples/<api>/`, known by their file names.

use std::fs;
use std::io;
use std::path::Path;

/// A payload in a file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Sample {
    /// `operationId`.
    pub operation: String,
    /// `documented`, `documented-2`, `verbatim`, `corrected`, `synthetic`, …
    pub case: String,
    /// Who sends it.
    pub side: Side,
    /// `json`, `xml` or `txt`.
    pub extension: String,
    /// The file's name.
    pub file: String,
    /// The payload.
    pub bytes: Vec<u8>,
}

/// Who sends a payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Side {
    /// The client.
    Request,
    /// The server, with this status where the file's name gives one; success otherwise.
    Response(Option<u16>),
}

impl Sample {
    /// Returns whether it is in the document, and parses.
    #[must_use]
    pub fn is_usable(&self) -> bool {
        self.case != "verbatim"
    }

    /// `documented` before `corrected` before `synthetic`.
    #[must_use]
    pub fn rank(&self) -> u8 {
        match self.case.split('-').next() {
            Some("documented") => 0,
            Some("corrected") => 1,
            _ => 2,
        }
    }
}

/// Reads all samples of an API, sorted by name; none if the folder does not exist.
///
/// # Errors
/// A file that cannot be read, or whose name is not `<operation>.<case>.<request|response[.STATUS]>.<json|xml|txt>`.
pub fn read(folder: &Path) -> io::Result<Vec<Sample>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(e) => return Err(e),
    };
    let mut samples = Vec::new();
    for entry in entries {
        let path = entry?.path();
        let file = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if file.starts_with('.') || file.ends_with(".md") {
            continue;
        }
        let (operation, case, side, extension) = parse(&file).ok_or_else(|| {
            io::Error::new(
                io::ErrorKind::InvalidData,
                format!(
                    "`{}` is not named <operation>.<case>.<request|response[.STATUS]>.<json|xml|txt>",
                    path.display()
                ),
            )
        })?;
        samples.push(Sample {
            operation,
            case,
            side,
            extension,
            bytes: fs::read(&path)?,
            file,
        });
    }
    samples.sort();
    Ok(samples)
}

fn parse(file: &str) -> Option<(String, String, Side, String)> {
    let parts: Vec<&str> = file.split('.').collect();
    let (operation, case, side, extension) = match parts.as_slice() {
        [operation, case, "request", extension] => (operation, case, Side::Request, extension),
        [operation, case, "response", extension] => {
            (operation, case, Side::Response(None), extension)
        }
        [operation, case, "response", status, extension] => (
            operation,
            case,
            Side::Response(Some(status.parse().ok()?)),
            extension,
        ),
        _ => return None,
    };
    matches!(*extension, "json" | "xml" | "txt").then(|| {
        (
            (*operation).to_owned(),
            (*case).to_owned(),
            side,
            (*extension).to_owned(),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_what_a_sample_is() {
        assert_eq!(
            parse("create_order.synthetic.response.400.json"),
            Some((
                "create_order".into(),
                "synthetic".into(),
                Side::Response(Some(400)),
                "json".into()
            ))
        );
        assert_eq!(parse("create_order.request.json"), None);
        assert_eq!(parse("a.b.response.x.json"), None);
        assert_eq!(parse("a.b.request.yaml"), None);
    }
}
