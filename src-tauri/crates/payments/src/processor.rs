//! The simulated processor: it stands for a third party and takes no money.
//!
//! A person accepts or rejects on its page; for trying things out it also follows a script. This
//! plans when which answer comes; the caller turns the plan into timeouts.

use kernel::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How long after the release of the seats a late answer comes, in seconds: past the timeout itself.
const LATE_BY: i64 = 60;
/// How long after the first answer the second one comes, in seconds.
const SECOND_AFTER: i64 = 1;

/// What a processor can answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Answer {
    /// The money was taken: complete the payment.
    Accept,
    /// The money was not taken: cancel the payment.
    Reject,
}

/// How the simulated processor behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", tag = "kind", deny_unknown_fields)]
pub enum Script {
    /// Answers at once.
    AtOnce {
        /// The answer.
        answer: Answer,
    },
    /// Answers after a while.
    Delayed {
        /// The answer.
        answer: Answer,
        /// How long it takes.
        seconds: u32,
    },
    /// The answer is lost.
    NeverAnswers,
    /// Answers at once, and the same a second later.
    AnswersTwice {
        /// The answer.
        answer: Answer,
    },
    /// Answers when the seats are back on sale.
    AnswersAfterRelease {
        /// The answer.
        answer: Answer,
    },
}

/// One answer to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlannedAnswer {
    /// When it comes.
    pub due: Timestamp,
    /// What it says.
    pub answer: Answer,
}

/// The answers that a script gives, in the order of their times.
///
/// `seats_released_at` is when the reservation ends for good, 14 minutes after the deadline that
/// the registrant sees: an answer between the two is still in time.
pub fn plan(script: Script, now: Timestamp, seats_released_at: Timestamp) -> Vec<PlannedAnswer> {
    match script {
        Script::AtOnce { answer } => vec![PlannedAnswer { due: now, answer }],
        Script::Delayed { answer, seconds } => {
            vec![PlannedAnswer { due: now.plus_seconds(i64::from(seconds)), answer }]
        }
        Script::NeverAnswers => vec![],
        Script::AnswersTwice { answer } => vec![
            PlannedAnswer { due: now, answer },
            PlannedAnswer { due: now.plus_seconds(SECOND_AFTER), answer },
        ],
        Script::AnswersAfterRelease { answer } => {
            vec![PlannedAnswer { due: now.max(seats_released_at).plus_seconds(LATE_BY), answer }]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_micros(1_795_435_200_000_000);
    const RELEASE: Timestamp = NOW.plus_minutes(29);

    fn planned(script: Script, now: Timestamp) -> Vec<(i64, Answer)> {
        let seconds = |planned: PlannedAnswer| (NOW.seconds_until(planned.due), planned.answer);
        plan(script, now, RELEASE).into_iter().map(seconds).collect()
    }

    #[test]
    fn an_answer_comes_at_once_or_after_its_delay() {
        let answer = Answer::Accept;
        assert_eq!(planned(Script::AtOnce { answer }, NOW), [(0, answer)]);
        let answer = Answer::Reject;
        assert_eq!(planned(Script::AtOnce { answer }, NOW), [(0, answer)]);
        assert_eq!(planned(Script::Delayed { answer, seconds: 90 }, NOW), [(90, answer)]);
    }

    #[test]
    fn an_answer_can_be_lost() {
        assert_eq!(planned(Script::NeverAnswers, NOW), []);
    }

    #[test]
    fn an_answer_can_come_twice() {
        let answer = Answer::Accept;
        assert_eq!(planned(Script::AnswersTwice { answer }, NOW), [(0, answer), (1, answer)]);
    }

    #[test]
    fn a_late_answer_finds_the_seats_released() {
        let answer = Answer::Accept;
        let script = Script::AnswersAfterRelease { answer };
        assert_eq!(planned(script, NOW), [(29 * 60 + 60, answer)]);
        assert_eq!(planned(script, RELEASE.plus_minutes(2)), [(32 * 60, answer)]);
    }

    #[test]
    fn a_script_is_written_as_in_the_evaluators_window() {
        let script = Script::Delayed { answer: Answer::Accept, seconds: 5 };
        let written = r#"{"kind":"delayed","answer":"accept","seconds":5}"#;
        assert_eq!(serde_json::to_string(&script).unwrap(), written);
        assert_eq!(serde_json::from_str::<Script>(written).unwrap(), script);
    }
}
