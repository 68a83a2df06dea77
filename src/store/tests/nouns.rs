//! Any noun the store may be given, for property tests.

use std::path::PathBuf;

use jiff::Timestamp;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use crate::model::block::{BlockHash, OpenBlock};
use crate::model::category::Category;
use crate::model::checksum::{Algorithm, Checksum, Expected};
use crate::model::failure::{Failure, FailureKind};
use crate::model::host::{Condition, HostFacts, Ranges};
use crate::model::job::{FileId, Generation, NewJob};
use crate::model::options::{Credentials, Header, JobOptions};
use crate::model::phase::{FileFate, Intent, Phase};
use crate::model::proxy::Proxy;
use crate::model::queue::{Queue, QueueId};
use crate::model::range::{ByteRange, SpanSet};
use crate::model::rules::{Rule, When};
use crate::model::schedule::{Days, Pace, Schedule, TimeOfDay, Window};
use crate::model::settings::{
    Density, Language, OnClose, OnLaunch, Settings, SizeUnits, Theme, WhenDone,
};
use crate::model::url::SourceUrl;
use crate::model::validator::{EntityTag, Validator};

const MOST: u64 = i64::MAX as u64;

pub(super) fn text() -> impl Strategy<Value = String> {
    select(vec![
        "",
        "a",
        "päßwörd 'x' \"y\"",
        "中文 — e\u{301}",
        "; DROP TABLE jobs;--",
        "a\u{0}b\n",
    ])
    .prop_map(str::to_owned)
}

pub(super) fn time() -> impl Strategy<Value = Timestamp> {
    (-4_000_000_000_000_i64..4_000_000_000_000)
        .prop_map(|ms| Timestamp::from_millisecond(ms).unwrap())
}

pub(super) fn path() -> impl Strategy<Value = PathBuf> {
    vec(1_u8..=255, 1..20).prop_map(|bytes| {
        #[cfg(unix)]
        let name: std::ffi::OsString = std::os::unix::ffi::OsStringExt::from_vec(bytes);
        #[cfg(not(unix))]
        let name = std::ffi::OsString::from(String::from_utf8_lossy(&bytes).into_owned());
        PathBuf::from("/").join(name)
    })
}

pub(super) fn failure() -> impl Strategy<Value = Failure> {
    (select(FailureKind::ALL.to_vec()), text(), option::of(any::<u16>()))
        .prop_map(|(kind, detail, status)| Failure { status, ..Failure::new(kind, detail) })
}

pub(super) fn intent() -> impl Strategy<Value = Intent> {
    select(vec![
        Intent::Run,
        Intent::Hold,
        Intent::Cancel,
        Intent::Remove { files: FileFate::Keep },
        Intent::Remove { files: FileFate::Delete },
    ])
}

pub(super) fn phase() -> impl Strategy<Value = Phase> {
    prop_oneof![
        Just(Phase::Queued),
        Just(Phase::Live),
        (time(), any::<u32>(), failure()).prop_map(|(until, attempt, why)| Phase::Waiting {
            until,
            attempt,
            why
        }),
        failure().prop_map(Phase::NeedsLink),
        Just(Phase::Finishing),
        Just(Phase::Stopped),
        failure().prop_map(Phase::Failed),
        (path(), 0..=MOST, time()).prop_map(|(path, bytes, at)| Phase::Done { path, bytes, at }),
    ]
}

fn checksum() -> impl Strategy<Value = Checksum> {
    (select(Algorithm::ALL.to_vec()), any::<u8>()).prop_map(|(algorithm, fill)| {
        Checksum::from_bytes(algorithm, &vec![fill; algorithm.digest_bytes()]).unwrap()
    })
}

fn expected() -> impl Strategy<Value = Expected> {
    prop_oneof![
        Just(Expected::Sidecar),
        Just(Expected::Nothing),
        checksum().prop_map(Expected::Given)
    ]
}

pub(super) fn options() -> impl Strategy<Value = JobOptions> {
    let numbers = (any::<u8>(), option::of(any::<u64>()), any::<u32>(), any::<u32>(), any::<u32>());
    // As pairs up to the last step: headers and logins have no `Debug`, which strategies ask for.
    let header = (text(), text());
    let login = (text(), text());
    let texts = (option::of(text()), option::of(text()), option::of(text()), option::of(text()));
    let more = (option::of(expected()), any::<bool>(), vec(link(), 0..3));
    (numbers, vec(header, 0..3), option::of(login), texts, more).prop_map(
        |(numbers, headers, credentials, texts, (expected, insecure, mirrors))| JobOptions {
            connections: numbers.0,
            limit_bps: numbers.1,
            headers: headers.into_iter().map(|(name, value)| Header { name, value }).collect(),
            user_agent: texts.0,
            referer: texts.1,
            cookie: texts.2,
            credentials: credentials.map(|(user, password)| Credentials { user, password }),
            expected,
            retries: numbers.2,
            stall_timeout_secs: numbers.3,
            connect_timeout_secs: numbers.4,
            proxy: texts.3,
            insecure,
            mirrors,
        },
    )
}

fn link() -> impl Strategy<Value = SourceUrl> {
    select(vec![
        "http://h/",
        "https://ann:p%40ss@h.example:8443/a%20b?sig=x&y",
        "http://[::1]:80/ä",
    ])
    .prop_map(|text| SourceUrl::parse(text).unwrap())
}

pub(super) fn new_job() -> impl Strategy<Value = NewJob> {
    let start = (option::of(time()), any::<u32>().prop_map(QueueId));
    (link(), path(), option::of(text()), options(), intent(), start).prop_map(
        |(url, dir, name, options, intent, (not_before, queue))| NewJob {
            url,
            dir,
            name,
            options,
            intent,
            not_before,
            queue,
        },
    )
}

fn validator() -> impl Strategy<Value = Validator> {
    (option::of(text()), option::of(text()), any::<bool>(), vec(checksum(), 0..4)).prop_map(
        |(etag, last_modified, strong_date, digests)| Validator {
            etag: etag.map(EntityTag),
            last_modified,
            strong_date,
            digests: digests.into_iter().collect(),
        },
    )
}

pub(super) fn generation(number: u32) -> impl Strategy<Value = Generation> {
    let file = option::of((any::<u64>(), any::<u64>()));
    let kinds = (option::of(text()), option::of(text()));
    let marks = (any::<bool>(), any::<bool>(), option::of(link()), vec(link(), 0..3));
    let known = (option::of(0..=MOST), vec(open_block(), 0..4));
    (text(), text(), file, known, validator(), kinds, marks).prop_map(
        move |(name, part_name, file, known, validator, (encoding, content_type), marks)| {
            Generation {
                number,
                name,
                part_name,
                file_id: file.map(|(device, inode)| FileId { device, inode }),
                total: known.0,
                validator,
                encoding,
                content_type,
                by_overlap: marks.0,
                length_unproved: marks.1,
                seams: Vec::new(),
                open_blocks: known.1,
                begun_at: marks.2,
                mirrors: marks.3,
            }
        },
    )
}

pub(super) fn open_block() -> impl Strategy<Value = OpenBlock> {
    let ends = (0..=MOST, 0..=MOST);
    (ends, any::<u128>())
        .prop_map(|((a, b), hash)| OpenBlock { range: ByteRange::new(a.min(b), a.max(b)), hash })
}

pub(super) fn spans() -> impl Strategy<Value = SpanSet> {
    vec((0..=MOST, 0..=MOST), 0..8).prop_map(|pairs| {
        pairs.into_iter().map(|(a, b)| ByteRange::new(a.min(b), a.max(b))).collect()
    })
}

pub(super) fn blocks() -> impl Strategy<Value = Vec<BlockHash>> {
    proptest::collection::btree_map(0..=MOST, any::<u128>(), 0..8).prop_map(|blocks| {
        blocks.into_iter().map(|(index, hash)| BlockHash { index, hash }).collect()
    })
}

pub(super) fn host() -> impl Strategy<Value = HostFacts> {
    let ranges = select(vec![Ranges::Unknown, Ranges::Honest, Ranges::Refused]);
    let condition = select(vec![Condition::IfRange, Condition::Unconditional]);
    let caps = (option::of(any::<u32>()), option::of(any::<u32>()));
    (text(), ranges, condition, any::<bool>(), caps, any::<i64>()).prop_map(
        |(name, ranges, condition, plain_get, (max_connections, cap), learned_ms)| HostFacts {
            name,
            ranges,
            condition,
            plain_get,
            max_connections,
            cap,
            learned_ms,
        },
    )
}

fn rules() -> impl Strategy<Value = Vec<Rule>> {
    let when = prop_oneof![
        select(Category::ALL.to_vec()).prop_map(When::Category),
        vec(select(vec!["iso", "tar.gz", "ü"]), 1..3)
            .prop_map(|list| When::Endings(list.into_iter().map(str::to_owned).collect())),
        select(vec!["*.example.org", "h", "例子.cn"]).prop_map(|host| When::Host(host.to_owned())),
    ];
    let rule = (when, text()).prop_map(|(when, dir)| Rule { when, dir: whole(&dir) });
    vec(rule, 0..4)
}

fn whole(name: &str) -> PathBuf {
    PathBuf::from("/").join(name)
}

fn schedule() -> impl Strategy<Value = Schedule> {
    let pace = || {
        prop_oneof![
            Just(Pace::Full),
            Just(Pace::Stop),
            (1u64..i64::MAX as u64).prop_map(Pace::Limit)
        ]
    };
    let time = || (0u16..24, 0u16..60).prop_map(|(h, m)| TimeOfDay::new(h, m).unwrap());
    let days = select(vec![Days::ALL, Days::WORKING, Days::WEEKEND, Days::NONE]);
    let window = (days, time(), time(), pace()).prop_map(|(days, from, to, pace)| Window {
        days,
        from,
        to,
        pace,
    });
    (any::<bool>(), vec(window, 0..3), pace()).prop_map(|(on, windows, otherwise)| Schedule {
        on,
        windows,
        otherwise,
    })
}

fn queues() -> impl Strategy<Value = Vec<Queue>> {
    let queue = (any::<u32>(), text(), schedule());
    vec(queue.prop_map(|(id, name, schedule)| Queue { id: QueueId(id), name, schedule }), 0..3)
}

pub(in super::super) fn settings() -> impl Strategy<Value = Settings> {
    let launch = select(vec![OnLaunch::GoOn, OnLaunch::StayPaused]);
    let theme = select(vec![Theme::System, Theme::Light, Theme::Dark]);
    let language = select(vec![Language::System, Language::English, Language::ChineseSimplified]);
    let units = select(vec![SizeUnits::Decimal, SizeUnits::Binary]);
    let limit = (option::of(any::<u64>()), any::<bool>(), schedule());
    let numbers = (any::<u8>(), any::<[u32; 4]>(), limit);
    let proxy = select(vec!["system", "none", "socks5h://ann:pw@h:1080"])
        .prop_map(|text| Proxy::try_from(text.to_owned()).unwrap());
    let places = (option::of(text()), rules(), proxy, queues());
    let density = select(vec![Density::Comfortable, Density::Compact]);
    let closes = select(vec![OnClose::Ask, OnClose::GoOn, OnClose::Quit]);
    let ends = vec![WhenDone::Nothing, WhenDone::Quit, WhenDone::Sleep, WhenDone::ShutDown];
    let beside = (closes, any::<[bool; 5]>(), select(ends));
    (places, numbers, launch, beside, (theme, language, units, density)).prop_map(
        |((dir, rules, proxy, queues), numbers, on_launch, beside, looks)| {
            let (theme, language, size_units, density) = looks;
            let (on_close, [tray, notifications, keep_awake, metered, watch_clipboard], when_done) =
                beside;
            let (connections, [per_server, live_jobs, retries, stall], limit) = numbers;
            let (limit_bps, limit_on, schedule) = limit;
            Settings {
                dir: dir.map(|dir| whole(&dir)),
                on_launch,
                on_close,
                tray,
                notifications,
                keep_awake,
                pause_on_metered: metered,
                watch_clipboard,
                when_done,
                rules,
                connections,
                per_server,
                live_jobs,
                retries,
                stall_timeout_secs: stall,
                limit_bps,
                limit_on,
                schedule,
                queues,
                proxy,
                theme,
                size_units,
                language,
                density,
            }
        },
    )
}
