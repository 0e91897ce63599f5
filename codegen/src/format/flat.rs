//! Types and calls on one line.

use proc_macro2::{Delimiter, Spacing, TokenTree};

/// What is between commas, of which those between `<` and `>` separate nothing. Nothing follows the last.
pub(super) fn split(tokens: &[TokenTree]) -> impl Iterator<Item = &[TokenTree]> {
    let mut angles = 0_usize;
    let mut arrow = false;
    let parts = tokens.split(move |token| {
        let TokenTree::Punct(sign) = token else {
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

/// The tokens as prettyplease writes them where they fit on one line. `None` where there is a sign whose meaning depends on more.
pub(super) fn flat(tokens: &[TokenTree]) -> Option<String> {
    let mut text = String::new();
    write(tokens, &mut text)?;
    Some(text)
}

fn write(tokens: &[TokenTree], text: &mut String) -> Option<()> {
    // Whether a word that follows has a space before it.
    let mut word = false;
    let mut rest = tokens;
    while let [token, following @ ..] = rest {
        rest = following;
        match token {
            TokenTree::Ident(_) | TokenTree::Literal(_) => {
                if word {
                    text.push(' ');
                }
                text.push_str(&token.to_string());
                word = true;
            }
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Bracket if !word => ("[", "]"),
                    _ => return None,
                };
                let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                // The comma of a tuple of one stays.
                if !word && matches!(inner.last(), Some(TokenTree::Punct(_))) {
                    return None;
                }
                text.push_str(open);
                for (index, part) in split(&inner).enumerate() {
                    if index > 0 {
                        text.push_str(", ");
                    }
                    write(part, text)?;
                }
                text.push_str(close);
                word = true;
            }
            TokenTree::Punct(sign) => {
                let joint = sign.spacing() == Spacing::Joint;
                word = match (sign.as_char(), rest) {
                    (':', [TokenTree::Punct(second), more @ ..])
                        if joint && second.as_char() == ':' =>
                    {
                        // A path that begins after a word.
                        if ["impl", "dyn", "mut"]
                            .iter()
                            .any(|word| text.ends_with(word))
                        {
                            return None;
                        }
                        text.push_str("::");
                        rest = more;
                        false
                    }
                    ('-', [TokenTree::Punct(second), more @ ..])
                        if joint && second.as_char() == '>' =>
                    {
                        if !text.is_empty() {
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
                    ('>', _) if !text.ends_with(", ") => {
                        text.push('>');
                        true
                    }
                    ('<', _) if word || text.ends_with("::") => {
                        text.push('<');
                        false
                    }
                    ('.', _) if word && !joint => {
                        text.push('.');
                        false
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

fn starts_lifetime(tokens: &[TokenTree]) -> bool {
    matches!(tokens.first(), Some(TokenTree::Punct(sign)) if sign.as_char() == '\'')
}
