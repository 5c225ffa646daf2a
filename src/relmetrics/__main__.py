"""The door of `python -m relmetrics`: see `relmetrics.cli`."""

from __future__ import annotations

import sys

from relmetrics.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
