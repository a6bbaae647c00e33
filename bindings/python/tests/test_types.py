"""mypy and pyright, both strict, over the package and over what programs write; the names of types-boto3."""

import importlib.util
import os
import re
import subprocess
import sys
import unittest

from support import HERE

PACKAGE = HERE.parent
# By us: names that the packages of types-boto3 have and we do not need.
NOT_OURS = {"ResourceServiceName"}


class Types(unittest.TestCase):
    def run_checker(self, *command):
        environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        environment["MYPY_CACHE_DIR"] = os.devnull
        result = subprocess.run(command, cwd=PACKAGE, env=environment, capture_output=True, text=True, timeout=600)
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        return result.stdout

    def test_mypy(self):
        self.run_checker(sys.executable, "-m", "mypy", "--strict", "src", "tests/typing_sample.py")

    def test_pyright(self):
        said = self.run_checker(sys.executable, "-m", "pyright", "--pythonpath", sys.executable, "-p", ".")
        self.assertIn("0 errors", said)

    def test_the_names_of_types_boto3(self):
        """Each typed dictionary and literal of types-boto3 is here, with the same members."""
        ours = {
            module: (PACKAGE / "src" / "stskit" / name).read_text(encoding="utf-8")
            for module, name in (("type_defs", "type_defs.pyi"), ("literals", "literals.py"), ("client", "services.pyi"))
        }
        for package in ("types_boto3_sts", "types_boto3_sso", "types_boto3_sso_oidc", "types_aiobotocore_sts", "types_aiobotocore_sso"):
            folder = importlib.util.find_spec(package).submodule_search_locations[0]
            for module in ("type_defs", "literals", "client"):
                with open(os.path.join(folder, f"{module}.pyi"), encoding="utf-8") as file:
                    theirs = file.read()
                if module == "type_defs":
                    mine, expected = classes(ours[module]), classes(theirs)
                    for name, members in expected.items():
                        with self.subTest(package=package, name=name):
                            self.assertEqual(mine.get(name), members)
                elif module == "literals":
                    names = set(re.findall(r"^(\w+) = Literal", theirs, re.M)) - NOT_OURS
                    self.assertLessEqual(names, set(re.findall(r"^(\w+) = Literal", ours[module], re.M)), package)
                else:
                    names = set(re.findall(r"^    (\w+): type\[BotocoreClientError\]", theirs, re.M)) - {"ClientError"}
                    self.assertLessEqual(names, set(re.findall(r"^    (\w+): type\[ClientError\]", ours[module], re.M)))
                    self.assertIn(re.search(r"^class (\w+Client)\(", theirs, re.M)[1], ours[module])

    def test_names_at_run_time(self):
        from stskit import literals, services, type_defs

        self.assertTrue(type_defs.AssumeRoleResponseTypeDef)
        self.assertTrue(literals.STSServiceName)
        self.assertTrue(services.STSClient and services.ListAccountsPaginator)
        for module in (type_defs, services):
            with self.assertRaises(AttributeError):
                module.Nothing


def classes(text):
    """The members of each class, in any order."""
    found = {}
    for name, body in re.findall(r"^class (\w+TypeDef)\(TypedDict\):\n((?:    .*\n?)+)", text, re.M):
        found[name] = set(re.findall(r"^    (\w+: .+)$", body, re.M))
    return found


if __name__ == "__main__":
    unittest.main()
