// Runs one portable test file on the 32-bit WebAssembly port of MicroPython.
// node run.mjs TEST_FILE FOLDER_ON_HOST=FOLDER_IN_MEMORY...   (the folders it may import from or read)
import fs from "node:fs";
import path from "node:path";
import { start } from "./interpreter.mjs";

const [testFile, ...folders] = process.argv.slice(2);
const { python, copy } = await start(8 * 1024 * 1024);

for (const folder of folders) {
  const at = folder.lastIndexOf("=");
  const [from, to] = [folder.slice(0, at), folder.slice(at + 1)];
  python.FS.mkdirTree(path.posix.dirname(to));
  copy(from, to);
}
python.globals.set("test_file", testFile);
python.runPython(`
import os, sys
os.chdir("/samara")
sys.path[:] = ["/samara", "/samara/firmware/shims", "/board", ".frozen"]
from tests.run_portable import main
status = main([test_file])
`);
process.exitCode = python.globals.get("status");
