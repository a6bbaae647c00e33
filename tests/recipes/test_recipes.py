"""Each recipe against a server that speaks enough of the protocol to see the token, and judges it."""

import base64
import datetime
import http.server
import json
import os
import struct
import subprocess
import sys
import threading

from support import RECIPES, Recipes, Server

DATABASE = "mydb.abcdefghijkl.eu-west-1.rds.amazonaws.com"


class Postgres(Recipes):
    """The password, as the server gets it. Over TLS in real life."""

    def serve(self, rfile, wfile):
        length, version = struct.unpack("!ii", rfile.read(8))
        # TLS and GSS are asked for first, and refused.
        while version in (80877103, 80877104):
            wfile.write(b"N")
            length, version = struct.unpack("!ii", rfile.read(8))
        self.assertEqual(version >> 16, 3)
        texts = rfile.read(length - 8).decode().split("\0")
        self.started = dict(zip(texts[::2], texts[1::2]))
        wfile.write(b"R" + struct.pack("!ii", 8, 3))
        self.assertEqual(rfile.read(1), b"p")
        (length,) = struct.unpack("!i", rfile.read(4))
        self.password = rfile.read(length - 4).decode().removesuffix("\0")
        wfile.write(b"R" + struct.pack("!ii", 8, 0))
        for name, value in (("client_encoding", "UTF8"), ("server_version", "15.0"), ("standard_conforming_strings", "on")):
            pair = f"{name}\0{value}\0".encode()
            wfile.write(b"S" + struct.pack("!i", len(pair) + 4) + pair)
        wfile.write(b"Z" + struct.pack("!ic", 5, b"I"))
        self.assertEqual(rfile.read(1), b"X", "the end")

    def check(self, host, user, action, service="rds-db", port=":5432"):
        self.assertEqual(self.started["user"], user)
        self.assertTrue(self.password.startswith(f"{host}{port}/?"), self.password)
        wanted = {"Action": action, **({"DBUser": user} if service == "rds-db" else {})}
        self.judge(self.password, service, "eu-west-1", wanted)

    def test_libpq(self):
        program = self.compiled("postgres_libpq.c", "libpq")
        inputs = json.dumps({"hostname": DATABASE, "port": 5432, "username": "jörg@x y"})
        with Server(self.serve) as server:
            conninfo = f"host={DATABASE} hostaddr=127.0.0.1 port={server.port} user='jörg@x y' dbname=app sslmode=disable"
            self.assertEqual(self.run_program(program, "rds", inputs, conninfo), "logged in as jörg@x y\n")
        self.check(DATABASE, "jörg@x y", "connect")

    def test_libpq_and_dsql(self):
        program = self.compiled("postgres_libpq.c", "libpq")
        host = "abcd1234.dsql.eu-west-1.on.aws"
        with Server(self.serve) as server:
            conninfo = f"host={host} hostaddr=127.0.0.1 port={server.port} user=admin dbname=postgres sslmode=disable"
            self.run_program(program, "dsql-admin", json.dumps({"hostname": host}), conninfo)
        self.check(host, "admin", "DbConnectAdmin", "dsql", "")

    def test_libpq_hears_what_is_wrong(self):
        program = self.compiled("postgres_libpq.c", "libpq")
        inputs = json.dumps({"hostname": DATABASE, "port": 5432, "username": "app", "region": "us-east-1"})
        told = self.run_program(program, "rds", inputs, "", failing=True)
        self.assertIn("the host is in the region eu-west-1", told)

    def test_psycopg(self):
        with Server(self.serve) as server:
            arguments = (DATABASE, 5432, "app", "dbname=app sslmode=disable", "hostaddr=127.0.0.1", f"tunnel_port={server.port}")
            self.assertEqual(self.run_python("postgres_psycopg.py", *arguments), "logged in as app\n")
        self.check(DATABASE, "app", "connect")


class Redis(Recipes):
    """AUTH, or HELLO with AUTH, then PING."""

    def serve(self, rfile, wfile):
        self.commands, self.logins = [], []
        while line := rfile.readline():
            self.assertEqual(line[:1], b"*")
            command = []
            for _ in range(int(line[1:])):
                length = int(rfile.readline()[1:])
                command.append(rfile.read(length + 2)[:-2].decode())
            self.commands.append(command[0].upper())
            if command[0].upper() == "AUTH":
                self.logins.append(command[1:])
                wfile.write(b"+OK\r\n")
            elif command[0].upper() == "HELLO":
                if "AUTH" in command:
                    at = command.index("AUTH")
                    self.logins.append(command[at + 1 : at + 3])
                wfile.write(b"%1\r\n+proto\r\n:3\r\n" if command[1] == "3" else b"*2\r\n$5\r\nproto\r\n:2\r\n")
            elif command[0].upper() == "PING":
                wfile.write(b"+PONG\r\n" if self.logins else b"-NOAUTH Authentication required.\r\n")
            else:
                wfile.write(b"+OK\r\n")

    def check(self, host, user, service, **more):
        self.assertIn("PING", self.commands)
        self.assertEqual([login[0] for login in self.logins], [user])
        token = self.logins[0][1]
        self.assertTrue(token.startswith(f"{host}/?"), token)
        self.judge(token, service, "eu-west-1", {"Action": "connect", "User": user, **more})

    def test_hiredis(self):
        program = self.compiled("redis_hiredis.c", "hiredis")
        for kind in ("elasticache", "memorydb"):
            with self.subTest(kind=kind), Server(self.serve) as server:
                said = self.run_program(program, "127.0.0.1", server.port, kind, "my-cache", "iam-user-01")
                self.assertEqual(said, "logged in as iam-user-01\n")
            self.check("my-cache", "iam-user-01", kind)

    def test_hiredis_hears_what_is_wrong(self):
        program = self.compiled("redis_hiredis.c", "hiredis")
        told = self.run_program(program, "127.0.0.1", 1, "elasticache", "my.cache", "u", failing=True)
        self.assertIn("give the name alone, not the DNS endpoint", told)

    def test_redis_py(self):
        with Server(self.serve) as server:
            said = self.run_python("redis_redis_py.py", "127.0.0.1", server.port, "my-cache", "app", "--no-tls")
            self.assertEqual(said, "logged in as app\n")
        self.check("my-cache", "app", "elasticache")


class Kafka(Recipes):
    """SASL/OAUTHBEARER of a broker: ApiVersions, SaslHandshake, SaslAuthenticate, Metadata, in their oldest forms."""

    def serve(self, rfile, wfile):
        text = lambda value: struct.pack("!h", len(value)) + value.encode()
        while size := rfile.read(4):
            request = rfile.read(struct.unpack("!i", size)[0])
            key, version, correlation, length = struct.unpack("!hhih", request[:10])
            body = request[10 + max(length, 0) :]
            if key == 18:  # what is not known is answered in the form of version 0
                known = ((3, 0, 1), (17, 0, 1), (18, 0, 0), (36, 0, 0))
                answer = struct.pack("!hi", 0 if version == 0 else 35, len(known))
                answer += b"".join(struct.pack("!hhh", *row) for row in known)
            elif key == 17:
                self.assertEqual(body[2:].decode(), "OAUTHBEARER")
                answer = struct.pack("!hi", 0, 1) + text("OAUTHBEARER")
            elif key == 36:
                message = body[4:].decode()
                self.assertTrue(message.startswith("n,,\x01auth=Bearer "), message)
                self.tokens.append(message.split("\x01")[1].removeprefix("auth=Bearer "))
                answer = struct.pack("!hhi", 0, -1, 0)
            elif key == 3:
                self.assertTrue(self.tokens, "metadata before the login")
                broker = struct.pack("!i", 1) + text("127.0.0.1") + struct.pack("!i", self.port) + struct.pack("!h", -1)
                answer = struct.pack("!i", 1) + broker + struct.pack("!ii", 1, 0)
            else:
                raise AssertionError(f"request {key}")
            wfile.write(struct.pack("!ii", len(answer) + 4, correlation) + answer)

    def play(self, kind, inputs):
        program = self.compiled("kafka_librdkafka.c", "rdkafka")
        self.tokens = []
        server = Server(self.serve)
        self.port = server.port
        with server:
            said = self.run_program(
                program, f"127.0.0.1:{server.port}", kind, json.dumps(inputs), "security.protocol=SASL_PLAINTEXT"
            )
        self.assertEqual(said, "1 broker(s)\n")
        return self.tokens[0]

    def test_msk(self):
        token = self.play("msk", {})
        url = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode()
        self.assertTrue(url.startswith("https://kafka.eu-west-1.amazonaws.com/?"))
        agent = dict(pair.split("=") for pair in url.split("?")[1].split("&"))["User-Agent"]
        wanted = {"Action": "kafka-cluster:Connect", "User-Agent": agent.replace("%2F", "/")}
        self.judge(url, "kafka-cluster", "eu-west-1", wanted)

    def test_get_web_identity_token(self):
        token = self.play("web-identity", {"audience": "https://kafka.example.com"})
        claims = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
        self.assertEqual(claims["aud"], "https://kafka.example.com")
        self.assertTrue(claims["sub"].startswith("arn:aws:iam::123456789012:"), claims["sub"])

    def test_a_source_without_credentials_is_told_to_librdkafka(self):
        program = self.compiled("kafka_librdkafka.c", "rdkafka")
        told = self.run_program(
            program, "127.0.0.1:1", "web-identity", '{"audience":"a"}', "security.protocol=SASL_PLAINTEXT",
            failing=True, AWS_ENDPOINT_URL_STS="http://127.0.0.1:1", AWS_MAX_ATTEMPTS="1",
        )  # fmt: skip
        self.assertIn("Failed to acquire SASL OAUTHBEARER token", told)


class Vault(Recipes):
    """The body of the login, beside the one that hvac makes of the keys."""

    def bodies(self, *logins):
        """What arrives at POST /v1/auth/aws/login."""
        found = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def answer(self):
                found.append((self.path, json.loads(self.rfile.read(int(self.headers["content-length"])))))
                body = json.dumps({"auth": {"client_token": "planted-client-token"}}).encode()
                self.send_response(200)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_POST = do_PUT = answer

            def log_message(self, *_):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            for login in logins:
                login(f"http://127.0.0.1:{server.server_port}")
        finally:
            server.shutdown()
            server.server_close()
            thread.join()
        self.assertEqual([path for path, _ in found], ["/v1/auth/aws/login"] * len(logins))
        return [body for _, body in found]

    def by_hvac(self, url):
        code = (
            "import hvac, sys\n"
            "hvac.Client(url=sys.argv[1]).auth.aws.iam_login(sys.argv[2], sys.argv[3], header_value='vault.example.com',"
            " role='dev', region='us-east-1')"
        )
        self.run_program(sys.executable, "-c", code, url, self.key, self.secret)

    def by_recipe(self, url):
        said = self.run_python("vault_hvac.py", "dev", "vault.example.com", VAULT_ADDR=url)
        self.assertEqual(said, "logged in: True\n")

    def test_hvac(self):
        ours, theirs = self.bodies(self.by_recipe, self.by_hvac)
        decoded = lambda body: json.loads(base64.b64decode(body["iam_request_headers"]))
        mine, other = decoded(ours), decoded(theirs)
        self.assertEqual(set(ours), set(theirs))
        for name in set(ours) - {"iam_request_headers"}:
            self.assertEqual(ours[name], theirs[name], name)
        # hvac writes single values, and signs the length of the body as well.
        lower = lambda headers: {name.lower(): v if isinstance(v, str) else v[0] for name, v in headers.items()}
        mine, other = lower(mine), lower(other)
        self.assertEqual(mine["x-vault-aws-iam-server-id"], other["x-vault-aws-iam-server-id"])
        self.assertIn(";x-vault-aws-iam-server-id, ", mine["authorization"])
        # The same call, at the same time, with the same headers: the same signature.
        same = self.with_the_headers_of_hvac(other)
        self.assertEqual(same["headers"]["Authorization"], other["authorization"])

    def with_the_headers_of_hvac(self, theirs):
        at = datetime.datetime.strptime(theirs["x-amz-date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=datetime.timezone.utc)
        code = (
            "import json, stskit, sys\n"
            "made = stskit.Credentials(sys.argv[1], sys.argv[2]).get_token('caller-identity', time=float(sys.argv[3]),"
            " headers=json.loads(sys.argv[4]))\n"
            "print(made.text)"
        )
        extra = {"Content-Length": "43", "X-Vault-AWS-IAM-Server-ID": "vault.example.com"}
        said = self.run_program(sys.executable, "-c", code, self.key, self.secret, at.timestamp(), json.dumps(extra))
        return json.loads(said)


class Kubectl(Recipes):
    """The answer of the exec plugin: https://kubernetes.io/docs/reference/config-api/client-authentication.v1/"""

    def answer(self, version=None, **more):
        if version is not None:
            asked = {"apiVersion": version, "kind": "ExecCredential", "spec": {"interactive": False}}
            more["KUBERNETES_EXEC_INFO"] = json.dumps(asked)
        said = self.run_program(RECIPES / "kubectl_exec.py", "my-cluster", "eu-west-1", **more)
        self.assertEqual(said.count("\n"), 1, "one line, and nothing else")
        return json.loads(said)

    def test_what_kubectl_reads(self):
        for asked, expected in (
            (None, "client.authentication.k8s.io/v1beta1"),
            ("client.authentication.k8s.io/v1beta1", "client.authentication.k8s.io/v1beta1"),
            ("client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1"),
        ):
            with self.subTest(asked=asked):
                answer = self.answer(asked)
                self.assertEqual(set(answer), {"kind", "apiVersion", "spec", "status"})
                self.assertEqual((answer["kind"], answer["apiVersion"], answer["spec"]), ("ExecCredential", expected, {}))
                self.assertEqual(set(answer["status"]), {"expirationTimestamp", "token"})
                end = datetime.datetime.strptime(answer["status"]["expirationTimestamp"], "%Y-%m-%dT%H:%M:%SZ")
                left = end.replace(tzinfo=datetime.timezone.utc) - datetime.datetime.now(datetime.timezone.utc)
                self.assertTrue(datetime.timedelta(minutes=13) < left <= datetime.timedelta(minutes=14), left)
                token = answer["status"]["token"].removeprefix("k8s-aws-v1.")
                url = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode()
                wanted = {"Action": "GetCallerIdentity", "Version": "2011-06-15"}
                parts = self.judge(url, "sts", "eu-west-1", wanted, headers={"x-k8s-aws-id": "my-cluster"})
                self.assertEqual(parts.netloc, "sts.eu-west-1.amazonaws.com")

    def test_as_the_aws_cli(self):
        """The same members in the same order, down to the token but for its time."""
        aws = os.path.join(os.path.dirname(sys.executable), "aws")
        command = [sys.executable, aws, "eks", "get-token", "--cluster-name", "my-cluster", "--region", "eu-west-1", "--output", "json"]
        environment = self.environment(BOTO_DISABLE_CRT="true")
        del environment["AWS_ENDPOINT_URL_STS"], environment["PYTHONPATH"]
        environment = {name: value for name, value in environment.items() if not name.startswith("AWS_ENDPOINT_URL")}
        said = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=True).stdout
        theirs, ours = json.loads(said), self.answer()
        self.assertEqual(list(ours), list(theirs))
        self.assertEqual(list(ours["status"]), list(theirs["status"]))
        self.assertEqual(ours["apiVersion"], theirs["apiVersion"])
        self.assertEqual(len(ours["status"]["token"]), len(theirs["status"]["token"]))

    def test_a_failure_leaves_standard_output_alone(self):
        told = self.run_program(
            RECIPES / "kubectl_exec.py", "my-cluster", failing=True, AWS_ACCESS_KEY_ID="", AWS_SECRET_ACCESS_KEY=""
        )
        self.assertTrue(told.startswith("kubectl_exec: "), told)
