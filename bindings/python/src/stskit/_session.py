"""A session: settings, one source of credentials with its cache, and what can be done with them."""

from __future__ import annotations

from . import _native
from ._config import Config, build, milliseconds, options_of
from ._credentials import Credentials
from .exceptions import NotSupportedError, ParamValidationError, PartialCredentialsError, UnknownServiceError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime
    from typing import Any, Literal, overload

    from typing_extensions import Unpack

    from ._client import ServiceClient
    from ._sign_in import DeviceCode, SsoSession
    from ._token import DSQLTokenClient, RDSTokenClient, Token, TokenSource
    from .literals import SSOOIDCServiceName, SSOServiceName, STSServiceName
    from .services import ClientOptions, SSOClient, SSOOIDCClient, STSClient
    from .type_defs import AccountInfoTypeDef, RoleInfoTypeDef

    Connect = Callable[[_native.Config], _native.Client]
else:

    def overload(function):
        """Without the cost of importing typing."""
        return function


def _default_chain(config: _native.Config) -> _native.Client:
    made: _native.Client = _native.make(_native.Client, "client_new", config.pointer)
    return made


class Session:
    """Settings, a source of credentials, and the clients that share them. Any number of threads may use it.

    Without keys it walks the default chain: environment, profile, web identity, sign-in, container, instance. With
    `credentials` it takes those, or asks a function for some whenever it has none that are good. `mfa` is asked for
    the code of an MFA device: it gets the serial number and answers the code. `endpoint_url` is for all services, or
    a dictionary by service.

    Nothing is read before it is needed, and the files are read once.
    """

    def __init__(
        self,
        aws_access_key_id: str | None = None,
        aws_secret_access_key: str | None = None,
        aws_session_token: str | None = None,
        region_name: str | None = None,
        profile_name: str | None = None,
        aws_account_id: str | None = None,
        *,
        credentials: Credentials | Callable[[], Credentials] | None = None,
        endpoint_url: str | Mapping[str, str] | None = None,
        mfa: Callable[[str], str] | None = None,
        config: Config | None = None,
    ) -> None:
        given = _keys(aws_access_key_id, aws_secret_access_key, aws_session_token, aws_account_id)
        if given is not None and credentials is not None:
            raise ParamValidationError("credentials are given twice")
        self._profile = profile_name
        self._options = options_of(config)
        if region_name is not None:
            self._options["region_name"] = region_name
        self._endpoint_urls = _by_service(endpoint_url)
        self._mfa = mfa
        self._connect: Connect = _source(given or credentials)
        self._native: _native.Client | None = None
        self._source_name = "the default chain" if (given or credentials) is None else "given credentials"

    @classmethod
    def _with(cls, name: str, connect: Connect, settings: Mapping[str, Any]) -> Session:
        made = cls(**settings)
        made._connect = connect
        made._source_name = name
        return made

    @classmethod
    def with_environment(cls, **settings: Any) -> Session:
        """With the keys in the environment, and nothing else."""

        def connect(config: _native.Config) -> _native.Client:
            made: _native.Client = _native.make(_native.Client, "client_new_with_environment", config.pointer)
            return made

        return cls._with("the environment", connect, settings)

    @classmethod
    def with_process(cls, command: str, *, timeout: float | None = None, **settings: Any) -> Session:
        """With what a helper program prints (credential_process). It is killed after `timeout` seconds."""

        def connect(config: _native.Config) -> _native.Client:
            limit = 0 if timeout is None else milliseconds(timeout)
            made: _native.Client = _native.make(
                _native.Client, "client_new_with_process", config.pointer, _native.encode(command), limit
            )
            return made

        return cls._with("a helper program", connect, settings)

    @classmethod
    def with_web_identity(
        cls, token_file: str | os.PathLike[str], role_arn: str, session_name: str | None = None, **settings: Any
    ) -> Session:
        """With a role for the token in a file, which is read at each load."""

        def connect(config: _native.Config) -> _native.Client:
            made: _native.Client = _native.make(
                _native.Client,
                "client_new_with_web_identity",
                config.pointer,
                _native.path_bytes(token_file),
                _native.encode(role_arn),
                _native.encode(session_name),
            )
            return made

        return cls._with("a web identity", connect, settings)

    @classmethod
    def with_sso_role(
        cls, account_id: str, role_name: str, sso_session: SsoSession | None = None, **settings: Any
    ) -> Session:
        """With a role of a sign-in to IAM Identity Center."""

        def connect(config: _native.Config) -> _native.Client:
            handle = sso_session.handle() if sso_session is not None else None
            made: _native.Client = _native.make(
                _native.Client,
                "client_new_with_sso_role",
                config.pointer,
                handle.pointer if handle is not None else None,
                _native.encode(account_id),
                _native.encode(role_name),
            )
            return made

        return cls._with("a role of a sign-in", connect, settings)

    def with_role(self, **members: Any) -> Session:
        """A session with a role, assumed with the credentials of this one, and kept fresh.

        The members are those of AssumeRole; a RoleSessionName that is missing is made up.
        """
        from ._client import to_json

        data = to_json(members)
        made = Session()
        made._profile, made._options = self._profile, self._options
        made._endpoint_urls, made._mfa = self._endpoint_urls, self._mfa

        def connect(_: _native.Config) -> _native.Client:
            source = self._client()
            client: _native.Client = _native.make(
                _native.Client, "client_new_with_assumed_role", source.pointer, data
            )
            return client

        made._connect = connect
        made._source_name = "an assumed role"
        return made

    def _config(self) -> _native.Config:
        return build(self._options, profile=self._profile, endpoint_urls=self._endpoint_urls, mfa=self._mfa)

    def _client(self) -> _native.Client:
        """The library's client, made when it is first needed. Two threads may make one each; one stays."""
        if self._native is None:
            self._native = self._connect(self._config())
        return self._native

    # --- Credentials ---

    def credentials(self) -> Credentials:
        """Credentials that are good now: cached ones, or new ones once those are about to expire.

        Cheap while the cached ones are good: ask each time, instead of keeping a copy.
        """
        client = self._client()
        return Credentials._of(
            _native.make(_native.Credentials, "client_get_credentials", client.pointer)
        )

    # The name that boto3 uses.
    get_credentials = credentials

    def invalidate(self, credentials: Credentials) -> None:
        """Says that a service answered that these have expired: the next lookup loads new ones."""
        handle = credentials._handle
        _native.call("client_invalidate", self._client().pointer, handle.pointer)

    def explain(self) -> dict[str, Any]:
        """How the default chain comes to its answer: every provider, what it looked at, why it did not serve.

        Nothing in it is a secret. It does not fail where no credentials are found: `report["problem"]` says so.
        """
        import json

        client = self._client()
        report: dict[str, Any] = json.loads(_native.text("client_explain", client.pointer))
        return report

    def cancel(self) -> None:
        """Ends the calls that are under way, in other threads too, with CancelledError; later ones fail at once."""
        _native.library.client_cancel(self._client().pointer)

    def reset(self) -> None:
        """Lets a cancelled session be used again."""
        _native.library.client_reset(self._client().pointer)

    @property
    def is_cancelled(self) -> bool:
        return bool(_native.library.client_is_cancelled(self._client().pointer))

    # --- Settings ---

    @property
    def region_name(self) -> str | None:
        """The region in use; None if there is none."""
        from .exceptions import ConfigurationError

        client = self._client()
        try:
            return _native.text("client_get_region", client.pointer)
        except ConfigurationError:
            return None

    @property
    def profile_name(self) -> str:
        """The profile that was named, or what AWS_PROFILE says, or "default"."""
        import os

        named = self._profile or os.environ.get("AWS_PROFILE") or os.environ.get("AWS_DEFAULT_PROFILE")
        return named or "default"

    def endpoint_url(self, service_name: str) -> str:
        """Where the calls of a service go."""
        number = _native.number(_native.SERVICES, service_name, "service")
        client = self._client()
        return _native.text("client_get_endpoint", client.pointer, number)

    def get_available_services(self) -> list[str]:
        return list(_native.SERVICES)

    # --- Clients ---

    @overload
    def client(
        self, service_name: STSServiceName, region_name: str | None = None, **options: Unpack[ClientOptions]
    ) -> STSClient: ...

    @overload
    def client(
        self, service_name: SSOServiceName, region_name: str | None = None, **options: Unpack[ClientOptions]
    ) -> SSOClient: ...

    @overload
    def client(
        self, service_name: SSOOIDCServiceName, region_name: str | None = None, **options: Unpack[ClientOptions]
    ) -> SSOOIDCClient: ...

    @overload
    def client(self, service_name: Literal["rds"], region_name: str | None = None) -> RDSTokenClient: ...

    @overload
    def client(self, service_name: Literal["dsql"], region_name: str | None = None) -> DSQLTokenClient: ...

    def client(
        self,
        service_name: str,
        region_name: str | None = None,
        api_version: str | None = None,
        use_ssl: bool = True,
        verify: bool | str | None = None,
        endpoint_url: str | None = None,
        aws_access_key_id: str | None = None,
        aws_secret_access_key: str | None = None,
        aws_session_token: str | None = None,
        config: Any = None,
        aws_account_id: str | None = None,
    ) -> Any:
        """A client with boto3's methods: "sts", "sso" or "sso-oidc"; "rds" and "dsql" for their tokens alone.

        Settings that are given here are for this client; how the session gets its credentials stays as it is.
        """
        from . import services

        if service_name in ("rds", "dsql"):
            from . import _token as token

            settings = {"api_version": api_version, "verify": verify, "endpoint_url": endpoint_url, "config": config}
            keys = {"id": aws_access_key_id, "secret": aws_secret_access_key, "token": aws_session_token}
            return token.client_of(self, service_name, region_name, {**settings, **keys, "account": aws_account_id})
        if service_name not in _native.SERVICES:
            known = ", ".join([*_native.SERVICES, "rds", "dsql"])
            raise UnknownServiceError(f"unknown service: {service_name!r}. Valid service names are: {known}")
        if verify is False:
            raise NotSupportedError("certificates are always checked: name a file of authorities with verify")
        if not use_ssl:
            raise NotSupportedError("use_ssl=False: give an endpoint_url that starts with http://")
        options = options_of(config)
        if isinstance(verify, str):
            options["ca_bundle"] = verify
        if region_name is not None:
            options["region_name"] = region_name
        given = _keys(aws_access_key_id, aws_secret_access_key, aws_session_token, aws_account_id)
        service: type[ServiceClient] = services.class_of(service_name, api_version)
        if not options and endpoint_url is None and given is None:
            return service(self, self._client(), service_name)
        urls = {**self._endpoint_urls, **({} if endpoint_url is None else {service_name: endpoint_url})}
        made = build({**self._options, **options}, profile=self._profile, endpoint_urls=urls)
        connect = _source(self.credentials if given is None else given)
        return service(self, connect(made), service_name)

    # --- Signatures ---

    def sign(
        self,
        method: str,
        url: str,
        *,
        service: str,
        region: str | None = None,
        headers: Mapping[str, str] | Iterable[tuple[str, str]] = (),
        body: bytes | str | None = None,
        unsigned_body: bool = False,
        body_sha256: str | None = None,
        style: str = "standard",
        options: Mapping[str, Any] | None = None,
    ) -> dict[str, str]:
        """Signs a request for now: the headers to add, names in lower case, in place of any of the same name.

        `service` is the signing name ("s3", "execute-api"); without a `region` that of the session counts. The URL
        and the headers have to be sent as they are here; Host need not be given. `style` is standard, s3,
        content_sha256 or token_after_signing; for services that none of them fits, `options` chooses one by one:
        `{"path_encoding": "single"}`. Their names are those of stskit_request_set_options in stskit.h.
        """
        from . import _signing as signing

        made = signing.request(method, url, headers, body, unsigned_body, body_sha256, style, options)
        return signing.sign(self._client(), made, service, region)

    def presign(
        self,
        method: str,
        url: str,
        *,
        service: str,
        region: str | None = None,
        expires: int = 3600,
        headers: Mapping[str, str] | Iterable[tuple[str, str]] = (),
        body: bytes | str | None = None,
        unsigned_body: bool = False,
        body_sha256: str | None = None,
        style: str = "standard",
        options: Mapping[str, Any] | None = None,
    ) -> str:
        """Presigns a request: who has the URL may make the request until it expires, after `expires` seconds.

        The rest is as in `sign()`. S3 wants `unsigned_body=True`.
        """
        from . import _signing as signing

        made = signing.request(method, url, headers, body, unsigned_body, body_sha256, style, options)
        return signing.presign(self._client(), made, service, region, expires)

    def presign_get_caller_identity(self, expires: int = 60, header: tuple[str, str] | None = None) -> str:
        """A URL that answers who its maker is, as EKS and Vault want one; `header` has to be sent along."""
        from . import _signing as signing

        name, value = header if header is not None else (None, None)
        client = self._client()
        return _native.text(
            "client_presign_get_caller_identity",
            client.pointer,
            signing.lifetime(expires),
            _native.encode(name),
            _native.encode(value),
        )

    # --- Tokens ---

    def token(self, kind: str, /, **inputs: Any) -> Token:
        """A token for a service that takes an IAM identity as a password: "rds", "eks", "elasticache", "vault", …

        `stskit.literals.TokenKind` has the kinds; the inputs are those of the kind, such as `hostname`, `port` and
        `username`. Most take `region`, that of the session if left out, and `min_ttl`: the seconds that the credentials
        have to last, 300 if left out; those that end sooner are refreshed first. To make many, see `tokens()`.
        """
        from . import _token as token

        return token.of_client(self._client(), kind, inputs)

    def tokens(self, kind: str, /, **inputs: Any) -> TokenSource:
        """A source of tokens of a kind, whose inputs are checked now: `source.get().text` for each connection."""
        from . import _token as token

        return token.source(self._client(), kind, inputs)

    def _in_region(self, region_name: str) -> Session:
        """A session with the credentials of this one for another region."""
        made = Session()
        made._profile, made._options = self._profile, {**self._options, "region_name": region_name}
        made._endpoint_urls, made._mfa = self._endpoint_urls, self._mfa
        made._connect, made._source_name = _source(self.credentials), self._source_name
        return made

    # --- Sign-in ---

    def sign_in_with_device_code(
        self,
        show: Callable[[DeviceCode], object],
        *,
        timeout: float | None = None,
        sso_session: SsoSession | None = None,
    ) -> None:
        """Signs in to IAM Identity Center: a person approves in any browser, on any machine.

        `show` gets the code and the page, once, and returns at once; what it raises ends the sign-in and comes back.
        Without `sso_session` that of the profile counts. Ctrl-C ends it.
        """
        from . import _sign_in as sign_in

        sign_in.with_device_code(self, show, timeout, sso_session)

    def sign_in_with_browser(
        self,
        open_page: Callable[[str], object] | None = None,
        *,
        timeout: float | None = None,
        sso_session: SsoSession | None = None,
    ) -> None:
        """Signs in to IAM Identity Center: a person approves in a browser on this machine.

        `open_page` gets the URL and returns at once; by default the system's browser opens it.
        """
        from . import _sign_in as sign_in

        sign_in.with_browser(self, open_page, timeout, sso_session)

    def sign_out(self, sso_session: SsoSession | None = None) -> None:
        """Signs out: the service forgets the token, and so does the cache."""
        handle, client = _handle(sso_session), self._client()
        _native.call("client_sign_out", client.pointer, handle.pointer)

    def sso_token(self, sso_session: SsoSession | None = None) -> str:
        """The access token of a sign-in, refreshed if it is about to expire: accessToken of the client "sso"."""
        handle, client = _handle(sso_session), self._client()
        return _native.text("client_get_sso_token", client.pointer, handle.pointer)

    def list_sso_accounts(self, sso_session: SsoSession | None = None) -> list[AccountInfoTypeDef]:
        """All accounts that the signed-in user has roles in."""
        found: list[AccountInfoTypeDef] = self._list("accountList", "client_list_sso_accounts", sso_session)
        return found

    def list_sso_account_roles(
        self, account_id: str, sso_session: SsoSession | None = None
    ) -> list[RoleInfoTypeDef]:
        """All roles that the signed-in user has in an account."""
        account = _native.encode(account_id)
        found: list[RoleInfoTypeDef] = self._list("roleList", "client_list_sso_account_roles", sso_session, account)
        return found

    def _list(self, key: str, name: str, sso_session: SsoSession | None, *more: Any) -> Any:
        import json

        handle, client = _handle(sso_session), self._client()
        response = _native.make(_native.Response, name, client.pointer, handle.pointer, *more)
        return json.loads(_native.library.response_json(response.pointer)).get(key, [])

    def __repr__(self) -> str:
        return f"Session(profile_name={self._profile!r}, credentials from {self._source_name})"


def _handle(sso_session: SsoSession | None) -> _native.SsoSession:
    """The library's session, or one that is NULL: that of the profile."""
    return _native.SsoSession(None) if sso_session is None else sso_session.handle()


def _by_service(endpoint_url: str | Mapping[str, str] | None) -> dict[str, str]:
    if endpoint_url is None:
        return {}
    if isinstance(endpoint_url, str):
        return dict.fromkeys(_native.SERVICES, endpoint_url)
    return dict(endpoint_url)


def _keys(
    access_key_id: str | None, secret_access_key: str | None, session_token: str | None, account_id: str | None
) -> Credentials | None:
    if access_key_id is None and secret_access_key is None:
        if session_token is not None:
            raise PartialCredentialsError("aws_session_token is given without the keys it belongs to")
        return None
    if access_key_id is None or secret_access_key is None:
        missing = "aws_secret_access_key" if access_key_id is not None else "aws_access_key_id"
        raise PartialCredentialsError(f"Partial credentials found in explicit, missing: {missing}")
    return Credentials(access_key_id, secret_access_key, session_token, None, account_id)


def _source(credentials: Credentials | Callable[[], Credentials] | None) -> Connect:
    """How to make the library's client with these."""
    if credentials is None:
        return _default_chain
    if isinstance(credentials, Credentials):
        return lambda config: _with_credentials(config, credentials)
    return lambda config: _with_callback(config, credentials)


def _with_credentials(config: _native.Config, credentials: Credentials) -> _native.Client:
    handle = credentials._handle
    made: _native.Client = _native.make(
        _native.Client, "client_new_with_credentials", config.pointer, handle.pointer
    )
    return made


def _with_callback(config: _native.Config, ask: Callable[[], Credentials]) -> _native.Client:
    def answer() -> _native.Credentials:
        found = ask()
        # A handle of its own: the library takes it over.
        expiration: datetime | None = found.expiration
        return _native.new_credentials(
            found.access_key_id,
            found.secret_access_key,
            found.session_token,
            None if expiration is None else int(expiration.timestamp()),
            found.account_id,
        )

    made: _native.Client = _native.make(
        _native.Client,
        "client_new_with_callback",
        config.pointer,
        _native.credentials_callback(),
        _native.keep(answer),
        _native.release_callback(),
    )
    return made
