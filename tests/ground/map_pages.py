"""Runs the map's own JavaScript in node: what an expression over one of its modules comes to."""

import base64
import json
import re
import shutil
import subprocess

import pytest

from tests.ports import ROOT

STATIC = ROOT / "ground" / "web" / "static"


def value_of(expression, module):
    """The JSON value of an expression; every name that the module exports can be used in it."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("no node here: the page's own functions are not run")
    text = (STATIC / module).read_text(encoding="utf-8")
    names = ", ".join(re.findall(r"^export (?:const|function) (\w+)", text, re.MULTILINE))
    # As data: an old node takes a file that ends in .js for another kind of module.
    address = "data:text/javascript;base64," + base64.b64encode(text.encode()).decode()
    program = f"import {{ {names} }} from '{address}';\nconsole.log(JSON.stringify({expression}));"
    done = subprocess.run(
        [node, "--input-type=module"], input=program, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
