"""Handles, memory, threads, forks, callbacks and signals."""

import gc
import json
import os
import pathlib
import pickle
import signal
import subprocess
import sys
import threading
import time
import unittest
import weakref

import stskit
from stskit import _native, exceptions
from support import ROLE, SOURCE, START, Case

FORKED = """
import json, os, sys, stskit
sts = stskit.client("sts")
sts.get_caller_identity()
role = stskit.Session().with_role(RoleArn=%r, RoleSessionName="parent")
role.credentials()
workers = []
for number in range(4):
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reader)
        try:
            names = {sts.get_caller_identity()["Arn"] for _ in range(25)}
            names.add(role.client("sts").get_caller_identity()["Arn"])
            answer = sts.assume_role(RoleArn=%r, RoleSessionName=f"worker-{number}")
            names.add(answer["AssumedRoleUser"]["Arn"])
            text = json.dumps(sorted(names))
        except BaseException as error:
            text = json.dumps(repr(error))
        os.write(writer, text.encode())
        os.close(writer)
        os._exit(0)
    os.close(writer)
    workers.append((pid, reader))
mine = {sts.get_caller_identity()["Arn"] for _ in range(50)}
found = []
for pid, reader in workers:
    with os.fdopen(reader) as pipe:
        found.append(json.load(pipe))
    os.waitpid(pid, 0)
print(json.dumps([sorted(mine), found]))
""" % (ROLE, ROLE)

# As gunicorn: the application is loaded, threads run, then workers are forked, and each serves with threads.
PREFORK = """
import concurrent.futures, json, os, threading, stskit
sts = stskit.client("sts")
stskit.credentials()
stop = threading.Event()
def busy():
    while not stop.is_set():
        sts.get_caller_identity()
        stskit.credentials()
threads = [threading.Thread(target=busy) for _ in range(3)]
for thread in threads:
    thread.start()
pids = []
for number in range(6):
    pid = os.fork()
    if pid == 0:
        def serve(_):
            return sts.get_caller_identity()["Account"], stskit.credentials().access_key_id
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            good = all(answer[0] == "123456789012" for answer in pool.map(serve, range(40)))
        os._exit(0 if good else 1)
    pids.append(pid)
statuses = [os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) for pid in pids]
stop.set()
for thread in threads:
    thread.join()
print(json.dumps(statuses))
"""


def resident():
    """Bytes of this process in memory."""
    fields = pathlib.Path("/proc/self/statm").read_text().split()
    return int(fields[1]) * os.sysconf("SC_PAGE_SIZE")


class Lifecycle(Case):
    arguments = ("--approve-after", "never")

    def run_python(self, code, timeout=120):
        environment = {**os.environ, "PYTHONPATH": str(SOURCE)}
        result = subprocess.run(
            [sys.executable, "-c", code], env=environment, capture_output=True, text=True, timeout=timeout
        )
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        return result.stdout

    def test_ten_thousand_calls_do_not_grow(self):
        session = stskit.Session(mfa=lambda serial: "123456", config=stskit.Config(read_timeout=20))
        sts = session.client("sts")
        nobody = stskit.Session(profile_name="nobody")

        def round_of_calls(count):
            # Four calls each.
            for _ in range(count):
                credentials = session.credentials()
                self.assertTrue(credentials.secret_access_key)
                credentials.sign("GET", "https://example.com/", service="s3", region="us-east-1", time=0)
                session.presign("GET", "https://example.com/", service="s3")
                with self.assertRaises(exceptions.ConfigurationError):
                    nobody.credentials()

        def round_of_requests(count):
            for _ in range(count):
                sts.get_caller_identity()
                try:
                    sts.assume_role(RoleArn="arn:aws:iam::210987654321:role/denied", RoleSessionName="me")
                except stskit.ClientError:
                    pass

        def round_of_clients(count):
            for _ in range(count):
                made = stskit.Session(credentials=session.credentials, mfa=lambda serial: "1")
                made.client("sts", region_name="eu-west-1").generate_presigned_url("get_caller_identity")

        for warm_up in (round_of_calls, round_of_requests, round_of_clients):
            warm_up(150)
        gc.collect()
        before = resident()
        round_of_calls(2_000)
        round_of_requests(750)
        round_of_clients(250)
        gc.collect()
        grown = resident() - before
        # 10,000 calls: a leak of a hundred bytes each would be more.
        self.assertLess(grown, 1_000_000, f"grew by {grown} bytes")

    def test_callbacks_go_with_their_last_user(self):
        class Answer:
            def __call__(self, serial="x"):
                return stskit.Credentials("a", "b")

        answer = Answer()
        gone = weakref.ref(answer)
        session = stskit.Session(credentials=answer, mfa=answer)
        client = session.client("sts")
        derived = session.client("sts", region_name="eu-west-1")
        self.assertEqual(session.credentials().access_key_id, "a")
        self.assertTrue(derived.generate_presigned_url("get_caller_identity"))
        kept = len(_native._kept)
        del session, answer
        gc.collect()
        self.assertIsNotNone(gone())
        del client, derived
        gc.collect()
        self.assertIsNone(gone())
        self.assertLess(len(_native._kept), kept)

    def test_a_client_that_is_closed(self):
        with stskit.client("sts") as sts:
            sts.get_caller_identity()
        with self.assertRaises(exceptions.Error):
            sts.get_caller_identity()
        sts.close()
        # The session's goes on.
        self.assertTrue(stskit.credentials().access_key_id)

    def test_nothing_secret_is_pickled(self):
        session = stskit.Session()
        for value in (session.credentials(), session.client("sts")):
            with self.assertRaises(TypeError):
                pickle.dumps(value)
        sts = session.client("sts")
        with self.assertRaises(sts.exceptions.ExpiredTradeInTokenException) as caught:
            sts.get_delegated_access_token(TradeInToken="expired-token")
        copy = pickle.loads(pickle.dumps(caught.exception))
        self.assertIsInstance(copy, stskit.ClientError)
        self.assertEqual((str(copy), copy.response, copy.code), (str(caught.exception), caught.exception.response, caught.exception.code))
        with self.assertRaises(exceptions.ConfigurationError) as caught:
            stskit.Session(profile_name="nobody").credentials()
        copy = pickle.loads(pickle.dumps(caught.exception))
        self.assertEqual((type(copy), str(copy)), (exceptions.ConfigurationError, str(caught.exception)))

    def test_threads(self):
        sts = stskit.client("sts")
        role = stskit.Session().with_role(RoleArn=ROLE, RoleSessionName="threads")
        answers, failures = [], []

        def work(number):
            try:
                for _ in range(40):
                    answer = sts.assume_role(RoleArn=ROLE, RoleSessionName=f"thread-{number}")
                    answers.append(answer["AssumedRoleUser"]["Arn"].endswith(f"/thread-{number}"))
                    answers.append(role.credentials().access_key_id.startswith("ASIA"))
            except BaseException as error:
                failures.append(error)

        threads = [threading.Thread(target=work, args=(number,)) for number in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(failures, [])
        self.assertEqual((len(answers), all(answers)), (16 * 80, True))

    def test_other_threads_run_during_a_call(self):
        # The first thread waits for an answer that never comes; this one goes on, and ends it.
        import socket

        with socket.create_server(("127.0.0.1", 0)) as server:
            url = f"http://127.0.0.1:{server.getsockname()[1]}"
            session = stskit.Session(endpoint_url=url, config=stskit.Config(retries={"total_max_attempts": 1}))
            client, caught = session.client("sts"), []

            def wait():
                try:
                    client.get_caller_identity()
                except exceptions.Error as error:
                    caught.append(error)

            thread = threading.Thread(target=wait)
            thread.start()
            connection, _ = server.accept()
            with connection:
                self.assertTrue(connection.recv(1))
                session.cancel()
                thread.join(20)
            self.assertIsInstance(caught[0], exceptions.CancelledError)

    def test_fork(self):
        mine, workers = json.loads(self.run_python(FORKED))
        user = "arn:aws:iam::123456789012:user/stskit"
        self.assertEqual(mine, [user])
        role = "arn:aws:sts::210987654321:assumed-role/demo"
        for number, names in enumerate(workers):
            self.assertEqual(names, [user, f"{role}/parent", f"{role}/worker-{number}"])

    def test_prefork(self):
        self.assertEqual(json.loads(self.run_python(PREFORK)), [0] * 6)

    def test_the_end_of_the_interpreter(self):
        self.run_python(
            "import stskit, logging; stskit.log_to('stskit', 5)\n"
            "session = stskit.Session(mfa=lambda serial: '1'); kept = session.credentials()\n"
            "sts = session.client('sts', region_name='us-east-1'); sts.get_caller_identity()\n"
            "import threading; threading.Thread(target=sts.get_caller_identity, daemon=True).start()"
        )

    def test_exceptions_in_callbacks(self):
        class Own(BaseException):
            pass

        error = Own("not an Exception")

        def ask():
            raise error

        session = stskit.Session(credentials=ask)
        for _ in range(2):
            with self.assertRaises(Own) as caught:
                session.client("sts").get_caller_identity()
            self.assertIs(caught.exception, error)
        with self.assertRaises(AttributeError):
            stskit.Session(credentials=lambda: None).credentials()

    def test_the_callback_for_mfa(self):
        self.write(
            "mfa",
            f"[profile mfa]\nrole_arn = {ROLE}\nsource_profile = base\nmfa_serial = arn:aws:iam::123456789012:mfa/stskit\n"
            f"[profile base]\naws_access_key_id = {self.emulator.key}\naws_secret_access_key = {self.emulator.secret}\n",
        )
        config = stskit.Config(config_file=os.path.join(self.home, "mfa"))
        asked = []

        def session(answer):
            return stskit.Session(profile_name="mfa", config=config, mfa=lambda serial: asked.append(serial) or answer)

        self.assertTrue(session("123456").credentials().session_token)
        self.assertTrue(session(123456).credentials().session_token)
        self.assertEqual(asked, ["arn:aws:iam::123456789012:mfa/stskit"] * 2)
        for wrong in ("1" * 500, "1\0", "\udc80"):
            with self.assertRaises(exceptions.ParamValidationError):
                session(wrong).credentials()

    def test_ctrl_c_ends_a_sign_in(self):
        self.write("config", f"{START}[sso-session corp]\nsso_start_url = {self.emulator.url}/start\nsso_region = us-east-1\n")
        session = stskit.Session(profile_name="dev")
        shown = []

        def show(code):
            shown.append((code, threading.current_thread()))
            threading.Timer(0.2, signal.raise_signal, [signal.SIGINT]).start()

        with self.assertRaises(KeyboardInterrupt):
            session.sign_in_with_device_code(show, timeout=60)
        self.assertEqual(shown[0][1], threading.current_thread())
        self.assertNotIn("device", repr(shown[0][0]).replace("DeviceCode", "").replace("/start/device", ""))
        # Nothing else was cancelled, and the thread ends.
        self.assertFalse(session.is_cancelled)
        limit = time.monotonic() + 20
        while any(thread.name.startswith("stskit-sign-in") for thread in threading.enumerate()):
            self.assertLess(time.monotonic(), limit)
            time.sleep(0.05)
        with self.assertRaises(exceptions.LoginRequiredError) as caught:
            session.credentials()
        self.assertEqual(caught.exception.login.command, "aws sso login --profile dev")

    def test_texts_that_cannot_be(self):
        for wrong in ("a\0b", "\udc80", 7):
            with self.assertRaises(exceptions.ParamValidationError):
                stskit.Session(profile_name=wrong).credentials()
        with self.assertRaises(exceptions.PartialCredentialsError):
            stskit.client("sts", aws_access_key_id="a")
        with self.assertRaises(exceptions.PartialCredentialsError):
            stskit.client("sts", aws_session_token="a")
        with self.assertRaises(exceptions.ParamValidationError):
            stskit.Session().presign("GET", "https://example.com/", service="s3", expires=-1)
        for options in ({"retries": {"x": 1}}, {"retries": {"mode": "x"}}, {"read_timeout": 0}, {"sts_regional_endpoints": "x"}):
            with self.assertRaises(exceptions.ParamValidationError):
                stskit.Session(config=stskit.Config(**options)).credentials()
        with self.assertRaises(exceptions.NotSupportedError):
            stskit.client("sts", verify=False)

    def test_the_configuration_of_botocore_serves(self):
        import botocore.config

        config = botocore.config.Config(retries={"total_max_attempts": 1}, connect_timeout=2, max_pool_connections=3)
        self.assertTrue(stskit.client("sts", config=config).get_caller_identity()["Arn"])
        with self.assertRaises(exceptions.NotSupportedError):
            stskit.client("sts", config=botocore.config.Config(client_cert="x"))

    def test_logging(self):
        import logging

        with self.assertLogs("stskit", 5) as seen:
            stskit.log_to("stskit", "DEBUG")
            stskit.Session().client("sts").get_caller_identity()
        self.assertTrue(seen.records)
        self.assertTrue(all(record.levelno >= logging.DEBUG for record in seen.records))
        self.assertTrue(all(record.name.startswith("stskit") for record in seen.records), seen.output)
        stskit.log_to(None)
        with self.assertRaises(exceptions.ParamValidationError):
            stskit.log_to("stskit", "LOUD")
        with self.assertNoLogs("stskit", 5):
            stskit.Session().client("sts").get_caller_identity()

    def test_shared_sessions(self):
        stskit.setup_default_session(region_name="eu-west-3")
        self.assertEqual(stskit.client("sts").meta.region_name, "eu-west-3")
        stskit.setup_default_session()
        self.assertEqual(stskit.client("sts").meta.region_name, "us-east-1")
        self.assertEqual(stskit.explain()["steps"][0]["outcome"], "used")
        self.assertEqual(stskit.credentials(region_name="eu-west-1").access_key_id, self.emulator.key)
        self.assertIn("authorization", stskit.sign("GET", "https://example.com/", service="s3"))
        self.assertIn("X-Amz-Signature=", stskit.presign("GET", "https://example.com/", service="s3"))


if __name__ == "__main__":
    unittest.main()
