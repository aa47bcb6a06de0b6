"""A small notebook source that the build accepts, for tests that break it."""

from __future__ import annotations

from pathlib import Path

LANGUAGES = ("en", "zh")

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


def source_in(folder: Path, text: str) -> Path:
    source = folder / "src" / "a.py"
    source.parent.mkdir()
    source.write_text(text, encoding="utf-8")
    return source
