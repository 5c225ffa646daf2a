"""Valued: results that show their line, and results that stand for a number."""

from __future__ import annotations

from numbers import Real
from typing import Any, SupportsIndex


class Shown:
    """What a console shows as the line that it prints, and not as all of its fields."""

    __slots__ = ()

    def __repr__(self) -> str:
        """Return the line, where there is one."""
        return super().__repr__() if type(self).__str__ is object.__str__ else str(self)


class Valued(Shown):
    """A result with a value: a number where a number is wanted.

    ``float(x)`` is the value, ``round(x, 1)`` rounds it, ``f"{x:.0f}"`` writes it, and ``x > 50``
    compares it with a number. ``==`` asks whether two results are the same, which a number is not.
    Two results have no order, for their intervals would be forgotten: compare them by their metric,
    or sort them with ``key=float``.

    Example:
        >>> import relmetrics as rm
        >>> kept = rm.retention_rate(start=1000, end=1010, new=80)
        >>> f"{kept:.0f} %", round(kept), kept > 90
        ('93 %', 93, True)
    """

    __slots__ = ()

    value: float

    def __float__(self) -> float:
        """Return the value."""
        return self.value

    def __round__(self, digits: SupportsIndex | None = None) -> float:
        """Return the value rounded: to a whole number, or to so many digits."""
        return round(self.value) if digits is None else round(self.value, digits)

    def __format__(self, form: str) -> str:
        """Return the value in a form such as ``.0f``, and the line where no form is given."""
        return format(self.value, form) if form else str(self)

    def __lt__(self, number: Any) -> bool:
        """Return whether the value is less than a number."""
        return self.value < self._number(number)

    def __le__(self, number: Any) -> bool:
        """Return whether the value is at most a number."""
        return self.value <= self._number(number)

    def __gt__(self, number: Any) -> bool:
        """Return whether the value is more than a number."""
        return self.value > self._number(number)

    def __ge__(self, number: Any) -> bool:
        """Return whether the value is at least a number."""
        return self.value >= self._number(number)

    def _number(self, number: object) -> float:
        if isinstance(number, Real):
            return float(number)
        kind = type(self).__name__
        msg = f"{kind} is compared with numbers, got {type(number).__name__}."
        if isinstance(number, Valued):
            msg += " Compare two with metric.compare(...), which knows their intervals, or sort "
            msg += "them with key=float."
        raise TypeError(msg)
