"""Import and first credentials from the environment: time and memory of a whole process, beside boto3.

    STSKIT_LIBRARY=... python3 bindings/python/benches/startup.py [ROUNDS]

The interpreter alone is measured too; what is compared is what comes on top of it. Ends with 1 if stskit is less than
10 times as fast, or takes more than a fifth of the memory.
"""

import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

SOURCE = pathlib.Path(__file__).resolve().parents[1] / "src"
CHECK = "; assert c.access_key and c.secret_key"
PROGRAMS = {
    "interpreter": "pass",
    "stskit": "import stskit; c = stskit.credentials()" + CHECK,
    "boto3": "import boto3; c = boto3.Session().get_credentials().get_frozen_credentials()" + CHECK,
}


# The most memory that the process had; what wait4() says counts that of its parent before exec, too.
PEAK = "\nfor line in open('/proc/self/status'):\n    if line.startswith('VmHWM'): print(line.split()[1])"


def run(code, environment):
    """Seconds and peak memory in kilobytes."""
    started = time.perf_counter()
    result = subprocess.run(
        [sys.executable, "-c", code + PEAK], env=environment, stdout=subprocess.PIPE, check=True, text=True
    )
    return time.perf_counter() - started, int(result.stdout)


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    with tempfile.TemporaryDirectory() as home:
        environment = {
            **{
                name: value
                for name, value in os.environ.items()
                if not name.startswith("AWS_") and name != "PYTHONDONTWRITEBYTECODE"
            },
            "HOME": home,
            # Compiled once, in the first round.
            "PYTHONPYCACHEPREFIX": home,
            "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
            "AWS_SECRET_ACCESS_KEY": "secret",
            "AWS_EC2_METADATA_DISABLED": "true",
            "PYTHONPATH": os.pathsep.join([str(SOURCE), *filter(None, [os.environ.get("PYTHONPATH")])]),
        }
        found = {name: [] for name in PROGRAMS}
        for _ in range(rounds + 1):
            # In turns, so that a busy machine is busy for all.
            for name, code in PROGRAMS.items():
                found[name].append(run(code, environment))
    # The first round warms up the caches of files.
    medians = {
        name: (statistics.median(s for s, _ in runs[1:]), statistics.median(k for _, k in runs[1:]))
        for name, runs in found.items()
    }
    base = medians["interpreter"]
    for name, (seconds, kilobytes) in medians.items():
        print(
            f"{name:12} {seconds * 1000:7.1f} ms {kilobytes / 1024:6.1f} MiB"
            f"   on top: {(seconds - base[0]) * 1000:7.1f} ms {(kilobytes - base[1]) / 1024:6.1f} MiB"
        )
    faster = (medians["boto3"][0] - base[0]) / (medians["stskit"][0] - base[0])
    smaller = (medians["boto3"][1] - base[1]) / (medians["stskit"][1] - base[1])
    whole = [medians["boto3"][index] / medians["stskit"][index] for index in (0, 1)]
    print(f"stskit: {faster:.1f} times as fast, 1/{smaller:.1f} of the memory, on top of the interpreter")
    print(f"whole processes: {whole[0]:.1f} times as fast, 1/{whole[1]:.1f} of the memory")
    return 0 if faster >= 10 and smaller >= 5 else 1


if __name__ == "__main__":
    sys.exit(main())
