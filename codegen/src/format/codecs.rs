//! The runtime's macros that tell how a type stands on the wire: prettyplease fills lines with a macro's tokens, but a
//! field should be a line of its own, in a review and in a diff.

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};
use quote::{format_ident, quote};

/// The macros that are laid out here, and whether each entry always has a line of its own.
const MACROS: [(&str, bool); 4] = [
    ("object", true),
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
    for item in &mut file.items {
        if let syn::Item::Macro(call) = &*item
            && call.attrs.is_empty()
            && let Some(text) = laid_out(&call.mac)
        {
            let mark = format_ident!("{}", mark(texts.len()));
            *item = syn::parse_quote!(type #mark = (););
            texts.push(text);
        }
    }
    (file, texts)
}

/// The code with the macros where their marks are.
pub(super) fn put_back(code: &str, texts: &[String]) -> String {
    let mut out = String::with_capacity(code.len());
    let mut texts = texts.iter().enumerate().peekable();
    for line in code.lines() {
        match texts.next_if(|(index, _)| line == format!("type {} = ();", mark(*index))) {
            Some((_, text)) => out.push_str(text),
            None => out.push_str(line),
        }
        out.push('\n');
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
    let ty = entries(tokens.into_iter().collect()).join(", ");
    let entries = entries(body.stream());
    let path = &call.path;
    let path = quote!(#path).to_string().replace(' ', "");
    let line = format!("    {ty} {{ {} }}", entries.join(", "));
    let body = if entries.is_empty() {
        format!("    {ty} {{}}")
    } else if !always && line.chars().count() <= WIDTH {
        line
    } else {
        format!(
            "    {ty} {{\n        {},\n    }}",
            entries.join(",\n        ")
        )
    };
    Some(format!("{path}! {{\n{body}\n}}"))
}

/// What stands between the commas.
fn entries(tokens: TokenStream) -> Vec<String> {
    let mut entries = Vec::new();
    let mut entry = String::new();
    let mut joined = true;
    for token in tokens {
        match &token {
            TokenTree::Punct(p) if p.as_char() == ',' => {
                entries.push(std::mem::take(&mut entry));
                joined = true;
                continue;
            }
            TokenTree::Punct(p) if matches!(p.as_char(), ':' | '<' | '>') => joined = true,
            TokenTree::Group(g) if g.delimiter() == Delimiter::Parenthesis => {
                let inner = self::entries(g.stream()).join(", ");
                entry.push_str(&format!("({inner})"));
                joined = false;
                continue;
            }
            _ => {}
        }
        if !joined {
            entry.push(' ');
        }
        entry.push_str(&token.to_string());
        // A sign belongs to its number, a joint character to the next.
        joined = matches!(&token, TokenTree::Punct(p) if matches!(p.as_char(), '-' | '<') || p.spacing() == Spacing::Joint);
    }
    if !entry.is_empty() {
        entries.push(entry);
    }
    entries
}
