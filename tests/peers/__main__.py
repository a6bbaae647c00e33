"""Runs every test here, each file in a process of its own: python3 tests/peers

A skipped test, or a file without tests, is a failure. See support.py for the programs that are needed.
"""

import glob
import os
import subprocess
import sys
import unittest

HERE = os.path.dirname(os.path.abspath(__file__))
PROGRAMS = (
    "STSKIT_EMULATOR",
    "STSKIT_PEER",
    "STSKIT_SCENARIO_LAB",
    "STSKIT_SSO_TOOL",
    "STSKIT_SSO_LOGIN",
    "STSKIT_CHAIN_TOOL",
    "STSKIT_PROGRAM",
    "STSKIT_NODE",
)


def run_file(name):
    """Runs the tests of one file in this process."""
    result = unittest.TextTestRunner(verbosity=2).run(unittest.defaultTestLoader.loadTestsFromName(name))
    if result.testsRun == 0 or result.skipped or result.expectedFailures:
        print(f"{name}: {result.testsRun} tests, skipped: {result.skipped}, expected to fail: {result.expectedFailures}")
        return False
    return result.wasSuccessful()


def main():
    sys.path.insert(0, HERE)
    # botocore's own signing is what ours is compared with, not that of the native package.
    os.environ["BOTO_DISABLE_CRT"] = "true"
    if sys.argv[1:]:
        return all([run_file(name) for name in sys.argv[1:]])
    names = [os.path.basename(path).removesuffix(".py") for path in sorted(glob.glob(os.path.join(HERE, "test_*.py")))]
    missing = [variable for variable in PROGRAMS if not os.environ.get(variable)]
    if missing or not names:
        print(f"nothing to test: not set: {missing}, files: {names}")
        return False
    failed = []
    for name in names:
        print(f"--- {name}", flush=True)
        # boto3 keeps what it finds at its import (the home directory): no two files share a process.
        command = [sys.executable, "-W", "error::ResourceWarning", HERE, name]
        if subprocess.run(command, timeout=900).returncode != 0:
            failed.append(name)
    print(f"--- {len(names) - len(failed)} files passed, {len(failed)} failed {failed or ''}")
    return not failed


sys.exit(0 if main() else 1)
