//! Names that are defined twice in the output, which a parser does not see.

use std::collections::HashSet;

use syn::{Fields, ImplItem, Item, TraitItem, Type};

/// The first name of a scope that is defined twice.
pub(crate) fn twice(items: &[Item]) -> Option<String> {
    let mut types = HashSet::new();
    let mut values = HashSet::new();
    let mut methods = HashSet::new();
    for item in items {
        let found = match item {
            Item::Struct(item) => {
                fields(&item.fields).or_else(|| once(&mut types, &item.ident.to_string()))
            }
            Item::Enum(item) => {
                let mut variants = HashSet::new();
                item.variants
                    .iter()
                    .find_map(|variant| {
                        once(&mut variants, &variant.ident.to_string())
                            .or_else(|| fields(&variant.fields))
                    })
                    .or_else(|| once(&mut types, &item.ident.to_string()))
            }
            Item::Type(item) => once(&mut types, &item.ident.to_string()),
            Item::Trait(item) => {
                let mut functions = HashSet::new();
                item.items
                    .iter()
                    .find_map(|item| match item {
                        TraitItem::Fn(function) => {
                            once(&mut functions, &function.sig.ident.to_string())
                        }
                        _ => None,
                    })
                    .or_else(|| once(&mut types, &item.ident.to_string()))
            }
            Item::Mod(item) => {
                let inner = item.content.as_ref().and_then(|(_, items)| twice(items));
                inner.or_else(|| once(&mut types, &item.ident.to_string()))
            }
            Item::Fn(item) => once(&mut values, &item.sig.ident.to_string()),
            Item::Const(item) => once(&mut values, &item.ident.to_string()),
            Item::Static(item) => once(&mut values, &item.ident.to_string()),
            Item::Impl(item) if item.trait_.is_none() => {
                let owner = match &*item.self_ty {
                    Type::Path(path) => path.path.segments.last().map(|last| &last.ident),
                    _ => None,
                };
                owner.and_then(|owner| {
                    item.items.iter().find_map(|item| match item {
                        ImplItem::Fn(function) => {
                            once(&mut methods, &format!("{owner}::{}", function.sig.ident))
                        }
                        ImplItem::Const(constant) => {
                            once(&mut methods, &format!("{owner}::{}", constant.ident))
                        }
                        _ => None,
                    })
                })
            }
            _ => None,
        };
        if found.is_some() {
            return found;
        }
    }
    None
}

fn fields(fields: &Fields) -> Option<String> {
    let mut seen = HashSet::new();
    fields
        .iter()
        .filter_map(|field| field.ident.as_ref())
        .find_map(|name| once(&mut seen, &name.to_string()))
}

/// The name, where the scope has it already.
fn once(scope: &mut HashSet<String>, name: &str) -> Option<String> {
    (name != "_" && !scope.insert(name.to_owned())).then(|| name.to_owned())
}
