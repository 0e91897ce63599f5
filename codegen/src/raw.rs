//! The raw client: one method per operation, written by progenitor from the lowered document.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use openapiv3::{OpenAPI, ReferenceOr};
use progenitor_impl::{GenerationSettings, Generator, HooksMode, InterfaceStyle};
use quote::quote;
use syn::visit_mut::{self, VisitMut};

use crate::lower::WIRE_NAME;

/// The raw client as Rust source, and what its methods take.
#[derive(Clone, Debug)]
pub struct Raw {
    /// Source of the module `raw`.
    pub file: syn::File,
    /// The operations' methods.
    pub methods: Vec<RawMethod>,
}

/// A method of the raw client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawMethod {
    /// Its name.
    pub name: String,
    /// Names of its arguments, in order, `self` left out.
    pub arguments: Vec<String>,
}

impl Raw {
    /// The method with this name.
    #[must_use]
    pub fn method(&self, name: &str) -> Option<&RawMethod> {
        self.methods.iter().find(|m| m.name == name)
    }
}

/// Lets progenitor write the raw client of a lowered document.
///
/// # Errors
/// progenitor's own message. Where progenitor panics, that is an error too: it names the document's title.
pub fn raw(lowered: &OpenAPI) -> Result<Raw, String> {
    let tokens = catch_unwind(AssertUnwindSafe(|| {
        let mut settings = GenerationSettings::new();
        settings
            .with_interface(InterfaceStyle::Positional)
            .with_hooks(HooksMode::Expected)
            .with_inner_type(quote!(lavka_runtime::client::Hooks));
        Generator::new(&settings).generate_tokens(lowered)
    }))
    .map_err(|_| {
        format!(
            "progenitor panicked on the lowered document of `{}`",
            lowered.info.title
        )
    })?
    .map_err(|e| {
        format!(
            "progenitor refused the lowered document of `{}`: {e}",
            lowered.info.title
        )
    })?;
    let mut file: syn::File =
        syn::parse2(tokens).map_err(|e| format!("progenitor's output does not parse: {e}"))?;
    file.items.retain(is_needed);
    let renamed = renamed(lowered);
    for item in &mut file.items {
        if let syn::Item::Impl(block) = item
            && block.trait_.is_none()
        {
            block
                .items
                .retain(|i| !is_constructor_of_its_own_transport(i));
            for item in &mut block.items {
                if let syn::ImplItem::Fn(method) = item
                    && let Some(names) = renamed.get(&method.sig.ident.to_string())
                {
                    WireNames(names).visit_block_mut(&mut method.block);
                }
            }
        }
    }
    let methods = methods(&file);
    Ok(Raw { file, methods })
}

/// `types` holds an error that no lowered operation raises, `prelude` repeats the client, and the assertion of the
/// hooks is made by the typed client's implementation of them.
fn is_needed(item: &syn::Item) -> bool {
    !matches!(item, syn::Item::Mod(m) if m.ident == "types" || m.ident == "prelude")
        && !matches!(item, syn::Item::Const(c) if c.ident == "_")
}

/// `Client::new` builds a transport without our redirect rule and unwraps it.
fn is_constructor_of_its_own_transport(item: &syn::ImplItem) -> bool {
    matches!(item, syn::ImplItem::Fn(f) if f.sig.ident == "new")
}

/// For each method: its parameters' wire names by their lowered names, where they differ.
fn renamed(lowered: &OpenAPI) -> HashMap<String, HashMap<String, String>> {
    let mut all: HashMap<String, HashMap<String, String>> = HashMap::new();
    for (_, _, operation) in lowered.operations() {
        let Some(id) = &operation.operation_id else {
            continue;
        };
        for parameter in &operation.parameters {
            let ReferenceOr::Item(parameter) = parameter else {
                continue;
            };
            let data = parameter.parameter_data_ref();
            if let Some(wire) = data
                .extensions
                .get(WIRE_NAME)
                .and_then(|wire| wire.as_str())
            {
                all.entry(id.clone())
                    .or_default()
                    .insert(data.name.clone(), wire.to_owned());
            }
        }
    }
    all
}

/// Puts the wire names of parameters in the place of their lowered names.
struct WireNames<'a>(&'a HashMap<String, String>);

impl VisitMut for WireNames<'_> {
    fn visit_lit_str_mut(&mut self, literal: &mut syn::LitStr) {
        if let Some(wire) = self.0.get(&literal.value()) {
            *literal = syn::LitStr::new(wire, literal.span());
        }
        visit_mut::visit_lit_str_mut(self, literal);
    }
}

fn methods(file: &syn::File) -> Vec<RawMethod> {
    file.items
        .iter()
        .filter_map(|item| match item {
            syn::Item::Impl(block) if block.trait_.is_none() => Some(&block.items),
            _ => None,
        })
        .flatten()
        .filter_map(|item| match item {
            syn::ImplItem::Fn(f) if f.sig.asyncness.is_some() => Some(RawMethod {
                name: f.sig.ident.to_string(),
                arguments: f.sig.inputs.iter().filter_map(argument).collect(),
            }),
            _ => None,
        })
        .collect()
}

fn argument(input: &syn::FnArg) -> Option<String> {
    match input {
        syn::FnArg::Typed(typed) => match &*typed.pat {
            syn::Pat::Ident(p) => Some(p.ident.to_string()),
            _ => None,
        },
        _ => None,
    }
}
