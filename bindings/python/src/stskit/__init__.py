"""AWS credentials, STS and IAM Identity Center without an AWS SDK.

    import stskit

    stskit.credentials()                        # the default chain, cached and refreshed
    stskit.client("sts").get_caller_identity()  # boto3's methods and dictionaries
    stskit.explain()                            # how the chain came to its answer

Everything is done by the C library of stskit, which is inside the wheel.
"""

from __future__ import annotations

from . import exceptions
from ._native import version as _version
from ._credentials import Credentials
from .exceptions import ClientError, Error
from ._session import Session

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Literal, overload

    from typing_extensions import Unpack

    from ._config import Config
    from ._logs import TRACE, log_to
    from ._sign_in import DeviceCode, SsoSession
    from ._token import DSQLTokenClient, RDSTokenClient, Token, TokenSource
    from .literals import SSOOIDCServiceName, SSOServiceName, STSServiceName
    from .services import ClientOptions, MakeToken, MakeTokenSource, SSOClient, SSOOIDCClient, STSClient
else:
    from ._session import overload

__version__ = _version()
__all__ = [
    "ClientError",
    "Config",
    "Credentials",
    "DeviceCode",
    "Error",
    "Session",
    "SsoSession",
    "TRACE",
    "Token",
    "TokenSource",
    "client",
    "credentials",
    "exceptions",
    "explain",
    "log_to",
    "presign",
    "setup_default_session",
    "sign",
    "token",
    "tokens",
]

_sessions: dict[str | None, Session] = {}
_LATER = {
    "Config": "_config",
    "DeviceCode": "_sign_in",
    "SsoSession": "_sign_in",
    "TRACE": "_logs",
    "Token": "_token",
    "TokenSource": "_token",
    "log_to": "_logs",
}


def _session(profile: str | None = None) -> Session:
    """The session that all calls with this profile share."""
    found = _sessions.get(profile)
    if found is None:
        found = _sessions.setdefault(profile, Session(profile_name=profile))
    return found


def setup_default_session(**settings: Any) -> None:
    """Makes the session that `credentials()`, `client()` and the others share anew, with settings of `Session`."""
    made = Session(**settings)
    _sessions.clear()
    _sessions[None] = made


def credentials(profile: str | None = None, **settings: Any) -> Credentials:
    """Credentials that are good now: cached ones, or new ones once those are about to expire.

    Cheap while the cached ones are good: ask each time. With further settings, which are those of `Session`, nothing
    is shared with other calls.
    """
    if settings:
        return Session(profile_name=profile, **settings).credentials()
    return _session(profile).credentials()


def explain(profile: str | None = None) -> dict[str, Any]:
    """How the default chain comes to its answer, or why it has none. No secrets."""
    return _session(profile).explain()


@overload
def client(
    service_name: STSServiceName,
    region_name: str | None = None,
    *,
    profile_name: str | None = None,
    **options: Unpack[ClientOptions],
) -> STSClient: ...


@overload
def client(
    service_name: SSOServiceName,
    region_name: str | None = None,
    *,
    profile_name: str | None = None,
    **options: Unpack[ClientOptions],
) -> SSOClient: ...


@overload
def client(
    service_name: SSOOIDCServiceName,
    region_name: str | None = None,
    *,
    profile_name: str | None = None,
    **options: Unpack[ClientOptions],
) -> SSOOIDCClient: ...


@overload
def client(
    service_name: Literal["rds"], region_name: str | None = None, *, profile_name: str | None = None
) -> RDSTokenClient: ...


@overload
def client(
    service_name: Literal["dsql"], region_name: str | None = None, *, profile_name: str | None = None
) -> DSQLTokenClient: ...


def client(service_name: str, *arguments: Any, profile_name: str | None = None, **settings: Any) -> Any:
    """A client with boto3's methods for "sts", "sso" or "sso-oidc": see `Session.client()`."""
    session: Any = _session(profile_name)
    return session.client(service_name, *arguments, **settings)


def sign(method: str, url: str, *, profile: str | None = None, **settings: Any) -> dict[str, str]:
    """Signs a request for now: see `Session.sign()`."""
    return _session(profile).sign(method, url, **settings)


def presign(method: str, url: str, *, profile: str | None = None, **settings: Any) -> str:
    """Presigns a request: see `Session.presign()`."""
    return _session(profile).presign(method, url, **settings)


if TYPE_CHECKING:
    token: MakeToken
    tokens: MakeTokenSource
else:

    def token(kind, /, **inputs):
        """A token of a kind, such as the password of a database: see `Session.token()`."""
        return _session().token(kind, **inputs)

    def tokens(kind, /, **inputs):
        """A source of tokens of a kind: see `Session.tokens()`."""
        return _session().tokens(kind, **inputs)


def __getattr__(name: str) -> Any:
    module = _LATER.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    found = globals()[name] = getattr(import_module(f"{__name__}.{module}"), name)
    return found
