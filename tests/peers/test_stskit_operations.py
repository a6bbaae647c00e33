"""`stskit sts`, `sso` and `sso-oidc` beside the AWS CLI of PyPI: the same words, the same bytes on standard output.

Both ask a `Replayer`, which gives the second one the answers of the first. The program is named by STSKIT_PROGRAM.
"""

import json
import os
import subprocess
import sys
import unittest

import botocore

import support
from recorder import Replayer
from support import ROLE
from test_client_boto3 import FULL, UNSIGNED

START_URL = "https://d-abc123.awsapps.com/start"
# FULL has what has to arrive, here is what the service takes.
FITTING = {"Tags": [{"Key": "team", "Value": "a b+c/d=e@f"}, {"Key": "Ü日本", "Value": ""}], "TransitiveTagKeys": ["team"]}
# Of the service's model, but not yet of that in the AWS CLI of PyPI, which brings its own.
NEWER = {"MinimumSessionTokenSize"}


def fitting(operation):
    """Members that the AWS CLI knows and the service takes."""
    members = {name: FITTING.get(name, value) for name, value in FULL[operation].items() if name not in NEWER}
    others = {"AssumeRoot": {"DurationSeconds": 900}, "DecodeAuthorizationMessage": {"EncodedMessage": "AAAAAAAA"}}
    return {**members, **others.get(operation, {})}


def words(members):
    """The options of the AWS CLI for members, made by botocore's own rule for names."""
    made = []
    for name, value in members.items():
        made.append("--" + botocore.xform_name(name, "-"))
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            made += value
        elif isinstance(value, (list, dict)):
            made.append(json.dumps(value))
        else:
            made.append(str(value))
    return made


class Case(support.Case):
    arguments = ("--approve-after", "0", "--accounts", "5")

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.replayer = Replayer(cls.emulator.url)
        cls.addClassCleanup(cls.replayer.stop)
        keys = cls.emulator.keys
        os.environ.update(
            AWS_ACCESS_KEY_ID=keys["AccessKeyId"],
            AWS_SECRET_ACCESS_KEY=keys["SecretAccessKey"],
            AWS_DEFAULT_REGION="us-east-1",
            AWS_MAX_ATTEMPTS="1",
        )

    def run_program(self, command, **changes):
        environment = {**os.environ, **changes}
        return subprocess.run(
            command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120
        )

    def ours(self, *arguments, **changes):
        return self.run_program([os.environ["STSKIT_PROGRAM"], *arguments], **changes)

    def theirs(self, *arguments, **changes):
        return self.run_program([sys.executable, "-m", "awscli", *arguments], **changes)

    def same(self, service, operation, *arguments, here=True):
        """Runs both; gives what they printed."""
        command = [service, operation, *arguments]
        if here:
            command += ["--endpoint-url", self.replayer.url]
        theirs, ours = self.theirs(*command), self.ours(*command)
        self.assertEqual((theirs.returncode, theirs.stderr), (0, ""), command)
        self.assertEqual((ours.returncode, ours.stderr), (0, ""), command)
        self.assertEqual(ours.stdout, theirs.stdout, command)
        return ours.stdout


class Operations(Case):
    def test_every_operation_of_sts(self):
        self.assertEqual(set(FULL), support.OPERATIONS)
        for operation in FULL:
            members = fitting(operation)
            with self.subTest(operation):
                name = botocore.xform_name(operation, "-")
                printed = self.same("sts", name, *words(members))
                self.assertTrue(json.loads(printed), "something was answered")
                # The same as one document.
                document = json.dumps(members)
                self.assertEqual(self.same("sts", name, "--cli-input-json", document), printed)

    def test_unsigned_operations_need_no_credentials(self):
        none = {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}
        for operation in UNSIGNED:
            name = botocore.xform_name(operation, "-")
            command = ["sts", name, *words(fitting(operation)), "--endpoint-url", self.emulator.url]
            result = self.ours(*command, **none)
            self.assertEqual((result.returncode, result.stderr), (0, ""))

    def test_shorthand_and_files(self):
        policy = os.path.join(self.home.name, "policy.json")
        with open(policy, "w") as file:
            file.write('{"Version": "2012-10-17",\n "Statement": []}')
        tags = os.path.join(self.home.name, "tags.json")
        with open(tags, "w") as file:
            json.dump([{"Key": "a", "Value": "ü"}], file)
        role = ["--role-arn", ROLE, "--role-session-name", "me"]
        for number, more in enumerate((
            ["--tags", "Key=team,Value=a b", "Key=empty,Value="],
            ["--tags", 'Key="a,b",Value=\'c=d\'', r"Key=x\,y,Value=z", r'Key="x\"y,z",Value="it\'s"'],
            ["--tags", "Key = spaced , Value = v"],
            ["--tags", '{"Key": "one", "Value": "1"}'],
            ["--tags", f"file://{tags}"],
            ["--policy", f"file://{policy}"],
            ["--policy-arns", "arn=arn:aws:iam::aws:policy/A", "arn=arn:aws:iam::aws:policy/B"],
            ["--transitive-tag-keys", "a", "b", "--tags", "Key=a,Value=1", "Key=b,Value=2"],
            ["--transitive-tag-keys", '["a"]', "--tags", "Key=a,Value=1"],
            ["--duration-seconds=900"],
            ["--provided-contexts", "ProviderArn=arn:aws:iam::aws:contextProvider/X,ContextAssertion=abcd"],
        )):
            with self.subTest(more):
                # The replayer tells requests apart: another one would be asked for new credentials.
                self.replayer.take()
                command = ["sts", "assume-role", *role, *more, "--external-id", f"case-{number}"]
                command += ["--endpoint-url", self.replayer.url]
                theirs, ours = self.theirs(*command), self.ours(*command)
                # The service takes no commas and quotes in tags, but they have to get there.
                self.assertEqual((ours.returncode, ours.stdout), (254 if theirs.returncode else 0, theirs.stdout))
                theirs, ours = self.replayer.take()
                self.assertEqual(sorted(ours.form()), sorted(theirs.form()))

    def test_queries_and_text(self):
        role = ["--role-arn", ROLE, "--role-session-name", "me"]
        for query in (
            "Credentials",
            "Credentials.AccessKeyId",
            "Credentials.[AccessKeyId,SecretAccessKey,SessionToken]",
            "{Who:AssumedRoleUser.Arn,Key:Credentials.AccessKeyId}",
            "[Credentials,AssumedRoleUser]",
            "keys(Credentials)|length(@)",
            "Nothing",
            "PackedPolicySize",
            "Credentials.*",
        ):
            for output in ("json", "text"):
                if (query, output) == ("Credentials.*", "json"):
                    # The order of `*` is not defined by JMESPath.
                    continue
                with self.subTest((query, output)):
                    theirs = self.same_or_sorted(role, query, output)
                    self.assertTrue(theirs)
        for output in ("json", "text"):
            self.same("sts", "assume-role", *role, "--output", output)
            self.same("sts", "get-caller-identity", "--output", output)

    def same_or_sorted(self, role, query, output):
        if query.endswith("*"):
            command = ["sts", "assume-role", *role, "--query", query, "--output", output]
            command += ["--endpoint-url", self.replayer.url]
            theirs, ours = self.theirs(*command).stdout, self.ours(*command).stdout
            self.assertEqual(sorted(ours.split()), sorted(theirs.split()))
            return ours
        return self.same("sts", "assume-role", *role, "--query", query, "--output", output)

    def test_every_operation_of_identity_center(self):
        """From the registration to the sign-out."""
        client = json.loads(self.same("sso-oidc", "register-client", "--client-name", "peer", "--client-type", "public",
                                      "--scopes", "sso:account:access"))
        secret = ["--client-id", client["clientId"], "--client-secret", client["clientSecret"]]
        device = json.loads(self.same("sso-oidc", "start-device-authorization", *secret,
                                      # The AWS CLI 1 would fetch the page, were it an option of its own.
                                      "--cli-input-json", json.dumps({"startUrl": START_URL})))
        grant = ["--grant-type", "urn:ietf:params:oauth:grant-type:device_code", "--device-code", device["deviceCode"]]
        token = json.loads(self.same("sso-oidc", "create-token", *secret, *grant))["accessToken"]
        token = ["--access-token", token]
        accounts = json.loads(self.same("sso", "list-accounts", *token))["accountList"]
        self.assertEqual(len(accounts), 5)
        account = ["--account-id", accounts[0]["accountId"]]
        roles = json.loads(self.same("sso", "list-account-roles", *token, *account))["roleList"]
        role = ["--role-name", roles[0]["roleName"]]
        printed = self.same("sso", "get-role-credentials", *token, *account, *role)
        self.assertIsInstance(json.loads(printed)["roleCredentials"]["expiration"], int)
        for output in ("json", "text"):
            for more in (
                ["--page-size", "2"],
                ["--max-items", "3"],
                ["--page-size", "2", "--max-items", "3"],
                ["--no-paginate", "--max-results", "2"],
                ["--max-results", "2"],
                ["--query", "accountList[].accountId"],
                ["--query", "accountList[?accountId!='1'].{Name:accountName,Id:accountId}"],
                ["--query", "accountList[0]"],
            ):
                if output == "text" and "--page-size" in more or more == ["--max-items", "3"] and output == "text":
                    # The AWS CLI prints text page by page.
                    continue
                with self.subTest((output, more)):
                    self.same("sso", "list-accounts", *token, *more, "--output", output)
        cut = json.loads(self.same("sso", "list-accounts", *token, "--max-items", "3"))
        rest = self.same("sso", "list-accounts", *token, "--starting-token", cut["NextToken"])
        self.assertEqual(cut["accountList"] + json.loads(rest)["accountList"], accounts)
        self.assertEqual(self.same("sso", "logout", *token), "")

    def test_skeletons(self):
        for operation in ("assume-role", "get-caller-identity", "get-web-identity-token"):
            theirs = self.theirs("sts", operation, "--generate-cli-skeleton")
            ours = self.ours("sts", operation, "--generate-cli-skeleton")
            ours = {name: value for name, value in json.loads(ours.stdout).items() if name not in NEWER}
            self.assertEqual(ours, json.loads(theirs.stdout))

    def test_both_fail_with_the_service(self):
        command = ["sts", "get-caller-identity", "--endpoint-url", self.emulator.url]
        theirs = self.theirs(*command, AWS_SECRET_ACCESS_KEY="wrong")
        ours = self.ours(*command, AWS_SECRET_ACCESS_KEY="wrong")
        for result in (theirs, ours):
            self.assertEqual(result.stdout, "")
            self.assertIn("SignatureDoesNotMatch", result.stderr)
        self.assertEqual(ours.returncode, 254, "as the AWS CLI 2")
        self.assertEqual(ours.stderr.count("\n"), 1)


if __name__ == "__main__":
    unittest.main()
