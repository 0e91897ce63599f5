//! Which calls the demo makes: each operation, in each format, with each request that the documents print.

use std::collections::BTreeMap;

use lavka::dynamic::{Api, BodyShape, Entry, Input};
use lavka::{Format, Upload};
use lavka_sandbox::{Direction, Sample};
use serde_json::Value;

/// A picture of one pixel, for uploads.
const PIXEL: &[u8] = &[
    0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d, b'I', b'H', b'D', b'R', 0, 0, 0,
    1, 0, 0, 0, 1, 8, 0, 0, 0, 0, 0x3a, 0x7e, 0x9b, 0x55, 0, 0, 0, 0x0a, b'I', b'D', b'A', b'T',
    0x78, 0x9c, 0x63, 0x60, 0, 0, 0, 2, 0, 1, 0x48, 0xaf, 0xa4, 0x71, 0, 0, 0, 0, b'I', b'E', b'N',
    b'D', 0xae, 0x42, 0x60, 0x82,
];

/// One call.
pub(super) struct Call {
    pub(super) entry: &'static Entry,
    pub(super) format: Format,
    /// The sample that the request is made of.
    pub(super) request: Option<&'static Sample<'static>>,
    /// The sample that the reply must be.
    pub(super) reply: Option<&'static Sample<'static>>,
    pub(super) input: Input,
    /// Credentials that are in the sample's body.
    credentials: BTreeMap<String, String>,
    /// Which sample is missing, so that the call cannot be judged.
    pub(super) missing: Option<String>,
}

impl Call {
    /// A credential that the sample shows.
    pub(super) fn credential(&self, name: &str) -> Option<String> {
        self.credentials.get(name).cloned()
    }

    /// Whether anything but the URL travels.
    pub(super) fn has_body(&self) -> bool {
        self.entry.body != BodyShape::None || self.reply.is_some()
    }
}

/// All calls of an API.
pub(super) fn calls(api: &dyn Api) -> Result<Vec<Call>, String> {
    let samples = lavka_sandbox::samples(api.name());
    let mut calls = Vec::new();
    for entry in api.operations() {
        for format in formats(entry) {
            let mut requests: Vec<_> = samples
                .iter()
                .filter(|s| s.operation == entry.operation.id && s.direction == Direction::Request)
                .filter(|s| s.format == super::extension(format))
                .collect();
            requests.sort_by_key(|s| Sample::rank(s.case));
            let mut requests: Vec<_> = requests.into_iter().map(Some).collect();
            let mut missing = None;
            if requests.is_empty() {
                if matches!(entry.body, BodyShape::Value | BodyShape::Wrapped(_)) {
                    missing = Some(no_sample(api, entry, "request", format));
                }
                requests.push(None);
            }
            let replies = replies(samples, entry, format);
            let media = entry.operation.response;
            let answers = match format {
                Format::Json => media.json.is_some(),
                Format::Xml => media.xml.is_some(),
            };
            if answers && replies.is_empty() && missing.is_none() {
                missing = Some(no_sample(api, entry, "response", format));
            }
            let paired = requests.len() == replies.len();
            for (index, request) in requests.into_iter().enumerate() {
                // Where each request has a reply of its own, as the document prints them; otherwise the first.
                let reply = replies.get(if paired { index } else { 0 }).copied();
                let call = call(entry, format, request, reply)?;
                calls.push(Call {
                    missing: missing.clone(),
                    ..call
                });
            }
        }
    }
    Ok(calls)
}

fn no_sample(api: &dyn Api, entry: &Entry, side: &str, format: Format) -> String {
    let (api, id) = (api.name(), entry.operation.id);
    let ending = super::extension(format).extension();
    format!(
        "there is no sample of the {side} in {format}: add specs/samples/{api}/{id}.synthetic.{side}.{ending}, \
         then run `lavka generate`"
    )
}

/// Replies of success in this format, best first.
fn replies(
    samples: &'static [Sample<'static>],
    entry: &Entry,
    format: Format,
) -> Vec<&'static Sample<'static>> {
    let mut replies: Vec<_> = samples
        .iter()
        .filter(|s| s.operation == entry.operation.id && s.direction == Direction::Response)
        .filter(|s| {
            s.status
                .is_none_or(|status| entry.statuses.contains(&status))
        })
        .filter(|s| {
            s.format == super::extension(format) || s.format == lavka_sandbox::SampleFormat::Text
        })
        .collect();
    replies.sort_by_key(|s| Sample::rank(s.case));
    replies
}

fn call(
    entry: &'static Entry,
    format: Format,
    request: Option<&'static Sample<'static>>,
    reply: Option<&'static Sample<'static>>,
) -> Result<Call, String> {
    let mut input = Input::default();
    let mut optional = 0;
    for param in entry.params {
        if param.file {
            if param.required || entry.params.iter().all(|p| !p.required) {
                input.files.insert(
                    param.name.to_owned(),
                    Upload::bytes("pixel.png", PIXEL).content_type("image/png"),
                );
            }
            continue;
        }
        let Some(example) = param.example else {
            if param.required {
                return Err(format!(
                    "the parameter `{}` of `{}` has no example",
                    param.name, entry.operation.id
                ));
            }
            continue;
        };
        // Of the optional ones the first that a document shows, as the documents do.
        let wanted = param.required || (param.documented && optional == 0);
        if wanted {
            optional += usize::from(!param.required);
            input
                .params
                .insert(param.name.to_owned(), example.to_owned());
        }
    }
    let mut credentials = BTreeMap::new();
    if let Some(sample) = request {
        let body = match entry.body {
            BodyShape::Wrapped(property) => {
                let whole: Value = serde_json::from_slice(sample.bytes).map_err(|e| {
                    format!("the sample of `{}` is not JSON: {e}", entry.operation.id)
                })?;
                for (name, value) in whole.as_object().into_iter().flatten() {
                    if name != property && !value.is_object() {
                        let text = value
                            .as_str()
                            .map_or_else(|| value.to_string(), str::to_owned);
                        credentials.insert(name.clone(), text);
                    }
                }
                whole
                    .get(property)
                    .map(|inner| inner.to_string().into_bytes())
                    .unwrap_or_default()
            }
            _ => sample.bytes.to_vec(),
        };
        input.body = Some((format, body));
    }
    Ok(Call {
        entry,
        format,
        request,
        reply,
        input,
        credentials,
        missing: None,
    })
}

/// The formats that an operation speaks, JSON first.
fn formats(entry: &Entry) -> Vec<Format> {
    let media = [entry.operation.request, entry.operation.response];
    let mut formats = Vec::new();
    if media.iter().any(|m| m.json.is_some()) {
        formats.push(Format::Json);
    }
    if media.iter().any(|m| m.xml.is_some()) {
        formats.push(Format::Xml);
    }
    if formats.is_empty() {
        formats.push(Format::Json);
    }
    formats
}
