//! The typed client: one method for each operation.

use proc_macro2::TokenStream;
use quote::quote;

use super::part::{Code, Sink};
use super::rust_type::Paths;
use super::{bodies, by_tag, credentials, headers, methods, options, replies, servers};
use crate::plan::Plan;
use crate::plan::files::File;
use crate::plan::operations::Operation;
use crate::plan::servers::SERVER_URL;

/// The module `client`.
pub(super) fn client(plan: &Plan, file: &File, sink: &mut Sink<'_>) {
    let mut paths = paths(plan);
    let operations = of_file(plan, file);
    if !operations.is_empty() {
        let doc = quote! {
            /// Operations, in the order of the spec. Nothing is sent before a call is awaited.
        };
        methods(&operations, doc, &mut paths, sink);
    }
    let servers = servers::choices(&plan.client.servers, &mut paths);
    let (credentials_type, credentials) = match &plan.credentials {
        Some(known) => (
            quote!(Credentials),
            credentials::credentials(plan, known, &mut paths),
        ),
        None => (
            paths.runtime(&["client", "NoCredentials"]),
            TokenStream::new(),
        ),
    };
    paths.emit(Code::Items(quote!(#servers #credentials)), sink);
    own_types(&operations, &mut paths, sink);
    let mut last = methods::operations_trait(&plan.operations, &mut paths);
    last.extend(wrappers(&operations, &mut paths));
    paths.emit(Code::Items(last), sink);
    let declared = client_type(plan, &credentials_type, &mut paths);
    let settings = settings(plan, &mut paths);
    let types = paths.types_import(&quote!(super));
    let tags = by_tag::modules(file);
    let head = quote! {
        use super::operations;
        #types
        #tags

        #declared
        #settings
    };
    paths.head(&file.docs, &head, sink);
}

/// A module below it.
pub(super) fn of_tag(plan: &Plan, file: &File, sink: &mut Sink<'_>) {
    let mut paths = paths(plan);
    let operations = of_file(plan, file);
    let doc = paths.comments.outer(&file.docs);
    methods(&operations, quote!(#doc), &mut paths, sink);
    own_types(&operations, &mut paths, sink);
    let wrappers = wrappers(&operations, &mut paths).collect();
    paths.emit(Code::Items(wrappers), sink);
    let parent = quote!(super::super);
    let types = paths.types_import(&parent);
    let head = quote! {
        use super::Client;
        use #parent::operations;
        #types
    };
    paths.head(&file.docs, &head, sink);
}

fn paths(plan: &Plan) -> Paths<'_> {
    Paths::outside(
        &plan.names.types,
        &["Client", "Credentials", "Operations", SERVER_URL],
    )
}

fn of_file<'a>(plan: &'a Plan, file: &File) -> Vec<&'a Operation> {
    let operations = file.items.iter();
    operations.map(|index| &plan.operations[*index]).collect()
}

/// The block of methods.
fn methods(
    operations: &[&Operation],
    doc: TokenStream,
    paths: &mut Paths<'_>,
    sink: &mut Sink<'_>,
) {
    paths.emit(Code::Open(quote!(#doc impl Client)), sink);
    for op in operations {
        let methods = methods::methods(op, paths);
        paths.emit(Code::Functions(methods), sink);
    }
    paths.emit(Code::Close, sink);
}

/// The types that operations declare: options, headers, replies by status.
fn own_types(operations: &[&Operation], paths: &mut Paths<'_>, sink: &mut Sink<'_>) {
    for op in operations {
        if let Some(options) = options::options(op, paths) {
            paths.emit(Code::Items(options), sink);
        }
    }
    for op in operations {
        let headers = headers::headers(op, paths);
        paths.emit(Code::Items(headers), sink);
    }
    for op in operations {
        if let Some(reply) = replies::by_status(op, paths) {
            paths.emit(Code::Items(reply), sink);
        }
    }
}

fn wrappers(operations: &[&Operation], paths: &mut Paths<'_>) -> impl Iterator<Item = TokenStream> {
    let wrappers = operations.iter().map(|op| bodies::wrapper(op, paths));
    wrappers.flatten()
}

/// The struct, and what makes it a client of the API.
fn client_type(plan: &Plan, credentials: &TokenStream, paths: &mut Paths<'_>) -> TokenStream {
    let [api, api_client, core] =
        ["Api", "ApiClient", "Core"].map(|name| paths.runtime(&["client", name]));
    let doc = paths.comments.outer(&plan.client.docs);
    quote! {
        #doc
        #[derive(Clone, Debug)]
        pub struct Client {
            core: #core,
        }

        impl #api_client for Client {
            const API: &'static #api = &operations::API;
            type Credentials = #credentials;

            fn from_core(core: #core) -> Self {
                Self { core }
            }
        }
    }
}

fn settings(plan: &Plan, paths: &mut Paths<'_>) -> TokenStream {
    let builder = paths.runtime(&["client", "Builder"]);
    let with_format = plan.client.both_formats.then(|| {
        let api_client = paths.runtime(&["client", "ApiClient"]);
        let format = paths.runtime(&["client", "Format"]);
        quote! {
            /// The same client, with the same connections and tokens, that prefers another format where an operation has
            /// both.
            #[must_use]
            pub fn with_format(&self, format: #format) -> Self {
                <Self as #api_client>::from_core(self.core.with_format(format))
            }
        }
    });
    let usage = plan.client.usage.then(|| {
        let option = paths.option();
        let usage = paths.runtime(&["client", "Usage"]);
        quote! {
            /// Usage of the rate limit last reported by the server.
            #[must_use]
            pub fn usage(&self) -> #option<#usage> {
                self.core.usage()
            }
        }
    });
    let raw = plan.raw_feature.as_ref().map(|feature| {
        quote! {
            /// The stock progenitor client on the same connections. It has no types, retries, credentials or redaction, and
            /// its errors show URLs.
            #[cfg(feature = #feature)]
            #[must_use]
            pub fn raw(&self) -> super::raw::Client {
                self.core.raw(super::raw::Client::new_with_client)
            }
        }
    });
    quote! {
        /// Settings.
        impl Client {
            /// Starts a builder for credentials and settings.
            #[must_use]
            pub fn builder() -> #builder<Self> {
                #builder::new()
            }

            #with_format
            #usage
            #raw
        }
    }
}
