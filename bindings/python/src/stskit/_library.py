"""The C library: where it is, whether it fits, and its functions.

Looked for in the variable STSKIT_LIBRARY, then beside this file (wheels), then in the build folders of a source tree,
then by its soname.
"""

from __future__ import annotations

import ctypes
import os
import sys

from ._prototypes import CALLBACKS, FUNCTIONS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# The number in the soname: what _prototypes.py was made for.
ABI = 1

_TYPES: dict[str, Any] = {
    "v": None,
    "b": ctypes.c_bool,
    "i": ctypes.c_int32,
    "I": ctypes.c_uint32,
    "q": ctypes.c_int64,
    "Q": ctypes.c_uint64,
    "z": ctypes.c_size_t,
    "s": ctypes.c_char_p,
    "p": ctypes.c_void_p,
}


def _names() -> tuple[str, str]:
    """The library's file name and its soname."""
    if sys.platform == "darwin":
        return "libstskit.dylib", f"libstskit.{ABI}.dylib"
    if sys.platform == "win32":
        return "stskit.dll", "stskit.dll"
    return "libstskit.so", f"libstskit.so.{ABI}"


def _candidates() -> list[str]:
    """Where the library may be, best first; a name without a folder is the system's business."""
    given = os.environ.get("STSKIT_LIBRARY")
    if given:
        return [given]
    name, soname = _names()
    here = os.path.dirname(os.path.abspath(__file__))
    found = [os.path.join(here, soname), os.path.join(here, name)]
    # bindings/python/src/stskit in a source tree.
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(here))))
    if os.path.isfile(os.path.join(root, "include", "stskit.h")):
        target = os.environ.get("CARGO_TARGET_DIR") or os.path.join(root, "target")
        found += [os.path.join(target, *folder, name) for folder in (("capi", "library"), ("release",), ("debug",))]
    return [path for path in found if os.path.isfile(path)] + [soname]


class Library:
    """The functions of the library as attributes, without their prefix, each set up when it is first used.

    Calls release the interpreter's lock: this is a CDLL.
    """

    def __init__(self) -> None:
        tried: list[str] = []
        for path in _candidates():
            try:
                self._library = ctypes.CDLL(path)
                abi_version = self._library.stskit_abi_version
            except (OSError, AttributeError) as error:
                tried.append(f"{path}: {error}")
                continue
            abi_version.restype = ctypes.c_uint32
            if abi_version() == ABI:
                self.path = path
                return
            tried.append(f"{path}: has ABI {abi_version()}, this binding wants {ABI}")
        raise ImportError(
            "the stskit library was not found: install a wheel that has it inside, or name the file in the variable "
            "STSKIT_LIBRARY. Tried: " + "; ".join(tried)
        )

    def __getattr__(self, name: str) -> Any:
        kinds = FUNCTIONS.get(name)
        if kinds is None:
            raise AttributeError(name)
        try:
            function = getattr(self._library, f"stskit_{name}")
        except AttributeError:
            version = self._library.stskit_version
            version.restype = ctypes.c_char_p
            raise ImportError(
                f"{self.path} is version {version().decode()} and has no stskit_{name}: a newer one is needed"
            ) from None
        function.restype = _TYPES[kinds[0]]
        function.argtypes = [_TYPES[kind] for kind in kinds[1:]]
        setattr(self, name, function)
        return function


def callback(name: str) -> Any:
    """The type of a callback: stskit_NAME_callback."""
    kinds = CALLBACKS[name]
    return ctypes.CFUNCTYPE(_TYPES[kinds[0]], *(_TYPES[kind] for kind in kinds[1:]))


library = Library()
