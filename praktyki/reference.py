"""Makes docs/reference.md, and the columns in docs/tables.md, from the code: settings, commands, rules, error codes.

``python -m praktyki.reference`` writes it; a test compares it with the file, so nothing is left undocumented.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import click

from converters.tables.columns import COLUMNS
from endpoint import problems
from model.errors import PraktykiError
from model.rules import RULES
from praktyki.cli import cli
from praktyki.settings import SETTINGS
from shapes.gate import shape_rules

TABLES = Path(__file__).resolve().parent.parent / "docs" / "tables.md"
FILE = Path(__file__).resolve().parent.parent / "docs" / "reference.md"
# The rooms whose errors are not imported by the command line's own modules.
_COLUMNS_BEGIN, _COLUMNS_END = "<!-- columns -->", "<!-- /columns -->"
_ROOMS_WITH_ERRORS = ("endpoint.sparql.errors",)


def reference() -> str:
    """The whole page."""
    return "\n".join(
        [
            "# Reference",
            "",
            "Made from the code by `python -m praktyki.reference`; do not edit.",
            "",
            "## Settings",
            "",
            "One `praktyki.toml` and the environment; an unknown key is an error. `praktyki config` prints what is in"
            " force.",
            "",
            "| key | variable | default | what it is |",
            "| --- | --- | --- | --- |",
            *(f"| `{s.key}` | `{s.variable}` | `{s.default!r}` | {_cell(s.help)} |" for s in SETTINGS),
            "",
            "## Commands",
            "",
            "Exit codes: 0 done, 1 a gate refused, 2 wrong use, 3 published with a source frozen, 4 input or output"
            " failed.",
            "",
            *_commands(cli, "praktyki"),
            "## Rules of the validation report",
            "",
            "| rule | severity | what it says | what to do |",
            "| --- | --- | --- | --- |",
            *(
                f"| `{rule.code}` | {rule.severity.value} | {_cell(rule.en)} | {_cell(rule.advice_en)} |"
                for rule in (*RULES.values(), *sorted(shape_rules().values(), key=lambda rule: rule.code))
            ),
            "",
            "## Error codes",
            "",
            "| code | what it means |",
            "| --- | --- |",
            *(f"| `{code}` | {_cell(words)} |" for code, words in sorted(_errors().items())),
            "",
            "## Problems over HTTP",
            "",
            "`application/problem+json` (RFC 9457) with `code`, or a page for browsers; in Polish too.",
            "",
            "| code | status | title | what to do |",
            "| --- | --- | --- | --- |",
            *(
                f"| `{code}` | {status} | {_cell(words['title'])} | {_cell(words.get('advice', ''))} |"
                for code, (status, words) in sorted(_problems().items())
            ),
            "",
        ]
    )


def with_columns(page: str) -> str:
    """docs/tables.md with the list of columns as the code knows them."""
    rows = (
        f"| {column.pl} | {column.en} | {_cell(', '.join(column.names))} | {'yes' if column.required else ''} |"
        f" {_cell(column.help_pl)} / {_cell(column.help_en)} | `{column.property}` |"
        for column in COLUMNS
    )
    head = ("| Polish | English | also | required | what to write | becomes |", "| --- | --- | --- | --- | --- | --- |")
    before, _, rest = page.partition(_COLUMNS_BEGIN)
    after = rest.partition(_COLUMNS_END)[2]
    return "\n".join((before + _COLUMNS_BEGIN, *head, *rows, _COLUMNS_END)) + after


def _commands(command: click.Command, name: str) -> Iterator[str]:
    if isinstance(command, click.Group):
        for child, found in sorted(command.commands.items()):
            yield from _commands(found, f"{name} {child}")
        return
    yield f"### `{name}`"
    yield ""
    yield " ".join((command.help or "").replace("\b", "").split())
    yield ""
    for parameter in command.params:
        words = parameter.help if isinstance(parameter, click.Option) else None
        shown = parameter.opts[0] if isinstance(parameter, click.Option) else parameter.human_readable_name
        yield f"- `{shown}`" + (f" – {words}" if words else "")
    yield ""


def _errors() -> dict[str, str]:
    kinds = (kind for kind in _kinds() if "code" in vars(kind))
    return {kind.code: (kind.__doc__ or "").split("\n\n", 1)[0] for kind in kinds}


def _problems() -> dict[str, tuple[int, Mapping[str, str]]]:
    """Every code that a client can meet, with its status and its words."""
    statuses = dict(problems.STATUSES)
    statuses |= {kind.code: status for kind in _kinds() if (status := getattr(kind, "status", None))}
    return {code: (statuses[code], words) for code, words in problems.catalogue("en").items()}


def _kinds() -> list[type[PraktykiError]]:
    """All kinds of errors, ours by import; the more special ones first."""
    for room in _ROOMS_WITH_ERRORS:
        importlib.import_module(room)
    found: list[type[PraktykiError]] = [PraktykiError]
    for kind in found:
        found += kind.__subclasses__()
    return found[::-1]


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


if __name__ == "__main__":
    FILE.write_text(reference(), encoding="utf-8")
    TABLES.write_text(with_columns(TABLES.read_text(encoding="utf-8")), encoding="utf-8")
    sys.stdout.write(f"{FILE.name} written\n")
