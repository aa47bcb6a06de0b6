"""The build refuses a source that would let two editions drift apart.

It is fed small sources, each broken in one way.
"""

from __future__ import annotations

import build_notebooks
import pytest
from edition_markdown import join_chinese_lines, marks, unclosed
from edition_rules import Refusal
from small_source import GOOD, source_in

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
