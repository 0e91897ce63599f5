//! The grammar of OpenAPI 3.0.3 with Lavka's extensions: which keys each object has, and what their values are.

/// An object of the grammar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    Document,
    Info,
    Contact,
    License,
    Server,
    ServerVariable,
    Paths,
    PathItem,
    Operation,
    ExternalDocs,
    Parameter,
    RequestBody,
    MediaType,
    Responses,
    Response,
    Example,
    Header,
    Tag,
    Schema,
    Xml,
    Components,
    SecurityScheme,
    OriginDocument,
    RateLimit,
    FailureCodes,
    Login,
    Envelope,
    ErrorShape,
}

/// What a value is.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Shape {
    /// Anything: payloads, and what is checked elsewhere.
    Any,
    /// A string.
    Text,
    /// A boolean.
    Flag,
    /// An integer, not negative.
    Count,
    /// A number.
    Number,
    /// One of these strings.
    Word(&'static [&'static str]),
    /// This object.
    Object(Kind),
    /// This object, or a reference to one.
    Ref(Kind),
    /// A list.
    List(&'static Shape),
    /// An object with free keys.
    Map(&'static Shape),
    /// A boolean, or something else.
    FlagOr(&'static Shape),
}

/// Whether a key is understood.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Use {
    Required,
    Optional,
    /// A part of OpenAPI that is not supported; what to do instead.
    Not(&'static str),
}

/// A key: its name, its value, and whether it is understood.
pub(crate) type Key = (&'static str, Shape, Use);

use Shape::{Any, Count, Flag, FlagOr, List, Map, Number, Object, Ref, Text, Word};
use Use::{Not, Optional, Required};

pub(crate) const EVIDENCE: &[&str] = &["documented", "vendor", "capture", "client", "inferred"];
const TEXT: &Shape = &Text;
const SCHEMA_REF: Shape = Ref(Kind::Schema);
const SCHEMA: &Shape = &SCHEMA_REF;
const SOURCE: Key = ("x-source", Text, Optional);
const EVIDENCE_KEY: Key = ("x-evidence", Word(EVIDENCE), Optional);
const RUST_NAME: Key = ("x-rust-name", Text, Optional);
const DOCS: Key = ("externalDocs", Object(Kind::ExternalDocs), Optional);
const DESCRIPTION: Key = ("description", Text, Optional);

impl Kind {
    /// What the object is called in findings.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Document => "the document's root",
            Self::Info => "`info`",
            Self::Contact => "`contact`",
            Self::License => "`license`",
            Self::Server => "a server",
            Self::ServerVariable => "a server variable",
            Self::Paths => "`paths`",
            Self::PathItem => "a path item",
            Self::Operation => "an operation",
            Self::ExternalDocs => "`externalDocs`",
            Self::Parameter => "a parameter",
            Self::RequestBody => "a request body",
            Self::MediaType => "a media type",
            Self::Responses => "`responses`",
            Self::Response => "a response",
            Self::Example => "an example",
            Self::Header => "a header",
            Self::Tag => "a tag",
            Self::Schema => "a schema",
            Self::Xml => "`xml`",
            Self::Components => "`components`",
            Self::SecurityScheme => "a security scheme",
            Self::OriginDocument => "`x-document`",
            Self::RateLimit => "a rate limit",
            Self::FailureCodes => "`x-failure-codes`",
            Self::Login => "`x-login`",
            Self::Envelope => "`x-envelope`",
            Self::ErrorShape => "`x-error`",
        }
    }

    /// The key of `components` that holds such objects.
    pub(crate) fn section(self) -> Option<&'static str> {
        Some(match self {
            Self::Schema => "schemas",
            Self::Response => "responses",
            Self::Parameter => "parameters",
            Self::Example => "examples",
            Self::RequestBody => "requestBodies",
            Self::Header => "headers",
            Self::SecurityScheme => "securitySchemes",
            _ => return None,
        })
    }

    /// Whether `x-` keys that are not Lavka's are left alone.
    pub(crate) fn extensible(self) -> bool {
        !matches!(
            self,
            Self::OriginDocument
                | Self::RateLimit
                | Self::FailureCodes
                | Self::Login
                | Self::Envelope
                | Self::ErrorShape
        )
    }

    /// What values of keys outside the table are: for objects whose keys are names.
    pub(crate) fn names(self) -> Option<Shape> {
        match self {
            Self::Paths => Some(Object(Kind::PathItem)),
            Self::Responses => Some(Ref(Kind::Response)),
            _ => None,
        }
    }

    /// The keys.
    #[allow(clippy::too_many_lines)]
    pub(crate) fn keys(self) -> &'static [Key] {
        match self {
            Self::Document => &[
                ("openapi", Text, Required),
                ("info", Object(Kind::Info), Required),
                ("servers", List(&Object(Kind::Server)), Optional),
                ("paths", Object(Kind::Paths), Required),
                ("components", Object(Kind::Components), Optional),
                ("security", List(&Map(&List(TEXT))), Optional),
                ("tags", List(&Object(Kind::Tag)), Optional),
                DOCS,
                ("x-document", Object(Kind::OriginDocument), Optional),
                (
                    "x-xml-dialect",
                    Word(&["plain", "trimmed", "rails"]),
                    Optional,
                ),
                ("x-rate-limits", Map(&Object(Kind::RateLimit)), Optional),
                ("x-failure-codes", Object(Kind::FailureCodes), Optional),
                ("x-envelope", Object(Kind::Envelope), Optional),
            ],
            Self::FailureCodes => &[
                ("auth", List(TEXT), Optional),
                ("quota", List(TEXT), Optional),
            ],
            Self::OriginDocument => &[
                ("id", Text, Required),
                ("title", Text, Required),
                ("language", Text, Optional),
            ],
            Self::RateLimit => &[
                ("requests", Count, Required),
                ("seconds", Count, Required),
                ("scope", Text, Optional),
                ("default", Flag, Optional),
                ("header", Text, Optional),
                ("busy_wait", Count, Optional),
                SOURCE,
                EVIDENCE_KEY,
            ],
            Self::Info => &[
                ("title", Text, Required),
                DESCRIPTION,
                ("termsOfService", Text, Optional),
                ("contact", Object(Kind::Contact), Optional),
                ("license", Object(Kind::License), Optional),
                ("version", Text, Required),
            ],
            Self::Contact => &[
                ("name", Text, Optional),
                ("url", Text, Optional),
                ("email", Text, Optional),
            ],
            Self::License => &[("name", Text, Required), ("url", Text, Optional)],
            Self::Server => &[
                ("url", Text, Required),
                DESCRIPTION,
                ("variables", Map(&Object(Kind::ServerVariable)), Optional),
            ],
            Self::ServerVariable => &[
                ("enum", List(TEXT), Optional),
                ("default", Text, Required),
                DESCRIPTION,
            ],
            Self::Paths => &[],
            Self::PathItem => &[
                ("summary", Text, Optional),
                DESCRIPTION,
                ("get", Object(Kind::Operation), Optional),
                ("put", Object(Kind::Operation), Optional),
                ("post", Object(Kind::Operation), Optional),
                ("delete", Object(Kind::Operation), Optional),
                ("options", Object(Kind::Operation), Optional),
                ("head", Object(Kind::Operation), Optional),
                ("patch", Object(Kind::Operation), Optional),
                ("trace", Object(Kind::Operation), Optional),
                ("servers", Any, Not("give servers at the document's root")),
                ("parameters", List(&Ref(Kind::Parameter)), Optional),
            ],
            Self::Operation => &[
                ("tags", List(TEXT), Optional),
                ("summary", Text, Optional),
                DESCRIPTION,
                DOCS,
                ("operationId", Text, Required),
                ("parameters", List(&Ref(Kind::Parameter)), Optional),
                ("requestBody", Ref(Kind::RequestBody), Optional),
                ("responses", Object(Kind::Responses), Required),
                (
                    "callbacks",
                    Any,
                    Not("describe calls to the client in a spec of their own"),
                ),
                ("deprecated", Flag, Optional),
                ("security", List(&Map(&List(TEXT))), Optional),
                ("servers", Any, Not("give servers at the document's root")),
                SOURCE,
                EVIDENCE_KEY,
                RUST_NAME,
                ("x-permission", Text, Optional),
                ("x-safe", Flag, Optional),
                ("x-idempotent", Flag, Optional),
                ("x-idempotency-key", Text, Optional),
                ("x-rate-limit", Text, Optional),
                ("x-batch", Text, Optional),
            ],
            Self::ExternalDocs => &[DESCRIPTION, ("url", Text, Required)],
            Self::Parameter => &[
                ("name", Text, Required),
                ("in", Word(&["path", "query", "header", "cookie"]), Required),
                DESCRIPTION,
                ("required", Flag, Optional),
                ("deprecated", Flag, Optional),
                ("allowEmptyValue", Flag, Not("make the parameter optional")),
                ("style", Text, Optional),
                ("explode", Flag, Optional),
                (
                    "allowReserved",
                    Flag,
                    Not("reserved characters are always encoded"),
                ),
                ("schema", SCHEMA_REF, Required),
                ("example", Any, Optional),
                (
                    "examples",
                    Map(&Ref(Kind::Example)),
                    Not("give one `example`"),
                ),
                (
                    "content",
                    Any,
                    Not("give the parameter a `schema` of a scalar type"),
                ),
                SOURCE,
                EVIDENCE_KEY,
                RUST_NAME,
            ],
            Self::RequestBody => &[
                DESCRIPTION,
                ("content", Map(&Object(Kind::MediaType)), Required),
                ("required", Flag, Optional),
                SOURCE,
                EVIDENCE_KEY,
            ],
            Self::MediaType => &[
                ("schema", SCHEMA_REF, Optional),
                ("example", Any, Optional),
                ("examples", Map(&Ref(Kind::Example)), Optional),
                ("encoding", Any, Not("parts travel as their types say")),
                ("x-bare-string", Flag, Optional),
                ("x-xml-root", Text, Optional),
            ],
            Self::Responses => &[],
            Self::Response => &[
                ("description", Text, Required),
                ("headers", Map(&Ref(Kind::Header)), Optional),
                ("content", Map(&Object(Kind::MediaType)), Optional),
                ("links", Any, Not("call the other operation in code")),
                SOURCE,
                EVIDENCE_KEY,
            ],
            Self::Example => &[
                ("summary", Text, Optional),
                DESCRIPTION,
                ("value", Any, Optional),
                ("externalValue", Text, Not("give the `value` itself")),
            ],
            Self::Header => &[
                DESCRIPTION,
                ("required", Flag, Optional),
                ("deprecated", Flag, Optional),
                ("style", Text, Optional),
                ("explode", Flag, Optional),
                ("schema", SCHEMA_REF, Optional),
                ("example", Any, Optional),
                SOURCE,
                EVIDENCE_KEY,
            ],
            Self::Tag => &[("name", Text, Required), DESCRIPTION, DOCS],
            Self::Schema => SCHEMA_KEYS,
            Self::Xml => &[
                ("name", Text, Optional),
                ("namespace", Text, Optional),
                ("prefix", Text, Optional),
                ("attribute", Flag, Optional),
                ("wrapped", Flag, Optional),
            ],
            Self::Components => &[
                ("schemas", Map(SCHEMA), Optional),
                ("responses", Map(&Ref(Kind::Response)), Optional),
                ("parameters", Map(&Ref(Kind::Parameter)), Optional),
                ("examples", Map(&Ref(Kind::Example)), Optional),
                ("requestBodies", Map(&Ref(Kind::RequestBody)), Optional),
                ("headers", Map(&Ref(Kind::Header)), Optional),
                ("securitySchemes", Map(&Ref(Kind::SecurityScheme)), Optional),
                ("links", Any, Not("call the other operation in code")),
                (
                    "callbacks",
                    Any,
                    Not("describe calls to the client in a spec of their own"),
                ),
            ],
            Self::SecurityScheme => &[
                (
                    "type",
                    Word(&["apiKey", "http", "oauth2", "openIdConnect"]),
                    Required,
                ),
                DESCRIPTION,
                ("name", Text, Optional),
                ("in", Word(&["query", "header", "cookie"]), Optional),
                ("scheme", Text, Optional),
                ("bearerFormat", Text, Optional),
                ("flows", Any, Optional),
                ("openIdConnectUrl", Text, Optional),
                ("x-login", Object(Kind::Login), Optional),
                SOURCE,
                EVIDENCE_KEY,
            ],
            Self::Login => &[
                ("operation", Text, Required),
                ("arguments", List(TEXT), Required),
                ("request", Map(TEXT), Required),
                ("token", Text, Required),
                ("expires", Text, Optional),
            ],
            Self::Envelope => &[
                ("status", Text, Required),
                ("success", List(&Any), Required),
                ("message", Text, Optional),
                ("errors", Text, Optional),
                ("content", Text, Optional),
                ("optional", Flag, Optional),
            ],
            Self::ErrorShape => &[
                ("code", Text, Optional),
                ("message", Text, Optional),
                ("messages", Text, Optional),
            ],
        }
    }
}

/// The keys of a schema.
const SCHEMA_KEYS: &[Key] = &[
    ("title", Text, Optional),
    ("type", Text, Optional),
    ("format", Text, Optional),
    DESCRIPTION,
    ("default", Any, Optional),
    ("example", Any, Optional),
    ("enum", List(&Any), Optional),
    ("properties", Map(SCHEMA), Optional),
    ("required", List(TEXT), Optional),
    ("additionalProperties", FlagOr(SCHEMA), Optional),
    ("items", SCHEMA_REF, Optional),
    ("allOf", List(SCHEMA), Optional),
    ("oneOf", List(SCHEMA), Optional),
    (
        "anyOf",
        Any,
        Not("use `oneOf` with schemas of different JSON types"),
    ),
    ("not", Any, Not("describe what is allowed instead")),
    (
        "discriminator",
        Any,
        Not(
            "use `oneOf` with schemas of different JSON types, or one object with optional properties",
        ),
    ),
    ("nullable", Flag, Optional),
    ("readOnly", Flag, Optional),
    ("writeOnly", Flag, Optional),
    ("xml", Object(Kind::Xml), Optional),
    DOCS,
    ("deprecated", Flag, Optional),
    ("multipleOf", Number, Optional),
    ("maximum", Number, Optional),
    ("exclusiveMaximum", Flag, Optional),
    ("minimum", Number, Optional),
    ("exclusiveMinimum", Flag, Optional),
    ("maxLength", Count, Optional),
    ("minLength", Count, Optional),
    ("pattern", Text, Optional),
    ("maxItems", Count, Optional),
    ("minItems", Count, Optional),
    ("uniqueItems", Flag, Optional),
    ("maxProperties", Any, Not("say it in the description")),
    ("minProperties", Any, Not("say it in the description")),
    SOURCE,
    EVIDENCE_KEY,
    RUST_NAME,
    ("x-enum-varnames", List(TEXT), Optional),
    ("x-enum-descriptions", List(TEXT), Optional),
    ("x-null", Word(&["absent"]), Optional),
    ("x-accept", List(&Word(&["string", "number"])), Optional),
    ("x-envelope", Object(Kind::Envelope), Optional),
    ("x-error", Object(Kind::ErrorShape), Optional),
    ("x-request-envelope", Text, Optional),
    ("x-credential", Text, Optional),
    ("x-type", Text, Optional),
    ("x-text", Flag, Optional),
];

/// Every extension of Lavka's, for "did you mean".
pub(crate) fn extensions() -> impl Iterator<Item = &'static str> {
    [
        Kind::Document,
        Kind::Operation,
        Kind::Parameter,
        Kind::MediaType,
        Kind::SecurityScheme,
        Kind::Schema,
    ]
    .into_iter()
    .flat_map(|kind| kind.keys().iter().map(|(name, ..)| *name))
    .filter(|name| name.starts_with("x-"))
}
