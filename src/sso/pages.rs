//! Pages and items of the list operations as iterators, with boto3's PaginationConfig: page size, maximum
//! items, and a starting token that resumes exactly where the maximum cut.

use std::ops::Range;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde::Deserialize;
use serde_json::Value;

use super::{
    AccountInfo, Client, ListAccountRoles, ListAccountRolesOutput, ListAccounts, ListAccountsOutput, RoleInfo, Sso,
};
use crate::client::by_name::{TurnPages, not_paged};
use crate::client::operation::{Described, Paged, find};
use crate::client::shape::Shape;
use crate::client::value::Members;
use crate::client::{JsonPages, Operation, Paging, Response};
use crate::error::{Error, Result};

/// A list operation: where its token, its page size and its items are.
///
/// Implemented by [`ListAccounts`] and [`ListAccountRoles`], not by users.
///
/// ```
/// use stskit::sso::{Client, Paginated};
/// fn all<O: Paginated>(sso: &Client, input: O) -> stskit::Result<Vec<O::Item>> {
///     sso.pages(input).page_size(100).items().collect()
/// }
/// ```
pub trait Paginated: Operation<Service = Sso> + Clone {
    /// What a page lists.
    type Item: Clone;

    #[doc(hidden)]
    fn page(&self) -> Option<&str>;
    #[doc(hidden)]
    fn set_page(&mut self, token: Option<String>);
    #[doc(hidden)]
    fn set_page_size(&mut self, size: i32);
    #[doc(hidden)]
    fn next_token(output: &Self::Output) -> Option<&str>;
    #[doc(hidden)]
    fn items(output: &mut Self::Output) -> &mut Vec<Self::Item>;
}

/// Declares the list operations, each in one row: where the input says which page and how many items, where the
/// output says what comes next and lists its items.
macro_rules! paginated {
    ($($input:ident { $token:ident, $limit:ident } => $output:ident { $next:ident, $list:ident: $item:ident };)*) => {
        /// The same rows for those who look for an operation by its name.
        pub(super) const PAGED: &[Paged] = &[$(Paged {
            operation: $input::NAME,
            input_token: stringify!($token),
            limit: stringify!($limit),
            output_token: stringify!($next),
            result: stringify!($list),
        }),*];

        $(impl Paginated for $input {
            type Item = $item;

            fn page(&self) -> Option<&str> {
                self.$token.as_deref()
            }

            fn set_page(&mut self, token: Option<String>) {
                self.$token = token;
            }

            fn set_page_size(&mut self, size: i32) {
                self.$limit = Some(size);
            }

            fn next_token(output: &$output) -> Option<&str> {
                output.$next.as_deref()
            }

            fn items(output: &mut $output) -> &mut Vec<$item> {
                output.$list.get_or_insert_default()
            }
        })*
    };
}

paginated! {
    ListAccountRoles { next_token, max_results } => ListAccountRolesOutput { next_token, role_list: RoleInfo };
    ListAccounts { next_token, max_results } => ListAccountsOutput { next_token, account_list: AccountInfo };
}

/// What a starting token holds: the service's token of a page, and how many of its items were taken
/// already. Written as boto3 writes it, so that a token of either resumes in the other.
#[derive(Deserialize)]
struct Position {
    #[serde(rename = "nextToken")]
    next_token: Option<String>,
    #[serde(rename = "boto_truncate_amount", default)]
    taken: usize,
}

impl Position {
    fn to_token(&self) -> String {
        // Byte for byte boto3's, which has a space after each colon and comma.
        let next = Value::from(self.next_token.as_deref());
        let taken =
            if self.taken == 0 { String::new() } else { format!(r#", "boto_truncate_amount": {}"#, self.taken) };
        BASE64_STANDARD.encode(format!(r#"{{"nextToken": {next}{taken}}}"#))
    }

    fn from_token(token: &str) -> Result<Self> {
        let json = BASE64_STANDARD.decode(token.trim()).ok();
        json.and_then(|json| serde_json::from_slice(&json).ok())
            .ok_or_else(|| Error::input("the starting token is not one that a paginator gave out"))
    }
}

/// The pages of a list operation: an iterator that makes one call per page.
///
/// It ends after the last page, after `max_items`, or after the first error. A service that answers the
/// same token twice is an error, not an endless loop.
///
/// ```
/// use stskit::emulator::Emulator;
/// use stskit::sso::{Client, ListAccounts};
/// # use stskit::{Settings, endpoint::EndpointService};
/// # let emulator = Emulator::builder().sso_accounts(5).start()?;
/// # let settings = Settings::builder().endpoint_url(EndpointService::Sso, emulator.url()).resolve_with(&stskit::host::Scripted::at(0))?;
/// # let sso = Client::in_region(&settings, "us-east-1")?;
/// # let token = emulator.sso().issue_token().access_token;
/// let mut pages = sso.pages(ListAccounts::new(token)).page_size(2).max_items(3);
/// let mut found = 0;
/// for page in &mut pages {
///     found += page?.account_list.unwrap_or_default().len();
/// }
/// assert_eq!(found, 3);
/// assert!(pages.resume_token().is_some()); // for starting_token(), next time
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Pages<O: Paginated> {
    client: Client,
    input: O,
    turner: Turner,
}

/// Where the pages start, how far they have been turned, and where they end. Knows no operation.
#[derive(Debug, Default)]
struct Turner {
    starting_token: Option<String>,
    max_items: Option<usize>,
    state: State,
    /// Items handed out so far.
    total: usize,
    resume: Option<String>,
}

#[derive(Debug, Default)]
enum State {
    #[default]
    Start,
    /// The token of the page to come.
    At(String),
    Done,
}

/// A page to come: its token, and how many of its items were taken already.
struct Next {
    token: Option<String>,
    skip: usize,
}

impl Turner {
    /// `first`: where the input says that the pages start. Until [`turned`](Self::turned) says otherwise, this page
    /// is the last.
    fn next(&mut self, first: Option<&str>) -> Result<Option<Next>> {
        if self.max_items == Some(0) {
            self.resume = self.starting_token.take().or_else(|| self.resume.take());
            return Ok(None);
        }
        Ok(match std::mem::replace(&mut self.state, State::Done) {
            State::Done => None,
            State::At(token) => Some(Next { token: Some(token), skip: 0 }),
            State::Start => Some(match self.starting_token.as_deref().map(Position::from_token).transpose()? {
                Some(position) => Next { token: position.next_token, skip: position.taken },
                None => Next { token: first.map(str::to_owned), skip: 0 },
            }),
        })
    }

    /// What of the items of a page counts. `following`: the token of the next one; an empty text is none.
    fn turned(&mut self, operation: &str, page: Next, following: Option<&str>, count: usize) -> Result<Range<usize>> {
        let skip = page.skip.min(count);
        if let Some(max) = self.max_items
            && self.total + (count - skip) > max
        {
            let end = skip + (max - self.total);
            self.total = max;
            let taken = page.skip + (end - skip);
            self.resume = Some(Position { next_token: page.token, taken }.to_token());
            return Ok(skip..end);
        }
        self.total += count - skip;
        match following.filter(|token| !token.is_empty()) {
            Some(next) if Some(self.total) == self.max_items => {
                self.resume = Some(Position { next_token: Some(next.to_owned()), taken: 0 }.to_token());
            }
            Some(next) if Some(next) == page.token.as_deref() => {
                return Err(Error::response(format!("{operation} answered the same page token twice in a row")));
            }
            Some(next) => self.state = State::At(next.to_owned()),
            None => {}
        }
        Ok(skip..count)
    }
}

impl<O: Paginated> Pages<O> {
    pub(super) fn new(client: Client, input: O) -> Self {
        Pages { client, input, turner: Turner::default() }
    }

    /// Items per page, 1 to 100. Defaults to the service's choice.
    #[must_use]
    pub fn page_size(mut self, size: i32) -> Self {
        self.input.set_page_size(size);
        self
    }

    /// Items in all: the last page is cut to fit, and [`resume_token`](Self::resume_token) says where.
    #[must_use]
    pub fn max_items(mut self, count: usize) -> Self {
        self.turner.max_items = Some(count);
        self
    }

    /// Starts where a [`resume_token`](Self::resume_token) was taken, of this library or of boto3.
    #[must_use]
    pub fn starting_token(mut self, token: impl Into<String>) -> Self {
        self.turner.starting_token = Some(token.into());
        self
    }

    /// After `max_items` has cut: the opaque text to start from next time. `None`: nothing is left.
    pub fn resume_token(&self) -> Option<&str> {
        self.turner.resume.as_deref()
    }

    /// The items of all pages, one by one.
    pub fn items(self) -> Items<O> {
        Items { pages: self, current: Vec::new().into_iter() }
    }

    /// The next page, with what came along with it: request id, headers.
    ///
    /// # Errors
    /// As the operation; a starting token that is none; a service that answers the same token twice.
    pub fn next_response(&mut self) -> Option<Result<Response<O::Output>>> {
        self.turn_page().map_err(|e| e.with_operation(O::NAME)).transpose()
    }

    fn turn_page(&mut self) -> Result<Option<Response<O::Output>>> {
        let Some(page) = self.turner.next(self.input.page())? else { return Ok(None) };
        self.input.set_page(page.token.clone());
        let mut answer = self.client.call(&self.input)?;
        let following = O::next_token(&answer.output).map(str::to_owned);
        let items = O::items(&mut answer.output);
        let kept = self.turner.turned(O::NAME, page, following.as_deref(), items.len())?;
        items.truncate(kept.end);
        items.drain(..kept.start);
        Ok(Some(answer))
    }
}

impl<O: Paginated> Iterator for Pages<O> {
    type Item = Result<O::Output>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_response().map(|answer| answer.map(|answer| answer.output))
    }
}

/// The pages of an operation that is known by name.
struct NamedPages {
    client: Client,
    operation: &'static Described,
    members: Members,
    fields: WireNames,
    turner: Turner,
}

/// The fields of a [`Paged`] by their names on the wire.
struct WireNames {
    input_token: &'static str,
    output_token: &'static str,
    result: &'static str,
}

pub(super) fn by_name(client: &Client, operation: &str, input: Value, paging: &Paging) -> Result<JsonPages> {
    let paged = PAGED.iter().find(|paged| paged.operation == operation);
    let paged = paged.ok_or_else(|| not_paged::<Sso>(operation))?;
    let operation = find::<Sso>(paged.operation)?;
    let mut members = Members::new(operation, input)?;
    let wire = |shape: &Shape, field| shape.wire_name(field).unwrap_or(field);
    if let Some(size) = paging.page_size {
        members.set(wire(&operation.input, paged.limit), size.into());
    }
    let fields = WireNames {
        input_token: wire(&operation.input, paged.input_token),
        output_token: wire(&operation.output, paged.output_token),
        result: wire(&operation.output, paged.result),
    };
    let turner =
        Turner { max_items: paging.max_items, starting_token: paging.starting_token.clone(), ..Turner::default() };
    Ok(JsonPages::new(NamedPages { client: client.clone(), operation, members, fields, turner }))
}

impl NamedPages {
    fn turn_page(&mut self) -> Result<Option<Response<Value>>> {
        let Some(page) = self.turner.next(self.members.text(self.fields.input_token))? else { return Ok(None) };
        self.members.set(self.fields.input_token, Value::from(page.token.as_deref()));
        let mut answer = self.client.call_described(self.operation, &self.members)?;
        let Value::Object(output) = &mut answer.output else {
            return Err(Error::response(format!("the answer to {} is no object", self.operation.name)));
        };
        let following = output.get(self.fields.output_token).and_then(Value::as_str).map(str::to_owned);
        let items = output.entry(self.fields.result).or_insert_with(|| Value::Array(Vec::new()));
        let count = items.as_array().map_or(0, Vec::len);
        let kept = self.turner.turned(self.operation.name, page, following.as_deref(), count)?;
        if let Value::Array(items) = items {
            items.truncate(kept.end);
            items.drain(..kept.start);
        }
        Ok(Some(answer))
    }
}

impl TurnPages for NamedPages {
    fn turn(&mut self) -> Option<Result<Response<Value>>> {
        self.turn_page().map_err(|e| e.with_operation(self.operation.name)).transpose()
    }

    fn resume_token(&self) -> Option<&str> {
        self.turner.resume.as_deref()
    }
}

/// The items of all pages: an iterator that makes a call when a page is used up.
///
/// After an error it ends, as [`Pages`] does: collect into a `Result` to see it.
///
/// ```
/// use stskit::emulator::Emulator;
/// use stskit::sso::{Client, ListAccountRoles};
/// # use stskit::{Settings, endpoint::EndpointService};
/// # let emulator = Emulator::start()?;
/// # let settings = Settings::builder().endpoint_url(EndpointService::Sso, emulator.url()).resolve_with(&stskit::host::Scripted::at(0))?;
/// # let sso = Client::in_region(&settings, "us-east-1")?;
/// # let token = emulator.sso().issue_token().access_token;
/// let input = ListAccountRoles::new(Emulator::ACCOUNT_ID, token);
/// let roles: Vec<_> = sso.pages(input).items().collect::<stskit::Result<_>>()?;
/// assert_eq!(roles.len(), 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Items<O: Paginated> {
    pages: Pages<O>,
    current: std::vec::IntoIter<O::Item>,
}

impl<O: Paginated> Items<O> {
    /// As [`Pages::resume_token`]; meaningful once the iterator has ended.
    pub fn resume_token(&self) -> Option<&str> {
        self.pages.resume_token()
    }
}

impl<O: Paginated> Iterator for Items<O> {
    type Item = Result<O::Item>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(item) = self.current.next() {
                return Some(Ok(item));
            }
            match self.pages.next()? {
                Ok(mut page) => self.current = std::mem::take(O::items(&mut page)).into_iter(),
                Err(error) => return Some(Err(error)),
            }
        }
    }
}
