//! Replies to requests that are right: the documented samples.

use bytes::Bytes;
use chrono::Local;
use http::HeaderMap;
use serde_json::Value;

use crate::api::{Api, DocumentedReply, Login, Operation};
use crate::media::{Format, Media, negotiate};
use crate::problem::{Problem, Refusal};
use crate::sample::{Direction, SampleFormat};
use crate::xml;

/// A reply before it goes out.
#[derive(Clone, Debug)]
pub(crate) struct Outgoing {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Bytes,
}

impl Outgoing {
    pub(crate) fn new(status: u16) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: Bytes::new(),
        }
    }

    /// A reply in plain text.
    pub(crate) fn text(status: u16, text: &str) -> Self {
        Self::new(status)
            .header("content-type", "text/plain; charset=utf-8")
            .body(format!("{text}\n").into_bytes())
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self
    }
}

impl Operation {
    /// The documented reply of exactly this status.
    pub(crate) fn reply(&self, status: u16) -> Option<&DocumentedReply> {
        self.responses
            .iter()
            .find(|reply| reply.status.parse() == Ok(status))
    }

    /// The reply of success: the one that has a sample, else the first.
    pub(crate) fn success(&self) -> Option<(u16, &DocumentedReply)> {
        let good = |reply: &&DocumentedReply| reply.status.starts_with('2');
        let number = |reply: &DocumentedReply| reply.status.parse().unwrap_or(200);
        let all = || self.responses.iter().filter(good);
        let sampled = all().find(|reply| {
            let status = number(reply);
            self.samples.iter().any(|sample| {
                sample.direction == Direction::Response && sample.status == Some(status)
            })
        });
        sampled
            .or_else(|| all().next())
            .or_else(|| {
                self.responses
                    .iter()
                    .find(|reply| reply.status == "default")
            })
            .map(|reply| (number(reply), reply))
    }

    /// The sample of a reply, of the same case as the request where there is one.
    pub(crate) fn sample(
        &self,
        status: u16,
        is_success: bool,
        media: &Media,
        case: Option<&str>,
    ) -> Option<&Bytes> {
        let fits = |format: SampleFormat| {
            media.sample_format() == Some(format)
                || (media.bare_string && format == SampleFormat::Text)
        };
        let candidates = || {
            self.samples.iter().filter(|sample| {
                sample.direction == Direction::Response
                    && (sample.status == Some(status) || (is_success && sample.status.is_none()))
                    && fits(sample.format)
            })
        };
        let named = candidates().find(|sample| Some(sample.case.as_str()) == case);
        named
            .or_else(|| {
                // Where as many replies are shown as requests, they belong together in their order: a corrected reply
                // to the second request is not called `corrected-2`.
                let position = self.position(case?)?;
                let mut cases: Vec<&str> =
                    candidates().map(|sample| sample.case.as_str()).collect();
                cases.dedup();
                (cases.len() == self.request_cases().len()).then(|| {
                    candidates().find(|sample| cases.get(position) == Some(&sample.case.as_str()))
                })?
            })
            .or_else(|| candidates().next())
            .map(|sample| &sample.bytes)
    }

    /// The cases of the request samples, each once, in their order.
    fn request_cases(&self) -> Vec<&str> {
        let requests = self
            .samples
            .iter()
            .filter(|sample| sample.direction == Direction::Request);
        let mut cases: Vec<&str> = requests.map(|sample| sample.case.as_str()).collect();
        cases.dedup();
        cases
    }

    fn position(&self, case: &str) -> Option<usize> {
        self.request_cases().iter().position(|known| *known == case)
    }

    /// Whether a request sample has this value at this JSON pointer.
    pub(crate) fn shows(&self, pointer: &str, value: &Value) -> bool {
        self.samples
            .iter()
            .filter(|sample| sample.direction == Direction::Request)
            .filter_map(|sample| sample.value.as_ref()?.pointer(pointer))
            .any(|shown| shown == value)
    }

    /// The case of the request sample that a request's value equals.
    pub(crate) fn case_of(&self, value: Option<&Value>) -> Option<&str> {
        let value = value?;
        self.samples
            .iter()
            .find(|sample| {
                sample.direction == Direction::Request && sample.value.as_ref() == Some(value)
            })
            .map(|sample| sample.case.as_str())
    }
}

/// The media type of the reply to a request that is right; `None` for a reply without a body.
pub(crate) fn media<'a>(
    operation: &'a Operation,
    accept: Option<&str>,
) -> Result<Option<&'a Media>, (Refusal, Vec<Problem>)> {
    let Some((_, reply)) = operation.success() else {
        return Ok(None);
    };
    if reply.media.is_empty() {
        return Ok(None);
    }
    negotiate(accept, &reply.media).map(Some).ok_or_else(|| {
        let offered = reply
            .media
            .iter()
            .map(|media| media.name.as_str())
            .collect::<Vec<_>>()
            .join(", ");
        let problem = Problem::new(
            "header Accept",
            format!("one of {offered}"),
            accept.unwrap_or_default(),
        );
        (Refusal::NotAcceptable, vec![problem])
    })
}

/// The documented reply.
pub(crate) fn success(
    api: &Api,
    operation: &Operation,
    media: Option<&Media>,
    case: Option<&str>,
) -> Outgoing {
    let Some((status, _)) = operation.success() else {
        return Outgoing::text(
            501,
            &format!("{}: the spec documents no success", operation.id),
        );
    };
    let Some(media) = media else {
        return Outgoing::new(status);
    };
    match operation.sample(status, true, media, case) {
        Some(bytes) => Outgoing::new(status)
            .header("content-type", &media.content_type())
            .body(bytes.clone()),
        None => Outgoing::text(
            501,
            &format!(
                "{api}.{id}: there is no sample of this reply in {media}: add \
                 specs/samples/{api}/{id}.synthetic.response.{format}, then run `lavka generate`",
                api = api.name,
                id = operation.id,
                media = media.name,
                format = media.sample_format().map_or("txt", SampleFormat::extension),
            ),
        ),
    }
}

/// The status that a request asks for with `Prefer: code=404`: a way to see the documented failures.
pub(crate) fn preferred(headers: &HeaderMap) -> Option<u16> {
    let values = headers
        .get_all("prefer")
        .iter()
        .filter_map(|value| value.to_str().ok());
    values
        .flat_map(|value| value.split([',', ';']))
        .find_map(|preference| {
            preference
                .trim()
                .strip_prefix("code=")?
                .trim_matches('"')
                .parse()
                .ok()
        })
}

/// The documented reply of a status, with its sample where there is one.
pub(crate) fn by_status(operation: &Operation, status: u16, accept: Option<&str>) -> Outgoing {
    let Some(reply) = operation.reply(status) else {
        return Outgoing::text(
            501,
            &format!(
                "{}: the spec documents no reply with status {status}",
                operation.id
            ),
        );
    };
    let outgoing = Outgoing::new(status).header("preference-applied", &format!("code={status}"));
    let is_success = operation
        .success()
        .is_some_and(|(success, _)| success == status);
    let media = negotiate(accept, &reply.media).or_else(|| reply.media.first());
    let sampled =
        media.and_then(|media| Some((media, operation.sample(status, is_success, media, None)?)));
    match sampled {
        Some((media, bytes)) => outgoing
            .header("content-type", &media.content_type())
            .body(bytes.clone()),
        None => outgoing,
    }
}

/// The reply to a login: the sample with a new token, its end, and what the request said.
pub(crate) fn logged_in(
    api: &Api,
    outgoing: Outgoing,
    login: &Login,
    media: Option<&Media>,
    request: Option<&Value>,
    token: String,
    lifetime: std::time::Duration,
) -> Outgoing {
    let Some(media) = media.filter(|_| (200..300).contains(&outgoing.status)) else {
        return outgoing;
    };
    let Ok(Value::Object(mut reply)) = media.value(&api.document, api.dialect, &outgoing.body)
    else {
        return outgoing;
    };
    if let Some(Value::Object(request)) = request {
        for (name, value) in request {
            if let Some(shown) = reply.get_mut(name) {
                *shown = value.clone();
            }
        }
    }
    reply.insert(login.token.clone(), Value::String(token));
    if let Some(expires) = &login.expires {
        let until = Local::now() + lifetime;
        // Seven digits, as the vendor's replies have.
        let tenths = until.timestamp_subsec_nanos() % 1_000_000_000 / 100;
        let text = format!(
            "{}.{tenths:07}{}",
            until.format("%Y-%m-%dT%H:%M:%S"),
            until.format("%:z")
        );
        reply.insert(expires.clone(), Value::String(text));
    }
    Outgoing {
        body: write(api, media, &Value::Object(reply)),
        ..outgoing
    }
}

/// A value as the body of a reply.
pub(crate) fn write(api: &Api, media: &Media, value: &Value) -> Bytes {
    let text = match (media.format, &media.schema) {
        (Format::Xml, Some(schema)) => xml::write(
            &api.document,
            api.dialect,
            schema,
            media.xml_root.as_deref(),
            value,
        ),
        _ => value.to_string(),
    };
    Bytes::from(text)
}
