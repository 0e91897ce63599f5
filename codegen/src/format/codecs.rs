//! The runtime's macros that tell how a type is written on the wire: prettyplease fills lines with a macro's tokens, but a
//! field should be a line of its own, in a review and in a diff.

use proc_macro2::{Delimiter, Spacing, TokenTree};

use super::layout::Laid;

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

/// `lavka_runtime::string_enum! { Name { A = "a", B = "b" } }` from the tokens that begin with it, or nothing where it is something else.
pub(super) fn laid_out(tokens: &[TokenTree]) -> Option<Laid> {
    let [
        TokenTree::Ident(package),
        TokenTree::Punct(_),
        TokenTree::Punct(_),
        TokenTree::Ident(name),
        TokenTree::Punct(call),
        TokenTree::Group(body),
        ..,
    ] = tokens
    else {
        return None;
    };
    if package != "lavka_runtime" || call.as_char() != '!' {
        return None;
    }
    let (name, always) = MACROS.iter().find(|(known, _)| name == known)?;
    let mut tokens: Vec<TokenTree> = body.stream().into_iter().collect();
    let Some(TokenTree::Group(body)) = tokens.pop() else {
        return None;
    };
    let separator = if *name == "operations" { ';' } else { ',' };
    let ty = entries(tokens, ',').join(", ");
    let entries = entries(body.stream(), separator);
    let line = format!("    {ty} {{ {} }}", entries.join(", "));
    let body = if entries.is_empty() {
        format!("    {ty} {{}}")
    } else if !always && line.chars().count() <= WIDTH {
        line
    } else {
        let rest = entries.last().is_some_and(|entry| entry.starts_with(".."));
        let between = format!("{separator}\n        ");
        let entries = entries.join(&between);
        // Nothing follows `..rest`.
        let end = match rest {
            true => String::new(),
            false => separator.to_string(),
        };
        format!("    {ty} {{\n        {entries}{end}\n    }}")
    };
    let text = format!("lavka_runtime::{name}! {{\n{body}\n}}");
    Some((text.lines().map(str::to_owned).collect(), 6))
}

/// The texts between the separators. Those between `<` and `>` separate nothing.
fn entries(tokens: impl IntoIterator<Item = TokenTree>, separator: char) -> Vec<String> {
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
