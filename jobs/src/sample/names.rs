//! What things are called: streets, compounds, communities, districts.
//!
//! Comes in: a seed, a kind of name and a number. Goes out: a two-character name, different for the first thousand
//! numbers of a kind. Not here: the endings (路, 小区, 社区 …), which belong to whoever names a thing.

/// First characters.
const FIRST: [char; 32] = [
    '永', '长', '文', '德', '仁', '瑞', '福', '景', '明', '光', '和', '安', '兴', '泰', '嘉', '清', '澄', '望', '翠',
    '丹', '金', '宝', '建', '新', '朝', '云', '天', '育', '学', '春', '锦', '凤',
];
/// Second characters.
const SECOND: [char; 32] = [
    '宁', '兴', '昌', '康', '祥', '华', '乐', '平', '庆', '顺', '阳', '泉', '桥', '江', '林', '园', '亭', '台', '秀',
    '义', '信', '善', '丰', '达', '盛', '源', '津', '霞', '湖', '溪', '岗', '苑',
];
/// What tells names apart once all pairs are used.
const FURTHER: [&str; 8] = ["", "东", "西", "南", "北", "中", "新", "上"];

/// What a name is for; names of different kinds may agree, as they do in life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Named {
    Road,
    Street,
    InnerStreet,
    Compound,
    Community,
    District,
    Lane,
    School,
}

/// The name number `number` of a kind.
pub(crate) fn name(seed: u64, kind: Named, number: usize) -> String {
    const PAIRS: usize = FIRST.len() * SECOND.len();
    // 619 has no factor in common with the number of pairs, so all of them come up before one returns, and neighbours
    // differ in both characters. The seed and the kind say where to begin.
    let begin = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40;
    let pair = (number * 619 + begin as usize + kind as usize * 131) % PAIRS;
    let (first, second) = (FIRST[pair / SECOND.len()], SECOND[pair % SECOND.len()]);
    let further = FURTHER[number / PAIRS % FURTHER.len()];
    // A character does not follow itself in a name.
    let second = if first == second { '庄' } else { second };
    format!("{first}{second}{further}")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Named, name};

    #[test]
    fn the_first_thousands_differ() {
        let names: BTreeSet<_> = (0..8_000).map(|number| name(15, Named::Community, number)).collect();
        assert_eq!(names.len(), 8_000);
    }
}
