"""boto3 and we on the same bytes: equal dictionaries, errors and pages, against the emulator and against moto."""

import base64
import datetime
import unittest

import boto3
import botocore.config
import botocore.exceptions

import stskit
from replay import Replay
from stskit import exceptions
from support import ROLE, Case

JWT = "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJodHRwczovL2lzc3Vlci5leGFtcGxlLmNvbSIsInN1YiI6Im1lIiwiYXVkIjoic3RzIn0.c2ln"
SAML = base64.b64encode(
    b"<samlp:Response xmlns:samlp='urn:oasis:names:tc:SAML:2.0:protocol'>"
    b"<saml:Assertion xmlns:saml='urn:oasis:names:tc:SAML:2.0:assertion'><saml:Issuer>https://idp.example.com</saml:Issuer>"
    b"<saml:Subject><saml:NameID>me</saml:NameID></saml:Subject><saml:AttributeStatement>"
    b"<saml:Attribute Name='https://aws.amazon.com/SAML/Attributes/RoleSessionName'>"
    b"<saml:AttributeValue>me</saml:AttributeValue></saml:Attribute>"
    b"<saml:Attribute Name='https://aws.amazon.com/SAML/Attributes/Role'>"
    b"<saml:AttributeValue>arn:aws:iam::210987654321:role/demo,arn:aws:iam::210987654321:saml-provider/idp"
    b"</saml:AttributeValue></saml:Attribute></saml:AttributeStatement></saml:Assertion></samlp:Response>"
).decode()
TAGS = [{"Key": "team", "Value": "a b"}, {"Key": "empty", "Value": ""}]
DEVICE_CODE = "urn:ietf:params:oauth:grant-type:device_code"
APPLICATION = "arn:aws:sso::123456789012:application/ssoins-1111222233334444/apl-5555666677778888"
ROOT_POLICY = "arn:aws:iam::aws:policy/root-task/IAMAuditRootUserCredentials"
STS = [
    ("get_caller_identity", {}),
    ("assume_role", {"RoleArn": ROLE, "RoleSessionName": "me"}),
    (
        "assume_role",
        {
            "RoleArn": ROLE,
            "RoleSessionName": "me",
            "DurationSeconds": 900,
            "Tags": TAGS,
            "TransitiveTagKeys": ("team",),
            "PolicyArns": [{"arn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}],
            "SourceIdentity": "somebody",
        },
    ),
    (
        "assume_role_with_saml",
        {"RoleArn": ROLE, "PrincipalArn": "arn:aws:iam::123456789012:saml-provider/idp", "SAMLAssertion": SAML},
    ),
    ("assume_role_with_web_identity", {"RoleArn": ROLE, "RoleSessionName": "me", "WebIdentityToken": JWT}),
    ("assume_root", {"TargetPrincipal": "210987654321", "TaskPolicyArn": {"arn": ROOT_POLICY}}),
    ("decode_authorization_message", {"EncodedMessage": base64.b64encode(b'{"allowed":false}').decode()}),
    ("get_access_key_info", {"AccessKeyId": "AKIAIOSFODNN7EXAMPLE"}),
    ("get_delegated_access_token", {"TradeInToken": "token"}),
    ("get_federation_token", {"Name": "Bob", "DurationSeconds": 1000}),
    ("get_session_token", {}),
    ("get_web_identity_token", {"Audience": ["a"], "SigningAlgorithm": "RS256", "Tags": TAGS}),
]
STS_ERRORS = [
    ("assume_role", {"RoleArn": "arn:aws:iam::210987654321:role/denied", "RoleSessionName": "me"}),
    ("assume_role", {"RoleArn": ROLE, "RoleSessionName": "a b"}),
    ("assume_role", {"RoleArn": ROLE, "RoleSessionName": "me", "Policy": "{"}),
    ("assume_role_with_web_identity", {"RoleArn": ROLE, "RoleSessionName": "me", "WebIdentityToken": "none"}),
    ("decode_authorization_message", {"EncodedMessage": "!"}),
    ("get_delegated_access_token", {"TradeInToken": "expired-token"}),
]
# moto answers them with an HTML page, on which boto3 fails.
NOT_IN_MOTO = {"assume_root", "decode_authorization_message", "get_delegated_access_token", "get_web_identity_token"}


class Compared(Case):
    maxDiff = None
    # The mode that boto3 has by default, which tells of its last attempt only if another one might have helped.
    retries = {"mode": "legacy", "total_max_attempts": 1}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.replay = Replay(cls.target())
        cls.addClassCleanup(cls.replay.stop)

    @classmethod
    def target(cls):
        return cls.emulator.url

    def clients(self, service):
        """boto3's and ours, made once for all tests of a class."""
        made = vars(type(self)).get(f"clients of {service}")
        if made is None:
            made = self.make_clients(service)
            setattr(type(self), f"clients of {service}", made)
        return made

    @classmethod
    def make_clients(cls, service):
        settings = {
            "region_name": "us-east-1",
            "endpoint_url": cls.replay.url,
            "aws_access_key_id": cls.emulator.key,
            "aws_secret_access_key": cls.emulator.secret,
        }
        theirs = boto3.Session().client(service, config=botocore.config.Config(retries=cls.retries), **settings)
        ours = stskit.client(service, config=stskit.Config(retries=cls.retries), **settings)
        cls.addClassCleanup(theirs.close)
        cls.addClassCleanup(ours.close)
        return theirs, ours

    def both(self, theirs, ours):
        """What two functions give on the same bytes."""
        self.replay.forget()
        expected = theirs()
        count = len(self.replay.requests)
        self.replay.again()
        found = ours()
        self.assertEqual(len(self.replay.requests), 2 * count)
        return expected, found

    def equal_answers(self, service, method, members):
        theirs, ours = self.clients(service)
        expected, found = self.both(
            lambda: getattr(theirs, method)(**members), lambda: getattr(ours, method)(**members)
        )
        with self.subTest(method=method):
            expected = self.theirs(expected)
            self.assertEqual(found, expected)
            self.assertEqual(types(found), types(expected))
        return found

    def theirs(self, answer):
        """boto3's answer as ours should be."""
        return answer

    def equal_errors(self, service, method, members):
        theirs, ours = self.clients(service)

        def failing(client, kind):
            with self.assertRaises(kind) as caught:
                getattr(client, method)(**members)
            return caught.exception

        expected, found = self.both(
            lambda: failing(theirs, botocore.exceptions.ClientError), lambda: failing(ours, stskit.ClientError)
        )
        with self.subTest(method=method):
            self.assertEqual(found.response, expected.response)
            self.assertEqual(found.operation_name, expected.operation_name)
            self.assertEqual(str(found), str(expected))
            self.assertEqual(type(found).__name__, type(expected).__name__)
        return found


def types(value):
    """The shape of a value, with the zones of its times."""
    if isinstance(value, dict):
        return {name: types(item) for name, item in value.items()}
    if isinstance(value, list):
        return [types(item) for item in value]
    if isinstance(value, datetime.datetime):
        return (datetime.datetime, value.utcoffset())
    return type(value)


class Emulated(Compared):
    def test_sts(self):
        theirs, _ = self.clients("sts")
        methods = {method for method, _ in STS}
        self.assertEqual(methods, set(theirs.meta.method_to_api_mapping) & methods)
        self.assertEqual({theirs.meta.method_to_api_mapping[method] for method in methods},
                         set(theirs.meta.service_model.operation_names))  # fmt: skip
        for method, members in STS:
            self.equal_answers("sts", method, members)

    def test_errors_of_sts(self):
        for method, members in STS_ERRORS:
            self.equal_errors("sts", method, members)

    def test_sso(self):
        sign = self.equal_answers
        client = sign("sso-oidc", "register_client", {"clientName": "x", "clientType": "public", "scopes": ["sso:account:access"]})
        ids = {name: client[name] for name in ("clientId", "clientSecret")}
        started = sign("sso-oidc", "start_device_authorization", {"startUrl": f"{self.emulator.url}/start", **ids})
        poll = {"grantType": DEVICE_CODE, "deviceCode": started["deviceCode"], **ids}
        token = sign("sso-oidc", "create_token", poll)
        self.equal_errors("sso-oidc", "create_token", poll)
        sign("sso-oidc", "create_token", {"grantType": "refresh_token", "refreshToken": token["refreshToken"], **ids})
        sign("sso-oidc", "create_token_with_iam", {"clientId": APPLICATION, "grantType": "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion": JWT})
        bearer = {"accessToken": token["accessToken"]}
        account = {"accountId": "123456789012", **bearer}
        sign("sso", "list_accounts", bearer)
        sign("sso", "list_accounts", {"maxResults": 2, **bearer})
        sign("sso", "list_account_roles", account)
        sign("sso", "get_role_credentials", {"roleName": "Admin", **account})
        for method, members in [
            ("list_accounts", {"accessToken": "none"}),
            ("list_accounts", {"nextToken": "none", **bearer}),
            ("list_accounts", {"maxResults": 101, **bearer}),
            ("get_role_credentials", {"roleName": "Nobody", **account}),
            ("list_account_roles", {**account, "accountId": "999999999999"}),
            ("logout", {"accessToken": "none"}),
        ]:
            self.equal_errors("sso", method, members)
        self.pages(token["accessToken"])
        sign("sso", "logout", bearer)

    arguments = ("--approve-after", "0", "--accounts", "25")

    def pages(self, token):
        theirs, ours = self.clients("sso")
        for config in (
            {},
            {"PageSize": 10},
            {"MaxItems": 7},
            {"MaxItems": "12", "PageSize": 5},
            {"MaxItems": 10, "PageSize": 10},
        ):
            def listing(client, config=config):
                pages = client.get_paginator("list_accounts").paginate(accessToken=token, PaginationConfig=config)
                return list(pages), pages.resume_token

            with self.subTest(config=config):
                expected, found = self.both(lambda: listing(theirs), lambda: listing(ours))
                self.assertEqual(found, expected)
                if found[1] is not None:
                    again = {"StartingToken": found[1], "PageSize": 4}
                    expected, found = self.both(lambda: listing(theirs, again), lambda: listing(ours, again))
                    self.assertEqual(found, expected)

                def whole(client):
                    pages = client.get_paginator("list_accounts").paginate(accessToken=token, PaginationConfig=config)
                    return pages.build_full_result()

                expected, found = self.both(lambda: whole(theirs), lambda: whole(ours))
                self.assertEqual(found, expected)
        arguments = {"accessToken": token, "accountId": "123456789012"}
        expected, found = self.both(
            lambda: list(theirs.get_paginator("list_account_roles").paginate(**arguments).search("roleList[].roleName")),
            lambda: list(ours.get_paginator("list_account_roles").paginate(**arguments).search("roleList[].roleName")),
        )
        self.assertEqual(found, expected)
        for method in ("list_accounts", "list_account_roles", "logout", "nothing"):
            self.assertEqual(ours.can_paginate(method), theirs.meta.service_model and method.startswith("list_"))

    def test_wrong_calls(self):
        theirs, ours = self.clients("sts")
        for method, members in [
            ("assume_role", {"RoleArn": ROLE}),
            ("assume_role", {"RoleArn": ROLE, "RoleSessionName": "me", "Nothing": 1}),
            ("assume_role", {"RoleArn": 1, "RoleSessionName": "me"}),
            ("assume_role", {"RoleArn": "short", "RoleSessionName": "me"}),
            ("assume_role", {"RoleArn": ROLE, "RoleSessionName": "me", "Tags": [{"Key": "a"}]}),
            ("assume_role", {"RoleArn": ROLE, "RoleSessionName": "me", "DurationSeconds": "900"}),
            ("assume_role", {"RoleArn": ROLE, "RoleSessionName": object()}),
        ]:
            with self.subTest(members=members):
                self.replay.forget()
                with self.assertRaises(botocore.exceptions.ParamValidationError):
                    getattr(theirs, method)(**members)
                with self.assertRaises(exceptions.ParamValidationError) as caught:
                    getattr(ours, method)(**members)
                self.assertTrue(str(caught.exception).startswith("Parameter validation failed:\n"), caught.exception)
                self.assertEqual(self.replay.requests, [])
        for client in (theirs, ours):
            with self.assertRaises(TypeError):
                client.get_caller_identity("x")
            with self.assertRaises(AttributeError):
                client.get_nothing
            with self.assertRaises(AttributeError):
                client.exceptions.NothingException
        with self.assertRaises(exceptions.OperationNotPageableError):
            ours.get_paginator("get_caller_identity")
        with self.assertRaises(exceptions.UnknownClientMethodError):
            ours.generate_presigned_url("get_nothing")

    def test_names(self):
        for service in ("sts", "sso", "sso-oidc"):
            theirs, ours = self.clients(service)
            mapping = {
                method: name
                for method, name in theirs.meta.method_to_api_mapping.items()
            }
            self.assertEqual(ours.meta.method_to_api_mapping, mapping)
            self.assertEqual(ours.meta.region_name, theirs.meta.region_name)
            self.assertEqual(ours.meta.endpoint_url, theirs.meta.endpoint_url)
            names = {name for name in dir(theirs.exceptions) if name.endswith("Exception")}
            names |= {shape.name for shape in theirs.meta.service_model.error_shapes}
            for name in names:
                self.assertTrue(issubclass(getattr(ours.exceptions, name), stskit.ClientError), name)
            self.assertEqual({name for name in dir(ours.exceptions) if name.endswith("Exception")}, names)
            for method in ours.meta.method_to_api_mapping:
                self.assertTrue(callable(getattr(ours, method)))
            with self.assertRaises(exceptions.UnknownServiceError):
                stskit.client("s3")

    def test_presigned_urls(self):
        import urllib.parse

        theirs, ours = self.clients("sts")
        for members in ({}, {"HttpMethod": "GET"}, {"ExpiresIn": 60, "HttpMethod": "POST"}):
            def parts(client):
                url = client.generate_presigned_url("get_caller_identity", **members)
                base, query = url.split("?")
                return base, dict(urllib.parse.parse_qsl(query))

            while True:
                # Signatures of the same second are equal.
                (base, expected), (our_base, found) = parts(theirs), parts(ours)
                if expected["X-Amz-Date"] == found["X-Amz-Date"]:
                    break
            self.assertEqual(our_base, base)
            self.assertEqual(found, expected)


class Retried(Compared):
    retries = {"mode": "legacy", "total_max_attempts": 2}
    arguments = ("--fault", "throttle,always")

    def test_the_last_answer(self):
        error = self.equal_errors("sts", "get_caller_identity", {})
        self.assertEqual(error.response["ResponseMetadata"]["RetryAttempts"], 1)
        self.assertTrue(error.response["ResponseMetadata"]["MaxAttemptsReached"])
        self.assertIn("reached max retries: 1", str(error))


class RetriedOnce(Compared):
    retries = {"mode": "legacy", "total_max_attempts": 3}
    arguments = ("--fault", "status=500")

    def test_a_good_answer_after_a_bad_one(self):
        answer = self.equal_answers("sts", "get_caller_identity", {})
        self.assertEqual(answer["ResponseMetadata"]["RetryAttempts"], 1)


class Moto(Compared):
    @classmethod
    def target(cls):
        from moto.server import ThreadedMotoServer

        server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        server.start()
        cls.addClassCleanup(server.stop)
        host, port = server.get_host_and_port()
        return f"http://{host}:{port}"

    def theirs(self, answer):
        """moto writes times as seconds with six digits. boto3 makes local times of those; the library has milliseconds
        and UTC, for what AWS answers ("2026-01-02T03:04:05Z") boto3 as well."""
        if isinstance(answer, dict):
            return {name: self.theirs(value) for name, value in answer.items()}
        if isinstance(answer, datetime.datetime):
            answer = answer.astimezone(datetime.timezone.utc)
            return answer.replace(microsecond=answer.microsecond // 1000 * 1000)
        return answer

    def test_sts(self):
        for method, members in STS:
            if method not in NOT_IN_MOTO:
                self.equal_answers("sts", method, members)


if __name__ == "__main__":
    unittest.main()
