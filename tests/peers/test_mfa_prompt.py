"""`prompt_mfa_on_terminal` with a person at a pseudo-terminal.

The program is `chain_tool` (chain_tool.rs), named by the variable STSKIT_CHAIN_TOOL.
"""

import json
import os
import re
import shutil
import subprocess
import tempfile
import termios
import unittest

import support
from terminal import Person

ROLE = "arn:aws:iam::123456789012:role/demo"
SERIAL = "arn:aws:iam::123456789012:mfa/ann"
PROMPT = f"Enter MFA code for {SERIAL}: "
# What the emulator takes.
CODE = "123456"


class Prompt(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.emulator = support.Emulator()
        cls.addClassCleanup(cls.emulator.stop)

    def setUp(self):
        self.home = tempfile.TemporaryDirectory()
        self.addCleanup(self.home.cleanup)
        self.environment = {
            **support.clean_environment(self.home.name),
            "AWS_ENDPOINT_URL_STS": self.emulator.url,
            "AWS_REGION": "us-east-1",
        }
        self.configure(SERIAL)

    def configure(self, serial):
        keys = self.emulator.keys
        with open(self.environment["AWS_CONFIG_FILE"], "w") as file:
            file.write(
                f"[default]\nrole_arn = {ROLE}\nsource_profile = base\nmfa_serial = {serial}\n[profile base]\n"
                f"aws_access_key_id = {keys['AccessKeyId']}\naws_secret_access_key = {keys['SecretAccessKey']}\n"
            )

    def start(self, **variables):
        person = Person([os.environ["STSKIT_CHAIN_TOOL"]], {**self.environment, **variables})
        self.addCleanup(person.process.kill)
        return person

    def answer(self, keys, prompt=PROMPT):
        """Types when asked; exit code and what the program says."""
        person = self.start()
        person.wait_for(re.escape(prompt))
        self.assertFalse(person.settings()[3] & termios.ECHO, "what is typed shows")
        person.type(keys)
        code, output, errors = person.end()
        self.assertEqual(person.after, person.before, "the terminal is as it was")
        self.assertEqual(errors, "")
        self.assertEqual(person.shown, prompt + "\n", "the question, and nothing else")
        return code, json.loads(output)

    def test_a_code(self):
        for keys in (f"{CODE}\n", f"{CODE}\r", f" {CODE} \n", f"9\x7f{CODE}\n"):
            code, said = self.answer(keys)
            self.assertEqual(code, 0, said)
            self.assertTrue(said["AccessKeyId"].startswith("ASIA"))

    def test_a_wrong_code(self):
        code, said = self.answer("654321\n")
        self.assertEqual((code, said["error"]), (1, "access-denied"))
        self.assertNotIn("654321", said["message"])

    def test_no_code(self):
        # Nothing, blanks, the end of the input, Ctrl-C before and after digits.
        for keys in ("\n", "  \n", "\x04", "\x03", "123\x03"):
            code, said = self.answer(keys)
            self.assertEqual((code, said["error"]), (1, "cancelled"), repr(keys))
            self.assertIn(SERIAL, said["message"])
            self.assertNotIn("123\x03", said["message"])

    def test_a_serial_number_does_not_steer_the_terminal(self):
        self.configure("GAHT12345678\x1b[2J\x07")
        code, said = self.answer(f"{CODE}\n", "Enter MFA code for GAHT12345678[2J: ")
        self.assertEqual(code, 1, "no serial number for the service")
        self.assertNotIn("\x1b", said["message"])

    def test_raw_input_and_a_silent_terminal(self):
        """What the terminal was before is what it is after."""
        person = self.start()
        person.wait_for(PROMPT)
        person.type(f"{CODE}\n")
        self.assertEqual(person.end()[0], 0)
        for change in (["-echo"], ["-icanon", "-icrnl", "min", "1"], ["intr", "^B"]):
            with self.subTest(change):
                tool, show = os.environ["STSKIT_CHAIN_TOOL"], "stty -g </dev/tty >&2"
                script = f'stty {" ".join(change)} </dev/tty && {show} && "{tool}"; {show}'
                person = Person(["sh", "-c", script], self.environment)
                person.wait_for(PROMPT)
                person.type(f"{CODE}\r")
                _, output, errors = person.end()
                self.assertIn("AccessKeyId", json.loads(output))
                before, after = errors.split()
                self.assertEqual(before, after)

    def test_without_a_terminal(self):
        result = subprocess.run(
            [os.environ["STSKIT_CHAIN_TOOL"]],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=self.environment,
            start_new_session=True,
            timeout=60,
        )
        said = json.loads(result.stdout)
        self.assertEqual((result.returncode, said["error"]), (1, "invalid-configuration"))
        for part in (SERIAL, "no terminal", "callback", ROLE):
            self.assertIn(part, said["message"])

    def test_without_stty(self):
        empty = os.path.join(self.home.name, "empty")
        os.mkdir(empty)
        self.refuses(empty, "stty")

    def test_an_stty_that_fails(self):
        """It has changed some settings by then; they are set back."""
        folder = os.path.join(self.home.name, "bin")
        os.mkdir(folder)
        stty = os.path.join(folder, "stty")
        with open(stty, "w") as file:
            real = shutil.which("stty")
            file.write(f'#!/bin/sh\n{real} "$@" || exit\n[ "$1" != -echo ] || {{ echo no such luck >&2; exit 3; }}\n')
        os.chmod(stty, 0o755)
        self.refuses(folder, "no such luck")

    def refuses(self, path, part):
        person = self.start(PATH=path)
        code, output, _ = person.end()
        said = json.loads(output)
        self.assertEqual((code, said["error"]), (1, "not-supported"), said)
        self.assertIn(part, said["message"])
        self.assertEqual(person.shown, "", "nothing was asked")
        self.assertEqual(person.after, person.before)


if __name__ == "__main__":
    unittest.main()
