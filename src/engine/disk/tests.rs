//! Part files and last names in a real folder.

use std::collections::BTreeSet;
use std::time::Duration;

use super::*;
use crate::model::name::{FileName, safe_name};

fn name(text: &str) -> FileName {
    safe_name(text).unwrap()
}

fn first(dir: &Path, wanted: &str) -> (FileName, Part) {
    let mut from = 0;
    loop {
        match create_first(dir, &name(wanted), from).unwrap() {
            First::Made(name, part) => return (name, part),
            First::Stands(_, n) => from = n + 1,
        }
    }
}

#[test]
fn a_stray_part_is_taken_where_nobody_has_it() {
    let dir = tempfile::tempdir().unwrap();
    let (_, part) = first(dir.path(), "a");
    assert!(part.is_blank());
    assert!(take_stray(dir.path(), "a.part", Duration::ZERO).is_none(), "it is open elsewhere");
    drop(part);
    let stray = take_stray(dir.path(), "a.part", Duration::ZERO).unwrap();
    assert!(take_stray(dir.path(), "a.part", Duration::ZERO).is_none(), "it was taken");
    drop(stray);
    std::fs::write(dir.path().join("a.part"), b"x").unwrap();
    assert!(!take_stray(dir.path(), "a.part", Duration::ZERO).unwrap().is_blank());
    std::fs::hard_link(dir.path().join("a.part"), dir.path().join("b.part")).unwrap();
    for name in ["a.part", "b.part", "c.part", "."] {
        assert!(take_stray(dir.path(), name, Duration::ZERO).is_none(), "{name}");
    }
}

#[test]
fn what_stands_past_the_end_is_cut_off() {
    let dir = tempfile::tempdir().unwrap();
    let (_, part) = first(dir.path(), "a");
    std::fs::write(dir.path().join("a.part"), b"1234567890").unwrap();
    part.seal(7).unwrap();
    assert_eq!(std::fs::read(dir.path().join("a.part")).unwrap(), b"1234567");
}

#[test]
fn a_taken_name_is_numbered_and_nothing_is_replaced() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("a.bin"), b"old").unwrap();
    let none = BTreeSet::new();
    assert_eq!(free_name(dir.path(), &name("a.bin"), &none), Some(name("a (1).bin")));
    let (made, part) = first(dir.path(), "a.bin");
    assert_eq!((made.as_str(), part.name.as_str()), ("a (1).bin", "a (1).bin.part"));
    assert_eq!(free_name(dir.path(), &name("a.bin"), &none), Some(name("a (2).bin")));
    let (second, _) = first(dir.path(), "a.bin");
    assert_eq!(second.as_str(), "a (2).bin");
    std::fs::write(dir.path().join("a (1).bin"), b"came meanwhile").unwrap();
    let taken = publish(dir.path(), &part, made.as_str()).unwrap();
    assert_eq!(taken, Published::Taken(name("a (1) (1).bin")));
    let end = publish(dir.path(), &part, "a (1) (1).bin").unwrap();
    assert_eq!(end, Published::At(dir.path().join("a (1) (1).bin")));
    assert_eq!(std::fs::read(dir.path().join("a.bin")).unwrap(), b"old");
}

#[test]
fn what_took_the_place_of_a_part_is_not_given_its_name() {
    let dir = tempfile::tempdir().unwrap();
    let (made, part) = first(dir.path(), "a");
    let path = dir.path().join(&part.name);
    std::fs::write(dir.path().join("new"), b"mine").unwrap();
    std::fs::rename(dir.path().join("new"), &path).unwrap();
    let refused = publish(dir.path(), &part, made.as_str()).unwrap_err();
    assert_eq!(
        (refused.kind, refused.cause),
        (FailureKind::PartForeign, Some(Cause::PartReplaced))
    );
    assert_eq!(std::fs::read(&path).unwrap(), b"mine");
    std::fs::remove_file(&path).unwrap();
    let gone = publish(dir.path(), &part, made.as_str()).unwrap_err();
    assert_eq!((gone.kind, gone.cause), (FailureKind::PartForeign, Some(Cause::PartGone)));
    std::fs::remove_dir_all(dir.path()).unwrap();
    let away = publish(dir.path(), &part, made.as_str()).unwrap_err();
    assert_eq!(
        (away.kind, &*away.detail),
        (FailureKind::VolumeGone, &*dir.path().display().to_string())
    );
}

#[cfg(unix)]
#[test]
fn links_are_not_followed() {
    let dir = tempfile::tempdir().unwrap();
    let victim = dir.path().join("victim");
    std::fs::write(&victim, b"precious").unwrap();
    let link = dir.path().join("a.part");
    std::os::unix::fs::symlink(&victim, &link).unwrap();
    assert_eq!(look(&link), Found::Foreign);
    assert!(open_part(dir.path(), "a.part").is_err());
    let (other, _) = first(dir.path(), "a");
    assert_eq!(other.as_str(), "a (1)");
    delete_ours(&link, None).unwrap();
    std::fs::hard_link(&victim, dir.path().join("b.part")).unwrap();
    assert_eq!(look(&dir.path().join("b.part")), Found::Foreign);
    assert_eq!(std::fs::read(&victim).unwrap(), b"precious");
}

#[test]
fn only_the_recorded_file_is_deleted() {
    let dir = tempfile::tempdir().unwrap();
    let (_, part) = first(dir.path(), "a");
    let path = dir.path().join("a.part");
    delete_ours(&path, Some(FileId { device: 1, inode: 1 })).unwrap();
    assert!(path.exists());
    delete_ours(&path, part.id).unwrap();
    assert!(!path.exists());
}

#[test]
fn a_folder_below_a_file_is_said_so() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("file");
    std::fs::write(&file, b"").unwrap();
    assert_eq!(open_folder(&file.join("sub"), false).unwrap_err().kind, FailureKind::NoFolder);
    let gone = dir.path().join("unplugged");
    assert_eq!(open_folder(&gone, true).unwrap_err().kind, FailureKind::VolumeGone);
    assert!(!gone.exists());
}
