// A 32-bit MicroPython whose standard output is ours, and a way to copy files into its memory.
import fs from "node:fs";
import path from "node:path";
import { loadMicroPython } from "@micropython/micropython-webassembly-pyscript/micropython.mjs";

export async function start(heapBytes) {
  const decoder = new TextDecoder();
  const python = await loadMicroPython({
    heapsize: heapBytes,
    linebuffer: false,
    stdout: (bytes) => process.stdout.write(typeof bytes === "string" ? bytes : decoder.decode(bytes)),
  });
  function copy(from, to) {
    if (fs.statSync(from).isFile()) {
      python.FS.writeFile(to, fs.readFileSync(from));
      return;
    }
    python.FS.mkdirTree(to);
    for (const name of fs.readdirSync(from)) {
      if (name !== "__pycache__" && name !== "node_modules") copy(path.join(from, name), `${to}/${name}`);
    }
  }
  return { python, copy };
}
