"""Stands where a Pico stands on USB: a pseudo-terminal with the raw REPL of a real MicroPython process behind it.

Its flash is a folder. `os` is extended so that it calls itself an RP2040 and has a flash of 1.4 MB; `machine` and
`time` are those of the simulated board; `faults` make its flash lie and fill up, its cable break, its plug go in.
"""

import contextlib
import json
import os
import pty
import select
import subprocess
import sys
import termios
import threading
import tty
from pathlib import Path

MICROPYTHON = Path(sys.executable).parent / "micropython"
PROMPT = b"raw REPL; CTRL-B to exit\r\n>"

_ROOT = Path(__file__).resolve().parents[2]

# A board's parts are the simulated ones, made when something first asks for them; its files are those of this flash.
_MACHINE = """
import sys
_bench = None
_machine = None
def reset():
    with open({marker!r}, 'a') as f:
        f.write('x')
    sys.exit()
def __getattr__(name):
    if name.startswith('_'):
        raise AttributeError(name)
    return getattr(simulated(), name)
def simulated():
    global _bench, _machine
    if _machine is None:
        _bench, _machine = _make()
    return _machine
def _make():
    import json
    with open({faults!r}) as f:
        faults = json.load(f)
    # The simulated hardware comes from the project, everything else from the flash.
    path = sys.path[:]
    ours = [name for name in sys.modules if name.split('.')[0] in ('hardware', 'firmware')]
    kept = [(name, sys.modules.pop(name)) for name in ours]
    sys.path[:] = [{root!r}, '.frozen']
    from hardware.pins import pico
    from hardware.simulated import scenarios
    from hardware.simulated.bench import Bench
    from hardware.simulated.machine import SimulatedMachine
    sys.path[:] = path
    for name in [name for name in sys.modules if name.split('.')[0] in ('hardware', 'firmware')]:
        del sys.modules[name]
    for name, module in kept:
        sys.modules[name] = module
    def happened(what, output, level):
        with open({events!r}, 'a') as f:
            f.write('%s %d %d\\n' % (what, output, level))
    setup = dict(scenarios.SCENARIOS[0])
    setup.update({{'launch_s': 1000000, 'plug_in_s': 0, 'break_wire': True}})
    setup['wires'] = ((1, 150, 1400), (2, 150, 2100), (3, 150, 1700))
    bench = Bench(setup, lambda data: None, happened)
    bench.plug_in = False
    for output in faults.get('open', ()):
        bench.wires[output - 1].part()
    for output in faults.get('unburnable', ()):
        bench.wires[output - 1].parts_after_ms = 1000000
    bench.supply.sense_broken = bool(faults.get('sense_broken'))
    clock = bench.clock
    clock.stops_at_us = faults['stops_at_ms'] * 1000 if 'stops_at_ms' in faults else None
    def plug(level):
        bench.plug_in = level
    for at_ms, level in faults.get('plug', ()):
        clock.call_at(clock.now_us + at_ms * 1000, lambda level=level: plug(bool(level)))
        if not at_ms:
            plug(bool(level))
    state = faults.get('backup_state')
    if state:
        def line():
            ms = clock.now_us // 1000 % 4200
            for pulse in range(7):
                if ms < 400:
                    return 1 if ms < 200 else 0
                ms -= 400
                if pulse + 1 == state:
                    if ms < 400:
                        return 0
                    ms -= 400
            return 0
        bench.wiring.inputs[pico.number('BACKUP_LINE')] = line
    return bench, SimulatedMachine(clock, bench.wiring)
"""

# A terminal that is no terminal makes no interrupts of Ctrl-C: where the clock stands still it is looked for.
_TIME = """
import machine, sys
_path = sys.path[:]
_me = sys.modules.pop('time')
sys.path[:] = []
import time as _real
sys.path[:] = _path
sys.modules['time'] = _me
def __getattr__(name):
    if name.startswith('_'):
        raise AttributeError(name)
    machine.simulated()
    return getattr(machine._bench.clock, name)
def sleep_ms(ms):
    # A command to the board itself takes real time, what the firmware does virtual time.
    if machine._bench is None:
        _real.sleep_ms(ms)
        return
    clock = machine._bench.clock
    # The board's own clock may be told to stand still, for what must be stopped in mid-run.
    while clock.stops_at_us is not None and clock.now_us >= clock.stops_at_us:
        _real.sleep_ms(10)
        try:
            open({ctrl_c!r}).close()
        except OSError:
            continue
        clock.stops_at_us = None
        raise KeyboardInterrupt
    clock.sleep_ms(ms)
"""

_OS = """
import sys
_path = sys.path[:]
sys.path.clear()
from os import *
import json
sys.path.extend(_path)
import builtins
with builtins.open({faults!r}) as _f:
    _faults = json.load(_f)
_left = _faults.get('full_after')
def uname():
    return (_faults.get('system', 'rp2'), 'rp2', _faults.get('release', '1.24.1'), '', 'Raspberry Pi Pico with RP2040')
def statvfs(path):
    free = _faults.get('free_blocks', 300)
    return (4096, 4096, 352, free, free, 0, 0, 0, 0, 255)
class _Liar:
    def __init__(self, file, flip):
        self._file = file
        self._flip = flip
    def __enter__(self):
        return self
    def __exit__(self, *exception):
        self.close()
    def write(self, data):
        global _left
        if _left is not None:
            _left -= len(data)
            if _left < 0:
                raise OSError(28)
        if self._flip:
            self._flip = False
            data = bytes([data[0] ^ 1]) + data[1:]
        return self._file.write(data)
    def close(self):
        self._file.close()
_open = builtins.open
def _lying_open(path, mode='r', *rest):
    file = _open(path, mode, *rest)
    if 'w' in mode:
        flips = _faults.get('flip', {{}})
        flip = flips.get(path, 0) > 0
        if flip:
            flips[path] -= 1
        return _Liar(file, flip)
    return file
builtins.open = _lying_open
"""


class StandIn:
    """`port` is what a user would give; `flash` the folder of its files; `resets` how often it was reset."""

    def __init__(self, folder, faults=None):
        self.folder = folder
        self.flash = folder / "flash"
        self.flash.mkdir(parents=True, exist_ok=True)
        self._extensions = folder / "extensions"
        self._extensions.mkdir(exist_ok=True)
        self._marker = folder / "resets"
        self._events = folder / "events"
        self.faults(**(faults or {}))
        self._ctrl_c = folder / "ctrl_c"
        places = {"marker": self._marker, "events": self._events, "ctrl_c": self._ctrl_c}
        places["faults"] = self._extensions / "faults.json"
        places = {name: str(path) for name, path in places.items()}
        (self._extensions / "machine.py").write_text(_MACHINE.format(root=str(_ROOT), **places))
        (self._extensions / "time.py").write_text(_TIME.format(**places))
        (self._extensions / "os.py").write_text(_OS.format(faults=str(self._extensions / "faults.json")))
        self._master, self._slave = pty.openpty()
        tty.setraw(self._slave)
        self.port = os.ttyname(self._slave)
        self._wake_read, self._wake_write = os.pipe()
        self._process = None
        self._seen_resets = 0
        self.heard = 0  # bytes from the host
        self.deaf_after = None  # so many bytes are heard, and then nothing more is answered
        self.gone_after = None  # so many bytes are heard, and then the port vanishes
        self._start()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        os.write(self._wake_write, b"x")
        self._thread.join()
        self._stop()
        for end in (self._master, self._slave, self._wake_read, self._wake_write):
            with contextlib.suppress(OSError):
                os.close(end)

    def faults(self, **faults):
        """From the next restart on.

        Flash: flip={path: times}, full_after=bytes, free_blocks=, system=, release=. Around the board: plug=[[ms, 1],
        [ms, 0], ...] (it is out before), sense_broken=, open=[output, ...], unburnable=[output, ...], backup_state=;
        stops_at_ms: the time of the board at which its clock stands still until Ctrl-C comes.
        """
        (self._extensions / "faults.json").write_text(json.dumps(faults))

    @property
    def events(self):
        """What the simulated outputs and wires did: lines of word, output, level."""
        return self._events.read_text().splitlines() if self._events.exists() else []

    @property
    def resets(self):
        return len(self._marker.read_text()) if self._marker.exists() else 0

    def files(self):
        """Path -> bytes of all that lies on its flash."""
        return {
            path.relative_to(self.flash).as_posix(): path.read_bytes()
            for path in sorted(self.flash.rglob("*"))
            if path.is_file()
        }

    def put(self, path, data):
        place = self.flash / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)

    def _start(self):
        """A fresh interpreter at its friendly prompt."""
        self._ctrl_c.unlink(missing_ok=True)
        master, slave = pty.openpty()
        tty.setraw(slave)
        self._inner = master
        self._process = subprocess.Popen(
            [MICROPYTHON, "-X", "heapsize=8M", "-i"],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            cwd=self.flash,
            env={"MICROPYPATH": f":{self._extensions}:.frozen", "TERM": "dumb"},
            start_new_session=True,
        )
        os.close(slave)
        self._expect(b">>> ")

    def _expect(self, ending):
        text = b""
        while not text.endswith(ending):
            ready, _, _ = select.select([self._inner], [], [], 10)
            assert ready, f"MicroPython did not say {ending!r} but {text!r}"
            text += os.read(self._inner, 4096)

    def _stop(self):
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            os.close(self._inner)
            self._process = None

    def _restart(self):
        """The interpreter has ended: soft resets come back in the raw REPL, machine.reset() at the friendly prompt."""
        resets = self.resets
        soft = resets == self._seen_resets
        self._seen_resets = resets
        self._stop()
        self._start()
        if soft:
            os.write(self._inner, b"\r\x01")
            self._expect(PROMPT)
            os.write(self._master, b"MPY: soft reboot\r\n" + PROMPT)

    def _serve(self):
        while True:
            ready, _, _ = select.select([self._master, self._inner, self._wake_read], [], [])
            if self._wake_read in ready:
                return
            if self._inner in ready:
                try:
                    data = os.read(self._inner, 4096)
                except OSError:
                    data = b""
                if not data:
                    self._restart()
                elif not self._deaf():
                    os.write(self._master, data)
            if self._master in ready:
                data = os.read(self._master, 4096)
                self.heard += len(data)
                if b"\x03" in data:
                    self._ctrl_c.write_text("")
                if self.gone_after is not None and self.heard >= self.gone_after:
                    # Both ends: whoever has the port open gets an error, as when a cable is pulled.
                    os.close(self._slave)
                    os.close(self._master)
                    self._master = self._slave = -1
                    return
                if not self._deaf():
                    with contextlib.suppress(OSError, termios.error):
                        os.write(self._inner, data)

    def _deaf(self):
        return self.deaf_after is not None and self.heard >= self.deaf_after
