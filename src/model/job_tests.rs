//! Tests of [`super`], and a job for those of its neighbours.

use super::*;
use crate::model::failure::FailureKind;
use crate::model::options::Credentials;
use crate::model::proof::Witness;
use crate::model::{checksum::Algorithm, range::ByteRange};

/// A job of which nothing came yet.
pub(crate) fn job(url: &str) -> Job {
    Job {
        id: JobId(1),
        position: 0,
        url: link(url),
        dir: "/d".into(),
        moved: None,
        name: None,
        options: Arc::default(),
        intent: Intent::Run,
        phase: Phase::Queued,
        not_before: None,
        queue: crate::model::queue::QueueId::MAIN,
        generation: None,
        spans: SpanSet::new(),
        last_error: None,
        proof: None,
        created_at: Timestamp::UNIX_EPOCH,
    }
}

fn link(url: &str) -> SourceUrl {
    SourceUrl::parse(url).unwrap()
}

fn generation() -> Generation {
    Generation::new(1, "sent.iso".into(), "sent.iso.part".into(), None)
}

fn done() -> Phase {
    Phase::Done { path: "/d/a.iso".into(), bytes: 7, at: Timestamp::UNIX_EPOCH }
}

#[test]
fn the_best_name_known_is_shown() {
    let mut job = job("http://host.example/");
    assert_eq!(job.display_name(), "host.example");
    job.url = link("http://host.example/a/linked.iso?x");
    assert_eq!(job.display_name(), "linked.iso");
    job.name = Some("asked.iso".into());
    assert_eq!(job.display_name(), "asked.iso");
    job.generation = Some(Box::new(generation()));
    assert_eq!(job.display_name(), "sent.iso");
}

#[test]
fn a_size_is_what_was_told_and_in_the_end_what_is_there() {
    let mut job = job("http://h/a");
    assert_eq!(job.total(), None);
    job.generation = Some(Box::new(Generation { total: Some(9), ..generation() }));
    assert_eq!(job.total(), Some(9));
    job.phase = done();
    assert_eq!(job.total(), Some(7));
}

/// What was proved of an earlier run says nothing of a job that was begun again.
#[test]
fn a_proof_counts_where_the_job_ended_by_it() {
    let proof = Proof::Proved { algorithm: Algorithm::Sha256, from: Witness::User };
    let failed = |kind| Phase::Failed(Failure::new(kind, ""));
    for (phase, counts) in [
        (done(), true),
        (failed(FailureKind::ChecksumMismatch), true),
        (failed(FailureKind::DigestMismatch), true),
        (failed(FailureKind::NotFound), false),
        (Phase::Queued, false),
        (Phase::Live, false),
        (Phase::Finishing, false),
    ] {
        let mut job = Job { phase, ..job("http://h/a") };
        assert_eq!(job.proof(), None, "{:?}", job.phase);
        job.proof = Some(proof);
        assert_eq!(job.proof().is_some(), counts, "{:?}", job.phase);
    }
}

#[test]
fn access_is_forgotten_wherever_it_stands() {
    let began = |begun_at: &str, mirror: &str| {
        let (begun_at, mirrors) = (Some(link(begun_at)), vec![link(mirror)]);
        Some(Box::new(Generation { begun_at, mirrors, ..generation() }))
    };
    let credentials = Credentials { user: "ann".into(), password: "p".into() };
    let options = JobOptions { credentials: Some(credentials), ..JobOptions::default() };
    let plain = Job { generation: began("http://b/a", "http://m/a"), ..job("http://h/a?x=1") };
    for mut job in [
        Job { url: link("http://ann:p@h/a?x=1"), ..plain.clone() },
        Job { options: Arc::new(options), ..plain.clone() },
        Job { generation: began("http://ann:p@b/a", "http://m/a"), ..plain.clone() },
        Job { generation: began("http://b/a", "http://ann:p@m/a"), ..plain.clone() },
    ] {
        assert!(job.forget_access(), "{job:?}");
        assert_eq!(job, plain);
        assert!(!job.forget_access(), "there is nothing any more");
        assert_eq!(job, plain);
    }
}

#[test]
fn each_source_is_told_once_the_one_begun_at_first() {
    let mut job = job("http://own/a");
    let mirrors = ["http://given/a", "http://own/a"].map(link).to_vec();
    job.options = Arc::new(JobOptions { mirrors, ..JobOptions::default() });
    let told = |job: &Job| -> Vec<String> { job.sources().into_iter().map(String::from).collect() };
    assert_eq!(told(&job), ["http://own/a", "http://given/a"]);
    job.generation = Some(Box::new(Generation {
        begun_at: Some(link("http://told/a")),
        mirrors: ["http://given/a", "http://told/a", "http://more/a"].map(link).to_vec(),
        ..generation()
    }));
    let in_order = ["http://own/a", "http://given/a", "http://told/a", "http://more/a"];
    assert_eq!(told(&job), in_order, "nothing is held of what was begun");
    job.spans.insert(ByteRange::new(0, 1));
    let begun_first = ["http://told/a", "http://own/a", "http://given/a", "http://more/a"];
    assert_eq!(told(&job), begun_first);
    job.last_error = Some(Failure::new(FailureKind::Broken, ""));
    assert_eq!(told(&job), begun_first);
    job.last_error = Some(Failure::new(FailureKind::ChecksumMismatch, ""));
    assert_eq!(told(&job), in_order, "it had a wrong file");
}
