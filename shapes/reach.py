"""How far the core shapes look from a focus node: what its results can depend on.

A reach of 2 means: on what is said about the node, and about what it refers to. Only then may a part of the
graph be validated alone. A shape that looks against the direction of a property, along a path of any length,
or that uses a construct not named here has no reach: the whole graph is then validated as one.
"""

from __future__ import annotations

import rdflib
from rdflib.namespace import RDF, RDFS, SH

# Constraints and words that look at the value nodes alone (or, as sh:lessThan does, at the focus node's own).
_WORDS = """
closed deactivated datatype defaultValue description disjoint equals flags group hasValue ignoredProperties in
languageIn lessThan lessThanOrEquals maxCount maxExclusive maxInclusive maxLength message minCount minExclusive
minInclusive minLength name nodeKind order path pattern qualifiedMaxCount qualifiedMinCount
qualifiedValueShapesDisjoint severity targetClass targetSubjectsOf uniqueLang
"""
_LOCAL = frozenset(SH[name] for name in _WORDS.split())
_NESTED = frozenset((SH.property, SH.node, SH["not"], SH.qualifiedValueShape))
_LISTS = frozenset((SH["and"], SH["or"], SH.xone))
_SHAPES = (SH.NodeShape, SH.PropertyShape)


def reach(shapes: rdflib.Graph) -> int | None:
    """The longest way, in triples, that any of the shapes looks; None where there is no limit."""
    try:
        return max(
            (_of_shape(shapes, shape, ()) for kind in _SHAPES for shape in shapes.subjects(RDF.type, kind)), default=0
        )
    except _UnlimitedError:
        return None


class _UnlimitedError(Exception):
    """A shape whose results may depend on anything in the graph."""


def _of_shape(shapes: rdflib.Graph, shape: rdflib.term.Node, above: tuple[rdflib.term.Node, ...]) -> int:
    if shape in above or (shape, RDF.type, RDFS.Class) in shapes:
        raise _UnlimitedError
    path = shapes.value(shape, SH.path)
    own = 0 if path is None else _of_path(shapes, path)
    further = [0]
    for predicate, value in shapes.predicate_objects(shape):
        if predicate == SH["class"]:
            further.append(1)
        elif predicate in _NESTED:
            further.append(_of_shape(shapes, value, (*above, shape)))
        elif predicate in _LISTS:
            further += [_of_shape(shapes, member, (*above, shape)) for member in shapes.items(value)]
        elif predicate not in _LOCAL and str(predicate).startswith(str(SH)):
            raise _UnlimitedError
    return own + max(further)


def _of_path(shapes: rdflib.Graph, path: rdflib.term.Node) -> int:
    if isinstance(path, rdflib.URIRef):
        return 1
    if (path, RDF.first, None) in shapes:
        return sum(_of_path(shapes, step) for step in shapes.items(path))
    alternatives = shapes.value(path, SH.alternativePath)
    if alternatives is not None:
        return max(_of_path(shapes, step) for step in shapes.items(alternatives))
    optional = shapes.value(path, SH.zeroOrOnePath)
    if optional is not None:
        return _of_path(shapes, optional)
    raise _UnlimitedError
