//! One line of a log of every kind, for the tests of what is saved and of the words.

use super::super::change::Change;
use super::*;

/// A line of every kind, with this number and this text wherever one stands.
pub(crate) fn every(number: u64, text: &str) -> Vec<Told> {
    let failure = || {
        let mut failure = Failure::new(FailureKind::Protocol, text);
        failure.cause = Some(Cause::NoHttp);
        failure
    };
    let mut all = vec![
        Told::Plain(text.to_owned()),
        Told::Again(Cause::Broke),
        Told::Anew(Failure::because(FailureKind::PartForeign, Cause::PartGone)),
        Told::Slept(number),
        Told::NetworkChanged,
        Told::Kept(Kept::Metered),
        Told::Kept(Kept::Until(Timestamp::UNIX_EPOCH)),
        Told::Kept(Kept::Hours(None)),
        Told::RoomAgain,
        Told::Moved(text.into()),
        Told::NotMoved(text.into(), NotMoved::OtherVolume),
        Told::MovedUnsure(text.into(), failure()),
        Told::Stopped(failure()),
        Told::LengthNotTold,
        Told::Finished,
    ];
    all.extend([None, Some(number)].map(|asked| Told::Waits {
        secs: number,
        why: FailureKind::Busy,
        attempt: 3,
        asked,
    }));
    all.extend(Change::ALL.map(Told::Changed));
    all.extend(connections(number, text, &failure()).map(|of| Told::Connection(7, of)));
    all.extend(mirrors(number, &failure()).map(|of| Told::Mirror(text.to_owned(), of)));
    all.extend(descriptions(number, &failure()).map(|of| Told::Description(text.to_owned(), of)));
    all.extend(held(number, text).map(Told::Held));
    all.extend(proofs().map(Told::Proof));
    all.extend(links(number, text, &failure()).map(Told::Link));
    all
}

fn connections(
    number: u64,
    text: &str,
    failure: &Failure,
) -> impl Iterator<Item = OfConnection> + use<> {
    let open = Asked::Range { first: number, last: None, if_unchanged: false };
    let closed = Asked::Range { first: 0, last: Some(number), if_unchanged: true };
    let whole = Asked::Whole;
    let verdicts = [
        Verdict::Begins,
        Verdict::Taken,
        Verdict::OthersGoOn,
        Verdict::Not(Cause::OtherRange),
        Verdict::Complete,
        Verdict::Wrong(number),
        Verdict::Failed(FailureKind::Busy, None),
        Verdict::Failed(FailureKind::Busy, Some(number)),
    ];
    let from = text.to_owned();
    let answers = verdicts.into_iter().zip([whole, open, closed].into_iter().cycle()).map(
        move |(verdict, asked)| OfConnection::Answer {
            asked,
            status: 206,
            millis: 12,
            bytes: (asked != whole).then_some(number),
            from: from.clone(),
            verdict,
        },
    );
    answers.chain([
        OfConnection::Failed(open, failure.clone()),
        OfConnection::Closed { bytes: number, millis: 12, why: Cause::Through },
        OfConnection::OtherBytes(number),
    ])
}

fn mirrors(number: u64, failure: &Failure) -> impl Iterator<Item = OfMirror> + use<> {
    let fits = fits().flat_map(|fit| [true, false].map(|beside| OfMirror::Fits(fit, beside)));
    fits.chain(misfits(number, failure).map(OfMirror::Misfit)).chain([
        OfMirror::Known,
        OfMirror::Later(number, FailureKind::Busy),
        OfMirror::DiffersRightly(number),
        OfMirror::Dropped(Cause::GivesNoFile),
        OfMirror::Unusable(failure.clone()),
        OfMirror::TurnedTo(FailureKind::Forbidden),
    ])
}

fn descriptions(number: u64, failure: &Failure) -> impl Iterator<Item = OfDescription> + use<> {
    let unused = [
        Unused::Failed(failure.clone()),
        Unused::Late,
        Unused::BrokenOff,
        Unused::TooLarge,
        Unused::NotXml,
        Unused::NotMetalink,
        Unused::NoFile,
        Unused::NoSize,
        Unused::OtherSize(number),
        Unused::OtherDigest,
        Unused::Several,
    ];
    let digests = vec![Algorithm::Sha256, Algorithm::Md5];
    unused.into_iter().map(OfDescription::Unused).chain([
        OfDescription::Known,
        OfDescription::Fits { digests, pieces: number, links: 2 },
        OfDescription::Fits { digests: Vec::new(), pieces: number, links: 1 },
    ])
}

fn held(number: u64, text: &str) -> impl Iterator<Item = OfHeld> + use<> {
    [
        OfHeld::OtherNumber,
        OfHeld::BlocksKept(number),
        OfHeld::BlocksRotten(number),
        OfHeld::TakenUp { proved: number, total: number },
        OfHeld::Wrong(number),
        OfHeld::WrongKept(number),
        OfHeld::Repaired(number),
        OfHeld::PiecesRight,
        OfHeld::Unkept(text.to_owned()),
        OfHeld::PiecesNotBelieved(number),
        OfHeld::PiecesWrong { count: 2, bytes: number },
    ]
    .into_iter()
}

fn proofs() -> impl Iterator<Item = OfProof> {
    let digest = |fill| Checksum { algorithm: Algorithm::Crc32, hex: [fill; 8].iter().collect() };
    let whose = [Whose::Server, Whose::Description];
    let of_digests = whose.into_iter().flat_map(move |whose| {
        [
            OfProof::DigestRight(whose, digest('1')),
            OfProof::DigestDiffers(whose, digest('1'), Some(digest('2'))),
            OfProof::DigestDiffers(whose, digest('1'), None),
        ]
    });
    of_digests.chain([
        OfProof::Beside(digest('1')),
        OfProof::ChecksumRight(digest('1')),
        OfProof::DescriptionDiffers(digest('1')),
    ])
}

fn links(number: u64, text: &str, failure: &Failure) -> impl Iterator<Item = OfLink> + use<> {
    let fits = fits().flat_map(|fit| [true, false].map(|bare| OfLink::Fits { fit, bare }));
    let looked = [OfLink::Looked(text.to_owned()), OfLink::SameFile(JobId(7))];
    fits.chain(misfits(number, failure).map(OfLink::Misfit)).chain(looked)
}

fn fits() -> impl Iterator<Item = Fit> {
    [Fit::NothingHeld, Fit::ByValidator, Fit::ByBytes { samples: 8 }].into_iter()
}

fn misfits(number: u64, failure: &Failure) -> impl Iterator<Item = Misfit> + use<> {
    [
        Misfit::OtherSize { ours: number, theirs: 5 },
        Misfit::OtherBytes { at: number },
        Misfit::Damaged { at: number },
        Misfit::OtherDigest,
        Misfit::OtherEncoding,
        Misfit::Page,
        Misfit::NoFile(failure.clone()),
        Misfit::NoRanges,
        Misfit::ProvesNothing,
        Misfit::NotReadable(failure.clone()),
    ]
    .into_iter()
}
