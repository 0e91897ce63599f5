//! What puts a body into a request.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::rust_type::Paths;
use super::{literal, style_name};
use crate::plan::constants::Constant;
use crate::plan::media::Formats;
use crate::plan::operations::{
    Body, BodyCodec, BodyPlace, Operation, Part, PartKind, PartPresence, Rest, Travel, WrapperValue,
};
use crate::plan::rust_type::RustType;
use crate::plan::wire::{FormField, FormFormat};

/// What puts the body into the request.
pub(super) fn body(body: &Body, paths: &mut Paths<'_>) -> TokenStream {
    let given = given(body);
    let value = match (&given, is_copied(body)) {
        (None, _) => borrowed(body),
        (Some(_), true) => quote!(&body),
        (Some(_), false) => quote!(body),
    };
    let put = match encoders(&body.codec) {
        _ if body.wrapper.is_some() => {
            let function = body.wrapper.as_ref().map(|wrapper| &wrapper.function);
            quote!(body(#function(&self.core, #value)))
        }
        Some((method, _)) => {
            let method = format_ident!("{method}");
            if let Some(given) = given.as_ref().filter(|_| !is_copied(body)) {
                let request = paths.runtime(&["client", "Request"]);
                let slice = matches!(body.ty, RustType::Vec(_)).then(|| {
                    let vec = paths.vec();
                    quote!(.map(#vec::as_slice))
                });
                return quote!(.when(#given #slice, #request::#method));
            }
            quote!(#method(#value))
        }
        None => put(body, value, paths),
    };
    match given {
        None => quote!(.#put),
        Some(given) => quote!(.when(#given, |request, body| request.#put)),
    }
}

/// The body as an `Option`, where it is optional; [`into_option`] makes one of an argument.
fn given(body: &Body) -> Option<TokenStream> {
    let name = &body.name;
    match body.place {
        BodyPlace::Argument => None,
        BodyPlace::OptionalArgument => Some(quote!(#name)),
        BodyPlace::Options => Some(quote!(params.body.as_ref())),
    }
}

/// What makes an `Option` of an argument that may be one.
pub(super) fn into_option(op: &Operation) -> Option<TokenStream> {
    let body = op.body.as_ref()?;
    let name = &body.name;
    (body.place == BodyPlace::OptionalArgument).then(|| quote!(let #name = #name.into();))
}

/// Whether an optional body is given as a value, and not as a reference.
fn is_copied(body: &Body) -> bool {
    matches!(&body.argument, RustType::IntoOption(inner) if !matches!(**inner, RustType::Ref(_)))
}

/// The call that writes a body that is neither JSON nor XML.
fn put(body: &Body, value: TokenStream, paths: &mut Paths<'_>) -> TokenStream {
    match &body.codec {
        BodyCodec::Form { fields, travel } => {
            let fields: Vec<TokenStream> =
                fields.iter().filter_map(|f| form_field(f, paths)).collect();
            let value = by_json(value, *travel, paths);
            quote!(form(#value, &[#(#fields),*]))
        }
        BodyCodec::Multipart(parts) => {
            let parts: TokenStream = parts
                .iter()
                .map(|part| self::part(part, &value, paths))
                .collect();
            multipart(body, &parts, paths)
        }
        BodyCodec::MultipartObject(known) => {
            let parts = rest(*known, &value, paths);
            multipart(body, &parts, paths)
        }
        BodyCodec::Text(media_type, travel) => {
            let value = by_json(value, *travel, paths);
            quote!(text(#media_type, #value))
        }
        BodyCodec::Lines(media_type) => quote!(lines(#media_type, #value)),
        BodyCodec::Upload(media_type) => quote!(upload(#media_type, #value)),
        BodyCodec::Documents { .. } => TokenStream::new(),
    }
}

/// A value as an argument, by its JSON form where it travels so.
fn by_json(value: TokenStream, travel: Travel, paths: &mut Paths<'_>) -> TokenStream {
    match travel {
        Travel::Json => {
            let json = paths.runtime(&["client", "Json"]);
            quote!(&#json(#value))
        }
        Travel::Itself | Travel::RailsTimestamp => value,
    }
}

fn multipart(body: &Body, parts: &TokenStream, paths: &mut Paths<'_>) -> TokenStream {
    let multipart = paths.runtime(&["client", "Multipart"]);
    let media_type = body.parts_type.iter();
    quote!(multipart(#multipart::new() #(.media_type(#media_type))* #parts))
}

pub(super) fn form_field(field: &FormField, paths: &mut Paths<'_>) -> Option<TokenStream> {
    let wire = &field.wire;
    let mut ty = || paths.runtime(&["client", "Field"]);
    match field.format {
        FormFormat::Json => {
            let ty = ty();
            Some(quote!(#ty::json(#wire)))
        }
        FormFormat::Text | FormFormat::JsonItems | FormFormat::Bytes => None,
        FormFormat::Style { style, explode } => {
            let ty = ty();
            let styles = paths.runtime(&["client", "Style"]);
            let style = style_name(style);
            Some(quote!(#ty::styled(#wire, #styles::#style, #explode)))
        }
    }
}

fn part(part: &Part, form: &TokenStream, paths: &mut Paths<'_>) -> TokenStream {
    let (wire, name) = (&part.wire, &part.name);
    let (suffix, value) = match part.presence {
        PartPresence::One => ("", quote!(&#form.#name)),
        PartPresence::Optional | PartPresence::Many => ("s", quote!(&#form.#name)),
        PartPresence::Maybe => ("s", quote!(#form.#name.value())),
        PartPresence::OptionalMany => ("s", quote!(#form.#name.iter().flatten())),
        PartPresence::MaybeMany => ("s", quote!(#form.#name.value().into_iter().flatten())),
    };
    let kind = match part.kind {
        PartKind::Upload => "upload",
        PartKind::Text => "text",
        PartKind::Json => "json",
        PartKind::Value => "value",
        PartKind::Rest(known) => return rest(known, &quote!(&#form.#name), paths),
    };
    let method = format_ident!("{kind}{suffix}");
    let content_type = part.content_type.as_ref();
    let content_type = content_type.map(|name| quote!(.content_type(#name)));
    let headers = part
        .headers
        .iter()
        .map(|(name, value)| quote!(.header(#name, #value)));
    quote!(.#method(#wire, #value) #content_type #(#headers)*)
}

/// Parts without names in the document.
fn rest(rest: Rest, value: &TokenStream, paths: &mut Paths<'_>) -> TokenStream {
    match rest {
        Rest::Files => quote!(.files(#value)),
        Rest::Value(Travel::Json) => {
            let json = paths.runtime(&["client", "Json"]);
            quote!(.object(&#json(#value)))
        }
        Rest::Value(_) => quote!(.object(#value)),
    }
}

/// The function that wraps what the caller gives.
pub(super) fn wrapper(op: &Operation, paths: &mut Paths<'_>) -> Option<TokenStream> {
    let body = op.body.as_ref()?;
    let wrapper = body.wrapper.as_ref()?;
    let (_, encode) = encoders(&body.codec)?;
    let encode = format_ident!("{encode}");
    let [core, made] = ["Core", "Body"].map(|name| paths.runtime(&["client", name]));
    let error = paths.runtime(&["Error"]);
    let (function, constant) = (&wrapper.function, &op.constant);
    let ty = paths.named(wrapper.ty);
    let given = paths.ty(&body.ty.clone().by_ref());
    // A slice is not a list of its own.
    let own = match body.ty {
        RustType::Vec(_) | RustType::String => quote!(given.to_owned()),
        _ => quote!(given.clone()),
    };
    let fields: Vec<TokenStream> = wrapper
        .fields
        .iter()
        .map(|field| {
            let name = &field.name;
            let value = wrapped(op, &field.value, &own, paths);
            quote!(#name: #value)
        })
        .collect();
    Some(quote! {
        fn #function(core: &#core, given: #given) -> Result<#made, #error> {
            let request = #ty { #(#fields),* };
            core.#encode(&operations::#constant, &request)
        }
    })
}

/// The value of a field of a wrapping. `own` is what the caller gave.
fn wrapped(
    op: &Operation,
    value: &WrapperValue,
    own: &TokenStream,
    paths: &mut Paths<'_>,
) -> TokenStream {
    let constant = &op.constant;
    match value {
        WrapperValue::Given { boxed: true } => quote!(Box::new(#own)),
        WrapperValue::Given { boxed: false } => own.clone(),
        WrapperValue::Secret(wire) => {
            quote!(core.credential(&operations::#constant, #wire)?.clone())
        }
        WrapperValue::Credential(wire) => {
            quote!(core.credential_value(&operations::#constant, #wire)?)
        }
        WrapperValue::Constant { value, presence } => {
            let value = match value {
                Constant::Text(text) => quote!(#text.into()),
                Constant::Literal(value) => literal(value).unwrap_or_default(),
                Constant::Variant(id, variant) => {
                    let ty = paths.named(*id);
                    quote!(#ty::#variant)
                }
            };
            paths.held(*presence, value)
        }
        WrapperValue::Default => quote!(Default::default()),
    }
}

/// The methods of a request and of the client's core that encode a document.
fn encoders(codec: &BodyCodec) -> Option<(&'static str, &'static str)> {
    let BodyCodec::Documents { media, list } = codec else {
        return None;
    };
    Some(match (media.formats(), list) {
        (Formats::Any, false) => ("any", "encode_any"),
        (Formats::Any, true) => ("any_list", "encode_any_list"),
        (Formats::Xml, false) => ("xml", "encode_xml"),
        (Formats::Xml, true) => ("xml_list", "encode_xml_list"),
        (Formats::Json, _) => ("json", "encode"),
    })
}

fn borrowed(body: &Body) -> TokenStream {
    let name = &body.name;
    match &body.argument {
        RustType::Ref(_) => quote!(#name),
        _ => quote!(&#name),
    }
}
