from setuptools import setup

setup(
    name="example-data-downloader",
    version="1.0.0",
    description="Benign twin: fetches a data file when asked, and checks its hash.",
    packages=["example_data"],
    package_data={"example_data": ["*.txt"]},
    entry_points={"console_scripts": ["example-words = example_data.__main__:main"]},
)
