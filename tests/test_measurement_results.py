"""What a long experiment found: sentences, tables and pictures for every reader."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import numpy as np
import pytest
from IPython.display import Markdown
from matplotlib.colors import to_rgb
from matplotlib.image import imread

from lecture_lib.drawing import style
from lecture_lib.experiments.long_runs import LONG_RUNS, LongRun
from lecture_lib.experiments.stored import stored_dots, stored_sharpness, stored_sweep
from lecture_lib.explorers import measurement
from lecture_lib.explorers.measurement import Measurement
from lecture_lib.words import LANGUAGES, language, speak


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    spoken = language()
    speak("en")
    yield
    speak(spoken)


RESULTS = {
    "sharpness": lambda: (stored_sharpness("noisy"), stored_sharpness("clean")),
    "batch_sweep": lambda: tuple(map(stored_sweep, ("epochs", "updates", "tuned"))),
    "digits": lambda: (stored_dots("digits"),),
}


@pytest.mark.parametrize("spoken", LANGUAGES)
@pytest.mark.parametrize("name", LONG_RUNS)
def test_every_long_run_has_its_words_its_picture_and_a_sentence_for_readers(
    name, spoken, monkeypatch, capsys
):
    speak(spoken)
    shown: list[Any] = []
    monkeypatch.setattr(measurement, "display", lambda *a, **k: shown.append(a[0]))
    button = Measurement(name)
    assert button.start_button.description
    assert 'role="status"' in button._status.value
    button._ipython_display_()
    still = shown[-1]["text/plain"]
    texts = [one for one in shown if isinstance(one, Markdown)]
    assert f"{LONG_RUNS[name].seconds} {'s' if spoken == 'en' else '秒'}" in still
    assert bool(re.search("[\u4e00-\u9fff]", still)) == (spoken == "zh")
    assert (len(shown), len(texts)) == ((3, 1) if LONG_RUNS[name].stored else (1, 0))
    assert capsys.readouterr().out == ""
    button._show(RESULTS[name]())
    assert button._shown.value.count("<p") >= 2
    assert re.search('alt="[^"]{20}', button._shown.value)


def cells(html: str) -> list[list[list[str]]]:
    """The tables of a page: rows of cells."""
    return [
        [
            re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row)
            for row in re.findall("<tr>(.*?)</tr>", table)
        ]
        for table in re.findall("<table>(.*?)</table>", html, re.DOTALL)
    ]


def test_a_sweep_is_three_sentences_and_three_tables_with_a_row_for_each_batch_size():
    button = Measurement("batch_sweep")
    results = RESULTS["batch_sweep"]()
    button._show(results)
    tables = cells(button._shown.value)
    assert len(tables) == len(results)
    for table, result in zip(tables, results, strict=True):
        head, *rows = table
        assert head == ["B", "updates", "η", "training, %", "validation, %"]
        assert [row[0] for row in rows] == [f"{size}" for size in result.batch_sizes]
        mean, spread = (
            100 * f(result.training_accuracy[0]) for f in (np.mean, lambda a: np.std(a, ddof=1))
        )
        assert rows[0][3] == f"{mean:.1f} ± {spread:.1f}"
    button.results = results
    facts = button.fact.splitlines()
    assert (
        "equal epochs: from B = 4 to B = 1437 the training accuracy goes from 100.0 to 55.3\u00a0%"
        in facts[0]
    )
    assert len(facts) == 3
    assert "|" not in "".join(facts)


def test_curvatures_are_two_tables_of_medians_with_a_row_for_each_batch_size():
    button = Measurement("sharpness")
    noisy, clean = RESULTS["sharpness"]()
    button._show((noisy, clean))
    tables = cells(button._shown.value)
    for (head, *rows), result in zip(tables, (noisy, clean), strict=True):
        assert head[:4] == ["B", "λ_max", "tr H", "|θ|"]
        assert [row[0] for row in rows] == [f"{size}" for size in result.batch_sizes]
        for k, row in enumerate(rows):
            assert float(row[1]) == pytest.approx(np.median(result.largest[k]), rel=0.05)
            assert float(row[4]) == pytest.approx(
                100 * np.median(result.validation_accuracy[k]), rel=0.01
            )
    assert "ratio of" not in button._shown.value


@pytest.mark.parametrize("name", LONG_RUNS)
def test_a_picture_is_there_for_either_theme_and_the_page_chooses(name):
    button = Measurement(name)
    button._show(RESULTS[name]())
    page = button._shown.value
    pictures = dict(
        re.findall(r'<img class="lecture-(\w+)" src="data:image/png;base64,([^"]+)"', page)
    )
    assert pictures.keys() == {"light", "dark"}
    corners = {
        theme: tuple(imread(BytesIO(b64decode(data)), format="png")[0, 0, :3])
        for theme, data in pictures.items()
    }
    for theme, corner in corners.items():
        assert corner == pytest.approx(to_rgb(style.PAGE[theme]), abs=0.01)
    assert '[data-jp-theme-light="false"]' in page


def test_what_is_stored_is_shown_live_in_the_page_s_theme_and_its_still_is_put_away(monkeypatch):
    shown: list[Any] = []
    monkeypatch.setattr(measurement, "display", lambda *a, **k: shown.append(a[0]))
    button = Measurement("sharpness")
    button._ipython_display_()
    stored = button.children[0].value
    assert stored.count("<img") == 2
    assert "lecture-stored" in stored
    assert ".jp-OutputArea-child:has(+ .jp-OutputArea-child .lecture-stored)" in stored
    button._ipython_display_()
    assert len(button.children) == 5  # shown twice, it is not there twice
    table = next(one for one in shown if isinstance(one, Markdown)).data
    assert "| B | λ\\_max |" in table
    assert len(re.findall(r"^\| (?:4|400|500) \|", table, re.MULTILINE)) == 4


def test_an_unknown_experiment_is_named():
    with pytest.raises(ValueError, match="a long run out of sharpness, batch_sweep, digits; got"):
        Measurement("everything")
    with pytest.raises(TypeError, match="a long run out of"):
        Measurement(3)
    with pytest.raises(ValueError, match="the name of a long run out of sharpness"):
        Measurement(LongRun("everything", (), 1))
