import os
import subprocess
import sys

from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext


def compiler_flags():
    flags = os.environ.get("CFLAGS", "-O2").split()
    if sys.platform == "darwin":
        flags.append("-stdlib=libc++")
    return flags


class Build(build_ext):
    """Builds the bundled C library with make before the extension that links it."""

    def run(self):
        subprocess.check_call(["make", "-C", "vendor", "libfast.a"])
        build_ext.run(self)


with open("README.md", encoding="utf-8") as readme:
    long_description = readme.read()

setup(
    name="example-native-build",
    version="1.0.0",
    description="Benign twin: an install command that compiles a native extension.",
    long_description=long_description,
    packages=["example_native"],
    ext_modules=[Extension("example_native._fast", ["src/fast.c"], extra_compile_args=compiler_flags())],
    cmdclass={"build_ext": Build},
)
