"""A battery with sag and cold, as volts at an ADC pin.

Source: Energizer L91 product data sheet (open circuit about 1.79 V fresh, 120 to 240 mOhm, 3,000 mAh, -40 to 60 C).
How much the resistance grows in the cold, and the shape of the open-circuit volts, are assumptions of this model:
doubled every 25 degrees below 20; flat until 90 % is spent, then straight down to 0.9 V a cell.
"""

_HOUR_US = 3600000000


class SimulatedBattery:
    """`cells` in series; loads are named and set in mA, and what they draw is spent.

    Faults are attributes: broken (no supply at all), resistance_factor (a tired cell), warmer_c (how much warmer than
    the air of the world it lies).
    """

    def __init__(self, clock, world, cells=2, capacity_mah=3000, cell_mohm=160, full_mv=1790):
        self.broken = False
        self.resistance_factor = 1.0
        self.warmer_c = 20.0
        self.spent_mah = 0.0
        self._clock = clock
        self._world = world
        self._cells = cells
        self._capacity_mah = capacity_mah
        self._cell_mohm = cell_mohm
        self._full_mv = full_mv
        self._loads = {}
        self._load_ma = 0
        self._since_us = clock.now_us
        self._air_us = None
        self._volts_us = -1  # when volts_mv was worked out: an ADC reads many times in one moment
        self._volts_mv = 0.0

    def set_load(self, name, ma):
        """From now on `name` draws `ma`; 0 takes it off."""
        self._spend()
        self._load_ma += ma - self._loads.get(name, 0)
        self._loads[name] = ma
        self._volts_us = -1

    def spend_to(self, per_cent):
        """So much of the capacity has been used."""
        self.spent_mah = self._capacity_mah * per_cent / 100.0
        self._since_us = self._clock.now_us
        self._volts_us = -1

    def millivolts(self):
        """Terminal volts now, under the loads of now."""
        if self.broken:
            return 0.0
        if self._clock.now_us == self._volts_us:
            return self._volts_mv
        self._volts_us = self._clock.now_us
        self._volts_mv = self._terminal_mv()
        return self._volts_mv

    def current_ma(self, load_mohm):
        """What flows into a load of so many mOhm, by Ohm's law and the resistance of the cells; a whole number."""
        if self.broken:
            return 0
        self._spend()
        return int(self._cells * self._open_mv() * 1000.0 / (self._cells * self._resistance() + load_mohm))

    def _terminal_mv(self):
        self._spend()
        terminal_mv = self._cells * (self._open_mv() - self._load_ma * self._resistance() / 1000.0)
        return 0.0 if terminal_mv < 0.0 else terminal_mv

    def _open_mv(self):
        spent = self.spent_mah / self._capacity_mah
        open_mv = float(self._full_mv)
        if spent > 0.9:
            open_mv -= (open_mv - 900.0) * (spent - 0.9) * 10.0
        return open_mv if spent < 1.0 else 0.0

    def pin_volts(self, numerator, denominator):
        """The function an ADC pin asks (`wiring.adc[pin]`), behind a divider of denominator / numerator."""
        factor = denominator / (1000.0 * numerator)
        return lambda: self.millivolts() * factor

    def _spend(self):
        now_us = self._clock.now_us
        if now_us != self._since_us:
            self.spent_mah += self._load_ma * (now_us - self._since_us) / _HOUR_US
            self._since_us = now_us

    def _resistance(self):
        """mOhm of one cell. The air is asked once a second: an ADC reads many times in one moment."""
        now_us = self._clock.now_us
        if self._air_us is None or now_us - self._air_us >= 1000000:
            self._air_us = now_us
            cold = 20.0 - self._world.at(now_us).temperature_c - self.warmer_c
            factor = 1.0
            while cold >= 25.0:
                factor *= 2.0
                cold -= 25.0
            if cold > 0.0:
                factor *= 1.0 + cold / 25.0
            self._cold_factor = factor
        return self._cell_mohm * self._cold_factor * self.resistance_factor
