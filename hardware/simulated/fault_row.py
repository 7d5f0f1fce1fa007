"""One row of the fault catalogue, and the small functions of which most rows are made."""


def row(name, numbers, text, begin, end=None, step=None, every_ms=0):
    """A fault by name, its numbers in the catalogue of docs/simulation.md, a line for people, and what it does.

    begin(bench, size, length_us); end(bench, size), None where nothing ends; step(bench, size, count): called as long
    as it lasts, every so many ms, or every `size` ms where that is 0.
    """
    return (name, numbers, text, begin, end, step, every_ms)


def nothing(bench, size, length_us=0):
    """What begins or ends without doing anything."""


def setting(part, name, value, rest):
    """(begin, end) that set an attribute of a part of the bench, and set it back."""
    return (
        lambda bench, size, length_us: setattr(getattr(bench, part), name, value),
        lambda bench, size: setattr(getattr(bench, part), name, rest),
    )


def sizing(part, name, rest, factor=1):
    """(begin, end) that set an attribute of a part of the bench to the size, and set it back."""
    return (
        lambda bench, size, length_us: setattr(getattr(bench, part), name, size * factor),
        lambda bench, size: setattr(getattr(bench, part), name, rest),
    )
