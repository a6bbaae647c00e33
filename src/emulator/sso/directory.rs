//! The accounts and roles of the directory, and the role sessions they lead to.

use super::USER;
use crate::emulator::Emulator;
use crate::emulator::encode::hex;
use crate::emulator::state::{Principal, derive};

/// The accounts the directory starts with, before made-up ones.
const FIRST_ACCOUNTS: [&str; 3] = [Emulator::ACCOUNT_ID, "210987654321", "111122223333"];
const DEFAULT_ROLES: [&str; 2] = ["ReadOnly", "Admin"];

/// An account, with the roles assigned to the user.
#[derive(Clone, Debug)]
pub(super) struct Account {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) email: String,
    pub(super) roles: Vec<String>,
}

/// The accounts of the user.
pub(super) struct Directory {
    accounts: Vec<Account>,
    is_default: bool,
}

impl Default for Directory {
    fn default() -> Self {
        Directory { is_default: true, ..Directory::of(FIRST_ACCOUNTS.len()) }
    }
}

impl Directory {
    /// This many accounts, always the same, with two roles each.
    pub(super) fn of(count: usize) -> Self {
        let account = |index: usize| {
            let made_up = || format!("{:012}", 300_000_000_000 + index);
            let number = index + 1;
            Account {
                id: FIRST_ACCOUNTS.get(index).map_or_else(made_up, |id| (*id).to_owned()),
                name: format!("Account {number}"),
                email: format!("account-{number}@example.com"),
                roles: DEFAULT_ROLES.map(str::to_owned).to_vec(),
            }
        };
        Directory { accounts: (0..count).map(account).collect(), is_default: false }
    }

    /// Adds an account, or replaces the one of the same id; the default ones go.
    pub(super) fn add(&mut self, account: Account) {
        if self.is_default {
            *self = Directory::of(0);
        }
        self.accounts.retain(|known| known.id != account.id);
        self.accounts.push(account);
    }

    pub(super) fn accounts(&self) -> &[Account] {
        &self.accounts
    }

    pub(super) fn find(&self, id: &str) -> Option<&Account> {
        self.accounts.iter().find(|account| account.id == id)
    }
}

/// The session of the user in a role of an account.
pub(super) fn principal(account: &str, role: &str) -> Principal {
    let name = format!("AWSReservedSSO_{role}_{}", hex(&derive(&format!("{account} {role}"), 8)));
    Principal::role_session(account, &name, USER)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_directory_is_always_the_same() {
        let accounts = Directory::of(250).accounts;
        assert_eq!(accounts[0].id, Emulator::ACCOUNT_ID);
        assert_eq!(accounts[3].id, "300000000003");
        assert!(accounts.iter().all(|account| account.id.len() == 12 && account.roles == DEFAULT_ROLES));
        assert_eq!(principal("1", "Admin"), principal("1", "Admin"));
        assert_ne!(principal("1", "Admin").arn, principal("2", "Admin").arn);
    }

    #[test]
    fn accounts_of_ones_own_take_the_place_of_the_default_ones() {
        let own = |id: &str, name: &str| Account {
            id: id.to_owned(),
            name: name.to_owned(),
            email: String::new(),
            roles: Vec::new(),
        };
        let mut directory = Directory::default();
        assert_eq!(directory.accounts().len(), 3);
        directory.add(own("1", "a"));
        directory.add(own("2", "b"));
        directory.add(own("1", "c"));
        assert_eq!(directory.accounts().len(), 2);
        assert_eq!(directory.find("1").unwrap().name, "c");
        let mut more = Directory::of(2);
        more.add(own("1", "a"));
        assert_eq!(more.accounts().len(), 3);
    }
}
