"""What is said of a document over HTTP is changed in place, and stays when the document comes again."""

from __future__ import annotations

import httpx

from surefoot.app.parts import App
from tests.app.test_documents_api import LEAVE, feed, files


def test_title_groups_and_properties_are_changed_and_what_is_not_sent_stays(client: httpx.Client, app: App) -> None:
    app.assistants.create("HR desk", "hr-desk")
    leave = feed(client, "hr-desk", files(policies__leave_md=LEAVE))[0]["document_id"]
    changed = client.patch(f"/library/{leave}", json={"title": "  Days off ", "properties": {"department": "HR"}})
    assert changed.status_code == 200
    assert (changed.json()["title"], changed.json()["groups"]) == ("Days off", ["everyone"])
    client.patch(f"/library/{leave}", json={"groups": ["board"]})
    row = client.get(f"/library/{leave}").json()["document"]
    assert (row["title"], row["groups"], row["properties"]) == ("Days off", ["board"], {"department": "HR"})
    unchanged = client.patch(f"/library/{leave}", json={}).json()
    assert {**unchanged, "updated_at": row["updated_at"]} == row
    feed(client, "hr-desk", files(policies__leave_md=LEAVE + b"\nThe rest expires in March."))
    again = client.get(f"/library/{leave}").json()["document"]
    assert (again["title"], again["groups"], again["regrouped"]) == ("Days off", ["board"], True)
    follows = client.patch(f"/library/{leave}", json={"groups": ["everyone"]}).json()
    assert (follows["groups"], follows["regrouped"]) == (["everyone"], False)
