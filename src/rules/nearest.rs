//! The word that was meant, of those there are.

/// The nearest of `known` to `word`, if one is near.
pub(crate) fn nearest<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let word = word.to_lowercase();
    let near = |known: &'k str| (strsim::jaro_winkler(&word, &known.to_lowercase()), known);
    // Of those that are equally near the first: CMD-2 is rather CMD-02 than CMD-12.
    let best = known.into_iter().map(near).reduce(|best, next| if next.0 > best.0 { next } else { best })?;
    (best.0 > 0.75).then_some(best.1)
}

/// `; did you mean 'this'?`, or nothing.
pub(crate) fn hint<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> String {
    nearest(word, known).map(|known| format!("; did you mean '{known}'?")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_words_are_found_and_far_ones_are_not() {
        let known = ["select", "ignore", "extends", "fail_on"];
        assert_eq!(nearest("selct", known), Some("select"));
        assert_eq!(nearest("FAIL-ON", known), Some("fail_on"));
        assert_eq!(nearest("zzz", known), None);
        assert_eq!(nearest("CMD-2", ["CMD-01", "CMD-02", "CMD-12"]), Some("CMD-02"));
        assert_eq!(hint("extend", known), "; did you mean 'extends'?");
    }
}
