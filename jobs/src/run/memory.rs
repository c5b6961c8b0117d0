//! How much memory this process has held at most.
//!
//! Comes in: what the operating system tells. Goes out: bytes, or nothing where the system has no such number that can
//! be read without unsafe code. Not here: limits; nothing is stopped because of what is measured.

/// The largest resident size of this process so far, in bytes (Linux; `None` elsewhere).
pub(crate) fn peak_bytes() -> Option<u64> {
    peak_in(&std::fs::read_to_string("/proc/self/status").ok()?)
}

/// Reads the line `VmHWM:   123456 kB`.
fn peak_in(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kilobytes: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kilobytes * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_high_water_mark_is_read_in_bytes() {
        assert_eq!(peak_in("Name:\twalkshed\nVmHWM:\t    2048 kB\nVmRSS:\t 1 kB\n"), Some(2_097_152));
        assert_eq!(peak_in("Name:\twalkshed\n"), None);
    }
}
