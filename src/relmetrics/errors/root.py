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

    def _render_traceback_(self) -> list[str]:
        """Return the lines that notebooks show: where it was called, and what is to be done.

        The way through the library says nothing to who called it. Consoles, logs and debuggers
        have it all the same.
        """
        from traceback import TracebackException  # noqa: PLC0415 - only notebooks need it

        told = TracebackException.from_exception(self)
        folder = __file__.rpartition("errors")[0]
        own = [frame for frame in told.stack if not frame.filename.startswith(folder)]
        told.stack[:] = own or told.stack
        return "".join(told.format(chain=False)).splitlines()
