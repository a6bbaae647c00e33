"""The token cache in ~/.aws/sso/cache, shared with boto3 and the AWS CLI: what we write they read, and back.

Ours is the program `sso_tool` (sso_tool.rs), named by the variable STSKIT_SSO_TOOL. boto3 works with its
own classes on its own folder: both sides find it by HOME. Missing programs are failures, not skips.
"""

import datetime
import hashlib
import json
import os
import re
import shutil
import stat
import subprocess
import sys
import tempfile
import threading
import time
import unittest
import urllib.request

# botocore looks for its cache directories in the home directory it is imported with.
HOME = tempfile.TemporaryDirectory()
os.environ["HOME"] = HOME.name

import boto3  # noqa: E402
import botocore.exceptions  # noqa: E402
import botocore.session  # noqa: E402
import botocore.tokens  # noqa: E402
import botocore.utils  # noqa: E402

import support  # noqa: E402

ACCOUNT = "123456789012"
REGION = "us-east-1"
SCOPE = "sso:account:access"
DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"
CACHE = botocore.tokens.SSOTokenProvider._SSO_TOKEN_CACHE_DIR
REFRESH_KEYS = {"clientId", "clientSecret", "refreshToken", "registrationExpiresAt"}
TOKEN_KEYS = {"startUrl", "region", "accessToken", "expiresAt"} | REFRESH_KEYS
SPELLINGS = {
    "Z": lambda at: at.strftime("%Y-%m-%dT%H:%M:%SZ"),
    "UTC": lambda at: at.strftime("%Y-%m-%dT%H:%M:%SUTC"),
    "offset": lambda at: at.astimezone(datetime.timezone(datetime.timedelta(hours=5, minutes=30))).isoformat(
        timespec="seconds"
    ),
    "+00:00": lambda at: at.isoformat(timespec="seconds"),
    "fraction": lambda at: at.strftime("%Y-%m-%dT%H:%M:%S.123Z"),
}


def loader():
    """botocore's own way to token files."""
    cache = botocore.utils.JSONFileCache(CACHE, dumps_func=botocore.tokens._sso_json_dumps)
    return botocore.utils.SSOTokenLoader(cache=cache)


def registration_file(start_url, name, scopes):
    """`_registration_cache_key` of the AWS CLI 2, which is not on PyPI, in other words."""
    members = {
        "tool": "botocore",
        "startUrl": start_url,
        "region": REGION,
        "scopes": scopes,
        "session_name": name,
    }
    return os.path.join(CACHE, hashlib.sha1(json.dumps(members, sort_keys=True).encode()).hexdigest() + ".json")


def read(path):
    with open(path) as file:
        return json.load(file)


def mode(path):
    return stat.S_IMODE(os.stat(path).st_mode)


class Kind:
    """An sso-session, or the legacy keys of a profile, and what both sides call it."""

    def __init__(self, start_url, name, scopes=(SCOPE,)):
        self.start_url, self.name, self.scopes = start_url, name, list(scopes)
        self.profile = "old" if name is None else "dev"

    @property
    def path(self):
        """The token file by botocore's naming."""
        return os.path.join(CACHE, loader()._generate_cache_key(self.start_url, self.name) + ".json")

    @property
    def arguments(self):
        who = ["--legacy"] if self.name is None else ["--session", self.name]
        return [*who, "--start-url", self.start_url, "--region", REGION]


class Case(unittest.TestCase):
    arguments = ("--approve-after", "0")

    @classmethod
    def setUpClass(cls):
        environment = support.clean_environment(HOME.name)
        for name in set(os.environ) - set(environment):
            del os.environ[name]
        os.environ.update(environment)
        cls.emulator = support.Emulator(*cls.arguments)
        cls.addClassCleanup(cls.emulator.stop)
        endpoints = {n: v for n, v in cls.emulator.environment.items() if n.startswith("AWS_ENDPOINT_URL_")}
        assert set(endpoints) >= {"AWS_ENDPOINT_URL_SSO", "AWS_ENDPOINT_URL_SSO_OIDC", "AWS_ENDPOINT_URL_STS"}
        os.environ.update(endpoints)

    def setUp(self):
        shutil.rmtree(os.path.join(HOME.name, ".aws"), ignore_errors=True)
        self.session = Kind("https://d-abc123.awsapps.com/start", "dev")
        self.legacy = Kind("https://d-abc123.awsapps.com/start#/", None)
        self.configure()

    def configure(self):
        role = f"region = {REGION}\nsso_account_id = {ACCOUNT}\nsso_role_name = ReadOnly\n"
        config = f"""[profile dev]
{role}sso_session = {self.session.name}
[profile old]
{role}sso_start_url = {self.legacy.start_url}
sso_region = {REGION}
[sso-session {self.session.name}]
sso_region = {REGION}
sso_start_url = {self.session.start_url}
sso_registration_scopes = {SCOPE}
"""
        with open(os.environ["AWS_CONFIG_FILE"], "w") as file:
            file.write(config)

    # Our side.

    def run_ours(self, command, kind, *more, **options):
        return subprocess.run(
            [os.environ["STSKIT_SSO_TOOL"], command, *kind.arguments, *more],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            **options,
        )

    def ours(self, command, kind, *more, **options):
        result = self.run_ours(command, kind, *more, **options)
        self.assertEqual(result.returncode, 0, f"{result.stdout} {result.stderr}")
        return json.loads(result.stdout)

    def ours_fails(self, command, kind, *more):
        result = self.run_ours(command, kind, *more)
        self.assertEqual(result.returncode, 1, result.stdout)
        return json.loads(result.stdout)

    def our_login(self, kind, *more, **options):
        scopes = [word for scope in kind.scopes for word in ("--scope", scope)]
        return self.ours("login", kind, *scopes, *more, **options)

    def our_identity(self, kind):
        keys = self.ours("credentials", kind, "--account", ACCOUNT, "--role", "ReadOnly")
        self.assertEqual(keys["AccountId"], ACCOUNT)
        return self.identity(keys)

    # Theirs.

    def their_login(self, kind):
        """The device flow by boto3's client; the file as the AWS CLI fills it, by botocore's classes."""
        oidc = boto3.Session().client("sso-oidc", region_name=REGION)
        client = oidc.register_client(clientName="boto", clientType="public", scopes=kind.scopes)
        keys = {"clientId": client["clientId"], "clientSecret": client["clientSecret"]}
        started = oidc.start_device_authorization(startUrl=kind.start_url, **keys)
        answer = oidc.create_token(grantType=DEVICE_CODE, deviceCode=started["deviceCode"], **keys)
        now = datetime.datetime.now(datetime.timezone.utc)
        token = {
            "startUrl": kind.start_url,
            "region": REGION,
            "accessToken": answer["accessToken"],
            "expiresAt": now + datetime.timedelta(seconds=answer["expiresIn"]),
            "registrationExpiresAt": datetime.datetime.fromtimestamp(
                client["clientSecretExpiresAt"], datetime.timezone.utc
            ),
            "refreshToken": answer["refreshToken"],
            **keys,
        }
        loader().save_token(kind.start_url, token, session_name=kind.name)
        return answer["accessToken"]

    def their_token(self):
        """The access token of the sso-session by botocore's provider, refreshed if it thinks so."""
        provider = botocore.tokens.SSOTokenProvider(botocore.session.Session(profile="dev"))
        return provider.load_token().get_frozen_token().token

    def their_identity(self, kind):
        keys = boto3.Session(profile_name=kind.profile).get_credentials().get_frozen_credentials()
        return self.identity(
            {"AccessKeyId": keys.access_key, "SecretAccessKey": keys.secret_key, "SessionToken": keys.token}
        )

    # Both.

    def identity(self, keys):
        arn = self.emulator.client(keys).get_caller_identity()["Arn"]
        self.assertRegex(arn, rf"^arn:aws:sts::{ACCOUNT}:assumed-role/AWSReservedSSO_ReadOnly_[0-9a-f]+/stskit$")
        return arn

    def edit(self, kind, **changes):
        """Changes a token file, in place and in the way another program might."""
        document = {**read(kind.path), **changes}
        with open(kind.path, "w") as file:
            json.dump(document, file)
        return document

    def expire(self, kind, seconds=-60, spelling="Z"):
        at = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds)
        return self.edit(kind, expiresAt=SPELLINGS[spelling](at))

    def assert_renewed(self, kind, old):
        """The file holds another token than before, rotated, and good for an hour."""
        new = read(kind.path)
        for name in ("accessToken", "refreshToken", "expiresAt"):
            self.assertNotEqual(new[name], old[name], name)
        for name in ("startUrl", "region", "clientId", "clientSecret", "registrationExpiresAt"):
            self.assertEqual(new[name], old[name], name)
        self.assertRegex(new["expiresAt"], r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")
        at = datetime.datetime.strptime(new["expiresAt"], "%Y-%m-%dT%H:%M:%SZ")
        left = at.replace(tzinfo=datetime.timezone.utc) - datetime.datetime.now(datetime.timezone.utc)
        self.assertAlmostEqual(left.total_seconds(), 3600, delta=30)
        return new

    def assert_tidy(self):
        """Token and registration files, our locks, nothing else."""
        for name in os.listdir(CACHE):
            self.assertRegex(name, r"^[0-9a-f]{40}\.(json|lock)$")


class Shared(Case):
    def test_we_sign_in_and_boto3_goes_on(self):
        for kind in (self.session, self.legacy):
            with self.subTest(kind.profile):
                said = self.our_login(kind)
                self.assertEqual(said["file"], kind.path)
                written = read(kind.path)
                self.assertEqual(set(written), TOKEN_KEYS)
                self.assertEqual((written["startUrl"], written["region"]), (kind.start_url, REGION))
                self.assertEqual(loader()(kind.start_url, session_name=kind.name), written)
                self.assertEqual(self.their_identity(kind), self.our_identity(kind))
                self.assertEqual(read(kind.path), written, "reading changed the file")
        self.assertEqual(self.their_token(), read(self.session.path)["accessToken"])
        self.assert_tidy()

    def test_we_sign_in_by_redirect_and_boto3_goes_on(self):
        # The example's test plays the browser in a terminal; here it is a thread.
        tool = subprocess.Popen(
            [os.environ["STSKIT_SSO_TOOL"], "login", "--browser", *self.session.arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        killer = threading.Timer(60, tool.kill)
        killer.start()
        try:
            url = tool.stderr.readline().strip()
            with urllib.request.urlopen(url, timeout=20) as page:
                self.assertIn("Signed in", page.read().decode())
            said, _ = tool.communicate(timeout=30)
        finally:
            killer.cancel()
            tool.kill()
            tool.communicate()
        self.assertEqual(tool.returncode, 0, said)
        self.assertEqual(set(read(self.session.path)), TOKEN_KEYS)
        self.assertEqual(self.their_token(), json.loads(said)["accessToken"])
        # The registration by the CLI's name and with its mark of the flow; default scopes are not in the name.
        registration = read(registration_file(self.session.start_url, "dev", None))
        self.assertEqual(registration["grantTypes"], ["authorization_code", "refresh_token"])
        self.assertEqual(registration["scopes"], [SCOPE])
        old = self.expire(self.session)
        self.their_token()
        self.assert_renewed(self.session, old)

    def test_boto3_signs_in_and_we_go_on(self):
        for kind in (self.session, self.legacy):
            with self.subTest(kind.profile):
                token = self.their_login(kind)
                written = read(kind.path)
                said = self.ours("token", kind)
                self.assertEqual((said["accessToken"], said["file"]), (token, kind.path))
                self.assertEqual(said["expiresAt"], written["expiresAt"])
                self.assertEqual(self.our_identity(kind), self.their_identity(kind))
                self.assertEqual(read(kind.path), written, "reading changed the file")

    def refreshes_in_turn(self):
        old = self.expire(self.session)
        self.their_token()
        after_theirs = self.assert_renewed(self.session, old)
        self.assertEqual(self.ours("token", self.session)["accessToken"], after_theirs["accessToken"])
        self.assertEqual(self.our_identity(self.session), self.their_identity(self.session))
        self.assertEqual(read(self.session.path), after_theirs)

        old = self.expire(self.session)
        self.ours("token", self.session)
        after_ours = self.assert_renewed(self.session, old)
        self.assertEqual(set(after_ours), TOKEN_KEYS)
        self.assertEqual(self.their_token(), after_ours["accessToken"])
        self.assertEqual(self.our_identity(self.session), self.their_identity(self.session))
        self.assertEqual(read(self.session.path), after_ours)
        # The token of the first is not refreshable any more: each side used what the other had written.
        self.assertNotEqual(after_theirs["refreshToken"], after_ours["refreshToken"])

    def test_refreshes_in_turn_after_our_sign_in(self):
        self.our_login(self.session)
        self.refreshes_in_turn()
        self.refreshes_in_turn()
        self.assert_tidy()

    def test_refreshes_in_turn_after_their_sign_in(self):
        self.their_login(self.session)
        self.refreshes_in_turn()
        self.refreshes_in_turn()
        self.assert_tidy()

    def test_a_refresh_ahead_of_time(self):
        # 14 minutes left: both sides refresh; 16 minutes left: neither does.
        self.our_login(self.session)
        for side in (self.their_token, lambda: self.ours("token", self.session)["accessToken"]):
            old = self.expire(self.session, 16 * 60)
            self.assertEqual(side(), old["accessToken"])
            self.assertEqual(read(self.session.path), old)
            old = self.expire(self.session, 14 * 60)
            self.assertNotEqual(side(), old["accessToken"])
            self.assert_renewed(self.session, old)

    def test_a_legacy_token_that_has_expired(self):
        # Whoever signed in, and although the file holds all that a refresh takes.
        for login in (self.our_login, self.their_login):
            login(self.legacy)
            self.assertEqual(REFRESH_KEYS & set(read(self.legacy.path)), REFRESH_KEYS)
            old = self.expire(self.legacy)
            for command in (["token"], ["credentials", "--account", ACCOUNT, "--role", "ReadOnly"]):
                said = self.ours_fails(command[0], self.legacy, *command[1:])
                self.assertEqual((said["error"], said["command"]), ("login-required", "aws sso login"))
                self.assertNotIn(old["accessToken"], json.dumps(said))
            with self.assertRaises(botocore.exceptions.UnauthorizedSSOTokenError):
                self.their_identity(self.legacy)
            self.assertEqual(read(self.legacy.path), old)

    def test_every_spelling_of_the_expiry(self):
        self.our_login(self.legacy)
        self.our_login(self.session)
        for spelling in SPELLINGS:
            with self.subTest(spelling):
                good = self.expire(self.session, 1800, spelling)
                said = self.ours("token", self.session)
                self.assertEqual(said["accessToken"], good["accessToken"])
                self.assertEqual(self.their_token(), good["accessToken"])
                self.assertEqual(read(self.session.path), good)
                # An hour off by a misread zone would show: these are 2 minutes on either side.
                self.expire(self.legacy, 120, spelling)
                self.assertEqual(self.our_identity(self.legacy), self.their_identity(self.legacy))
                self.expire(self.legacy, -120, spelling)
                self.assertEqual(self.ours_fails("token", self.legacy)["error"], "login-required")
                with self.assertRaises(botocore.exceptions.UnauthorizedSSOTokenError):
                    self.their_identity(self.legacy)
                # So would one of the registration, which decides whether there is a refresh at all.
                at = datetime.datetime.now(datetime.timezone.utc)
                soon = SPELLINGS[spelling](at + datetime.timedelta(seconds=120))
                gone = SPELLINGS[spelling](at - datetime.timedelta(seconds=120))
                self.edit(self.session, registrationExpiresAt=gone)
                old = self.expire(self.session, -120, spelling)
                self.assertEqual(self.ours_fails("token", self.session)["error"], "login-required")
                self.assertEqual(read(self.session.path), old)
                old = self.edit(self.session, registrationExpiresAt=soon)
                self.ours("token", self.session)
                renewed = read(self.session.path)
                self.assertNotEqual(renewed["accessToken"], old["accessToken"])
                self.assertRegex(renewed["expiresAt"], r"T\d\d:\d\d:\d\dZ$")
                self.assertEqual(self.their_token(), renewed["accessToken"])
                self.edit(self.session, registrationExpiresAt=SPELLINGS["Z"](at + datetime.timedelta(days=9)))

    def test_botocores_default_spelling(self):
        # What its cache class writes if nobody asks for another: the old form with UTC.
        self.our_login(self.session)
        document = read(self.session.path)
        document["expiresAt"] = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=1800)
        key = loader()._generate_cache_key(self.session.start_url, "dev")
        botocore.utils.JSONFileCache(CACHE)[key] = document
        self.assertRegex(read(self.session.path)["expiresAt"], "UTC$")
        self.assertEqual(self.ours("token", self.session)["accessToken"], document["accessToken"])

    def test_unknown_keys_survive_our_refresh(self):
        self.their_login(self.session)
        unknown = {
            "idToken": None,
            "receivedAt": "2026-01-02T03:04:05Z",
            "startURL": "kept",
            "future": {"list": [1, 2.5, -3, True], "text": 'é日🦀 "\\/\u007f\u2028', "big": 12345678901234567890},
        }
        self.edit(self.session, **unknown)
        old = self.expire(self.session)
        self.ours("token", self.session)
        new = self.assert_renewed(self.session, old)
        self.assertEqual({name: new[name] for name in unknown}, unknown)
        self.assertEqual(set(new), TOKEN_KEYS | set(unknown))
        self.assertEqual(self.their_token(), new["accessToken"])

    def test_file_names(self):
        for name, start_url in (
            ("dev", "https://d-abc123.awsapps.com/start"),
            ("my session", "https://d-abc123.awsapps.com/start/"),
            ("Büro 日本🦀", "https://d-abc123.awsapps.com/start/#/"),
            ('quote"\\slash/..', "https://d-abc123.awsapps.com/start?a=b"),
            (None, "https://d-abc123.awsapps.com/start"),
            (None, "https://d-abc123.awsapps.com/start/#/"),
            (None, "https://büro.example/start#"),
        ):
            for scopes in ([SCOPE], [SCOPE, "codewhisperer:ü", 'a"b'], []):
                with self.subTest(name=name, start_url=start_url, scopes=scopes):
                    shutil.rmtree(CACHE, ignore_errors=True)
                    kind = Kind(start_url, name, scopes)
                    said = self.our_login(kind)
                    self.assertEqual(said["file"], kind.path)
                    self.assertEqual(loader()(start_url, session_name=name)["accessToken"], said["accessToken"])
                    registration = registration_file(start_url, name, scopes or None)
                    written = {os.path.join(CACHE, entry) for entry in os.listdir(CACHE) if entry.endswith(".json")}
                    self.assertEqual(written, {kind.path, registration})
                    expected = {"clientId", "clientSecret", "expiresAt"} | ({"scopes"} if scopes else set())
                    self.assertEqual(set(read(registration)), expected)
                    self.assertEqual(read(registration).get("scopes", []), scopes)

    def test_a_registration_of_theirs_is_used_by_us(self):
        oidc = boto3.Session().client("sso-oidc", region_name=REGION)
        answer = oidc.register_client(clientName="botocore-client-dev", clientType="public", scopes=[SCOPE])
        at = datetime.datetime.fromtimestamp(answer["clientSecretExpiresAt"], datetime.timezone.utc)
        registration = {
            "clientId": answer["clientId"],
            "clientSecret": answer["clientSecret"],
            "expiresAt": at,
            "scopes": [SCOPE],
        }
        path = registration_file(self.session.start_url, "dev", [SCOPE])
        for dumps in (botocore.tokens._sso_json_dumps, None):
            cache = botocore.utils.JSONFileCache(CACHE, dumps_func=dumps)
            cache[os.path.basename(path).removesuffix(".json")] = registration
            before = read(path)
            self.our_login(self.session)
            self.assertEqual(read(self.session.path)["clientId"], answer["clientId"])
            self.assertEqual(read(path), before)
        # One that ends within a quarter of an hour is made anew, as they do.
        registration["expiresAt"] = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=14)
        cache[os.path.basename(path).removesuffix(".json")] = registration
        self.our_login(self.session)
        self.assertNotEqual(read(self.session.path)["clientId"], answer["clientId"])
        self.assertEqual(read(self.session.path)["clientId"], read(path)["clientId"])

    def test_a_registration_of_ours_is_used_by_them(self):
        self.our_login(self.session)
        registration = read(registration_file(self.session.start_url, "dev", [SCOPE]))
        self.assertNotIn("grantTypes", registration, "by which the CLI knows the other flow")
        at = datetime.datetime.strptime(registration["expiresAt"], "%Y-%m-%dT%H:%M:%SZ")
        self.assertAlmostEqual(at.replace(tzinfo=datetime.timezone.utc).timestamp(), time.time() + 90 * 86400, delta=60)
        oidc = boto3.Session().client("sso-oidc", region_name=REGION)
        keys = {"clientId": registration["clientId"], "clientSecret": registration["clientSecret"]}
        started = oidc.start_device_authorization(startUrl=self.session.start_url, **keys)
        answer = oidc.create_token(grantType=DEVICE_CODE, deviceCode=started["deviceCode"], **keys)
        self.assertIn("refreshToken", answer, "the scopes were not registered")

    def test_modes(self):
        for umask in (0o000, 0o022, 0o077):
            with self.subTest(umask=oct(umask)):
                shutil.rmtree(os.path.join(HOME.name, ".aws"), ignore_errors=True)
                mask = {"preexec_fn": lambda umask=umask: os.umask(umask)}
                self.our_login(self.session, **mask)
                for folder in (CACHE, os.path.dirname(CACHE), os.path.join(HOME.name, ".aws")):
                    self.assertEqual(mode(folder), 0o700, folder)
                self.expire(self.session)
                # A file that others could read is private again after our refresh.
                os.chmod(self.session.path, 0o644)
                self.ours("token", self.session, **mask)
                self.assertEqual(len(os.listdir(CACHE)), 3, "token, registration, lock")
                for name in os.listdir(CACHE):
                    self.assertEqual(mode(os.path.join(CACHE, name)), 0o600, name)
                self.assert_tidy()
        # A folder of somebody else's making keeps its mode.
        os.chmod(CACHE, 0o755)
        self.expire(self.session)
        self.ours("token", self.session)
        self.assertEqual(mode(CACHE), 0o755)

    def test_signing_out(self):
        for kind in (self.session, self.legacy):
            with self.subTest(kind.profile):
                token = self.our_login(kind)["accessToken"]
                self.their_identity(kind)
                self.assertEqual(self.ours("logout", kind), {"tokensRemoved": 1, "failures": []})
                self.assertFalse(os.path.exists(kind.path))
                with self.assertRaises(botocore.exceptions.SSOTokenLoadError):
                    self.their_identity(kind)
                sso = boto3.Session().client("sso", region_name=REGION)
                with self.assertRaises(sso.exceptions.UnauthorizedException):
                    sso.list_accounts(accessToken=token)
                # They sign out: the service forgets the token, the file goes.
                token = self.our_login(kind)["accessToken"]
                sso.logout(accessToken=token)
                said = self.ours_fails("credentials", kind, "--account", ACCOUNT, "--role", "ReadOnly")
                self.assertEqual(said["error"], "login-required")
                os.remove(kind.path)
                self.assertEqual(self.ours_fails("token", kind)["error"], "login-required")

    def their_cli(self, profile):
        # Its own cache of role credentials would hide what becomes of the token.
        shutil.rmtree(os.path.join(HOME.name, ".aws", "cli"), ignore_errors=True)
        result = subprocess.run(
            [sys.executable, "-m", "awscli", "sts", "get-caller-identity", "--profile", profile, "--output", "json"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
        )
        return result.returncode, result.stdout, result.stderr

    def test_the_aws_cli(self):
        for kind in (self.session, self.legacy):
            self.our_login(kind)
            code, said, why = self.their_cli(kind.profile)
            self.assertEqual(code, 0, why)
            self.assertEqual(json.loads(said)["Arn"], self.our_identity(kind))
        old = self.expire(self.session)
        self.assertEqual(self.their_cli("dev")[0], 0)
        new = self.assert_renewed(self.session, old)
        self.assertEqual(self.ours("token", self.session)["accessToken"], new["accessToken"])
        old = self.expire(self.session)
        self.ours("token", self.session)
        new = self.assert_renewed(self.session, old)
        self.assertEqual(self.their_cli("dev")[0], 0)
        self.assertEqual(read(self.session.path), new)
        self.ours("logout", self.session)
        code, said, why = self.their_cli("dev")
        self.assertNotEqual(code, 0)
        self.assertIn("Token for dev does not exist", why)


class ShortLived(Case):
    """Tokens that the service itself ends after three seconds."""

    arguments = ("--approve-after", "0", "--token-lifetime", "3")

    def test_both_sides_renew_what_the_service_has_ended(self):
        self.our_login(self.session)
        self.our_login(self.legacy)
        seen = [read(self.session.path)]
        for side in (self.our_identity, self.their_identity, self.our_identity):
            time.sleep(3.1)
            sso = boto3.Session().client("sso", region_name=REGION)
            with self.assertRaises(sso.exceptions.UnauthorizedException):
                sso.list_accounts(accessToken=seen[-1]["accessToken"])
            side(self.session)
            seen.append(read(self.session.path))
        for name in ("accessToken", "refreshToken"):
            self.assertEqual(len({document[name] for document in seen}), 4, name)
        self.assertEqual(self.ours_fails("token", self.legacy)["error"], "login-required")
        with self.assertRaises(botocore.exceptions.UnauthorizedSSOTokenError):
            self.their_identity(self.legacy)


class Pending(Case):
    """A person has to approve."""

    arguments = ("--approve-after", "never")

    def test_what_our_prompt_says_is_enough_to_approve(self):
        for kind in (self.session, self.legacy):
            tool = subprocess.Popen(
                [os.environ["STSKIT_SSO_TOOL"], "login", *kind.arguments],
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            killer = threading.Timer(60, tool.kill)
            killer.start()
            try:
                shown = ""
                while "Waiting until" not in shown:
                    line = tool.stderr.readline()
                    self.assertTrue(line, f"it ended after {shown!r}")
                    shown += line
                url = re.search(r"http://\S+user_code=([A-Z-]+)\n", shown)
                self.assertTrue(url, shown)
                self.assertIn(f"the code {url[1]}", shown)
                self.assertFalse(os.path.exists(kind.path))
                urllib.request.urlopen(url[0].strip(), timeout=20).close()
                said, _ = tool.communicate(timeout=30)
            finally:
                killer.cancel()
                tool.kill()
                tool.communicate()
            self.assertEqual(tool.returncode, 0, said)
            self.assertEqual(read(kind.path)["accessToken"], json.loads(said)["accessToken"])


def tearDownModule():
    HOME.cleanup()


if __name__ == "__main__":
    unittest.main()
