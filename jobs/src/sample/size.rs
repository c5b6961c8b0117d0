//! How large a city is asked for.
//!
//! Comes in: a word or a number of OSM nodes. Goes out: how many districts that makes. Not here: anything about
//! districts.

use std::fmt;
use std::str::FromStr;

/// About how many OSM nodes a district has.
const NODES_PER_DISTRICT: u64 = 8_000;
/// The most nodes that may be asked for.
const MOST_NODES: u64 = 20_000_000;

/// A size of the made-up city.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CitySize {
    /// One district, about 8,000 nodes.
    Town,
    /// About 300,000 nodes.
    City,
    /// About 3 million nodes.
    Metropolis,
    /// About so many nodes, in whole districts.
    Nodes(u64),
}

impl CitySize {
    /// Districts from west to east and from south to north.
    pub(crate) fn districts(self) -> (usize, usize) {
        let nodes = match self {
            Self::Town => NODES_PER_DISTRICT,
            Self::City => 300_000,
            Self::Metropolis => 3_000_000,
            Self::Nodes(nodes) => nodes,
        };
        let districts = nodes as f64 / NODES_PER_DISTRICT as f64;
        let rows = districts.sqrt().round().max(1.0);
        ((districts / rows).round().max(1.0) as usize, rows as usize)
    }
}

impl FromStr for CitySize {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let nodes = match text {
            "town" => return Ok(Self::Town),
            "city" => return Ok(Self::City),
            "metropolis" => return Ok(Self::Metropolis),
            _ => text.replace('_', "").parse::<u64>().ok(),
        };
        match nodes {
            Some(nodes) if (1..=MOST_NODES).contains(&nodes) => Ok(Self::Nodes(nodes)),
            _ => Err(format!("expected town, city, metropolis, or a number of OSM nodes up to {MOST_NODES}")),
        }
    }
}

impl fmt::Display for CitySize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Town => f.write_str("town"),
            Self::City => f.write_str("city"),
            Self::Metropolis => f.write_str("metropolis"),
            Self::Nodes(nodes) => nodes.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::CitySize;

    #[test]
    fn words_and_numbers_are_sizes() {
        let districts = |text: &str| text.parse::<CitySize>().map(CitySize::districts);
        assert_eq!(districts("town"), Ok((1, 1)));
        assert_eq!(districts("1"), Ok((1, 1)));
        assert_eq!(districts("250_000"), Ok((5, 6)));
        assert!(districts("0").is_err());
        assert!(districts("village").is_err());
    }

    #[test]
    fn a_size_is_written_as_it_is_read() {
        for text in ["town", "city", "metropolis", "250000"] {
            assert_eq!(text.parse::<CitySize>().map(|size| size.to_string()), Ok(text.to_owned()));
        }
    }
}
