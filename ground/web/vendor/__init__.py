"""Modules of the page that other people wrote, unchanged but for what vendored.toml says; served as they lie here."""
