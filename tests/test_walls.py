"""Maths knows no drawing, drawing knows no widgets, and nothing knows pyplot."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "lecture_lib"
MATHS = sorted(
    f"lecture_lib.{path.stem}" for path in PACKAGE.glob("*.py") if path.stem != "__init__"
)
FOLDERS = {
    folder: sorted(
        f"lecture_lib.{folder}.{path.stem}"
        for path in (PACKAGE / folder).glob("*.py")
        if path.stem != "__init__"
    )
    for folder in ("experiments", "recipes", "exercises", "drawing", "explorers")
}


def loads(modules: list[str], forbidden: str) -> bool:
    probe = (
        f"import sys\nfor m in {modules!r}: __import__(m)\nsys.exit({forbidden!r} in sys.modules)"
    )
    return subprocess.run([sys.executable, "-c", probe], check=False, timeout=120).returncode != 0


WALLS = [
    (["lecture_lib"], "matplotlib"),
    (["lecture_lib"], "ipywidgets"),
    (["lecture_lib"], "sympy"),
    (["lecture_lib.surfaces", "lecture_lib.formulas", "lecture_lib.hessian"], "sympy"),
    (MATHS, "matplotlib"),
    (MATHS, "ipywidgets"),
    (FOLDERS["experiments"], "matplotlib"),
    (FOLDERS["experiments"], "torch"),
    (FOLDERS["recipes"], "matplotlib"),
    (FOLDERS["recipes"], "ipywidgets"),
    (FOLDERS["exercises"], "matplotlib"),
    (FOLDERS["exercises"], "ipywidgets"),
    (FOLDERS["drawing"], "ipywidgets"),
    (FOLDERS["explorers"], "matplotlib.pyplot"),
    (FOLDERS["drawing"], "matplotlib.pyplot"),
]


@pytest.mark.parametrize(
    ("modules", "forbidden"), WALLS, ids=lambda x: x if isinstance(x, str) else x[0] + "…"
)
def test_importing_does_not_load(modules, forbidden):
    assert modules
    assert not loads(modules, forbidden)


def test_the_probe_sees_what_is_loaded():
    assert loads(["lecture_lib.drawing.still"], "matplotlib")


# Arrows point one way: a file imports from its own room, and from rooms before it.
ROOMS = ("maths", "experiments", "recipes", "drawing", "explorers")
BESIDE = {"exercises": ("maths", "exercises")}


def room_of(module: str) -> str:
    """The folder of a module of the package; those that lie in none are the maths."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 and parts[1] in (*ROOMS, *BESIDE) else "maths"


def imported_rooms(path: Path) -> set[str]:
    """The rooms that a file imports from, also inside its functions."""
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    names = [n.module for n in nodes if isinstance(n, ast.ImportFrom) and n.module]
    names += [alias.name for n in nodes if isinstance(n, ast.Import) for alias in n.names]
    return {room_of(name) for name in names if name.split(".")[0] == "lecture_lib"}


def allowed(room: str) -> tuple[str, ...]:
    return BESIDE.get(room) or ROOMS[: ROOMS.index(room) + 1]


@pytest.mark.parametrize("room", [*ROOMS, *BESIDE])
def test_imports_point_one_way(room):
    folder = PACKAGE if room == "maths" else PACKAGE / room
    files = [path for path in folder.glob("*.py") if path.name != "__init__.py"]
    assert files
    wrong = {p.name: imported_rooms(p) - {*allowed(room)} for p in files}
    assert {name: rooms for name, rooms in wrong.items() if rooms} == {}


def test_an_arrow_that_points_back_is_seen(tmp_path):
    file = tmp_path / "swarm.py"
    file.write_text("def f():\n    import lecture_lib.recipes.scales\n")
    assert imported_rooms(file) - {*allowed("maths")} == {"recipes"}


def test_explorers_do_no_mathematics_of_their_own():
    for path in (PACKAGE / "explorers").glob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert "import sympy" not in text, path.name
        assert "np.linalg" not in text, path.name
        assert "np.sin" not in text, path.name


def test_no_module_asks_to_be_split():
    for path in PACKAGE.rglob("*.py"):
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 260, path.name
