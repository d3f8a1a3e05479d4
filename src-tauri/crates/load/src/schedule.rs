//! When requests are due.

use rand::SeedableRng;
use rand_distr::{Distribution, Exp1};
use rand_xoshiro::Xoshiro256PlusPlus;
use trace::{Rate, Spacing};

/// The times at which requests are due, in nanoseconds since the start, without end.
///
/// Let L(t) be the integral of the rate up to t. Even spacing puts the n-th request where L(t) = n. A Poisson process of a
/// rate that changes is one of rate 1 seen through L (Çinlar 1975): there the distances are exponential.
#[derive(Debug, Clone)]
pub(crate) struct Schedule {
    segments: Segments,
    current: Segment,
    /// When the current segment began, in seconds.
    began_s: f64,
    /// How many requests into the current segment.
    into: f64,
    spacing: Spacing,
    random: Xoshiro256PlusPlus,
    first: bool,
}

impl Schedule {
    pub(crate) fn new(rate: Rate, spacing: Spacing, seed: u64) -> Self {
        let mut segments = Segments { rate, number: 0 };
        let current = segments.next_segment();
        // Not the numbers that choose the keys.
        let random = Xoshiro256PlusPlus::seed_from_u64(seed ^ 0x5ced_01e5);
        Self { segments, current, began_s: 0.0, into: 0.0, spacing, random, first: true }
    }

    /// The rate the plan has at a moment, in requests a second.
    pub(crate) fn planned(rate: Rate, at_s: f64) -> f64 {
        let (mut segments, mut began_s) = (Segments { rate, number: 0 }, 0.0);
        if let Rate::Bursts { every_ms, .. } = rate {
            let every_s = seconds(every_ms);
            began_s = (at_s / every_s).floor() * every_s;
        }
        loop {
            let segment = segments.next_segment();
            if at_s < began_s + segment.length_s {
                return segment.rate_at(at_s - began_s);
            }
            began_s += segment.length_s;
        }
    }
}

impl Iterator for Schedule {
    type Item = u64;

    fn next(&mut self) -> Option<u64> {
        let mut distance = match self.spacing {
            Spacing::Constant if std::mem::take(&mut self.first) => 0.0,
            Spacing::Constant => 1.0,
            Spacing::Poisson => Exp1.sample(&mut self.random),
        };
        while self.into + distance >= self.current.requests() {
            distance -= self.current.requests() - self.into;
            self.began_s += self.current.length_s;
            self.into = 0.0;
            self.current = self.segments.next_segment();
        }
        self.into += distance;
        Some(((self.began_s + self.current.when(self.into)) * 1e9) as u64)
    }
}

/// A stretch of time in which the rate changes in a straight line.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Segment {
    length_s: f64,
    from: f64,
    to: f64,
}

impl Segment {
    fn level(length_s: f64, rate: f64) -> Self {
        Self { length_s, from: rate, to: rate }
    }

    /// How many requests are due in it.
    fn requests(self) -> f64 {
        if self.length_s.is_infinite() { f64::INFINITY } else { (self.from + self.to) / 2.0 * self.length_s }
    }

    fn rate_at(self, into_s: f64) -> f64 {
        self.slope().mul_add(into_s, self.from)
    }

    fn slope(self) -> f64 {
        if self.from == self.to { 0.0 } else { (self.to - self.from) / self.length_s }
    }

    /// When so many of its requests have become due, in seconds since its beginning: the root of
    /// slope / 2 · t² + from · t = requests, written so that nothing cancels.
    fn when(self, requests: f64) -> f64 {
        if requests == 0.0 {
            return 0.0;
        }
        let discriminant = self.from.mul_add(self.from, 2.0 * self.slope() * requests);
        2.0 * requests / (self.from + discriminant.max(0.0).sqrt())
    }
}

/// The segments of a rate, one after another; the last has no end.
#[derive(Debug, Clone)]
struct Segments {
    rate: Rate,
    number: u32,
}

impl Segments {
    fn next_segment(&mut self) -> Segment {
        let number = self.number;
        self.number = number.wrapping_add(1);
        match self.rate {
            Rate::Steady { per_second } => Segment::level(f64::INFINITY, per_second),
            Rate::Ramp { from, to, over_ms } if number == 0 => Segment { length_s: seconds(over_ms), from, to },
            Rate::Ramp { to, .. } => Segment::level(f64::INFINITY, to),
            Rate::Steps { from, to, steps, every_ms } => {
                let last = steps - 1;
                let rate = f64::from(number.min(last)).mul_add((to - from) / f64::from(last), from);
                Segment::level(if number < last { seconds(every_ms) } else { f64::INFINITY }, rate)
            }
            Rate::Bursts { base, every_ms, for_ms, .. } if number.is_multiple_of(2) => {
                Segment::level(seconds(every_ms - for_ms), base)
            }
            Rate::Bursts { peak, for_ms, .. } => Segment::level(seconds(for_ms), peak),
        }
    }
}

fn seconds(ms: u32) -> f64 {
    f64::from(ms) / 1e3
}

#[cfg(test)]
mod tests;
