"""The role credentials in ~/.aws/cli/cache, shared with the AWS CLI: what we write it reads, and back.

Ours is the program `chain_tool` (chain_tool.rs), named by the variable STSKIT_CHAIN_TOOL. Beside the AWS CLI,
botocore's own providers work on the same folder: the CLI on PyPI keeps no SSO roles, the CLI 2 does, with those classes.
"""

import datetime
import glob
import json
import os
import shutil
import stat
import subprocess
import sys
import tempfile
import unittest

# botocore looks for its cache directories in the home directory it is imported with.
HOME = tempfile.TemporaryDirectory()
os.environ["HOME"] = HOME.name

import botocore.credentials  # noqa: E402
import botocore.session  # noqa: E402
import botocore.utils  # noqa: E402

import support  # noqa: E402
from terminal import Person  # noqa: E402

ACCOUNT = "123456789012"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/demo"
SERIAL = f"arn:aws:iam::{ACCOUNT}:mfa/ann"
FOLDER = os.path.join(HOME.name, ".aws", "cli", "cache")
CODE = "123456"
PROFILES = {
    "bare": {},
    "named": {"role_session_name": "sess"},
    "external": {"external_id": "a:b,c/d+e=f@g"},
    "mfa": {"mfa_serial": SERIAL},
    "short": {"duration_seconds": "1800"},
    "all": {"role_session_name": "sess", "external_id": "ext", "mfa_serial": SERIAL, "duration_seconds": "3600"},
}
# The tokens of an OpenID Connect provider: the emulator looks at their form only.
TOKEN = support.jwt({"sub": "ann", "aud": "sts", "iss": "https://idp"})


def tearDownModule():
    HOME.cleanup()


def only_file():
    (path,) = glob.glob(os.path.join(FOLDER, "*"))
    return path


def read(path):
    with open(path) as file:
        return json.load(file)


class Case(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        environment = support.clean_environment(HOME.name)
        for name in set(os.environ) - set(environment):
            del os.environ[name]
        os.environ.update(environment, AWS_REGION="us-east-1", AWS_DEFAULT_REGION="us-east-1")
        cls.emulator = support.Emulator("--approve-after", "0")
        cls.addClassCleanup(cls.emulator.stop)
        os.environ.update({n: v for n, v in cls.emulator.environment.items() if n.startswith("AWS_ENDPOINT_URL_")})
        keys = cls.emulator.keys
        token = os.path.join(HOME.name, "token")
        with open(token, "w") as file:
            file.write(TOKEN)
        role = {"role_arn": ROLE, "source_profile": "base"}
        sections = {f"profile {name}": {**role, **more} for name, more in PROFILES.items()}
        sections["profile base"] = {
            "aws_access_key_id": keys["AccessKeyId"],
            "aws_secret_access_key": keys["SecretAccessKey"],
        }
        sections["profile web"] = {"role_arn": ROLE, "web_identity_token_file": token, "role_session_name": "pod"}
        role = {"sso_account_id": ACCOUNT, "sso_role_name": "ReadOnly"}
        place = {"sso_region": "us-east-1", "sso_start_url": "https://d-abc123.awsapps.com/start"}
        sections["profile sso"] = {"sso_session": "dev", **role}
        sections["profile old"] = {**place, **role}
        sections["sso-session dev"] = place
        with open(os.environ["AWS_CONFIG_FILE"], "w") as file:
            for name, members in sections.items():
                file.write(f"[{name}]\n" + "".join(f"{key} = {value}\n" for key, value in members.items()))

    def setUp(self):
        shutil.rmtree(FOLDER, ignore_errors=True)

    # Our side.

    def run_ours(self, profile):
        """Without a terminal."""
        return subprocess.run(
            [os.environ["STSKIT_CHAIN_TOOL"], "--cli-cache"],
            env={**os.environ, "AWS_PROFILE": profile},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            start_new_session=True,
            timeout=60,
        )

    def ours(self, profile):
        result = self.run_ours(profile)
        self.assertEqual(result.returncode, 0, result.stdout)
        return json.loads(result.stdout)

    def at_a_terminal(self, command, profile):
        """Its output, after a code was typed in."""
        person = Person(command, {**os.environ, "AWS_PROFILE": profile})
        person.wait_for(f"Enter MFA code for {SERIAL}: ")
        person.type(f"{CODE}\n")
        code, output, errors = person.end()
        self.assertEqual(code, 0, output + errors)
        return json.loads(output)

    def ours_with_a_code(self, profile):
        return self.at_a_terminal([os.environ["STSKIT_CHAIN_TOOL"], "--cli-cache"], profile)

    # The AWS CLI, and botocore's providers with its cache.

    command = [sys.executable, "-m", "awscli", "sts", "get-caller-identity", "--output", "json"]

    def cli(self, profile):
        """Who it is, without a terminal: it has nobody to ask."""
        result = subprocess.run(
            self.command,
            env={**os.environ, "AWS_PROFILE": profile},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            start_new_session=True,
            timeout=120,
        )
        self.assertEqual(result.returncode, 0, result.stderr)
        return json.loads(result.stdout)["Arn"]

    def provider(self, profile, name):
        session = botocore.session.Session(profile=profile)
        provider = session.get_component("credential_provider").get_provider(name)
        provider.cache = botocore.utils.JSONFileCache(FOLDER)
        return provider

    def theirs(self, profile, name="assume-role"):
        found = self.provider(profile, name).load().get_frozen_credentials()
        return {"AccessKeyId": found.access_key, "SecretAccessKey": found.secret_key, "SessionToken": found.token}

    def assert_same(self, ours, theirs):
        for name in ("AccessKeyId", "SecretAccessKey", "SessionToken"):
            self.assertEqual(ours[name], theirs[name], name)


class WithTheCli(Case):
    def test_it_reads_what_we_write(self):
        ours = self.ours("bare")
        session = read(only_file())["AssumedRoleUser"]["Arn"]
        self.assertIn("/stskit-session-", session)
        self.assertEqual(self.cli("bare"), session, "our session, not one of its own")
        self.assertEqual(read(only_file())["Credentials"]["AccessKeyId"], ours["AccessKeyId"], "the file is ours still")

    def test_we_read_what_it_writes(self):
        session = self.cli("bare")
        self.assertIn("/botocore-session-", session)
        theirs = read(only_file())["Credentials"]
        ours = self.ours("bare")
        self.assert_same(ours, theirs)
        self.assertEqual(ours["AccountId"], ACCOUNT)
        self.assertEqual(read(only_file())["Credentials"], theirs)

    def test_one_code_for_both(self):
        for profile in ("mfa", "all"):
            with self.subTest(profile):
                self.setUp()
                # A code at our prompt: the CLI does not ask.
                ours = self.ours_with_a_code(profile)
                self.assertEqual(read(only_file())["Credentials"]["AccessKeyId"], ours["AccessKeyId"])
                self.assertEqual(self.cli(profile), read(only_file())["AssumedRoleUser"]["Arn"])
                # A code at its prompt: we do not ask.
                self.setUp()
                self.assertNotEqual(self.run_ours(profile).returncode, 0, "nobody there")
                arn = self.at_a_terminal(self.command, profile)["Arn"]
                self.assertEqual(arn, read(only_file())["AssumedRoleUser"]["Arn"])
                self.assert_same(self.ours(profile), read(only_file())["Credentials"])


class WithBotocore(Case):
    def test_names(self):
        """Ours, and `_create_cache_key` with what the profile gives."""
        arguments = {
            "role_session_name": "RoleSessionName",
            "external_id": "ExternalId",
            "mfa_serial": "SerialNumber",
            "duration_seconds": "DurationSeconds",
        }
        for profile, members in PROFILES.items():
            with self.subTest(profile):
                self.setUp()
                extra = {arguments[name]: value for name, value in members.items()}
                if "DurationSeconds" in extra:
                    extra["DurationSeconds"] = int(extra["DurationSeconds"])
                fetcher = botocore.credentials.AssumeRoleCredentialFetcher(None, None, ROLE, extra)
                self.ours_with_a_code(profile) if "mfa_serial" in members else self.ours(profile)
                self.assertEqual(os.path.basename(only_file()), fetcher._create_cache_key() + ".json")
                self.assertEqual(stat.S_IMODE(os.stat(only_file()).st_mode), 0o600)
                self.assertEqual(stat.S_IMODE(os.stat(FOLDER).st_mode), 0o700)

    def test_both_ways(self):
        for profile, name in (
            ("bare", "assume-role"),
            ("named", "assume-role"),
            ("web", "assume-role-with-web-identity"),
            ("sso", "sso"),
            ("old", "sso"),
        ):
            with self.subTest(profile):
                if name == "sso":
                    self.sign_in(profile)
                self.setUp()
                ours = self.ours(profile)
                self.assert_same(ours, self.theirs(profile, name))
                written = read(only_file())
                self.setUp()
                theirs = self.theirs(profile, name)
                self.assertNotEqual(theirs["AccessKeyId"], ours["AccessKeyId"])
                self.assert_same(self.ours(profile), theirs)
                kept = read(only_file())
                self.assertEqual(set(kept) - {"ResponseMetadata"}, set(written) - {"ResponseMetadata"})
                self.assertEqual(set(kept["Credentials"]), set(written["Credentials"]))
                self.assertEqual(kept.get("ProviderType"), written.get("ProviderType"))

    def sign_in(self, profile):
        who = ["--legacy"] if profile == "old" else ["--session", "dev"]
        place = ["--start-url", "https://d-abc123.awsapps.com/start", "--region", "us-east-1"]
        subprocess.run(
            [os.environ["STSKIT_SSO_TOOL"], "login", *who, *place],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=True,
            timeout=60,
        )

    def test_spellings_of_the_expiration(self):
        """Of botocore, the CLI 2, other programs; what has 15 minutes left serves both, less neither."""
        cache = botocore.utils.JSONFileCache(FOLDER)
        now = datetime.datetime.now(datetime.timezone.utc)
        for spell in (
            lambda at: at.strftime("%Y-%m-%dT%H:%M:%SZ"),
            lambda at: at.strftime("%Y-%m-%dT%H:%M:%SUTC"),
            lambda at: at.isoformat(),
            lambda at: at.astimezone(datetime.timezone(datetime.timedelta(hours=-7))).isoformat(timespec="seconds"),
        ):
            for minutes, serves in ((60, True), (16, True), (14, False), (-1, False)):
                self.setUp()
                planted = {"AccessKeyId": "ASIAPLANTED", "SecretAccessKey": "s", "SessionToken": "t"}
                key = botocore.credentials.AssumeRoleCredentialFetcher(None, None, ROLE)._create_cache_key()
                expiration = spell(now + datetime.timedelta(minutes=minutes))
                with self.subTest(expiration=expiration):
                    for ask in (self.ours, self.theirs):
                        cache[key] = {"Credentials": {**planted, "Expiration": expiration}}
                        self.assertEqual(ask("bare")["AccessKeyId"] == "ASIAPLANTED", serves, ask.__name__)

    def test_junk_is_replaced(self):
        """By us: botocore ends with a KeyError then."""
        self.ours("bare")
        path = only_file()
        with open(path, "w") as file:
            file.write('{"Credentials": {"Acc')
        with self.assertRaises(KeyError):
            self.theirs("bare")
        self.assert_same(self.ours("bare"), self.theirs("bare"))


if __name__ == "__main__":
    unittest.main()
