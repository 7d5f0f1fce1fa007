"""The laptop's settings: nothing is needed, and what is wrong is said with what to do."""

import pytest

from ground.settings import SettingsError, read_settings


def test_without_a_file_everything_is_as_it_comes(tmp_path, monkeypatch):
    monkeypatch.setenv("SAMARA_CONFIG", str(tmp_path / "config.toml"))
    assert read_settings() == {"uploads": {}}


def test_a_file_that_was_named_must_be_there(tmp_path):
    with pytest.raises(SettingsError, match="is not there"):
        read_settings(tmp_path / "missing.toml")
    with pytest.raises(SettingsError, match="cannot be read"):
        read_settings(tmp_path)


def test_what_the_file_says_is_taken(tmp_path):
    path = tmp_path / "config.toml"
    path.write_text(
        '[uploads]\ncallsign = "HL1ABC-9"\nposition = [37, 127.5, 40]\ndev = true\nhorus_udp = "127.0.0.1:55672"\n'
    )
    assert read_settings(path)["uploads"] == {
        "callsign": "HL1ABC-9",
        "position": (37.0, 127.5, 40.0),
        "dev": True,
        "horus_udp": ("127.0.0.1", 55672),
    }


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[uploads\n", "no TOML"),
        ("[upload]\n", "did you mean uploads"),
        ("uploads = 3\n", "must be a table"),
        ("[uploads]\ncalsign = 'A'\n", "did you mean callsign"),
        ("[uploads]\ncallsign = 'A <b>'\n", "callsign is 'A <b>'; expected letters"),
        ("[uploads]\ncallsign = ''\n", "expected letters"),
        ("[uploads]\ndev = 1\n", "dev is 1; expected true or false"),
        ("[uploads]\nevery_s = true\n", "every_s is True; expected 2 to 600"),
        ("[uploads]\nevery_s = 0.1\n", "expected 2 to 600"),
        ("[uploads]\nposition = [91, 0, 0]\n", "expected .latitude, longitude, altitude_m"),
        ("[uploads]\nposition = [1, 2]\n", "expected .latitude, longitude, altitude_m"),
        ("[uploads]\nhorus_udp = 'localhost'\n", "HOST:PORT"),
        ("[uploads]\nserver = 'ftp://x'\n", "begins with https"),
        ('[uploads]\nradio = "a\\u0007"\n', "expected a short text"),
    ],
)
def test_what_is_wrong_is_said_with_what_is_expected(tmp_path, text, said):
    path = tmp_path / "config.toml"
    path.write_text(text)
    with pytest.raises(SettingsError, match=said):
        read_settings(path)


def test_every_trouble_is_said_at_once(tmp_path):
    path = tmp_path / "config.toml"
    path.write_text("[uploads]\ndev = 1\nnever = 2\n[page]\n")
    with pytest.raises(SettingsError) as told:
        read_settings(path)
    assert len(str(told.value).splitlines()) == 3
