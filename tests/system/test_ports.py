"""The runner of the portable tests cannot pass by mistake: planted outcomes come back as they are, on every port."""

import shutil

import pytest

from tests import ports

PROBES = ports.PORTABLE / "probes"


@pytest.fixture(scope="module", params=ports.PORTS)
def port(request, tmp_path_factory):
    board = tmp_path_factory.mktemp("board")
    try:
        if request.param == "wasm":
            ports.prepare_wasm()
        ports.board_packages(board)
        ports.COMMANDS[request.param]("", board)
    except ports.Missing as what:
        pytest.skip(f"{request.param}: {what}")
    return request.param, board


def run(port, name):
    return ports.run_file(port[0], PROBES / name, port[1])


def test_a_pass_a_failure_and_a_skip_are_told_apart(port):
    passed, failed, skipped, output = run(port, "outcomes.py")
    assert (passed, failed, skipped) == (1, 1, 1), output
    assert "outcomes.py::test_b_failure" in output
    assert "AssertionError: found the planted failure" in output
    assert "outcomes.py::test_c_skip: planted reason" in output


def test_an_interpreter_that_ends_early_has_failed(port):
    assert run(port, "ends_early.py")[:3] == (0, 1, 0)


def test_a_file_that_cannot_be_imported_has_failed(port):
    passed, failed, _, output = run(port, "broken_import.py")
    assert (passed, failed) == (0, 1)
    assert "no_such_module" in output


def test_a_file_left_out_on_a_port_is_counted_and_gives_its_reason(port):
    passed, failed, skipped, output = run(port, "left_out.py")
    if port[0] == "single_precision":
        assert (passed, failed, skipped) == (0, 0, 2)
        assert "planted reason" in output
    else:
        assert (passed, failed, skipped) == (2, 0, 0)


def test_only_the_webassembly_port_has_words_of_32_bits(port):
    assert run(port, "word_size.py")[0] == (1 if port[0] == "wasm" else 0)


def test_a_hanging_interpreter_has_failed(port, monkeypatch):
    monkeypatch.setattr(ports, "LIMIT_S", 1)
    monkeypatch.setitem(ports.COMMANDS, port[0], lambda test_file, board: (["sleep", "60"], {}))
    assert shutil.which("sleep")
    _, failed, _, output = run(port, "outcomes.py")
    assert failed == 1
    assert "not finished after 1 s" in output


def test_a_skip_for_a_port_that_does_not_exist_is_an_error(tmp_path):
    path = tmp_path / "test_typing_error.py"
    path.write_text('SKIP_ON = {"webassembly": "reason"}\n', encoding="utf-8")
    with pytest.raises(ValueError, match="webassembly"):
        ports.skip_reasons(path)


@pytest.mark.parametrize(("ci", "status"), [("true", 1), ("", 0)])
def test_a_port_that_is_missing_is_said_and_is_a_failure_only_in_ci(monkeypatch, capsys, ci, status):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setenv("CI", ci)
    assert ports.main(["wasm"]) == status
    assert "wasm left out: Node.js (node and npm) is not installed" in capsys.readouterr().out
