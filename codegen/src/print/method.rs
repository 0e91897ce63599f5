//! A method of the client: its declaration, and the call that it makes.

use proc_macro2::{TokenStream, TokenTree};
use quote::{format_ident, quote};

use super::rust_type::Paths;
use super::{bodies, braces, brackets, parentheses};
use crate::plan::docs::Docs;
use crate::plan::lints::broken;
use crate::plan::names::Name;
use crate::plan::operations::{Argument, Operation, Param, Travel};
use crate::plan::rust_type::RustType;

/// A method that takes what is required, and, where the operation has options, the one that takes these too.
pub(super) struct Method<'a> {
    pub(super) name: &'a Name,
    pub(super) docs: &'a Docs,
    /// The one that takes the options.
    pub(super) with: &'a Name,
    pub(super) with_docs: &'a Docs,
    pub(super) arguments: Vec<Argument<'a>>,
    /// What it returns.
    pub(super) output: TokenStream,
    /// Its body.
    pub(super) value: TokenStream,
    /// Its output does not say itself that it must be used.
    pub(super) must_use: bool,
}

impl Method<'_> {
    pub(super) fn print(self, op: &Operation, paths: &mut Paths<'_>) -> TokenStream {
        let Self {
            name,
            with,
            output,
            value,
            ..
        } = self;
        let names: Vec<&Name> = self.arguments.iter().map(|(name, _)| *name).collect();
        let mut arguments = vec![quote!(&self)];
        arguments.extend(self.arguments.iter().map(|(name, ty)| {
            let ty = paths.ty(ty);
            quote!(#name: #ty)
        }));
        let borrows = |(_, ty): &Argument<'_>| match ty {
            RustType::IntoOption(inner) => matches!(**inner, RustType::Ref(_)),
            _ => false,
        };
        let lifetime = self.arguments.iter().any(borrows);
        let lifetime = lifetime.then(|| quote!(<'a>));
        let deprecated = op.deprecated.then(|| quote!(#[deprecated]));
        let must_use = self.must_use.then(|| quote!(#[must_use]));
        let (doc, allow) = (
            paths.comments.outer(self.docs),
            allowed(name, &names, false),
        );
        let head = quote!(#doc #deprecated #allow #must_use pub fn #name #lifetime);
        let Some(options) = &op.options else {
            return function(head, arguments, output, value);
        };
        let ty = format_ident!("{}", options.ty);
        let plain = arguments.clone();
        arguments.push(quote!(params: &#ty));
        let call = quote!(self.#with(#(#names,)* &#ty::default()));
        let mut both = function(head, plain, output.clone(), call);
        let (doc, allow) = (
            paths.comments.outer(self.with_docs),
            allowed(with, &names, true),
        );
        let head = quote!(#doc #deprecated #allow #must_use pub fn #with #lifetime);
        both.extend(function(head, arguments, output, value));
        both
    }
}

fn function(
    head: TokenStream,
    arguments: Vec<TokenStream>,
    output: TokenStream,
    body: TokenStream,
) -> TokenStream {
    let (arguments, body) = (parentheses(arguments), braces([body]));
    let mut all = head;
    all.extend(quote!(#arguments ->));
    all.extend(output);
    all.extend([TokenTree::Group(body)]);
    all
}

/// The call of an operation, by the client `receiver`.
pub(super) fn expression(
    op: &Operation,
    constant: &Name,
    receiver: &TokenStream,
    end: TokenStream,
    paths: &mut Paths<'_>,
) -> TokenStream {
    let values = brackets(op.params.iter().map(|p| value(p, paths)));
    let body = op.body.as_ref().map(|body| bodies::body(body, paths));
    let mut call = quote!(#receiver.core.request(&operations::#constant, &#values));
    call.extend(body);
    call.extend(end);
    call
}

/// The value of a parameter.
fn value(p: &Param, paths: &mut Paths<'_>) -> TokenStream {
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
            let json = paths.runtime(&["client", "Json"]);
            quote!(&#json(#borrowed))
        }
        Travel::RailsTimestamp => {
            let form = paths.runtime(&["json", "InForm"]);
            let rails = paths.runtime(&["json", "Form"]);
            quote!(&#form(#borrowed, #rails::optional().rails_timestamp()))
        }
    }
}

fn allowed(name: &Name, arguments: &[&Name], options: bool) -> Option<TokenStream> {
    let lints = broken(name, arguments, options);
    let lints = lints.iter().map(|lint| format_ident!("{lint}"));
    let lints: Vec<_> = lints.collect();
    (!lints.is_empty()).then(|| quote!(#[allow(#(clippy::#lints),*)]))
}
