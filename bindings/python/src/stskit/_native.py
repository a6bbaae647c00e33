"""The C library in Python's words: handles that free themselves, texts as str, failures as exceptions.

The rest of the package calls the library through here only. No logic: what is called is the C function of the same
name, and include/stskit.h is its manual.
"""

from __future__ import annotations

from ctypes import byref, c_int64, c_void_p, memmove

from . import _prototypes as c
from ._library import callback as callback
from ._library import library as library
from .exceptions import ClientError, Error, LoginHint, ParamValidationError, class_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any

SERVICES = {"sts": c.SERVICE_STS, "sso": c.SERVICE_SSO, "sso-oidc": c.SERVICE_SSO_OIDC}
RETRY_MODES = {"standard": c.RETRY_MODE_STANDARD, "adaptive": c.RETRY_MODE_ADAPTIVE, "legacy": c.RETRY_MODE_LEGACY}
STYLES = {
    "standard": c.SIGNING_STYLE_STANDARD,
    "s3": c.SIGNING_STYLE_S3,
    "content_sha256": c.SIGNING_STYLE_CONTENT_SHA256,
    "token_after_signing": c.SIGNING_STYLE_TOKEN_AFTER_SIGNING,
}


def number(table: dict[str, int], name: str, what: str) -> int:
    """The number of a name; who does not know it hears the names."""
    found = table.get(name)
    if found is None:
        raise ParamValidationError(f"unknown {what} {name!r}: it is one of {', '.join(table)}")
    return found


def encode(text: str | None) -> bytes | None:
    """A text for C."""
    if text is None:
        return None
    if not isinstance(text, str):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise ParamValidationError(f"a text is wanted, not {type(text).__name__}")
    try:
        data = text.encode("utf-8")
    except UnicodeEncodeError:
        raise ParamValidationError("a text cannot be written as UTF-8") from None
    if b"\0" in data:
        raise ParamValidationError("a text has a NUL in it")
    return data


def path_bytes(path: Any) -> bytes:
    """A path for C: the system's bytes, UTF-8 on Windows."""
    import os

    data = os.fsencode(path)
    if b"\0" in data:
        raise ParamValidationError("a path has a NUL in it")
    return data


def decode(data: bytes | None) -> str | None:
    """A text of C."""
    return None if data is None else data.decode("utf-8", "replace")


def text_of(data: bytes | None) -> str:
    """A text of C that is never absent, or as good as empty."""
    return "" if data is None else data.decode("utf-8", "replace")


class Handle:
    """A pointer that this side owns. It is freed when nobody refers to the object any more: a call that is under way
    in another thread does."""

    __slots__ = ("pointer",)
    _free = ""

    def __init__(self, pointer: int | None) -> None:
        self.pointer = pointer

    def __del__(self) -> None:
        pointer, self.pointer = self.pointer, None
        if pointer:
            getattr(library, self._free)(pointer)

    def __reduce__(self) -> Any:
        raise TypeError(f"{type(self).__name__} cannot be copied to another process")


class Config(Handle):
    __slots__ = ()
    _free = "config_free"


class Client(Handle):
    __slots__ = ()
    _free = "client_free"


class Credentials(Handle):
    __slots__ = ()
    _free = "credentials_free"


class Response(Handle):
    __slots__ = ()
    _free = "response_free"


class Pages(Handle):
    __slots__ = ()
    _free = "pages_free"


class Request(Handle):
    __slots__ = ()
    _free = "request_free"


class Token(Handle):
    __slots__ = ()
    _free = "token_free"


class TokenSource(Handle):
    __slots__ = ()
    _free = "token_source_free"


class SsoSession(Handle):
    __slots__ = ()
    _free = "sso_session_free"


def call(name: str, *arguments: Any) -> None:
    """Calls a fallible function without a result."""
    error = c_void_p()
    if getattr(library, name)(*arguments, byref(error)):
        raise failure(error)


def make(kind: Callable[[int | None], Any], name: str, *arguments: Any) -> Any:
    """Calls a fallible function and wraps what it made."""
    made, error = c_void_p(), c_void_p()
    if getattr(library, name)(*arguments, byref(made), byref(error)):
        raise failure(error)
    return kind(made.value)


def text(name: str, *arguments: Any) -> str:
    """Calls a fallible function that makes a text, and frees the text."""
    pointer = make(_plain, name, *arguments)
    try:
        return text_of(library.text_data(pointer))
    finally:
        library.text_free(pointer)


def _plain(pointer: int | None) -> int | None:
    return pointer


def version() -> str:
    return text_of(library.version())


def model() -> str:
    """The description of the services, as JSON."""
    return text("model")


def pairs(what: str, pointer: Any) -> Iterator[tuple[str, str]]:
    """Headers or members: stskit_WHAT_count, _name and _value."""
    name, value = getattr(library, f"{what}_name"), getattr(library, f"{what}_value")
    for index in range(getattr(library, f"{what}_count")(pointer)):
        yield text_of(name(pointer, index)), text_of(value(pointer, index))


def headers(what: str, pointer: Any) -> dict[str, str]:
    """Headers as botocore has them: those that came twice are joined."""
    joined: dict[str, str] = {}
    for name, value in pairs(what, pointer):
        joined[name] = f"{joined[name]}, {value}" if name in joined else value
    return joined


def metadata(status: int, request_id: str | None, sent: dict[str, str], retries: int) -> dict[str, Any]:
    """ResponseMetadata."""
    made: dict[str, Any] = {}
    if request_id is not None:
        made["RequestId"] = request_id
    if "x-amz-id-2" in sent and "x-amzn-requestid" not in sent:
        made["HostId"] = sent["x-amz-id-2"]
    made["HTTPStatusCode"] = status
    made["HTTPHeaders"] = sent
    made["RetryAttempts"] = retries
    return made


# What callbacks failed with, under the number that they answered: the library hands the number back, maybe to
# another thread that waited for the same answer, or once more while it remembers the failure.
_failures: dict[int, BaseException] = {}
_failure_count = 0


def keep_failure(error: BaseException) -> int:
    """Keeps an exception of a callback; gives the number to answer."""
    global _failure_count
    _failure_count += 1
    result = _failure_count % 0x7FFF_FFFE + 1
    _failures[result] = error
    while len(_failures) > 16:
        _failures.pop(next(iter(_failures)), None)
    return result


def failure(pointer: c_void_p) -> BaseException:
    """The exception for an error of the library, which ends here. What a callback raised comes back as itself."""
    try:
        if library.error_detail(pointer) == c.DETAIL_CALLBACK:
            raised = _failures.get(library.error_callback_result(pointer))
            if raised is not None:
                return raised
        return _failure(pointer)
    finally:
        library.error_free(pointer)


def _failure(error: c_void_p) -> Error:
    status = text_of(library.status_name(library.error_status(error)))
    code = decode(library.error_code(error))
    http_status = library.error_http_status(error) or None
    attempts = library.error_attempts(error)
    command = decode(library.error_login_command(error))
    login = None
    if command is not None:
        login = LoginHint(
            command,
            decode(library.error_login_start_url(error)),
            decode(library.error_login_session(error)),
            decode(library.error_login_profile(error)),
        )
    details: dict[str, Any] = {
        "status": status,
        "detail": library.error_detail(error),
        "code": code,
        "operation": decode(library.error_operation(error)),
        "service_message": decode(library.error_service_message(error)),
        "request_id": decode(library.error_request_id(error)),
        "http_status": http_status,
        "attempts": attempts,
        "retryable": library.error_is_retryable(error),
        "providers": tuple(
            text_of(library.error_provider_line(error, index)) for index in range(library.error_provider_count(error))
        ),
        "login": login,
    }
    message = text_of(library.error_message(error))
    if code is None or http_status is None:
        return class_of(status, details["detail"])(message, **details)
    said: dict[str, Any] = {"Message": details["service_message"] or "", "Code": code}
    fault = decode(library.error_fault(error))
    if fault is not None:
        said["Type"] = fault
    sent = metadata(http_status, details["request_id"], headers("error_header", error), max(attempts - 1, 0))
    details["members"] = dict(pairs("error_member", error))
    return ClientError({"Error": said, "ResponseMetadata": sent}, details["operation"] or "", message, **details)


# Callbacks of which the library keeps a pointer: userdata is a number in here until the library releases it.
_kept: dict[int, Callable[..., Any]] = {}
_kept_count = 0


def keep(function: Callable[..., Any]) -> int:
    """Keeps a callback until the library releases it."""
    global _kept_count
    _kept_count += 1
    _kept[_kept_count] = function
    return _kept_count


def _release(userdata: int) -> None:
    _kept.pop(userdata, None)


def _ask_for_code(userdata: int, serial: bytes | None, code: int, capacity: int) -> int:
    try:
        answer = encode(str(_kept[userdata](text_of(serial)))) or b""
        if len(answer) >= capacity:
            raise ParamValidationError("the code of the MFA device is too long")
        memmove(code, answer + b"\0", len(answer) + 1)
    except BaseException as error:  # it must not fly through C: it comes back from the call
        return keep_failure(error)
    return 0


def _ask_for_credentials(userdata: int, made: int) -> int:
    try:
        handle: Credentials = _kept[userdata]()
        c_void_p.from_address(made).value = handle.pointer
        handle.pointer = None  # it belongs to the library now
    except BaseException as error:
        return keep_failure(error)
    return 0


_callbacks: dict[str, Any] = {}


def trampoline(name: str, function: Callable[..., Any]) -> Any:
    """A Python function as a C callback, made once and kept for good."""
    made = _callbacks.get(function.__name__)
    if made is None:
        made = _callbacks[function.__name__] = callback(name)(function)
    return made


def release_callback() -> Any:
    return trampoline("release", _release)


def mfa_callback() -> Any:
    return trampoline("mfa", _ask_for_code)


def credentials_callback() -> Any:
    return trampoline("credentials", _ask_for_credentials)


def new_credentials(
    access_key_id: str,
    secret_access_key: str,
    session_token: str | None,
    expiration: int | None,
    account_id: str | None,
) -> Credentials:
    made: Credentials = make(
        Credentials,
        "credentials_new",
        encode(access_key_id),
        encode(secret_access_key),
        encode(session_token),
        None if expiration is None else byref(c_int64(expiration)),
        encode(account_id),
    )
    return made


def expiration(handle: Credentials) -> int | None:
    """Seconds since 1970, or None."""
    seconds = c_int64()
    return seconds.value if library.credentials_expiration(handle.pointer, byref(seconds)) else None
