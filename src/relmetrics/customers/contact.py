"""Contact: how often messages are opened, convert, and cases are solved at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from relmetrics.errors.definitions import no_frame
from relmetrics.estimators.proportion import NamedShare
from relmetrics.metric.contract import LONG_TERM_TIES

if TYPE_CHECKING:
    from relmetrics.metric.estimate import Estimate


@frozen(kw_only=True)
class OpenRate(NamedShare):
    """Open rate: the share of sent messages that were opened.

    Formula: ``100 x opened / sent``.
    Unit and range: %, from 0 to 100.
    Direction: higher is better.
    Missing answers, where rows are given, are counted and left out.

    Called with the two counts, or with one yes/no answer per message sent.

    Interval: Wilson's.

    Example:
        >>> import relmetrics as rm
        >>> print(rm.OpenRate()(sent=2000, opened=280))
        Open rate 14.0% (95% CI 12.5 to 15.6; n = 2000)

    Source:
        "Customer relationships: principles for building long-term ties".
    """

    name = "Open rate"
    definition = "Share of the messages sent that were opened."
    source = LONG_TERM_TIES
    yes = "opened"
    base = "sent"


@frozen(kw_only=True)
class ConversionRate(NamedShare):
    """Conversion rate: the share of contacts sent that led to what was asked.

    Formula: ``100 x converted / sent``.
    Unit and range: %, from 0 to 100.
    Direction: higher is better.
    Missing answers, where rows are given, are counted and left out.

    Called with the two counts, or with one yes/no answer per contact. Compare two channels with
    `lift`.

    Interval: Wilson's.

    Example:
        >>> import relmetrics as rm
        >>> print(rm.ConversionRate()(sent=2000, converted=40))
        Conversion rate 2.0% (95% CI 1.5 to 2.7; n = 2000)

    Source:
        "Customer relationships: principles for building long-term ties".
    """

    name = "Conversion rate"
    definition = "Share of the contacts sent that converted."
    source = LONG_TERM_TIES
    yes = "converted"
    base = "sent"


@frozen(kw_only=True)
class FirstContactResolution(NamedShare):
    """First contact resolution (FCR): the share of cases that were solved in the first contact.

    Formula: ``100 x resolved / cases``.
    Unit and range: %, from 0 to 100.
    Direction: higher is better.
    Missing answers, where rows are given, are counted and left out.

    Called with the two counts, or with one yes/no answer per case.

    Interval: Wilson's.

    Example:
        >>> import relmetrics as rm
        >>> print(rm.FirstContactResolution()(cases=500, resolved=360))
        FCR 72.0% (95% CI 67.9 to 75.8; n = 500)

    Source:
        The usual definition of contact centres.
    """

    name = "First contact resolution"
    symbol = "FCR"
    definition = "Share of the cases that were solved in the first contact."
    source = "The usual definition of contact centres"
    yes = "resolved"
    base = "cases"


_OPEN_RATE = OpenRate()


@no_frame("relmetrics.frames.measure(frame, {{{0}: OpenRate()}})")
def open_rate(*, sent: int, opened: int, confidence_level: float = 0.95) -> Estimate:
    """Compute the open rate of two counts: see `OpenRate`.

    Args:
        sent: Messages sent.
        opened: Those of them that were opened.
        confidence_level: Level of the interval.

    Raises:
        CountError: One is negative or no whole number, or `opened` exceeds `sent`.
        EmptySampleError: `sent` is 0.

    Example:
        >>> import relmetrics as rm
        >>> rm.open_rate(sent=2000, opened=280).value
        14.0
    """
    return _OPEN_RATE(sent=sent, opened=opened, confidence_level=confidence_level)


_CONVERSION_RATE = ConversionRate()


@no_frame("relmetrics.frames.measure(frame, {{{0}: ConversionRate()}})")
def conversion_rate(*, sent: int, converted: int, confidence_level: float = 0.95) -> Estimate:
    """Compute the conversion rate of two counts: see `ConversionRate`.

    Args:
        sent: Contacts sent.
        converted: Those of them that converted.
        confidence_level: Level of the interval.

    Raises:
        CountError: One is negative or no whole number, or `converted` exceeds `sent`.
        EmptySampleError: `sent` is 0.

    Example:
        >>> import relmetrics as rm
        >>> rm.conversion_rate(sent=2000, converted=40).value
        2.0
    """
    return _CONVERSION_RATE(sent=sent, converted=converted, confidence_level=confidence_level)


_FIRST_CONTACT_RESOLUTION = FirstContactResolution()


@no_frame("relmetrics.frames.measure(frame, {{{0}: FirstContactResolution()}})")
def first_contact_resolution(
    *, cases: int, resolved: int, confidence_level: float = 0.95
) -> Estimate:
    """Compute first contact resolution from two counts: see `FirstContactResolution`.

    Args:
        cases: All cases.
        resolved: Those of them that were solved in the first contact.
        confidence_level: Level of the interval.

    Raises:
        CountError: One is negative or no whole number, or `resolved` exceeds `cases`.
        EmptySampleError: `cases` is 0.

    Example:
        >>> import relmetrics as rm
        >>> rm.first_contact_resolution(cases=500, resolved=360).value
        72.0
    """
    return _FIRST_CONTACT_RESOLUTION(
        cases=cases, resolved=resolved, confidence_level=confidence_level
    )
