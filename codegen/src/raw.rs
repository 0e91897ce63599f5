//! The raw client: one method per operation, written by progenitor from the lowered document. Its methods are made slim:
//! plain functions that only say what their requests are made of.

mod method;

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use openapiv3::{OpenAPI, ReferenceOr};
use progenitor_impl::{GenerationSettings, Generator, HooksMode, InterfaceStyle};
use quote::quote;

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
    let mut methods = Vec::new();
    for item in &mut file.items {
        if let syn::Item::Impl(block) = item
            && block.trait_.is_none()
        {
            block
                .items
                .retain(|i| !is_constructor_of_its_own_transport(i));
            for item in &mut block.items {
                if let syn::ImplItem::Fn(method) = item
                    && method.sig.ident != CONSTRUCTOR
                {
                    method::slim(method, renamed.get(&method.sig.ident.to_string()))?;
                    methods.push(RawMethod {
                        name: method.sig.ident.to_string(),
                        arguments: method.sig.inputs.iter().filter_map(argument).collect(),
                    });
                }
            }
        }
    }
    file.items.splice(0..0, imports());
    Ok(Raw { file, methods })
}

/// The constructor that is kept.
const CONSTRUCTOR: &str = "new_with_client";

/// `types` holds an error that no lowered operation raises, `prelude` repeats the client, the assertion of the hooks and
/// the private imports are for bodies of methods that are replaced.
fn is_needed(item: &syn::Item) -> bool {
    !matches!(item, syn::Item::Mod(m) if m.ident == "types" || m.ident == "prelude")
        && !matches!(item, syn::Item::Const(c) if c.ident == "_")
        && !matches!(item, syn::Item::Use(u) if u.vis == syn::Visibility::Inherited)
}

/// What the slim methods need.
fn imports() -> [syn::Item; 2] {
    [
        syn::parse_quote!(
            pub use lavka_runtime::client::RawRequest;
        ),
        syn::parse_quote!(
            use lavka_runtime::client::RawParts;
        ),
    ]
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

fn argument(input: &syn::FnArg) -> Option<String> {
    match input {
        syn::FnArg::Typed(typed) => match &*typed.pat {
            syn::Pat::Ident(p) => Some(p.ident.to_string()),
            _ => None,
        },
        _ => None,
    }
}
