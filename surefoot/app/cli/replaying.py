"""`surefoot answers replay`: an answer run again, and what is different now."""

from __future__ import annotations

from surefoot.app.cli.output import one_line, print_json, say
from surefoot.app.cli.session import server
from surefoot.app.client.replay_forms import ChangedQuotesForm, ReplayForm

BECAME = {"gone": "is not there any more", "changed": "was changed since", "added": "was added since"}


def replay(answer_id: str, *, as_json: bool) -> bool:
    """Run an answer again and print how both differ; gives whether the same came out."""
    with server() as client:
        found = client.replay(answer_id)
    if as_json:
        print_json(found.model_dump(mode="json"))
    else:
        _say(found)
    return found.same


def _say(found: ReplayForm) -> None:
    say("The same came out." if found.same else "Something else came out.")
    for setting in found.settings:
        say(f"  {setting.name}: {setting.was or 'none'} → {setting.now or 'none'}")
    for document in found.documents:
        say(f"  “{document.title}” {BECAME[document.became]}")
    _say_changed("passage", found.passages)
    _say_changed("sentence", found.sentences)
    if not found.same_text:
        say(f"  Before: {one_line(found.before.answer, 400)}")
        say(f"  Now:    {one_line(found.after.answer, 400)}")


def _say_changed(kind: str, changed: ChangedQuotesForm) -> None:
    for quote in changed.gone:
        say(f"  No longer this {kind}: {quote.title}: {one_line(quote.text, 120)}")
    for quote in changed.come:
        say(f"  New {kind}: {quote.title}: {one_line(quote.text, 120)}")
    if changed.vanished:
        say(f"  Not there any more: {changed.vanished} of the {kind}s")
