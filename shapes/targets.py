"""Property shapes that are aimed at by themselves: the same results, found for many nodes at a time.

The validator asks a property shape that a node shape names (``sh:property``) node by node, and reads the shape anew
for each of them; a shape with targets it asks once about all of them. By SHACL (section 4.7.3) the results of
``sh:property`` are those of the value node against the property shape, and the value node of a node shape is the
focus node itself: the results are the same, down to their source shape. Where a node shape's properties mean more
than that (another shape refers to it, it is closed), it is left as it is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from pyoxigraph import NamedNode, Triple

from ontology.terms import RDFS, SH

_TARGETS = frozenset((SH.targetClass, SH.targetNode, SH.targetSubjectsOf, SH.targetObjectsOf))
# A shape that says one of these stays as it is: its properties hold for other nodes than its targets, or for none.
_BOUND = frozenset((SH.path, SH.closed, SH.deactivated, SH.target))


def aimed(shapes: Iterable[Triple]) -> tuple[Triple, ...]:
    """Shapes that find what the given ones find; as many property shapes as can be are aimed by themselves."""
    listed = tuple(shapes)
    said: dict[object, list[Triple]] = defaultdict(list)
    for triple in listed:
        said[triple.subject].append(triple)
    if any(triple.predicate == SH.qualifiedValueShapesDisjoint for triple in listed):
        # Such a constraint looks at its sisters in the shape that names it.
        return listed
    named = {triple.object for triple in listed}
    changed: dict[Triple, Sequence[Triple]] = {}
    for shape in said.keys() - named:
        if not any(triple.predicate in _BOUND or triple.object == RDFS.Class for triple in said[shape]):
            targets = [triple for triple in said[shape] if triple.predicate in _TARGETS]
            changed |= {
                triple: [Triple(triple.object, target.predicate, target.object) for target in targets]
                for triple in said[shape]
                if targets and triple.predicate == SH.property and isinstance(triple.object, NamedNode)
            }
    return tuple(dict.fromkeys(new for triple in listed for new in changed.get(triple, (triple,))))
