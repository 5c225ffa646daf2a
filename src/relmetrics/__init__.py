"""relmetrics: customer-relationship metrics with their uncertainty, definition and denominator.

Survey answers and counts of customers go in; NPS, CSAT, CES, CSI, retention, churn, return on
relationship, ROI and loyalty come out, each as an `Estimate`.

    >>> import relmetrics as rm
    >>> print(rm.nps([10, 9, 8, 3, None]))
    NPS 25.0 (95% CI -44.2 to 72.7; n = 4, 1 missing)
"""

import re
from importlib import import_module


def _homes() -> dict[str, str]:
    """Return where each public name lives, as the stub beside this file says.

    A module is imported when one of its names is first asked for, so that importing the package
    costs next to nothing, whatever else it holds. Type checkers read the same list.
    """
    stub = __spec__.loader.get_data(__file__.removesuffix("c") + "i").decode()
    imports = re.findall(r"^from (\S+) import (\([^)]*\)|.*)$", stub, flags=re.MULTILINE)
    return {name: home for home, names in imports for name in re.findall(r"(\w+) as", names)}


_HOME_OF = _homes()
_ROOMS = ("frames", "plot")
__all__ = sorted(_HOME_OF.keys() - {*_ROOMS})  # noqa: PLE0605 # pyright: ignore[reportUnsupportedDunderAll] - the list of the stub


def __getattr__(name: str) -> object:
    """Return a public name from the module where it lives, and keep it."""
    if name not in _HOME_OF:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    home = _HOME_OF[name]
    found: object = (
        import_module(f"{home}.{name}") if home == __name__ else getattr(import_module(home), name)
    )
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    """Return the public names."""
    return [*__all__, *_ROOMS]
