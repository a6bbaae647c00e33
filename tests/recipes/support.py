"""What the tests of the recipes share: the emulator, the recipes as programs, and a judge of signatures that knows
nothing of stskit."""

import datetime
import hashlib
import hmac
import itertools
import os
import pathlib
import socketserver
import subprocess
import sys
import tempfile
import threading
import unittest
from urllib.parse import parse_qsl, quote, urlsplit

ROOT = pathlib.Path(__file__).resolve().parents[2]
RECIPES = ROOT / "examples" / "recipes"
TREE = pathlib.Path(os.environ["STSKIT_TREE"]).resolve()
WARNINGS = ["-std=c11", "-D_DEFAULT_SOURCE", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-g"]


class Emulator:
    def __init__(self):
        self.process = subprocess.Popen([os.environ["STSKIT_EMULATOR"]], stdout=subprocess.PIPE, text=True)
        lines = itertools.takewhile(lambda line: line.startswith("export "), self.process.stdout)
        self.environment = dict(line.strip().removeprefix("export ").split("=", 1) for line in lines)

    def stop(self):
        self.process.kill()
        self.process.wait()
        self.process.stdout.close()


class Recipes(unittest.TestCase):
    """Runs recipes with keys that the judge knows, in an environment of their own."""

    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        cls.emulator = Emulator()
        cls.addClassCleanup(cls.emulator.stop)
        cls.key = cls.emulator.environment["AWS_ACCESS_KEY_ID"]
        cls.secret = cls.emulator.environment["AWS_SECRET_ACCESS_KEY"]

    def environment(self, **more):
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "AWS_CONFIG_FILE": str(self.folder / "config"),
            "AWS_SHARED_CREDENTIALS_FILE": str(self.folder / "credentials"),
            "AWS_EC2_METADATA_DISABLED": "true",
            **self.emulator.environment,
            "AWS_REGION": "eu-west-1",
            "STSKIT_LIBRARY": str(TREE / "lib" / "libstskit.so"),
            "PYTHONPATH": str(ROOT / "bindings" / "python" / "src"),
            "NO_PROXY": "127.0.0.1,localhost",
            **more,
        }

    def run_program(self, *command, failing=False, **more):
        result = subprocess.run(
            [str(part) for part in command],
            env=self.environment(**more),
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=120,
        )
        self.assertEqual(result.returncode != 0, failing, result.stdout + result.stderr)
        self.assertNotIn(self.secret, result.stdout + result.stderr)
        return result.stderr if failing else result.stdout

    def run_python(self, name, *arguments, **more):
        return self.run_program(sys.executable, RECIPES / name, *arguments, **more)

    def compiled(self, name, package):
        """A recipe in C, built as its reader would."""
        program = self.folder / name.removesuffix(".c")
        if not program.exists():
            environment = {**os.environ, "PKG_CONFIG_PATH": str(TREE / "lib" / "pkgconfig")}
            flags = subprocess.run(
                ["pkg-config", "--cflags", "--libs", "stskit", package],
                env=environment, check=True, capture_output=True, text=True,
            ).stdout.split()  # fmt: skip
            command = ["gcc", *WARNINGS, "-o", str(program), str(RECIPES / name), *flags]
            subprocess.run([*command, f"-Wl,-rpath,{TREE / 'lib'}"], check=True, timeout=120)
        return program

    def judge(self, url, service, region, wanted, method="GET", headers=None):
        """Is the URL signed for this service and region, now, and are these its parameters besides?"""
        parts = urlsplit(url if "://" in url else f"https://{url}")
        pairs = parse_qsl(parts.query, keep_blank_values=True, strict_parsing=True)
        query = dict(pairs)
        self.assertEqual(len(query), len(pairs), "a parameter is there twice")
        unsigned = {"X-Amz-Signature", "User-Agent"}
        canonical = "&".join(
            sorted(f"{quote(n, safe='-_.~')}={quote(v, safe='-_.~')}" for n, v in pairs if n not in unsigned)
        )
        date = query["X-Amz-Date"]
        signed_at = datetime.datetime.strptime(date, "%Y%m%dT%H%M%SZ").replace(tzinfo=datetime.timezone.utc)
        age = datetime.datetime.now(datetime.timezone.utc) - signed_at
        self.assertTrue(datetime.timedelta(seconds=-5) < age < datetime.timedelta(seconds=60), age)
        headers = {"host": parts.netloc, **(headers or {})}
        names = ";".join(sorted(headers))
        self.assertEqual(query["X-Amz-SignedHeaders"], names)
        lines = "".join(f"{name}:{headers[name]}\n" for name in sorted(headers))
        request = f"{method}\n{parts.path}\n{canonical}\n{lines}\n{names}\n{hashlib.sha256(b'').hexdigest()}"
        scope = f"{date[:8]}/{region}/{service}/aws4_request"
        self.assertEqual(query["X-Amz-Credential"], f"{self.key}/{scope}")
        text = f"AWS4-HMAC-SHA256\n{date}\n{scope}\n{hashlib.sha256(request.encode()).hexdigest()}"
        key = f"AWS4{self.secret}".encode()
        for part in scope.split("/"):
            key = hmac.digest(key, part.encode(), "sha256")
        self.assertEqual(query["X-Amz-Signature"], hmac.digest(key, text.encode(), "sha256").hex())
        rest = {name: value for name, value in query.items() if not name.startswith("X-Amz-")}
        self.assertEqual(rest, wanted)
        return parts


class Server:
    """A TCP server on loopback; `serve` gets the file of each connection, and what it raises is raised in the test."""

    def __init__(self, serve):
        server = self
        self.failures = []
        self.connections = 0

        class Handler(socketserver.StreamRequestHandler):
            timeout = 30

            def handle(self):
                server.connections += 1
                try:
                    serve(self.rfile, self.wfile)
                except BaseException as error:
                    server.failures.append(error)

        class Listener(socketserver.ThreadingTCPServer):
            daemon_threads = True
            allow_reuse_address = True

        self.listener = Listener(("127.0.0.1", 0), Handler)
        self.port = self.listener.server_address[1]
        self.thread = threading.Thread(target=self.listener.serve_forever, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, kind, *_):
        self.listener.shutdown()
        self.listener.server_close()
        self.thread.join()
        if self.failures:
            raise self.failures[0]
