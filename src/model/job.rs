//! A job: one link becoming one file, with all that is remembered of it.

use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::block::OpenBlock;
use super::failure::Failure;
use super::id::JobId;
use super::options::JobOptions;
use super::phase::{Intent, Phase};
use super::proof::Proof;
use super::queue::QueueId;
use super::range::SpanSet;
use super::relocation::Relocation;
use super::url::SourceUrl;
use super::validator::Validator;

/// What is needed to make a job.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewJob {
    /// Where it comes from.
    pub url: SourceUrl,
    /// Folder the file goes to, absolute. Empty where none was chosen by hand: the service then asks
    /// the rules of the settings.
    #[serde(with = "super::path::exact")]
    pub dir: PathBuf,
    /// The name asked for; else the server and the link decide.
    pub name: Option<String>,
    /// How it is fetched.
    pub options: JobOptions,
    /// [`Intent::Run`] or [`Intent::Hold`].
    pub intent: Intent,
    /// Not to be started before.
    pub not_before: Option<Timestamp>,
    /// The queue it is in.
    #[serde(default)]
    pub queue: QueueId,
}

/// One representation of the file as the server had it, and the part file that holds it.
/// A new representation is a new generation with a part file of its own, so that bytes of two
/// never meet in one file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Generation {
    /// 1 for the first.
    pub number: u32,
    /// The name the finished file will have, made safe, without a folder.
    pub name: String,
    /// Name of the part file, in the job's folder.
    pub part_name: String,
    /// Device and inode of the part file, where the system has them: it is ours only while they fit.
    pub file_id: Option<FileId>,
    /// Size in bytes, once known.
    pub total: Option<u64>,
    /// What the server identified it by.
    pub validator: Validator,
    /// `Content-Encoding` it came with, where it was none we asked for.
    pub encoding: Option<String>,
    /// `Content-Type` it came with.
    pub content_type: Option<String>,
    /// Whether it was ever resumed without a strong validator, by comparing bytes.
    pub by_overlap: bool,
    /// Places in the part file where two answers meet and nobody has read across yet, in order.
    #[serde(default)]
    pub seams: Vec<u64>,
    /// Held bytes in blocks that are not whole, as they were at the last checkpoint.
    #[serde(default)]
    pub open_blocks: Vec<OpenBlock>,
    /// Whether its end was told by nothing but the end of a connection.
    pub length_unproved: bool,
    /// The mirror it began at, whose validator this is; none where that was the job's own link.
    #[serde(default)]
    pub begun_at: Option<SourceUrl>,
    /// Mirrors its server told of.
    #[serde(default)]
    pub mirrors: Vec<SourceUrl>,
}

impl Generation {
    /// A generation of which nothing is known yet but where it is kept.
    pub fn new(number: u32, name: String, part_name: String, file_id: Option<FileId>) -> Self {
        Self {
            number,
            name,
            part_name,
            file_id,
            total: None,
            validator: Validator::default(),
            encoding: None,
            content_type: None,
            by_overlap: false,
            seams: Vec::new(),
            open_blocks: Vec::new(),
            length_unproved: false,
            begun_at: None,
            mirrors: Vec::new(),
        }
    }
}

/// What a file is known by while it is open or not (GUARDS 14).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct FileId {
    /// Device number.
    pub device: u64,
    /// Inode number.
    pub inode: u64,
}

/// One job as the store holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// Its number.
    pub id: JobId,
    /// Its place in the queue, smallest first.
    pub position: i64,
    /// Where it comes from: the link as it was given, never a redirect's target.
    pub url: SourceUrl,
    /// Folder the file goes to.
    pub dir: PathBuf,
    /// What is still on its way there from another folder.
    pub moved: Option<Relocation>,
    /// The name asked for.
    pub name: Option<String>,
    /// How it is fetched; jobs that are fetched alike share it.
    pub options: Arc<JobOptions>,
    /// What the user wants.
    pub intent: Intent,
    /// What is so.
    pub phase: Phase,
    /// Not to be started before.
    pub not_before: Option<Timestamp>,
    /// The queue it is in.
    pub queue: QueueId,
    /// The newest generation, once an answer came.
    pub generation: Option<Box<Generation>>,
    /// Durable bytes of that generation.
    pub spans: SpanSet,
    /// What went wrong last, also where it passed.
    pub last_error: Option<Failure>,
    /// What its file was compared with, once all of it was here. Means something while the job is
    /// done or failed for it.
    pub proof: Option<Proof>,
    /// When it was made.
    pub created_at: Timestamp,
}

impl Job {
    /// The name to show: the file's, the one asked for, or what the link suggests.
    pub fn display_name(&self) -> String {
        self.generation
            .as_ref()
            .map(|g| g.name.clone())
            .or_else(|| self.name.clone())
            .or_else(|| self.url.last_segment())
            .unwrap_or_else(|| self.url.host().to_owned())
    }

    /// What its file was compared with, where it is done or failed for it.
    pub fn proof(&self) -> Option<Proof> {
        let failed = self.phase.failure().is_some_and(|why| why.kind.is_mismatch());
        self.proof.filter(|_| self.phase.is_done() || failed)
    }

    /// Takes away what is needed to fetch it and would let others in: of links, options and mirrors, user
    /// and password, cookie and header lines. True where there was anything.
    pub fn forget_access(&mut self) -> bool {
        let mut forgot = false;
        let mut bare = |url: &mut SourceUrl| {
            if let Some(without) = url.without_credentials() {
                *url = without;
                forgot = true;
            }
        };
        bare(&mut self.url);
        if let Some(generation) = &mut self.generation {
            generation.begun_at.iter_mut().chain(&mut generation.mirrors).for_each(bare);
        }
        if let Some(options) = self.options.without_access() {
            self.options = Arc::new(options);
            forgot = true;
        }
        forgot
    }

    /// Every place it may be fetched from, each once: where the file began that is gone on with, its own
    /// link, the mirrors it was given and those its server told of.
    pub fn sources(&self) -> Vec<SourceUrl> {
        let generation = self.generation.as_ref();
        let has_failed = self.last_error.as_ref().is_some_and(|why| why.kind.is_mismatch());
        let begun = generation.and_then(|g| g.begun_at.clone());
        let begun = begun.filter(|_| !self.spans.is_empty() && !has_failed);
        let told = generation.map(|g| g.mirrors.as_slice()).unwrap_or_default();
        let all = begun.into_iter().chain([self.url.clone()]);
        let all = all.chain(self.options.mirrors.iter().chain(told).cloned());
        let mut sources: Vec<SourceUrl> = Vec::new();
        for url in all {
            if !sources.contains(&url) {
                sources.push(url);
            }
        }
        sources
    }

    /// Size in bytes, once known.
    pub fn total(&self) -> Option<u64> {
        if let Phase::Done { bytes, .. } = &self.phase {
            return Some(*bytes);
        }
        self.generation.as_ref().and_then(|g| g.total)
    }
}

#[cfg(test)]
#[path = "job_tests.rs"]
pub(crate) mod tests;
