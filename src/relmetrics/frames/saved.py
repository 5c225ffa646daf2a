"""States in files: written whole or not at all, and read back whole or not at all."""

from __future__ import annotations

import importlib.util
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from relmetrics.customers.cohorts.cohorts import Cohorts
from relmetrics.customers.lifecycle.transitions import Transitions
from relmetrics.customers.survival.survival import Survival
from relmetrics.errors import ParameterError, StateError
from relmetrics.frames.engine import load_narwhals
from relmetrics.states.moments.moments import Moments
from relmetrics.states.paired_tally import PairedTally
from relmetrics.states.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Callable

_KINDS: dict[str, Any] = {
    "tally": Tally,
    "paired_tally": PairedTally,
    "moments": Moments,
    "cohorts": Cohorts,
    "survival": Survival,
    "transitions": Transitions,
}
_BACKENDS = ("pyarrow", "polars")
"""What writes and reads Parquet; the first that is installed does."""


def write_states(path: str | os.PathLike[str], states: Mapping[str, Any]) -> None:
    """Write states by name to a file of JSON or of Parquet.

    The file is made beside its place and then moved there, so that it is never there in part: who
    is killed leaves the old one, and who does the work again writes the same once more.

    Args:
        path: Where to; its suffix says the kind of file, ``.json`` or ``.parquet``.
        states: Name to state: tallies, moments, cohorts and whatever else adds.

    Raises:
        ParameterError: The suffix is another, a name is no text, or something is no state.
        ModuleNotFoundError: Parquet needs narwhals and PyArrow or Polars.

    Example:
        >>> import relmetrics as rm, tempfile, pathlib
        >>> from relmetrics import frames
        >>> path = pathlib.Path(tempfile.mkdtemp()) / "2025-01-05.json"
        >>> frames.write_states(path, {"nps": rm.NPS().tally([10, 9, 3])})
        >>> frames.read_states(path)["nps"].n
        3
    """
    place = Path(path)
    write, _ = _format_of(place)
    if not isinstance(states, Mapping) or not all(isinstance(name, str) for name in states):
        raise ParameterError.must_be("states", "a mapping of name to state", states)
    for name, state in states.items():
        if not isinstance(state, tuple(_KINDS.values())):
            raise ParameterError.must_be(
                f"states[{name!r}]", "a state, such as a Tally or Moments", state
            )
    texts = {name: json.dumps(state.to_dict()) for name, state in states.items()}
    beside = place.with_name(f".{place.stem}.{os.getpid()}{place.suffix}")
    try:
        write(beside, texts)
        beside.replace(place)
    finally:
        beside.unlink(missing_ok=True)


def read_states(path: str | os.PathLike[str]) -> dict[str, Any]:
    """Return the states by name that `write_states` wrote.

    Args:
        path: Where the file is.

    Raises:
        StateError: The file was cut, or holds something else; what was found is the cause.
        ParameterError: The suffix is neither ``.json`` nor ``.parquet``.
        OSError: There is no such file.
        ModuleNotFoundError: Parquet needs narwhals and PyArrow or Polars.
    """
    place = Path(path)
    _, read = _format_of(place)
    with place.open("rb"):
        pass  # a file that is not there is no file that was cut
    try:
        found = {name: json.loads(text) for name, text in read(place).items()}
        kinds = {name: _KINDS[fields["type"]] for name, fields in found.items()}
    except ModuleNotFoundError:
        raise
    except Exception as error:
        raise StateError(
            f"{place} holds no states, or was cut while it was written: {type(error).__name__}: "
            f"{error}. Write it anew with frames.write_states."
        ) from error
    return {name: kind.from_dict(found[name]) for name, kind in kinds.items()}


def _write_json(place: Path, texts: dict[str, str]) -> None:
    place.write_text(json.dumps({"type": "states", "v": 1, "states": texts}), encoding="utf-8")


def _read_json(place: Path) -> dict[str, str]:
    states: dict[str, str] = json.loads(place.read_text(encoding="utf-8"))["states"]
    return states


def _write_parquet(place: Path, texts: dict[str, str]) -> None:
    columns = {"name": list(texts), "state": list(texts.values())}
    load_narwhals().from_dict(columns, backend=_backend()).write_parquet(str(place))


def _read_parquet(place: Path) -> dict[str, str]:
    found = load_narwhals().read_parquet(str(place), backend=_backend())
    return dict(zip(found["name"].to_list(), found["state"].to_list(), strict=True))


def _backend() -> str:
    for name in _BACKENDS:
        if importlib.util.find_spec(name) is not None:
            return name
    msg = f"Parquet needs {' or '.join(_BACKENDS)}: pip install pyarrow"
    raise ModuleNotFoundError(msg, name=_BACKENDS[0])


_FORMATS: dict[str, tuple[Callable[[Path, dict[str, str]], None], Callable[[Path], Any]]] = {
    ".json": (_write_json, _read_json),
    ".parquet": (_write_parquet, _read_parquet),
}


def _format_of(place: Path) -> tuple[Callable[[Path, dict[str, str]], None], Callable[[Path], Any]]:
    """Return what writes and what reads the kind of file.

    Raises:
        ParameterError: There is no such kind.
    """
    if place.suffix not in _FORMATS:
        raise ParameterError.must_be(
            "path", f"a file that ends in {' or '.join(_FORMATS)}", str(place)
        )
    return _FORMATS[place.suffix]
