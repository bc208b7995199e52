from setuptools import setup

setup(
    name="example-import-downloader",
    version="1.0.0",
    description="Inert example: runs what it downloads as soon as it is imported.",
    packages=["example_downloader"],
)
