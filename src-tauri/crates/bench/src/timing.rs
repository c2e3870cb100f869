//! Medians and percentiles.

use std::time::{Duration, Instant};

use crate::Outcome;

/// How long one call takes, in milliseconds.
#[derive(Debug, Default, Clone)]
pub struct Latencies(Vec<f64>);

impl Latencies {
    /// Takes note of one.
    pub fn add(&mut self, time: Duration) {
        self.0.push(time.as_secs_f64() * 1_000.0);
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The middle one, in milliseconds.
    pub fn p50(&self) -> f64 {
        percentile(&self.0, 50)
    }

    /// What 99 of a hundred do not exceed, in milliseconds.
    pub fn p99(&self) -> f64 {
        percentile(&self.0, 99)
    }
}

/// The middle value; of an even number of them the lower one of the two. Zero if there is none.
pub fn median(values: &[f64]) -> f64 {
    percentile(values, 50)
}

/// By the nearest rank. Zero if there is no value.
fn percentile(values: &[f64], percent: usize) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted.get(rank.saturating_sub(1)).copied().unwrap_or(0.0)
}

/// Events, commands or purchases for each second of what `work` does.
///
/// # Errors
/// Those of `work`.
pub fn rate(count: u64, work: impl FnOnce() -> Outcome) -> Outcome<f64> {
    let began = Instant::now();
    work()?;
    Ok(per_second(count, began.elapsed()))
}

/// So many in that time, for each second.
pub fn per_second(count: u64, time: Duration) -> f64 {
    as_f64(count) / time.as_secs_f64()
}

/// A count as a figure.
#[expect(clippy::cast_precision_loss, reason = "a printed figure")]
pub const fn as_f64(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_values_that_were_measured() {
        assert_eq!(median(&[3.0, 1.0, 2.0]).to_bits(), 2.0_f64.to_bits());
        let mut latencies = Latencies::default();
        (1..=200).for_each(|millis| latencies.add(Duration::from_millis(millis)));
        assert!((latencies.p50() - 100.0).abs() < 1e-9);
        assert!((latencies.p99() - 198.0).abs() < 1e-9);
        assert!(median(&[]).abs() < 1e-9);
    }
}
