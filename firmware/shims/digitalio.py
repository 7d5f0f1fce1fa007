"""What Adafruit's drivers import of CircuitPython's `digitalio`: a name for SPI chip selects, which we do not use."""


class DigitalInOut:
    """Named in imports only: see busio.SPI."""

    def __init__(self, pin):
        raise NotImplementedError("digitalio.DigitalInOut is not carried: connect the sensor by I2C")
