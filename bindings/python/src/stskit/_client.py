"""A client of one service, shaped like boto3's. Its methods are made of the model in services.py."""

from __future__ import annotations

import json

from . import _native
from .exceptions import (
    ClientError,
    NotSupportedError,
    OperationNotPageableError,
    ParamValidationError,
    UnknownClientMethodError,
)
from .exceptions import ClientError as _ClientError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import TracebackType
    from typing import Any

    from typing_extensions import Self

    from ._paginate import Paginator
    from ._session import Session


class Operation:
    """One operation, as the model has it: its names, and where times are in its output."""

    __slots__ = ("method", "name", "result_key", "times")

    def __init__(self, name: str, method: str, times: dict[str, Any], result_key: str | None) -> None:
        self.name = name
        self.method = method
        self.times = times
        self.result_key = result_key


class ClientExceptions:
    """The exceptions of a service, by their names in its model."""

    ClientError = _ClientError

    def __init__(self, service: str, classes: dict[str, type[_ClientError]], by_code: dict[str, type[_ClientError]]) -> None:
        self._service = service
        self._classes = classes
        self._by_code = by_code

    def from_code(self, code: str | None) -> type[_ClientError]:
        """The class for an error code of the service; ClientError if the model has none."""
        return self._by_code.get(code or "", _ClientError)

    def __getattr__(self, name: str) -> type[_ClientError]:
        found = self.__dict__.get("_classes", {}).get(name)
        if found is None:
            known = ", ".join(self.__dict__.get("_classes", {}))
            raise AttributeError(f"the service has no exception {name}. Those it has are: {known}")
        made: type[_ClientError] = found
        return made

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self._classes]


class ClientMeta:
    """What a client is made for."""

    def __init__(self, client: ServiceClient, region_name: str | None, endpoint_url: str, methods: dict[str, str]) -> None:
        self.service_name = client.service_name
        self.region_name = region_name
        self.endpoint_url = endpoint_url
        # snake_case to the operation's name.
        self.method_to_api_mapping = methods


class ServiceClient:
    """The base of all clients: `with stskit.client("sts") as sts: sts.get_caller_identity()`.

    Any number of threads may use one.
    """

    # Set by services.py.
    _operations: dict[str, Operation]
    _exceptions: ClientExceptions

    def __init__(self, session: Session, client: _native.Client, service_name: str) -> None:
        self._session = session
        self._native: _native.Client | None = client
        self._number = _native.SERVICES[service_name]
        self._meta: ClientMeta | None = None
        self.service_name = service_name

    def _client(self) -> _native.Client:
        client = self._native
        if client is None:
            raise ParamValidationError("the client is closed")
        return client

    @property
    def exceptions(self) -> ClientExceptions:
        """The exceptions of the service: `client.exceptions.ExpiredTokenException`."""
        return self._exceptions

    @property
    def meta(self) -> ClientMeta:
        """Region, endpoint and operations."""
        if self._meta is None:
            from .exceptions import ConfigurationError

            client = self._client()
            try:
                region: str | None = _native.text("client_get_region", client.pointer)
            except ConfigurationError:
                region = None
            url = _native.text("client_get_endpoint", client.pointer, self._number)
            methods = {method: operation.name for method, operation in self._operations.items()}
            self._meta = ClientMeta(self, region, url, methods)
        return self._meta

    def _call(self, operation: Operation, members: Mapping[str, Any]) -> dict[str, Any]:
        data, client = to_json(members), self._client()
        try:
            response: _native.Response = _native.make(
                _native.Response, "client_call", client.pointer, self._number, operation.name.encode(), data
            )
        except ClientError as error:
            raise self._classified(error, operation) from None
        except ParamValidationError as error:
            raise validation(error) from None
        return answer(response, operation)

    def _classified(self, error: ClientError, operation: Operation) -> ClientError:
        """The error as an exception of the service, if this operation is what failed and not a source of credentials."""
        if error.retryable:
            error.response["ResponseMetadata"]["MaxAttemptsReached"] = True
        if error.operation == operation.name:
            error.__class__ = self._exceptions.from_code(error.code)
            if error.__class__ is not ClientError:
                # As botocore, which knows them from the model.
                error.response.update(error.members)
            # Printed as botocore prints it; `message` keeps the library's words.
            error.args = ClientError(error.response, operation.name).args
        return error

    def can_paginate(self, operation_name: str) -> bool:
        """Whether an operation, by the name of its method, answers in pages."""
        operation = self._operations.get(operation_name)
        return operation is not None and operation.result_key is not None

    def get_paginator(self, operation_name: str) -> Paginator[Any]:
        """The pages of an operation, by the name of its method: `get_paginator("list_accounts")`."""
        from ._paginate import Paginator

        operation = self._operations.get(operation_name)
        if operation is None or operation.result_key is None:
            raise OperationNotPageableError(f"Operation cannot be paginated: {operation_name}")
        return Paginator(self, operation)

    def generate_presigned_url(
        self,
        ClientMethod: str,
        Params: Mapping[str, Any] | None = None,
        ExpiresIn: int = 3600,
        HttpMethod: str | None = None,
    ) -> str:
        """A URL for a call: who has it may make the call until it expires.

        As with boto3 it is signed for POST unless `HttpMethod` says otherwise.
        """
        from . import _signing as signing

        operation = self._operations.get(ClientMethod)
        if operation is None:
            raise UnknownClientMethodError(f"Client does not have method: {ClientMethod}")
        client = self._client()
        data, expires = to_json(Params or {}), signing.lifetime(ExpiresIn)
        try:
            url = _native.text(
                "client_presign_call", client.pointer, self._number, operation.name.encode(), data, expires
            )
        except ParamValidationError as error:
            raise validation(error) from None
        method = "POST" if HttpMethod is None else HttpMethod.upper()
        if method == "GET":
            return url
        base, _, query = url.partition("?")
        kept = "&".join(pair for pair in query.split("&") if not pair.startswith("X-Amz-"))
        request = signing.request(method, f"{base}?{kept}")
        return signing.presign(client, request, *_scope(url), ExpiresIn)

    def generate_presigned_post(self, *_: object, **__: object) -> dict[str, Any]:
        """Only S3 has this."""
        raise NotSupportedError("generate_presigned_post is an operation of S3")

    def close(self) -> None:
        """Ends the client; calls that are under way go on. Its credentials stay with the session."""
        self._native = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of stskit>"

    def __reduce__(self) -> tuple[Any, ...]:
        raise TypeError("a client cannot be pickled; make one in each process")


def _scope(url: str) -> tuple[str, str]:
    """Signing name and region of a presigned URL."""
    from urllib.parse import parse_qs

    scope = parse_qs(url.partition("?")[2])["X-Amz-Credential"][0].split("/")
    return scope[3], scope[2]


def to_json(members: Mapping[str, Any]) -> bytes:
    """The members of a call, for the library."""
    try:
        return json.dumps(members, allow_nan=False, ensure_ascii=True).encode()
    except (TypeError, ValueError) as error:
        # Types only: a value may be a secret.
        reason = str(error) if isinstance(error, TypeError) else "a value cannot be written as JSON"
        raise validation(ParamValidationError(reason)) from None


def validation(error: ParamValidationError) -> ParamValidationError:
    """An error about the members of a call, printed as botocore prints it."""
    error.args = (f"Parameter validation failed:\n{error.message}",)
    return error


def answer(response: _native.Response, operation: Operation) -> dict[str, Any]:
    """The dictionary that boto3 gives."""
    library, pointer = _native.library, response.pointer
    made: dict[str, Any] = json.loads(library.response_json(pointer))
    if operation.times:
        _set_times(made, operation.times)
    made["ResponseMetadata"] = _native.metadata(
        library.response_http_status(pointer),
        _native.decode(library.response_request_id(pointer)),
        _native.headers("response_header", pointer),
        library.response_retry_attempts(pointer),
    )
    return made


def _set_times(value: Any, times: Mapping[str, Any]) -> None:
    for name, inner in times.items():
        found = value.get(name) if isinstance(value, dict) else None  # pyright: ignore[reportUnknownMemberType,reportUnknownVariableType]
        if found is None:
            continue
        if callable(inner):
            value[name] = inner(found)
        elif isinstance(found, list):
            for item in found:  # pyright: ignore[reportUnknownVariableType]
                _set_times(item, inner)
        else:
            _set_times(found, inner)


def method_of(operation: Operation, text: str) -> Callable[..., dict[str, Any]]:
    """The method of an operation."""

    def method(self: ServiceClient, *args: object, **kwargs: Any) -> dict[str, Any]:
        if args:
            raise TypeError(f"{operation.method}() only accepts keyword arguments.")
        return self._call(operation, kwargs)

    method.__name__ = operation.method
    method.__qualname__ = operation.method
    method.__doc__ = text
    return method
