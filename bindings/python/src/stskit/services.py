"""The clients, made of the library's model of the services: no operation and no member is written down here."""

from __future__ import annotations

import json
from datetime import datetime, timezone

from . import _native
from ._client import ClientExceptions, Operation, ServiceClient, method_of
from .exceptions import ClientError, UnknownServiceError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_classes: dict[str, type[ServiceClient]] = {}
_versions: dict[str, str] = {}


def class_of(service_name: str, api_version: str | None = None) -> type[ServiceClient]:
    """The class of a service's clients."""
    if not _classes:
        _make_all()
    if api_version not in (None, _versions[service_name]):
        raise UnknownServiceError(f"{service_name} has the API version {_versions[service_name]} only")
    return _classes[service_name]


def _make_all() -> None:
    made: dict[str, type[ServiceClient]] = {}
    for service in json.loads(_native.model())["services"]:
        name = service["name"].lower()
        _versions[name] = service["api_version"]
        made[name] = _make(name, service)
    _classes.update(made)


def _make(name: str, service: dict[str, Any]) -> type[ServiceClient]:
    title = f"{name.upper().replace('-', '')}Client"
    result_keys = {row["operation"]: row["result_key"] for row in service["paginators"]}
    operations: dict[str, Operation] = {}
    attributes: dict[str, Any] = {"__module__": __name__, "__doc__": f"A client of {service['id']}, as boto3's."}
    for row in service["operations"]:
        operation = Operation(
            row["name"], row["method"], _times(row["output"]["members"]), result_keys.get(row["name"])
        )
        operations[operation.method] = operation
        attributes[operation.method] = method_of(operation, _text(row))
    attributes["_operations"] = operations
    attributes["_exceptions"] = _exceptions(title, service["errors"])
    return type(title, (ServiceClient,), attributes)


def _exceptions(title: str, errors: list[dict[str, Any]]) -> ClientExceptions:
    classes: dict[str, type[ClientError]] = {}
    by_code: dict[str, type[ClientError]] = {}
    for row in errors:
        if row["modelled"]:
            made = type(row["exception"], (ClientError,), {"__module__": f"{__name__}.{title}"})
            by_code[row["code"]] = classes[row["exception"]] = made
    # The model's own names serve as codes as well.
    return ClientExceptions(title, classes, {**classes, **by_code})


def _times(members: list[dict[str, Any]]) -> dict[str, Any]:
    """Where times are: names to a reader of the time, or to the same one level down."""
    found: dict[str, Any] = {}
    for member in members:
        while member["type"] == "list":
            member = {**member["item"], "name": member["name"]}
        if member["type"] == "timestamp":
            found[member["name"]] = _time
        elif member["type"] == "structure":
            inner = _times(member["members"])
            if inner:
                found[member["name"]] = inner
    return found


def _time(value: Any) -> datetime:
    """A time of the library's JSON: RFC 3339 in UTC, or a number."""
    if isinstance(value, str):
        return datetime.fromisoformat(value.replace("Z", "+00:00"))
    return datetime.fromtimestamp(value / 1000, timezone.utc)


def _text(row: dict[str, Any]) -> str:
    """The docstring of a method."""
    lines = [f"{row['name']}, {'signed with credentials' if row['signed'] else 'not signed'}.", ""]
    for member in row["input"]["members"]:
        required = ", required" if member.get("required") else ""
        lines.append(f"    {member['name']}: {member['type']}{required}")
    if row["output"]["members"]:
        names = ", ".join(member["name"] for member in row["output"]["members"])
        lines += ["", f"Gives a dictionary with {names} (those that the answer has) and ResponseMetadata."]
    return "\n".join(lines)


def __getattr__(name: str) -> Any:
    # For annotations at run time: STSClient, ListAccountsPaginator.
    if name.startswith("_"):
        raise AttributeError(name)
    if not _classes:
        _make_all()
    for made in _classes.values():
        if made.__name__ == name:
            return made
        for operation in made._operations.values():
            if operation.result_key is not None and name == f"{operation.name}Paginator":
                from ._paginate import Paginator

                return Paginator
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
