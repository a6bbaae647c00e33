"""curl and the AWS CLI against the emulator, and our presigned URLs in curl's hands."""

import json
import os
import subprocess
import sys
import unittest

import support
from support import DATA, ROLE, Ours

BODY = "Action=GetCallerIdentity&Version=2011-06-15"
USER = "arn:aws:iam::123456789012:user/stskit"


class Case(support.Case):
    def run_program(self, command, **changes):
        environment = {**support.clean_environment(self.home.name), **changes}
        return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)

    def curl(self, *arguments):
        """Status and body."""
        command = ["curl", "-q", "--silent", "--show-error", "--noproxy", "*", "--max-time", "20"]
        result = self.run_program([*command, "--write-out", "\n%{http_code}", *arguments])
        self.assertEqual(result.returncode, 0, result.stderr)
        body, status = result.stdout.rsplit("\n", 1)
        return int(status), body


class Curl(Case):
    def signed(self, keys, *arguments):
        user = f"{keys['AccessKeyId']}:{keys['SecretAccessKey']}"
        return self.curl("--aws-sigv4", "aws:amz:us-east-1:sts", "--user", user, *arguments, self.emulator.url)

    def test_its_signatures(self):
        status, body = self.signed(self.emulator.keys, "--data", BODY)
        self.assertEqual(status, 200, body)
        self.assertIn(f"<Arn>{USER}</Arn>", body)
        status, body = self.signed({**self.emulator.keys, "SecretAccessKey": "wrong"}, "--data", BODY)
        self.assertEqual(status, 403)
        self.assertIn("<Code>SignatureDoesNotMatch</Code>", body)

    def test_its_signatures_with_what_we_were_issued(self):
        answer = Ours(self.home.name, self.emulator.url, self.emulator.keys).call(
            "AssumeRole", RoleArn=ROLE, RoleSessionName="me"
        )
        keys = answer["output"]["Credentials"]
        status, body = self.signed(keys, "--header", f"x-amz-security-token: {keys['SessionToken']}", "--data", BODY)
        self.assertEqual(status, 200, body)
        self.assertIn("assumed-role/demo/me</Arn>", body)

    def test_our_presigned_urls(self):
        long_term = Ours(self.home.name, self.emulator.url, self.emulator.keys)
        keys = long_term.call("GetSessionToken")["output"]["Credentials"]
        for ours in (long_term, Ours(self.home.name, self.emulator.url, keys)):
            status, body = self.curl(ours.presign(60))
            self.assertEqual(status, 200, body)
            self.assertIn(f"<Arn>{USER}</Arn>", body)
            url = ours.presign(60, [("x-k8s-aws-id", "my cluster")])
            self.assertEqual(self.curl("--header", "x-k8s-aws-id: my cluster", url)[0], 200)
            for arguments in ((url,), ("--header", "x-k8s-aws-id: other", url), (ours.presign(60) + "0",)):
                status, body = self.curl(*arguments)
                self.assertEqual(status, 403, body)
                self.assertIn("<Code>SignatureDoesNotMatch</Code>", body)


class AwsCli(Case):
    # Variables for both programs.
    bundle = {}

    def aws(self, *arguments, keys=None, **changes):
        """Exit status, output and errors of `aws sts`."""
        keys = keys or self.emulator.keys
        variables = {
            "AWS_ACCESS_KEY_ID": keys["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": keys["SecretAccessKey"],
            "AWS_SESSION_TOKEN": keys.get("SessionToken", ""),
            "AWS_MAX_ATTEMPTS": "1",
            **self.bundle,
            **changes,
        }
        command = [sys.executable, "-m", "awscli", "sts", *arguments, "--output", "json"]
        command += ["--region", "us-east-1", "--endpoint-url", self.emulator.url]
        result = self.run_program(command, **{name: value for name, value in variables.items() if value})
        return result.returncode, result.stdout, result.stderr

    def test_get_caller_identity(self):
        status, output, errors = self.aws("get-caller-identity")
        self.assertEqual(status, 0, errors)
        self.assertEqual(json.loads(output)["Arn"], USER)
        ours = Ours(self.home.name, self.emulator.url, self.emulator.keys, **self.bundle).call("GetCallerIdentity")
        self.assertEqual(json.loads(output), ours["output"])

    def test_assume_role_and_use_it(self):
        status, output, errors = self.aws(
            "assume-role", "--role-arn", ROLE, "--role-session-name", "me", "--tags", "Key=team,Value=a b"
        )
        self.assertEqual(status, 0, errors)
        keys = json.loads(output)["Credentials"]
        status, output, errors = self.aws("get-caller-identity", keys=keys)
        self.assertEqual(status, 0, errors)
        self.assertTrue(json.loads(output)["Arn"].endswith("assumed-role/demo/me"))
        # Credentials that the CLI got work in our client.
        ours = Ours(self.home.name, self.emulator.url, keys, **self.bundle).call("GetCallerIdentity")
        self.assertEqual(json.loads(output), ours["output"])

    def test_a_wrong_secret_key(self):
        status, output, errors = self.aws("get-caller-identity", AWS_SECRET_ACCESS_KEY="wrong")
        self.assertNotEqual(status, 0)
        self.assertEqual(output, "")
        self.assertIn("SignatureDoesNotMatch", errors)


class AwsCliOverTls(AwsCli):
    bundle = {"AWS_CA_BUNDLE": os.path.join(DATA, "loopback-cert.pem")}
    arguments = (
        f"--tls-cert={os.path.join(DATA, 'loopback-cert.pem')}",
        f"--tls-key={os.path.join(DATA, 'loopback-key.pem')}",
    )

    def run_program(self, command, **changes):
        self.assertTrue(self.emulator.url.startswith("https://"))
        return super().run_program(command, **changes)


if __name__ == "__main__":
    unittest.main()
