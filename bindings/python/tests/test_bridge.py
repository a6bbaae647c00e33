"""stskit as botocore's source of credentials."""

import os
import unittest

import boto3
import botocore.session

import stskit
import stskit.botocore
from support import ROLE, Case


class Bridge(Case):
    keys = False

    def setUp(self):
        self.write(
            "config",
            f"[profile deploy]\nrole_arn = {ROLE}\nsource_profile = base\nrole_session_name = bridge\n"
            f"[profile base]\naws_access_key_id = {self.emulator.key}\naws_secret_access_key = {self.emulator.secret}\n",
        )

    def arn(self, session):
        client = session.client("sts", region_name="us-east-1", endpoint_url=self.emulator.url)
        self.addCleanup(client.close)
        return client.get_caller_identity()["Arn"]

    def test_a_session_of_boto3_with_a_profile(self):
        session = boto3.Session(profile_name="deploy")
        stskit.botocore.install(session)
        self.assertEqual(self.arn(session), "arn:aws:sts::210987654321:assumed-role/demo/bridge")
        credentials = session.get_credentials()
        self.assertEqual(credentials.method, "stskit")
        frozen = credentials.get_frozen_credentials()
        self.assertEqual((frozen.access_key, frozen.token), (credentials.access_key, credentials.token))
        self.assertEqual((frozen.secret_key, frozen.account_id), (credentials.secret_key, credentials.account_id))
        self.assertNotIn(frozen.secret_key, repr(credentials))

    def test_a_session_of_botocore_and_one_of_ours(self):
        session = botocore.session.Session()
        asked = []

        def ask():
            asked.append(1)
            return stskit.Credentials(self.emulator.key, self.emulator.secret)

        stskit.botocore.install(session, stskit.Session(credentials=ask))
        client = session.create_client("sts", region_name="us-east-1", endpoint_url=self.emulator.url)
        self.addCleanup(client.close)
        for _ in range(3):
            self.assertEqual(client.get_caller_identity()["Arn"], "arn:aws:iam::123456789012:user/stskit")
        self.assertEqual(asked, [1])

    def test_keys_in_code_win(self):
        session = boto3.Session(aws_access_key_id=self.emulator.key, aws_secret_access_key=self.emulator.secret)
        stskit.botocore.install(session, stskit.Session(credentials=lambda: stskit.Credentials("a", "b")))
        self.assertEqual(self.arn(session), "arn:aws:iam::123456789012:user/stskit")

    def test_the_default_session(self):
        os.environ["AWS_PROFILE"] = "deploy"
        self.addCleanup(os.environ.pop, "AWS_PROFILE")
        self.addCleanup(setattr, boto3, "DEFAULT_SESSION", None)
        boto3.DEFAULT_SESSION = None
        stskit.botocore.install()
        self.assertEqual(self.arn(boto3), "arn:aws:sts::210987654321:assumed-role/demo/bridge")

    def test_our_errors_come_through(self):
        session = boto3.Session(profile_name="deploy")
        stskit.botocore.install(session, stskit.Session(profile_name="nobody"))
        with self.assertRaises(stskit.exceptions.ConfigurationError):
            self.arn(session)


if __name__ == "__main__":
    unittest.main()
