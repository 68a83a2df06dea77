//! System calls by platform: opening without following links, reserving space, renaming without
//! replacing. Unix is what is tested; elsewhere the standard library's nearest.

use std::fs::{File, Metadata, OpenOptions, TryLockError};
use std::io;
use std::path::Path;

use super::hook::{Deed, Over};
use crate::model::job::FileId;

/// An open part file.
#[derive(Debug)]
pub struct PartFile {
    file: File,
    over: Over,
}

impl PartFile {
    pub(super) fn metadata(&self) -> io::Result<Metadata> {
        self.file.metadata()
    }

    /// Makes its data durable, and its length.
    pub(super) fn sync(&self) -> io::Result<()> {
        self.over.carry_out(Deed::Sync, || self.file.sync_data())
    }

    /// Makes all of it durable.
    pub(super) fn sync_all(&self) -> io::Result<()> {
        self.over.carry_out(Deed::Sync, || self.file.sync_all())
    }

    pub(super) fn set_len(&self, len: u64) -> io::Result<()> {
        self.over.carry_out(Deed::Resize(len), || self.file.set_len(len))
    }

    /// Takes it for this program alone, as long as it is open. False where another one has it; where
    /// the file system knows no such thing, nobody has.
    pub(super) fn lock(&self) -> bool {
        !matches!(self.file.try_lock(), Err(TryLockError::WouldBlock))
    }
}

/// Opens a regular file for reading and writing; a link at its end is refused.
pub(super) fn open(path: &Path) -> io::Result<PartFile> {
    let mut options = OpenOptions::new();
    options.read(true).write(true);
    no_follow(&mut options);
    Ok(PartFile { file: options.open(path)?, over: Over::path(path) })
}

/// Makes a file that must not be there yet.
pub(super) fn create(path: &Path) -> io::Result<PartFile> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create_new(true);
    no_follow(&mut options);
    let over = Over::path(path);
    let made = over.carry_out(Deed::Make, || options.open(path).map(Some))?;
    Ok(PartFile { file: made.ok_or(io::ErrorKind::NotFound)?, over })
}

#[cfg(unix)]
fn no_follow(options: &mut OpenOptions) {
    use std::os::unix::fs::OpenOptionsExt;
    options.custom_flags(i32::try_from(rustix::fs::OFlags::NOFOLLOW.bits()).unwrap_or_default());
}

#[cfg(not(unix))]
fn no_follow(_: &mut OpenOptions) {}

/// What a file is known by.
#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "other systems have nothing of the kind")]
pub(super) fn file_id(metadata: &Metadata) -> Option<FileId> {
    use std::os::unix::fs::MetadataExt;
    Some(FileId { device: metadata.dev(), inode: metadata.ino() })
}

#[cfg(not(unix))]
pub(super) fn file_id(_: &Metadata) -> Option<FileId> {
    None
}

/// The volume a folder is on, where the system tells and a file in it is told the same.
#[cfg(unix)]
pub(super) fn device(folder: &Path) -> Option<u64> {
    use std::os::unix::fs::MetadataExt;
    let metadata = std::fs::metadata(folder).ok()?;
    (!is_overlay(folder)).then(|| metadata.dev())
}

/// Whether a folder lies on a file system of layers, where files have the numbers of their layer and
/// folders do not.
#[cfg(any(target_os = "linux", target_os = "android"))]
fn is_overlay(folder: &Path) -> bool {
    /// The mark of overlayfs.
    const OVERLAY: i64 = 0x794c_7630;
    rustix::fs::statfs(folder).is_ok_and(|stat| stat.f_type == OVERLAY)
}

#[cfg(all(unix, not(any(target_os = "linux", target_os = "android"))))]
fn is_overlay(_: &Path) -> bool {
    false
}

#[cfg(not(unix))]
pub(super) fn device(_: &Path) -> Option<u64> {
    None
}

/// Whether the file stands under one name only.
#[cfg(unix)]
pub(super) fn has_one_link(metadata: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    metadata.nlink() == 1
}

#[cfg(not(unix))]
pub(super) fn has_one_link(_: &Metadata) -> bool {
    true
}

/// Whether the file belongs to the user this program runs for.
#[cfg(unix)]
pub(super) fn is_ours(metadata: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    metadata.uid() == rustix::process::geteuid().as_raw()
}

#[cfg(not(unix))]
pub(super) fn is_ours(_: &Metadata) -> bool {
    true
}

/// Reserves space for `len` bytes: real blocks where the file system can, so that a full disk shows
/// now. Never `posix_fallocate`, which writes. True where that was done, or where what is written far
/// ahead costs nothing: then something may be written past the end without filling what is before it.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(super) fn reserve(file: &PartFile, len: u64) -> io::Result<bool> {
    use rustix::io::Errno;
    let before = file.metadata()?.len();
    let reserved = file.over.carry_out(Deed::Reserve(len), || allocate(&file.file, len));
    let Err(error) = reserved else { return Ok(true) };
    // File systems without it (vfat, NFS): the file simply grows.
    if let Some(Errno::OPNOTSUPP | Errno::NOSYS | Errno::INVAL) = Errno::from_io_error(&error) {
        return Ok(false);
    }
    // What it took so far goes back; the error that is told is the first one.
    let _ = file.set_len(before);
    Err(error)
}

#[cfg(any(target_os = "linux", target_os = "android"))]
fn allocate(file: &File, len: u64) -> io::Result<()> {
    use rustix::fs::{FallocateFlags, fallocate, fstatfs};
    use rustix::io::{Errno, retry_on_intr};
    /// The mark of a file system in memory: reserving there means zeroing every page now.
    const TMPFS: i64 = 0x0102_1994;
    let stat = fstatfs(file)?;
    if len == 0 {
        return Ok(());
    }
    // Asked before: a reservation that fails half way has taken all there was.
    let free = stat.f_bavail.saturating_mul(u64::try_from(stat.f_bsize).unwrap_or(1));
    if free.saturating_add(allocated(&file.metadata()?)) < len {
        return Err(Errno::NOSPC.into());
    }
    if stat.f_type == TMPFS {
        return Ok(());
    }
    Ok(retry_on_intr(|| fallocate(file, FallocateFlags::empty(), 0, len))?)
}

/// Bytes on disk that a file takes already.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(super) fn allocated(metadata: &Metadata) -> u64 {
    use std::os::unix::fs::MetadataExt;
    metadata.blocks().saturating_mul(512)
}

/// Bytes on disk that a file takes already, as far as it can be told.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub(super) fn allocated(metadata: &Metadata) -> u64 {
    metadata.len()
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub(super) fn reserve(_: &PartFile, _: u64) -> io::Result<bool> {
    Ok(false)
}

/// Whether this user may make and rename files in a folder, as far as the system tells beforehand.
#[cfg(unix)]
pub(super) fn may_write(folder: &Path) -> io::Result<()> {
    use rustix::fs::{Access, access};
    Ok(access(folder, Access::WRITE_OK | Access::EXEC_OK)?)
}

#[cfg(not(unix))]
pub(super) fn may_write(_: &Path) -> io::Result<()> {
    Ok(())
}

/// Renames; what stands at `to` stays, and the answer is `AlreadyExists`.
pub(super) fn rename_new(from: &Path, to: &Path) -> io::Result<()> {
    Over::path(from).carry_out(Deed::Rename, || rename(from, to))
}

#[cfg(any(target_os = "linux", target_os = "android", target_vendor = "apple"))]
fn rename(from: &Path, to: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    use rustix::io::{Errno, retry_on_intr};
    match retry_on_intr(|| renameat_with(CWD, from, CWD, to, RenameFlags::NOREPLACE)) {
        Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => link_then_unlink(from, to),
        other => other.map_err(io::Error::from),
    }
}

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple")))]
fn rename(from: &Path, to: &Path) -> io::Result<()> {
    link_then_unlink(from, to)
}

/// A hard link is made only where nothing stands; where links are unknown, a placeholder is.
fn link_then_unlink(from: &Path, to: &Path) -> io::Result<()> {
    match std::fs::hard_link(from, to) {
        Ok(()) => std::fs::remove_file(from),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(error),
        Err(_) => {
            create(to)?;
            std::fs::rename(from, to)
        }
    }
}

/// Makes a folder's entries durable.
pub(super) fn sync_folder(path: &Path) -> io::Result<()> {
    Over::path(path).carry_out(Deed::SyncFolder, || sync_entries(path))
}

#[cfg(unix)]
fn sync_entries(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

#[cfg(not(unix))]
fn sync_entries(_: &Path) -> io::Result<()> {
    Ok(())
}

/// Writes all of `parts`, one after the other, beginning at `at`.
pub(super) fn write_all_at(file: &PartFile, parts: &[bytes::Bytes], at: u64) -> io::Result<()> {
    let end = at + parts.iter().map(|part| part.len() as u64).sum::<u64>();
    file.over.carry_out(Deed::Write(at, end), || write_parts(&file.file, parts, at))
}

#[cfg(unix)]
fn write_parts(file: &File, parts: &[bytes::Bytes], at: u64) -> io::Result<()> {
    use std::io::IoSlice;
    /// Parts in one call; Linux takes 1024.
    const MAX_PARTS: usize = 256;
    let mut at = at;
    for group in parts.chunks(MAX_PARTS) {
        let mut slices: Vec<IoSlice<'_>> = group.iter().map(|p| IoSlice::new(p)).collect();
        let mut rest = &mut slices[..];
        while !rest.is_empty() {
            match rustix::io::pwritev(file, rest, at) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(n) => {
                    at += n as u64;
                    IoSlice::advance_slices(&mut rest, n);
                }
                Err(rustix::io::Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }
    Ok(())
}

#[cfg(not(unix))]
fn write_parts(mut file: &File, parts: &[bytes::Bytes], at: u64) -> io::Result<()> {
    use std::io::{Seek, SeekFrom, Write};
    file.seek(SeekFrom::Start(at))?;
    parts.iter().try_for_each(|part| file.write_all(part))
}

/// Reads exactly `buffer` from `at`.
pub(super) fn read_exact_at(file: &PartFile, buffer: &mut [u8], at: u64) -> io::Result<()> {
    let deed = Deed::Read(at, at + buffer.len() as u64);
    file.over.carry_out(deed, || read_whole(&file.file, buffer, at))
}

#[cfg(unix)]
fn read_whole(file: &File, buffer: &mut [u8], at: u64) -> io::Result<()> {
    use std::os::unix::fs::FileExt;
    file.read_exact_at(buffer, at)
}

#[cfg(not(unix))]
fn read_whole(mut file: &File, buffer: &mut [u8], at: u64) -> io::Result<()> {
    use std::io::{Read, Seek, SeekFrom};
    file.seek(SeekFrom::Start(at))?;
    file.read_exact(buffer)
}

/// Bytes free for us on the volume of `path`.
#[cfg(unix)]
pub(super) fn free_bytes(path: &Path) -> Option<u64> {
    let stat = rustix::fs::statvfs(path).ok()?;
    Some(stat.f_bavail.saturating_mul(stat.f_frsize))
}

#[cfg(not(unix))]
pub(super) fn free_bytes(_: &Path) -> Option<u64> {
    None
}
