"""The program stskit as people and SDKs use it: in shells, in pipes, on a terminal, as credential_process of boto3 and
of the AWS SDK for JavaScript, and as a container's agent.

The program is named by STSKIT_PROGRAM; STSKIT_NODE is a Node with the packages of tests/peers/js. Both missing are
failures, not skips.
"""

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading
import unittest
import urllib.request

HOME = tempfile.TemporaryDirectory()
os.environ["HOME"] = HOME.name

import support  # noqa: E402
from recorder import Recorder  # noqa: E402
from terminal import Person  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
PROGRAM = os.environ.get("STSKIT_PROGRAM", "")
ACCOUNT = "123456789012"
USER = f"arn:aws:iam::{ACCOUNT}:user/stskit"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/demo"
SERIAL = f"arn:aws:iam::{ACCOUNT}:mfa/ann"
START_URL = "https://d-abc123.awsapps.com/start"
FORMATS = ("process", "env", "env-no-export", "powershell", "windows-cmd", "fish", "json")
SECRETS = r"IQoJ[A-Za-z0-9+/=_-]{20}|aoaAAAAA|aorAAAAA|eyJraWQi|(?<![\w+/=.%-])(?=[\w+/]*[g-zG-Z+])[\w+/]{40}(?![\w+/=.%-])"


def tearDownModule():
    HOME.cleanup()


class Case(unittest.TestCase):
    arguments = ()

    @classmethod
    def setUpClass(cls):
        cls.emulator = support.Emulator(*cls.arguments)
        cls.addClassCleanup(cls.emulator.stop)
        environment = support.clean_environment(HOME.name)
        for name in set(os.environ) - set(environment):
            del os.environ[name]
        os.environ.update(environment)

    def setUp(self):
        self.home = tempfile.TemporaryDirectory()
        self.addCleanup(self.home.cleanup)
        keys = self.emulator.keys
        self.environment = {
            **support.clean_environment(self.home.name),
            **{n: v for n, v in self.emulator.environment.items() if n.startswith("AWS_ENDPOINT_URL_")},
            "AWS_REGION": "us-east-1",
            "AWS_DEFAULT_REGION": "us-east-1",
        }
        self.sections = {
            "profile static": {
                "aws_access_key_id": keys["AccessKeyId"],
                "aws_secret_access_key": keys["SecretAccessKey"],
            },
            "profile role": {"role_arn": ROLE, "source_profile": "static", "role_session_name": "me"},
            "profile mfa": {"role_arn": ROLE, "source_profile": "static", "mfa_serial": SERIAL},
            "profile process": {"credential_process": f"'{PROGRAM}' export-credentials --profile role"},
            "profile sso": {"sso_session": "dev", "sso_account_id": ACCOUNT, "sso_role_name": "ReadOnly"},
            "profile over-sso": {"role_arn": ROLE, "source_profile": "sso"},
            "sso-session dev": {
                "sso_region": "us-east-1",
                "sso_start_url": START_URL,
                "sso_registration_scopes": "sso:account:access",
            },
            "profile empty": {"region": "eu-west-1"},
            "profile broken": {"role_arn": ROLE},
        }
        self.configure()

    def configure(self, **more):
        self.sections.update(more)
        with open(self.environment["AWS_CONFIG_FILE"], "w") as file:
            for name, keys in self.sections.items():
                file.write(f"[{name}]\n" + "".join(f"{key} = {value}\n" for key, value in keys.items()))

    def run_program(self, *arguments, status=0, errors="", **variables):
        """What it prints; its status and what it says on standard error have to be these."""
        result = subprocess.run(
            [PROGRAM, *arguments],
            env={**self.environment, **variables},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            start_new_session=True,
        )
        self.assertEqual(result.returncode, status, result.stderr)
        if not errors:
            self.assertEqual(result.stderr, "")
        else:
            self.assertRegex(result.stderr, errors)
            self.assertNotRegex(result.stderr, SECRETS)
        return result.stdout

    def person(self, *arguments, **variables):
        person = Person([PROGRAM, *arguments], {**self.environment, **variables})
        self.addCleanup(person.process.kill)
        return person


class Export(Case):
    def test_formats_in_shells(self):
        """What each shell has in its variables afterwards is what the process format says."""
        keys = json.loads(self.run_program("export-credentials", "--profile", "role"))
        self.assertEqual(list(keys), ["Version", "AccessKeyId", "SecretAccessKey", "SessionToken", "Expiration"])
        self.assertRegex(keys["Expiration"], r"\+00:00$")
        names = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_CREDENTIAL_EXPIRATION")
        wanted = dict(zip(names, [keys[name] for name in list(keys)[1:]]))
        show = "'" + sys.executable + "' -c 'import json, os; print(json.dumps(dict(os.environ)))'"
        exported = "export " + " ".join(names)
        for shell, script in (
            ("bash", f'eval "$("$0" export-credentials --profile role --format env)"; {show}'),
            ("dash", f'eval "$("$0" export-credentials --profile role --format env)"; {show}'),
            ("bash", f'. <("$0" export-credentials --profile role --format env-no-export); {exported}; {show}'),
            ("dash", f'eval "$("$0" export-credentials --profile role --format env-no-export)"; {exported}; {show}'),
            ("fish", f"'{PROGRAM}' export-credentials --profile role --format fish | source; {show}"),
        ):
            with self.subTest((shell, script)):
                command = [shell, "-c", script, *([PROGRAM] if shell != "fish" else [])]
                done = subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=60)
                self.assertEqual((done.returncode, done.stderr), (0, ""))
                found = json.loads(done.stdout)
                # The role's credentials come from ~/.aws/cli/cache the second time: they are the same.
                self.assertEqual({name: found.get(name) for name in names}, wanted)

    def test_formats_as_the_aws_cli_writes_them(self):
        """Its `export-credentials` is not in the AWS CLI of PyPI: these are its templates."""
        keys = json.loads(self.run_program("export-credentials", "--profile", "role"))
        values = [keys[name] for name in list(keys)[1:]]
        names = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_CREDENTIAL_EXPIRATION")
        for format, line in (
            ("env", "export {}={}\n"),
            ("env-no-export", "{}={}\n"),
            ("powershell", '$Env:{}="{}"\n'),
            ("windows-cmd", "set {}={}\n"),
            ("fish", 'set -gx {} "{}"\n'),
        ):
            printed = self.run_program("export-credentials", "--profile", "role", "--format", format)
            self.assertEqual(printed, "".join(line.format(*pair) for pair in zip(names, values)))
            # Two lines for keys that do not expire.
            printed = self.run_program("export-credentials", "--profile", "static", "--format", format)
            long_term = list(self.emulator.keys.values())
            self.assertEqual(printed, "".join(line.format(*pair) for pair in zip(names, long_term)))
        printed = self.run_program("export-credentials", "--profile", "role")
        self.assertEqual(printed, json.dumps(keys, indent=2, separators=(",", ": ")) + "\n")
        printed = json.loads(self.run_program("export-credentials", "--profile", "role", "--format", "json"))
        self.assertEqual(printed, {**keys, "AccountId": ACCOUNT})

    def test_values_that_shells_would_read_otherwise(self):
        secret = "a'b\"c$d`e\\f;g&h i"
        variables = {"AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": secret}
        for shell, format in (("bash", "env"), ("dash", "env"), ("fish", "fish")):
            script = f"'{PROGRAM}' export-credentials --format {format}"
            script = f"{script} | source" if shell == "fish" else f'eval "$({script})"'
            script += f"; '{sys.executable}' -c 'import os; print(os.environ[\"AWS_SECRET_ACCESS_KEY\"])'"
            done = subprocess.run(
                [shell, "-c", script], env={**self.environment, **variables}, capture_output=True, text=True, timeout=60
            )
            self.assertEqual((done.stdout, done.stderr), (secret + "\n", ""), shell)
        self.run_program("export-credentials", "--format", "windows-cmd", status=255, errors="process", **variables)

    def test_loops(self):
        line = f"'{PROGRAM}' export-credentials --profile "
        self.configure(**{
            "profile a": {"credential_process": line + "b"},
            "profile b": {"credential_process": line + "a"},
            "profile self": {"credential_process": line + "self"},
            "profile c1": {"credential_process": line + "c2"},
            "profile c2": {"credential_process": line + "c3"},
            "profile c3": {"credential_process": line + "static"},
            "profile c0": {"credential_process": line + "c1"},
        })
        for name, path in (("a", "a -> b -> a"), ("self", "self -> self"), ("c0", "c0 -> c1 -> c2 -> c3 -> static")):
            errors = re.compile(re.escape(path))
            self.assertEqual(self.run_program("export-credentials", "--profile", name, status=255, errors=errors), "")
        # As long as it is allowed, and begun by the AWS CLI.
        self.run_program("export-credentials", "--profile", "c1")
        chain = {"_AWS_CLI_PROFILE_CHAIN": '"x,y",a'}
        self.run_program("export-credentials", "--profile", "a", status=253, errors=r"x,y -> a -> a", **chain)
        self.run_program("export-credentials", "--profile", "b", status=255, errors=r"x,y -> a -> b -> a", **chain)

    def test_mfa_is_asked_on_the_terminal(self):
        person = self.person("export-credentials", "--profile", "mfa")
        person.wait_for(f"Enter MFA code for {SERIAL}: ")
        person.type("123456\n")
        status, output, errors = person.end()
        self.assertEqual((status, errors), (0, ""))
        keys = json.loads(output)
        # The next one needs no code: the credentials are where the AWS CLI keeps them.
        self.assertEqual(json.loads(self.run_program("export-credentials", "--profile", "mfa")), keys)

    def test_no_terminal_for_mfa(self):
        self.run_program("export-credentials", "--profile", "mfa", status=253, errors="no terminal")


class Waiting(Case):
    COMMANDS = (
        "export-credentials",
        "whoami",
        "exec -- true",
        "sts get-caller-identity",
        "token rds --hostname db.abc.us-east-1.rds.amazonaws.com --port 5432 --username app",
    )

    def test_a_person_is_told_that_something_is_waited_for(self):
        go = os.path.join(self.home.name, "go")
        wait = f"while ! [ -e {go} ]; do sleep 0.05; done; exec \"$0\" export-credentials --profile static"
        self.configure(**{"profile slow": {"credential_process": f"sh -c '{wait}' {PROGRAM}"}})
        for command in self.COMMANDS:
            script = f'"$0" --profile slow {command} 2>/dev/tty'
            person = Person(["sh", "-c", script, PROGRAM], self.environment)
            self.addCleanup(person.process.kill)
            person.wait_for("stskit: still waiting for an answer; --debug shows from where\n")
            open(go, "w").close()
            self.assertEqual(person.end()[0], 0, person.shown)
            os.remove(go)

    def test_nobody_else_is(self):
        wait = "sleep 1.2; exec \"$0\" export-credentials --profile static"
        self.configure(**{"profile slow": {"credential_process": f"sh -c '{wait}' {PROGRAM}"}})
        self.run_program("whoami", "--profile", "slow")


class Commands(Case):
    def test_whoami(self):
        printed = self.run_program("whoami", "--profile", "role")
        self.assertRegex(printed, rf"^Arn      arn:aws:sts::{ACCOUNT}:assumed-role/demo/me\nAccount  {ACCOUNT}\n")
        self.assertRegex(printed, r"\nProfile  role\nSource   assume role\nExpires  20")
        said = json.loads(self.run_program("whoami", "--profile", "static", "--json"))
        self.assertEqual((said["Arn"], said["Expiration"], said["Source"]), (USER, None, "keys in the config file"))

    def test_explain(self):
        plain = self.run_program("explain", "--profile", "role")
        self.assertIn("profile role (on the command line)", plain)
        self.assertNotIn("\x1b", plain)
        self.assertNotRegex(plain, SECRETS)
        report = json.loads(self.run_program("explain", "--profile", "role", "--json"))
        self.assertEqual([link["provider"] for link in report["path"]], ["config-file", "assume-role"])
        self.assertIn("\x1b[32m", self.run_program("explain", "--profile", "role", "--color", "on"))
        printed = self.run_program("explain", "--profile", "broken", status=253)
        self.assertRegex(printed, r"assume role +failed")
        self.assertIn("No credentials:", printed)

    def test_explain_on_a_terminal(self):
        script = '"$0" explain --profile static >/dev/tty'
        for variables, coloured in (({"TERM": "xterm"}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)):
            person = Person(["sh", "-c", script, PROGRAM], {**self.environment, "TERM": "xterm", **variables})
            self.addCleanup(person.process.kill)
            self.assertEqual(person.end()[0], 0)
            self.assertEqual("\x1b[" in person.shown, coloured, variables)

    def test_profiles(self):
        variables = {"AWS_REGION": "", "AWS_DEFAULT_REGION": ""}
        listed = json.loads(self.run_program("profiles", "--json", "--profile", "role", **variables))
        rows = {row["Name"]: row for row in listed}
        kinds = {name: row["Kind"] for name, row in rows.items()}
        self.assertEqual(kinds, {
            "static": "config-file",
            "role": "config-file -> assume-role",
            "mfa": "config-file -> assume-role",
            "process": "process",
            "sso": "sso",
            "over-sso": "sso -> assume-role",
            "empty": "settings only",
            "broken": "unusable",
        })
        self.assertEqual([name for name, row in rows.items() if row["Current"]], ["role"])
        self.assertEqual(rows["empty"]["Region"], "eu-west-1")
        self.assertRegex(rows["broken"]["Problem"], "source_profile")
        printed = self.run_program("profiles")
        self.assertNotRegex(printed, SECRETS)
        self.assertRegex(printed, rf"(?m)^  role +config-file -> assume-role +{ROLE}$")
        self.assertEqual(self.run_program("profiles", "--names").split(), sorted(kinds))

    def test_exec(self):
        parent = {
            "AWS_PROFILE": "role",
            "AWS_DEFAULT_PROFILE": "role",
            "AWS_SESSION_TOKEN": "of the parent",
            "AWS_SECURITY_TOKEN": "of the parent",
            "AWS_ROLE_ARN": ROLE,
            "AWS_CONTAINER_AUTHORIZATION_TOKEN": "of the parent",
        }
        show = [sys.executable, "-c", "import json, os; print(json.dumps(dict(os.environ)))"]
        for command in (["--", *show], show):
            found = json.loads(self.run_program("exec", "--profile", "static", *command, **parent))
            self.assertEqual(found["AWS_ACCESS_KEY_ID"], self.emulator.keys["AccessKeyId"])
            self.assertEqual(found["AWS_SECRET_ACCESS_KEY"], self.emulator.keys["SecretAccessKey"])
            self.assertEqual(set(parent) & set(found), set(), "of the parent")
            self.assertEqual(found["AWS_REGION"], "us-east-1")
        found = json.loads(self.run_program("exec", "--", *show, **parent))
        self.assertRegex(found["AWS_SESSION_TOKEN"], "^IQoJ")
        self.assertEqual(found["AWS_ACCOUNT_ID"], ACCOUNT)
        arn = "import boto3; print(boto3.client('sts').get_caller_identity()['Arn'])"
        printed = self.run_program("exec", "--profile", "role", "--", sys.executable, "-c", arn)
        self.assertEqual(printed, f"arn:aws:sts::{ACCOUNT}:assumed-role/demo/me\n")

    def test_exec_is_its_command(self):
        for script, status in (("exit 7", 7), ("kill -TERM $$", -signal.SIGTERM), ("kill -INT $$", -signal.SIGINT)):
            self.run_program("exec", "--profile", "static", "--", "sh", "-c", script, status=status)
        # A signal to the program reaches the command, as they are one process.
        command = [PROGRAM, "exec", "--profile", "static", "--", "sh", "-c", "trap 'echo got it; exit 3' TERM; echo up; while :; do sleep 0.05; done"]
        with subprocess.Popen(command, env=self.environment, stdout=subprocess.PIPE, text=True) as process:
            self.assertEqual(process.stdout.readline(), "up\n")
            process.send_signal(signal.SIGTERM)
            self.assertEqual((process.stdout.read(), process.wait(30)), ("got it\n", 3))
        # It does not inherit that we ignore SIGPIPE.
        self.run_program("exec", "--profile", "static", "--", "sh", "-c", "kill -PIPE $$", status=-signal.SIGPIPE)
        self.run_program("exec", "--profile", "static", "--", "no-such-command", status=127, errors="cannot be started")
        self.run_program("exec", "--profile", "static", "--", "/etc/passwd", status=126, errors="cannot be started")
        self.run_program("exec", "--profile", "static", status=252, errors="needs a command")

    def test_debug_tells_the_flow_and_no_secret(self):
        errors = re.compile(
            rf"debug: POST http://127\.0\.0\.1:\d+/, signed with {self.emulator.keys['AccessKeyId']}, attempt 1\n"
            r"(stskit: (debug|warning): .*\n)*stskit: debug: status 200 after \d+ ms"
        )
        self.run_program("whoami", "--profile", "role", "--debug", errors=errors)

    def test_completions_and_man(self):
        for shell in ("bash", "fish"):
            script = self.run_program("completions", shell)
            checked = subprocess.run([shell, "-n"], input=script, capture_output=True, text=True, timeout=60)
            self.assertEqual((checked.returncode, checked.stderr), (0, ""), shell)
        self.assertTrue(self.run_program("completions", "zsh").startswith("#compdef stskit\n"))
        script = self.run_program("completions", "bash")
        for line, expected in (
            ("stskit exp", ["export-credentials", "explain"]),
            ("stskit export-credentials --fo", ["--format"]),
            ("stskit export-credentials --format wi", ["windows-cmd"]),
            ("stskit sts assume-role-with-s", ["assume-role-with-saml"]),
            ("stskit sts assume-role --role", ["--role-arn", "--role-session-name"]),
            ("stskit whoami --profile over", ["over-sso"]),
            ("stskit sso list-accounts --page", ["--page-size"]),
        ):
            words = line.split()
            ask = f"COMP_WORDS=({line}); COMP_CWORD={len(words) - 1}; _stskit; printf '%s\\n' \"${{COMPREPLY[@]}}\""
            folder = os.path.dirname(PROGRAM)
            environment = {**self.environment, "PATH": f"{folder}:{os.environ['PATH']}"}
            done = subprocess.run(["bash", "-c", script + ask], env=environment, capture_output=True, text=True, timeout=60)
            self.assertEqual((done.stdout.split(), done.stderr), (expected, ""), line)
        done = subprocess.run(
            ["fish", "-c", self.run_program("completions", "fish") + "complete -C 'stskit sts assume-role --role'"],
            env=self.environment, capture_output=True, text=True, timeout=60,
        )
        self.assertEqual([word.split("\t")[0] for word in done.stdout.splitlines()], ["--role-arn", "--role-session-name"])
        page = self.run_program("man")
        for part in (".TH STSKIT 1", "export\\-credentials", "EXIT STATUS", "\\-\\-profile"):
            self.assertIn(part, page)

    def test_help(self):
        for command in ([], ["export-credentials"], ["sts"], ["sts", "assume-role"], ["sso"], ["exec"], ["serve"],
                        ["emulate"], ["login"], ["logout"], ["completions"], ["man"], ["profiles"], ["explain"]):
            printed = self.run_program(*command, "--help")
            self.assertIn("Usage: stskit", printed, command)
            if len(command) == 1 and command != ["emulate"]:
                self.assertEqual(self.run_program("help", *command).splitlines()[0], printed.splitlines()[0])
        self.assertRegex(self.run_program("--version"), r"^stskit \d+\.\d+\.\d+\n$")

    def test_emulate(self):
        with subprocess.Popen([PROGRAM, "emulate"], env=self.environment, stdout=subprocess.PIPE, text=True) as process:
            lines = [process.stdout.readline() for _ in range(3)]
            process.kill()
        self.assertTrue(all(line.startswith("export AWS_") for line in lines), lines)


class BadInput(Case):
    def test_table(self):
        role = ["sts", "assume-role", "--role-arn", ROLE, "--role-session-name", "me"]
        for arguments, status, errors in (
            ([], 252, "no command is given"),
            (["exprot-credentials"], 252, "unknown command \"exprot-credentials\"\nstskit: did you mean export-credentials"),
            (["whoami", "--profil", "x"], 252, "unknown option --profil\nstskit: did you mean --profile"),
            (["whoami", "-x"], 252, "unknown option -x"),
            (["whoami", "more"], 252, "a word too much"),
            (["whoami", "--profile"], 252, "--profile needs a value"),
            (["whoami", "--profile", "--json"], 252, "--profile needs a value, and --json is the next option"),
            (["whoami", "--json=yes"], 252, "--json takes no value"),
            (["whoami", "--profile", "rolle"], 253, r"the profile \"rolle\" \(from the command line\).*did you mean \"role\"\?"),
            (["whoami", "--profile", "zzz"], 253, r"the profile \"zzz\""),
            (["whoami", "--profile", "static", "--cli-read-timeout", "soon"], 252, "soon"),
            (["whoami", "--no-verify-ssl"], 252, "--ca-bundle"),
            (["whoami", "--profile", "static", "--ca-bundle", "/nowhere"], 253, "CA bundle"),
            (["whoami", "--profile", "static", "--region", "us east"], 253, "region"),
            (["whoami", "--profile", "static", "--endpoint-url", "nonsense"], 253, "endpoint"),
            (["whoami", "--profile", "static", "--endpoint-url", "http://127.0.0.1:1"], 255, "127.0.0.1:1"),
            (["export-credentials", "--format", "yaml"], 252, "\"yaml\" is none of process, env"),
            (["whoami", "--profile", "broken"], 253, "source_profile"),
            (["whoami", "--profile", "empty"], 253, "no credentials found"),
            (["sts"], 252, "no operation"),
            (["sts", "asume-role"], 252, "did you mean assume-role"),
            (["sso", "login"], 252, "stskit login"),
            (["sts", "assume-role"], 252, "assume-role needs --role-arn, --role-session-name"),
            ([*role, "--rol-arn", "x"], 252, "did you mean --role-arn"),
            ([*role, "--duration-seconds", "long"], 252, "--duration-seconds: a whole number"),
            ([*role, "--duration-seconds", "1"], 252, "DurationSeconds"),
            ([*role, "--tags", "Key=team", "Valu"], 252, r"--tags: a '=' is missing \(character 5\)"),
            ([*role, "--tags", '[{"Key": "half'], 252, "--tags is not JSON"),
            ([*role, "--tags", "Key=a,Other=b"], 252, "Other"),
            ([*role, "--policy", "file:///nowhere"], 252, "--policy: the file /nowhere cannot be read"),
            ([*role, "--cli-input-json", '{"RoleArn": '], 252, "--cli-input-json is not JSON"),
            ([*role, "--cli-input-json", "[]"], 252, "--cli-input-json is not a JSON object"),
            ([*role, "--cli-input-json", '{"RolArn": "x"}'], 252, "RolArn"),
            ([*role, "--query", "a[", "--profile", "static"], 252, "--query is no JMESPath"),
            ([*role, "--output", "table"], 252, "--output \"table\" is not there"),
            (["login", "--sso-session", "dve"], 253, r"no \[sso-session dve\]; there are: dev"),
            (["logout", "--profile", "static"], 253, "no IAM Identity Center"),
            (["serve", "--profile", "static", "--port", "99999"], 252, "99999"),
            (["emulate", "--nonsense"], 255, "unknown argument"),
            (["completions", "tcsh"], 252, "bash, zsh, fish"),
            (["whoami", "--profile", "sso"], 253, "aws sso login --profile sso`\nstskit: or with `stskit login --profile sso`"),
        ):
            with self.subTest(arguments):
                printed = self.run_program(*arguments, status=status, errors=re.compile("^stskit: [\\s\\S]*" + errors))
                self.assertEqual(printed, "")

    def test_a_word_that_is_not_utf8(self):
        result = subprocess.run([PROGRAM, "whoami", "--profile", b"\xff"], env=self.environment, capture_output=True, timeout=60)
        self.assertEqual((result.returncode, result.stdout), (252, b""))
        self.assertIn(b"UTF-8", result.stderr)

    def test_outputs_that_cannot_be_written(self):
        command = f"'{PROGRAM}' export-credentials --profile static"
        for script, status, said in (
            (f"{command} >/dev/full", 255, "standard output cannot be written"),
            (f"{command} >/dev/null", 0, ""),
            (f"{command} 2>&- >/dev/null", 0, ""),
            (f"'{PROGRAM}' nonsense 2>&-", 252, ""),
            (f"'{PROGRAM}' nonsense 2>/dev/full", 252, ""),
            # Nobody reads: quiet.
            (f"set -o pipefail; {{ sleep 0.3; {command}; }} | true", 141, ""),
        ):
            done = subprocess.run(["bash", "-c", script], env=self.environment, capture_output=True, text=True, timeout=60)
            self.assertEqual(done.returncode, status, script)
            self.assertIn(said, done.stderr)
            self.assertEqual(done.stderr == "", said == "", done.stderr)

    def test_no_home(self):
        """Not even in the user database: keys need none, tokens do."""
        environment = {n: v for n, v in self.environment.items() if n not in ("HOME", "AWS_CONFIG_FILE")}
        self.environment = {**environment, "HOME": "/nowhere"}
        keys = {"AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "secret"}
        self.run_program("export-credentials", **keys)
        self.run_program("export-credentials", status=253, errors="no credentials found")

    def test_a_home_that_is_read_only(self):
        """Credentials come, they are only not kept: one warning."""
        if os.geteuid() == 0:
            # The superuser may write everywhere but below what is no folder.
            os.mkdir(os.path.join(self.home.name, ".aws"))
            open(os.path.join(self.home.name, ".aws", "cli"), "w").close()
        else:
            os.chmod(self.home.name, 0o500)
            self.addCleanup(os.chmod, self.home.name, 0o700)
        printed = self.run_program("export-credentials", "--profile", "role", errors=r"^stskit: warning: .*not kept[^\n]*\n$")
        self.assertRegex(json.loads(printed)["SessionToken"], "^IQoJ")

    def test_files_that_cannot_be_read(self):
        for content, said in (("[profile half\n", "line 1"), ("\udcff", "not UTF-8")):
            with open(self.environment["AWS_CONFIG_FILE"], "w", errors="surrogateescape") as file:
                file.write(content)
            for command in (["export-credentials"], ["profiles"], ["whoami"], ["exec", "--", "true"], ["login"]):
                self.assertEqual(self.run_program(*command, status=253, errors=said), "")


class SignIn(Case):
    arguments = ("--approve-after", "1", "--token-lifetime", "1200")

    def token_file(self):
        folder = os.path.join(self.home.name, ".aws", "sso", "cache")
        found = []
        for name in os.listdir(folder):
            if not name.endswith(".json"):
                continue
            with open(os.path.join(folder, name)) as file:
                if "accessToken" in (document := json.load(file)):
                    found.append((os.path.join(folder, name), document))
        (only,) = found
        return only

    def test_by_code_in_a_pipe(self):
        for arguments in (["--sso-session", "dev"], ["--profile", "sso"], ["--profile", "over-sso"], []):
            said = r"/start/device\?user_code=([A-Z]{4}-[A-Z]{4})\nstskit: and check that it shows the code \1"
            printed = self.run_program("login", *arguments, errors=said)
            self.assertRegex(printed, rf"^Signed in to {re.escape(START_URL)} until 20.*Z\.\n$")
            self.run_program("whoami", "--profile", "sso")
            self.assertEqual(self.run_program("logout"), "Signed out of 1 session.\n")
            self.assertEqual(self.run_program("logout", "--profile", "sso"), "Nobody was signed in.\n")
            self.assertEqual(self.run_program("logout"), "Nobody was signed in.\n")

    def test_by_code_on_a_terminal(self):
        """With a picture of the page on standard error, which is the terminal here."""
        person = Person(["sh", "-c", '"$0" login --sso-session dev 2>/dev/tty', PROGRAM], self.environment)
        self.addCleanup(person.process.kill)
        status, output, _ = person.end()
        self.assertEqual(status, 0)
        self.assertRegex(output, "^Signed in to ")
        self.assertIn("waiting until", person.shown)
        rows = [line for line in person.shown.splitlines() if line.startswith("\x1b[30;107m")]
        self.assertGreater(len(rows), 10, "a QR code")
        self.assertEqual({len(row) for row in rows}, {len(rows[0])}, "all of one width")
        self.assertNotRegex(person.shown, SECRETS)

    def browser(self):
        """A browser that follows redirects and shows nothing."""
        path = os.path.join(self.home.name, "browser")
        with open(path, "w") as file:
            file.write(f"#!{sys.executable}\nimport sys, urllib.request\nprint('noise')\n")
            file.write("urllib.request.urlopen(sys.argv[1], timeout=20).read()\n")
        os.chmod(path, 0o755)
        return path

    def test_by_browser(self):
        printed = self.run_program("login", "--sso-session", "dev", errors="authorize\\?", BROWSER=self.browser())
        self.assertRegex(printed, "^Signed in to ")
        _, token = self.token_file()
        self.assertIn("refreshToken", token)
        # The AWS SDK for Python finds it.
        script = "import boto3; print(boto3.Session(profile_name='sso').client('sts').get_caller_identity()['Arn'])"
        done = subprocess.run([sys.executable, "-c", script], env=self.environment, capture_output=True, text=True, timeout=60)
        self.assertIn("AWSReservedSSO_ReadOnly", done.stdout, done.stderr)

    def test_a_browser_that_is_not_there(self):
        command = ["login", "--sso-session", "dev"]
        process = subprocess.Popen(
            [PROGRAM, *command], env={**self.environment, "BROWSER": "/nowhere"}, stderr=subprocess.PIPE, text=True,
            stdout=subprocess.DEVNULL,
        )
        lines = [process.stderr.readline() for _ in range(3)]
        self.assertIn("/nowhere cannot be started", lines[2])
        urllib.request.urlopen(lines[1].removeprefix("stskit: ").strip(), timeout=20).read()
        self.assertEqual(process.wait(30), 0)
        process.stderr.close()

    def test_no_browser_is_opened(self):
        for option in ("--no-browser", "--use-device-code"):
            errors = "user_code="
            self.run_program("login", "--sso-session", "dev", option, errors=errors, BROWSER="/nowhere")

    def test_fifty_at_once_on_a_session_that_ends(self):
        self.run_program("login", "--sso-session", "dev", errors="user_code=")
        path, token = self.token_file()
        token["expiresAt"] = "2020-01-01T00:00:00Z"
        with open(path, "w") as file:
            json.dump(token, file)
        recorder = Recorder(self.emulator.url)
        self.addCleanup(recorder.stop)
        self.environment["AWS_ENDPOINT_URL_SSO_OIDC"] = recorder.url
        command = [PROGRAM, "export-credentials", "--profile", "sso"]
        running = [
            subprocess.Popen(command, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            for _ in range(50)
        ]
        for process in running:
            output, errors = process.communicate(timeout=120)
            self.assertEqual((process.returncode, errors), (0, ""))
            self.assertIn("SessionToken", json.loads(output))
        refreshes = [request for request in recorder.take() if b"refresh_token" in request.body]
        self.assertEqual(len(refreshes), 1)


class Sdks(Case):
    """Other programs that get their credentials from this one."""

    def javascript(self, provider, **variables):
        script = os.path.join(HERE, "js", "credentials.mjs")
        done = subprocess.run(
            [os.environ["STSKIT_NODE"], script, provider],
            env={**self.environment, **variables}, capture_output=True, text=True, timeout=120,
        )
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return json.loads(done.stdout)

    def test_credential_process(self):
        keys = json.loads(self.run_program("export-credentials", "--profile", "role"))
        script = "import boto3; c = boto3.Session(profile_name='process').get_credentials().get_frozen_credentials(); print(*c[:3])"
        done = subprocess.run([sys.executable, "-c", script], env=self.environment, capture_output=True, text=True, timeout=60)
        wanted = [keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"]]
        self.assertEqual(done.stdout.split(), wanted, done.stderr)
        found = self.javascript("fromProcess", AWS_PROFILE="process")
        self.assertEqual([found["accessKeyId"], found["secretAccessKey"], found["sessionToken"]], wanted)
        self.assertEqual(json.loads(self.run_program("export-credentials", "--profile", "process")), keys)

    def serve(self, *arguments):
        process = subprocess.Popen([PROGRAM, "serve", *arguments], env=self.environment, stdout=subprocess.PIPE, text=True)

        def stop():
            process.kill()
            process.wait()
            process.stdout.close()

        self.addCleanup(stop)
        lines = [process.stdout.readline() for _ in range(2)]
        return dict(re.fullmatch(r"export (AWS_\w+)=(\S+)\n", line).groups() for line in lines)

    def test_serve(self):
        for profile in ("role", "static"):
            served = self.serve("--profile", profile)
            keys = json.loads(self.run_program("export-credentials", "--profile", profile))
            wanted = [keys["AccessKeyId"], keys["SecretAccessKey"], keys.get("SessionToken") or None]
            config = {"AWS_CONFIG_FILE": os.devnull, **served}
            for provider in ("fromHttp", "fromContainerMetadata", "fromNodeProviderChain"):
                found = self.javascript(provider, **config)
                found = [found["accessKeyId"], found["secretAccessKey"], found["sessionToken"] or None]
                self.assertEqual(found, wanted, provider)
            script = "import boto3; print(boto3.client('sts').get_caller_identity()['Arn'])"
            done = subprocess.run(
                [sys.executable, "-c", script], env={**self.environment, **config}, capture_output=True, text=True, timeout=60
            )
            arn = json.loads(self.run_program("whoami", "--profile", profile, "--json"))["Arn"]
            self.assertEqual(done.stdout.strip(), arn, done.stderr)
            self.assertEqual(json.loads(self.run_program("whoami", "--json", **config))["Arn"], arn)

    def test_serve_refuses(self):
        served = self.serve("--profile", "static")
        port = int(re.search(r":(\d+)/", served["AWS_CONTAINER_CREDENTIALS_FULL_URI"])[1])
        token = served["AWS_CONTAINER_AUTHORIZATION_TOKEN"]
        self.assertGreaterEqual(len(token), 43)
        here = f"127.0.0.1:{port}"
        for status, method, path, headers in (
            (200, "GET", "/", [("Host", here), ("Authorization", token)]),
            (200, "GET", "/", [("Host", f"LOCALHOST:{port}"), ("Authorization", token)]),
            (401, "GET", "/", [("Host", here)]),
            (403, "GET", "/", [("Host", here), ("Authorization", token[:-1])]),
            (403, "GET", "/", [("Host", here), ("Authorization", token + "x")]),
            (403, "GET", "/", [("Host", here), ("Authorization", "")]),
            (401, "GET", "/", [("Host", here), ("Authorization", token), ("Authorization", token)]),
            (421, "GET", "/", [("Host", f"evil.example:{port}"), ("Authorization", token)]),
            (421, "GET", "/", [("Host", "127.0.0.1"), ("Authorization", token)]),
            (421, "GET", "/", [("Authorization", token)]),
            (421, "GET", "/", [("Host", here), ("Host", here), ("Authorization", token)]),
            (405, "POST", "/", [("Host", here), ("Authorization", token)]),
            (405, "OPTIONS", "/", [("Host", here), ("Authorization", token)]),
            (404, "GET", "/other", [("Host", here), ("Authorization", token)]),
            (404, "GET", "/?x", [("Host", here), ("Authorization", token)]),
            (400, "GET", "/", [("Host", here), ("X", "x" * 20000)]),
            (400, "GET", "/", [("Host", here), *[(f"X{number}", "x") for number in range(100)]]),
        ):
            with self.subTest((status, method, path, headers[:2])):
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
                connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
                for name, value in headers:
                    connection.putheader(name, value)
                connection.endheaders()
                answer = connection.getresponse()
                body = answer.read().decode()
                self.assertEqual(answer.status, status)
                self.assertEqual(answer.getheader("Access-Control-Allow-Origin"), None)
                self.assertEqual(self.emulator.keys["SecretAccessKey"] in body, status == 200)
                connection.close()

    def test_serve_is_on_loopback_and_says_when_it_cannot(self):
        served = self.serve("--profile", "static")
        port = re.search(r":(\d+)/", served["AWS_CONTAINER_CREDENTIALS_FULL_URI"])[1]
        self.run_program("serve", "--profile", "static", "--port", port, status=255, errors=f"the port {port}")
        self.run_program("serve", "--profile", "broken", status=253, errors="source_profile")
        with open("/proc/net/tcp") as file:
            listening = [line.split()[1] for line in file if line.split()[3] == "0A"]
        self.assertIn(f"0100007F:{int(port):04X}", listening)

    def test_serve_many_at_once(self):
        served = self.serve("--profile", "role")
        request = urllib.request.Request(
            served["AWS_CONTAINER_CREDENTIALS_FULL_URI"],
            headers={"Authorization": served["AWS_CONTAINER_AUTHORIZATION_TOKEN"]},
        )
        found = []
        threads = [
            threading.Thread(target=lambda: found.append(urllib.request.urlopen(request, timeout=30).read()))
            for _ in range(20)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual((len(found), len(set(found))), (20, 1))


if __name__ == "__main__":
    unittest.main()
