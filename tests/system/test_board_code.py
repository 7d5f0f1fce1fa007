"""Whatever is flashed compiles for the RP2040, and the total that is printed is what the files add up to."""

from tests.checks import board_code


def test_the_total_is_the_sum_of_the_files(tmp_path):
    (tmp_path / "a.py").write_text("x = 1\n", encoding="utf-8")
    (tmp_path / "b.py").write_text("def f(): return 2\n", encoding="utf-8")
    sizes = [board_code.compile_for_board(tmp_path, [name]) for name in ("a.py", "b.py")]
    assert all(total > 0 and findings == [] for total, findings in sizes)
    assert board_code.compile_for_board(tmp_path, ["a.py", "b.py"]) == (sizes[0][0] + sizes[1][0], [])


def test_a_file_that_a_board_could_not_load_is_found(tmp_path):
    (tmp_path / "a.py").write_text("match x:\n    case 1: pass\n", encoding="utf-8")
    total, findings = board_code.compile_for_board(tmp_path, ["a.py"])
    assert total == 0
    assert [finding.path for finding in findings] == ["a.py"]
    assert "SyntaxError" in findings[0].sentence
