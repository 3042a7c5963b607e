# pyright: basic, reportMissingImports=false
"""What the checker is trained on: rows by source, questions in people's words, table rows as the product shows them."""

from __future__ import annotations

import gzip
import json
import random
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from tokenizers import Tokenizer

from surefoot.retrieval.checker import LONGEST, QUESTION

LEFT_OUT = frozenset({"scifact:dev_half"})
"""Sources that evaluations of this project use."""
ANSWERABILITY_CAPS = {"squad1": 3600, "squad2": 3600, "squad2:human": 5100, "squadshifts_wiki": 2600}
ANSWERABILITY_CAP = 1250
GROUNDEDNESS_CAP = 900
SITUATION, MARKS, COLUMNS = 0.3, 0.12, 0.6
"""Shares of the questions that are put into a situation, and that lose their capitals or their question mark; and of
the tables whose rows name their columns."""
CLAIMS = ("supported", "contradicted", "not_stated")
"""What evidence says of a claim, in the order of the third head."""

GREETINGS = """Hi,|Hello there.|Good morning!|Hello,|Hey,|Dear team,|Good evening,|Hi all.|Excuse me,|Morning.
Sorry to bother you.|Quick one:|Hello, I hope you can help me.|Hi again.|So,|Right,|OK so|Dear Sir or Madam,""".replace(
    "\n", "|"
).split("|")
SITUATIONS = """I have been waiting on the phone for forty minutes and nobody picks up.
This is really getting on my nerves.
I am new here and nobody has explained it to me.
My colleague is on holiday and I am alone at the desk today.
I have a customer on the line who is quite upset about it.
My wife says I should just ask you instead of reading everything.
I am writing this from my phone, so forgive the typos.
We had the same thing last month and I forgot what came of it.
I already looked through the whole folder and could not find it.
My boss wants the answer before lunch.
I am standing in the yard and it is freezing.
Somebody told me one thing and somebody else told me another.
I have been a customer for eleven years and have never complained.
The man before me in the queue was told something completely different.
My mother is eighty-one and does not understand these letters.
We moved house two weeks ago and everything is still in boxes.
I was on a business trip and came back only yesterday.
It happened this morning shortly after I had arrived.
Honestly, I am about to give up.
I do not want to do anything wrong here.
The auditor is coming tomorrow and I need to be sure.
I have read the page twice and I still do not get it.
We are three people sharing one account.
I bought it in the spring and it worked fine until now.
My old one broke, so I got a new one from you.
A friend recommended you, so I thought I would try.
The other one is already taken care of, so do not worry about that.
I only have a minute before my next appointment.
I am a student and money is a bit tight right now.
We had a long discussion about this in the team meeting.
The manual is somewhere in the other office.
I tried turning it off and on again, and nothing changed.
My neighbour has the same and says it is different with his.
It says something on the screen, but it goes away too quickly.
I was charged for something, and I would like to understand it.
I know this is a silly thing to ask.
There was a lot of noise and I could not hear what they said.
I was promised a call back on Tuesday and it never came.
My predecessor left no notes at all.
We need it for the report that goes out this afternoon.
I am not angry with you personally.
This is the third time that I am asking!
Unbelievable how complicated you make this.
I am preparing the training for the new people.
The driver is waiting outside with the engine running.
I think I saw it once in an email, but I deleted it.
They want to send it back, and I told them to wait.
I paid by card and I still have the receipt somewhere.
It has been like that since the weekend.
I am asking on behalf of my daughter, who is abroad.""".split("\n")
LEADS = """What I want to know:|So my question is:|Can you tell me:|Please tell me,|I would like to know:|Now:|Anyway,
Could you look up for me:|I just need to know:|Here is the thing:|Question:""".replace("\n", "|").split("|")
THANKS = ["Thanks!", "Thank you.", "Please hurry.", "Cheers", "Thanks a lot in advance.", "Please answer quickly."]


@dataclass(frozen=True, slots=True)
class Row:
    """One input and what is right about it."""

    ids: list[int]
    kinds: list[int]
    answers: float
    """1, 0, or -1 where the row does not say."""
    start: int
    """First and last token of the answer; both 0 where there is none, both -1 where the row does not say."""
    end: int
    follows: int
    """Index in CLAIMS, or -1."""
    source: str


def load(folder: Path, split: str, name: str) -> list[dict]:
    """The rows of a file, each as it is there."""
    with gzip.open(folder / split / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [row for row in map(json.loads, lines) if row["source"] not in LEFT_OUT]


def sampled(rows: Iterable[dict], caps: dict[str, int], cap: int, dice: random.Random) -> list[dict]:
    """At most so many of each source."""
    by_source: dict[str, list[dict]] = defaultdict(list)
    for row in rows:
        by_source[row["source"]].append(row)
    return [
        row
        for source, own in sorted(by_source.items())
        for row in dice.sample(own, min(len(own), caps.get(source, cap)))
    ]


def in_situation(question: str, dice: random.Random) -> str:
    """The question as people write it: a greeting, what happened, and the question somewhere behind."""
    told = dice.sample(SITUATIONS, dice.choice([0, 1, 1, 2, 2, 3]))
    before = [dice.choice(GREETINGS)] if dice.random() < 0.5 else []
    lead = [dice.choice(LEADS)] if dice.random() < 0.3 else []
    after = [dice.choice(THANKS)] if dice.random() < 0.2 else []
    if dice.random() < 0.15 and told:
        after = [told.pop(), *after]
    return " ".join([*before, *told, *lead, question, *after])


def as_people_write(question: str, dice: random.Random) -> str:
    """The question now and then without capitals or question mark, or inside a situation."""
    if dice.random() < MARKS:
        question = question.lower()
    if dice.random() < MARKS:
        question = question.rstrip(" ?")
    return in_situation(question, dice) if dice.random() < SITUATION else question


def with_columns(passage: str, start: int | None, answer: str | None) -> tuple[str, int | None]:
    """A table's rows as the product shows them, `first — column: value; …`; the start of the answer moves along."""
    lines, at, out, moved, columns = passage.split("\n"), 0, [], start, None
    length = 0
    for line in lines:
        shown, inside = line, start is not None and at <= start < at + len(line)
        cells = [cell.strip() for cell in line.split(" | ")]
        if len(cells) > 1:
            if columns is None:
                columns = cells if sum(map(bool, cells)) > 1 else None
            elif len(cells) == len(columns):
                named = [
                    f"{name}: {cell}" if name and n else cell
                    for n, (name, cell) in enumerate(zip(columns, cells, strict=True))
                    if cell
                ]
                shown = f"{named[0]} — {'; '.join(named[1:])}" if len(named) > 1 else line
        if inside and answer is not None:
            found = shown.rfind(answer)
            moved = length + found if found >= 0 else None
        out.append(shown)
        length += len(shown) + 1
        at += len(line) + 1
    return "\n".join(out), moved


class Reader:
    """Makes inputs of rows."""

    def __init__(self, tokenizer: Path) -> None:
        self._tokenizer = Tokenizer.from_file(str(tokenizer))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()

    def answerability(self, row: dict, dice: random.Random | None) -> Row | None:
        """A question and its passage; with dice, in people's words and as the product shows tables."""
        question, passage, start, answer = row["question"], row["passage"], row["start"], row["answer"]
        if dice is not None:
            question = as_people_write(question, dice)
            if " | " in passage and dice.random() < COLUMNS:
                passage, start = with_columns(passage, start, answer)
        answers = float(row["kind"] == "answerable")
        found = None if start is None or not answer else (start, start + len(answer))
        return self._row((question, passage), found, Row([], [], answers, 0, 0, -1, row["source"]), dice)

    def groundedness(self, row: dict, dice: random.Random | None) -> Row | None:
        """A claim and its evidence."""
        blank = Row([], [], -1.0, -1, -1, CLAIMS.index(row["label"]), row["source"])
        return self._row((row["claim"], row["evidence"]), None, blank, dice)

    def _row(
        self, texts: tuple[str, str], found: tuple[int, int] | None, blank: Row, dice: random.Random | None
    ) -> Row | None:
        """The input, whose window holds the answer; None where it cannot. Without an answer it lies anywhere."""
        asked = self._tokenizer.encode(texts[0], add_special_tokens=False).ids[-QUESTION:]
        read = self._tokenizer.encode(texts[1], add_special_tokens=False)
        room = LONGEST - 3 - len(asked)
        spare = max(0, len(read.ids) - room)
        low, high, span = 0, spare, (0, 0) if blank.answers == 0 else (-1, -1)
        if found is not None:
            inside = [n for n, (a, b) in enumerate(read.offsets) if a < found[1] and b > found[0]]
            low, high = (max(0, inside[-1] + 1 - room), min(inside[0], spare)) if inside else (1, 0)
            span = (inside[0], inside[-1]) if inside else span
        elif blank.answers == 1 and spare:
            return None
        if low > high:
            return None
        left = dice.randint(low, high) if dice is not None else low
        if found is not None:
            span = (span[0] - left + len(asked) + 2, span[1] - left + len(asked) + 2)
        passage = read.ids[left : left + room]
        ids = [101, *asked, 102, *passage, 102]
        kinds = [0] * (len(asked) + 2) + [1] * (len(passage) + 1)
        return replace(blank, ids=ids, kinds=kinds, start=span[0], end=span[1])
