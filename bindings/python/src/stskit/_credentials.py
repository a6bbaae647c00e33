"""One generation of credentials."""

from __future__ import annotations

from . import _native
from .exceptions import ParamValidationError, PartialCredentialsError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime
    from typing import Any

    from ._token import Token


class Credentials:
    """AWS credentials, all from one load. Immutable; any number of threads may read them.

    The values stay in the library, which wipes them when the object goes, until an attribute asks for them. Printing
    shows the access key id only.
    """

    __slots__ = ("_handle",)

    def __init__(
        self,
        access_key_id: str,
        secret_access_key: str,
        session_token: str | None = None,
        expiration: datetime | float | None = None,
        account_id: str | None = None,
    ) -> None:
        if not access_key_id or not secret_access_key:
            raise PartialCredentialsError("credentials are an access key id and a secret access key, both")
        self._handle = _native.new_credentials(
            access_key_id, secret_access_key, session_token, _seconds(expiration), account_id
        )

    @classmethod
    def _of(cls, handle: _native.Credentials) -> Credentials:
        made = cls.__new__(cls)
        made._handle = handle
        return made

    @property
    def access_key_id(self) -> str:
        """An identifier, not a secret."""
        return _native.text_of(_native.library.credentials_access_key_id(self._handle.pointer))

    @property
    def secret_access_key(self) -> str:
        return _native.text_of(_native.library.credentials_secret_access_key(self._handle.pointer))

    @property
    def session_token(self) -> str | None:
        """None for long-term credentials."""
        return _native.decode(_native.library.credentials_session_token(self._handle.pointer))

    @property
    def account_id(self) -> str | None:
        """12 digits; None where the source did not say."""
        return _native.decode(_native.library.credentials_account_id(self._handle.pointer))

    @property
    def expiration(self) -> datetime | None:
        """The time from which services refuse them, in UTC; None: never."""
        seconds = _native.expiration(self._handle)
        if seconds is None:
            return None
        from datetime import datetime, timezone

        return datetime.fromtimestamp(seconds, timezone.utc)

    # The names that boto3 uses.
    access_key = access_key_id
    secret_key = secret_access_key
    token = session_token

    def get_frozen_credentials(self) -> Credentials:
        """These: they never change."""
        return self

    def sign(
        self,
        method: str,
        url: str,
        *,
        service: str,
        region: str,
        time: datetime | float,
        headers: Mapping[str, str] | Iterable[tuple[str, str]] = (),
        body: bytes | str | None = None,
        unsigned_body: bool = False,
        body_sha256: str | None = None,
        style: str = "standard",
        options: Mapping[str, Any] | None = None,
    ) -> dict[str, str]:
        """As `Session.sign()`, for a time of one's choice. No network, no clock."""
        from . import _signing as signing

        request = signing.request(method, url, headers, body, unsigned_body, body_sha256, style, options)
        moment = _seconds(time)
        _native.call(
            "credentials_sign",
            self._handle.pointer,
            request.pointer,
            _native.encode(service),
            _native.encode(region),
            moment,
        )
        return signing.signed_headers(request)

    def presign(
        self,
        method: str,
        url: str,
        *,
        service: str,
        region: str,
        time: datetime | float,
        expires: int = 3600,
        headers: Mapping[str, str] | Iterable[tuple[str, str]] = (),
        body: bytes | str | None = None,
        unsigned_body: bool = False,
        body_sha256: str | None = None,
        style: str = "standard",
        options: Mapping[str, Any] | None = None,
    ) -> str:
        """As `Session.presign()`, for a time of one's choice. No network, no clock."""
        from . import _signing as signing

        request = signing.request(method, url, headers, body, unsigned_body, body_sha256, style, options)
        return _native.text(
            "credentials_presign",
            self._handle.pointer,
            request.pointer,
            _native.encode(service),
            _native.encode(region),
            _seconds(time),
            signing.lifetime(expires),
        )

    def get_token(self, kind: str, /, *, time: datetime | float, **inputs: Any) -> Token:
        """As `Session.token()`, for a time of one's choice. No network, no clock."""
        from . import _token as token

        return token.of_credentials(self._handle, kind, inputs, _seconds(time))

    def __repr__(self) -> str:
        parts = [f"access_key_id={self.access_key_id!r}", "secret_access_key=<hidden>"]
        if _native.library.credentials_session_token(self._handle.pointer) is not None:
            parts.append("session_token=<hidden>")
        expiration = self.expiration
        if expiration is not None:
            parts.append(f"expiration={expiration.isoformat()!r}")
        return f"Credentials({', '.join(parts)})"

    def __reduce__(self) -> tuple[object, ...]:
        raise TypeError("credentials are not pickled: they would be written down")


def _seconds(time: datetime | float | None) -> int | None:
    """Seconds since 1970."""
    if time is None:
        return None
    if isinstance(time, (int, float)):
        return int(time)
    if time.tzinfo is None:
        raise ParamValidationError("a time needs a time zone: datetime.now(timezone.utc)")
    return int(time.timestamp())
