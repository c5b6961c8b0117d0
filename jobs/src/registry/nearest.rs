//! The known word that somebody may have meant.
//!
//! Comes in: a word that is not known, and those that are. Goes out: the closest one, if any is close.

/// The known word closest to `word`: one that begins with it or contains it, or else the one with the fewest letters
/// inserted, dropped or replaced, up to a third of its length. The first of equals.
pub(crate) fn nearest<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let word = word.trim().to_lowercase();
    if word.is_empty() {
        return None;
    }
    let length = word.chars().count();
    let ranked = known.into_iter().filter_map(|candidate| {
        let lower = candidate.to_lowercase();
        let rank = if lower.starts_with(&word) {
            0
        } else if length >= 3 && lower.contains(&word) {
            1
        } else {
            let distance = edits(&word, &lower);
            // Two letters beyond what a prefix costs, so that a slip never beats the beginning of a word.
            (distance <= length.div_ceil(3)).then_some(distance + 2)?
        };
        Some((rank, candidate))
    });
    ranked.min_by_key(|(rank, _)| *rank).map(|(_, candidate)| candidate)
}

/// How many letters to insert, drop or replace (Levenshtein's distance).
fn edits(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (i, a) in from.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, b) in to.iter().enumerate() {
            let replace = diagonal + usize::from(a != *b);
            diagonal = row[j + 1];
            row[j + 1] = replace.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances() {
        // kitten, sitten, sittin, sitting.
        assert_eq!(edits("kitten", "sitting"), 3);
        assert_eq!(edits("", "abc"), 3);
        assert_eq!(edits("便利店", "便利商店"), 1);
    }

    #[test]
    fn what_was_meant() {
        let known = ["six-ones", "national-2021", "national-2023", "xicheng-10min", "mofcom-5-8-15"];
        let meant = |word| nearest(word, known);
        assert_eq!(meant("sixones"), Some("six-ones"));
        assert_eq!(meant("national-2022"), Some("national-2021"));
        assert_eq!(meant("xicheng"), Some("xicheng-10min"));
        assert_eq!(meant("5-8-15"), Some("mofcom-5-8-15"));
        assert_eq!(meant("paris"), None);
        assert_eq!(meant(""), None);
    }
}
