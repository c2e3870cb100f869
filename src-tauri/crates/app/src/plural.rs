//! How many of something, in a sentence.

/// A number and its noun, whose plural ends in `s`: `1 order`, `2 orders`.
pub fn counted(count: i64, noun: &str) -> String {
    let ending = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{ending}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_singular_and_all_others_are_plural() {
        assert_eq!(
            [0, 1, 2].map(|count| counted(count, "order")),
            ["0 orders", "1 order", "2 orders"]
        );
    }
}
