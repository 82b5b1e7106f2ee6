"""Text that others chose, on every page that shows it: it is text there and nothing else."""

import re

import pytest

from support.browser import Visits
from support.browser_person import Client, Person
from support.endpoint import response

# What breaks out of text, of an attribute, of an address, of a script, of a comment.
CORPUS = [
    "<script>bad()</script>",
    "</script><script>bad()</script>",
    "<ScRiPt>bad()</sCrIpT>",
    "<img src=x onerror=bad()>",
    "<svg/onload=bad()>",
    "<svg><script>bad()</script></svg>",
    "<svg><animate onbegin=bad() attributeName=x dur=1s>",
    "<iframe srcdoc='<script>parent.bad()</script>'>",
    "<body onload=bad()>",
    "<details open ontoggle=bad()>",
    "<video><source onerror=bad()>",
    "<math><mi//xlink:href='data:x,<script>bad()</script>'>",
    "<a href=javascript:bad()>x</a>",
    "<form action=javascript:bad()><button>x",
    "<base href=https://evil.example/>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<style>@import 'https://evil.example'</style>",
    "<link rel=stylesheet href=https://evil.example>",
    "<noscript><p title='</noscript><img src=x onerror=bad()>'>",
    "<template><script>bad()</script></template>",
    "\"><script>bad()</script>",
    "' onmouseover='bad()' x='",
    "\" onfocus=\"bad()\" autofocus x=\"",
    "\" style=\"background:url(https://evil.example)\" x=\"",
    "` onclick=bad() x=`",
    "--><script>bad()</script><!--",
    "<!--><script>bad()</script>-->",
    "]]><script>bad()</script>",
    "</title><script>bad()</script>",
    "</textarea><script>bad()</script>",
    "</pre></code><script>bad()</script>",
    "</dd></dl><script>bad()</script>",
    "&lt;script&gt;bad()&lt;/script&gt;",
    "&#60;script&#62;bad()&#60;/script&#62;",
    "&amp;lt;script&amp;gt;",
    "javascript:bad()",
    "java\tscript:bad()",
    "{{constructor.constructor('bad()')()}}",
    "${bad()}",
    "\\u003cscript\\u003ebad()\\u003c/script\\u003e",
    "<\u0338script>bad()</script>",
    "\"\u0301><script>bad()</script>",
    "\u202e<script>bad()</script>",
    "\u2028bad()\u2029",
    "\ufeff<script>bad()</script>",
    "\U0001f9f5<b>\U0010ffff",
    "%3Cscript%3Ebad()%3C/script%3E",
    "+ADw-script+AD4-bad()+ADw-/script+AD4-",
]
# As they can stand in the query of an address and in a header.
IN_ADDRESS = "".join(f"&{n}={re.sub('[^!-~]', '', text)}" for n, text in enumerate(CORPUS))
# What no name may hold any more; one that was given before may.
UNSEEN = [text for text in CORPUS if re.search("[\u2028\u202e\ufeff]", text)]
PRINTABLE = [text for text in CORPUS if text.isascii() and text.isprintable()]


VISIT_ALL = """document.querySelectorAll("main *").forEach((each) =>
  each.dispatchEvent(new MouseEvent("mouseover", { bubbles: true })))"""


@pytest.fixture(scope="module")
def haunted(stack, own_endpoint):
    """A person whose webhooks, events and receivers are all of the corpus."""
    person = Person(stack)
    fields = [f"X-Corpus-{n}: {text}" for n, text in enumerate(PRINTABLE)]
    body = "\n".join(CORPUS).encode()
    address = own_endpoint.answer("/haunted", response(500, *fields, body=body))
    safe = re.sub(r"[<>\"'`\\{}|^#%\[\] ]", lambda found: f"%{ord(found[0]):02X}", IN_ADDRESS)
    own_endpoint.answers[f"/haunted?{safe[1:1500]}"] = own_endpoint.answers["/haunted"]
    # Twenty webhooks are the most that one person may have; their names hold all of it.
    names, name = [], ""
    for text in CORPUS:
        if text in UNSEEN:
            continue
        text = text.replace("\t", " ")
        if len(name) + len(text) > 100:
            names.append(name)
            name = ""
        name += text
    names.append(name)
    hooks = []
    for number, name in enumerate(names):
        url = f"{address}?{safe[1:1500]}" if number == 0 else stack.sink_url(f"/corpus/{number}")
        hooks.append(person.webhook("", name=name, endpoint_url=url))
    old = "".join(UNSEEN)
    stack.sql(f"UPDATE webhooks SET name = '{old}' WHERE id = '{hooks[-1]['id']}'")
    person.names = [*names[:-1], old]
    data = {"texts": CORPUS, **{text: n for n, text in enumerate(CORPUS)}}
    person.emit(data)
    person.paths = ["/webhooks"]
    for hook in hooks:
        delivery = person.wait_for_deliveries(hook, 1)[0]
        person.paths += [f"/webhooks/{hook['id']}", f"/webhooks/{hook['id']}/secret"]
        person.paths.append(f"/webhooks/{hook['id']}/deliveries/{delivery['id']}")
    person.haunted_path = person.paths[3] + "?attempt=1"
    return person


def test_no_page_becomes_another_by_it(haunted):
    client = haunted.http()
    for path in haunted.paths:
        text = client.get(path).text
        outside = re.sub(r"<pre.*?</pre>|<dd>.*?</dd>", "", text, flags=re.DOTALL)
        assert not re.search(r"<(script(?! src=\"/)|img|iframe|base|style|video|math)", text), path
        assert len(re.findall("<script", text)) == 1, path
        names = re.sub(r"=\"[^\"]*\"", "", outside)
        assert not re.search(r"<[^<>]*\s(on\w+|style)(\s*=[^<>]*)?>", names), path


def test_in_the_browser_nothing_of_it_runs(chromium, stack, haunted):
    visits = Visits(chromium, stack)
    page = visits("/webhooks", haunted)
    ran = []
    page.context.expose_function("bad", lambda: ran.append(page.url))
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    for path in haunted.paths:
        page.goto(stack.url + path)
        assert page.locator("h1").count() == 1
        # Nor when everything on it is visited.
        page.evaluate(VISIT_ALL)
    assert ran == []
    assert [url for url in asked if not url.startswith(stack.url)] == []
    visits.end()


def test_all_of_it_can_be_read(visit, haunted):
    page = visit(haunted.haunted_path, haunted)
    body = page.get_by_role("region", name="Response body").text_content()
    for text in CORPUS:
        assert text in body
    panel = page.get_by_role("region", name="Attempt 1").text_content()
    for text in PRINTABLE:
        assert text.strip() in panel
    page.goto(f"{haunted.stack.url}/webhooks")
    shown = page.get_by_role("rowheader").get_by_role("link").all_text_contents()
    assert sorted(shown) == sorted(haunted.names)


@pytest.mark.parametrize("text", PRINTABLE)
def test_a_form_that_comes_back_and_a_filter_hold_it_as_text(resident, text):
    client = resident.http()
    answer = client.post(
        "/webhooks", data=client.form(name=text, endpoint_url=text, events=text)
    )
    assert answer.status_code == 422
    page = client.get("/sign-in", params={"next": text, "note": text})
    webhook = resident.webhooks() or [resident.webhook("/ok", name="Plain")]
    log = client.get(f"/webhooks/{webhook[0]['id']}", params={"event": text, "from": text})
    wrong = Client(resident.stack.url).post("/sign-in", data={"email": text})
    for each in (answer, page, log, wrong):
        assert each.text.count("<script") == 1
        assert not re.search(r"<(img|iframe|base|style|video|math|template)\b", each.text)
