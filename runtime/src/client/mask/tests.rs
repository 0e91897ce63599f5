use base64::engine::general_purpose::{STANDARD, URL_SAFE};

use super::*;

const TOKEN: &str = "Zm9v+PLAN/TEDs3cret==";

fn masked(secrets: &[&str], text: &str) -> String {
    let mut text = text.to_owned();
    Mask::new(secrets.iter().map(|secret| Secret::from(*secret)).collect()).apply(&mut text);
    text
}

fn percent(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02x}")).collect()
}

/// Two digits each, with this between them.
fn pairs(hex: &str, between: &str) -> String {
    let pairs: Vec<&str> = (0..hex.len() / 2)
        .filter_map(|at| hex.get(2 * at..2 * at + 2))
        .collect();
    pairs.join(between)
}

/// With this after every third character.
fn split(text: &str, between: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    let pieces: Vec<String> = characters
        .chunks(3)
        .map(|piece| piece.iter().collect())
        .collect();
    pieces.join(between)
}

/// How servers spell a text.
fn spellings(text: &str) -> Vec<(&'static str, String)> {
    let url: String = url::form_urlencoded::byte_serialize(text.as_bytes()).collect();
    let units: Vec<u16> = text.encode_utf16().collect();
    let unicode: String = units.iter().map(|unit| format!("\\u{unit:04x}")).collect();
    let numbers: String = text
        .chars()
        .map(|c| format!("&#{};", u32::from(c)))
        .collect();
    let hex: String = text.bytes().map(|byte| format!("{byte:02x}")).collect();
    let mut all = vec![
        ("plain", text.to_owned()),
        ("upper case", text.to_uppercase()),
        ("lower case", text.to_lowercase()),
        ("percent", url.clone()),
        ("percent, lower case", url.to_lowercase()),
        ("percent, every character", percent(text)),
        ("percent, twice", url.replace('%', "%25")),
        ("percent, twice, every character", percent(&percent(text))),
        (
            "HTML",
            text.replace('&', "&amp;")
                .replace('=', "&#x3D;")
                .replace('+', "&#43;"),
        ),
        ("HTML, every character", numbers.clone()),
        ("HTML of HTML", numbers.replace('&', "&amp;")),
        ("percent in HTML", percent(&url).replace('%', "&#37;")),
        ("\\u", unicode.clone()),
        (
            "\\u, upper case",
            unicode.to_uppercase().replace("\\U", "\\u"),
        ),
        ("\\u in JSON in JSON", unicode.replace('\\', "\\\\")),
        ("JSON", serde_json::Value::from(text).to_string()),
        (
            "JSON in JSON",
            serde_json::Value::from(serde_json::Value::from(text).to_string()).to_string(),
        ),
        ("JSON with \\/", text.replace('/', "\\/")),
        ("Rust", format!("{text:?}")),
        ("hex", hex.clone()),
        ("numbers", format!("{:?}", text.as_bytes())),
        (
            "numbers, as Go",
            format!("{:?}", text.as_bytes()).replace(',', ""),
        ),
        ("hex, upper case", hex.to_uppercase()),
        ("hex in groups", pairs(&hex, ":")),
        ("hex in groups, upper case", pairs(&hex.to_uppercase(), " ")),
        ("HTML without ends", numbers.replace(';', "")),
        (
            "quoted-printable",
            text.bytes().map(|byte| format!("={byte:02X}")).collect(),
        ),
        (
            "octal",
            text.bytes().map(|byte| format!("\\{byte:03o}")).collect(),
        ),
        (
            "\\x of bytes",
            text.bytes().map(|byte| format!("\\x{byte:02x}")).collect(),
        ),
        ("quoted-printable on lines", split(text, "=\r\n")),
        ("split by a tag", split(text, "<span class='w'>")),
        ("split by an end tag", split(text, "</b>")),
        ("split by what is not seen", split(text, "\u{200b}")),
        ("hex in Base64", STANDARD.encode(&hex)),
        (
            "Base64 in percent in Base64",
            STANDARD.encode(percent(&STANDARD.encode(text))),
        ),
        (
            "HTML by names",
            text.replace('+', "&plus;")
                .replace('/', "&sol;")
                .replace('=', "&equals;"),
        ),
    ];
    for before in ["", "a", "ab", "abc"] {
        for after in ["", "x", "xy"] {
            let around = format!("{before}{text}{after}");
            all.push(("Base64", STANDARD.encode(&around)));
            all.push(("Base64 for URLs", URL_SAFE.encode(&around)));
            all.push((
                "Base64 of Base64",
                STANDARD.encode(format!("{before}{}", STANDARD.encode(&around))),
            ));
        }
    }
    all
}

/// Whether a text shows a run of this many characters, in any spelling that is undone here by other means.
fn shows(text: &str, secret: &str, run: usize) -> bool {
    let characters: Vec<char> = secret.chars().collect();
    let lower = text.to_lowercase();
    characters.windows(run).any(|run| {
        let run: String = run.iter().collect();
        spellings(&run)
            .iter()
            .filter(|(name, _)| !name.starts_with("Base64"))
            .any(|(_, spelling)| lower.contains(&spelling.trim_matches('"').to_lowercase()))
    })
}

#[test]
fn a_secret_is_masked_in_any_spelling() {
    for secret in [
        TOKEN,
        "пароль-Ключ-77",
        "p\"a\\s<s>&'w=rd",
        "a b+c d/e f",
        "pw42",
        "secr\"t",
    ] {
        for (name, spelling) in spellings(secret) {
            // Of a short secret in Base64, nothing but what it determines can be found.
            let text = format!("before {spelling} after, id 939167");
            let found = masked(&[secret], &text);
            assert!(
                found.starts_with("before ") && found.ends_with(" after, id 939167"),
                "{name}: {found}"
            );
            assert!(found.contains(MASK), "{name} of {secret}: {found}");
            let run = secret.chars().count().min(RUN);
            assert!(!shows(&found, secret, run), "{name} of {secret}: {found}");
            let left = found.len() - "before  after, id 939167".len() - MASK.len();
            let allowed = if name.starts_with("Base64") { 14 } else { 6 };
            assert!(left <= allowed, "{name} of {secret}: {found}");
        }
    }
}

#[test]
fn a_part_of_a_secret_is_masked_from_eight_characters_on() {
    let secret = "abcdefghijklmnopqrstuvwxyz";
    for from in 0..secret.len() {
        for to in from..=secret.len() {
            let part = &secret[from..to];
            for (name, spelling) in spellings(part) {
                let found = masked(&[secret], &format!("<{spelling}>"));
                let is_base64 = name.starts_with("Base64");
                if part.len() >= 8 {
                    assert!(found.contains(MASK), "{name} of {part}: {found}");
                } else if !is_base64 {
                    assert_eq!(found, format!("<{spelling}>"), "{name} of {part}");
                }
            }
        }
    }
    assert_eq!(
        masked(&["abcdefghijk"], "the key abcd… is wrong"),
        "the key [redacted]… is wrong"
    );
}

#[test]
fn what_is_no_secret_stays_readable() {
    let secrets = [
        TOKEN,
        "KEY-PLANTED-7",
        "Bearer tok-PLANTED-9",
        "pw42",
        "0123456789abcdef",
    ];
    for text in [
        "digiseller.edit_book: HTTP 422: the price 939167.01 of product 2338757 is below 100 RUB",
        "Order 30c9a6b2-5a3f-4a2f-9d2a-8f2b1a4e7c11 was not found",
        "Токен истёк, войдите снова",
        "Bearer token expired; Basic authentication required",
        "{\"retval\":-1,\"desc\":\"bad sign\",\"id\":12345}",
        "100 % of 5 &amp; more \\ \\u 50%",
        "c2hvcnQgdGV4dCBpbiBCYXNlNjQ=",
        "PLANTED",
        "",
    ] {
        assert_eq!(masked(&secrets, text), text);
    }
    assert_eq!(masked(&["abc", ""], "abc"), "abc");
}

#[test]
fn digests_are_masked() {
    let digest = "0123456789abcdef".repeat(4);
    assert_eq!(
        masked(&[], &format!("sign {digest} is wrong")),
        "sign [redacted] is wrong"
    );
    assert_eq!(masked(&[], &digest[1..]), digest[1..]);
}

#[test]
fn time_is_linear() {
    let secret = "0123456789abcdefghij".repeat(100);
    let started = std::time::Instant::now();
    for piece in [
        secret.as_str(),
        "%25",
        "%",
        "&amp;",
        "&",
        "\\\\",
        "\\u",
        "…",
        "01234567",
        "0",
    ] {
        let text = piece.repeat((256 << 10) / piece.len());
        let _ = masked(&[&secret], &text);
    }
    assert!(
        started.elapsed() < std::time::Duration::from_secs(20),
        "{:?}",
        started.elapsed()
    );
}
