//! Whether a job fetches what an older, unfinished one holds a part of, under another link. Only
//! ever an offer to go on with the older one: what is held is compared before anything is shared.

use crate::model::digests::Agreement;
use crate::model::job::Job;
use crate::model::name::without_number;
use crate::model::phase::Intent;

/// By what two jobs look like one file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Likeness {
    /// Size and name are equal.
    Name,
    /// Size and a strong validator are equal.
    Validator,
}

/// By what `new` looks like the file of `old`, where it makes sense to go on with the older one.
pub fn same_file(new: &Job, old: &Job) -> Option<Likeness> {
    let leaves = |job: &Job| matches!(job.intent, Intent::Remove { .. }) || job.phase.is_done();
    if leaves(new) || leaves(old) || old.id >= new.id || old.spans.is_empty() || new.url == old.url
    {
        return None;
    }
    let (ours, theirs) = (old.generation.as_ref()?, new.generation.as_ref()?);
    if ours.total? != theirs.total? || ours.encoding != theirs.encoding {
        return None;
    }
    let tags = match (&ours.validator.etag, &theirs.validator.etag) {
        (Some(a), Some(b)) => !a.is_weak() && a == b,
        (Some(_), None) | (None, Some(_) | None) => false,
    };
    match ours.validator.digests.agreement(&theirs.validator.digests) {
        Agreement::Different => return None,
        Agreement::Same => return Some(Likeness::Validator),
        Agreement::Nothing if tags => return Some(Likeness::Validator),
        Agreement::Nothing => {}
    }
    // In one folder the newer one's name was made to differ: the names the links and servers gave
    // are compared.
    (without_number(&ours.name) == without_number(&theirs.name)).then_some(Likeness::Name)
}

/// The older job `new` looks most like; of equal ones the newest.
pub fn older<'a>(new: &Job, others: impl Iterator<Item = &'a Job>) -> Option<&'a Job> {
    new.generation.as_ref()?.total?;
    let alike = others.filter_map(|old| Some((same_file(new, old)?, old)));
    alike.max_by_key(|(likeness, old)| (*likeness, old.id)).map(|(_, old)| old)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use jiff::Timestamp;

    use super::*;
    use crate::model::id::JobId;
    use crate::model::job::Generation;
    use crate::model::phase::{FileFate, Phase};
    use crate::model::range::{ByteRange, SpanSet};
    use crate::model::url::SourceUrl;
    use crate::model::validator::{EntityTag, Validator};

    fn job(id: i64, name: &str, etag: Option<&str>, total: Option<u64>) -> Job {
        Job {
            id: JobId(id),
            position: 0,
            url: SourceUrl::parse(&format!("http://h{id}/a")).unwrap(),
            dir: "/d".into(),
            moved: None,
            name: None,
            options: Arc::default(),
            intent: Intent::Run,
            phase: Phase::Stopped,
            not_before: None,
            queue: crate::model::queue::QueueId::MAIN,
            generation: Some(Box::new(Generation {
                total,
                validator: Validator {
                    etag: etag.map(|tag| EntityTag(tag.into())),
                    ..Validator::default()
                },
                ..Generation::new(1, name.into(), format!("{name}.part"), None)
            })),
            spans: [ByteRange::new(0, 5)].into_iter().collect(),
            last_error: None,
            proof: None,
            created_at: Timestamp::UNIX_EPOCH,
        }
    }

    fn old() -> Job {
        job(1, "a.iso", Some("\"x\""), Some(9))
    }

    #[test]
    fn table() {
        for (name, etag, total, expected) in [
            ("b.iso", Some("\"x\""), Some(9), Some(Likeness::Validator)),
            ("a.iso", Some("\"x\""), Some(9), Some(Likeness::Validator)),
            ("a.iso", Some("\"y\""), Some(9), Some(Likeness::Name)),
            ("a (1).iso", None, Some(9), Some(Likeness::Name)),
            ("a (12).iso", None, Some(9), Some(Likeness::Name)),
            ("a (x).iso", None, Some(9), None),
            ("b.iso", Some("\"y\""), Some(9), None),
            ("b.iso", Some("W/\"x\""), Some(9), None),
            ("a.iso", Some("\"x\""), Some(8), None),
            ("a.iso", Some("\"x\""), None, None),
        ] {
            let new = job(2, name, etag, total);
            assert_eq!(same_file(&new, &old()), expected, "{name} {etag:?} {total:?}");
        }
        let weak = job(1, "a.iso", Some("W/\"x\""), Some(9));
        assert_eq!(same_file(&job(2, "b.iso", Some("W/\"x\""), Some(9)), &weak), None);
    }

    #[test]
    fn only_an_older_unfinished_one_that_holds_something_counts() {
        let new = job(2, "a.iso", Some("\"x\""), Some(9));
        assert!(same_file(&new, &old()).is_some() && same_file(&old(), &new).is_none());
        let done = Phase::Done { path: "/d/a.iso".into(), bytes: 9, at: Timestamp::UNIX_EPOCH };
        let leaves = Intent::Remove { files: FileFate::Keep };
        for other in [
            Job { spans: SpanSet::new(), ..old() },
            Job { phase: done.clone(), ..old() },
            Job { intent: leaves, ..old() },
            Job { url: new.url.clone(), ..old() },
            Job { generation: None, ..old() },
        ] {
            assert_eq!(same_file(&new, &other), None, "{other:?}");
        }
        for new in [Job { phase: done, ..new.clone() }, Job { intent: leaves, ..new.clone() }] {
            assert_eq!(same_file(&new, &old()), None, "{new:?}");
        }
        let empty = Job { spans: SpanSet::new(), ..new };
        assert!(same_file(&empty, &old()).is_some(), "the new one need not hold anything");
    }

    #[test]
    fn the_likest_is_found() {
        let new = job(9, "a.iso", Some("\"x\""), Some(9));
        let others = [
            job(1, "b.iso", Some("\"x\""), Some(9)),
            job(2, "a.iso", None, Some(9)),
            job(3, "a.iso", None, Some(9)),
            job(4, "c.iso", None, Some(9)),
        ];
        assert_eq!(older(&new, others.iter()).map(|job| job.id), Some(JobId(1)));
        assert_eq!(older(&new, others[1..].iter()).map(|job| job.id), Some(JobId(3)));
        assert_eq!(older(&new, others[3..].iter()).map(|job| job.id), None);
    }
}
