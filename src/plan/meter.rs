//! Rate and time left: smoothed, so that numbers can be read, and honest, so that a standstill shows.

use std::time::Duration;

/// Time constant of the rate that is shown.
const SHOWN: f64 = 3.0;
/// Time constant of the rate that time left is told by.
const STEADY: f64 = 20.0;
/// No time left is told before this much was measured.
const WARM_UP: Duration = Duration::from_secs(3);
/// After this long without a byte the rate is nought.
const STANDSTILL: Duration = Duration::from_secs(3);

/// Measures one job's run from its count of received bytes.
#[derive(Clone, Debug, Default)]
pub struct Meter {
    last: Option<(Duration, u64)>,
    measured: Duration,
    idle: Duration,
    shown_bps: f64,
    steady_bps: f64,
}

impl Meter {
    /// A sample: `received` bytes in this run until `now`.
    #[expect(clippy::cast_precision_loss, reason = "a rate needs no more than 52 bits")]
    pub fn sample(&mut self, received: u64, now: Duration) {
        let Some((then, before)) = self.last.replace((now, received)) else { return };
        let step = now.saturating_sub(then);
        if step.is_zero() {
            self.last = Some((then, before));
            return;
        }
        let fresh = received.saturating_sub(before);
        self.idle = if fresh == 0 { self.idle + step } else { Duration::ZERO };
        let rate = fresh as f64 / step.as_secs_f64();
        // Until a whole time constant was measured, the plain average is the better guess.
        let known = self.measured.as_secs_f64();
        self.shown_bps = smooth(self.shown_bps, rate, step.as_secs_f64(), known, SHOWN);
        self.steady_bps = smooth(self.steady_bps, rate, step.as_secs_f64(), known, STEADY);
        self.measured += step;
    }

    /// Bytes a second, as shown.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "never negative, never near 2^64"
    )]
    pub fn speed_bps(&self) -> u64 {
        if self.idle >= STANDSTILL { 0 } else { self.shown_bps as u64 }
    }

    /// Seconds left for `missing` bytes, where that can be told.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a guess in whole seconds"
    )]
    pub fn eta_secs(&self, missing: u64) -> Option<u64> {
        let told = self.measured >= WARM_UP && self.idle < STANDSTILL && self.steady_bps >= 1.0;
        told.then(|| (missing as f64 / self.steady_bps).ceil() as u64)
    }
}

fn smooth(old: f64, rate: f64, step: f64, known: f64, constant: f64) -> f64 {
    let weight =
        if known < constant { step / (known + step) } else { 1.0 - (-step / constant).exp() };
    old + (rate - old) * weight
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(meter: &mut Meter, from: u64, steps: u64, per_step: u64, received: &mut u64) {
        for n in from..from + steps {
            *received += per_step;
            meter.sample(*received, Duration::from_millis(250 * n));
        }
    }

    #[test]
    fn a_steady_stream_reads_as_it_is() {
        let (mut meter, mut received) = (Meter::default(), 0);
        run(&mut meter, 0, 8, 250_000, &mut received);
        assert_eq!(meter.eta_secs(10_000_000), None, "too early to tell");
        run(&mut meter, 8, 80, 250_000, &mut received);
        assert!((990_000..=1_010_000).contains(&meter.speed_bps()), "{}", meter.speed_bps());
        assert_eq!(meter.eta_secs(10_000_000), Some(10));
    }

    #[test]
    fn a_standstill_shows() {
        let (mut meter, mut received) = (Meter::default(), 0);
        run(&mut meter, 0, 40, 250_000, &mut received);
        run(&mut meter, 40, 11, 0, &mut received);
        assert!(meter.speed_bps() > 0 && meter.eta_secs(1).is_some(), "not yet");
        run(&mut meter, 51, 1, 0, &mut received);
        assert_eq!((meter.speed_bps(), meter.eta_secs(1)), (0, None));
        run(&mut meter, 52, 1, 1, &mut received);
        assert!(meter.speed_bps() > 0 && meter.eta_secs(1).is_some(), "it goes on");
    }

    /// A meter that read so many bytes at these milliseconds.
    fn read(samples: &[(u64, u64)]) -> Meter {
        let mut meter = Meter::default();
        for (ms, received) in samples {
            meter.sample(*received, Duration::from_millis(*ms));
        }
        meter
    }

    #[test]
    fn little_is_averaged_plainly() {
        for (samples, bps) in [
            (&[][..], 0),
            (&[(0, 5)], 0),
            (&[(0, 5), (500, 1005)], 2000),
            (&[(0, 0), (1000, 1000), (2000, 4000)], 2000),
            (&[(0, 0), (1000, 1000), (2500, 7000)], 2800),
            // What came at the same moment counts with what comes next; a count never falls.
            (&[(0, 0), (1000, 500), (1000, 800), (2000, 1000)], 500),
            (&[(0, 500), (1000, 0)], 0),
        ] {
            assert_eq!(read(samples).speed_bps(), bps, "{samples:?}");
        }
    }

    #[test]
    fn time_left_is_told_once_it_can_be() {
        for (samples, missing, secs) in [
            (&[(0, 0), (2999, 2999)], 1000, None),
            (&[(0, 0), (3000, 3000)], 1000, Some(1)),
            (&[(0, 0), (3000, 3000)], 1001, Some(2)),
            (&[(0, 0), (4000, 4)], 5, Some(5)),
            (&[(0, 0), (4000, 3)], 5, None),
        ] {
            assert_eq!(read(samples).eta_secs(missing), secs, "{samples:?}");
        }
    }

    /// After one time constant of another rate, a part 1/e of the old one is left.
    #[test]
    fn a_new_rate_shows_soon_and_tells_time_left_later() {
        let (mut meter, mut received) = (Meter::default(), 0);
        run(&mut meter, 0, 81, 1_000_000, &mut received);
        run(&mut meter, 81, 12, 250_000, &mut received);
        // 1,000,000 + 3,000,000 / e; and 1,000,000 + 3,000,000 / e^(3/20).
        assert_eq!(meter.speed_bps() / 100, 21_036);
        assert_eq!(meter.eta_secs(3_582_123 * 1000), Some(1000));
        run(&mut meter, 93, 68, 250_000, &mut received);
        assert_eq!(meter.speed_bps() / 10_000, 100);
        assert_eq!(meter.eta_secs(2_103_638 * 1000), Some(1000));
    }
}
