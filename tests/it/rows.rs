//! What every row of the fault tests does: runs the program against a script and asserts the file
//! or the declared failure, what the list says is held, and how much was asked for and sent.

use std::cell::Cell;
use std::sync::LazyLock;

use serde_json::Value;

use super::binary::{Ran, Running, World};
use super::fault_reply::{Asked, End, Origin, Reply};
use super::fault_server::FaultServer;
use super::tls_front::{Farewell, TlsFront};

/// Size of the usual file: several runs of the writer, no round number.
pub(crate) const SIZE: usize = 1_200_007;

/// Where the first run of a resume is cut.
pub(crate) const CUT: usize = 500_003;

/// Bytes that a request may bring once more: what is compared before a range, and the sample.
pub(crate) const TWICE: usize = (64 + 4) << 10;

/// One row: a program's world and a server with a script.
pub(crate) struct Row {
    pub(crate) world: World,
    pub(crate) server: FaultServer,
    /// What stands before the server, where anything does.
    front: Option<TlsFront>,
    /// Requests and body bytes before the run that is looked at.
    before: Cell<(usize, u64)>,
}

/// The usual file.
pub(crate) fn usual() -> Origin {
    static USUAL: LazyLock<Origin> = LazyLock::new(|| Origin::new(SIZE, 0));
    USUAL.clone()
}

/// Another file of the same size: no byte of it is the usual one's.
pub(crate) fn other() -> Origin {
    static OTHER: LazyLock<Origin> = LazyLock::new(|| Origin::new(SIZE, 0xa5));
    OTHER.clone()
}

impl Row {
    /// A row with nothing done yet.
    pub(crate) fn new(script: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Self {
        let server = FaultServer::start(script);
        Self { world: World::new(), server, front: None, before: Cell::default() }
    }

    /// As [`Row::new`], over TLS.
    pub(crate) fn over_tls(
        certificate: &[u8],
        farewell: Farewell,
        script: impl Fn(&Asked) -> Reply + Send + Sync + 'static,
    ) -> Self {
        let row = Self::new(script);
        let front = TlsFront::start(row.server.port(), certificate, farewell);
        Self { front: Some(front), ..row }
    }

    /// What stands before the server.
    #[track_caller]
    pub(crate) fn front(&self) -> &TlsFront {
        self.front.as_ref().unwrap()
    }

    /// A first run was cut after [`CUT`] bytes of `before`; from then on `after` answers, which
    /// counts requests anew.
    #[track_caller]
    pub(crate) fn resumed(
        before: &Origin,
        after: impl Fn(&Asked) -> Reply + Send + Sync + 'static,
    ) -> Self {
        let before = before.clone();
        let row = Self::new(move |asked| match asked.number {
            0 => before.answer(asked).cut(CUT, End::Fin),
            1 => Reply::new("503 Later", &[]),
            n => after(&Asked { number: n - 2, ..asked.clone() }),
        });
        row.stops(3, "busy", CUT, 2);
        row
    }

    /// Runs `get` with `more` options.
    #[track_caller]
    pub(crate) fn get(&self, path: &str, more: &[&str]) -> Ran {
        self.run(path, more).end()
    }

    /// Starts `get` of the usual file with `more` options.
    #[track_caller]
    pub(crate) fn start(&self, more: &[&str]) -> Running {
        self.run("a.bin", more)
    }

    #[track_caller]
    fn run(&self, path: &str, more: &[&str]) -> Running {
        let line = self.line(path, more);
        self.world.start(&line.iter().map(String::as_str).collect::<Vec<_>>())
    }

    /// The arguments of a run that begins now.
    pub(crate) fn line(&self, path: &str, more: &[&str]) -> Vec<String> {
        self.before.set((self.server.log().len(), self.server.sent()));
        let url = match &self.front {
            Some(front) => front.base() + path,
            None => self.server.url(path),
        };
        let mut line = vec!["get", &url, "--dir", ".", "--quiet"];
        if !more.contains(&"--connections") {
            line.extend(["--connections", "1"]);
        }
        if !more.contains(&"--retries") {
            line.extend(["--retries", "0"]);
        }
        line.extend(more);
        line.into_iter().map(str::to_owned).collect()
    }

    /// Requests of the last run.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.server.log().split_off(self.before.get().0)
    }

    /// Body bytes sent in the last run.
    pub(crate) fn sent(&self) -> usize {
        usize::try_from(self.server.sent() - self.before.get().1).unwrap()
    }

    /// `show --json` of the only job.
    #[track_caller]
    pub(crate) fn show(&self) -> Value {
        serde_json::from_str(&self.world.run(&["show", "1", "--json"]).expect_code(0)).unwrap()
    }

    /// The job's log, as lines.
    #[track_caller]
    pub(crate) fn story(&self) -> String {
        let lines = self.show()["log"].as_array().cloned().unwrap_or_default();
        lines.iter().filter_map(|line| line["text"].as_str()).collect::<Vec<_>>().join("\n")
    }

    /// A run with `more` options ends with the file whole and right, in so many requests at most.
    #[track_caller]
    pub(crate) fn finishes_with(&self, more: &[&str], right: &Origin, requests: usize) {
        let ran = self.get("a.bin", more);
        assert_eq!(ran.code, Some(0), "{ran:?}\n{}", self.story());
        assert_eq!(self.world.files(), ["a.bin"], "{}", self.story());
        let found = std::fs::read(self.world.dir().join("a.bin")).unwrap();
        assert!(found == right.content, "wrong bytes\n{}", self.story());
        assert!(self.asked().len() <= requests, "too many requests\n{}", self.story());
        let job = self.show();
        assert_eq!(
            (&job["state"], &job["done_bytes"], &job["error"]),
            (&"completed".into(), &right.content.len().into(), &Value::Null)
        );
    }

    /// A run ends with the file whole and right, in so many requests at most.
    #[track_caller]
    pub(crate) fn finishes(&self, right: &Origin, requests: usize) {
        self.finishes_with(&[], right, requests);
    }

    /// A run ends with the file whole and right; of the `held` bytes only what is compared came
    /// again.
    #[track_caller]
    pub(crate) fn keeps(&self, right: &Origin, held: usize, requests: usize) {
        self.finishes(right, requests);
        self.kept(right, held);
    }

    /// In the last run only what is compared came again of the `held` bytes.
    #[track_caller]
    pub(crate) fn kept(&self, right: &Origin, held: usize) {
        let most = right.content.len() - held + self.asked().len() * TWICE;
        assert!(self.sent() <= most, "{} of {most} bytes\n{}", self.sent(), self.story());
        self.same_file();
    }

    /// What was held was compared or left alone, not begun anew.
    #[track_caller]
    pub(crate) fn same_file(&self) {
        let story = self.story();
        assert!(!story.contains(" anew") && !story.contains("another one now"), "{story}");
    }

    /// A run with `more` options stops short as told: exit code, failure, bytes held, requests at
    /// most. Nothing stands under the name.
    #[track_caller]
    pub(crate) fn stops_with(
        &self,
        more: &[&str],
        (code, failure): (i32, &str),
        held: usize,
        requests: usize,
    ) {
        let ran = self.get("a.bin", more);
        assert_eq!(ran.code, Some(code), "{ran:?}\n{}", self.story());
        assert!(!self.world.files().contains(&"a.bin".to_owned()), "{}", self.story());
        assert!(self.asked().len() <= requests, "too many requests\n{}", self.story());
        let job = self.show();
        assert_eq!(job["error"]["code"], failure, "{}", self.story());
        let spans: Vec<u64> = job["ranges"]
            .as_array()
            .unwrap()
            .iter()
            .flat_map(|span| [&span["start"], &span["end"]].map(|n| n.as_u64().unwrap()))
            .collect();
        let expected = if held == 0 { vec![] } else { vec![0, held as u64] };
        assert_eq!((spans, &job["done_bytes"]), (expected, &held.into()), "{}", self.story());
    }

    /// A run stops short as told.
    #[track_caller]
    pub(crate) fn stops(&self, code: i32, failure: &str, held: usize, requests: usize) {
        self.stops_with(&[], (code, failure), held, requests);
    }
}
