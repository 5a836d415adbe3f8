//! Files that are either the old one or the new one after a power cut, never half of each.
//! It must not know what is in them.

use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, Write},
    os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, fchown},
    path::Path,
};

use rustix::process::geteuid;

/// Replaces a file's contents at once and durably; only its owner can read it.
pub fn replace(path: &Path, contents: &[u8]) -> io::Result<()> {
    let temporary = path.with_extension("tmp");
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(&temporary)?;
    of_its_folder(&file, path.parent().unwrap_or(path))?;
    file.write_all(contents)?;
    file.sync_all()?;
    fs::rename(&temporary, path)?;
    sync_parent(path)
}

/// Renames a file or directory durably.
pub fn rename(from: &Path, to: &Path) -> io::Result<()> {
    fs::rename(from, to)?;
    sync_parent(from)?;
    sync_parent(to)
}

/// Makes the names in a file's directory durable.
pub fn sync_parent(path: &Path) -> io::Result<()> {
    match path.parent() {
        // A relative name without a directory lies in the present one.
        Some(parent) if parent.as_os_str().is_empty() => sync_dir(Path::new(".")),
        Some(parent) => sync_dir(parent),
        None => Ok(()),
    }
}

/// Makes the names in a directory durable.
pub fn sync_dir(dir: &Path) -> io::Result<()> {
    File::open(dir)?.sync_all()
}

/// Creates a directory (and its parents) that only its owner can enter.
pub fn create_dir(dir: &Path) -> io::Result<()> {
    if !dir.is_dir() {
        DirBuilder::new().recursive(true).mode(0o700).create(dir)?;
        of_its_folder(&File::open(dir)?, dir.parent().unwrap_or(dir))?;
    }
    sync_parent(dir)
}

/// Gives what root made to whom its folder belongs: a service with a user of its own must be able to
/// read what was enrolled for it by hand.
pub fn of_its_folder(file: &File, folder: &Path) -> io::Result<()> {
    if !geteuid().is_root() {
        return Ok(());
    }
    let owner = fs::metadata(if folder.as_os_str().is_empty() {
        Path::new(".")
    } else {
        folder
    })?;
    if owner.uid() == 0 {
        return Ok(());
    }
    fchown(file, Some(owner.uid()), Some(owner.gid()))
}

/// A file's contents; `None` if there is none.
pub fn read(path: &Path) -> io::Result<Option<Vec<u8>>> {
    match fs::read(path) {
        Ok(contents) => Ok(Some(contents)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// What a person should know of a write that failed.
pub fn explained(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::ReadOnlyFilesystem => format!(
            "the file system is read-only ({error}): mount it for writing, or give another place with --state-dir"
        ),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            format!("the disk is full ({error}): make room")
        }
        io::ErrorKind::PermissionDenied => {
            format!("not allowed ({error}): run this as the user of the service")
        }
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_without_a_directory_lies_in_the_present_one() {
        sync_parent(Path::new("Cargo.toml")).unwrap();
        sync_parent(Path::new("/")).unwrap();
    }

    #[test]
    fn what_a_disk_refuses_is_said_plainly() {
        let said = |errno: i32| explained(&io::Error::from_raw_os_error(errno));
        assert!(said(28).contains("the disk is full"));
        assert!(said(30).contains("read-only"));
        assert!(said(13).contains("user of the service"));
    }

    #[test]
    fn what_root_writes_belongs_to_whom_the_folder_belongs_to() {
        let dir = tempfile::tempdir().unwrap();
        let own = fs::metadata(dir.path()).unwrap();
        // Another user can be given things by root alone.
        let owner = if own.uid() == 0 { 65_534 } else { own.uid() };
        std::os::unix::fs::chown(dir.path(), Some(owner), None).unwrap();
        replace(&dir.path().join("x.json"), b"x").unwrap();
        create_dir(&dir.path().join("spool")).unwrap();
        for name in ["x.json", "spool"] {
            let made = fs::metadata(dir.path().join(name)).unwrap();
            assert_eq!(made.uid(), owner, "{name}");
        }
    }

    #[test]
    fn a_file_is_replaced_whole() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("x.json");
        assert_eq!(read(&path).unwrap(), None);
        replace(&path, b"long contents").unwrap();
        replace(&path, b"short").unwrap();
        assert_eq!(read(&path).unwrap().unwrap(), b"short");
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
    }
}
