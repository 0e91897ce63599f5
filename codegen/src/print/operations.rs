//! What the client knows of each operation before it is called.

use proc_macro2::{Literal, TokenStream};
use quote::{format_ident, quote};

use super::part::{Code, Sink};
use super::rust_type::Paths;
use super::{bodies, brackets, by_tag, number, option, style_name, tag_arguments, update};
use crate::plan::Plan;
use crate::plan::credentials::{Place as SchemePlace, Scheme};
use crate::plan::failures::FailureShape;
use crate::plan::files::File;
use crate::plan::media::Documents;
use crate::plan::operations::{Asked, BodyCodec, Operation, Param, Stream};
use crate::plan::replies::{Bare, Media};
use crate::plan::tags::{Root, Tag};
use crate::plan::wire::{Dialect, ParamFormat, ParameterIn};

/// The media type that the runtime assumes of a reply.
const JSON: &str = "application/json";

/// The module `operations`.
pub(super) fn operations(plan: &Plan, file: &File, sink: &mut Sink<'_>) {
    let mut p = items(plan, file, sink);
    let mut head = by_tag::modules(file);
    head.extend(p.api());
    head.extend(plan.schemes.iter().map(|scheme| p.scheme(scheme)));
    p.paths.head(&file.docs, &head, sink);
}

/// A module below it.
pub(super) fn of_tag(plan: &Plan, file: &File, sink: &mut Sink<'_>) {
    let mut p = items(plan, file, sink);
    let own = file.items.iter().map(|index| &plan.operations[*index]);
    let used: Vec<_> = own.flat_map(|op| op.security.iter().flatten()).collect();
    let schemes = plan.schemes.iter();
    let schemes = schemes.filter(|scheme| used.contains(&&scheme.id));
    let schemes = schemes.map(|scheme| &scheme.constant);
    p.paths
        .head(&file.docs, &quote!(use super::{API #(, #schemes)*};), sink);
}

fn items<'a>(plan: &'a Plan, file: &File, sink: &mut Sink<'_>) -> Printer<'a> {
    let mut p = Printer {
        plan,
        paths: Paths::outside(&plan.names.types, &[]),
    };
    for index in &file.items {
        let operation = p.operation(&plan.operations[*index]);
        p.paths.emit(Code::Items(operation), sink);
    }
    p
}

struct Printer<'a> {
    plan: &'a Plan,
    paths: Paths<'a>,
}

impl Printer<'_> {
    fn client(&mut self, name: &'static str) -> TokenStream {
        self.paths.runtime(&["client", name])
    }

    fn api(&mut self) -> TokenStream {
        let facts = &self.plan.api;
        let name = &facts.module;
        let mut set = Vec::new();
        let crate_name = quote!(concat!(
            env!("CARGO_PKG_NAME"),
            "/",
            env!("CARGO_PKG_VERSION")
        ));
        set.push(quote!(user_agent: #crate_name));
        if facts.needs_credentials {
            set.push(quote!(needs_credentials: true));
        }
        if !self.plan.schemes.is_empty() {
            let schemes = self.plan.schemes.iter().map(|scheme| &scheme.constant);
            set.push(quote!(schemes: &[#(&#schemes),*]));
        }
        if !facts.rate_limits.is_empty() {
            let limit = self.client("RateLimit");
            let limits = facts.rate_limits.iter().map(|known| {
                let name = &known.name;
                let (requests, seconds) = (number(known.requests), number(known.seconds));
                let default = known.default;
                let header = option(known.usage_header.as_ref());
                let busy_wait = option(known.busy_wait.map(number));
                quote! {
                    #limit {
                        name: #name, requests: #requests, seconds: #seconds, default: #default,
                        usage_header: #header, busy_wait: #busy_wait
                    }
                }
            });
            set.push(quote!(rate_limits: &[#(#limits),*]));
        }
        let (auth, quota) = (&facts.auth_codes, &facts.quota_codes);
        if !auth.is_empty() {
            set.push(quote!(auth_codes: &[#(#auth),*]));
        }
        if !quota.is_empty() {
            set.push(quote!(quota_codes: &[#(#quota),*]));
        }
        if let Some(shape) = &facts.failure {
            let shape = self.failure(shape);
            set.push(quote!(failure: Some(#shape)));
        }
        let dialect = match facts.dialect {
            Dialect::Plain => None,
            Dialect::Trimmed => Some(quote!(Trimmed)),
            Dialect::Rails => Some(quote!(Rails)),
        };
        if let Some(variant) = dialect.filter(|_| facts.xml) {
            let dialect = self.paths.runtime(&["xml", "Dialect"]);
            set.push(quote!(dialect: #dialect::#variant));
        }
        let api = self.client("Api");
        let url = &facts.server.url;
        let variables = super::servers::variables(&facts.server, &mut self.paths);
        let value = update(&api, set, quote!(#api::new(#name, #url) #variables));
        let doc = self.paths.comments.own("The API: base URL and limits.");
        quote! {
            #doc
            pub static API: #api = #value;
        }
    }

    fn scheme(&mut self, known: &Scheme) -> TokenStream {
        let (scheme, kind) = (self.client("Scheme"), self.client("SchemeKind"));
        let constant = &known.constant;
        let wire = &known.wire;
        let place = match &known.place {
            SchemePlace::Query(name) => quote!(#kind::Query(#name)),
            SchemePlace::Header(name) => quote!(#kind::Header(#name)),
            SchemePlace::Cookie(name) => quote!(#kind::Cookie(#name)),
            SchemePlace::Basic => quote!(#kind::Basic),
            SchemePlace::Token(name) => quote!(#kind::Token(#name)),
            SchemePlace::Body => quote!(#kind::Body),
        };
        quote!(static #constant: #scheme = #scheme::new(#wire, #place);)
    }

    fn operation(&mut self, op: &Operation) -> TokenStream {
        let constant = &op.constant;
        let (id, method, path) = (&op.id, op.method.as_str(), &op.path);
        let mut set = self.request(op);
        set.extend(self.reply(op));
        let operation = self.client("Operation");
        let new = quote!(#operation::new(&API, #id, #method, #path));
        let value = update(&operation, set, new);
        let doc = self.paths.comments.outer(&op.constant_docs);
        let streams: Vec<TokenStream> = op
            .streams
            .iter()
            .filter_map(|s| self.stream(op, s))
            .collect();
        let mut item = quote!(#doc pub static #constant: #operation =);
        item.extend(value);
        item.extend(quote!(;));
        item.extend(streams);
        item
    }

    /// The fields about requests that differ from their defaults.
    fn request(&mut self, op: &Operation) -> Vec<TokenStream> {
        let mut set = Vec::new();
        if !op.fixed_query.is_empty() {
            let pairs = op.fixed_query.iter().map(|(k, v)| quote!((#k, #v)));
            set.push(quote!(fixed_query: &[#(#pairs),*]));
        }
        if !op.params.is_empty() {
            let params = brackets(op.params.iter().map(|p| self.param(p)));
            set.push(quote!(params: &#params));
        }
        if !op.security.is_empty() {
            let alternatives = op.security.iter().map(|schemes| {
                let schemes = schemes.iter().filter_map(|id| {
                    let known = self.plan.schemes.iter().find(|scheme| scheme.id == *id)?;
                    Some(&known.constant)
                });
                quote!(&[#(&#schemes),*])
            });
            set.push(quote!(security: &[#(#alternatives),*]));
        }
        if op.safe {
            set.push(quote!(safe: true));
        }
        if op.idempotent {
            set.push(quote!(idempotent: true));
        }
        if op.redirects {
            set.push(quote!(redirects: true));
        }
        if let Some(key) = &op.idempotency_key {
            set.push(quote!(idempotency_key: Some(#key)));
        }
        if let Some(server) = &op.server {
            set.push(quote!(server: Some(#server)));
        }
        if let Some(limit) = op.rate_limit {
            let index = Literal::usize_unsuffixed(limit.0);
            set.push(quote!(rate_limit: Some(#index)));
        }
        if let Some(BodyCodec::Documents { media, .. }) = op.body.as_ref().map(|body| &body.codec) {
            let media = self.media(media);
            set.push(quote!(request: #media));
        }
        set
    }

    /// The fields about replies that differ from their defaults.
    fn reply(&mut self, op: &Operation) -> Vec<TokenStream> {
        let mut set = Vec::new();
        match &op.reply.media {
            Media::Other(other) => {
                let media = self.client("Media");
                set.push(quote!(response: #media::other(#other)));
            }
            Media::Documents(Documents {
                json: Some(json),
                xml: None,
            }) if json == JSON => {}
            Media::Documents(documents) => {
                let media = self.media(documents);
                set.push(quote!(response: #media));
            }
        }
        let bare = match op.reply.bare {
            Bare::Word => None,
            Bare::Uuid => Some(quote!(Uuid)),
            Bare::Text => Some(quote!(Text)),
        };
        if let Some(form) = bare {
            let bare = self.client("BareForm");
            set.push(quote!(bare: #bare::#form));
        }
        if !op.failures.is_empty() {
            let shapes: Vec<TokenStream> = op.failures.iter().map(|f| self.failure(f)).collect();
            set.push(quote!(failure: &[#(#shapes),*]));
        }
        if !op.failure_roots.is_empty() {
            let roots = op.failure_roots.iter().map(|tag| self.tag(tag));
            let roots: Vec<TokenStream> = roots.collect();
            set.push(quote!(failure_roots: &[#(#roots),*]));
        }
        set
    }

    /// The operation that asks for a stream.
    fn stream(&mut self, op: &Operation, stream: &Stream) -> Option<TokenStream> {
        let Asked {
            constant: name,
            docs,
            media_type,
        } = stream.asks.as_ref()?;
        let [operation, media] = ["Operation", "Media"].map(|name| self.client(name));
        let constant = &op.constant;
        let doc = self.paths.comments.outer(docs);
        Some(quote! {
            #doc
            pub static #name: #operation = #operation { response: #media::other(#media_type), ..#constant };
        })
    }

    fn param(&mut self, known: &Param) -> TokenStream {
        let param = self.client("Param");
        let wire = &known.wire;
        let constructor = match known.place {
            ParameterIn::Path => "path",
            ParameterIn::Query => "query",
            ParameterIn::Header => "header",
            ParameterIn::Cookie => "cookie",
        };
        let constructor = format_ident!("{constructor}");
        let made = quote!(#param::#constructor(#wire));
        match known.format {
            ParamFormat::Json => quote!(#made.json()),
            ParamFormat::Query { json: true } => quote!(#made.json().whole()),
            ParamFormat::Query { json: false } => quote!(#made.whole()),
            ParamFormat::Form => {
                let fields = known.fields.iter();
                let fields: Vec<_> = fields
                    .filter_map(|field| bodies::form_field(field, &mut self.paths))
                    .collect();
                quote!(#made.form(&[#(#fields),*]))
            }
            ParamFormat::Style {
                style,
                explode,
                allow_reserved,
            } => {
                let usual = known.place.default_style();
                let style = ((style, explode) != (usual, usual.explodes())).then(|| {
                    let name = style_name(style);
                    let ty = self.client("Style");
                    quote!(.style(#ty::#name, #explode))
                });
                let reserved = allow_reserved.then(|| quote!(.allow_reserved()));
                quote!(#made #style #reserved)
            }
        }
    }

    fn media(&mut self, known: &Documents) -> TokenStream {
        let media = self.client("Media");
        let xml = known.xml.as_ref().map(|(media_type, root)| {
            let root = self.root(root);
            quote!(#media_type, #root)
        });
        let json = known.json.as_deref().map(|json| match json {
            JSON => quote!(#media::JSON),
            other => quote!(#media::json(#other)),
        });
        match (json, xml) {
            (Some(json), Some(xml)) => quote!(#json.or_xml(#xml)),
            (Some(json), None) => json,
            (None, Some(xml)) => quote!(#media::xml(#xml)),
            (None, None) => quote!(#media::NONE),
        }
    }

    fn root(&mut self, root: &Root) -> TokenStream {
        let xml_root = self.client("XmlRoot");
        let roots: Vec<TokenStream> = root.roots.iter().map(|tag| self.tag(tag)).collect();
        let items: Vec<TokenStream> = root.items.iter().map(|tag| self.tag(tag)).collect();
        if items.is_empty() {
            return quote!(#xml_root::Element(&[#(#roots),*]));
        }
        // Each has what is next as its items.
        let inner = root.inner.iter().rev().fold(None, |items, tag| {
            let tag = self.tag(tag);
            Some(match items {
                Some(items) => quote!(#tag.items(&[#items])),
                None => tag,
            })
        });
        let inner = inner.map(|inner| quote!(.items(&[#inner])));
        let list = self.paths.runtime(&["xml", "ListTag"]);
        quote!(#xml_root::List(&#list { roots: &[#(#roots),*], items: &[#(#items #inner),*] }))
    }

    fn tag(&mut self, known: &Tag) -> TokenStream {
        let tag = self.paths.runtime(&["xml", "tag"]);
        tag_call(&tag, known)
    }

    fn failure(&mut self, shape: &FailureShape) -> TokenStream {
        let ty = self.client("FailureShape");
        let FailureShape {
            status,
            success,
            codes,
            messages,
            errors,
            content,
            statuses,
        } = shape;
        let parts = [
            ("status", status),
            ("success", success),
            ("codes", codes),
            ("messages", messages),
            ("errors", errors),
            ("content", content),
        ];
        let mut set: Vec<TokenStream> = parts
            .iter()
            .filter(|(_, names)| !names.is_empty())
            .map(|(field, names)| {
                let field = format_ident!("{field}");
                quote!(#field: &[#(#names),*])
            })
            .collect();
        if !statuses.is_empty() {
            let statuses = statuses.iter().map(|(from, to)| {
                let (from, to) = (number((*from).into()), number((*to).into()));
                quote!((#from, #to))
            });
            set.push(quote!(statuses: &[#(#statuses),*]));
        }
        update(&ty, set, quote!(#ty::NONE))
    }
}

/// A `tag!`.
pub(super) fn tag_call(tag: &TokenStream, known: &Tag) -> TokenStream {
    let arguments = tag_arguments(known);
    quote!(#tag!(#arguments))
}
