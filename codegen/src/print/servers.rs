//! Servers: the enum that a caller chooses from.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::rust_type::Paths;
use crate::plan::servers::{Choice, SERVER_URL, Template};

/// `.variables(…)`, where a server's URL has some.
pub(super) fn variables(server: &Template, paths: &mut Paths<'_>) -> Option<TokenStream> {
    if server.variables.is_empty() {
        return None;
    }
    let ty = paths.runtime(&["client", "Variable"]);
    let all = server.variables.iter().map(|variable| {
        let (name, default) = (&variable.name, &variable.default);
        let values = &variable.values;
        let one_of = (!values.is_empty()).then(|| quote!(.one_of(&[#(#values),*])));
        quote!(#ty::new(#name, #default) #one_of)
    });
    Some(quote!(.variables(&[#(#all),*])))
}

/// The enum of servers, where there are several.
pub(super) fn choices(all: &[Choice], paths: &mut Paths<'_>) -> Option<TokenStream> {
    if all.is_empty() {
        return None;
    }
    let name = format_ident!("{SERVER_URL}");
    let [base_url, server] = ["BaseUrl", "Server"].map(|name| paths.runtime(&["client", name]));
    let mut declared = Vec::new();
    let mut arms = Vec::new();
    for choice in all {
        let (variant, url) = (&choice.name, &choice.template.url);
        let doc = paths.comments.outer(&choice.docs);
        let variables = variables(&choice.template, paths);
        declared.push(quote!(#doc #variant));
        // A list of variables lives as long as the program only where the whole is constant.
        arms.push(match variables {
            Some(variables) => quote! {
                #name::#variant => {
                    const SERVER: #server = #server::new(#url) #variables;
                    SERVER
                }
            },
            None => quote!(#name::#variant => #server::new(#url)),
        });
    }
    Some(quote! {
        /// Servers of the document: where the API, or some of its operations, are served.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum #name { #(#declared,)* }

        impl ::core::convert::From<#name> for #base_url {
            fn from(server: #name) -> Self {
                let server = match server { #(#arms,)* };
                server.into()
            }
        }
    })
}
