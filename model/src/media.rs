//! Media types.

/// What a media type is to a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Media {
    /// `application/json`, `application/hal+json`.
    Json,
    /// `application/xml`, `application/atom+xml`.
    Xml,
    /// `application/x-www-form-urlencoded`.
    Form,
    /// `multipart/form-data` and everything else in parts.
    Multipart,
    /// `text/event-stream`.
    EventStream,
    /// JSON texts, one on a line.
    JsonLines,
    /// `text/…`, and what is text although it is not called so.
    Text,
    /// Images, archives, and what is known to be bytes.
    Bytes,
    /// A range, or a type of which nothing is known: the schema decides.
    Unknown,
}

/// Returns the type without parameters, in lower case.
#[must_use]
pub fn essence(name: &str) -> String {
    let essence = name.split(';').next().unwrap_or("");
    essence.trim().to_ascii_lowercase()
}

/// Whether a header can carry the name with its parameters.
pub(crate) fn is_header_value(name: &str) -> bool {
    name.bytes().all(|byte| matches!(byte, 0x20..=0x7e))
}

/// Whether the name is a media type or a range: `type/subtype`.
pub(crate) fn well_formed(name: &str) -> bool {
    let essence = essence(name);
    let token = |text: &str| {
        !text.is_empty()
            && text
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"!#$&-^_.+*'".contains(&b))
    };
    essence
        .split_once('/')
        .is_some_and(|(kind, subtype)| token(kind) && token(subtype))
}

/// Returns what a media type is.
#[must_use]
pub fn media(name: &str) -> Media {
    let essence = essence(name);
    match essence.as_str() {
        "application/json" | "text/json" | "text/x-json" => return Media::Json,
        "application/xml" | "text/xml" => return Media::Xml,
        "application/x-www-form-urlencoded" => return Media::Form,
        "text/event-stream" => return Media::EventStream,
        "application/x-ndjson"
        | "application/ndjson"
        | "application/jsonl"
        | "application/x-jsonl"
        | "application/jsonlines"
        | "application/x-jsonlines"
        | "application/json-lines"
        | "application/stream+json"
        | "application/json-seq"
        | "application/geo+json-seq"
        | "application/x-json-stream" => return Media::JsonLines,
        "application/octet-stream"
        | "application/pdf"
        | "application/zip"
        | "application/gzip"
        | "application/x-gzip"
        | "application/x-tar"
        | "application/msgpack"
        | "application/cbor"
        | "application/x-protobuf"
        | "application/protobuf"
        | "application/x-zip-compressed" => {
            return Media::Bytes;
        }
        "application/yaml"
        | "application/x-yaml"
        | "application/jwt"
        | "application/jose"
        | "application/graphql"
        | "application/javascript"
        | "application/csv"
        | "application/x-pem-file"
        | "application/xhtml+xml"
        | "image/svg+xml"
        | "application/sql" => return Media::Text,
        _ => {}
    }
    if essence.ends_with("+json") {
        return Media::Json;
    }
    if essence.ends_with("+xml") {
        return Media::Xml;
    }
    match essence.split('/').next().unwrap_or("") {
        "text" => Media::Text,
        "image" | "audio" | "video" | "font" => Media::Bytes,
        "multipart" => Media::Multipart,
        _ => Media::Unknown,
    }
}

/// The usual media type that one of which nothing is known is nearly called.
pub(crate) fn misspelled(name: &str) -> Option<&'static str> {
    const USUAL: [&str; 3] = [
        "application/json",
        "application/xml",
        "application/x-www-form-urlencoded",
    ];
    if media(name) != Media::Unknown || is_range(name) {
        return None;
    }
    let name = essence(name);
    let near = |usual: &&str| strsim::damerau_levenshtein(usual, &name) <= 2;
    USUAL.into_iter().find(near)
}

/// Whether it is a range: `*/*`, `application/*`.
pub(crate) fn is_range(name: &str) -> bool {
    essence(name).contains('*')
}

/// Which of several media types goes first where one of them must: the order of the document does not count.
pub(crate) fn rank(name: &str) -> (u8, String) {
    let rank = match media(name) {
        Media::Xml => 0,
        Media::Json => 1,
        Media::Form => 2,
        Media::Multipart => 3,
        _ => 4,
    };
    (rank, essence(name))
}
