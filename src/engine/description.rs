//! A description of the file that its server told of (Metalink, RFC 6249 §4.1): fetched beside the run,
//! kept with the generation, and what its pieces say of the bytes held.
//!
//! Invariants: nothing waits for it, and nothing that is secret to the job's server is sent to another;
//! one is fetched once in a run, and never again where it was read; pieces decide only what is fetched
//! again, never that a file is done.

use std::time::Duration;

use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::generation::blocking;
use super::hash::hash_range;
use super::http::HttpSource;
use super::job::{Exit, Run};
use super::report::{Report, What};
use super::source::{Body, Source};
use crate::model::digests::Digests;
use crate::model::failure::{Failure, FailureKind};
use crate::model::job::Generation;
use crate::model::log::{OfDescription, OfHeld, Told, Unused};
use crate::model::metalink::{self, DescribedFile, MAX_DOCUMENT_BYTES};
use crate::model::name::safe_name;
use crate::model::pieces::{Description, Pieces};
use crate::model::range::{ByteRange, SpanSet};
use crate::model::url::SourceUrl;
use crate::plan::decide::{Ask, Shape};
use crate::plan::description::{are_believed, choose};
use crate::plan::refit::options_for;

/// A smaller file is here before its description is.
const WORTH_DESCRIBING: u64 = 1 << 20;
/// How long fetching it may take.
const MAX_FETCH: Duration = Duration::from_secs(30);

/// The description of the generation at hand.
#[derive(Debug, Default)]
pub(super) struct Described {
    /// Number of the generation, and what is kept of its description.
    kept: Option<(u32, Description)>,
    fetch: Option<Fetch>,
    asked: bool,
}

/// A description on its way. Dropped, it ends.
#[derive(Debug)]
struct Fetch {
    from: SourceUrl,
    task: JoinHandle<Result<Vec<DescribedFile>, Unused>>,
}

impl Drop for Fetch {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Described {
    fn of(&self, generation: u32) -> Option<&Description> {
        self.kept.as_ref().filter(|(number, _)| *number == generation).map(|(_, kept)| kept)
    }

    /// Digests of the whole of this generation, as described.
    pub(super) fn digests(&self, generation: u32) -> Option<Digests> {
        self.of(generation).map(|kept| kept.digests.clone())
    }
}

/// What comparing pieces brought.
#[derive(Debug, Default)]
struct Compared {
    right: SpanSet,
    wrong: Vec<ByteRange>,
}

/// Pieces that are longer are compared only at the end.
const MAX_AT_ONCE: u64 = 64 << 20;

impl Run {
    /// Takes up what an earlier run kept. True where it tells a digest of the whole.
    pub(super) async fn recall_description(&mut self, generation: &Generation) -> bool {
        let (answer, wait) = oneshot::channel();
        let what = What::Recall(generation.number, answer);
        let sent = self.reports.send(Report { job: self.job.id, what }).await;
        let Some(kept) = (if sent.is_ok() { wait.await.unwrap_or_default() } else { None }) else {
            return false;
        };
        let tells = !kept.digests.is_empty();
        self.description.kept = Some((generation.number, kept));
        tells
    }

    /// The file begins anew: what is known of another says nothing of it.
    pub(super) async fn forget_description(&mut self) {
        if let Some((number, _)) = std::mem::take(&mut self.description).kept {
            self.tell_description(number, None).await;
        }
    }

    /// What is lost with a power cut is fetched again, so that nobody waits for the disk.
    async fn tell_description(&mut self, number: u32, kept: Option<Description>) {
        let (saved, _) = oneshot::channel();
        let what = What::Described(number, kept, saved);
        let _ = self.reports.send(Report { job: self.job.id, what }).await;
    }

    /// Begins to fetch the first description an answer told of that may be asked for: of a link that
    /// nobody can change on its way only such a one.
    pub(super) async fn learn_description(&mut self, told: &[String], from: &SourceUrl) {
        let total = self.target.as_ref().and_then(|target| target.generation.total);
        let is_known = self.description.asked || self.description.kept.is_some();
        if is_known || total.is_none_or(|total| total < WORTH_DESCRIBING) {
            return;
        }
        let is_safe = from.is_https() || self.job.url.is_https();
        let mut urls = told.iter().filter_map(|to| from.join(to).ok());
        let Some(url) = urls.find(|url| url.is_https() || !is_safe) else { return };
        self.description.asked = true;
        let (options, _) = options_for(&self.job.options, &self.job.url, &url);
        let Ok(source) = HttpSource::new(&self.sources.clients, url.clone(), &options) else {
            return;
        };
        self.log(Told::Description(url.redacted(), OfDescription::Known)).await;
        let task = tokio::spawn(async move {
            let slow = |_| Err(Unused::Late);
            tokio::time::timeout(MAX_FETCH, fetch(source)).await.unwrap_or_else(slow)
        });
        self.description.fetch = Some(Fetch { from: url, task });
    }

    /// Hears of a description that has come, where one has.
    pub(super) async fn hear_description(&mut self) {
        let come = self.description.fetch.take_if(|fetch| fetch.task.is_finished());
        let (Some(mut fetch), Some(target)) = (come, &self.target) else { return };
        let Generation { number, total, name, .. } = target.generation.clone();
        let told = (&mut fetch.task).await.unwrap_or(Err(Unused::BrokenOff));
        let shown = fetch.from.redacted();
        let files = match told {
            Ok(files) => files,
            Err(why) => {
                return self.log(Told::Description(shown, OfDescription::Unused(why))).await;
            }
        };
        let segment = self.job.url.last_segment();
        let names = [Some(name), segment].into_iter().flatten().filter_map(|n| safe_name(&n));
        let names: Vec<_> = names.collect();
        let fits = choose(files, total.unwrap_or_default(), self.transfer.digests(), &names);
        let (description, urls) = match fits {
            Ok(DescribedFile { digests, pieces, urls, .. }) => {
                let fits = OfDescription::Fits {
                    digests: digests.iter().map(|digest| digest.algorithm).collect(),
                    pieces: pieces.as_ref().map_or(0, |pieces| pieces.count() as u64),
                    links: urls.len() as u64,
                };
                self.log(Told::Description(shown, fits)).await;
                (Description { digests, pieces }, urls)
            }
            Err(why) => {
                self.log(Told::Description(shown, OfDescription::Unused(why))).await;
                (Description::default(), Vec::new())
            }
        };
        if !description.digests.is_empty() {
            self.transfer.described();
        }
        self.description.kept = Some((number, description.clone()));
        self.tell_description(number, Some(description)).await;
        let urls: Vec<String> = urls.iter().map(|url| url.as_str().to_owned()).collect();
        self.learn_mirrors(&urls, &fetch.from).await;
        // Kept with the generation; what cannot be saved now is saved with the next answer.
        let _ = self.learn_total().await;
    }

    /// Pieces of the whole file that are not what its description says, where it has some and they are
    /// believed; who brought them is asked nothing more. None of them: they are all right.
    pub(super) async fn wrong_pieces(&mut self) -> Result<Option<SpanSet>, Exit> {
        let total = self.transfer.total().unwrap_or_default();
        let whole = [ByteRange::new(0, total)].into_iter().collect();
        let Some(Compared { right, wrong }) = self.compare_pieces(&whole).await? else {
            return Ok(None);
        };
        let spans: SpanSet = wrong.iter().copied().collect();
        let (bytes, count) = (spans.total(), wrong.len() as u64);
        if spans.is_empty() {
            self.log(Told::Held(OfHeld::PiecesRight)).await;
            return Ok(right.is_whole(total).then_some(spans));
        }
        if !are_believed(&spans, &self.transfer.of_mirrors(), total) {
            self.log(Told::Held(OfHeld::PiecesNotBelieved(count))).await;
            return Ok(None);
        }
        self.log(Told::Held(OfHeld::PiecesWrong { count, bytes })).await;
        if !self.transfer.leave_authors(&wrong) {
            // The place they came from is the only one in use: another is looked for by the rest.
            if self.find_mirror(right).await?.is_some() {
                self.transfer.leave_authors(&wrong);
            }
        }
        self.say_dismissed().await;
        Ok(Some(spans))
    }

    /// The piece around a place, and whether it is right, where the description tells.
    pub(super) async fn piece_at(&mut self, at: u64) -> Result<Option<(ByteRange, bool)>, Exit> {
        let known = self.target.as_ref().and_then(|t| self.description.of(t.generation.number));
        let piece = known.and_then(|kept| kept.pieces.as_ref()).map(Pieces::piece_bytes);
        // Nobody reads the sockets meanwhile.
        if piece.is_none_or(|bytes| bytes > MAX_AT_ONCE) {
            return Ok(None);
        }
        let place = [ByteRange::new(at, at.saturating_add(1))].into_iter().collect();
        let compared = self.compare_pieces(&place).await?.unwrap_or_default();
        let wrong = compared.wrong.first().map(|piece| (*piece, false));
        Ok(wrong.or_else(|| compared.right.iter().next().map(|piece| (piece, true))))
    }

    /// Whether a piece shows that what is held at a place is wrong.
    pub(super) async fn is_wrong_at(&mut self, at: u64) -> bool {
        matches!(self.piece_at(at).await, Ok(Some((_, false))))
    }

    /// Of bytes said to be wrong, those that are not in pieces the description shows to be right.
    pub(super) async fn without_right_pieces(&mut self, wrong: &SpanSet) -> Result<SpanSet, Exit> {
        let Some(Compared { right, .. }) = self.compare_pieces(wrong).await? else {
            return Ok(wrong.clone());
        };
        let mut left = wrong.clone();
        for range in right.iter() {
            left.remove(range);
        }
        if left.total() < wrong.total() {
            let bytes = wrong.total() - left.total();
            self.log(Told::Held(OfHeld::WrongKept(bytes))).await;
        }
        Ok(left)
    }

    /// Compares the pieces with a byte of `of` that stand whole in the file. None where none are known.
    async fn compare_pieces(&mut self, of: &SpanSet) -> Result<Option<Compared>, Exit> {
        let Some(target) = &self.target else { return Ok(None) };
        let known = self.description.of(target.generation.number);
        let pieces = known.and_then(|kept| kept.pieces.clone());
        let Some(pieces) = pieces.filter(|p| self.transfer.total() == Some(p.total())) else {
            return Ok(None);
        };
        let (part, held, of) = (target.part.clone(), target.writer.written(), of.clone());
        let stop = self.stop.clone();
        let compared = blocking(move || {
            let mut compared = Compared::default();
            for piece in pieces.held(&held, &of) {
                let read = |buffer: &mut [u8], at| {
                    let is_over = *stop.borrow();
                    let over = || Err(std::io::ErrorKind::Interrupted.into());
                    if is_over { over() } else { part.read_exact_at(buffer, at) }
                };
                let found = hash_range(read, piece.range, pieces.algorithm());
                if *stop.borrow() {
                    return Ok(None);
                }
                // What cannot be read is no worse than what is wrong.
                if found.is_ok_and(|found| found == piece.digest) {
                    compared.right.insert(piece.range);
                } else {
                    compared.wrong.push(piece.range);
                }
            }
            Ok(Some(compared))
        });
        compared.await?.map(Some).ok_or(Exit::Stop)
    }
}

async fn fetch(source: HttpSource) -> Result<Vec<DescribedFile>, Unused> {
    let ask = Ask { shape: Shape::Plain, write_from: 0, siblings_flow: false, names_a_file: false };
    let mut opened = source.open(&ask).await.map_err(Unused::Failed)?;
    if opened.head.status != 200 {
        return Err(Unused::Failed(Failure::status(FailureKind::BadStatus, opened.head.status)));
    }
    let mut document = Vec::new();
    while let Some(chunk) = opened.body.chunk().await.map_err(Unused::Failed)? {
        if document.len() + chunk.len() > MAX_DOCUMENT_BYTES {
            return Err(Unused::TooLarge);
        }
        document.extend_from_slice(&chunk);
    }
    let read = tokio::task::spawn_blocking(move || metalink::read(&document)).await;
    let read = read.map_err(|_| Unused::BrokenOff)?;
    read.map_err(Unused::from)
}
