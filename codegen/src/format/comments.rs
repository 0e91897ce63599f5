//! Comments, which are attributes until they are formatted.

use crate::print::DOCS;

/// How a comment begins, and its lines, where the line is an attribute that is a comment.
pub(super) fn comment(line: &str) -> Option<(&'static str, impl Iterator<Item = String>)> {
    let rest = line.strip_prefix('#')?;
    let (mark, rest) = match rest.strip_prefix('!') {
        Some(rest) => ("//!", rest),
        None => ("///", rest),
    };
    let rest = rest.strip_prefix('[')?.strip_prefix(DOCS)?;
    let literal = rest.strip_prefix(" = ")?.strip_suffix(']')?;
    Some((mark, comment_lines(DOCS, literal)?))
}

/// The lines of the comment that an attribute of this name and value is, if it is one.
pub(super) fn comment_lines(name: &str, literal: &str) -> Option<impl Iterator<Item = String>> {
    let text = string(literal)?;
    let is_comment = name == DOCS || (name == "doc" && !text.contains('\n'));
    let lines = text
        .split('\n')
        .map(|line| line.trim_end_matches(' ').to_owned());
    is_comment.then(|| lines.collect::<Vec<_>>().into_iter())
}

/// What a literal is the text of.
fn string(literal: &str) -> Option<String> {
    if let Some(raw) = literal.strip_prefix("r\"") {
        return raw.strip_suffix('"').map(str::to_owned);
    }
    let inner = literal.strip_prefix('"')?.strip_suffix('"')?;
    let mut text = String::with_capacity(inner.len());
    let mut rest = inner;
    while let Some((plain, escaped)) = rest.split_once('\\') {
        text.push_str(plain);
        let mut characters = escaped.chars();
        text.push(match characters.next()? {
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            '0' => '\0',
            same @ ('\\' | '"' | '\'') => same,
            // Of a number.
            _ => {
                return syn::parse_str::<syn::LitStr>(literal)
                    .ok()
                    .map(|text| text.value());
            }
        });
        rest = characters.as_str();
    }
    text.push_str(rest);
    Some(text)
}
