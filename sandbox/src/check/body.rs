//! The body: its media type, its text, its schema, the credentials in it.

use http::HeaderMap;
use serde_json::Value;

use crate::api::{Api, Operation};
use crate::check::refused::{Refused, cut, invalid};
use crate::check::{credentials, multipart};
use crate::intake::Intake;
use crate::media::{Format, Media, essence};
use crate::problem::{Problem, Refusal};

/// The largest JSON or XML body that is read.
pub(crate) const LARGEST_DOCUMENT: usize = 8 << 20;

/// The documented media type that a request's body has; `None` where it has none and needs none.
pub(crate) fn media<'a>(
    operation: &'a Operation,
    headers: &HeaderMap,
) -> Result<Option<&'a Media>, Refused> {
    let Some(request) = &operation.request else {
        return Ok(None);
    };
    let content_type = headers
        .get(http::header::CONTENT_TYPE)
        .map(|value| value.to_str().unwrap_or("bytes that are no text"));
    let Some(content_type) = content_type else {
        // Without a body there is nothing to describe.
        let has_body = headers.contains_key(http::header::TRANSFER_ENCODING)
            || headers
                .get(http::header::CONTENT_LENGTH)
                .is_some_and(|length| length != "0");
        if !has_body && !request.required {
            return Ok(None);
        }
        let expected = format!("one of {}", listed(&request.media));
        let problem = Problem::new("header Content-Type", expected, "nothing");
        return Err((Refusal::UnsupportedMedia, vec![problem]));
    };
    let name = essence(content_type);
    let found = request.media.iter().find(|media| media.name == name);
    found.map(Some).ok_or_else(|| {
        let expected = format!("one of {}", listed(&request.media));
        (
            Refusal::UnsupportedMedia,
            vec![Problem::new("header Content-Type", expected, content_type)],
        )
    })
}

/// Reads and checks a body; the value of a JSON or XML one comes back.
pub(crate) async fn read(
    api: &Api,
    operation: &Operation,
    media: Option<&Media>,
    headers: &HeaderMap,
    intake: &mut Intake,
) -> Result<Option<Value>, Refused> {
    let Some(media) = media else {
        let mut any = false;
        while let Some(piece) = intake.next().await.map_err(cut)? {
            any |= !piece.is_empty();
        }
        return if any {
            Err(invalid(Problem::new("body", "no body", "one")))
        } else {
            Ok(None)
        };
    };
    let checker = media.checker.as_deref();
    if media.format == Format::Multipart {
        let schema = media.schema.as_ref();
        multipart::read(&api.document, schema, checker, headers, intake).await?;
        return Ok(None);
    }
    let bytes = intake.collect(LARGEST_DOCUMENT).await.map_err(cut)?;
    if bytes.is_empty()
        && !operation
            .request
            .as_ref()
            .is_some_and(|request| request.required)
    {
        return Ok(None);
    }
    let within = |problems: Vec<Problem>| -> Refused {
        (
            Refusal::Invalid,
            problems
                .into_iter()
                .map(|problem| problem.within("body"))
                .collect(),
        )
    };
    let value = media
        .value(&api.document, api.dialect, &bytes)
        .map_err(within)?;
    if let Some(checker) = checker {
        let shown = |pointer: &str, found: &Value| operation.shows(pointer, found);
        let problems = media.check(&api.document, api.dialect, checker, &value, &bytes, &shown);
        if !problems.is_empty() {
            return Err(within(problems));
        }
    }
    if let Some(schema) = &media.schema {
        let problems = credentials::check_body(api, operation, schema, &value);
        if !problems.is_empty() {
            return Err((Refusal::Credentials, problems));
        }
    }
    if let Some(login) = api
        .login
        .as_ref()
        .filter(|login| login.operation == operation.id)
    {
        let problems = credentials::check_login(login, &value);
        if !problems.is_empty() {
            return Err((Refusal::Credentials, problems));
        }
    }
    Ok(Some(value))
}

fn listed(media: &[Media]) -> String {
    media
        .iter()
        .map(|media| media.name.as_str())
        .collect::<Vec<_>>()
        .join(", ")
}
