"""A JupyterLab and a Chromium that all browser tests of a run share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import nbformat
import pytest
from browser_process import chromium, find_chromium
from delay_proxy import delayed
from lab_server import lab_server
from live_figure import EXPLORERS, LiveFigure
from notebook_page import NotebookPage
from playwright.sync_api import Browser


def _notebook(names: tuple[str, ...]) -> nbformat.NotebookNode:
    """One cell for each explorer, and one before them that imports."""
    codes = ["from lecture_lib import explorers"]
    codes += [f"{name} = explorers.{name}()\n{name}" for name in names]
    notebook = nbformat.v4.new_notebook(cells=[*map(nbformat.v4.new_code_cell, codes)])
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3"}
    return notebook


@pytest.fixture(scope="session")
def chromium_path(pytestconfig: pytest.Config) -> str:
    path = find_chromium()
    if path is None:
        reason = "no Chromium or Chrome on the PATH: install one to run the browser tests"
        if pytestconfig.getoption("--browser-required"):
            pytest.fail(f"{reason} (--browser-required was given)", pytrace=False)
        pytest.skip(reason)
    return path


@pytest.fixture(scope="session")
def browser(chromium_path: str) -> Iterator[tuple[Browser, int]]:
    with chromium(chromium_path) as both:
        yield both


@pytest.fixture(scope="session")
def folder(chromium_path: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The lab's root, with small notebooks of the explorers in it."""
    root = tmp_path_factory.mktemp("notebooks")
    nbformat.write(_notebook(EXPLORERS), root / "explorers.ipynb")
    for name in ("far", "broken"):
        nbformat.write(_notebook(EXPLORERS[:1]), root / f"{name}.ipynb")
    return root


@pytest.fixture(scope="session")
def lab(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of a JupyterLab over ``folder``."""
    with lab_server(folder, tmp_path_factory.mktemp("lab")) as port:
        yield port


@pytest.fixture(scope="session")
def lab_behind_delay(lab: int) -> Iterator[int]:
    """The same JupyterLab, 50 ms away in each direction."""
    with delayed(lab, one_way=0.05) as port:
        yield port


@pytest.fixture(scope="session")
def open_notebook(browser: tuple[Browser, int]) -> Iterator[Callable[..., NotebookPage]]:
    """Opens a notebook in a tab of its own; all tabs close when the run ends."""
    tabs: list[NotebookPage] = []

    def open_notebook(port: int, notebook: str, *, kernel: bool = True) -> NotebookPage:
        tab = NotebookPage(*browser)
        tabs.append(tab)
        tab.open(port, notebook, kernel=kernel)
        return tab

    yield open_notebook
    for tab in tabs:
        tab.close()


@pytest.fixture(scope="session")
def explorers_page(lab: int, open_notebook: Callable[..., NotebookPage]) -> NotebookPage:
    tab = open_notebook(lab, "explorers.ipynb")
    tab.run_all()
    assert tab.failed_cells() == []  # once and here, rather than as a time-out in every test
    return tab


@pytest.fixture
def explorer(explorers_page: NotebookPage) -> Iterator[Callable[[str], LiveFigure]]:
    """Finds an explorer by its class name; afterwards the console must have stayed silent."""
    tab = explorers_page
    tab.page.bring_to_front()
    tab.complaints.clear()
    yield lambda name: LiveFigure(tab, 1 + EXPLORERS.index(name))
    assert tab.complaints == []


@pytest.fixture
def lens(explorer: Callable[[str], LiveFigure]) -> LiveFigure:
    """The HessianLens, its program running in the browser."""
    figure = explorer("HessianLens")
    figure.tab.run_code("HessianLens.plane.twin = True")
    figure.settle()
    return figure


@pytest.fixture(scope="session")
def artefacts() -> Path:
    """Where screenshots go for people to look at; git ignores it."""
    made = Path(__file__).parent / "artefacts"
    made.mkdir(exist_ok=True)
    (made / ".gitignore").write_text("*\n")
    return made
