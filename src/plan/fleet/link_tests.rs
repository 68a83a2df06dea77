//! The queue while a fresh link for a job is looked at, and after it was taken.

use super::tests::{at, entry, failure};
use super::*;
use crate::model::failure::FailureKind;

#[test]
fn one_whose_link_is_looked_at_is_not_started_meanwhile() {
    let mut fleet = Fleet::new(1, Scope::All);
    let waits = Phase::Waiting { until: at(9), attempt: 2, why: failure(FailureKind::Refused) };
    for phase in [Phase::Queued, waits, Phase::NeedsLink(failure(FailureKind::LinkExpired))] {
        let needs_link = matches!(phase, Phase::NeedsLink(_));
        fleet.add(JobId(1), entry(Intent::Run, phase));
        fleet.set_aside(JobId(1));
        assert_eq!((fleet.fill(at(10)), fleet.next_due()), (vec![], None));
        fleet.take_back(JobId(1));
        assert_eq!(fleet.fill(at(10)).is_empty(), needs_link);
        fleet.ended(JobId(1), Ended::Stopped, at(10), 0);
    }
    for (intent, phase) in [
        (Intent::Run, Phase::Queued),
        (Intent::Hold, Phase::Stopped),
        (Intent::Cancel, Phase::Stopped),
    ] {
        fleet.add(JobId(1), entry(intent, Phase::NeedsLink(failure(FailureKind::Page))));
        fleet.relinked(JobId(1), "new:80".into());
        let entry = fleet.entry(JobId(1)).unwrap();
        assert_eq!((&entry.phase, &*entry.host), (&phase, "new:80"), "{intent:?}");
        assert_eq!(fleet.fill(at(10)).is_empty(), intent != Intent::Run);
        fleet.ended(JobId(1), Ended::Stopped, at(10), 0);
    }
}
