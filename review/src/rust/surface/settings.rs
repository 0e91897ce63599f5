//! What a client is made with: credentials and servers.

use std::collections::BTreeSet;

use lavka_codegen::plan::Outline;
use lavka_codegen::plan::credentials::{Kind as Credential, Login};
use lavka_codegen::plan::names::Name;
use lavka_codegen::plan::rust_type::RustType;
use lavka_codegen::plan::servers::SERVER_URL;
use lavka_model::model::{Api, LoginPart, LoginTemplate, TypeKind};

use super::{plain, show};
use crate::rust::{Argument, Item, Kind, PROPERTIES, Surface};

/// Properties of bodies that the client fills with a credential.
fn filled(api: &Api, credential: &str) -> String {
    let structs = api.types.iter().filter_map(|def| match &def.kind {
        TypeKind::Struct(made) => Some(&made.fields),
        _ => None,
    });
    let fields = structs.flatten();
    let names: BTreeSet<&str> = fields
        .filter(|field| field.credential.as_deref() == Some(credential))
        .map(|field| field.wire.as_str())
        .collect();
    if names.is_empty() {
        return credential.to_owned();
    }
    names.into_iter().collect::<Vec<&str>>().join(PROPERTIES)
}

/// Properties of a login's request that an argument goes into; of several in one text, with its number there.
fn sent(api: &Api, plan: &Outline, login: &Login, argument: &str) -> String {
    let id = plan.operations.get(login.operation).map(|op| &op.id);
    let mut facts = api.auth.iter().filter_map(|scheme| scheme.login.as_ref());
    let fact = facts.find(|fact| {
        let names = login.arguments.iter().map(|argument| &argument.wire);
        Some(&fact.operation) == id && fact.arguments.iter().eq(names)
    });
    let mut out = BTreeSet::new();
    for (property, template) in fact.iter().flat_map(|fact| &fact.request) {
        let (LoginTemplate::Text(parts) | LoginTemplate::Sha256Hex(parts)) = template;
        let arguments = || {
            parts.iter().filter_map(|part| match part {
                LoginPart::Argument(name) => Some(name),
                _ => None,
            })
        };
        let only = arguments().count() == 1;
        for (at, _) in arguments()
            .enumerate()
            .filter(|(_, name)| *name == argument)
        {
            let number = if only {
                String::new()
            } else {
                format!("[{at}]")
            };
            out.insert(format!("{property}{number}"));
        }
    }
    if out.is_empty() {
        return argument.to_owned();
    }
    out.into_iter().collect::<Vec<String>>().join(PROPERTIES)
}

/// Constructors of the credentials.
pub(super) fn credentials(api: &Api, plan: &Outline, surface: &mut Surface) {
    let all = || plan.credentials.iter().flat_map(|all| &all.constructors);
    for constructor in all() {
        let of = |wire: String, name: &Name, ty: &RustType| Argument {
            wire,
            name: name.to_string(),
            ty: show(&ty.as_argument(), &plan.names),
        };
        let plainly = |name: &str, ty: &str| Argument {
            wire: name.to_owned(),
            name: name.to_owned(),
            ty: ty.to_owned(),
        };
        let text = |name: &str, ty: &str| plainly(name, &format!("impl Into<{ty}>"));
        let (what, arguments) = match &constructor.kind {
            Credential::Token => ("token", vec![text("token", "Secret")]),
            Credential::Basic => {
                let both = vec![text("login", "String"), text("password", "Secret")];
                ("login and password", both)
            }
            Credential::Fields(fields) => {
                let all = fields.iter();
                let all = all.map(|f| of(filled(api, &f.wire), &f.name, &f.ty));
                ("fields", all.collect())
            }
            Credential::Login(login) => {
                let all = login.arguments.iter();
                let all = all.map(|a| of(sent(api, plan, login, &a.wire), &a.name, &a.ty));
                ("login", all.collect())
            }
            Credential::ClientCredentials(_) => {
                let both = vec![text("client_id", "String"), text("client_secret", "Secret")];
                ("client credentials", both)
            }
            Credential::RefreshToken(_) => {
                let mut all = vec![text("client_id", "String"), text("client_secret", "Secret")];
                all.push(text("refresh_token", "Secret"));
                ("refresh token", all)
            }
            Credential::OAuth2 => ("OAuth 2", vec![plainly("settings", "OAuth2")]),
            Credential::Source => ("token source", vec![plainly("source", "impl TokenSource")]),
        };
        // The only one of its kind is the same one, whatever its scheme is called.
        let kind = std::mem::discriminant(&constructor.kind);
        let alike = all().filter(|other| std::mem::discriminant(&other.kind) == kind);
        let only = alike.count() == 1;
        // One scheme may have several constructors.
        let usual = matches!(what, "token" | "login and password" | "fields");
        let place = match constructor.scheme.as_deref().filter(|_| !only) {
            Some(scheme) if usual => format!("security scheme {scheme}"),
            Some(scheme) => format!("security scheme {scheme}, {what}"),
            None => format!("security scheme {what}"),
        };
        let path = format!("Credentials::{}", constructor.name);
        surface.add(Item {
            arguments,
            callable: true,
            ..plain(Kind::Setting, place, path, "Credentials".to_owned(), false)
        });
    }
}

/// The enum of servers, where there are several.
pub(super) fn servers(plan: &Outline, surface: &mut Surface) {
    if plan.servers.is_empty() {
        return;
    }
    let (place, ty) = ("servers".to_owned(), "enum of servers".to_owned());
    surface.add(plain(Kind::Type, place, SERVER_URL.to_owned(), ty, false));
    for server in &plan.servers {
        let place = format!("servers={}", server.template.url);
        let path = format!("{SERVER_URL}::{}", server.name);
        surface.add(plain(Kind::Variant, place, path, String::new(), false));
    }
}
