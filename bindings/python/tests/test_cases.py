"""Plays bindings/cases."""

import base64
import datetime
import io
import json
import logging
import os
import pathlib
import re
import tempfile
import threading
import time
import traceback
import unittest
import urllib.error
import urllib.request

import stskit
from stskit import exceptions
from support import CASES, Emulator, Environment, base_environment

MISSING = object()
CASE_KEYS = {"name", "emulator", "environment", "files", "client", "steps", "secrets"}
CLIENT_KEYS = {
    "profile", "region", "sso_region", "retry_mode", "endpoint_url", "max_attempts", "connect_timeout_ms",
    "read_timeout_ms", "operation_timeout_ms", "mfa_code", "mfa_fails", "source",
}  # fmt: skip
STEP_KEYS = {"do", "client", "expect", "error", "save"}


class OwnError(Exception):
    """What callbacks fail with here."""


def fail(*_):
    raise OwnError("the callback of the test fails")


def camel_to_snake(name):
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


class Player:
    """One case being played."""

    def __init__(self, case, home, emulator):
        self.case = case
        self.variables = {"HOME": home, "URL": emulator.url, "KEY": emulator.key, "SECRET": emulator.secret}
        self.session = None
        # What was printed, with where it came from.
        self.seen = []

    def fill(self, value):
        """Puts variables in their places."""
        if isinstance(value, str):
            return re.sub(r"\$\{(\w+)\}", lambda m: str(self.variables.get(m[1], m[0])), value)
        if isinstance(value, list):
            return [self.fill(item) for item in value]
        if isinstance(value, dict):
            return {key: self.fill(item) for key, item in value.items()}
        return value

    def make_session(self, given):
        given = dict(given)
        assert not set(given) - CLIENT_KEYS, given
        settings = {}
        if "profile" in given:
            settings["profile_name"] = given["profile"]
        if "endpoint_url" in given:
            settings["endpoint_url"] = given["endpoint_url"]
        if "mfa_code" in given:
            settings["mfa"] = lambda serial: given["mfa_code"]
        if "mfa_fails" in given:
            settings["mfa"] = fail
        options = {}
        if "region" in given:
            options["region_name"] = given["region"]
        if "sso_region" in given:
            options["sso_region"] = given["sso_region"]
        retries = {}
        if "retry_mode" in given:
            retries["mode"] = given["retry_mode"]
        if "max_attempts" in given:
            retries["total_max_attempts"] = given["max_attempts"]
        if retries:
            options["retries"] = retries
        for name in ("connect_timeout", "read_timeout", "operation_timeout"):
            if f"{name}_ms" in given:
                options[name] = given[f"{name}_ms"] / 1000
        settings["config"] = stskit.Config(**options)
        self.seen.append(("config", repr(settings["config"])))
        source = dict(given.get("source", {"kind": None}))
        kind = source.pop("kind")
        if kind is None:
            return stskit.Session(**settings)
        if kind in ("credentials", "callback"):
            fails, expires_in = source.pop("fails", False), source.pop("expires_in", None)
            if fails:
                return stskit.Session(credentials=fail, **settings)
            expiration = None if expires_in is None else time.time() + expires_in
            made = stskit.Credentials(**source, expiration=expiration)
            return stskit.Session(credentials=made if kind == "credentials" else lambda: made, **settings)
        if kind == "environment":
            return stskit.Session.with_environment(**settings)
        if kind == "process":
            return stskit.Session.with_process(**source, **settings)
        if kind == "web_identity":
            return stskit.Session.with_web_identity(**source, **settings)
        if kind == "sso_role":
            return stskit.Session.with_sso_role(**source, **settings)
        if kind == "assumed_role":
            return stskit.Session(**settings).with_role(**source["input"])
        raise AssertionError(f"unknown source {kind}")

    def play(self):
        case = self.case
        assert not set(case) - CASE_KEYS, set(case) - CASE_KEYS
        assert case["steps"], case
        for number, step in enumerate(case["steps"]):
            try:
                self.play_step(self.fill(step))
            except Exception as error:
                error.add_note(f"case {case['name']!r}, step {number}: {step}") if hasattr(error, "add_note") else None
                raise
        return self

    def play_step(self, step):
        given = {key: value for key, value in step.items() if key not in STEP_KEYS}
        do = getattr(self, f"do_{step['do']}")
        wanted = step.get("error")
        try:
            if "client" in step:
                session = self.make_session(step["client"])
            else:
                if self.session is None:
                    self.session = self.make_session(self.fill(self.case.get("client", {})))
                session = self.session
            came = do(session, **given)
            self.seen.append(("session", repr(session)))
        except (exceptions.Error, OwnError) as error:
            if wanted is None:
                raise
            self.check_error(error, wanted)
            return
        assert wanted is None, f"it should fail: {wanted}, but there came {came}"
        for pointer, check in step.get("expect", {}).items():
            check_value(find(came, pointer), check, pointer)
        for name, pointer in step.get("save", {}).items():
            value = find(came, pointer)
            assert value is not MISSING, pointer
            self.variables[name] = value

    def check_error(self, error, wanted):
        out = io.StringIO()
        traceback.print_exception(type(error), error, None, file=out)
        texts = [out.getvalue(), str(error), repr(error), str(getattr(error, "__dict__", "")), str(error.args)]
        self.seen += [("error", text) for text in texts]
        for key, value in wanted.items():
            if key == "own":
                assert isinstance(error, OwnError), repr(error)
            elif key == "message":
                for part in value:
                    assert part in error.message, f"{part!r} is not in {error.message!r}"
            elif key == "providers":
                for part in value:
                    assert any(part in line for line in error.providers), f"{part!r}: {error.providers}"
            elif key == "login":
                for name, text in value.items():
                    assert getattr(error.login, name) == text, f"{name}: {getattr(error.login, name)!r}, not {text!r}"
            elif key == "request_id":
                assert error.request_id and value is True
            else:
                assert key in ("status", "detail", "code", "operation", "http_status", "attempts", "retryable"), key
                found = getattr(error, key)
                assert found == value, f"{key} is {found!r}, not {value!r}: {error.message}"

    def do_credentials(self, session):
        found = session.credentials()
        printed = f"{found!r} {found} {[found]}"
        self.seen.append(("credentials", printed))
        assert found.secret_access_key not in printed
        assert not found.session_token or found.session_token not in printed
        names = ("access_key_id", "secret_access_key", "session_token", "expiration", "account_id")
        return {name: getattr(found, name) for name in names if getattr(found, name) is not None}

    def do_explain(self, session):
        report = session.explain()
        self.seen.append(("report", json.dumps(report)))
        return report

    def do_call(self, session, service, operation, input):
        client = session.client(service)
        self.seen.append(("client", f"{client!r} {vars(client)} {client.meta.__dict__}"))
        return getattr(client, method_name(client, operation))(**input)

    def do_paginate(self, session, service, operation, input, page_size=None, max_items=None, starting_token=None):
        client = session.client(service)
        config = {"PageSize": page_size, "MaxItems": max_items, "StartingToken": starting_token}
        pages = client.get_paginator(method_name(client, operation)).paginate(PaginationConfig=config, **input)
        return {"pages": list(pages), "resume_token": pages.resume_token}

    def do_presign_call(self, session, service, operation, input, expires_seconds):
        client = session.client(service)
        method = method_name(client, operation)
        return {"url": client.generate_presigned_url(method, input, expires_seconds, "GET")}

    def do_presign_get_caller_identity(self, session, expires_seconds, header=None):
        return {"url": session.presign_get_caller_identity(expires_seconds, header)}

    def do_sign(self, session, request, service, region=None, **fixed):
        request = dict(request)
        signer, more = self.signer(session, **fixed)
        return {"headers": signer.sign(service=service, region=region, **request, **more)}

    def do_presign(self, session, request, service, expires_seconds, region=None, **fixed):
        signer, more = self.signer(session, **fixed)
        return {"url": signer.presign(service=service, region=region, expires=expires_seconds, **request, **more)}

    def signer(self, session, credentials=None, time=None):
        if credentials is None:
            return session, {}
        return stskit.Credentials(**credentials), {"time": time}

    def do_token(self, session, kind, inputs, credentials=None, time=None):
        if credentials is None:
            made = session.token(kind, **inputs)
        else:
            made = stskit.Credentials(**credentials).get_token(kind, time=time, **inputs)
        return self.parts_of(made)

    def do_tokens(self, session, kind, inputs):
        source = session.tokens(kind, **inputs)
        made = [source.get(), source.get()]
        source.invalidate()
        made.append(source.get())
        self.seen.append(("source", f"{source!r} {source}"))
        return {"tokens": [self.parts_of(token) for token in made]}

    def parts_of(self, token):
        printed = f"{token!r} {token} {[token]}"
        self.seen.append(("token", printed))
        assert token.text not in printed
        parts = {**token.as_dict(), "expiration": token.expiration}
        assert (parts["token"], parts.get("user")) == (token.text, token.user)
        return parts

    def do_fetch(self, session, url, method="GET", headers=None, body=None):
        return fetch(url, method, headers or {}, body)

    def do_sign_in(self, session, flow, visit=False, fails=False, timeout_ms=None):
        came = {}
        visits = []

        def show(what):
            if fails:
                fail()
            if flow == "browser":
                came["url"] = page = what
            else:
                self.seen.append(("device code", repr(what)))
                came.update({name: getattr(what, name) for name in what.__slots__})
                page = what.verification_uri_complete
            if visit:
                visits.append(threading.Thread(target=fetch, args=(page, "GET", {}, None)))
                visits[-1].start()

        sign_in = session.sign_in_with_browser if flow == "browser" else session.sign_in_with_device_code
        sign_in(show, timeout=timeout_ms and timeout_ms / 1000)
        for thread in visits:
            thread.join()
        return came

    def do_sso_token(self, session):
        return {"token": session.sso_token()}

    def do_sign_out(self, session):
        session.sign_out()
        return {}

    def do_list_sso_accounts(self, session):
        return {"accountList": session.list_sso_accounts()}

    def do_list_sso_account_roles(self, session, account_id):
        return {"roleList": session.list_sso_account_roles(account_id)}

    def do_region(self, session):
        return {"region": session.region_name}

    def do_endpoint(self, session, service):
        return {"url": session.endpoint_url(service)}

    def do_cancel(self, session):
        session.cancel()
        assert session.is_cancelled
        return {}

    def do_reset(self, session):
        session.reset()
        assert not session.is_cancelled
        return {}


def method_name(client, operation):
    found = [method for method, name in client.meta.method_to_api_mapping.items() if name == operation]
    assert len(found) == 1, operation
    return found[0]


def fetch(url, method, headers, body):
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    request = urllib.request.Request(url, body and body.encode(), headers, method=method)
    try:
        with opener.open(request, timeout=20) as answer:
            return {"status": answer.status, "body": answer.read().decode()}
    except urllib.error.HTTPError as error:
        with error:
            return {"status": error.code, "body": error.read().decode()}


def find(value, pointer):
    """RFC 6901."""
    for part in pointer.split("/")[1:]:
        part = part.replace("~1", "/").replace("~0", "~")
        if isinstance(value, list):
            value = value[int(part)] if int(part) < len(value) else MISSING
        elif isinstance(value, dict):
            value = value.get(part, MISSING)
        else:
            return MISSING
    return value


def seconds(value):
    return value.timestamp() if isinstance(value, datetime.datetime) else value


def decode(text):
    """The payload of a JWT, or a JSON text."""
    if text.startswith("{"):
        return json.loads(text)
    part = text.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def check_value(value, check, where):
    said = f"{where} is {'not there' if value is MISSING else repr(value)}, wanted {check}"
    if not isinstance(check, dict):
        assert seconds(value) == check, said
        return
    assert check
    for kind, wanted in check.items():
        if kind == "equal":
            good = value == wanted
        elif kind == "absent":
            good = value is MISSING or value is None
        elif kind == "present":
            good = value is not MISSING and value is not None
        elif value is MISSING:
            good = False
        elif kind == "starts":
            good = value.startswith(wanted)
        elif kind == "ends":
            good = value.endswith(wanted)
        elif kind == "contains":
            good = all(part in value for part in ([wanted] if isinstance(wanted, str) else wanted))
        elif kind == "length":
            good = len(value) == wanted
        elif kind == "seconds_from_now":
            good = wanted[0] <= seconds(value) - time.time() <= wanted[1]
        elif kind == "milliseconds_from_now":
            good = wanted[0] <= value - time.time() * 1000 <= wanted[1]
        elif kind == "decoded":
            for pointer, inner in wanted.items():
                check_value(find(decode(value), pointer), inner, f"{where} {pointer}")
            good = True
        else:
            raise AssertionError(f"unknown check {kind}")
        assert good, said


class Lines(logging.Handler):
    def __init__(self):
        super().__init__(0)
        self.lines = []

    def emit(self, record):
        self.lines.append(f"{record.name} {record.getMessage()}")


def play(case):
    lines = Lines()
    logger = logging.getLogger("stskit")
    logger.addHandler(lines)
    logger.setLevel(stskit.TRACE)
    logger.propagate = False
    stskit.log_to(logger, stskit.TRACE)
    emulator = Emulator(*case.get("emulator", []))
    try:
        with tempfile.TemporaryDirectory() as home:
            player = Player(case, home, emulator)
            for name, text in case.get("files", {}).items():
                path = pathlib.Path(home, name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(player.fill(text), encoding="utf-8")
            environment = player.fill(case.get("environment", {}))
            with Environment({**base_environment(home, emulator.url), **environment}):
                player.play()
    finally:
        emulator.stop()
        stskit.log_to(None)
        logger.removeHandler(lines)
    for secret in player.fill(case.get("secrets", [])):
        assert "${" not in secret, secret
        for where, text in [*player.seen, *(("log", line) for line in lines.lines)]:
            assert secret not in text, f"a secret is in the {where}: {text.replace(secret, '<here>')}"
    return lines.lines


class Cases(unittest.TestCase):
    names = set()


def add(case):
    def test(self):
        play(case)

    assert case["name"] not in Cases.names, f"two cases are called {case['name']}"
    Cases.names.add(case["name"])
    setattr(Cases, "test " + case["name"], test)


for path in sorted(CASES.glob("*.json")):
    for entry in json.loads(path.read_text(encoding="utf-8")):
        add(entry)


class TheRunner(unittest.TestCase):
    def test_it_can_fail(self):
        case = {
            "name": "x",
            "environment": {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"},
            "steps": [{"do": "credentials", "expect": {"/access_key_id": "other"}}],
        }
        with self.assertRaises(AssertionError):
            play(case)
        good = {**case, "steps": [{"do": "credentials", "expect": {"/access_key_id": "a"}}]}
        self.assertTrue(play(good), "no line was logged")
        for wrong in ({"secrets": ["stskit"]}, {"unknown": 1}, {"steps": [{"do": "credentials", "error": {}}]}):
            with self.assertRaises(AssertionError):
                play({**good, **wrong})
        self.assertGreater(len(Cases.names), 70)
