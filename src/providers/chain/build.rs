//! From a plan to the providers that carry it out, each behind a cache of its own.

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::select::{Chosen, Plan};
use crate::credential::Provide;
use crate::error::Result;
use crate::explain::{Link, Place};
use crate::host::Host;
use crate::identity_center::{TokenCache, TokenProvider};
#[cfg(feature = "login")]
use crate::providers::Login;
use crate::providers::cli_cache::{CliCached, Recorded, role_file, sso_file};
#[cfg(not(feature = "login"))]
use crate::providers::login_not_supported;
use crate::providers::{
    AssumedRole, Cached, Container, Environment, Imds, MfaCode, Process, SsoRole, Stability, WebIdentity,
};
use crate::settings::Settings;
use crate::sts::AssumeRole;
use crate::transport::{Transport, UreqTransport};

/// What the providers of a chain share.
pub(super) struct Parts {
    pub(super) settings: Settings,
    pub(super) host: Arc<dyn Host>,
    /// `None`: not needed so far.
    pub(super) transport: Option<Arc<dyn Transport>>,
    /// For IMDS and containers; `None`: each has one with its own time limits and no proxy.
    pub(super) metadata_transport: Option<Arc<dyn Transport>>,
    pub(super) mfa: Option<MfaCode>,
    pub(super) process_limit: Option<Duration>,
    pub(super) process_variables: Vec<(String, OsString)>,
    pub(super) sso_cache: Option<PathBuf>,
    pub(super) cli_cache: CliCache,
}

/// The role credentials that are shared with the AWS CLI.
#[derive(Debug, Default)]
pub(super) enum CliCache {
    #[default]
    Off,
    InHome,
    Folder(PathBuf),
}

type Source = Arc<dyn Provide>;

impl Parts {
    /// The source, and the way to it for reports.
    pub(super) fn build(&mut self, chosen: Chosen) -> Result<(Source, Vec<Link>)> {
        let Chosen { plan, provider, profile, places } = chosen;
        let mut link = Link::new(provider);
        (link.profile, link.places) = (profile.clone(), places);
        let stale = Stability::ServeStale;
        let source = match plan {
            Plan::Environment => self.cached(Environment::with_host(self.host()), Stability::CacheOnly),
            Plan::Static { keys } => self.cached(keys, Stability::CacheOnly),
            Plan::WebIdentity { token_file, role_arn, session_name } => {
                link.places.push(Place::File { path: token_file.clone() });
                link.role_arn = Some(role_arn.clone());
                let request = AssumeRole::new(role_arn.as_str(), session_name.as_deref().unwrap_or_default());
                let (transport, host) = (self.transport(), self.host());
                let role = WebIdentity::with_parts(token_file, role_arn, &self.settings, transport, host)?;
                let role = match session_name {
                    Some(name) => role.session_name(name),
                    None => role,
                };
                self.shared(role, role_file(&request), &mut link)
            }
            Plan::Sso { session, account_id, role_name } => {
                let cache = self.sso_cache()?;
                link.places.push(Place::File { path: cache.path(&session) });
                link.role_arn = Some(format!("{account_id}/{role_name}"));
                let file = sso_file(&session, &account_id, &role_name);
                let (transport, host) = (self.transport(), self.host());
                let tokens = TokenProvider::with_parts(*session, cache, &self.settings, transport, host)?;
                let (transport, host) = (self.transport(), self.host());
                let role = SsoRole::with_parts(tokens, account_id, role_name, &self.settings, transport, host)?;
                self.shared(role, file, &mut link)
            }
            Plan::Process { line, account_id } => {
                let mut process = Process::new(&line)?.host(self.host());
                if let Some(limit) = self.process_limit {
                    process = process.time_limit(limit);
                }
                for (name, value) in &self.process_variables {
                    process = process.variable(name, value);
                }
                if let Some(account_id) = account_id {
                    process = process.account_id(account_id);
                }
                self.cached(process, Stability::CacheOnly)
            }
            #[cfg(feature = "login")]
            Plan::Login { session } => {
                let (transport, host) = (self.transport(), self.host());
                let login = Login::with_parts(session, &self.settings, transport, host)?;
                let login = match profile {
                    Some(name) => login.profile(name),
                    None => login,
                };
                self.cached(login, stale)
            }
            #[cfg(not(feature = "login"))]
            Plan::Login { .. } => return Err(login_not_supported(profile.as_deref().unwrap_or_default())),
            Plan::Container => {
                let container = match &self.metadata_transport {
                    Some(transport) => Container::with_parts(&self.settings, Arc::clone(transport), self.host())?,
                    None => Container::with_host(&self.settings, self.host())?,
                };
                link.places.push(Place::Url { url: container.base() });
                self.cached(container, stale)
            }
            Plan::Imds => {
                let imds = match &self.metadata_transport {
                    Some(transport) => Imds::with_parts(&self.settings, Arc::clone(transport), self.host()),
                    None => Imds::with_host(&self.settings, self.host()),
                };
                let place = Place::Url { url: imds.endpoint() };
                // As the last resort of the chain it was noted by the choice.
                if !link.places.contains(&place) {
                    link.places.push(place);
                }
                self.cached(imds, stale)
            }
            Plan::Roles { base, links } => return self.build_roles(*base, links),
        };
        Ok((source, vec![link]))
    }

    fn build_roles(&mut self, base: Chosen, roles: Vec<super::role::RoleLink>) -> Result<(Source, Vec<Link>)> {
        let first = roles.first().map(|role| role.request.role_arn.clone()).unwrap_or_default();
        let base = self.build(base).map_err(|e| e.with_context(format_args!("assuming the role {first}")));
        let (mut source, mut path) = base?;
        for role in roles {
            let mut link = Link::new("assume-role");
            (link.profile, link.role_arn) = (Some(role.profile), Some(role.request.role_arn.clone()));
            // Before a name for the session is made up: that one does not count.
            let file = role_file(&role.request);
            let (transport, host) = (self.transport(), self.host());
            let mut assumed = AssumedRole::with_parts(source, role.request, &self.settings, transport, host)?;
            if let Some(mfa) = &self.mfa {
                assumed = assumed.mfa_code(Arc::clone(mfa));
            }
            link.session_name = Some(assumed.session_name().to_owned());
            link.places = vec![role.place, Place::Url { url: assumed.endpoint().url().to_owned() }];
            source = self.shared(assumed, file, &mut link);
            path.push(link);
        }
        Ok((source, path))
    }

    fn cached(&self, source: impl Provide + 'static, stability: Stability) -> Source {
        // One kind of cache for all sources: a copy of its code for each would be 60 kB.
        let source: Source = Arc::new(source);
        Arc::new(Cached::new(source, stability).host(self.host()).load_limit_of(&self.settings))
    }

    /// The same for a role, whose credentials are shared with the AWS CLI if that was asked for.
    fn shared(&self, source: impl Recorded + 'static, file: String, link: &mut Link) -> Source {
        match self.cli_folder() {
            None => self.cached(source, Stability::ServeStale),
            Some(folder) => {
                let kept = CliCached::new(source, folder, file, self.host());
                link.places.push(Place::File { path: kept.path() });
                self.cached(kept, Stability::ServeStale)
            }
        }
    }

    fn cli_folder(&self) -> Option<TokenCache> {
        match &self.cli_cache {
            CliCache::Off => None,
            CliCache::Folder(folder) => Some(TokenCache::new(folder)),
            CliCache::InHome => {
                let home = crate::config::home(&*self.host);
                if home.is_none() {
                    log::warn!("role credentials are not shared with the AWS CLI: there is no home folder, set HOME");
                }
                home.map(|home| TokenCache::new(home.join(".aws").join("cli").join("cache")))
            }
        }
    }

    fn host(&self) -> Arc<dyn Host> {
        Arc::clone(&self.host)
    }

    /// One for all service calls, so that they share connections.
    fn transport(&mut self) -> Arc<dyn Transport> {
        let make = || Arc::new(UreqTransport::new(self.settings.transport().clone())) as Arc<dyn Transport>;
        Arc::clone(self.transport.get_or_insert_with(make))
    }

    fn sso_cache(&self) -> Result<TokenCache> {
        match &self.sso_cache {
            Some(folder) => Ok(TokenCache::new(folder)),
            None => TokenCache::of(&*self.host),
        }
    }
}
