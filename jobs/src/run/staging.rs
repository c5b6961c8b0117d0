//! Output that appears whole or not at all.
//!
//! Comes in: where the user wants a folder or a file, and whether something there may be replaced. Goes out: a hidden
//! place beside it to write to, which is renamed when all is written and removed when something fails. Not here: what is
//! written. A process that is killed outright leaves its hidden place (`.NAME.…partial`) behind; it may be deleted.

use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail, ensure};
use tempfile::TempDir;

use super::manifest::{MANIFEST_FILE, Manifest, files_below};

/// Files that a desktop leaves in every folder it shows; they do not stand in the way of replacing it.
const OF_THE_DESKTOP: [&str; 3] = [".DS_Store", "Thumbs.db", "desktop.ini"];

/// A folder in the making.
#[derive(Debug)]
pub(crate) struct Staging {
    target: PathBuf,
    replaces: bool,
    place: TempDir,
}

impl Staging {
    /// Makes a hidden folder beside the target, on the same file system.
    ///
    /// A folder that is there already is replaced only with `overwrite`, and only when it is empty or holds nothing but
    /// what an earlier run wrote (its `manifest.json` lists it): a slip of the hand must not delete a home directory.
    ///
    /// # Errors
    /// When the target exists and may not be replaced, or nothing can be written beside it.
    pub(crate) fn new(target: &Path, overwrite: bool) -> Result<Self> {
        let target = resolved(target)?;
        let replaces = fs::symlink_metadata(&target).is_ok();
        if replaces {
            ensure!(overwrite, "{} exists; give --overwrite to replace it", target.display());
            may_be_replaced(&target)?;
        }
        let (parent, name) = parent_and_name(&target)?;
        // Parents that do not exist yet are made at the end, so that a failed run leaves none.
        let parent = parent.ancestors().find(|folder| folder.is_dir()).unwrap_or(parent);
        let mut hidden = tempfile::Builder::new();
        let prefix = format!(".{name}.");
        hidden.prefix(&prefix).suffix(".partial");
        #[cfg(unix)]
        hidden.permissions(as_the_umask_has_it(0o777));
        let place = hidden.tempdir_in(parent).with_context(|| {
            format!("nothing can be written into {}; choose another place for -o", parent.display())
        })?;
        Ok(Self { target, replaces, place })
    }

    /// The hidden folder.
    pub(crate) fn folder(&self) -> &Path {
        self.place.path()
    }

    /// Where to write a file of the folder.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.place.path().join(name)
    }

    /// Puts the folder in its place and returns that place.
    ///
    /// # Errors
    /// When something has appeared there meanwhile or the rename fails; what was there before is then there again.
    pub(crate) fn commit(self) -> Result<PathBuf> {
        let Self { target, replaces, place } = self;
        let (parent, name) = parent_and_name(&target)?;
        fs::create_dir_all(parent).with_context(|| format!("the folder {} cannot be made", parent.display()))?;
        let unmoved = || format!("the results cannot be moved to {}", target.display());
        if !replaces {
            ensure!(fs::symlink_metadata(&target).is_err(), "{} has appeared while this ran", target.display());
            fs::rename(place.path(), &target).with_context(unmoved)?;
            let _ = place.keep();
            return Ok(target);
        }
        let aside = tempfile::Builder::new().prefix(&format!(".{name}.")).suffix(".old").tempdir_in(parent);
        // Kept at once: should the second rename fail, this holds the only copy of the old results.
        let aside = aside.with_context(unmoved)?.keep();
        let old = aside.join("old");
        fs::rename(&target, &old).with_context(unmoved)?;
        if let Err(error) = fs::rename(place.path(), &target) {
            let restored = fs::rename(&old, &target).and_then(|()| fs::remove_dir(&aside));
            return Err(error).with_context(|| match restored {
                Ok(()) => unmoved(),
                Err(_) => format!("{}; what was there is now in {}", unmoved(), old.display()),
            });
        }
        let _ = place.keep();
        fs::remove_dir_all(&aside).with_context(|| {
            format!("the results are in {}, but the old ones in {} remain", target.display(), aside.display())
        })?;
        Ok(target)
    }
}

/// Writes one file through a hidden one beside it, which is renamed when `write` has succeeded.
///
/// A target that is no plain file, such as `/dev/stdout`, is written to as it is.
///
/// # Errors
/// When the target exists and `overwrite` is not given, when `write` fails, or the file cannot be put in its place.
pub(crate) fn write_file_atomically<T>(
    target: &Path,
    overwrite: bool,
    write: impl FnOnce(&mut BufWriter<File>) -> Result<T>,
) -> Result<T> {
    let there = fs::metadata(target).ok();
    if there.as_ref().is_some_and(|there| !there.is_file() && !there.is_dir()) {
        let unwritten = || format!("{} cannot be written", target.display());
        let mut out = BufWriter::new(File::options().write(true).open(target).with_context(unwritten)?);
        let written = write(&mut out)?;
        out.flush().with_context(unwritten)?;
        return Ok(written);
    }
    let target = resolved(target)?;
    let unwritten = || format!("{} cannot be written", target.display());
    ensure!(!there.as_ref().is_some_and(fs::Metadata::is_dir), "{} is a folder; name a file", target.display());
    ensure!(there.is_none() || overwrite, "{} exists; give --overwrite to replace it", target.display());

    let (parent, name) = parent_and_name(&target)?;
    let nearest = parent.ancestors().find(|folder| folder.is_dir()).unwrap_or(parent);
    let mut hidden = tempfile::Builder::new();
    let prefix = format!(".{name}.");
    hidden.prefix(&prefix).suffix(".partial");
    #[cfg(unix)]
    hidden.permissions(as_the_umask_has_it(0o666));
    // The path removes the hidden file when it is dropped on an error.
    let (file, path) = hidden.tempfile_in(nearest).with_context(unwritten)?.into_parts();
    let mut out = BufWriter::new(file);
    let written = write(&mut out)?;
    out.into_inner().map_err(std::io::IntoInnerError::into_error).with_context(unwritten)?;
    fs::create_dir_all(parent).with_context(|| format!("the folder {} cannot be made", parent.display()))?;
    if overwrite {
        path.persist(&target).with_context(unwritten)?;
    } else {
        path.persist_noclobber(&target).with_context(unwritten)?;
    }
    Ok(written)
}

/// The target with links followed, so that the folder a link points to is replaced and not the link.
fn resolved(target: &Path) -> Result<PathBuf> {
    ensure!(!target.as_os_str().is_empty(), "the name of the output is empty");
    if fs::symlink_metadata(target).is_ok() {
        return fs::canonicalize(target).with_context(|| format!("{} is a link to nothing", target.display()));
    }
    std::path::absolute(target).with_context(|| format!("{} is no path", target.display()))
}

fn parent_and_name(target: &Path) -> Result<(&Path, String)> {
    match (target.parent(), target.file_name()) {
        (Some(parent), Some(name)) => Ok((parent, name.to_string_lossy().into_owned())),
        _ => bail!("{} cannot be an output; name a folder or file below it", target.display()),
    }
}

/// Whether a folder holds nothing but what an earlier run wrote.
fn may_be_replaced(target: &Path) -> Result<()> {
    ensure!(target.is_dir(), "{} is a file; name a folder", target.display());
    let found = files_below(target)?;
    let foreign = |known: &dyn Fn(&str) -> bool| {
        found.iter().find(|file| {
            let name = file.rsplit('/').next().unwrap_or(file);
            !OF_THE_DESKTOP.contains(&name) && !known(file)
        })
    };
    if foreign(&|_| false).is_none() {
        return Ok(());
    }
    let refusal = || {
        format!("{} is not replaced, because it was not written by this tool; choose another folder", target.display())
    };
    ensure!(target.join(MANIFEST_FILE).is_file(), refusal());
    let manifest = Manifest::read_from(target).with_context(refusal)?;
    let written = |file: &str| file == MANIFEST_FILE || manifest.outputs.iter().any(|output| output.file == file);
    match foreign(&written) {
        None => Ok(()),
        Some(file) => bail!(
            "{} is not replaced, because {file} in it was not written by this tool; move that file away first",
            target.display()
        ),
    }
}

/// Temporary files are private to their user by default; results are as open as the user's umask lets files be.
#[cfg(unix)]
fn as_the_umask_has_it(mode: u32) -> fs::Permissions {
    use std::os::unix::fs::PermissionsExt as _;
    fs::Permissions::from_mode(mode)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    /// The names in a folder, hidden ones too, sorted.
    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(folder)
            .expect("readable")
            .map(|entry| entry.expect("readable").file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    /// An output folder as a run writes it, with one file.
    fn write_results(target: &Path, text: &str, overwrite: bool) -> Result<PathBuf> {
        let staging = Staging::new(target, overwrite)?;
        fs::write(staging.path("cells.csv"), text)?;
        let mut manifest = Manifest::new(None);
        manifest.add_outputs(staging.folder(), &BTreeMap::new())?;
        manifest.write_to(staging.folder())?;
        staging.commit()
    }

    #[test]
    fn a_folder_appears_whole_or_not_at_all() -> Result<()> {
        let place = tempfile::tempdir()?;
        let target = place.path().join("made").join("out");
        let staging = Staging::new(&target, false)?;
        fs::write(staging.path("cells.csv"), "x")?;
        assert!(!place.path().join("made").exists(), "parents are made at the end");
        drop(staging);
        assert!(names(place.path()).is_empty(), "a failed run leaves nothing");
        write_results(&target, "x", false)?;
        assert_eq!(names(place.path()), ["made"]);
        assert_eq!(names(&target), ["cells.csv", "manifest.json"]);
        Ok(())
    }

    #[test]
    fn results_are_replaced_only_when_asked() -> Result<()> {
        let place = tempfile::tempdir()?;
        let target = place.path().join("out");
        write_results(&target, "old", false)?;
        let refused = write_results(&target, "new", false).expect_err("exists");
        assert!(refused.to_string().ends_with("out exists; give --overwrite to replace it"), "{refused}");
        write_results(&target, "new", true)?;
        assert_eq!(fs::read_to_string(target.join("cells.csv"))?, "new");
        assert_eq!(names(place.path()), ["out"]);
        Ok(())
    }

    #[test]
    fn a_folder_of_other_things_is_never_replaced() -> Result<()> {
        let place = tempfile::tempdir()?;
        let home = place.path().join("home");
        fs::create_dir(&home)?;
        drop(Staging::new(&home, true)?);
        fs::write(home.join("thesis.docx"), "x")?;
        let refused = Staging::new(&home, true).expect_err("not ours");
        assert!(refused.to_string().contains("was not written by this tool"), "{refused}");

        let target = place.path().join("out");
        write_results(&target, "x", false)?;
        fs::write(target.join("notes.txt"), "mine")?;
        let refused = write_results(&target, "new", true).expect_err("notes inside");
        assert!(refused.to_string().contains("notes.txt"), "{refused}");
        assert_eq!(fs::read_to_string(target.join("notes.txt"))?, "mine");
        assert_eq!(names(place.path()), ["home", "out"]);
        Ok(())
    }

    #[cfg(unix)]
    #[test]
    fn results_are_as_open_as_other_new_files() -> Result<()> {
        use std::os::unix::fs::PermissionsExt as _;
        let place = tempfile::tempdir()?;
        let plain = place.path().join("plain");
        fs::create_dir(&plain)?;
        fs::write(plain.join("file"), "")?;
        let out = write_results(&place.path().join("out"), "", false)?;
        write_file_atomically(&out.join("one.csv"), false, |_| Ok(()))?;
        let mode = |path: &Path| fs::metadata(path).map(|meta| meta.permissions().mode());
        assert_eq!(mode(&out)?, mode(&plain)?);
        assert_eq!(mode(&out.join("one.csv"))?, mode(&plain.join("file"))?);
        Ok(())
    }

    #[test]
    fn a_file_appears_whole_or_not_at_all() -> Result<()> {
        let place = tempfile::tempdir()?;
        let target = place.path().join("matrix.csv");
        let failed: Result<()> = write_file_atomically(&target, false, |out| {
            out.write_all(b"half")?;
            bail!("the disk has gone")
        });
        assert!(failed.is_err());
        assert!(names(place.path()).is_empty());
        write_file_atomically(&target, false, |out| Ok(out.write_all(b"one")?))?;
        let refused = write_file_atomically(&target, false, |out| Ok(out.write_all(b"two")?)).expect_err("exists");
        assert!(refused.to_string().contains("--overwrite"), "{refused}");
        assert_eq!(fs::read_to_string(&target)?, "one");
        write_file_atomically(&target, true, |out| Ok(out.write_all(b"two")?))?;
        assert_eq!(fs::read_to_string(&target)?, "two");
        assert_eq!(names(place.path()), ["matrix.csv"]);
        Ok(())
    }
}
