//! Methods of the client, and the trait of them.

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};

use super::docs;
use super::replies::reader;
use super::rust_type::Paths;
use crate::plan::docs::Docs;
use crate::plan::names::Name;
use crate::plan::operations::{Operation, Param, Stream, StreamForm, Travel};
use crate::plan::replies::Read;
use crate::plan::rust_type::RustType;
use crate::plan::{Plan, markdown};

/// Prints methods.
pub(super) struct Methods<'a, 'p> {
    pub(super) plan: &'a Plan,
    pub(super) paths: &'p mut Paths<'a>,
}

/// An argument: name and type.
type Argument = (Name, TokenStream);

/// A method that takes what is required, and, where the operation has options, the one that takes these too.
pub(super) struct Method<'a> {
    pub(super) name: &'a Name,
    pub(super) docs: &'a Docs,
    /// Documentation of the method that takes the options.
    pub(super) more: &'a Docs,
    pub(super) arguments: Vec<Argument>,
    /// What it returns.
    pub(super) output: TokenStream,
    /// Its body.
    pub(super) value: TokenStream,
    /// Its output does not say itself that it must be used.
    pub(super) must_use: bool,
}

impl Method<'_> {
    pub(super) fn print(&self, op: &Operation) -> TokenStream {
        let Self {
            name,
            output,
            value,
            ..
        } = self;
        let (names, types): (Vec<&Name>, Vec<&TokenStream>) =
            self.arguments.iter().map(|(name, ty)| (name, ty)).unzip();
        let deprecated = op.deprecated.then(|| quote!(#[deprecated]));
        let must_use = self.must_use.then(|| quote!(#[must_use]));
        let (doc, allow) = (docs::outer(self.docs), allowed(name, &names, 0));
        let Some(options) = &op.options else {
            return quote! {
                #doc
                #deprecated
                #allow
                #must_use
                pub fn #name(&self, #(#names: #types),*) -> #output {
                    #value
                }
            };
        };
        let with = name.affixed("", "_with");
        let ty = format_ident!("{}", options.ty);
        let (more, allow_with) = (docs::outer(self.more), allowed(&with, &names, 1));
        quote! {
            #doc
            #deprecated
            #allow
            #must_use
            pub fn #name(&self, #(#names: #types),*) -> #output {
                self.#with(#(#names,)* &#ty::default())
            }

            #more
            #deprecated
            #allow_with
            #must_use
            pub fn #with(&self, #(#names: #types,)* params: &#ty) -> #output {
                #value
            }
        }
    }
}

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
                "As [`Self::{}`], but asks for {} and streams its items. Where the request \
                 has a field that asks for a stream, set it too.",
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
        self.calls(op, constant, (&stream.name, &doc, &doc), &output, &end)
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
                let reader = reader(read, self.paths);
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
        self.calls(op, &op.constant, (&op.name, &docs, &more), &output, &end)
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

    /// A method that calls the operation; and the one that takes the options too, where there are some.
    fn calls(
        &mut self,
        op: &Operation,
        constant: &Name,
        (name, docs, more): (&Name, &Docs, &Docs),
        output: &TokenStream,
        end: &TokenStream,
    ) -> TokenStream {
        let call = self.paths.runtime(&["client", "Call"]);
        let method = Method {
            name,
            docs,
            more,
            arguments: self.arguments(op),
            output: quote!(#call<'_, #output>),
            value: self.expression(op, constant, &quote!(self), end),
            must_use: false,
        };
        method.print(op)
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
        let body = op.body.as_ref().map(|body| self.body(body));
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

    fn batches(&mut self, op: &Operation) -> Option<TokenStream> {
        let batches = op.batches.as_ref()?;
        let body = op.body.as_ref()?;
        let (name, call, argument) = (&batches.name, &op.name, &body.name);
        let batch = self.paths.runtime(&["client", "Batch"]);
        let in_batches = self.paths.runtime(&["client", "in_batches"]);
        let vec = self.paths.vec();
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

/// The lints that a method may break: the spec says what it is called, and what it takes.
fn allowed(name: &Name, arguments: &[&Name], more: usize) -> Option<TokenStream> {
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
