//! Every rule that a finding can come from.

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing can be generated.
    Error,
    /// Could be better.
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

macro_rules! codes {
    ($($name:ident $id:literal $severity:ident $title:literal;)*) => {
        /// A rule. Its id never changes, and the id of a rule that is gone is not used again.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Code {
            $(#[doc = $title] $name,)*
        }

        impl Code {
            /// All rules, in order of their ids.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The id: `L103`.
            #[must_use]
            pub fn id(self) -> &'static str {
                match self { $(Self::$name => $id,)* }
            }

            /// How bad it is.
            #[must_use]
            pub fn severity(self) -> Severity {
                match self { $(Self::$name => Severity::$severity,)* }
            }

            /// What it is about, in a few words.
            #[must_use]
            pub fn title(self) -> &'static str {
                match self { $(Self::$name => $title,)* }
            }
        }
    };
}

codes! {
    NotReadable "L001" Error "a file cannot be read";
    NotUtf8 "L002" Error "a file is not UTF-8";
    ByteOrderMark "L003" Warning "a file starts with a byte-order mark";
    CarriageReturn "L004" Warning "a file has carriage returns";
    Syntax "L005" Error "a file is not YAML";
    DuplicateKey "L006" Error "duplicate key";
    KeyNotString "L007" Error "a key is not a string";
    TooLarge "L008" Error "a file is too large or too deep";
    Tag "L009" Error "a YAML tag is not supported";
    NumberRange "L010" Error "a number exceeds 64 bits";
    NotOneDocument "L011" Error "a file does not hold one document";
    MergeKey "L012" Error "a merge key does not merge an object";
    Overlay "L013" Error "an overlay cannot be applied";
    OverlayUnused "L014" Warning "an action of an overlay matches nothing";
    RefFile "L020" Error "a referenced file cannot be read";
    RefOutside "L021" Error "a reference leaves the folder of the spec";
    RefUnresolved "L022" Error "unresolved reference";
    RefWrongKind "L023" Error "a reference to another kind of object";
    RefCycle "L024" Error "circular references";
    RefSiblings "L025" Warning "keys beside $ref are ignored";
    RefCollision "L026" Error "two referenced objects ask for one name";
    NotOpenApi "L100" Error "a file is not an OpenAPI document";
    OpenApiVersion "L101" Error "the OpenAPI version is not supported";
    MissingKey "L102" Error "a required key is missing";
    UnknownKey "L103" Error "unknown key";
    WrongType "L104" Error "a value is of the wrong type";
    Unsupported "L105" Error "a part of OpenAPI is not supported";
    UnknownExtension "L106" Warning "an extension is nearly one of Lavka's";
    BadValue "L107" Error "a value is not one of those allowed";
    OperationIdTwice "L110" Error "duplicate operationId";
    PathForm "L112" Error "a path is invalid";
    PathParameterUndeclared "L113" Error "a path parameter is not declared";
    PathParameterUnused "L114" Error "a declared path parameter is not in the path";
    ParameterTwice "L115" Error "duplicate parameter";
    ParameterStyle "L116" Error "a parameter's style is not supported";
    ParameterType "L117" Error "a parameter's type cannot be sent there";
    PathParameterOptional "L118" Error "a path parameter is not required";
    ReservedHeader "L119" Error "a header that is ignored as a parameter";
    StatusKey "L120" Error "a key of responses is not a status";
    MediaType "L122" Error "a media type is not supported";
    Multipart "L124" Error "a multipart body is invalid";
    SecurityUnknown "L125" Error "a security scheme is not declared";
    SecurityUnsupported "L126" Error "a kind of security is not supported";
    ServerVariable "L127" Error "a server's URL and variables disagree";
    ComponentName "L128" Error "a component's name is invalid";
    LeftOut "L130" Warning "a part of the document that clients do not use";
    NoOperation "L131" Error "a document has no operation that can be generated";
    Encoding "L132" Warning "an encoding has no effect";
    TypeUnknown "L200" Error "unknown type";
    TypeMissing "L201" Error "a schema has no type";
    FormatNear "L202" Warning "unknown format";
    FormatWrong "L203" Error "a format does not apply to the type";
    EnumValue "L204" Error "an enum's value is of the wrong type";
    EnumTwice "L205" Error "duplicate enum value";
    EnumLength "L206" Error "lists beside an enum differ in length";
    RequiredUnknown "L207" Error "a required property is not declared";
    AllOfConflict "L209" Error "entries of allOf contradict each other";
    UnionAmbiguous "L210" Error "branches of oneOf have the same JSON type";
    InfiniteSize "L212" Error "a type is infinitely recursive";
    AliasRecursive "L213" Error "a list or map contains only itself";
    Presence "L214" Error "contradictory presence";
    DefaultMismatch "L215" Error "a default does not fit the type";
    ExampleMismatch "L216" Error "an example does not fit the type";
    Limits "L217" Error "limits do not apply to the type, or contradict each other";
    BinaryPlace "L219" Error "binary content where it cannot be sent";
    RustNameTaken "L220" Warning "two things have the same Rust name";
    LessTyped "L221" Warning "a type says less than its schema";
    XmlRoot "L300" Error "an XML body has no root element";
    XmlType "L301" Error "XML cannot carry a type";
    XmlUnion "L302" Error "XML cannot distinguish a union's variants";
    XmlClash "L303" Error "two fields have one XML name";
    XmlAttribute "L304" Error "an XML attribute is not a scalar";
    XmlText "L305" Error "an element's text is declared wrongly";
    XmlNoEffect "L306" Warning "an XML annotation has no effect";
    XmlName "L307" Error "an XML name is invalid";
    XsdSyntax "L320" Error "a file is not an XML Schema";
    XsdUnsupported "L321" Error "a construct of XML Schema is not supported";
    XsdUnresolved "L322" Error "unresolved name in an XML Schema";
    XsdTwice "L323" Error "duplicate name in an XML Schema";
    EnvelopeField "L400" Error "an extension names a property that does not exist";
    EnvelopeType "L401" Error "an extension names a property of the wrong type";
    Login "L402" Error "invalid x-login";
    Credential "L403" Error "invalid credentials in the body";
    RateLimit "L404" Error "invalid rate limit";
    Batch "L405" Error "x-batch does not name a list";
    Accept "L406" Error "x-accept does not apply";
    RustName "L407" Error "an x-rust-name is not a Rust name";
    Pagination "L408" Error "x-pagination names something that does not exist";
    NoDescription "L500" Warning "something has no description";
    NoExample "L501" Warning "a parameter has no example";
    Unused "L502" Warning "nothing uses a type";
    NoSource "L503" Warning "something does not say where it is documented";
    Html "L504" Warning "a description contains HTML";
    NoSentence "L505" Warning "a description is not a sentence";
    Pattern "L506" Warning "a pattern is not a regular expression";
    NoSuccess "L507" Warning "an operation has no success reply";
    NoError "L508" Warning "an operation has no error reply";
    PathCollision "L509" Warning "two paths can be the same request";
    TrailingSlash "L510" Warning "a path ends in a slash";
    TagUndeclared "L511" Warning "a tag is not declared";
    PlainHttp "L512" Warning "credentials are sent without encryption";
    MoneyFloat "L513" Warning "money is a binary floating-point number";
    SecretUnmarked "L514" Warning "a secret is not marked as one";
    Unbounded "L515" Warning "a list of a request has no limit";
    EnumNear "L516" Warning "values of an enum differ by case or white space only";
    Swappable "L517" Warning "neighbouring required arguments have the same type";
    Idempotence "L518" Warning "a POST does not say whether it may be repeated";
    InlineName "L519" Warning "an inline schema is named after its place";
    Exception "L520" Warning "an exception of lint allows nothing, or gives no reason";
    RelativeServer "L521" Warning "a server's URL names no host";
    NullableUntyped "L522" Warning "`nullable` without a type";
}

impl Code {
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
