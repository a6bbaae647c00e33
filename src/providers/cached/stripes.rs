//! Where the cached set lies: several copies, so that threads that read at once do not meet, and a copy
//! that somebody holds is passed over.
//!
//! No reader waits, ever. That also holds in a forked child, where a lock that another thread of the
//! parent held stays locked: that copy is passed over for good.

use std::cell::Cell;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{RwLock, TryLockError};

use super::rules::Entry;
use crate::credential::Credentials;

const COPIES: usize = 8;
/// Readers hold a copy for nanoseconds, unless the system stops them while they do.
const TRIES: u32 = 256;

/// Copies of one entry. Who writes must be alone (the gate sees to it).
#[derive(Debug, Default)]
pub(super) struct Stripes {
    copies: [Copy; COPIES],
    /// Copies older than this do not count: they were held when the newer ones were written.
    generation: AtomicU64,
}

/// Two cache lines, as processors fetch two at once.
#[derive(Debug, Default)]
#[repr(align(128))]
struct Copy(RwLock<Option<Slot>>);

#[derive(Debug)]
struct Slot {
    generation: u64,
    quiet_until: i64,
    entry: Entry,
}

impl Stripes {
    /// The cached set, if it can be served at `now` without another thought.
    pub(super) fn quiet(&self, now: i64) -> Option<Credentials> {
        self.read(|slot| (now < slot.quiet_until).then(|| slot.entry.credentials.clone())).flatten()
    }

    pub(super) fn latest(&self) -> Option<Entry> {
        self.read(|slot| slot.entry.clone())
    }

    /// `None` if nothing has been published (or all copies are held, which needs a fork to last).
    fn read<T>(&self, look: impl Fn(&Slot) -> T) -> Option<T> {
        let generation = self.generation.load(Ordering::Acquire);
        let look_at = |copy: &Copy| {
            let slot = match copy.0.try_read() {
                Ok(slot) => slot,
                Err(TryLockError::Poisoned(slot)) => slot.into_inner(),
                Err(TryLockError::WouldBlock) => return None,
            };
            slot.as_ref().filter(|slot| slot.generation >= generation).map(&look)
        };
        let own = self.copies.get(own_copy()).and_then(look_at);
        own.or_else(|| self.copies.iter().find_map(look_at))
    }

    /// Replaces the entry. `false` if no copy could be written.
    pub(super) fn publish(&self, entry: &Entry) -> bool {
        let generation = self.generation.load(Ordering::Relaxed) + 1;
        let mut written = false;
        for copy in &self.copies {
            let credentials = entry.credentials.unshared();
            let slot = Slot { generation, quiet_until: entry.quiet_until(), entry: Entry { credentials, ..*entry } };
            written |= copy.replace(slot);
        }
        if written {
            self.generation.store(generation, Ordering::Release);
        }
        written
    }
}

impl Copy {
    fn replace(&self, slot: Slot) -> bool {
        for turn in 0..TRIES {
            let mut place = match self.0.try_write() {
                Ok(place) => place,
                Err(TryLockError::Poisoned(place)) => place.into_inner(),
                Err(TryLockError::WouldBlock) if turn < TRIES / 2 => {
                    std::hint::spin_loop();
                    continue;
                }
                Err(TryLockError::WouldBlock) => {
                    std::thread::yield_now();
                    continue;
                }
            };
            let old = place.replace(slot);
            drop(place);
            // The old set is wiped after the lock is gone.
            drop(old);
            return true;
        }
        false
    }
}

/// Threads take the copies in turn.
fn own_copy() -> usize {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    thread_local!(static OWN: Cell<usize> = const { Cell::new(usize::MAX) });
    let own = OWN.try_with(|own| {
        if own.get() == usize::MAX {
            own.set(NEXT.fetch_add(1, Ordering::Relaxed) % COPIES);
        }
        own.get()
    });
    own.unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::providers::cached::rules::Stability;

    fn entry(id: &str) -> Entry {
        Entry::new(&Credentials::new(id, "s"), 0, 0, Stability::ServeStale, None).unwrap()
    }

    fn found(stripes: &Stripes) -> Option<String> {
        stripes.quiet(0).map(|c| c.access_key_id().to_owned())
    }

    #[test]
    fn what_was_published_is_found() {
        let stripes = Stripes::default();
        assert_eq!(found(&stripes), None);
        assert!(stripes.publish(&entry("A")));
        assert_eq!(found(&stripes).as_deref(), Some("A"));
        assert!(stripes.publish(&Entry { due: true, ..entry("B") }));
        assert_eq!(found(&stripes), None);
        assert_eq!(stripes.latest().unwrap().credentials.access_key_id(), "B");
    }

    /// As after a fork: copies are held and will never be let go.
    #[test]
    fn held_copies_are_passed_over_and_old_ones_do_not_count() {
        let stripes = Stripes::default();
        stripes.publish(&entry("A"));
        let own = own_copy();
        let written = stripes.copies[own].0.write().unwrap();
        assert_eq!(found(&stripes).as_deref(), Some("A"), "another copy serves");
        drop(written);
        let read = stripes.copies[own].0.read().unwrap();
        let lost = stripes.copies[(own + 1) % COPIES].0.write().unwrap();
        assert!(stripes.publish(&entry("B")));
        assert_eq!(found(&stripes).as_deref(), Some("B"), "the own copy is old");
        drop((read, lost));
        assert_eq!(found(&stripes).as_deref(), Some("B"));
        assert!(stripes.publish(&entry("C")));
        assert!(stripes.copies.iter().all(|c| c.0.read().unwrap().as_ref().unwrap().generation == 3));
    }
}
