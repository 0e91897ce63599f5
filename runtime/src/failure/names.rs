//! Names of what explains a failure, in the bodies of many frameworks.

/// Usual names, in the order in which they are looked for, as [`same`] compares them.
pub(super) const CODES: &[&str] = &[
    "code",
    "errorcode",
    "errcode",
    "errno",
    "errornumber",
    "faultcode",
    "issue",
];
pub(super) const MESSAGES: &[&str] = &[
    "message",
    "msg",
    "errormessage",
    "errormsg",
    "errmsg",
    "errordescription",
    "errortext",
    "faultstring",
    "detail",
    "description",
    "reason",
    "explanation",
    "retdesc",
    "desc",
    "exceptionmessage",
    "defaultmessage",
    "statusmessage",
    "statustext",
    "title",
    "text",
    BESIDE,
];
/// The name of an element's text beside its attributes: `<error code="5" on="price">too low</error>`.
pub(super) const BESIDE: &str = "";
/// Names of texts that add to the message.
pub(super) const FURTHER: &[&str] = &[
    "errordescription",
    "detail",
    "description",
    "reason",
    "hint",
    "exceptionmessage",
];
pub(super) const ERRORS: &[&str] = &[
    "errors",
    "error",
    "err",
    "violations",
    "issues",
    "problems",
    "failures",
    "invalidparams",
    "invalidparameters",
    "fielderrors",
    "validationerrors",
    "globalerrors",
    "errormessages",
    OF_THE_WHOLE,
    "modelstate",
    "fieldviolations",
    "propertyviolations",
    "classviolations",
    "parameterviolations",
    "constraintviolations",
    "errordetails",
    "errorchain",
    "details",
    "detail",
    "messages",
    "fault",
];
/// Names that hold one error of a list in XML, and no field.
pub(super) const WRAPPERS: &[&str] = &[
    "error",
    "item",
    "violation",
    "string",
    "entry",
    "issue",
    "value",
    "children",
    OF_THE_WHOLE,
    "",
];
/// Among fields, the name of errors of no field.
pub(super) const OF_THE_WHOLE: &str = "nonfielderrors";
pub(super) const FIELDS: &[&str] = &[
    "field",
    "fieldname",
    "property",
    "propertypath",
    "propertyname",
    "parameter",
    "param",
    "pointer",
    "attribute",
    "loc",
    "path",
    "name",
    "source",
    "on",
    "target",
    "fields",
    "members",
    "membernames",
    "propertyref",
    "in",
];
pub(super) const LANGUAGES: &[&str] = &["locale", "lang", "language"];
pub(super) const TEXTS: &[&str] = &["value", "text", "message", BESIDE];
