//! The emitter: prints what the earlier stages decided.
//!
//! Each file of this folder prints one generated file. Nothing here decides what an API means.

mod docs;
mod tags;
mod types;

use std::collections::BTreeSet;
use std::path::PathBuf;

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use crate::format::{self, Files};
use crate::model::{Api, Scalar, TypeId, TypeRef};
use crate::names::Names;
use crate::plan;
use crate::print;
use crate::samples::Sample;

/// What the user of the generator chooses.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Options {
    /// Cargo feature of the generated crate that turns on `schemars::JsonSchema` for every type. `None` (default): never.
    pub schema_feature: Option<String>,
    /// Path of the module that holds the generated one, for the examples in the docs: `lavka` for `lavka::digiseller`. `None`
    /// (default): the examples are shown but not compiled.
    pub crate_path: Option<String>,
    /// Cargo feature that turns on the module `dynamic`: operations and payloads by name. `None` (default): not emitted.
    pub dynamic_feature: Option<String>,
    /// Cargo feature that turns on the module `raw`: progenitor's own client. `None` (default): not written.
    pub raw_feature: Option<String>,
}

/// A generated module: one syntax tree for each of its files.
#[derive(Clone, Debug)]
pub struct Module {
    /// Name and content of the files, `mod` first.
    pub files: Vec<(&'static str, syn::File)>,
}

impl Module {
    /// The formatted files under `<module>/`.
    #[must_use]
    pub fn files(&self, module: &str) -> Files {
        let spec = spec_name(module);
        self.files
            .iter()
            .map(|(name, file)| {
                (
                    PathBuf::from(module).join(format!("{name}.rs")),
                    format::rust(file, &spec),
                )
            })
            .collect()
    }

    /// One formatted file in which the modules are nested.
    #[must_use]
    pub fn single_file(&self, module: &str) -> Vec<u8> {
        let mut whole = syn::File {
            shebang: None,
            frontmatter: None,
            attrs: Vec::new(),
            items: Vec::new(),
        };
        for (name, file) in &self.files {
            if *name == "mod" {
                whole.items.extend(file.items.iter().cloned());
            }
        }
        for item in &mut whole.items {
            if let syn::Item::Mod(m) = item
                && let Some((_, file)) = self.files.iter().find(|(name, _)| m.ident == name)
            {
                m.attrs.extend(file.attrs.iter().cloned());
                m.content = Some((syn::token::Brace::default(), file.items.clone()));
                m.semi = None;
            }
        }
        format::rust(&whole, &spec_name(module))
    }
}

fn spec_name(module: &str) -> String {
    format!("`{module}.yaml`")
}

/// Prints a module.
///
/// # Errors
/// A message where printed tokens do not parse: a fault of this crate.
pub fn emit(
    api: &Api,
    names: &Names,
    raw: Option<syn::File>,
    samples: &[Sample],
    options: &Options,
) -> Result<Module, String> {
    let cx = Context {
        api,
        names,
        options,
    };
    let file = |name, tokens| print::File { name, tokens };
    let types = vec![file("types", types::types(&cx))];
    let given = |names: &Vec<String>| {
        names
            .iter()
            .map(|name| plan::names::Name::fixed(name))
            .collect()
    };
    let given = plan::names::TypeNames {
        types: given(&names.types),
        members: names.members.iter().map(given).collect(),
    };
    let adapted = plan::adapter::adapt(api);
    let (plan, _) = plan::named(
        &adapted,
        given,
        crate::diag::Findings::new(),
        options,
        samples,
    );
    let mut files = Vec::new();
    for print::File { name, tokens } in print::module(&plan, types) {
        let text = tokens.to_string();
        let file = syn::parse2(tokens)
            .map_err(|e| format!("the emitted `{name}` does not parse: {e}\n{text}"))?;
        files.push((name, file));
    }
    files.extend(raw.map(|raw| ("raw", raw)));
    Ok(Module { files })
}

/// What every file of the emitter reads.
pub(crate) struct Context<'a> {
    pub(crate) api: &'a Api,
    pub(crate) names: &'a Names,
    pub(crate) options: &'a Options,
}

impl Context<'_> {
    fn type_ident(&self, id: TypeId) -> Ident {
        format_ident!("{}", self.names.types[id.0])
    }

    fn member_idents(&self, id: TypeId) -> Vec<Ident> {
        self.names.members[id.0]
            .iter()
            .map(|n| format_ident!("{n}"))
            .collect()
    }

    /// The Rust type of a value that is there.
    fn rust_type(&self, ty: &TypeRef, uses: &mut Uses) -> TokenStream {
        match ty {
            TypeRef::Scalar(s) => scalar_type(*s, uses),
            TypeRef::Named(id) => {
                let name = self.type_ident(*id);
                quote!(#name)
            }
            TypeRef::List(item) => {
                let item = self.rust_type(item, uses);
                quote!(Vec<#item>)
            }
            TypeRef::Map(value) => {
                uses.std("collections::BTreeMap");
                let value = self.rust_type(value, uses);
                quote!(BTreeMap<String, #value>)
            }
            TypeRef::Any => quote!(serde_json::Value),
        }
    }

    /// Derives `JsonSchema` under the feature that the options name.
    fn schema_attribute(&self) -> Option<TokenStream> {
        let feature = self.options.schema_feature.as_deref()?;
        Some(quote! {
            #[cfg_attr(
                feature = #feature,
                derive(schemars::JsonSchema),
                schemars(transform = lavka_runtime::schema::documented)
            )]
        })
    }
}

fn scalar_type(scalar: Scalar, uses: &mut Uses) -> TokenStream {
    let name = match scalar {
        Scalar::String => return quote!(String),
        Scalar::Int32 => return quote!(i32),
        Scalar::Int64 => return quote!(i64),
        Scalar::Float32 => return quote!(f32),
        Scalar::Float64 => return quote!(f64),
        Scalar::Bool => return quote!(bool),
        Scalar::Secret => "Secret",
        Scalar::DecimalNumber | Scalar::DecimalString => "Decimal",
        Scalar::Date => "Date",
        Scalar::DateTime | Scalar::RailsTimestamp => "DateTime",
        Scalar::DateOptionalTime => "DateOptionalTime",
        Scalar::Binary => "client::Upload",
    };
    uses.runtime(name);
    let name = name.rsplit("::").next().unwrap_or(name);
    let ident = format_ident!("{name}");
    quote!(#ident)
}

/// What a generated file imports.
#[derive(Clone, Debug, Default)]
struct Uses {
    runtime: BTreeSet<String>,
    std: BTreeSet<String>,
}

impl Uses {
    fn runtime(&mut self, name: &str) {
        self.runtime.insert(name.to_owned());
    }

    fn std(&mut self, path: &str) {
        self.std.insert(path.to_owned());
    }

    fn tokens(&self) -> TokenStream {
        let std = self
            .std
            .iter()
            .filter_map(|p| format!("use std::{p};").parse::<TokenStream>().ok());
        let (client, plain): (Vec<&str>, Vec<&str>) = self
            .runtime
            .iter()
            .map(String::as_str)
            .partition(|name| name.starts_with("client::"));
        let plain: Vec<Ident> = plain
            .into_iter()
            .map(|name| format_ident!("{name}"))
            .collect();
        let client: Vec<Ident> = client
            .into_iter()
            .filter_map(|name| name.strip_prefix("client::"))
            .map(|name| format_ident!("{name}"))
            .collect();
        let plain = (!plain.is_empty()).then(|| quote!(use lavka_runtime::{#(#plain),*};));
        let client =
            (!client.is_empty()).then(|| quote!(use lavka_runtime::client::{#(#client),*};));
        let runtime = quote!(#plain #client);
        quote!(#(#std)* #runtime)
    }
}
