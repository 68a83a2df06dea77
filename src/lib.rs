//! Onward: a download manager that keeps every byte it has and never saves a wrong one.
//!
//! This page is the map of the house. Parts in reading order, each naming only those before it:
//!
//! - [`model`] — nouns, values only: job, phase, range, link, name, validator, failure, settings.
//! - [`plan`] — decisions, sans-IO: what an answer means ([`plan::decide`]), which connection
//!   fetches what ([`plan::planner`]), how many there are ([`plan::crew`]), one job's transfer
//!   ([`plan::transfer`]), what a server bears ([`plan::borne`], [`plan::host`]), the queue
//!   ([`plan::fleet`]), who may take how much when ([`plan::lanes`]), what a row means at start
//!   ([`plan::recover`]), whether a fresh link fits ([`plan::refit`]). Time is an argument,
//!   randomness a seed.
//! - [`store`] — what is remembered: SQLite on a thread of its own, a function per question; and the
//!   settings, a TOML file beside it that people may change by hand.
//! - [`engine`] — bytes: sockets and part files; drives `plan::transfer` and decides nothing.
//! - [`app`] — the service: owns the runtime, drives `plan::fleet`; `Command` in, `Snapshot` and
//!   `Event` out. The only part that sees both store and engine.
//! - [`words`] — every sentence in two languages; a leaf beside `app`, so that window and command
//!   line say the same thing. (The design had words in the window alone.)
//! - [`ui`] — the window, [`cli`] — the command line, and [`desktop`] — what stands beside the window:
//!   tray, notifications, progress on the launcher, what the network costs. All on an
//!   [`app::handle::AppHandle`].
//!
//! # Who may name whom
//! ```text
//! main ─→ ui, cli, desktop ─→ app ─→ engine ─→ plan ─→ model
//!                   └─→ words  └──────→ store ───↗
//! ```
//! `model` and `plan` know no clock, no file, no thread, no network. `store` and `engine` never
//! meet. `app` does not know egui: it is handed a function that wakes the front end. The window
//! never sees a socket, a file or the database. `tests/tidy.rs` holds all of this.
//!
//! # The paths, file by file
//!
//! **Pause.** `ui/rows.rs` (a button) → `ui/action.rs` (`Action`) → `ui/deeds.rs`
//! (`Command::Pause`) → `app/handle.rs` (the channel) → `app/service.rs` → `app/wishes.rs` →
//! `plan/fleet/table.rs` (intent × phase) → `app/effects.rs` (intent saved, then the run told) →
//! `engine/flow.rs` (the body is dropped) → `engine/settle.rs` (queue emptied, synced) →
//! `engine/checkpoint.rs` → `app/reports.rs` → `store/spans.rs` → `plan/fleet` (`ended`) →
//! `app/service.rs` (snapshot) → `ui/row_text.rs` ("Paused").
//!
//! **A byte.** `engine/http.rs` (socket; verdict already given) → `engine/connections.rs` (a future
//! of the job's task, which has a thread of its own: `engine/threads.rs`; room in the queue, stall) →
//! `engine/limiter.rs` (who must wait does not read on) → `engine/flow.rs` →
//! `plan/transfer/chunk.rs` (written, compared, or nobody's) → `plan/desk.rs` (who writes) →
//! `engine/writer.rs` (there and then, or by its thread behind a bounded queue) →
//! `engine/writer/work.rs` (`pwritev`, ledger) → `engine/report.rs` (`Progress`) →
//! `plan/checkpoint.rs` (when) → `engine/checkpoint.rs` (copy, sync, record) → `store/spans.rs`;
//! five times a second `app/service.rs` looks and wakes the window only where something differs.
//!
//! **A link.** `ui/add.rs` or `cli/request.rs` → `model/url.rs` (`SourceUrl::parse`) →
//! `app/wishes.rs` → `store/jobs.rs` (row saved) → `plan/fleet` (its turn) → `engine/job.rs`
//! (`GET`, `Range: bytes=0-`, already the download) → `plan/decide.rs` (verdict) →
//! `engine/generation.rs` (name, part file, saved before the first byte) → `engine/flow.rs` →
//! `engine/finish.rs` (synced, `Finishing` saved) → `engine/prove.rs` (compared as `plan/proof.rs`
//! says, what came of it saved) → `engine/finish.rs` (renamed without replacing, folder synced) → `app/reports.rs` → `store/phase.rs` (`Done`).
//!
//! **A wait.** `engine/job.rs` (`Ended::Failed`) → `app/waits.rs` (`plan/network.rs`: the server or the
//! network?) → `plan/retry.rs` (how long) → `store/phase.rs`. It ends by the moment (`plan/fleet`), by
//! "try now", by the kernel's word of a new route (`engine/network.rs`), by a look at the volume
//! (`plan/volume.rs`) or by the clocks parting (`plan/wake.rs`: the computer slept).
//!
//! **An hour.** `app/hours.rs` (looks, where anything may have changed) → `plan/hours.rs` (what the windows
//! of the week say, and until when) → `plan/fleet/gate.rs` (who may not run stops, and goes on by itself)
//! and `engine/limiter.rs` (how fast all, and those of a queue, may be) → `plan/hours.rs` (`kept`: what
//! keeps a job) → `plan/why.rs` → `ui/row_text.rs` ("Starts at 01:00"). A metered network comes the same
//! way: `desktop/metered.rs` (the bus) → `Command::SetMetered` → `app/hours.rs`.
//!
//! **A limit.** `plan/transfer/several.rs` (one connection is turned away while others flow) →
//! `plan/borne.rs` → `engine/learned.rs` (with those that other runs have there) → `app/hosts.rs` (shared
//! out among the runs, told to the queue) → `store/hosts.rs`; believed less as time passes.
//!
//! **A mirror.** `cli/request.rs` (`--mirror`) or `model/link_header.rs` (`Link: rel=duplicate`, or
//! `rel=describedby`: `engine/description.rs` fetches it, `model/metalink.rs` reads it) →
//! `engine/sources.rs` → `engine/mirrors.rs` (looked at as a fresh link is: `plan/refit.rs`) →
//! `plan/transfer/places.rs` (beside the others or in their place) → `plan/transfer/choice.rs` (which
//! place the next connection goes to) → `plan/transfer/trouble.rs` (dropped by name, and what it wrote
//! taken back; by a description's pieces exactly what is wrong of it: `plan/transfer/described.rs`).
//!
//! **A lost list.** `engine/record.rs` (beside the ledger, the hashes of an unfinished file stand past
//! its own end: `plan/trailer.rs`) → the list is gone, the link is added again → `engine/generation.rs`
//! (`NAME.part` stands there) → `engine/attach.rs` (nobody's, ours, unlocked) → `app/reports.rs` (no
//! job's) → `plan/attach.rs` (the same file?) → every block read, those that carry their hash recorded
//! → `plan/transfer/attach.rs` (gone on with as after any other break).
//!
//! **Another folder.** `ui/folder.rs` (the dialog) → `ui/relocate.rs` (`Command::SetDir`) →
//! `app/relocate.rs` (a run is stopped first; not started meanwhile) → `engine/relocate.rs` (both folders
//! looked at) → `plan/relocate.rs` (names that are free there) → `store/jobs.rs` (folder, names and what
//! is on its way, in one transaction) → `engine/relocate.rs` (renamed without replacing, both folders
//! synced) → `store/jobs.rs` (it is there). What a break leaves is finished or taken back at the next
//! start, before the job's next run and before its next move. Those to one folder go in turn.
//!
//! **A closed window.** `ui/closing.rs` (something goes on: into the tray, or asked) → `ui/run.rs` (the
//! window goes, the service stays) → `ui/stay.rs` (waits) → `app/beside.rs` (`Command::Raise`:
//! another start, the tray, a notification) → `ui/stay.rs` → `ui/run.rs` (a new one) → `ui/raised.rs`.
//!
//! **A notification.** `app/reports.rs` (`Event::Finished`) → `app/handle.rs` (`Follower`) →
//! `desktop/attend.rs` → `plan/notices.rs` (with what else comes, or never: the window is looked at) →
//! `desktop/notice.rs` (words and buttons) → `desktop/notifier.rs` (the bus; a click comes back) →
//! `app/beside.rs`.
//!
//! **All is done.** `app/service.rs` (nothing goes on any more) → `plan/all_done.rs` (announced for a
//! minute, once after work) → `app/all_done.rs` (`Snapshot::ending`) → `ui/ending.rs` and
//! `desktop/attend.rs` (said, refused) → `app/all_done.rs` → `desktop/awake.rs` (the login service).
//!
//! **A close look.** `ui/window.rs` (`Command::Watch`) → `app/focus.rs` (its log and its past speed from
//! the store) → `engine/look.rs` (only now tells of its connections one by one) →
//! `engine/report.rs` (`OpenConnection`) → `app/focus.rs` (`Focus`, where it differs) →
//! `app/snapshot.rs` → `ui/details/` (made when it differs, drawn as often as the window likes).
//!
//! # What stands in one place
//! A byte counts three times: *received*, *written* (given to the file), *durable* (synced, and
//! recorded as it was before the sync began). The bar shows written; the store holds durable.
//! The store is told before the world: intent saved, then acted on; data synced, then recorded;
//! `Finishing` recorded, then renamed, then `Done`. Every step can be done again after a crash.
//!
//! # Where this departs from the design page
//! - The settings are a file of their own and no table, so that they can be read, changed and kept by
//!   hand. `store` reads and writes it, one step and never blindly; `app` decides when.
//! - `Intent::Cancel` beside `Run`, `Hold` and `Remove`: a cancelled job keeps its bytes until it is
//!   removed, and can be taken up again. Nothing is thrown away by one click.
//! - The store gathers writes that wait into one transaction by themselves (group commit) instead
//!   of by a timer of 200 ms: nothing waits longer than the disk needs.
//! - The limit for all says when bytes may be taken, and the shares of it, divided anew as bytes are
//!   taken and at most every 100 ms, only who goes first: a share that was told too large costs no
//!   byte, and there is no timer.
//! - The ledger's hashes are told four times a second, before what they are of is synced. A block
//!   that is not durable counts after a crash only where the file still carries its hash, so this
//!   costs no sync and loses nothing that was written.
//! - Seams nobody has read across are saved with what is durable. A file is whole when its bytes are
//!   there and no seam is open, so that a server which lies about its ranges is found out even where
//!   the program is killed in between.
//! - Where held bytes lie inside a body, they are compared in the writer, in the order of the file,
//!   before anything of that connection is written after them. Overlap check, skip-forward and
//!   early answers, races for the last bytes and seams are one mechanism.
//! - A snapshot holds every job, and costs what changed: the list is in pieces that are shared with the
//!   snapshot before (`app/job_list.rs`). The queue looks only at jobs that may come to run
//!   (`plan/fleet/jobs.rs`). Nothing grows with the finished ones.
//! - What a server bears is counted over all runs there, and one connection more is tried after four
//!   minutes, then ever more seldom (`plan/borne.rs`), not once a day: a server that was only busy
//!   would be fetched from one by one for as long. What that costs is one refusal now and then.
//! - In place of a trait for the disk there is one seam under it (`engine/hook.rs`), which a test may
//!   hang a hook on: to fail a write, hold up a sync, or die between two steps.

pub mod app;
pub mod cli;
pub mod desktop;
pub mod engine;
pub mod model;
pub mod plan;
pub mod store;
pub mod ui;
pub mod words;
