"""The command: which words call which part, what is printed where, and how it ends."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Any, NoReturn

from relmetrics._version import __version__
from relmetrics.cli import compare, example, explain, purchases, scorecard
from relmetrics.cli.advice import in_flags
from relmetrics.cli.output import say
from relmetrics.errors import RelmetricsError
from relmetrics.errors.wording import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Sequence

COMMANDS: dict[str, tuple[Any, str]] = {
    "scorecard": (scorecard, "metrics of a survey, overall, by segment and over time"),
    "purchases": (purchases, "retention, churn, cohorts and stages from a log of purchases"),
    "compare": (compare, "did it move from one file to another"),
    "explain": (explain, "what a metric is, and where it comes from"),
    "example": (example, "write files to try the commands on"),
}
DONE, FAILED, INTERRUPTED = 0, 2, 130
CODES = """\
exit codes: 0 done, also when who reads the output stops reading; 2 the words or the data are in
error, or allow no metric: one line on standard error says why; 130 interrupted"""


class Parser(argparse.ArgumentParser):
    """A parser whose errors are one line, as all others are."""

    def error(self, message: str) -> NoReturn:
        """Raise what is wrong with the words.

        Raises:
            RelmetricsError: Always.
        """
        msg = f"{message.removeprefix('argument ')} (see {self.prog} --help)"
        raise RelmetricsError(msg)


def parser() -> argparse.ArgumentParser:
    """Return the parser of all commands."""
    made = Parser(
        prog="relmetrics",
        description="Customer-relationship metrics, each with its interval and its definition.",
        epilog=f"{CODES}. Without a command: the scorecard, of simulated tables.",
    )
    made.add_argument("--version", action="version", version=f"relmetrics {__version__}")
    commands = made.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, (module, about) in COMMANDS.items():
        module.add_arguments(
            commands.add_parser(
                name, help=about, description=about.capitalize() + ".", epilog=CODES
            )
        )
    return made


def _words(arguments: Sequence[str]) -> list[str]:
    """Return the words with their command: without one it is the scorecard, as it was.

    Raises:
        RelmetricsError: There is no such command.
    """
    words = list(arguments)
    if not words or (words[0].startswith("-") and words[0] not in {"-h", "--help", "--version"}):
        return ["scorecard", *words]
    if words[0] not in COMMANDS and not words[0].startswith("-"):
        msg = f"there is no command {words[0]!r}. {did_you_mean(words[0], COMMANDS)}"
        raise RelmetricsError(msg)
    return words


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the words say; return the exit code.

    Args:
        arguments: The words of the command line; by default those of the process.
    """
    try:
        options = parser().parse_args(_words(sys.argv[1:] if arguments is None else arguments))
        lines, json, any_result = COMMANDS[options.command][0].run(options)
    except (RelmetricsError, OSError) as error:
        return _failed(in_flags(error))
    except KeyboardInterrupt:
        return INTERRUPTED
    if options.quiet:
        return DONE if any_result else FAILED
    failed = say(json) if options.json else say(*lines)
    if failed:
        return _failed(failed)
    return DONE if any_result else FAILED


def _failed(message: str) -> int:
    """Say on standard error what is wrong."""
    print(f"relmetrics: {message}", file=sys.stderr)
    return FAILED
