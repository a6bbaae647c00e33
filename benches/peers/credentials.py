"""The section of `run` about getting credentials: lookups in the cache, static keys of large files, and cold walks
of the default chain. No walk leaves the machine: IMDS is the emulator's, or switched off."""

import os
import statistics

from measure import BOTO3, Loops, cold_rounds, micros, millis, nanos, program, say, thousands

PEERS = ["aws-sdk", "reqsign"]
NO_IMDS = {"AWS_EC2_METADATA_DISABLED": "true"}
PROFILES = [1_000, 10_000, 20_000]


def measure(table, counter, rounds, own, url, folder, has_boto3):
    """`own`: an environment without credentials. `url`: that of an emulator."""
    imds = {**own, "AWS_EC2_METADATA_DISABLED": "false", "AWS_EC2_METADATA_SERVICE_ENDPOINT": url}
    cached(table, counter, rounds, imds, has_boto3)
    static_keys(table, counter, rounds, own, folder, has_boto3)
    keys = {"AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMIEXAMPLEKEY"}
    cold(table, counter, rounds, {**own, **NO_IMDS, **keys}, "environment", "", has_boto3)
    cold(table, counter, rounds, profiles(own, folder, 2), "profile", "", has_boto3)
    cold(table, counter, rounds, imds, "IMDS", "<= 2,000 k", has_boto3)


def cached(table, counter, rounds, environment, has_boto3):
    say("cached lookups")
    loops = Loops(rounds)
    programs = {"ours": "ours-loop", "floor": "floor-loop", **{peer: f"{peer}-loop" for peer in PEERS}}
    for threads in [1, 2]:
        loops.add(f"clock {threads}", [program("floor-loop"), "clock"], environment, 2_000_000, threads)
        for name, file in programs.items():
            turns = 100_000 if name in PEERS else 2_000_000
            loops.add(f"{name} {threads}", [program(file), "cached"], environment, turns, threads)
    if has_boto3:
        loops.add("botocore 1", [*BOTO3, "cached"], environment, 20_000)
    loops.run()

    def row(threads, other, what, goal=""):
        mine, theirs = f"ours {threads}", f"{other} {threads}"
        if theirs in loops.todo:
            table.add(f"cached lookup, {threads} thread(s): CPU, {what}", nanos(loops.median(mine)),
                      nanos(loops.median(theirs)), loops.ratio(mine, theirs), goal)

    for threads in [1, 2]:
        row(threads, "floor", "floor RwLock<Arc> and clock", "<= 60 ns" if threads == 1 else "")
        row(threads, "clock", "the clock alone")
        for other in [*PEERS, "botocore"]:
            row(threads, other, other)
    table.add("cached lookup: CPU in two threads to that in one", nanos(loops.median("ours 2")),
              nanos(loops.median("ours 1")), loops.ratio("ours 2", "ours 1"), "<= 1.2")
    count = lambda file, what: counter.each([program(file), what], environment)
    ours = count("ours-loop", "cached")
    for what, count_of in [("floor RwLock<Arc> and clock", count("floor-loop", "cached")),
                           ("the clock alone", count("floor-loop", "clock"))]:
        table.add_numbers(f"cached lookup: instructions, {what}", ours, count_of, str)


def profiles(own, folder, amount):
    """Environment for the last of so many profiles, each with a section in both files."""
    config, credentials = (os.path.join(folder, f"{name}-{amount}") for name in ["config", "credentials"])
    with open(config, "w") as file:
        file.writelines(f"[profile team-{i:05}]\nregion = eu-west-1\noutput = json\n\n" for i in range(amount))
    with open(credentials, "w") as file:
        file.writelines(f"[team-{i:05}]\naws_access_key_id = AKIAIOSF{i:012}\n"
                        f"aws_secret_access_key = wJalrXUtnFEMI{i:027}\n" for i in range(amount))
    return {**own, **NO_IMDS, "AWS_PROFILE": f"team-{amount - 1:05}", "AWS_CONFIG_FILE": config,
            "AWS_SHARED_CREDENTIALS_FILE": credentials}


def static_keys(table, counter, rounds, own, folder, has_boto3):
    say("static keys of large files")
    loops = Loops(max(rounds // 2, 3))
    for amount in PROFILES:
        environment = profiles(own, folder, amount)
        loops.add(f"ours {amount}", [program("ours-loop"), "profile"], environment, 100)
        loops.add(f"floor {amount}", [program("floor-loop"), "profile"], environment, 400)
        if amount == 10_000:
            for peer in PEERS:
                loops.add(f"{peer} {amount}", [program(f"{peer}-loop"), "profile"], environment, 20)
            if has_boto3:
                loops.add(f"boto3 {amount}", [*BOTO3, "profile"], environment, 2)
    loops.run()
    for amount in PROFILES:
        mine, floor = f"ours {amount}", f"floor {amount}"
        what = f"static keys of the last of {amount:,} profiles: CPU"
        table.add(f"{what}, floor reading the bytes", millis(loops.median(mine)), millis(loops.median(floor)),
                  loops.ratio(mine, floor), "<= 8 ms" if amount == 10_000 else "")
        count = lambda file: counter.each([program(file), "profile"], profiles(own, folder, amount), 2, 6)
        table.add_numbers(f"{what.removesuffix('CPU')}instructions, floor reading the bytes", count("ours-loop"),
                          count("floor-loop"), thousands)
        for peer in [*PEERS, "boto3"]:
            if f"{peer} {amount}" in loops.todo:
                table.add(f"{what}, {peer}", millis(loops.median(mine)), millis(loops.median(f"{peer} {amount}")),
                          loops.ratio(mine, f"{peer} {amount}"))
    for fewer, more in zip(PROFILES, PROFILES[1:]):
        table.add(f"static keys: {more:,} profiles to {fewer:,}", millis(loops.median(f"ours {more}")),
                  millis(loops.median(f"ours {fewer}")), loops.ratio(f"ours {more}", f"ours {fewer}"),
                  f"linear: {more / fewer:g}")


def cold(table, counter, rounds, environment, source, goal, has_boto3):
    say(f"cold credentials, {source}")
    what = f"cold credentials, {source}"
    commands = {name: [program(f"{name}-chain")] for name in ["ours", "floor", *PEERS]}
    starts = {name: counter.count([*command, "start"], environment) for name, command in commands.items()}
    wholes = {name: counter.count(command, environment) for name, command in commands.items()}
    if has_boto3:
        commands["boto3"] = [*BOTO3, "chain"]
    cpu, wall = cold_rounds(commands, environment, rounds)
    named = lambda name: {"floor": "floor bare std", "aws-sdk": "aws-config"}.get(name, name)
    for name in list(wholes)[1:]:
        table.add_numbers(f"{what}: instructions, {named(name)}", wholes["ours"], wholes[name], thousands,
                          goal if name == "floor" else "")
        if wholes["ours"] is not None:
            rest = lambda name: wholes[name] - starts[name]
            table.add_numbers(f"{what}: of these after the start, {named(name)}", rest("ours"), rest(name), thousands)
    median = statistics.median
    for name in list(commands)[1:]:
        table.add_numbers(f"{what}: CPU, {named(name)}", median(cpu["ours"]), median(cpu[name]), micros)
        table.add_numbers(f"{what}: wall, {named(name)}", median(wall["ours"]), median(wall[name]), micros)
