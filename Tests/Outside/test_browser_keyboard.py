"""The whole way with the keyboard alone: no mouse is touched."""

from playwright.sync_api import expect


def focus(page, selector, most=80):
    """Presses Tab until the element that matches has the focus."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"the Tab key does not come to {selector}")


def test_a_webhook_is_made_with_the_keyboard_alone(visit, person, script):
    page = visit("/sign-in", script=script)
    focus(page, "#email")
    page.keyboard.type(person.email)
    focus(page, "#password")
    page.keyboard.type(person.password)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Webhooks")
    focus(page, "a.button[href$='/webhooks/new']")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Add webhook")
    focus(page, "#name")
    page.keyboard.type("By keyboard")
    focus(page, "#endpoint_url")
    page.keyboard.type(person.stack.sink_url("/keyboard"))
    focus(page, "[name=events][value='user.login']")
    page.keyboard.press("Space")
    focus(page, "[name=status]")
    page.keyboard.press("ArrowDown")
    focus(page, "form .foot .button.primary")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Copy your signing secret")
    (made,) = person.webhooks()
    assert (made["name"], made["events"]) == ("By keyboard", ["user.login"])
    assert made["status"] == "paused"
    focus(page, "main .button.primary")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("By keyboard")


def test_the_menu_of_a_phone_opens_with_the_keyboard(visit, person, script):
    page = visit("/webhooks", person, script, width=360)
    link = page.get_by_role("navigation", name="Settings").get_by_role("link", name="Events")
    expect(link).to_be_hidden()
    focus(page, "nav summary")
    page.keyboard.press("Enter")
    expect(link).to_be_visible()
    focus(page, "nav a[href$='/events']")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Events")
