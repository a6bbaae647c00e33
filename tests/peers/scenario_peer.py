"""Resolves credentials as boto3 or the AWS CLI do, for test_scenarios.py: a line of JSON for each, and one back.

Usage: scenario_peer.py boto3|cli HOME. In: env, profile (named in code), mfa (a code), url (of the emulator). Out: the
credentials, {"none": true}, or {"error": the exception's name, "message": its text}.

Each task has a fork of its own, so that no variable and no cache outlives it. The two have different versions of
botocore in one environment, so each is a process of its own. Every request goes to the emulator, wherever it is for.
"""

import contextlib
import gc
import io
import json
import os
import sys
import time
import urllib.parse

ASKED = "x-scenario-asked"


def redirect(url):
    """Leads all requests of botocore to the emulator, with the host they were for in their headers."""
    import botocore.httpsession

    original = botocore.httpsession.URLLib3Session.send
    emulator = urllib.parse.urlsplit(url)

    def send(self, request):
        asked = urllib.parse.urlsplit(request.url)
        request.headers[ASKED] = f"{asked.scheme}://{asked.netloc}"
        request.headers["Host"] = asked.netloc
        request.url = asked._replace(scheme=emulator.scheme, netloc=emulator.netloc).geturl()
        return original(self, request)

    botocore.httpsession.URLLib3Session.send = send


def remember_data():
    """Has botocore read each of its data files once: most of the time would go there."""
    import botocore.loaders

    original, read = botocore.loaders.JSONFileLoader.load_file, {}

    def load_file(self, path):
        if path not in read:
            read[path] = original(self, path)
        return read[path]

    botocore.loaders.JSONFileLoader.load_file = load_file


def prompt_with(code):
    """Has the assume-role provider ask us for MFA codes, not the terminal."""
    import botocore.credentials

    original = botocore.credentials.AssumeRoleProvider.__init__

    def prompter(_):
        if code is None:
            raise RuntimeError("nobody gives a code")
        return code

    def init(self, *arguments, **named):
        original(self, *arguments, **named)
        self._prompter = prompter

    botocore.credentials.AssumeRoleProvider.__init__ = init


def describe(credentials):
    if credentials is None:
        return {"none": True}
    frozen = credentials.get_frozen_credentials()
    return {
        "key": frozen.access_key,
        "secret": frozen.secret_key,
        "token": frozen.token,
        "account": getattr(frozen, "account_id", None),
        "expires": getattr(credentials, "_expiry_time", None) is not None,
    }


def with_boto3(task):
    import boto3

    try:
        return describe(boto3.Session(profile_name=task["profile"]).get_credentials())
    except Exception as error:
        return {"error": type(error).__name__, "message": str(error)}


def with_cli(task):
    """`aws sts get-caller-identity`, then the credentials that its session found. The last request is that call's."""
    import awscli.clidriver

    arguments = ["sts", "get-caller-identity"]
    if task["profile"] is not None:
        arguments += ["--profile", task["profile"]]
    said, found = io.StringIO(), []
    try:
        driver = awscli.clidriver.create_clidriver()
        original = driver.session.get_credentials

        def get_credentials():
            credentials = original()
            if not found:
                # Now, as the CLI would at its first request: a later reading might refresh them.
                found.append(describe(credentials))
            return credentials

        driver.session.get_credentials = get_credentials
        with contextlib.redirect_stderr(said), contextlib.redirect_stdout(io.StringIO()):
            status = driver.main(arguments)
    except Exception as error:
        return {"error": type(error).__name__, "message": str(error)}
    if found:
        return found[0]
    return {"error": f"exit status {status}", "message": said.getvalue().strip()}


def resolve(peer, task):
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "PYTHONUTF8", "AWS_DATA_PATH") if name in os.environ}
    os.environ.clear()
    os.environ.update(kept)
    os.environ.update(task["env"])
    time.sleep = lambda _: None
    redirect(task["url"])
    prompt_with(task["mfa"])
    return {"boto3": with_boto3, "cli": with_cli}[peer](task)


def forked(peer, task):
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.close(reader)
            with os.fdopen(writer, "w") as out:
                json.dump(resolve(peer, task), out)
            status = 0
        finally:
            os._exit(status)
    os.close(writer)
    with os.fdopen(reader) as answer:
        text = answer.read()
    _, status = os.waitpid(child, 0)
    return json.loads(text) if status == 0 else {"error": "the child died", "message": str(status)}


def main():
    peer, home = sys.argv[1:]
    # botocore looks for its cache folders in the home it is imported with.
    os.environ["HOME"] = home
    # The native package is for login sessions.
    os.environ.pop("BOTO_DISABLE_CRT", None)
    remember_data()
    # What every task needs, once: modules, and the data of services.
    if peer == "cli":
        import awscli.clidriver

        driver = awscli.clidriver.create_clidriver()
        driver._get_command_table()
        session = driver.session
    else:
        import boto3

        session = boto3.Session()._session
    session.create_client("sts", "us-east-1", aws_access_key_id="AKIDEXAMPLE", aws_secret_access_key="secret")
    session.create_client("sso", "us-east-1")

    # So that the forks share the memory of all this.
    gc.disable()
    gc.freeze()
    for line in sys.stdin:
        print(json.dumps(forked(peer, json.loads(line))), flush=True)


main()
