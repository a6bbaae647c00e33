"""Runs the programs of examples/recipes against servers that check what they are sent: python3 tests/recipes

Needs STSKIT_TREE (what `capi/install` lays out) and STSKIT_EMULATOR (the program), gcc, pkg-config, and the development
packages of librdkafka, libpq and hiredis. A skipped test is a failure.
"""

import os
import pathlib
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent


def main():
    missing = [name for name in ("STSKIT_TREE", "STSKIT_EMULATOR") if not os.environ.get(name)]
    if missing:
        print("not set:", *missing)
        return False
    sys.path.insert(0, str(HERE))
    names = sys.argv[1:] or sorted(path.stem for path in HERE.glob("test_*.py"))
    result = unittest.TextTestRunner(verbosity=2).run(unittest.defaultTestLoader.loadTestsFromNames(names))
    return result.wasSuccessful() and result.testsRun > 0 and not result.skipped


sys.exit(0 if main() else 1)
