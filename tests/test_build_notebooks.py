"""The build writes only what was executed, and its check tells an edition that is out of date."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import build_notebooks
import edition_check
import nbformat
import pytest
from small_source import GOOD, LANGUAGES, source_in

WIDGET = "application/vnd.jupyter.widget-view+json"


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Path:
    """A folder in which the good source was built, once for all tests that only read it."""
    folder = tmp_path_factory.mktemp("notebooks")
    source_in(folder, GOOD)
    assert build_notebooks.main([], folder) == 0
    return folder


def test_the_editions_differ_in_one_line_of_code(built):
    en, zh = (nbformat.read(built / language / "a.ipynb", 4) for language in LANGUAGES)
    assert [cell.id for cell in en.cells] == [cell.id for cell in zh.cells]
    codes = [(a.source, b.source) for a, b in zip(en.cells, zh.cells, strict=True)]
    lines = [p for c in codes[1:] for p in zip(*map(str.split, c, "\n\n"), strict=True)]
    assert [pair for pair in lines if pair[0] != pair[1]] == [
        ('speak("en")  # or "zh"', 'speak("zh")  # or "en"')
    ]
    assert "，前提是 $g = 0$。" in codes[0][1]


def test_an_edition_is_executed_and_keeps_no_widget_and_no_version(built):
    edition = json.loads((built / "zh" / "a.ipynb").read_text(encoding="utf-8"))
    assert edition["metadata"] == edition_check.METADATA
    code = [cell for cell in edition["cells"] if cell["cell_type"] == "code"]
    assert [cell["execution_count"] for cell in code] == [1, 2]
    assert [cell["metadata"] for cell in code] == [{}, {"tags": ["nbval-ignore-output"]}]
    assert code[0]["outputs"][0]["text"] == ["zh\n"]
    assert code[1]["outputs"][0]["text"] == ["zh\n"]  # the folder that JupyterLab would run it in
    assert code[1]["outputs"][1]["data"][WIDGET]["model_id"] == ""


def test_building_again_gives_the_same_text(built, tmp_path):
    source_in(tmp_path, GOOD)
    build_notebooks.main([], tmp_path)
    for language in LANGUAGES:
        paths = [folder / language / "a.ipynb" for folder in (built, tmp_path)]
        assert paths[0].read_bytes() == paths[1].read_bytes()


def test_a_failing_cell_is_shown_and_leaves_the_old_edition(built, tmp_path, capsys):
    shutil.copytree(built, tmp_path, dirs_exist_ok=True)
    source = tmp_path / "src" / "a.py"
    source.write_text(GOOD.replace("ipywidgets.IntSlider()", "1 / 0"), encoding="utf-8")
    assert build_notebooks.main([], tmp_path) == 1
    message = capsys.readouterr().err
    assert "en/a.ipynb was not written, a cell failed" in message
    assert "1 / 0" in message
    assert "ZeroDivisionError" in message
    for language in LANGUAGES:
        old, now = (folder / language / "a.ipynb" for folder in (built, tmp_path))
        assert old.read_bytes() == now.read_bytes()


def edit(change):
    """Return a spoiler of a folder that changes the English edition's JSON."""

    def spoil(folder: Path) -> None:
        file = folder / "en" / "a.ipynb"
        edition = json.loads(file.read_text(encoding="utf-8"))
        change(edition)
        file.write_text(json.dumps(edition), encoding="utf-8")

    return spoil


def rewrite_source(old: str, new: str):
    """Return a spoiler of a folder that changes the source and builds nothing."""

    def spoil(folder: Path) -> None:
        assert GOOD.count(old) == 1
        (folder / "src" / "a.py").write_text(GOOD.replace(old, new), encoding="utf-8")

    return spoil


ERROR = {"output_type": "error", "ename": "NameError", "evalue": "no x", "traceback": []}
OUT_OF_DATE = {
    "prose changed in the source": (
        rewrite_source("saddle?", "saddle now?"),
        "en/a.ipynb cell 1: its source is '# Valley or saddle?",
    ),
    "code changed in the source": (
        rewrite_source("IntSlider", "FloatSlider"),
        "zh/a.ipynb cell 4: its source is",
    ),
    "tags changed in the source": (
        rewrite_source('tags=["nbval-ignore-output"]', ""),
        "zh/a.ipynb cell 4: its metadata is {'tags': ['nbval-ignore-output']}; wanted {}",
    ),
    "a cell renamed": (
        rewrite_source('name="opening"', 'name="start"'),
        "cell 1: its id is 'markdown-opening'; wanted 'markdown-start'",
    ),
    "a cell more in the source": (
        rewrite_source("IntSlider()\n", "IntSlider()\n\n# %%\n2\n"),
        "zh/a.ipynb cell 5: is missing: '2'",
    ),
    "a broken source": (rewrite_source("# ---", "# oh"), "a.py, cell 4 “oh”: wanted lang="),
    "a cell more in the edition": (
        edit(lambda edition: edition["cells"].append({**edition["cells"][2], "id": "x"})),
        "en/a.ipynb cell 5: is one too many",
    ),
    "an edited edition": (
        edit(lambda edition: edition["cells"][2].update(source="----")),
        "en/a.ipynb cell 3: its source is '----'; wanted '---'",
    ),
    "another kind of cell": (
        edit(lambda edition: edition["cells"][2].update(cell_type="raw")),
        "en/a.ipynb cell 3: its cell_type is 'raw'; wanted 'markdown'",
    ),
    "a cell not executed": (
        edit(lambda edition: edition["cells"][1].update(execution_count=None, outputs=[])),
        "en/a.ipynb cell 2: not executed: 'speak = print",
    ),
    "an error shown": (
        edit(lambda edition: edition["cells"][1].update(outputs=[ERROR])),
        "en/a.ipynb cell 2: ended in NameError: no x",
    ),
    "widget state": (
        edit(lambda edition: edition["metadata"].update(widgets={})),
        "en/a.ipynb has metadata.widgets; wanted no widget state",
    ),
    "a kernel version": (
        edit(lambda edition: edition["metadata"]["language_info"].update(version="3.12.1")),
        "en/a.ipynb has metadata {",
    ),
    "three megabytes": (
        edit(lambda edition: edition["cells"][1]["outputs"][0].update(text="x" * 3_000_000)),
        "en/a.ipynb has 3.00 MB; wanted less than 3 MB",
    ),
    "a merge conflict": (
        lambda folder: (folder / "en" / "a.ipynb").write_text("<<<<<<< HEAD"),
        "en/a.ipynb cannot be read",
    ),
    "a missing edition": (
        lambda folder: (folder / "zh" / "a.ipynb").unlink(),
        "zh/a.ipynb is missing",
    ),
    "an edition without a source": (
        lambda folder: (folder / "zh" / "b.ipynb").write_text("{}"),
        "b.ipynb has no source; delete it",
    ),
}


def test_check_accepts_what_was_just_built(built, capsys):
    assert build_notebooks.main(["--check"], built) == 0
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(("spoil", "sentence"), OUT_OF_DATE.values(), ids=OUT_OF_DATE)
def test_check_fails_on(built, tmp_path, capsys, spoil, sentence):
    shutil.copytree(built, tmp_path, dirs_exist_ok=True)
    spoil(tmp_path)
    assert build_notebooks.main(["--check"], tmp_path) == 1
    assert sentence in capsys.readouterr().err


def test_only_picks_sources_by_their_beginning_and_names_them_when_none_fits(built, capsys):
    assert build_notebooks.main(["--check", "--only", "a"], built) == 0
    assert build_notebooks.main(["--check", "--only", "day99"], built) == 1
    assert "wanted a source day99*.py" in (message := capsys.readouterr().err)
    assert "there are: a." in message
