"""Tokens beside boto3's, and what only Python has."""

import base64
import datetime
import inspect
import pickle
import threading
import unittest
from urllib.parse import parse_qs, urlsplit

import boto3
import stskit
from stskit import _native, exceptions
from support import Case

DATABASE = "mydb.abc.eu-west-1.rds.amazonaws.com"
CLUSTER = "abcd1234.dsql.eu-west-1.on.aws"
TOKEN = "IQoJ/tok+en=="


def signed_at(url):
    date = parse_qs(urlsplit(f"https://{url}").query)["X-Amz-Date"][0]
    return datetime.datetime.strptime(date, "%Y%m%dT%H%M%SZ").replace(tzinfo=datetime.timezone.utc)


class BesideBoto3(Case):
    def clients(self, service):
        keys = {"aws_access_key_id": "AKIDEXAMPLE", "aws_secret_access_key": "secret", "aws_session_token": TOKEN}
        ours = stskit.Session(**keys, region_name="eu-west-1").client(service)
        return ours, boto3.Session(**keys, region_name="eu-west-1").client(service)

    def check(self, service, method, kind, inputs, *arguments, **named):
        ours, theirs = self.clients(service)
        mine, other = getattr(ours, method), getattr(theirs, method)
        self.assertEqual(
            [(p.name, p.default) for p in inspect.signature(mine).parameters.values()],
            [(p.name, p.default) for p in inspect.signature(other).parameters.values()],
        )
        expected = other(*arguments, **named)
        credentials = stskit.Credentials("AKIDEXAMPLE", "secret", TOKEN)
        made = credentials.get_token(kind, time=signed_at(expected), **inputs)
        self.assertEqual(made.text, expected)
        # The same call: only the time differs.
        self.assertEqual(mine(*arguments, **named).split("X-Amz-Date")[0], expected.split("X-Amz-Date")[0])

    def test_rds(self):
        inputs = {"hostname": DATABASE, "port": 5432, "username": "jörg@x y", "region": "eu-west-1"}
        self.check("rds", "generate_db_auth_token", "rds", inputs, DATABASE, 5432, "jörg@x y")
        self.check("rds", "generate_db_auth_token", "rds", {**inputs, "region": "eu-west-1"}, DATABASE, 5432, "jörg@x y", Region="eu-west-1")

    def test_dsql(self):
        inputs = {"hostname": CLUSTER, "region": "eu-west-1", "expires_in": 60}
        self.check("dsql", "generate_db_connect_auth_token", "dsql", inputs, CLUSTER, ExpiresIn=60)
        self.check("dsql", "generate_db_connect_admin_auth_token", "dsql-admin", inputs, CLUSTER, "eu-west-1", 60)

    def test_settings_of_the_clients(self):
        client = stskit.client("rds", "us-east-2")
        self.assertIn("%2Fus-east-2%2Frds-db", client.generate_db_auth_token("db.example.com", 1, "u"))
        self.assertIn("RDSTokenClient", repr(client))
        with stskit.client("dsql") as client:
            self.assertEqual(client.service_name, "dsql")
        with self.assertRaises(exceptions.NotSupportedError):
            stskit.Session().client("rds", endpoint_url="http://localhost:1")
        with self.assertRaises(exceptions.UnknownServiceError) as caught:
            stskit.client("rdbs")
        self.assertIn("rds, dsql", str(caught.exception))


class Tokens(Case):
    def test_default_session(self):
        token = stskit.token("rds", hostname="db.example.com", port=5432, username="app", region="eu-west-1")
        self.assertTrue(token.text.startswith("db.example.com:5432/?Action=connect&DBUser=app&"))
        left = token.expiration - datetime.datetime.now(datetime.timezone.utc)
        self.assertTrue(datetime.timedelta(minutes=13) < left <= datetime.timedelta(minutes=15), left)
        self.assertEqual(token.expiration_ms, int(token.expiration.timestamp() * 1000))
        self.assertEqual(set(token.as_dict()), {"purpose", "token", "expiration", "access_key_id"})
        self.assertIsNone(token.user)

    def test_none_is_an_input_that_is_not_given_and_bytes_are_base64(self):
        plain = stskit.token("msk", user_agent=None, region=None)
        self.assertTrue(base64.urlsafe_b64decode(plain.text + "==").startswith(b"https://kafka.us-east-1."))
        answer = stskit.token("keyspaces", challenge=b"nonce=91703fdc2ef562e19fbdab0f58e42fe5")
        self.assertTrue(answer.text.startswith("signature="))

    def test_nothing_is_printed_or_pickled(self):
        token = stskit.token("codecommit", repository="r")
        for text in (repr(token), str(token), f"{[token]}"):
            self.assertNotIn(token.text, text)
        for value in (token, stskit.tokens("msk")):
            with self.assertRaises(TypeError):
                pickle.dumps(value)

    def test_wrong_inputs(self):
        for kind, inputs, detail in (
            ("rds", {"hostname": "h", "port": 1, "username": object()}, 0),
            ("rds", {"hostname": "h", "port": float("nan"), "username": "u"}, 0),
            ("rds", {"hostname": "h", "port": True, "username": "u"}, 504),
            ("a\0b", {}, 0),
            ("oracle", {}, 501),
        ):
            with self.subTest(kind=kind, inputs=inputs), self.assertRaises(exceptions.ParamValidationError) as caught:
                stskit.token(kind, **inputs)
            self.assertEqual(caught.exception.detail, detail)

    def test_credentials_that_end_too_soon(self):
        calls = []

        def ask():
            calls.append(1)
            left = 200 if len(calls) == 1 else 3600
            end = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=left)
            return stskit.Credentials(f"AKID{len(calls)}", "secret", "t", end)

        source = stskit.Session(credentials=ask, region_name="eu-west-1").tokens("msk")
        self.assertEqual(calls, [])
        self.assertEqual([source.get().as_dict()["access_key_id"] for _ in range(2)], ["AKID2", "AKID2"])
        self.assertEqual(len(calls), 2)

    def test_threads(self):
        source = stskit.tokens("elasticache", cache="c", username="u")
        found = []
        threads = [threading.Thread(target=lambda: found.extend(source.get().text for _ in range(50))) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(len(found), 400)
        self.assertTrue(all(text.startswith("c/?Action=connect&User=u&") for text in found))

    def test_every_kind_of_the_model_is_a_literal(self):
        import json
        from typing import get_args

        from stskit.literals import TokenKind

        names = [kind["name"] for kind in json.loads(_native.model())["tokens"]]
        self.assertEqual(list(get_args(TokenKind)), names)
        self.assertGreater(len(names), 20)


if __name__ == "__main__":
    unittest.main()
