"""A text as a tree. `!` binds closest, then `&`, then `|`; brackets hold together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from tasks.filters.errors import FilterError, quote
from tasks.filters.scanning import Token, scan
from tasks.filters.terms import read_term
from tasks.filters.tree import And, Not, Or, Tree

# Bounds of what the database is asked.
TERMS_MAX: Final = 100
DEPTH_MAX: Final = 20


def parse(text: str) -> Tree:
    """Return a filter as a tree; raises FilterError, and nothing else, where the text is none.

    The language is in docs/filters.md. The time is linear in the length of the text, of which
    there are at most 2,000 characters.
    """
    return Parser(list(scan(text)), len(text)).parse()


class Parser:
    """A place among the tokens of a text, and how many terms were read."""

    def __init__(self, tokens: list[Token], length: int) -> None:
        self.tokens = tokens
        self.place = 0
        self.terms = 0
        self.end = length + 1

    def parse(self) -> Tree:
        """Read all tokens."""
        if not self.tokens:
            raise FilterError("Write a term, such as today or #Work.", 1)
        tree = self.read_or(depth=0)
        token = self.peek()
        if token is None:
            return tree
        if token.has_sign(")"):
            raise FilterError("Remove this bracket, or open one before it.", token.column)
        raise FilterError(f"Write & or | before {quote(token.text)}.", token.column)

    def peek(self) -> Token | None:
        """Return the next token; None at the end."""
        return self.tokens[self.place] if self.place < len(self.tokens) else None

    def skip(self, sign: str) -> bool:
        """Go on if the next token is a sign, and say whether it was."""
        token = self.peek()
        is_there = token is not None and token.has_sign(sign)
        self.place += is_there
        return is_there

    def read_or(self, depth: int) -> Tree:
        """Read what `|` joins."""
        operands = self.read_list("|", self.read_and, depth)
        return operands[0] if len(operands) == 1 else Or(operands)

    def read_and(self, depth: int) -> Tree:
        """Read what `&` joins."""
        operands = self.read_list("&", self.read_operand, depth)
        return operands[0] if len(operands) == 1 else And(operands)

    def read_list(self, sign: str, read: Callable[[int], Tree], depth: int) -> tuple[Tree, ...]:
        """Read one or several with a sign between them."""
        operands = [read(depth)]
        while self.skip(sign):
            operands.append(read(depth))
        return tuple(operands)

    def read_operand(self, depth: int) -> Tree:
        """Read a term, what is in brackets, or either after `!`."""
        token = self.peek()
        if token is None or (token.is_sign and token.text not in "!("):
            raise self.miss_term(token)
        if depth > DEPTH_MAX:
            message = f"Use fewer brackets: at most {DEPTH_MAX} hold each other, with each !."
            raise FilterError(message, token.column)
        self.place += 1
        if token.has_sign("!"):
            return Not(self.read_operand(depth + 1))
        if token.has_sign("("):
            return self.read_brackets(token, depth + 1)
        self.terms += 1
        if self.terms > TERMS_MAX:
            raise FilterError(f"A filter has at most {TERMS_MAX} terms.", token.column)
        return read_term(token.text, token.column)

    def read_brackets(self, opening: Token, depth: int) -> Tree:
        """Read what follows an opening bracket, and the closing one."""
        tree = self.read_or(depth)
        if self.skip(")"):
            return tree
        token = self.peek()
        if token is None:
            raise FilterError("Close this bracket.", opening.column)
        raise FilterError(f"Write & or | before {quote(token.text)}.", token.column)

    def miss_term(self, token: Token | None) -> FilterError:
        """Return the error of a term that is missing before a token, or at the end."""
        column = token.column if token else self.end
        before = self.tokens[self.place - 1] if self.place else None
        if before is not None:
            return FilterError(f"Write a term after {quote(before.text)}.", column)
        return FilterError("Write a term first, such as today or #Work.", column)
