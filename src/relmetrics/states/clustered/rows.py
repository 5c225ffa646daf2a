"""Rows of answers with who gave them become the sums of clustered tallies."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np

from relmetrics.data.codes import encode
from relmetrics.data.columns import as_weights
from relmetrics.states.clustered.clusters import Clusters
from relmetrics.states.clustered.design import Design
from relmetrics.states.clustered.ids import numbered_ids
from relmetrics.states.clustered.margins import Margins

if TYPE_CHECKING:
    from relmetrics.data.scale import Scale
    from relmetrics.data.types import Column, FloatArray, IntArray


def summed(
    answers: Column,
    scale: Scale,
    respondents: Column | Design,
    weights: Column | None,
    *,
    name: str = "answers",
    groups: IntArray | None = None,
    size: int = 1,
) -> tuple[Clusters, IntArray, IntArray]:
    """Sum answers by group, respondent and point; count missing ones, and those of weight 0.

    Args:
        answers: One answer per row.
        scale: Their scale.
        respondents: Who answered, one id per row; or the design, which says more.
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
    strata = margins = None
    if isinstance(respondents, Design):
        places, ids, strata = respondents.read(rows)
        if respondents.margins is not None:
            margins = Margins.of_rows(
                respondents.margins.row_margins,
                places,
                strata,
                codes,
                width=points,
                groups=groups,
                size=size,
            )
    else:
        places, ids = numbered_ids(respondents, rows)
    by_group = np.zeros(size * (points + 1), dtype=np.int64)
    cells = codes.astype(np.intp) if groups is None else groups * (points + 1) + codes
    np.add.at(by_group, cells, 1)
    missing = by_group.reshape(size, -1)[:, points]
    given = codes < points
    if w is not None:
        given &= w > 0
    answered = codes
    if not given.all():
        answered, places = codes[given], places[given]
        groups = None if groups is None else groups[given]
        w = None if w is None else w[given]
    clusters = Clusters.of_rows(
        ids,
        places,
        answered,
        points,
        weights=w,
        groups=groups,
        size=size,
        strata=strata,
        margins=margins,
    )
    weightless = np.zeros(size, dtype=np.int64)
    if w is not None:
        weightless += by_group.reshape(size, -1)[:, :points].sum(axis=1) - clusters.answers
    return clusters, missing, weightless


def totals(clusters: Clusters) -> tuple[IntArray, FloatArray | None, FloatArray | None]:
    """Return counts, weights and squares of each state at each point, shape (states, points)."""
    width, size = clusters.width, clusters.size
    step = max(len(clusters.ids), 1) * width
    cells = clusters.keys // step * width + clusters.keys % width

    def by_cell(column: FloatArray | None) -> FloatArray | None:
        if column is None:
            return None
        sums = np.bincount(cells, column, size * width).reshape(size, width)
        return cast("FloatArray", sums)

    counts = np.zeros(size * width, dtype=np.int64)
    np.add.at(counts, cells, clusters.counts)
    return counts.reshape(size, width), by_cell(clusters.weights), by_cell(clusters.squares)
