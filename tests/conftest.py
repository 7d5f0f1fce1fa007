"""pytest as the fourth port of the portable tests: it honours SKIP_ON (tests/skip.py). pyproject.toml sets the path."""

import os

import pytest

from tests.ports import PORTABLE, ROOT, skip_reasons


def pytest_configure():
    # Tests name ../shared/data and their own files from the project's root, wherever pytest was started.
    os.chdir(ROOT)


def pytest_collection_modifyitems(items):
    for item in items:
        if PORTABLE in item.path.parents:
            reason = skip_reasons(item.path).get("cpython")
            if reason:
                item.add_marker(pytest.mark.skip(reason=reason))
