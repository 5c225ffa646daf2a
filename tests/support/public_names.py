"""The public names of the library."""

import relmetrics

# The stub lists them; the package derives `__all__` from the stub when it is imported.
NAMES: list[str] = relmetrics.__all__  # type: ignore[attr-defined]
