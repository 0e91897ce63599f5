//! Methods of the client, and the types that are made for them.

use lavka_codegen::plan::Outline;
use lavka_codegen::plan::headers::Headers;
use lavka_codegen::plan::names::{Name, TypeNames};
use lavka_codegen::plan::operations::{BodyPlace, Operation, Options, Param};
use lavka_codegen::plan::replies::{ByStatus, Read, StreamForm};
use lavka_model::model::{Api, ParameterIn};

use super::{location, plain, show};
use crate::rust::{Argument, Item, Kind, Surface};

pub(super) fn methods(api: &Api, plan: &Outline, surface: &mut Surface) {
    let names = &plan.names;
    for op in &plan.operations {
        let Some(fact) = api.operations.get(op.index) else {
            continue;
        };
        let own = format!("{} {}", fact.method.as_str(), fact.path);
        let arguments = arguments(op, names);
        let method = |name: &Name, place: String, ty: String| Item {
            kind: Kind::Method,
            place,
            path: format!("Client::{name}"),
            ty,
            arguments: arguments.clone(),
            callable: true,
            constructor: "new",
            id: fact.named.then(|| op.id.clone()),
            deprecated: op.deprecated,
        };
        surface.add(method(&op.name, own.clone(), show(&op.reply.output, names)));
        // Further methods are the same operation, called in another way.
        let more = |name: &Name, how: &str, ty: String| Item {
            id: None,
            ..method(name, format!("{own} {how}"), ty)
        };
        for stream in &op.streams {
            let ty = show(&stream.output, names);
            let how = match stream.form {
                StreamForm::Json | StreamForm::Xml | StreamForm::Bytes => "stream",
                StreamForm::Events | StreamForm::TextEvents => "events",
                StreamForm::JsonLines => "lines",
            };
            surface.add(more(&stream.name, how, ty));
        }
        if let Some(pages) = &op.pages {
            let ty = format!("pages of {}", show(&pages.item, names));
            surface.add(more(&pages.name, "pages", ty));
        }
        if let Some(batches) = &op.batches {
            let ty = format!("batches of {}", show(&batches.item, names));
            surface.add(more(&batches.name, "batches", ty));
        }
        if let Read::ByStatus(by) = &op.reply.read {
            by_status(by, &own, names, surface);
        }
        if let Some(options) = &op.options {
            parameters(op, options, &own, names, surface);
        }
        for (made, replies) in [(&op.headers, "reply"), (&op.error_headers, "error")] {
            if let Some(made) = made {
                headers(made, &format!("{own} {replies}"), names, surface);
            }
        }
    }
}

/// What a call must be given.
fn arguments(op: &Operation, names: &TypeNames) -> Vec<Argument> {
    let wire = |param: &Param| {
        let name = match param.place {
            ParameterIn::Header => param.wire.to_ascii_lowercase(),
            _ => param.wire.clone(),
        };
        format!("{} {name}", location(param.place))
    };
    let mut arguments: Vec<Argument> = op
        .params
        .iter()
        .filter(|param| param.required)
        .map(|param| Argument {
            wire: wire(param),
            name: param.name.to_string(),
            ty: show(&param.argument, names),
        })
        .collect();
    if let Some(body) = op
        .body
        .as_ref()
        .filter(|body| body.place != BodyPlace::Options)
    {
        arguments.push(Argument {
            wire: "request".to_owned(),
            name: body.name.to_string(),
            ty: show(&body.argument, names),
        });
    }
    arguments
}

/// The struct of what is optional, and its fields.
fn parameters(
    op: &Operation,
    options: &Options,
    own: &str,
    names: &TypeNames,
    surface: &mut Surface,
) {
    let ty = "struct".to_owned();
    surface.add(plain(
        Kind::Type,
        own.to_owned(),
        options.ty.clone(),
        ty,
        false,
    ));
    for param in op.params.iter().filter(|param| !param.required) {
        let place = format!("{own} {} {}", location(param.place), param.wire);
        let path = format!("{}::{}", options.ty, param.name);
        let ty = show(&param.ty.clone().option(), names);
        surface.add(plain(Kind::Field, place, path, ty, param.deprecated));
    }
    if let Some(body) = op
        .body
        .as_ref()
        .filter(|body| body.place == BodyPlace::Options)
    {
        let path = format!("{}::body", options.ty);
        let ty = show(&body.ty.clone().option(), names);
        surface.add(plain(
            Kind::Field,
            format!("{own} request"),
            path,
            ty,
            false,
        ));
    }
}

/// The struct of the headers of replies of success, or of errors, and its fields.
fn headers(made: &Headers, own: &str, names: &TypeNames, surface: &mut Surface) {
    let (place, ty) = (format!("{own} headers"), "struct".to_owned());
    surface.add(plain(Kind::Type, place, made.ty.clone(), ty, false));
    for header in &made.fields {
        let place = format!("{own} header {}", header.wire.to_ascii_lowercase());
        let path = format!("{}::{}", made.ty, header.name);
        let ty = if header.required {
            header.ty.clone()
        } else {
            header.ty.clone().option()
        };
        let ty = show(&ty, names);
        surface.add(plain(Kind::Field, place, path, ty, header.deprecated));
    }
}

/// The enum of replies that differ by status.
fn by_status(by: &ByStatus, own: &str, names: &TypeNames, surface: &mut Surface) {
    let place = format!("{own} replies");
    let ty = "enum of replies".to_owned();
    surface.add(plain(Kind::Type, place.clone(), by.name.clone(), ty, false));
    for variant in &by.variants {
        let path = format!("{}::{}", by.name, variant.name);
        let status = format!("{place}={:?}", variant.status);
        let ty = show(&variant.output, names);
        surface.add(plain(Kind::Variant, status, path, ty, false));
    }
}
