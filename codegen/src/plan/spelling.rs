//! Wire names as words, and words as identifiers.

use heck::ToSnakeCase;

/// How an identifier is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Case {
    /// `snake_case`: fields, methods, arguments, modules.
    Snake,
    /// `UpperCamelCase`: types and variants.
    Camel,
    /// `SHOUTY_SNAKE_CASE`: constants.
    Shouty,
}

/// An identifier for a wire name: never empty, never one that begins with a digit, never with `_` at its end. It may be
/// a keyword.
#[must_use]
pub fn spell(wire: &str, case: Case) -> String {
    // Many names are spelled already.
    if case == Case::Snake && is_snake(wire) {
        return wire.to_owned();
    }
    // Most names are plain: their words are parts of the name itself.
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    if wire.bytes().all(plain) {
        let mut words = Vec::with_capacity(8);
        ascii_words(wire, &mut words);
        if !words.is_empty() {
            return join_ascii(&words, case, wire.len());
        }
    }
    join(&words(wire), case)
}

/// Whether it is lower-case words with one `_` between them.
fn is_snake(wire: &str) -> bool {
    let words = |byte: u8| byte.is_ascii_lowercase() || byte == b'_';
    let ends = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_lowercase);
    let bytes = wire.as_bytes();
    wire.bytes().all(words) && ends(bytes.first()) && ends(bytes.last()) && !wire.contains("__")
}

/// Words of ASCII letters and digits as one identifier.
fn join_ascii(words: &[&str], case: Case, length: usize) -> String {
    let mut out = String::with_capacity(length + words.len() + 1);
    for word in words {
        let start = out.len();
        let digits = out.ends_with(|c: char| c.is_ascii_digit())
            && word.starts_with(|c: char| c.is_ascii_digit());
        if start > 0 && (case != Case::Camel || digits) {
            out.push('_');
        }
        let start = out.len();
        out.push_str(word);
        match case {
            Case::Snake => out[start..].make_ascii_lowercase(),
            Case::Shouty => out[start..].make_ascii_uppercase(),
            Case::Camel => {
                out[start..].make_ascii_lowercase();
                out[start..=start].make_ascii_uppercase();
            }
        }
    }
    begin_with_letter(out, case)
}

/// An identifier does not begin with a digit.
fn begin_with_letter(mut out: String, case: Case) -> String {
    if out.starts_with(|c: char| c.is_ascii_digit()) {
        out.insert(0, if case == Case::Snake { 'n' } else { 'N' });
    }
    out
}

/// Words as one identifier.
fn join(words: &[String], case: Case) -> String {
    let mut out = String::new();
    for word in words {
        let digits = out.ends_with(|c: char| c.is_ascii_digit())
            && word.starts_with(|c: char| c.is_ascii_digit());
        if !out.is_empty() && (case != Case::Camel || digits) {
            out.push('_');
        }
        match case {
            Case::Snake => out.push_str(word),
            Case::Camel => {
                let mut characters = word.chars();
                out.extend(characters.next().map(upper).into_iter().flatten());
                out.push_str(characters.as_str());
            }
            Case::Shouty => out.extend(word.chars().flat_map(upper)),
        }
    }
    begin_with_letter(out, case)
}

/// The upper-case letter, where it is a letter of identifiers.
fn upper(c: char) -> impl Iterator<Item = char> {
    let upper = c.to_uppercase();
    let kept = upper.clone().all(is_kept);
    upper.filter(move |_| kept).chain((!kept).then_some(c))
}

/// A lower-case letter as that of its upper case, so that names that differ stay different in upper case: `ss` for `ß`.
fn folded(c: char) -> impl Iterator<Item = char> {
    let folded = c.to_uppercase().flat_map(char::to_lowercase);
    let kept = c.is_lowercase() && folded.clone().all(is_kept);
    folded.filter(move |_| kept).chain((!kept).then_some(c))
}

/// The lower-case words of a wire name; never none.
fn words(wire: &str) -> Vec<String> {
    let symbols_only = !wire.chars().any(char::is_alphanumeric);
    let mut text = String::new();
    // Signs before the first letter or digit, such as those of `>=5`, `-1` and `-created_at`, are part of the meaning.
    let mut leading = true;
    // So is a comparison behind the last one, of filters such as `DateCreated>`; `List<Item>` has none.
    let compares = is_compared(wire);
    let mut rest = wire.chars().peekable();
    while let Some(c) = rest.next() {
        if is_kept(c) {
            leading = false;
            match c.is_ascii() {
                true => text.push(c),
                false => text.extend(folded(c)),
            }
            continue;
        }
        if let Some(latin) = transliterated(c) {
            leading = false;
            if c.is_uppercase() {
                let mut letters = latin.chars();
                text.extend(letters.next().map(|first| first.to_ascii_uppercase()));
                text.push_str(letters.as_str());
            } else {
                text.push_str(latin);
            }
            continue;
        }
        match (c, rest.peek()) {
            ('\'', _) if !symbols_only => continue,
            ('+', _) => text.push_str(" plus "),
            ('%', _) => text.push_str(" percent "),
            ('&', _) => text.push_str(" and "),
            ('>', Some('=')) if leading || compares => {
                rest.next();
                text.push_str(" greater or equal ");
            }
            ('<', Some('=')) if leading || compares => {
                rest.next();
                text.push_str(" less or equal ");
            }
            ('!', Some('=')) if leading => {
                rest.next();
                text.push_str(" not equal ");
            }
            _ if symbols_only => push_symbol(&mut text, c),
            ('<' | '>', _) if compares => push_symbol(&mut text, c),
            ('-' | '<' | '>' | '=' | '!' | '≤' | '≥' | '≠' | '*' | '~' | '−', _) if leading =>
            {
                push_symbol(&mut text, c);
            }
            _ if c.is_alphanumeric() => push_symbol(&mut text, c),
            _ => text.push(' '),
        }
        leading &= !c.is_alphanumeric();
    }
    if wire.is_empty() {
        "empty".clone_into(&mut text);
    }
    let words: Vec<String> = match text.is_ascii() {
        true => {
            let mut words = Vec::new();
            ascii_words(&text, &mut words);
            words.into_iter().map(str::to_ascii_lowercase).collect()
        }
        false => {
            let snake: String = text
                .to_snake_case()
                .chars()
                .filter(|c| *c == '_' || is_kept(*c))
                .collect();
            let words = snake.split('_').filter(|word| !word.is_empty());
            words.map(str::to_owned).collect()
        }
    };
    if words.is_empty() {
        return vec!["unnamed".to_owned()];
    }
    words
}

/// Whether a name ends in `<`, `>`, `<=` or `>=`.
fn is_compared(wire: &str) -> bool {
    let name = wire.strip_suffix('=').unwrap_or(wire);
    let name = name.strip_suffix(['<', '>']);
    name.is_some_and(|name| !name.is_empty() && !name.contains(['<', '>']))
}

/// Adds the words of ASCII text, as heck finds them: `userID` has two, and so has `XMLNode`.
fn ascii_words<'t>(text: &'t str, words: &mut Vec<&'t str>) {
    for part in text.split(|c: char| !c.is_ascii_alphanumeric()) {
        let letters = part.as_bytes();
        let mut from = 0;
        // The case of the last letter.
        let mut upper = None;
        for (at, letter) in letters.iter().enumerate() {
            let next = letters.get(at + 1);
            let was = upper;
            if letter.is_ascii_alphabetic() {
                upper = Some(letter.is_ascii_uppercase());
            }
            let Some(next) = next else { continue };
            if upper == Some(false) && next.is_ascii_uppercase() {
                words.push(&part[from..=at]);
                from = at + 1;
                upper = None;
            } else if was == Some(true) && letter.is_ascii_uppercase() && next.is_ascii_lowercase()
            {
                words.push(&part[from..at]);
                from = at;
                upper = None;
            }
        }
        words.push(&part[from..]);
    }
    words.retain(|word| !word.is_empty());
}

/// A sign as a word.
fn push_symbol(text: &mut String, c: char) {
    let word = match c {
        ' ' => "space",
        '\t' => "tab",
        '\n' => "newline",
        '!' => "not",
        '"' => "quote",
        '#' => "hash",
        '$' => "dollar",
        '\'' => "apostrophe",
        '(' => "open paren",
        ')' => "close paren",
        '*' => "asterisk",
        ',' => "comma",
        '-' | '−' => "minus",
        '.' => "dot",
        '/' => "slash",
        ':' => "colon",
        ';' => "semicolon",
        '<' => "less than",
        '=' => "equal",
        '>' => "greater than",
        '?' => "question mark",
        '@' => "at",
        '[' => "open bracket",
        '\\' => "backslash",
        ']' => "close bracket",
        '^' => "caret",
        '_' => "underscore",
        '`' => "backtick",
        '{' => "open brace",
        '|' => "pipe",
        '}' => "close brace",
        '~' => "tilde",
        '≠' => "not equal",
        '≤' => "less or equal",
        '≥' => "greater or equal",
        '±' => "plus minus",
        '×' => "times",
        '÷' => "divided by",
        '€' => "euro",
        '£' => "pound",
        '₽' => "ruble",
        '№' => "number",
        '°' => "degree",
        _ => {
            text.push_str(&format!(" u{:x} ", u32::from(c)));
            return;
        }
    };
    text.push(' ');
    text.push_str(word);
    text.push(' ');
}

/// Letters and digits that identifiers keep: those of which rustc does not warn in any combination, which it does of
/// letters of one script that look like those of another.
fn is_kept(c: char) -> bool {
    match c {
        'a'..='z' | 'A'..='Z' | '0'..='9' => true,
        // Latin letters with marks; without signs, and without those that stand for two letters or another.
        'À'..='Ö' | 'Ø'..='ö' | 'ø'..='ı' | 'Ĵ'..='ľ' | 'Ł'..='ň' | 'Ŋ'..='ž' => true,
        // Kana, ideographs and Hangul.
        'ぁ'..='ゖ' | 'ァ'..='ヺ' | '\u{4E00}'..='\u{9FA5}' | '\u{AC00}'..='\u{D7A3}' => {
            // These look like a stroke, the sign for a long vowel, or each other.
            !matches!(
                c,
                'へ' | 'ヘ'
                    | '一'
                    | 'ニ'
                    | '二'
                    | 'ハ'
                    | '八'
                    | 'ロ'
                    | '口'
                    | 'エ'
                    | '工'
                    | 'カ'
                    | '力'
                    | 'タ'
                    | '夕'
                    | 'ト'
                    | '卜'
                    | 'ノ'
                    | '丿'
                    | 'べ'
                    | 'ベ'
                    | 'ぺ'
                    | 'ペ'
            )
        }
        _ => false,
    }
}

/// A Cyrillic letter in Latin letters. Many look like Latin ones, so that rustc warns of them.
fn transliterated(c: char) -> Option<&'static str> {
    let lower = c.to_lowercase().next()?;
    Some(match lower {
        'а' => "a",
        'б' => "b",
        'в' => "v",
        'г' | 'ґ' => "g",
        'д' => "d",
        'е' | 'э' => "e",
        'ё' => "yo",
        'ж' => "zh",
        'з' => "z",
        'и' => "i",
        'й' => "y",
        'к' => "k",
        'л' => "l",
        'м' => "m",
        'н' => "n",
        'о' => "o",
        'п' => "p",
        'р' => "r",
        'с' => "s",
        'т' => "t",
        'у' | 'ў' => "u",
        'ф' => "f",
        'х' => "kh",
        'ц' => "ts",
        'ч' => "ch",
        'ш' => "sh",
        'щ' => "shch",
        'ъ' | 'ь' => "",
        'ы' => "y",
        'ю' => "yu",
        'я' => "ya",
        'є' => "ye",
        'і' => "i",
        'ї' => "yi",
        _ => return None,
    })
}

/// Rust's keywords, of all editions.
const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate",
    "do", "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl",
    "in", "let", "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref",
    "return", "self", "Self", "static", "struct", "super", "trait", "true", "try", "type",
    "typeof", "union", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// Whether a name is a keyword.
#[must_use]
pub fn is_keyword(name: &str) -> bool {
    KEYWORDS.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_what_they_stand_for() {
        for (wire, name) in [
            ("=", "Equal"),
            ("!=", "NotEqual"),
            (">", "GreaterThan"),
            ("<", "LessThan"),
            (">=", "GreaterOrEqual"),
            ("<=", "LessOrEqual"),
            ("≠", "NotEqual"),
            ("*", "Asterisk"),
            ("+", "Plus"),
            ("-", "Minus"),
            ("", "Empty"),
            (" ", "Space"),
            ("-1", "Minus1"),
            ("+1", "Plus1"),
            ("1", "N1"),
            ("1.0", "N1_0"),
            ("10", "N10"),
            ("2020-01-02", "N2020_01_02"),
            ("-created_at", "MinusCreatedAt"),
            (">=5", "GreaterOrEqual5"),
            ("ru-RU", "RuRu"),
            ("C++", "CPlusPlus"),
            ("application/json", "ApplicationJson"),
            ("Привет", "Privet"),
            ("½", "Ubd"),
            ("m²", "MUb2"),
            ("名前", "名前"),
            ("😀", "U1f600"),
        ] {
            assert_eq!(spell(wire, Case::Camel), name, "{wire}");
        }
        for (wire, name) in [
            ("asset[src]", "asset_src"),
            ("category-id", "category_id"),
            ("DateCreated", "date_created"),
            ("DateCreated<", "date_created_less_than"),
            ("DateCreated>", "date_created_greater_than"),
            ("size<=", "size_less_or_equal"),
            ("PagedResult<Item>", "paged_result_item"),
            ("2fa", "n2fa"),
            ("straße", "strasse"),
            ("@id", "id"),
            ("$ref", "ref"),
            ("_meta", "meta"),
            ("", "empty"),
            ("$", "dollar"),
            ("+1", "plus_1"),
            ("-1", "minus_1"),
            ("secondaryPhone", "secondary_phone"),
            ("naïve", "naïve"),
            ("don't", "dont"),
        ] {
            assert_eq!(spell(wire, Case::Snake), name, "{wire}");
        }
    }

    #[test]
    fn words_of_ascii_are_those_of_heck() {
        let letters = ['a', 'b', 'A', 'B', '1', '_', ' '];
        let mut texts = vec![String::new()];
        for _ in 0..6 {
            let longer = |text: &String| letters.map(|letter| format!("{text}{letter}"));
            texts = texts.iter().flat_map(longer).collect();
            for text in &texts {
                let snake = text.to_snake_case();
                let heck: Vec<&str> = snake.split('_').filter(|word| !word.is_empty()).collect();
                let mut words = Vec::new();
                ascii_words(text, &mut words);
                let words: Vec<String> =
                    words.iter().map(|word| word.to_ascii_lowercase()).collect();
                assert_eq!(words, heck, "{text:?}");
                for case in [Case::Snake, Case::Camel, Case::Shouty] {
                    assert_eq!(
                        spell(text, case),
                        join(&super::words(text), case),
                        "{text:?}"
                    );
                }
            }
        }
    }

    /// `format_ident!` panics on what is not an identifier. Changes of case can bring in characters of their own.
    #[test]
    fn every_character_makes_identifiers() {
        // Left out are blocks of many letters that are all alike: Chinese, Korean, old scripts.
        let blocks = [
            '\0'..='\u{33FF}',
            '\u{9F00}'..='\u{ABFF}',
            '\u{F900}'..='\u{FFFF}',
            '\u{1D000}'..='\u{1FFFF}',
        ];
        for c in blocks.into_iter().flatten() {
            for wire in [format!("{c}"), format!("a{c}B"), format!("{c}1")] {
                for case in [Case::Snake, Case::Camel, Case::Shouty] {
                    let name = spell(&wire, case);
                    assert!(!name.ends_with('_'), "{wire:?}: {name}");
                    let _ = quote::format_ident!("{name}_");
                }
            }
        }
    }
}
