//! Programs that call every operation once, with values that the compiler cannot foresee.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use quote::ToTokens as _;
use syn::{FnArg, ImplItem, Item, Pat, Type, WherePredicate};

/// One whole program.
pub(crate) fn program(calls: &[String]) -> String {
    let calls: String = calls.concat();
    format!(
        "#![allow(warnings)]
//! Calls every operation.

/// A value of any type; never called for real.
fn value<T>() -> T {{
    std::hint::black_box(None::<T>).expect(\"never run\")
}}

fn show<T: std::fmt::Debug, E: std::fmt::Debug>(reply: Result<T, E>) {{
    println!(\"{{reply:?}}\");
}}

{calls}
fn main() {{
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect(\"a runtime\");
    runtime.block_on(async {{
        digiseller().await;
        insales_products().await;
        insales_digital().await;
        fileflare().await;
        qnits().await;
    }});
}}
"
    )
}

/// Calls of the bindings: each operation by the method that takes what is required.
pub(crate) fn ours(api: &str, file: &syn::File) -> (String, Vec<String>) {
    let methods: Vec<&syn::Signature> = file
        .items
        .iter()
        .filter_map(|item| match item {
            Item::Impl(block) if block.trait_.is_none() => Some(&block.items),
            _ => None,
        })
        .flatten()
        .filter_map(|item| match item {
            ImplItem::Fn(method) => Some(&method.sig),
            _ => None,
        })
        .filter(|method| {
            let output = method.output.to_token_stream().to_string();
            output.starts_with("-> Call <")
        })
        .collect();
    // With parameters, or as a stream.
    let is_other_form = |method: &syn::Signature| {
        let name = method.ident.to_string();
        let known = |short| methods.iter().any(|other| other.ident == short);
        ["_with", "_stream"]
            .iter()
            .any(|form| name.strip_suffix(form).is_some_and(known))
    };
    let mut names = Vec::new();
    let mut out = format!(
        "async fn {api}() {{\n    use lavka::{api}::*;\n    let client = value::<Client>();\n"
    );
    for method in methods.iter().filter(|method| !is_other_form(method)) {
        let arguments: Vec<String> = method.inputs.iter().filter_map(argument).collect();
        let name = method.ident.to_string();
        let _ = writeln!(
            out,
            "    show(client.{name}({}).await);",
            arguments.join(", ")
        );
        names.push(name);
    }
    out.push_str("}\n\n");
    (out, names)
}

/// An argument of the type that the method takes; nothing for `self`.
fn argument(argument: &FnArg) -> Option<String> {
    let FnArg::Typed(argument) = argument else {
        return None;
    };
    assert!(matches!(*argument.pat, Pat::Ident(_)));
    // The module gives its types without `types`, which is private.
    let name = |ty: &Type| ty.to_token_stream().to_string().replace("types :: ", "");
    Some(match &*argument.ty {
        Type::Reference(reference) => match &*reference.elem {
            Type::Slice(slice) => format!("&value::<Vec<{}>>()", name(&slice.elem)),
            Type::Path(path) if path.path.is_ident("str") => "&value::<String>()".to_owned(),
            other => format!("&value::<{}>()", name(other)),
        },
        other => format!("value::<{}>()", name(other)),
    })
}

/// Calls of progenitor's builders: what is required is set.
pub(crate) fn stock(api: &str, file: &syn::File) -> (String, Vec<String>) {
    let builders = file
        .items
        .iter()
        .find_map(|item| match item {
            Item::Mod(m) if m.ident == "builder" => m.content.as_ref().map(|(_, items)| items),
            _ => None,
        })
        .expect("the builders");
    let methods: Vec<(String, String)> = file
        .items
        .iter()
        .filter_map(|item| match item {
            Item::Impl(block) if block.trait_.is_none() => Some(&block.items),
            _ => None,
        })
        .flatten()
        .filter_map(|item| match item {
            ImplItem::Fn(method) => {
                let output = method.sig.output.to_token_stream().to_string();
                let builder = output
                    .split("builder :: ")
                    .nth(1)?
                    .split(' ')
                    .next()?
                    .to_owned();
                Some((method.sig.ident.to_string(), builder))
            }
            _ => None,
        })
        .collect();
    let setters = setters(builders);
    let mut out = format!(
        "async fn {api}() {{\n    use stock::{api}::*;\n    let client = value::<Client>();\n"
    );
    for (name, builder) in &methods {
        let calls: String = setters
            .get(builder)
            .into_iter()
            .flatten()
            .map(|(field, ty)| format!(".{field}(value::<{ty}>())"))
            .collect();
        let _ = writeln!(
            out,
            "    show(client.{name}(){calls}.send().await.map(|r| r.into_inner()));"
        );
    }
    out.push_str("}\n\n");
    (out, methods.into_iter().map(|(name, _)| name).collect())
}

/// The setters of each builder's required fields, with the types that they take.
fn setters(builders: &[Item]) -> BTreeMap<String, Vec<(String, String)>> {
    let mut required: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for item in builders {
        let Item::Struct(item) = item else { continue };
        let fields = item.fields.iter().filter_map(|field| {
            let ty = field.ty.to_token_stream().to_string();
            let name = field.ident.as_ref()?.to_string();
            (name != "client" && !ty.contains("Option <")).then_some(name)
        });
        required.insert(item.ident.to_string(), fields.collect());
    }
    let mut all: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    for item in builders {
        let Item::Impl(block) = item else { continue };
        let Type::Path(path) = &*block.self_ty else {
            continue;
        };
        let builder = path.path.segments.last().expect("a name").ident.to_string();
        for item in &block.items {
            let ImplItem::Fn(method) = item else { continue };
            let name = method.sig.ident.to_string();
            if !required
                .get(&builder)
                .is_some_and(|fields| fields.contains(&name))
            {
                continue;
            }
            let Some(clause) = &method.sig.generics.where_clause else {
                continue;
            };
            for predicate in &clause.predicates {
                let WherePredicate::Type(predicate) = predicate else {
                    continue;
                };
                let bound = predicate.bounds.to_token_stream().to_string();
                let ty = bound
                    .split_once("TryInto <")
                    .map(|(_, rest)| rest.trim().trim_end_matches('>').trim());
                if let Some(ty) = ty {
                    let closing = ty
                        .matches('<')
                        .count()
                        .saturating_sub(ty.matches('>').count());
                    let ty = format!("{ty}{}", ">".repeat(closing));
                    all.entry(builder.clone())
                        .or_default()
                        .push((name.clone(), ty.replace("super :: ", "")));
                }
            }
        }
    }
    all
}
