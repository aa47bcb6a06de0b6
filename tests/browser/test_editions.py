"""Both days as committed, in both languages, in a real browser, with and without being run."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from lab_server import REPOSITORY
from live_figure import DAYS, EXPLORERS, LiveFigure
from notebook_page import NotebookPage

from lecture_lib.words import all_words

# nbval runs every edition; here one day's two and the Chinese one of the other.  All other browser
# tests speak English, so this is where a word of the wrong length or language would show.
EDITIONS = [("en", min(DAYS)), *(("zh", day) for day in DAYS)]
THEMES = {"en": "Light", "zh": "Dark"}
TALL = 1600  # a whole explorer fits, for the people who look at the screenshots


@pytest.fixture(scope="module", params=EDITIONS, ids="-".join)
def edition(
    request: pytest.FixtureRequest,
    lab: int,
    folder: Path,
    open_notebook: Callable[..., NotebookPage],
) -> Iterator[tuple[str, str, NotebookPage]]:
    """A day's notebook in one language, all its cells run."""
    language, day = request.param
    # A copy: a page saves what it runs over the file that it came from.
    (folder / language).mkdir(exist_ok=True)
    shutil.copy(REPOSITORY / "notebooks" / language / f"{day}.ipynb", folder / language)
    tab = open_notebook(lab, f"{language}/{day}.ipynb")
    tab.run_all()
    yield language, day, tab
    tab.start_code("import os; os._exit(0)")


def cells_that_show(tab: NotebookPage, pattern: str) -> list[int]:
    """The numbers of the cells with a widget whose plain text is all of ``pattern``."""
    return tab.script(
        """
        const view = "application/vnd.jupyter.widget-view+json", wanted = new RegExp(argument);
        const shows = ({ data }) => data && view in data && wanted.test(data["text/plain"]);
        return notebook.widgets.flatMap((cell, number) =>
            (cell.model.sharedModel.getOutputs?.() ?? []).some(shows) ? [number] : []);
        """,
        f"^({pattern})$",
    )


def explorer_cells(tab: NotebookPage) -> list[int]:
    return cells_that_show(tab, "|".join(map(re.escape, all_words()["plane.live"].values())))


def test_the_notebook_runs_without_an_error_in_its_language(edition, artefacts):
    language, day, tab = edition
    assert tab.failed_cells() == []
    cells = explorer_cells(tab)
    assert len(cells) >= len(DAYS[day])
    facts = []
    theme = THEMES[language]
    with tab.screen(height=TALL):
        tab.set_theme(theme)
        for cell in cells:
            figure = LiveFigure(tab, cell)
            figure.settle()
            shot = artefacts / f"{day[:5]}_{language}_{theme.lower()}_cell{cell:03d}.png"
            figure.element().screenshot(path=shot)
            facts.append(figure.fact())
        tab.set_theme("Light")
    assert tab.complaints == []
    for fact in facts:
        assert bool(re.search("[\u4e00-\u9fff]", fact)) == (language == "zh"), fact


def test_every_question_answers_every_choice(edition):
    language, _, tab = edition
    cells = cells_that_show(tab, ".*A · B · C.*")
    assert len(cells) >= 4
    for cell in cells:
        tab.show_cell(cell)
        place = f'[data-cell-number="{cell}"] .jp-Cell-outputWrapper'
        output = tab.page.locator(place)
        buttons = output.locator("button.jupyter-button")
        buttons.first.wait_for()
        reasons = [""]
        for button in buttons.all():
            button.click()
            tab.page.wait_for_function(
                "([output, last]) => (document.querySelector(`${output} [role=status]`)"
                "?.innerText ?? last) !== last",
                arg=[place, reasons[-1]],
            )
            reasons.append(output.locator("[role=status]").inner_text())
        del reasons[0]
        assert len(set(reasons)) == buttons.count() >= 3
        assert all(bool(re.search("[\u4e00-\u9fff]", r)) == (language == "zh") for r in reasons)
    assert tab.complaints == []


def assert_stills_are_shown(tab: NotebookPage, cells: list[int]) -> None:
    for cell in cells:
        tab.show_cell(cell)
        still = tab.page.locator(f'[data-cell-number="{cell}"] .jp-RenderedImage img').first
        still.wait_for(state="visible")
        assert still.evaluate("(image) => image.naturalWidth") > 100


@pytest.mark.parametrize(("language", "day"), [EDITIONS[0], EDITIONS[-1]])
def test_a_notebook_nobody_has_run_shows_its_stills_and_facts(
    lab, folder, open_notebook, artefacts, language, day
):
    committed = REPOSITORY / "notebooks" / language / f"{day}.ipynb"
    shutil.copy(committed, folder / f"unrun_{language}_{day}.ipynb")
    tab = open_notebook(lab, f"unrun_{language}_{day}.ipynb")
    cells = explorer_cells(tab)
    assert len(cells) >= len(DAYS[day])
    assert_stills_are_shown(tab, cells)
    output = tab.page.locator(f'[data-cell-number="{cells[-1]}"] .jp-Cell-outputWrapper')
    output.screenshot(path=artefacts / f"unrun_{language}_{day}.png")


def test_a_saved_notebook_opened_without_a_kernel_shows_its_stills(
    explorers_page, lab, open_notebook, folder
):
    explorers_page.command("docmanager:save")
    saved = folder / "saved.ipynb"
    saved.write_bytes((folder / "explorers.ipynb").read_bytes())
    tab = open_notebook(lab, saved.name, kernel=False)
    tab.script("await panel.sessionContext.ready; await panel.sessionContext.shutdown();")
    assert_stills_are_shown(tab, list(range(1, 1 + len(EXPLORERS))))
