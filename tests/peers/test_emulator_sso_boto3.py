"""boto3 against the emulator: the SSO portal, SSO-OIDC, and the credential chain on top of them.

Needs boto3 and, in the variable STSKIT_EMULATOR, the path of the program stskit-emulator. Both
missing are failures, not skips. Run: python3 tests/peers/test_emulator_sso_boto3.py
"""

import base64
import datetime
import hashlib
import http.client
import itertools
import json
import os
import subprocess
import tempfile
import time
import unittest
import urllib.error
import urllib.parse
import urllib.request

# boto3 looks for its cache directory in the home directory it is imported with.
HOME = tempfile.TemporaryDirectory()
os.environ["HOME"] = HOME.name

import boto3  # noqa: E402
import botocore.config  # noqa: E402
import botocore.exceptions  # noqa: E402

ACCOUNT = "123456789012"
START_URL = "https://d-abc123.awsapps.com/start"
SCOPE = "sso:account:access"
DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"
JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
TOKEN_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
ACCESS_TYPE = "urn:ietf:params:oauth:token-type:access_token"
APPLICATION = f"arn:aws:sso::{ACCOUNT}:application/ssoins-1111222233334444/apl-5555666677778888"
SSO = {"GetRoleCredentials", "ListAccountRoles", "ListAccounts", "Logout"}
OIDC = {"CreateToken", "CreateTokenWithIAM", "RegisterClient", "StartDeviceAuthorization"}


class Emulator:
    """A running stskit-emulator."""

    def __init__(self, *arguments):
        self.process = subprocess.Popen(
            [os.environ["STSKIT_EMULATOR"], *arguments], stdout=subprocess.PIPE, text=True
        )
        lines = itertools.takewhile(lambda line: line.startswith("export "), self.process.stdout)
        self.environment = dict(line.strip().removeprefix("export ").split("=", 1) for line in lines)
        self.url = self.environment["AWS_ENDPOINT_URL_SSO"]

    def stop(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()


class Case(unittest.TestCase):
    arguments = ("--approve-after", "0")

    @classmethod
    def setUpClass(cls):
        # Nothing of the machine's own AWS settings may take part.
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            del os.environ[name]
        for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
            os.environ.pop(name, None)
        os.environ["AWS_CONFIG_FILE"] = os.path.join(HOME.name, "config")
        os.environ["AWS_SHARED_CREDENTIALS_FILE"] = os.path.join(HOME.name, "credentials")
        os.environ["AWS_EC2_METADATA_DISABLED"] = "true"
        for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
            with open(os.environ[name], "w"):
                pass
        cls.emulator = Emulator(*cls.arguments)
        # The endpoints reach boto3 by the variables only, as they are printed.
        for name, value in cls.emulator.environment.items():
            if name.startswith("AWS_ENDPOINT_URL_"):
                os.environ[name] = value
        cls.sso = cls.client("sso")
        cls.oidc = cls.client("sso-oidc")

    @classmethod
    def tearDownClass(cls):
        cls.emulator.stop()

    @classmethod
    def client(cls, service, keys=None):
        keys = keys or {
            "accessKeyId": cls.emulator.environment["AWS_ACCESS_KEY_ID"],
            "secretAccessKey": cls.emulator.environment["AWS_SECRET_ACCESS_KEY"],
        }
        return boto3.Session().client(
            service,
            region_name=cls.emulator.environment["AWS_REGION"],
            aws_access_key_id=keys["accessKeyId"],
            aws_secret_access_key=keys["secretAccessKey"],
            aws_session_token=keys.get("sessionToken"),
            config=botocore.config.Config(retries={"total_max_attempts": 1}),
        )

    def register(self, **arguments):
        arguments = {"scopes": [SCOPE], **arguments}
        answer = self.oidc.register_client(clientName="test", clientType="public", **arguments)
        return answer, {"clientId": answer["clientId"], "clientSecret": answer["clientSecret"]}

    def start(self, client):
        return self.oidc.start_device_authorization(startUrl=START_URL, **client)

    def poll(self, client, started):
        return self.oidc.create_token(grantType=DEVICE_CODE, deviceCode=started["deviceCode"], **client)

    def sign_in(self):
        _, client = self.register()
        return client, self.poll(client, self.start(client))

    def refused(self, exception, status, call, **arguments):
        """The exception of the service's own class; its response."""
        with self.assertRaises(exception) as caught:
            call(**arguments)
        response = caught.exception.response
        self.assertEqual(response["ResponseMetadata"]["HTTPStatusCode"], status)
        self.assertEqual(len(response["ResponseMetadata"]["RequestId"]), 36)
        return response


class Portal(Case):
    arguments = ("--approve-after", "0", "--accounts", "250")

    def test_every_operation_of_the_model_is_here(self):
        self.assertEqual(set(self.sso.meta.service_model.operation_names), SSO)
        self.assertEqual(set(self.oidc.meta.service_model.operation_names), OIDC)

    def test_credentials(self):
        _, token = self.sign_in()
        answer = self.sso.get_role_credentials(accessToken=token["accessToken"], accountId=ACCOUNT, roleName="Admin")
        keys = answer["roleCredentials"]
        self.assertAlmostEqual(keys["expiration"] / 1000, time.time() + 3600, delta=5)
        identity = self.client("sts", keys).get_caller_identity()
        self.assertEqual(identity["Account"], ACCOUNT)
        pattern = rf"^arn:aws:sts::{ACCOUNT}:assumed-role/AWSReservedSSO_Admin_[0-9a-f]{{16}}/stskit$"
        self.assertRegex(identity["Arn"], pattern)

    def test_paginators(self):
        _, token = self.sign_in()
        bearer = {"accessToken": token["accessToken"]}
        pages = list(self.sso.get_paginator("list_accounts").paginate(**bearer))
        self.assertEqual([len(page["accountList"]) for page in pages], [100, 100, 50])
        accounts = [account for page in pages for account in page["accountList"]]
        self.assertEqual(len({account["accountId"] for account in accounts}), 250)
        first = {"accountId": ACCOUNT, "accountName": "Account 1", "emailAddress": "account-1@example.com"}
        self.assertEqual(accounts[0], first)
        small = self.sso.get_paginator("list_accounts").paginate(PaginationConfig={"PageSize": 60}, **bearer)
        self.assertEqual(small.build_full_result()["accountList"], accounts)
        some = self.sso.get_paginator("list_accounts").paginate(PaginationConfig={"MaxItems": 7}, **bearer)
        self.assertEqual(len(some.build_full_result()["accountList"]), 7)
        roles = self.sso.get_paginator("list_account_roles").paginate(
            accountId=ACCOUNT, PaginationConfig={"PageSize": 1}, **bearer
        )
        self.assertEqual([page["roleList"][0]["roleName"] for page in roles], ["ReadOnly", "Admin"])

    def test_errors(self):
        _, token = self.sign_in()
        bearer = {"accessToken": token["accessToken"]}
        errors = self.sso.exceptions
        calls = [
            (self.sso.list_accounts, {}),
            (self.sso.list_account_roles, {"accountId": ACCOUNT}),
            (self.sso.get_role_credentials, {"accountId": ACCOUNT, "roleName": "Admin"}),
            (self.sso.logout, {}),
        ]
        for call, arguments in calls:
            response = self.refused(errors.UnauthorizedException, 401, call, accessToken="other", **arguments)
            self.assertEqual(response["Error"]["Message"], "Session token not found or invalid")
            self.assertEqual(response["message"], response["Error"]["Message"])
        missing = {"accountId": "999999999999", **bearer}
        self.refused(errors.ResourceNotFoundException, 404, self.sso.list_account_roles, **missing)
        self.refused(errors.ResourceNotFoundException, 404, self.sso.get_role_credentials, roleName="Admin", **missing)
        call = self.sso.list_accounts
        self.refused(errors.InvalidRequestException, 400, call, nextToken="other", **bearer)
        # boto3 checks only the lower limit of a number.
        self.refused(errors.InvalidRequestException, 400, call, maxResults=101, **bearer)
        # Not in the model: the exception is the general one.
        response = self.refused(
            botocore.exceptions.ClientError,
            403,
            self.sso.get_role_credentials,
            accountId=ACCOUNT,
            roleName="Nobody",
            **bearer,
        )
        self.assertEqual(response["Error"], {"Code": "ForbiddenException", "Message": "No access"})

    def test_signing_out(self):
        client, token = self.sign_in()
        self.sso.list_accounts(accessToken=token["accessToken"])
        self.sso.logout(accessToken=token["accessToken"])
        errors = self.sso.exceptions
        self.refused(errors.UnauthorizedException, 401, self.sso.list_accounts, accessToken=token["accessToken"])
        self.refused(
            self.oidc.exceptions.InvalidGrantException,
            400,
            self.oidc.create_token,
            grantType="refresh_token",
            refreshToken=token["refreshToken"],
            **client,
        )


class Device(Case):
    arguments = ("--approve-after=never",)

    def test_a_person_approves_in_the_browser(self):
        answer, client = self.register()
        self.assertAlmostEqual(answer["clientIdIssuedAt"], time.time(), delta=5)
        self.assertEqual(answer["clientSecretExpiresAt"] - answer["clientIdIssuedAt"], 90 * 86400)
        started = self.start(client)
        self.assertRegex(started["userCode"], "^[A-Z]{4}-[A-Z]{4}$")
        self.assertEqual((started["expiresIn"], started["interval"]), (600, 1))
        errors = self.oidc.exceptions
        poll = {"call": self.poll, "client": client, "started": started}
        response = self.refused(errors.AuthorizationPendingException, 400, **poll)
        self.assertEqual(response["error"], "authorization_pending")
        self.assertEqual(response["error_description"], "Authorization is still pending")
        with urllib.request.urlopen(started["verificationUriComplete"]) as page:
            self.assertIn("approved", page.read().decode())
        time.sleep(1)
        token = self.poll(client, started)
        self.assertEqual((token["tokenType"], token["expiresIn"]), ("Bearer", 3600))
        self.assertEqual(len(self.sso.list_accounts(accessToken=token["accessToken"])["accountList"]), 3)
        response = self.refused(errors.InvalidGrantException, 400, **poll)
        self.assertEqual(response["error"], "invalid_grant")

    def test_polling_too_fast(self):
        _, client = self.register()
        started = self.start(client)
        errors = self.oidc.exceptions
        poll = {"call": self.poll, "client": client, "started": started}
        # The second of the clock may turn between two polls, but not between each of them.
        with self.assertRaises(errors.SlowDownException) as caught:
            for _ in range(20):
                try:
                    self.poll(client, started)
                except errors.AuthorizationPendingException:
                    pass
        self.assertEqual(caught.exception.response["error"], "slow_down")
        time.sleep(1)
        self.refused(errors.AuthorizationPendingException, 400, **poll)

    def test_a_page_for_no_code(self):
        with self.assertRaises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(f"{self.emulator.url}/start/device?user_code=XXXX-XXXX")
        self.assertEqual(caught.exception.code, 404)
        caught.exception.close()


class Tokens(Case):
    def test_refreshing(self):
        client, token = self.sign_in()
        refresh = {"call": self.oidc.create_token, "grantType": "refresh_token", **client}
        call = refresh.pop("call")
        new = call(refreshToken=token["refreshToken"], **refresh)
        self.assertNotEqual(new["accessToken"], token["accessToken"])
        errors = self.oidc.exceptions
        self.refused(errors.InvalidGrantException, 400, call, refreshToken=token["refreshToken"], **refresh)
        call(refreshToken=new["refreshToken"], **refresh)
        self.sso.list_accounts(accessToken=new["accessToken"])

    def test_without_the_scope_there_is_no_refresh_token(self):
        _, client = self.register(scopes=[])
        self.assertNotIn("refreshToken", self.poll(client, self.start(client)))

    def test_errors(self):
        errors = self.oidc.exceptions
        _, client = self.register()
        create = self.oidc.create_token
        wrong = {**client, "clientSecret": "wrong"}
        response = self.refused(
            errors.InvalidClientException, 401, create, grantType="refresh_token", refreshToken="x", **wrong
        )
        self.assertEqual(response["error"], "invalid_client")
        self.refused(errors.InvalidClientException, 401, self.start, client=wrong)
        self.refused(errors.UnsupportedGrantTypeException, 400, create, grantType="password", **client)
        self.refused(errors.UnauthorizedClientException, 400, create, grantType="authorization_code", **client)
        self.refused(errors.InvalidRequestException, 400, create, grantType=DEVICE_CODE, **client)
        self.refused(errors.InvalidGrantException, 400, create, grantType=DEVICE_CODE, deviceCode="x", **client)
        self.refused(errors.InvalidScopeException, 400, self.register, scopes=["a b"])
        self.refused(errors.InvalidRedirectUriException, 400, self.register, redirectUris=["https://example.com"])
        self.refused(errors.UnsupportedGrantTypeException, 400, self.register, grantTypes=["password"])
        register = self.oidc.register_client
        self.refused(errors.InvalidClientMetadataException, 400, register, clientName="x", clientType="confidential")

    def test_a_sign_in_with_a_redirect(self):
        registered = "http://127.0.0.1/oauth/callback"
        _, client = self.register(
            grantTypes=["authorization_code", "refresh_token"], redirectUris=[registered], issuerUrl=START_URL
        )
        verifier = base64.urlsafe_b64encode(os.urandom(48)).decode()
        challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
        redirect = "http://127.0.0.1:54321/oauth/callback"
        query = urllib.parse.urlencode(
            {
                "response_type": "code",
                "client_id": client["clientId"],
                "redirect_uri": redirect,
                "state": "a state",
                "code_challenge_method": "S256",
                "scopes": SCOPE,
                "code_challenge": challenge,
            }
        )
        connection = http.client.HTTPConnection(self.emulator.url.removeprefix("http://"))
        connection.request("GET", f"/authorize?{query}")
        answer = connection.getresponse()
        self.assertEqual(answer.status, 302)
        location = urllib.parse.urlsplit(answer.headers["Location"])
        connection.close()
        self.assertEqual(location._replace(query="").geturl(), redirect)
        back = dict(urllib.parse.parse_qsl(location.query, strict_parsing=True))
        self.assertEqual(back["state"], "a state")
        create = {"grantType": "authorization_code", "code": back["code"], "redirectUri": redirect, **client}
        errors = self.oidc.exceptions
        call = self.oidc.create_token
        self.refused(errors.InvalidGrantException, 400, call, codeVerifier="x" * 64, **create)
        token = call(codeVerifier=verifier, **create)
        self.refused(errors.InvalidGrantException, 400, call, codeVerifier=verifier, **create)
        self.sso.list_accounts(accessToken=token["accessToken"])
        call(grantType="refresh_token", refreshToken=token["refreshToken"], **client)

    def test_tokens_for_applications(self):
        _, token = self.sign_in()
        create = self.oidc.create_token_with_iam
        exchange = {
            "clientId": APPLICATION,
            "grantType": TOKEN_EXCHANGE,
            "subjectToken": token["accessToken"],
            "subjectTokenType": ACCESS_TYPE,
        }
        answer = create(**exchange)
        self.assertEqual((answer["tokenType"], answer["issuedTokenType"]), ("Bearer", ACCESS_TYPE))
        self.assertIn("sts:identity_context", answer["scope"])
        context = answer["awsAdditionalDetails"]["identityContext"]
        claims = answer["idToken"].split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
        self.assertEqual((claims["aud"], claims["sts:identity_context"]), (APPLICATION, context))
        self.sso.list_accounts(accessToken=answer["accessToken"])
        create(clientId=APPLICATION, grantType="refresh_token", refreshToken=answer["refreshToken"])
        claims = base64.urlsafe_b64encode(json.dumps({"exp": time.time() // 1 + 60}).encode()).decode().rstrip("=")
        create(clientId=APPLICATION, grantType=JWT_BEARER, assertion=f"e30.{claims}.c2ln")

        errors = self.oidc.exceptions
        self.refused(errors.InvalidGrantException, 400, create, **{**exchange, "subjectToken": "x"})
        self.refused(errors.InvalidClientException, 401, create, **{**exchange, "clientId": "x"})
        other = self.client("sso-oidc", {"accessKeyId": "AKIAIOSFODNN7EXAMPLE", "secretAccessKey": "wrong"})
        response = self.refused(botocore.exceptions.ClientError, 403, other.create_token_with_iam, **exchange)
        self.assertEqual(response["Error"]["Code"], "InvalidSignatureException")
        # The credentials of a role sign as well.
        keys = self.sso.get_role_credentials(accessToken=token["accessToken"], accountId=ACCOUNT, roleName="Admin")
        self.client("sso-oidc", keys["roleCredentials"]).create_token_with_iam(**exchange)


class Chain(Case):
    """The credential chain of boto3 with a profile and a token file."""

    def profile(self, expires_in):
        """Signs in and writes the files; gives the path of the token file."""
        client, token = self.sign_in()
        config = f"""
[profile dev]
region = us-east-1
sso_session = dev
sso_account_id = {ACCOUNT}
sso_role_name = ReadOnly

[sso-session dev]
sso_region = us-east-1
sso_start_url = {START_URL}
sso_registration_scopes = {SCOPE}
"""
        with open(os.environ["AWS_CONFIG_FILE"], "w") as file:
            file.write(config)
        directory = os.path.join(HOME.name, ".aws", "sso", "cache")
        os.makedirs(directory, exist_ok=True)
        path = os.path.join(directory, hashlib.sha1(b"dev").hexdigest() + ".json")
        now = datetime.datetime.now(datetime.timezone.utc)

        def stamp(seconds):
            return (now + datetime.timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")

        content = {
            "startUrl": START_URL,
            "region": "us-east-1",
            "accessToken": token["accessToken"],
            "expiresAt": stamp(expires_in),
            "registrationExpiresAt": stamp(86400),
            "refreshToken": token["refreshToken"],
            **client,
        }
        with open(path, "w") as file:
            json.dump(content, file)
        return path, content

    def identity(self):
        return boto3.Session(profile_name="dev").client("sts").get_caller_identity()["Arn"]

    def test_a_good_token(self):
        path, content = self.profile(3600)
        self.assertIn("/AWSReservedSSO_ReadOnly_", self.identity())
        with open(path) as file:
            self.assertEqual(json.load(file), content)

    def test_a_token_that_is_refreshed(self):
        path, content = self.profile(-60)
        self.assertIn("/AWSReservedSSO_ReadOnly_", self.identity())
        with open(path) as file:
            saved = json.load(file)
        for name in ("accessToken", "refreshToken", "expiresAt"):
            self.assertNotEqual(saved[name], content[name])

    def test_a_token_that_was_revoked(self):
        _, content = self.profile(3600)
        self.sso.logout(accessToken=content["accessToken"])
        with self.assertRaises(botocore.exceptions.UnauthorizedSSOTokenError):
            self.identity()


def tearDownModule():
    HOME.cleanup()


if __name__ == "__main__":
    unittest.main()
