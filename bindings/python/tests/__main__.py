"""Runs every test here, each file in a process of its own: python3 bindings/python/tests [NAME..]

A skipped test, or a file without tests, is a failure. See support.py for what is needed.
"""

import os
import pathlib
import subprocess
import sys
import unittest

HERE = pathlib.Path(__file__).resolve().parent


def run_file(name):
    result = unittest.TextTestRunner(verbosity=1).run(unittest.defaultTestLoader.loadTestsFromName(name))
    if result.testsRun == 0 or result.skipped or result.expectedFailures:
        print(f"{name}: {result.testsRun} tests, skipped: {result.skipped}, expected to fail: {result.expectedFailures}")
        return False
    return result.wasSuccessful()


def main():
    # botocore's own signing, not that of the native package: its URLs have another order. Read when it is imported.
    os.environ["BOTO_DISABLE_CRT"] = "true"
    sys.path[:0] = [str(HERE), str(HERE.parent / "src")]
    if len(sys.argv) == 2:
        return run_file(sys.argv[1])
    names = sys.argv[1:] or sorted(path.stem for path in HERE.glob("test_*.py"))
    if not os.environ.get("STSKIT_EMULATOR") or not names:
        print("STSKIT_EMULATOR is not set, or there are no tests")
        return False
    failed = []
    for name in names:
        print(f"--- {name}", flush=True)
        command = [sys.executable, "-W", "error::ResourceWarning", str(HERE), name]
        if subprocess.run(command, timeout=900).returncode != 0:
            failed.append(name)
    print(f"--- {len(names) - len(failed)} files passed, {len(failed)} failed {failed or ''}")
    return not failed


sys.exit(0 if main() else 1)
