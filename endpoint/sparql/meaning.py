"""What the engine refuses in a query that obeys the grammar, found again so that its place can be told.

Only asked when the engine has refused; so these look for the likely culprit and judge nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from endpoint.sparql.tokens import Kind, Token

_BEHIND_GROUPS = ("HAVING", "ORDER", "LIMIT", "OFFSET", "VALUES")


def ungrouped(tokens: Sequence[Token]) -> Token | None:
    """The first variable that a SELECT names outside an expression and that its GROUP BY does not."""
    for place, token in enumerate(tokens):
        if token.upper != "SELECT":
            continue
        selected, end = _plain_variables(tokens, place + 1)
        grouped = _grouped(tokens, end)
        culprit = next((variable for variable in selected if variable.text[1:] not in grouped), None)
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


def _plain_variables(tokens: Sequence[Token], start: int) -> tuple[list[Token], int]:
    """The variables of a SELECT clause outside parentheses, and the index of the brace that ends it."""
    found: list[Token] = []
    depth = 0
    for place in range(start, len(tokens)):
        token = tokens[place]
        if token.text == "{":
            return found, place
        depth += (token.text == "(") - (token.text == ")")
        if token.kind is Kind.VARIABLE and depth == 0:
            found.append(token)
    return found, len(tokens)


def _grouped(tokens: Sequence[Token], brace: int) -> set[str]:
    """The variables that GROUP BY gives, behind the group that begins at ``brace``."""
    depth, place = 0, brace
    while place < len(tokens):
        depth += (tokens[place].text == "{") - (tokens[place].text == "}")
        place += 1
        if depth == 0:
            break
    if place >= len(tokens) or tokens[place].upper != "GROUP":
        return set()
    found: set[str] = set()
    depth = 0
    for at in range(place + 2, len(tokens)):
        token = tokens[at]
        if token.upper in _BEHIND_GROUPS or token.text == "}":
            break
        depth += (token.text == "(") - (token.text == ")")
        named = tokens[at - 1].upper == "AS"
        if token.kind is Kind.VARIABLE and (depth == 0 or named):
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
