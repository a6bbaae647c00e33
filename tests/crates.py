"""Checks the crate graph: python3 tests/crates.py (Python 3.11 or later; tests/run does it).

- No dependency, of any kind, on any platform and with any feature, says it needs a newer Rust than we do.
- clippy's `incompatible_msrv` is on: it finds what we ourselves use of a newer one.
- The default features build at most 50 crates besides ours, none of them in two versions.
"""

import collections
import json
import subprocess
import sys
import tomllib

MOST_CRATES = 50


def version(text):
    """`1.88` and `1.88.0` are the same."""
    numbers = [int(part) for part in text.split("-")[0].split(".")]
    return numbers + [0] * (3 - len(numbers))


def cargo(*arguments):
    return subprocess.run(["cargo", *arguments], check=True, stdout=subprocess.PIPE, text=True).stdout


def main():
    wrong = []
    with open("Cargo.toml", "rb") as file:
        manifest = tomllib.load(file)
    ours = manifest["package"]["rust-version"]
    level = manifest["lints"]["clippy"].get("incompatible_msrv", "allow")
    if (level["level"] if isinstance(level, dict) else level) == "allow":
        wrong.append("Cargo.toml does not turn clippy's incompatible_msrv on")

    packages = json.loads(cargo("metadata", "--format-version", "1", "--all-features", "--locked"))["packages"]
    silent = 0
    for package in packages:
        needed = package["rust_version"]
        silent += needed is None
        if needed is not None and version(needed) > version(ours):
            wrong.append(f"{package['name']} {package['version']} needs Rust {needed}; ours is {ours}")
    print(f"{len(packages)} packages in the lock file, {silent} do not say which Rust they need; ours is {ours}")

    tree = cargo("tree", "--locked", "--edges", "normal,build", "--prefix", "none", "--format", "{p}")
    # `name v1.2.3 (path or note)`
    crates = {tuple(line.split(" ")[:2]) for line in tree.splitlines() if line}
    if ("stskit", f"v{manifest['package']['version']}") not in crates:
        wrong.append(f"cargo tree printed something else: {tree[:200]}")
    others = len(crates) - 1
    print(f"{others} crates besides ours are built with the default features; allowed are {MOST_CRATES}")
    if others > MOST_CRATES:
        wrong.append(f"{others} crates: {sorted(crates)}")
    for name, count in collections.Counter(name for name, _ in crates).items():
        if count > 1:
            wrong.append(f"{name} is in the graph {count} times")

    for line in wrong:
        print(f"wrong: {line}")
    return not wrong


sys.exit(0 if main() else 1)
