//! Types and calls on one line.

use std::fmt::Write as _;

use proc_macro2::{Delimiter, Spacing};

use super::tree::Tree;

/// What is between commas, of which those between `<` and `>` separate nothing. Nothing follows the last.
pub(super) fn split(tokens: &[Tree]) -> impl Iterator<Item = &[Tree]> {
    let mut angles = 0_usize;
    let mut arrow = false;
    let parts = tokens.split(move |token| {
        let Tree::Punct(sign) = token else {
            arrow = false;
            return false;
        };
        match sign.as_char() {
            '<' => angles += 1,
            '>' if !arrow => angles = angles.saturating_sub(1),
            _ => {}
        }
        arrow = matches!(sign.as_char(), '-' | '=') && sign.spacing() == Spacing::Joint;
        sign.as_char() == ',' && angles == 0
    });
    parts.filter(|part| !part.is_empty())
}

/// Adds the tokens as prettyplease writes them where they fit on one line. `None` where there is a sign whose meaning depends on more.
pub(super) fn flat(tokens: &[Tree], text: &mut String) -> Option<()> {
    write(tokens, text, false)
}

/// Adds what follows a word on the same line.
pub(super) fn flat_after(tokens: &[Tree], text: &mut String) -> Option<()> {
    write(tokens, text, true)
}

/// `word`: whether a word that follows has a space before it.
fn write(tokens: &[Tree], text: &mut String, mut word: bool) -> Option<()> {
    let begin = text.len();
    let mut rest = tokens;
    while let [token, following @ ..] = rest {
        rest = following;
        match token {
            Tree::Ident(_) | Tree::Literal(_) => {
                if word {
                    text.push(' ');
                }
                write!(text, "{token}").ok()?;
                word = true;
            }
            Tree::Group(delimiter, inner) => {
                let (open, close) = match delimiter {
                    Delimiter::Parenthesis => ('(', ')'),
                    Delimiter::Bracket if !word => ('[', ']'),
                    _ => return None,
                };
                // The comma of a tuple of one stays.
                if !word && matches!(inner.last(), Some(Tree::Punct(_))) {
                    return None;
                }
                text.push(open);
                for (index, part) in split(inner).enumerate() {
                    if index > 0 {
                        text.push_str(", ");
                    }
                    write(part, text, false)?;
                }
                text.push(close);
                word = true;
            }
            Tree::Punct(sign) => {
                let joint = sign.spacing() == Spacing::Joint;
                let written = &text[begin..];
                word = match (sign.as_char(), rest) {
                    (':', [second, more @ ..]) if joint && second.is_sign(':') => {
                        // A path that begins after a word.
                        if ["impl", "dyn", "mut"]
                            .iter()
                            .any(|word| written.ends_with(word))
                        {
                            return None;
                        }
                        text.push_str("::");
                        rest = more;
                        false
                    }
                    ('-', [second, more @ ..]) if joint && second.is_sign('>') => {
                        if !written.is_empty() {
                            text.push(' ');
                        }
                        text.push_str("-> ");
                        rest = more;
                        false
                    }
                    (':', _) => {
                        text.push_str(": ");
                        false
                    }
                    (',', _) => {
                        text.push_str(", ");
                        false
                    }
                    ('=', _) if !joint => {
                        text.push_str(" = ");
                        false
                    }
                    ('>', _) if !written.ends_with(", ") => {
                        text.push('>');
                        true
                    }
                    ('<', _) if word || written.ends_with("::") => {
                        text.push('<');
                        false
                    }
                    ('.', _) if word && !joint => {
                        text.push('.');
                        false
                    }
                    ('?', _) if word => {
                        text.push('?');
                        true
                    }
                    ('&' | '\'', _)
                        if !word && (!joint || sign.as_char() == '\'' || starts_lifetime(rest)) =>
                    {
                        text.push(sign.as_char());
                        false
                    }
                    _ => return None,
                };
            }
        }
    }
    Some(())
}

fn starts_lifetime(tokens: &[Tree]) -> bool {
    tokens.first().is_some_and(|token| token.is_sign('\''))
}
