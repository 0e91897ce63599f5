//! Parameters and headers.

use indexmap::IndexMap;

use crate::diag::{Code, Cost, Finding};
use crate::normalized::{
    Header, Parameter, ParameterIn, ParameterValue, Part, Spanned, Unresolved,
};
use crate::openapi::{self, HeaderOf, Named, RefOr, Reference};

use super::{Normalizer, filled};

impl Normalizer<'_> {
    pub(super) fn parameters(
        &mut self,
        typed: Vec<RefOr<openapi::Parameter>>,
        file: usize,
        unresolved: &mut Vec<Unresolved>,
    ) -> Vec<Parameter> {
        let mut made: Vec<Parameter> = Vec::new();
        for parameter in typed {
            let parameter = match parameter {
                RefOr::Item(parameter) => self.parameter(parameter, file),
                RefOr::Ref(reference) => match self.parameter_ref(&reference, file) {
                    Some(found) => found,
                    None => {
                        unresolved.push(Unresolved {
                            part: Part::Parameter,
                            reference: reference.target,
                        });
                        continue;
                    }
                },
            };
            let Some(parameter) = parameter else { continue };
            if let Some(first) = made.iter().find(|other| same_parameter(other, &parameter)) {
                let finding = Finding::new(
                    Code::ParameterTwice,
                    &parameter.origin.head(),
                    format!("duplicate parameter `{}`", parameter.name.value),
                )
                .note(&first.origin.head(), "first here");
                self.findings.push(finding.costs(Cost::Nothing));
                continue;
            }
            made.push(parameter);
        }
        made
    }

    fn parameter(&mut self, typed: openapi::Parameter, file: usize) -> Option<Parameter> {
        let location = typed.location.value;
        if location == ParameterIn::Header
            && let Some(finding) = reserved(&typed.name)
        {
            self.findings.push(finding.costs(Cost::Nothing));
            return None;
        }
        Some(Parameter {
            deprecated: filled(typed.deprecated.clone(), false, &typed.origin),
            allow_empty_value: filled(typed.allow_empty_value.clone(), false, &typed.origin),
            examples: self.examples(&typed.examples, file),
            name: typed.name.clone(),
            location: typed.location.clone(),
            required: self.required(&typed),
            description: typed.description.clone(),
            lavka: typed.lavka.clone(),
            rust_name: typed.rust_name.clone(),
            extensions: typed.extensions.clone(),
            component: None,
            origin: typed.origin.clone(),
            value: self.value(typed, location, file),
        })
    }

    /// Whether it is required. What is in the path always is.
    fn required(&mut self, typed: &openapi::Parameter) -> Spanned<bool> {
        let mut required = filled(typed.required.clone(), false, &typed.origin);
        if typed.location.value == ParameterIn::Path && !required.value {
            let message = format!(
                "the path parameter `{}` is not required; it is read as required",
                typed.name.value
            );
            self.findings.push(
                Finding::new(Code::PathParameterOptional, &required.origin, message)
                    .costs(Cost::Nothing)
                    .help("add `required: true`"),
            );
            required.value = true;
        }
        required
    }

    fn value(
        &mut self,
        mut typed: openapi::Parameter,
        location: ParameterIn,
        file: usize,
    ) -> ParameterValue {
        if let Some(schema) = typed.schema.take() {
            let style = filled(typed.style, location.default_style(), &typed.origin);
            let explode = filled(typed.explode, style.value.explodes(), &typed.origin);
            return ParameterValue::Schema {
                schema: self.schema(*schema, file),
                style,
                explode,
                allow_reserved: filled(typed.allow_reserved, false, &typed.origin),
            };
        }
        let mut content = std::mem::take(&mut typed.content).into_iter();
        match content.next() {
            Some(first) => {
                if let Some(second) = content.next() {
                    self.findings.warn(
                        Code::MediaType,
                        &second.origin,
                        "`content` of a parameter has more than one media type; the first is used",
                    );
                }
                let content = Box::new(self.media_type(first, file));
                match typed.whole {
                    true => ParameterValue::Query(content),
                    false => ParameterValue::Content(content),
                }
            }
            None => ParameterValue::Missing,
        }
    }

    pub(super) fn headers(
        &mut self,
        typed: IndexMap<String, Named<RefOr<openapi::Parameter>>>,
        file: usize,
    ) -> IndexMap<String, Header> {
        let mut made = IndexMap::new();
        for (name, named) in typed {
            if name.eq_ignore_ascii_case("content-type") {
                let message = format!("the header `{name}` is ignored, as OpenAPI says");
                self.findings.push(
                    Finding::new(Code::ReservedHeader, &named.key, message)
                        .costs(Cost::Nothing)
                        .help("the media types of `content` describe it"),
                );
                continue;
            }
            let header = match named.value {
                RefOr::Item(header) => Some(self.header(header, file)),
                RefOr::Ref(reference) => self.header_ref(&reference, file),
            };
            if let Some(mut header) = header {
                header.origin = named.key;
                made.insert(name, header);
            }
        }
        made
    }

    fn header(&mut self, mut typed: openapi::Parameter, file: usize) -> Header {
        // The style of a header is always `simple`.
        typed.style = None;
        Header {
            description: typed.description.clone(),
            required: filled(typed.required.clone(), false, &typed.origin),
            deprecated: filled(typed.deprecated.clone(), false, &typed.origin),
            lavka: typed.lavka.clone(),
            origin: typed.origin.clone(),
            value: self.value(typed, ParameterIn::Header, file),
        }
    }

    /// The outer `None`: unresolved. The inner: a header that is not a parameter.
    #[allow(clippy::option_option)]
    fn parameter_ref(&mut self, reference: &Reference, file: usize) -> Option<Option<Parameter>> {
        self.shared(
            reference,
            file,
            Cost::Part,
            |cache| &mut cache.parameters,
            |this, typed, place| {
                let made = this.parameter(typed, place.file);
                made.map(|made| Parameter {
                    component: place.part_name(),
                    ..made
                })
            },
        )
    }

    fn header_ref(&mut self, reference: &Reference, file: usize) -> Option<Header> {
        self.shared(
            reference,
            file,
            Cost::Part,
            |cache| &mut cache.headers,
            |this, typed: HeaderOf, place| this.header(typed.0, place.file),
        )
    }
}

/// Whether two parameters are the same by name and place. Names of headers do not differ by case.
pub(super) fn same_parameter(a: &Parameter, b: &Parameter) -> bool {
    a.location.value == b.location.value
        && if a.location.value == ParameterIn::Header {
            a.name.value.eq_ignore_ascii_case(&b.name.value)
        } else {
            a.name.value == b.name.value
        }
}

/// Headers that say where a message ends and whom it is for: the client writes them, and another value breaks the request.
const OF_THE_MESSAGE: [&str; 8] = [
    "connection",
    "content-length",
    "host",
    "keep-alive",
    "proxy-connection",
    "te",
    "transfer-encoding",
    "upgrade",
];

/// The finding about a header that is not a parameter.
fn reserved(name: &Spanned<String>) -> Option<Finding> {
    let is = |names: &[&str]| names.iter().any(|known| name.eq_ignore_ascii_case(known));
    let (why, help) = if is(&["accept", "content-type", "authorization"]) {
        ("as OpenAPI says", "media types and `security` describe it")
    } else if is(&OF_THE_MESSAGE) {
        ("since the client writes it", "remove it")
    } else {
        return None;
    };
    let message = format!(
        "the header `{}` is ignored as a parameter, {why}",
        name.value
    );
    Some(Finding::new(Code::ReservedHeader, &name.origin, message).help(help))
}
