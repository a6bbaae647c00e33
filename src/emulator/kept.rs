//! A map with an end: what the services remember by name.

use std::collections::{HashMap, VecDeque};

/// Entries kept; the oldest are forgotten first.
const CAPACITY: usize = 20_000;

/// A map that forgets its oldest entries.
pub(super) struct Kept<T> {
    pub(super) entries: HashMap<String, T>,
    /// Oldest first; of what was removed too.
    pub(super) order: VecDeque<String>,
}

impl<T> Default for Kept<T> {
    fn default() -> Self {
        Kept { entries: HashMap::new(), order: VecDeque::new() }
    }
}

impl<T> Kept<T> {
    pub(super) fn add(&mut self, key: &str, entry: T) {
        self.entries.insert(key.to_owned(), entry);
        self.order.push_back(key.to_owned());
        if self.order.len() > CAPACITY
            && let Some(oldest) = self.order.pop_front()
        {
            self.entries.remove(&oldest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_are_forgotten() {
        let mut kept = Kept::default();
        for number in 0..=CAPACITY {
            kept.add(&number.to_string(), ());
        }
        assert!(!kept.entries.contains_key("0") && kept.entries.contains_key("1"));
    }
}
