import argparse
import sys

from .store import ChecksumError, fetch


def main(argv=None):
    parser = argparse.ArgumentParser(description="Fetch the large word list.")
    parser.add_argument("directory")
    arguments = parser.parse_args(argv)
    try:
        print(len(fetch(arguments.directory)), "words")
    except ChecksumError as error:
        print("wrong checksum:", error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
