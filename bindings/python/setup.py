"""What pyproject.toml cannot say: the version is that of the crate, and the wheel is one for a platform and any Python 3."""

import pathlib
import re

from setuptools import Distribution, setup
from setuptools.command.bdist_wheel import bdist_wheel

HERE = pathlib.Path(__file__).resolve().parent
PACKAGE = HERE / "src" / "stskit"


def version():
    crate = HERE.parents[1] / "Cargo.toml"
    if crate.is_file():
        return re.search(r'^version = "(.*)"', crate.read_text(encoding="utf-8"), re.M)[1]
    # From a source archive.
    return re.search(r"^Version: (.*)", (HERE / "PKG-INFO").read_text(encoding="utf-8"), re.M)[1]


class Wheel(bdist_wheel):
    def finalize_options(self):
        super().finalize_options()
        self.root_is_pure = False

    def get_tag(self):
        return "py3", "none", super().get_tag()[2]

    def run(self):
        if not list(PACKAGE.glob("libstskit.*")) and not (PACKAGE / "stskit.dll").exists():
            raise SystemExit("the C library is not in src/stskit: build the wheel with ./build-wheel")
        super().run()


class WithLibrary(Distribution):
    def has_ext_modules(self):
        return True


setup(version=version(), cmdclass={"bdist_wheel": Wheel}, distclass=WithLibrary)
