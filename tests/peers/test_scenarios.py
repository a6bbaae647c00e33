"""The scenarios of tests/scenarios given to boto3 and the AWS CLI: what differs is listed there, with its reason.

The examples of the crate make each scenario real (STSKIT_SCENARIO_LAB, scenario_lab.rs) and the peers resolve it
in processes of their own (scenario_peer.py).
"""

import collections
import concurrent.futures
import fnmatch
import glob
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import unittest

import support

HERE = os.path.dirname(os.path.abspath(__file__))
DATA = os.path.join(HERE, "..", "scenarios")
# One scenario or some, for whoever works on them.
WANTED = os.environ.get("STSKIT_SCENARIO", "*")
SESSIONS = "botocore-session-*"
ONLY_IF_EXPECTED = ("DurationSeconds", "ExternalId", "SerialNumber", "TokenCode", "Policy", "Authorization")


def scenarios():
    for path in sorted(glob.glob(os.path.join(DATA, "*.json"))):
        topic = os.path.basename(path).removesuffix(".json")
        if topic != "reasons":
            with open(path) as file:
                for scenario in json.load(file)["scenarios"]:
                    if fnmatch.fnmatch(f"{topic}/{scenario['name']}", WANTED):
                        yield topic, scenario


class Program:
    """A program that answers a line of JSON with a line of JSON."""

    def __init__(self, *command, **environment):
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, **environment},
        )

    def ask(self, **question):
        self.process.stdin.write(json.dumps(question) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise AssertionError(f"the program ended: {question}")
        return json.loads(line)

    def stop(self):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.wait()


def matches(pattern, text):
    """Where `*` stands for anything, and nothing else does."""
    if not isinstance(pattern, str):
        return pattern == text
    pattern = pattern.replace("{session}", SESSIONS)
    regex = ".*".join(re.escape(part) for part in pattern.split("*"))
    return isinstance(text, str) and re.fullmatch(regex, text, re.DOTALL) is not None


def request_differences(expected, seen):
    def name(request):
        return request if isinstance(request, str) else request["op"]

    if [name(r) for r in expected] != [r["op"] for r in seen]:
        return [f"requests {[r['op'] for r in seen]}, expected {[name(r) for r in expected]}"]
    found = []
    for wanted, request in zip(expected, seen):
        members = {} if isinstance(wanted, str) else wanted
        for member, value in members.items():
            if not matches(value, request.get(member)):
                found.append(f"{member} of {request['op']} is {request.get(member)!r}, expected {value!r}")
        found += [f"{request['op']} has {m}" for m in ONLY_IF_EXPECTED if m in request and m not in members]
    return found


def differences(expected, outcome, seen):
    """What of an outcome is not as expected: nothing, if all is."""
    found = request_differences(expected.get("requests", []), seen)
    error = expected.get("error")
    if expected.get("none") or (error == "no-credentials" and "failed" not in expected):
        return found + ([] if outcome.get("none") else [f"no credentials expected, but {shown(outcome)}"])
    if error is not None:
        if "error" not in outcome:
            return found + [f"the error {error} expected, but {shown(outcome)}"]
        # The kinds are ours, and the CLI shows no exceptions.
        if error.endswith(("Error", "Exception", "NotFound")) and outcome["error"] not in (error, "exit status 255"):
            found.append(f"{outcome['error']}, expected {error}")
        return found
    if "key" not in outcome:
        return found + [f"credentials expected, but {shown(outcome)}"]
    if "key" in expected:
        for member in ("key", "token"):
            if not matches(expected.get(member), outcome[member]):
                found.append(f"{member} is {outcome[member]!r}, expected {expected.get(member)!r}")
    if "arn" in expected:
        if not matches(expected["arn"], outcome["arn"]):
            found.append(f"identity {outcome['arn']}, expected {expected['arn']}")
    if outcome["account"] != expected.get("account"):
        found.append(f"account {outcome['account']!r}, expected {expected.get('account')!r}")
    if "expires" in expected and outcome["expires"] != expected["expires"]:
        found.append(f"expires: {outcome['expires']}, expected {expected['expires']}")
    return found


def shown(outcome):
    return {name: value for name, value in outcome.items() if name not in ("secret", "token")}


def collect(folder, peer):
    """What comes of every scenario: the scenario as it was run, the outcome, the requests."""
    home, collected = os.path.join(folder, peer), []
    lab = Program(os.environ["STSKIT_SCENARIO_LAB"])
    program = Program(sys.executable, os.path.join(HERE, "scenario_peer.py"), peer, home)
    try:
        for topic, written in scenarios():
            shutil.rmtree(home, ignore_errors=True)
            os.makedirs(home)
            made = lab.ask(prepare=written, folder=home)
            scenario = made["scenario"]
            named = {"profile": scenario.get("profile"), "mfa": scenario.get("mfa")}
            outcome = program.ask(env=made["env"], url=made["url"], **named)
            seen = lab.ask(requests=True)
            if peer == "cli" and "error" not in outcome and seen and seen[-1]["op"] == "GetCallerIdentity":
                seen.pop()
            if "key" in outcome and ("arn" in scenario["expect"] or peer in scenario or "boto3" in scenario):
                keys = {member: outcome[member] for member in ("key", "secret", "token")}
                outcome["arn"] = lab.ask(identity=keys)
            collected.append((topic, scenario, outcome, seen))
    finally:
        program.stop()
        lab.stop()
    return collected


class Scenarios(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.folder.cleanup)
        environment = support.clean_environment(cls.folder.name)
        for name in set(os.environ) - set(environment):
            del os.environ[name]
        os.environ.update(environment)
        with open(os.path.join(DATA, "reasons.json")) as file:
            cls.reasons = json.load(file)
        # Both side by side: most of the time they wait for programs.
        threads = concurrent.futures.ThreadPoolExecutor()
        cls.addClassCleanup(threads.shutdown)
        cls.collected = {peer: threads.submit(collect, cls.folder.name, peer) for peer in ("boto3", "cli")}

    def judge(self, peer, scenario, outcome, seen):
        stated = scenario.get(peer, "same")
        if stated == "same" and peer == "cli" and "boto3" in scenario:
            # The CLI stands on botocore.
            stated = scenario["boto3"]
        to_ours = differences(scenario["expect"], outcome, seen)
        if stated == "same":
            self.assertEqual(to_ours, [], f"{scenario['shows']}; found {shown(outcome)}, asked {seen}")
            if peer == "boto3":
                self.assertEqual(outcome.get("error"), scenario.get("raises"), outcome.get("message"))
            return "the same"
        self.assertNotEqual(to_ours, [], f"listed as different ({stated['differs']}), but it is the same")
        to_stated = differences(stated["outcome"], outcome, seen)
        self.assertEqual(to_stated, [], f"another difference than listed; found {shown(outcome)}, asked {seen}")
        return f"intended: {self.reasons[stated['differs']]}"

    def run_all(self, peer):
        counts = collections.Counter()
        for topic, scenario, outcome, seen in self.collected[peer].result():
            with self.subTest(topic=topic, scenario=scenario["name"]):
                counts[self.judge(peer, scenario, outcome, seen)] += 1
        print(f"\n{peer}: {sum(counts.values())} scenarios")
        for outcome, count in counts.most_common():
            print(f"  {count:4} {outcome}")
        self.assertGreater(counts["the same"], 0)

    def test_boto3(self):
        self.run_all("boto3")

    def test_cli(self):
        self.run_all("cli")


if __name__ == "__main__":
    unittest.main()
