//! Generations on disk: opening what an earlier run left, beginning a new one, reserving its space.
//! A new generation is saved before its first byte is written, so that bytes of two never meet.

use std::sync::Arc;

use super::disk::{self, Part};
use super::job::Run;
use super::report::What;
use super::source::Opened;
use super::writer::Writer;
use crate::model::disposition;
use crate::model::failure::{Failure, FailureKind};
use crate::model::job::Generation;
use crate::model::name::choose_name;
use crate::model::range::SpanSet;
use crate::model::url::SourceUrl;
use crate::plan::checkpoint::Schedule;
use crate::plan::identity::Known;
use crate::plan::recover::{Reopened, reopen};
use crate::plan::transfer::{Begin, Facts, Transfer};

/// The open part file and the thread that writes it.
#[derive(Debug)]
pub(super) struct Target {
    pub(super) generation: Generation,
    pub(super) part: Part,
    pub(super) writer: Writer,
    /// Space is reserved for the whole.
    pub(super) reserved: bool,
}

impl Run {
    /// Opens what an earlier run left, as far as it is ours.
    pub(super) async fn open_target(&mut self) -> Result<(), Failure> {
        disk::make_folder(&self.job.dir)?;
        let mut begin = Begin {
            condition: self.host.condition,
            plain: self.host.plain_get,
            checked: self.job.options.expected.is_some(),
            ..Begin::default()
        };
        if let Some(generation) = self.job.generation.clone() {
            let found = disk::look(&self.job.dir.join(&generation.part_name));
            match reopen(&generation, &self.job.spans, found) {
                // What failed its checksum is fetched anew; the old part goes when it is passed.
                Reopened::Held(held) if self.failed_its_checksum() => {
                    self.older = Some((generation, held.total()));
                }
                Reopened::Held(held) => {
                    begin.known = known(&generation);
                    begin.held = held.clone();
                    self.adopt(generation, held)?;
                }
                Reopened::Lost(failure) => {
                    if let Some(failure) = failure {
                        self.log(format!("{}; beginning anew", failure.detail)).await;
                    }
                    self.older = Some((generation, 0));
                }
            }
        }
        self.transfer = Transfer::new(begin);
        Ok(())
    }

    fn failed_its_checksum(&self) -> bool {
        self.job.last_error.as_ref().is_some_and(|e| e.kind == FailureKind::ChecksumMismatch)
    }

    fn adopt(&mut self, generation: Generation, held: SpanSet) -> Result<(), Failure> {
        let part = disk::open_part(&self.job.dir, &generation.part_name)?;
        self.progress.change_map(|map| map.total = generation.total);
        self.start_writer(generation, part, held)
    }

    fn start_writer(
        &mut self,
        generation: Generation,
        part: Part,
        held: SpanSet,
    ) -> Result<(), Failure> {
        let writer = Writer::start(part.clone(), held, Arc::clone(&self.progress))
            .map_err(|error| Failure::new(FailureKind::SystemLimit, error.to_string()))?;
        self.target = Some(Target { generation, part, writer, reserved: false });
        Ok(())
    }

    /// A representation begins: its part file is made and saved before its first byte is written.
    pub(super) async fn begin_generation<B>(
        &mut self,
        facts: Facts,
        opened: &Opened<B>,
    ) -> Result<(), Failure> {
        self.progress.change_map(|map| map.total = facts.total);
        if let Some(encoding) =
            facts.encoding.as_deref().filter(|_| !is_stored_encoded(&opened.final_url))
        {
            let detail =
                format!("the server sends the file encoded ({encoding}), though asked not to");
            return Err(Failure::new(FailureKind::Protocol, detail));
        }
        if let Some(target) = &mut self.target
            && target.writer.written().is_empty()
        {
            target.part.empty(&self.job.dir)?;
            target.reserved = false;
            fill_in(&mut target.generation, facts);
            let generation = target.generation.clone();
            return self.save(|saved| What::Updated(generation, saved)).await;
        }
        let old = self.target.take().map(|t| (t.generation, t.writer.written().total()));
        let (generation, part) = match old.as_ref().or(self.older.as_ref()) {
            Some((before, _)) => {
                let (number, part) = disk::create_next(&self.job.dir, &before.name, before.number)?;
                (Generation { number, ..before.clone() }, part)
            }
            None => self.first_generation(&facts, opened)?,
        };
        let mut generation =
            Generation { part_name: part.name.clone(), file_id: part.id, ..generation };
        fill_in(&mut generation, facts);
        self.older = old.or_else(|| self.older.take());
        self.schedule = Schedule::default();
        let saved = generation.clone();
        self.start_writer(generation, part, SpanSet::new())?;
        self.save(|done| What::Begun(saved, done)).await
    }

    fn first_generation<B>(
        &self,
        facts: &Facts,
        opened: &Opened<B>,
    ) -> Result<(Generation, Part), Failure> {
        let sent = opened.head.disposition.as_deref().map(disposition::parse).unwrap_or_default();
        let wanted = choose_name(
            self.job.name.as_deref(),
            &sent,
            &opened.final_url,
            facts.content_type.as_deref(),
        );
        let (name, part) = disk::create_first(&self.job.dir, &wanted)?;
        let generation = Generation {
            number: 1,
            name: name.into(),
            part_name: part.name.clone(),
            file_id: part.id,
            total: None,
            validator: facts.validator.clone(),
            encoding: None,
            content_type: None,
            by_overlap: false,
        };
        Ok((generation, part))
    }

    /// What an answer told of the size, and whether bytes had to prove it, is saved.
    pub(super) async fn learn_total(&mut self) -> Result<(), Failure> {
        let (total, by_overlap) = (self.transfer.total(), self.transfer.by_overlap());
        let Some(target) = &mut self.target else { return Ok(()) };
        let generation = &mut target.generation;
        if generation.total == total && generation.by_overlap == by_overlap {
            return Ok(());
        }
        generation.total = total;
        generation.by_overlap |= by_overlap;
        let generation = generation.clone();
        self.progress.change_map(|map| map.total = total);
        self.save(|saved| What::Updated(generation, saved)).await
    }

    pub(super) fn reserve(&mut self) -> Result<(), Failure> {
        if let (Some(target), Some(total)) = (&mut self.target, self.transfer.total())
            && !target.reserved
        {
            target.part.reserve(&self.job.dir, total)?;
            target.reserved = true;
        }
        Ok(())
    }
}

fn known(generation: &Generation) -> Known {
    Known {
        total: generation.total,
        validator: generation.validator.clone(),
        encoding: generation.encoding.clone(),
        content_type: generation.content_type.clone(),
        begun: true,
    }
}

fn fill_in(generation: &mut Generation, facts: Facts) {
    generation.total = facts.total;
    generation.validator = facts.validator;
    generation.encoding = facts.encoding;
    generation.content_type = facts.content_type;
    generation.by_overlap = false;
}

/// Files that are stored compressed are often sent with an encoding they are not asked in: their
/// bytes are the file.
fn is_stored_encoded(url: &SourceUrl) -> bool {
    let name = url.last_segment().unwrap_or_default().to_ascii_lowercase();
    [".gz", ".tgz", ".svgz", ".z", ".bz2", ".xz", ".zst", ".br"]
        .iter()
        .any(|ending| name.ends_with(ending))
}
