//! Which copies are kept: one for each of the last 12 times 5 minutes, 24 hours and 14 days.
//! Source: quality.md 1.3.

use std::collections::BTreeSet;

use kernel::Timestamp;

/// A span of time, and for how many of them a copy is kept.
const KEPT: [(i64, usize); 3] = [(5 * 60, 12), (60 * 60, 24), (24 * 60 * 60, 14)];

/// A copy and its age.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Age<K> {
    /// When it was made.
    pub made_at: Timestamp,
    /// Which it is.
    pub copy: K,
}

/// The copies that may go. The newest always stays; in each span the last one made stays, for as
/// many spans as have one. So nothing goes only because time passes without new copies, and a
/// clock that was set wrong does not empty the folder.
pub fn to_remove<K: Copy + Ord>(copies: &[Age<K>]) -> Vec<K> {
    let mut newest_first = copies.to_vec();
    newest_first.sort_by(|one, other| other.cmp(one));
    let mut kept = BTreeSet::new();
    kept.extend(newest_first.first().copied());
    for (seconds, most) in KEPT {
        let mut spans = BTreeSet::new();
        for copy in &newest_first {
            let span = copy.made_at.micros().div_euclid(seconds * 1_000_000);
            if spans.len() < most && spans.insert(span) {
                kept.insert(*copy);
            }
        }
    }
    newest_first.into_iter().filter(|copy| !kept.contains(copy)).map(|copy| copy.copy).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: Timestamp = Timestamp::from_micros(1_795_435_200_000_000);

    fn copies(minutes: impl Iterator<Item = i64>) -> Vec<Age<i64>> {
        minutes.map(|at| Age { made_at: NOON.plus_minutes(at), copy: at }).collect()
    }

    fn kept(copies: &[Age<i64>]) -> Vec<i64> {
        let gone = to_remove(copies);
        copies.iter().map(|copy| copy.copy).filter(|copy| !gone.contains(copy)).collect()
    }

    #[test]
    fn of_thirty_days_of_copies_fifty_stay_at_most_and_reach_over_twelve_days_back() {
        let all = copies((0..30 * 24 * 12).map(|number| number * 5));
        let kept = kept(&all);
        // One copy may be the last of its five minutes, its hour and its day.
        assert!((40..=12 + 24 + 14).contains(&kept.len()), "{}", kept.len());
        let newest = all.last().expect("one").copy;
        assert_eq!(kept.last(), Some(&newest));
        assert!(12 * 24 * 60 <= newest - kept[0], "the oldest is {} minutes old", newest - kept[0]);
    }

    #[test]
    fn done_after_each_copy_it_keeps_what_it_keeps_done_once() {
        let mut step_by_step = Vec::new();
        for copy in copies((0..3 * 24 * 12).map(|number| number * 5)) {
            step_by_step.push(copy);
            let gone = to_remove(&step_by_step);
            step_by_step.retain(|copy| !gone.contains(&copy.copy));
        }
        let once = kept(&copies((0..3 * 24 * 12).map(|number| number * 5)));
        let step_by_step: Vec<i64> = step_by_step.iter().map(|copy| copy.copy).collect();
        assert_eq!(step_by_step, once);
    }

    #[test]
    fn copies_in_one_span_give_way_to_the_last_of_them() {
        assert_eq!(kept(&copies([0, 1, 2, 3, 5, 6].into_iter())), [3, 6]);
    }

    #[test]
    fn a_clock_that_jumped_does_not_remove_the_only_copies_of_another_time() {
        assert_eq!(kept(&copies([0, 60 * 24 * 365 * 70].into_iter())).len(), 2);
    }
}
