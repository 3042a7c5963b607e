"""Reads times of which no one period can be made: those that recur, those that are vague, those of other calendars."""

from __future__ import annotations

from surefoot.retrieval.records.times.calendar import Trouble
from surefoot.retrieval.records.times.clocks import PARTS, bare_hour, read_clock
from surefoot.retrieval.records.times.found import Problem
from surefoot.retrieval.records.times.hours import two_hours
from surefoot.retrieval.records.times.tokens import Line, Phrases
from surefoot.retrieval.records.times.vocabulary import MONTHS, RECURRING_DAYS, SEASONS, WEEKDAYS, words

_UNSUPPORTED = (
    "on|at|during|in|over? the? weekdays|workdays|weekends",
    "at|during|in|within|outside the? working|office|business|opening|rush|peak hours|hour",
    "rush|peak hour|hours",
    "on working|business|work days",
    "in the mornings|afternoons|evenings|nights",
    "at night|nights|nighttime",
    "by night",
    "during|in|on the? night|day|early|late|morning shift|shifts",
    "during the night|day|daytime|week",
    "at|over|on? christmas|easter|thanksgiving|whitsun",
    "on|over|at? new year eve|day",
    "on|during? bank|public holiday|holidays",
    "during|over the? holidays",
    "financial|fiscal year|quarter",
    "this|last|current? fiscal|financial year|quarter",
    "an|in|zu|am? werktagen|wochentagen|feiertagen|wochenenden|arbeitstagen",
    "werktags|nachts|abends|morgens|vormittags|nachmittags|tagsueber|wochentags|feiertags|wochenends",
    "unter der woche",
    "waehrend|in? der? arbeitszeit|arbeitszeiten|buerozeit|buerozeiten|stosszeit|stosszeiten|hauptverkehrszeit",
    "im? feierabendverkehr|berufsverkehr",
    "in|waehrend? der? nachtschicht|fruehschicht|spaetschicht|tagschicht",
    "zu|an|ueber? weihnachten|ostern|pfingsten|silvester",
    "im? geschaeftsjahr",
    "fy",
)
_VAGUE = (
    "recently|lately|kuerzlich|neulich|bald|demnaechst|damals|unlaengst|juengst|vorhin|nowadays|overnight",
    "the other day|week|night",
    "these days",
    "at lunchtime|lunch",
    "around|over|during|after|before lunchtime|lunch",
    "lunchtime",
    "in the past",
    "a while|moment ago",
    "some time ago",
    "long ago",
    "just now",
    "later today|tonight|this",
    "a? few|couple|several of? days|weeks|months|years|hours|minutes ago",
    "vor einigen|mehreren|wenigen tagen|wochen|monaten|jahren|stunden|minuten",
    "vor ein paar tagen|wochen|monaten|jahren|stunden|minuten",
    "vor kurzem|langem|laengerem",
    "seit|for kurzem|langem|laengerem",
    "in letzter|juengster zeit",
    "in recent days|weeks|months|years",
    "spaeter heute",
    "heute spaeter",
    "dieser tage",
)
_PHRASES = Phrases(
    {
        **dict.fromkeys(_UNSUPPORTED, Problem.UNSUPPORTED),
        **dict.fromkeys(_VAGUE, Problem.VAGUE),
        "from now on|onward|onwards": Problem.ALL_FUTURE,
        "ab jetzt|sofort": Problem.ALL_FUTURE,
        "von nun|jetzt an": Problem.ALL_FUTURE,
    }
)
_GOES_ON = words("of before vom beginning starting des")
"""Behind `the week` and `the day`: it is a certain one."""
_EVERY = words("every each") | words("jeden jede jedes jedem jeder")
_SEASON_BEFORE = words("last this in since during next previous early late letzten diesen im seit letztes dieses")


def read_recurring(line: Line, at: int) -> tuple[Trouble, int] | None:
    """What is not supported or vague at a place, with the place behind it."""
    found = _PHRASES.at(line, at)
    if found is not None and line.word(found[1]) not in _GOES_ON:
        return Trouble(found[0]), found[1]
    soon = line.word(at) == "soon" and line.word(at - 1) not in {"how", "as", "so", "too"}
    return (Trouble(Problem.VAGUE), at + 1) if soon else _every(line, at) or _season(line, at)


def read_part_alone(line: Line, at: int) -> tuple[Trouble, int] | None:
    """In the morning, am Abend, with no day: of every day, or of one that only the asker knows."""
    start = line.after(at, "in|during the|early|late? early|late?") or line.after(at, "am|in der?")
    known = start is not None and line.word(start) in PARTS and (line.word(start) != "morgen" or line.capital(start))
    return (Trouble(Problem.UNSUPPORTED), start + 1) if known and start is not None else None


def _every(line: Line, at: int) -> tuple[Trouble, int] | None:
    """Every Monday, every night, on Mondays, montags, Monday mornings; every day or week only groups what is asked."""
    start = line.skip(at, "on|an|am|at")
    if line.word(start) in RECURRING_DAYS:
        return Trouble(Problem.UNSUPPORTED), start + 1
    if line.word(start) in WEEKDAYS and line.word(start + 1) in words("mornings afternoons evenings nights"):
        return Trouble(Problem.UNSUPPORTED), start + 2
    if clock := _daily(line, at):
        return clock
    if line.word(start) not in _EVERY:
        return None
    every = start + 1 + (line.word(start + 1) in words("other second zweite zweiten"))
    word = line.word(every)
    recurs = (
        word in WEEKDAYS
        or word in MONTHS
        or word in PARTS
        or word in words("weekday workday weekend wochenende werktag wochentag")
    )
    return (Trouble(Problem.UNSUPPORTED), every + 1) if recurs else None


def _daily(line: Line, at: int) -> tuple[Trouble, int] | None:
    """Every day at 8, daily between 8 and 10, täglich um 8."""
    day = line.after(at, "every|each|jeden|per day|tag") or line.after(at, "daily|taeglich")
    start = line.after(day, "at|um|between|zwischen|from|von|after|nach|ab|before|vor|until|bis") if day else None
    if start is None:
        return None
    hours = two_hours(line, start, "and|und|to|bis|until|-")
    clock = read_clock(line, start) or bare_hour(line, start)
    behind = hours[2] if hours else clock[1] if clock else None
    return (Trouble(Problem.UNSUPPORTED), behind) if behind else None


def _season(line: Line, at: int) -> tuple[Trouble, int] | None:
    """Last winter, in the summer, early spring."""
    if line.word(at) not in _SEASON_BEFORE:
        return None
    start = line.skip(at + 1, "the|early|late|last|this|letzten|diesen")
    sure = line.word(start) in SEASONS and line.calm(start + 1)
    return (Trouble(Problem.VAGUE), start + 1) if sure else None
