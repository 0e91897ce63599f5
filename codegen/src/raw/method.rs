//! From a method that progenitor wrote to one that only says what its request is made of.
//!
//! progenitor's methods are `async fn`s: each is a state machine of its own, compiled in every program that calls it, and
//! nearly all of it is the same in each. Here the parts that differ are read out of the method. To be sure that nothing
//! else was in it, the method is written anew from these parts, as progenitor would write it, and compared.

use std::collections::HashMap;

use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, format_ident, quote};
use syn::punctuated::Punctuated;
use syn::visit_mut::{self, VisitMut};
use syn::{Expr, ExprMethodCall, FnArg, ImplItemFn, Lit, LitStr, Pat, Stmt, Token};

/// Makes a plain function of the method. `wire` has the parameters' wire names by their lowered names.
///
/// # Errors
/// Where the method is not of the form that is known.
pub(super) fn slim(
    method: &mut ImplItemFn,
    wire: Option<&HashMap<String, String>>,
) -> Result<(), String> {
    let parts = Parts::of(method)
        .filter(|parts| {
            parts.method().to_string() == method.block.to_token_stream().to_string()
                && parts.path().is_some()
        })
        .ok_or_else(|| {
            format!(
                "progenitor's method `{}` is not of the form that is known",
                method.sig.ident
            )
        })?;
    signature(&mut method.sig, parts.has_body)?;
    method.block = syn::parse2(parts.request(wire))
        .map_err(|e| format!("the method `{}` does not parse: {e}", method.sig.ident))?;
    Ok(())
}

/// A plain function of the same arguments, which it does not keep.
fn signature(sig: &mut syn::Signature, has_body: bool) -> Result<(), String> {
    let generics: syn::Generics = if has_body {
        syn::parse_quote!(<'a, B: Into<reqwest::Body>>)
    } else {
        syn::parse_quote!(<'a>)
    };
    let output: syn::ReturnType =
        syn::parse_quote!(-> Result<ResponseValue<ByteStream>, Error<ByteStream>,>);
    if sig.generics != generics || sig.output != output || sig.asyncness.is_none() {
        return Err(format!(
            "progenitor's method `{}` has a signature that is not known: {}",
            sig.ident,
            sig.to_token_stream()
        ));
    }
    sig.asyncness = None;
    sig.generics = syn::Generics::default();
    sig.output = syn::parse_quote!(-> RawRequest<'_>);
    for input in &mut sig.inputs {
        WithoutLifetimes.visit_fn_arg_mut(input);
        if let FnArg::Typed(argument) = input
            && argument.ty.to_token_stream().to_string() == "B"
        {
            argument.ty = syn::parse_quote!(reqwest::Body);
        }
    }
    Ok(())
}

struct WithoutLifetimes;

impl VisitMut for WithoutLifetimes {
    fn visit_receiver_mut(&mut self, receiver: &mut syn::Receiver) {
        *receiver = syn::parse_quote!(&self);
    }

    fn visit_type_reference_mut(&mut self, reference: &mut syn::TypeReference) {
        reference.lifetime = None;
        visit_mut::visit_type_reference_mut(self, reference);
    }
}

/// What progenitor's methods differ in.
struct Parts {
    /// The names of its variables, which give way to those of parameters.
    url: Ident,
    request: Ident,
    result: Ident,
    response: Ident,
    /// The URL with `{}` for the base and for each parameter.
    template: LitStr,
    /// The parameters in the path.
    segments: Vec<Ident>,
    headers: Vec<Header>,
    /// `get`, `post`…
    verb: Ident,
    query: Vec<(LitStr, Ident)>,
    has_body: bool,
    operation: LitStr,
}

struct Header {
    name: LitStr,
    parameter: Ident,
    required: bool,
}

impl Parts {
    /// Reads the parts, without a look at what stands between them.
    fn of(method: &ImplItemFn) -> Option<Self> {
        let stmts = &method.block.stmts;
        let (url, template) = local(stmts.first()?)?;
        let Expr::Macro(template) = template else {
            return None;
        };
        let mut pieces = template
            .mac
            .parse_body_with(Punctuated::<Expr, Token![,]>::parse_terminated)
            .ok()?
            .into_iter();
        let template = string(&pieces.next()?)?;
        pieces.next()?;
        let segments = pieces
            .map(|piece| match piece {
                Expr::Call(call) => receiver_of_to_string(without_reference(call.args.first()?)),
                _ => None,
            })
            .collect::<Option<_>>()?;

        let mut headers = Vec::new();
        let mut locals = Vec::new();
        for stmt in stmts.iter().skip(1) {
            match stmt {
                Stmt::Local(_) => locals.push(local(stmt)?),
                Stmt::Expr(Expr::MethodCall(call), _) => headers.extend(header(call)),
                Stmt::Expr(Expr::If(condition), _) => headers.push(optional_header(condition)?),
                _ => {}
            }
        }
        let [_, (request, chain), (_, info), (result, _), (response, _)] = locals.as_slice() else {
            return None;
        };
        let mut calls = Vec::new();
        let mut expression = match chain {
            Expr::Try(built) => &*built.expr,
            _ => return None,
        };
        while let Expr::MethodCall(call) = expression {
            calls.push(call);
            expression = &call.receiver;
        }
        calls.reverse();
        let query = calls
            .iter()
            .filter(|call| call.method == "query")
            .map(|call| query(call))
            .collect::<Option<_>>()?;
        let Expr::Struct(info) = info else {
            return None;
        };
        Some(Self {
            url,
            request: request.clone(),
            result: result.clone(),
            response: response.clone(),
            template,
            segments,
            headers,
            verb: calls.first()?.method.clone(),
            query,
            has_body: calls.iter().any(|call| call.method == "body"),
            operation: string(&info.fields.first()?.expr)?,
        })
    }

    /// The method's block as progenitor writes it.
    fn method(&self) -> TokenStream {
        let Self {
            url,
            request,
            result,
            response,
            template,
            segments,
            verb,
            operation,
            ..
        } = self;
        let capacity = self.headers.len() + 1;
        let headers = self.headers.iter().map(|header| {
            let Header {
                name, parameter, ..
            } = header;
            if header.required {
                quote!(header_map.append(#name, #parameter.to_string().try_into()?);)
            } else {
                quote!(if let Some(value) = #parameter {
                    header_map.append(#name, value.to_string().try_into()?);
                })
            }
        });
        let body = self.has_body.then(|| {
            quote! {
                .header(
                    ::reqwest::header::CONTENT_TYPE,
                    ::reqwest::header::HeaderValue::from_static("application/octet-stream"),
                )
                .body(body)
            }
        });
        let query = self.query.iter().map(
            |(name, value)| quote!(.query(&progenitor_client::QueryParam::new(#name, &#value))),
        );
        quote!({
            let #url = format!(#template, self.baseurl, #(encode_path(&#segments.to_string()),)*);
            let mut header_map = ::reqwest::header::HeaderMap::with_capacity(#capacity);
            header_map.append(
                ::reqwest::header::HeaderName::from_static("api-version"),
                ::reqwest::header::HeaderValue::from_static(Self::api_version()),
            );
            #(#headers)*
            #[allow(unused_mut)]
            let mut #request = self.client.#verb(#url) #body #(#query)* .headers(header_map).build()?;
            let info = OperationInfo { operation_id: #operation, };
            self.pre(&mut #request, &info).await?;
            let #result = self.exec(#request, &info).await;
            self.post(&#result, &info).await?;
            let #response = #result?;
            match #response.status().as_u16() {
                200..=299 => { Ok(ResponseValue::stream(#response)) }
                _ => { Err(Error::ErrorResponse(ResponseValue::stream(#response))) }
            }
        })
    }

    /// The path, with the name of each parameter in braces; `None` where it has other braces.
    fn path(&self) -> Option<String> {
        let template = self.template.value();
        let path = template.strip_prefix("{}")?;
        let places = path.matches("{}").count();
        let braces = path.matches(['{', '}']).count();
        if places != self.segments.len() || braces != 2 * places {
            return None;
        }
        let mut pieces = path.split("{}");
        let first = pieces.next()?.to_owned();
        let names = self.segments.iter().zip(pieces);
        Some(names.fold(first, |path, (name, piece)| {
            format!("{path}{{{name}}}{piece}")
        }))
    }

    /// The block that makes the same request.
    fn request(&self, wire: Option<&HashMap<String, String>>) -> TokenStream {
        let wire = |name: &LitStr| {
            let wire = wire.and_then(|names| names.get(&name.value()));
            wire.map_or_else(|| name.clone(), |wire| LitStr::new(wire, name.span()))
        };
        let verb = format_ident!("{}", self.verb.to_string().to_uppercase());
        let path = self.path();
        let segments = &self.segments;
        let query = self.query.iter().map(|(name, value)| {
            let name = wire(name);
            quote!((#name, &#value))
        });
        let headers = self.headers.iter().map(|header| {
            let (name, value) = (wire(&header.name), &header.parameter);
            quote!((#name, &#value))
        });
        let body = if self.has_body {
            quote!(Some(body))
        } else {
            quote!(None)
        };
        quote!({
            RawRequest::new(RawParts {
                client: &self.client,
                hooks: &self.inner,
                base_url: &self.baseurl,
                method: reqwest::Method::#verb,
                path: #path,
                segments: &[#(&#segments),*],
                query: &[#(#query),*],
                headers: &[#(#headers),*],
                body: #body,
            })
        })
    }
}

/// `let name = value;`
fn local(stmt: &Stmt) -> Option<(Ident, Expr)> {
    let Stmt::Local(local) = stmt else {
        return None;
    };
    let Pat::Ident(name) = &local.pat else {
        return None;
    };
    Some((name.ident.clone(), (*local.init.as_ref()?.expr).clone()))
}

/// `header_map.append("name", parameter.to_string().try_into()?)`
fn header(call: &ExprMethodCall) -> Option<Header> {
    let Expr::Try(value) = call.args.get(1)? else {
        return None;
    };
    let Expr::MethodCall(value) = &*value.expr else {
        return None;
    };
    Some(Header {
        name: string(call.args.first()?)?,
        parameter: receiver_of_to_string(&value.receiver)?,
        required: true,
    })
}

/// `if let Some(value) = parameter { header_map.append(…); }`
fn optional_header(condition: &syn::ExprIf) -> Option<Header> {
    let Expr::Let(pattern) = &*condition.cond else {
        return None;
    };
    let Stmt::Expr(Expr::MethodCall(call), _) = condition.then_branch.stmts.first()? else {
        return None;
    };
    Some(Header {
        parameter: ident(&pattern.expr)?,
        required: false,
        ..header(call)?
    })
}

/// `.query(&QueryParam::new("name", &parameter))`
fn query(call: &ExprMethodCall) -> Option<(LitStr, Ident)> {
    let Expr::Call(new) = without_reference(call.args.first()?) else {
        return None;
    };
    let name = string(new.args.first()?)?;
    Some((name, ident(without_reference(new.args.get(1)?))?))
}

fn receiver_of_to_string(expression: &Expr) -> Option<Ident> {
    match expression {
        Expr::MethodCall(call) => ident(&call.receiver),
        _ => None,
    }
}

fn without_reference(expression: &Expr) -> &Expr {
    match expression {
        Expr::Reference(reference) => &reference.expr,
        other => other,
    }
}

fn ident(expression: &Expr) -> Option<Ident> {
    match expression {
        Expr::Path(path) => path.path.get_ident().cloned(),
        _ => None,
    }
}

fn string(expression: &Expr) -> Option<LitStr> {
    match expression {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Str(text) => Some(text.clone()),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
#[allow(clippy::expect_used)]
mod tests {
    use super::*;

    /// A method as progenitor writes it.
    fn written() -> ImplItemFn {
        let parts = Parts {
            url: format_ident!("_url"),
            request: format_ident!("request"),
            result: format_ident!("result"),
            response: format_ident!("response"),
            template: syn::parse_quote!("{}/books/{}"),
            segments: vec![format_ident!("url")],
            headers: vec![
                Header {
                    name: syn::parse_quote!("x_shop"),
                    parameter: format_ident!("x_shop"),
                    required: false,
                },
                Header {
                    name: syn::parse_quote!("Accept"),
                    parameter: format_ident!("accept"),
                    required: true,
                },
            ],
            verb: format_ident!("put"),
            query: vec![(syn::parse_quote!("tags"), format_ident!("tags"))],
            has_body: true,
            operation: syn::parse_quote!("put_book"),
        };
        let block = parts.method();
        syn::parse_quote! {
            pub async fn put_book<'a, B: Into<reqwest::Body>>(
                &'a self,
                url: i64,
                tags: Option<&'a Vec<String>>,
                x_shop: Option<&'a str>,
                accept: &'a str,
                body: B,
            ) -> Result<ResponseValue<ByteStream>, Error<ByteStream>,> #block
        }
    }

    #[test]
    fn what_differs_is_kept_under_its_wire_name() {
        let mut method = written();
        let wire = HashMap::from([("x_shop".to_owned(), "X-Shop".to_owned())]);
        slim(&mut method, Some(&wire)).expect("a known form");
        let expected: ImplItemFn = syn::parse_quote! {
            pub fn put_book(
                &self,
                url: i64,
                tags: Option<&Vec<String>>,
                x_shop: Option<&str>,
                accept: &str,
                body: reqwest::Body,
            ) -> RawRequest<'_> {
                RawRequest::new(RawParts {
                    client: &self.client,
                    hooks: &self.inner,
                    base_url: &self.baseurl,
                    method: reqwest::Method::PUT,
                    path: "/books/{url}",
                    segments: &[&url],
                    query: &[("tags", &tags)],
                    headers: &[("X-Shop", &x_shop), ("Accept", &accept)],
                    body: Some(body),
                })
            }
        };
        assert_eq!(
            method.to_token_stream().to_string(),
            expected.to_token_stream().to_string()
        );
    }

    #[test]
    fn nothing_is_dropped_silently() {
        // Each change makes a method that says something that the parts do not hold.
        let source = written().to_token_stream().to_string();
        let changes = [
            ("\"api-version\"", "\"x-version\""),
            (
                ". headers (header_map)",
                ". headers (header_map) . timeout (t)",
            ),
            ("200 ..= 299 =>", "200 ..= 204 =>"),
            ("self . client . put", "self . other . put"),
            ("let info", "self . seen () ; let info"),
            ("encode_path (& url", "encode_path (& url . trim ()"),
            (". try_into () ?", ". trim () . try_into () ?"),
            ("ResponseValue :: stream", "ResponseValue :: empty"),
            (
                "_ => {",
                "404 => { Ok (ResponseValue :: stream (response)) } _ => {",
            ),
            ("async fn", "fn"),
            (", B : Into < reqwest :: Body >", ""),
            ("/books/{}", "/books/{}/{url}"),
        ];
        for (from, to) in changes {
            let changed = source.replace(from, to);
            assert_ne!(changed, source, "{from}: {source}");
            let mut method: ImplItemFn = syn::parse_str(&changed).expect("a method");
            assert!(slim(&mut method, None).is_err(), "{from} -> {to}");
        }
    }
}
