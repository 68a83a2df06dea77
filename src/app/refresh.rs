//! `Refresh`: a fresh link for a job. Looked at beside the loop, and taken in one step where it fits;
//! else all stays as it was. The job is not started while its link is looked at.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use tokio::sync::oneshot;

use super::command::{IfLive, LinkFrom, NewLink, Refusal, Reply};
use super::event::Event;
use super::later::Later;
use super::service::{Service, answer, refused};
use crate::engine::refit::{Candidate, Fitting, look};
use crate::model::checksum::Expected;
use crate::model::fit::Misfit;
use crate::model::id::JobId;
use crate::model::job::Job;
use crate::model::log::{OfLink, Told};
use crate::model::options::JobOptions;
use crate::model::phase::{FileFate, Intent, Phase};
use crate::model::range::SpanSet;
use crate::model::url::SourceUrl;
use crate::plan::fleet::Wish;
use crate::plan::refit::{Held, lacks, options_for, options_from, options_with};
use crate::plan::same_file::older;
use crate::store::FreshLink;

/// Links looked at or waiting for a run's end at once.
const MAX_LINKS: usize = 16;

type Waiting = Option<oneshot::Sender<Reply>>;

/// The jobs a fresh link is looked at for; those whose run has to end first with what is wanted.
pub(super) type Links = BTreeMap<JobId, Option<(NewLink, Waiting)>>;

/// What a look at a link found, and what it was asked for.
pub(super) struct LinkFound {
    link: NewLink,
    url: SourceUrl,
    options: JobOptions,
    /// Secrets of the old server were not taken along.
    is_bare: bool,
    /// What the job was when it was asked for.
    was: (SourceUrl, Option<u32>, SpanSet),
    told: Result<Fitting, Misfit>,
    waiting: Waiting,
}

/// Begins to look at a fresh link; the answer comes when it was looked at.
pub(super) fn begin(
    service: &mut Service,
    link: NewLink,
    waiting: Waiting,
) -> Option<(Waiting, Reply)> {
    let id = link.job;
    if let Err(refusal) = service.may_look(&link) {
        return Some((waiting, Reply::Refused(refusal)));
    }
    service.fleet.set_aside(id);
    if service.fleet.is_live(id) {
        service.stop(id);
        service.links.insert(id, Some((link, waiting)));
    } else {
        service.links.insert(id, None);
        service.look_at(link, waiting);
    }
    None
}

/// What identifies a job's state while its link is looked at.
fn state_of(job: &Job) -> (SourceUrl, Option<u32>, SpanSet) {
    (job.url.clone(), job.generation.as_ref().map(|g| g.number), job.spans.clone())
}

/// What there is to compare with. What was whole and failed its checksum is fetched anew: nothing of
/// it speaks against another link.
fn held(job: &Job, url: &SourceUrl) -> Held {
    let is_whole = job.total().is_some_and(|total| job.spans.is_whole(total));
    let has_failed = job.last_error.as_ref().is_some_and(|error| error.kind.is_mismatch());
    let is_compared = job.options.expected != Some(Expected::Nothing);
    let is_void = is_whole && has_failed && is_compared;
    Held {
        generation: job.generation.as_deref().cloned(),
        spans: if is_void { SpanSet::new() } else { job.spans.clone() },
        names_a_file: job.url.names_a_file() || url.names_a_file(),
        is_mirror: false,
    }
}

impl Service {
    fn may_look(&self, link: &NewLink) -> Result<(), Refusal> {
        let id = link.job;
        let record = self.records.get(&id).ok_or(Refusal::NoJob(id))?;
        let not_now = |hint: &str| {
            let state = record.state().code();
            Err(Refusal::NotNow { id, state, hint: hint.to_owned() })
        };
        if let LinkFrom::Job(other) = link.from {
            let there = self.records.get(&other).ok_or(Refusal::NoJob(other))?;
            if other == id || there.job.phase.is_done() {
                let hint = "its link is not needed any more".to_owned();
                return Err(Refusal::NotNow { id: other, state: there.state().code(), hint });
            }
        }
        if self.moves.contains_key(&id) {
            return not_now("it is on its way to another folder; wait for that");
        }
        if self.links.contains_key(&id) || self.links.len() >= MAX_LINKS {
            return not_now("another link is being looked at; wait for that");
        }
        match (&record.job.phase, record.job.intent) {
            (Phase::Done { .. }, _) => not_now("add its link again to fetch it once more"),
            (_, Intent::Remove { .. }) => not_now("it is being removed"),
            (Phase::Finishing, _) => not_now("all of it is here"),
            (_, Intent::Run | Intent::Hold | Intent::Cancel)
                if self.fleet.is_live(id) && link.if_live == IfLive::Refuse =>
            {
                not_now("pause it first")
            }
            (_, Intent::Run | Intent::Hold | Intent::Cancel) => Ok(()),
        }
    }

    /// A run ended: where a fresh link waited for that, it is looked at now.
    pub(super) fn go_on_with_link(&mut self, id: JobId) {
        if !matches!(self.links.get(&id), Some(Some(_))) {
            return;
        }
        let Some((link, waiting)) = self.links.remove(&id).flatten() else { return };
        self.fleet.take_back(id);
        if let Some((waiting, reply)) = begin(self, link, waiting) {
            self.answer_link(id, waiting, reply);
        }
    }

    fn look_at(&mut self, link: NewLink, waiting: Waiting) {
        let Some(record) = self.records.get(&link.job) else { return };
        let job = &record.job;
        let (url, (options, is_bare)) = match &link.from {
            LinkFrom::Given(url) => (url.clone(), options_for(&job.options, &job.url, url)),
            LinkFrom::With(url, given) => {
                let (options, is_bare) = options_for(&job.options, &job.url, url);
                let options = options_with(options, given);
                let is_bare = is_bare && lacks((&job.options, &job.url), (&options, url));
                (url.clone(), (options, is_bare))
            }
            LinkFrom::Job(other) => {
                let Some(other) = self.records.get(other) else { return };
                let options = options_from(&job.options, &other.job.options);
                (other.job.url.clone(), (options, false))
            }
        };
        let seed = u64::try_from(Timestamp::now().as_nanosecond() & i128::from(i64::MAX));
        let mut candidate = Candidate {
            url: url.clone(),
            options: options.clone(),
            dir: job.dir.clone(),
            held: held(job, &url),
            hashes: Vec::new(),
            seed: seed.unwrap_or_default(),
        };
        let was = state_of(job);
        self.log(link.job, Told::Link(OfLink::Looked(url.redacted())));
        let (clients, later, store) =
            (self.clients.clone(), self.later.clone(), self.store.clone());
        tokio::spawn(async move {
            if let Some(number) = was.1 {
                // Without them what differs is taken for the link's fault.
                candidate.hashes = store.blocks(link.job, number).await.unwrap_or_default();
            }
            let told = look(&clients, candidate).await;
            let found = LinkFound { link, url, options, is_bare, was, told, waiting };
            // Where the service has ended, who waits is told so by the lost answer.
            let _ = later.send(Later::Link(Box::new(found))).await;
        });
    }

    /// A link was looked at: it is taken where it fits.
    pub(super) async fn take_link(&mut self, mut found: LinkFound) {
        let id = found.link.job;
        let waiting = found.waiting.take();
        self.links.remove(&id);
        self.fleet.take_back(id);
        let reply = match &found.told {
            Err(misfit) => {
                self.log(id, Told::Link(OfLink::Misfit(misfit.clone())));
                Reply::Misfit(misfit.clone())
            }
            Ok(_) if !self.is_as_it_was(id, &found.was) => self.went_on(id),
            Ok(fitting) => match self.may_look(&found.link) {
                Ok(()) => {
                    let fitting = fitting.clone();
                    self.relink(found, fitting).await
                }
                Err(refusal) => Reply::Refused(refusal),
            },
        };
        self.answer_link(id, waiting, reply);
    }

    fn is_as_it_was(&self, id: JobId, was: &(SourceUrl, Option<u32>, SpanSet)) -> bool {
        let is_same = self.records.get(&id).is_some_and(|record| {
            let stays = !matches!(record.job.intent, Intent::Remove { .. });
            stays && !record.job.phase.is_done() && state_of(&record.job) == *was
        });
        is_same && self.is_idle(id)
    }

    async fn relink(&mut self, found: LinkFound, fitting: Fitting) -> Reply {
        let id = found.link.job;
        let Some(before) = self.fleet.entry(id).cloned() else {
            return Reply::Refused(Refusal::NoJob(id));
        };
        let host = found.url.authority();
        self.fleet.relinked(id, host.clone());
        let (Some(entry), Some(record)) = (self.fleet.entry(id), self.records.get(&id)) else {
            return Reply::Refused(Refusal::NoJob(id));
        };
        // What else was changed meanwhile, as a limit, stays.
        let options = JobOptions {
            user_agent: found.options.user_agent.clone(),
            ..options_from(&record.job.options, &found.options)
        };
        let fresh = FreshLink {
            url: found.url.clone(),
            options: options.clone(),
            generation: fitting.generation.clone(),
            intent: entry.intent,
            phase: entry.phase.clone(),
        };
        if let Err(error) = self.store.save_link(id, fresh).await {
            self.fleet.add(id, before);
            return refused(error);
        }
        if let Some(record) = self.records.get_mut(&id) {
            record.set_url(found.url);
            record.job.options = Arc::new(options);
            if let Some(generation) = fitting.generation {
                record.job.generation = Some(Box::new(generation));
            }
        }
        self.follow_fleet(id);
        self.cap_host(&host);
        let (fit, bare) = (fitting.fit, found.is_bare);
        self.log(id, Told::Link(OfLink::Fits { fit, bare }));
        if let LinkFrom::Job(other) = found.link.from {
            let gone = self.wish_for(&[other], Wish::Remove(FileFate::Keep)).await;
            if let Err(error) = gone {
                self.tell(Event::Refused(Refusal::Store(error.to_string()).to_string()));
            }
        }
        Reply::Fits(fitting.fit)
    }

    /// Answers whoever waits; where nobody does it is an event.
    fn answer_link(&mut self, id: JobId, waiting: Waiting, reply: Reply) {
        if waiting.is_some() {
            return answer(waiting, reply);
        }
        match reply {
            Reply::Fits(fit) => self.tell(Event::LinkTaken(id, fit)),
            Reply::Misfit(misfit) => self.tell(Event::LinkRefused(id, misfit)),
            Reply::Refused(refusal) => self.tell(Event::Refused(refusal.to_string())),
            Reply::Ok
            | Reply::Added(_)
            | Reply::Jobs(_)
            | Reply::Job(_)
            | Reply::Verified(_)
            | Reply::Hosts(_) => {}
        }
    }

    /// Looks whether a job fetches what an older one holds a part of, and says so once.
    pub(super) fn look_for_older(&mut self, id: JobId) {
        let Some(record) = self.records.get(&id) else { return };
        let found = older(&record.job, self.records.values().map(|r| &r.job)).map(|job| job.id);
        if found == record.same_as {
            return;
        }
        if let Some(record) = self.records.get_mut(&id) {
            record.same_as = found;
        }
        self.changed(id);
        if let Some(old) = found {
            self.log(id, Told::Link(OfLink::SameFile(old)));
            self.tell(Event::SameFile { new: id, old });
        }
    }
}

#[cfg(test)]
#[path = "refresh_tests.rs"]
mod tests;
