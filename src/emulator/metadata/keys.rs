//! The keys of a machine: one set at a time for each role, renewed ahead of its end.

use std::collections::HashMap;

use crate::emulator::state::{Issued, Principal, State};

/// Seconds before its end when a set is replaced; half the lifetime if that is less.
const AHEAD: i64 = 300;
/// Seconds a set is good for unless a test says otherwise.
const LIFETIME: u32 = 21_600;
/// Seconds since the end of a set that is first asked for in an outage.
const STALE: i64 = 60;

/// A set of keys, with the time it was issued at.
#[derive(Clone)]
pub(super) struct Set {
    pub(super) issued: Issued,
    pub(super) issued_at: i64,
}

/// The present set of each role.
pub(super) struct Keys {
    lifetime: u32,
    /// Whether nothing new can be had.
    pub(super) outage: bool,
    sets: HashMap<String, Set>,
}

impl Default for Keys {
    fn default() -> Self {
        Keys { lifetime: LIFETIME, outage: false, sets: HashMap::new() }
    }
}

impl Keys {
    /// The set handed out for a role at this time. `of` finds these keys in the state, which issues
    /// what is missing.
    pub(super) fn present(
        state: &mut State,
        of: fn(&mut State) -> &mut Keys,
        role: &str,
        principal: impl FnOnce() -> Principal,
        now: i64,
    ) -> Set {
        let keys = of(state);
        let ahead = AHEAD.min(i64::from(keys.lifetime) / 2);
        let good = |set: &&Set| keys.outage || set.issued.expiration.saturating_sub(now) > ahead;
        if let Some(set) = keys.sets.get(role).filter(good) {
            return set.clone();
        }
        let lifetime = if keys.outage { -STALE } else { keys.lifetime.into() };
        let set = Set { issued: state.issue(principal(), "metadata", now, lifetime), issued_at: now };
        of(state).sets.insert(role.to_owned(), set.clone());
        set
    }

    pub(super) fn set_lifetime(&mut self, seconds: u32) {
        self.lifetime = seconds;
        self.forget();
    }

    /// The next answer for each role holds a new set.
    pub(super) fn forget(&mut self) {
        self.sets.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_stays_until_shortly_before_its_end() {
        // Lifetime, seconds that pass, whether the set is still the first one.
        for (lifetime, passed, same) in [
            (21_600, 21_299, true),
            (21_600, 21_300, false),
            (60, 29, true),
            (60, 30, false),
            (1, 0, true),
            (1, 1, false),
            (0, 0, false),
        ] {
            let mut state = State::default();
            state.instance.keys.set_lifetime(lifetime);
            let mut present = |now| {
                let principal = || Principal::role_session("123456789012", "r", "s");
                Keys::present(&mut state, |state| &mut state.instance.keys, "r", principal, now).issued
            };
            let first = present(100);
            assert_eq!(first.expiration, 100 + i64::from(lifetime));
            let second = present(100 + passed);
            assert_eq!(second.access_key_id == first.access_key_id, same, "{lifetime} {passed}");
        }
    }

    #[test]
    fn an_outage_gives_the_same_set_for_ever() {
        for asked_before in [true, false] {
            let mut state = State::default();
            let present = |state: &mut State, now| {
                let principal = || Principal::role_session("123456789012", "r", "s");
                Keys::present(state, |state| &mut state.instance.keys, "r", principal, now).issued
            };
            if asked_before {
                present(&mut state, 0);
            }
            state.instance.keys.outage = true;
            let first = present(&mut state, 1_000_000);
            assert!(first.expiration < 1_000_000);
            assert_eq!(present(&mut state, 2_000_000).access_key_id, first.access_key_id);
            state.instance.keys.outage = false;
            assert!(present(&mut state, 2_000_000).expiration > 2_000_000);
        }
    }
}
