//! What the client knows of an operation before it is called.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::Context;
use super::docs::DocText;
use super::facts::success;
use crate::model::{AuthKind, Operation, Payload, RateLimit};
use crate::plan::markdown;

/// The module `operations`.
pub(super) fn operations(cx: &Context<'_>) -> TokenStream {
    let doc = DocText::plain(format!(
        "What {} offers, as data.",
        markdown::inline(&cx.api.title)
    ))
    .inner();
    let api = api(cx);
    let all = cx
        .api
        .operations
        .iter()
        .enumerate()
        .map(|(i, op)| operation(cx, i, op));
    let xml = cx.api.speaks_xml().then(|| {
        quote! {
            #[allow(unused_imports)]
            use lavka_runtime::client::XmlRoot;
            #[allow(unused_imports)]
            use lavka_runtime::xml::{Dialect, ListTag, tag};
        }
    });
    quote! {
        #doc
        #[allow(unused_imports)]
        use lavka_runtime::client::{Api, Auth, BareForm, FailureShape, Media, Operation, RateLimit};
        #xml
        #api
        #(#all)*
    }
}

fn api(cx: &Context<'_>) -> TokenStream {
    let name = &cx.api.module;
    let server = cx.api.servers.first();
    let base_url = server.map_or("", |s| s.url.trim_end_matches('/'));
    let variables = server
        .into_iter()
        .flat_map(|s| &s.variables)
        .map(|(k, v)| quote!((#k, #v)));
    let limits = cx.api.rate_limits.iter().map(rate_limit);
    let needs_credentials = cx.api.operations.iter().any(|op| op.auth.is_some());
    let auth_codes = &cx.api.failure_codes.auth;
    let quota_codes = &cx.api.failure_codes.quota;
    let mut set = Vec::new();
    let variables: Vec<_> = variables.collect();
    if !variables.is_empty() {
        set.push(quote!(variables: &[#(#variables),*]));
    }
    if needs_credentials {
        set.push(quote!(needs_credentials: true));
    }
    if !cx.api.rate_limits.is_empty() {
        set.push(quote!(rate_limits: &[#(#limits),*]));
    }
    if !auth_codes.is_empty() {
        set.push(quote!(auth_codes: &[#(#auth_codes),*]));
    }
    if !quota_codes.is_empty() {
        set.push(quote!(quota_codes: &[#(#quota_codes),*]));
    }
    if let Some(failure) = super::replies::api_failure(cx) {
        set.push(quote!(failure: Some(#failure)));
    }
    if cx.api.speaks_xml() {
        match cx.api.dialect {
            crate::model::Dialect::Plain => {}
            crate::model::Dialect::Trimmed => set.push(quote!(dialect: Dialect::Trimmed)),
            crate::model::Dialect::Rails => set.push(quote!(dialect: Dialect::Rails)),
        }
    }
    let doc = DocText::plain("The API: where it is served, and what it limits.").outer();
    let new = quote!(Api::new(#name, #base_url));
    let value = if set.is_empty() {
        new
    } else {
        quote!(Api { #(#set,)* ..#new })
    };
    quote! {
        #doc
        pub static API: Api = #value;
    }
}

fn rate_limit(limit: &RateLimit) -> TokenStream {
    let name = &limit.name;
    let requests = number(limit.requests);
    let seconds = number(limit.seconds);
    let default = limit.default;
    let header = match &limit.usage_header {
        Some(header) => quote!(Some(#header)),
        None => quote!(None),
    };
    let busy_wait = match limit.busy_wait.map(number) {
        Some(seconds) => quote!(Some(#seconds)),
        None => quote!(None),
    };
    quote! {
        RateLimit {
            name: #name, requests: #requests, seconds: #seconds, default: #default, usage_header: #header,
            busy_wait: #busy_wait
        }
    }
}

fn number(n: u64) -> proc_macro2::Literal {
    proc_macro2::Literal::u32_unsuffixed(u32::try_from(n).unwrap_or(u32::MAX))
}

fn operation(cx: &Context<'_>, index: usize, op: &Operation) -> TokenStream {
    let name = format_ident!("{}", cx.names.constants[index]);
    let id = &op.id;
    let method = op.method.as_str();
    let path = &op.path;
    let mut set = Vec::new();
    if op.safe {
        set.push(quote!(safe: true));
    }
    if op.idempotent {
        set.push(quote!(idempotent: true));
    }
    match op.auth.and_then(|i| cx.api.auth.get(i)).map(|a| &a.kind) {
        None => {}
        Some(AuthKind::Query { .. } | AuthKind::Header { .. }) => {
            set.push(quote!(auth: Auth::Token));
        }
        Some(AuthKind::Basic) => set.push(quote!(auth: Auth::Basic)),
        Some(AuthKind::Bearer { .. }) => set.push(quote!(auth: Auth::Bearer)),
        Some(AuthKind::Body { .. }) => set.push(quote!(auth: Auth::Body)),
    }
    if let Some(limit) = op.rate_limit {
        set.push(quote!(rate_limit: Some(#limit)));
    }
    if op.request.as_ref().is_some_and(|r| !r.multipart) {
        let request = media(cx, op.request.as_ref());
        set.push(quote!(request: #request));
    }
    let response = media(cx, success(op).and_then(|r| r.body.as_ref()));
    if response.to_string() != quote!(Media::JSON).to_string() {
        set.push(quote!(response: #response));
    }
    let failures = super::replies::failures(cx, op);
    if !failures.is_empty() {
        set.push(quote!(failure: &[#(#failures),*]));
    }
    if success(op)
        .and_then(|r| r.body.as_ref())
        .and_then(|body| body.json.as_ref())
        .is_some_and(|json| json.uuid)
    {
        set.push(quote!(bare: BareForm::Uuid));
    }
    let failure_roots = failure_roots(cx, op);
    if !failure_roots.is_empty() {
        set.push(quote!(failure_roots: &[#(#failure_roots),*]));
    }
    let doc = DocText::plain(markdown::code(&format!("{method} {path}"))).outer();
    let new = quote!(Operation::new(&API, #id, #method, #path));
    let value = if set.is_empty() {
        new
    } else {
        quote!(Operation { #(#set,)* ..#new })
    };
    quote! {
        #doc
        pub static #name: Operation = #value;
    }
}

fn media(cx: &Context<'_>, payload: Option<&Payload>) -> TokenStream {
    let Some(payload) = payload else {
        return quote!(Media::NONE);
    };
    let xml = payload.xml.as_ref().map(|xml| {
        let media_type = &xml.media_type;
        let roots = super::tags::roots(cx, xml);
        let items = super::tags::items(cx, xml);
        let root = if items.is_empty() {
            quote!(XmlRoot::Element(&[#(#roots),*]))
        } else {
            quote!(XmlRoot::List(&ListTag { roots: &[#(#roots),*], items: &[#(#items),*] }))
        };
        quote!(#media_type, #root)
    });
    let json = payload
        .json
        .as_ref()
        .map(|json| match json.media_type.as_str() {
            "application/json" => quote!(Media::JSON),
            other => quote!(Media::json(#other)),
        });
    match (json, xml) {
        (Some(json), Some(xml)) => quote!(#json.or_xml(#xml)),
        (Some(json), None) => json,
        (None, Some(xml)) => quote!(Media::xml(#xml)),
        (None, None) => quote!(Media::NONE),
    }
}

/// Root elements of failures, where they are not the reply's own.
fn failure_roots(cx: &Context<'_>, op: &Operation) -> Vec<TokenStream> {
    let own = success(op)
        .and_then(|r| r.body.as_ref())
        .and_then(|b| b.xml.as_ref())
        .map(|x| &x.root);
    let mut names = Vec::new();
    for response in op.responses.iter().filter(|r| !r.status.is_success()) {
        if let Some(xml) = response.body.as_ref().and_then(|b| b.xml.as_ref())
            && !names.contains(&&xml.root)
        {
            names.push(&xml.root);
        }
    }
    if names.iter().all(|name| Some(*name) == own) {
        return Vec::new();
    }
    names
        .into_iter()
        .map(|name| super::tags::tag(cx, name, None))
        .collect()
}
