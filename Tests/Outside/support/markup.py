"""What a page as it was sent offers: its links, and its forms with their fields and buttons."""

import html.parser


class Markup(html.parser.HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.links, self.forms, self.title = [], [], ""
        self._reading = self._form = None
        self._in_title = False
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attributes = {name: value or "" for name, value in attrs}
        kinds = attributes.get("class", "").split()
        thing = {"is_danger": bool({"danger", "danger-quiet"} & set(kinds)), "text": ""} | attributes
        if tag == "form":
            self._form = attributes | {"fields": {}, "filled": {}, "buttons": []}
            self.forms.append(self._form)
        elif tag == "a":
            self._reading = thing
            self.links.append(thing)
        elif tag == "button" and self._form is not None:
            self._reading = thing
            self._form["buttons"].append(thing)
        elif tag == "input" and self._form is not None and "name" in attributes:
            if attributes.get("type") == "hidden":
                self._form["fields"][attributes["name"]] = attributes["value"]
            if attributes.get("type") not in ("checkbox", "radio") or "checked" in attributes:
                self._form["filled"].setdefault(attributes["name"], []).append(attributes["value"])
        elif tag == "h1":
            self._in_title = True

    def handle_endtag(self, tag):
        if tag in ("a", "button"):
            self._reading = None
        elif tag == "form":
            self._form = None
        elif tag == "h1":
            self._in_title = False

    def handle_data(self, data):
        if self._reading is not None:
            self._reading["text"] += data
        if self._in_title:
            self.title += data


def filled(page, field):
    """What a browser would send, untouched, of the form that has this field (its inputs alone)."""
    form = next(form for form in Markup(page).forms if field in form["filled"])
    return form["filled"]
