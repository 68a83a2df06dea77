//! Who writes what came: the job's own thread while the disk is quick, for there the bytes are in the
//! core's cache and no thread is woken; a thread of the writer's once it is not, so that the job goes
//! on reading, looking and hearing while the disk is waited for.
//!
//! Invariant: after a write that showed a slow disk the job's own thread writes nothing for at least
//! [`REST`].

use std::time::Duration;

/// A write that took so long shows a slow disk,
const LONG: Duration = Duration::from_millis(25);
/// and so do this many bytes
const WINDOW_BYTES: u64 = 8 << 20;
/// that took so long together. A disk in memory takes a tenth of it, where the core is shared too.
const WINDOW_TIME: Duration = Duration::from_millis(64);
/// How long the writer's thread then writes; after the next time twice that.
pub const REST: Duration = Duration::from_secs(5);
/// The longest it does before the disk is tried again.
const MAX_REST: Duration = Duration::from_mins(1);
/// After so many bytes that were written quickly, what was before is forgotten.
const FORGET_BYTES: u64 = 512 << 20;

/// What is known of the disk under one file. Times are since any fixed moment.
#[derive(Clone, Copy, Debug)]
pub struct Desk {
    not_before: Duration,
    rest: Duration,
    quick_bytes: u64,
    window_bytes: u64,
    window_time: Duration,
}

impl Default for Desk {
    fn default() -> Self {
        Self {
            not_before: Duration::ZERO,
            rest: REST,
            quick_bytes: 0,
            window_bytes: 0,
            window_time: Duration::ZERO,
        }
    }
}

impl Desk {
    /// Whether the job's own thread may write.
    pub fn is_quick(&self, now: Duration) -> bool {
        now >= self.not_before
    }

    /// The job's own thread wrote so many bytes, from then to now.
    pub fn wrote(&mut self, bytes: u64, from: Duration, now: Duration) {
        let took = now.saturating_sub(from);
        self.window_bytes += bytes;
        self.window_time += took;
        if took >= LONG || self.window_time >= WINDOW_TIME {
            self.not_before = now + self.rest;
            *self = Self {
                rest: (self.rest * 2).min(MAX_REST),
                not_before: self.not_before,
                ..Self::default()
            };
        } else if self.window_bytes >= WINDOW_BYTES {
            self.quick_bytes += self.window_bytes;
            (self.window_bytes, self.window_time) = (0, Duration::ZERO);
            if self.quick_bytes >= FORGET_BYTES {
                self.rest = REST;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const MIB: u64 = 1 << 20;
    const MS: Duration = Duration::from_millis(1);

    /// Writes as many MiB, each taking so many microseconds; when the disk was first found slow.
    fn slow_after(mib: u64, micros: u64) -> Option<u64> {
        let (mut desk, mut now) = (Desk::default(), Duration::ZERO);
        (1..=mib).find(|_| {
            let from = now;
            now += Duration::from_micros(micros);
            desk.wrote(MIB, from, now);
            !desk.is_quick(now)
        })
    }

    #[test]
    fn a_disk_is_slow_by_one_write_or_by_many() {
        let rows = [
            // A GiB a second, in memory; 400 MiB; a shared core; 128 MiB a second; 100; a stick.
            (1_000, None),
            (2_500, None),
            (7_000, None),
            (8_000, Some(8)),
            (10_000, Some(7)),
            (24_000, Some(3)),
            (25_000, Some(1)),
            (5_000_000, Some(1)),
        ];
        for (micros, slow) in rows {
            assert_eq!(slow_after(1000, micros), slow, "a MiB in {micros} us");
        }
    }

    #[test]
    fn it_is_tried_again_at_doubling_distances() {
        let (mut desk, mut now) = (Desk::default(), Duration::ZERO);
        let mut rests = Vec::new();
        for _ in 0..6 {
            desk.wrote(MIB, now, now + 30 * MS);
            now += 30 * MS;
            let since = now;
            while !desk.is_quick(now) {
                now += 100 * MS;
            }
            rests.push(now.saturating_sub(since).as_secs());
        }
        assert_eq!(rests, [5, 10, 20, 40, 60, 60]);
        for _ in 0..FORGET_BYTES / MIB {
            desk.wrote(MIB, now, now + MS);
            now += MS;
        }
        desk.wrote(MIB, now, now + 30 * MS);
        assert!(!desk.is_quick(now + REST) && desk.is_quick(now + 30 * MS + REST));
    }

    proptest! {
        /// Whatever the disk does: after a stall the job's thread is spared for a while, and for no
        /// longer than the longest rest.
        #[test]
        fn a_stall_is_met_once(
            writes in prop::collection::vec((1u64..2 * MIB, 0u64..60, 0u64..10_000), 1..200),
        ) {
            let (mut desk, mut now) = (Desk::default(), Duration::ZERO);
            for (bytes, took, idle) in writes {
                now += MS * u32::try_from(idle).unwrap();
                if !desk.is_quick(now) {
                    continue;
                }
                let from = now;
                now += MS * u32::try_from(took).unwrap();
                desk.wrote(bytes, from, now);
                if now.saturating_sub(from) >= LONG {
                    prop_assert!(!desk.is_quick(now + REST.saturating_sub(MS)));
                }
                prop_assert!(desk.is_quick(now + MAX_REST));
            }
        }
    }
}
