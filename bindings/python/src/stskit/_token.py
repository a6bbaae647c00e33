"""Tokens for services that take an IAM identity as a password."""

from __future__ import annotations

from . import _native
from .exceptions import NotSupportedError, ParamValidationError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from types import TracebackType
    from typing import Any

    from typing_extensions import Self

    from ._session import Session


class Token:
    """A password with an end. Immutable; printing shows everything but the text.

    `text` is what the other side wants: the password, the body of a login, the URL.
    """

    __slots__ = ("_handle",)

    def __init__(self, handle: _native.Token) -> None:
        self._handle = handle

    @property
    def text(self) -> str:
        """The token itself. Do not log it."""
        return _native.text_of(_native.library.token_text(self._handle.pointer))

    @property
    def user(self) -> str | None:
        """The user name that goes with it, where it is not one of the inputs: of "codecommit" (a secret) and "ses-smtp",
        and the subject of "web-identity"."""
        return _native.decode(_native.library.token_user(self._handle.pointer))

    @property
    def expiration(self) -> datetime:
        """From when on the service refuses it, at the latest, in UTC."""
        from datetime import datetime, timedelta, timezone

        since = datetime(1970, 1, 1, tzinfo=timezone.utc)
        return since + timedelta(milliseconds=self.expiration_ms)

    @property
    def expiration_ms(self) -> int:
        """The same as milliseconds since 1970. What wants seconds (confluent-kafka) gets `expiration.timestamp()`."""
        return int(_native.library.token_expiration_ms(self._handle.pointer))

    def as_dict(self) -> dict[str, str]:
        """All of it as texts: purpose, token, user, expiration, access_key_id; what there is not is left out."""
        import json

        made: dict[str, str] = json.loads(_native.library.token_json(self._handle.pointer))
        return made

    def __repr__(self) -> str:
        return f"Token(text=<hidden>, expiration={self.expiration.isoformat()!r})"

    def __reduce__(self) -> tuple[object, ...]:
        raise TypeError("tokens are not pickled: they would be written down")


class TokenSource:
    """Makes tokens of one kind. Any number of threads may use one.

    A new token for each call, in microseconds once there are credentials; those of "web-identity" are kept and
    refreshed ahead of their end.
    """

    __slots__ = ("_handle", "kind")

    def __init__(self, handle: _native.TokenSource, kind: str) -> None:
        self._handle = handle
        self.kind = kind

    def get(self) -> Token:
        """A token."""
        handle = self._handle
        return Token(_native.make(_native.Token, "token_source_get", handle.pointer))

    def invalidate(self) -> None:
        """Says that the other side refused a kept token ("web-identity"): the next one is new."""
        _native.library.token_source_invalidate(self._handle.pointer)

    def __repr__(self) -> str:
        return f"TokenSource({self.kind!r})"

    def __reduce__(self) -> tuple[object, ...]:
        raise TypeError("a source of tokens cannot be pickled; make one in each process")


def inputs_json(inputs: Mapping[str, Any]) -> bytes:
    """The inputs for the library. None is one that is not given; bytes are written as base64."""
    import json
    from base64 import b64encode

    given = {
        name: b64encode(value).decode() if isinstance(value, bytes) else value
        for name, value in inputs.items()
        if value is not None
    }
    try:
        return json.dumps(given, allow_nan=False, ensure_ascii=True).encode()
    except (TypeError, ValueError) as error:
        # Types only: a value may be a secret.
        reason = str(error) if isinstance(error, TypeError) else "a value cannot be written as JSON"
        raise ParamValidationError(reason) from None


def of_client(client: _native.Client, kind: str, inputs: Mapping[str, Any]) -> Token:
    name, data = _native.encode(kind), inputs_json(inputs)
    return Token(_native.make(_native.Token, "client_get_token", client.pointer, name, data))


def of_credentials(credentials: _native.Credentials, kind: str, inputs: Mapping[str, Any], seconds: int | None) -> Token:
    name, data = _native.encode(kind), inputs_json(inputs)
    return Token(_native.make(_native.Token, "credentials_get_token", credentials.pointer, name, data, seconds))


def source(client: _native.Client, kind: str, inputs: Mapping[str, Any]) -> TokenSource:
    name, data = _native.encode(kind), inputs_json(inputs)
    return TokenSource(_native.make(_native.TokenSource, "token_source_new", client.pointer, name, data), kind)


class TokenClient:
    """The base of the clients that have nothing but tokens, as boto3 spells them."""

    service_name = ""

    def __init__(self, session: Session) -> None:
        self._session = session

    def _text(self, kind: str, **inputs: Any) -> str:
        return of_client(self._session._client(), kind, inputs).text  # pyright: ignore[reportPrivateUsage]

    def close(self) -> None:
        """Nothing to end: it has no connections of its own."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of stskit>"


class RDSTokenClient(TokenClient):
    """What boto3's client "rds" has for logging in to a database; it has no operations."""

    service_name = "rds"

    def generate_db_auth_token(self, DBHostname: str, Port: int, DBUsername: str, Region: str | None = None) -> str:
        """A password for a database of RDS or Aurora, or a proxy: `Session.token("rds")` as text."""
        return self._text("rds", hostname=DBHostname, port=Port, username=DBUsername, region=Region)


class DSQLTokenClient(TokenClient):
    """What boto3's client "dsql" has for logging in to a cluster; it has no operations."""

    service_name = "dsql"

    def generate_db_connect_auth_token(self, Hostname: str, Region: str | None = None, ExpiresIn: int = 900) -> str:
        """A password for a cluster of Aurora DSQL, for users other than admin."""
        return self._text("dsql", hostname=Hostname, region=Region, expires_in=ExpiresIn)

    def generate_db_connect_admin_auth_token(
        self, Hostname: str, Region: str | None = None, ExpiresIn: int = 900
    ) -> str:
        """The same for the user admin."""
        return self._text("dsql-admin", hostname=Hostname, region=Region, expires_in=ExpiresIn)


CLIENTS = {client.service_name: client for client in (RDSTokenClient, DSQLTokenClient)}


def client_of(session: Session, service_name: str, region_name: str | None, settings: Mapping[str, Any]) -> Any:
    """`Session.client()` for these. Of settings they take the region; whoever wants others makes a session."""
    if any(value is not None for value in settings.values()):
        raise NotSupportedError(f"the client {service_name!r} takes no settings but a region: make a Session with them")
    if region_name is not None:
        session = session._in_region(region_name)  # pyright: ignore[reportPrivateUsage]
    return CLIENTS[service_name](session)
