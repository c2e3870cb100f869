//! The application's own time, which passes as it really does, whatever is done to the computer's
//! clock.
//!
//! At a start it is taken from the computer's clock; from there on it follows the counter of the
//! time since the computer was started, which nobody can set. Invariants: it never goes back, not
//! between starts either; while the computer is not restarted, a start takes over at most [`GRACE`]
//! of what was done to the clock, and a run nothing.
//! Nothing here reads a clock. Source: quality.md, R16.

use kernel::Timestamp;
use serde::{Deserialize, Serialize};

/// A difference up to this is no jump, and is taken over at the next start, in microseconds.
pub const GRACE: i64 = 60 * 1_000_000;

/// What both clocks show at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// The computer's clock, which can be set.
    pub wall: Timestamp,
    /// Time since the computer was started, sleep included, in microseconds.
    pub since_boot: i64,
}

/// Ties the application's time to the counter, for as long as the computer is not restarted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Anchor {
    /// Which start of the computer the counter counts from; absent where the system does not tell.
    pub boot: Option<String>,
    /// The counter, in microseconds.
    pub since_boot: i64,
    /// The application's time then, in microseconds since the epoch.
    pub own: i64,
    /// The computer's clock was behind what is stored, and nothing told how much time had passed.
    /// What sets it forward then puts it right.
    pub was_behind: bool,
}

impl Anchor {
    /// The anchor of a start. `kept` is that of an earlier one, and `last` the latest moment that is
    /// stored.
    pub fn at_start(
        kept: Option<Self>,
        boot: Option<String>,
        reading: Reading,
        last: Timestamp,
    ) -> Self {
        let Reading { wall, since_boot } = reading;
        let really = kept.as_ref().filter(|kept| kept.counts_from(boot.as_deref(), since_boot));
        let own = match really.map(|kept| kept.own(since_boot)) {
            // The clock was set while the application was closed. Time did not pass for it.
            Some(really) if GRACE < (wall.micros() - really.micros()).abs() => really,
            _ => wall,
        };
        let was_behind = really.is_none() && wall.micros() < last.micros().saturating_sub(GRACE);
        Self { boot, since_boot, own: own.max(last).micros(), was_behind }
    }

    /// The application's time at a reading of the counter.
    pub const fn own(&self, since_boot: i64) -> Timestamp {
        Timestamp::from_micros(self.own.saturating_add(since_boot - self.since_boot))
    }

    /// How far the computer's clock is ahead of the application's time, or behind if negative, in
    /// seconds; nothing while they agree.
    pub fn difference(&self, reading: Reading) -> Option<i64> {
        let own = self.own(reading.since_boot);
        let micros = reading.wall.micros().saturating_sub(own.micros());
        (GRACE < micros.abs()).then_some(micros / 1_000_000)
    }

    fn counts_from(&self, boot: Option<&str>, since_boot: i64) -> bool {
        boot.is_some()
            && self.boot.as_deref() == boot
            && self.since_boot <= since_boot
            && !self.was_behind
    }
}

#[cfg(test)]
mod tests {
    use proptest::{prelude::*, proptest};

    use super::*;

    const SECOND: i64 = 1_000_000;
    const HOUR: i64 = 3_600 * SECOND;
    const DAY: i64 = 24 * HOUR;
    const NOW: i64 = 1_795_426_200 * SECOND;

    /// What happens to a computer and the application on it.
    #[derive(Debug, Clone)]
    enum Step {
        /// Time passes, in microseconds; something is stored.
        Pass(i64),
        /// Somebody or something sets the clock forward or back by so much.
        Jump(i64),
        /// Somebody sets the clock to a moment.
        Set(i64),
        /// The application is closed, so much time passes, and it is opened again.
        Restart(i64),
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let jumps = [2 * HOUR, -2 * HOUR, DAY, -DAY, 90 * SECOND, -90 * SECOND];
        let moments = [0, 4_070_908_800 * SECOND];
        let step = prop_oneof![
            4 => (0..HOUR).prop_map(Step::Pass),
            2 => prop::sample::select(jumps.to_vec()).prop_map(Step::Jump),
            1 => prop::sample::select(moments.to_vec()).prop_map(Step::Set),
            2 => (0..HOUR).prop_map(Step::Restart),
        ];
        prop::collection::vec(step, 1..60)
    }

    /// A computer with its clock and its counter, and the true time.
    struct Computer {
        wall: i64,
        truth: i64,
    }

    impl Computer {
        fn reading(&self) -> Reading {
            Reading { wall: Timestamp::from_micros(self.wall), since_boot: self.truth }
        }

        fn pass(&mut self, micros: i64) {
            self.wall += micros;
            self.truth += micros;
        }

        fn start(&self, kept: Option<Anchor>, last: i64) -> Anchor {
            let last = Timestamp::from_micros(last);
            Anchor::at_start(kept, Some("this".into()), self.reading(), last)
        }
    }

    proptest! {
        /// Orders expire by this time: so none expires by a jump, and none is held longer.
        #[test]
        fn time_passes_as_it_really_does_whatever_the_clock_shows(steps in steps()) {
            let mut computer = Computer { wall: NOW, truth: 5 * SECOND };
            let mut anchor = computer.start(None, 0);
            // Something was stored while the clock was right.
            let began = (anchor.own(computer.truth).micros(), computer.truth);
            let mut before = began.0;
            for step in steps {
                match step {
                    Step::Pass(micros) => computer.pass(micros),
                    Step::Jump(micros) => computer.wall += micros,
                    Step::Set(moment) => computer.wall = moment,
                    Step::Restart(micros) => {
                        computer.pass(micros);
                        anchor = computer.start(Some(anchor), before);
                    }
                }
                let own = anchor.own(computer.truth).micros();
                prop_assert!(before <= own, "time went back");
                let passed = (own - began.0, computer.truth - began.1);
                prop_assert!((passed.0 - passed.1).abs() <= GRACE, "{passed:?} is no longer true");
                let off = (computer.wall - own).abs();
                let noted = anchor.difference(computer.reading()).is_some();
                prop_assert_eq!(noted, GRACE < off);
                before = own;
            }
        }
    }

    #[test]
    fn after_a_restart_of_the_computer_its_clock_counts_and_time_does_not_go_back() {
        let kept = Anchor { boot: Some("one".into()), since_boot: 0, own: NOW, was_behind: false };
        for (wall, own) in [(NOW + DAY, NOW + DAY), (NOW - DAY, NOW + HOUR), (0, NOW + HOUR)] {
            let reading = Reading { wall: Timestamp::from_micros(wall), since_boot: SECOND };
            let last = Timestamp::from_micros(NOW + HOUR);
            let anchor = Anchor::at_start(Some(kept.clone()), Some("two".into()), reading, last);
            assert_eq!(anchor.own(SECOND).micros(), own);
            assert_eq!(anchor.difference(reading).is_some(), wall < own);
        }
    }

    /// A computer without a battery for its clock begins in 1970 until the network tells the time.
    #[test]
    fn a_clock_that_was_behind_and_is_put_right_is_followed_at_the_next_start() {
        let last = NOW;
        let mut computer = Computer { wall: 0, truth: 0 };
        let anchor = computer.start(None, last);
        assert_eq!(anchor.own(0).micros(), last);
        computer.pass(HOUR);
        computer.wall = NOW + DAY;
        assert_eq!(anchor.difference(computer.reading()), Some((DAY - HOUR) / SECOND));
        let anchor = computer.start(Some(anchor), last + HOUR);
        assert_eq!(anchor.own(computer.truth).micros(), NOW + DAY);
        assert_eq!(anchor.difference(computer.reading()), None);
    }
}
