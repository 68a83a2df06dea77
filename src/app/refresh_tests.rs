//! Tests of [`super`] without its loop and without a network: what is done with what a look found.

use super::super::tests::{World, generation, made, new_job, world};
use super::*;
use crate::model::failure::{Failure, FailureKind};
use crate::model::fit::Fit;
use crate::model::job::Generation;
use crate::model::range::ByteRange;
use crate::model::validator::{EntityTag, Validator};
use crate::plan::fleet::Entry;

const FRESH: &str = "http://127.0.0.1:1/fresh?sig=geheim";

fn expired() -> Phase {
    Phase::NeedsLink(Failure::status(FailureKind::LinkExpired, 403))
}

/// Job 1 holds four bytes and needs a link.
async fn needs_link(folder: &std::path::Path) -> (World, Generation) {
    let mut world = world(vec![new_job(folder), new_job(folder)]).await;
    let part = made(folder.join("a.iso.part"));
    let known = generation(&part);
    world.is_at(1, known.clone(), expired()).await;
    let held: SpanSet = [ByteRange::new(0, 4)].into_iter().collect();
    let store = world.service.store.clone();
    store.save_progress(JobId(1), 1, held.clone(), Vec::new(), None).await.unwrap();
    world.service.records.get_mut(&JobId(1)).unwrap().job.spans = held;
    (world, known)
}

/// What a look at [`FRESH`] found for job 1 as it is now, which is set aside for it.
fn found(world: &mut World, from: LinkFrom, known: &Generation) -> LinkFound {
    let service = &mut world.service;
    service.fleet.set_aside(JobId(1));
    service.links.insert(JobId(1), None);
    let etag = Some(EntityTag("\"fresh\"".into()));
    let validator = Validator { etag, ..Validator::default() };
    let generation = Some(Generation { validator, ..known.clone() });
    LinkFound {
        link: NewLink { job: JobId(1), from, if_live: IfLive::Refuse },
        url: SourceUrl::parse(FRESH).unwrap(),
        options: JobOptions { cookie: Some("a=b".into()), ..JobOptions::default() },
        is_bare: false,
        was: state_of(&service.records[&JobId(1)].job),
        told: Ok(Fitting { fit: Fit::ByValidator, generation }),
        waiting: None,
    }
}

async fn told(world: &mut World, mut found: LinkFound) -> Reply {
    let (reply, mut answer) = oneshot::channel();
    found.waiting = Some(reply);
    world.service.take_link(found).await;
    assert!(world.service.links.is_empty());
    answer.try_recv().unwrap()
}

fn given() -> LinkFrom {
    LinkFrom::Given(SourceUrl::parse(FRESH).unwrap())
}

fn entry(world: &World) -> Entry {
    world.service.fleet.entry(JobId(1)).unwrap().clone()
}

#[tokio::test]
async fn a_link_that_fits_is_saved_with_all_that_changes() {
    let folder = tempfile::tempdir().unwrap();
    let (mut world, known) = needs_link(folder.path()).await;
    let found = found(&mut world, given(), &known);
    // Changed while it was looked at.
    let record = world.service.records.get_mut(&JobId(1)).unwrap();
    Arc::make_mut(&mut record.job.options).limit_bps = Some(7);
    assert_eq!(told(&mut world, found).await, Reply::Fits(Fit::ByValidator));
    assert_eq!(entry(&world).phase, Phase::Queued);
    let rows = world.service.store.load_jobs().await.unwrap();
    let here = &world.service.records[&JobId(1)].job;
    for job in [&rows[0], here] {
        assert_eq!((job.url.as_str(), job.options.limit_bps), (FRESH, Some(7)));
        assert_eq!(job.options.cookie.as_deref(), Some("a=b"));
        let validator = &job.generation.as_ref().unwrap().validator;
        assert_eq!(validator.if_range(), Some("\"fresh\""));
        assert_eq!((&job.phase, job.spans.total()), (&Phase::Queued, 4));
    }
    let log = world.service.store.log(JobId(1)).await.unwrap();
    let taken = Told::Link(OfLink::Fits { fit: Fit::ByValidator, bare: false });
    assert!(log.iter().any(|line| line.told == taken), "{log:?}");
    assert!(!log.iter().any(|line| line.told.to_text().contains("geheim")), "{log:?}");
    // It is not set aside any more.
    world.service.fleet.admit(JobId(1));
    world.service.fill().await;
    assert!(world.service.fleet.is_live(JobId(1)));
}

#[tokio::test]
async fn what_cannot_be_saved_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let (mut world, known) = needs_link(folder.path()).await;
    let found = found(&mut world, given(), &known);
    world.break_store().await;
    let told = told(&mut world, found).await;
    assert!(matches!(told, Reply::Refused(Refusal::Store(_))), "{told:?}");
    let job = &world.service.records[&JobId(1)].job;
    assert!(job.url.as_str().ends_with("/a.iso") && job.generation.as_deref() == Some(&known));
    assert_eq!((&entry(&world).phase, &job.phase), (&expired(), &expired()));
}

#[tokio::test]
async fn one_that_went_on_meanwhile_keeps_its_link() {
    let folder = tempfile::tempdir().unwrap();
    let (mut world, known) = needs_link(folder.path()).await;
    let late = found(&mut world, given(), &known);
    world.service.records.get_mut(&JobId(1)).unwrap().job.spans.clip(3);
    let refused = told(&mut world, late).await;
    assert!(matches!(refused, Reply::Refused(Refusal::NotNow { .. })), "{refused:?}");
    let gone = found(&mut world, given(), &known);
    world.remove(1, FileFate::Keep).await;
    assert_eq!(told(&mut world, gone).await, Reply::Refused(Refusal::NoJob(JobId(1))));
}

#[tokio::test]
async fn the_newer_job_goes_once_its_link_is_taken_and_not_where_it_is_done() {
    let folder = tempfile::tempdir().unwrap();
    let (mut world, known) = needs_link(folder.path()).await;
    let end = made(folder.path().join("b.iso"));
    let done = Phase::Done { path: end.clone(), bytes: 4, at: Timestamp::now() };
    let from = LinkFrom::Job(JobId(2));
    let late = found(&mut world, from.clone(), &known);
    world.is_at(2, Generation { part_name: "b.iso.part".into(), ..generation(&end) }, done).await;
    let refused = told(&mut world, late).await;
    assert!(matches!(refused, Reply::Refused(Refusal::NotNow { .. })), "{refused:?}");
    assert!(end.exists() && world.service.records.contains_key(&JobId(2)));
    let service = &mut world.service;
    let record = service.records.get_mut(&JobId(2)).unwrap();
    record.job.phase = Phase::Stopped;
    service.fleet.add(JobId(2), super::super::queue::entry(&record.job));
    let good = found(&mut world, from, &known);
    assert_eq!(told(&mut world, good).await, Reply::Fits(Fit::ByValidator));
    assert!(!world.service.records.contains_key(&JobId(2)));
    assert!(folder.path().join("a.iso.part").exists(), "it is the older one's");
}

#[tokio::test]
async fn what_failed_its_checksum_speaks_against_no_link() {
    let folder = tempfile::tempdir().unwrap();
    let (mut world, _) = needs_link(folder.path()).await;
    let url = SourceUrl::parse(FRESH).unwrap();
    let job = &mut world.service.records.get_mut(&JobId(1)).unwrap().job;
    assert_eq!(held(job, &url).spans.total(), 4);
    job.last_error = Some(Failure::new(FailureKind::ChecksumMismatch, ""));
    assert!(held(job, &url).spans.is_empty());
    Arc::make_mut(&mut job.options).expected = Some(Expected::Nothing);
    assert_eq!(held(job, &url).spans.total(), 4, "it is taken as it is");
}
