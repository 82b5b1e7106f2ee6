"""The pages as a browser without JavaScript has them: cookies, forms and their hidden fields."""

import html
import re

import requests

HIDDEN = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)"')


class Site:
    def __init__(self, url, headers=None):
        self.url = url
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers.update(headers or {})

    def get(self, path):
        return self.session.get(self.url + path, allow_redirects=False, timeout=30)

    def submit(self, page, fields, to=None):
        """Fills in the form of a page and sends it, with its hidden fields."""
        hidden = dict(HIDDEN.findall(self.get(page).text))
        hidden = {html.unescape(name): html.unescape(value) for name, value in hidden.items()}
        return self.session.post(
            self.url + (to or page), data=hidden | fields, allow_redirects=False, timeout=30
        )

    def sign_in(self, email, password):
        answer = self.submit("/sign-in", {"email": email, "password": password})
        assert answer.status_code == 303, answer.text
        return self

    def add_webhook(self, name, endpoint_url):
        fields = {"name": name, "endpoint_url": endpoint_url, "selection": "all"}
        fields |= {"secret_source": "made", "status": "active"}
        return self.submit("/webhooks/new", fields, to="/webhooks")
