"""What a stranger meets first: the environment files, the links, the tracked files."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tomllib
from importlib.metadata import version
from itertools import chain
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import jupyterlab
import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from rattler import MatchSpec, PackageRecord
from rattler.package.build_string import BuildString

ROOT = Path(__file__).resolve().parents[1]
ENVIRONMENT = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
CONDA_TO_PYPI = {"matplotlib-base": "matplotlib"}
ONLY_IN_CONDA = {"python", "pip"}
PACKAGES = [line for line in ENVIRONMENT["dependencies"] if line not in {"pip", "python=3.12"}]
DOCUMENTS = ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"]


def pypi_name(spec: MatchSpec) -> str:
    name = spec.name.normalized
    return CONDA_TO_PYPI.get(name, name)


# environment.yml -------------------------------------------------------------------------------


def test_the_environment_has_a_name_and_packages_and_takes_them_from_conda_forge_alone():
    assert set(ENVIRONMENT) == {"name", "channels", "dependencies"}
    assert ENVIRONMENT["channels"] == ["conda-forge", "nodefaults"]


@pytest.mark.parametrize("line", ENVIRONMENT["dependencies"])
def test_conda_can_read_each_package_line(line):
    assert MatchSpec(line, strict=True).name is not None


def test_conda_and_pip_install_the_same_packages_in_the_same_versions():
    conda = {
        pypi_name(spec): SpecifierSet(str(spec.version or ""))
        for spec in (MatchSpec(line, strict=True) for line in ENVIRONMENT["dependencies"])
        if spec.name.normalized not in ONLY_IN_CONDA
    }
    wanted = [Requirement(line) for line in PROJECT["dependencies"]]
    assert conda == {requirement.name: requirement.specifier for requirement in wanted}


@pytest.mark.parametrize("line", PACKAGES)
def test_the_environment_allows_the_version_that_the_tests_run_with(line):
    spec = MatchSpec(line, strict=True)
    name = spec.name.normalized
    installed = PackageRecord(
        name=name,
        version=version(pypi_name(spec)),
        build=BuildString("0"),
        build_number=0,
        subdir="noarch",
        arch=None,
        platform=None,
    )
    assert spec.matches(installed)


def test_the_environment_pins_one_python_that_the_project_supports():
    (pin,) = (line for line in ENVIRONMENT["dependencies"] if line.startswith("python"))
    chosen = re.fullmatch(r"python=(3\.\d+)", pin)
    assert chosen is not None, "Binder falls back to an old Python unless it reads python=X.Y"
    assert SpecifierSet(PROJECT["requires-python"]).contains(chosen[1])


def test_the_constraints_fix_every_dependency_and_keep_within_its_range():
    fixed: dict[str, list[str]] = {}
    for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines():
        pin = re.match(r"([a-z0-9-]+)==(\S+)", line)
        assert pin is not None, f"constraints.txt holds more than exact versions: {line!r}"
        fixed.setdefault(pin[1], []).append(pin[2])
    groups = [PROJECT["dependencies"], *PROJECT["optional-dependencies"].values()]
    for wanted in map(Requirement, chain.from_iterable(groups)):
        assert fixed[wanted.name]
        assert all(wanted.specifier.contains(version) for version in fixed[wanted.name])


# Binder ----------------------------------------------------------------------------------------


@pytest.mark.filterwarnings(
    # repo2docker asks for it by the old name.
    "ignore:pythonjsonlogger.jsonlogger has been moved:DeprecationWarning"
)
def test_binder_takes_conda_and_python_312_and_runs_post_build(monkeypatch):
    pytest.importorskip("fcntl", reason="repo2docker is made for Linux and macOS")
    from repo2docker.app import Repo2Docker

    monkeypatch.chdir(ROOT)  # a build pack looks around in the current folder
    app = Repo2Docker()
    packs = (pack(app.base_image) for pack in app.buildpacks)
    chosen = next(pack for pack in packs if pack.detect())
    chosen.platform = "linux/amd64"
    assert type(chosen).__name__ == "CondaBuildPack"
    assert chosen.python_version == "3.12"
    assert "./postBuild" in chosen.render({})


@pytest.mark.skipif(shutil.which("bash") is None, reason="no bash on this machine")
@pytest.mark.parametrize("script", ["postBuild", ".ci/run"])
def test_the_shell_scripts_are_well_formed_and_stop_at_the_first_error(script):
    subprocess.run(["bash", "-n", ROOT / script], check=True)
    assert "set -euo pipefail" in (ROOT / script).read_text(encoding="utf-8")


def of_the_lab(name: str) -> dict:
    """The settings of JupyterLab that an installed course brings along."""
    (file,) = (ROOT / "jupyter").rglob(name)
    return json.loads(file.read_text(encoding="utf-8"))


def schema_of(plugin: str) -> dict:
    """What JupyterLab says can be set of a plugin."""
    file = Path(jupyterlab.__file__).parent.joinpath("schemas", *plugin.split(":"))
    return json.loads(file.with_suffix(".json").read_text(encoding="utf-8"))


def test_the_news_question_is_turned_off_in_words_that_jupyterlab_knows():
    plugin = "@jupyterlab/apputils-extension:notification"
    known = schema_of(plugin)["properties"]["fetchNews"]["oneOf"]
    assert of_the_lab("overrides.json")[plugin] == {"fetchNews": "false"}
    assert "false" in [choice["const"] for choice in known]


def test_the_kernels_state_moves_to_the_status_bar_in_words_that_jupyterlab_knows():
    plugin = "@jupyterlab/notebook-extension:tracker"
    ((setting, chosen),) = of_the_lab("overrides.json")[plugin].items()
    schema = schema_of(plugin)
    definition = schema["properties"][setting]["$ref"].rpartition("/")[2]
    known = schema["definitions"][definition]["properties"]
    assert chosen == {"showOnStatusBar": True, "showProgress": True}
    assert all(known[name]["type"] == "boolean" for name in chosen)


def test_the_blinking_icon_is_turned_off_by_the_name_that_jupyterlab_gives_it():
    ((plugin, off),) = of_the_lab("page_config.json")["disabledExtensions"].items()
    scripts = Path(jupyterlab.__file__).parent.joinpath("static").glob("*.js")
    assert off is True
    assert any(plugin in script.read_text(encoding="utf-8") for script in scripts)


# Links -----------------------------------------------------------------------------------------


def links(document: str) -> list[str]:
    text = (ROOT / document).read_text(encoding="utf-8")
    return re.findall(r"\]\(\s*<?([^\s)>]+)", text) + re.findall(r"""(?:href|src)="([^"]+)""", text)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_link_into_the_repository_leads_to_a_file_that_is_there(document):
    inner = [link for link in links(document) if not urlsplit(link).scheme]
    paths = [unquote(urlsplit(link).path) for link in inner]
    assert [path for path in paths if path and not (ROOT / path).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_link_to_a_heading_finds_its_heading(document):
    text = (ROOT / document).read_text(encoding="utf-8")
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    anchors = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
    wanted = {unquote(link[1:]) for link in links(document) if link.startswith("#")}
    assert wanted <= anchors


def test_the_binder_links_of_the_readme_open_notebooks_that_are_there():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    found = re.findall(r"https://mybinder\.org/v2/gh/[^\s)`\"]+", text)
    opened = [parse_qs(urlsplit(link).query)["urlpath"][0] for link in found]
    assert opened, "the README shows no Binder link"
    for path in opened:
        assert path.startswith("lab/tree/")
        assert (ROOT / path.removeprefix("lab/tree/")).is_file(), path


# Tracked files ---------------------------------------------------------------------------------

INDEX = (
    r"pypi[.]org|pythonhosted[.]org|registry[.]npmjs|repo[.]anaconda|index[-_]url\s*=|/[s]imple/"
)
# Each has a letter in brackets, so that it does not find itself here.
MACHINE = r"/[r]oot/|/[h]ome/\w|/[U]sers/\w|[A-Z]:\\\\?[U]sers\\|/[o]pt/(?:wheels|pypi)|/[w]ork/\w"


def tracked_files() -> list[Path]:
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this copy of the course is not a git clone")
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


@pytest.mark.parametrize(("what", "pattern"), [("a package index", INDEX), ("a path", MACHINE)])
def test_no_tracked_file_names_a_machine_or_an_index(what, pattern):
    named = {
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in tracked_files()
        for match in re.finditer(pattern.encode(), path.read_bytes())
    }
    assert named == set(), f"names {what} that another machine does not have"
