//! The tool as a user meets it: called with words, judged by its exit code, by what it says and by what it leaves behind.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

/// Done.
pub(crate) const DONE: i32 = 0;
/// The work failed: an input is not what it should be.
pub(crate) const FAILED: i32 = 1;
/// The call was wrong: a flag, a setting, a name.
pub(crate) const WRONG_USE: i32 = 2;

/// A call of the tool in the making.
pub(crate) struct Call(Command);

/// What a call said.
pub(crate) struct Told {
    pub out: String,
    pub err: String,
}

/// A call of the tool with some words, which are separated by blanks as in a terminal.
pub(crate) fn walkshed(words: &str) -> Call {
    let mut command = Command::new(env!("CARGO_BIN_EXE_walkshed"));
    command.args(words.split_whitespace());
    Call(command)
}

impl Call {
    /// With a flag and its value.
    pub(crate) fn with(mut self, flag: &str, value: impl AsRef<OsStr>) -> Self {
        self.0.arg(flag).arg(value);
        self
    }

    /// With one more word or path.
    pub(crate) fn and(mut self, word: impl AsRef<OsStr>) -> Self {
        self.0.arg(word);
        self
    }

    /// With a variable in its environment.
    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.0.env(name, value);
        self
    }

    /// Runs to its end, which must be with this exit code.
    #[track_caller]
    pub(crate) fn ends(self, code: i32) -> Told {
        self.ends_one_of(&[code])
    }

    /// Runs to its end, which must be with one of these exit codes.
    #[track_caller]
    pub(crate) fn ends_one_of(mut self, codes: &[i32]) -> Told {
        let output = self.0.output().expect("the tool is built and can be started");
        let told = Told {
            out: String::from_utf8(output.stdout).expect("the tool writes UTF-8"),
            err: String::from_utf8(output.stderr).expect("the tool writes UTF-8"),
        };
        let shown = format!("{:?}\nstdout:\n{}\nstderr:\n{}", self.0, told.out, told.err);
        let code = output.status.code();
        assert!(code.is_some_and(|code| codes.contains(&code)), "{code:?}, expected {codes:?}: {shown}");
        assert!(!told.err.contains("panicked"), "{shown}");
        told
    }
}

impl Told {
    /// The error message, which must have all of these words in it and nothing on standard output beside it.
    #[track_caller]
    pub(crate) fn error_with(&self, words: &[&str]) {
        assert!(self.err.starts_with("error: "), "{}", self.err);
        for word in words {
            assert!(self.err.contains(word), "{word:?} is not in: {}", self.err);
        }
        assert!(self.out.is_empty(), "an error with something on standard output: {}", self.out);
    }

    /// Standard output as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error} in: {}", self.out))
    }
}

/// A place for one test: what it writes itself, and apart from it a folder for what the tool writes.
pub(crate) struct Desk(TempDir);

impl Desk {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder for a test");
        fs::create_dir(folder.path().join("results")).expect("a folder in it");
        Self(folder)
    }

    /// Writes an input.
    pub(crate) fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.path().join(name);
        fs::write(&path, content).expect("a file of a test");
        path
    }

    /// Where the tool is to write something.
    pub(crate) fn result(&self, name: &str) -> PathBuf {
        self.0.path().join("results").join(name)
    }

    /// The call, which is to write `out`, fails with this code and all of these words, and leaves nothing behind.
    #[track_caller]
    pub(crate) fn refuses(&self, call: Call, code: i32, words: &[&str]) -> Told {
        let told = call.with("-o", self.result("out")).ends(code);
        told.error_with(words);
        assert!(self.left().is_empty(), "left behind: {:?}", self.left());
        told
    }

    /// Everything that is there for results, hidden names too.
    pub(crate) fn left(&self) -> Vec<String> {
        names(&self.0.path().join("results"))
    }
}

/// The names in a folder, hidden ones too, sorted.
pub(crate) fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("a name").file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// A run of the sample town by its config.
pub(crate) fn town_run() -> Call {
    walkshed("run").and(town("walkshed.toml"))
}

/// A file of the sample town.
pub(crate) fn town(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../data-samples/town").join(name)
}

/// The text of a file of the sample town.
pub(crate) fn town_text(name: &str) -> String {
    fs::read_to_string(town(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}
