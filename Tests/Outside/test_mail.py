"""E-mail about webhooks, taken by a real SMTP server that speaks no more than it must."""

import base64
import email
import email.policy
import re
import socket
import threading

import pytest

from stack import Stack, wait_for
from support.administrator import Administrator, below
from support.browser_person import Client, Person
from support.account import patchbay
from support.worker import Worker


class MailServer:
    """Takes mails on loopback, or says `refuses` to each; asks for a password where it has one."""

    def __init__(self, password=None):
        self.password = password
        self.refuses = None
        self.mails = []
        self.attempts = 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.converse, args=[connection], daemon=True).start()

    def converse(self, connection):
        stream = connection.makefile("rwb", buffering=0)

        def say(line):
            stream.write(line.encode() + b"\r\n")

        say("220 test")
        sender = recipient = None
        while line := stream.readline():
            word = line[:4].upper()
            if word == b"EHLO":
                say("250-test\r\n250 AUTH PLAIN" if self.password else "250 test")
            elif word == b"AUTH":
                given = line.split()[2] if len(line.split()) > 2 else self.ask(stream, say)
                _, user, password = base64.b64decode(given).decode().split("\0")
                say("235 ok" if (user, password) == ("ada", self.password) else "535 no")
            elif word == b"MAIL":
                self.attempts += 1
                sender = re.search(rb"<(.*?)>", line)[1].decode()
                say(self.refuses or "250 ok")
            elif word == b"RCPT":
                recipient = re.search(rb"<(.*?)>", line)[1].decode()
                say("250 ok")
            elif word == b"DATA":
                say("354 go on")
                text = b""
                while (line := stream.readline()) != b".\r\n":
                    text += line
                message = email.message_from_bytes(text, policy=email.policy.default)
                self.mails.append((sender, recipient, message))
                say("250 taken")
            elif word == b"QUIT":
                say("221 bye")
                return
            else:
                say("500 what?")

    def ask(self, stream, say):
        say("334 ")
        return stream.readline().strip()


PASSWORD = "p:ss w\u00f6rd"


@pytest.fixture(scope="module")
def server():
    return MailServer(PASSWORD)


@pytest.fixture(scope="module")
def mailing(states, server):
    """A stack that stops a webhook after 20 s: it is told of after 2 s, and warned of after 15."""
    stack = Stack(states / "mailing")
    stack.run(
        {
            "PATCHBAY_DISABLE_AFTER": "20s",
            "PATCHBAY_RETRY_SCHEDULE": "1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s,1s",
            "PATCHBAY_RETRY_JITTER": "0",
            "PATCHBAY_SMTP_URL": f"smtp://ada:p%3Ass%20w%C3%B6rd@127.0.0.1:{server.port}",
            "PATCHBAY_MAIL_FROM": "patchbay@example.com",
        }
    )
    yield stack
    stack.stop(purge=True)


def subjects(server, person):
    return [str(mail["Subject"]) for _, to, mail in server.mails if to == person.email]


def test_each_edge_is_one_mail(mailing, server):
    person = Person(mailing)
    name = "Bill\u00edng \N{LEFT DOUBLE QUOTATION MARK}sync"
    webhook = person.webhook("/status/500", name=name)
    person.emit()
    wait_for(lambda: len(subjects(server, person)) >= 3, seconds=60, every=0.5)
    assert subjects(server, person) == [
        f"Webhook “{name}” is failing",
        f"Webhook “{name}” will be stopped soon",
        f"Webhook “{name}” was stopped",
    ]
    assert person.call("GET", f"/webhooks/{webhook['id']}")["paused_reason"] == "failing"
    sender, _, mail = next(each for each in server.mails if each[1] == person.email)
    assert sender == "patchbay@example.com"
    assert mail["From"].addresses[0].addr_spec == "patchbay@example.com"
    assert mail["Date"].datetime and mail["Message-ID"] and mail["Auto-Submitted"] == "auto-generated"
    body = mail.get_content()
    assert f"{mailing.url}/webhooks/{webhook['id']}" in body
    assert "whsec_" not in body and webhook["secret"] not in body


def test_who_delivers_again_gets_a_mail_and_may_hide_the_notice(mailing, server, chromium):
    person = Person(mailing)
    person.webhook("/sequence/500,500,500,500,200/recovers", name="Soon")
    person.emit()
    wait_for(lambda: "Webhook “Soon” delivers again" in subjects(server, person), 60, every=0.5)
    client = person.http()
    assert "“Soon” delivers again" in client.get("/webhooks").text
    page = client.get("/attention").text
    notice = re.search(r'name="notice" value="([^"]+)"', page)[1]
    form = {"csrf": client.field("csrf", "/attention"), "notice": notice}
    assert client.post("/attention", data=form).headers["Location"].endswith("/attention")
    assert "Nothing needs attention." in client.get("/attention").text
    assert "delivers again" not in client.get("/webhooks").text


def test_a_mail_that_is_not_taken_is_tried_again(mailing, server):
    person = Person(mailing)
    server.refuses = "451 later"
    before = server.attempts
    try:
        person.webhook("/status/500", name="Later")
        person.emit()
        wait_for(lambda: server.attempts > before, 30, every=0.2)
        [[error]] = wait_for(
            lambda: mailing.sql(
                "SELECT error FROM mails JOIN users AS u ON u.id = user_id"
                f" WHERE u.email = '{person.email}' AND error IS NOT NULL LIMIT 1"
            )
        )
        assert "451" in error and "ada" not in error
    finally:
        server.refuses = None
    mailing.sql("UPDATE mails SET due_at = UTC_TIMESTAMP(6) WHERE due_at IS NOT NULL")
    wait_for(lambda: "Webhook “Later” is failing" in subjects(server, person), 30, every=0.2)


def test_the_password_of_the_mail_server_is_nowhere(mailing):
    doctor = patchbay(mailing, "doctor", check=False)
    logs = "".join(each.read_text(errors="replace") for each in (mailing.state / "log").glob("*.log"))
    for text in (doctor.stdout + doctor.stderr, logs):
        assert "p%3Ass" not in text and PASSWORD not in text


def mails_to(server, email):
    return [mail for _, to, mail in server.mails if to == email]


def link_in(stack, mail):
    return re.search(re.escape(stack.url) + r"(/welcome/\S+)", mail.get_content())[1]


def test_an_invitation_is_mailed_and_its_link_lies_nowhere(mailing, server):
    administrator = Administrator(mailing)
    email = "asked.in@example.com"
    answer = administrator.post("/admin/users/new", email=email, role="user")
    assert answer.status_code == 303 and "note=link-mailed" in answer.headers["Location"]
    [mail] = wait_for(lambda: mails_to(server, email), 30, every=0.2)
    assert mail["Subject"] == "Your invitation to Patchbay"
    link = link_in(mailing, mail)
    assert Client(mailing.url).get(link).status_code == 200
    wait_for(lambda: mailing.sql("SELECT COUNT(*) FROM mails WHERE sent_at IS NULL") == [["0"]])
    kept = mailing.sql("SELECT body, COALESCE(HEX(body_sealed), '') FROM mails")
    assert link.split("/")[-1] not in str(kept) and ["", ""] in kept
    page = administrator.http().get(below(mailing, answer.headers["Location"])).text
    assert link.split("/")[-1] not in page


def test_a_forgotten_password_tells_nobody_who_is_known(mailing, server):
    person = Person(mailing)
    client = Client(mailing.url)
    known = client.post("/sign-in/reset", data={"email": person.email.upper()})
    unknown = client.post("/sign-in/reset", data={"email": "nobody@example.com"})
    assert known.status_code == unknown.status_code == 303
    assert known.headers["Location"] == unknown.headers["Location"]
    assert client.post("/sign-in/reset", data={"email": "no address"}).status_code == 422
    [mail] = wait_for(lambda: mails_to(server, person.email), 30, every=0.2)
    link = link_in(mailing, mail)
    done = client.post(link, data={"password": "several words are best 9"})
    assert done.status_code == 303
    assert mails_to(server, "nobody@example.com") == []
    for email in (person.email, "nobody@example.com"):
        codes = [client.post("/sign-in/reset", data={"email": email}).status_code for _ in range(4)]
        assert codes[:2] == [303, 303] and codes[-1] == 429, (email, codes)


def test_a_command_mails_its_links_too_and_prints_them_on_demand(mailing, server):
    administrator = Administrator(mailing)
    email = "from.the.shell@example.com"
    said = administrator.operate("user", "invite", email)
    assert said == f"The link is mailed to {email}."
    [mail] = wait_for(lambda: mails_to(server, email), 30, every=0.2)
    assert mail["Subject"] == "Your invitation to Patchbay"
    first = link_in(mailing, mail)
    assert Client(mailing.url).get(first).status_code == 200
    assert administrator.operate("user", "reset-password", email) == f"The link is mailed to {email}."
    wait_for(lambda: len(mails_to(server, email)) == 2, 30, every=0.2)
    printed = administrator.operate("user", "reset-password", "--print", email)
    assert printed.startswith(mailing.url + "/welcome/")
    wait_for(lambda: mailing.sql("SELECT COUNT(*) FROM mails WHERE sent_at IS NULL") == [["0"]])
    assert len(mails_to(server, email)) == 2
    assert Client(mailing.url).get(first).status_code == 410
