//! The encoding of text files, and the same text as UTF-8.
//!
//! Comes in: a file of any size, and its encoding where the user names it. Goes out: which encoding it has, and a UTF-8
//! copy in a temporary file where it has another. Memory is two pieces of the file. Not here: CSV.
//!
//! A byte order mark decides. Without one, text that is UTF-8 is UTF-8 (other encodings hardly ever are by chance), and
//! other text is tried as GB18030, which holds GBK and GB2312: what spreadsheets in China write as "CSV".

use std::fs::File;
use std::io::{BufWriter, Read as _, Write as _};
use std::path::Path;

use anyhow::{Context as _, Result, bail, ensure};
use encoding_rs::{DecoderResult, Encoding, GB18030, UTF_8};
use tempfile::NamedTempFile;

/// Bytes that are read at a time.
const PIECE: usize = 1 << 18;
/// The byte order mark of UTF-8.
pub(super) const UTF8_MARK: &[u8] = b"\xef\xbb\xbf";

/// The encoding that a user means by a name such as `gbk`, `GB18030` or `big5`.
///
/// # Errors
/// When there is no such encoding.
pub(crate) fn encoding_named(name: &str) -> Result<&'static Encoding> {
    let found = Encoding::for_label(name.trim().as_bytes());
    // GBK is a part of GB18030, and files named so often use the rest of it.
    let found = found.map(|encoding| if encoding.name() == "GBK" { GB18030 } else { encoding });
    found.with_context(|| {
        format!(
            "the encoding '{name}' is not known; expected utf-8, gb18030, gbk, big5, utf-16le or another of the web's"
        )
    })
}

/// A text as UTF-8.
pub(super) struct Utf8Text {
    /// What it was.
    pub encoding: &'static Encoding,
    /// Whether it begins with a byte order mark.
    pub marked: bool,
    /// The copy; none where the file is UTF-8 itself.
    pub copy: Option<NamedTempFile>,
}

/// Finds the encoding of a file, and copies it as UTF-8 where it has another. `said` is what the user said.
///
/// # Errors
/// When the file cannot be read, or its bytes are no text in that encoding or in any that is tried.
pub(super) fn as_utf8(path: &Path, said: Option<&'static Encoding>) -> Result<Utf8Text> {
    let mut first = Vec::new();
    let file = File::open(path).with_context(|| format!("{} cannot be read", path.display()))?;
    file.take(3).read_to_end(&mut first).with_context(|| format!("{} cannot be read", path.display()))?;
    let mark = Encoding::for_bom(&first).map(|(encoding, _)| encoding);
    if let (Some(said), Some(mark)) = (said, mark) {
        ensure!(
            said == mark,
            "{} begins with the mark of {}, but its encoding is said to be {}; leave the encoding out",
            path.display(),
            mark.name(),
            said.name()
        );
    }
    let marked = mark.is_some();
    match said.or(mark) {
        Some(encoding) if encoding == UTF_8 => {
            if let Some(line) = first_bad_line(path, UTF_8)? {
                bail!("{}, line {line}: this is not UTF-8 text; {}", path.display(), ADVICE);
            }
            Ok(Utf8Text { encoding: UTF_8, marked, copy: None })
        }
        Some(encoding) => {
            let copy = copied(path, encoding)?;
            let copy = copy.map_err(|line| {
                anyhow::anyhow!("{}, line {line}: this is not {} text; {ADVICE}", path.display(), encoding.name())
            })?;
            Ok(Utf8Text { encoding, marked, copy: Some(copy) })
        }
        None => guessed(path),
    }
}

/// What to do about a file whose encoding is not known.
const ADVICE: &str =
    "save it as 'CSV UTF-8' in the spreadsheet, or name its encoding with encoding = \"…\" or --encoding";

fn guessed(path: &Path) -> Result<Utf8Text> {
    let Some(not_utf8) = first_bad_line(path, UTF_8)? else {
        return Ok(Utf8Text { encoding: UTF_8, marked: false, copy: None });
    };
    match copied(path, GB18030)? {
        Ok(copy) => Ok(Utf8Text { encoding: GB18030, marked: false, copy: Some(copy) }),
        Err(not_gb) => {
            bail!("{} is neither UTF-8 text (line {not_utf8}) nor GB18030 (line {not_gb}); {ADVICE}", path.display())
        }
    }
}

/// The first line with bytes that are no text; none where all are.
fn first_bad_line(path: &Path, encoding: &'static Encoding) -> Result<Option<u64>> {
    Ok(decoded(path, encoding, |_| Ok(()))?.err())
}

/// A copy as UTF-8, or the first line with bytes that are no text.
fn copied(path: &Path, encoding: &'static Encoding) -> Result<Result<NamedTempFile, u64>> {
    let unwritten = "a temporary file cannot be written; is the disk full? TMPDIR says where it goes";
    let copy = NamedTempFile::new().context(unwritten)?;
    let mut out = BufWriter::new(copy.as_file());
    let read = decoded(path, encoding, |text| out.write_all(text.as_bytes()).context(unwritten))?;
    out.flush().context(unwritten)?;
    drop(out);
    Ok(read.map(|()| copy))
}

/// Hands the text of a file over piece by piece, without a byte order mark; or the line where it is no text.
fn decoded(
    path: &Path,
    encoding: &'static Encoding,
    mut each: impl FnMut(&str) -> Result<()>,
) -> Result<Result<(), u64>> {
    let mut file = File::open(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let mut decoder = encoding.new_decoder_with_bom_removal();
    let mut bytes = vec![0; PIECE];
    let mut text = String::with_capacity(2 * PIECE);
    let mut line = 1;
    loop {
        let read = file.read(&mut bytes).with_context(|| format!("{} cannot be read", path.display()))?;
        let mut rest = &bytes[..read];
        loop {
            let (result, used) = decoder.decode_to_string_without_replacement(rest, &mut text, read == 0);
            rest = &rest[used..];
            line += text.bytes().filter(|&byte| byte == b'\n').count() as u64;
            each(&text)?;
            text.clear();
            match result {
                DecoderResult::InputEmpty => break,
                DecoderResult::OutputFull => {}
                DecoderResult::Malformed(..) => return Ok(Err(line)),
            }
        }
        if read == 0 {
            return Ok(Ok(()));
        }
    }
}

/// The name of an encoding as reports have it.
pub(crate) fn told(encoding: &'static Encoding, marked: bool) -> String {
    let name = encoding.name().to_lowercase();
    if marked && encoding == UTF_8 { format!("{name} with a byte order mark") } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8], said: Option<&str>) -> Result<(String, String)> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("a.csv");
        std::fs::write(&path, bytes)?;
        let found = as_utf8(&path, said.map(encoding_named).transpose()?)?;
        let text = match &found.copy {
            Some(copy) => std::fs::read_to_string(copy.path())?,
            None => std::fs::read_to_string(&path)?,
        };
        Ok((told(found.encoding, found.marked), text))
    }

    #[test]
    fn encodings_are_found() -> Result<()> {
        let text = "名称,经度\n便利店㐂,116.4\n";
        let name = |bytes: &[u8]| read(bytes, None).map(|(name, _)| name);
        assert_eq!(name(text.as_bytes())?, "utf-8");
        assert_eq!(name(&[UTF8_MARK, text.as_bytes()].concat())?, "utf-8 with a byte order mark");
        // 㐂 has four bytes in GB18030 and none in GBK.
        let gb = GB18030.encode(text).0;
        assert_eq!(read(&gb, None)?, ("gb18030".to_owned(), text.to_owned()));
        assert_eq!(read(&gb, Some("GBK"))?.1, text);
        let utf16: Vec<u8> = [0xfeff].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        assert_eq!(read(&utf16, None)?, ("utf-16le".to_owned(), text.to_owned()));
        let big5 = encoding_rs::BIG5.encode("名稱\n便利商店\n").0;
        assert_eq!(read(&big5, Some("big5"))?.1, "名稱\n便利商店\n");
        Ok(())
    }

    #[test]
    fn text_longer_than_a_piece_is_whole() -> Result<()> {
        let mut text = String::new();
        text.extend((0..200_000).map(|row| format!("{row},便利店\n")));
        assert_eq!(read(&GB18030.encode(&text).0, None)?.1, text);
        Ok(())
    }

    #[test]
    fn what_is_no_text_says_where_and_what_to_do() {
        let refused = |bytes: &[u8], said| read(bytes, said).expect_err("refused").to_string();
        let told = refused(b"id,name\n1,caf\xe9\n", None);
        assert!(told.contains("neither UTF-8 text (line 2) nor GB18030 (line 2); save it as 'CSV UTF-8'"), "{told}");
        assert!(told.contains("--encoding"), "{told}");
        assert!(refused(b"a\n\xb1\xe3\n", Some("utf-8")).contains("line 2: this is not UTF-8 text"));
        assert!(refused(b"a\n\xff\n", Some("gbk")).contains("line 2: this is not gb18030 text"));
        assert!(refused(&[UTF8_MARK, b"a"].concat(), Some("gbk")).contains("leave the encoding out"));
        assert!(refused(b"a", Some("klingon")).contains("the encoding 'klingon' is not known"));
    }
}
