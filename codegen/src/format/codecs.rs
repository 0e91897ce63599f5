//! The runtime's macros that say how a type is written on the wire: prettyplease fills lines with a macro's tokens, but a
//! field should be a line of its own, in a review and in a diff.

use std::fmt::Write;

use proc_macro2::{Delimiter, Spacing};

use super::tree::Tree;

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
/// Returns how many tokens it is of.
pub(super) fn laid_out(tokens: &[Tree], lines: &mut String) -> Option<usize> {
    let [
        Tree::Ident(package),
        Tree::Punct(_),
        Tree::Punct(_),
        Tree::Ident(name),
        Tree::Punct(call),
        Tree::Group(_, body),
        ..,
    ] = tokens
    else {
        return None;
    };
    if package != "lavka_runtime" || call.as_char() != '!' {
        return None;
    }
    let (name, always) = MACROS.iter().find(|(known, _)| name == known)?;
    let (Tree::Group(_, body), ty) = body.split_last()? else {
        return None;
    };
    let separator = if *name == "operations" { ';' } else { ',' };
    let ty = entries(ty, ',').join(", ");
    let entries = entries(body, separator);
    let width = entries.iter().map(|entry| entry.chars().count() + 2);
    let width = format!("    {ty} {{ }}").chars().count() + width.sum::<usize>() - 1;
    write!(lines, "lavka_runtime::{name}! {{\n    {ty} {{").ok()?;
    if entries.is_empty() {
        lines.push_str("}\n");
    } else if !always && width <= WIDTH {
        writeln!(lines, " {} }}", entries.join(", ")).ok()?;
    } else {
        lines.push('\n');
        for entry in &entries {
            write!(lines, "        {entry}").ok()?;
            // Nothing follows `..rest`.
            if !entry.starts_with("..") {
                lines.push(separator);
            }
            lines.push('\n');
        }
        lines.push_str("    }\n");
    }
    lines.push_str("}\n");
    Some(6)
}

/// The texts between the separators. Those between `<` and `>` separate nothing.
fn entries(tokens: &[Tree], separator: char) -> Vec<String> {
    let mut entries = Vec::new();
    let mut entry = String::new();
    let mut angles = 0_usize;
    let mut joined = true;
    let mut previous = ' ';
    for token in tokens {
        match token {
            Tree::Punct(p) if p.as_char() == separator && angles == 0 => {
                entries.push(std::mem::take(&mut entry));
                joined = true;
                previous = ' ';
                continue;
            }
            Tree::Punct(p) => {
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
            }
            Tree::Group(Delimiter::Parenthesis, _) => joined |= ends_name(&entry),
            _ => {}
        }
        if !joined {
            entry.push(' ');
        }
        if let Tree::Group(delimiter, inner) = token {
            let (open, close) = match delimiter {
                Delimiter::Parenthesis => ("(", ")"),
                Delimiter::Bracket => ("[", "]"),
                Delimiter::Brace => ("{ ", " }"),
                Delimiter::None => ("", ""),
            };
            entry.push_str(open);
            entry.push_str(&self::entries(inner, ',').join(", "));
            entry.push_str(close);
        } else {
            let _ = write!(entry, "{token}");
        }
        // A sign belongs to its number, a joint character and the second `:` of a path to what follows.
        joined = match token {
            Tree::Punct(p) => {
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
