//! Inputs for calls by name, from the samples.

use lavka::dynamic::{BodyShape, Entry, Input};
use lavka::{Format, Upload};
use lavka_sandbox::{Direction, SampleFormat};

/// What an operation can be called with in this format: the examples of its parameters, and the sample of its body. `None`
/// where it has no such sample.
///
/// # Panics
/// Where a sample is not what the spec says.
#[must_use]
pub fn input(api: &str, entry: &Entry, format: Format) -> Option<Input> {
    let wanted = match format {
        Format::Json => SampleFormat::Json,
        Format::Xml => SampleFormat::Xml,
    };
    let mut input = Input::default();
    for param in entry.params {
        if param.file {
            let file = Upload::bytes("file.txt", "a file");
            input.files.insert(param.name.to_owned(), file);
        } else if let Some(example) = param
            .example
            .filter(|_| param.required || entry.body != BodyShape::Form)
        {
            let (name, example) = (param.name.to_owned(), example.to_owned());
            input.params.insert(name, example);
        }
    }
    if matches!(entry.body, BodyShape::Value | BodyShape::Wrapped(_)) {
        let mut samples = lavka_sandbox::samples(api).iter().filter(|sample| {
            sample.operation == entry.operation.id
                && sample.direction == Direction::Request
                && sample.format == wanted
        });
        let bytes = samples.next()?.bytes;
        let bytes = match entry.body {
            BodyShape::Wrapped(name) => {
                let body: serde_json::Value =
                    serde_json::from_slice(bytes).expect("a sample in JSON");
                serde_json::to_vec(body.get(name).expect("the wrapping has it")).expect("JSON")
            }
            _ => bytes.to_vec(),
        };
        input.body = Some((format, bytes));
    }
    Some(input)
}
