//! The module `dynamic`: operations and payloads by name.

mod calls;
mod payloads;

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};

use super::option;
use super::part::Sink;
use super::rust_type::Paths;
use crate::plan::Plan;
use crate::plan::dynamic::{Dynamic, Entry, Param, Shape};
use crate::plan::operations::Operation;

struct Printer<'a> {
    plan: &'a Plan,
    paths: Paths<'a>,
}

/// The module; nothing where it is not wanted.
pub fn dynamic(plan: &Plan, sink: &mut Sink<'_>) {
    let Some(dynamic) = &plan.dynamic else {
        return;
    };
    let mut p = Printer {
        plan,
        paths: Paths::outside(&plan.names.types, &["Api", "Client"]),
    };
    let module = p.module(dynamic);
    p.paths.head(&plan.files.dynamic, &module, sink);
}

impl Printer<'_> {
    fn item(&mut self, name: &'static str) -> TokenStream {
        self.paths.runtime(&["dynamic", name])
    }

    fn module(&mut self, dynamic: &Dynamic) -> TokenStream {
        let name = &self.plan.module;
        let known: Vec<(&Operation, &Entry)> =
            self.plan.operations.iter().zip(&dynamic.entries).collect();
        let entries: Vec<TokenStream> = known.iter().map(|(op, e)| self.entry(op, e)).collect();
        let entry = self.item("Entry");
        let api = self.api(dynamic, &known);
        let client = self.client(&known);
        let schemas = self.schemas(dynamic);
        let types = self.paths.types_import(&quote!(super));
        quote! {
            use lavka_runtime::dynamic;
            use super::operations;
            #types

            /// The API.
            pub struct Api;

            static OPERATIONS: &[#entry] = &[#(#entries),*];

            #schemas

            impl dynamic::Api for Api {
                fn name(&self) -> &'static str {
                    #name
                }

                fn operations(&self) -> &'static [#entry] {
                    OPERATIONS
                }

                #api
            }

            #client
        }
    }

    /// The methods that give the sets of credentials, read payloads and make a client.
    fn api(&mut self, dynamic: &Dynamic, known: &[(&Operation, &Entry)]) -> TokenStream {
        let payloads = known
            .iter()
            .flat_map(|(op, entry)| entry.payloads.iter().map(move |payload| (*op, payload)));
        let payloads: Vec<TokenStream> = payloads
            .map(|(op, payload)| self.payload(op, payload))
            .collect();
        let (sets, credentials) = self.credentials(dynamic);
        let [side, payload, settings, error] =
            ["Side", "Payload", "Settings", "DynamicError"].map(|name| self.item(name));
        let format = self.paths.runtime(&["client", "Format"]);
        let none = quote!(Err(dynamic::no_such_payload(self, operation, side)));
        let (unused, read) = match payloads.is_empty() {
            // Arguments that no operation needs.
            true => (Some(unused()), quote!(let _ = (from, bytes); #none)),
            false => (
                None,
                quote!(match (operation, side) { #(#payloads)* _ => #none, }),
            ),
        };
        quote! {
            fn credentials(&self) -> &'static [&'static [&'static str]] {
                &[#(#sets),*]
            }

            #unused
            fn payload(
                &self,
                operation: &str,
                side: #side,
                from: #format,
                bytes: &[u8],
            ) -> Result<#payload, #error> {
                #read
            }

            fn client(&self, settings: &#settings<'_>) -> Result<Box<dyn dynamic::Client>, ::lavka_runtime::Error> {
                let builder = settings.apply(super::Client::builder());
                #credentials
                Ok(Box::new(builder.build()?))
            }
        }
    }

    fn client(&mut self, known: &[(&Operation, &Entry)]) -> TokenStream {
        let name = &self.plan.module;
        let calls: Vec<TokenStream> = known.iter().map(|(op, e)| self.call(op, e)).collect();
        let [input, output, error] =
            ["Input", "Output", "DynamicError"].map(|name| self.item(name));
        let future = self.paths.runtime(&["client", "BoxFuture"]);
        let no_input = known
            .iter()
            .all(|(op, _)| op.params.is_empty() && op.body.is_none());
        let (unused, ignored) = match no_input {
            true => (Some(unused()), Some(quote!(let _ = input;))),
            false => (None, None),
        };
        quote! {
            impl dynamic::Client for super::Client {
                #unused
                fn call<'a>(&'a self, operation: &'a str, input: &'a #input) -> #future<'a, Result<#output, #error>> {
                    #ignored
                    match operation {
                        #(#calls)*
                        _ => Box::pin(async move { Err(dynamic::unknown(#name, operation)) }),
                    }
                }
            }
        }
    }

    /// A function that gives the JSON Schema of every type that has a JSON form.
    fn schemas(&mut self, dynamic: &Dynamic) -> Option<TokenStream> {
        let feature = self.plan.schema_feature.as_ref()?;
        let entries: Vec<TokenStream> = dynamic
            .schemas
            .iter()
            .map(|(name, id)| {
                let ty = self.paths.named(*id);
                quote!((#name, ::lavka_runtime::schema::schemars::schema_for!(#ty)))
            })
            .collect();
        Some(quote! {
            /// JSON Schemas of the types that have a JSON form, by their names in the spec and in its order.
            #[cfg(feature = #feature)]
            #[must_use]
            pub fn schemas() -> Vec<(&'static str, ::lavka_runtime::schema::schemars::Schema)> {
                vec![#(#entries),*]
            }
        })
    }

    fn credentials(&mut self, dynamic: &Dynamic) -> (Vec<TokenStream>, TokenStream) {
        let module = &self.plan.module;
        let mut sets = Vec::new();
        let mut tries = Vec::new();
        for set in &dynamic.credentials {
            let names = set.names.iter().map(|(name, _)| name);
            sets.push(quote!(&[#(#names),*]));
            let idents: Vec<_> = (0..set.names.len())
                .map(|i| format_ident!("value_{i}"))
                .collect();
            let reads = set
                .names
                .iter()
                .zip(&idents)
                .map(|((name, integer), ident)| {
                    let read = match integer {
                        true => quote!(settings.integer(#module, #name)?),
                        false => quote!((settings.credentials)(#name)),
                    };
                    quote!(let Some(#ident) = #read)
                });
            let constructors = set.constructors.iter();
            tries.push(match dynamic.combine {
                true => {
                    let all = constructors.map(|constructor| {
                        quote!(super::Credentials::#constructor(#(#idents.clone()),*))
                    });
                    quote! {
                        if #(#reads)&&* { given.extend([#(#all),*]); }
                    }
                }
                false => {
                    quote! {
                        if #(#reads)&&* { builder.credentials(#(super::Credentials::#constructors)*(#(#idents),*)) }
                    }
                }
            });
        }
        let builder = match (tries.is_empty(), dynamic.combine) {
            (true, _) => TokenStream::new(),
            (false, false) => {
                quote!(let builder = #(#tries else)* { builder.without_credentials() };)
            }
            (false, true) => quote! {
                let mut given = Vec::new();
                #(#tries)*
                let builder = match given.into_iter().reduce(super::Credentials::and) {
                    Some(all) => builder.credentials(all),
                    None => builder.without_credentials(),
                };
            },
        };
        (sets, builder)
    }

    fn entry(&mut self, op: &Operation, known: &Entry) -> TokenStream {
        let (entry, shape) = (self.item("Entry"), self.item("BodyShape"));
        let constant = &op.constant;
        let summary = &known.summary;
        let params: Vec<TokenStream> = known.params.iter().map(|p| self.param(p)).collect();
        let body = match &known.body {
            Shape::None => quote!(#shape::None),
            Shape::Value | Shape::Bytes => quote!(#shape::Value),
            Shape::Wrapped(wire) => quote!(#shape::Wrapped(#wire)),
            Shape::Form => quote!(#shape::Form),
        };
        let statuses = op
            .reply
            .statuses
            .iter()
            .copied()
            .map(Literal::u16_unsuffixed);
        let content = option(op.reply.content.as_ref());
        let documented = known.documented;
        quote! {
            #entry {
                operation: &operations::#constant,
                summary: #summary,
                params: &[#(#params),*],
                body: #body,
                statuses: &[#(#statuses),*],
                content: #content,
                documented: #documented,
            }
        }
    }

    fn param(&mut self, known: &Param) -> TokenStream {
        let param = self.item("Param");
        let (wire, summary) = (&known.wire, &known.summary);
        let made = match known.required {
            true => quote!(#param::required(#wire, #summary)),
            false => quote!(#param::optional(#wire, #summary)),
        };
        let file = known.file.then(|| quote!(.file()));
        let undocumented = (!known.documented).then(|| quote!(.undocumented()));
        let example = known
            .example
            .as_ref()
            .map(|example| quote!(.example(#example)));
        quote!(#made #file #undocumented #example)
    }
}

fn unused() -> TokenStream {
    quote!(#[allow(unused_variables)])
}
