"""Options of the whole test run."""

from __future__ import annotations

import pytest
from hypothesis import settings

# A busy machine is no failure: time is measured in benchmarks/, never asserted here.
settings.register_profile("course", deadline=None)
settings.load_profile("course")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--browser-required",
        action="store_true",
        help="fail, instead of skipping, when no Chromium is found for the browser tests",
    )
