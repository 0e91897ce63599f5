//! Media types by name, and how they encode values.

use lavka_model::media::{Media, essence, media};

use super::Formats;

/// A media type with its parameters, but for UTF-8, which needs no saying.
pub(super) fn kind(name: &str) -> (String, Vec<String>) {
    let parameters = name.split(';').skip(1);
    let mut parameters: Vec<String> = parameters
        .map(|parameter| parameter.trim().to_ascii_lowercase().replace('"', ""))
        .filter(|parameter| !matches!(parameter.as_str(), "" | "charset=utf-8" | "charset=utf8"))
        .collect();
    parameters.sort();
    (essence(name), parameters)
}

/// Whether a media type is a kind of the other: `application/problem+json` of `application/json`. The two names of XML are one kind.
pub(super) fn specializes(specific: &str, general: &str) -> bool {
    const XML: [&str; 2] = ["application/xml", "text/xml"];
    let (specific, general) = (essence(specific), essence(general));
    if [&specific, &general]
        .iter()
        .all(|name| XML.contains(&name.as_str()))
    {
        return true;
    }
    if in_range(&specific, &general) {
        return true;
    }
    let suffix = specific.rsplit_once('+').map(|(_, suffix)| suffix);
    let plain = general.split_once('/').map(|(_, name)| name);
    suffix.is_some() && suffix == plain
}

/// Whether a range (`*/*`, `text/*`) has a media type in it, and says less.
pub(super) fn in_range(specific: &str, range: &str) -> bool {
    let (specific, range) = (essence(specific), essence(range));
    let any = range.strip_suffix('*');
    specific != range
        && (range == "*/*"
            || any.is_some_and(|kind| kind.ends_with('/') && specific.starts_with(kind)))
}

/// Whether a media type is XML.
pub(crate) fn is_xml(name: &str) -> bool {
    media(name) == Media::Xml
}

/// How values of a media type are encoded, for an operation that speaks these formats.
pub(super) fn encoded(name: &str) -> Formats {
    let mut formats = Formats::default();
    match media(name) {
        Media::Xml => formats.xml = true,
        Media::Form | Media::Multipart | Media::Text => formats.text_json = true,
        _ => formats.json = true,
    }
    formats
}

/// Whether a media type is neither text nor a format that programs read.
pub(super) fn is_binary(name: &str) -> bool {
    matches!(media(name), Media::Bytes | Media::Unknown) && name != "*/*"
}
