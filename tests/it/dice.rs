//! Values for fuzz tests: made of right ones, the same again from the same seed.

use std::time::{Duration, Instant};

/// Numbers that look random, the same from the same seed (splitmix64).
pub(crate) struct Dice(u64);

impl Dice {
    /// Any number.
    pub(crate) fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `end`.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.roll() % end.max(1) as u64).unwrap()
    }

    /// One of them.
    pub(crate) fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len())]
    }

    /// A value made of the seeds and the words they are made of.
    pub(crate) fn value(&mut self, seeds: &[&str], words: &[&str]) -> Vec<u8> {
        let mut value = self.pick(seeds).as_bytes().to_vec();
        for _ in 0..self.below(6) {
            let at = self.below(value.len() + 1);
            match self.below(7) {
                0 => value.truncate(at),
                1 => drop(value.splice(at..at, self.pick(words).bytes())),
                2 => drop(value.splice(at..at, self.pick(seeds).bytes())),
                3 if at < value.len() => value[at] = self.roll().to_le_bytes()[0],
                4 if at < value.len() => drop(value.remove(at)),
                5 => value.extend_from_within(at..),
                _ => value.extend(self.pick(words).bytes()),
            }
        }
        value.truncate(4096);
        value
    }
}

/// Calls `check` with values until the time is over.
pub(crate) fn fuzz(seeds: &[&str], words: &[&str], mut check: impl FnMut(&[u8], &mut Dice)) {
    let secs = std::env::var("ONWARD_FUZZ_SECS").ok().and_then(|secs| secs.parse().ok());
    let (end, mut rounds) = (Instant::now() + Duration::from_secs(secs.unwrap_or(1)), 0u64);
    // Other values on every day, and the same again from what is printed.
    let seed = std::env::var("ONWARD_FUZZ_SEED").ok().and_then(|seed| seed.parse().ok());
    let seed = seed.unwrap_or_else(|| {
        let since = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default();
        since.as_secs() / 86_400
    });
    let mut dice = Dice(seed);
    while Instant::now() < end {
        for _ in 0..256 {
            let value = dice.value(seeds, words);
            let shown = value.escape_ascii().to_string();
            let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                check(&value, &mut dice);
            }));
            assert!(outcome.is_ok(), "seed {seed}: {shown}");
            rounds += 1;
        }
    }
    println!("{rounds} values from seed {seed}");
}
