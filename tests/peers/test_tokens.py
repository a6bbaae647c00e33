"""Our tokens against those of AWS's own signers: same inputs, same credentials, same clock.

In Python: botocore (RDS, DSQL), aws-msk-iam-sasl-signer, `aws eks get-token`. In JavaScript: the signers for
RDS, DSQL and MSK (node/tokens.js). Nothing is sent anywhere. What the Python ones write, ours has to be to the
byte; those in JavaScript sort the query, so with them all pairs, the signature included, have to be the same.
Where they disagree among themselves is in the tests named `test_they_disagree_..`.
"""

import base64
import datetime
import json
import os
import random
import subprocess
import sys
import tempfile
import unittest
from unittest import mock

import aws_msk_iam_sasl_signer
import botocore.auth
import botocore.credentials
import botocore.loaders
import botocore.session
from aws_msk_iam_sasl_signer import MSKAuthTokenProvider

import support

SEED = 20260102
COUNT = 120
HERE = os.path.dirname(os.path.abspath(__file__))
REGIONS = ("us-east-1", "eu-west-1", "ap-southeast-4", "us-gov-west-1")
USERS = ("db_user", "jörg@x y+z", "a", "100%", "日本", "o'neil", "a/b?c=d&e", "~user.-_", "🦀", "(*!)", "A B", "a;b,c:d")
CLUSTERS = ("my-cluster", "c1", "Prod_01", "0a1b2c3d-0000-4444-8888-abcdefabcdef")
# Signed in, and found in the text afterwards, by the signer of this name and version.
MSK_AGENTS = {
    "python": f"aws-msk-iam-sasl-signer-python/{aws_msk_iam_sasl_signer.__version__}",
    "node": "aws-msk-iam-sasl-signer-js/1.0.3",
}


def ours(tasks, environment):
    answers = support.ask_peer([{"do": "mint", **task} for task in tasks], environment)
    for answer, task in zip(answers, tasks):
        assert "text" in answer, (answer, task)
    return answers


def by_node(tasks, environment):
    result = subprocess.run(
        ["node", os.path.join(HERE, "node", "tokens.js")],
        input="".join(json.dumps(task) + "\n" for task in tasks),
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env=environment,
        timeout=300,
        check=True,
    )
    answers = [json.loads(line) for line in result.stdout.split("\n") if line]
    assert len(answers) == len(tasks), f"{len(tasks)} tasks, {len(answers)} answers"
    return answers


# The models of the services are read once.
LOADER = botocore.loaders.create_loader()


def clock(timestamp):
    now = datetime.datetime.fromisoformat(timestamp).replace(tzinfo=None)
    return mock.patch.object(botocore.auth, "get_current_datetime", lambda *_, **__: now)


def session_of(task):
    keys = task["credentials"]
    session = botocore.session.Session()
    session.register_component("data_loader", LOADER)
    session.set_credentials(keys["access_key_id"], keys["secret_access_key"], keys["session_token"])
    return session


def rds_by_botocore(task):
    inputs = task["kind"]["rds"]
    client = session_of(task).create_client("rds", region_name=inputs["region"])
    with clock(task["timestamp"]):
        return client.generate_db_auth_token(
            DBHostname=inputs["host"], Port=inputs["port"], DBUsername=inputs["user"], Region=inputs["region"]
        )


def dsql_by_botocore(task):
    inputs = task["kind"]["dsql"]
    client = session_of(task).create_client("dsql", region_name=inputs["region"])
    make = client.generate_db_connect_admin_auth_token if inputs["admin"] else client.generate_db_connect_auth_token
    with clock(task["timestamp"]):
        return make(Hostname=inputs["host"], Region=inputs["region"], ExpiresIn=inputs["expires"])


def msk_by_python(task):
    keys = task["credentials"]

    class Provider(botocore.credentials.CredentialProvider):
        def load(self):
            return botocore.credentials.Credentials(
                keys["access_key_id"], keys["secret_access_key"], keys["session_token"]
            )

    with clock(task["timestamp"]):
        return MSKAuthTokenProvider.generate_auth_token_from_credentials_provider(
            task["kind"]["msk"]["region"], Provider()
        )


def eks_by_cli(task, home):
    """Standard output and standard error of `aws eks get-token`."""
    inputs, keys = task["kind"]["eks"], task["credentials"]
    variables = {
        "AWS_ACCESS_KEY_ID": keys["access_key_id"],
        "AWS_SECRET_ACCESS_KEY": keys["secret_access_key"],
        "AWS_SESSION_TOKEN": keys["session_token"],
        "AWS_DEFAULT_REGION": inputs["region"],
        "KUBERNETES_EXEC_INFO": inputs["exec_info"],
    }
    given = {name: value for name, value in variables.items() if value is not None}
    seconds = int(datetime.datetime.fromisoformat(task["timestamp"]).timestamp())
    command = [os.path.join(HERE, "aws_cli_at.py"), str(seconds), "eks", "get-token", "--cluster-name"]
    result = subprocess.run(
        [sys.executable, *command, inputs["cluster"]],
        env={**support.clean_environment(home), **given},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert result.returncode == 0, result.stderr
    return result.stdout, result.stderr


def pairs(url):
    """What a URL without a scheme is made of, the query in any order."""
    place, _, query = url.partition("?")
    return place, sorted(query.split("&"))


def decoded(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()


class Generator:
    def __init__(self):
        self.random = random.Random(SEED)

    def letters(self, low, high, alphabet):
        return "".join(self.random.choices(alphabet, k=self.random.randint(low, high)))

    def name(self):
        return self.letters(1, 20, "abcdefghijklmnopqrstuvwxyz0123456789")

    def task(self, kind):
        inside = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
        at = self.random.randint(1_600_000_000, 4_000_000_000)
        session = self.letters(100, 900, inside) if self.random.random() < 0.6 else None
        return {
            "kind": kind,
            "credentials": {
                "access_key_id": "A" + self.letters(15, 24, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"),
                "secret_access_key": self.letters(30, 50, inside),
                "session_token": session,
                "expiration": None,
            },
            "timestamp": datetime.datetime.fromtimestamp(at, datetime.UTC).strftime("%Y-%m-%dT%H:%M:%S+00:00"),
        }

    def rds(self, port=None):
        region = self.random.choice(REGIONS)
        host = f"{self.name()}.{self.name()}.{region}.rds.amazonaws.com"
        port = port or self.random.choice((3306, 5432, 1, 65535, 8443))
        return self.task({"rds": {"host": host, "port": port, "user": self.random.choice(USERS), "region": region}})

    def dsql(self):
        region = self.random.choice(REGIONS)
        expires = self.random.choice((1, 60, 900, 3600, 604800))
        host = f"{self.name()}.dsql.{region}.on.aws"
        admin = self.random.random() < 0.5
        return self.task({"dsql": {"host": host, "region": region, "admin": admin, "expires": expires}})

    def msk(self, agent):
        return self.task({"msk": {"region": self.random.choice(REGIONS), "user_agent": agent}})

    def eks(self, exec_info=None):
        cluster, region = self.random.choice(CLUSTERS), self.random.choice(REGIONS)
        return self.task({"eks": {"cluster": cluster, "region": region, "exec_info": exec_info}})


class Tokens(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        home = tempfile.TemporaryDirectory()
        cls.addClassCleanup(home.cleanup)
        cls.home = home.name
        cls.environment = support.clean_environment(home.name)
        patched = mock.patch.dict(os.environ, cls.environment, clear=True)
        patched.start()
        cls.addClassCleanup(patched.stop)

    def setUp(self):
        self.make = Generator()

    def test_rds(self):
        tasks = [self.make.rds() for _ in range(COUNT)]
        for task, mine, node in zip(tasks, ours(tasks, self.environment), by_node(tasks, self.environment)):
            self.assertEqual(mine["text"], rds_by_botocore(task), task)
            self.assertEqual(pairs(mine["text"]), pairs(node["text"]), task)

    def test_dsql(self):
        tasks = [self.make.dsql() for _ in range(COUNT)]
        for task, mine, node in zip(tasks, ours(tasks, self.environment), by_node(tasks, self.environment)):
            self.assertEqual(mine["text"], dsql_by_botocore(task), task)
            self.assertEqual(pairs(mine["text"]), pairs(node["text"]), task)

    def test_msk_of_python(self):
        tasks = [self.make.msk(MSK_AGENTS["python"]) for _ in range(COUNT)]
        for task, mine in zip(tasks, ours(tasks, self.environment)):
            self.assertEqual((mine["text"], mine["expires_at"]), msk_by_python(task), task)

    def test_msk_of_node(self):
        tasks = [self.make.msk(MSK_AGENTS["node"]) for _ in range(COUNT)]
        # Theirs, too, ends with the credentials.
        for task in tasks[: COUNT // 3]:
            end = datetime.datetime.fromisoformat(task["timestamp"]) + datetime.timedelta(hours=12)
            task["credentials"]["expiration"] = end.isoformat()
        for task, mine, node in zip(tasks, ours(tasks, self.environment), by_node(tasks, self.environment)):
            self.assertEqual(pairs(decoded(mine["text"])), pairs(decoded(node["text"])), task)
            self.assertEqual(mine["expires_at"], node["expires_at"], task)

    def test_eks(self):
        def asked(version):
            return json.dumps({"kind": "ExecCredential", "apiVersion": version, "spec": {"interactive": False}})

        group = "client.authentication.k8s.io"
        infos = [None, "", "{", "{}", asked("nonsense")]
        infos += [asked(f"{group}/{version}") for version in ("v1", "v1beta1", "v1alpha1", "v2")]
        tasks = [self.make.eks(info) for info in infos + [None] * 3]
        for task, mine in zip(tasks, ours(tasks, self.environment)):
            printed, errors = eks_by_cli(task, self.home)
            answer = json.loads(printed)
            self.assertEqual(mine["text"], answer["status"]["token"], task)
            # Objects as lists of pairs: the order is the same, too.
            as_pairs = {"object_pairs_hook": list}
            self.assertEqual(json.loads(mine["exec_credential"], **as_pairs), json.loads(printed, **as_pairs), task)
            self.assertEqual(mine["warning"] is not None, errors.strip() != "", (task, errors))

    def test_they_disagree_about_port_443(self):
        """botocore leaves the default port of https out of what it signs, and keeps it in the text. We sign
        what stands there, as the signer in JavaScript does."""
        tasks = [self.make.rds(port=443) for _ in range(10)]
        for task, mine, node in zip(tasks, ours(tasks, self.environment), by_node(tasks, self.environment)):
            self.assertEqual(pairs(mine["text"]), pairs(node["text"]), task)
            theirs = rds_by_botocore(task)
            self.assertNotEqual(mine["text"], theirs)
            self.assertEqual(mine["text"].partition("&X-Amz-Signature=")[0], theirs.partition("&X-Amz-Signature=")[0])

    def test_they_disagree_about_upper_case_hosts(self):
        """botocore signs a host in lower case and keeps it in the text, JavaScript keeps it in both. Ours is in
        lower case in both, so that it is botocore's signature with the text that belongs to it."""
        tasks = [self.make.rds() for _ in range(10)]
        upper = json.loads(json.dumps(tasks))
        for task in upper:
            task["kind"]["rds"]["host"] = task["kind"]["rds"]["host"].replace("rds", "RDS").replace("a", "A")
        for task, lower, mine, node in zip(
            upper, ours(tasks, self.environment), ours(upper, self.environment), by_node(upper, self.environment)
        ):
            self.assertEqual(mine["text"], lower["text"])
            theirs = rds_by_botocore(task)
            self.assertNotEqual(mine["text"], theirs)
            self.assertEqual(mine["text"].rpartition("=")[2], theirs.rpartition("=")[2])
            signature = next(pair for pair in pairs(node["text"])[1] if pair.startswith("X-Amz-Signature="))
            self.assertNotEqual(signature.partition("=")[2], mine["text"].rpartition("=")[2])


if __name__ == "__main__":
    unittest.main()
