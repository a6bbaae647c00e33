"""What is generated, how the library is found, and the wheel: built, installed elsewhere, its README run."""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
import venv
import zipfile

import stskit
from stskit import _library, _prototypes
from support import HERE, ROOT, SOURCE, Case, base_environment, clean_environment

PACKAGE = HERE.parent


class Generated(unittest.TestCase):
    def test_it_is_what_the_header_and_the_model_say(self):
        result = subprocess.run([sys.executable, str(PACKAGE / "generate"), "--check"], capture_output=True, text=True)
        self.assertEqual((result.stdout, result.returncode), ("differ: none\n", 0), result.stderr)

    def test_every_function_of_the_header_is_there(self):
        header = (ROOT / "include" / "stskit.h").read_text(encoding="utf-8")
        declared = set(re.findall(r"\bstskit_(\w+)\((?!\*)", re.sub(r"/\*.*?\*/", "", header, flags=re.S)))
        types = set(re.findall(r"\(\*stskit_(\w+)\)\(", re.sub(r"/\*.*?\*/", "", header, flags=re.S)))
        self.assertEqual(set(_prototypes.CALLBACKS), {name.removesuffix("_callback") for name in types})
        self.assertEqual(set(_prototypes.FUNCTIONS), declared)
        for name in _prototypes.FUNCTIONS:
            self.assertTrue(getattr(_library.library, name), name)

    def test_the_version(self):
        manifest = (ROOT / "Cargo.toml").read_text(encoding="utf-8")
        self.assertEqual(stskit.__version__, re.search(r'^version = "(.*)"', manifest, re.M)[1])
        self.assertEqual(_library.ABI, int(re.search(r"#define STSKIT_ABI_VERSION (\d+)", (ROOT / "include/stskit.h").read_text())[1]))


class Loading(unittest.TestCase):
    def refused(self, **variables):
        environment = {**os.environ, "PYTHONPATH": str(SOURCE), **variables}
        result = subprocess.run(
            [sys.executable, "-c", "import stskit"], env=environment, capture_output=True, text=True, timeout=60
        )
        self.assertEqual(result.returncode, 1)
        last = result.stderr.strip().splitlines()[-1]
        self.assertTrue(last.startswith("ImportError: the stskit library was not found"), last)
        return last

    def test_a_file_that_is_not_there(self):
        self.assertIn("/nowhere/libstskit.so", self.refused(STSKIT_LIBRARY="/nowhere/libstskit.so"))

    def test_another_library(self):
        with tempfile.TemporaryDirectory() as folder:
            for name, source, said in (
                ("libother.so", "int stskit(void) { return 0; }", "stskit_abi_version"),
                ("libnewer.so", "unsigned stskit_abi_version(void) { return 99; }", "has ABI 99, this binding wants 1"),
            ):
                path = os.path.join(folder, name)
                subprocess.run(
                    ["cc", "-shared", "-fPIC", "-x", "c", "-o", path, "-"], input=source.encode(), check=True
                )
                last = self.refused(STSKIT_LIBRARY=path)
                self.assertIn(said, last)
                self.assertIn(path, last)


class Wheel(Case):
    def test_it_is_built_installed_and_used(self):
        with tempfile.TemporaryDirectory() as folder:
            work = pathlib.Path(folder)
            command = [str(PACKAGE / "build-wheel"), str(work / "dist"), os.path.realpath(_library.library.path)]
            environment = {**os.environ, "PYTHON": sys.executable}
            result = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=600)
            self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
            (wheel,) = (work / "dist").iterdir()
            self.assertRegex(wheel.name, rf"^stskit-{re.escape(stskit.__version__)}-py3-none-(linux|macosx|win)\w+\.whl$")
            with zipfile.ZipFile(wheel) as archive:
                names = set(archive.namelist())
                metadata = archive.read(f"stskit-{stskit.__version__}.dist-info/METADATA").decode()
            for name in ("py.typed", "type_defs.pyi", "services.pyi", "_prototypes.py", "libstskit.so"):
                self.assertIn(f"stskit/{name}", names)
            self.assertNotIn("Requires-Dist", metadata)
            home = work / "venv"
            venv.create(home, with_pip=True)
            python = home / "bin" / "python"
            install = [str(python), "-m", "pip", "install", "-q", "--no-index", "--disable-pip-version-check", str(wheel)]
            subprocess.run(install, check=True, timeout=300)
            shutil.rmtree(work / "dist")
            self.run_readme(str(python), folder)

    def run_readme(self, python, folder):
        """The README's example prints what the README says."""
        readme = (PACKAGE / "README.md").read_text(encoding="utf-8")
        code = re.search(r"## Example\n\n```python\n(.*?)```", readme, re.S)[1]
        expected = re.search(r"```text\n(Access key id.*?)```", readme, re.S)[1]
        self.assertLessEqual(len([line for line in code.splitlines() if line.strip()]), 10)
        environment = {
            **{name: value for name, value in clean_environment().items() if name not in ("STSKIT_LIBRARY", "PYTHONPATH")},
            **base_environment(folder, self.emulator.url),
            "AWS_ACCESS_KEY_ID": self.emulator.key,
            "AWS_SECRET_ACCESS_KEY": self.emulator.secret,
        }
        result = subprocess.run(
            [python, "-I", "-c", code], env=environment, cwd=folder, capture_output=True, text=True, timeout=60
        )
        self.assertEqual(result.stderr, "")
        pattern = re.escape(expected).replace(re.escape("2026-01-02T03:04:05+00:00"), r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00")
        self.assertRegex(result.stdout, f"^{pattern}$")


if __name__ == "__main__":
    unittest.main()
