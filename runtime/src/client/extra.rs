//! What a call sends beyond its spec.

use reqwest::header::HeaderName;

#[cfg(feature = "xml")]
use super::XmlRoot;
use super::encode::{Encoder, Param, Place, ToParam, Value, header_text};
use super::request::{Parts, header_value};
use super::scheme::{Scheme, SchemeKind};
use super::{Body, Call, Operation};
use crate::{Error, ErrorKind};

/// Parameters and fields that no spec says. What is wrong with one is the call's error, and nothing is sent. Values are in
/// no log and no `Debug`.
impl<T: 'static> Call<'_, T> {
    /// Sends a further query parameter. A list repeats it.
    ///
    /// A parameter that the operation has, and one that carries a credential, are errors.
    pub fn extra_query(self, name: &str, value: impl ToParam) -> Self {
        self.extra(|operation, parts| parts.extra_query(operation, name, &value.to_param()))
    }

    /// Sends a further header.
    ///
    /// A header that the operation has, one that carries a credential, and one that the client sets itself (`Host`,
    /// `Content-Length`, `Content-Type`, `Accept`, …) are errors.
    pub fn extra_header(self, name: &str, value: impl ToParam) -> Self {
        self.extra(|operation, parts| parts.extra_header(operation, name, &value.to_param()))
    }

    /// Sends a further field of the body, after all others: a property in JSON, an element in XML, a pair or part in
    /// forms.
    ///
    /// A field that the body has, and a call without a body that can have fields, are errors.
    pub fn extra_field(self, name: &str, value: impl ToParam) -> Self {
        self.extra(|operation, parts| parts.extra_field(operation, name, &value.to_param()))
    }

    /// Sends a header of the parts with this name in a form (`multipart/form-data`): one that the spec declares, or any
    /// other.
    ///
    /// A form without such a part, `Content-Type` and `Content-Disposition` are errors.
    pub fn part_header(self, part: &str, name: &str, value: impl ToParam) -> Self {
        self.extra(|_, parts| parts.part_header(part, name, &value.to_param()))
    }
}

pub(super) type Added = Result<(), String>;

/// The error of a call.
pub(super) fn refused(operation: &'static Operation, text: String) -> Error {
    Error::new(operation, ErrorKind::Request, text).unsent()
}

/// Headers that the client sets itself, and those that belong to the connection.
const OWN_HEADERS: [&str; 17] = [
    "accept",
    "accept-encoding",
    "authorization",
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "cookie",
    "expect",
    "host",
    "keep-alive",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

impl Parts {
    fn extra_query(
        &mut self,
        operation: &'static Operation,
        name: &str,
        value: &Value<'_>,
    ) -> Added {
        let what = || format!("the extra query parameter `{name}`");
        let mut fixed = operation.fixed_query.iter();
        if has(operation, Place::Query, name) || fixed.any(|(known, _)| *known == name) {
            return Err(format!("{}: the operation has one of this name", what()));
        }
        if carries_credential(
            operation,
            |kind| matches!(kind, SchemeKind::Query(known) if known.eq_ignore_ascii_case(name)),
        ) {
            return Err(format!("{}: it carries a credential", what()));
        }
        Encoder::query(&mut self.query)
            .named(name, &Param::query(""), value)
            .map_err(|error| format!("{}: {error}", what()))
    }

    fn extra_header(
        &mut self,
        operation: &'static Operation,
        name: &str,
        value: &Value<'_>,
    ) -> Added {
        let what = || format!("the extra header `{}`", name.escape_debug());
        let header = HeaderName::from_bytes(name.as_bytes())
            .map_err(|_| format!("{}: not a header's name", what()))?;
        if OWN_HEADERS.contains(&header.as_str()) {
            return Err(format!("{}: the client sets it itself", what()));
        }
        if has(operation, Place::Header, name) {
            return Err(format!("{}: the operation has one of this name", what()));
        }
        let carries = |kind| matches!(kind, SchemeKind::Header(known) if header.as_str().eq_ignore_ascii_case(known));
        if carries_credential(operation, carries) {
            return Err(format!("{}: it carries a credential", what()));
        }
        let text = header_text(&Param::header(""), value).and_then(|text| match text {
            Some(text) => header_value(&text).map(Some),
            None => Ok(None),
        });
        if let Some(mut value) = text.map_err(|error| format!("{}: {error}", what()))? {
            value.set_sensitive(true);
            self.headers.append(header, value);
        }
        Ok(())
    }

    fn part_header(&mut self, part: &str, name: &str, value: &Value<'_>) -> Added {
        let what = || format!("the header `{}` of the part `{part}`", name.escape_debug());
        let header = HeaderName::from_bytes(name.as_bytes())
            .map_err(|_| format!("{}: not a header's name", what()))?;
        if matches!(header.as_str(), "content-type" | "content-disposition") {
            return Err(format!("{}: the client sets it itself", what()));
        }
        let text = header_text(&Param::header(""), value)
            .map_err(|error| format!("{}: {error}", what()))?;
        self.body
            .add_part_header(part, name, text.unwrap_or_default())
            .map_err(|error| format!("{}: {error}", what()))
    }

    fn extra_field(
        &mut self,
        operation: &'static Operation,
        name: &str,
        value: &Value<'_>,
    ) -> Added {
        let what = || format!("the extra field `{name}`");
        if is_xml_list(operation, &self.body) {
            return Err(format!("{}: the body is a list", what()));
        }
        self.body
            .add_field(name, value)
            .map_err(|error| format!("{}: {error}", what()))
    }
}

/// Whether the body is a list in XML, which has no fields.
#[cfg(feature = "xml")]
fn is_xml_list(operation: &Operation, body: &Body) -> bool {
    let root = operation.request.xml.map(|xml| xml.root);
    body.is_xml() && matches!(root, Some(XmlRoot::List(_)))
}

#[cfg(not(feature = "xml"))]
fn is_xml_list(_: &Operation, _: &Body) -> bool {
    false
}

fn has(operation: &Operation, place: Place, name: &str) -> bool {
    operation.params.iter().any(|param| {
        param.place == place
            && match place {
                Place::Header => param.name.eq_ignore_ascii_case(name),
                _ => param.name == name || param.name.split('[').next() == Some(name),
            }
    })
}

/// Whether a credential of the API travels so, although this operation may need none.
fn carries_credential(operation: &Operation, carries: impl Fn(SchemeKind) -> bool) -> bool {
    let own = operation.security.iter().flat_map(|schemes| schemes.iter());
    let mut schemes = own.chain(operation.api.schemes);
    schemes.any(|scheme: &&Scheme| carries(scheme.kind))
}
