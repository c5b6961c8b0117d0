//! What a person sees while a job runs, and how long each stage took.
//!
//! Comes in: the names of stages and how far they are. Goes out: a bar on standard error when that is a terminal and
//! nothing otherwise, and the seconds of each stage for the manifest. Not here: results; they go to standard output
//! once, at the end.

use std::io::IsTerminal as _;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

/// The stages of one job. Cheap to clone; all clones report to the same place.
#[derive(Clone)]
pub(crate) struct Progress {
    bars: MultiProgress,
    finished: Arc<Mutex<Vec<(String, Duration)>>>,
}

/// One stage, which ends when this is dropped. May be shared between threads.
pub(crate) struct Stage {
    bar: ProgressBar,
    name: String,
    began: Instant,
    finished: Arc<Mutex<Vec<(String, Duration)>>>,
}

impl Progress {
    /// Bars on standard error when it is a terminal, silence otherwise.
    pub(crate) fn on_terminal() -> Self {
        let shown = std::io::stderr().is_terminal();
        Self::drawn_to(if shown { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() })
    }

    /// No bars, only times: for `--json`, for tests, and for whoever asked for quiet.
    pub(crate) fn silent() -> Self {
        Self::drawn_to(ProgressDrawTarget::hidden())
    }

    fn drawn_to(target: ProgressDrawTarget) -> Self {
        Self { bars: MultiProgress::with_draw_target(target), finished: Arc::default() }
    }

    /// Begins a stage of so many steps, or of unknown length.
    pub(crate) fn stage(&self, name: &str, steps: Option<u64>) -> Stage {
        let (bar, template) = match steps {
            Some(steps) => (ProgressBar::new(steps), "{msg:24} {bar:32} {human_pos}/{human_len} {eta}"),
            None => (ProgressBar::new_spinner(), "{msg:24} {spinner} {elapsed}"),
        };
        let bar = self.bars.add(bar);
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.set_message(name.to_owned());
        if steps.is_none() && !self.bars.is_hidden() {
            bar.enable_steady_tick(Duration::from_millis(120));
        }
        Stage { bar, name: name.to_owned(), began: Instant::now(), finished: Arc::clone(&self.finished) }
    }

    /// The stages that have ended, in that order, with their seconds. A name that came twice is summed.
    /// The same for a summary in JSON.
    pub(crate) fn as_json(&self) -> serde_json::Value {
        serde_json::json!(self.timings_s().into_iter().collect::<std::collections::BTreeMap<_, _>>())
    }

    pub(crate) fn timings_s(&self) -> Vec<(String, f64)> {
        let finished = self.finished.lock().unwrap_or_else(PoisonError::into_inner);
        let mut sums: Vec<(String, f64)> = Vec::new();
        for (name, time) in finished.iter() {
            match sums.iter_mut().find(|(known, _)| known == name) {
                Some((_, sum)) => *sum += time.as_secs_f64(),
                None => sums.push((name.clone(), time.as_secs_f64())),
            }
        }
        sums
    }
}

impl Stage {
    /// So many steps more are done.
    pub(crate) fn advance(&self, steps: u64) {
        self.bar.inc(steps);
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
        let finished = (std::mem::take(&mut self.name), self.began.elapsed());
        self.finished.lock().unwrap_or_else(PoisonError::into_inner).push(finished);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stages_are_timed_in_the_order_they_end_and_summed_by_name() {
        let progress = Progress::silent();
        {
            let reach = progress.stage("reach", Some(2));
            reach.advance(2);
            drop(progress.stage("tables", None));
        }
        drop(progress.stage("tables", None));
        let timings = progress.timings_s();
        let names: Vec<&str> = timings.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["tables", "reach"]);
        assert!(timings.iter().all(|(_, seconds)| *seconds >= 0.0));
    }
}
