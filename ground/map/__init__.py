"""The map under the flight: built from data in packages, kept in PMTiles files, found by place; no internet."""
