from setuptools import setup

setup(
    name="example-obfuscated-dropper",
    version="1.0.0",
    description="Inert example: hides a reverse shell in base64.",
    packages=["example_dropper"],
)
