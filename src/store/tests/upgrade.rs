//! Databases that released programs made, brought up to date: nothing is lost, and the schema is that
//! of a new one.

use std::fs;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::schema::dump;
use super::{folder, now, raw, reopened};
use crate::model::digests::Digests;
use crate::model::failure::FailureKind;
use crate::model::id::JobId;
use crate::model::phase::Phase;
use crate::model::proof::Proof;
use crate::model::range::{ByteRange, SpanSet};
use crate::model::validator::EntityTag;
use crate::store::open;

/// A copy of what version 1 left: two finished jobs, one not found, one whole with a wrong
/// checksum, one in the queue.
fn first() -> (TempDir, PathBuf) {
    let (folder, path) = folder();
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/schema_1.db");
    fs::copy(fixture, &path).unwrap();
    (folder, path)
}

#[test]
fn a_first_database_upgraded_is_as_a_new_one() {
    let (_fresh_folder, fresh) = folder();
    reopened(&fresh).store.close().unwrap();
    let (_folder, path) = first();
    for is_older in [true, false] {
        let opened = open(&path, now()).unwrap();
        assert_eq!(opened.backup.is_some(), is_older);
        opened.store.close().unwrap();
        assert_eq!(dump(&raw(&path)), dump(&raw(&fresh)));
        raw(&path)
            .query_row("PRAGMA foreign_key_check", (), |_| Ok(()))
            .expect_err("a row points nowhere");
    }
}

#[test]
fn what_a_first_database_held_is_kept() {
    let (_folder, path) = first();
    let store = reopened(&path).store;
    let jobs = store.load_jobs().blocking().unwrap();
    let phases: Vec<_> = jobs.iter().map(|job| (job.id.0, &job.phase)).collect();
    let failed = |phase: &Phase, kind| matches!(phase, Phase::Failed(why) if why.kind == kind);
    assert!(matches!(phases[0], (1, Phase::Done { bytes: 1_024_000, .. })), "{phases:?}");
    assert!(failed(phases[1].1, FailureKind::NotFound), "{phases:?}");
    assert!(matches!(phases[2], (3, Phase::Done { .. })), "{phases:?}");
    assert!(failed(phases[3].1, FailureKind::ChecksumMismatch), "{phases:?}");
    assert_eq!(phases[4..], [(5, &Phase::Queued)]);

    assert!(jobs.iter().all(|job| job.proof.is_none()), "nothing is known of what was done before");
    let whole: SpanSet = [ByteRange::new(0, 1_024_000)].into_iter().collect();
    assert_eq!(jobs[3].spans, whole);
    let generation = jobs[3].generation.as_ref().unwrap();
    assert_eq!(generation.validator.etag, Some(EntityTag("\"one\"".to_owned())));
    assert_eq!(generation.validator.digests, Digests::default(), "it stood there as it came");
    assert!(!generation.length_unproved);
    assert_eq!(store.blocks(JobId(4), 1).blocking().unwrap().len(), 1);
    assert!(!store.log(JobId(1)).blocking().unwrap().is_empty());

    store.save_proof(JobId(1), Proof::SizeOnly).blocking().unwrap();
    store.close().unwrap();
    let jobs = reopened(&path).store.load_jobs().blocking().unwrap();
    assert_eq!(jobs[0].proof, Some(Proof::SizeOnly));
}
