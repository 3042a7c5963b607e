"""Reads style sheets: the rules that a screen follows, and what they declare for an element, weakest first."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from typing import Any

Tokens = Sequence[Any]
"""Component values of tinycss2."""
Declaration = tuple[str, Tokens, bool]
"""A property's name, its value, and whether it is important."""
NAMES = frozenset(
    "display visibility content-visibility opacity filter font font-size color background background-color "
    "background-image background-clip -webkit-background-clip -webkit-text-fill-color text-indent position left right "
    "top bottom margin margin-left margin-top clip clip-path overflow overflow-x overflow-y width height max-width "
    "max-height transform translate scale".split()
)
"""Properties that can hide text."""
_GROUPS = ("layer", "supports", "container", "scope", "starting-style")
_DEEPEST = 10
"""Rules within rules."""
_WIDTH = 1280.0
"""Pixels of the screen on which a page is read."""
_OTHER_MEDIA = ("print", "speech", "aural", "braille", "embossed", "handheld", "projection", "tty", "tv")
_UNUSUAL = ("dark", "reduce", "more", "portrait", "coarse", "active", "custom")
"""Values of features that an ordinary screen does not have."""
_PIXELS = (
    {"px": 1.0, "pt": 4 / 3, "pc": 16.0, "in": 96.0, "cm": 96 / 2.54, "mm": 96 / 25.4, "q": 96 / 101.6}
    | {"em": 16.0, "rem": 16.0, "ex": 8.0, "ch": 8.0, "lh": 19.0, "rlh": 19.0}
    | {f"{kind}{unit}": share for kind in ("", "s", "l", "d") for unit, share in (("vw", 12.8), ("vh", 8.0))}
    | {"vmin": 8.0, "vmax": 12.8, "vi": 12.8, "vb": 8.0}
)
"""Pixels of each unit of length."""


class StyleSheets:
    """The style sheets of one page."""

    def __init__(self, texts: Iterable[str]) -> None:
        import cssselect2
        import tinycss2

        self._matcher: Any = cssselect2.Matcher()
        self.empty = True
        """Whether no rule could hide anything."""
        for text in texts:
            self._add(tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True), "", 0)

    def declared(self, element: Any) -> list[Declaration]:
        """What the rules declare for an element that cssselect2 wrapped, weakest first."""
        found = self._matcher.match(element)
        return [one for _, _, pseudo, declarations in found if pseudo is None for one in declarations]

    def _add(self, nodes: Tokens, within: str, depth: int) -> None:
        import tinycss2

        for node in nodes if depth <= _DEEPEST else ():
            if node.type == "qualified-rule":
                self._rule(node, within, depth)
            elif node.type == "at-rule" and node.content is not None and _applies(node):
                inside = tinycss2.parse_blocks_contents(node.content) if within else _rules(node.content)
                self._declare(within, inside) if within else None
                self._add(inside, within, depth + 1)

    def _rule(self, rule: Any, within: str, depth: int) -> None:
        import tinycss2

        inside = tinycss2.parse_blocks_contents(rule.content, skip_comments=True, skip_whitespace=True)
        selector = _within(rule.prelude, within) if within else tinycss2.serialize(rule.prelude)
        self._declare(selector, inside)
        self._add(inside, selector, depth + 1)

    def _declare(self, selector: str, nodes: Tokens) -> None:
        import cssselect2

        declarations = declarations_of(nodes)
        if not declarations:
            return
        try:
            selectors = cssselect2.compile_selector_list(selector)
        except cssselect2.SelectorError:  # as browsers do
            return
        self.empty = False
        for one in selectors:
            self._matcher.add_selector(one, declarations)


@functools.lru_cache(maxsize=1_000)
def inline_declarations(style: str) -> list[Declaration]:
    """What an element's own style attribute declares."""
    import tinycss2

    return declarations_of(tinycss2.parse_blocks_contents(style, skip_comments=True, skip_whitespace=True))


def declarations_of(nodes: Tokens) -> list[Declaration]:
    """The declarations among parsed nodes that can hide text, and custom properties."""
    return [
        (node.name if node.name.startswith("--") else node.lower_name, bare(node.value), bool(node.important))
        for node in nodes
        if node.type == "declaration" and (node.lower_name in NAMES or node.name.startswith("--"))
    ]


def bare(tokens: Tokens) -> list[Any]:
    """Tokens without white space and comments."""
    return [token for token in tokens if token.type not in ("whitespace", "comment")]


def pixels(token: Any, of: float = _WIDTH) -> float | None:
    """A length in pixels, where 'of' is 100%; None where it is none. Sums within calc() are added up."""
    if token.type == "dimension":
        unit = _PIXELS.get(token.lower_unit)
        return None if unit is None else token.value * unit
    if token.type == "percentage":
        return token.value * of / 100
    if token.type == "number":
        return token.value if token.value == 0 else None
    if token.type == "function" and token.lower_name == "calc":
        return _sum(bare(token.arguments), of)
    return None


def _sum(tokens: Tokens, of: float) -> float | None:
    total, sign = 0.0, 1.0
    for token in tokens:
        if token.type == "literal" and token.value in "+-":
            sign = -1.0 if token.value == "-" else 1.0
            continue
        length = pixels(token, of)
        if length is None:
            return None
        total += sign * length
    return total


def _rules(content: Tokens) -> Tokens:
    import tinycss2

    return tinycss2.parse_rule_list(content, skip_comments=True, skip_whitespace=True)


def _within(prelude: Tokens, outer: str) -> str:
    """The selector of a rule that stands within another."""
    import tinycss2

    parent = f":is({outer})"
    text = "".join(parent if t.type == "literal" and t.value == "&" else tinycss2.serialize([t]) for t in prelude)
    return text if parent in text else f"{parent} :is({text})"


def _applies(rule: Any) -> bool:
    if rule.lower_at_keyword == "media":
        return on_screen(rule.prelude)
    return rule.lower_at_keyword in _GROUPS


def on_screen(query: Tokens) -> bool:
    """Whether a list of media queries holds for an ordinary screen; an empty list does."""
    queries: list[list[Any]] = [[]]
    for token in bare(query):
        if token.type == "literal" and token.value == ",":
            queries.append([])
        else:
            queries[-1].append(token)
    return any(_holds(one) for one in queries)


def _holds(query: Tokens) -> bool:
    words = [token.lower_value for token in query if token.type == "ident"]
    features = [bare(token.content) for token in query if token.type == "() block"]
    holds = not any(word in _OTHER_MEDIA for word in words) and all(map(_has, features))
    return holds != ("not" in words)


def _has(feature: Tokens) -> bool:
    words = [token.lower_value for token in feature if token.type == "ident"]
    if any(word in _UNUSUAL for word in words):
        return False
    length = next((found for token in feature if (found := pixels(token)) is not None), None)
    if length is None or not words or not words[0].endswith("width"):
        return True
    return length <= _WIDTH if words[0].startswith("min") else length >= _WIDTH or not words[0].startswith("max")
