"""What Adafruit's drivers expect of CircuitPython's `busio`, on MicroPython's I2C. Lies at top level on a board.

Source: docs.circuitpython.org, busio, release 9.
"""


class I2C:
    """CircuitPython's bus methods on a `machine.I2C`; an OSError of the bus comes through."""

    def __init__(self, bus):
        self._bus = bus

    def try_lock(self):
        """Always True: one loop polls all devices, nobody else can hold the bus."""
        return True

    def unlock(self):
        pass

    def writeto(self, address, buffer):
        self._bus.writeto(address, buffer)

    def readfrom_into(self, address, buffer):
        self._bus.readfrom_into(address, buffer)


class SPI:
    """Named in imports only: no board of ours has an Adafruit driver on SPI."""

    def __init__(self, *pins):
        raise NotImplementedError("busio.SPI is not carried: connect the sensor by I2C")
