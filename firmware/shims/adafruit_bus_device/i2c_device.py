"""What Adafruit's drivers need of `adafruit_bus_device`: one chip on a `busio.I2C`, as a context manager.

Adafruit's own package probes with an empty write, turns an OSError into a ValueError, and on CPython needs
`circuitpython_typing`; this one lets the bus speak for itself. Source: docs.circuitpython.org, BusDevice 5.2.
"""


class I2CDevice:
    """A chip at `device_address`. Touches nothing until the first transfer."""

    def __init__(self, i2c, device_address, probe=False):
        self.i2c = i2c
        self.device_address = device_address

    def __enter__(self):
        return self

    def __exit__(self, kind, value, traceback):
        return False

    def write(self, buffer):
        self.i2c.writeto(self.device_address, buffer)

    def readinto(self, buffer):
        self.i2c.readfrom_into(self.device_address, buffer)
