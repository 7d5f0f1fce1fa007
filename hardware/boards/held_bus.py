"""An I2C bus that a reset caught in mid-answer, freed before it is opened.

NXP UM10204 rev. 7, 3.1.16: nine clocks end whatever a chip was saying.
"""


def free_bus(pin, clock, scl, sda):
    """Clock out a chip that holds SDA low; True when there was one. `pin` is machine.Pin, the others are GPIOs."""
    line = pin(sda, pin.IN, pin.PULL_UP)
    held = False
    for _ in range(9):
        if line.value():
            break
        held = True
        pin(scl, pin.OUT, value=0)
        clock.sleep_us(5)
        pin(scl, pin.IN, pin.PULL_UP)
        clock.sleep_us(5)
    return held
