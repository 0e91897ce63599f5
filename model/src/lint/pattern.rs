//! Whether a `pattern` is a regular expression of ECMA-262, as far as its structure says.

/// What is wrong with it.
pub(super) fn fault(pattern: &str) -> Option<String> {
    let mut chars = pattern.chars().peekable();
    let mut groups = 0_usize;
    // Whether something is there that a quantifier can follow.
    let mut atom = false;
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                None => return Some("it ends in a backslash".into()),
                Some(_) => atom = true,
            },
            '[' => {
                let mut closed = false;
                while let Some(c) = chars.next() {
                    match c {
                        '\\' if chars.next().is_none() => {
                            return Some("it ends in a backslash".into());
                        }
                        ']' => {
                            closed = true;
                            break;
                        }
                        _ => {}
                    }
                }
                if !closed {
                    return Some("a `[` without its `]`".into());
                }
                atom = true;
            }
            '(' => {
                groups += 1;
                atom = false;
                if chars.peek() == Some(&'?') {
                    chars.next();
                    if !matches!(chars.peek(), Some(':' | '=' | '!' | '<')) {
                        return Some("an unknown kind of group after `(?`".into());
                    }
                    chars.next();
                }
            }
            ')' => {
                if groups == 0 {
                    return Some("a `)` without its `(`".into());
                }
                groups -= 1;
                atom = true;
            }
            '*' | '+' | '?' if !atom => return Some(format!("nothing before `{c}` to repeat")),
            '*' | '+' | '?' => {
                // `*?` is lazy.
                if chars.peek() == Some(&'?') {
                    chars.next();
                }
                atom = false;
            }
            '|' | '^' => atom = false,
            _ => atom = true,
        }
    }
    (groups > 0).then(|| "a `(` without its `)`".into())
}

#[cfg(test)]
mod tests {
    use super::fault;

    #[test]
    fn faults() {
        for good in [
            "^[a-z]+$",
            "(a|b)*?",
            r"^\d{3}-\w+$",
            "(?:x)+",
            "(?<n>a)",
            "[[a]",
            "a{2,}",
            "^$",
            r"[\]]",
        ] {
            assert_eq!(fault(good), None, "{good}");
        }
        for bad in ["[a", "(a", "a)", "*a", "a**", "\\", "(?x)", "(+)"] {
            assert!(fault(bad).is_some(), "{bad}");
        }
    }
}
