//! The typed client: one method for each operation, over the raw client.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::call::{Parts, parts, reply};
use super::conveniences::{batched, operations_trait, streamed};
use super::docs::{DocText, citation};
use super::facts::{allowed, success};
use super::params::param_struct;
use super::{Context, Uses, credentials, example};
use crate::model::{Operation, Status};
use crate::plan::markdown;

/// The module `client`.
///
/// # Errors
/// Where the raw client lacks a method or an argument that the model has.
pub(super) fn client(cx: &Context<'_>) -> Result<TokenStream, String> {
    let mut uses = Uses::default();
    let credentials = credentials::credentials(cx, &mut uses);
    let mut methods = Vec::new();
    let mut params = Vec::new();
    for index in 0..cx.api.operations.len() {
        methods.push(method(cx, index, &mut uses)?);
        params.extend(param_struct(cx, index, &mut uses));
    }
    let operations_trait = operations_trait(cx, &mut uses)?;
    let title = markdown::inline(&cx.api.title);
    let module_doc = DocText::plain(format!("The client of {title}.")).inner();
    let doc = client_doc(cx).outer();
    let builder_doc =
        DocText::plain("Starts a client: give it credentials and settings, then `build` it.")
            .outer();
    let bodies = || {
        cx.api.operations.iter().flat_map(|op| {
            op.request
                .iter()
                .chain(success(op).and_then(|r| r.body.as_ref()))
        })
    };
    let both = bodies().any(|body| body.json.is_some() && body.xml.is_some());
    let with_format = both.then(|| {
        uses.runtime("client::Format");
        quote! {
            /// The same client, with the same connections and tokens, that prefers another format where an operation
            /// has both.
            #[must_use]
            pub fn with_format(&self, format: Format) -> Self {
                <Self as ApiClient>::from_core(self.core.with_format(format))
            }
        }
    });
    let usage = cx
        .api
        .rate_limits
        .iter()
        .any(|limit| limit.usage_header.is_some())
        .then(|| {
            uses.runtime("client::Usage");
            quote! {
                /// How much of the server's limit was used when it last told so.
                #[must_use]
                pub fn usage(&self) -> Option<Usage> {
                    self.core.usage()
                }
            }
        });
    let needs_credentials = cx.api.operations.iter().any(|op| op.auth.is_some());
    if needs_credentials {
        uses.runtime("client::Credential");
    }
    for name in [
        "Error",
        "client::Api",
        "client::ApiClient",
        "client::Builder",
        "client::Call",
        "client::Core",
        "client::Reply",
    ] {
        uses.runtime(name);
    }
    // A form makes its body itself.
    if cx.api.operations.iter().any(|op| {
        op.request
            .as_ref()
            .is_none_or(|r| r.multipart || r.ty.is_none())
    }) {
        uses.runtime("client::Body");
    }
    let uses = uses.tokens();
    let credentials_type = credentials.name;
    let credentials = credentials.tokens;
    Ok(quote! {
        #module_doc
        #uses
        use super::types::*;
        use super::{operations, raw};

        #credentials

        #doc
        #[derive(Clone, Debug)]
        pub struct Client {
            core: Core,
            raw: raw::Client,
        }

        impl ApiClient for Client {
            const API: &'static Api = &operations::API;
            type Credentials = #credentials_type;

            fn from_core(core: Core) -> Self {
                Self { raw: core.raw(raw::Client::new_with_client), core }
            }
        }

        /// Settings.
        impl Client {
            #builder_doc
            #[must_use]
            pub fn builder() -> Builder<Self> {
                Builder::new()
            }

            #with_format

            #usage

            /// The raw client, which knows neither types nor retries.
            #[must_use]
            pub fn raw(&self) -> &raw::Client {
                &self.raw
            }
        }

        /// Operations, in the order of the spec. Nothing is sent before a call is awaited.
        impl Client {
            #(#methods)*
        }

        #(#params)*

        #operations_trait
    })
}

fn client_doc(cx: &Context<'_>) -> DocText {
    let described = crate::model::Doc {
        description: cx.api.description.clone(),
        ..Default::default()
    };
    let mut doc = DocText::plain(format!(
        "Client of {}. Cheap to clone; clones share connections and tokens.",
        markdown::inline(&cx.api.title)
    ));
    doc.append_spec(&described.description);
    doc
}

fn method(cx: &Context<'_>, index: usize, uses: &mut Uses) -> Result<TokenStream, String> {
    let op = &cx.api.operations[index];
    let name = format_ident!("{}", cx.names.methods[index]);
    let constant = format_ident!("{}", cx.names.constants[index]);
    let doc = method_doc(cx, index).outer();
    let Parts {
        arguments,
        before,
        body,
        call,
    } = parts(cx, index, uses)?;
    let (output, decode) = reply(cx, op, uses);
    let allowed = allowed(&cx.names.methods[index], arguments.len());
    let stream = streamed(cx, index, uses)?;
    let batched = batched(cx, index, uses);
    Ok(quote! {
        #doc
        #allowed
        pub fn #name(&self, #(#arguments),*) -> Call<'_, #output> {
            #(#before)*
            let body = #body;
            self.core.call(&operations::#constant, body, Box::new(move |at| #call), #decode)
        }
        #stream
        #batched
    })
}

fn method_doc(cx: &Context<'_>, index: usize) -> DocText {
    let op = &cx.api.operations[index];
    let mut doc = DocText::of(&op.doc, "Not described.");
    let mut facts = vec![format!(
        "{}.",
        markdown::code(&format!("{} {}", op.method.as_str(), op.path))
    )];
    if let Some(permission) = &op.permission {
        facts.push(format!("Permission: {}.", markdown::code(permission)));
    }
    facts.push(match (op.safe, op.idempotent) {
        (true, _) => "It changes nothing, so it is retried.".to_owned(),
        (false, true) => match &op.idempotency_key {
            Some(key) => format!(
                "Retried, because {} protects from doing it twice.",
                markdown::code(key)
            ),
            None => "Retried, because doing it twice is the same as once.".to_owned(),
        },
        (false, false) => "Never sent twice.".to_owned(),
    });
    if let Some(limit) = op.rate_limit.and_then(|i| cx.api.rate_limits.get(i)) {
        let citation = citation(limit.source.as_deref(), limit.evidence)
            .map_or_else(String::new, |citation| format!(" {citation}"));
        facts.push(format!(
            "Limit: {} in {} s per {}{citation}.",
            limit.requests,
            limit.seconds,
            markdown::inline(&limit.scope)
        ));
    }
    doc.paragraph(&facts.join(" "));
    let parameters: Vec<String> = op
        .params
        .iter()
        .zip(&cx.names.params[index])
        .filter(|(p, _)| p.required)
        .map(|(p, name)| format!("- `{name}`: {}", DocText::line(&p.doc, "not described")))
        .collect();
    if !parameters.is_empty() {
        doc.paragraph(&parameters.join("\n"));
    }
    doc.paragraph(&errors(op));
    if let Some(text) = example::method(cx, index) {
        doc.paragraph("# Example");
        doc.paragraph(&text);
    }
    doc
}

fn errors(op: &Operation) -> String {
    let mut text = "# Errors\nOn `.await`; see [`Error`].".to_owned();
    let documented: Vec<String> = op
        .responses
        .iter()
        .filter(|r| !r.status.is_success())
        .filter_map(|r| {
            let status = match r.status {
                Status::Code(code) => code.to_string(),
                Status::Range(range) => format!("{range}XX"),
                Status::Default => return None,
            };
            let line = markdown::inline(&r.description);
            Some(format!("- {status}: {line}"))
        })
        .collect();
    if !documented.is_empty() {
        text.push_str(" What the server refuses with:\n");
        text.push_str(&documented.join("\n"));
    }
    text
}
