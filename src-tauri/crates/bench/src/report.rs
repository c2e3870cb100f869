//! What was measured: as a table, as JSON.

use std::fmt::Write as _;

use serde::Serialize;

use crate::{machine::Machine, timing::median};

/// A measured thing, over all rounds.
#[derive(Debug, Clone, Serialize)]
pub struct Figure {
    /// What it is.
    pub name: String,
    /// What it is counted in.
    pub unit: &'static str,
    /// The median of the rounds.
    pub value: f64,
    /// Each round.
    pub rounds: Vec<f64>,
    /// How it compares with something else of the same round.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ratio: Option<Ratio>,
    /// What it ought to be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub goal: Option<Goal>,
}

/// A comparison within each round.
#[derive(Debug, Clone, Serialize)]
pub struct Ratio {
    /// The median over the rounds.
    pub value: f64,
    /// What it is compared with.
    pub to: String,
}

/// What a figure, or its ratio, ought to be.
#[derive(Debug, Clone, Serialize)]
pub struct Goal {
    /// In words.
    pub text: String,
    /// Whether this run met it.
    pub is_met: bool,
}

impl Figure {
    /// A figure of one or more rounds.
    pub fn new(name: impl Into<String>, unit: &'static str, rounds: &[f64]) -> Self {
        let (value, rounds) = (median(rounds), rounds.to_vec());
        Self { name: name.into(), unit, value, rounds, ratio: None, goal: None }
    }

    /// Compares it with another one, round by round.
    #[must_use]
    pub fn beside(mut self, other: &Self) -> Self {
        let ratios: Vec<f64> =
            self.rounds.iter().zip(&other.rounds).map(|(own, other)| own / other).collect();
        self.ratio = Some(Ratio { value: median(&ratios), to: other.name.clone() });
        self
    }

    /// The figure ought not to be smaller than this.
    #[must_use]
    pub fn at_least(self, bound: f64) -> Self {
        let is_met = bound <= self.value;
        self.goal(format!("at least {}", shown(bound)), is_met)
    }

    /// The figure ought not to be larger than this.
    #[must_use]
    pub fn at_most(self, bound: f64) -> Self {
        let is_met = self.value <= bound;
        self.goal(format!("at most {}", shown(bound)), is_met)
    }

    /// The ratio ought not to be smaller than this.
    #[must_use]
    pub fn ratio_at_least(self, bound: f64) -> Self {
        let is_met = self.ratio.as_ref().is_some_and(|ratio| bound <= ratio.value);
        self.goal(format!("ratio at least {}", shown(bound)), is_met)
    }

    /// The ratio ought not to be larger than this.
    #[must_use]
    pub fn ratio_at_most(self, bound: f64) -> Self {
        let is_met = self.ratio.as_ref().is_some_and(|ratio| ratio.value <= bound);
        self.goal(format!("ratio at most {}", shown(bound)), is_met)
    }

    fn goal(mut self, text: String, is_met: bool) -> Self {
        self.goal = Some(Goal { text, is_met });
        self
    }
}

/// The figures of one question.
#[derive(Debug, Clone, Serialize)]
pub struct Section {
    /// Its name, by which it is chosen.
    pub name: &'static str,
    /// What is asked.
    pub about: &'static str,
    /// How long it took to find out, in seconds.
    pub seconds: f64,
    /// The figures.
    pub figures: Vec<Figure>,
}

/// Everything that was measured in one run.
#[derive(Debug, Serialize)]
pub struct Report {
    /// Where and when.
    pub machine: Machine,
    /// Whether this was a short run, whose figures only show that the bench works.
    pub quick: bool,
    /// The answers.
    pub sections: Vec<Section>,
}

impl Section {
    /// As a table.
    pub fn table(&self) -> String {
        let mut table = format!("\n{}: {} ({:.0} s)\n", self.name, self.about, self.seconds);
        for figure in &self.figures {
            let _ = write!(
                table,
                "  {:<58}{:>11} {:<10}",
                figure.name,
                shown(figure.value),
                figure.unit
            );
            if let Some(ratio) = &figure.ratio {
                let _ = write!(table, "  {} x {}", shown(ratio.value), ratio.to);
            }
            if let Some(goal) = &figure.goal {
                let verdict = if goal.is_met { "met" } else { "MISSED" };
                let _ = write!(table, "  [{}: {verdict}]", goal.text);
            }
            table.push('\n');
        }
        table
    }
}

/// With three digits that count.
pub fn shown(value: f64) -> String {
    let size = value.abs();
    if 100.0 <= size {
        let whole = format!("{value:.0}");
        let digits: Vec<char> = whole.chars().collect();
        let groups: Vec<String> =
            digits.rchunks(3).rev().map(|group| group.iter().collect()).collect();
        return groups.join(",").replace("-,", "-");
    }
    let decimals = if 10.0 <= size {
        1
    } else if 0.1 <= size || size == 0.0 {
        2
    } else {
        4
    };
    format!("{value:.decimals$}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_shown_with_the_digits_that_count() {
        assert_eq!(shown(1_234_567.8), "1,234,568");
        assert_eq!(shown(-123.4), "-123");
        assert_eq!(shown(12.34), "12.3");
        assert_eq!(shown(0.123), "0.12");
        assert_eq!(shown(0.012_34), "0.0123");
    }

    #[test]
    fn a_ratio_is_that_of_the_rounds_and_not_of_the_medians() {
        let floor = Figure::new("floor", "events/s", &[10.0, 100.0, 1_000.0]);
        let ours = Figure::new("ours", "events/s", &[5.0, 90.0, 400.0]).beside(&floor);
        assert!(ours.ratio.as_ref().is_some_and(|ratio| (ratio.value - 0.5).abs() < 1e-9));
        let met = |figure: Figure| figure.goal.is_some_and(|goal| goal.is_met);
        assert!(met(ours.clone().ratio_at_least(0.5)) && !met(ours.clone().ratio_at_least(0.51)));
        assert!(met(ours.clone().at_most(90.0)) && !met(ours.at_least(91.0)));
    }
}
