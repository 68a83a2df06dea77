//! The commands but `get`: one question to the service each, and what comes of it.

use std::path::Path;
use std::time::Duration;

use super::args::{
    AddArgs, HostsArgs, HostsVerb, JsonArgs, RefreshArgs, RemoveArgs, ShowArgs, VerifyArgs,
    WhichArgs,
};
use super::backend::{Backend, Role, Service};
use super::ending::{FAILED, OK};
use super::output::{self, out};
use super::request::{self, Misuse, Surroundings};
use super::{alike, json, report, values};
use crate::app::command::{Command, IfLive, LinkFrom, NewLink, Refusal, Reply, Which};
use crate::app::handle::Unanswered;
use crate::model::checksum::Algorithm;
use crate::model::host::HostFacts;
use crate::model::id::JobId;
use crate::model::phase::FileFate;
use crate::model::settings::Language;
use crate::words::Words;

/// Why a command came to nothing.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// It was wrongly used.
    Misuse(Misuse),
    /// It failed; a sentence.
    Failed(String),
}

impl From<Misuse> for Fault {
    fn from(misuse: Misuse) -> Self {
        Self::Misuse(misuse)
    }
}

impl From<std::io::Error> for Fault {
    fn from(error: std::io::Error) -> Self {
        Self::Failed(format!("standard output cannot be written: {error}"))
    }
}

impl From<serde_json::Error> for Fault {
    fn from(error: serde_json::Error) -> Self {
        Self::Failed(format!("the answer cannot be written as JSON: {error}"))
    }
}

/// The exit code, or why there is none.
pub(super) type Done = Result<u8, Fault>;

/// Asks one question without starting anything.
fn ask(backend: &dyn Backend, command: &Command) -> Result<Reply, Fault> {
    let Asked { service, reply } = put(backend, command)?;
    service.close();
    reply
}

/// A question that was put, and the service it was put to, still open.
struct Asked {
    service: Box<dyn Service>,
    reply: Result<Reply, Fault>,
}

/// So often a question is put while one instance after the other ends just then.
const MAX_TRIES: usize = 20;
/// How long between two tries.
const TRY_EVERY: Duration = Duration::from_millis(50);

/// Puts a question to whoever has the data directory, and to the next where the one asked ended without
/// having taken it in.
fn put(backend: &dyn Backend, command: &Command) -> Result<Asked, Fault> {
    let mut tries = 1;
    loop {
        let service = backend.open(Role::Command).map_err(Fault::Failed)?;
        let reply = service.call(command.clone());
        if reply != Err(Unanswered::Unheard) || tries == MAX_TRIES {
            return Ok(Asked { service, reply: answered(reply) });
        }
        service.close();
        tries += 1;
        std::thread::sleep(TRY_EVERY);
    }
}

/// An answer that is none is a fault.
fn answered(reply: Result<Reply, Unanswered>) -> Result<Reply, Fault> {
    match reply {
        Ok(Reply::Refused(refusal)) => Err(Fault::Failed(refusal.to_string())),
        Ok(reply) => Ok(reply),
        Err(Unanswered::Unheard | Unanswered::Lost) => {
            Err(Fault::Failed("the running Onward does not answer; try again".to_owned()))
        }
    }
}

/// The service answered something else than was asked: two versions that do not know each other.
fn unexpected() -> Fault {
    let text = "the running Onward is of another version; close it, then run the command again";
    Fault::Failed(text.to_owned())
}

/// `add`: puts jobs into the list and prints their numbers.
pub(super) fn add(backend: &dyn Backend, args: &AddArgs, around: &mut Surroundings<'_>) -> Done {
    let jobs = request::of_add(args, around)?;
    warn_if_insecure(args.job.insecure);
    let Asked { service, reply } = put(backend, &Command::Add(jobs))?;
    let done = match reply {
        Ok(Reply::Added(ids)) => {
            let lines: Vec<String> = ids.iter().map(|id| format!("{id}\n")).collect();
            out(&lines.concat()).map_err(Fault::from).map(|()| {
                alike::tell_of_added(&*service, &ids);
                OK
            })
        }
        Ok(_) => Err(unexpected()),
        Err(fault) => Err(fault),
    };
    service.close();
    done
}

/// GUARDS 17: an exception is said aloud.
pub(super) fn warn_if_insecure(insecure: bool) {
    if insecure {
        output::say("warning: any certificate is accepted, so anyone may stand in for the server");
    }
}

/// `list`.
pub(super) fn list(backend: &dyn Backend, args: &JsonArgs) -> Done {
    let words = Words::new(Language::English);
    let Reply::Jobs(jobs) = ask(backend, &Command::List)? else { return Err(unexpected()) };
    if args.json {
        out(&json::list(&jobs, &words)?)?;
    } else if jobs.is_empty() {
        output::say("there are no downloads");
    } else {
        out(&report::list(&jobs, &words))?;
    }
    Ok(OK)
}

/// `show`.
pub(super) fn show(backend: &dyn Backend, args: &ShowArgs) -> Done {
    let words = Words::new(Language::English);
    let reply = ask(backend, &Command::Show(args.id))?;
    let Reply::Job(details) = reply else { return Err(unexpected()) };
    let text =
        if args.json { json::show(&details, &words)? } else { report::show(&details, &words) };
    out(&text)?;
    Ok(OK)
}

/// The jobs `pause`, `resume`, `cancel` and `retry` are for.
pub(super) fn which(args: &WhichArgs) -> Which {
    if args.all { Which::All } else { Which::Jobs(args.ids.clone()) }
}

/// A command that is answered with nothing.
pub(super) fn order(backend: &dyn Backend, command: &Command) -> Done {
    let Reply::Ok = ask(backend, command)? else { return Err(unexpected()) };
    Ok(OK)
}

/// `remove`.
pub(super) fn remove(backend: &dyn Backend, args: &RemoveArgs) -> Done {
    let fate = if args.delete_files { FileFate::Delete } else { FileFate::Keep };
    order(backend, &Command::Remove(Which::Jobs(args.ids.clone()), fate))
}

/// `verify`, of a job where it is a number, else of a file.
pub(super) fn verify(backend: &dyn Backend, args: &VerifyArgs) -> Done {
    let (line, is_well) = if let Some(id) = number(&args.what) {
        let reply = ask(backend, &Command::Verify(id, args.checksum.clone()))?;
        let Reply::Verified(found) = reply else { return Err(unexpected()) };
        report::verified(&found)
    } else {
        let algorithm = args.checksum.as_ref().map_or(Algorithm::Sha256, |c| c.algorithm);
        let found = backend.hash_file(&args.what, algorithm).map_err(|error| {
            Fault::Failed(format!("{} cannot be read: {error}", args.what.display()))
        })?;
        report::digest(&found, args.checksum.as_ref().map(|expected| *expected == found))
    };
    out(&line)?;
    Ok(if is_well { OK } else { FAILED })
}

/// `refresh`.
pub(super) fn refresh(backend: &dyn Backend, args: &RefreshArgs) -> Done {
    let words = Words::new(Language::English);
    let from = LinkFrom::Given(request::link(&args.url)?);
    let link = NewLink { job: args.id, from, if_live: IfLive::Refuse };
    match ask(backend, &Command::Refresh(link))? {
        Reply::Fits(fit) => {
            output::say(&words.fit(fit));
            Ok(OK)
        }
        Reply::Misfit(misfit) => Err(Fault::Failed(words.misfit(&misfit).to_string())),
        Reply::Ok
        | Reply::Added(_)
        | Reply::Jobs(_)
        | Reply::Job(_)
        | Reply::Verified(_)
        | Reply::Hosts(_)
        | Reply::Refused(_) => Err(unexpected()),
    }
}

fn number(what: &Path) -> Option<JobId> {
    let text = what.to_str().filter(|text| text.bytes().all(|b| b.is_ascii_digit()))?;
    values::id(text).ok()
}

/// `hosts` and `hosts forget`.
pub(super) fn hosts(backend: &dyn Backend, args: &HostsArgs) -> Done {
    let Reply::Hosts(hosts) = ask(backend, &Command::Hosts)? else { return Err(unexpected()) };
    match &args.verb {
        Some(HostsVerb::Forget { name }) => forget(backend, &hosts, name),
        None if args.json => {
            out(&json::hosts(&hosts)?)?;
            Ok(OK)
        }
        None if hosts.is_empty() => {
            output::say("nothing is known of any server yet");
            Ok(OK)
        }
        None => {
            out(&report::hosts(&hosts))?;
            Ok(OK)
        }
    }
}

/// A name without a port stands for all its ports.
fn forget(backend: &dyn Backend, hosts: &[HostFacts], name: &str) -> Done {
    let name = name.to_ascii_lowercase();
    let is_meant =
        |known: &str| known == name || known.rsplit_once(':').is_some_and(|(host, _)| host == name);
    let meant: Vec<&HostFacts> = hosts.iter().filter(|host| is_meant(&host.name)).collect();
    if meant.is_empty() {
        return Err(Fault::Failed(Refusal::NoHost(name).to_string()));
    }
    for host in meant {
        order(backend, &Command::ForgetHost(host.name.clone()))?;
    }
    Ok(OK)
}

#[cfg(test)]
#[path = "verbs_tests.rs"]
mod tests;
