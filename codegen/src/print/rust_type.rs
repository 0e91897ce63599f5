//! Rust types as tokens.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashSet};

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{format_ident, quote};

use super::part::{Code, Comments, Sink};
use crate::plan::docs::Docs;
use crate::plan::names::Name;
use crate::plan::rust_type::{Runtime, RustType};
use crate::plan::schemas::SchemaType;
use crate::plan::wire::{Presence, TypeId};

/// The module of the API's types.
const TYPES: &str = "types";

/// Prints paths for one generated file: short ones where no type of the API has the name, absolute ones where one has.
/// So no name of the prelude or of the runtime is reserved. What must be imported for the short ones is collected.
#[derive(Debug)]
pub struct Paths<'a> {
    names: &'a [Name],
    taken: HashSet<&'a str>,
    /// Whether the file declares or imports the API's types. Otherwise they are written `types::Order`.
    here: bool,
    /// The API's types that were written.
    mentioned: RefCell<BTreeSet<TypeId>>,
    imports: BTreeMap<Vec<&'static str>, BTreeSet<&'static str>>,
    /// Comments of what was printed and is not in a part yet.
    pub(super) comments: Comments,
}

impl<'a> Paths<'a> {
    /// For the file that declares the types of these names.
    #[must_use]
    pub fn in_types(names: &'a [Name]) -> Self {
        Self {
            names,
            taken: names.iter().map(Name::as_str).collect(),
            here: true,
            mentioned: RefCell::default(),
            imports: BTreeMap::new(),
            comments: Comments::default(),
        }
    }

    /// For a file that has `use super::types;` and declares items of these names itself.
    #[must_use]
    pub fn outside(names: &'a [Name], declared: &[&'a str]) -> Self {
        Self {
            names,
            taken: declared.iter().copied().collect(),
            here: false,
            mentioned: RefCell::default(),
            imports: BTreeMap::new(),
            comments: Comments::default(),
        }
    }

    /// `Name`, of the prelude, where nothing here shadows it.
    fn prelude(&self, name: &'static str, module: &[&str]) -> TokenStream {
        if self.taken.contains(name) {
            let path = module.iter().chain([&name]).map(|part| word(part));
            quote!(#(::#path)*)
        } else {
            word(name)
        }
    }

    /// An item of another crate, imported where nothing here shadows it: `["lavka_runtime", "client", "Upload"]`.
    pub fn item(&mut self, path: &[&'static str]) -> TokenStream {
        let Some((name, module)) = path.split_last() else {
            return TokenStream::new();
        };
        let elsewhere = self
            .imports
            .iter()
            .any(|(other, names)| other != module && names.contains(name));
        if self.taken.contains(name) || elsewhere {
            let path = path.iter().map(|part| word(part));
            return quote!(#(::#path)*);
        }
        self.imports
            .entry(module.to_vec())
            .or_default()
            .insert(name);
        word(name)
    }

    /// An item of `lavka_runtime`.
    pub fn runtime(&mut self, path: &[&'static str]) -> TokenStream {
        let path: Vec<&'static str> = std::iter::once("lavka_runtime")
            .chain(path.iter().copied())
            .collect();
        self.item(&path)
    }

    /// `Option`, or its path.
    #[must_use]
    pub fn option(&self) -> TokenStream {
        self.prelude("Option", &["core", "option"])
    }

    /// `Result`, or its path.
    #[must_use]
    pub fn result(&self) -> TokenStream {
        self.prelude("Result", &["core", "result"])
    }

    /// `Vec`, or its path.
    #[must_use]
    pub fn vec(&self) -> TokenStream {
        self.prelude("Vec", &["std", "vec"])
    }

    /// `Some`, or its path.
    #[must_use]
    pub fn some(&self) -> TokenStream {
        self.prelude("Some", &["core", "option", "Option"])
    }

    /// `None`, or its path.
    #[must_use]
    pub fn none(&self) -> TokenStream {
        self.prelude("None", &["core", "option", "Option"])
    }

    /// `Into`, or its path.
    #[must_use]
    pub fn into_trait(&self) -> TokenStream {
        self.prelude("Into", &["core", "convert"])
    }

    /// A value as a field with this presence holds it, where nothing shadows the prelude.
    pub fn held(&mut self, presence: Presence, value: TokenStream) -> TokenStream {
        match presence {
            Presence::Required => value,
            Presence::ThreeState => {
                let maybe = self.runtime(&["Maybe"]);
                quote!(#maybe::Value(#value))
            }
            _ => quote!(Some(#value)),
        }
    }

    /// A type of the API.
    ///
    /// # Panics
    /// Never for an id of the API whose names were given.
    #[must_use]
    pub fn named(&self, id: TypeId) -> TokenStream {
        let name = &self.names[id.0];
        self.mentioned.borrow_mut().insert(id);
        if self.here {
            quote!(#name)
        } else {
            quote!(types::#name)
        }
    }

    /// A type.
    pub fn ty(&mut self, ty: &RustType) -> TokenStream {
        match ty {
            RustType::Primitive(primitive) => word(primitive.as_str()),
            RustType::String => self.prelude("String", &["std", "string"]),
            RustType::Runtime(runtime) => self.runtime_type(*runtime),
            RustType::Named(id) => self.named(*id),
            RustType::Own(name) => word(name),
            RustType::Vec(item) => {
                let vec = self.vec();
                let item = self.ty(item);
                quote!(#vec<#item>)
            }
            RustType::Option(inner) => {
                let option = self.option();
                let inner = self.ty(inner);
                quote!(#option<#inner>)
            }
            RustType::Maybe(inner) => {
                let maybe = self.runtime(&["Maybe"]);
                let inner = self.ty(inner);
                quote!(#maybe<#inner>)
            }
            RustType::Box(inner) => {
                let boxed = self.prelude("Box", &["std", "boxed"]);
                let inner = self.ty(inner);
                quote!(#boxed<#inner>)
            }
            RustType::Map(value) => {
                let map = self.item(&["std", "collections", "BTreeMap"]);
                let string = self.ty(&RustType::String);
                let value = self.ty(value);
                quote!(#map<#string, #value>)
            }
            RustType::Json => quote!(::lavka_runtime::serde_json::Value),
            RustType::Unit => quote!(()),
            RustType::Ref(inner) => match &**inner {
                RustType::String => quote!(&str),
                RustType::Vec(item) => {
                    let item = self.ty(item);
                    quote!(&[#item])
                }
                inner => {
                    let inner = self.ty(inner);
                    quote!(&#inner)
                }
            },
            RustType::Items(item) => {
                let items = self.runtime(&["client", "Items"]);
                let item = self.ty(item);
                quote!(#items<#item>)
            }
            RustType::Into(inner) => {
                let into = self.into_trait();
                let inner = self.ty(inner);
                quote!(impl #into<#inner>)
            }
            RustType::IntoOption(inner) => {
                let into = self.into_trait();
                let option = self.given(inner, Some(&quote!('a)));
                quote!(impl #into<#option>)
            }
            RustType::IntoItems(item) => {
                let iterator = self.prelude("IntoIterator", &["core", "iter"]);
                let into = self.into_trait();
                let item = self.ty(item);
                quote!(impl #iterator<Item = impl #into<#item>>)
            }
        }
    }

    /// An argument of the trait of the operations, whose methods are not generic.
    pub fn plain(&mut self, ty: &RustType) -> TokenStream {
        match ty {
            RustType::IntoOption(inner) => self.given(inner, None),
            ty => self.ty(ty),
        }
    }

    /// `Option<&'a T>`.
    fn given(&mut self, ty: &RustType, lifetime: Option<&TokenStream>) -> TokenStream {
        let option = self.option();
        let inner = match ty {
            RustType::Ref(inner) => {
                let inner = match &**inner {
                    RustType::String => word("str"),
                    inner => self.ty(inner),
                };
                quote!(&#lifetime #inner)
            }
            ty => self.ty(ty),
        };
        quote!(#option<#inner>)
    }

    /// The path of a type that has a JSON Schema, as text.
    #[must_use]
    pub fn schema_type(&self, ty: &SchemaType) -> String {
        match ty {
            SchemaType::Runtime(name) => format!("::lavka_runtime::schema::{name}"),
            SchemaType::Named(id) => {
                self.mentioned.borrow_mut().insert(*id);
                self.names[id.0].as_str().to_owned()
            }
            SchemaType::Json => "::lavka_runtime::serde_json::Value".to_owned(),
            SchemaType::Vec(item) => format!("::std::vec::Vec<{}>", self.schema_type(item)),
            SchemaType::Map(value) => format!(
                "::std::collections::BTreeMap<::std::string::String, {}>",
                self.schema_type(value)
            ),
            SchemaType::Option(inner) => {
                format!("::core::option::Option<{}>", self.schema_type(inner))
            }
            SchemaType::Maybe(inner) => {
                format!("::lavka_runtime::Maybe<{}>", self.schema_type(inner))
            }
        }
    }

    fn runtime_type(&mut self, runtime: Runtime) -> TokenStream {
        self.runtime(runtime.path())
    }

    /// The `use` declaration of the API's types, where one was written. `parent` is the module that holds both.
    #[must_use]
    pub fn types_import(&self, parent: &TokenStream) -> Option<TokenStream> {
        (!self.mentioned.borrow().is_empty()).then(|| {
            let types = format_ident!("{TYPES}");
            quote!(use #parent::#types;)
        })
    }

    /// The API's types that were written, but these, in order of their names.
    pub(super) fn mentioned_besides(&self, own: &[usize]) -> BTreeSet<&'a Name> {
        let own: HashSet<usize> = own.iter().copied().collect();
        let mentioned = self.mentioned.borrow();
        let others = mentioned.iter().filter(|id| !own.contains(&id.0));
        others.map(|id| &self.names[id.0]).collect()
    }

    /// Hands on what was printed.
    pub(super) fn emit(&mut self, code: Code, sink: &mut Sink<'_>) {
        sink(self.comments.part(code));
    }

    /// Hands on what a file begins with: what it is about, the imports of what was printed, further tokens.
    pub(super) fn head(&mut self, about: &Docs, more: &TokenStream, sink: &mut Sink<'_>) {
        let about = self.comments.inner(about);
        let imports = self.imports();
        self.emit(Code::Head(quote!(#about #imports #more)), sink);
    }

    /// The `use` declarations that what was printed needs.
    #[must_use]
    pub fn imports(&self) -> TokenStream {
        let uses = self.imports.iter().map(|(module, names)| {
            let module = module.iter().map(|part| format_ident!("{part}"));
            let names = names.iter().map(|name| format_ident!("{name}"));
            quote!(use #(#module::)*{#(#names),*};)
        });
        quote!(#(#uses)*)
    }
}

fn word(name: &str) -> TokenStream {
    TokenTree::from(Ident::new(name, Span::call_site())).into()
}
