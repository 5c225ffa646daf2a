"""Errors of definitions and states: factors, parameters, and what cannot be added."""

from __future__ import annotations

from collections.abc import Mapping
from functools import wraps
from typing import TYPE_CHECKING, ParamSpec, Self, TypeVar

from relmetrics.errors.root import RelmetricsError
from relmetrics.errors.wording import did_you_mean, listed, shown, text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

_P = ParamSpec("_P")
_R = TypeVar("_R")
_MOST = 4
"""More columns than what is to be said has places for."""


class FactorError(RelmetricsError):
    """Factors (columns) of an index that are unknown, missing or named twice."""

    @classmethod
    def none(cls) -> Self:
        """A table without columns."""
        msg = "ratings have no factors. Pass a mapping of factor to column."
        return cls(msg)

    @classmethod
    def unknown(cls, names: Sequence[str], known: Sequence[str]) -> Self:
        """A weight is given for a factor that has no ratings."""
        hint = did_you_mean(names[0], known)
        msg = f"weights name factors that have no ratings: {listed(names)}. {hint}"
        return cls(msg)

    @classmethod
    def not_in_both(cls, names: Sequence[str]) -> Self:
        """Factors that only one of two sides of a comparison has."""
        msg = (
            f"both sides must have the same factors; only one has {listed(names)}. "
            "Drop these, or rename them alike."
        )
        return cls(msg)

    @classmethod
    def duplicated(cls, names: Sequence[str]) -> Self:
        """A factor is named twice."""
        msg = f"factor names must be unique, repeated: {listed(names)}. Rename or drop one."
        return cls(msg)


class ParameterError(RelmetricsError):
    """A parameter of a definition, an interval or a table is outside what it can be."""

    @classmethod
    def must_be(cls, name: str, requirement: str, value: object, remedy: str = "") -> Self:
        """State what the parameter must be, and what was given."""
        msg = f"{name!r} must be {requirement} (got {shown(value)}).{' ' if remedy else ''}{remedy}"
        return cls(msg)

    @classmethod
    def beside_customers(cls, example: str, **columns: object) -> Self:
        """Name the first column that is lacking: a whole frame was given in place of one."""
        name = next(name for name, column in columns.items() if column is None)
        return cls.must_be(name, "given beside the customers", None, f"Say {example}.")

    @classmethod
    def unknown_name(cls, name: str, value: object, known: Iterable[str]) -> Self:
        """A named option that does not exist."""
        names = list(known)
        import difflib  # noqa: PLC0415 - only a wrong name needs it

        near = difflib.get_close_matches(text_of(value), names, n=1)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        msg = f"{name!r} must be one of {', '.join(names)} (got {shown(value)}).{hint}"
        return cls(msg)

    @classmethod
    def of_rolling(cls, what: str, window: int, every: str) -> Self:
        """A rolling trend where separate periods are needed."""
        msg = (
            f"a rolling trend cannot be used for {what}: its overlapping windows of {window} "
            f"{every}s share their answers. Ask the trend for {what} before rolling."
        )
        return cls(msg)


class StateError(RelmetricsError):
    """States that cannot be added, or text that is no state."""

    @classmethod
    def cannot_add(cls, what: str, left: object, right: object) -> Self:
        """Two states that describe different things."""
        msg = (
            f"states can be added only when they have the same {what}: {shown(left)} and "
            f"{shown(right)}. Build both with the same metric."
        )
        return cls(msg)

    @classmethod
    def cannot_split(cls, what: str, after: object, before: object) -> Self:
        """Two breakdowns whose totals measure different things."""
        msg = (
            f"a change can be split only when before and after have the same {what}: {before} "
            f"before, {after} after. Build both with the same metric."
        )
        return cls(msg)

    @classmethod
    def wrong_kind(cls, wanted: str, given: object, remedy: str) -> Self:
        """Something else where a state is meant: the data itself, or an estimate."""
        own = " Say estimate.state." if hasattr(given, "state") else f" {remedy}"
        msg = f"the state must be {wanted}, got {type(given).__name__}.{own}"
        return cls(msg)

    @classmethod
    def of_another(cls, what: str, metric: object, state: object) -> Self:
        """A state that some other metric made."""
        msg = (
            f"the state and the metric differ in {what}: {shown(state)} instead of "
            f"{shown(metric)}. Build the state with this metric."
        )
        return cls(msg)

    @classmethod
    def other_setting(cls, what: str, left: object, right: object) -> Self:
        """Two states of logs that were made with different settings."""
        msg = (
            f"states can be added only when they have the same {what}: {shown(left)} and "
            f"{shown(right)}. Pass the same {what}=... to both."
        )
        return cls(msg)

    @classmethod
    def lacks(cls, what: str, example: str) -> Self:
        """A question that the state cannot answer for want of a column."""
        msg = f"this needs {what}, which were not given. Say {example}."
        return cls(msg)

    @classmethod
    def undefined(cls, what: str, why: str, remedy: str) -> Self:
        """A quantity that these counts do not determine."""
        msg = f"{what} is undefined: {why}. {remedy}"
        return cls(msg)

    @classmethod
    def malformed(cls, kind: str, why: str) -> Self:
        """A dictionary that `to_dict` did not write."""
        msg = f"this is no serialised {kind}: {why}. Pass what {kind}.to_dict() returned."
        return cls(msg)


def one_column(metric: str) -> Callable[[Callable[_P, _R]], Callable[_P, _R]]:
    """Return what makes a function of one column lead to frames who names another, with its metric.

    Raises:
        ParameterError: It is called with more than one column.
    """

    def made(function: Callable[_P, _R]) -> Callable[_P, _R]:
        @wraps(function)
        def checked(*args: _P.args, **options: _P.kwargs) -> _R:
            if len(args) > 1:
                column, weights = shown(args[1]), options.get("weights")
                weighted = f", weights={weights!r}" if isinstance(weights, str) else ""
                raise ParameterError(
                    f"{function.__name__} takes one column, and options by name; {column} is one "
                    "too many. Who has a frame names its columns: "
                    f"relmetrics.frames.measure(frame, {{{column}: {metric}}}{weighted})."
                )
            return function(*args, **options)

        return checked

    return made


def no_frame(
    call: str, *, least: int = 1, method: bool = False
) -> Callable[[Callable[_P, _R]], Callable[_P, _R]]:
    """Return what makes a function of columns tell who hands over a frame and names what to say.

    Args:
        call: What to say, with places for the names: ``{0}``, ``{1}`` and so on for each,
            ``{all}`` for a tuple of all, ``{own}`` for the class of a method.
        least: From how many names on it is certain that columns of a frame are meant.
        method: Whether the frame comes after `self`.

    Raises:
        ParameterError: It is called so.
    """

    def made(function: Callable[_P, _R]) -> Callable[_P, _R]:
        @wraps(function)
        def checked(*args: _P.args, **options: _P.kwargs) -> _R:
            if len(args) > least + method and _is_frame(args[method]):
                names = [name for name in args[method + 1 :] if _is_name(name)]
                if len(names) >= least:
                    own = type(args[0]).__name__
                    name = own if function.__name__ == "__init__" else function.__name__
                    raise ParameterError(
                        f"{name} takes columns, and was given a frame and names of them. Say "
                        f"{_said(call, names, own)}."
                    )
            return function(*args, **options)

        return checked

    return made


def _said(call: str, names: list[object], own: str) -> str:
    """Return the call that was meant, with its names; those that are not known are left open."""
    each = [repr(name) for name in names]
    flat = [one for name in names for one in ([name] if isinstance(name, str) else name)]  # type: ignore[attr-defined]
    return call.format(*each, *["..."] * _MOST, all=repr(tuple(flat)), own=own)


def _is_frame(thing: object) -> bool:
    """Tell whether something is a table with columns of its own, whatever library it is of."""
    kind = type(thing)
    tabular = hasattr(kind, "columns") or hasattr(kind, "column_names")
    return tabular and not isinstance(thing, Mapping)


def _is_name(thing: object) -> bool:
    """Tell whether something is the name of a column, or names of several."""
    if isinstance(thing, (list, tuple)):
        return bool(thing) and all(isinstance(name, str) for name in thing)
    return isinstance(thing, str)
