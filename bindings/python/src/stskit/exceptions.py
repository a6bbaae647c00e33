"""What can go wrong, with the names of botocore where botocore has one.

Every exception of the library is an `Error` and carries all that the library tells.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class LoginHint:
    """How a person signs in, where that is what is missing. Each may be None but the command."""

    __slots__ = ("command", "profile", "session", "start_url")

    def __init__(self, command: str, start_url: str | None, session: str | None, profile: str | None) -> None:
        self.command = command
        self.start_url = start_url
        self.session = session
        self.profile = profile

    def __repr__(self) -> str:
        return f"LoginHint(command={self.command!r})"


class Error(Exception):
    """The base of all. No text in it holds a secret.

    Attributes: `message` (what was tried, where, and what to do next), `status` (the name of the status:
    "NO_CREDENTIALS"), `detail` (a finer reason, or 0), `code` (the service's error code), `operation`,
    `service_message`, `request_id`, `http_status`, `attempts` (requests that were sent), `retryable`, `providers` (a
    line for each source that was tried), `login` (a LoginHint). What does not apply is None, 0 or empty.
    """

    status = "INVALID_ARGUMENT"
    detail = 0
    code: str | None = None
    operation: str | None = None
    service_message: str | None = None
    request_id: str | None = None
    http_status: int | None = None
    attempts = 0
    retryable = False
    providers: tuple[str, ...] = ()
    login: LoginHint | None = None

    def __init__(self, message: str = "", **details: Any) -> None:
        super().__init__(message)
        self.message = message
        for name, value in details.items():
            setattr(self, name, value)

    def __reduce__(self) -> tuple[Any, ...]:
        return _restore, (_picklable(type(self)), str(self), dict(self.__dict__))


def _picklable(kind: type[Error]) -> type[Error]:
    """The class, or its nearest base that a module has: those of services are made at run time."""
    return next(base for base in kind.__mro__ if base.__module__ == __name__)


def _restore(kind: type[Error], text: str, details: dict[str, Any]) -> Error:
    error = kind.__new__(kind, text)
    Exception.__init__(error, text)
    error.__dict__.update(details)
    return error


class ClientError(Error):
    """The service answered with an error.

    `response` and `operation_name` are as in botocore: `error.response["Error"]["Code"]`.
    """

    MSG_TEMPLATE = "An error occurred ({error_code}) when calling the {operation_name} operation{retry_info}: {error_message}"

    def __init__(self, error_response: dict[str, Any], operation_name: str, message: str = "", **details: Any) -> None:
        error = error_response.get("Error", {})
        metadata = error_response.get("ResponseMetadata", {})
        retry_info = ""
        if metadata.get("MaxAttemptsReached") and "RetryAttempts" in metadata:
            retry_info = f" (reached max retries: {metadata['RetryAttempts']})"
        # What botocore would say; the library's own words, if there are any, tell more.
        text = self.MSG_TEMPLATE.format(
            error_code=error.get("Code", "Unknown"),
            error_message=error.get("Message", "Unknown"),
            operation_name=operation_name,
            retry_info=retry_info,
        )
        details.setdefault("code", error.get("Code"))
        details.setdefault("operation", operation_name)
        # Texts of the service's error besides code and message.
        self.members: dict[str, str] = {}
        super().__init__(message or text, **details)
        self.response = error_response
        self.operation_name = operation_name


class ParamValidationError(Error):
    """A wrong argument; nothing was sent."""


class ConfigurationError(Error):
    """A variable, a file or a setting is wrong; nothing was sent."""


class NoCredentialsError(Error):
    """No source had credentials: `providers` tells why, source by source."""


class PartialCredentialsError(ParamValidationError):
    """An access key without a secret key, or the reverse."""


class ExpiredError(Error):
    """Credentials, a token or a session have expired, as this side knows."""


class LoginRequiredError(Error):
    """A person has to sign in (again): `login` says how."""


class AccessDeniedError(Error):
    """Refused without an error code of a service."""


class HTTPClientError(Error):
    """The service was not reached, or no good answer came."""


class EndpointConnectionError(HTTPClientError):
    """No connection: the name was not found, or nobody listens."""


class ConnectTimeoutError(HTTPClientError):
    """No connection within the time limit."""


class ReadTimeoutError(HTTPClientError):
    """No answer within the time limits."""


class ConnectionClosedError(HTTPClientError):
    """The connection ended before the whole answer had come."""


class ProxyConnectionError(HTTPClientError):
    """The proxy refused or failed."""


class SSLError(HTTPClientError):
    """The server's certificate was refused, or no TLS session could be agreed on."""


class ResponseParserError(HTTPClientError):
    """An answer came that is not what the protocol says."""


class CancelledError(Error):
    """The call was cancelled."""


class NotSupportedError(Error):
    """This version, partition or operation cannot do it."""


class InternalError(Error):
    """A defect of the library. Please report its message."""


class UnknownServiceError(ParamValidationError):
    """No such service: see `Session.get_available_services()`."""


class UnknownClientMethodError(ParamValidationError):
    """No such method: see `client.meta.method_to_api_mapping`."""


class OperationNotPageableError(ParamValidationError):
    """The operation has no pages: see `client.can_paginate()`."""


class PaginationError(ParamValidationError):
    """Pages that cannot be asked for like this."""


_BY_STATUS: dict[str, type[Error]] = {
    "INVALID_ARGUMENT": ParamValidationError,
    "INVALID_CONFIGURATION": ConfigurationError,
    "NO_CREDENTIALS": NoCredentialsError,
    "EXPIRED": ExpiredError,
    "ACCESS_DENIED": AccessDeniedError,
    "SERVICE": HTTPClientError,
    "THROTTLED": HTTPClientError,
    "NETWORK": EndpointConnectionError,
    "TLS": SSLError,
    "TIMEOUT": ReadTimeoutError,
    "INVALID_RESPONSE": ResponseParserError,
    "CANCELLED": CancelledError,
    "NOT_SUPPORTED": NotSupportedError,
    "LOGIN_REQUIRED": LoginRequiredError,
}
_BY_DETAIL: dict[int, type[Error]] = {
    203: ConnectTimeoutError,
    206: ProxyConnectionError,
    207: ConnectionClosedError,
}


def class_of(status: str, detail: int) -> type[Error]:
    """The class for a failure that no service has a code for."""
    if status in ("NETWORK", "TIMEOUT"):
        found = _BY_DETAIL.get(detail)
        if found is not None:
            return found
    return _BY_STATUS.get(status, InternalError)
