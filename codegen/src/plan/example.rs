//! Examples in the docs of operations: programs that compile, made of documented samples.

use lavka_model::model::{
    Api, Codec, Content, Enum, Field, Operation as Fact, Param as ParamFact, Presence, Scalar,
    Struct, TypeId, TypeKind, TypeRef,
};
use lavka_model::source::Node;
use proc_macro2::{Literal, TokenStream, TokenTree};
use quote::{format_ident, quote};
use serde_json::Value;

use super::docs::Docs;
use super::names::TypeNames;
use super::operations::{self, BodyPlace, Operation};
use super::xml_sample;
use crate::options::Options;
use crate::samples::{Sample, Side};

/// How many optional fields an example sets: enough to show how, few enough to read.
const OPTIONAL_FIELDS: usize = 3;

struct Context<'a> {
    api: &'a Api,
    names: &'a TypeNames,
}

/// The example of a method; `None` where the document has no sample of what it needs.
pub(super) fn method(
    api: &Api,
    names: &TypeNames,
    fact: &Fact,
    op: &Operation,
    samples: &[Sample],
    options: &Options,
) -> Option<Docs> {
    let cx = Context { api, names };
    let mut arguments = Vec::new();
    for p in fact.params.iter().filter(|p| p.required) {
        arguments.push(cx.parameter(p)?);
    }
    let mut statements = TokenStream::new();
    match op.body.as_ref().map(|body| body.place) {
        None | Some(BodyPlace::Options) => {}
        Some(_) => {
            let value = cx.body(fact, samples)?;
            statements = quote!(let request = #value;);
            arguments.push(quote!(&request));
        }
    }
    let method = &op.name;
    let call = match cx.options(fact, op) {
        Some(options) => {
            let method = &op.options.as_ref()?.method;
            quote!(client.#method(#(#arguments,)* #options))
        }
        None => quote!(client.#method(#(#arguments),*)),
    };
    let body = quote! {
        async fn example(client: Client) -> Result<(), Box<dyn std::error::Error>> {
            #statements
            let reply = #call.await?;
            Ok(())
        }
    };
    let uploads = body.clone().into_iter().any(|token| has(&token, "Upload"));
    let file: syn::File = syn::parse2(body).ok()?;
    let code = prettyplease::unparse(&file);
    let mut lines: Vec<&str> = code.lines().collect();
    // The frame is there for the compiler; readers see what is inside.
    let (first, last) = (lines.remove(0), ["    Ok(())", "}"]);
    lines.truncate(lines.len().checked_sub(last.len())?);
    let mut docs = Docs::own("# Example");
    docs.lines.push(String::new());
    match &options.crate_path {
        Some(path) => {
            docs.lines.push("```no_run".to_owned());
            if uploads {
                docs.lines.push(format!("use {path}::Upload;"));
            }
            docs.lines.push(format!("use {path}::{}::*;", api.module));
        }
        None => docs.lines.push("```ignore".to_owned()),
    }
    docs.lines.push(format!("# {first}"));
    let shown = lines.iter().map(|l| l.strip_prefix("    ").unwrap_or(l));
    docs.lines.extend(shown.map(str::to_owned));
    let end = ["# let _ = reply;", "# Ok(())", "# }", "```"];
    docs.lines.extend(end.map(str::to_owned));
    Some(docs)
}

/// Whether a program names this.
fn has(token: &TokenTree, name: &str) -> bool {
    match token {
        TokenTree::Group(group) => group.stream().into_iter().any(|token| has(&token, name)),
        TokenTree::Ident(ident) => ident == name,
        _ => false,
    }
}

impl Context<'_> {
    /// The options with the first parameter that has an example.
    fn options(&self, fact: &Fact, op: &Operation) -> Option<TokenStream> {
        let options = op.options.as_ref()?;
        let ty = format_ident!("{}", options.ty);
        fact.params
            .iter()
            .zip(&op.params)
            .filter(|(p, _)| !p.required)
            .find_map(|(p, planned)| {
                let value = self.given(&p.ty, p.example.as_ref()?, 1)?;
                let set = planned.name.setter();
                Some(quote!(&#ty::default().#set(#value)))
            })
    }

    /// The body.
    fn body(&self, fact: &Fact, samples: &[Sample]) -> Option<TokenStream> {
        let content = Content::sent(&fact.request.as_ref()?.contents)?;
        match content.codec {
            Codec::Multipart(_) => self.form(&content.ty),
            Codec::Bytes | Codec::EventStream => Some(quote!(Upload::path("file"))),
            _ => {
                let (ty, value) = self.sample(fact, &content.ty, samples)?;
                self.build(&ty, &value, 0)
            }
        }
    }

    /// The type that the caller gives, and the sample's value of it.
    fn sample(&self, fact: &Fact, ty: &TypeRef, samples: &[Sample]) -> Option<(TypeRef, Value)> {
        let sample = samples
            .iter()
            .filter(|s| s.operation == fact.id && s.side == Side::Request && s.is_usable())
            .min_by_key(|s| (s.extension != "json", s.rank()));
        let documented = || {
            let contents = fact.request.iter().flat_map(|request| &request.contents);
            let mut examples = contents.flat_map(|content| &content.examples);
            examples.next().map(Node::to_json)
        };
        let value: Value = match sample {
            Some(sample) if sample.extension == "json" => {
                serde_json::from_slice(&sample.bytes).ok()?
            }
            Some(sample) => xml_sample::value(self.api, ty, &sample.bytes)?,
            None => documented()?,
        };
        if let Some((_, s)) = self.api.object(ty)
            && let Some(inner) = s.request_envelope
        {
            let field = s.field(inner);
            let value = value.get(&field.wire).cloned()?;
            return Some((field.ty.clone(), value));
        }
        Some((ty.clone(), value))
    }

    /// A form whose required parts are set.
    fn form(&self, ty: &TypeRef) -> Option<TokenStream> {
        let (id, s) = self.api.object(ty)?;
        let ty = self.names.ty(id);
        let upload = quote!(Upload::path("cover.png"));
        let value = |f: &Field| match &f.ty {
            TypeRef::Scalar(Scalar::Binary) => Some(upload.clone()),
            TypeRef::List(item) if **item == TypeRef::Scalar(Scalar::Binary) => {
                Some(quote!(Vec::from([#upload])))
            }
            other => self.given(other, f.example.as_ref()?, 1),
        };
        let required: Option<Vec<_>> = s
            .fields
            .iter()
            .filter(|f| is_required(f))
            .map(value)
            .collect();
        let required = required?;
        if !required.is_empty() {
            return Some(quote!(#ty::new(#(#required),*)));
        }
        let (f, name) = s
            .fields
            .iter()
            .zip(self.names.members(id))
            .find(|(f, _)| f.ty == TypeRef::Scalar(Scalar::Binary))?;
        let value = value(f)?;
        let set = name.setter();
        Some(quote!(#ty::default().#set(#value)))
    }

    /// A required parameter as an argument of the method, from its `example`.
    fn parameter(&self, p: &ParamFact) -> Option<TokenStream> {
        let example = p.example.as_ref()?;
        let value = self.build(&p.ty, example, 1)?;
        Some(match &p.ty {
            TypeRef::Scalar(Scalar::String) => literal(example)?,
            TypeRef::Named(id) if operations::is_integer_enum(self.api, *id) => value,
            TypeRef::Scalar(Scalar::Secret) => quote!(&#value),
            TypeRef::Scalar(_) => value,
            _ => quote!(&#value),
        })
    }

    /// An expression of a type that equals `value`, as far as an example needs it: of the optional fields of the outermost
    /// struct only the first few are set. `None` where the sample does not fit the type.
    fn build(&self, ty: &TypeRef, value: &Value, depth: usize) -> Option<TokenStream> {
        match ty {
            TypeRef::Scalar(scalar) => scalar_expression(*scalar, value),
            TypeRef::Named(id) => self.named(*id, value, depth),
            TypeRef::List(item) => {
                let items = value.as_array()?.iter();
                let items: Option<Vec<_>> = items.map(|v| self.build(item, v, depth + 1)).collect();
                let items = items?;
                Some(quote!(Vec::from([#(#items),*])))
            }
            TypeRef::Map(item) => {
                let entries = value.as_object()?.iter();
                let entries: Option<Vec<_>> = entries
                    .map(|(k, v)| {
                        let v = self.build(item, v, depth + 1)?;
                        Some(quote!((#k.to_owned(), #v)))
                    })
                    .collect();
                let entries = entries?;
                Some(quote!([#(#entries),*].into()))
            }
            TypeRef::Nullable(inner) => match value {
                Value::Null => Some(quote!(None)),
                value => {
                    let inner = self.build(inner, value, depth)?;
                    Some(quote!(Some(#inner)))
                }
            },
            TypeRef::Boxed(inner) => {
                let inner = self.build(inner, value, depth)?;
                Some(quote!(Box::new(#inner)))
            }
            TypeRef::Any { .. } => {
                let tokens: TokenStream = value.to_string().parse().ok()?;
                Some(quote!(serde_json::json!(#tokens)))
            }
        }
    }

    fn named(&self, id: TypeId, value: &Value, depth: usize) -> Option<TokenStream> {
        let ty = self.names.ty(id);
        match &self.api.ty(id).kind {
            TypeKind::Struct(s) => self.structure(id, s, value, depth),
            TypeKind::Enum(e) => self.enum_value(id, e, value),
            TypeKind::Union(u) => {
                let mut variants = u.variants.iter().zip(self.names.members(id));
                variants.find_map(|(v, name)| {
                    let inner = self.build(&v.ty, value, depth + 1)?;
                    Some(quote!(#ty::#name(#inner)))
                })
            }
        }
    }

    fn enum_value(&self, id: TypeId, e: &Enum, value: &Value) -> Option<TokenStream> {
        let ty = self.names.ty(id);
        let index = e.values.iter().position(|v| &v.wire == value)?;
        let variant = self.names.members(id).get(index)?;
        Some(quote!(#ty::#variant))
    }

    fn structure(
        &self,
        id: TypeId,
        s: &Struct,
        value: &Value,
        depth: usize,
    ) -> Option<TokenStream> {
        let object = value.as_object()?;
        let ty = self.names.ty(id);
        let mut required = Vec::new();
        let mut set = Vec::new();
        for (f, name) in s.fields.iter().zip(self.names.members(id)) {
            if f.read_only {
                continue;
            }
            let found = object.get(&f.wire);
            if is_required(f) {
                if f.constant.is_none() {
                    required.push(self.argument(f, found?, depth)?);
                }
                continue;
            }
            let full = depth == 0 && set.len() >= OPTIONAL_FIELDS;
            if let Some(value) = found.filter(|value| !full && !value.is_null())
                && let Some(value) = self.argument(f, value, depth)
            {
                let with = name.setter();
                set.push(quote!(.#with(#value)));
            }
        }
        let base = match s.fields.iter().any(is_required) {
            true => quote!(#ty::new(#(#required),*)),
            false => quote!(#ty::default()),
        };
        Some(quote!(#base #(#set)*))
    }

    /// An argument of `new` or of a setter.
    fn argument(&self, f: &Field, value: &Value, depth: usize) -> Option<TokenStream> {
        match (f.presence, &f.ty, value) {
            (Presence::RequiredNullable, _, Value::Null) => Some(quote!(None)),
            (Presence::RequiredNullable, ..) => {
                let inner = self.build(&f.ty, value, depth + 1)?;
                Some(match f.boxed {
                    true => quote!(Some(Box::new(#inner))),
                    false => quote!(Some(#inner)),
                })
            }
            _ => self.given(&f.ty, value, depth + 1),
        }
    }

    /// A value where `impl Into` of its type is taken: strings go in as literals.
    fn given(&self, ty: &TypeRef, value: &Value, depth: usize) -> Option<TokenStream> {
        match (ty, value) {
            (TypeRef::Scalar(Scalar::String | Scalar::Secret), Value::String(text)) => {
                Some(quote!(#text))
            }
            _ => self.build(ty, value, depth),
        }
    }
}

fn is_required(f: &Field) -> bool {
    !f.presence.is_optional()
}

/// A scalar as Rust writes it.
pub(super) fn literal(value: &Value) -> Option<TokenStream> {
    Some(match value {
        Value::String(text) => quote!(#text),
        Value::Bool(flag) => quote!(#flag),
        Value::Number(number) => match (number.as_i64(), number.as_u64()) {
            (Some(n), _) => {
                let literal = Literal::i64_unsuffixed(n);
                quote!(#literal)
            }
            (None, Some(n)) => {
                let literal = Literal::u64_unsuffixed(n);
                quote!(#literal)
            }
            (None, None) => {
                let literal = Literal::f64_unsuffixed(number.as_f64()?);
                quote!(#literal)
            }
        },
        _ => return None,
    })
}

fn scalar_expression(scalar: Scalar, value: &Value) -> Option<TokenStream> {
    Some(match scalar {
        Scalar::String | Scalar::Secret => {
            let text = value.as_str()?;
            quote!(#text.into())
        }
        Scalar::Int32 => {
            i32::try_from(value.as_i64()?).ok()?;
            literal(value)?
        }
        Scalar::Int64 => {
            value.as_i64()?;
            literal(value)?
        }
        Scalar::UInt32 => {
            u32::try_from(value.as_u64()?).ok()?;
            literal(value)?
        }
        Scalar::UInt64 => {
            value.as_u64()?;
            literal(value)?
        }
        Scalar::Float32 | Scalar::Float64 => {
            let literal = Literal::f64_unsuffixed(value.as_f64()?);
            quote!(#literal)
        }
        Scalar::Bool => {
            value.as_bool()?;
            literal(value)?
        }
        Scalar::DecimalNumber | Scalar::DecimalString => match value.as_i64() {
            Some(whole) => {
                let whole = Literal::i64_unsuffixed(whole);
                quote!(#whole.into())
            }
            None => {
                let text = match value {
                    Value::String(text) => text.clone(),
                    Value::Number(number) => number.to_string(),
                    _ => return None,
                };
                quote!(#text.parse()?)
            }
        },
        Scalar::Date | Scalar::DateTime | Scalar::DateOptionalTime => {
            let text = value.as_str()?;
            quote!(#text.parse()?)
        }
        Scalar::RailsTimestamp
        | Scalar::Binary
        | Scalar::Base64
        | Scalar::Base64Url
        | Scalar::Null => return None,
    })
}
