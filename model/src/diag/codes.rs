//! Every rule that a finding can come from.

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// The document cannot be used.
    Error,
    /// A part of the document is left out or read in another way, or could be better.
    Warning,
}

impl Severity {
    /// `error`, `warning`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
        }
    }
}

/// What a rule's page says of it: `rules/L103.md` is the one place for a rule's severity, title, explanation and example. Its
/// first line is `## L103 Unknown key`, and the text begins with `**Error`, where a finding may cost the document, or `**Warning`.
struct Page {
    severity: Severity,
    title: &'static str,
    text: &'static str,
}

impl Page {
    const fn read(text: &'static str) -> Self {
        // `## L103 `
        let (_, heading) = text.split_at(8);
        let bytes = heading.as_bytes();
        let mut end = 0;
        while end < bytes.len() && bytes[end] != b'\n' {
            end += 1;
        }
        let (title, body) = heading.split_at(end);
        let severity = match body.as_bytes() {
            [b'\n', b'\n', b'*', b'*', b'W', ..] => Severity::Warning,
            _ => Severity::Error,
        };
        Self {
            severity,
            title,
            text,
        }
    }
}

macro_rules! codes {
    ($($name:ident $id:ident;)*) => {
        /// A rule. Its id never changes, and the id of a rule that is gone is not used again.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Code {
            $(#[doc = stringify!($id)] $name,)*
        }

        impl Code {
            /// All rules, in order of their ids.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The id: `L103`.
            #[must_use]
            pub fn id(self) -> &'static str {
                match self { $(Self::$name => stringify!($id),)* }
            }

            fn page(self) -> &'static Page {
                match self {
                    $(Self::$name => {
                        const PAGE: Page =
                            Page::read(include_str!(concat!("rules/", stringify!($id), ".md")));
                        &PAGE
                    })*
                }
            }
        }
    };
}

codes! {
    NotReadable L001;
    NotUtf8 L002;
    ByteOrderMark L003;
    CarriageReturn L004;
    Syntax L005;
    DuplicateKey L006;
    KeyNotString L007;
    TooLarge L008;
    Tag L009;
    NumberRange L010;
    NotOneDocument L011;
    MergeKey L012;
    Overlay L013;
    OverlayUnused L014;
    RefFile L020;
    RefOutside L021;
    RefUnresolved L022;
    RefWrongKind L023;
    RefCycle L024;
    RefSiblings L025;
    RefCollision L026;
    NotOpenApi L100;
    OpenApiVersion L101;
    MissingKey L102;
    UnknownKey L103;
    WrongType L104;
    Unsupported L105;
    UnknownExtension L106;
    BadValue L107;
    OperationIdTwice L110;
    PathForm L112;
    PathParameterUndeclared L113;
    PathParameterUnused L114;
    ParameterTwice L115;
    ParameterStyle L116;
    ParameterType L117;
    PathParameterOptional L118;
    ReservedHeader L119;
    StatusKey L120;
    MediaType L122;
    Multipart L124;
    SecurityUnknown L125;
    SecurityUnsupported L126;
    ServerVariable L127;
    ComponentName L128;
    LeftOut L130;
    NoOperation L131;
    Encoding L132;
    TypeUnknown L200;
    TypeMissing L201;
    FormatNear L202;
    FormatWrong L203;
    EnumValue L204;
    EnumTwice L205;
    EnumLength L206;
    RequiredUnknown L207;
    AllOfConflict L209;
    UnionAmbiguous L210;
    InfiniteSize L212;
    AliasRecursive L213;
    Presence L214;
    DefaultMismatch L215;
    ExampleMismatch L216;
    Limits L217;
    BinaryPlace L219;
    RustNameTaken L220;
    LessTyped L221;
    XmlRoot L300;
    XmlType L301;
    XmlUnion L302;
    XmlClash L303;
    XmlAttribute L304;
    XmlText L305;
    XmlNoEffect L306;
    XmlName L307;
    XsdSyntax L320;
    XsdUnsupported L321;
    XsdUnresolved L322;
    XsdTwice L323;
    EnvelopeField L400;
    EnvelopeType L401;
    Login L402;
    Credential L403;
    RateLimit L404;
    Batch L405;
    Accept L406;
    RustName L407;
    Pagination L408;
    NoDescription L500;
    NoExample L501;
    Unused L502;
    NoSource L503;
    Html L504;
    NoSentence L505;
    Pattern L506;
    NoSuccess L507;
    NoError L508;
    PathCollision L509;
    TrailingSlash L510;
    TagUndeclared L511;
    PlainHttp L512;
    MoneyFloat L513;
    SecretUnmarked L514;
    Unbounded L515;
    EnumNear L516;
    Swappable L517;
    Idempotence L518;
    InlineName L519;
    Exception L520;
    RelativeServer L521;
    NullableUntyped L522;
}

impl Code {
    /// How bad it is.
    #[must_use]
    pub fn severity(self) -> Severity {
        self.page().severity
    }

    /// What it is about, in a few words.
    #[must_use]
    pub fn title(self) -> &'static str {
        self.page().title
    }

    /// What it means, with an example and how to fix it, as Markdown.
    #[must_use]
    pub fn explanation(self) -> &'static str {
        self.page().text
    }

    /// The rule with this id, in either case.
    #[must_use]
    pub fn parse(id: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|code| code.id().eq_ignore_ascii_case(id.trim()))
    }
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.id())
    }
}
