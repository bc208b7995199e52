try:
    from example_native._fast import add
except ImportError:

    def add(a, b):
        return a + b
