//! What the credentials of reqsign are looked up with.

use reqsign_core::{Context, OsEnv};
use reqsign_file_read_tokio::TokioFileRead;
use reqsign_http_send_reqwest::ReqwestHttpSend;
use tokio::runtime::Runtime;

pub fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime")
}

pub fn context() -> Context {
    Context::new().with_env(OsEnv).with_file_read(TokioFileRead).with_http_send(ReqwestHttpSend::default())
}
