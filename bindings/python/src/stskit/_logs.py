"""The library's log, as lines of the module logging."""

from __future__ import annotations

import logging

from . import _native
from . import _prototypes as c

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# logging has no name for TRACE.
TRACE = 5
_LEVELS = {
    c.LOG_LEVEL_ERROR: logging.ERROR,
    c.LOG_LEVEL_WARN: logging.WARNING,
    c.LOG_LEVEL_INFO: logging.INFO,
    c.LOG_LEVEL_DEBUG: logging.DEBUG,
    c.LOG_LEVEL_TRACE: TRACE,
}
_NAMES = {"TRACE": TRACE, **{name: getattr(logging, name) for name in ("DEBUG", "INFO", "WARNING", "ERROR")}}
_current: Any = None


def log_to(logger: logging.Logger | str | None = "stskit", level: int | str = logging.INFO) -> None:
    """Hands the library's lines of a level and above to a logger, for the whole process; None: to nobody.

    Names of parts become children: "stskit.client". No line holds a secret, not even with `TRACE` (5).
    """
    global _current
    if logger is None:
        _native.call("set_log_callback", None, None, c.LOG_LEVEL_OFF)
        _current = None
        return
    target = logging.getLogger(logger) if isinstance(logger, str) else logger
    number = level if isinstance(level, int) else _NAMES.get(level.upper())
    if number is None:
        from .exceptions import ParamValidationError

        raise ParamValidationError(f"unknown level of the log: {level!r} is none of {', '.join(_NAMES)}")
    wanted = max((ours for ours, theirs in _LEVELS.items() if theirs >= number), default=c.LOG_LEVEL_ERROR)

    def take(_: int | None, level: int, part: bytes | None, message: bytes | None) -> None:
        try:
            name = _native.text_of(part).replace("::", ".")
            child = logging.getLogger(f"{target.name}.{name.partition('.')[2]}") if "." in name else target
            child.log(_LEVELS.get(level, TRACE), "%s", _native.text_of(message))
        except Exception:
            if logging.raiseExceptions:
                import traceback

                traceback.print_exc()

    made = _native.callback("log")(take)
    _native.call("set_log_callback", made, None, wanted)
    # The old one can go now: no call into it is running.
    if _current is None:
        import atexit

        atexit.register(log_to, None)
    _current = made
