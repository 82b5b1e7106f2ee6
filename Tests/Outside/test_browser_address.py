"""The endpoint URL of a new webhook: which are refused, and in which words."""

import pytest
from playwright.sync_api import expect

from support.browser import press

PRIVATE = (
    "This address is only reachable inside your own network. Use a public one; a tunnel works "
    "for testing."
)


def fill(page, name, address):
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Endpoint URL").fill(address)


def box(page, event):
    return page.get_by_role("checkbox", name=event, exact=True)


def problems(page):
    """The sentences of the summary."""
    summary = page.get_by_role("alert").filter(has_text="There is a problem")
    return summary.get_by_role("link")


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        (
            "http://hooks.example.com/x",
            "Use https. We don't send over plain http because events hold personal data.",
        ),
        (
            "hooks.example.com/x",
            "Add https:// in front: https://hooks.example.com/x",
        ),
        (
            "https://user:password@hooks.example.com/",
            "Take the name and password out of the address. Use the signing secret instead.",
        ),
        ("https://hooks.example.com/x#part", "Take out the part after #. It is never sent."),
        ("https://hooks.example.com:8080/", "We send to ports 443 and 8443."),
        ("https://localhost/", PRIVATE),
        ("https://printer.local/", PRIVATE),
        ("https://intranet/", PRIVATE),
        (
            "https://127.0.0.1/",
            "Use a host name instead of a number, like https://hooks.example.com/events",
        ),
        (
            "https://[::1]/",
            "Use a host name instead of a number, like https://hooks.example.com/events",
        ),
        (
            "https://2130706433/",
            "Use a host name instead of a number, like https://hooks.example.com/events",
        ),
    ],
)
def test_an_address_where_we_do_not_send_is_refused_with_its_mend(
    visit, resident, address, sentence
):
    page = visit("/webhooks/new", resident, script=False)
    fill(page, "Refused", address)
    box(page, "lead.created").check()
    assert press(page, "Add webhook").status == 422
    expect(problems(page)).to_have_text([sentence])
    expect(page.get_by_text(f"Error: {sentence}")).to_be_visible()
    # The answers are still there.
    expect(page.get_by_label("Endpoint URL")).to_have_value(address)
    expect(page.get_by_label("Name", exact=True)).to_have_value("Refused")
    expect(box(page, "lead.created")).to_be_checked()
    assert resident.webhooks() == []


def test_a_name_that_is_not_found_is_taken_with_a_warning(visit, person, script):
    page = visit("/webhooks/new", person, script)
    fill(page, "Not there yet", "https://hooks.example.com/x")
    box(page, "lead.created").check()
    press(page, "Add webhook")
    expect(page.get_by_text("We can’t find hooks.example.com. Check the spelling")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("Copy your signing secret")
    assert [each["endpoint_url"] for each in person.webhooks()] == ["https://hooks.example.com/x"]
