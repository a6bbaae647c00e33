"""The example `sso_login` as a person follows it: on a terminal, with a browser beside it.

The program is named by the variable STSKIT_SSO_LOGIN. It gets two pseudo-terminals, so that what it says
on stdout and on stderr can be told apart. The browser is urllib, which follows redirects as one does.
"""

import glob
import json
import os
import re
import stat
import subprocess
import tempfile
import threading
import time
import unittest
import urllib.request

import support
from terminal import Screen

ACCOUNT = "123456789012"
# What the secrets of a sign-in look like; `test_the_patterns_fit` holds them against real ones.
SECRETS = {
    "accessToken": r"aoaAAAAA",
    "refreshToken": r"aorAAAAA",
    "clientSecret": r"eyJraWQi",
    "SessionToken": r"IQoJ[A-Za-z0-9+/=_-]{20}",
    # 40 characters; the names of token files have as many, all of them hexadecimal.
    "SecretAccessKey": r"(?<![\w+/=.%-])(?=[\w+/]*[g-zG-Z+])[\w+/]{40}(?![\w+/=.%-])",
}
LISTING = f"""Account {ACCOUNT} (Account 1)
  role ReadOnly
  role Admin
Account 210987654321 (Account 2)
  role ReadOnly
  role Admin
Account 111122223333 (Account 3)
  role ReadOnly
  role Admin
"""


class Terminal:
    """The program at work in a terminal; killed when the limit is over."""

    def __init__(self, environment, *arguments, limit=60):
        self.out, self.err = Screen(), Screen()
        self.process = subprocess.Popen(
            [os.environ["STSKIT_SSO_LOGIN"], *arguments],
            stdin=self.out.theirs,
            stdout=self.out.theirs,
            stderr=self.err.theirs,
            env=environment,
            start_new_session=True,
        )
        self.killer = threading.Timer(limit, self.process.kill)
        self.killer.start()
        self.out.start()
        self.err.start()

    def wait_for(self, pattern, screen):
        """The first match of a pattern on a screen."""
        while not (found := re.search(pattern, screen.text)):
            if self.process.poll() is not None:
                screen.thread.join(10)
                found = re.search(pattern, screen.text)
                assert found, f"it ended without {pattern}: {self.out.text!r} {self.err.text!r}"
                return found
            time.sleep(0.01)
        return found

    def end(self):
        code = self.process.wait()
        self.stop()
        return code

    def stop(self):
        self.killer.cancel()
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        if self.out:
            self.out.close()
            self.err.close()
            self.said, self.asked = self.out.text, self.err.text
            self.out = self.err = None


class Case(unittest.TestCase):
    def setUp(self):
        self.home = tempfile.TemporaryDirectory()
        self.addCleanup(self.home.cleanup)
        self.temporary = os.path.join(self.home.name, "tmp")
        os.mkdir(self.temporary)
        self.environment = {**support.clean_environment(self.home.name), "TMPDIR": self.temporary}

    def start(self, *arguments, **variables):
        terminal = Terminal({**self.environment, **variables}, *arguments)
        self.addCleanup(terminal.stop)
        return terminal

    def browse(self, url):
        with urllib.request.urlopen(url, timeout=20) as page:
            return page.geturl(), page.read().decode()

    def assert_nothing_left(self):
        self.assertEqual(os.listdir(self.temporary), [], "the token folder")
        self.assertEqual(os.listdir(self.home.name), ["tmp"], "something in the home folder")

    def assert_no_secret(self, *texts):
        for text in texts:
            for name, pattern in SECRETS.items():
                self.assertIsNone(re.search(pattern, text), f"{name} in {text}")

    def assert_done(self, terminal):
        """A sign-in, the accounts and roles, credentials, a sign-out; all of it on stdout."""
        self.assertEqual(terminal.end(), 0, terminal.asked)
        name = r"\S+/stskit-sso-login-\d+/[0-9a-f]{40}\.json"
        pattern = (
            rf"Signed in until \d{{4}}-\d\d-\d\dT[\d:.]+Z\. Token file: {name}\n"
            + re.escape(LISTING)
            + rf"Credentials of ReadOnly in {ACCOUNT}: (.*)\nSigned out; 1 token file removed\.\n"
        )
        found = re.fullmatch(pattern, terminal.said)
        self.assertTrue(found, terminal.said)
        self.assertRegex(found[1], r"ASIA[A-Z0-9]{16}")
        self.assert_no_secret(terminal.said, terminal.asked)
        self.assert_nothing_left()

    def device_page(self, terminal):
        """What a person is told to do: page, code, and how long."""
        found = terminal.wait_for(
            r"open this page in a browser:\s+(http://127\.0\.0\.1:\d+/start/device\?user_code=([A-Z]{4}-[A-Z]{4}))\n"
            r"[\s\S]*the code ([A-Z]{4}-[A-Z]{4}) \(or type it in at http://127\.0\.0\.1:\d+/start/device\)"
            r"[\s\S]*Waiting until \S+Z",
            terminal.err,
        )
        self.assertEqual(found[2], found[3])
        return found[1]


class Example(Case):
    def test_device_code(self):
        terminal = self.start()
        url = self.device_page(terminal)
        self.assertEqual(terminal.out.text, "", "nothing to see before the sign-in")
        (folder,) = glob.glob(os.path.join(self.temporary, "stskit-sso-login-*"))
        self.assertEqual(stat.S_IMODE(os.stat(folder).st_mode), 0o700)
        self.assertIn("approved", self.browse(url)[1])
        self.assert_done(terminal)

    def test_device_code_without_a_browser(self):
        # The usage says that waiting helps as well.
        terminal = self.start()
        self.device_page(terminal)
        self.assert_done(terminal)

    def test_browser(self):
        terminal = self.start("--browser")
        url = terminal.wait_for(r"Open this page in a browser on this machine:\s+(http://\S+)\n", terminal.err)[1]
        self.assertEqual(terminal.out.text, "")
        self.assertIn("/authorize?response_type=code&", url)
        # The page sends the browser on to the program's own port.
        final, page = self.browse(url)
        self.assertRegex(final, r"^http://127\.0\.0\.1:\d+/oauth/callback\?")
        self.assertNotEqual(final.split("/")[2], url.split("/")[2])
        self.assertIn("Signed in. You can close this page", page)
        self.assert_done(terminal)

    def test_ended_by_the_person(self):
        terminal = self.start()
        self.device_page(terminal)
        terminal.process.terminate()
        self.assertNotEqual(terminal.end(), 0)
        self.assertEqual(terminal.said, "")
        self.assert_no_secret(terminal.asked)

    def test_wrong_use(self):
        terminal = self.start("--help-me")
        self.assertEqual(terminal.end(), 1)
        self.assertEqual(terminal.said, "")
        self.assertIn("usage: sso_login [--browser | --real START_URL REGION]", terminal.asked)
        self.assert_nothing_left()


class Real(Case):
    """`--real`, with the variables that lead the SDKs to another endpoint; the emulator is a program."""

    def setUp(self):
        super().setUp()
        self.emulator = support.Emulator("--approve-after", "never")
        self.addCleanup(self.emulator.stop)
        for name, value in self.emulator.environment.items():
            if name.startswith("AWS_ENDPOINT_URL_"):
                self.environment[name] = value
        self.start_url = f"{self.emulator.url}/start"

    def sign_in(self):
        terminal = self.start("--real", self.start_url, "us-east-1")
        self.browse(self.device_page(terminal))
        self.assertEqual(terminal.end(), 0, terminal.asked)
        self.assertIn(LISTING, terminal.said)
        self.assertNotIn("Signed out", terminal.said)
        self.assert_no_secret(terminal.said, terminal.asked)
        return re.search(r"Token file: (\S+)\n", terminal.said)[1]

    def test_the_token_stays_for_others(self):
        path = self.sign_in()
        self.assertEqual(os.path.dirname(path), os.path.join(self.home.name, ".aws", "sso", "cache"))
        tool = subprocess.run(
            [
                *[os.environ["STSKIT_SSO_TOOL"], "token", "--session", "stskit-example"],
                *["--start-url", self.start_url, "--region", "us-east-1"],
            ],
            env=self.environment,
            stdout=subprocess.PIPE,
            check=True,
            timeout=60,
        )
        with open(path) as file:
            self.assertEqual(json.loads(tool.stdout)["accessToken"], json.load(file)["accessToken"])

    def test_the_patterns_fit(self):
        """What is not to be seen would be recognised."""
        with open(self.sign_in()) as file:
            secrets = json.load(file)
        tool = subprocess.run(
            [
                *[os.environ["STSKIT_SSO_TOOL"], "credentials", "--session", "stskit-example"],
                *["--start-url", self.start_url, "--region", "us-east-1"],
                *["--account", ACCOUNT, "--role", "ReadOnly"],
            ],
            env=self.environment,
            stdout=subprocess.PIPE,
            check=True,
            timeout=60,
        )
        secrets.update(json.loads(tool.stdout))
        for name, pattern in SECRETS.items():
            self.assertRegex(f'a "{secrets[name]}" b', pattern)

    def test_nobody_there(self):
        self.emulator.stop()
        terminal = self.start("--real", self.start_url, "us-east-1")
        self.assertEqual(terminal.end(), 1)
        self.assertEqual(terminal.said, "")
        self.assertIn("RegisterClient", terminal.asked)


if __name__ == "__main__":
    unittest.main()
