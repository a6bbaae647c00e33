"""Our client beside boto3: what both send, told apart on the wire, and what both read from moto's server."""

import base64
import collections
import datetime
import re
import subprocess
import sys
import time
import unittest
import urllib.parse
import urllib.request

import boto3
import botocore.exceptions
import botocore.parsers

import support
from recorder import Recorder
from support import OPERATIONS, ROLE, Ours, jwt, sts_client

TOKEN_KEYS = {"AccessKeyId": "ASIAEXAMPLE", "SecretAccessKey": "secret", "SessionToken": "IQoJ/tok+en==" * 20}
POLICY = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}]}'
POLICIES = [{"arn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}, {"arn": "arn:aws:iam::123456789012:policy/a+b"}]
TAGS = [{"Key": "team", "Value": "a b+c/d=e~f*g%h&i"}, {"Key": "empty", "Value": ""}, {"Key": "Ü日本", "Value": "🦀\t"}]
# Every member of every operation, in an order that is not the model's.
FULL = {
    "AssumeRole": {
        "SourceIdentity": "alice@example.com",
        "RoleSessionName": "me,=.@-",
        "ProvidedContexts": [
            {"ContextAssertion": "eyJ.assertion.x", "ProviderArn": "arn:aws:iam::aws:contextProvider/IdentityCenter"},
            {"ProviderArn": "arn:aws:iam::aws:contextProvider/Another"},
        ],
        "TokenCode": "123456",
        "RoleArn": ROLE,
        "PolicyArns": POLICIES,
        "Policy": POLICY,
        "MinimumSessionTokenSize": 4096, "DurationSeconds": 900,
        "Tags": TAGS,
        "TransitiveTagKeys": ["team", "Ü日本"],
        "ExternalId": "ext:id/1",
        "SerialNumber": "arn:aws:iam::123456789012:mfa/me",
    },
    "AssumeRoleWithSAML": {
        "SAMLAssertion": "PHNhbWw+PC9zYW1sPg==",
        "PrincipalArn": "arn:aws:iam::210987654321:saml-provider/idp",
        "RoleArn": ROLE,
        "PolicyArns": POLICIES,
        "Policy": POLICY,
        "MinimumSessionTokenSize": 4096, "DurationSeconds": 3600,
    },
    "AssumeRoleWithWebIdentity": {
        "WebIdentityToken": jwt({"iss": "https://oidc.test", "sub": "me", "aud": "sts"}),
        "ProviderId": "graph.facebook.com",
        "RoleArn": ROLE,
        "RoleSessionName": "pod",
        "PolicyArns": POLICIES,
        "Policy": POLICY,
        "MinimumSessionTokenSize": 4096, "DurationSeconds": 43200,
    },
    "AssumeRoot": {
        "TaskPolicyArn": {"arn": "arn:aws:iam::aws:policy/root-task/S3UnlockBucketPolicy"},
        "TargetPrincipal": "210987654321",
        "MinimumSessionTokenSize": 4096, "DurationSeconds": 0,
    },
    "DecodeAuthorizationMessage": {"EncodedMessage": "A-B_C.d+e/f="},
    "GetAccessKeyInfo": {"AccessKeyId": "AKIAIOSFODNN7EXAMPLE"},
    "GetCallerIdentity": {},
    "GetDelegatedAccessToken": {"TradeInToken": "trade in/+=token"},
    "GetFederationToken": {
        "Tags": TAGS,
        "Name": "bob",
        "Policy": POLICY,
        "PolicyArns": POLICIES,
        "MinimumSessionTokenSize": 4096, "DurationSeconds": 129600,
    },
    "GetSessionToken": {"TokenCode": "123456", "SerialNumber": "GAHT12345678", "MinimumSessionTokenSize": 4096, "DurationSeconds": 900},
    "GetWebIdentityToken": {
        "SigningAlgorithm": "ES384",
        "Audience": ["https://api.example.com/?a=1&b", "second"],
        "DurationSeconds": 60,
        "Tags": TAGS,
    },
}
UNSIGNED = {"AssumeRoleWithSAML", "AssumeRoleWithWebIdentity"}
# Headers that only one of the two sends, and why that is intended.
HEADERS_OF_BOTO3_ALONE = {"accept-encoding": "boto3 asks for `identity`, which is what no header means (RFC 9110 12.5.3)"}
HEADERS_OF_OURS_ALONE = {}


def method_of(operation):
    name = operation.replace("SAML", "Saml")
    return re.sub(r"(?<!^)([A-Z])", lambda found: "_" + found[0].lower(), name).lower()


def scope_of(authorization):
    """Access key id, scope and signed headers of a signature."""
    form = r"AWS4-HMAC-SHA256 Credential=([^/]+)/\d{8}/([^,]+), SignedHeaders=([a-z0-9;-]+), Signature=[0-9a-f]{64}"
    found = re.fullmatch(form, authorization)
    assert found, authorization
    return found.groups()


class OnTheWire(support.Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.recorder = Recorder(cls.emulator.url)
        cls.addClassCleanup(cls.recorder.stop)

    def sent(self, operation, members, keys, retries=0, **config):
        """The requests of boto3 and of us for one call; the answers do not matter."""
        attempts = {"total_max_attempts": retries + 1, "mode": "standard"}
        client = sts_client(self.recorder.url, keys, retries=attempts, **config)
        self.recorder.refusals = retries
        try:
            getattr(client, method_of(operation))(**members)
        except botocore.exceptions.ClientError:
            pass
        theirs = self.recorder.take()
        self.recorder.refusals = retries
        ours = Ours(self.home.name, self.recorder.url, keys, AWS_MAX_ATTEMPTS=str(retries + 1))
        answer = ours.call(operation, **members)
        self.assertNotIn("error", answer)
        mine = self.recorder.take()
        self.assertEqual((len(mine), len(theirs)), (retries + 1, retries + 1), answer)
        return (mine, theirs) if retries else (mine[0], theirs[0])

    def model(self, operation):
        return self.sts.meta.service_model.operation_model(operation)

    def test_this_covers_every_member_of_every_operation(self):
        self.assertEqual(set(FULL), OPERATIONS)
        self.assertEqual(set(self.sts.meta.service_model.operation_names), OPERATIONS)
        for operation, members in FULL.items():
            shape = self.model(operation).input_shape
            self.assertEqual(set(members), set(shape.members) if shape else set(), operation)
        unsigned = {name for name in OPERATIONS if self.model(name).auth_type == "none"}
        self.assertEqual(unsigned, UNSIGNED)

    def compare_forms(self, operation, members):
        mine, theirs = self.sent(operation, members, self.emulator.keys)
        # Intended: ours are in the model's order, boto3's in the caller's. Everything else is the same.
        self.assertEqual(sorted(mine.form()), sorted(theirs.form()), operation)
        order = ["Action", "Version", *(self.model(operation).input_shape.members if FULL[operation] else [])]
        seen = list(dict.fromkeys(name.split(".")[0] for name, _ in mine.form()))
        self.assertEqual(seen, [name for name in order if name in seen], operation)
        # Intended: a space is %20 in ours and + in boto3's.
        self.assertNotIn(b"+", mine.body)
        respelt = sorted(mine.body.replace(b"%20", b"+").split(b"&"))
        self.assertEqual(respelt, sorted(theirs.body.split(b"&")), operation)
        return mine, theirs

    def test_forms_with_every_member(self):
        for operation, members in FULL.items():
            with self.subTest(operation):
                mine, theirs = self.compare_forms(operation, members)
                self.assertEqual((mine.method, mine.target), ("POST", "/"))
                self.assertEqual((theirs.method, theirs.target), ("POST", "/"))

    def test_forms_with_required_members_only_and_with_empty_ones(self):
        for operation, members in FULL.items():
            shape = self.model(operation).input_shape
            required = {name: members[name] for name in (shape.required_members if shape else [])}
            empty = {
                name: []
                for name, member in (shape.members if shape else {}).items()
                if member.type_name == "list" and not member.metadata.get("min") and name not in required
            }
            with self.subTest(operation, empty=list(empty)):
                self.compare_forms(operation, required)
                self.compare_forms(operation, {**required, **empty})

    def test_headers(self):
        for operation, members in FULL.items():
            for keys in (self.emulator.keys, TOKEN_KEYS):
                with self.subTest(operation, token="SessionToken" in keys):
                    mine, theirs = self.sent(operation, members, keys)
                    self.compare_headers(operation, keys, mine, theirs)

    def compare_headers(self, operation, keys, mine, theirs):
        self.assertEqual(theirs.names() - mine.names(), set(HEADERS_OF_BOTO3_ALONE))
        self.assertEqual(mine.names() - theirs.names(), set(HEADERS_OF_OURS_ALONE))
        self.assertEqual(theirs.header("accept-encoding"), "identity")
        for name in ("host", "content-type", "x-amz-security-token"):
            self.assertEqual(mine.header(name), theirs.header(name), name)
        self.assertEqual(mine.header("content-type"), "application/x-www-form-urlencoded; charset=utf-8")
        for request in (mine, theirs):
            self.assertEqual(request.header("content-length"), str(len(request.body)))
            self.assertRegex(request.header("amz-sdk-invocation-id"), r"^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab]")
            self.user_agent(request.header("user-agent"))
        # Intended: only boto3, from 1.44 on, says `max` in the first attempt; ours under the 2026 retry rules.
        self.assertEqual(mine.header("amz-sdk-request"), "attempt=1")
        self.assertEqual(theirs.header("amz-sdk-request"), "attempt=1; max=1")
        if operation in UNSIGNED:
            for request in (mine, theirs):
                self.assertFalse({"authorization", "x-amz-date", "x-amz-security-token"} & request.names())
            return
        self.assertEqual(mine.header("x-amz-security-token"), keys.get("SessionToken"))
        self.assertEqual(scope_of(mine.header("authorization")), scope_of(theirs.header("authorization")))
        token = ";x-amz-security-token" if "SessionToken" in keys else ""
        key, scope, names = scope_of(mine.header("authorization"))
        self.assertEqual((key, scope), (keys["AccessKeyId"], "us-east-1/sts/aws4_request"))
        self.assertEqual(names, f"content-type;host;x-amz-date{token}")
        for request in (mine, theirs):
            date = request.header("x-amz-date")
            at = datetime.datetime.strptime(date, "%Y%m%dT%H%M%SZ").replace(tzinfo=datetime.timezone.utc)
            self.assertLess(abs(at.timestamp() - time.time()), 60)
            self.assertIn(f"/{date[:8]}/", request.header("authorization"))

    def user_agent(self, text):
        """`name/version`, `ua/2.1`, then `os/`, `md/`, `lang/`, `m/`, `cfg/`, each made of tokens."""
        token = r"[A-Za-z0-9!$%&'*+\-.^_`|~,]+"
        parts = text.split(" ")
        for part in parts:
            self.assertRegex(part, rf"^{token}/{token}(#{token})?$")
        self.assertIn("ua/2.1", parts)
        names = [part.split("/")[0] for part in parts]
        for name in ("os", "lang", "m"):
            self.assertEqual(names.count(name), 1, text)
        self.assertIn("cfg/retry-mode#standard", parts)
        features = next(part for part in parts if part.startswith("m/")).removeprefix("m/").split(",")
        # Standard retries and an endpoint of the caller's own.
        self.assertTrue({"E", "N"} <= set(features), text)
        self.assertEqual(len(features), len(set(features)))

    def test_retries(self):
        mine, theirs = self.sent("GetCallerIdentity", {}, self.emulator.keys, retries=2, read_timeout=30)
        for requests, first in ((mine, "attempt=1"), (theirs, "attempt=1; max=3")):
            self.assertEqual(len({request.header("amz-sdk-invocation-id") for request in requests}), 1)
            self.assertEqual(len({request.body for request in requests}), 1)
            said = [request.header("amz-sdk-request") for request in requests]
            self.assertEqual(said[0], first)
            for number, request in enumerate(requests[1:], 2):
                ttl, rest = request.header("amz-sdk-request").split("; ", 1)
                self.assertEqual(rest, f"attempt={number}; max=3")
                end = datetime.datetime.strptime(ttl, "ttl=%Y%m%dT%H%M%SZ").replace(tzinfo=datetime.timezone.utc)
                # Both wait 30 seconds for an answer.
                self.assertAlmostEqual(end.timestamp() - time.time(), 30, delta=20)
        ids = [requests[0].header("amz-sdk-invocation-id") for requests in (mine, theirs)]
        self.assertNotEqual(*ids)

    def test_presigned_urls(self):
        header = ("x-k8s-aws-id", "my cluster/1")
        for keys in (self.emulator.keys, TOKEN_KEYS):
            client = sts_client(self.recorder.url, keys)
            client.meta.events.register(
                "before-sign.sts.GetCallerIdentity", lambda request, **_: request.headers.add_header(*header)
            )
            theirs = client.generate_presigned_url("get_caller_identity", ExpiresIn=60, HttpMethod="GET")
            mine = Ours(self.home.name, self.recorder.url, keys).presign(60, [header])
            changing = r"(X-Amz-Date|X-Amz-Signature)=[0-9A-Za-z]+"
            self.assertEqual(re.sub(changing, r"\1=", mine), re.sub(changing, r"\1=", theirs))
            pairs = urllib.parse.parse_qsl(urllib.parse.urlsplit(mine).query, strict_parsing=True)
            self.assertEqual(pairs[-1][0], "X-Amz-Signature")

    def test_eks_token(self):
        """`aws eks get-token` makes its URL as we do."""
        environment = Ours(self.home.name, self.recorder.url, self.emulator.keys).environment
        command = [sys.executable, "-m", "awscli", "eks", "get-token", "--cluster-name", "demo", "--output", "json"]
        command += ["--query", "status.token", "--region", "us-east-1"]
        result = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)
        self.assertEqual(result.returncode, 0, result.stderr)
        token = result.stdout.strip().strip('"').removeprefix("k8s-aws-v1.")
        theirs = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode()
        mine = Ours(self.home.name, self.recorder.url, self.emulator.keys).presign(60, [("x-k8s-aws-id", "demo")])
        changing = r"(X-Amz-Date|X-Amz-Signature)=[0-9A-Za-z]+"
        self.assertEqual(re.sub(changing, r"\1=", mine), re.sub(changing, r"\1=", theirs))

    def test_a_host_in_upper_case_is_signed_as_it_is_sent(self):
        port = urllib.parse.urlsplit(self.recorder.url).port
        answer = Ours(self.home.name, f"http://LocalHost:{port}", self.emulator.keys).call("GetCallerIdentity")
        self.assertEqual(answer.get("status"), 200, answer)
        self.assertEqual(self.recorder.take()[0].header("host").lower(), f"localhost:{port}")


# ---------------------------------------------------------------------------------------------------
# moto's server

SERVE = """
import sys
from moto.server import ThreadedMotoServer
server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
print(*server.get_host_and_port(), flush=True)
sys.stdin.read()
server.stop()
"""
SAML = """<?xml version="1.0"?>
<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"><saml:Assertion
 xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"><saml:AttributeStatement>
<saml:Attribute Name="https://aws.amazon.com/SAML/Attributes/RoleSessionName">
<saml:AttributeValue>bob</saml:AttributeValue></saml:Attribute>
<saml:Attribute Name="https://aws.amazon.com/SAML/Attributes/Role">
<saml:AttributeValue>arn:aws:iam::210987654321:role/demo,arn:aws:iam::210987654321:saml-provider/idp</saml:AttributeValue>
</saml:Attribute></saml:AttributeStatement></saml:Assertion></samlp:Response>"""
# What moto makes up anew for each call.
RANDOM = {"AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration", "AssumedRoleId", "Subject"}
KEYS = ("AccessKeyId", "SecretAccessKey", "SessionToken")
CONSTANT = {(operation, key) for operation in ("GetSessionToken", "GetFederationToken") for key in KEYS}
CONSTANT.add(("AssumeRoleWithWebIdentity", "AssumedRoleId"))


class MotoCase(support.Case):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server = subprocess.Popen(
            [sys.executable, "-c", SERVE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        cls.addClassCleanup(cls.stop_server)
        cls.address = ":".join(cls.server.stdout.readline().split())
        cls.url = f"http://{cls.address}"
        cls.keys = {"AccessKeyId": "AKIAIOSFODNN7EXAMPLE", "SecretAccessKey": "secret"}
        cls.boto3 = sts_client(cls.url, cls.keys)
        cls.ours = Ours(cls.home.name, cls.url, cls.keys)

    @classmethod
    def stop_server(cls):
        cls.server.stdin.close()
        try:
            cls.server.wait(20)
        except subprocess.TimeoutExpired:
            cls.server.kill()
            cls.server.wait()
        cls.server.stdout.close()

    def refused(self, client, ours, operation, members, code, kind):
        with self.assertRaises(botocore.exceptions.ClientError) as caught:
            getattr(client, method_of(operation))(**members)
        theirs = caught.exception.response
        mine = ours.call(operation, **members).get("refused")
        self.assertIsNotNone(mine, operation)
        self.assertEqual(mine["code"], code)
        self.assertEqual(mine["kind"], kind)
        self.assertEqual(mine["code"], theirs["Error"]["Code"])
        self.assertEqual(mine["message"], theirs["Error"]["Message"])
        self.assertEqual(mine["fault"], theirs["Error"]["Type"])
        self.assertEqual(mine["status"], theirs["ResponseMetadata"]["HTTPStatusCode"])
        self.assertTrue(mine["request_id"])


class Moto(MotoCase):
    def members(self):
        return {
            "AssumeRole": {"RoleArn": ROLE, "RoleSessionName": "me", "DurationSeconds": 900, "Tags": TAGS},
            "AssumeRoleWithSAML": {
                "RoleArn": ROLE,
                "PrincipalArn": "arn:aws:iam::210987654321:saml-provider/idp",
                "SAMLAssertion": base64.b64encode(SAML.encode()).decode(),
            },
            "AssumeRoleWithWebIdentity": {
                "RoleArn": ROLE,
                "RoleSessionName": "pod",
                "WebIdentityToken": jwt({"sub": "me"}),
            },
            "GetAccessKeyInfo": {"AccessKeyId": "AKIAIOSFODNN7EXAMPLE"},
            "GetCallerIdentity": {},
            "GetFederationToken": {"Name": "bob", "DurationSeconds": 900},
            "GetSessionToken": {},
        }

    def test_these_are_the_operations_moto_has(self):
        from moto.sts.responses import TokenResponse

        known = {operation for operation in OPERATIONS if hasattr(TokenResponse, method_of(operation))}
        self.assertEqual(known, set(self.members()))

    def both(self, operation, members):
        theirs = getattr(self.boto3, method_of(operation))(**members)
        self.assertEqual(theirs.pop("ResponseMetadata")["HTTPStatusCode"], 200)
        mine = self.ours.call(operation, **members)
        self.assertEqual(mine.get("status"), 200, mine)
        self.assertTrue(mine["request_id"])
        return mine["output"], theirs

    def test_outputs(self):
        checked = collections.Counter()
        for operation, members in self.members().items():
            with self.subTest(operation):
                mine, theirs = self.both(operation, members)
                self.same(operation, mine, theirs, checked, operation)
        self.assertGreaterEqual(checked["equal"], 20)
        self.assertGreaterEqual(checked["random"], 15)

    def same(self, operation, mine, theirs, checked, where):
        self.assertIs(type(mine), str if isinstance(theirs, datetime.datetime) else type(theirs), where)
        if isinstance(theirs, dict):
            self.assertEqual(set(mine), set(theirs), where)
            for name in theirs:
                self.named(operation, name, mine[name], theirs[name], checked, f"{where}.{name}")
        else:
            self.assertEqual(mine, theirs, where)
            checked["equal"] += 1

    def named(self, operation, name, mine, theirs, checked, where):
        if isinstance(theirs, datetime.datetime):
            at = datetime.datetime.fromisoformat(mine.replace("Z", "+00:00"))
            self.assertAlmostEqual(at.timestamp(), theirs.timestamp(), delta=60, msg=where)
            checked["random"] += 1
        elif name in RANDOM and (operation, name) not in CONSTANT:
            # The same form: length and kind of characters.
            form = [re.sub("[A-Za-z0-9+/=]", "x", value) for value in (mine, theirs)]
            self.assertEqual(*form, where)
            self.assertNotEqual(mine, theirs, where)
            checked["random"] += 1
        else:
            self.same(operation, mine, theirs, checked, where)

    def test_refusals(self):
        for operation, members in (
            ("AssumeRole", {"RoleArn": ROLE, "RoleSessionName": "x" * 65}),
            ("GetFederationToken", {"Name": "bob", "Policy": '{"x": "' + "x" * 3000 + '"}'}),
        ):
            with self.subTest(operation):
                self.refused(self.boto3, self.ours, operation, members, "ValidationError", "service")

    def test_a_server_error_that_is_no_xml(self):
        """What moto does not have, it answers with an HTML page. Intended: boto3 fails to parse it, we name the status."""
        missing = OPERATIONS - set(self.members())
        self.assertTrue(missing)
        for operation in missing:
            with self.assertRaises(botocore.parsers.ResponseParserError):
                getattr(self.boto3, method_of(operation))(**FULL[operation])
            mine = self.ours.call(operation, **FULL[operation])["refused"]
            self.assertEqual((mine["code"], mine["status"], mine["kind"]), ("500", 500, "service"))


class MotoVerifies(MotoCase):
    """moto checks signatures with botocore's signer and policies with a code of its own, once told to."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        arguments = {"region_name": "us-east-1", "endpoint_url": cls.url}
        iam = boto3.Session().client("iam", aws_access_key_id="x", aws_secret_access_key="x", **arguments)
        iam.create_user(UserName="alice")
        cls.user = iam.create_access_key(UserName="alice")["AccessKey"]
        trust = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Principal": {"AWS": "*"}}]}'
        cls.role = iam.create_role(RoleName="demo", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
        allow = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}'
        iam.put_user_policy(UserName="alice", PolicyName="all", PolicyDocument=allow)
        iam.put_role_policy(RoleName="demo", PolicyName="all", PolicyDocument=allow)
        request = urllib.request.Request(f"{cls.url}/moto-api/reset-auth", data=b"0", method="POST")
        request.add_header("Content-Type", "text/plain")
        with urllib.request.urlopen(request, timeout=20) as response:
            assert response.status == 200

    def as_user(self, **changes):
        keys = {**self.user, **changes}
        return sts_client(self.url, keys), Ours(self.home.name, self.url, keys)

    def test_our_signatures_are_accepted(self):
        client, ours = self.as_user()
        answer = ours.call("GetCallerIdentity")
        self.assertEqual(answer.get("output", answer), {
            name: value for name, value in client.get_caller_identity().items() if name != "ResponseMetadata"
        })
        self.assertTrue(answer["output"]["Arn"].endswith(":user/alice"))
        # No member with a space: moto hashes the form as botocore would have spelt it.
        answer = ours.call("AssumeRole", RoleArn=self.role, RoleSessionName="me", DurationSeconds=900)
        self.assertIn("output", answer)
        keys = answer["output"]["Credentials"]
        assumed = Ours(self.home.name, self.url, keys).call("GetCallerIdentity")
        self.assertTrue(assumed.get("output", assumed)["Arn"].endswith(":assumed-role/demo/me"), assumed)

    def test_wrong_ones_are_not(self):
        wrong = self.as_user(SecretAccessKey="wrong")
        self.refused(*wrong, "GetCallerIdentity", {}, "SignatureDoesNotMatch", "access-denied")
        unknown = self.as_user(AccessKeyId="AKIAUNKNOWNUNKNOWN00")
        self.refused(*unknown, "GetCallerIdentity", {}, "InvalidClientTokenId", "access-denied")


if __name__ == "__main__":
    unittest.main()
