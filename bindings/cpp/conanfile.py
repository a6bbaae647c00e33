"""Conan 2 recipe of the source tree that it lies in; needs Rust: conan create bindings/cpp"""

import os
import re

from conan import ConanFile


class StskitConan(ConanFile):
    name = "stskit"
    description = "AWS credentials, STS and IAM Identity Center without an AWS SDK"
    license = ("MIT", "Apache-2.0")
    topics = ("aws", "sts", "sso", "credentials", "sigv4")
    package_type = "library"
    settings = "os", "arch", "compiler", "build_type"
    options = {"shared": [True, False]}
    default_options = {"shared": True}

    @property
    def _root(self):
        return os.path.abspath(os.path.join(self.recipe_folder, "..", ".."))

    def set_version(self):
        with open(os.path.join(self._root, "Cargo.toml"), encoding="utf-8") as manifest:
            self.version = re.search(r'^version = "(.*)"', manifest.read(), re.M)[1]

    def export(self):
        # The recipe builds from the tree, which Conan's cache does not have.
        with open(os.path.join(self.export_folder, "source-tree"), "w", encoding="utf-8") as place:
            place.write(self._root)

    def package_id(self):
        # Rust's release library serves every build type and compiler.
        self.info.settings.rm_safe("build_type")
        self.info.settings.rm_safe("compiler")

    def package(self):
        with open(os.path.join(self.recipe_folder, "source-tree"), encoding="utf-8") as place:
            root = place.read()
        self.run(f'"{os.path.join(root, "capi", "install")}" --prefix "{self.package_folder}"')

    def package_info(self):
        # The CMake package of the library itself: stskit::shared and stskit::static.
        self.cpp_info.set_property("cmake_find_mode", "none")
        self.cpp_info.builddirs = [os.path.join("lib", "cmake")]
        self.cpp_info.libs = ["stskit"]
