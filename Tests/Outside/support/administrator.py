"""An administrator with a browser, and what a one-time link looks like."""

import re

from support.browser_person import Client, Person


class Administrator(Person):
    def operate(self, *arguments, given=""):
        if arguments[:2] == ("user", "add"):
            arguments += ("--role", "administrator")
        return super().operate(*arguments, given=given)

    def id_of(self, person):
        return self.stack.sql(f"SELECT id FROM users WHERE email = '{person.email}'")[0][0]

    def post(self, path, **fields):
        client = self.http()
        return client.post(path, data={"csrf": client.field("csrf", "/admin/users/new")} | fields)

    def shown_link(self, answer):
        """The link on the page that shows it once, below the site's address."""
        assert answer.status_code == 303, answer.text
        page = self.http().get(below(self.stack, answer.headers["Location"])).text
        return re.search(r'id="link"[^>]* value="([^"]+)"', page)[1].removeprefix(self.stack.url)


def below(stack, location):
    """A `Location` without the site's prefix."""
    prefix = "/" + stack.url.split("/", 3)[3]
    return location.removeprefix(prefix)


def set_password(stack, path, password):
    return Client(stack.url).post(path, data={"password": password})


def audited(stack, user):
    """The actions on record about a user, oldest first, and all that is said in them."""
    rows = stack.sql(
        "SELECT action, COALESCE(before_change, ''), COALESCE(after_change, '') FROM audit_log"
        f" WHERE user_id = '{user}' ORDER BY id"
    )
    return [row[0] for row in rows], str(rows)
