//! What an operation is: its service, its facts, its input and output types. Types and macros only.
//!
//! A service declares each operation once, in a row of [`operations!`]: the row makes the trait impl,
//! the typed method, the list of names and how an operation is found by its name (`by_name`).

use std::ops::Deref;

use serde::Serialize;
use serde::de::{DeserializeOwned, DeserializeSeed};
use serde_json::Value;

use super::Client;
use super::by_name::{JsonPages, Paging, not_paged};
use super::shape::{Shape, Shaped};
use crate::endpoint::EndpointService;
use crate::error::{Error, ResponseMetadata, Result};
use crate::protocol::{Facts, Protocol};

/// A service that operations belong to. Implemented by the services of this crate only.
///
/// ```
/// use stskit::client::Service;
/// fn describe<S: Service>() -> String {
///     format!("{} with {} operations", S::NAME, S::OPERATIONS.len())
/// }
/// assert_eq!(describe::<stskit::sts::Sts>(), "STS with 11 operations");
/// ```
pub trait Service: Sized + 'static {
    /// How its requests and answers are written.
    #[doc(hidden)]
    type Protocol: Protocol;
    /// Its name in messages.
    const NAME: &'static str;
    /// Its row in the endpoint rules.
    const ENDPOINT: EndpointService;
    /// Its name in the scope of signatures.
    const SIGNING_NAME: &'static str;
    /// Its name in AWS's models.
    const ID: &'static str;
    /// The version of its API.
    const API_VERSION: &'static str;
    /// Its error codes on the wire, and whether AWS's model of it has them.
    #[doc(hidden)]
    const ERRORS: &'static [(&'static str, bool)];
    /// Its operations, by their names on the wire.
    const OPERATIONS: &'static [&'static str];

    /// The same with all that there is to know of them.
    #[doc(hidden)]
    const DESCRIBED: &'static [Described];

    /// Its list operations.
    #[doc(hidden)]
    const PAGED: &'static [Paged] = &[];

    /// The pages of a list operation, found by its name.
    ///
    /// # Errors
    /// `InvalidInput`: no such list operation, or members that are not its own.
    #[doc(hidden)]
    fn pages(_: &Client<Self>, operation: &str, _: Value, _: &Paging) -> Result<JsonPages> {
        Err(not_paged::<Self>(operation))
    }
}

/// An operation as data, for calls that learn only at run time which it is.
#[derive(Debug)]
pub struct Described {
    /// Its name on the wire.
    pub name: &'static str,
    /// The name of its method.
    pub method: &'static str,
    /// Whether it is signed.
    pub auth: Auth,
    /// What the protocol has to know of it.
    pub facts: Facts,
    /// What its input holds.
    pub input: Shape,
    /// What its output holds.
    pub output: Shape,
}

impl Described {
    pub(crate) const fn of<O: Operation>() -> Self {
        Described {
            name: O::NAME,
            method: O::METHOD,
            auth: O::AUTH,
            facts: O::FACTS,
            input: O::SHAPE,
            output: <O::Output as Shaped>::SHAPE,
        }
    }
}

/// An operation by its name on the wire.
///
/// # Errors
/// `InvalidInput`: no such operation; the message names those that are.
pub(crate) fn find<S: Service>(operation: &str) -> Result<&'static Described> {
    S::DESCRIBED.iter().find(|known| known.name == operation).ok_or_else(|| {
        Error::input(format!("{} has no operation {operation:?}; it has {}", S::NAME, S::OPERATIONS.join(", ")))
    })
}

/// A list operation, and the names of its fields in Rust that make pages of it.
#[derive(Debug, Clone, Copy)]
pub struct Paged {
    /// Its name on the wire.
    pub operation: &'static str,
    /// Of the input: where the page starts.
    pub input_token: &'static str,
    /// Of the input: items per page.
    pub limit: &'static str,
    /// Of the output: where the next page starts.
    pub output_token: &'static str,
    /// Of the output: the items.
    pub result: &'static str,
}

/// Whether an operation is signed.
///
/// SigV4: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html>.
///
/// ```
/// use stskit::client::{Auth, Operation};
/// use stskit::sts::{AssumeRole, AssumeRoleWithWebIdentity};
/// assert_eq!(AssumeRole::AUTH, Auth::SigV4);
/// assert_eq!(AssumeRoleWithWebIdentity::AUTH, Auth::None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Auth {
    /// Signed with SigV4.
    SigV4,
    /// Not signed: credentials are never looked for.
    None,
}

/// An operation of a service: its input type, which knows its output, name and rules.
///
/// Implemented by the input structures of the services, not by users.
///
/// It lets code of yours wrap every call:
///
/// ```
/// use stskit::client::{Client, Operation, Response};
///
/// fn timed<O: Operation>(client: &Client<O::Service>, input: &O) -> stskit::Result<Response<O::Output>> {
///     let start = std::time::Instant::now();
///     let answer = client.call(input);
///     println!("{} took {:?}", O::NAME, start.elapsed());
///     answer
/// }
/// ```
pub trait Operation: Serialize + Shaped {
    /// The service it belongs to.
    type Service: Service;
    /// What it answers.
    type Output: DeserializeOwned + Shaped;
    /// Its name on the wire, such as `AssumeRole`.
    const NAME: &'static str;
    /// The name of its method, such as `assume_role`.
    const METHOD: &'static str;
    /// Whether it is signed.
    const AUTH: Auth;
    /// What the protocol has to know of it.
    #[doc(hidden)]
    const FACTS: Facts;
}

/// The output of an operation with what came along: dereferences to the output.
///
/// ```no_run
/// use stskit::sts::{Client, GetCallerIdentity};
/// let answer = Client::from_env()?.get_caller_identity(&GetCallerIdentity {})?;
/// println!("{:?}", answer.arn); // of the output
/// println!("request {:?}, retries {}", answer.metadata.request_id, answer.metadata.retry_attempts);
/// # Ok::<(), stskit::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Response<T> {
    /// The output.
    pub output: T,
    /// Request id, HTTP status, headers, retries.
    pub metadata: ResponseMetadata,
}

impl<T> Response<T> {
    /// What was answered, read by a seed; errors with all that is known of the call.
    pub(super) fn parse<'a, P, R>(
        operation: &'static str,
        answer: &'a [u8],
        mut metadata: ResponseMetadata,
        seed: R,
    ) -> Result<Self>
    where
        P: Protocol,
        R: DeserializeSeed<'a, Value = T>,
    {
        let (output, request_id) = P::parse(operation, answer, seed)
            .map_err(|e| e.with_attempts(metadata.retry_attempts + 1, None).with_operation(operation))?;
        if request_id.is_some() {
            metadata.request_id = request_id;
        }
        Ok(Response { output, metadata })
    }
}

impl<T> Deref for Response<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.output
    }
}

/// Declares the operations of a service, each in one row: input, output, name, method, authentication,
/// what the protocol has to know (see [`Facts`]).
macro_rules! operations {
    ($service:ident;
     $($(#[$doc:meta])* $input:ident => $output:ident, $name:literal, $method:ident, $auth:ident,
       { $($fact:ident: $value:expr),* $(,)? };)*) => {
        $(
            impl $crate::client::Operation for $input {
                type Service = $service;
                type Output = $output;
                const NAME: &'static str = $name;
                const METHOD: &'static str = stringify!($method);
                const AUTH: $crate::client::Auth = $crate::client::Auth::$auth;
                #[allow(clippy::needless_update)]
                const FACTS: $crate::protocol::Facts = $crate::protocol::Facts {
                    operation: $name,
                    $($fact: $value,)*
                    ..FACTS
                };
            }
        )*

        /// The operations of the service, by their names on the wire.
        ///
        /// ```
        /// use stskit::{sso, sso_oidc, sts};
        /// assert_eq!((sts::OPERATIONS.len(), sso::OPERATIONS.len(), sso_oidc::OPERATIONS.len()), (11, 4, 4));
        /// ```
        pub const OPERATIONS: &[&str] = &[$($name),*];

        impl $crate::client::Client<$service> {
            $(
                $(#[$doc])*
                ///
                #[doc = concat!("Blocks. Units, AWS page and an example: [`", stringify!($input), "`].")]
                ///
                /// # Errors
                /// `InvalidInput` for a member below its minimum; for signed operations `NoCredentials`, or what
                /// their source failed with; the service's error; what kept the service from answering.
                pub fn $method(&self, input: &$input) -> $crate::Result<$crate::client::Response<$output>> {
                    self.call(input)
                }
            )*
        }

        static DESCRIBED: &[$crate::client::operation::Described] =
            &[$($crate::client::operation::Described::of::<$input>()),*];
    };
}

/// Declares the error codes of a service: a type matched by wire code. First those that AWS's model of the service
/// has, then others that it answers.
macro_rules! error_codes {
    ($(#[$type_doc:meta])* $service:literal;
     modelled { $($(#[$doc:meta])* $variant:ident = $wire:literal,)* }
     others { $($(#[$other_doc:meta])* $other:ident = $other_wire:literal,)* }) => {
        $(#[$type_doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum ErrorCode {
            $($(#[$doc])* $variant,)*
            $($(#[$other_doc])* $other,)*
        }

        impl ErrorCode {
            /// Every known code.
            pub const ALL: &[ErrorCode] = &[$(ErrorCode::$variant,)* $(ErrorCode::$other,)*];

            /// The codes on the wire, and whether AWS's model of the service has them.
            pub(crate) const WIRE: &[(&str, bool)] = &[$(($wire, true),)* $(($other_wire, false),)*];

            /// The code on the wire.
            pub fn code(self) -> &'static str {
                match self { $(ErrorCode::$variant => $wire,)* $(ErrorCode::$other => $other_wire,)* }
            }

            /// The type of a wire code; `None` for one that is not in the table.
            pub fn from_code(code: &str) -> Option<Self> {
                match code {
                    $($wire => Some(ErrorCode::$variant),)*
                    $($other_wire => Some(ErrorCode::$other),)*
                    _ => None,
                }
            }
        }

        impl std::fmt::Display for ErrorCode {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.code())
            }
        }
    };
}

pub(crate) use {error_codes, operations};
