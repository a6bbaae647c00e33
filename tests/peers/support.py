"""What the tests here share: the emulator as a program, boto3 clients for it, our side as a program.

Needs eight programs: STSKIT_EMULATOR names the emulator, STSKIT_PEER the example `peer` (peer.rs),
STSKIT_SCENARIO_LAB `scenario_lab` (scenario_lab.rs), STSKIT_SSO_TOOL `sso_tool` (sso_tool.rs), STSKIT_SSO_LOGIN
`sso_login` (examples/), STSKIT_CHAIN_TOOL `chain_tool` (chain_tool.rs), STSKIT_PROGRAM `stskit` itself, STSKIT_NODE a
Node for tests/peers/js. One missing is a failure, not a skip. `tests/run` builds them and sets the variables.
"""

import base64
import itertools
import json
import os
import subprocess
import tempfile
import unittest

import boto3
import botocore.config
import botocore.exceptions

DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "data")
ROLE = "arn:aws:iam::210987654321:role/team/demo"
OPERATIONS = {
    "AssumeRole",
    "AssumeRoleWithSAML",
    "AssumeRoleWithWebIdentity",
    "AssumeRoot",
    "DecodeAuthorizationMessage",
    "GetAccessKeyInfo",
    "GetCallerIdentity",
    "GetDelegatedAccessToken",
    "GetFederationToken",
    "GetSessionToken",
    "GetWebIdentityToken",
}
PROXIES = ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")


def clean_environment(home):
    """The environment of this process without its AWS and proxy settings, and without a home of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_") and name not in PROXIES}
    return {
        **kept,
        "HOME": home,
        "AWS_CONFIG_FILE": os.path.join(home, "config"),
        "AWS_SHARED_CREDENTIALS_FILE": os.path.join(home, "credentials"),
        "AWS_EC2_METADATA_DISABLED": "true",
    }


class Emulator:
    """A running stskit-emulator."""

    def __init__(self, *arguments):
        self.process = subprocess.Popen(
            [os.environ["STSKIT_EMULATOR"], *arguments], stdout=subprocess.PIPE, text=True
        )
        lines = itertools.takewhile(lambda line: line.startswith("export "), self.process.stdout)
        self.environment = dict(line.strip().removeprefix("export ").split("=", 1) for line in lines)
        self.url = self.environment["AWS_ENDPOINT_URL_STS"]
        self.keys = {
            "AccessKeyId": self.environment["AWS_ACCESS_KEY_ID"],
            "SecretAccessKey": self.environment["AWS_SECRET_ACCESS_KEY"],
        }

    def stop(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()

    def client(self, keys=None, secret=None, **config):
        """A client with the emulator's own keys, or with those of an answer."""
        return sts_client(self.url, keys or self.keys, secret=secret, **config)


def sts_client(url, keys, secret=None, **config):
    """A boto3 client that sends each request once, unless told otherwise."""
    return boto3.Session().client(
        "sts",
        region_name="us-east-1",
        endpoint_url=url,
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=secret or keys["SecretAccessKey"],
        aws_session_token=keys.get("SessionToken"),
        verify=os.path.join(DATA, "loopback-cert.pem"),
        config=botocore.config.Config(**{"retries": {"total_max_attempts": 1}, **config}),
    )


def ask_peer(lines, environment, timeout=300):
    """Runs our side once with a line of JSON for each task; gives its answers, in order."""
    result = subprocess.run(
        [os.environ["STSKIT_PEER"]],
        input="".join(json.dumps(line) + "\n" for line in lines),
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env=environment,
        timeout=timeout,
        check=True,
    )
    # By line feed only: `splitlines` would also cut inside a string at U+0085 and its like.
    answers = [json.loads(line) for line in result.stdout.split("\n") if line]
    assert len(answers) == len(lines), f"{len(lines)} tasks, {len(answers)} answers"
    return answers


class Ours:
    """Our STS client for an endpoint, as `sts_client` is boto3's."""

    def __init__(self, home, url, keys=None, **variables):
        keys = keys or {}
        given = {
            "AWS_ENDPOINT_URL_STS": url,
            "AWS_REGION": "us-east-1",
            "AWS_MAX_ATTEMPTS": "1",
            "AWS_ACCESS_KEY_ID": keys.get("AccessKeyId"),
            "AWS_SECRET_ACCESS_KEY": keys.get("SecretAccessKey"),
            "AWS_SESSION_TOKEN": keys.get("SessionToken"),
            **variables,
        }
        self.environment = clean_environment(home)
        self.environment.update({name: value for name, value in given.items() if value is not None})

    def ask(self, **task):
        return ask_peer([task], self.environment, timeout=60)[0]

    def call(self, operation, **members):
        return self.ask(do="call", operation=operation, input=members)

    def presign(self, expires, headers=()):
        answer = self.ask(do="presign_call", expires=expires, headers=list(headers))
        assert "url" in answer, answer
        return answer["url"]


def jwt(claims):
    def part(value):
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    return f"{part({'alg': 'RS256'})}.{part(claims)}.c2lnbmF0dXJl"


class Case(unittest.TestCase):
    """Tests with an emulator of their own, and none of the machine's AWS settings."""

    arguments = ()

    @classmethod
    def setUpClass(cls):
        cls.home = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.home.cleanup)
        environment = clean_environment(cls.home.name)
        for name in set(os.environ) - set(environment):
            del os.environ[name]
        os.environ.update(environment)
        cls.emulator = Emulator(*cls.arguments)
        cls.addClassCleanup(cls.emulator.stop)
        cls.sts = cls.emulator.client()
