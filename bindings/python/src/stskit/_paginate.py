"""Operations that answer in pages."""

from __future__ import annotations

from typing import Generic, TypeVar

from . import _native
from ._client import Operation, ServiceClient, answer, to_json, validation
from .exceptions import ClientError, NotSupportedError, PaginationError, ParamValidationError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

Page = TypeVar("Page")


class PageIterator(Generic[Page]):
    """The pages of one listing. Each time it is gone through, it asks anew."""

    def __init__(self, client: ServiceClient, operation: Operation, members: dict[str, Any], config: Mapping[str, Any]) -> None:
        for name in config:
            if name not in ("MaxItems", "PageSize", "StartingToken"):
                raise PaginationError(f"PaginationConfig: {name!r} is none of MaxItems, PageSize, StartingToken")
        self._client = client
        self._operation = operation
        self._data = to_json(members)
        self._page_size = _number(config, "PageSize", 0, 1 << 32)
        self._max_items = _number(config, "MaxItems", -1, 1 << 63)
        self._starting_token: str | None = config.get("StartingToken")
        # Where to go on, once a listing was cut by MaxItems: the StartingToken of another one.
        self.resume_token: str | None = None

    def __iter__(self) -> Iterator[Page]:
        client = self._client._client()
        self.resume_token = None
        pages: _native.Pages = _native.make(
            _native.Pages,
            "client_paginate",
            client.pointer,
            self._client._number,
            self._operation.name.encode(),
            self._data,
            self._page_size,
            self._max_items,
            _native.encode(self._starting_token),
        )
        while True:
            try:
                response: _native.Response = _native.make(_native.Response, "pages_next", pages.pointer)
            except ClientError as error:
                raise self._client._classified(error, self._operation) from None
            except ParamValidationError as error:
                raise validation(error) from None
            self.resume_token = _native.decode(_native.library.pages_resume_token(pages.pointer))
            if not response.pointer:
                return
            page: Any = answer(response, self._operation)
            yield page

    @property
    def result_key(self) -> str:
        """The member that lists."""
        return self._operation.result_key or ""

    def build_full_result(self) -> Page:
        """All pages as one, without their metadata; with NextToken, if MaxItems cut it."""
        items: list[Any] = []
        pages: Iterator[Any] = iter(self)
        for page in pages:
            items += page.get(self.result_key) or []
        whole: dict[str, Any] = {self.result_key: items}
        if self.resume_token is not None:
            whole["NextToken"] = self.resume_token
        result: Any = whole
        return result  # type: ignore[no-any-return]

    def search(self, expression: str) -> Iterator[Any]:
        """What a JMESPath expression finds in each page. Needs the package jmespath."""
        try:
            import jmespath  # type: ignore[import-untyped,unused-ignore] # pyright: ignore
        except ImportError:
            raise NotSupportedError("search() needs the package jmespath") from None
        compiled: Any = jmespath.compile(expression)  # pyright: ignore
        for page in self:
            found: Any = compiled.search(page)
            if isinstance(found, list):
                yield from found  # pyright: ignore[reportUnknownVariableType]
            else:
                yield found


class Paginator(Generic[Page]):
    """Makes listings: `client.get_paginator("list_accounts").paginate(accessToken=token)`."""

    def __init__(self, client: ServiceClient, operation: Operation) -> None:
        self._client = client
        self._operation = operation

    def paginate(self, **kwargs: Any) -> PageIterator[Page]:
        """The members of the operation, and PaginationConfig: {"MaxItems", "PageSize", "StartingToken"}."""
        config: Mapping[str, Any] = kwargs.pop("PaginationConfig", None) or {}
        return PageIterator(self._client, self._operation, kwargs, config)


def _number(config: Mapping[str, Any], name: str, missing: int, limit: int) -> int:
    value = config.get(name)
    if value is None:
        return missing
    try:
        number = int(value)
    except (TypeError, ValueError):
        raise PaginationError(f"PaginationConfig: {name} is not a number") from None
    if not 0 <= number < limit:
        raise PaginationError(f"PaginationConfig: {name} is out of range")
    return number
