//! Rules over OSM tags, such as `amenity=marketplace&name!~.*夜市.*`, and the index that finds those that fit.
//!
//! Comes in: the text of rules and a way to look up a feature's tags. Goes out: whether a rule fits, and for a feature
//! the numbers of the rules that do. Not here: formats (see `vocabulary`), and where tags come from.
//!
//! A value of OSM may be a list: `shop=convenience;newsagent` is a convenience store and a newsagent. Every condition
//! looks at the items of the list one by one.

use anyhow::{Context, Result, bail, ensure};
use regex::Regex;
use rustc_hash::FxHashMap;

/// Looks up the value of a tag of one feature.
pub(crate) type TagLookup<'f, 't> = &'f dyn Fn(&str) -> Option<&'t str>;

/// Conditions on tags that must all hold.
#[derive(Debug, Clone)]
pub(crate) struct TagRule {
    conditions: Vec<Condition>,
}

#[derive(Debug, Clone)]
struct Condition {
    key: String,
    test: Test,
}

#[derive(Debug, Clone)]
enum Test {
    /// `k=v`: some item is the value.
    Is(String),
    /// `k!=v`: no item is the value, or the key is absent.
    IsNot(String),
    /// `k~re`: some item as a whole matches.
    Matches(Regex),
    /// `k!~re`: no item does, or the key is absent.
    MatchesNot(Regex),
    /// `k<n`: some item is a number below.
    Below(f64),
}

/// Makes a test from what stands behind its operator.
type MakeTest = fn(&str) -> Result<Test>;

impl Test {
    /// Whether a feature without the key fails it.
    const fn needs_the_key(&self) -> bool {
        matches!(self, Self::Is(_) | Self::Matches(_) | Self::Below(_))
    }

    fn holds(&self, value: Option<&str>) -> bool {
        let some_item = |fits: &dyn Fn(&str) -> bool| value.is_some_and(|value| items(value).any(fits));
        match self {
            Self::Is(wanted) => some_item(&|item| item == wanted),
            Self::IsNot(unwanted) => !some_item(&|item| item == unwanted),
            Self::Matches(pattern) => some_item(&|item| pattern.is_match(item)),
            Self::MatchesNot(pattern) => !some_item(&|item| pattern.is_match(item)),
            Self::Below(limit) => some_item(&|item| item.parse::<f64>().is_ok_and(|number| number < *limit)),
        }
    }
}

impl TagRule {
    /// Reads a rule: conditions `k=v`, `k!=v`, `k~re`, `k!~re`, `k<n`, joined by `&` (which no value may contain).
    ///
    /// # Errors
    ///
    /// Where a condition has no key, no operator or no value, a pattern or number cannot be read, or no condition
    /// needs a key to be there (such a rule would fit almost every feature).
    pub(crate) fn parse(text: &str) -> Result<Self> {
        let conditions = text.split('&').map(Condition::parse).collect::<Result<Vec<_>>>();
        let conditions = conditions.with_context(|| format!("OSM rule \"{text}\""))?;
        ensure!(
            conditions.iter().any(|condition| condition.test.needs_the_key()),
            "OSM rule \"{text}\": only says what a feature is not; add what it is, such as shop=convenience"
        );
        Ok(Self { conditions })
    }

    /// Whether a feature with these tags fits.
    pub(crate) fn fits(&self, tag: TagLookup<'_, '_>) -> bool {
        self.conditions.iter().all(|condition| condition.test.holds(tag(&condition.key)))
    }

    /// The key and value of the first `k=v`, without which it cannot fit.
    fn anchor(&self) -> Option<(&str, &str)> {
        self.conditions.iter().find_map(|condition| match &condition.test {
            Test::Is(value) => Some((condition.key.as_str(), value.as_str())),
            _ => None,
        })
    }
}

impl Condition {
    fn parse(text: &str) -> Result<Self> {
        let text = text.trim();
        let operator_at = text.find(['=', '~', '<', '!']);
        let Some(operator_at) = operator_at else {
            bail!("\"{text}\" has no operator; expected k=v, k!=v, k~re, k!~re or k<n");
        };
        let (key, rest) = text.split_at(operator_at);
        let key = key.trim();
        ensure!(
            !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | ':' | '-' | '.')),
            "\"{text}\" has no key before the operator"
        );
        let operators: [(&str, MakeTest); 5] = [
            ("!=", |value| Ok(Test::IsNot(value.to_owned()))),
            ("!~", |pattern| whole(pattern).map(Test::MatchesNot)),
            ("=", |value| Ok(Test::Is(value.to_owned()))),
            ("~", |pattern| whole(pattern).map(Test::Matches)),
            ("<", |number| Ok(Test::Below(number.parse().with_context(|| format!("\"{number}\" is not a number"))?))),
        ];
        let operation = operators.iter().find_map(|(sign, make)| Some((rest.strip_prefix(sign)?.trim(), make)));
        let Some((value, make)) = operation else {
            bail!("\"{text}\" has no operator; expected k=v, k!=v, k~re, k!~re or k<n");
        };
        ensure!(!value.is_empty(), "\"{text}\" has no value");
        Ok(Self { key: key.to_owned(), test: make(value)? })
    }
}

/// A pattern that must match an item from its beginning to its end.
fn whole(pattern: &str) -> Result<Regex> {
    Regex::new(&format!("^(?:{pattern})$")).with_context(|| format!("\"{pattern}\" is no regular expression"))
}

/// The items of a value: `convenience; newsagent` has two.
fn items(value: &str) -> impl Iterator<Item = &str> {
    value.split(';').map(str::trim).filter(|item| !item.is_empty())
}

/// Many rules, found by the tags of a feature without trying each of them.
///
/// A feature has one or two of the dozen keys that rules begin with, and few rules share a value: a country's features
/// meet two or three rules each instead of two hundred.
#[derive(Debug, Clone, Default)]
pub(crate) struct RuleIndex {
    rules: Vec<TagRule>,
    /// For each key, in the order of the rules: the rules by the value that they ask for.
    by_key: Vec<(String, FxHashMap<String, Vec<usize>>)>,
    /// Rules without any `k=v`: always tried.
    others: Vec<usize>,
}

impl RuleIndex {
    pub(crate) fn new(rules: Vec<TagRule>) -> Self {
        let mut index = Self::default();
        for (number, rule) in rules.iter().enumerate() {
            let Some((key, value)) = rule.anchor() else {
                index.others.push(number);
                continue;
            };
            let at = index.by_key.iter().position(|(known, _)| known == key).unwrap_or_else(|| {
                index.by_key.push((key.to_owned(), FxHashMap::default()));
                index.by_key.len() - 1
            });
            index.by_key[at].1.entry(value.to_owned()).or_default().push(number);
        }
        index.rules = rules;
        index
    }

    /// The numbers of the rules that fit, each once, from small to large.
    pub(crate) fn fitting(&self, tag: TagLookup<'_, '_>) -> Vec<usize> {
        let mut fitting: Vec<usize> = self.candidates(tag).filter(|&number| self.rules[number].fits(tag)).collect();
        fitting.sort_unstable();
        fitting.dedup();
        fitting
    }

    /// Whether any rule fits.
    pub(crate) fn any_fits(&self, tag: TagLookup<'_, '_>) -> bool {
        self.candidates(tag).any(|number| self.rules[number].fits(tag))
    }

    fn candidates<'s, 't: 's>(&'s self, tag: TagLookup<'s, 't>) -> impl Iterator<Item = usize> {
        let anchored = self.by_key.iter().flat_map(move |(key, by_value)| {
            let values = tag(key).into_iter().flat_map(items);
            values.filter_map(|value| by_value.get(value)).flatten().copied()
        });
        anchored.chain(self.others.iter().copied())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Tags = [(&'static str, &'static str)];

    fn fits(rule: &str, tags: &Tags) -> bool {
        let rule = TagRule::parse(rule).expect("a rule");
        rule.fits(&|key| lookup(tags, key))
    }

    fn lookup(tags: &Tags, key: &str) -> Option<&'static str> {
        tags.iter().find(|(known, _)| *known == key).map(|(_, value)| *value)
    }

    #[test]
    fn each_operator() {
        let table: [(&str, &Tags, bool); 22] = [
            ("shop=convenience", &[("shop", "convenience")], true),
            ("shop=convenience", &[("shop", "supermarket")], false),
            ("shop=convenience", &[("disused:shop", "convenience")], false),
            // A list, with or without a space; a part of an item is not the item.
            ("shop=newsagent", &[("shop", "convenience;newsagent")], true),
            ("shop=newsagent", &[("shop", "convenience; newsagent")], true),
            ("shop=news", &[("shop", "convenience;newsagent")], false),
            // Conditions must all hold; spaces around them do no harm.
            ("amenity=fast_food & cuisine=breakfast", &[("amenity", "fast_food"), ("cuisine", "breakfast")], true),
            ("amenity=fast_food&cuisine=breakfast", &[("amenity", "fast_food")], false),
            // A pattern matches an item whole.
            ("isced:level~[23]", &[("isced:level", "1;2")], true),
            ("isced:level~[23]", &[("isced:level", "23")], false),
            ("name~.*小学.*", &[("name", "清华附属小学")], true),
            ("cuisine~baozi|congee", &[("cuisine", "congee")], true),
            ("cuisine~baozi|congee", &[("cuisine", "congee_bar")], false),
            // What is not there: a key that is absent is no other value.
            ("shop=kiosk&automated!=yes", &[("shop", "kiosk")], true),
            ("shop=kiosk&automated!=yes", &[("shop", "kiosk"), ("automated", "no")], true),
            ("shop=kiosk&automated!=yes", &[("shop", "kiosk"), ("automated", "yes")], false),
            ("amenity=marketplace&name!~.*夜市.*", &[("amenity", "marketplace"), ("name", "东华门夜市")], false),
            ("amenity=marketplace&name!~.*夜市.*", &[("amenity", "marketplace")], true),
            // Numbers; what is no number is not below.
            ("amenity=kindergarten&min_age<3", &[("amenity", "kindergarten"), ("min_age", "0.5")], true),
            ("amenity=kindergarten&min_age<3", &[("amenity", "kindergarten"), ("min_age", "3")], false),
            ("amenity=kindergarten&min_age<3", &[("amenity", "kindergarten"), ("min_age", "18 months")], false),
            ("amenity=kindergarten&min_age<3", &[("amenity", "kindergarten")], false),
        ];
        for (rule, tags, expected) in table {
            assert_eq!(fits(rule, tags), expected, "{rule} on {tags:?}");
        }
    }

    #[test]
    fn rules_that_cannot_be_read_say_why() {
        let table = [
            ("", "has no operator"),
            ("shop", "has no operator"),
            ("=convenience", "has no key"),
            ("shop and more=x", "has no key"),
            ("shop=", "has no value"),
            ("shop!convenience", "has no operator"),
            ("shop=a&", "has no operator"),
            ("name~(", "no regular expression"),
            ("min_age<three", "\"three\" is not a number"),
            ("access!=private", "only says what a feature is not"),
        ];
        for (rule, words) in table {
            let message = format!("{:#}", TagRule::parse(rule).expect_err("a broken rule"));
            assert!(message.contains(words) && message.contains(&format!("OSM rule \"{rule}\"")), "{message}");
        }
    }

    #[test]
    fn the_index_finds_what_trying_each_rule_finds() {
        let rules = [
            "shop=convenience",
            "shop=newsagent&automated!=yes",
            "amenity=restaurant",
            "amenity=restaurant&cuisine=breakfast",
            "cuisine~b.*",
            "cuisine=breakfast&amenity=cafe",
        ];
        let rules: Vec<TagRule> = rules.iter().map(|rule| TagRule::parse(rule).expect("a rule")).collect();
        let index = RuleIndex::new(rules.clone());
        let values = [None, Some("convenience"), Some("newsagent;convenience"), Some("bakery")];
        for shop in values {
            for amenity in [None, Some("restaurant"), Some("cafe;restaurant")] {
                for cuisine in [None, Some("breakfast"), Some("burger;breakfast")] {
                    for automated in [None, Some("yes")] {
                        let tag = |key: &str| match key {
                            "shop" => shop,
                            "amenity" => amenity,
                            "cuisine" => cuisine,
                            "automated" => automated,
                            _ => None,
                        };
                        let each = rules.iter().enumerate().filter(|(_, rule)| rule.fits(&tag));
                        let each: Vec<usize> = each.map(|(number, _)| number).collect();
                        assert_eq!(index.fitting(&tag), each);
                        assert_eq!(index.any_fits(&tag), !each.is_empty());
                    }
                }
            }
        }
    }
}
