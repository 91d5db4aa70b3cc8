"""What the engine refuses in a query that obeys the grammar, found again so that its place can be told.

Only asked when the engine has refused; so these look for the likely culprit and judge nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from endpoint.sparql.tokens import Kind, Token

_AGGREGATES = frozenset(("COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT"))
_BEHIND_GROUPS = frozenset(("HAVING", "ORDER", "LIMIT", "OFFSET", "VALUES"))


def ungrouped(tokens: Sequence[Token]) -> Token | None:
    """The first variable that a SELECT with aggregates takes as it is and that its GROUP BY does not give."""
    for place, token in enumerate(tokens):
        if token.kind is not Kind.WORD or token.upper != "SELECT":
            continue
        brace = next((at for at in range(place, len(tokens)) if tokens[at].text == "{"), len(tokens))
        clause, modifiers = tokens[place:brace], _modifiers(tokens, brace)
        grouped = _grouped(modifiers)
        if grouped is None and not any(map(_aggregates, (*clause, *modifiers))):
            continue
        culprit = next((variable for variable in _taken(clause) if variable.text[1:] not in (grouped or ())), None)
        if culprit is not None:
            return culprit
    return None


def bound_again(tokens: Sequence[Token]) -> tuple[Token, Token] | None:
    """The first BIND of a variable that its group mentions before, and that variable."""
    groups: list[set[str]] = [set()]
    for place, token in enumerate(tokens):
        if token.text == "{":
            groups.append(set())
        elif token.text == "}" and len(groups) > 1:
            inner = groups.pop()
            groups[-1] |= inner
        elif token.upper == "BIND":
            variable = _target(tokens, place + 1)
            if variable is not None and variable.text[1:] in groups[-1]:
                return token, variable
        elif token.kind is Kind.VARIABLE:
            groups[-1].add(token.text[1:])
    return None


def _aggregates(token: Token) -> bool:
    return token.kind is Kind.WORD and token.upper in _AGGREGATES


def _taken(clause: Sequence[Token]) -> Iterator[Token]:
    """The variables of a SELECT clause outside aggregates; not the names that AS gives, nor these once given."""
    named: set[str] = set()
    depth = aggregate = 0
    for place, token in enumerate(clause):
        if token.text == "(":
            depth += 1
            aggregate = aggregate or (depth if _aggregates(clause[place - 1]) else 0)
        elif token.text == ")":
            aggregate = 0 if aggregate == depth else aggregate
            depth -= 1
        elif token.kind is Kind.VARIABLE and clause[place - 1].upper == "AS":
            named.add(token.text[1:])
        elif token.kind is Kind.VARIABLE and not aggregate and token.text[1:] not in named:
            yield token


def _modifiers(tokens: Sequence[Token], brace: int) -> Sequence[Token]:
    """What stands behind the group that begins at ``brace``, up to the end of its SELECT."""
    depth, start = 0, None
    for place in range(brace, len(tokens)):
        depth += (tokens[place].text == "{") - (tokens[place].text == "}")
        if depth < 0:
            return tokens[start:place]
        if depth == 0 and start is None:
            start = place + 1
    return () if start is None else tokens[start:]


def _grouped(modifiers: Sequence[Token]) -> set[str] | None:
    """The variables that GROUP BY gives; nothing where there is none."""
    if not modifiers or modifiers[0].upper != "GROUP":
        return None
    found: set[str] = set()
    depth = 0
    for place, token in enumerate(modifiers):
        if token.upper in _BEHIND_GROUPS:
            break
        depth += (token.text == "(") - (token.text == ")")
        if token.kind is Kind.VARIABLE and (depth == 0 or modifiers[place - 1].upper == "AS"):
            found.add(token.text[1:])
    return found


def _target(tokens: Sequence[Token], start: int) -> Token | None:
    """The variable behind AS in the parentheses that begin at ``start``."""
    depth = 0
    for place in range(start, len(tokens)):
        token = tokens[place]
        depth += (token.text == "(") - (token.text == ")")
        if depth == 0:
            return None
        if depth == 1 and token.upper == "AS" and place + 1 < len(tokens):
            return tokens[place + 1]
    return None
