"""Tells what a reader of a page sees of each element: the CSS cascade for the properties that hide text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any

from lxml.html import HtmlElement

from surefoot.ingestion.readers.css import (
    Declaration,
    StyleSheets,
    Tokens,
    bare,
    inline_declarations,
    on_screen,
    pixels,
)
from surefoot.ingestion.readers.unseen import SMALLEST_POINTS, WHITE, Colour, alike

_SMALLEST = SMALLEST_POINTS * 4 / 3
"""Pixels of letters below which nobody reads them."""
_FAR = 500.0
"""Pixels beyond an edge of the page from which a part is out of sight; menus wait nearer to it."""
_FAR_RIGHT = 5_000.0
_THINNEST = 2.0
"""Pixels of a box that cuts off what is larger, below which nothing is seen in it."""
_FAINTEST = 0.05
_MOST_VARIABLES = 1_000
"""Tokens to which the variables in one value may grow."""
_SIZES = {
    "xx-small": 9.0,
    "x-small": 10.0,
    "small": 13.0,
    "medium": 16.0,
    "large": 18.0,
    "x-large": 24.0,
    "xx-large": 32.0,
}
_PLACED = ("absolute", "fixed", "relative", "sticky")
_WHOLE = 1_280.0
"""Pixels of an indent that moves a line out of its box."""
_CUTTING = ("hidden", "clip", "scroll", "auto")
_PRESENTING = ("hidden", "color", "bgcolor", "text")
"""Attributes that say how an element looks."""
_INHERITED = ("inherit", "unset", "revert", "revert-layer")
Rgba = tuple[int, int, int, float]
Own = dict[str, Tokens]
"""An element's own declarations that hold, by property."""


@dataclass(frozen=True, slots=True)
class Look:
    """How an element's own text looks."""

    gone: bool = False
    """Whether nothing is shown of the element and all in it."""
    visible: bool = True
    size: float = 16.0
    """Pixels."""
    colour: Rgba | None = (0, 0, 0, 1.0)
    """None where it cannot be told."""
    ground: Colour | None = WHITE
    """What is behind the text; None where that cannot be told, such as a picture."""
    indent: float = 0.0
    opacity: float = 1.0
    """With that of all around it."""
    variables: Mapping[str, Tokens] = field(default_factory=dict[str, Tokens])

    @property
    def unseen(self) -> bool:
        """Whether its own text is not seen; what is in it may be."""
        return self.gone or not self.visible or self.size < _SMALLEST or self.indent <= -_FAR or self._faded

    @property
    def _faded(self) -> bool:
        if self.colour is None or self.ground is None:
            return self.colour is not None and self.colour[3] <= _FAINTEST
        return alike(_over(self.colour, self.ground), self.ground)


def looks(root: HtmlElement, sheets: Iterable[str] = ()) -> dict[HtmlElement, Look]:
    """How each element of a page looks.

    sheets: style sheets that the page names and that are at hand, beside those that stand in it.
    """
    import cssselect2

    styles = StyleSheets(chain(sheets, _sheets(root)))
    found: dict[HtmlElement, Look] = {}
    plain = Look()
    for wrapped in cssselect2.ElementWrapper.from_html_root(root).iter_subtree():
        element = wrapped.etree_element
        above = found.get(element.getparent(), plain)
        declared = [] if styles.empty or above.gone else styles.declared(wrapped)
        found[element] = above if above.gone else _look(element, declared, above)
    return found


def _sheets(root: HtmlElement) -> Iterator[str]:
    import tinycss2

    for element in root.iter("style"):
        if on_screen(tinycss2.parse_component_value_list(element.get("media") or "")):
            yield "".join(element.itertext())


def _look(element: HtmlElement, declared: list[Declaration], above: Look) -> Look:
    attributes = element.attrib
    style = attributes.get("style")
    if not declared and not style and not any(name in attributes for name in _PRESENTING):
        return above
    presented = [*_presented(element), *declared, *(inline_declarations(style) if style else ())]
    own: Own = {}
    for important in (False, True):
        own |= {name: value for name, value, strong in presented if strong == important}
    custom = {name: value for name, value in own.items() if name.startswith("--")}
    variables = {**above.variables, **custom} if custom else above.variables
    own = {name: _substituted(value, variables) for name, value in own.items() if not name.startswith("--")}
    return _computed(own, replace(above, variables=variables))


def _presented(element: HtmlElement) -> Iterator[Declaration]:
    """What attributes of old, and 'hidden', declare."""
    import tinycss2

    if "hidden" in element.attrib:
        yield "display", tinycss2.parse_component_value_list("none"), False
    colour = element.get("color") or (element.get("text") if element.tag == "body" else None)
    for name, value in (("color", colour), ("background-color", element.get("bgcolor"))):
        if value:
            text = f"#{value}" if len(value) == 6 and value.isalnum() and _is_hex(value) else value
            yield name, tinycss2.parse_component_value_list(text), False


def _is_hex(text: str) -> bool:
    return all(c in "0123456789abcdefABCDEF" for c in text)


def _substituted(value: Tokens, variables: Mapping[str, Tokens], depth: int = 0) -> list[Any]:
    """A value with its variables put in."""
    found: list[Any] = []
    for token in value:
        if token.type != "function" or token.lower_name != "var":
            found.append(token)
            continue
        name, *rest = bare(token.arguments) or [None]
        held = variables.get(getattr(name, "value", ""))
        if depth < 10 and len(found) < _MOST_VARIABLES:
            found += _substituted(held if held is not None else rest[1:], variables, depth + 1)
    return found


def _computed(own: Own, above: Look) -> Look:
    colour = _text_colour(own, above)
    through = "text" in (_word(own.get("background-clip")), _word(own.get("-webkit-background-clip")))
    opacity = above.opacity * _number(own.get("opacity"), 1.0) * _filtered(own.get("filter", ()))
    return Look(
        gone=opacity <= _FAINTEST or _is_left_out(own) or _is_off(own) or _is_cut_off(own),
        visible=_is_visible(own, above),
        size=_size(own, above.size),
        colour=None if through else colour,  # letters as windows onto a background
        ground=None if through else _ground(own, above, colour),
        indent=_indent(own, above.indent),
        opacity=opacity,
        variables=above.variables,
    )


def _word(value: Tokens | None) -> str:
    return value[0].lower_value if value and value[0].type == "ident" else ""


def _number(value: Tokens | None, otherwise: float) -> float:
    token = value[0] if value else None
    if token is None or token.type not in ("number", "percentage"):
        return otherwise
    share = token.value if token.type == "number" else token.value / 100
    return min(max(share, 0.0), 1.0)


def _functions(value: Tokens) -> Iterator[tuple[str, list[Any]]]:
    """The functions in a value with their arguments."""
    for token in value:
        if token.type == "function":
            yield token.lower_name, [t for t in bare(token.arguments) if t.type != "literal"]


def _filtered(value: Tokens) -> float:
    """The opacity that filters leave."""
    return min((_number(given, 1.0) for name, given in _functions(value) if name == "opacity"), default=1.0)


def _is_left_out(own: Own) -> bool:
    return _word(own.get("display")) == "none" or _word(own.get("content-visibility")) == "hidden"


def _is_visible(own: Own, above: Look) -> bool:
    stated = _word(own.get("visibility"))
    return above.visible if not stated or stated in _INHERITED else stated not in ("hidden", "collapse")


def _is_off(own: Own) -> bool:
    """Whether a box is moved out of the page, or shrunk to nothing."""
    moved = [own.get(side, ()) for side in ("margin-left", "margin-top", "margin")]
    if _word(own.get("position")) in _PLACED:
        moved += [own.get(side, ()) for side in ("left", "right", "top", "bottom")]
        if _far_right(own.get("left", ())):
            return True
    far = any((length := pixels(token)) is not None and length <= -_FAR for value in moved for token in value)
    return far or _is_transformed_away(own)


def _far_right(value: Tokens) -> bool:
    return any((length := pixels(token)) is not None and length >= _FAR_RIGHT for token in value)


def _is_transformed_away(own: Own) -> bool:
    functions = [*_functions(own.get("transform", ()))]
    functions += [(name, list(own[name])) for name in ("translate", "scale") if name in own]
    for name, given in functions:
        if name.startswith("translate") and any(_is_far(token) for token in given):
            return True
        if name.startswith("scale") and any(t.type in ("number", "percentage") and abs(t.value) < 0.01 for t in given):
            return True
    return False


def _is_far(token: Any) -> bool:
    length = pixels(token, 100.0)  # a share of the box itself, which is about a line
    return length is not None and (length <= -_FAR or length >= _FAR_RIGHT)


def _is_cut_off(own: Own) -> bool:
    """Whether a box, or what is left of it, is too small to see anything in it."""
    cutting = any(_word(own.get(name)) in _CUTTING for name in ("overflow", "overflow-x", "overflow-y"))
    sides = (own.get(name, ()) for name in ("width", "height", "max-width", "max-height"))
    if cutting and any((length := pixels(t)) is not None and length <= _THINNEST for side in sides for t in side[:1]):
        return True
    if cutting and any((length := pixels(t)) is not None and length >= _WHOLE for t in own.get("text-indent", ())[:1]):
        return True
    return any(_cuts(name, given) for where in ("clip", "clip-path") for name, given in _functions(own.get(where, ())))


def _cuts(name: str, given: Sequence[Any]) -> bool:
    lengths = [length for token in given if (length := pixels(token, 100.0)) is not None]
    if name == "rect" and len(lengths) == 4:
        top, right, bottom, left = lengths
        return right - left <= _THINNEST or bottom - top <= _THINNEST
    if name == "inset" and lengths and given[0].type == "percentage":
        top, right = lengths[0], lengths[1] if len(lengths) > 1 else lengths[0]
        bottom, left = lengths[2] if len(lengths) > 2 else top, lengths[3] if len(lengths) > 3 else right
        return top + bottom >= 98 or left + right >= 98
    if name in ("circle", "ellipse"):
        return bool(lengths) and lengths[0] <= _THINNEST
    return name == "polygon" and bool(lengths) and (max(lengths[::2]) == min(lengths[::2]))


def _size(own: Own, above: float) -> float:
    for token in own.get("font-size", own.get("font", ())):
        if token.type == "literal" and token.value == "/":  # what follows is the line's height
            break
        if token.type == "ident" and token.lower_value in _SIZES:
            return _SIZES[token.lower_value]
        if token.type == "ident" and token.lower_value in ("smaller", "larger"):
            return above * (1.2 if token.lower_value == "larger" else 1 / 1.2)
        if token.type == "dimension" and token.lower_unit in ("em", "ex", "ch"):
            return above * token.value * (1.0 if token.lower_unit == "em" else 0.5)
        if token.type != "number" or token.value == 0:
            length = pixels(token, above)
            if length is not None and not (token.type == "number" and "font-size" not in own):
                return length
    return above


def _indent(own: Own, above: float) -> float:
    value = own.get("text-indent", ())
    return next((length for token in value if (length := pixels(token)) is not None), above)


def _text_colour(own: Own, above: Look) -> Rgba | None:
    for name in ("-webkit-text-fill-color", "color"):
        value = own.get(name)
        if value:
            return _colour(value[0], above.colour)
    return above.colour


def _ground(own: Own, above: Look, colour: Rgba | None) -> Colour | None:
    """What is behind the text: the nearest background, blended with what is behind that."""
    ground = above.ground
    plain = [t for name in ("background", "background-color") for t in own.get(name, ()) if t.type != "url"]
    for token in plain:
        found = _colour(token, colour) if token.type in ("ident", "hash", "function") else None
        if found and found[3] > _FAINTEST:
            ground = _over(found, ground) if ground or found[3] >= 1 - _FAINTEST else None
    pictures = [t for name in ("background", "background-image") for t in own.get(name, ())]
    if any(t.type == "url" for t in pictures):
        return None
    for name, given in _functions(pictures):
        if name.endswith("gradient"):
            ground = _gradient(given)
        elif name in ("url", "image-set", "-webkit-image-set", "cross-fade", "element", "image"):
            return None
    return ground


def _gradient(given: Sequence[Any]) -> Colour | None:
    """The colour of a gradient that has one; None where it goes from one to another."""
    found = [colour for token in given if (colour := _colour(token, None)) is not None]
    first = found[0][:3] if found else None
    return first if first and all(c[3] == 1.0 and alike(c[:3], first) for c in found) else None


def _colour(token: Any, current: Rgba | None) -> Rgba | None:
    """A colour with its opacity; None where the token is none, or one of a kind that is not known."""
    from tinycss2 import color5

    if token.type not in ("ident", "hash", "function"):
        return None
    if token.type == "ident" and token.lower_value in (*_INHERITED, "currentcolor"):
        return current
    found: Any = color5.parse_color(token)
    return None if found is None or isinstance(found, str) else (*_rgb(found), float(found.alpha))


def _rgb(colour: Any) -> Colour:
    if colour.space in ("lab", "lch", "oklab", "oklch"):  # as grey: its lightness is what is compared
        light = float(colour.coordinates[0] or 0)
        level = ((light + 16) / 116) ** 3 if colour.space in ("lab", "lch") else light**3
        grey = 12.92 * level if level <= 0.0031308 else 1.055 * level ** (1 / 2.4) - 0.055
        return (_level(grey), _level(grey), _level(grey))
    try:
        red, green, blue = colour.to("srgb").coordinates
    except NotImplementedError:
        red, green, blue = colour.coordinates
    return _level(red), _level(green), _level(blue)


def _level(share: float | None) -> int:
    return round(255 * min(max(float(share or 0), 0.0), 1.0))


def _over(colour: Rgba, ground: Colour | None) -> Colour:
    red, green, blue, opacity = colour
    behind = ground or (red, green, blue)
    mixed = [round(a * opacity + b * (1 - opacity)) for a, b in zip((red, green, blue), behind, strict=True)]
    return mixed[0], mixed[1], mixed[2]
