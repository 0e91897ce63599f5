//! Random numbers for waits and boundaries, from the keys with which the standard library hashes.

use std::hash::{BuildHasher, Hasher, RandomState};

/// 64 unpredictable bits.
pub(super) fn bits() -> u64 {
    RandomState::new().build_hasher().finish()
}

/// A number from 0 to 1, without 1.
pub(super) fn fraction() -> f64 {
    let upper = u32::try_from(bits() >> 32).unwrap_or_default();
    f64::from(upper) / (f64::from(u32::MAX) + 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_differ_and_cover_their_range() {
        let mut drawn: Vec<u64> = (0..1000).map(|_| bits()).collect();
        drawn.sort_unstable();
        drawn.dedup();
        assert_eq!(drawn.len(), 1000);
        let numbers: Vec<f64> = (0..1000).map(|_| fraction()).collect();
        assert!(numbers.iter().all(|number| (0.0..1.0).contains(number)));
        for tenth in 0..10 {
            let low = f64::from(tenth) / 10.0;
            let here = numbers.iter().filter(|n| (low..low + 0.1).contains(*n));
            assert!(here.count() > 30, "from {low}");
        }
    }
}
