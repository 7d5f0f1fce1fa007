"""docs/simulation.md has every fault and every scenario that there is."""

from ground import simulation_document
from ground.simulation_document import DOCUMENT, main, with_table
from hardware.simulated.faults import CATALOGUE
from hardware.simulated.scenarios import SCENARIOS


def test_the_document_in_the_repository_has_the_table_of_now():
    assert main(["--check"]) == 0, "run python -m ground.simulation_document and commit docs/simulation.md"
    text = DOCUMENT.read_text(encoding="utf-8")
    assert all(f"| `{row[0]}` |" in text for row in CATALOGUE)
    assert all(f"| `{row['name']}` | {row['text']} |" in text for row in SCENARIOS)


def test_a_stale_document_is_noticed_and_made_anew(tmp_path, monkeypatch, capsys):
    copy = tmp_path / "simulation.md"
    copy.write_text(DOCUMENT.read_text(encoding="utf-8").replace("| `power_cut` |", "| `power_cuts` |"))
    monkeypatch.setattr(simulation_document, "DOCUMENT", copy)
    assert main(["--check"]) == 1 and "ground.simulation_document" in capsys.readouterr().out
    assert main([]) == 0 and main(["--check"]) == 0


def test_a_document_without_its_marks_is_refused():
    try:
        with_table("# Simulation\n")
    except ValueError as error:
        assert "marks" in str(error)
    else:
        raise AssertionError
