use proptest::prelude::*;
use trace::{Rate, Spacing};

use super::Schedule;

fn due(rate: Rate, spacing: Spacing, seed: u64) -> impl Iterator<Item = f64> {
    Schedule::new(rate, spacing, seed).map(|ns| ns as f64 / 1e9)
}

fn until(rate: Rate, spacing: Spacing, end_s: f64) -> usize {
    due(rate, spacing, 1).take_while(|at| *at < end_s).count()
}

const STEADY: Rate = Rate::Steady { per_second: 5_000.0 };
const RAMP: Rate = Rate::Ramp { from: 0.0, to: 1_000.0, over_ms: 10_000 };
const STEPS: Rate = Rate::Steps { from: 100.0, to: 300.0, steps: 3, every_ms: 2_000 };
const BURSTS: Rate = Rate::Bursts { base: 0.0, peak: 500.0, every_ms: 1_000, for_ms: 200 };

#[test]
fn a_steady_rate_is_due_to_the_nanosecond() {
    let first: Vec<u64> = Schedule::new(STEADY, Spacing::Constant, 1).take(4).collect();
    assert_eq!(first, [0, 200_000, 400_000, 600_000]);
    assert_eq!(until(STEADY, Spacing::Constant, 10.0), 50_000);
    let hour = Schedule::new(STEADY, Spacing::Constant, 1).nth(5_000 * 3_600);
    assert_eq!(hour, Some(3_600_000_000_000));
}

#[test]
fn ramps_steps_and_bursts_send_the_integral_of_their_rate() {
    assert_eq!(until(RAMP, Spacing::Constant, 10.0), 5_000);
    assert_eq!(until(RAMP, Spacing::Constant, 5.0), 1_250);
    assert_eq!(until(RAMP, Spacing::Constant, 11.0), 6_000);
    assert_eq!(until(STEPS, Spacing::Constant, 2.0), 200);
    assert_eq!(until(STEPS, Spacing::Constant, 7.0), 200 + 400 + 900);
    assert_eq!(until(BURSTS, Spacing::Constant, 0.799), 0);
    assert_eq!(until(BURSTS, Spacing::Constant, 3.0), 300);
}

#[test]
fn the_planned_rate_is_the_one_that_is_sent_by() {
    assert_eq!(Schedule::planned(STEADY, 5.0), 5_000.0);
    assert_eq!(Schedule::planned(RAMP, 5.0), 500.0);
    assert_eq!(Schedule::planned(RAMP, 50.0), 1_000.0);
    assert_eq!([0.0, 2.5, 99.0].map(|at| Schedule::planned(STEPS, at)), [100.0, 200.0, 300.0]);
    assert_eq!([0.5, 0.9, 86_400.1, 86_400.9].map(|at| Schedule::planned(BURSTS, at)), [0.0, 500.0, 0.0, 500.0]);
}

/// Of a Poisson process of rate 1 the gaps are exponential: as many fall between any two of its deciles.
#[test]
fn poisson_gaps_are_exponential_also_while_the_rate_changes() {
    for rate in [STEADY, RAMP] {
        let integral = |at: f64| match rate {
            // Once the ramp is over, the rate is 1,000.
            Rate::Ramp { .. } if at < 10.0 => 50.0 * at * at,
            Rate::Ramp { .. } => 1_000.0_f64.mul_add(at - 10.0, 5_000.0),
            _ => 5_000.0 * at,
        };
        let mut counts = [0_u32; 10];
        let mut before = 0.0;
        for at in due(rate, Spacing::Poisson, 3).take(50_000) {
            let gap = integral(at) - before;
            before = integral(at);
            let below = 1.0 - (-gap).exp();
            counts[((below * 10.0) as usize).min(9)] += 1;
        }
        let chi_square: f64 = counts.iter().map(|count| (f64::from(*count) - 5_000.0).powi(2) / 5_000.0).sum();
        // 9 degrees of freedom: beyond 27.9 in one of a thousand; the seed is fixed.
        assert!(chi_square < 27.9, "{rate:?}: {counts:?}");
    }
}

#[test]
fn the_same_seed_is_due_at_the_same_times() {
    let due = |seed| Schedule::new(BURSTS, Spacing::Poisson, seed).take(2_000).collect::<Vec<_>>();
    assert_eq!(due(1), due(1));
    assert_ne!(due(1), due(2));
}

proptest! {
    #[test]
    fn time_never_goes_back(
        from in 0.0_f64..1e6, to in 0.1_f64..1e6, ms in 1_u32..100_000, steps in 2_u32..50, poisson: bool, kind in 0..4
    ) {
        let rate = match kind {
            0 => Rate::Steady { per_second: to },
            1 => Rate::Ramp { from, to, over_ms: ms },
            2 => Rate::Steps { from, to, steps, every_ms: ms },
            _ => Rate::Bursts { base: from, peak: to, every_ms: ms + 1, for_ms: ms.div_ceil(2) },
        };
        let spacing = if poisson { Spacing::Poisson } else { Spacing::Constant };
        let due: Vec<u64> = Schedule::new(rate, spacing, 1).take(500).collect();
        prop_assert!(due.is_sorted(), "{due:?}");
    }
}
