//! Wrong arguments: NULL in every pointer position, text that is not UTF-8 in every string, numbers that are
//! none of their enumeration. The calls are made from the header, so that none is left out.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use stskit::emulator::Emulator;

use crate::toolbox::{Build, Linkage, folder, on_emulator, root, run, said, under_valgrind};

struct Function {
    name: String,
    answer: String,
    parameters: Vec<Parameter>,
}

struct Parameter {
    name: String,
    /// As in `const char *`.
    kind: String,
    /// What the comment says of it.
    told: String,
}

fn functions() -> Vec<Function> {
    let header = fs::read_to_string(root().join("include/stskit.h")).unwrap();
    let (mut found, mut comment, mut declaration) = (Vec::new(), String::new(), String::new());
    for line in header.lines() {
        if line.starts_with("/**") {
            comment.clear();
        } else if let Some(words) = line.strip_prefix(" *") {
            comment.push_str(words);
            comment.push('\n');
        } else if line.starts_with("STSKIT_API") || !declaration.is_empty() {
            declaration.push_str(line.trim());
            declaration.push(' ');
            if line.ends_with(';') {
                found.push(function(&std::mem::take(&mut declaration), &comment));
            }
        }
    }
    found
}

fn function(declaration: &str, comment: &str) -> Function {
    let declaration = declaration.replace("STSKIT_API ", "").replace("STSKIT_NODISCARD ", "");
    let (before, rest) = declaration.split_once('(').unwrap();
    let (answer, name) = split_name(before);
    let list = rest.split(')').next().unwrap();
    let parameters = list.split(',').map(str::trim).filter(|p| !p.is_empty() && *p != "void");
    let parameters = parameters.map(|parameter| {
        let (kind, name) = split_name(parameter);
        let told = comment.split(&format!("@param {name} ")).nth(1).unwrap_or_default();
        let told = told.split(" @").next().unwrap().to_owned();
        Parameter { name, kind, told }
    });
    Function { answer, name, parameters: parameters.collect() }
}

/// `const char *text` is `const char *` and `text`.
fn split_name(text: &str) -> (String, String) {
    let text = text.trim();
    let at = text.rfind([' ', '*']).unwrap() + 1;
    (text[..at].trim().to_owned(), text[at..].to_owned())
}

impl Parameter {
    fn is_pointer(&self) -> bool {
        self.kind.ends_with('*') || self.kind.ends_with("_callback")
    }

    fn may_be_null(&self) -> bool {
        self.told.contains("NULL") || self.name == "err" || self.kind == "void *"
    }

    fn is_text(&self) -> bool {
        self.kind == "const char *"
    }

    fn is_enumeration(&self) -> bool {
        self.kind == "int32_t" && self.told.contains("STSKIT_")
    }

    /// A value with which the call does something harmless.
    fn good(&self) -> String {
        let kind = self.kind.trim_start_matches("const ");
        let handle = kind.strip_prefix("stskit_").and_then(|rest| rest.strip_suffix(" *"));
        let text = |text: &str| format!("\"{text}\"");
        match (kind, self.name.as_str()) {
            (_, "err") => "&err".to_owned(),
            ("char *", "url") => text("https://example.amazonaws.com/path"),
            ("char *", "region") => text("us-east-1"),
            ("char *", "role_arn") => text("arn:aws:iam::123456789012:role/demo"),
            ("char *", "operation") => text("GetCallerIdentity"),
            ("char *", "input_json") => text("{}"),
            ("char *", "account_id") => text("123456789012"),
            ("char *", "https" | "http") => text("http://127.0.0.1:1"),
            ("char *", "method") => text("GET"),
            ("char *", "command") => text("/bin/false"),
            ("char *", "pointer") => text("/Arn"),
            ("char *", "sha256") => text(&"0a".repeat(32)),
            ("char *", "start_url") => text("http://127.0.0.1:1/start"),
            ("char *", "signing_algorithm") => text("RS256"),
            ("char *", "kind") => text("msk"),
            ("char *", "options_json") => text("{}"),
            ("char *", _) => text("text"),
            ("void *", "data") => "bytes".to_owned(),
            ("void *", _) => "NULL".to_owned(),
            ("uint8_t *", _) => "(const uint8_t *)bytes".to_owned(),
            ("int64_t *", _) => "&number".to_owned(),
            ("size_t", "length") => "sizeof bytes".to_owned(),
            ("int32_t", "level") => "STSKIT_LOG_LEVEL_WARN".to_owned(),
            ("int32_t", "duration_seconds") => "900".to_owned(),
            ("bool", _) => "true".to_owned(),
            (kind, _) if kind.ends_with("_callback") => format!("a_{}", kind.trim_start_matches("stskit_")),
            (kind, _) if kind.ends_with("**") => {
                format!("&out_{}", kind.trim_start_matches("stskit_").trim_end_matches(" **"))
            }
            _ => handle.map_or_else(|| "1".to_owned(), |handle| format!("a_{handle}")),
        }
    }
}

/// One call with one argument replaced, and what is expected of a fallible one.
fn call(code: &mut String, function: &Function, at: usize, replaced: &str, detail: Option<&str>) {
    let arguments: Vec<String> = function.parameters.iter().map(Parameter::good).collect();
    let arguments: Vec<&str> =
        arguments.iter().enumerate().map(|(n, good)| if n == at { replaced } else { good.as_str() }).collect();
    let (name, arguments) = (&function.name, arguments.join(", "));
    let what = format!("{name}: {} is {}", function.parameters[at].name, replaced.replace('"', "'").replace('\\', ""));
    if function.answer == "stskit_status" && name != "stskit_error_status" {
        let expected = detail.unwrap_or("ANY");
        writeln!(code, "    status = {name}({arguments}); check(\"{what}\", status, {expected});").unwrap();
    } else {
        writeln!(code, "    (void){name}({arguments});").unwrap();
    }
}

const HEAD: &str = r#"#include <stdio.h>
#include <string.h>
#include "stskit.h"

#define ANY (-1)
static stskit_error *err = NULL;
static int wrong = 0;

static stskit_config *a_config, *out_config;
static stskit_client *a_client, *out_client;
static stskit_credentials *a_credentials, *out_credentials;
static stskit_request *a_request, *out_request;
static stskit_sso_session *a_sso_session, *out_sso_session;
static stskit_text *a_text, *out_text;
static stskit_response *a_response, *out_response;
static stskit_pages *a_pages, *out_pages;
static stskit_token *a_token, *out_token;
static stskit_token_source *a_token_source, *out_token_source;
static stskit_error *an_error;
static const stskit_device_code *a_device_code = NULL;
#define a_error an_error

static int32_t a_mfa_callback(void *userdata, const char *serial, char *code, size_t capacity) {
    (void)userdata; (void)serial; (void)code; (void)capacity;
    return 5;
}
static void a_release_callback(void *userdata) { (void)userdata; }
static int32_t a_credentials_callback(void *userdata, stskit_credentials **credentials) {
    (void)userdata; (void)credentials;
    return 5;
}
static int32_t a_device_code_callback(void *userdata, const stskit_device_code *code) {
    (void)userdata; (void)code;
    return 5;
}
static int32_t a_browser_callback(void *userdata, const char *url) {
    (void)userdata; (void)url;
    return 5;
}
static void a_log_callback(void *userdata, int32_t level, const char *target, const char *message) {
    (void)userdata; (void)level; (void)target; (void)message;
}

static void check(const char *what, stskit_status status, int32_t detail) {
    const int nothing_made = out_config == NULL && out_client == NULL && out_credentials == NULL &&
                             out_request == NULL && out_sso_session == NULL && out_text == NULL &&
                             out_response == NULL && out_pages == NULL && out_token == NULL &&
                             out_token_source == NULL;
    if (detail != ANY && (status != STSKIT_STATUS_INVALID_ARGUMENT || stskit_error_detail(err) != detail || !nothing_made)) {
        printf("%s: %s, detail %d: %s\n", what, stskit_status_name(status), (int)stskit_error_detail(err),
               stskit_error_message(err));
        wrong += 1;
    }
    if (status == STSKIT_STATUS_INTERNAL) {
        printf("%s: %s\n", what, stskit_error_message(err));
        wrong += 1;
    }
    stskit_error_free(err); err = NULL;
    stskit_config_free(out_config); out_config = NULL;
    stskit_client_free(out_client); out_client = NULL;
    stskit_credentials_free(out_credentials); out_credentials = NULL;
    stskit_request_free(out_request); out_request = NULL;
    stskit_sso_session_free(out_sso_session); out_sso_session = NULL;
    stskit_text_free(out_text); out_text = NULL;
    stskit_response_free(out_response); out_response = NULL;
    stskit_pages_free(out_pages); out_pages = NULL;
    stskit_token_free(out_token); out_token = NULL;
    stskit_token_source_free(out_token_source); out_token_source = NULL;
}

static int made(void) {
    (void)a_device_code;
    return stskit_config_new(&a_config, &err) == 0 && stskit_client_new(NULL, &a_client, &err) == 0 &&
           stskit_credentials_new("AKIDEXAMPLE", "secret", NULL, NULL, NULL, &a_credentials, &err) == 0 &&
           stskit_request_new("GET", "https://example.amazonaws.com/", &a_request, &err) == 0 &&
           stskit_sso_session_new("dev", "http://127.0.0.1:1/start", "us-east-1", &a_sso_session, &err) == 0 &&
           stskit_client_get_region(a_client, &a_text, &err) == 0 &&
           stskit_client_get_caller_identity(a_client, &a_response, &err) == 0 &&
           stskit_client_paginate(a_client, STSKIT_SERVICE_SSO, "ListAccounts", "{\"accessToken\":\"t\"}", 0, -1, NULL,
                                  &a_pages, &err) == 0 &&
           stskit_client_get_token(a_client, "msk", NULL, &a_token, &err) == 0 &&
           stskit_token_source_new(a_client, "msk", NULL, &a_token_source, &err) == 0 &&
           stskit_client_get_endpoint(a_client, 99, &out_text, &an_error) != 0;
}

"#;

const TAIL: &str = r#"    stskit_config_free(a_config);
    stskit_client_free(a_client);
    stskit_credentials_free(a_credentials);
    stskit_request_free(a_request);
    stskit_sso_session_free(a_sso_session);
    stskit_text_free(a_text);
    stskit_response_free(a_response);
    stskit_pages_free(a_pages);
    stskit_token_free(a_token);
    stskit_token_source_free(a_token_source);
    stskit_error_free(an_error);
    (void)stskit_set_log_callback(NULL, NULL, 0, NULL);
    printf("%d wrong\n", wrong);
    return wrong != 0;
}
"#;

/// The program, and how many calls of each sort it makes.
fn program() -> (String, [usize; 3]) {
    let mut code = HEAD.to_owned();
    code.push_str(
        "int main(void) {\n    stskit_status status;\n    int64_t number = 1;\n    char bytes[8] = \"bytes\";\n",
    );
    code.push_str("    if (!made()) { printf(\"%s\\n\", stskit_error_message(err)); return 2; }\n");
    let mut counts = [0; 3];
    for function in functions() {
        for (at, parameter) in function.parameters.iter().enumerate() {
            if parameter.is_pointer() {
                counts[0] += 1;
                let expected = (!parameter.may_be_null()).then_some("STSKIT_DETAIL_NULL_ARGUMENT");
                call(&mut code, &function, at, "NULL", expected);
            }
            if parameter.is_text() {
                counts[1] += 1;
                // Paths are the system's bytes.
                let is_path = ["path", "token_file"].contains(&parameter.name.as_str());
                let expected = (!is_path).then_some("STSKIT_DETAIL_NOT_UTF8");
                call(&mut code, &function, at, "\"a\\xff\\xfe\"", expected);
            }
            if parameter.is_enumeration() && function.name != "stskit_status_name" {
                for number in ["INT32_MIN", "-1", "99", "INT32_MAX"] {
                    counts[2] += 1;
                    call(&mut code, &function, at, number, Some("STSKIT_DETAIL_OUT_OF_RANGE"));
                }
            }
        }
    }
    code.push_str("    (void)stskit_status_name(INT32_MIN); (void)stskit_status_name(INT32_MAX);\n");
    code.push_str(TAIL);
    (code, counts)
}

fn source() -> PathBuf {
    let (code, counts) = program();
    assert!(counts[0] > 200 && counts[1] > 50 && counts[2] >= 20, "calls found in the header: {counts:?}");
    let source = folder("arguments").join("arguments.c");
    fs::write(&source, code).unwrap();
    source
}

#[test]
fn wrong_arguments_are_told_and_never_crash() {
    let emulator = Emulator::start().unwrap();
    let built = Build { compiler: "gcc", standard: "c99", linkage: Linkage::Static, flags: &[] }.program(&source());
    let output = run(&mut on_emulator(&built, &emulator));
    assert!(said(&output).ends_with("0 wrong\n"), "{}", said(&output));
}

#[test]
fn wrong_arguments_under_valgrind_and_sanitizers() {
    let (emulator, source) = (Emulator::start().unwrap(), source());
    let built = Build { compiler: "gcc", standard: "c11", linkage: Linkage::Shared, flags: &[] }.program(&source);
    run(&mut under_valgrind(&built, &emulator));
    let flags = &["-fsanitize=address,undefined", "-fno-sanitize-recover=all"];
    let built = Build { compiler: "clang", standard: "c11", linkage: Linkage::Shared, flags }.program(&source);
    run(&mut on_emulator(&built, &emulator));
}
