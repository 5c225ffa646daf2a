"""`relmetrics compare`: did it move from one file to another, and in which groups?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import frozen

from relmetrics.cli.options import FILE, add_output, add_questions, add_reading, form_of
from relmetrics.cli.output import as_json
from relmetrics.cli.reading.source import Source
from relmetrics.cli.words import columns, scale_of
from relmetrics.data.scale import ONE_TO_SEVEN, ZERO_TO_TEN
from relmetrics.errors import RelmetricsError
from relmetrics.metric.table import Table
from relmetrics.survey.ces import CES
from relmetrics.survey.csat import CSAT
from relmetrics.survey.csi import CSI
from relmetrics.survey.nps import NPS

if TYPE_CHECKING:
    from argparse import ArgumentParser
    from collections.abc import Iterator

    from relmetrics.cli.reading.table import FileTable
    from relmetrics.data.scale import Scale
    from relmetrics.questions.groups.breakdown import Breakdown
    from relmetrics.questions.groups.comparisons import Comparisons

SHOWN = ("reference_value", "value", "difference", "low", "high", "p_adjusted", "verdict", "note")
"""The columns of a comparison of groups that are printed, after the group."""


def add_arguments(parser: ArgumentParser) -> None:
    """Add the words of the command."""
    parser.add_argument("old", metavar="OLD", help=f"answers before: {FILE}")
    parser.add_argument("new", metavar="NEW", help="answers after, of other people")
    add_questions(parser).add_argument(
        "--by",
        type=columns,
        default=[],
        metavar="COLUMNS",
        help="also each group with itself in the other file; several as plan,region",
    )
    add_reading(parser)
    add_output(parser, "")


@frozen
class _Question:
    """A metric, the scale of its columns, and the columns."""

    metric: Any
    scale: Scale
    columns: tuple[str, ...]

    def answers(self, table: FileTable) -> Any:
        """Return its columns of a file, read: one, or those of an index by name."""
        read = {name: table.answers(name, self.scale) for name in self.columns}
        return read if isinstance(self.metric, CSI) else read[self.columns[0]]


@frozen
class _Asked:
    """What a file says of a question: its state, and its breakdown by each column of groups."""

    state: Any
    by: list[Breakdown]


def run(options: Any) -> tuple[list[object], str, bool]:
    """Return the lines to print, the JSON, and whether anything was compared."""
    if options.old == options.new == "-":
        msg = "standard input can be read only once: name one of the files."
        raise RelmetricsError(msg)
    asked = list(_questions(options))
    if not asked:
        msg = "which question is compared? Say --nps, --csat, --ces or --factors."
        raise RelmetricsError(msg)
    old, new = (_read(options, Source(word), asked) for word in (options.old, options.new))
    lines: list[object] = []
    found: list[dict[str, object]] = []
    for question, before, after in zip(asked, old, new, strict=True):
        level = {"confidence_level": options.level}
        change = question.metric.compare(after.state, before.state, **level)
        for word, one in ((options.old, before), (options.new, after)):
            estimate = question.metric.estimate(one.state, **level)
            lines.append(f"{Source(word).name}: {estimate}")
        lines += [f"{change}", f"Verdict: {change.verdict}", ""]
        groups = [now.compare_to(was) for now, was in zip(after.by, before.by, strict=True)]
        for column, comparisons in zip(options.by, groups, strict=True):
            lines += [f"By {column}: {comparisons}", _shown(comparisons, column), ""]
        by = dict(zip(options.by, (one.to_dict() for one in groups), strict=True))
        found.append(change.to_dict() | ({"by": by} if by else {}))
    return lines[:-1], as_json(found) if options.json else "", True


def _shown(found: Comparisons, column: str) -> str:
    """Return the groups as text, by evidence; notes only where there are any."""
    table = found.table()
    names = [name for name in SHOWN if name in table and (name != "note" or any(table[name]))]
    return Table({name: table[name] for name in (column, *names)}, table.digits).to_text()


def _questions(options: Any) -> Iterator[_Question]:
    """Return what is asked for."""
    scale = scale_of(options.scale, options.labels)
    if options.nps:
        yield _Question(NPS(), ZERO_TO_TEN, (options.nps,))
    if options.csat:
        yield _Question(CSAT(scale=scale), scale, (options.csat,))
    if options.ces:
        yield _Question(CES(), ONE_TO_SEVEN, (options.ces,))
    if options.factors:
        yield _Question(CSI(weights=options.factors, scale=scale), scale, tuple(options.factors))


def _read(options: Any, source: Source, asked: list[_Question]) -> list[_Asked]:
    """Read a file; return the counts of each question, in all and by group."""
    names = [name for question in asked for name in question.columns]
    names += [options.weight] if options.weight else []
    names += options.by
    table = source.open(form_of(options), names, quiet=options.quiet)
    table.read(names)
    weights = table.numbers(options.weight) if options.weight else None
    labels = {column: table.labels(column) for column in options.by}
    found = []
    for question in asked:
        metric, data = question.metric, question.answers(table)
        make = metric.moments if isinstance(metric, CSI) else metric.tally
        options_of = {"weights": weights, "confidence_level": options.level}
        by = [
            metric.by(data, {column: groups}, sort=True, **options_of)
            for column, groups in labels.items()
        ]
        found.append(_Asked(make(data, weights=weights), by))
    return found
