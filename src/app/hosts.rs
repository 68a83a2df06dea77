//! The servers: what was learned of each, and how the live jobs of one share its connections.
//! Invariant: every live job has its place at its server, and the shares are those of this moment.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::command::{Refusal, Reply};
use super::service::{Service, refused};
use crate::engine::sources::{Origin, Traffic};
use crate::model::host::HostFacts;
use crate::model::id::JobId;
use crate::model::settings::{MAX_PER_SERVER, Settings};
use crate::model::url::SourceUrl;
use crate::plan::host::{believed, cap, share};

/// How often those who run are told what is believed of their servers by then.
const TOLD_EVERY: Duration = Duration::from_secs(20);

/// What is known of servers, and who is there.
#[derive(Debug)]
pub(super) struct Hosts {
    /// Connections to one server where nothing less is known of it.
    per_server: u32,
    facts: HashMap<String, HostFacts>,
    live: HashMap<String, Live>,
    /// When limits were last told anew.
    told: Instant,
}

/// The live jobs of one server.
#[derive(Debug, Default)]
struct Live {
    /// In the order of their numbers, with what each may have.
    jobs: BTreeMap<JobId, Arc<AtomicU32>>,
    /// How many they are.
    count: Arc<AtomicU32>,
    /// Their connections.
    traffic: Arc<Traffic>,
}

impl Hosts {
    pub(super) fn new(known: Vec<HostFacts>) -> Self {
        let facts = known.into_iter().map(|facts| (facts.name.clone(), facts)).collect();
        Self {
            per_server: Settings::default().per_server,
            facts,
            live: HashMap::new(),
            told: Instant::now(),
        }
    }

    /// What is believed of a server now.
    pub(super) fn believed(&self, name: &str) -> HostFacts {
        let now = Timestamp::now().as_millisecond();
        let nothing = || HostFacts { name: name.to_owned(), ..HostFacts::default() };
        self.facts.get(name).map_or_else(nothing, |facts| believed(facts, now))
    }

    /// A job's run begins: what it may have there and has with others, which changes as they come and
    /// go.
    pub(super) fn join(&mut self, url: SourceUrl, id: JobId) -> Origin {
        let name = url.authority();
        let live = self.live.entry(name.clone()).or_default();
        let (jobs, traffic) = (Arc::clone(&live.count), Arc::clone(&live.traffic));
        let most = Arc::clone(live.jobs.entry(id).or_insert_with(|| Arc::new(AtomicU32::new(1))));
        self.divide(&name);
        Origin { host: self.believed(&name), most, jobs, traffic, url }
    }

    /// The places a job's run may fetch from, with what is known of their servers.
    pub(super) fn origins(&mut self, id: JobId, urls: Vec<SourceUrl>) -> Vec<Origin> {
        urls.into_iter().map(|url| self.join(url, id)).collect()
    }

    /// A job's run ended.
    pub(super) fn leave(&mut self, id: JobId) {
        let left: Vec<String> = self
            .live
            .iter()
            .filter(|(_, live)| live.jobs.contains_key(&id))
            .map(|(name, _)| name.clone())
            .collect();
        for name in left {
            if let Some(live) = self.live.get_mut(&name) {
                live.jobs.remove(&id);
            }
            self.divide(&name);
            self.live.retain(|_, live| !live.jobs.is_empty());
        }
    }

    /// Something was learned.
    pub(super) fn learn(&mut self, facts: HostFacts) {
        let name = facts.name.clone();
        self.facts.insert(name.clone(), facts);
        self.divide(&name);
    }

    /// So much time passes over all that was learned.
    #[cfg(test)]
    pub(super) fn pass(&mut self, time: Duration) {
        self.told = self.told.checked_sub(TOLD_EVERY).unwrap();
        for facts in self.facts.values_mut() {
            facts.learned_ms -= i64::try_from(time.as_millis()).unwrap();
        }
    }

    fn divide(&self, name: &str) {
        let Some(Live { jobs, count: told, .. }) = self.live.get(name) else { return };
        let cap = cap(&self.believed(name), self.per_server);
        let count = u32::try_from(jobs.len()).unwrap_or(u32::MAX);
        told.store(count, Ordering::Relaxed);
        for (place, most) in (0..).zip(jobs.values()) {
            most.store(share(cap, place, count), Ordering::Relaxed);
        }
    }

    /// Every server something is known of, by name.
    fn list(&self) -> Vec<HostFacts> {
        let mut hosts: Vec<_> = self.facts.values().cloned().collect();
        hosts.sort_by(|a, b| a.name.cmp(&b.name));
        hosts
    }

    /// The servers a name means: by host and port; a bare name means all its ports.
    fn meant(&self, name: &str) -> Vec<String> {
        let is_meant = |known: &&String| {
            *known == name || known.rsplit_once(':').is_some_and(|(host, _)| host == name)
        };
        self.facts.keys().filter(is_meant).cloned().collect()
    }
}

impl Service {
    /// How many jobs may be live at a job's server.
    pub(super) fn cap_host(&mut self, name: &str) {
        let cap = cap(&self.hosts.believed(name), self.hosts.per_server);
        self.fleet.set_host_cap(name, cap);
    }

    /// Connections to any server may be so many at most: told to all jobs, those that run too.
    pub(super) fn allow_per_server(&mut self, per_server: u32) {
        self.hosts.per_server = per_server;
        let jobs = self.records.values().map(|record| record.job.url.authority());
        let names: BTreeSet<String> = jobs.chain(self.hosts.facts.keys().cloned()).collect();
        for name in names {
            self.cap_host(&name);
        }
        for name in self.hosts.live.keys() {
            self.hosts.divide(name);
        }
    }

    pub(super) fn list_hosts(&self) -> Reply {
        Reply::Hosts(self.hosts.list())
    }

    pub(super) async fn forget_host(&mut self, name: String) -> Reply {
        let names = self.hosts.meant(&name);
        if names.is_empty() {
            return Reply::Refused(Refusal::NoHost(name));
        }
        self.forget_all_of(names).await
    }

    pub(super) async fn forget_hosts(&mut self) -> Reply {
        let names = self.hosts.facts.keys().cloned().collect();
        self.forget_all_of(names).await
    }

    async fn forget_all_of(&mut self, names: Vec<String>) -> Reply {
        for name in names {
            self.hosts.facts.remove(&name);
            self.hosts.divide(&name);
            self.cap_host(&name);
            if let Err(error) = self.store.forget_host(name).await {
                return refused(error);
            }
        }
        Reply::Ok
    }

    /// The user says how many connections a server gets, or lets go of that.
    pub(super) async fn cap_by_hand(&mut self, name: String, cap: Option<u32>) -> Reply {
        let Some(known) = self.hosts.facts.get(&name) else {
            return Reply::Refused(Refusal::NoHost(name));
        };
        let cap = cap.map(|cap| cap.clamp(1, MAX_PER_SERVER));
        let facts = HostFacts { cap, ..known.clone() };
        if let Err(error) = self.store.save_host(facts.clone()).await {
            return refused(error);
        }
        self.hosts.learn(facts);
        self.cap_host(&name);
        Reply::Ok
    }

    /// What a run learned of how its server is to be asked is kept.
    pub(super) fn learn(&mut self, facts: HostFacts) {
        let now = Timestamp::now().as_millisecond();
        // Of limits, its own and the user's, a run knows what was so when it began; and one that was met
        // ages from then on, whatever else is learned meanwhile.
        let is_believed = self.hosts.believed(&facts.name).max_connections.is_some();
        let known = self.hosts.facts.get(&facts.name);
        let cap = known.and_then(|known| known.cap);
        let (max_connections, learned_ms) = known
            .filter(|_| is_believed)
            .map_or((None, now), |known| (known.max_connections, known.learned_ms));
        self.keep_facts(HostFacts { max_connections, cap, learned_ms, ..facts });
    }

    /// A server turned a connection away beside so many over all jobs: felt by all runs there.
    pub(super) fn learn_limit(&mut self, name: &str, connections: u32) {
        let known = self.hosts.believed(name);
        let (max_connections, learned_ms) =
            (Some(connections.max(1)), Timestamp::now().as_millisecond());
        self.keep_facts(HostFacts { max_connections, learned_ms, ..known });
    }

    fn keep_facts(&mut self, facts: HostFacts) {
        let name = facts.name.clone();
        self.hosts.learn(facts.clone());
        self.cap_host(&name);
        drop(self.store.save_host(facts));
    }

    /// What was met is believed less as time passes: told to the queue and to those that run.
    pub(super) fn believe_less(&mut self) {
        if self.hosts.told.elapsed() < TOLD_EVERY {
            return;
        }
        self.hosts.told = Instant::now();
        let names: Vec<String> = self.hosts.live.keys().cloned().collect();
        for name in names {
            self.hosts.divide(&name);
            self.cap_host(&name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn live_jobs_share_what_a_server_bears() {
        let facts = |cap| HostFacts {
            name: "h:80".into(),
            max_connections: cap,
            learned_ms: Timestamp::now().as_millisecond(),
            ..HostFacts::default()
        };
        let mut hosts = Hosts::new(vec![facts(Some(5))]);
        let mut join = |name: &str, id| {
            let url = SourceUrl::parse(&format!("https://{name}/a")).unwrap();
            hosts.join(url, JobId(id))
        };
        let Origin { most: first, jobs, .. } = join("h:80", 1);
        assert_eq!(first.load(Ordering::Relaxed), 5);
        let (second, other) = (join("h:80", 2).most, join("other:80", 3).most);
        let now = || [&first, &second, &other].map(|most| most.load(Ordering::Relaxed));
        assert_eq!(now(), [3, 2, 16]);
        assert_eq!(jobs.load(Ordering::Relaxed), 2);
        hosts.learn(facts(Some(2)));
        assert_eq!(now(), [1, 1, 16]);
        hosts.leave(JobId(1));
        assert_eq!(now(), [1, 2, 16]);
        hosts.learn(facts(None));
        assert_eq!(now(), [1, 16, 16]);
    }
}
