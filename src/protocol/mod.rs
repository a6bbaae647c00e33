//! Wire forms, pure: input -> body, answer bytes -> output or service error. No I/O, no clock.
//!
//! `query` and `xml` are the two halves of the query protocol (STS); the REST-JSON protocol of IAM
//! Identity Center joins them with part 2. Which operation uses which is said by its service.

mod answer;
pub(crate) mod query;
pub(crate) mod xml;

pub(crate) use answer::{parse_query_answer, parse_query_error};
