//! Types and calls on one line.

use std::fmt::Write as _;

use proc_macro2::{Delimiter, Punct, Spacing};

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
            Tree::Punct(sign) => (word, rest) = self::sign(sign, rest, begin, word, text)?,
        }
    }
    Some(())
}

/// Adds a sign to what was written from `begin` on. Whether a word that follows has a space before it, and what follows.
fn sign<'t>(
    sign: &Punct,
    rest: &'t [Tree],
    begin: usize,
    word: bool,
    text: &mut String,
) -> Option<(bool, &'t [Tree])> {
    let joint = sign.spacing() == Spacing::Joint;
    let written = &text[begin..];
    let (out, word, rest) = match (sign.as_char(), rest) {
        (':', [second, more @ ..]) if joint && second.is_sign(':') => {
            // A path that begins after a word.
            let mut words = ["impl", "dyn", "mut"].iter();
            if words.any(|word| written.ends_with(word)) {
                return None;
            }
            ("::", false, more)
        }
        ('-', [second, more @ ..]) if joint && second.is_sign('>') => match written.is_empty() {
            true => ("-> ", false, more),
            false => (" -> ", false, more),
        },
        (':', _) => (": ", false, rest),
        (',', _) => (", ", false, rest),
        ('=', _) if !joint => (" = ", false, rest),
        ('>', _) if !written.ends_with(", ") => (">", true, rest),
        ('<', _) if word || written.ends_with("::") => ("<", false, rest),
        ('.', _) if word && !joint => (".", false, rest),
        ('?', _) if word => ("?", true, rest),
        ('&', _) if !word && (!joint || starts_lifetime(rest)) => ("&", false, rest),
        ('\'', _) if !word => ("'", false, rest),
        _ => return None,
    };
    text.push_str(out);
    Some((word, rest))
}

fn starts_lifetime(tokens: &[Tree]) -> bool {
    tokens.first().is_some_and(|token| token.is_sign('\''))
}
