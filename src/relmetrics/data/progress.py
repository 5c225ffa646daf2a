"""Progress of what takes long: told to who asks for it, in steps, and silent otherwise."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, TypeAlias

from relmetrics.errors import ParameterError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Report: TypeAlias = Callable[[int, int], object]

_ASKED: ContextVar[Report | bool] = ContextVar("relmetrics_progress", default=False)


@contextmanager
def progress(report: Report | bool = True) -> Iterator[None]:  # noqa: FBT001, FBT002 - on or off
    """Tell how far what takes long is, for as long as the block lasts.

    Resampling, permutation and exact tests of many groups, raking, scorecards and reports go in
    steps; after each of them `report` is called with the number of steps done and of all, or of at
    most so many, where it ends as soon as it is near enough. Ctrl-C, or an error that `report`
    raises, ends it between two steps. Numbers are the same with it and without.

    Args:
        report: A function of ``(done, total)``. True (default): a bar of tqdm where that is
            installed, and only of what takes longer than a second; else nothing. False: nothing.

    Raises:
        ParameterError: `report` is neither.

    Example:
        >>> import relmetrics as rm
        >>> steps = []
        >>> with rm.progress(lambda done, total: steps.append((done, total))):
        ...     table = rm.NPS().by([10, 9, 3, 7], ["a", "a", "b", "b"]).table(method="bootstrap")
        >>> steps
        [(1, 1)]
    """
    if not (callable(report) or isinstance(report, bool)):
        raise ParameterError.must_be("report", "a function of done and total, or True", report)
    token = _ASKED.set(report)
    try:
        yield
    finally:
        _ASKED.reset(token)


def watched(steps: range) -> Iterator[int]:
    """Yield the steps of a loop, and tell who asked how many are done."""
    report = _ASKED.get()
    if report is False:
        yield from steps
    elif callable(report):
        for done, step in enumerate(steps, start=1):
            yield step
            report(done, len(steps))
    else:
        bar = import_module("tqdm").tqdm(steps, delay=1) if find_spec("tqdm") else steps
        yield from bar
