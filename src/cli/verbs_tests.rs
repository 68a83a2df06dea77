//! Tests of [`super`] against a service that answers from a table.

use std::cell::RefCell;
use std::io;
use std::path::PathBuf;
use std::rc::Rc;

use super::*;
use crate::cli::backend::Service;

/// Answers every question with the first of its answers, the last one again and again.
#[derive(Clone, Default)]
struct Answers {
    answers: Rc<RefCell<Vec<Result<Reply, Unanswered>>>>,
    asked: Rc<RefCell<Vec<Command>>>,
}

impl Backend for Answers {
    fn open(&self, role: Role) -> Result<Box<dyn Service>, String> {
        assert_eq!(role, Role::Command);
        Ok(Box::new(self.clone()))
    }

    fn hash_file(
        &self,
        path: &Path,
        algorithm: Algorithm,
    ) -> io::Result<crate::model::checksum::Checksum> {
        assert_eq!(path, Path::new("./7"));
        Ok(format!("{}:{}", algorithm.name(), "0".repeat(algorithm.digest_bytes() * 2))
            .parse()
            .unwrap())
    }

    fn download_dir(&self) -> PathBuf {
        "/d".into()
    }
}

impl Service for Answers {
    fn call(&self, command: Command) -> Result<Reply, Unanswered> {
        self.asked.borrow_mut().push(command);
        let mut answers = self.answers.borrow_mut();
        if answers.len() > 1 { answers.remove(0) } else { answers[0].clone() }
    }

    fn is_here(&self) -> bool {
        false
    }

    fn close(self: Box<Self>) {}
}

fn answering(answers: Vec<Result<Reply, Unanswered>>) -> Answers {
    Answers { answers: Rc::new(RefCell::new(answers)), ..Answers::default() }
}

#[test]
fn a_fresh_link_is_taken_or_refused_with_a_sentence() {
    use crate::model::fit::{Fit, Misfit};
    let args = |url: &str| RefreshArgs { id: JobId(7), url: url.into() };
    let fits = answering(vec![Ok(Reply::Fits(Fit::ByValidator))]);
    assert_eq!(refresh(&fits, &args("https://h/a?sig=1")), Ok(OK));
    let from = LinkFrom::Given(request::link("https://h/a?sig=1").unwrap());
    let link = NewLink { job: JobId(7), from, if_live: IfLive::Refuse };
    assert_eq!(*fits.asked.borrow(), [Command::Refresh(link)]);
    let misfit = answering(vec![Ok(Reply::Misfit(Misfit::Page))]);
    let Err(Fault::Failed(said)) = refresh(&misfit, &args("https://h/a")) else {
        panic!("not refused")
    };
    assert!(said.contains("a web page") && said.contains("is kept"), "{said}");
    assert!(matches!(refresh(&misfit, &args("nonsense")), Err(Fault::Misuse(_))));
    assert_eq!(misfit.asked.borrow().len(), 1, "no link is no question");
    let strange = answering(vec![Ok(Reply::Ok)]);
    assert_eq!(refresh(&strange, &args("https://h/a")), Err(unexpected()));
}

fn verify_args(what: &str, checksum: Option<&str>) -> VerifyArgs {
    VerifyArgs { what: what.into(), checksum: checksum.map(|c| c.parse().unwrap()) }
}

#[test]
fn a_refusal_is_a_sentence() {
    let refused = answering(vec![Ok(Reply::Refused(Refusal::NoJob(JobId(7))))]);
    let done = order(&refused, &Command::Pause(Which::Jobs(vec![JobId(7)])));
    assert_eq!(done, Err(Fault::Failed("there is no job 7".into())));
    let silent = answering(vec![Err(Unanswered::Lost)]);
    assert!(matches!(order(&silent, &Command::Pause(Which::All)), Err(Fault::Failed(_))));
    let strange = answering(vec![Ok(Reply::Ok)]);
    assert_eq!(list(&strange, &JsonArgs { json: true }), Err(unexpected()));
}

/// An instance that ends just then is no trouble; what one may have carried out is not sent twice.
#[test]
fn what_nobody_took_in_is_asked_of_the_next() {
    for (first, tries, told) in [
        (vec![Err(Unanswered::Unheard); 3], 4, true),
        (vec![Err(Unanswered::Lost)], 1, false),
        (vec![Err(Unanswered::Unheard), Err(Unanswered::Lost)], 2, false),
        (vec![Err(Unanswered::Unheard); MAX_TRIES], MAX_TRIES, false),
    ] {
        let answers = answering([first.clone(), vec![Ok(Reply::Ok)]].concat());
        let done = order(&answers, &Command::Pause(Which::All));
        assert_eq!((done == Ok(OK), answers.asked.borrow().len()), (told, tries), "{first:?}");
    }
}

#[test]
fn files_stay_unless_asked() {
    for (delete_files, fate) in [(false, FileFate::Keep), (true, FileFate::Delete)] {
        let service = answering(vec![Ok(Reply::Ok)]);
        let args = RemoveArgs { ids: vec![JobId(1), JobId(2)], delete_files };
        assert_eq!(remove(&service, &args), Ok(OK));
        let wanted = Command::Remove(Which::Jobs(vec![JobId(1), JobId(2)]), fate);
        assert_eq!(*service.asked.borrow(), [wanted]);
    }
}

#[test]
fn a_number_is_a_job_and_the_rest_a_file() {
    let bad = VerifyBlocks::answer(vec![3]);
    assert_eq!(verify(&bad, &verify_args("7", None)), Ok(FAILED));
    assert_eq!(*bad.asked.borrow(), [Command::Verify(JobId(7), None)]);
    assert_eq!(verify(&VerifyBlocks::answer(vec![]), &verify_args("7", None)), Ok(OK));
    let zeros = format!("md5:{}", "0".repeat(32));
    let ones = format!("md5:{}", "1".repeat(32));
    let none = answering(vec![]);
    assert_eq!(verify(&none, &verify_args("./7", None)), Ok(OK));
    assert_eq!(verify(&none, &verify_args("./7", Some(&zeros))), Ok(OK));
    assert_eq!(verify(&none, &verify_args("./7", Some(&ones))), Ok(FAILED));
    assert!(none.asked.borrow().is_empty());
}

struct VerifyBlocks;

impl VerifyBlocks {
    fn answer(bad: Vec<u64>) -> Answers {
        use crate::app::command::VerifyReport;
        let report = VerifyReport::Blocks { good: 9, bad, unproved_bytes: 0 };
        answering(vec![Ok(Reply::Verified(report))])
    }
}

#[test]
fn a_server_is_forgotten_with_all_its_ports() {
    let known = ["h.example:80", "h.example:443", "g.example:80", "[::1]:80"];
    let facts = |name: &str| HostFacts { name: name.into(), ..HostFacts::default() };
    for (name, forgotten) in
        [("H.example", &known[..2]), ("h.example:443", &known[1..2]), ("[::1]", &known[3..])]
    {
        let hosts_known = Reply::Hosts(known.map(facts).into());
        let service = answering(vec![Ok(hosts_known), Ok(Reply::Ok)]);
        let verb = Some(HostsVerb::Forget { name: name.into() });
        assert_eq!(hosts(&service, &HostsArgs { json: false, verb }), Ok(OK));
        let wanted: Vec<Command> =
            forgotten.iter().map(|n| Command::ForgetHost((*n).into())).collect();
        assert_eq!(service.asked.borrow()[1..], wanted, "{name}");
    }
    let none = answering(vec![Ok(Reply::Hosts(vec![]))]);
    let verb = Some(HostsVerb::Forget { name: "h".into() });
    let done = hosts(&none, &HostsArgs { json: false, verb });
    assert_eq!(done, Err(Fault::Failed("nothing is known of h".into())));
}
