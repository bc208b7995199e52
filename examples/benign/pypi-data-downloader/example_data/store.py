import hashlib
import os
import urllib.request

URL = "https://data.example/words-2024.txt"
SHA256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"


class ChecksumError(Exception):
    pass


def fetch(directory):
    """Downloads the word list into `directory` unless it is there, and verifies it."""
    path = os.path.join(directory, "words.txt")
    if not os.path.exists(path):
        os.makedirs(directory, exist_ok=True)
        with urllib.request.urlopen(URL) as response, open(path, "wb") as target:
            target.write(response.read())
    with open(path, "rb") as data:
        content = data.read()
    if hashlib.sha256(content).hexdigest() != SHA256:
        os.remove(path)
        raise ChecksumError(path)
    return content.decode("utf-8").splitlines()
