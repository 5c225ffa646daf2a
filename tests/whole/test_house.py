"""The house: rooms in order, small files and folders, and a page that tells the truth about it."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "relmetrics"
SOURCES = sorted(PACKAGE.rglob("*.py"))
FOLDERS = sorted({path.parent for path in SOURCES} - {PACKAGE})

MOST_LINES = 300
MOST_FILES = {"inference": 18}
"""Of formulas there are more than of anything else; every other folder has a dozen at most."""


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_file_is_one_idea_long(path):
    """Docstrings are counted: a file that is longer is two ideas."""
    assert len(path.read_text().splitlines()) <= MOST_LINES


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_folder_is_taken_in_at_a_glance(folder):
    """A room with more files than that wants rooms of its own; each says what lives in it."""
    files = [path for path in folder.glob("*.py") if path.name != "__init__.py"]

    assert len(files) <= MOST_FILES.get(folder.name, 12)
    assert '"""' in (folder / "__init__.py").read_text()


def test_the_design_lists_the_rooms_in_the_order_of_their_contract():
    """No room is left out, and each stands above those that it imports from."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    layers = contracts["contracts"][0]["layers"]
    height = {name.strip(): i for i, row in enumerate(layers) for name in row.split("|")}
    page = (ROOT / "docs" / "design.md").read_text()
    rooms = re.findall(r"^[├└]── (\w+)/", page, flags=re.MULTILINE)

    assert {*rooms, "__main__", "_version"} == set(height)
    assert [height[room] for room in rooms] == sorted(height[room] for room in rooms)
    assert {*rooms} == {path.name for path in PACKAGE.iterdir() if (path / "__init__.py").exists()}


def test_the_contracts_overlook_no_import():
    """A hint is a dependency of the reader: imports for type checkers count."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]

    assert not settings.get("exclude_type_checking_imports", False)
    assert not any("ignore_imports" in contract for contract in settings["contracts"])
