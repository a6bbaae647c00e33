"""Requests to sign, as the library wants them."""

from __future__ import annotations

from collections.abc import Mapping

from . import _native
from .exceptions import ParamValidationError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import Any


def request(
    method: str,
    url: str,
    headers: Mapping[str, str] | Iterable[tuple[str, str]] = (),
    body: bytes | str | None = None,
    unsigned_body: bool = False,
    body_sha256: str | None = None,
    style: str = "standard",
    options: Mapping[str, Any] | None = None,
) -> _native.Request:
    made: _native.Request = _native.make(_native.Request, "request_new", _native.encode(method), _native.encode(url))
    pointer = made.pointer
    if style != "standard":
        _native.call("request_set_style", pointer, _native.number(_native.STYLES, style, "signing style"))
    if options is not None:
        import json

        _native.call("request_set_options", pointer, _native.encode(json.dumps(dict(options))))
    given: Any = headers
    for name, value in given.items() if isinstance(headers, Mapping) else given:
        _native.call("request_add_header", pointer, _native.encode(name), _native.encode(value))
    if body is not None:
        data = body.encode("utf-8") if isinstance(body, str) else bytes(body)
        _native.call("request_set_body", pointer, data, len(data))
    if unsigned_body:
        _native.call("request_set_unsigned_body", pointer)
    if body_sha256 is not None:
        _native.call("request_set_body_sha256", pointer, _native.encode(body_sha256))
    return made


def signed_headers(made: _native.Request) -> dict[str, str]:
    return dict(_native.pairs("request_header", made.pointer))


def lifetime(seconds: int) -> int:
    """A life of a URL that fits into the call; the library judges the rest."""
    if not 0 <= seconds < 1 << 32:
        raise ParamValidationError("a URL lives for 1 to 604800 seconds")
    return int(seconds)


def sign(
    client: _native.Client, made: _native.Request, service: str, region: str | None
) -> dict[str, str]:
    _native.call("client_sign", client.pointer, made.pointer, _native.encode(service), _native.encode(region))
    return signed_headers(made)


def presign(client: _native.Client, made: _native.Request, service: str, region: str | None, expires: int) -> str:
    return _native.text(
        "client_presign",
        client.pointer,
        made.pointer,
        _native.encode(service),
        _native.encode(region),
        lifetime(expires),
    )
