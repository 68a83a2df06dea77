//! The places a run fetches from: the job's link, and mirrors. A mirror is compared with what is held
//! before a byte of it is written; what may be done with it is decided in [`crate::plan::transfer`].

use std::time::{Duration, Instant};

use tokio::sync::oneshot;

use super::job::{Exit, Run, stopped};
use super::refit::{self, Candidate, Fitting};
use super::report::{Report, What};
use super::sources::{Fitted, Look, Need};
use crate::model::block::BlockHash;
use crate::model::cause::Cause;
use crate::model::failure::{Failure, FailureKind, Remedy};
use crate::model::fit::{Fit, Misfit};
use crate::model::log::{OfMirror, Told};
use crate::model::range::SpanSet;
use crate::model::url::SourceUrl;
use crate::plan::refit::{Held, options_for};
use crate::plan::transfer::{Mirror, Move};

/// So much must be held before a mirror is compared with it.
const ENOUGH_TO_COMPARE: u64 = 1 << 20;
/// A mirror that is busy is looked at again after this long, then after twice that,
const TRY_AGAIN: Duration = Duration::from_secs(2);
/// and so often.
const MAX_TRIES: u32 = 5;
/// One that is right where what is held is not is looked at again where it is needed, or not at all.
const ONLY_WHERE_NEEDED: Duration = Duration::from_hours(24);

impl Run {
    /// Begins to look at the next mirror, where another place would be of use.
    pub(super) async fn look_for_mirrors(&mut self) {
        if self.sources.look.is_some() || !self.transfer.wants_places() {
            return;
        }
        let Some(of) = self.sources.candidate(Need::More) else { return };
        let held = self.written();
        if held.total() >= ENOUGH_TO_COMPARE {
            let look = self.look_at(of, held).await;
            self.sources.look = Some((of, Look(tokio::spawn(look))));
        }
    }

    fn written(&self) -> SpanSet {
        self.target.as_ref().map(|target| target.writer.written()).unwrap_or_default()
    }

    async fn look_at(&mut self, of: usize, spans: SpanSet) -> impl Future<Output = Fitted> + use<> {
        let entry = &self.sources.all[of];
        let url = entry.origin.url.clone();
        let (options, _) = options_for(&self.job.options, &self.job.url, &url);
        let generation = self.target.as_ref().map(|target| target.generation.clone());
        let hashes: Vec<BlockHash> = match &generation {
            Some(generation) => self.hashes(generation.number).await,
            None => Vec::new(),
        };
        let names_a_file = self.job.url.names_a_file();
        let candidate = Candidate {
            options,
            dir: self.job.dir.clone(),
            held: Held { generation, spans, names_a_file, is_mirror: true },
            hashes,
            seed: self.job.id.0.unsigned_abs() ^ of as u64,
            url,
        };
        let clients = self.sources.clients.clone();
        async move { refit::look(&clients, candidate).await }
    }

    /// What a look at a mirror brought. True where it may be asked.
    pub(super) async fn take_mirror(&mut self, of: usize, fitted: Fitted, need: Need) -> bool {
        let name = self.sources.all[of].origin.url.redacted();
        match fitted {
            Ok(Fitting { fit, generation }) => {
                let validator = generation.map(|generation| generation.validator);
                let validator = validator.unwrap_or_default();
                let beside = self.transfer.may_go_beside(&validator);
                let host = &self.sources.all[of].origin.host;
                let mirror = Mirror {
                    host: host.name.clone(),
                    validator,
                    condition: host.condition,
                    cap: host.max_connections,
                    beside,
                };
                let place = self.transfer.admit(mirror);
                let entry = &mut self.sources.all[of];
                (entry.place, entry.told) = (Some(place), self.transfer.told_limit(place));
                self.share_connections();
                self.log(Told::Mirror(name, OfMirror::Fits(fit, beside))).await;
                true
            }
            Err(Misfit::NoFile(why))
                if need == Need::More
                    && why.kind.remedy() == Remedy::Wait
                    && self.sources.all[of].tries < MAX_TRIES =>
            {
                let entry = &mut self.sources.all[of];
                let pause = TRY_AGAIN * (1 << entry.tries);
                entry.tries += 1;
                entry.not_before = Some(Instant::now() + pause);
                self.log(Told::Mirror(name, OfMirror::Later(pause.as_secs(), why.kind))).await;
                false
            }
            Err(Misfit::OtherBytes { at }) if need == Need::More && self.is_wrong_at(at).await => {
                self.sources.all[of].not_before = Some(Instant::now() + ONLY_WHERE_NEEDED);
                self.log(Told::Mirror(name, OfMirror::DiffersRightly(at))).await;
                false
            }
            Err(misfit) => {
                self.sources.all[of].spent = true;
                self.log(Told::Mirror(name, OfMirror::Misfit(misfit))).await;
                false
            }
        }
    }

    /// Names the mirrors that the transfer gave up.
    pub(super) async fn say_dismissed(&mut self) {
        for (place, why) in self.transfer.take_dismissed() {
            let Some(of) = self.sources.index_of(place) else { continue };
            let entry = &mut self.sources.all[of];
            (entry.place, entry.spent) = (None, true);
            let name = entry.origin.url.redacted();
            self.log(Told::Mirror(name, OfMirror::Dropped(why))).await;
        }
    }

    /// What failed at one place is gone on with at another, where there is one that fits; else says
    /// why the run ends.
    pub(super) async fn elsewhere(&mut self, left: Exit) -> Result<(), Exit> {
        let Exit::Failed(failure, after) = left else { return Err(left) };
        if !is_of_place(failure.kind) {
            return Err(Exit::Failed(failure, after));
        }
        self.tell_turned_away(&failure).await;
        self.drop_closed(Cause::PlaceFailed).await;
        self.say_dismissed().await;
        if let Some(of) = self.sources.index_of(self.transfer.main()) {
            let entry = &mut self.sources.all[of];
            entry.spent = true;
            entry.failed = Some((failure.clone(), after));
        }
        // What is on its way to the file counts too, and what was found wrong comes first.
        if let Some(told) = self.flush_unless_stopped().await? {
            return match self.hear(told).await? {
                Move::Forget(wrong) => self.forget_wrong(&wrong).await,
                Move::Exit(failure, after) => Err(Exit::Failed(failure, after)),
                Move::Read { .. } | Move::Next | Move::Again(_) | Move::Complete => Ok(()),
            };
        }
        let known = self.sources.all.iter().position(|e| e.place.is_some() && !e.spent);
        if let Some(of) = known {
            self.turn_to(of, &failure).await;
            return Ok(());
        }
        if let Some(of) = self.find_mirror(self.written()).await? {
            self.turn_to(of, &failure).await;
            return Ok(());
        }
        Err(self.sources.best_failure(&self.job.url).unwrap_or(Exit::Failed(failure, after)))
    }

    /// The next mirror that may be asked, by what is held and counts.
    pub(super) async fn find_mirror(&mut self, held: SpanSet) -> Result<Option<usize>, Exit> {
        self.sources.look = None;
        while let Some(of) = self.sources.candidate(Need::Now) {
            let fitted = if held.is_empty() {
                // Its answer is the file.
                Ok(Fitting { fit: Fit::NothingHeld, generation: None })
            } else {
                let look = self.look_at(of, held.clone()).await;
                tokio::select! {
                    biased;
                    () = stopped(&mut self.stop) => return Err(Exit::Stop),
                    fitted = look => fitted,
                }
            };
            if self.take_mirror(of, fitted, Need::Now).await {
                return Ok(Some(of));
            }
        }
        Ok(None)
    }

    async fn turn_to(&mut self, of: usize, failure: &Failure) {
        let entry = &self.sources.all[of];
        let Some(place) = entry.place else { return };
        let told = Told::Mirror(entry.origin.url.redacted(), OfMirror::TurnedTo(failure.kind));
        self.transfer.turn_to(place);
        self.log(told).await;
    }

    /// The link of the place the representation at hand began at, where it is not the job's own.
    pub(super) fn begun_at(&self) -> Option<SourceUrl> {
        let entry = &self.sources.all[self.sources.index_of(self.transfer.main())?];
        (entry.origin.url != self.job.url).then(|| entry.origin.url.clone())
    }

    /// Mirrors an answer told of, which are kept with the generation. Those of a link that nobody can
    /// change on its way must be such links too.
    pub(super) async fn learn_mirrors(&mut self, told: &[String], from: &SourceUrl) {
        let is_safe = from.is_https() || self.job.url.is_https();
        // Where a redirect led is no other place.
        let usable = |url: &SourceUrl| url != from && (url.is_https() || !is_safe);
        let urls: Vec<SourceUrl> =
            told.iter().filter_map(|to| from.join(to).ok()).filter(usable).collect();
        let is_new = |url: &&SourceUrl| self.sources.all.iter().all(|e| e.origin.url != **url);
        let new: Vec<SourceUrl> = urls.iter().filter(is_new).cloned().collect();
        if new.is_empty() {
            return;
        }
        let (tell, wait) = oneshot::channel();
        let what = What::Mirrors(new, tell);
        // Only a service that has ended does not answer.
        let _ = self.reports.send(Report { job: self.job.id, what }).await;
        for origin in wait.await.unwrap_or_default() {
            let name = origin.url.redacted();
            match self.sources.add(&self.job, origin) {
                Ok(()) => self.log(Told::Mirror(name, OfMirror::Known)).await,
                Err(why) => self.log(Told::Mirror(name, OfMirror::Unusable(why))).await,
            }
        }
        self.sources.hear_of(urls);
    }
}

/// Whether another place may do where one failed so.
fn is_of_place(kind: FailureKind) -> bool {
    use FailureKind::{
        BadStatus, Broken, Busy, Certificate, Changed, Forbidden, Gone, LinkExpired, NotFound,
        Page, Protocol, RedirectLoop, RedirectRefused, Refused, ServerError, Stalled, Tls,
        Unauthorised, UnknownHost, Unreachable,
    };
    matches!(
        kind,
        UnknownHost
            | Refused
            | Unreachable
            | Broken
            | Stalled
            | Certificate
            | Tls
            | Busy
            | ServerError
            | Unauthorised
            | Forbidden
            | NotFound
            | Gone
            | LinkExpired
            | Page
            | BadStatus
            | RedirectLoop
            | RedirectRefused
            | Protocol
            | Changed
    )
}
