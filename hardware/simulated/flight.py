"""The flight process: flies the unmodified firmware on a simulated board, its downlink on standard output.

    micropython -m hardware.simulated.flight SETUP.json        (or the same with python)

SETUP is a scenario (hardware/simulated/scenarios.py) with, besides: mission_bin (path), truth (path of the file that
says what truly happened, a JSON object a line), speed (0: as fast as it goes), after_landing_s, longest_s; and
backup_bin (path), where the independent backup flies beside the board; uplink (True: what comes on standard input is
what the ground sends), sent (path of a file for every byte that left the board's antenna).
"""

import json
import sys
import time

# The folder of the project is the program's only path: nothing named like a built-in module stands in it.
_MICROPYTHON = sys.implementation.name == "micropython"
_SILENCE_US = 3000000
_LAST_FRAME_US = 50000
_STEP_US = 20000  # in real time virtual time goes by so much at a time, so that a slot of 200 ms can be met
_LONGEST_STEP_US = 1000000


class _Pace:
    """Holds virtual time back to `speed` times real time; 0 lets it run. In between it asks for what the ground sends.

    port: an UplinkPort, or None; say(data): where its bytes go.
    """

    def __init__(self, clock, speed, port, say):
        self._clock = clock
        self._speed = speed
        self._port = port
        self._say = say
        self._start_s = time.time()
        self._step_us = _STEP_US * speed // 2
        if speed and self._step_us < _LONGEST_STEP_US:
            if self._step_us < _STEP_US:
                self._step_us = _STEP_US
            self._step()

    def _step(self):
        self._clock.call_at(self._clock.now_us + self._step_us, self._step)
        self.keep()

    def keep(self):
        if self._port is not None:
            data = self._port.read()
            if data:
                self._say(data)
        if self._speed:
            ahead_s = self._clock.now_us / (self._speed * 1000000.0) - (time.time() - self._start_s)
            if ahead_s > 0.002:
                time.sleep(ahead_s)


class _Truth:
    """The file of what truly happened."""

    def __init__(self, file):
        self._file = file
        self.bench = None

    def event(self, what, output=0, level=0):
        world = self.bench.world.at(self.bench.clock.now_us)
        self.line(
            {
                "at_us": self.bench.clock.now_us,
                "what": what,
                "output": output,
                "level": level,
                "latitude_e7": world.latitude_e7,
                "longitude_e7": world.longitude_e7,
                "altitude_mm": world.altitude_mm,
            }
        )

    def line(self, values):
        self._file.write(json.dumps(values) + "\n")
        self._file.flush()


class _Ear:
    """Hears the buzzer, and tells the truth a line for each spell of tones with no silence of 3 s in it."""

    def __init__(self, clock, truth):
        self._clock = clock
        self._truth = truth
        self._on_us = None
        self._from_us = None
        self._quiet_us = 0
        self._tones = 0
        self._longest_us = 0

    def hear(self, level):
        """At the pin of the buzzer."""
        now_us = self._clock.now_us
        if level:
            if self._on_us is None:
                self._on_us = now_us
        elif self._on_us is not None:
            if self._from_us is None:
                self._from_us = self._on_us
            self._tones += 1
            self._longest_us = max(self._longest_us, now_us - self._on_us)
            self._on_us = None
            self._quiet_us = now_us

    def listen(self):
        """Now and then: what has been silent for long enough is over."""
        if self._from_us is None or self._on_us is not None or self._clock.now_us - self._quiet_us < _SILENCE_US:
            return
        self._truth.line(
            {
                "what": "sound",
                "at_us": self._from_us,
                "until_us": self._quiet_us,
                "tones": self._tones,
                "longest_ms": self._longest_us // 1000,
            }
        )
        self._from_us = None
        self._tones = self._longest_us = 0


def _beside(bench, setup, truth):
    """The independent backup, flying beside the board of `bench`; its heartbeat is on the line that is for it."""
    from hardware.pins import pico as pins
    from hardware.simulated.backup_bench import BackupBench

    with open(setup["backup_bin"], "rb") as file:
        plan = file.read()
    backup = BackupBench(bench, setup, plan, truth.event)
    bench.wiring.inputs[pins.number("BACKUP_LINE")] = backup.line
    return backup


def fly(setup, sink, truth_file, trace_file=None, port=None, sent_file=None):
    """Fly `setup` to its end; returns the summary that is also the last line of the truth.

    port: an UplinkPort for what the ground sends. sent_file: takes every byte that left the antenna.
    """
    from firmware.flight_computer import FlightComputer
    from hardware.pins import pico as pins
    from hardware.simulated.bench import Bench
    from hardware.simulated.costs import charge
    from hardware.simulated.machine import BoardReset, SimulatedMachine

    truth = _Truth(truth_file)
    bench = Bench(setup, sink, truth.event, trace_file)
    truth.bench = bench
    if sent_file is not None:
        bench.modem.on_leave = sent_file.write
    clock = bench.clock
    ear = _Ear(clock, truth)
    bench.wiring.outputs[pins.number("BUZZER")] = ear.hear
    begun = () if bench.faults is None else bench.faults.begun
    backup = _beside(bench, setup, truth) if setup.get("backup_bin") else None
    world = bench.world
    pace = _Pace(clock, setup["speed"], port, bench.say)
    longest_us = setup["longest_s"] * 1000000
    after_landing_us = setup["after_landing_s"] * 1000000
    with open(setup["mission_bin"], "rb") as file:
        mission = file.read()

    said = [False, False]
    faults_told = [0]
    orders = [] if bench.crew is None else bench.crew.done
    orders_told = [0]

    def watch():
        """Say what has happened; True when the simulation is over."""
        pace.keep()
        ear.listen()
        while faults_told[0] < len(begun):
            at_us, name = begun[faults_told[0]]
            faults_told[0] += 1
            truth.line({"what": "fault", "at_us": at_us, "name": name})
        while orders_told[0] < len(orders):
            truth.line(bench.crew.figures(orders[orders_told[0]]))
            orders_told[0] += 1
        if world.aloft:
            if not said[0]:
                said[0] = True
                truth.event("launch")
        elif world.landed_us is not None:
            if not said[1]:
                said[1] = True
                truth.event("landing")
            if clock.now_us - world.landed_us >= after_landing_us:
                return True
        return clock.now_us >= longest_us

    passes = overruns = longest_lag_ms = gps_bytes_lost = 0
    cause = SimulatedMachine.PWRON_RESET
    board = bench.power_on(cause)
    with board.storage.open("mission.bin", "wb") as file:
        file.write(mission)
    computer = None
    over = False
    while not over:
        loop = None
        try:
            if board is None:
                board = bench.power_on(cause)
            truth.event("boot", cause)
            computer = FlightComputer(board)
            bench.on_computer(computer)
            loop = computer.loop
            charge(clock, loop)
            while not over:
                loop.run(10)
                over = watch()
        except BoardReset as reset:
            cause = reset.args[0]
        if board is not None:
            gps_bytes_lost += board.gps_uart.bytes_lost
            board = None
        if loop is not None:
            passes += loop.passes
            overruns += loop.overruns
            longest_lag_ms = max(longest_lag_ms, loop.longest_lag_ms)
        while not over and clock.now_us < bench.off_until_us:
            clock.advance(min(1000000, bench.off_until_us - clock.now_us))
            world.at(clock.now_us)
            over = watch()
    try:
        # What was written last is still on its way.
        clock.advance(_LAST_FRAME_US)
    except BoardReset:
        pass
    summary = {
        "what": "end",
        "interpreter": "%s %s" % (sys.implementation.name, ".".join([str(part) for part in sys.implementation[1][:3]]))
        if _MICROPYTHON
        else "cpython " + sys.version.split()[0],
        "at_us": clock.now_us,
        "launched_us": world.launched_us,
        "apex_us": world.apex_us,
        "descending_us": world.descending_us,
        "apex_mm": world.apex_mm,
        "landed_us": world.landed_us,
        "latitude_e7": world.latitude_e7,
        "longitude_e7": world.longitude_e7,
        "passes": passes,
        "overruns": overruns,
        "longest_lag_ms": longest_lag_ms,
        "frames_sent": bench.modem.writes,
        "bytes_sent": bench.modem.bytes_sent,
        "bytes_arrived": bench.modem.bytes_sent if bench.channel is None else bench.channel.bytes_arrived,
        "frame_gaps": bench.modem.gaps,
        "gps_bytes_lost": gps_bytes_lost,
        "faults": []
        if computer is None
        else [[number, count] for number, count in enumerate(computer.health.counts) if count],
        "last_exception": None if computer is None else repr(computer.health.last_exception),
        "backup_boots": 0 if backup is None else backup.boots,
        "link": None if bench.channel is None else bench.channel.figures(),
        "flash_erases": bench.flash.erases,
        "trace_records": bench.trace.records,
        "trace_sha256": bench.trace.sha256(),
    }
    truth.line(summary)
    return summary


def main(arguments):
    with open(arguments[1]) as file:
        setup = json.load(file)
    files = []
    for name in ("trace", "sent"):
        files.append(open(setup[name], "wb") if setup.get(name) else None)  # noqa: SIM115 - open for the whole flight
    port = None
    if setup.get("uplink"):
        from hardware.simulated.uplink_port import UplinkPort

        port = UplinkPort()
    with open(1, "wb", buffering=0) as downlink, open(setup["truth"], "w") as truth_file:
        fly(setup, downlink.write, truth_file, files[0], port, files[1])
    for file in files:
        if file is not None:
            file.close()


if __name__ == "__main__":
    if not _MICROPYTHON:
        import os

        here = os.path.dirname(os.path.abspath(__file__))
        sys.path.append(os.path.join(here, "on_cpython"))
    main(sys.argv)
