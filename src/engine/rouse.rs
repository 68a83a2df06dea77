//! After a sleep or a change of the network: connections that bring nothing more are dead without
//! knowing it, and are made anew. Those that flow are let flow.

use std::collections::BTreeMap;

use tokio::sync::watch;
use tokio::time::Instant;

use super::job::Run;
use crate::model::cause::Cause;
use crate::plan::planner::ConnectionId;
use crate::plan::wake::patience;

/// Connections that must show that they live.
#[derive(Debug)]
pub(super) struct Roused {
    until: Instant,
    /// What each had brought, in bytes.
    received: BTreeMap<ConnectionId, u64>,
}

impl Run {
    /// From now on every connection there is must bring a byte in time.
    pub(super) fn rouse_connections(&mut self) {
        let received = self.open.received();
        let patience = patience(self.limit.own_bps(), received.len());
        self.roused = Some(Roused { until: Instant::now() + patience, received });
    }

    /// Drops those that did not, once their time is over. What they were to fetch is asked for anew.
    pub(super) async fn drop_silent(&mut self) {
        let Some(roused) = self.roused.take_if(|roused| roused.until <= Instant::now()) else {
            return;
        };
        for (id, received) in self.open.received() {
            if roused.received.get(&id) == Some(&received) {
                self.transfer.close(id);
            }
        }
        self.drop_closed(Cause::SilentAfterChange).await;
    }
}

/// Waits until the connections are to be roused. Without anybody to do so, for ever.
pub(super) async fn roused(rouse: &mut watch::Receiver<u32>) {
    if rouse.changed().await.is_err() {
        std::future::pending::<()>().await;
    }
}
