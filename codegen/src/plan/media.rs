//! Bodies that are JSON, XML or either: their media types and formats.

use lavka_model::model::{Api, Codec, Content};

use super::tags::{self, Root};

/// Formats of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Formats {
    Json,
    Xml,
    Any,
}

/// The media types of a body that is JSON, XML, or one of them as the client prefers.
#[derive(Clone, Debug, Default)]
pub struct Documents {
    /// JSON's media type.
    pub json: Option<String>,
    /// XML's media type and root.
    pub xml: Option<(String, Root)>,
}

impl Documents {
    /// Those of the contents that have the type of the chosen one.
    pub(super) fn of(api: &Api, contents: &[Content], chosen: &Content) -> Self {
        let first = |is: fn(&Codec) -> bool| {
            same_type(contents, chosen)
                .filter(|content| is(&content.codec))
                .min_by_key(|content| content.is_variety())
        };
        let json = first(|codec| matches!(codec, Codec::Json { .. }));
        let xml = first(|codec| matches!(codec, Codec::Xml(_)));
        Self {
            json: json.map(|content| sendable(&content.media_type, "application/json")),
            xml: xml.and_then(|content| match &content.codec {
                Codec::Xml(body) => Some((
                    sendable(&content.media_type, "application/xml"),
                    tags::root(api.dialect, body),
                )),
                _ => None,
            }),
        }
    }

    /// The formats.
    #[must_use]
    pub fn formats(&self) -> Formats {
        Formats::of(self.json.is_some(), self.xml.is_some())
    }
}

impl Formats {
    fn of(json: bool, xml: bool) -> Self {
        match (json, xml) {
            (true, true) => Self::Any,
            (false, true) => Self::Xml,
            _ => Self::Json,
        }
    }

    /// Those of the contents that have the type of the chosen one.
    pub(super) fn among(contents: &[Content], chosen: &Content) -> Self {
        let has = |is: fn(&Codec) -> bool| same_type(contents, chosen).any(|c| is(&c.codec));
        Self::of(
            has(|codec| matches!(codec, Codec::Json { .. })),
            has(|codec| matches!(codec, Codec::Xml(_))),
        )
    }
}

/// JSON and XML of one type are one body.
fn same_type<'c>(
    contents: &'c [Content],
    chosen: &'c Content,
) -> impl Iterator<Item = &'c Content> {
    contents.iter().filter(|content| content.ty == chosen.ty)
}

/// A media type that can be sent: not a range.
fn sendable(media_type: &str, usual: &str) -> String {
    match media_type.contains('*') {
        true => usual.to_owned(),
        false => media_type.to_owned(),
    }
}
