"""What all groups of commands share: how they are made, and the options that many have."""

from __future__ import annotations

from typing import Annotated

import typer

Json = Annotated[bool, typer.Option("--json", help="Print exactly one JSON document on stdout.")]
Assistant = Annotated[str, typer.Option("--assistant", "-a", help="Name of the assistant.")]

SETTINGS = {"help_option_names": ["--help", "-h"], "terminal_width": 100}


def group(text: str) -> typer.Typer:
    """Make a group of commands."""
    return typer.Typer(
        help=text,
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings=SETTINGS,
    )
