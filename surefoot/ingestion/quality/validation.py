"""Second stage: holds a document against the rules and against what a sound document looks like."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta

from surefoot.ingestion.quality.report import Finding, Profile, Severity, Stage
from surefoot.ingestion.quality.rules import QualityRules
from surefoot.ingestion.quality.tables import uneven_tables
from surefoot.ingestion.results import UNREADABLE, Content, SourceFile
from surefoot.ingestion.text import joined
from surefoot.ingestion.titles import title_of
from surefoot.ingestion.versions import Stated, stated

_PAGES = ("text/html", "text/markdown", "message/rfc822", "application/vnd.ms-outlook", "application/epub+zip")
"""Media types whose files hide menus, comments and previews as a rule."""
_LANGUAGES = {
    "eng": "English",
    "deu": "German",
    "fra": "French",
    "spa": "Spanish",
    "ita": "Italian",
    "nld": "Dutch",
    "por": "Portuguese",
}
_HEAD = 2_000
"""Characters from the start in which a document says what it is."""
_SURE_OF_LANGUAGE = 0.8
"""Confidence from which a document is rejected for its language; on XQuAD's twelve, 99.7% are right from here."""
_SYMBOLS_FROM = 200
"""Characters; a shorter text may be made of symbols."""
_SOME_UNDECODED = 0.005
_SOME_ODD_WORDS = 0.12
_MANY_ODD_WORDS = 0.35
"""Shares of odd words: XQuAD's texts have 0.1% on average; with 10% of the letters misread they have 14%."""
_ODD_FROM = 100
"""Words; odd words in a shorter text are few."""


def validate(
    profile: Profile, content: Content, file: SourceFile, rules: QualityRules, today: date
) -> tuple[Finding, ...]:
    """All that is wrong or worth knowing, rejections first; pure, so that the same input gives the same findings."""
    says = stated(title_of(content.title, file), joined(content.sections[:20])[0][:_HEAD])
    found = [
        *_schema(profile, content),
        *_recognised(content),
        *_size_and_kind(profile, content, file, rules),
        *_metadata(profile, content, file, rules, says),
        *_freshness(file, rules, says, today),
        *_damage(profile, content, rules),
    ]
    return tuple(sorted(found, key=lambda finding: finding.severity is not Severity.REJECTION))


def _schema(profile: Profile, content: Content) -> Iterator[Finding]:
    if not any(section.text.strip() or section.heading_path for section in content.sections):
        yield _rejection("no-text", "The document has no text.", "Feed a file that has some; a scan needs recognition.")
    if content.title is None:
        yield _note("no-title", "The file states no title; its name is used.", "Give the file a title.")
    pages = [section.page for section in content.sections if section.page is not None]
    if pages != sorted(pages) or any(not 1 <= page <= (content.pages or page) for page in pages):
        yield _warning(
            "page-order",
            "The pages are out of order, so that citations may name a wrong one.",
            "Open the file and compare page numbers; save it anew where they are wrong.",
        )
    if content.hidden:
        places = "1 place" if content.hidden == 1 else f"{content.hidden:,} places"
        yield (_note if content.media_type in _PAGES else _warning)(
            "hidden-text",
            f"Hidden text: {places} left out, because readers of the file do not see them.",
            "Look who wrote the file: hidden text can carry instructions to machines. Make visible what is meant.",
        )
    if uneven := uneven_tables(content):
        yield _warning(
            "uneven-table",
            f"{uneven} table rows have more or fewer cells than their header.",
            "Look whether columns were shifted or merged, and mend the table in the file.",
        )
    if profile.recognised_pages:
        yield _note(
            "recognised",
            f"The text of {profile.recognised_pages} pages comes from text recognition and may hold errors.",
            "Feed the original file instead of the scan where there is one.",
        )


def _recognised(content: Content) -> Iterator[Finding]:
    """What is not sure of the text of scans."""
    unsure = sum(section.text.count(UNREADABLE) for section in content.sections)
    if content.recognised and unsure:
        places = "1 place" if unsure == 1 else f"{unsure:,} places"
        yield _warning(
            "unreadable",
            f"{places} on scanned pages could not be read for sure; they are marked {UNREADABLE}.",
            "Scan it again at 300 dpi, or feed the original file.",
        )
    for code in content.missing_languages:
        yield _warning(
            "language-pack",
            f"Scanned pages are in {_LANGUAGES.get(code, code)}, whose letters text recognition does not know here.",
            f"Have the administrator install the package tesseract-ocr-{code}, and feed the file again.",
        )


def _size_and_kind(profile: Profile, content: Content, file: SourceFile, rules: QualityRules) -> Iterator[Finding]:
    if profile.words < rules.min_words:
        yield _rejection(
            "too-short",
            f"The document has {profile.words} words; the assistant asks for {rules.min_words}.",
            "Complete it, or lower min_words.",
        )
    if rules.formats is not None and not _is_allowed(content, file, rules.formats):
        yield _rejection(
            "format",
            f"The format {content.media_type} is not among those allowed: {', '.join(rules.formats)}.",
            "Save it in one of them, or add its format to formats.",
        )
    other = rules.languages is not None and profile.language not in (*rules.languages, "und")
    if rules.languages is not None and other:
        make = _rejection if profile.language_confidence >= _SURE_OF_LANGUAGE else _warning
        yield make(
            "language",
            f"The document is in '{profile.language}'; allowed are {', '.join(rules.languages)}.",
            "Feed a translation, or add the language to languages.",
        )


def _is_allowed(content: Content, file: SourceFile, formats: tuple[str, ...]) -> bool:
    name = file.path.rsplit("/", 1)[-1]
    ending = name.rsplit(".", 1)[-1].lower() if "." in name else ""
    return any(wanted.lower().lstrip(".") in (ending, content.media_type.lower()) for wanted in formats)


def _metadata(
    profile: Profile, content: Content, file: SourceFile, rules: QualityRules, says: Stated
) -> Iterator[Finding]:
    known: dict[str, object] = {
        "title": content.title,
        "version": says.version,
        "effective_date": says.valid_from,
        "modified": file.modified,
        "language": None if profile.language == "und" else profile.language,
    }
    for name in rules.required_properties:
        if not (known.get(name) or file.properties.get(name, "").strip()):
            yield _rejection(
                "missing-property",
                f"The document does not say its {name.replace('_', ' ')}, which the assistant requires.",
                f"State it in the document or at its source, or take {name} out of required_properties.",
            )


def _freshness(file: SourceFile, rules: QualityRules, says: Stated, today: date) -> Iterator[Finding]:
    if says.valid_from and says.valid_from > today:
        yield _note("not-yet-valid", f"The document takes effect on {says.valid_from:%Y-%m-%d}.", "")
    if rules.max_age_days is None:
        return
    dates = [day for day in (file.modified.date() if file.modified else None, says.valid_from) if day]
    if not dates:
        yield _note(
            "age-unknown",
            "Neither the source nor the document says how old it is.",
            "State an effective date in its first lines.",
        )
    elif max(dates) < today - timedelta(days=rules.max_age_days):
        make = _rejection if rules.old == "reject" else _warning
        yield make(
            "too-old",
            f"It was last changed or took effect on {max(dates):%Y-%m-%d}, over {rules.max_age_days} days ago.",
            "Have its owner review it and feed the reviewed file, or raise max_age_days.",
        )


def _damage(profile: Profile, content: Content, rules: QualityRules) -> Iterator[Finding]:
    undecoded = profile.replaced_share + profile.mojibake_share
    if undecoded > _SOME_UNDECODED and undecoded * profile.characters >= 4:
        make = _rejection if undecoded > rules.max_undecoded_share else _warning
        yield make(
            "wrong-encoding",
            f"{undecoded:.1%} of the characters were wrongly decoded, such as 'Ã¤' for 'ä'.",
            "Save the file as UTF-8 and feed it again.",
        )
    if profile.symbol_share > rules.max_symbol_share and profile.characters > _SYMBOLS_FROM:
        yield _rejection(
            "symbols",
            f"{profile.symbol_share:.0%} of the characters are symbols, so that there is hardly a word to find.",
            "Look whether the file shows text; export it again with its fonts, or run text recognition.",
        )
    yield from _odd_words(profile, content)


def _odd_words(profile: Profile, content: Content) -> Iterator[Finding]:
    if profile.odd_word_share <= _SOME_ODD_WORDS or profile.words < _ODD_FROM:
        return
    unreadable = profile.odd_word_share > _MANY_ODD_WORDS and _mostly_recognised(content)
    make = _rejection if unreadable else _warning
    yield make(
        "odd-words",
        f"{profile.odd_word_share:.0%} of the words look like errors of text recognition.",
        "Scan it again at 300 dpi in its right language, or feed the original file.",
    )


def _mostly_recognised(content: Content) -> bool:
    """Only what a machine has read from images can be refused for its spelling; all else may be code or names."""
    return content.recognised * 2 > (content.pages or 1)


def _maker(severity: Severity) -> Callable[[str, str, str], Finding]:
    def make(code: str, message: str, remedy: str) -> Finding:
        return Finding(Stage.VALIDATE, code, severity, message, remedy)

    return make


_note = _maker(Severity.NOTE)
_warning = _maker(Severity.WARNING)
_rejection = _maker(Severity.REJECTION)
