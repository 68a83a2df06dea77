//! Generations on disk: opening what an earlier run left, beginning a new one, reserving its space.
//! A new generation is saved before its first byte is written, so that bytes of two never meet.

use std::sync::Arc;

use super::attach::{First, Orphan};
use super::checkpoint::SeamsTold;
use super::disk::{self, Part};
use super::job::Run;
use super::record::Record;
use super::report::What;
use super::source::Opened;
use super::writer::Writer;
use crate::model::cause::Cause;
use crate::model::checksum::Expected;
use crate::model::disposition;
use crate::model::failure::{Failure, FailureKind};
use crate::model::job::Generation;
use crate::model::log::Told;
use crate::model::name::choose_name;
use crate::model::range::SpanSet;
use crate::model::url::SourceUrl;
use crate::plan::checkpoint::Schedule;
use crate::plan::identity::Known;
use crate::plan::recover::Reopened;
use crate::plan::transfer::{Begin, Facts, Transfer};

/// The open part file and the thread that writes it.
pub(super) struct Target {
    pub(super) generation: Generation,
    pub(super) part: Part,
    pub(super) writer: Writer,
    /// Space is reserved for the whole.
    pub(super) reserved: bool,
    /// What is kept at its end, where anything may stand there.
    pub(super) record: Option<Arc<Record>>,
    /// Its seams as last told.
    pub(super) seams: SeamsTold,
}

impl Run {
    /// Opens what an earlier run left, as far as it is ours.
    pub(super) async fn open_target(&mut self) -> Result<(), Failure> {
        self.end_relocation().await?;
        let (dir, expects_files) = (self.job.dir.clone(), !self.job.spans.is_empty());
        blocking(move || disk::open_folder(&dir, expects_files)).await?;
        let mut begin = Begin {
            host: self.sources.first().host.name.clone(),
            condition: self.sources.first().host.condition,
            plain: self.sources.first().host.plain_get,
            names_a_file: self.job.url.names_a_file(),
            checked: matches!(
                self.job.options.expected,
                Some(Expected::Given(_) | Expected::Sidecar)
            ),
            ignores_digests: self.job.options.expected == Some(Expected::Nothing),
            connections: self.most_connections(),
            cap: self.sources.first().host.max_connections,
            ..Begin::default()
        };
        if let Some(mut generation) = self.job.generation.as_deref().cloned() {
            match self.reopened(&mut generation).await? {
                // What failed its checksum is fetched anew; the old part goes when it is passed.
                Reopened::Held(held) if self.failed_its_checksum(&generation, &held) => {
                    self.older.push((generation, held.total()));
                }
                Reopened::Held(held) => {
                    let held = self.rechecked(&generation, held).await?;
                    begin.known = known(&generation);
                    begin.known.described = self.recall_description(&generation).await;
                    begin.held = held.clone();
                    self.begun_with = held.total();
                    self.carried = Some(held.clone());
                    begin.seams.clone_from(&generation.seams);
                    self.adopt(generation, held).await?;
                }
                Reopened::Doubtful(_) | Reopened::Away | Reopened::Lost(None) => {
                    self.older.push((generation, self.job.spans.total()));
                }
                Reopened::Lost(Some(failure)) => {
                    self.log(Told::Anew(failure)).await;
                    self.older.push((generation, self.job.spans.total()));
                }
            }
        }
        self.transfer = Transfer::new(begin);
        self.share_connections();
        Ok(())
    }

    /// Whether this generation is the one that was whole and not what its checksum says. Where
    /// nothing is to be compared any more, it is kept as it is.
    fn failed_its_checksum(&self, generation: &Generation, held: &SpanSet) -> bool {
        let is_whole = generation.total.is_some_and(|total| held.is_whole(total));
        let is_compared = self.job.options.expected != Some(Expected::Nothing);
        let last = self.job.last_error.as_ref();
        is_whole && is_compared && last.is_some_and(|e| e.kind.is_mismatch())
    }

    async fn adopt(&mut self, generation: Generation, held: SpanSet) -> Result<(), Failure> {
        let part = disk::open_part(&self.job.dir, &generation.part_name)?;
        self.take_alone(&part).await?;
        self.progress.change_map(|map| map.total = generation.total);
        self.start_writer(generation, part, held)
    }

    pub(super) fn start_writer(
        &mut self,
        generation: Generation,
        part: Part,
        held: SpanSet,
    ) -> Result<(), Failure> {
        let writer = Writer::start(part.clone(), held, Arc::clone(&self.progress))
            .map_err(|error| Failure::new(FailureKind::SystemLimit, error.to_string()))?;
        let (reserved, seams) = (false, SeamsTold::default());
        self.target = Some(Target { generation, part, writer, reserved, record: None, seams });
        Ok(())
    }

    /// A representation begins: its part file is made and saved before its first byte is written. Or
    /// a part of it is found that no job knows of, and nothing is begun.
    pub(super) async fn begin_generation<B>(
        &mut self,
        facts: Facts,
        opened: &Opened<B>,
    ) -> Result<Option<Box<Orphan>>, Failure> {
        self.progress.change_map(|map| map.total = facts.total);
        let (begun_at, mirrors) = (self.begun_at(), self.sources.told());
        self.leave_generation().await;
        if let Some(encoding) =
            facts.encoding.as_deref().filter(|_| !is_stored_encoded(&opened.final_url))
        {
            let cause = Some(Cause::SentEncoded);
            return Err(Failure { cause, ..Failure::new(FailureKind::Protocol, encoding) });
        }
        if let Some(target) = &mut self.target {
            target.close_record();
            target.part.empty(&self.job.dir)?;
            target.reserved = false;
            fill_in(&mut target.generation, facts);
            (target.generation.begun_at, target.generation.mirrors) = (begun_at, mirrors);
            let generation = target.generation.clone();
            self.save(|saved| What::Updated(generation, saved)).await?;
            return Ok(None);
        }
        let (generation, part) = match self.older.last().cloned() {
            Some((before, _)) => {
                let (number, part) = self.next_part(&before).await?;
                (Generation { number, ..before }, part)
            }
            None => match self.first_generation(&facts, opened).await? {
                First::Empty(name, part) => {
                    (Generation::new(1, name.into(), part.name.clone(), part.id), part)
                }
                First::Orphan(orphan) => return Ok(Some(orphan)),
            },
        };
        let mut generation =
            Generation { part_name: part.name.clone(), file_id: part.id, ..generation };
        fill_in(&mut generation, facts);
        (generation.begun_at, generation.mirrors) = (begun_at, mirrors);
        self.schedule = Schedule::default();
        self.record_begin(generation, part).await?;
        Ok(None)
    }

    /// Saves a generation with the part file just made for it.
    async fn record_begin(&mut self, generation: Generation, part: Part) -> Result<(), Failure> {
        let (saved, path, id) = (generation.clone(), self.job.dir.join(&part.name), part.id);
        self.start_writer(generation, part, SpanSet::new())?;
        let begun = self.save(|done| What::Begun(saved, done)).await;
        if begun.is_err() {
            // It is empty, and unrecorded it would be nobody's: the next attempt would make way for it.
            // The error that is told is the store's.
            self.target = None;
            let _ = blocking(move || Ok(disk::delete_ours(&path, id))).await;
        }
        begun
    }

    /// The part written so far is of another representation. One that holds nothing is used again; any
    /// other is an older one from here on, whatever becomes of the new one: the seams that are recorded
    /// next are not its own.
    async fn leave_generation(&mut self) {
        if let Some(target) = &self.target {
            // What is on its way to the file is of the one before.
            target.writer.flush().await;
        }
        if let Some(left) = self.target.take_if(|target| !target.writer.written().is_empty()) {
            self.older.push((left.generation, left.writer.written().total()));
        }
    }

    async fn first_generation<B>(
        &mut self,
        facts: &Facts,
        opened: &Opened<B>,
    ) -> Result<First, Failure> {
        let sent = opened.head.disposition.as_deref().map(disposition::parse).unwrap_or_default();
        let wanted = choose_name(
            self.job.name.as_deref(),
            &sent,
            &opened.final_url,
            facts.content_type.as_deref(),
        );
        self.first_part(&wanted, facts, &opened.head).await
    }

    /// What an answer told of the size and of digests, and whether bytes had to prove it, is saved.
    pub(super) async fn learn_total(&mut self) -> Result<(), Failure> {
        let (total, by_overlap) = (self.transfer.total(), self.transfer.by_overlap());
        let Some(target) = &mut self.target else { return Ok(()) };
        let generation = &mut target.generation;
        let digests = self.transfer.digests();
        let known = &mut generation.validator.digests;
        let mirrors = self.sources.told();
        let is_same = generation.total == total && generation.by_overlap == by_overlap;
        if is_same && known == digests && generation.mirrors == mirrors {
            return Ok(());
        }
        known.clone_from(digests);
        generation.mirrors = mirrors;
        generation.total = total;
        generation.by_overlap |= by_overlap;
        let generation = generation.clone();
        self.progress.change_map(|map| map.total = total);
        self.save(|saved| What::Updated(generation, saved)).await
    }

    pub(super) async fn reserve(&mut self) -> Result<(), Failure> {
        if let (Some(target), Some(total)) = (&mut self.target, self.transfer.total())
            && !target.reserved
        {
            let (part, dir) = (target.part.clone(), self.job.dir.clone());
            let has_room_behind = blocking(move || part.reserve(&dir, total)).await?;
            target.reserved = true;
            if has_room_behind {
                self.begin_record(total).await;
            }
        }
        Ok(())
    }
}

pub(super) fn known(generation: &Generation) -> Known {
    Known {
        total: generation.total,
        validator: generation.validator.clone(),
        encoding: generation.encoding.clone(),
        content_type: generation.content_type.clone(),
        begun: true,
        described: false,
    }
}

pub(super) fn fill_in(generation: &mut Generation, facts: Facts) {
    generation.total = facts.total;
    generation.validator = facts.validator;
    generation.encoding = facts.encoding;
    generation.content_type = facts.content_type;
    generation.by_overlap = false;
    generation.seams = Vec::new();
    generation.open_blocks = Vec::new();
    generation.length_unproved = false;
}

/// Files that are stored compressed are often sent with an encoding they are not asked in: their
/// bytes are the file.
pub(super) fn is_stored_encoded(url: &SourceUrl) -> bool {
    let name = url.last_segment().unwrap_or_default().to_ascii_lowercase();
    [".gz", ".tgz", ".svgz", ".z", ".bz2", ".xz", ".zst", ".br"]
        .iter()
        .any(|ending| name.ends_with(ending))
}

/// File work that may take long, away from the sockets.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Failure> + Send + 'static,
) -> Result<T, Failure> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|_| Err(Failure::because(FailureKind::DiskError, Cause::WorkBrokenOff)))
}
