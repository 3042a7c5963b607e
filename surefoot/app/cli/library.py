"""`surefoot documents` and `surefoot assistants`: what is in the libraries."""

from __future__ import annotations

from surefoot.app.cli.output import print_json, say, table
from surefoot.app.cli.session import server
from surefoot.app.client.forms import DocumentRow


def list_documents(assistant: str, *, as_json: bool) -> None:
    """Print an assistant's documents."""
    with server() as client:
        found = client.documents(assistant)
    if as_json:
        print_json(found.model_dump(mode="json"))
        return
    if not found.documents:
        say(f"The assistant '{assistant}' has no documents. Add some: surefoot ingest PATH --assistant {assistant}")
        return
    rows = [_document_row(document) for document in found.documents]
    table(("id", "title", "status", "pages", "chunks", "version"), rows, right=frozenset({3, 4}))


def _document_row(row: DocumentRow) -> tuple[str, ...]:
    version = f"{row.version} (superseded)" if row.superseded else row.version
    return (row.document_id, row.title, row.reason or row.status, str(row.pages or ""), str(row.chunks), version)


def show_document(document_id: str, *, as_json: bool) -> None:
    """Print a document's text in its chunks."""
    with server(samples=False) as client:
        document = client.document(document_id)
    if as_json:
        chunks = [chunk.model_dump(mode="json") for chunk in document.chunk_list]
        print_json({**document.model_dump(mode="json"), "chunks": chunks})
        return
    say(f"{document.title} ({document.path})")
    say(document.reason or document.status)
    for chunk in document.chunk_list:
        page = f"page {chunk.page}" if chunk.page else ""
        say("\n— " + ", ".join(part for part in (" › ".join(chunk.heading), page) if part))
        say(chunk.text)


def delete_document(document_id: str, *, as_json: bool) -> None:
    """Delete a document."""
    with server(samples=False) as client:
        done = client.delete_document(document_id)
    if as_json:
        print_json(done.model_dump(mode="json"))
    else:
        say("The document was deleted." if done.deleted else "There was no such document; nothing was deleted.")


def list_assistants(*, as_json: bool) -> None:
    """Print the assistants."""
    with server(samples=False) as client:
        found = client.assistants()
    if as_json:
        print_json({"assistants": [assistant.model_dump(mode="json") for assistant in found]})
        return
    rows = [(a.name, a.title, str(a.documents), "private" if a.private else "", a.summary) for a in found]
    table(("name", "title", "documents", "", "knows"), rows, right=frozenset({2}))
