//! Methods that give the items of all pages of a list.

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};

use super::method::{Method, expression};
use super::replies::reader;
use super::rust_type::Paths;
use crate::plan::names::Name;
use crate::plan::operations::{
    Count, Counted, Operation, Pages, PagesKind, Param, Step, StepPresence,
};
use crate::plan::rust_type::{Primitive, RustType};

/// The constructor of a walk, its arguments before the closure, and the end of the closure.
struct Turn {
    constructor: TokenStream,
    start: TokenStream,
    body: TokenStream,
}

/// The method, and the one that takes the options too.
pub(super) fn pages(op: &Operation, paths: &mut Paths<'_>) -> Option<TokenStream> {
    let pages = op.pages.as_ref()?;
    let asked = pages.kind.asked().map(|index| &op.params[index]);
    // A required parameter that the walk sets is not an argument.
    let set = asked.filter(|p| p.required).map(|p| &p.name);
    let mut arguments = op.arguments();
    arguments.retain(|(name, _)| set != Some(*name));
    let names: Vec<&Name> = arguments.iter().map(|(name, _)| *name).collect();
    let item = paths.ty(&pages.item);
    let mark = paths.ty(&pages.kind.mark());
    let stream = paths.runtime(&["client", "Pages"]);
    let output = quote!(#stream<#mark, #item>);
    let walk = walk(op, pages, &names, paths);
    let method = Method {
        name: &pages.name,
        docs: &pages.docs,
        with: &pages.with,
        with_docs: &pages.with_docs,
        arguments,
        output,
        value: walk,
        must_use: true,
    };
    Some(method.print(op, paths))
}

/// The stream. `names` are the arguments that it borrows, which its calls outlive.
fn walk(op: &Operation, pages: &Pages, names: &[&Name], paths: &mut Paths<'_>) -> TokenStream {
    // What is copied is captured as it is.
    let mut references = op.arguments();
    references.retain(|(name, ty)| matches!(ty, RustType::Ref(_)) && names.contains(name));
    let mut given: Vec<TokenStream> = references.iter().map(|(name, _)| quote!(#name)).collect();
    given.extend(op.options.as_ref().map(|_| quote!(params)));
    let body = optional_body(op);
    let owned_body = body
        .as_ref()
        .map(|(name, owned, _)| quote!(let #name = #name.into()#owned;));
    let stream = paths.runtime(&["client", "Pages"]);
    let constant = &op.constant;
    let owned = quote!(#(let #given = #given.to_owned();)*);
    let kept = given
        .iter()
        .cloned()
        .chain(body.iter().map(|(name, ..)| quote!(#name)));
    let clones: TokenStream = kept
        .map(|given| quote!(let #given = #given.clone();))
        .collect();
    let set = set_page(op, &pages.kind, paths);
    let asked = pages.kind.asked().map(|index| &op.params[index]);
    let (size, set_size) = page_size(op, &pages.kind, paths);
    let changes_options = set_size.is_some() || asked.is_some_and(|p| !p.required);
    let mutable = changes_options.then(|| quote!(let mut params = params;));
    // The names as the method of the operation has them: references to what is owned here.
    let mut borrowed = Vec::new();
    for (name, ty) in references {
        let ty = paths.ty(ty);
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
    borrowed.extend(
        body.iter()
            .map(|(name, _, lent)| quote!(let #name = #name #lent;)),
    );
    borrowed.extend(op.options.as_ref().map(|_| quote!(let params = &params;)));
    let Turn {
        constructor,
        start,
        body,
    } = turn(op, pages, paths);
    quote! {
        let client = self.clone();
        #owned
        #owned_body
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

/// A body that may be `None`: its name, what makes an owned one of it, and what lends that to a call.
fn optional_body(op: &Operation) -> Option<(&Name, TokenStream, TokenStream)> {
    let body = op.body.as_ref()?;
    let RustType::IntoOption(given) = &body.argument else {
        return None;
    };
    Some(match &**given {
        RustType::Ref(inner) if **inner == RustType::String => {
            (&body.name, quote!(.map(str::to_owned)), quote!(.as_deref()))
        }
        RustType::Ref(_) => (&body.name, quote!(.cloned()), quote!(.as_ref())),
        _ => (&body.name, TokenStream::new(), TokenStream::new()),
    })
}

/// Puts the page that is asked for into its parameter.
fn set_page(op: &Operation, kind: &PagesKind, paths: &mut Paths<'_>) -> TokenStream {
    match kind {
        PagesKind::Page(counted) | PagesKind::Offset(counted) => {
            let value = number(counted.count, &quote!(page), paths);
            set(op, counted.param, &value, paths)
        }
        PagesKind::Cursor { param, .. } => match op.params[*param].required {
            true => set(op, *param, &quote!(page.unwrap_or_default()), paths),
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
    op: &Operation,
    kind: &PagesKind,
    paths: &mut Paths<'_>,
) -> (Option<TokenStream>, Option<TokenStream>) {
    let size = kind.size();
    let set_size = size.map(|size| {
        let value = number(Count::Integer(size.ty), &quote!(size), paths);
        set(op, size.param, &value, paths)
    });
    let read = size.map(|size| {
        let largest = Literal::u64_unsuffixed(size.largest);
        let name = &op.params[size.param].name;
        let given = match size.ty {
            Primitive::U64 => quote!(params.#name),
            Primitive::U32 => quote!(params.#name.map(u64::from)),
            _ => quote!(params.#name.and_then(|size| u64::try_from(size).ok())),
        };
        quote!(let size = #given.unwrap_or(#largest).clamp(1, #largest);)
    });
    (read, set_size)
}

/// How one page is asked for, and the next one found.
fn turn(op: &Operation, pages: &Pages, paths: &mut Paths<'_>) -> Turn {
    let items = take(&pages.items);
    let read = reader(&op.reply.read, paths);
    let ask = expression(
        op,
        &op.constant,
        &quote!(client),
        quote!(.call(#read)),
        paths,
    );
    match &pages.kind {
        PagesKind::Page(counted) | PagesKind::Offset(counted) => {
            let constructor = match (&pages.kind, &counted.size) {
                (PagesKind::Page(_), None) => quote!(by_page),
                (PagesKind::Page(_), Some(_)) => quote!(by_full_page),
                (_, None) => quote!(by_offset),
                (_, Some(_)) => quote!(by_full_offset),
            };
            let start = self::start(op, counted);
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
                true => paths.none(),
                false if param.ty.is_copy() => quote!(params.#name),
                false => quote!(params.#name.clone()),
            };
            let ask = with_next(op, &ask, next);
            let next = look(next, paths);
            let text = to_text.then(|| quote!(.map(|next| next.to_string())));
            Turn {
                constructor: quote!(by_cursor),
                start: quote!(#start,),
                body: quote! {
                    let reply = #ask;
                    let next = #next #text;
                    Ok((#items, next))
                },
            }
        }
        PagesKind::Link(next) => Turn {
            constructor: quote!(by_link),
            start: TokenStream::new(),
            body: linked(op, next.as_deref(), &read, &items, paths),
        },
    }
}

/// Asks for the page that a link names, the first one without; the next link is in the body or a header.
fn linked(
    op: &Operation,
    next: Option<&[Step]>,
    read: &TokenStream,
    items: &TokenStream,
    paths: &mut Paths<'_>,
) -> TokenStream {
    let ask = followed(op, read, paths);
    match next {
        Some(next) => {
            let ask = with_next(op, &ask, next);
            let next = look(next, paths);
            quote! {
                let reply = #ask;
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

/// The reply of a page, with what names the next one: a list does not end because that is not as documented.
fn with_next(op: &Operation, ask: &TokenStream, next: &[Step]) -> TokenStream {
    let constant = &op.constant;
    let wire: Vec<&str> = next.iter().map(|step| step.wire.as_str()).collect();
    let wire = wire.join(".");
    quote!(#ask.response().await?.with_next(&operations::#constant, #wire)?)
}

fn followed(op: &Operation, read: &TokenStream, paths: &mut Paths<'_>) -> TokenStream {
    let end = quote!(.follow(page.as_deref()).call(#read));
    expression(op, &op.constant, &quote!(client), end, paths)
}

fn set(op: &Operation, param: usize, value: &TokenStream, paths: &mut Paths<'_>) -> TokenStream {
    let param = &op.params[param];
    let name = &param.name;
    match param.required {
        true => quote!(let #name = #value;),
        false => {
            let some = paths.some();
            quote!(params.#name = #some(#value);)
        }
    }
}

/// The number of a page as the parameter's type. One that is too large stays the largest: then a page comes twice.
fn number(count: Count, page: &TokenStream, paths: &mut Paths<'_>) -> TokenStream {
    match count {
        Count::Integer(Primitive::U64) => page.clone(),
        Count::Integer(primitive) => {
            let ty = format_ident!("{}", primitive.as_str());
            quote!(#ty::try_from(#page).unwrap_or(#ty::MAX))
        }
        Count::Decimal => {
            let decimal = paths.runtime(&["Decimal"]);
            quote!(#decimal::from(#page))
        }
        Count::Text => quote!(#page.to_string()),
    }
}

/// Where a walk begins: what the caller says, or the first page.
fn start(op: &Operation, counted: &Counted) -> TokenStream {
    let param = &op.params[counted.param];
    let first = Literal::u64_unsuffixed(counted.first);
    let name = &param.name;
    match counted.count {
        _ if param.required => quote!(#first),
        Count::Integer(Primitive::U64) => quote!(params.#name.unwrap_or(#first)),
        Count::Integer(Primitive::U32) => quote!(params.#name.map_or(#first, u64::from)),
        Count::Integer(_) => {
            quote!(params.#name.and_then(|page| u64::try_from(page).ok()).unwrap_or(#first))
        }
        Count::Text => {
            quote!(params.#name.as_deref().and_then(|page| page.parse().ok()).unwrap_or(#first))
        }
        Count::Decimal => {
            quote!(params.#name.and_then(|page| page.to_string().parse().ok()).unwrap_or(#first))
        }
    }
}

/// Takes the list out of the reply.
fn take(steps: &[Step]) -> TokenStream {
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
fn look(steps: &[Step], paths: &mut Paths<'_>) -> TokenStream {
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
    let some = paths.some();
    match optional {
        true => quote!(#value.cloned()),
        false => quote!(#some(#value.clone())),
    }
}
