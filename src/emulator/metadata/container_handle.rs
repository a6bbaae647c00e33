//! The handle a test turns the container endpoints with.

use std::fmt;

use super::container::{EKS_PATH, ecs_path};
use crate::emulator::server::Shared;

/// The credential endpoints of ECS tasks and of EKS pods in a running emulator.
///
/// Made by [`Emulator::container`](crate::emulator::Emulator::container). What is set applies to both
/// endpoints and to every request from then on. In records and for
/// [`Fault::on`](crate::emulator::Fault::on) the requests are called `EcsCredentials` and
/// `EksCredentials`.
///
/// To start with, the role is `stskit-task`, keys last 6 hours, ECS asks for no token, and EKS takes
/// any token that is not empty. A set of keys is handed out again and again and replaced 5 minutes
/// before its end (halfway, if it lasts less than 10 minutes).
///
/// # Examples
///
/// ```
/// use stskit::emulator::Emulator;
///
/// let emulator = Emulator::start()?;
/// let container = emulator.container();
/// container.require_token(Some("secret of the pod"));
/// container.lifetime(900);
/// for (name, value) in container.eks_environment() {
///     println!("export {name}='{value}'");
/// }
/// assert!(container.ecs_url().starts_with(&emulator.url()));
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Clone, Copy)]
pub struct Container<'a> {
    shared: &'a Shared,
}

impl<'a> Container<'a> {
    pub(in crate::emulator) fn new(shared: &'a Shared) -> Self {
        Container { shared }
    }

    /// The path of the ECS endpoint, `/v2/credentials/UUID`. In a task it would be the value of
    /// `AWS_CONTAINER_CREDENTIALS_RELATIVE_URI`, which leads to an address that is not the emulator's.
    pub fn ecs_path(&self) -> String {
        ecs_path()
    }

    /// The URL of the ECS endpoint, for `AWS_CONTAINER_CREDENTIALS_FULL_URI`.
    pub fn ecs_url(&self) -> String {
        format!("{}{}", self.shared.url, ecs_path())
    }

    /// The URL of the EKS endpoint, for `AWS_CONTAINER_CREDENTIALS_FULL_URI`.
    pub fn eks_url(&self) -> String {
        format!("{}{EKS_PATH}", self.shared.url)
    }

    /// Environment variables that point a program at the ECS endpoint. The keys of
    /// [`Emulator::environment`](crate::emulator::Emulator::environment) come before it in every chain.
    pub fn ecs_environment(&self) -> Vec<(&'static str, String)> {
        let token = self.shared.state().task.authorization.clone();
        let token = token.map(|token| ("AWS_CONTAINER_AUTHORIZATION_TOKEN", token));
        let mut variables = vec![("AWS_CONTAINER_CREDENTIALS_FULL_URI", self.ecs_url())];
        variables.extend(token);
        variables
    }

    /// The same for the EKS endpoint. A pod has the token in a file, named by
    /// `AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE`.
    pub fn eks_environment(&self) -> Vec<(&'static str, String)> {
        let token = self.shared.state().task.authorization.clone().unwrap_or_else(|| "pod-token".to_owned());
        vec![("AWS_CONTAINER_CREDENTIALS_FULL_URI", self.eks_url()), ("AWS_CONTAINER_AUTHORIZATION_TOKEN", token)]
    }

    /// The role of the task. Defaults to `stskit-task`.
    pub fn role(&self, name: &str) {
        self.shared.state().task.role = name.to_owned();
    }

    /// Requires this value of the header `Authorization`, byte by byte; others get 403. `None` (the
    /// default) requires none of ECS tasks and any of pods.
    pub fn require_token(&self, token: Option<&str>) {
        self.shared.state().task.authorization = token.map(str::to_owned);
    }

    /// Seconds new keys are good for; the present ones are handed out no more, but stay good. With 0
    /// every answer holds a new set that has expired. Defaults to 21,600.
    pub fn lifetime(&self, seconds: u32) {
        self.shared.state().task.keys.set_lifetime(seconds);
    }

    /// Hands out new keys from now on. The old ones stay good.
    pub fn rotate_keys(&self) {
        self.shared.state().task.keys.forget();
    }

    /// Whether the agent cannot get new keys: it answers the last ones over and over, after they
    /// expired too. If nobody asked for any, it has some that expired a minute ago. Defaults to no.
    pub fn outage(&self, outage: bool) {
        self.shared.state().task.keys.outage = outage;
    }

    /// Leaves these members out of the answers, e.g. `Expiration`. Defaults to none.
    pub fn omit(&self, members: &[&str]) {
        self.shared.state().task.omitted = members.iter().map(|name| (*name).to_owned()).collect();
    }

    /// Answers an error document with this status, code and message in place of keys. With status 200
    /// the members are `Code` and `Message`, else `code` and `message`. [`succeed`](Container::succeed)
    /// ends it.
    pub fn fail(&self, status: u16, code: &str, message: &str) {
        self.shared.state().task.failure = Some((status, code.to_owned(), message.to_owned()));
    }

    /// Answers keys again after [`fail`](Container::fail).
    pub fn succeed(&self) {
        self.shared.state().task.failure = None;
    }
}

impl fmt::Debug for Container<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Container").field("url", &self.shared.url).finish_non_exhaustive()
    }
}
