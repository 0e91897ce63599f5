//! Comments, which are attributes until they are formatted.

use crate::print::{Comments, DOCS};

/// How a comment begins, and its number, where the line is an attribute that stands for one.
pub(super) fn comment(line: &str) -> Option<(&'static str, usize)> {
    let rest = line.strip_prefix('#')?;
    let (mark, rest) = match rest.strip_prefix('!') {
        Some(rest) => ("//!", rest),
        None => ("///", rest),
    };
    let rest = rest.strip_prefix('[')?.strip_prefix(DOCS)?;
    let number = rest.strip_prefix(" = ")?.strip_suffix(']')?;
    Some((mark, number.parse().ok()?))
}

/// Adds the lines of the comment.
pub(super) fn write(
    comments: &Comments,
    number: usize,
    indent: usize,
    mark: &str,
    lines: &mut String,
) -> Option<()> {
    for line in comments.lines(number)? {
        lines.extend(std::iter::repeat_n(' ', indent));
        lines.push_str(mark);
        lines.push_str(line.trim_end_matches(' '));
        lines.push('\n');
    }
    Some(())
}
