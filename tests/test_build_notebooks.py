"""The build refuses what would let two editions drift apart, and writes only what was executed.

It is fed small sources and editions, each broken in one way.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import build_notebooks
import edition_check
import nbformat
import pytest
from edition_markdown import join_chinese_lines, marks, unclosed
from edition_rules import Refusal

LANGUAGES = ("en", "zh")
WIDGET = "application/vnd.jupyter.widget-view+json"

GOOD = """\
# %% [markdown] lang="en" name="opening"
# # Valley or saddle?
#
# Where $g = 0$, call `classify`; see [Day 12](day12.ipynb).
#
# ## Look
# ![axes](axes.png)

# %% [markdown] lang="zh"
# # 谷底还是鞍点？
#
# 调用 `classify`，见[第 12 天](day12.ipynb)，
# 前提是 $g = 0$。
#
# ## 看
# ![坐标轴](axes.png)

# %%
speak = print
speak("en")  # or "zh"

# %% [markdown]
# ---

# %% tags=["nbval-ignore-output"]
import ipywidgets
from pathlib import Path

print(Path.cwd().name)
ipywidgets.IntSlider()
"""

BROKEN = {
    "an English cell without its partner": (
        '# %% [markdown] lang="zh"',
        '# %% [markdown]\n# ---\n\n# %% [markdown] lang="zh"',
        'a.py, cell 1 “# Valley or saddle?”: wanted its lang="zh" partner next; came “---”. Write',
    ),
    "an English cell at the end": (
        "ipywidgets.IntSlider()\n",
        'ipywidgets.IntSlider()\n\n# %% [markdown] lang="en"\n# Bye.\n',
        'cell 6 “Bye.”: wanted its lang="zh" partner next; came the end of the file',
    ),
    "a Chinese cell alone": (
        "# %% [markdown]\n# ---",
        '# %% [markdown] lang="zh"\n# 独自',
        'cell 4 “独自”: wanted lang="en" right above; came zh alone',
    ),
    "Markdown with words and no language": (
        "# ---",
        "# Well",
        'cell 4 “Well”: wanted lang="en" or lang="zh"; came lang=None',
    ),
    "Markdown in a third language": (
        "# %% [markdown]\n",
        '# %% [markdown] lang="fr"\n',
        "came lang='fr'",
    ),
    "a formula that differs": (
        "前提是 $g = 0$",
        "前提是 $g = 1$",
        "wanted the same formulas in both partners; came only in en `g = 0`, only in zh `g = 1`",
    ),
    "a formula used once more": (
        "前提是 $g = 0$",
        "前提是 $g = 0$，$g = 0$",
        "wanted the same formulas in both partners; came only in en nothing, only in zh `g = 0`",
    ),
    "a displayed formula that differs": (
        "# 前提是",
        "# $$x$$\n# 前提是",
        "came only in en nothing, only in zh `x`",
    ),
    "a code span that differs": (
        "调用 `classify`",
        "调用 `分类`",
        "wanted the same code in both partners; came only in en `classify`, only in zh `分类`",
    ),
    "a fence that differs": (
        "# 前提是 $g = 0$。",
        "# 前提是 $g = 0$。\n#\n# ```python\n# x = 1\n# ```",
        "wanted the same code in both partners",
    ),
    "a link that differs": (
        "[第 12 天](day12.ipynb)",
        "[第 12 天](day11.ipynb)",
        "the same links in both partners; came only in en `day12.ipynb`, only in zh `day11",
    ),
    "a heading of another level": (
        "# # 谷底",
        "# ## 谷底",
        "the same headings in both partners; came only in en `h1`, only in zh `h2`",
    ),
    "a picture that differs": (
        "![坐标轴](axes.png)",
        "![坐标轴](轴.png)",
        "the same links in both partners; came only in en `axes.png`, only in zh `",
    ),
    "a fold in one language only": (
        "# 前提是 $g = 0$。",
        "# 前提是 $g = 0$。\n#\n# <details>",
        "the same HTML tags in both partners; came only in en nothing, only in zh `<details`",
    ),
    "bold type that a full-width stop keeps open": (
        "前提是",
        "**前提。**是",
        "wanted mark-up that closes; came “**前提。**是",
    ),
    "a formula that never closes": (
        "# ---",
        "# $",
        "wanted mark-up that closes; came “$”",
    ),
    "a code span that never closes": (
        "前提是",
        "`前提是",
        "wanted mark-up that closes; came “`前提是”",
    ),
    "a long code cell": (
        "speak = print\n",
        "speak = print\n" + "1\n" * 14,
        "cell 3 “speak = print”: wanted at most 15 lines of code; came 16 lines. Split the cell",
    ),
    "matplotlib": (
        "import ipywidgets\n",
        "from matplotlib import pyplot\n",
        "wanted no matplotlib in a notebook; came `from matplotlib import pyplot`",
    ),
    "a magic": (
        "import ipywidgets\n",
        "%time 1\n",
        "wanted plain Python without magics; came invalid syntax in “%time 1”",
    ),
    "no language line": (
        'speak("en")  # or "zh"',
        "1",
        'wanted one code line with speak("en"), the line in which the editions differ; came noth',
    ),
    "a second language line": (
        "ipywidgets.IntSlider()",
        'speak("en")',
        'came `speak("en")  # or "zh"`, `speak("en")`. Keep one',
    ),
    "the language line in Chinese": (
        'speak("en")  # or "zh"',
        'speak("zh")',
        'came `speak("zh")`',
    ),
    "a misspelt option": (
        'lang="en" name',
        'lang="en" nome',
        "wanted no options but lang, tags and name; came `nome`",
    ),
    "code in one language": (
        '# %% tags=["nbval-ignore-output"]',
        '# %% lang="en"',
        "wanted code that both editions share; came lang",
    ),
    "tags on one partner": (
        '# %% [markdown] lang="zh"',
        '# %% [markdown] lang="zh" tags=["x"]',
        "wanted the same tags on both partners",
    ),
    "a name on the Chinese partner": (
        '# %% [markdown] lang="zh"',
        '# %% [markdown] lang="zh" name="opening"',
        "wanted a name on the en cell alone",
    ),
    "a name used twice": (
        "# %%\nspeak",
        '# %% name="opening"\nspeak',
        "wanted each cell name once",
    ),
    "a name that cannot be an id": (
        'name="opening"',
        'name="the opening"',
        "came 1 × name='the opening'. Rename",
    ),
    "an empty cell": ("# %%\nspeak", "# %%\n\n# %%\nspeak", "cell 3 “”: wanted a cell with"),
    "a raw cell": ("# %% [markdown]\n", "# %% [raw]\n", "wanted Markdown or code; came a raw cell"),
}


def source_in(folder: Path, text: str) -> Path:
    source = folder / "src" / "a.py"
    source.parent.mkdir()
    source.write_text(text, encoding="utf-8")
    return source


@pytest.mark.parametrize(("old", "new", "sentence"), BROKEN.values(), ids=BROKEN)
def test_the_build_refuses(tmp_path, old, new, sentence):
    assert GOOD.count(old) == 1
    source = source_in(tmp_path, GOOD.replace(old, new))
    with pytest.raises(Refusal) as refusal:
        build_notebooks.read_source(source)
    assert sentence in str(refusal.value)


def test_a_refusal_names_every_fault_at_once(tmp_path):
    text = GOOD.replace("$g = 0$。", "$g = 1$。").replace("import ipywidgets", "import matplotlib")
    with pytest.raises(Refusal) as refusal:
        build_notebooks.read_source(source_in(tmp_path, text))
    assert [line.split("”")[0] for line in str(refusal.value).split("\n")] == [
        "a.py, cell 1 “# Valley or saddle?",
        "a.py, cell 5 “import matplotlib",
    ]


def test_headings_keep_their_order(tmp_path):
    text = GOOD.replace("# # 谷底", "# ## 谷底").replace("# ## 看", "# # 看")
    with pytest.raises(Refusal, match="wanted headings in the same order; came en `h1`, `h2`, zh"):
        build_notebooks.read_source(source_in(tmp_path, text))


def test_partners_may_change_the_order_of_words_and_formulas(tmp_path):
    text = GOOD.replace("Where $g = 0$", "Where $g = 0$ and $H$").replace("前提是", "前提是 $H$ 与")
    assert text.index("$g = 0$ and $H$") < text.index("$H$ 与 $g = 0$")
    build_notebooks.read_source(source_in(tmp_path, text))


def test_blank_lines_between_cells_and_quoted_markdown_are_free(tmp_path):
    text = GOOD.replace("\n# %%", "\n\n\n# %%").replace("# ---", '"""\n---\n"""')
    spaced = build_notebooks.read_source(source_in(tmp_path, text))["en"]
    (tmp_path / "src" / "a.py").write_text(GOOD, encoding="utf-8")
    assert spaced == build_notebooks.read_source(tmp_path / "src" / "a.py")["en"]


def test_marks_are_found_wherever_a_reader_would_see_them():
    text = """\
| $a$ | `b` |
|-|-|
| [c](d) | <a href="e">f</a> |

\\begin{align}
g &= h
\\end{align}

Inline $$i$$, and \\$5 are no formula.

<details><summary>Why $j$?</summary>

    k

</details>
"""
    assert marks(text) == {
        "formulas": ["a", r"\begin{align} g &= h \end{align}", "i", "j"],
        "code": ["b", "k"],
        "links": ["d", "e"],
        "headings": [],
        "HTML tags": ["<a", "</a", "<details", "<summary", "</summary", "</details"],
    }
    assert unclosed(text) == []


def test_a_wrapped_chinese_paragraph_is_joined_and_nothing_else_is():
    wrapped = (
        "# 标题\n第一行，\n第二行\n$x$\n三\n\n- 甲\n  乙\n- 丙\n\n> 引\n> 文\n\n```\n甲\n乙\n```"
    )
    table = "\n\n甲 | 乙\n-|-\n丙 | 丁\n戊 | 己"
    joined = "# 标题\n第一行，第二行\n$x$\n三\n\n- 甲乙\n- 丙\n\n> 引文\n\n```\n甲\n乙\n```"
    assert join_chinese_lines(wrapped + table) == joined + table


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
