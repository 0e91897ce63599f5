//! Lines of two texts, and which of them changed.

/// Longer texts are compared only at their ends.
const MOST: usize = 600;

/// A line, and whether it is on one side only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Line<'a> {
    pub(super) text: &'a str,
    pub(super) changed: bool,
}

/// The lines of both texts, marked.
pub(super) fn lines<'a>(before: &'a str, after: &'a str) -> (Vec<Line<'a>>, Vec<Line<'a>>) {
    let old: Vec<&str> = before.lines().collect();
    let new: Vec<&str> = after.lines().collect();
    let head = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let rest = old.len().min(new.len()) - head;
    let tail = (0..rest)
        .take_while(|at| old[old.len() - 1 - at] == new[new.len() - 1 - at])
        .count();
    let (a, b) = (&old[head..old.len() - tail], &new[head..new.len() - tail]);
    let (kept_old, kept_new) = common(a, b);
    let mark = |all: &[&'a str], kept: &[bool]| -> Vec<Line<'a>> {
        all.iter()
            .enumerate()
            .map(|(at, text)| {
                let inside = at >= head && at < all.len() - tail;
                let changed = inside && !kept.get(at - head).copied().unwrap_or(false);
                Line { text, changed }
            })
            .collect()
    };
    (mark(&old, &kept_old), mark(&new, &kept_new))
}

/// Which lines are part of the longest common sequence.
fn common(a: &[&str], b: &[&str]) -> (Vec<bool>, Vec<bool>) {
    let (mut kept_a, mut kept_b) = (vec![false; a.len()], vec![false; b.len()]);
    if a.len() > MOST || b.len() > MOST {
        return (kept_a, kept_b);
    }
    let width = b.len() + 1;
    let mut table = vec![0u32; (a.len() + 1) * width];
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            table[i * width + j] = if a[i] == b[j] {
                table[(i + 1) * width + j + 1] + 1
            } else {
                table[(i + 1) * width + j].max(table[i * width + j + 1])
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    while i < a.len() && j < b.len() {
        if a[i] == b[j] {
            (kept_a[i], kept_b[j]) = (true, true);
            (i, j) = (i + 1, j + 1);
        } else if table[(i + 1) * width + j] >= table[i * width + j + 1] {
            i += 1;
        } else {
            j += 1;
        }
    }
    (kept_a, kept_b)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_what_differs() {
        let (old, new) = lines("a\nb\nc\nd", "a\nx\nc\ne\nd");
        let changed = |lines: &[Line<'_>]| -> Vec<String> {
            let changed = lines.iter().filter(|line| line.changed);
            changed.map(|line| line.text.to_owned()).collect()
        };
        assert_eq!(changed(&old), ["b"]);
        assert_eq!(changed(&new), ["x", "e"]);
        let (old, new) = lines("", "");
        assert!(old.is_empty() && new.is_empty());
        let (old, new) = lines("a\na", "a");
        assert_eq!((changed(&old).len(), changed(&new).len()), (1, 0));
    }
}
