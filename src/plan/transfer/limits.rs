//! How much is compared, and how often what failed is tried again.

use std::time::Duration;

/// Bytes compared before a resumed range, where there are as many.
pub const PROOF_BYTES: u64 = 64 << 10;
/// Bytes compared where a run goes on after its own connection broke and a strong validator speaks
/// for the rest.
pub(super) const RECONNECT_PROOF_BYTES: u64 = 4 << 10;
/// The most that is compared where what lies before is all one byte value and proves little.
pub(super) const MAX_PROOF_BYTES: u64 = 1 << 20;
/// Bytes at the start of the file compared before a resume that no strong validator backs.
pub const SAMPLE_BYTES: u64 = 4 << 10;
/// Requests answered oddly in a row before it gives up.
pub(super) const MAX_ODD: u32 = 8;
/// Requests repeated because only the entity tag differs.
pub(super) const MAX_SUSPECTS: u32 = 3;
/// A request that brought less counts as short.
pub(super) const SHORT_BYTES: u64 = 64 << 10;
/// Times a file may turn out to be another one within a run.
pub(super) const MAX_RESTARTS: u32 = 3;
/// Short requests in a row before the file is asked for in one piece.
pub(super) const MAX_SHORT: u32 = 64;
/// Answers that are no HTTP in one run before it gives up.
pub(super) const MAX_GARBLED: u32 = 2;
/// Requests that failed to read across a seam before it is given up.
pub(super) const MAX_SEAM_TRIES: u32 = 3;
/// Answers in a row that are not what their own digests say before it gives up.
pub(super) const MAX_CORRUPT: u32 = 2;
/// Times what an answer wrote is taken back before parts are not trusted any more.
pub(super) const MAX_TAKEN_BACK: u32 = 2;
/// Answers remembered with what they wrote.
pub(super) const MAX_AUTHORS: usize = 4096;
/// Until it is measured, a connection is taken to need so long to its first byte.
pub(super) const FIRST_SETUP: Duration = Duration::from_millis(200);
