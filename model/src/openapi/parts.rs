//! Parameters, headers, bodies, replies and security schemes; and what a reference names, read as what is expected there.

use indexmap::IndexMap;

use crate::diag::{Code, Cost, Finding};
use crate::media::{Media, essence, is_header_value, media};
use crate::normalized::{
    OAuthFlow, OAuthFlowKind, ParameterIn, SecurityKind, SecurityScheme, Spanned, Style, Version,
};
use crate::source::{Member, Node, Value};

use super::fields::{Fields, Reader};
use super::{Encoding, MediaType, Named, Parameter, RefOr, RequestBody, Response, UnreadParameter};

const STYLES: &[(&str, Style)] = &[
    ("simple", Style::Simple),
    ("label", Style::Label),
    ("matrix", Style::Matrix),
    ("form", Style::Form),
    ("spaceDelimited", Style::SpaceDelimited),
    ("pipeDelimited", Style::PipeDelimited),
    ("deepObject", Style::DeepObject),
    // 3.2's style of cookies is `form`, each value in a cookie of its own.
    ("cookie", Style::Form),
];

/// Something that a reference can name.
pub(crate) trait Pointed: Sized {
    /// Its section of `components`.
    const SECTION: &'static str;

    /// Reads it.
    fn read(reader: &mut Reader<'_>, node: &Node) -> Option<RefOr<Self>>;
}

macro_rules! pointed {
    ($($ty:ty, $section:literal, $read:path;)*) => {$(
        impl Pointed for $ty {
            const SECTION: &'static str = $section;

            fn read(reader: &mut Reader<'_>, node: &Node) -> Option<RefOr<Self>> {
                reader.ref_or(node, $read)
            }
        }
    )*};
}

pointed! {
    Parameter, "parameters", Reader::parameter;
    RequestBody, "requestBodies", Reader::request_body;
    Response, "responses", Reader::response;
    SecurityScheme, "securitySchemes", Reader::security_scheme;
    Node, "examples", Reader::example;
}

/// A header, which is written like a parameter.
pub(crate) struct HeaderOf(pub(crate) Parameter);

impl Pointed for HeaderOf {
    const SECTION: &'static str = "headers";

    fn read(reader: &mut Reader<'_>, node: &Node) -> Option<RefOr<Self>> {
        reader.ref_or(node, |reader, node| reader.header(node).map(Self))
    }
}

/// A path item of another place.
impl Pointed for super::PathItem {
    const SECTION: &'static str = "pathItems";

    fn read(reader: &mut Reader<'_>, node: &Node) -> Option<RefOr<Self>> {
        let member = Member {
            key: node.origin.clone(),
            node: node.clone(),
        };
        super::document::path_item(reader, &member).map(RefOr::Item)
    }
}

/// Reads what a reference names.
pub(crate) fn pointed<T: Pointed>(reader: &mut Reader<'_>, node: &Node) -> Option<RefOr<T>> {
    T::read(reader, node)
}

/// A form that is the whole query is the same as an exploded object, under whatever name.
fn whole_query(mut parameter: Parameter) -> Parameter {
    let form = |found: &MediaType| media(&found.name) == Media::Form && found.encoding.is_empty();
    match parameter.content.iter().position(form) {
        Some(at) => {
            parameter.schema = parameter.content.swap_remove(at).schema;
            parameter.content.clear();
            parameter.style = Some(Spanned::new(Style::Form, &parameter.origin));
            parameter.explode = Some(Spanned::new(true, &parameter.origin));
        }
        None => parameter.whole = true,
    }
    parameter
}

impl Reader<'_> {
    /// Parameters, and those that could not be read.
    pub(super) fn parameters(
        &mut self,
        node: &Node,
    ) -> (Vec<RefOr<Parameter>>, Vec<UnreadParameter>) {
        let mut made = Vec::new();
        let mut broken = Vec::new();
        for item in self.list(node) {
            match self.ref_or(item, Self::parameter) {
                Some(parameter) => made.push(parameter),
                None => {
                    let name = item.get_str("name").unwrap_or("").to_owned();
                    broken.push(UnreadParameter {
                        name: Spanned::new(name, &item.origin.head()),
                        needed: needed(item),
                    });
                }
            }
        }
        (made, broken)
    }

    fn parameter(&mut self, node: &Node) -> Option<Parameter> {
        let cost = match needed(node) {
            true => Cost::Operation,
            false => Cost::Part,
        };
        let node = &*self.with_schema(node, "a parameter");
        let mut fields = Fields::new(self, node, "a parameter")?;
        let name = fields.text(self, "name");
        let Some(place) = fields.get("in") else {
            fields.missing(self, "in", cost);
            return None;
        };
        let whole = place.as_str() == Some("querystring");
        let name = match name {
            Some(name) => name,
            None => {
                fields.missing(self, "name", if whole { Cost::Nothing } else { cost });
                // Of a whole query no name travels.
                whole.then(|| Spanned::new("query".to_owned(), &node.origin.head()))?
            }
        };
        let words = [
            ("path", ParameterIn::Path),
            ("query", ParameterIn::Query),
            ("header", ParameterIn::Header),
            ("cookie", ParameterIn::Cookie),
            // 3.2: the whole query.
            ("querystring", ParameterIn::Query),
        ];
        let location = self.needed_word(place, &words, cost)?;
        let parameter = self.written(fields, name, location);
        Some(match whole {
            true => whole_query(parameter),
            false => parameter,
        })
    }

    fn header(&mut self, node: &Node) -> Option<Parameter> {
        let node = &*self.with_schema(node, "a header");
        let fields = Fields::new(self, node, "a header")?;
        let name = Spanned::new(String::new(), &node.origin);
        let location = Spanned::new(ParameterIn::Header, &node.origin);
        Some(self.written(fields, name, location))
    }

    fn written(
        &mut self,
        mut fields: Fields<'_>,
        name: Spanned<String>,
        location: Spanned<ParameterIn>,
    ) -> Parameter {
        let node = fields.node;
        let parameter = Parameter {
            name,
            location,
            required: fields.flag(self, "required"),
            description: fields.text(self, "description"),
            deprecated: fields.flag(self, "deprecated"),
            allow_empty_value: fields.flag(self, "allowEmptyValue"),
            schema: fields
                .get("schema")
                .and_then(|node| self.schema(node))
                .map(Box::new),
            style: fields.get("style").and_then(|node| self.word(node, STYLES)),
            explode: fields.flag(self, "explode"),
            allow_reserved: fields.flag(self, "allowReserved"),
            content: match fields.get("content") {
                Some(node) => self.content(node),
                None => Vec::new(),
            },
            whole: false,
            examples: self.examples(&mut fields),
            lavka: self.evidence(&mut fields),
            rust_name: fields.text(self, "x-rust-name"),
            extensions: indexmap::IndexMap::new(),
            origin: node.origin.clone(),
        };
        Parameter {
            extensions: fields.finish(self),
            ..parameter
        }
    }

    /// `example` and `examples` of a parameter or media type.
    fn examples(&mut self, fields: &mut Fields<'_>) -> Vec<RefOr<Node>> {
        let mut made: Vec<RefOr<Node>> = fields
            .get("example")
            .map(|node| RefOr::Item(node.clone()))
            .into_iter()
            .collect();
        match fields.get("examples") {
            // Some documents give a list of values, as a schema does.
            Some(Node {
                value: Value::Array(items),
                origin,
            }) => {
                self.warn(
                    Code::WrongType,
                    origin,
                    "`examples` is a list; expected an object: name → example",
                );
                made.extend(items.iter().cloned().map(RefOr::Item));
            }
            Some(node) => {
                for member in self.object(node).into_iter().flatten().map(|(_, m)| m) {
                    made.extend(self.ref_or(&member.node, Self::example));
                }
            }
            None => {}
        }
        made
    }

    /// The value of an Example Object.
    #[allow(clippy::unused_self)]
    fn example(&mut self, node: &Node) -> Option<Node> {
        match node.as_object() {
            Some(object) if object.contains_key("externalValue") => None,
            Some(object) => object
                .get("value")
                .or_else(|| object.get("dataValue"))
                .map(|member| member.node.clone()),
            None => Some(node.clone()),
        }
    }

    pub(super) fn request_body(&mut self, node: &Node) -> Option<RequestBody> {
        let node = &*self.with_content(node, "a request body");
        let mut fields = Fields::new(self, node, "a request body")?;
        let body = RequestBody {
            description: fields.text(self, "description"),
            required: fields.flag(self, "required"),
            content: match fields.get("content") {
                Some(node) => self.content(node),
                None => {
                    fields.missing(self, "content", Cost::Nothing);
                    Vec::new()
                }
            },
            lavka: self.evidence(&mut fields),
            origin: node.origin.clone(),
        };
        fields.finish(self);
        Some(body)
    }

    fn content(&mut self, node: &Node) -> Vec<MediaType> {
        let mut made = Vec::new();
        for (name, member) in self.object(node).into_iter().flatten() {
            if !name.starts_with("x-") || name.contains('/') {
                made.extend(self.media_type(name, member));
            }
        }
        made
    }

    fn media_type(&mut self, name: &str, member: &Member) -> Option<MediaType> {
        let node = self.with_schema(&member.node, "a media type");
        let node = match node.reference() {
            Some(reference) => self.shared_media_type(reference, member)?,
            None => node.into_owned(),
        };
        let mut fields = Fields::new(self, &node, "a media type")?;
        let schema = fields.get("schema").and_then(|node| self.schema(node));
        let mut sent = name.to_owned();
        if !is_header_value(name) {
            sent = essence(name);
            let message = format!(
                "no header can carry the parameters of the media type `{name}`: `{sent}` is used"
            );
            let finding = Finding::new(Code::MediaType, &member.key, message);
            self.findings.push(finding.costs(Cost::Nothing));
        }
        let items = match (fields.member("itemSchema"), media(name)) {
            (Some(items), Media::EventStream | Media::JsonLines) => self.schema(&items.node),
            (Some(items), _) => {
                let message = format!("`itemSchema` does not apply to `{name}`; it is ignored");
                let finding = Finding::new(Code::Unsupported, &items.key, message);
                self.findings.push(finding.costs(Cost::Schema));
                None
            }
            (None, _) => None,
        };
        for key in ["itemEncoding", "prefixEncoding"] {
            if let Some(member) = fields.member(key) {
                let message = format!("`{key}` of a media type is not supported; it is ignored");
                let finding = Finding::new(Code::Unsupported, &member.key, message);
                self.findings.push(finding.costs(Cost::Part));
            }
        }
        let made = MediaType {
            name: Spanned::new(sent, &member.key),
            of_items: schema.is_none() && items.is_some(),
            schema: schema.or(items).map(Box::new),
            examples: self.examples(&mut fields),
            encoding: match fields.get("encoding") {
                Some(node) => self.map(node, |reader, _, member| reader.encoding(member)),
                None => IndexMap::new(),
            },
            bare_string: fields
                .flag(self, "x-bare-string")
                .is_some_and(|flag| flag.value),
            xml_root: fields.text(self, "x-xml-root"),
            extensions: IndexMap::new(),
            origin: member.key.clone(),
        };
        Some(MediaType {
            extensions: fields.finish(self),
            ..made
        })
    }

    /// What a reference to `components.mediaTypes` (3.2) names in the same document.
    fn shared_media_type(&mut self, reference: &str, member: &Member) -> Option<Node> {
        let components = self.root.and_then(|root| root.get("components"));
        let shared = components.and_then(|all| all.get("mediaTypes"));
        let mut reference = reference.to_owned();
        for _ in 0..16 {
            let name = reference.strip_prefix("#/components/mediaTypes/");
            let name = name.map(crate::source::unescape);
            let found = name.and_then(|name| shared?.get(&name));
            match found.map(|node| (node, node.reference())) {
                Some((_, Some(next))) => next.clone_into(&mut reference),
                Some((node, None)) => return Some(node.clone()),
                None => break,
            }
        }
        let message = format!("unresolved reference `{reference}` to a media type");
        let finding = Finding::new(Code::RefUnresolved, &member.key, message);
        self.findings.push(finding.costs(Cost::Part));
        None
    }

    fn encoding(&mut self, member: &Member) -> Option<Encoding> {
        let mut fields = Fields::new(self, &member.node, "an encoding")?;
        let encoding = Encoding {
            content_type: fields.text(self, "contentType"),
            headers: match fields.get("headers") {
                Some(node) => self.headers(node),
                None => IndexMap::new(),
            },
            style: fields.get("style").and_then(|node| self.word(node, STYLES)),
            explode: fields.flag(self, "explode"),
            allow_reserved: fields.flag(self, "allowReserved"),
            origin: member.key.clone(),
        };
        fields.finish(self);
        Some(encoding)
    }

    fn headers(&mut self, node: &Node) -> IndexMap<String, Named<RefOr<Parameter>>> {
        self.named(node, |reader, node| reader.ref_or(node, Self::header_of))
    }

    fn header_of(&mut self, node: &Node) -> Option<Parameter> {
        self.header(node)
    }

    pub(super) fn response(&mut self, node: &Node) -> Option<Response> {
        let node = &*self.with_content(node, "a response");
        let mut fields = Fields::new(self, node, "a response")?;
        let summary = fields.text(self, "summary");
        let description = fields.get("description");
        // 3.2 does not ask for one.
        if description.is_none() && self.version < Version::V3_2 {
            fields.missing(self, "description", Cost::Nothing);
        }
        let response = Response {
            description: description.and_then(|node| self.text(node)).or(summary),
            headers: match fields.get("headers") {
                Some(node) => self.headers(node),
                None => IndexMap::new(),
            },
            content: match fields.get("content") {
                Some(node) => self.content(node),
                None => Vec::new(),
            },
            links: match fields.get("links") {
                Some(node) => self.names(node),
                None => Vec::new(),
            },
            lavka: self.evidence(&mut fields),
            origin: node.origin.clone(),
        };
        fields.finish(self);
        Some(response)
    }

    pub(super) fn security_scheme(&mut self, node: &Node) -> Option<SecurityScheme> {
        let mut fields = Fields::new(self, node, "a security scheme")?;
        let kind = self.security_kind(&mut fields);
        let scheme = SecurityScheme {
            kind: kind.unwrap_or(SecurityKind::Unknown),
            description: fields.text(self, "description"),
            login: fields.get("x-login").and_then(|node| self.login(node)),
            lavka: self.evidence(&mut fields),
            origin: node.origin.clone(),
        };
        // Keys of another type of scheme have no effect.
        for passed in [
            "name",
            "in",
            "scheme",
            "bearerFormat",
            "flows",
            "openIdConnectUrl",
            "deprecated",
            "oauth2MetadataUrl",
        ] {
            fields.get(passed);
        }
        fields.finish(self);
        Some(scheme)
    }

    fn security_kind(&mut self, fields: &mut Fields<'_>) -> Option<SecurityKind> {
        let Some(node) = fields.get("type") else {
            fields.missing(self, "type", Cost::Operation);
            return None;
        };
        let words = [
            ("apiKey", 0u8),
            ("http", 1),
            ("oauth2", 2),
            ("openIdConnect", 3),
            ("mutualTLS", 4),
        ];
        let kind = self.needed_word(node, &words, Cost::Operation)?.value;
        let mut needed = |reader: &mut Self, key: &'static str| {
            let found = fields.text(reader, key);
            if found.is_none() {
                fields.missing(reader, key, Cost::Operation);
            }
            found
        };
        Some(match kind {
            0 => {
                let name = needed(self, "name")?;
                let Some(place) = fields.get("in") else {
                    fields.missing(self, "in", Cost::Operation);
                    return None;
                };
                let words = [
                    ("query", ParameterIn::Query),
                    ("header", ParameterIn::Header),
                    ("cookie", ParameterIn::Cookie),
                ];
                let location = self.needed_word(place, &words, Cost::Operation)?;
                SecurityKind::ApiKey { name, location }
            }
            1 => {
                let mut scheme = needed(self, "scheme")?;
                // Names of schemes have no case, but not every server knows: others are sent as the document writes them.
                let lower = scheme.value.trim().to_ascii_lowercase();
                scheme.value = match lower.as_str() {
                    "basic" | "bearer" => lower,
                    _ => scheme.value.trim().to_owned(),
                };
                SecurityKind::Http {
                    scheme,
                    bearer_format: fields.text(self, "bearerFormat"),
                }
            }
            2 => SecurityKind::OAuth2 {
                flows: match fields.get("flows") {
                    Some(node) => self.flows(node),
                    None => {
                        fields.missing(self, "flows", Cost::Nothing);
                        Vec::new()
                    }
                },
            },
            3 => SecurityKind::OpenIdConnect {
                url: needed(self, "openIdConnectUrl")?,
            },
            _ => SecurityKind::MutualTls,
        })
    }

    fn flows(&mut self, node: &Node) -> Vec<OAuthFlow> {
        let kinds = [
            ("authorizationCode", OAuthFlowKind::AuthorizationCode),
            ("clientCredentials", OAuthFlowKind::ClientCredentials),
            ("implicit", OAuthFlowKind::Implicit),
            ("password", OAuthFlowKind::Password),
        ];
        let Some(mut fields) = Fields::new(self, node, "`flows`") else {
            return Vec::new();
        };
        fields.get("deviceAuthorization");
        let mut made = Vec::new();
        for (word, kind) in kinds {
            let Some(node) = fields.get(word) else {
                continue;
            };
            let Some(mut flow) = Fields::new(self, node, "an OAuth flow") else {
                continue;
            };
            made.push(OAuthFlow {
                kind,
                authorization_url: flow.text(self, "authorizationUrl"),
                token_url: flow.text(self, "tokenUrl"),
                refresh_url: flow.text(self, "refreshUrl"),
                scopes: match flow.get("scopes") {
                    Some(node) => self.map(node, |reader, _, member| {
                        Some(match &member.node.value {
                            Value::Null => Spanned::new(String::new(), &member.node.origin),
                            _ => reader.text(&member.node)?,
                        })
                    }),
                    None => IndexMap::new(),
                },
            });
            flow.finish(self);
        }
        fields.finish(self);
        made
    }
}

/// Whether a request without this parameter is wrong. What a path needs, its placeholders say. The places of Swagger 2.0, which a path
/// item's parameters may have, are the body, without which few operations do anything.
fn needed(parameter: &Node) -> bool {
    let required = parameter.get("required");
    let required = required.is_some_and(|flag| matches!(flag.value, Value::Bool(true)));
    match parameter.get_str("in") {
        Some("path") => false,
        Some("body" | "formData") => true,
        _ => required,
    }
}
