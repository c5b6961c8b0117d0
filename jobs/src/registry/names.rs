//! Names of outlets as they are compared: the same shop is written differently in every source.
//!
//! Comes in: a name, and the city if the row says it. Goes out: its core without width, case, city, brackets and the
//! words for a branch, and the branch by itself. Not here: brands, and distances.
//!
//! `（北京市）罗森便利店（中关村店）`, `罗森便利店(中关村店)` and `罗森 便利店 中关村店`, of a city called 北京, are the core
//! `罗森便利` and the branch `中关村` when brackets say so, and the core alone where nothing tells the two apart.

/// Words before 市 that make it a market and no city.
const NO_CITY: [char; 12] = ['超', '夜', '早', '菜', '集', '门', '花', '都', '街', '商', '上', '贸'];
/// What a name may end with that says nothing of the shop.
const ENDINGS: [&str; 9] = ["旗舰店", "专卖店", "直营店", "加盟店", "总店", "分店", "门店", "商店", "店"];
/// What the text in brackets ends with when it is a branch.
const BRANCH_ENDINGS: [&str; 6] = ["店", "号", "分部", "校区", "院区", "支行"];

/// A name in parts.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub(crate) struct PlainName {
    /// What it is called; empty where a name has no letter in it.
    pub core: String,
    /// Which branch it is; empty where the name does not say.
    pub branch: String,
}

/// A text in half width, in small letters, without blanks and marks but brackets.
pub(crate) fn plain(text: &str) -> String {
    let half = text.chars().map(half_width).flat_map(char::to_lowercase);
    half.filter(|c| c.is_alphanumeric() || matches!(*c, '(' | ')')).collect()
}

/// The half-width form of a character, by the compatibility blocks of Unicode; brackets of every kind as round ones.
fn half_width(c: char) -> char {
    match c {
        '\u{3000}' => ' ',
        '【' | '〔' | '［' | '〈' | '[' | '{' | '｛' => '(',
        '】' | '〕' | '］' | '〉' | ']' | '}' | '｝' => ')',
        // Full-width Latin letters, digits and signs stand in the order of ASCII.
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        _ => c,
    }
}

impl PlainName {
    /// Takes a name apart. `city` may be empty.
    pub(crate) fn of(name: &str, city: &str) -> Self {
        let name = plain(name);
        let city = plain(city);
        let (mut core, mut branch) = (String::with_capacity(name.len()), String::new());
        for (place, part) in name.split(['(', ')']).enumerate() {
            // Every other part stands in brackets, since they are all of one kind now.
            if place % 2 == 0 {
                core.push_str(part);
            } else if let Some(of) = BRANCH_ENDINGS.iter().find_map(|ending| part.strip_suffix(ending)) {
                branch.push_str(of.strip_suffix('分').unwrap_or(of));
            }
        }
        let bare = without_city(&core, &city);
        let core = ENDINGS.iter().find_map(|ending| bare.strip_suffix(ending)).filter(|rest| rest.chars().count() >= 2);
        Self { core: core.unwrap_or(bare).to_owned(), branch: without_city(&branch, &city).to_owned() }
    }
}

/// A plain text without the city that it begins with: the row's own, or three or four characters that end in 市.
fn without_city<'t>(text: &'t str, city: &str) -> &'t str {
    let long_enough = |rest: &&str| rest.chars().count() >= 2;
    if !city.is_empty() {
        let short = city.strip_suffix('市').unwrap_or(city);
        let rest = text.strip_prefix(short).map(|rest| rest.strip_prefix('市').unwrap_or(rest));
        if let Some(rest) = rest.filter(long_enough) {
            return rest;
        }
    }
    let mut before = None;
    for (count, (place, c)) in text.char_indices().enumerate().take(4) {
        if c == '市' && count >= 2 && before.is_some_and(|c| !NO_CITY.contains(&c)) {
            return Some(&text[place + c.len_utf8()..]).filter(long_enough).unwrap_or(text);
        }
        before = Some(c);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_shop_has_the_same_core() {
        let name = |name: &str, city: &str| {
            let PlainName { core, branch } = PlainName::of(name, city);
            [core, branch].join("|")
        };
        for (same, expected) in [
            ("罗森便利店（中关村店）", "罗森便利|中关村"),
            ("罗森 便利店(中关村店)", "罗森便利|中关村"),
            ("北京市罗森便利店【中关村分店】", "罗森便利|中关村"),
            ("北京罗森便利店(北京中关村店)", "罗森便利|中关村"),
            ("７－ＥＬＥＶＥＮ（五道口店）", "7eleven|五道口"),
            ("7-Eleven(五道口店)", "7eleven|五道口"),
            ("老张早点", "老张早点|"),
            ("老张早点店", "老张早点|"),
            ("老张早点（已装修）", "老张早点|"),
        ] {
            assert_eq!(name(same, "北京市"), expected, "{same}");
        }
        // 市 of a market is no city.
        for (kept, expected) in [
            ("华联超市五道口店", "华联超市五道口|"),
            ("夜市小吃", "夜市小吃|"),
            ("西宁市百货大楼", "百货大楼|"),
            ("京店", "京店|"),
            ("---", "|"),
        ] {
            assert_eq!(name(kept, ""), expected, "{kept}");
        }
    }
}
