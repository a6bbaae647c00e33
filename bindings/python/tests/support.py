"""What the tests share: the emulator as a program and a clean environment.

STSKIT_EMULATOR names the emulator program; missing, it is a failure. The library is found as the package finds it.
"""

import itertools
import os
import pathlib
import subprocess
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]
CASES = ROOT / "bindings" / "cases"
SOURCE = HERE.parent / "src"
PROXIES = ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")
ROLE = "arn:aws:iam::210987654321:role/team/demo"
START = "[profile dev]\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = Admin\n"


class Emulator:
    """A running stskit-emulator."""

    def __init__(self, *arguments):
        self.process = subprocess.Popen([os.environ["STSKIT_EMULATOR"], *arguments], stdout=subprocess.PIPE, text=True)
        lines = itertools.takewhile(lambda line: line.startswith("export "), self.process.stdout)
        self.environment = dict(line.strip().removeprefix("export ").split("=", 1) for line in lines)
        self.url = self.environment["AWS_ENDPOINT_URL_STS"]
        self.key = self.environment["AWS_ACCESS_KEY_ID"]
        self.secret = self.environment["AWS_SECRET_ACCESS_KEY"]

    def stop(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()


def base_environment(home, url):
    """What each case starts with: see bindings/cases/README.md."""
    made = {
        "HOME": home,
        "USERPROFILE": home,
        "AWS_CONFIG_FILE": os.path.join(home, "config"),
        "AWS_SHARED_CREDENTIALS_FILE": os.path.join(home, "credentials"),
        "AWS_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    for service in ("STS", "SSO", "SSO_OIDC", "SIGNIN"):
        made[f"AWS_ENDPOINT_URL_{service}"] = url
    return made


def clean_environment():
    """The environment of this process without AWS and proxy settings."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("AWS_") and name not in PROXIES
    }


class Environment:
    """Sets the environment of this process for a while."""

    def __init__(self, variables):
        self.wanted = {**clean_environment(), **variables}

    def __enter__(self):
        self.before = dict(os.environ)
        self.set(self.wanted)
        return self

    def __exit__(self, *_):
        self.set(self.before)

    @staticmethod
    def set(wanted):
        for name in set(os.environ) - set(wanted):
            del os.environ[name]
        os.environ.update(wanted)


class Case(unittest.TestCase):
    """Tests with an emulator, an empty home, and the emulator's keys in the environment."""

    arguments = ()
    keys = True

    @classmethod
    def setUpClass(cls):
        home = tempfile.TemporaryDirectory()
        cls.addClassCleanup(home.cleanup)
        cls.home = home.name
        cls.emulator = Emulator(*cls.arguments)
        cls.addClassCleanup(cls.emulator.stop)
        variables = base_environment(cls.home, cls.emulator.url)
        if cls.keys:
            variables["AWS_ACCESS_KEY_ID"] = cls.emulator.key
            variables["AWS_SECRET_ACCESS_KEY"] = cls.emulator.secret
        environment = Environment(variables)
        environment.__enter__()
        cls.addClassCleanup(environment.__exit__)

    def write(self, name, text):
        path = os.path.join(self.home, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path
