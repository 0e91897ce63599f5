//! Documentation of an operation: of its parameters, its methods and the struct of its options.

use lavka_model::model::{Api, Operation as Fact, Status};

use super::{Operation, Pages, Param, Stream};
use crate::plan::docs::{Docs, citation};
use crate::plan::markdown;
use crate::plan::replies::{Media, StreamForm};

/// Documents everything of the operation but the example.
pub(in crate::plan) fn document(api: &Api, fact: &Fact, op: &mut Operation) {
    parameters(fact, &mut op.params);
    op.docs = method(api, fact, op);
    let name = op.name.as_str();
    let route = format!("{} {}", op.method.as_str(), op.path);
    op.constant_docs = Docs::own(markdown::code(&route));
    for stream in &mut op.streams {
        stream.docs = self::stream(name, stream);
        if let Some(asked) = &mut stream.asks {
            let media_type = markdown::code(&asked.media_type);
            let text = format!("[`{}`], with a reply in {media_type}.", op.constant);
            asked.docs = Docs::own(text);
        }
    }
    if let Some(pages) = &mut op.pages {
        (pages.docs, pages.with_docs) = self::pages(name, pages, &op.params);
    }
    if let Some(batches) = &mut op.batches {
        batches.docs = Docs::own(format!(
            "As [`Self::{name}`] for a list of any length, sent in parts of at most {}. Reports on each part: one that fails \
             does not keep the others from being sent, unless the credential is refused or a quota is exceeded.",
            batches.max
        ));
    }
    if let Some(options) = &mut op.options {
        options.docs = Docs::own(format!(
            "What is optional in [`Client::{}`].",
            options.method
        ));
        options.method_docs = Docs::own(format!(
            "As [`Self::{name}`], with what is optional.\n\n# Errors\nAs [`Self::{name}`]."
        ));
        let params = op.params.iter().filter(|param| !param.required);
        let docs = params.map(|param| param.docs.clone());
        let body = std::iter::once(Docs::own("The body."));
        for (field, docs) in options.fields.iter_mut().zip(docs.chain(body)) {
            field.docs = docs;
        }
    }
}

/// Documents the parameters.
fn parameters(fact: &Fact, params: &mut [Param]) {
    for (p, param) in fact.params.iter().zip(params) {
        param.docs = Docs::named(&p.doc, "parameter", &p.wire);
        param.docs.limits(&p.constraints, p.default.as_ref());
        if param.name.as_str() != p.wire {
            param.docs.wire(&p.doc, &p.wire);
        }
        let otherwise = || format!("The parameter {}.", markdown::code(&p.wire));
        param.line = Docs::line(&p.doc, otherwise);
    }
}

/// The docs of the method, without its example.
fn method(api: &Api, fact: &Fact, op: &Operation) -> Docs {
    let mut docs = Docs::of(&fact.doc, String::new);
    let route = format!("{} {}", fact.method.as_str(), fact.path);
    let mut facts = vec![format!("{}.", markdown::code(&route))];
    if let Some(permission) = &fact.permission {
        facts.push(format!("Permission: {}.", markdown::code(permission)));
    }
    facts.push(match (fact.safe, fact.idempotent) {
        (true, _) => "Read-only; retried automatically.".to_owned(),
        (false, true) => match &fact.idempotency_key {
            Some(key) => format!(
                "Idempotent by {}; retried automatically.",
                markdown::code(key)
            ),
            None => "Idempotent; retried automatically.".to_owned(),
        },
        (false, false) => "Not retried.".to_owned(),
    });
    if fact.redirects() {
        facts.push("Replies with a redirect, which is not followed: its target is in the header `Location` of the [`Response`](::lavka_runtime::client::Response).".to_owned());
    }
    if let Media::Other(media) = &op.reply.media
        && media.starts_with("multipart/")
    {
        facts.push(format!(
            "Replies with the parts of {} as bytes: the header `Content-Type` has their boundary.",
            markdown::code(media)
        ));
    }
    if let Some(limit) = fact.rate_limit.and_then(|id| api.rate_limits.get(id.0)) {
        let citation = citation(limit.source.as_deref(), limit.evidence)
            .map_or_else(String::new, |citation| format!(" {citation}"));
        facts.push(format!(
            "Limit: {} in {} s per {}{citation}.",
            limit.requests,
            limit.seconds,
            markdown::inline(&limit.scope)
        ));
    }
    if let Some(server) = &op.server {
        facts.push(format!(
            "Served at {}; see [`Builder::allow_server`](::lavka_runtime::client::Builder::allow_server).",
            markdown::code(server)
        ));
    }
    docs.paragraph(&facts.join(" "));
    // The name of one that is not described is in the signature.
    let parameters: Vec<String> = fact
        .params
        .iter()
        .zip(&op.params)
        .filter(|(p, planned)| {
            planned.required && !(p.doc.summary.is_empty() && p.doc.description.is_empty())
        })
        .map(|(_, planned)| format!("- `{}`: {}", planned.name, planned.line))
        .collect();
    docs.paragraph(&parameters.join("\n"));
    docs.paragraph(&errors(fact));
    docs
}

fn errors(fact: &Fact) -> String {
    let mut text = "# Errors\nOn `.await`; see [`Error`](::lavka_runtime::Error).".to_owned();
    let documented: Vec<(Status, String)> = fact
        .responses
        .iter()
        .filter(|r| !r.status.is_success() && r.status != Status::Default)
        .filter(|r| !(fact.redirects() && r.status.is_redirect()))
        .map(|r| match r.description.trim() {
            text if text == r.status.to_string() => (r.status, String::new()),
            text => (r.status, markdown::inline(text)),
        })
        .collect();
    if documented.is_empty() {
        return text;
    }
    text.push_str(" Documented error responses:\n");
    // Statuses of one description are one line.
    let mut lines: Vec<(Vec<String>, &str)> = Vec::new();
    for (status, description) in &documented {
        if *status == Status::Default {
            continue;
        }
        let status = status.to_string();
        match lines.iter_mut().find(|(_, known)| known == description) {
            Some((statuses, _)) => statuses.push(status),
            None => lines.push((vec![status], description)),
        }
    }
    let lines: Vec<String> = lines
        .iter()
        .map(|(statuses, text)| {
            let line = format!("- {}: {text}", statuses.join(", "));
            line.trim_end_matches([' ', ':']).to_owned()
        })
        .collect();
    text.push_str(&lines.join("\n"));
    text
}

fn stream(name: &str, stream: &Stream) -> Docs {
    let mut docs = Docs::own(match &stream.asks {
        None if stream.form == StreamForm::Bytes => {
            format!("As [`Self::{name}`], but streams the body, of any length.")
        }
        None => format!("As [`Self::{name}`], but streams the items in constant memory."),
        Some(asked) => format!(
            "As [`Self::{name}`], but asks for {} and streams its items. Where the request \
             has a field that asks for a stream, set it too.",
            markdown::code(&asked.media_type)
        ),
    });
    docs.paragraph(
        "# Errors\nOn `.await`; see [`Error`](::lavka_runtime::Error). Errors after the reply has begun come from the stream.",
    );
    docs
}

/// Of the method, and of the one that takes the options too.
fn pages(name: &str, pages: &Pages, params: &[Param]) -> (Docs, Docs) {
    let mut docs = Docs::own(format!(
        "As [`Self::{name}`], for the items of all pages: a stream that requests a page when the previous one is consumed."
    ));
    if let Some(size) = pages.kind.size() {
        docs.paragraph(&format!(
            "It asks for {} items at once, or for as many as `{}` says.",
            size.largest, params[size.param].name
        ));
    }
    docs.paragraph(
        "# Errors\nFrom the stream; see [`Error`](::lavka_runtime::Error). A server that sends a page twice, or names a page twice \
         as the next one, is an error: the list would have no end.",
    );
    let asked = pages.kind.asked().map(|index| &params[index]);
    let start = asked.filter(|param| !param.required);
    let start = start.map_or_else(String::new, |param| {
        format!(" `{}` says where to begin.", param.name)
    });
    let own = &pages.name;
    let with = Docs::own(format!(
        "As [`Self::{own}`], with what is optional.{start}\n\n# Errors\nAs [`Self::{own}`]."
    ));
    (docs, with)
}
