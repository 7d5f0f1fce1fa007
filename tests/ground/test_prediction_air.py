"""The air of the prediction: the standard's own rows, and what floats in it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ground.prediction.atmosphere import altitude_of_density, density, geometric_m, pressure_temperature
from ground.prediction.float_height import (
    float_height_m,
    relative_density,
    tube_diameter_m,
    tube_volume_m3,
)


@pytest.mark.parametrize(
    ("altitude_m", "kg_m3"),
    [
        (0, 1.2250),
        (5000, 0.736428),
        (10000, 0.413510),
        (15000, 0.194755),
        (25000, 0.0400839),
        (30000, 0.0184102),
        (40000, 0.0039957),
    ],
)
def test_the_density_is_that_of_the_us_standard_atmosphere_1976(altitude_m, kg_m3):
    assert density(altitude_m) == pytest.approx(kg_m3, rel=1e-5)


@pytest.mark.parametrize(
    ("altitude_m", "pressure_pa", "temperature_k"),
    [
        # Table I of the standard, geometric altitude
        (-1000, 113929, 294.651),
        (0, 101325, 288.150),
        (11000, 22699.9, 216.774),
        (20000, 5529.3, 216.650),
        (32000, 889.06, 228.490),
        (47000, 115.85, 269.684),
        (50000, 79.779, 270.650),
        (60000, 21.958, 247.021),
        (75000, 2.3881, 208.399),
    ],
)
def test_pressure_and_temperature_are_those_of_its_table(altitude_m, pressure_pa, temperature_k):
    found_pa, found_k = pressure_temperature(altitude_m)
    assert found_pa == pytest.approx(pressure_pa, rel=2e-4)
    assert found_k == pytest.approx(temperature_k, abs=0.01)


def test_beyond_its_ends_the_air_is_that_of_the_ends():
    assert pressure_temperature(-5000) == pressure_temperature(-1000)
    assert pressure_temperature(200000) == pressure_temperature(80000)


@given(st.floats(-900, 79000))
def test_an_altitude_is_found_again_by_its_density(altitude_m):
    assert altitude_of_density(density(altitude_m)) == pytest.approx(altitude_m, abs=1.0)


def test_a_geopotential_altitude_is_lower_than_the_geometric_one():
    # Table I: 30,000 m are 29,859 m of geopotential.
    assert geometric_m(29859) == pytest.approx(30000, abs=1)
    assert geometric_m(0) == 0


@pytest.mark.parametrize(("solid_kg", "km"), [(6, 9.1), (8, 6.6), (10, 4.6), (12, 2.9)])
def test_a_tube_of_12_m_and_2_m_lay_flat_floats_where_it_should(solid_kg, km):
    volume_m3 = tube_volume_m3(12, 2)
    assert volume_m3 == pytest.approx(14.0, abs=0.05)
    assert float_height_m(volume_m3, solid_kg, "hydrogen") / 1000 == pytest.approx(km, abs=0.05)


def test_helium_carries_less_than_hydrogen():
    assert relative_density("hydrogen") == pytest.approx(0.0696, abs=1e-4)
    assert relative_density("helium") == pytest.approx(0.1382, abs=1e-4)
    assert float_height_m(14.0, 8.0, "helium") < float_height_m(14.0, 8.0, "hydrogen") - 500


def test_what_is_too_heavy_or_has_no_volume_floats_nowhere():
    assert float_height_m(14.0, 30.0, "hydrogen") < 0
    assert float_height_m(0.0, 1.0, "hydrogen") == -1000.0
    assert tube_volume_m3(0.5, 2) == 0.0


def test_the_diameter_of_a_tube_follows_from_its_width_when_flat():
    assert tube_diameter_m(2) == pytest.approx(1.2732, abs=1e-4)
