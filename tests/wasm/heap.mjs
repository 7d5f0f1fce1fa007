// Measures the firmware's heap on the 32-bit WebAssembly port: node heap.mjs COMPILED_TREE SETUP.json
import fs from "node:fs";
import { start } from "./interpreter.mjs";

const [tree, setup] = process.argv.slice(2);
const { python, copy } = await start(4 * 1024 * 1024);

copy(tree, "/tree");
const flight = JSON.parse(fs.readFileSync(setup));
python.FS.writeFile("/mission.bin", fs.readFileSync(flight.mission_bin));
flight.mission_bin = "/mission.bin";
python.FS.writeFile("/setup.json", JSON.stringify(flight));
python.runPython(`
import gc, json, os, sys
# As on a board: every module keeps the name of its file, which there is as short as this makes it.
os.chdir("/tree")
sys.path[:] = ["", ".frozen"]
from hardware.simulated.firmware_heap import Steps, shares
with open("/setup.json") as file:
    steps = Steps(json.load(file))
going = True
`);
// A collection happens only when no Python is running.
function liveBytes() {
  python.runPython("gc.collect()");
  python.runPython("gc.collect()");
  python.runPython("live = gc.mem_alloc()");
  return python.globals.get("live");
}
const live = [liveBytes()];
while (python.globals.get("going")) {
  python.runPython("going = steps.step()");
  live.push(liveBytes());
}
python.globals.set("live_bytes", JSON.stringify(live));
python.runPython("print(json.dumps(shares(json.loads(live_bytes))))");
