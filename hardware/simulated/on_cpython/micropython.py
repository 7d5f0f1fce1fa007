"""MicroPython's `micropython` module for CPython: what the firmware and the Adafruit driver import from it.

Put this folder on the path only where CPython runs firmware (tests/conftest.py and the entry points do): MicroPython
has the real one built in. MicroPython 1.24 library reference, `micropython`.
"""

_lock_depth = 0


def const(value):
    """The value itself: only MicroPython's compiler can fold it into the bytecode."""
    return value


def heap_lock():
    """Counts only: CPython cannot forbid allocation, so what a lock proves is proved on MicroPython."""
    global _lock_depth
    _lock_depth += 1


def heap_unlock():
    """Undo one heap_lock(). Returns how many locks are still held."""
    global _lock_depth
    if _lock_depth == 0:
        raise RuntimeError("heap_unlock() without a heap_lock() before it")
    _lock_depth -= 1
    return _lock_depth


def heap_locked():
    """How many locks are held."""
    return _lock_depth


def opt_level(level=None):
    """CPython is not told how to optimise: 0, and setting it changes nothing."""
    return 0 if level is None else None


def kbd_intr(character):
    """Ctrl-C keeps interrupting CPython: there is no USB line here on which a stray byte could do it."""


def schedule(function, argument):
    """Call it at once: there are no interrupts here to wait for."""
    function(argument)


def alloc_emergency_exception_buf(size):
    """CPython needs no such buffer."""


def mem_info(verbose=False):
    """Prints nothing: CPython's heap says nothing about a board's."""


def native(function):
    """The function itself."""
    return function


def viper(function):
    """The function itself: only code without viper's types (ptr8 and so on) means the same here."""
    return function
