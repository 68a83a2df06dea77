//! Makes new jobs of the arguments of `get` and `add`: checks what clap could not, and reads secrets
//! from files so that none stands in the process list. No error here repeats a secret.

use std::io::Read;
use std::path::{Path, PathBuf};

use super::args::{AddArgs, GetArgs, JobArgs};
use crate::app::raise::Shows;
use crate::model::checksum::Expected;
use crate::model::job::NewJob;
use crate::model::name::safe_name;
use crate::model::option_text::{self, HeaderError};
use crate::model::options::{Credentials, Header, JobOptions};
use crate::model::phase::Intent;
use crate::model::proxy::ProxyUrl;
use crate::model::queue::QueueId;
use crate::model::settings::Language;
use crate::model::url::SourceUrl;
use crate::words::Words;

/// The largest file a value or a list of links is read from, in bytes.
const MAX_FILE_BYTES: u64 = 16 << 20;

/// Wrong usage, as a sentence.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Misuse(pub(super) String);

impl From<&str> for Misuse {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl From<String> for Misuse {
    fn from(text: String) -> Self {
        Self(text)
    }
}

/// Where `-` and `@-` read from, and where a file goes that was given no folder.
pub(super) struct Surroundings<'a> {
    /// Standard input; read at most once.
    pub(super) input: Option<&'a mut dyn Read>,
    /// The platform's download folder.
    pub(super) download_dir: PathBuf,
}

/// The job `get` asks for.
pub(super) fn of_get(args: &GetArgs, around: &mut Surroundings<'_>) -> Result<NewJob, Misuse> {
    let url = link(&args.url)?;
    let options = options(&args.job, around)?;
    let (dir, name) = (folder(&args.job, around)?, name(&args.job)?);
    Ok(NewJob {
        url,
        dir,
        name,
        options,
        intent: Intent::Run,
        not_before: None,
        queue: QueueId::MAIN,
    })
}

/// The jobs `add` asks for, at least one.
pub(super) fn of_add(args: &AddArgs, around: &mut Surroundings<'_>) -> Result<Vec<NewJob>, Misuse> {
    let urls = links(&args.urls, around)?;
    if urls.len() > 1 && args.job.name.is_some() {
        return Err("--name fits one link only".into());
    }
    if urls.len() > 1 && matches!(args.job.checksum, Some(Expected::Given(_))) {
        return Err("--checksum ALG:HEX fits one link only".into());
    }
    if urls.len() > 1 && !args.job.mirrors.is_empty() {
        return Err("--mirror fits one link only".into());
    }
    let options = options(&args.job, around)?;
    let (dir, name) = (folder(&args.job, around)?, name(&args.job)?);
    let intent = if args.paused { Intent::Hold } else { Intent::Run };
    let job = |url| NewJob {
        url,
        dir: dir.clone(),
        name: name.clone(),
        options: options.clone(),
        intent,
        not_before: args.at,
        queue: QueueId::MAIN,
    };
    Ok(urls.into_iter().map(job).collect())
}

/// One link, or why it is none; repeated only where it can hold no password.
pub(super) fn link(text: &str) -> Result<SourceUrl, Misuse> {
    SourceUrl::parse(text).map_err(|error| {
        let why = Words::new(Language::English).url_error(&error);
        let shown = text.len() <= 200 && !text.contains(['@', '?']);
        if shown { format!("\"{}\": {why}", text.escape_debug()) } else { why.to_string() }.into()
    })
}

/// What the window is to show for these: links, or files with links in them as a file manager gives
/// them, by their paths or as `file:` links.
pub(super) fn shown(texts: Vec<String>) -> Result<Shows, Misuse> {
    if texts.is_empty() {
        return Ok(Shows::AsItWas);
    }
    let files: Vec<PathBuf> = texts.iter().filter_map(|text| file_named(text)).collect();
    if files.len() == texts.len() {
        return Ok(Shows::Files(files));
    }
    if !files.is_empty() {
        return Err("links and files cannot be opened together".into());
    }
    texts.iter().map(|text| link(text)).collect::<Result<Vec<_>, _>>()?;
    Ok(Shows::Links(texts))
}

/// The file a text names, where it names one that is there.
fn file_named(text: &str) -> Option<PathBuf> {
    let named = url::Url::parse(text).ok().filter(|url| url.scheme() == "file");
    let path = match named {
        Some(url) => url.to_file_path().ok()?,
        None => std::path::absolute(text).ok()?,
    };
    path.is_file().then_some(path)
}

fn links(texts: &[String], around: &mut Surroundings<'_>) -> Result<Vec<SourceUrl>, Misuse> {
    let mut urls = Vec::new();
    for text in texts {
        if text != "-" {
            urls.push(link(text)?);
            continue;
        }
        let lines = standard_input(around)?;
        for (index, line) in lines.lines().enumerate().filter(|(_, l)| !l.trim().is_empty()) {
            let read = link(line).map_err(|m| format!("line {}: {}", index + 1, m.0))?;
            urls.push(read);
        }
    }
    if urls.is_empty() { Err("no link came on standard input".into()) } else { Ok(urls) }
}

fn options(args: &JobArgs, around: &mut Surroundings<'_>) -> Result<JobOptions, Misuse> {
    let mut headers = Vec::new();
    for given in &args.headers {
        let text = secret("--header", given, around)?;
        for line in text.lines().filter(|line| !line.is_empty()) {
            headers.push(header(line)?);
        }
    }
    let cookie = args.cookie.as_deref().map(|c| secret("--cookie", c, around)).transpose()?;
    let user = args.user.as_deref().map(|u| secret("--user", u, around)).transpose()?;
    let one_line = |option: &str, value: &Option<String>| match value {
        Some(text) if text.chars().any(char::is_control) => Err(broken(option)),
        Some(_) | None => Ok(value.clone()),
    };
    Ok(JobOptions {
        connections: args.connections,
        limit_bps: args.limit,
        headers,
        user_agent: one_line("--user-agent", &args.user_agent)?,
        referer: one_line("--referer", &args.referer)?,
        cookie: one_line("--cookie", &cookie)?,
        credentials: one_line("--user", &user)?.map(|user| credentials(&user)),
        expected: args.checksum.clone(),
        retries: args.retries,
        stall_timeout_secs: args.stall_timeout,
        connect_timeout_secs: args.connect_timeout,
        proxy: args.proxy.as_deref().map(proxy).transpose()?,
        insecure: args.insecure,
        mirrors: args.mirrors.iter().map(|url| link(url)).collect::<Result<_, _>>()?,
    })
}

fn broken(option: &str) -> Misuse {
    format!("{option} holds a line break or another control character").into()
}

/// `Name: value` (RFC 9110 §5.1, §5.5).
fn header(line: &str) -> Result<Header, Misuse> {
    option_text::header(line).map_err(|error| match error {
        HeaderError::NoColon => "--header takes 'Name: value'".into(),
        HeaderError::Name => "--header takes 'Name: value'; this is no header's name".into(),
        HeaderError::Own(name) => format!("Onward sets the header {name} itself").into(),
        HeaderError::Broken => broken("--header"),
    })
}

fn credentials(text: &str) -> Credentials {
    let (user, password) = text.split_once(':').unwrap_or((text, ""));
    Credentials { user: user.to_owned(), password: password.to_owned() }
}

fn proxy(text: &str) -> Result<String, Misuse> {
    ProxyUrl::parse(text)
        .map(|url| url.as_str().to_owned())
        .map_err(|_| "--proxy takes a link such as http://host:3128 or socks5://host:1080".into())
}

fn folder(args: &JobArgs, around: &Surroundings<'_>) -> Result<PathBuf, Misuse> {
    let dir = args.dir.as_deref().unwrap_or(&around.download_dir);
    let dir = std::path::absolute(dir).map_err(|error| format!("--dir: {error}"))?;
    // By its components, so that `x`, `./x` and `x/` are one folder.
    Ok(dir.components().collect())
}

fn name(args: &JobArgs) -> Result<Option<String>, Misuse> {
    let safe = |text: &String| safe_name(text).map(String::from);
    let refused = || Misuse::from("--name takes the name of a file, not of a folder");
    args.name.as_ref().map(|text| safe(text).ok_or_else(refused)).transpose()
}

/// The value, or what stands in the file it names: `@FILE`, `@-`. A line's end at its end is dropped.
fn secret(option: &str, given: &str, around: &mut Surroundings<'_>) -> Result<String, Misuse> {
    let Some(path) = given.strip_prefix('@') else {
        let is_broken = given.contains(['\r', '\n', '\0']);
        return if is_broken { Err(broken(option)) } else { Ok(given.to_owned()) };
    };
    let text = if path == "-" { standard_input(around)? } else { file(option, Path::new(path))? };
    let text = text.strip_suffix('\n').unwrap_or(&text);
    let text = text.strip_suffix('\r').unwrap_or(text);
    if text.is_empty() {
        return Err(format!("the file for {option} is empty").into());
    }
    Ok(text.to_owned())
}

fn file(option: &str, path: &Path) -> Result<String, Misuse> {
    let fail =
        |error: std::io::Error| format!("{option}: {} cannot be read: {error}", path.display());
    let mut open = std::fs::File::open(path).map_err(fail)?;
    read(&mut open).map_err(|error| fail(error).into())
}

fn standard_input(around: &mut Surroundings<'_>) -> Result<String, Misuse> {
    let input = around.input.take().ok_or("standard input can be read only once")?;
    read(input).map_err(|error| format!("standard input cannot be read: {error}").into())
}

fn read(from: &mut dyn Read) -> std::io::Result<String> {
    let mut text = String::new();
    let bytes = from.take(MAX_FILE_BYTES + 1).read_to_string(&mut text)?;
    if bytes as u64 > MAX_FILE_BYTES {
        return Err(std::io::Error::other("it is too large"));
    }
    Ok(text)
}

#[cfg(test)]
#[path = "request_tests.rs"]
mod tests;
