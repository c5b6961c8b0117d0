//! The standards that come with the tool, and those that a user wrote.
//!
//! Comes in: the id of a standard or the path of a file. Goes out: a [`Standard`] whose formats are all in the
//! vocabulary, and are named by it. Not here: the file's own rules (the engine's), and what comes of them.

use std::error::Error;
use std::fmt;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use walkshed::coverage::{Place, Standard};

use super::nearest::nearest;
use super::vocabulary::Vocabulary;
use crate::wrong_use::WrongUse;

/// The standards that come with the tool, by id, in the order in which they are listed: of the nation, of cities, and those
/// of which too little was found to run them.
const EMBEDDED: [(&str, &str); 21] = [
    ("six-ones", include_str!("../../standards/six-ones.toml")),
    ("national-2021", include_str!("../../standards/national-2021.toml")),
    ("national-2023", include_str!("../../standards/national-2023.toml")),
    ("xicheng-10min", include_str!("../../standards/xicheng-10min.toml")),
    ("mofcom-5-8-15", include_str!("../../standards/mofcom-5-8-15.toml")),
    ("overlay-circles", include_str!("../../standards/overlay-circles.toml")),
    ("xian", include_str!("../../standards/xian.toml")),
    ("wuxi", include_str!("../../standards/wuxi.toml")),
    ("ningbo", include_str!("../../standards/ningbo.toml")),
    ("qingdao-shinan-2009", include_str!("../../standards/qingdao-shinan-2009.toml")),
    ("tianjin-2018", include_str!("../../standards/tianjin-2018.toml")),
    ("beijing-2018-housing", include_str!("../../standards/beijing-2018-housing.toml")),
    ("guangzhou-population", include_str!("../../standards/guangzhou-population.toml")),
    ("shanghai", include_str!("../../standards/shanghai.toml")),
    ("gb50180-2018", include_str!("../../standards/gb50180-2018.toml")),
    ("tdt1062-2021", include_str!("../../standards/tdt1062-2021.toml")),
    ("shanxi-star", include_str!("../../standards/shanxi-star.toml")),
    ("suzhou", include_str!("../../standards/suzhou.toml")),
    ("kunming", include_str!("../../standards/kunming.toml")),
    ("chongqing-liangjiang", include_str!("../../standards/chongqing-liangjiang.toml")),
    ("yancheng-15-10-5", include_str!("../../standards/yancheng-15-10-5.toml")),
];

/// A standard with where it was read from.
#[derive(Debug, Clone)]
pub(crate) struct StandardFile {
    /// The standard, its formats named by the vocabulary.
    pub(crate) standard: Standard,
    /// The path of the file, or nothing for one that comes with the tool.
    pub(crate) path: Option<String>,
    /// The text of the file, to be hashed in a manifest.
    pub(crate) text: String,
}

/// An id that no standard has.
#[derive(Debug)]
pub(crate) struct UnknownStandard {
    id: String,
}

impl fmt::Display for UnknownStandard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "there is no standard \"{}\"", self.id)?;
        if let Some(meant) = nearest(&self.id, ids()) {
            write!(f, " (did you mean \"{meant}\"?)")?;
        }
        let known: Vec<&str> = ids().collect();
        write!(f, "; the standards are: {}; or give the path of a .toml file", known.join(", "))
    }
}

impl Error for UnknownStandard {}

/// The ids of the standards that come with the tool.
pub(crate) fn ids() -> impl Iterator<Item = &'static str> {
    EMBEDDED.iter().map(|(id, _)| *id)
}

/// A standard by the id of one that comes with the tool, or by the path of a file (anything with a slash in it or with
/// `.toml` at its end).
///
/// # Errors
///
/// [`UnknownStandard`] for an id that there is not. Otherwise where the file cannot be read, is no standard, or names
/// a format that the vocabulary does not have: the message names the file, the place or the requirement.
pub(crate) fn load(id_or_path: &str, vocabulary: &Vocabulary) -> Result<StandardFile> {
    if let Some((id, text)) = EMBEDDED.iter().find(|(id, _)| *id == id_or_path) {
        let standard = read(text, vocabulary).with_context(|| format!("standard {id}"))?;
        return Ok(StandardFile { standard, path: None, text: (*text).to_owned() });
    }
    let path = Path::new(id_or_path);
    let is_path = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("toml"))
        || id_or_path.contains(['/', '\\']);
    if !is_path {
        bail!(UnknownStandard { id: id_or_path.to_owned() });
    }
    let text = fs::read_to_string(path).with_context(|| format!("cannot read the standard in {id_or_path}"))?;
    let standard = read(&text, vocabulary).with_context(|| format!("standard {id_or_path}"))?;
    Ok(StandardFile { standard, path: Some(id_or_path.to_owned()), text })
}

/// Refuses a standard of which too little is known to judge a city by it.
///
/// # Errors
/// When its status says so; the message names what was not found.
pub(crate) fn that_can_be_run(standard: &Standard) -> Result<()> {
    if standard.status.can_be_run() {
        return Ok(());
    }
    let missing: Vec<&str> = standard.not_obtainable.iter().map(|entry| entry.what.as_str()).collect();
    Err(WrongUse::error(format!(
        "the standard {} is \"{}\": no city can be judged by it; not found: {}. Put what is missing into a file of your own \
         (walkshed standard show {} has the rest), or take another standard (walkshed standard list)",
        standard.id,
        standard.status.code(),
        if missing.is_empty() { "its lists".to_owned() } else { missing.join("; ") },
        standard.id,
    )))
}

/// Reads the text of a standard file; messages name the place.
pub(crate) fn read(text: &str, vocabulary: &Vocabulary) -> Result<Standard> {
    let mut standard = Standard::from_toml(text)?;
    let required =
        standard.requirements.iter().flat_map(|one| one.formats().map(move |format| ("requirement", &one.id, format)));
    let counted = standard
        .measures
        .iter()
        .flat_map(|one| one.formats.iter().flatten().map(move |format| ("measure", &one.id, format)));
    let listed = standard.sets.iter().flat_map(|one| one.served_by().flatten().map(move |format| (&one.id, format)));
    let listed: Vec<(&String, String)> = listed.collect();
    let listed = listed.iter().map(|(id, format)| ("set", *id, format));
    for (kind, id, format) in required.chain(counted).chain(listed) {
        // Ids only: a name would be found too, and then would not match the ids of the registry.
        let at = || place_of(text, format);
        let known = vocabulary.require(format).with_context(|| format!("{}{kind} \"{id}\"", at()))?;
        let named = &vocabulary.format(known).id;
        if named != format {
            bail!("{}{kind} \"{id}\": use the id \"{named}\" of the format \"{format}\"", at());
        }
    }
    for measure in &standard.measures {
        if let Some(class) = measure.classes.iter().find(|class| vocabulary.class_names(class).is_none()) {
            bail!("{}measure \"{}\": the vocabulary has no class \"{class}\"", place_of(text, class), measure.id);
        }
    }
    standard.name_formats(|id| {
        let format = vocabulary.format(vocabulary.find(id)?);
        Some((format.zh.as_str(), format.en.as_str()))
    });
    Ok(standard)
}

/// Where a text first stands in quotes outside comments, to begin a message with; nothing where it does not.
fn place_of(text: &str, quoted: &str) -> String {
    let quoted = format!("\"{quoted}\"");
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let found = line.find(&quoted).filter(|_| !line.trim_start().starts_with('#'));
        if let Some(column) = found {
            return format!("{}: ", Place::of(text, start + column));
        }
        start += line.len();
    }
    String::new()
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use walkshed::coverage::{Limit, Status};

    use super::*;

    fn vocabulary() -> Vocabulary {
        Vocabulary::embedded().expect("the vocabulary")
    }

    fn embedded(id: &str) -> Standard {
        load(id, &vocabulary()).unwrap_or_else(|error| panic!("{error:#}")).standard
    }

    #[test]
    fn what_is_open_or_left_out_is_said_in_chinese_too() {
        for id in ids() {
            let standard = embedded(id);
            let open = standard.ambiguities.iter().map(|entry| &entry.zh);
            let left_out = standard.not_computed.iter().map(|entry| &entry.zh);
            let not_found = standard.not_obtainable.iter().map(|entry| &entry.zh);
            for zh in open.chain(left_out).chain(not_found) {
                let zh = zh.as_ref().unwrap_or_else(|| panic!("{id} has something without Chinese words"));
                assert!(zh.chars().filter(char::is_ascii_alphabetic).count() < 4, "{id}: {zh}");
            }
            assert_eq!(standard.cannot_rate().is_some(), standard.cannot_rate_zh().is_some());
        }
    }

    #[test]
    fn every_value_of_ours_says_where_it_comes_from() {
        for id in ids() {
            let standard = embedded(id);
            assert_eq!(standard.id, id);
            // What is not known is said, and then nothing is asked of residences.
            assert!(standard.status.can_be_run() || standard.requirements.is_empty(), "{id}");
            assert!(standard.status.can_be_run() || !standard.not_obtainable.is_empty(), "{id}");
            assert!(standard.edition.is_some() && standard.date.is_some(), "{id}");
            assert!(!standard.sources.is_empty(), "{id}");
            for tier in &standard.tiers {
                assert!(!tier.sources.is_empty() || tier.choice.is_some(), "{id}: tier {}", tier.id);
            }
            for requirement in &standard.requirements {
                assert!(!requirement.sources.is_empty(), "{id}: {}", requirement.id);
                // A mapping to several formats is the project's reading, unless the document's words name them.
                let said = requirement.choice.is_some() || requirement.text.is_some();
                assert!(requirement.formats().count() == 1 || said, "{id}: {}", requirement.id);
                assert!(!requirement.zh.is_ascii() && requirement.zh != requirement.en, "{id}: {}", requirement.id);
            }
            for (of, sources) in standard
                .measures
                .iter()
                .map(|one| (&one.id, &one.sources))
                .chain(standard.rules.iter().map(|one| (&one.id, &one.sources)))
                .chain(standard.ratings.iter().map(|one| (&one.id, &one.sources)))
                .chain(standard.circles.iter().map(|one| (&one.id, &one.sources)))
            {
                assert!(!sources.is_empty(), "{id}: {of}");
            }
            for source in &standard.sources {
                let used = |ids: &[String]| ids.contains(&source.id);
                let of_rules = standard.requirements.iter().any(|requirement| used(&requirement.sources));
                let of_notes = standard.ambiguities.iter().any(|entry| used(&entry.sources))
                    || standard.not_computed.iter().any(|entry| used(&entry.sources))
                    || standard.not_obtainable.iter().any(|entry| used(&entry.sources))
                    || standard.tiers.iter().any(|tier| used(&tier.sources))
                    || standard.sets.iter().any(|set| used(&set.sources))
                    || standard.rules.iter().any(|rule| used(&rule.sources));
                assert!(of_rules || of_notes, "{id}: source {} is used nowhere", source.id);
            }
        }
    }

    #[test]
    fn what_ours_ask_for() {
        let six = embedded("six-ones");
        let ids: Vec<&str> = six.requirements.iter().map(|requirement| requirement.id.as_str()).collect();
        assert_eq!(ids, ["dian", "zao", "cai", "xiu", "lao", "xiao"]);
        assert_eq!((six.minutes(), six.status), (vec![15], Status::Sourced));

        let national = embedded("national-2021");
        let size = |class: &str| national.requirements.iter().filter(|requirement| requirement.class == class).count();
        assert_eq!((size("basic"), size("quality"), national.status), (14, 12, Status::Partial));
        assert!(national.sets.iter().all(|set| set.open_ended), "both lists end with 等");
        assert_eq!(national.requirements[0].zh, "便利店", "named by the vocabulary");

        let xicheng = embedded("xicheng-10min");
        assert_eq!((xicheng.requirements.len(), xicheng.minutes()), (8, vec![10]));
        assert_eq!(xicheng.requirements[0].zh, "蔬菜零售", "named by the city");
        assert_eq!(xicheng.requirements[1].any_of, ["convenience_store", "general_supermarket"]);

        let mofcom = embedded("mofcom-5-8-15");
        let of = |minutes| mofcom.requirements.iter().filter(|one| one.limit == Limit::Minutes(minutes)).count();
        assert_eq!((mofcom.minutes(), of(5), of(8), of(15)), (vec![5, 8, 15], 1, 5, 4));
        assert_eq!(mofcom.classes(), ["t5", "t8", "t15"], "so that each tier has its own rate");
    }

    #[test]
    fn an_unknown_id_lists_the_known_ones() {
        let error = load("six-one", &vocabulary()).expect_err("no such standard");
        assert!(error.downcast_ref::<UnknownStandard>().is_some());
        assert_eq!(
            error.to_string(),
            format!(
                "there is no standard \"six-one\" (did you mean \"six-ones\"?); the standards are: {}; or give the path of \
                 a .toml file",
                ids().collect::<Vec<_>>().join(", ")
            )
        );
        let error = load("paris", &vocabulary()).expect_err("no such standard").to_string();
        assert!(error.starts_with("there is no standard \"paris\"; the standards are"), "{error}");
    }

    #[test]
    fn a_file_of_the_user_s() {
        let mut file = tempfile::Builder::new().suffix(".toml").tempfile().expect("a file");
        let path = file.path().to_str().expect("a path").to_owned();
        let text = EMBEDDED[0].1.replace("\"childcare\"", "\"child_care\"");
        file.write_all(text.as_bytes()).expect("written");
        let message = format!("{:#}", load(&path, &vocabulary()).expect_err("a format that is not there"));
        let begins = format!("standard {path}: line ");
        let fault = ", column 11: requirement \"xiao\": there is no format \"child_care\"";
        assert!(
            message.starts_with(&begins) && message.contains(fault) && message.contains("did you mean \"childcare\"?"),
            "{message}"
        );

        fs::write(&path, EMBEDDED[0].1.replace("\"childcare\"", "\"幼儿托管点\"")).expect("written");
        let message = format!("{:#}", load(&path, &vocabulary()).expect_err("a name in the place of an id"));
        assert!(message.contains("use the id \"childcare\""), "{message}");

        fs::write(&path, EMBEDDED[0].1).expect("written");
        let loaded = load(&path, &vocabulary()).expect("the same standard from a file");
        assert_eq!((loaded.path.as_deref(), loaded.standard), (Some(path.as_str()), embedded("six-ones")));

        let missing = load("/no/such/standard.toml", &vocabulary()).expect_err("no such file");
        assert!(format!("{missing:#}").contains("cannot read the standard in /no/such/standard.toml"));
    }
}
