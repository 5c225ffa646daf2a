"""The designed samples that R's survey package has computed."""

import csv
from functools import cache
from typing import Any

import numpy as np
from places import ORACLES

import relmetrics as rm

FOLDER = ORACLES / "design"


@cache
def data(name: str) -> dict[str, Any]:
    """Return the columns of a data set: numbers where they are, else text."""
    with (FOLDER / f"{name}.csv").open() as file:
        rows = list(csv.DictReader(file))
    columns: dict[str, Any] = {}
    for key in rows[0]:
        values = [row[key] for row in rows]
        try:
            columns[key] = np.array([float(value) for value in values])
        except ValueError:
            columns[key] = np.array(values)
    return columns


def whole(column: Any) -> Any:
    """Return numbers that are whole as such."""
    return column.astype(np.int64)


def sim_design(
    rows: Any = slice(None),
    *,
    strata: bool = False,
    population: bool = False,
    name: str = "sim",
    **options: Any,
) -> rm.Design:
    """Return the design of the simulated survey."""
    columns = data(name)
    sizes = dict(zip(whole(columns["stratum"]).tolist(), columns["Nh"].tolist(), strict=True))
    return rm.Design(
        respondents=whole(columns["id"])[rows],
        strata=whole(columns["stratum"])[rows] if strata else None,
        population=sizes if population else None,
        **options,
    )
