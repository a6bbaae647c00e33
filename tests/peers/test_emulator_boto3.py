"""boto3 against the emulator: all of STS, presigned URLs, refusals.

Run by tests/run; see support.py for what it needs.
"""

import base64
import datetime
import json
import os
import time
import unittest
import urllib.error
import urllib.parse
import urllib.request

import botocore
import botocore.exceptions
import support
from support import DATA, OPERATIONS, ROLE, Emulator, jwt


class Case(support.Case):
    def refused(self, code, status, call, **arguments):
        with self.assertRaises(botocore.exceptions.ClientError) as caught:
            call(**arguments)
        response = caught.exception.response
        self.assertEqual(response["Error"]["Code"], code, response)
        self.assertEqual(response["ResponseMetadata"]["HTTPStatusCode"], status)
        self.assertEqual(response["Error"]["Type"], "Sender")
        self.assertRegex(response["ResponseMetadata"]["RequestId"], r"^[0-9a-f-]{36}$")
        return response["Error"]["Message"]

    def lasts(self, credentials, seconds):
        left = credentials["Expiration"] - datetime.datetime.now(datetime.timezone.utc)
        self.assertAlmostEqual(left.total_seconds(), seconds, delta=30)

    def identity(self, credentials):
        return self.emulator.client(credentials).get_caller_identity()["Arn"]


class Operations(Case):
    def test_boto3_knows_the_operations_tested_here(self):
        self.assertEqual(set(self.sts.meta.service_model.operation_names), OPERATIONS)

    def test_get_caller_identity(self):
        answer = self.sts.get_caller_identity()
        self.assertEqual(answer["Arn"], "arn:aws:iam::123456789012:user/stskit")
        self.assertEqual(answer["Account"], "123456789012")
        self.assertTrue(answer["UserId"].startswith("AIDA"))
        headers = answer["ResponseMetadata"]["HTTPHeaders"]
        self.assertEqual(headers["x-amzn-requestid"], answer["ResponseMetadata"]["RequestId"])
        self.assertEqual(headers["content-type"], "text/xml")

    def test_assume_role(self):
        answer = self.sts.assume_role(
            RoleArn=ROLE,
            RoleSessionName="me",
            DurationSeconds=900,
            Policy='{"Version": "2012-10-17", "Statement": []}',
            PolicyArns=[{"arn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}],
            Tags=[{"Key": "team", "Value": "a b+c"}, {"Key": "empty", "Value": ""}],
            TransitiveTagKeys=["team"],
            ExternalId="some:id",
            SerialNumber="arn:aws:iam::123456789012:mfa/me",
            TokenCode="123456",
            SourceIdentity="alice",
        )
        self.assertEqual(answer["AssumedRoleUser"]["Arn"], "arn:aws:sts::210987654321:assumed-role/demo/me")
        self.assertRegex(answer["AssumedRoleUser"]["AssumedRoleId"], r"^AROA[A-Z2-7]{17}:me$")
        self.assertEqual(answer["SourceIdentity"], "alice")
        self.assertIn(answer["PackedPolicySize"], range(1, 101))
        self.lasts(answer["Credentials"], 900)
        self.assertEqual(self.identity(answer["Credentials"]), answer["AssumedRoleUser"]["Arn"])

    def test_assume_role_with_an_empty_list(self):
        self.sts.assume_role(RoleArn=ROLE, RoleSessionName="me", Tags=[], PolicyArns=[])

    def test_assume_role_with_saml(self):
        later = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=5)
        document = (
            '<saml2p:Response><saml2:Issuer>urn:idp</saml2:Issuer><saml2:NameID '
            'Format="urn:oasis:names:tc:SAML:2.0:nameid-format:transient">bob</saml2:NameID>'
            f'<saml2:Conditions NotOnOrAfter="{later:%Y-%m-%dT%H:%M:%SZ}"/></saml2p:Response>'
        )
        arguments = {
            "RoleArn": ROLE,
            "PrincipalArn": "arn:aws:iam::210987654321:saml-provider/idp",
            "SAMLAssertion": base64.b64encode(document.encode()).decode(),
        }
        answer = self.sts.assume_role_with_saml(**arguments)
        self.assertEqual((answer["Subject"], answer["SubjectType"], answer["Issuer"]), ("bob", "transient", "urn:idp"))
        self.assertEqual(answer["Audience"], "https://signin.aws.amazon.com/saml")
        self.assertTrue(answer["NameQualifier"])
        self.assertEqual(self.identity(answer["Credentials"]), "arn:aws:sts::210987654321:assumed-role/demo/bob")
        arguments["SAMLAssertion"] = "#no base64#"
        self.refused("InvalidIdentityToken", 400, self.sts.assume_role_with_saml, **arguments)

    def test_assume_role_with_web_identity(self):
        claims = {"iss": "https://oidc.test/id", "sub": "sa:me", "aud": "sts.amazonaws.com"}
        call = self.sts.assume_role_with_web_identity
        arguments = {"RoleArn": ROLE, "RoleSessionName": "pod"}
        answer = call(WebIdentityToken=jwt({**claims, "exp": time.time() // 1 + 60}), **arguments)
        self.assertEqual(answer["SubjectFromWebIdentityToken"], "sa:me")
        self.assertEqual(answer["Audience"], "sts.amazonaws.com")
        self.assertTrue(answer["Provider"].endswith("oidc-provider/oidc.test/id"))
        self.lasts(answer["Credentials"], 3600)
        self.assertEqual(self.identity(answer["Credentials"]), "arn:aws:sts::210987654321:assumed-role/demo/pod")
        old = jwt({**claims, "exp": int(time.time()) - 60})
        with self.assertRaises(self.sts.exceptions.ExpiredTokenException):
            call(WebIdentityToken=old, **arguments)
        with self.assertRaises(self.sts.exceptions.InvalidIdentityTokenException):
            call(WebIdentityToken="no token", **arguments)

    def test_assume_root(self):
        policy = {"arn": "arn:aws:iam::aws:policy/root-task/S3UnlockBucketPolicy"}
        answer = self.sts.assume_root(TargetPrincipal="210987654321", TaskPolicyArn=policy)
        self.lasts(answer["Credentials"], 900)
        self.assertEqual(self.identity(answer["Credentials"]), "arn:aws:iam::210987654321:root")

    def test_decode_authorization_message(self):
        answer = self.sts.decode_authorization_message(EncodedMessage="AAAAAAAA")
        self.assertIs(json.loads(answer["DecodedMessage"])["allowed"], False)
        with self.assertRaises(self.sts.exceptions.InvalidAuthorizationMessageException):
            self.sts.decode_authorization_message(EncodedMessage="!")

    def test_get_access_key_info(self):
        keys = self.sts.assume_role(RoleArn=ROLE, RoleSessionName="me")["Credentials"]
        self.assertEqual(self.sts.get_access_key_info(AccessKeyId=keys["AccessKeyId"])["Account"], "210987654321")

    def test_get_delegated_access_token(self):
        answer = self.sts.get_delegated_access_token(TradeInToken="token")
        self.assertEqual(self.identity(answer["Credentials"]), answer["AssumedPrincipal"])
        with self.assertRaises(self.sts.exceptions.ExpiredTradeInTokenException):
            self.sts.get_delegated_access_token(TradeInToken="expired")

    def test_get_federation_token(self):
        answer = self.sts.get_federation_token(Name="bob", Tags=[{"Key": "k", "Value": "v"}])
        self.assertEqual(answer["FederatedUser"]["FederatedUserId"], "123456789012:bob")
        self.lasts(answer["Credentials"], 43200)
        self.assertEqual(self.identity(answer["Credentials"]), answer["FederatedUser"]["Arn"])

    def test_get_session_token(self):
        keys = self.sts.get_session_token(DurationSeconds=3600)["Credentials"]
        self.lasts(keys, 3600)
        self.assertEqual(self.identity(keys), "arn:aws:iam::123456789012:user/stskit")
        self.refused("AccessDenied", 403, self.emulator.client(keys).get_session_token)

    def test_get_web_identity_token(self):
        for algorithm in ("RS256", "ES384"):
            answer = self.sts.get_web_identity_token(Audience=["a", "b"], SigningAlgorithm=algorithm)
            header, payload, _ = answer["WebIdentityToken"].split(".")
            self.assertEqual(json.loads(base64.urlsafe_b64decode(header + "=="))["alg"], algorithm)
            claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
            self.assertEqual(claims["aud"], ["a", "b"])
            self.assertEqual(claims["exp"], answer["Expiration"].timestamp())


class Refusals(Case):
    def test_wrong_secret_key_and_token(self):
        client = self.emulator.client
        self.refused("SignatureDoesNotMatch", 403, client(secret="wrong").get_caller_identity)
        unknown = {"AccessKeyId": "AKIDUNKNOWN", "SecretAccessKey": "x"}
        self.refused("InvalidClientTokenId", 403, client(unknown).get_caller_identity)
        keys = self.sts.get_session_token()["Credentials"]
        self.refused("InvalidClientTokenId", 403, client({**keys, "SessionToken": "x"}).get_caller_identity)
        self.refused("SignatureDoesNotMatch", 403, client(keys, secret="wrong").get_caller_identity)

    def test_unsigned(self):
        unsigned = self.emulator.client(signature_version=botocore.UNSIGNED)
        self.refused("MissingAuthenticationToken", 403, unsigned.get_caller_identity)

    def test_another_signing_name(self):
        other = self.emulator.client()
        other._request_signer._signing_name = "s3"
        message = self.refused("SignatureDoesNotMatch", 403, other.get_caller_identity)
        self.assertIn("correct service: 'sts'", message)

    def test_a_body_changed_after_signing(self):
        changed = self.emulator.client()

        def change(request, **_):
            request.body = request.body.replace("Version", "DurationSeconds=900&Version")
            request.headers["Content-Length"] = str(len(request.body))

        changed.meta.events.register("before-send.sts.GetCallerIdentity", change)
        self.refused("SignatureDoesNotMatch", 403, changed.get_caller_identity)

    def test_an_unsigned_amz_header(self):
        changed = self.emulator.client()

        def add(request, **_):
            request.headers["X-Amz-Extra"] = "1"

        changed.meta.events.register("before-send.sts.GetCallerIdentity", add)
        self.refused("SignatureDoesNotMatch", 403, changed.get_caller_identity)

    def test_errors_of_operations(self):
        call = self.sts.assume_role
        denied = ROLE.replace("team/demo", "denied")
        message = self.refused("AccessDenied", 403, call, RoleArn=denied, RoleSessionName="me")
        self.assertIn("user/stskit is not authorized to perform: sts:AssumeRole on resource: " + denied, message)
        message = self.refused("ValidationError", 400, call, RoleArn=ROLE, RoleSessionName="a b")
        self.assertIn("'roleSessionName' failed to satisfy constraint", message)
        self.refused("ValidationError", 400, call, RoleArn=ROLE, RoleSessionName="me", DurationSeconds=43201)
        with self.assertRaises(self.sts.exceptions.MalformedPolicyDocumentException):
            call(RoleArn=ROLE, RoleSessionName="me", Policy="x")
        with self.assertRaises(self.sts.exceptions.PackedPolicyTooLargeException):
            call(RoleArn=ROLE, RoleSessionName="me", Policy=json.dumps({"x": "x" * 4000}))

    def test_clocks_that_differ(self):
        for offset, message in (("7200", "Signature expired"), ("-7200", "Signature not yet current")):
            emulator = Emulator("--clock-offset", offset)
            try:
                text = self.refused("SignatureDoesNotMatch", 403, emulator.client().get_caller_identity)
                self.assertIn(message, text)
            finally:
                emulator.stop()


class Presigned(Case):
    def fetch(self, url, headers=None):
        request = urllib.request.Request(url, headers=headers or {})
        try:
            with urllib.request.urlopen(request, timeout=10) as response:
                return response.status, response.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()

    def presign(self, client, **arguments):
        return client.generate_presigned_url("get_caller_identity", HttpMethod="GET", **arguments)

    def test_with_and_without_a_token(self):
        status, body = self.fetch(self.presign(self.sts, ExpiresIn=60))
        self.assertEqual(status, 200, body)
        self.assertIn("<Arn>arn:aws:iam::123456789012:user/stskit</Arn>", body)
        keys = self.sts.assume_role(RoleArn=ROLE, RoleSessionName="me")["Credentials"]
        url = self.presign(self.emulator.client(keys))
        self.assertIn("X-Amz-Security-Token=", url)
        status, body = self.fetch(url)
        self.assertEqual(status, 200, body)
        self.assertIn("assumed-role/demo/me</Arn>", body)

    def test_with_a_signed_header(self):
        client = self.emulator.client()
        client.meta.events.register(
            "before-sign.sts.GetCallerIdentity",
            lambda request, **_: request.headers.add_header("x-k8s-aws-id", "cluster"),
        )
        url = self.presign(client, ExpiresIn=60)
        self.assertIn("x-k8s-aws-id", urllib.parse.unquote(url))
        self.assertEqual(self.fetch(url, {"x-k8s-aws-id": "cluster"})[0], 200)
        status, body = self.fetch(url, {"x-k8s-aws-id": "other"})
        self.assertEqual(status, 403)
        self.assertIn("SignatureDoesNotMatch", body)

    def test_changed_and_wrong(self):
        url = self.presign(self.sts, ExpiresIn=60)
        for changed in (
            url.replace("X-Amz-Expires=60", "X-Amz-Expires=61"),
            url + "&Extra=1",
            self.presign(self.emulator.client(secret="wrong")),
        ):
            status, body = self.fetch(changed)
            self.assertEqual(status, 403)
            self.assertIn("<Code>SignatureDoesNotMatch</Code>", body)
        status, body = self.fetch(self.presign(self.sts, ExpiresIn=604801))
        self.assertEqual(status, 400)
        self.assertIn("<Code>IncompleteSignature</Code>", body)


class Tls(Case):
    arguments = (
        f"--tls-cert={os.path.join(DATA, 'loopback-cert.pem')}",
        f"--tls-key={os.path.join(DATA, 'loopback-key.pem')}",
    )

    def test_over_https(self):
        self.assertTrue(self.emulator.url.startswith("https://"))
        self.assertEqual(self.sts.get_caller_identity()["Account"], "123456789012")
        self.sts.assume_role(RoleArn=ROLE, RoleSessionName="me")


if __name__ == "__main__":
    unittest.main()
