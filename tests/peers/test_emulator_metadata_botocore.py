"""The parts of botocore that ask IMDS, container endpoints and the sign-in service, against the emulator.

Each is given its URL, so that no chain is walked and nothing but the emulator is asked.
"""

import itertools
import unittest

import boto3
import botocore
import botocore.config
import botocore.utils

import support


class Metadata(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.emulator = support.Emulator()
        cls.url = cls.emulator.url
        # The comments after the variables name the path of the task's credentials.
        comments = itertools.takewhile(lambda line: line.startswith("#"), cls.emulator.process.stdout)
        cls.ecs = next(line.split("FULL_URI=")[1].split()[0] for line in comments if line.startswith("# ECS"))
        assert cls.url.startswith("http://127.0.0.1:") and cls.ecs.startswith(cls.url)

    @classmethod
    def tearDownClass(cls):
        cls.emulator.stop()

    def identity(self, access_key, secret_key, token):
        keys = {"AccessKeyId": access_key, "SecretAccessKey": secret_key, "SessionToken": token}
        return self.emulator.client(keys).get_caller_identity()["Arn"]

    def test_imds(self):
        for base in (self.url, self.url + "/"):
            fetcher = botocore.utils.InstanceMetadataFetcher(base_url=base, env={}, timeout=10)
            keys = fetcher.retrieve_iam_role_credentials()
            self.assertEqual(keys["role_name"], "stskit-instance")
            arn = self.identity(keys["access_key"], keys["secret_key"], keys["token"])
            self.assertIn(":assumed-role/stskit-instance/i-", arn)
            region = botocore.utils.InstanceMetadataRegionFetcher(base_url=base, env={}, timeout=10)
            self.assertEqual(region.retrieve_region(), "us-east-1")

    def test_containers(self):
        fetcher = botocore.utils.ContainerMetadataFetcher(sleep=lambda seconds: None)
        for url, extra in ((self.ecs, "RoleArn"), (self.url + "/v1/credentials", "AccountId")):
            keys = fetcher.retrieve_full_uri(url, headers={"Authorization": "token"})
            self.assertEqual(set(keys), {"AccessKeyId", "SecretAccessKey", "Token", "Expiration", extra})
            arn = self.identity(keys["AccessKeyId"], keys["SecretAccessKey"], keys["Token"])
            self.assertIn(":assumed-role/stskit-task/", arn)
        with self.assertRaisesRegex(botocore.exceptions.MetadataRetrievalError, "Service account token"):
            fetcher.retrieve_full_uri(self.url + "/v1/credentials")

    def test_sign_in_errors(self):
        config = botocore.config.Config(signature_version=botocore.UNSIGNED, retries={"total_max_attempts": 1}, proxies={})
        client = boto3.client("signin", region_name="us-east-1", endpoint_url=self.url, config=config)
        self.addCleanup(client.close)
        refresh = {
            "clientId": "arn:aws:signin:::devtools/same-device",
            "grantType": "refresh_token",
            "refreshToken": "unknown",
        }
        with self.assertRaises(client.exceptions.ValidationException) as caught:
            client.create_o_auth2_token(tokenInput=refresh)
        self.assertEqual(caught.exception.response["error"], "INVALID_REQUEST")
        self.assertIn("DPoP", caught.exception.response["Error"]["Message"])


if __name__ == "__main__":
    unittest.main()
