//! Methods of the client, and the trait of them.

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};

use super::docs;
use super::replies::reader;
use super::rust_type::Paths;
use crate::plan::docs::Docs;
use crate::plan::names::Name;
use crate::plan::operations::{
    Body, BodyCodec, Constant, Operation, Param, Part, PartKind, PartPresence, Rest, Stream,
    StreamForm, Travel, WrapperValue,
};
use crate::plan::replies::Read;
use crate::plan::rust_type::RustType;
use crate::plan::wire::{FormField, FormFormat, Presence, Style};
use crate::plan::{Plan, markdown};

/// Prints methods.
pub(super) struct Methods<'a, 'p> {
    pub(super) plan: &'a Plan,
    pub(super) paths: &'p mut Paths<'a>,
}

/// An argument: name and type.
type Argument = (Name, TokenStream);

impl Methods<'_, '_> {
    /// The methods of an operation.
    pub(super) fn methods(&mut self, op: &Operation) -> TokenStream {
        let mut all = self.operation(op);
        for stream in &op.streams {
            all.extend(self.stream(op, stream));
        }
        all.extend(self.pages(op));
        all.extend(self.batches(op));
        all
    }

    /// A method that gives items while they arrive.
    fn stream(&mut self, op: &Operation, stream: &Stream) -> TokenStream {
        let mut doc = Docs::own(match &stream.asks {
            None if stream.form == StreamForm::Bytes => {
                format!(
                    "As [`Self::{}`], but streams the body, of any length.",
                    op.name
                )
            }
            None => format!(
                "As [`Self::{}`], but streams the items in constant memory.",
                op.name
            ),
            Some((_, media_type)) => format!(
                "As [`Self::{}`], but asks for {} and streams its items. A server that streams only where the request says so must \
                 still be told.",
                op.name,
                markdown::code(media_type)
            ),
        });
        doc.paragraph(
            "# Errors\nOn `.await`; see [`Error`](::lavka_runtime::Error). Errors after the reply has begun come from the stream.",
        );
        let (output, end) = match decoder(stream.form) {
            Some(decoder) => {
                let item = self.paths.ty(&stream.item);
                let items = self.paths.runtime(&["client", "Items"]);
                let decoder = format_ident!("{decoder}");
                (quote!(#items<#item>), quote!(.stream(#items::#decoder)))
            }
            None => (
                self.paths.runtime(&["client", "Download"]),
                quote!(.download()),
            ),
        };
        let constant = stream.asks.as_ref().map_or(&op.constant, |(name, _)| name);
        self.pair(op, constant, &stream.name, &doc, &doc, &output, &end)
    }

    fn operation(&mut self, op: &Operation) -> TokenStream {
        let output = self.output(op);
        let end = match &op.reply.read {
            Read::Stream { events, item } => {
                let items = self.paths.runtime(&["client", "Items"]);
                let form = match (events, item) {
                    (false, _) => StreamForm::JsonLines,
                    (true, RustType::String) => StreamForm::TextEvents,
                    (true, _) => StreamForm::Events,
                };
                let decoder = decoder(form).map(|decoder| format_ident!("{decoder}"));
                quote!(.stream(#items::#decoder))
            }
            read => {
                let reader = reader(op, read, self.paths);
                quote!(.call(#reader))
            }
        };
        let mut docs = op.docs.clone();
        if let Some(example) = &op.example {
            docs.lines.push(String::new());
            docs.lines.extend(example.lines.iter().cloned());
        }
        docs.paragraph(&op.source);
        let more = Docs::own(format!(
            "As [`Self::{}`], with what is optional.\n\n# Errors\nAs [`Self::{}`].",
            op.name, op.name
        ));
        self.pair(op, &op.constant, &op.name, &docs, &more, &output, &end)
    }

    /// What a call gives.
    pub(super) fn output(&mut self, op: &Operation) -> TokenStream {
        match &op.reply.read {
            Read::Stream { item, .. } => {
                let items = self.paths.runtime(&["client", "Items"]);
                let item = self.paths.ty(item);
                quote!(#items<#item>)
            }
            _ => self.paths.ty(&op.reply.output),
        }
    }

    /// A method that takes what is required; and the one that takes the options too, where there are some.
    #[allow(clippy::too_many_arguments)]
    fn pair(
        &mut self,
        op: &Operation,
        constant: &Name,
        name: &Name,
        docs: &Docs,
        more: &Docs,
        output: &TokenStream,
        end: &TokenStream,
    ) -> TokenStream {
        let call = self.paths.runtime(&["client", "Call"]);
        let deprecated = op.deprecated.then(|| quote!(#[deprecated]));
        let arguments = self.arguments(op);
        let (names, types): (Vec<&Name>, Vec<&TokenStream>) =
            arguments.iter().map(|(name, ty)| (name, ty)).unzip();
        let allow = allowed(name, &names, 0);
        let doc = docs::outer(docs);
        let expression = self.expression(op, constant, &quote!(self), &quote!(#end));
        let Some(options) = &op.options else {
            return quote! {
                #doc
                #deprecated
                #allow
                pub fn #name(&self, #(#names: #types),*) -> #call<'_, #output> {
                    #expression
                }
            };
        };
        let with = name.affixed("", "_with");
        let allowed_with = allowed(&with, &names, 1);
        let more = docs::outer(more);
        let ty = format_ident!("{}", options.ty);
        quote! {
            #doc
            #deprecated
            #allow
            pub fn #name(&self, #(#names: #types),*) -> #call<'_, #output> {
                self.#with(#(#names,)* &#ty::default())
            }

            #more
            #deprecated
            #allowed_with
            pub fn #with(&self, #(#names: #types,)* params: &#ty) -> #call<'_, #output> {
                #expression
            }
        }
    }

    /// Required arguments, in the order of the spec; the body last.
    pub(super) fn arguments(&mut self, op: &Operation) -> Vec<Argument> {
        let mut all: Vec<Argument> = Vec::new();
        for p in op.params.iter().filter(|p| p.required) {
            all.push((p.name.clone(), self.paths.ty(&p.argument)));
        }
        if let Some(body) = op.body.as_ref().filter(|body| body.required) {
            all.push((body.name.clone(), self.paths.ty(&body.argument)));
        }
        all
    }

    /// The call of an operation, by the client `receiver`.
    pub(super) fn expression(
        &mut self,
        op: &Operation,
        constant: &Name,
        receiver: &TokenStream,
        end: &TokenStream,
    ) -> TokenStream {
        let values: Vec<TokenStream> = op.params.iter().map(|p| self.value(p)).collect();
        let body = op.body.as_ref().map(|body| self.body(op, body));
        quote!(#receiver.core.request(&operations::#constant, &[#(#values),*]) #body #end)
    }

    fn value(&mut self, p: &Param) -> TokenStream {
        let name = &p.name;
        let value = match p.required {
            true => quote!(#name),
            false => quote!(params.#name),
        };
        let borrowed = match (p.required, &p.argument) {
            (true, RustType::Ref(_)) => value.clone(),
            _ => quote!(&#value),
        };
        match p.travel {
            Travel::Itself => quote!(&#value),
            Travel::Json => {
                let json = self.paths.runtime(&["client", "Json"]);
                quote!(&#json(#borrowed))
            }
            Travel::RailsTimestamp => {
                let form = self.paths.runtime(&["json", "InForm"]);
                let rails = self.paths.runtime(&["json", "Form"]);
                quote!(&#form(#borrowed, #rails::optional().rails_timestamp()))
            }
        }
    }

    /// What puts the body into the request.
    fn body(&mut self, op: &Operation, body: &Body) -> TokenStream {
        if let Some(wrapper) = &body.wrapper {
            let function = &wrapper.function;
            return match body.required {
                true => {
                    let value = borrowed(body);
                    quote!(.body(#function(&self.core, #value)))
                }
                false => quote! {
                    .when(params.body.as_ref(), |request, body| request.body(#function(&self.core, body)))
                },
            };
        }
        if let Some(method) = plain_method(&body.codec) {
            let method = format_ident!("{method}");
            let request = match body.required {
                true => TokenStream::new(),
                false => self.paths.runtime(&["client", "Request"]),
            };
            return match body.required {
                true => {
                    let value = borrowed(body);
                    quote!(.#method(#value))
                }
                false if matches!(body.ty, RustType::Vec(_)) => {
                    quote!(.when(params.body.as_deref(), #request::#method))
                }
                false => quote!(.when(params.body.as_ref(), #request::#method)),
            };
        }
        let value = match body.required {
            true => borrowed(body),
            false => quote!(body),
        };
        let put = match &body.codec {
            BodyCodec::Form { fields, travel } => {
                let fields: Vec<TokenStream> =
                    fields.iter().filter_map(|f| self.form_field(f)).collect();
                let value = match travel {
                    Travel::Json => {
                        let json = self.paths.runtime(&["client", "Json"]);
                        quote!(&#json(#value))
                    }
                    Travel::Itself | Travel::RailsTimestamp => value,
                };
                quote!(form(#value, &[#(#fields),*]))
            }
            BodyCodec::Multipart(parts) => {
                let multipart = self.paths.runtime(&["client", "Multipart"]);
                let parts = parts.iter().map(|part| self.part(part, &value));
                let parts: Vec<TokenStream> = parts.collect();
                let media_type = body.parts_type.iter();
                quote!(multipart(#multipart::new() #(.media_type(#media_type))* #(#parts)*))
            }
            BodyCodec::MultipartObject(rest) => {
                let multipart = self.paths.runtime(&["client", "Multipart"]);
                let parts = self.rest(*rest, &value);
                let media_type = body.parts_type.iter();
                quote!(multipart(#multipart::new() #(.media_type(#media_type))* #parts))
            }
            BodyCodec::Text(media_type) => quote!(text(#media_type, #value)),
            BodyCodec::Lines(media_type) => quote!(lines(#media_type, #value)),
            BodyCodec::Upload(media_type) => quote!(upload(#media_type, #value)),
            BodyCodec::Documents { .. } => TokenStream::new(),
        };
        let _ = op;
        match body.required {
            true => quote!(.#put),
            false => quote!(.when(params.body.as_ref(), |request, body| request.#put)),
        }
    }

    fn form_field(&mut self, field: &FormField) -> Option<TokenStream> {
        let wire = &field.wire;
        match field.format {
            FormFormat::Json => {
                let ty = self.paths.runtime(&["client", "Field"]);
                Some(quote!(#ty::json(#wire)))
            }
            FormFormat::Text | FormFormat::JsonItems | FormFormat::Bytes => None,
            FormFormat::Style { style, explode } => {
                let ty = self.paths.runtime(&["client", "Field"]);
                let styles = self.paths.runtime(&["client", "Style"]);
                let style = format_ident!("{}", style_name(style));
                Some(quote!(#ty::styled(#wire, #styles::#style, #explode)))
            }
        }
    }

    fn part(&mut self, part: &Part, form: &TokenStream) -> TokenStream {
        let (wire, name) = (&part.wire, &part.name);
        let (suffix, value) = match part.presence {
            PartPresence::One => ("", quote!(&#form.#name)),
            PartPresence::Optional => ("s", quote!(&#form.#name)),
            PartPresence::Maybe => ("s", quote!(#form.#name.value())),
            PartPresence::Many => ("s", quote!(&#form.#name)),
            PartPresence::OptionalMany => ("s", quote!(#form.#name.iter().flatten())),
            PartPresence::MaybeMany => ("s", quote!(#form.#name.value().into_iter().flatten())),
        };
        let kind = match part.kind {
            PartKind::Upload => "upload",
            PartKind::Text => "text",
            PartKind::Json => "json",
            PartKind::Value => "value",
            PartKind::Rest(rest) => return self.rest(rest, &quote!(&#form.#name)),
        };
        let method = format_ident!("{kind}{suffix}");
        let usual = match part.kind {
            PartKind::Json => Some("application/json"),
            _ => None,
        };
        let content_type = part
            .content_type
            .as_deref()
            .filter(|name| Some(*name) != usual);
        let content_type = content_type.map(|name| quote!(.content_type(#name)));
        let headers = part
            .headers
            .iter()
            .map(|(name, value)| quote!(.header(#name, #value)));
        quote!(.#method(#wire, #value) #content_type #(#headers)*)
    }

    /// Parts without names in the document.
    fn rest(&mut self, rest: Rest, value: &TokenStream) -> TokenStream {
        match rest {
            Rest::Files => quote!(.files(#value)),
            Rest::Value(Travel::Json) => {
                let json = self.paths.runtime(&["client", "Json"]);
                quote!(.object(&#json(#value)))
            }
            Rest::Value(_) => quote!(.object(#value)),
        }
    }

    fn batches(&mut self, op: &Operation) -> Option<TokenStream> {
        let batches = op.batches.as_ref()?;
        let body = op.body.as_ref()?;
        let (name, call, argument) = (&batches.name, &op.name, &body.name);
        let batch = self.paths.runtime(&["client", "Batch"]);
        let in_batches = self.paths.runtime(&["client", "in_batches"]);
        let vec = self.paths.ty(&RustType::Unit.vec());
        let vec = vec.into_iter().take_while(|t| t.to_string() != "<");
        let vec: TokenStream = vec.collect();
        let item = self.paths.ty(&batches.item);
        let output = self.output(op);
        let max = Literal::u64_unsuffixed(batches.max);
        let doc = docs::own(&format!(
            "As [`Self::{call}`] for a list of any length, sent in parts of at most {}. Reports on each part: one that fails \
             does not keep the others from being sent, unless the credential is refused or a quota is exceeded.",
            batches.max
        ));
        let deprecated = op.deprecated.then(|| quote!(#[deprecated]));
        Some(match &batches.field {
            None => quote! {
                #doc
                #deprecated
                pub async fn #name<'a>(&self, #argument: &'a [#item]) -> #vec<#batch<'a, #item, #output>> {
                    #in_batches(#argument, #max, move |part| self.#call(part)).await
                }
            },
            Some(field) => {
                let ty = self.paths.ty(&body.ty);
                quote! {
                    #doc
                    #deprecated
                    pub async fn #name<'a>(&self, #argument: &'a #ty) -> #vec<#batch<'a, #item, #output>> {
                        #in_batches(&#argument.#field, #max, move |part| {
                            let part = #ty { #field: part.to_vec(), ..#argument.clone() };
                            async move { self.#call(&part).await }
                        }).await
                    }
                }
            }
        })
    }

    /// The function that wraps what the caller gives.
    pub(super) fn wrapper(&mut self, op: &Operation) -> Option<TokenStream> {
        let body = op.body.as_ref()?;
        let wrapper = body.wrapper.as_ref()?;
        let method = format_ident!(
            "{}",
            plain_method(&body.codec)?.replace("any", "encode_any")
        );
        let encode = match plain_method(&body.codec)? {
            "json" => format_ident!("encode"),
            "xml" => format_ident!("encode_xml"),
            _ => method,
        };
        let [core, made] = ["Core", "Body"].map(|name| self.paths.runtime(&["client", name]));
        let error = self.paths.runtime(&["Error"]);
        let (function, constant) = (&wrapper.function, &op.constant);
        let ty = self.paths.named(wrapper.ty);
        let given = self.paths.ty(&body.ty.clone().by_ref());
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
                let value = match &field.value {
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
                            Constant::Literal(value) => literal(value),
                            Constant::Variant(id, variant) => {
                                let ty = self.paths.named(*id);
                                quote!(#ty::#variant)
                            }
                        };
                        match presence {
                            Presence::Required => value,
                            Presence::ThreeState => {
                                let maybe = self.paths.runtime(&["Maybe"]);
                                quote!(#maybe::Value(#value))
                            }
                            _ => quote!(Some(#value)),
                        }
                    }
                    WrapperValue::Default => quote!(Default::default()),
                };
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

    /// The operations as a trait, so that a program can be tested without a server.
    pub(super) fn operations_trait(&mut self) -> TokenStream {
        let mut entries = Vec::new();
        for op in &self.plan.operations {
            let output = self.output(op);
            let arguments = self.arguments(op);
            let (names, types): (Vec<&Name>, Vec<&TokenStream>) =
                arguments.iter().map(|(name, ty)| (name, ty)).unzip();
            let (name, constant) = (&op.name, &op.constant);
            let deprecated = op.deprecated.then(|| quote!(#[deprecated]));
            let declared: Vec<TokenStream> = arguments
                .iter()
                .map(|(name, ty)| quote!(#name: #ty))
                .collect();
            let Some(options) = &op.options else {
                entries.push(quote! {
                    #deprecated #name(#(#declared),*) -> #output = operations::#constant
                });
                continue;
            };
            let with = &options.method;
            let ty = format_ident!("{}", options.ty);
            entries.push(quote! {
                #deprecated #name(#(#declared),*) -> #output => #with(#(#names,)* &#ty::default())
            });
            entries.push(quote! {
                #deprecated #with(#(#names: #types,)* params: &#ty) -> #output = operations::#constant
            });
        }
        quote! {
            lavka_runtime::operations! { Operations for Client { #(#entries;)* } }
        }
    }
}

/// The decoder of a stream's items.
fn decoder(form: StreamForm) -> Option<&'static str> {
    Some(match form {
        StreamForm::Json => "json",
        StreamForm::Xml => "xml",
        StreamForm::Events => "events",
        StreamForm::TextEvents => "text_events",
        StreamForm::JsonLines => "json_lines",
        StreamForm::Bytes => return None,
    })
}

/// The method of a request that takes a body of one kind as it is.
fn plain_method(codec: &BodyCodec) -> Option<&'static str> {
    let BodyCodec::Documents { json, xml, list } = codec else {
        return None;
    };
    Some(match (json.is_some(), xml.is_some(), list) {
        (true, true, false) => "any",
        (true, true, true) => "any_list",
        (false, true, false) => "xml",
        (false, true, true) => "xml_list",
        (_, false, _) => "json",
    })
}

fn borrowed(body: &Body) -> TokenStream {
    let name = &body.name;
    match &body.argument {
        RustType::Ref(_) => quote!(#name),
        _ => quote!(&#name),
    }
}

/// A number or a boolean.
fn literal(value: &serde_json::Value) -> TokenStream {
    value.to_string().parse().unwrap_or_default()
}

/// The runtime's name of a style.
pub(super) fn style_name(style: Style) -> &'static str {
    match style {
        Style::Simple => "Simple",
        Style::Label => "Label",
        Style::Matrix => "Matrix",
        Style::Form => "Form",
        Style::SpaceDelimited => "SpaceDelimited",
        Style::PipeDelimited => "PipeDelimited",
        Style::DeepObject => "DeepObject",
    }
}

/// The lints that a method may break: the spec says what it is called, and what it takes.
pub(super) fn allowed(name: &Name, arguments: &[&Name], more: usize) -> Option<TokenStream> {
    let mut lints = Vec::new();
    if arguments.len() + more > 6 {
        lints.push(quote!(clippy::too_many_arguments));
    }
    let placeholder = |name: &&Name| matches!(name.as_str(), "foo" | "baz" | "quux");
    if arguments.iter().any(placeholder) {
        lints.push(quote!(clippy::disallowed_names));
    }
    let starts = |prefixes: &[&str]| prefixes.iter().any(|p| name.as_str().starts_with(p));
    if starts(&["from_", "into_", "to_", "is_", "as_"]) {
        lints.push(quote!(clippy::wrong_self_convention));
    }
    (!lints.is_empty()).then(|| quote!(#[allow(#(#lints),*)]))
}
