//! Methods that give the items of all pages of a list.

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};

use super::methods::{Method, Methods};
use super::replies::reader;
use crate::plan::docs::Docs;
use crate::plan::names::Name;
use crate::plan::operations::{Counted, Operation, Pages, PagesKind, Param, Step, StepPresence};
use crate::plan::rust_type::{Primitive, Runtime, RustType};

/// The constructor of a walk, its arguments before the closure, and the end of the closure.
struct Turn {
    constructor: TokenStream,
    start: TokenStream,
    body: TokenStream,
}

impl Methods<'_, '_> {
    /// The method, and the one that takes the options too.
    pub(super) fn pages(&mut self, op: &Operation) -> Option<TokenStream> {
        let pages = op.pages.as_ref()?;
        let asked = pages.kind.asked().map(|index| &op.params[index]);
        // A required parameter that the walk sets is not an argument.
        let set = asked.filter(|p| p.required).map(|p| p.name.clone());
        let mut arguments = self.arguments(op);
        arguments.retain(|(name, _)| set.as_ref() != Some(name));
        let names: Vec<&Name> = arguments.iter().map(|(name, _)| name).collect();
        let item = self.paths.ty(&pages.item);
        let mark = match &pages.kind {
            PagesKind::Page(_) | PagesKind::Offset(_) => quote!(u64),
            PagesKind::Cursor { ty, .. } => self.paths.ty(&ty.clone().option()),
            PagesKind::Link(_) => self.paths.ty(&RustType::String.option()),
        };
        let stream = self.paths.runtime(&["client", "Pages"]);
        let output = quote!(#stream<#mark, #item>);
        let walk = self.walk(op, pages, &names);
        let name = &pages.name;
        let mut doc = Docs::own(format!(
            "As [`Self::{}`], for the items of all pages: a stream that requests a page when the previous one is consumed.",
            op.name
        ));
        if let Some(size) = pages.kind.size() {
            doc.paragraph(&format!(
                "It asks for {} items at once, or for as many as `{}` says.",
                size.largest, op.params[size.param].name
            ));
        }
        doc.paragraph(
            "# Errors\nFrom the stream; see [`Error`](::lavka_runtime::Error). A server that sends a page twice, or names a page twice \
             as the next one, is an error: the list would have no end.",
        );
        let start = asked.filter(|p| !p.required);
        let start = start.map_or_else(String::new, |p| {
            format!(" `{}` says where to begin.", p.name)
        });
        let more = Docs::own(format!(
            "As [`Self::{name}`], with what is optional.{start}\n\n# Errors\nAs [`Self::{name}`]."
        ));
        let method = Method {
            name,
            docs: &doc,
            more: &more,
            arguments,
            output,
            value: walk,
            must_use: true,
        };
        Some(method.print(op))
    }

    /// The stream. `names` are the arguments that it borrows, which its calls outlive.
    fn walk(&mut self, op: &Operation, pages: &Pages, names: &[&Name]) -> TokenStream {
        // What is copied is captured as it is.
        let required = op.params.iter().filter(|p| p.required);
        let mut references: Vec<(&Name, &RustType)> =
            required.map(|p| (&p.name, &p.argument)).collect();
        let body = op.body.as_ref().filter(|body| body.required);
        references.extend(body.map(|body| (&body.name, &body.argument)));
        references.retain(|(name, ty)| matches!(ty, RustType::Ref(_)) && names.contains(name));
        let mut given: Vec<TokenStream> =
            references.iter().map(|(name, _)| quote!(#name)).collect();
        given.extend(op.options.as_ref().map(|_| quote!(params)));
        let stream = self.paths.runtime(&["client", "Pages"]);
        let constant = &op.constant;
        let owned = quote!(#(let #given = #given.to_owned();)*);
        let clones = quote!(#(let #given = #given.clone();)*);
        let set = self.set_page(op, &pages.kind);
        let asked = pages.kind.asked().map(|index| &op.params[index]);
        let (size, set_size) = self.page_size(op, &pages.kind);
        let changes_options = set_size.is_some() || asked.is_some_and(|p| !p.required);
        let mutable = changes_options.then(|| quote!(let mut params = params;));
        // The names as the method of the operation has them: references to what is owned here.
        let mut borrowed = Vec::new();
        for (name, ty) in references {
            let ty = self.paths.ty(ty);
            borrowed.push(quote!(let #name: #ty = &#name;));
        }
        // A required cursor or number that is a text is a text of the walk.
        if let Some(Param {
            required: true,
            argument: RustType::Ref(_),
            name,
            ..
        }) = asked
        {
            borrowed.push(quote!(let #name = &*#name;));
        }
        borrowed.extend(op.options.as_ref().map(|_| quote!(let params = &params;)));
        let Turn {
            constructor,
            start,
            body,
        } = self.turn(op, pages);
        quote! {
            let client = self.clone();
            #owned
            #size
            #stream::#constructor(&operations::#constant, #start move |page| {
                let client = client.clone();
                #clones
                async move {
                    #mutable
                    #set
                    #set_size
                    #(#borrowed)*
                    #body
                }
            })
        }
    }

    /// Puts the page that is asked for into its parameter.
    fn set_page(&mut self, op: &Operation, kind: &PagesKind) -> TokenStream {
        match kind {
            PagesKind::Page(Counted { param, ty, .. })
            | PagesKind::Offset(Counted { param, ty, .. }) => {
                let value = self.number(ty, &quote!(page));
                self.set(op, *param, &value)
            }
            PagesKind::Cursor { param, .. } => match op.params[*param].required {
                true => self.set(op, *param, &quote!(page.unwrap_or_default())),
                false => {
                    let name = &op.params[*param].name;
                    quote!(params.#name = page;)
                }
            },
            PagesKind::Link(_) => TokenStream::new(),
        }
    }

    /// What reads the size of a page from the options, and what sends it.
    fn page_size(
        &mut self,
        op: &Operation,
        kind: &PagesKind,
    ) -> (Option<TokenStream>, Option<TokenStream>) {
        let size = kind.size();
        let set_size = size.map(|size| {
            let value = self.number(&size.ty, &quote!(size));
            self.set(op, size.param, &value)
        });
        let read = size.map(|size| {
            let largest = Literal::u64_unsuffixed(size.largest);
            let name = &op.params[size.param].name;
            let given = match &size.ty {
                RustType::Primitive(Primitive::U64) => quote!(params.#name),
                RustType::Primitive(Primitive::U32) => quote!(params.#name.map(u64::from)),
                _ => quote!(params.#name.and_then(|size| u64::try_from(size).ok())),
            };
            quote!(let size = #given.unwrap_or(#largest).clamp(1, #largest);)
        });
        (read, set_size)
    }

    /// How one page is asked for, and the next one found.
    fn turn(&mut self, op: &Operation, pages: &Pages) -> Turn {
        let items = self.take(&pages.items);
        let read = reader(&op.reply.read, self.paths);
        let ask = self.expression(op, &op.constant, &quote!(client), &quote!(.call(#read)));
        match &pages.kind {
            PagesKind::Page(counted) | PagesKind::Offset(counted) => {
                let constructor = match (&pages.kind, &counted.size) {
                    (PagesKind::Page(_), None) => quote!(by_page),
                    (PagesKind::Page(_), Some(_)) => quote!(by_full_page),
                    (_, None) => quote!(by_offset),
                    (_, Some(_)) => quote!(by_full_offset),
                };
                let start = self.start(op, counted);
                let size = counted.size.as_ref().map(|_| quote!(, size));
                let body = match &counted.size {
                    // What was left out of a page may be items of it.
                    Some(_) => quote! {
                        let response = #ask.response().await?;
                        let left_out = response.lenient().len();
                        let reply = response.into_value();
                        Ok((#items, left_out))
                    },
                    None => quote! {
                        let reply = #ask.await?;
                        Ok(#items)
                    },
                };
                Turn {
                    constructor,
                    start: quote!(#start #size,),
                    body,
                }
            }
            PagesKind::Cursor {
                param,
                next,
                to_text,
                ..
            } => {
                let param = &op.params[*param];
                let name = &param.name;
                let start = match param.required {
                    true => self.paths.none(),
                    false if param.ty.is_copy() => quote!(params.#name),
                    false => quote!(params.#name.clone()),
                };
                let next = self.look(next);
                let text = to_text.then(|| quote!(.map(|next| next.to_string())));
                Turn {
                    constructor: quote!(by_cursor),
                    start: quote!(#start,),
                    body: quote! {
                        let reply = #ask.await?;
                        let next = #next #text;
                        Ok((#items, next))
                    },
                }
            }
            PagesKind::Link(next) => Turn {
                constructor: quote!(by_link),
                start: TokenStream::new(),
                body: self.linked(op, next.as_deref(), &read, &items),
            },
        }
    }

    /// Asks for the page that a link names, the first one without; the next link is in the body or a header.
    fn linked(
        &mut self,
        op: &Operation,
        next: Option<&[Step]>,
        read: &TokenStream,
        items: &TokenStream,
    ) -> TokenStream {
        let ask = self.followed(op, read);
        match next {
            Some(next) => {
                let next = self.look(next);
                quote! {
                    let reply = #ask.await?;
                    let next = #next;
                    Ok((#items, next))
                }
            }
            None => quote! {
                let response = #ask.response().await?;
                let next = response.link("next").map(str::to_owned);
                let reply = response.into_value();
                Ok((#items, next))
            },
        }
    }

    fn followed(&mut self, op: &Operation, read: &TokenStream) -> TokenStream {
        let end = quote!(.follow(page.as_deref()).call(#read));
        self.expression(op, &op.constant, &quote!(client), &end)
    }

    fn set(&mut self, op: &Operation, param: usize, value: &TokenStream) -> TokenStream {
        let param = &op.params[param];
        let name = &param.name;
        match param.required {
            true => quote!(let #name = #value;),
            false => {
                let some = self.paths.some();
                quote!(params.#name = #some(#value);)
            }
        }
    }

    /// The number of a page as the parameter's type. One that is too large stays the largest: then a page comes twice.
    fn number(&mut self, ty: &RustType, page: &TokenStream) -> TokenStream {
        match ty {
            RustType::Primitive(Primitive::U64) => page.clone(),
            RustType::Primitive(primitive) => {
                let ty = format_ident!("{}", primitive.as_str());
                quote!(#ty::try_from(#page).unwrap_or(#ty::MAX))
            }
            RustType::Runtime(Runtime::Decimal) => {
                let decimal = self.paths.runtime(&["Decimal"]);
                quote!(#decimal::from(#page))
            }
            _ => quote!(#page.to_string()),
        }
    }

    /// Where a walk begins: what the caller says, or the first page.
    fn start(&mut self, op: &Operation, counted: &Counted) -> TokenStream {
        let param = &op.params[counted.param];
        let first = Literal::u64_unsuffixed(counted.first);
        let name = &param.name;
        match &counted.ty {
            _ if param.required => quote!(#first),
            RustType::Primitive(Primitive::U64) => quote!(params.#name.unwrap_or(#first)),
            RustType::Primitive(Primitive::U32) => quote!(params.#name.map_or(#first, u64::from)),
            RustType::Primitive(_) => {
                quote!(params.#name.and_then(|page| u64::try_from(page).ok()).unwrap_or(#first))
            }
            RustType::String => {
                quote!(params.#name.as_deref().and_then(|page| page.parse().ok()).unwrap_or(#first))
            }
            _ => {
                quote!(params.#name.and_then(|page| page.to_string().parse().ok()).unwrap_or(#first))
            }
        }
    }

    /// Takes the list out of the reply.
    fn take(&mut self, steps: &[Step]) -> TokenStream {
        let mut value = quote!(reply);
        let mut optional = false;
        for step in steps {
            let name = &step.name;
            value = match (step.presence, optional) {
                (StepPresence::Maybe, false) => quote!(#value.#name.into_option()),
                (_, false) => quote!(#value.#name),
                (StepPresence::Plain, true) => quote!(#value.map(|value| value.#name)),
                (StepPresence::Option, true) => quote!(#value.and_then(|value| value.#name)),
                (StepPresence::Maybe, true) => {
                    quote!(#value.and_then(|value| value.#name.into_option()))
                }
            };
            optional |= step.presence != StepPresence::Plain;
        }
        match optional {
            true => quote!(#value.unwrap_or_default()),
            false => value,
        }
    }

    /// What names the next page, out of the reply.
    fn look(&mut self, steps: &[Step]) -> TokenStream {
        let mut value = quote!(reply);
        let mut optional = false;
        for step in steps {
            let name = &step.name;
            value = match (step.presence, optional) {
                (StepPresence::Maybe, false) => quote!(#value.#name.value()),
                (StepPresence::Option, false) => quote!(#value.#name.as_ref()),
                (StepPresence::Plain, false) => quote!(#value.#name),
                (StepPresence::Plain, true) => quote!(#value.map(|value| &value.#name)),
                (StepPresence::Option, true) => {
                    quote!(#value.and_then(|value| value.#name.as_ref()))
                }
                (StepPresence::Maybe, true) => {
                    quote!(#value.and_then(|value| value.#name.value()))
                }
            };
            optional |= step.presence != StepPresence::Plain;
        }
        let some = self.paths.some();
        match optional {
            true => quote!(#value.cloned()),
            false => quote!(#some(#value.clone())),
        }
    }
}
