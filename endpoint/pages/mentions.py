"""How pages about terms and rules point at each other and show what the data hold."""

from __future__ import annotations

from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from dumps.usage import Example, Usage
from endpoint.pages.graph import Text
from endpoint.pages.references import Reference, Scope, safe_href
from endpoint.pages.rules import Shapes
from model.iris import NS, SHAPES_NS
from ontology.terms import PREFIXES, RDF, SH

# As long as a reader takes in at a glance; the whole is one click away.
_LINES = 5


@dataclass(frozen=True)
class ExampleView:
    """An example from the data: of which practice and thing, the value in words, and the triples as Turtle."""

    practice: Reference | None
    subject: Reference
    value: Reference
    turtle: str


@dataclass(frozen=True)
class RuleLine:
    """A rule in one look; ``findings`` is how often this release has it in its report."""

    name: str
    href: str
    label: Text
    severity: str
    message: Text
    advice: Text
    findings: int
    path: Reference | None = None


def shorten(iri: str) -> str:
    """``dct:title``; the IRI itself where its namespace has no prefix."""
    best = max((base for base in PREFIXES.values() if iri.startswith(base)), key=len, default="")
    name = next((name for name, base in PREFIXES.items() if base == best), "")
    return f"{name}:{iri.removeprefix(best)}" if best and iri != best else iri


def term_reference(iri: str, scope: Scope, count: int | None = None) -> Reference:
    """A term by its prefixed name: ours leads to its page, another's to where it is defined."""
    if iri.startswith(NS):
        href: str | None = scope.here(f"ns/{iri.removeprefix(NS)}")
    elif iri.startswith(SHAPES_NS):
        href = scope.here(f"shapes/{iri.removeprefix(SHAPES_NS)}")
    elif iri.startswith(f"{scope.base}id/"):
        href = scope.href(iri)
    else:
        href = safe_href(iri)
    return Reference(Text(shorten(iri)), href, count=count)


def named(usage: Usage, iri: str, language: str) -> Text:
    """What the release calls a thing of an example; the last part of its IRI where it has no name."""
    labels = usage.labels.get(iri, {})
    for tag in (language, "pl", "en", *labels):
        if tag in labels:
            return Text(labels[tag], tag)
    return Text(iri.rstrip("/").rsplit("/", 1)[-1])


def thing_reference(usage: Usage, iri: str, scope: Scope) -> Reference:
    """A thing of an example; a part of a thing (``#period``) leads to the thing."""
    whole, _, part = iri.partition("#")
    label = named(usage, iri if iri in usage.labels else whole, scope.language)
    return Reference(Text(f"{label.value} – {part}" if part else label.value, label.language), scope.href(whole))


def example_view(usage: Usage, example: Example, scope: Scope, others: tuple[Example, ...] = ()) -> ExampleView:
    """``others`` are further triples of the same subject, shown in the Turtle only."""
    value = (
        term_reference(example.value, scope)
        if example.property == RDF.type.value
        else thing_reference(usage, example.value, scope)
        if example.is_iri
        else Reference(Text(example.value, example.language))
    )
    practice = example.practice
    return ExampleView(
        practice=thing_reference(usage, practice, scope) if practice and practice != example.subject else None,
        subject=thing_reference(usage, example.subject, scope),
        value=value,
        turtle=_turtle((example, *others[: _LINES - 1])),
    )


def rule_line(shapes: Shapes, usage: Usage, iri: str, scope: Scope) -> RuleLine:
    name, path = iri.removeprefix(SHAPES_NS), shapes.path(iri)
    return RuleLine(
        name=name,
        href=scope.here(f"shapes/{name}"),
        label=shapes.text(iri, SH.name, scope.language),
        severity=shapes.severity(iri),
        message=shapes.text(iri, SH.message, scope.language),
        advice=shapes.text(iri, SH.description, scope.language),
        findings=usage.findings.get(name, 0),
        path=term_reference(path, scope) if path else None,
    )


def _turtle(examples: tuple[Example, ...]) -> str:
    lines = [f"{_predicate(one.property)} {_object(one)}" for one in examples]
    return f"<{examples[0].subject}>\n    " + " ;\n    ".join(lines) + " ."


def _predicate(iri: str) -> str:
    return "a" if iri == RDF.type.value else _shown(iri)


def _object(example: Example) -> str:
    if example.is_iri:
        return _shown(example.value)
    if example.language:
        return str(Literal(example.value, language=example.language))
    if not example.datatype:
        return str(Literal(example.value))
    text = str(Literal(example.value))
    return f"{text}^^{_shown(example.datatype)}"


def _shown(iri: str) -> str:
    short = shorten(iri)
    return str(NamedNode(iri)) if short == iri or "/" in short else short
