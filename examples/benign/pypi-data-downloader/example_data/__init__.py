"""Word lists for spell checkers; the large ones are fetched on request."""

from .store import ChecksumError, fetch

__all__ = ["ChecksumError", "fetch", "load"]
__version__ = "1.0.0"


def load(name="small"):
    """The words of a bundled list."""
    from importlib import resources

    return resources.read_text(__name__, name + ".txt").splitlines()
