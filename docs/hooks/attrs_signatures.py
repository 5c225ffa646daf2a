"""Show the signatures of attrs classes, whose `__init__` is written when they are imported.

Also read the `Example:` of a docstring as the doctest that it is, and its `Source:` as a paragraph.
"""

from __future__ import annotations

import inspect
import re
from typing import Any

import attrs
import griffe

EXAMPLE = re.compile(r"^Example:$", re.MULTILINE)
SOURCE = re.compile(r"^Source:\n +", re.MULTILINE)


def parameter(found: inspect.Parameter, class_: griffe.Class) -> griffe.Parameter:
    """Return a parameter as griffe has it, with the annotation that the source shows."""
    default = found.default
    declared = class_.all_members.get(found.name)
    annotation = getattr(declared, "annotation", None)
    if annotation is None and found.annotation is not found.empty:
        annotation = str(found.annotation)
    shown: str | None = repr(default)
    if default is found.empty:
        shown = None
    elif default is attrs.NOTHING or type(default).__module__ == "attr._make":
        shown = "..."
    return griffe.Parameter(
        found.name,
        annotation=annotation,
        kind=griffe.ParameterKind(found.kind.description),
        default=shown,
    )


class AttrsSignatures(griffe.Extension):
    """Give every public attrs class the `__init__` that `inspect.signature` sees."""

    def on_object(self, *, obj: griffe.Object, **_: Any) -> None:
        """Give the section of doctests the plural that griffe knows it by; shorten the source."""
        if obj.docstring:
            text = EXAMPLE.sub("Examples:", obj.docstring.value)
            obj.docstring.value = SOURCE.sub("**Source:** ", text)

    def on_package(self, *, pkg: griffe.Module, **_: Any) -> None:
        """Visit the classes once the whole package is loaded, so that bases are known."""
        for module in pkg.modules.values():
            self._visit(module)
        self._classes(pkg)

    def _visit(self, module: griffe.Module) -> None:
        for inner in module.modules.values():
            self._visit(inner)
        self._classes(module)

    def _classes(self, module: griffe.Module) -> None:
        for class_ in module.classes.values():
            if class_.is_alias or "__init__" in class_.members:
                continue
            real = getattr(__import__(module.path, fromlist=["_"]), class_.name)
            if not attrs.has(real):
                continue
            found = inspect.signature(real).parameters.values()
            class_.set_member(
                "__init__",
                griffe.Function(
                    "__init__",
                    parameters=griffe.Parameters(
                        griffe.Parameter("self", kind=griffe.ParameterKind.positional_or_keyword),
                        *(parameter(each, class_) for each in found),
                    ),
                    returns="None",
                ),
            )
