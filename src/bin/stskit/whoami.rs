//! `stskit whoami`: GetCallerIdentity, and what is known of the credentials.

use serde_json::json;
use stskit::endpoint::EndpointService;
use stskit::sts::{Client, GetCallerIdentity};

use crate::commands::Command;
use crate::failure::Failure;
use crate::words::Words;
use crate::{global, out, waiting};

pub(crate) fn run(_: &'static Command, words: Words) -> Result<(), Failure> {
    let settings = global::settings(&words)?;
    let endpoint = global::endpoint(&words, EndpointService::Sts)?;
    let chain = global::chain(&settings).build();
    let builder = Client::builder(settings).credentials(chain.clone());
    let client = match endpoint {
        Some(endpoint) => builder.endpoint(endpoint).build()?,
        None => builder.build()?,
    };
    let waiting = waiting::begin();
    let answer = client.get_caller_identity(&GetCallerIdentity {})?.output;
    drop(waiting);
    // From the cache: the call above has used them.
    let report = chain.explain();
    let source = report.used().map(|step| step.title());
    let expiration = report.credentials.as_ref().and_then(|found| found.expiration).map(|at| at.to_string());
    if words.has("json") {
        let said = json!({
            "Account": answer.account,
            "Arn": answer.arn,
            "UserId": answer.user_id,
            "Profile": report.profile.value,
            "Source": source,
            "Expiration": expiration,
        });
        return out::print(&format!("{said:#}\n"));
    }
    let lines = [
        ("Arn", answer.arn.as_deref()),
        ("Account", answer.account.as_deref()),
        ("User id", answer.user_id.as_deref()),
        ("Profile", report.profile.value.as_deref()),
        ("Source", source),
        ("Expires", Some(expiration.as_deref().unwrap_or("never"))),
    ];
    let text: String = lines.iter().map(|(name, value)| format!("{name:<9}{}\n", value.unwrap_or("-"))).collect();
    out::print(&text)
}
