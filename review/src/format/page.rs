//! The style and the script of the page.

pub(super) const STYLE: &str = include_str!("page/page.css");
pub(super) const SCRIPT: &str = include_str!("page/page.js");
/// SHA-256 of the script, in the form of a content security policy; a test computes it.
pub(super) const SCRIPT_HASH: &str = "sha256-1SCGCWhDRdlFfdBXxuC9mcRbaoCQa4A7wsATFeyeQm0=";

#[cfg(test)]
mod tests {
    use super::*;

    /// SHA-256, as Base64: only for the test below.
    fn sha256_base64(message: &[u8]) -> String {
        let fraction = |root: f64| {
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
            let word = ((root - root.floor()) * 4_294_967_296.0) as u32;
            word
        };
        let prime = |n: &u32| (2..*n).all(|d| !n.is_multiple_of(d));
        let primes: Vec<u32> = (2..312).filter(prime).collect();
        let constants: Vec<u32> = primes
            .iter()
            .map(|&p| fraction(f64::from(p).cbrt()))
            .collect();
        let mut state: Vec<u32> = primes[..8]
            .iter()
            .map(|&p| fraction(f64::from(p).sqrt()))
            .collect();
        let mut padded = message.to_vec();
        padded.push(0x80);
        while padded.len() % 64 != 56 {
            padded.push(0);
        }
        padded.extend((message.len() as u64 * 8).to_be_bytes());
        for block in padded.chunks(64) {
            let mut w: Vec<u32> = block
                .chunks(4)
                .map(|c| u32::from_be_bytes([c[0], c[1], c[2], c[3]]))
                .collect();
            for i in 16..64 {
                let s0 = w[i - 15].rotate_right(7) ^ w[i - 15].rotate_right(18) ^ (w[i - 15] >> 3);
                let s1 = w[i - 2].rotate_right(17) ^ w[i - 2].rotate_right(19) ^ (w[i - 2] >> 10);
                w.push(
                    w[i - 16]
                        .wrapping_add(s0)
                        .wrapping_add(w[i - 7])
                        .wrapping_add(s1),
                );
            }
            let mut v = state.clone();
            for i in 0..64 {
                let s1 = v[4].rotate_right(6) ^ v[4].rotate_right(11) ^ v[4].rotate_right(25);
                let choice = (v[4] & v[5]) ^ (!v[4] & v[6]);
                let one = v[7]
                    .wrapping_add(s1)
                    .wrapping_add(choice)
                    .wrapping_add(constants[i])
                    .wrapping_add(w[i]);
                let s0 = v[0].rotate_right(2) ^ v[0].rotate_right(13) ^ v[0].rotate_right(22);
                let two = s0.wrapping_add((v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]));
                v.rotate_right(1);
                v[4] = v[4].wrapping_add(one);
                v[0] = one.wrapping_add(two);
            }
            for (s, v) in state.iter_mut().zip(v) {
                *s = s.wrapping_add(v);
            }
        }
        let bytes: Vec<u8> = state.iter().flat_map(|word| word.to_be_bytes()).collect();
        const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        let mut out = String::new();
        for chunk in bytes.chunks(3) {
            let word = chunk.iter().fold(0u32, |all, b| all << 8 | u32::from(*b))
                << (8 * (3 - chunk.len()));
            for at in 0..4 {
                let letter = LETTERS[(word >> (18 - 6 * at)) as usize & 63];
                out.push(if at <= chunk.len() {
                    letter as char
                } else {
                    '='
                });
            }
        }
        out
    }

    #[test]
    fn the_policy_allows_the_script() {
        assert_eq!(
            sha256_base64(b""),
            "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
        );
        assert_eq!(
            SCRIPT_HASH,
            format!("sha256-{}", sha256_base64(SCRIPT.as_bytes()))
        );
    }
}
