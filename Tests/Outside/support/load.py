"""Clients that call the API as fast as they can, and keep what they were answered."""

import threading

import requests


class Load:
    """Posts events from several threads until it is stopped."""

    def __init__(self, account, threads=4, batch=0):
        self.account = account
        self.batch = batch
        self.acknowledged = []
        self.statuses = []
        self.broken = 0
        self.stopping = threading.Event()
        self.threads = [threading.Thread(target=self.run, args=[n]) for n in range(threads)]
        for thread in self.threads:
            thread.start()

    def run(self, number):
        session = requests.Session()
        session.trust_env = False
        session.headers["Authorization"] = f"Bearer {self.account.key}"
        count = 0
        while not self.stopping.is_set():
            count += 1
            event = {"type": "lead.created", "data": {"thread": number, "n": count}}
            path, body = "/events", event
            if self.batch:
                path, body = "/events/batch", {"events": [event] * self.batch}
            try:
                answer = session.post(self.account.url + path, json=body, timeout=30)
                content = answer.json()
            except (requests.RequestException, ValueError):
                self.broken += 1
                continue
            self.statuses.append(answer.status_code)
            if answer.status_code == 202:
                made = content["data"] if self.batch else [content]
                self.acknowledged += [event["id"] for event in made]

    def stop(self):
        self.stopping.set()
        for thread in self.threads:
            thread.join()
