//! Numbers as people read them.

/// A number without decimals, in groups of three digits.
pub(crate) fn whole(number: f64) -> String {
    let digits = format!("{:.0}", number.abs());
    let mut text = String::new();
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if number <= -0.5 { format!("-{text}") } else { text }
}

/// A share as a percentage with one decimal. Nearly all is not all: only a share of 1 is `100 %`, and only one of 0 is `0 %`.
pub(crate) fn percent(share: f64) -> String {
    match share {
        s if s <= 0.0 => "0 %".to_owned(),
        s if s >= 1.0 => "100 %".to_owned(),
        s => format!("{:.1} %", (s * 100.0).clamp(0.1, 99.9)),
    }
}

/// A size in bytes, kB, MB or GB.
pub(crate) fn bytes(size: u64) -> String {
    match size {
        0..1_000 => format!("{size} bytes"),
        1_000..1_000_000 => format!("{:.0} kB", size as f64 / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} MB", size as f64 / 1e6),
        _ => format!("{:.2} GB", size as f64 / 1e9),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_grouped() {
        assert_eq!([0.0, 999.4, 999.5, 1_234_567.0, -1_000.0].map(whole), ["0", "999", "1,000", "1,234,567", "-1,000"]);
    }

    #[test]
    fn nearly_all_is_not_all() {
        assert_eq!([0.0, 1e-9, 0.4125, 0.999_99, 1.0].map(percent), ["0 %", "0.1 %", "41.2 %", "99.9 %", "100 %"]);
    }

    #[test]
    fn sizes_have_units() {
        assert_eq!([12, 3_400, 5_600_000, 7_890_000_000].map(bytes), ["12 bytes", "3 kB", "5.6 MB", "7.89 GB"]);
    }
}
