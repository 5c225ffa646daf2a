"""`relmetrics compare`: did it move from one file to another?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from relmetrics.cli.options import FILE, add_output, add_questions, add_reading, form_of
from relmetrics.cli.output import as_json
from relmetrics.cli.reading.source import Source
from relmetrics.cli.words import scale_of
from relmetrics.data.scale import ONE_TO_SEVEN, ZERO_TO_TEN
from relmetrics.errors import RelmetricsError
from relmetrics.survey.ces import CES
from relmetrics.survey.csat import CSAT
from relmetrics.survey.csi import CSI
from relmetrics.survey.nps import NPS

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Iterator

    from relmetrics.data.scale import Scale
    from relmetrics.metric.difference import Difference


def add_arguments(parser: ArgumentParser) -> None:
    """Add the words of the command."""
    parser.add_argument("old", metavar="OLD", help=f"answers before: {FILE}")
    parser.add_argument("new", metavar="NEW", help="answers after, of other people")
    add_questions(parser)
    add_reading(parser)
    add_output(parser, "")


def run(options: Any) -> tuple[list[object], str, bool]:
    """Return the lines to print, the JSON, and whether anything was compared."""
    if options.old == options.new == "-":
        msg = "standard input can be read only once: name one of the files."
        raise RelmetricsError(msg)
    asked = list(_questions(options))
    if not asked:
        msg = "which question is compared? Say --nps, --csat, --ces or --factors."
        raise RelmetricsError(msg)
    old, new = (_states(options, Source(word), asked) for word in (options.old, options.new))
    lines: list[object] = []
    changes: list[Difference] = []
    for (metric, *_), before, after in zip(asked, old, new, strict=True):
        change = metric.compare(after, before, confidence_level=options.level)
        changes.append(change)
        for word, state in ((options.old, before), (options.new, after)):
            estimate = metric.estimate(state, confidence_level=options.level)
            lines.append(f"{Source(word).name}: {estimate}")
        lines += [f"{change}", f"Verdict: {change.verdict}", ""]
    json = as_json([change.to_dict() for change in changes]) if options.json else ""
    return lines[:-1], json, True


def _questions(options: Any) -> Iterator[tuple[Any, Scale, tuple[str, ...]]]:
    """Return what is asked for: a metric, the scale of its columns, and the columns."""
    scale = scale_of(options.scale, options.labels)
    if options.nps:
        yield NPS(), ZERO_TO_TEN, (options.nps,)
    if options.csat:
        yield CSAT(scale=scale), scale, (options.csat,)
    if options.ces:
        yield CES(), ONE_TO_SEVEN, (options.ces,)
    if options.factors:
        yield CSI(weights=options.factors, scale=scale), scale, tuple(options.factors)


def _states(options: Any, source: Source, asked: Any) -> list[Any]:
    """Read a file; return the counts of each question."""
    names = [name for _, _, columns in asked for name in columns]
    names += [options.weight] if options.weight else []
    table = source.open(form_of(options), names, quiet=options.quiet)
    table.read(names)
    weights = table.numbers(options.weight) if options.weight else None
    found = []
    for metric, scale, columns in asked:
        read = {name: table.answers(name, scale) for name in columns}
        if isinstance(metric, CSI):
            found.append(metric.moments(read, weights=weights))
        else:
            found.append(metric.tally(read[columns[0]], weights=weights))
    return found
