//! The runtime's macros that tell how a type stands on the wire: prettyplease fills lines with a macro's tokens, but a
//! field should be a line of its own, in a review and in a diff.

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};
use quote::{format_ident, quote};

/// The macros that are laid out here, and whether each entry always has a line of its own.
const MACROS: [(&str, bool); 6] = [
    ("object", true),
    ("operations", true),
    ("examples", true),
    ("union", false),
    ("string_enum", false),
    ("integer_enum", false),
];

/// The longest line.
const WIDTH: usize = 100;

/// The file with marks in the place of the macros, and the macros' text.
pub(super) fn taken_out(file: &syn::File) -> (syn::File, Vec<String>) {
    let mut file = file.clone();
    let mut texts = Vec::new();
    take_out(&mut file.items, &mut texts);
    (file, texts)
}

fn take_out(items: &mut [syn::Item], texts: &mut Vec<String>) {
    for item in items {
        if let syn::Item::Mod(module) = item
            && let Some((_, items)) = &mut module.content
        {
            take_out(items, texts);
        } else if let syn::Item::Macro(call) = &*item
            && call.attrs.is_empty()
            && let Some(text) = laid_out(&call.mac)
        {
            let mark = format_ident!("{}", mark(texts.len()));
            *item = syn::parse_quote!(type #mark = (););
            texts.push(text);
        }
    }
}

/// The code with the macros where their marks are.
pub(super) fn put_back(code: &str, texts: &[String]) -> String {
    let mut out = String::with_capacity(code.len());
    let mut texts = texts.iter().enumerate().peekable();
    for line in code.lines() {
        let text = line.trim_start();
        let indent = &line[..line.len() - text.len()];
        match texts.next_if(|(index, _)| text == format!("type {} = ();", mark(*index))) {
            Some((_, text)) => {
                for line in text.lines() {
                    out.push_str(indent);
                    out.push_str(line);
                    out.push('\n');
                }
            }
            None => {
                out.push_str(line);
                out.push('\n');
            }
        }
    }
    debug_assert!(texts.next().is_none(), "a mark was lost");
    out
}

fn mark(index: usize) -> String {
    format!("__LAVKA_MACRO_{index}")
}

/// `lavka_runtime::string_enum! { Name { A = "a", B = "b" } }`, or nothing where it is another macro.
fn laid_out(call: &syn::Macro) -> Option<String> {
    let name = call.path.segments.last()?.ident.to_string();
    let (_, always) = MACROS.iter().find(|(known, _)| *known == name)?;
    let mut tokens: Vec<TokenTree> = call.tokens.clone().into_iter().collect();
    let Some(TokenTree::Group(body)) = tokens.pop() else {
        return None;
    };
    let separator = if name == "operations" { ';' } else { ',' };
    let ty = entries(tokens.into_iter().collect(), ',').join(", ");
    let entries = entries(body.stream(), separator);
    let path = &call.path;
    let path = quote!(#path).to_string().replace(' ', "");
    let line = format!("    {ty} {{ {} }}", entries.join(", "));
    let body = if entries.is_empty() {
        format!("    {ty} {{}}")
    } else if !always && line.chars().count() <= WIDTH {
        line
    } else {
        let between = format!("{separator}\n        ");
        let entries = entries.join(&between);
        format!("    {ty} {{\n        {entries}{separator}\n    }}")
    };
    Some(format!("{path}! {{\n{body}\n}}"))
}

/// The texts between the separators. Those between `<` and `>` separate nothing.
fn entries(tokens: TokenStream, separator: char) -> Vec<String> {
    let mut entries = Vec::new();
    let mut entry = String::new();
    let mut angles = 0_usize;
    let mut joined = true;
    let mut previous = ' ';
    for token in tokens {
        let text = match &token {
            TokenTree::Punct(p) if p.as_char() == separator && angles == 0 => {
                entries.push(std::mem::take(&mut entry));
                joined = true;
                previous = ' ';
                continue;
            }
            TokenTree::Punct(p) => {
                match (previous, p.as_char()) {
                    (_, '<') => angles += 1,
                    ('-' | '=', '>') => {}
                    (_, '>') => angles = angles.saturating_sub(1),
                    _ => {}
                }
                // A `:` that begins a path is not joined to what precedes it.
                let begins =
                    p.as_char() == ':' && p.spacing() == Spacing::Joint && !ends_name(&entry);
                let dot = p.as_char() == '.' && p.spacing() == Spacing::Alone;
                joined |=
                    (matches!(p.as_char(), ':' | '<' | '>' | ',' | ';' | '?') && !begins) || dot;
                p.as_char().to_string()
            }
            TokenTree::Group(g) => {
                let (open, close) = match g.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::Brace => ("{ ", " }"),
                    Delimiter::None => ("", ""),
                };
                joined |= matches!(g.delimiter(), Delimiter::Parenthesis) && ends_name(&entry);
                format!("{open}{}{close}", self::entries(g.stream(), ',').join(", "))
            }
            other => other.to_string(),
        };
        if !joined {
            entry.push(' ');
        }
        entry.push_str(&text);
        // A sign belongs to its number, a joint character and the second `:` of a path to what follows.
        joined = match &token {
            TokenTree::Punct(p) => {
                let path = p.as_char() == ':' && previous == ':';
                let sign = matches!(p.as_char(), '-' | '<' | '&' | '#' | '\'' | '!' | '.');
                previous = p.as_char();
                path || sign || p.spacing() == Spacing::Joint
            }
            _ => {
                previous = ' ';
                false
            }
        };
    }
    if !entry.is_empty() {
        entries.push(entry);
    }
    entries
}

fn ends_name(entry: &str) -> bool {
    !entry.ends_with("->")
        && !entry.ends_with("=>")
        && entry.ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '>')
}
