//! What a node says to walkers under each policy of gates: [`NodeAnswers`], and the nodes where it matters: [`Gate`].
//!
//! Comes in: rules, and the tags of a node. Goes out: one answer for each policy, so that a file is decoded once for all of
//! them. Not here: the rules themselves (`rules`), and what lies behind a gate (`ends_only`).

use super::rules::{Answer, GatePolicy, WalkRules};
use super::tags::Tags;
use crate::ids::OsmNodeId;
use crate::position::Position;

/// Whether walkers may pass a node, for each [`GatePolicy`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NodeAnswers([Answer; 3]);

impl NodeAnswers {
    /// Everybody passes, whatever is taken for granted of gates.
    pub const YES: Self = Self([Answer::Yes; 3]);

    /// What the rules say of a node.
    pub(super) fn of(rules: &WalkRules, tags: &Tags<'_>) -> Self {
        if tags.is_empty() { Self::YES } else { Self(GatePolicy::ALL.map(|policy| rules.node_under(tags, policy))) }
    }

    /// The answer under one policy.
    pub fn under(self, policy: GatePolicy) -> Answer {
        self.0[policy as usize]
    }

    /// Whether the node is closed to those who only pass, and would not be if gates stood open.
    pub fn only_open_lets_pass(self) -> bool {
        self.under(GatePolicy::Mapped) != Answer::Yes && self.under(GatePolicy::Open) == Answer::Yes
    }
}

/// A node on a walkable way that does not let everybody pass under every policy: a gate, a locked door, a wall.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Gate {
    /// The node.
    pub node: OsmNodeId,
    /// Where it is.
    pub at: Position,
    /// Who may pass it, by policy.
    pub answers: NodeAnswers,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::osm::tags::drawn::with_tags;

    #[test]
    fn answers_are_those_of_the_rules_with_each_policy() {
        for words in ["barrier=gate", "barrier=gate access=private", "barrier=gate locked=yes", "barrier=wall", "a=b"] {
            let rules = WalkRules::worldwide();
            let answers = with_tags(words, |tags| NodeAnswers::of(&rules, tags));
            for policy in GatePolicy::ALL {
                let alone = with_tags(words, |tags| rules.clone().with_gates(policy).node(tags));
                assert_eq!(answers.under(policy), alone, "{words} {policy:?}");
            }
        }
        let locked = with_tags("barrier=gate locked=yes", |tags| NodeAnswers::of(&WalkRules::worldwide(), tags));
        assert!(locked.only_open_lets_pass() && !NodeAnswers::YES.only_open_lets_pass());
    }
}
