//! How a wire name is written, as a word: what distinguishes `max-keys` from `MaxKeys`.

/// The word; of several names of the same words, each is written in its own way more often than not.
pub(super) fn style(wire: &str) -> &'static str {
    let is_sign = |c: char| !c.is_alphanumeric();
    let inner = wire.trim_matches(is_sign);
    if inner.len() < wire.len() {
        return outer(wire);
    }
    let upper = inner.contains(char::is_uppercase);
    let lower = inner.contains(char::is_lowercase);
    let begins_upper = inner.starts_with(char::is_uppercase);
    let mut signs: Vec<char> = inner.chars().filter(|c| is_sign(*c)).collect();
    signs.dedup();
    match signs.as_slice() {
        [] if !upper && lower => "lower",
        [] if upper && !lower => "upper",
        [] if begins_upper => "pascal",
        [] if upper => "camel",
        ['_'] if upper && !lower => "shouty",
        ['_'] => "snake",
        ['-'] if begins_upper => "train",
        ['-'] => "kebab",
        ['.'] => "dotted",
        [' '] => "spaced",
        ['/'] => "slashed",
        _ => "plain",
    }
}

/// Of a name that begins or ends with a sign.
fn outer(wire: &str) -> &'static str {
    let mut ends = wire.chars().next().into_iter().chain(wire.chars().last());
    match ends.find(|c| !c.is_alphanumeric()) {
        Some('/') => "slash",
        Some('_') => "underscore",
        Some('$') => "dollar",
        Some('@') => "at",
        Some('[' | ']') => "brackets",
        _ => "sign",
    }
}

#[cfg(test)]
mod tests {
    use super::style;

    #[test]
    fn spellings_of_the_same_words_differ() {
        let words = [
            "max_keys",
            "max-keys",
            "max.keys",
            "max keys",
            "max/keys",
            "maxKeys",
            "MaxKeys",
            "maxkeys",
            "MAXKEYS",
            "MAX_KEYS",
            "Max-Keys",
            "_max_keys",
            "$max_keys",
            "max_keys[]",
            "max_keys/",
        ];
        let styles = words.map(style);
        let mut distinct = styles.to_vec();
        distinct.sort_unstable();
        distinct.dedup();
        assert_eq!(distinct.len(), words.len(), "{styles:?}");
        assert_eq!(style("get /jobs"), "plain");
    }
}
