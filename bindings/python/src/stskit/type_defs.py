"""Names for annotations. Type checkers read type_defs.pyi; at run time each is a dictionary."""

from __future__ import annotations

from typing import Any


def __getattr__(name: str) -> Any:
    if name.endswith("TypeDef") and not name.startswith("_"):
        return dict[str, Any]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
