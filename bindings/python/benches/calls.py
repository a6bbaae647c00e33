"""Calls per second against the emulator, beside boto3: one thread, one client, GetCallerIdentity; and cached lookups.

    STSKIT_EMULATOR=... STSKIT_LIBRARY=... python3 bindings/python/benches/calls.py [SECONDS]
"""

import pathlib
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "src"), str(HERE.parent / "tests")]

from support import Emulator, Environment, base_environment  # noqa: E402


def rate(function, seconds):
    """Calls a second: the best of three runs."""
    best = 0.0
    for _ in range(3):
        count, started = 0, time.perf_counter()
        while time.perf_counter() - started < seconds / 3:
            function()
            count += 1
        best = max(best, count / (time.perf_counter() - started))
    return best


def main():
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 6.0
    import boto3

    import stskit

    emulator = Emulator()
    with tempfile.TemporaryDirectory() as home:
        variables = base_environment(home, emulator.url)
        variables |= {"AWS_ACCESS_KEY_ID": emulator.key, "AWS_SECRET_ACCESS_KEY": emulator.secret}
        with Environment(variables):
            session = boto3.Session(region_name="us-east-1")
            theirs = session.client("sts", endpoint_url=emulator.url)
            ours = stskit.client("sts")
            print(f"stskit get_caller_identity  {rate(ours.get_caller_identity, seconds):10.0f} a second")
            print(f"boto3  get_caller_identity  {rate(theirs.get_caller_identity, seconds):10.0f} a second")
            print(f"stskit credentials()        {rate(stskit.credentials, seconds):10.0f} a second")
            theirs.close()
    emulator.stop()


if __name__ == "__main__":
    main()
