//! Scratch that waits for the next one who needs it: [`Pool`].
//!
//! Comes in: a way to make scratch. Goes out: scratch lent for some work. Not here: threads. Whoever works on several cores
//! makes no more scratch than cores work at once, however finely the work is dealt out.

use std::sync::Mutex;

/// Scratch that is not in use.
#[derive(Debug)]
pub(crate) struct Pool<S> {
    waiting: Mutex<Vec<S>>,
}

impl<S> Default for Pool<S> {
    fn default() -> Self {
        Self { waiting: Mutex::new(Vec::new()) }
    }
}

impl<S> Pool<S> {
    /// Works with scratch that waits, or with new one.
    pub(crate) fn with<R>(&self, make: impl FnOnce() -> S, work: impl FnOnce(&mut S) -> R) -> R {
        let waiting = self.waiting.lock().ok().and_then(|mut waiting| waiting.pop());
        let mut scratch = waiting.unwrap_or_else(make);
        let result = work(&mut scratch);
        // Where another thread panicked the scratch is dropped; that panic is on its way to the caller.
        if let Ok(mut waiting) = self.waiting.lock() {
            waiting.push(scratch);
        }
        result
    }
}
