"""What the sections of `run` measure and print with: CPU time and instructions of processes, loops in interleaved
rounds, and the table."""

import os
import re
import shutil
import statistics
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
TARGET = os.path.abspath(os.environ.get("CARGO_TARGET_DIR", os.path.join(HERE, "target")))
RELEASE = os.path.join(TARGET, "release")
# Instructions of one SHA-256 block in the form with SHA instructions.
SHA_NI = 165
BOTO3 = [sys.executable, os.path.join(HERE, "boto3_peer.py")]


def program(name):
    return os.path.join(RELEASE, name)


def say(text):
    print(text, file=sys.stderr, flush=True)


def spent(command, environment):
    """CPU and wall seconds of a process, and what it printed."""
    read, write = os.pipe()
    actions = [(os.POSIX_SPAWN_DUP2, write, 1), (os.POSIX_SPAWN_CLOSE, read), (os.POSIX_SPAWN_CLOSE, write)]
    start = time.perf_counter()
    process = os.posix_spawn(command[0], command, environment, file_actions=actions)
    os.close(write)
    _, status, usage = os.wait4(process, 0)
    wall = time.perf_counter() - start
    with os.fdopen(read) as out:
        printed = out.read()
    if status != 0:
        raise SystemExit(f"{command[0]} failed: {printed}")
    return usage.ru_utime + usage.ru_stime, wall, printed


def peak_kib(command, environment):
    # Not from wait4: a child's maximum starts at what its parent held when it was forked.
    if not os.path.exists("/usr/bin/time"):
        return None
    out = subprocess.run(["/usr/bin/time", "-f", "%M", *command], env=environment, capture_output=True, text=True)
    return int(out.stderr.split()[-1])


class Counter:
    """Instructions in user mode."""

    def __init__(self, folder):
        self.file = os.path.join(folder, "counted")
        self.tool = None
        if shutil.which("perf") and self.perf(["/bin/true"], dict(os.environ)) is not None:
            self.tool = "perf"
        elif shutil.which("valgrind"):
            self.tool = "callgrind"
        self.per_block = None

    def perf(self, command, environment):
        perf = ["perf", "stat", "-x,", "-e", "instructions:u", "-o", self.file]
        subprocess.run([shutil.which("perf"), *perf[1:], *command], env=environment, capture_output=True)
        with open(self.file) as file:
            found = re.search(r"^(\d+),", file.read(), re.M)
        return int(found.group(1)) if found else None

    def callgrind(self, command, environment):
        """Instructions outside of the software compressions, and those in them."""
        valgrind = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={self.file}"]
        subprocess.run([shutil.which("valgrind"), *valgrind[1:], *command], env=environment, capture_output=True, check=True)
        total = compress = 0
        names, inside, called = {}, False, False
        with open(self.file) as file:
            for line in file:
                if line.startswith(("fn=", "cfn=")):
                    number, _, name = line.strip().split("=", 1)[1].partition(" ")
                    name = names.setdefault(number, name) if name else names[number]
                    if line.startswith("fn="):
                        inside = "sha256::soft" in name
                elif line.startswith("calls="):
                    called = True
                elif line[0] in "0123456789+-*":
                    # The line after `calls=` is the cost of the callee.
                    if not called:
                        cost = int(line.split()[1])
                        total += cost
                        compress += cost if inside else 0
                    called = False
        return total - compress, compress

    def count(self, command, environment):
        if self.tool == "perf":
            return self.perf(command, environment)
        if self.tool is None:
            return None
        if self.per_block is None:
            floor = lambda count: self.callgrind([program("floor-loop"), "20", str(count)], environment)[1]
            self.per_block = (floor(200) - floor(100)) / 100 / 20
        outside, compress = self.callgrind(command, environment)
        return outside + compress / self.per_block * SHA_NI

    def each(self, command, environment, few=100, many=500):
        """For one turn of a loop."""
        if self.tool is None:
            return None
        count = lambda turns: self.count([*command, str(turns)], environment)
        return (count(many) - count(few)) / (many - few)


class Loops:
    """CPU and wall seconds of one turn, measured in rounds that are interleaved."""

    def __init__(self, rounds):
        self.rounds = rounds
        self.todo = {}
        self.cpu = {}
        self.wall = {}

    def add(self, name, command, environment, turns, threads=1):
        self.todo[name] = (command, environment, turns, threads)
        self.cpu[name], self.wall[name] = [], []

    def run(self):
        for _ in range(self.rounds):
            for name, (command, environment, turns, threads) in self.todo.items():
                many, few = turns // threads, max(turns // threads // 20, 1)
                cpu, _, printed = spent([*command, str(many), str(threads)], environment)
                start, _, _ = spent([*command, str(few), str(threads)], environment)
                self.cpu[name].append((cpu - start) / ((many - few) * threads))
                self.wall[name].append(int(printed) / 1e9 / (many * threads))

    def median(self, name):
        return statistics.median(self.cpu[name])

    def ratio(self, name, to):
        return statistics.median(a / b for a, b in zip(self.cpu[name], self.cpu[to]))


def cold_rounds(commands, environment, rounds):
    """CPU and wall seconds of whole processes, by the names of the commands. boto3 takes too long for each turn."""
    cpu, wall = {name: [] for name in commands}, {name: [] for name in commands}
    for turn in range(rounds * 10):
        for name, command in commands.items():
            if name == "boto3" and turn % 10:
                continue
            seconds, took, _ = spent(command, environment)
            cpu[name].append(seconds)
            wall[name].append(took)
    return cpu, wall


class Table:
    def __init__(self):
        self.rows = [["what", "ours", "floor or peer", "ratio", "goal"], ["---", "---:", "---:", "---:", "---"]]

    def add(self, what, ours, other, ratio, goal=""):
        shown = lambda value: "not measured" if value is None else value
        self.rows.append([what, shown(ours), shown(other), "" if ratio is None else f"{ratio:.2f}", goal])

    def add_numbers(self, what, ours, other, form, goal=""):
        if ours is None or other is None:
            self.add(what, None, None, None, goal)
        else:
            self.add(what, form(ours), form(other), ours / other, goal)

    def print(self):
        widths = [max(len(row[i]) for row in self.rows) for i in range(5)]
        for row in self.rows:
            print("| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths)) + " |")


def nanos(seconds):
    return f"{seconds * 1e9:,.0f} ns"


def micros(seconds):
    return f"{seconds * 1e6:,.1f} us"


def millis(seconds):
    return f"{seconds * 1e3:.2f} ms"


def thousands(count):
    return f"{count / 1e3:,.1f} k"


def mebi(bytes):
    return f"{bytes / 2**20:.2f} MiB"
