//! The typed client: one method for each operation.

use proc_macro2::TokenStream;
use quote::quote;

use super::docs;
use super::part::Part;
use super::rust_type::Paths;
use super::{bodies, credentials, headers, methods, options, replies, servers};
use crate::plan::Plan;
use crate::plan::operations::Operation;
use crate::plan::servers::SERVER_URL;

/// The module `client`.
#[must_use]
pub fn client(plan: &Plan) -> Vec<Part> {
    let mut paths = Paths::outside(
        &plan.names.types,
        &["Client", "Credentials", "Operations", SERVER_URL],
    );
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
    let settings = settings(plan, &mut paths);
    let operations = &plan.operations;
    let methods: Vec<TokenStream> = operations
        .iter()
        .map(|op| methods::methods(op, &mut paths))
        .collect();
    let wrappers: Vec<TokenStream> = operations
        .iter()
        .filter_map(|op| bodies::wrapper(op, &mut paths))
        .collect();
    let operations_trait = methods::operations_trait(operations, &mut paths);
    let own_types = own_types(operations, &mut paths);
    let servers = servers::choices(&plan.client.servers, &mut paths);
    let declared = client_type(plan, &credentials_type, &mut paths);
    let types = paths.types_import();
    let imports = paths.imports();
    let module = docs::inner(&plan.files.client);
    let head = quote! {
        #module
        #imports
        use super::operations;
        #types

        #declared
        #settings
    };
    let methods = Part::Block {
        head: quote! {
            /// Operations, in the order of the spec. Nothing is sent before a call is awaited.
            impl Client
        },
        body: methods,
    };
    let mut file = vec![Part::Items(head), methods];
    file.push(Part::Items(quote!(#servers #credentials)));
    file.extend(own_types.into_iter().map(Part::Items));
    file.push(Part::Items(quote!(#operations_trait #(#wrappers)*)));
    file
}

/// The types that operations declare: options, headers, replies by status.
fn own_types(operations: &[Operation], paths: &mut Paths<'_>) -> Vec<TokenStream> {
    let mut all = Vec::new();
    all.extend(
        operations
            .iter()
            .filter_map(|op| options::options(op, paths)),
    );
    all.extend(operations.iter().flat_map(|op| headers::headers(op, paths)));
    all.extend(
        operations
            .iter()
            .filter_map(|op| replies::by_status(op, paths)),
    );
    all
}

/// The struct, and what makes it a client of the API.
fn client_type(plan: &Plan, credentials: &TokenStream, paths: &mut Paths<'_>) -> TokenStream {
    let [api, api_client, core] =
        ["Api", "ApiClient", "Core"].map(|name| paths.runtime(&["client", name]));
    let doc = docs::outer(&plan.client.docs);
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
