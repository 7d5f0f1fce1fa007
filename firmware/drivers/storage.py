"""Files in one folder of a mounted file system. The simulation offers the same four methods on littlefs elsewhere."""

import os


class Storage:
    """`root` ends with a slash. Every method lets OSError through."""

    def __init__(self, root):
        self._root = root

    def open(self, name, mode):
        return open(self._root + name, mode)

    def remove(self, name):
        os.remove(self._root + name)

    def size(self, name):
        """Bytes in a file, or None where there is none."""
        try:
            return os.stat(self._root + name)[6]
        except OSError:
            return None

    def free_bytes(self):
        status = os.statvfs(self._root)
        return status[0] * status[3]
