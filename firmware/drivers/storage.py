"""Files in one folder of a mounted file system."""


class Storage:
    """`root` ends with a slash. OSError comes through. The simulation's offers more, for its tests."""

    def __init__(self, root):
        self._root = root

    def open(self, name, mode):
        return open(self._root + name, mode)
