"""littlefs on simulated flash: VfsLfs2 on MicroPython, littlefs-python with the same geometry on CPython."""

import sys

from hardware.simulated.flash import BLOCK_BYTES, BLOCK_CYCLES, CACHE_BYTES, LOOKAHEAD_BYTES, PROGRAM_BYTES, READ_BYTES

_MOUNT_POINT = "/flight"
_EIO = 5
# errno of what littlefs-python raises by name; MicroPython has only OSError itself.
_NUMBERS = {}
if sys.implementation.name != "micropython":
    _NUMBERS = {FileNotFoundError: 2, FileExistsError: 17, IsADirectoryError: 21}


def mount(flash, fresh=True, point=_MOUNT_POINT):
    """A Storage (firmware/drivers/storage.py) on this flash, formatted first when `fresh`. A second board in the same
    process has a `point` of its own.
    """
    if sys.implementation.name == "micropython":
        return _mount_vfs(flash, fresh, point)
    return _LittlefsStorage(flash, fresh)


def _mount_vfs(flash, fresh, point):
    import os

    import vfs

    from firmware.drivers.storage import Storage as OnBoard

    class Storage(OnBoard):
        """Besides what the firmware needs, what tests ask."""

        def open(self, name, mode):
            file = _opened[point] = OnBoard.open(self, name, mode)
            return file

        def remove(self, name):
            os.remove(self._root + name)

        def size(self, name):
            try:
                return os.stat(self._root + name)[6]
            except OSError:
                return None

        def free_bytes(self):
            status = os.statvfs(self._root)
            return status[0] * status[3]

    if not hasattr(vfs, "VfsLfs2"):
        return _plain_folder(Storage, fresh, "/tmp" + point)

    flash.live = False
    device = flash.attach()
    _close_quietly(point)
    if fresh:
        try:
            vfs.umount(point)
        except OSError:
            pass  # nothing was mounted
        vfs.VfsLfs2.mkfs(device, readsize=READ_BYTES, progsize=PROGRAM_BYTES, lookahead=LOOKAHEAD_BYTES)
    else:
        vfs.umount(point)
    volume = vfs.VfsLfs2(device, readsize=READ_BYTES, progsize=PROGRAM_BYTES, lookahead=LOOKAHEAD_BYTES, mtime=False)
    vfs.mount(volume, point)
    flash.live = True
    return Storage(point + "/")


# The file opened last on each mount: one that a reset has left open would else be closed by the collector, too late.
_opened = {}


def _close_quietly(point):
    file = _opened.pop(point, None)
    if file is not None:
        try:
            file.close()
        except OSError:
            pass


def _plain_folder(storage, fresh, folder):
    """Where the port has no littlefs (WebAssembly): a folder, without operations, erases or power cuts."""
    import os

    if fresh:
        try:
            os.mkdir(folder)
        except OSError:
            pass
        for name in os.listdir(folder):
            os.remove(folder + "/" + name)
    return storage(folder + "/")


class _LittlefsStorage:
    """The same methods as firmware/drivers/storage.py."""

    def __init__(self, flash, fresh):
        from littlefs import LittleFS, UserContext

        device = flash.attach()

        class Context(UserContext):
            """littlefs-python swallows what is raised in here: it is kept, and raised when littlefs is through."""

            stop = None

            def __init__(self):
                super().__init__(flash.blocks * BLOCK_BYTES)

            def _try(self, call, *arguments):
                try:
                    return call(*arguments) or 0
                except BaseException as stop:
                    self.stop = stop
                    return -_EIO

            def read(self, config, block, offset, size):
                data = bytearray(size)
                self._try(device.readblocks, block, data, offset)
                return data

            def prog(self, config, block, offset, data):
                return self._try(device.writeblocks, block, data, offset)

            def erase(self, config, block):
                return self._try(device.erase, block)

            def sync(self, config):
                return 0

        flash.live = False
        self._context = Context()
        self._volume = LittleFS(
            context=self._context,
            mount=False,
            block_size=BLOCK_BYTES,
            block_count=flash.blocks,
            read_size=READ_BYTES,
            prog_size=PROGRAM_BYTES,
            cache_size=CACHE_BYTES,
            lookahead_size=LOOKAHEAD_BYTES,
            block_cycles=BLOCK_CYCLES,
        )
        if fresh:
            self._volume.format()
        self._volume.mount()
        flash.live = True

    def open(self, name, mode):
        # littlefs-python's "a" does not make a file; MicroPython's does, with the same operations as "w" on a new one.
        if mode == "ab" and self.size(name) is None:
            mode = "wb"
        return _File(self.call, self.call(self._volume.open, name, mode, 0))

    def remove(self, name):
        self.call(self._volume.remove, name)

    def size(self, name):
        try:
            return self.call(self._volume.stat, name).size
        except OSError:
            return None

    def call(self, call, *arguments):
        """littlefs-python raises its own errors; MicroPython's VfsLfs2 raises OSError. A reset comes before both."""
        from littlefs import LittleFSError

        number = 0
        try:
            result = call(*arguments)
        except LittleFSError as error:
            number = -error.code
        except OSError as error:
            # The names for common errors come without their numbers.
            number = error.args[0] if error.args else _NUMBERS[type(error)]
        if self._context.stop is not None:
            raise self._context.stop
        if number:
            raise OSError(number)
        return result

    def free_bytes(self):
        return (self._volume.block_count - self._volume.used_block_count) * BLOCK_BYTES


class _File:
    """A raw littlefs file that takes any buffer, as MicroPython's does."""

    def __init__(self, call, raw):
        self._call = call
        self._raw = raw

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def read(self, count=-1):
        return self._call(self._raw.read, count)

    def write(self, data):
        return self._call(self._raw.write, bytes(data))

    def close(self):
        try:
            self._call(self._raw.close)
        finally:
            # As its own close does at the end: a second one, by the collector, would end the process.
            setattr(self._raw, "__IOBase_closed", True)
