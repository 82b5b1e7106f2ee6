"""Somebody who administers the stack."""

from support.browser_person import Person


class Administrator(Person):
    def operate(self, *arguments, given=""):
        if arguments[:2] == ("user", "add"):
            arguments += ("--role", "administrator")
        return super().operate(*arguments, given=given)
