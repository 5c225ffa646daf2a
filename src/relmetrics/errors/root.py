"""Root: the error that every other one of the library is."""

from __future__ import annotations


class RelmetricsError(ValueError):
    """The root of every error that this library raises on purpose.

    Example:
        >>> import relmetrics as rm
        >>> try:
        ...     rm.nps([11])
        ... except rm.RelmetricsError as error:
        ...     print(type(error).__name__)
        OffScaleError
    """
