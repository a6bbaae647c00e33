//! `stskit sts`, `sso` and `sso-oidc`: every operation of the library's model, with the options and the output that
//! the AWS CLI has for it. The options are made of the model when they are needed.

use std::borrow::Cow;

use serde_json::{Map, Value};
use stskit::client::{Client, Paging, Service};
use stskit::explain::close_names;
use stskit::model::{Kind, Member, Model, OperationModel, PaginatorModel, ServiceModel, Shape, Structure};
use stskit::sso::Sso;
use stskit::sso_oidc::SsoOidc;
use stskit::sts::Sts;
use stskit::{Error, ErrorKind};

use crate::commands::{Command, GLOBAL};
use crate::failure::Failure;
use crate::words::{Opt, Takes, Words};
use crate::{answer, global, help, out, shorthand, waiting};

/// For the help of the three commands.
pub(crate) const DETAILS: &str = "\
Operations, options and output are those of the AWS CLI: `stskit sts assume-role --help` lists the options of one.
Values: file://PATH is what is in that file; lists and structures are JSON or shorthand (Key=a,Value=b). Lists of
services are fetched whole, page by page.";

/// Options of every operation.
const INPUT: &[Opt] = &[
    Opt::new("cli-input-json", Takes::One("JSON"), "All members as one document; options win over it"),
    Opt::new("generate-cli-skeleton", Takes::Nothing, "Print such a document, and call nothing"),
];

/// Options of list operations.
const PAGES: &[Opt] = &[
    Opt::new("starting-token", Takes::One("TOKEN"), "Start where --max-items cut: the NextToken of that output"),
    Opt::new("page-size", Takes::One("NUMBER"), "Ask the service for so many items at once"),
    Opt::new("max-items", Takes::One("NUMBER"), "Print so many items at most"),
    Opt::new("no-paginate", Takes::Nothing, "Fetch one page only"),
];

pub(crate) fn sts(command: &'static Command, words: Words) -> Result<(), Failure> {
    run::<Sts>(command, words)
}

pub(crate) fn sso(command: &'static Command, words: Words) -> Result<(), Failure> {
    run::<Sso>(command, words)
}

pub(crate) fn sso_oidc(command: &'static Command, words: Words) -> Result<(), Failure> {
    run::<SsoOidc>(command, words)
}

fn run<S: Service>(command: &'static Command, mut words: Words) -> Result<(), Failure> {
    let named = words.positional(&[GLOBAL])?;
    let model = Model::new()?;
    let defect = || Failure::other(format!("the model has no service {}", S::NAME));
    let service = model.service(S::NAME).ok_or_else(defect)?;
    let Some(name) = named.filter(|name| name != "help") else {
        return match words.has("help") {
            true => out::print(&(help::command(command) + &operations(service))),
            false => Err(Failure::usage(format!("no operation of {} is given", S::NAME))
                .hint(format!("stskit {} --help lists them", command.name))),
        };
    };
    let operation = find(service, &name)?;
    let pages = service.paginators.iter().find(|paginator| paginator.operation == operation.name);
    let options = options(operation);
    let paging = pages.map_or(&[][..], |_| PAGES);
    words.finish(&[&options, INPUT, paging, GLOBAL])?;
    if words.has("help") {
        return out::print(&help_of(command, operation, &options, paging));
    }
    if words.has("generate-cli-skeleton") {
        return out::print(&answer::json(&skeleton(&operation.input), Some(&operation.input)));
    }
    let printer = answer::Printer::by(&words)?;
    let input = input(operation, &words)?;
    let settings = global::settings(&words)?;
    let mut builder = Client::<S>::builder(settings.clone());
    if let Some(endpoint) = global::endpoint(&words, S::ENDPOINT)? {
        builder = builder.endpoint(endpoint);
    }
    if operation.signed && !words.has("no-sign-request") {
        builder = builder.credentials(global::chain(&settings).build());
    }
    let client = builder.build().map_err(|e| advised(e, command))?;
    let by_hand = |pages: &&PaginatorModel| {
        words.has("no-paginate") || [pages.input_token, pages.limit_key].iter().any(|name| input.contains_key(*name))
    };
    let output = match pages.filter(|pages| !by_hand(pages)) {
        Some(pages) => all_pages(&client, pages, input, &words)?,
        None => {
            let _waiting = waiting::begin();
            client.call_json(operation.name, Value::Object(input))?.output
        }
    };
    out::print(&printer.print(output, &operation.output)?)
}

/// What a person has to do who has set no region.
fn advised(error: Error, command: &Command) -> Failure {
    let no_region = error.kind() == ErrorKind::InvalidConfiguration && error.to_string().contains("region");
    let failure = Failure::from(error);
    if no_region {
        failure.hint(format!("stskit {} --region REGION sets it for one call", command.name))
    } else {
        failure
    }
}

fn find<'a>(service: &'a ServiceModel, name: &str) -> Result<&'a OperationModel, Failure> {
    let names: Vec<String> = service.operations.iter().map(name_of).collect();
    if let Some(operation) = service.operations.iter().find(|operation| name_of(operation) == name) {
        return Ok(operation);
    }
    let close = close_names(name, names.iter().map(String::as_str));
    let failure = Failure::usage(format!("{} has no operation {name:?}", service.name));
    Err(match close.as_slice() {
        _ if service.name == "SSO" && name == "login" => failure.hint("`aws sso login` is `stskit login` here"),
        [] => failure.hint(format!("it has {}", names.join(", "))),
        close => failure.hint(format!("did you mean {}?", close.join(" or "))),
    })
}

/// As the AWS CLI spells an operation: `assume-role-with-saml`.
pub(crate) fn name_of(operation: &OperationModel) -> String {
    operation.method.replace('_', "-")
}

/// As the AWS CLI spells a member: `SAMLAssertion` is `saml-assertion`.
fn option_name(member: &str) -> String {
    let letters: Vec<char> = member.chars().collect();
    let mut name = String::with_capacity(member.len() + 4);
    for (at, c) in letters.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|before| letters.get(before));
        let begins = c.is_ascii_uppercase()
            && before.is_some_and(|before| {
                !before.is_ascii_uppercase() || letters.get(at + 1).is_some_and(char::is_ascii_lowercase)
            });
        if begins {
            name.push('-');
        }
        name.push(c.to_ascii_lowercase());
    }
    name
}

/// The options of an operation, one for each member.
pub(crate) fn options(operation: &OperationModel) -> Vec<Opt> {
    let option = |member: &Member| {
        let takes = match &member.shape.kind {
            Kind::List { .. } => Takes::Many("VALUE"),
            Kind::Integer | Kind::Long => Takes::One("NUMBER"),
            _ => Takes::One("VALUE"),
        };
        Opt { name: Cow::Owned(option_name(member.name)), takes, about: Cow::Owned(about(member)) }
    };
    operation.input.members.iter().map(option).collect()
}

/// Those that an operation has besides its members.
pub(crate) fn common_options(paged: bool) -> Vec<Opt> {
    let paging = if paged { PAGES } else { &[] };
    [INPUT, paging].concat()
}

fn about(member: &Member) -> String {
    let what = match &member.shape.kind {
        Kind::List { item } => match &item.kind {
            Kind::Structure(structure) => format!("{}, ...", pairs(structure)),
            _ => "a list of texts".to_owned(),
        },
        Kind::Structure(structure) => pairs(structure),
        Kind::Integer | Kind::Long => "a number".to_owned(),
        Kind::Boolean => "true or false".to_owned(),
        _ => "a text".to_owned(),
    };
    format!("{}: {what}{}", member.name, if member.required { " (required)" } else { "" })
}

fn pairs(structure: &Structure) -> String {
    structure.members.iter().map(|member| format!("{}=TEXT", member.name)).collect::<Vec<_>>().join(",")
}

fn operations(service: &ServiceModel) -> String {
    let names: String = service.operations.iter().map(|operation| format!("  {}\n", name_of(operation))).collect();
    format!("\nOperations:\n{names}")
}

fn help_of(command: &Command, operation: &OperationModel, options: &[Opt], paging: &[Opt]) -> String {
    let signed = if operation.signed { "signed: needs credentials" } else { "not signed: needs no credentials" };
    let mut text = format!(
        "Usage: stskit {} {} [OPTIONS]\n\nThe call is {signed}.\n\nOptions:\n",
        command.name,
        name_of(operation)
    );
    for options in [options, INPUT, paging] {
        help::push_options(&mut text, options);
    }
    text + "\nstskit --help lists the options of every command.\n"
}

/// The members by the options, on top of those of `--cli-input-json`.
fn input(operation: &OperationModel, words: &Words) -> Result<Map<String, Value>, Failure> {
    let mut input = match words.one("cli-input-json") {
        None => Map::new(),
        Some(text) => match shorthand::json("cli-input-json", &shorthand::file("cli-input-json", text)?)? {
            Value::Object(members) => members,
            _ => return Err(Failure::usage("--cli-input-json is not a JSON object")),
        },
    };
    for member in &operation.input.members {
        let option = option_name(member.name);
        if let Some(words) = words.many(&option) {
            input.insert(member.name.to_owned(), shorthand::value(&option, words, &member.shape)?);
        }
    }
    let missing = operation.input.members.iter().filter(|member| member.required && !input.contains_key(member.name));
    let missing: Vec<String> = missing.map(|member| format!("--{}", option_name(member.name))).collect();
    if missing.is_empty() {
        return Ok(input);
    }
    Err(Failure::usage(format!("{} needs {}", name_of(operation), missing.join(", "))))
}

/// All pages as one answer, as the AWS CLI joins them.
fn all_pages<S: Service>(
    client: &Client<S>,
    model: &PaginatorModel,
    input: Map<String, Value>,
    words: &Words,
) -> Result<Value, Failure> {
    let paging = Paging {
        page_size: words.number("page-size")?,
        max_items: words.number("max-items")?,
        starting_token: words.one("starting-token").map(str::to_owned),
    };
    let mut pages = client.pages_json(model.operation, Value::Object(input), &paging)?;
    let mut items: Option<Vec<Value>> = None;
    for page in &mut pages {
        if let Some(Value::Array(found)) = page?.output.get_mut(model.result_key).map(Value::take) {
            items.get_or_insert_default().extend(found);
        }
        out::progress(&format!("{} items so far", items.as_ref().map_or(0, Vec::len)));
    }
    let mut output = Map::new();
    if let Some(items) = items {
        output.insert(model.result_key.to_owned(), items.into());
    }
    if let Some(token) = pages.resume_token() {
        output.insert("NextToken".to_owned(), token.into());
    }
    Ok(Value::Object(output))
}

/// All members with nothing in them.
fn skeleton(structure: &Structure) -> Value {
    let members = structure.members.iter().map(|member| (member.name.to_owned(), empty(&member.shape)));
    Value::Object(members.collect())
}

fn empty(shape: &Shape) -> Value {
    match &shape.kind {
        Kind::Integer | Kind::Long => 0.into(),
        Kind::Boolean => true.into(),
        Kind::List { item } => Value::Array(vec![empty(item)]),
        Kind::Structure(structure) => skeleton(structure),
        _ => "".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_spelt_as_in_the_aws_cli() {
        for (member, option) in [
            ("RoleArn", "role-arn"),
            ("SAMLAssertion", "saml-assertion"),
            ("accessToken", "access-token"),
            ("PolicyArns", "policy-arns"),
            ("MinimumSessionTokenSize", "minimum-session-token-size"),
            ("redirectUris", "redirect-uris"),
        ] {
            assert_eq!(option_name(member), option);
        }
    }

    #[test]
    fn options_do_not_hide_each_other() {
        for service in Model::new().unwrap().services {
            for operation in &service.operations {
                let own = options(operation);
                for other in GLOBAL.iter().chain(INPUT).chain(PAGES) {
                    assert!(own.iter().all(|option| option.name != other.name), "{} {}", operation.name, other.name);
                }
            }
        }
    }
}
