"""Rows of answers with who gave them become the sums of clustered tallies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import numpy as np

from relmetrics.data.codes import encode
from relmetrics.data.columns import as_weights
from relmetrics.states.clustered.clusters import Clusters
from relmetrics.states.clustered.design import Design
from relmetrics.states.clustered.ids import numbered_ids
from relmetrics.states.clustered.margins import Margins, Points
from relmetrics.states.replicates.replicate_weights import ReplicateWeights
from relmetrics.states.replicates.replicates import Replicates
from relmetrics.states.serial import EXACT_FLOAT

if TYPE_CHECKING:
    from relmetrics.data.scale import Scale
    from relmetrics.data.types import Column, FloatArray, IntArray
    from relmetrics.states.clustered.design import AnyDesign


def summed(
    answers: Column,
    scale: Scale,
    respondents: Column | AnyDesign,
    weights: Column | None,
    *,
    name: str = "answers",
    groups: IntArray | None = None,
    size: int = 1,
) -> tuple[Clusters | Replicates, IntArray, IntArray]:
    """Sum answers by group, respondent and point; count missing ones, and those of weight 0.

    Args:
        answers: One answer per row.
        scale: Their scale.
        respondents: Who answered, one id per row; or the design, which says more; or replicates.
        weights: One survey weight per row.
        name: What messages call the answers.
        groups: The group of each row, 0..size - 1; None for one group.
        size: How many groups.

    Raises:
        AnswerError: Some entries are no scores, or off the scale.
        WeightError: A weight is negative or not finite, or all are zero.
        CustomerError: An id is missing, or ids are not all whole numbers or all text.
        LengthError: The columns differ in length.
    """
    encoded = encode(answers, scale, name)
    rows, points = len(encoded), scale.size
    w = None if weights is None else as_weights(weights, rows)
    codes = encoded.codes()
    cells = codes if groups is None else groups * (points + 1) + codes
    by_group = np.bincount(cells, minlength=size * (points + 1)).reshape(size, points + 1)
    missing = by_group[:, points]
    given = None
    if missing.any() or (w is not None and not w.all()):
        given = codes < points if w is None else (codes < points) & (w > 0)

    def there(column: Any) -> Any:
        return column if column is None or given is None else column[given]

    among = {"groups": there(groups), "size": size}
    clusters: Clusters | Replicates
    if isinstance(respondents, ReplicateWeights):
        table, rule = respondents.read(rows)
        w = np.ones(rows) if w is None else w
        clusters = Replicates.of_rows(
            there(codes), there(w), there(table), rule, width=points, **among
        )
    else:
        strata = margins = None
        if isinstance(respondents, Design):
            places, ids, strata = respondents.read(rows)
            if respondents.margins is not None:
                margins = Margins.of_rows(
                    respondents.margins.row_margins,
                    places,
                    strata,
                    codes < points,
                    Points(codes, points),
                    groups=groups,
                    size=size,
                )
        else:
            places, ids = numbered_ids(respondents, rows)
        columns = {"weights": there(w), "strata": strata, "margins": margins}
        clusters = Clusters.of_rows(ids, there(places), there(codes), points, **columns, **among)
        clusters = clusters if given is None else clusters.trimmed()
    weightless = np.zeros(size, dtype=np.int64)
    if given is not None:
        weightless = by_group[:, :points].sum(axis=1) - clusters.answers
    return clusters, missing, weightless


def totals(
    clusters: Clusters | Replicates,
) -> tuple[IntArray, FloatArray | None, FloatArray | None]:
    """Return counts, weights and squares of each state at each point, shape (states, points)."""
    if isinstance(clusters, Replicates):
        return clusters.counts, clusters.weights, clusters.squares
    width, size = clusters.width, clusters.size
    cells = clusters.keys % width
    if size > 1:
        cells += clusters.keys // (max(len(clusters.ids), 1) * width) * width

    def by_cell(column: FloatArray | None) -> FloatArray | None:
        if column is None:
            return None
        sums = np.bincount(cells, column, size * width).reshape(size, width)
        return cast("FloatArray", sums)

    if clusters.counts.sum() < EXACT_FLOAT:
        counts = np.bincount(cells, clusters.counts, size * width).astype(np.int64)
    else:
        counts = np.zeros(size * width, dtype=np.int64)
        np.add.at(counts, cells, clusters.counts)
    return counts.reshape(size, width), by_cell(clusters.weights), by_cell(clusters.squares)
