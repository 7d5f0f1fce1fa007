"""Faults of the flash and its files: F5 to F9."""

from hardware.simulated.fault_row import row, setting, sizing

_BLOCK_BYTES = 4096
_LINK_BYTES = 12  # at most, in a block of a file
_FILLER = "filler"
_BUSY_US = 1000


def _damage(storage, name, how):
    """Flip a bit (0), empty the file (1), fill it with nonsense (2)."""
    try:
        with storage.open(name, "rb") as file:
            data = bytearray(file.read())
    except OSError:
        return  # there is none
    if how == 0:
        data[len(data) // 3] ^= 0x10
    elif how == 1:
        data = b""
    else:
        for place in range(len(data)):
            data[place] = place * 37 + 11 & 255
    with storage.open(name, "wb") as file:
        file.write(data)


def _journal(bench, size, length_us):
    def damage(storage):
        for name in ("journal.0", "journal.1"):
            _damage(storage, name, size)

    bench.when_mounted.append(damage)


def _files(bench, size, length_us):
    if size:
        bench.when_mounted.append(lambda storage: _damage(storage, "mission.bin", size - 1))
    else:
        bench.format_at_next_start()


def _quietly(bench, change):
    """Change files behind the firmware's back, when littlefs is not in the middle of something."""
    if bench.flash.busy:
        bench.clock.call_at(bench.clock.now_us + _BUSY_US, lambda: _quietly(bench, change))
        return
    bench.flash.live = False
    try:
        change(bench.storage)
    finally:
        bench.flash.live = True


def _fill(bench, size, length_us):
    def fill(storage):
        blocks = storage.free_bytes() // _BLOCK_BYTES - size
        if blocks > 0:
            with storage.open(_FILLER, "wb") as file:
                for _ in range(blocks):
                    file.write(bytes(_BLOCK_BYTES - _LINK_BYTES))

    _quietly(bench, fill)


def _empty(bench, size):
    def empty(storage):
        if storage.size(_FILLER) is not None:
            storage.remove(_FILLER)

    _quietly(bench, empty)


ROWS = (
    row("flash_stall", "F5", "an erase takes size ms", *sizing("flash", "erase_us", None, 1000)),
    row("flash_error", "F6", "erases and programs fail", *setting("flash", "failing", True, False)),
    row(
        "journal_damaged", "F7", "at the next start both slots have 0: a flipped bit, 1: no byte, 2: nonsense", _journal
    ),
    row("files_damaged", "F8", "at the next start 0: no file is left, 1: the mission has a flipped bit", _files),
    row("flash_full", "F9", "size blocks of 4 kB are left", _fill, _empty),
)
