// Small behaviours, attached by data- attributes. Without this file every page does the same, with
// a reload; so nothing here hides what it has not replaced.
"use strict";

const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const byID = (id) => document.getElementById(id);

/** Says something to who cannot see it, politely. */
const say = (text) => { byID("say").textContent = text; };

/** Runs `action` when `wait` milliseconds have passed without another call. */
const later = (wait, action) => {
  let timer;
  return () => { clearTimeout(timer); timer = setTimeout(action, wait); };
};

/** Says something that did not go well. */
const warn = (text) => { byID("alarm").textContent = text; };

const signedOut = "You’ve been signed out, so this was not saved. Sign in in a new tab, then try again.";
const missing = (page) => `${page?.querySelector("h1")?.textContent ?? "It is gone"}. Nothing was saved.`;
const unsent = "Not sent. Check your connection, then try again.";

/**
 * Sends a form in place. `location` is where the browser would have been led, `page` what it would
 * have shown instead, `body` any other answer.
 */
async function send(form, submitter, options = {}) {
  const fields = new FormData(form, submitter);
  for (const name of [...fields.keys()]) {
    if (options.only && !options.only.includes(name)) fields.delete(name);
  }
  const answer = await fetch(submitter?.hasAttribute("formaction") ? submitter.formAction : form.action, {
    method: "POST", body: new URLSearchParams(fields), headers: { "Patchbay-Script": "1" },
    signal: options.signal, keepalive: options.keepalive,
  });
  const isJSON = answer.headers.get("Content-Type")?.startsWith("application/json");
  const body = isJSON ? await answer.json() : {};
  const page = isJSON ? null : new DOMParser().parseFromString(await answer.text(), "text/html");
  return { status: answer.status, location: body.location, body, page };
}

/** This page as it would be sent now. */
async function freshPage() {
  const answer = await fetch(location.href);
  if (!answer.ok) throw new Error("not the page");
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

/** Brings the parts up to date that tell of what the reader has just changed. */
function refreshParts(page) {
  for (const part of all("[data-part]")) {
    const fresh = page.querySelector(`[data-part="${part.dataset.part}"]`);
    if (!fresh || fresh.innerHTML === part.innerHTML || part.contains(document.activeElement)) continue;
    part.replaceChildren(...fresh.childNodes);
    start(part);
  }
}

/** Other tabs of the same browser hear what was saved, by the address that it was sent to. */
const channel = "BroadcastChannel" in window ? new BroadcastChannel("settings") : null;
const heard = new Map();
const tell = (form) => channel?.postMessage(form.getAttribute("action"));
channel?.addEventListener("message", async (event) => {
  const update = heard.get(event.data);
  if (!update) return;
  const page = await freshPage().catch(() => null);
  const form = page?.querySelector(`form[action="${event.data}"]`);
  if (form && update(form)) {
    refreshParts(page);
    say("Updated from another tab");
  }
});

const clock = () => new Date().toTimeString().slice(0, 5);

/** A UUID of version 4; randomUUID is there in secure contexts alone. */
function newID() {
  const bytes = [...crypto.getRandomValues(new Uint8Array(16))];
  bytes[6] = bytes[6] & 0x0f | 0x40;
  bytes[8] = bytes[8] & 0x3f | 0x80;
  const text = bytes.map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return text.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

function button(label, action) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "button quiet small";
  made.textContent = label;
  made.addEventListener("click", action);
  return made;
}

/** Goes to an address, also where it differs from this page's by its fragment alone. */
function goTo(address) {
  const url = new URL(address, location.href);
  const isHere = url.href.split("#")[0] === location.href.split("#")[0];
  location.href = url.href;
  if (isHere) location.reload();
}

/** Shows that a button's work is under way; returns what ends it. */
function showBusy(button, label) {
  if (!button) return () => {};
  const before = [...button.childNodes];
  const spinner = document.createElement("span");
  spinner.className = "spinner";
  button.replaceChildren(spinner, label);
  button.setAttribute("aria-busy", "true");
  return () => {
    button.replaceChildren(...before);
    button.removeAttribute("aria-busy");
  };
}

// time: the reader's own zone, and how long ago it was.

const two = (number) => String(number).padStart(2, "0");
const months = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

function localTime(date, form, isShort) {
  const year = isShort && date.getFullYear() === new Date().getFullYear() ? "" : " " + date.getFullYear();
  let clock = two(date.getHours()) + ":" + two(date.getMinutes());
  if (form === "clock") return clock;
  if (form !== "minute") clock += ":" + two(date.getSeconds());
  if (form === "millisecond") clock += "." + String(date.getMilliseconds()).padStart(3, "0");
  return date.getDate() + " " + months[date.getMonth()] + year + ", " + clock;
}

function age(date) {
  const seconds = Math.round((Date.now() - date) / 1000);
  const units = [["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]];
  const [unit, length] = units.find((each) => Math.abs(seconds) >= each[1]) ?? units[3];
  return new Intl.RelativeTimeFormat("en", { numeric: "auto" })
    .format(-Math.trunc(seconds / length), unit);
}

function showTimes(root) {
  for (const time of all("time[data-form]", root)) {
    const date = new Date(time.dateTime);
    if (Number.isNaN(date.valueOf())) continue;
    time.textContent = localTime(date, time.dataset.form, "short" in time.dataset);
    if (!("age" in time.dataset)) continue;
    const text = document.createElement("span");
    text.className = "age";
    text.textContent = age(date);
    time.after(" ", text);
  }
  for (const utc of all("[data-utc]", root)) utc.hidden = false;
}

// local: a date and time field that holds UTC shows and takes the reader's own.

function localField(field) {
  const sent = document.createElement("input");
  sent.type = "hidden";
  sent.name = field.name;
  field.removeAttribute("name");
  field.after(sent);
  if (field.value) {
    const date = new Date(field.value + "Z");
    field.value = new Date(date - date.getTimezoneOffset() * 60000).toISOString().slice(0, 19);
  }
  const take = () => {
    const date = new Date(field.value);
    sent.value = Number.isNaN(date.valueOf()) ? "" : date.toISOString().slice(0, 19) + "Z";
  };
  field.addEventListener("input", take);
  take();
  for (const zone of all(`label[for="${field.id}"] .zone`)) zone.remove();
}

// copy: puts the text of an element or the value of a field on the clipboard.

function copyButton(button) {
  const label = button.querySelector("span");
  const drawing = button.querySelector("use");
  const source = byID(button.dataset.copy);
  if (!navigator.clipboard || !source) return;
  button.hidden = false;
  button.addEventListener("click", async (event) => {
    event.preventDefault();
    try {
      await navigator.clipboard.writeText(source.value ?? source.textContent);
    } catch {
      say("Couldn’t copy. Select the text instead.");
      return;
    }
    const show = (isDone) => {
      label.textContent = isDone ? "Copied" : "Copy";
      drawing.setAttribute("href", isDone ? "#i-check" : "#i-copy");
      button.toggleAttribute("data-done", isDone);
    };
    say(button.querySelector(".unseen").textContent.trim() + " copied");
    show(true);
    setTimeout(() => show(false), 4000);
  });
}

// reveal: shows a password while it is typed; it is never sent as visible text.

function revealButton(button) {
  const field = byID(button.dataset.reveal);
  const label = button.querySelector("span");
  const show = (isVisible) => {
    field.type = isVisible ? "text" : "password";
    label.textContent = isVisible ? "Hide" : "Show";
    button.setAttribute("aria-pressed", String(isVisible));
  };
  button.hidden = false;
  button.addEventListener("click", () => {
    show(field.type === "password");
    say(field.type === "text" ? "Your password is visible" : "Your password is hidden");
  });
  field.form.addEventListener("submit", () => show(false));
}

// busy: a form that is on its way says so, and is not sent twice.

function busyForm(form) {
  let restore = null;
  form.addEventListener("submit", (event) => {
    if (restore) { event.preventDefault(); return; }
    const press = form.querySelector(".button:is(.primary, .danger)") ?? event.submitter;
    const end = showBusy(press, form.dataset.busy);
    restore = () => { end(); restore = null; };
  });
  // Back to a page that was kept as it was left.
  addEventListener("pageshow", () => restore?.());
}

// only-when: what belongs to one of two answers is there when it is chosen.

function onlyWhen(part) {
  const choice = byID(part.dataset.onlyWhen);
  const follow = () => { part.hidden = !choice.checked; };
  for (const other of all(`[name="${choice.name}"]`, choice.form)) {
    other.addEventListener("change", follow);
  }
  follow();
}

// picker: a box for each group, ticking without a reload, finding, counting.

function picker(root) {
  const boxes = all('[name="events"]', root);
  const count = root.querySelector("[data-count]");
  const groups = all("legend[data-all]", root).map(groupBox);
  const announce = later(700, () => {
    const chosen = boxes.filter((box) => box.checked).length;
    const number = document.createElement("b");
    number.textContent = chosen;
    count.replaceChildren(number, ` of ${boxes.length} chosen`);
  });
  const refresh = () => {
    for (const group of groups) group();
    announce();
  };
  root.addEventListener("change", refresh);
  for (const button of all('[name="tick"]', root)) {
    button.addEventListener("click", (event) => {
      event.preventDefault();
      for (const box of boxes) box.checked = button.value === "all";
      boxes[0]?.dispatchEvent(new Event("change", { bubbles: true }));
    });
  }
  finder(root, boxes);
  refresh();
}

/** Turns a heading into a box over its group; returns what brings it up to date. */
function groupBox(legend) {
  const boxes = all('[name="events"]', legend.parentElement);
  const box = document.createElement("input");
  const label = document.createElement("label");
  const number = document.createElement("span");
  box.type = "checkbox";
  box.id = boxes[0].id + "-group";
  label.htmlFor = box.id;
  label.textContent = legend.dataset.all;
  number.className = "of";
  legend.replaceChildren(box, label, number);
  box.addEventListener("change", () => {
    for (const each of boxes) each.checked = box.checked;
  });
  return () => {
    const chosen = boxes.filter((each) => each.checked).length;
    box.checked = chosen === boxes.length;
    box.indeterminate = chosen > 0 && chosen < boxes.length;
    number.textContent = `${chosen} of ${boxes.length}`;
  };
}

/** Leaves the rows that match; what is hidden stays ticked. */
function finder(root, boxes) {
  const part = root.querySelector("[data-find]");
  const field = part.querySelector("input");
  part.hidden = false;
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });
  const tell = later(700, () => {
    const found = boxes.filter((box) => !box.parentElement.hidden).length;
    say(found === 1 ? "1 event" : found + " events");
  });
  field.addEventListener("input", () => {
    const wanted = field.value.trim().toLowerCase();
    for (const box of boxes) {
      box.parentElement.hidden = !box.parentElement.textContent.toLowerCase().includes(wanted);
    }
    for (const group of all(".group", root)) {
      group.hidden = all(".event", group).every((row) => row.hidden);
    }
    tell();
  });
}

// tick all: one box for all boxes of its form that are named so; each button with `data-counts` says how
// many are ticked.

function tickAll(part) {
  const form = part.closest("form");
  const box = part.querySelector("input");
  const boxes = all(`[name="${part.dataset.tickAll}"]`, form);
  part.hidden = false;
  const words = all("[data-counts]", form).map((button) => [button, button.textContent]);
  const show = () => {
    const chosen = boxes.filter((each) => each.checked).length;
    box.checked = chosen === boxes.length;
    box.indeterminate = chosen > 0 && chosen < boxes.length;
    for (const [button, text] of words) {
      button.textContent = chosen ? text.replace("selected", `${chosen} selected`) : text;
    }
  };
  box.addEventListener("change", () => {
    for (const each of boxes) each.checked = box.checked;
    show();
  });
  form.addEventListener("change", show);
  addEventListener("pageshow", show);
}

// banner: what has just been done is said once; the note leaves the address.

function banner() {
  const url = new URL(location.href);
  for (const name of ["note", "of"]) url.searchParams.delete(name);
  history.replaceState(null, "", url);
}

// confirm: a link with `data-confirm-link` leads to a page that asks. That page's form, which has
// `data-confirm`, is shown in a dialog instead: its title is the page's h1, its text the form's
// `[data-text]`, its way out `[data-keep]`, its button `[data-act]`. What the server has to say
// against it is said in the dialog.

function confirmLink(link) {
  link.addEventListener("click", async (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    try {
      const answer = await fetch(link.href, { signal: AbortSignal.timeout(1000) });
      ask(link, new DOMParser().parseFromString(await answer.text(), "text/html"));
    } catch {
      location.href = link.href;
    }
  });
}

function ask(opener, page) {
  const dialog = document.createElement("dialog");
  const title = document.createElement("h2");
  const status = document.createElement("p");
  title.id = "ask-title";
  status.className = "error";
  status.setAttribute("role", "status");
  dialog.setAttribute("aria-labelledby", "ask-title");
  dialog.setAttribute("aria-describedby", "ask-text");
  const fill = (from) => {
    const form = document.importNode(from.querySelector("[data-confirm]"), true);
    title.textContent = from.querySelector("h1").textContent;
    form.className = "";
    form.querySelector("[data-text]").id = "ask-text";
    form.removeAttribute("data-busy");
    dialog.replaceChildren(title, status, form);
    form.addEventListener("submit", (event) => submit(event, form));
    form.querySelector("[data-keep]").addEventListener("click", (event) => {
      event.preventDefault();
      dialog.close();
    });
    start(form);
  };
  let isBusy = false;
  const submit = async (event, form) => {
    event.preventDefault();
    if (isBusy) return;
    isBusy = true;
    const button = form.querySelector("[data-act]");
    const end = showBusy(button, page.querySelector("[data-confirm]").dataset.busy);
    status.textContent = "";
    try {
      const answer = await send(form, event.submitter);
      if (answer.location) return goTo(answer.location);
      end();
      complain(answer, fill, status);
    } catch {
      end();
      status.textContent = unsent;
    }
    isBusy = false;
  };
  // In the document first: what starts in it looks for ids there.
  document.body.append(dialog);
  fill(page);
  dialog.addEventListener("close", () => {
    dialog.remove();
    const target = opener.isConnected ? opener : document.querySelector("h1");
    if (target !== opener) target.tabIndex = -1;
    target.focus();
  });
  dialog.showModal();
  dialog.querySelector("[data-keep]").focus();
}

/** Says in a dialog why nothing was done, with the form as it came back. */
function complain(answer, fill, status) {
  const found = answer.page?.querySelector("[data-confirm]");
  if (found) fill(answer.page);
  const errors = all("[data-summary] li", answer.page ?? document).map((each) => each.textContent);
  const said = answer.page?.querySelector("h1 + p, .lede")?.textContent;
  status.textContent = answer.status === 401 ? signedOut
    : found && errors.length ? errors.join(". ")
    : `${answer.page?.querySelector("h1")?.textContent ?? unsent}. ${said ?? ""}`;
}

// switch: saved at once; it flips when that is done.

function switcher(form) {
  const knob = form.querySelector("[role=switch]");
  const status = form.querySelector("[role=status]");
  const set = (isOn) => {
    knob.setAttribute("aria-checked", String(isOn));
    knob.value = isOn ? "0" : "1";
  };
  heard.set(form.getAttribute("action"), (fresh) => {
    set(fresh.querySelector("[role=switch]")?.value === "0");
    return true;
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (knob.hasAttribute("aria-busy")) return;
    knob.setAttribute("aria-busy", "true");
    status.textContent = "";
    const slow = setTimeout(() => { status.textContent = "Saving…"; }, 1000);
    let failure = "Not saved. Try again.";
    try {
      const answer = await send(form, knob);
      if (answer.status === 401) failure = signedOut;
      if (answer.status === 404) failure = missing(answer.page);
      if (answer.status === 409) failure = answer.body.message ?? failure;
      if (!answer.body.ok) throw new Error("not saved");
      set(knob.value === "1");
      status.textContent = "Saved " + clock();
      setTimeout(() => say(answer.body.message), 500);
      tell(form);
      freshPage().then(refreshParts, () => {});
    } catch {
      status.textContent = failure;
      warn(failure);
    }
    clearTimeout(slow);
    knob.removeAttribute("aria-busy");
  });
}

// autosave: a form that is saved as it changes. It sends all of itself with what it was made from, so
// that the server can tell what was changed here from what was changed elsewhere.

function autosave(form) {
  const status = byID("events-saved");
  const line = status.parentElement;
  const waits = [2, 4, 8, 30];
  let [state, tries, isAgain, isOurs, timer, last] = ["idle", 0, false, false, 0, null];
  for (const part of all("[data-with-script]", form)) part.hidden = false;
  for (const part of all("[data-without-script]", form)) part.hidden = true;
  form.querySelector("[data-count]").removeAttribute("role");

  const show = (text, ...buttons) => {
    for (const old of all(".button", line)) old.remove();
    status.textContent = text;
    line.append(...buttons);
  };
  /** Ticks what is saved, without saving that again. */
  const put = (events) => {
    isOurs = true;
    const isAll = events[0] === "*";
    byID("selection-all").checked = isAll;
    byID("selection-chosen").checked = !isAll;
    for (const box of all('[name="events"]', form)) box.checked = !isAll && events.includes(box.value);
    byID("selection-all").dispatchEvent(new Event("change", { bubbles: true }));
    isOurs = false;
  };
  const base = () => form.elements.base.value.split(" ").filter(Boolean);
  const take = (body) => {
    form.elements.base.value = body.events.join(" ");
    form.elements.version.value = body.version;
    byID("conflict-heading")?.closest("section").remove();
    tell(form);
    freshPage().then(refreshParts, () => {});
  };
  const saved = (body) => {
    [state, tries] = ["idle", 0];
    take(body);
    put(body.events);
    const together = body.merged ? " together with a change made elsewhere" : "";
    show(`${body.message} Saved${together} ${clock()}`, ...body.undo ? [button("Undo", () => undo(body.undo))] : []);
  };
  const undo = async (id) => {
    const other = document.createElement("form");
    other.action = form.action;
    for (const [name, value] of [["csrf", form.elements.csrf.value], ["undo", id]]) {
      other.append(Object.assign(document.createElement("input"), { name, value }));
    }
    const answer = await send(other).catch(() => null);
    if (!answer?.body.ok) return show(answer?.status === 409 ? "It was changed since, so nothing was undone." : unsent);
    take(answer.body);
    put(answer.body.events);
    show(answer.body.message);
    (last?.isConnected && last.checkVisibility() ? last : byID("selection-chosen")).focus();
  };
  const fail = (text) => { state = "idle"; show(text); warn(text); };
  const conflict = (page) => {
    const block = page.querySelector("[data-conflict]");
    const fresh = page.querySelector("[data-autosave]");
    if (!block || !fresh) return fail("Not saved. Load the page anew.");
    state = "idle";
    byID("conflict-heading")?.closest("section").remove();
    form.closest("details").before(block);
    start(block);
    block.querySelector("[data-again]").addEventListener("click", (event) => {
      event.preventDefault();
      for (const name of ["base", "version"]) form.elements[name].value = fresh.elements[name].value;
      block.remove();
      (last ?? byID("selection-chosen")).focus();
    });
    show("Not saved.");
    block.focus();
  };
  const tryLater = () => {
    state = "unsure";
    tries += 1;
    timer = setTimeout(save, waits[Math.min(tries, waits.length) - 1] * 1000);
    if (tries < 3) return show(`${navigator.onLine ? "" : "You’re offline. "}Not saved yet. Trying again…`);
    show("Not saved.", button("Try again", save), button("Put it back", () => {
      clearTimeout(timer);
      [state, tries] = ["idle", 0];
      put(base());
      show("");
    }));
    if (tries === 3) warn("Not saved. Check your connection.");
  };
  const save = async () => {
    clearTimeout(timer);
    if (state === "saving") { isAgain = true; return; }
    if (state !== "unsure") form.elements.form_id.value = newID();
    state = "saving";
    isAgain = false;
    const slow = setTimeout(() => show("Saving…"), 1000);
    // Kept alive, so that it arrives although the reader goes on to another page.
    const answer = await send(form, null, { keepalive: true }).catch(() => null);
    clearTimeout(slow);
    if (!answer || answer.status >= 500 || answer.status === 429) tryLater();
    else if (isAgain && answer.body.ok) { state = "pending"; take(answer.body); save(); }
    else if (answer.body.ok) saved(answer.body);
    else if (answer.status === 409) conflict(answer.page);
    else if (answer.status === 401) fail(signedOut);
    else if (answer.status === 404) fail(missing(answer.page));
    else { put(base()); fail("Not saved. Load the page anew."); }
  };
  form.addEventListener("change", (event) => {
    if (isOurs || event.target.type === "search") return;
    last = event.target;
    if (state === "saving") { isAgain = true; return; }
    // What was sent may have arrived: another change is another form.
    state = "pending";
    clearTimeout(timer);
    timer = setTimeout(save, 600);
  });
  form.addEventListener("submit", (event) => { event.preventDefault(); save(); });
  heard.set(form.getAttribute("action"), (fresh) => {
    if (state !== "idle") return false;
    for (const name of ["base", "version"]) form.elements[name].value = fresh.elements[name].value;
    put(base());
    show("");
    return true;
  });
  addEventListener("online", () => { if (state === "unsure") save(); });
  addEventListener("beforeunload", (event) => { if (state === "unsure") event.preventDefault(); });
  addEventListener("pagehide", () => {
    if (state === "pending" || isAgain) { form.elements.form_id.value = newID(); send(form, null, { keepalive: true }); }
  });
}

// check-address: what the server finds of an address, while it is typed. It never says that something
// is wrong with the form.

function addressCheck(part) {
  const field = part.querySelector("input");
  const press = part.querySelector("button");
  const line = part.querySelector(".finding");
  let [aborter, seen] = [null, field.value.trim()];
  const show = (tone, text, ...more) => {
    line.className = "finding " + tone;
    line.replaceChildren(text, ...more);
  };
  const check = async () => {
    seen = field.value.trim();
    aborter?.abort();
    aborter = new AbortController();
    const host = seen.split("/")[2] ?? seen;
    const slow = setTimeout(() => show("neutral", `Checking ${host}…`), 500);
    try {
      const { body } = await send(field.form, press, {
        signal: aborter.signal, only: ["csrf", "endpoint_url", "webhook"],
      });
      if (!body.text) throw new Error("no finding");
      show(body.tone, body.text, ...body.mended ? [" ", button("Use this", () => {
        field.value = body.mended;
        field.focus();
        check();
      })] : []);
    } catch (error) {
      if (error.name !== "AbortError") show("neutral", "Couldn’t check just now. You can still save.");
    }
    clearTimeout(slow);
  };
  const checkNew = () => { if (field.value.trim() && field.value.trim() !== seen) check(); };
  const soon = later(800, () => { if (/^https:\/\/.*\./.test(field.value.trim())) checkNew(); });
  field.addEventListener("input", soon);
  field.addEventListener("change", checkNew);
  press.addEventListener("click", (event) => { event.preventDefault(); check(); });
}

// add-row: one more pair of fields without a reload.

function rowAdder(press) {
  press.addEventListener("click", (event) => {
    event.preventDefault();
    const rows = all("[data-row]", press.parentElement);
    const row = rows.at(-1).cloneNode(true);
    const rename = (text) => text.replace(/\d+/, rows.length + 1);
    for (const each of all("[id], label", row)) {
      if (each.id) each.id = rename(each.id);
      if (each.htmlFor) each.htmlFor = rename(each.htmlFor);
    }
    for (const each of all(".unseen", row)) each.textContent = rename(each.textContent);
    for (const each of all(".error, .hint", row)) each.remove();
    for (const field of all("input", row)) {
      field.value = "";
      for (const name of ["aria-invalid", "aria-describedby"]) field.removeAttribute(name);
    }
    rows.at(-1).after(row);
    row.querySelector("input").focus();
  });
}

// swap: another attempt is shown in place.

function swapper(root) {
  root.addEventListener("click", async (event) => {
    const link = event.target.closest("[data-swap] a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    try {
      const answer = await fetch(link.href);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const part = page.getElementById(root.id);
      if (!answer.ok || !part) throw new Error("not the page");
      root.replaceChildren(...part.children);
      history.replaceState(null, "", link.getAttribute("href").split("#")[0]);
      start(root);
      const current = root.querySelector("[aria-current]");
      current.focus({ preventScroll: true });
      say(byID("attempt-heading").textContent);
    } catch {
      location.href = link.href;
    }
  });
}

// in-place: the answer to a form takes the place of the page's content, without a reload.

const parsed = async (answer) => new DOMParser().parseFromString(await answer.text(), "text/html");

function inPlace(form) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (form.querySelector("[aria-busy]")) return;
    const loads = event.submitter?.name;
    const end = showBusy(form.querySelector(".button.primary") ?? event.submitter, form.dataset.busy);
    try {
      const answer = await send(form, event.submitter);
      const page = answer.location ? await parsed(await fetch(answer.location)) : answer.page;
      if (answer.status === 401 || !page?.querySelector("main")) throw new Error(signedOut);
      if (answer.location) history.replaceState(null, "", answer.location);
      showMain(page, loads ? `[name="${loads}"]` : "[data-result]");
    } catch (error) {
      end();
      warn(error.message === signedOut ? signedOut : unsent);
    }
  });
}

/** Shows another page's content, and what it says of itself. */
function showMain(page, focus) {
  const main = byID("main");
  document.title = page.title;
  main.replaceChildren(...page.getElementById("main").childNodes);
  start(main);
  (main.querySelector("[data-summary]") ?? main.querySelector(focus))?.focus();
  const said = main.querySelector("[data-say]")?.dataset.say;
  if (said) say(said);
}

// poll: a part of a page is brought up to date until it says so no more; what it says of itself is
// announced when it changes.

function poller(part) {
  const look = async () => {
    let next = part;
    try {
      if (!document.hidden) {
        next = (await parsed(await fetch(location.href))).getElementById(part.id) ?? part;
      }
    } catch { /* Again the next time. */ }
    if (!part.isConnected) return;
    if (next === part) { setTimeout(look, Number(part.dataset.poll)); return; }
    // What the reader is at stays where it is.
    const at = part.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
    if (next.dataset.say !== part.dataset.say && next.dataset.say) say(next.dataset.say);
    part.replaceWith(next);
    start(next);
    all("[data-swaps]", next).forEach(swapper);
    if (at) next.querySelector(`[href="${CSS.escape(at)}"]`)?.focus();
    if (next.dataset.poll) poller(next);
  };
  setTimeout(look, Number(part.dataset.poll));
}

// live: a page's parts are brought up to date every so often, until the button is pressed or nobody looks.

function live(button) {
  const word = () => document.querySelector('[data-part="state"]')?.textContent;
  const updated = document.querySelector('[data-part="updated"]');
  let isPaused = false;
  let failures = 0;
  button.hidden = false;
  button.addEventListener("click", () => {
    isPaused = !isPaused;
    button.setAttribute("aria-pressed", String(isPaused));
  });
  setInterval(async () => {
    if (isPaused || document.hidden) return;
    try {
      const page = await freshPage();
      if (!page.querySelector("[data-live]")) throw new Error("signed out");
      if (isPaused) return;
      const before = word();
      refreshParts(page);
      failures = 0;
      if (word() !== before) say(word());
    } catch {
      failures += 1;
      const seen = updated.querySelector("time")?.textContent;
      if (failures === 2 && seen) updated.textContent = `Not updating since ${seen}. Trying again.`;
    }
  }, Number(button.dataset.live));
}

// newer: a link that leads to new rows shows itself when there are some; nothing jumps in.

function newerLink(link) {
  let saidAt = 0;
  setInterval(async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch(link.dataset.newer);
      const count = answer.ok ? Number(await answer.text()) : 0;
      if (!count) return;
      link.textContent = count >= 100 ? "100 or more new deliveries"
        : count === 1 ? "1 new delivery" : count + " new deliveries";
      link.hidden = false;
      if (Date.now() - saidAt > 60000) { say(link.textContent); saidAt = Date.now(); }
    } catch { /* Again the next time. */ }
  }, 10000);
}

// tabs: one of several sections is shown; arrow keys, Home and End move between them.

function tabs(root) {
  const list = root.querySelector(".index");
  const links = all("a", list);
  const panels = links.map((link) => byID(link.hash.slice(1)));
  const show = (number, moves) => {
    links.forEach((link, index) => {
      link.setAttribute("aria-selected", String(index === number));
      link.tabIndex = index === number ? 0 : -1;
      panels[index].hidden = index !== number;
    });
    if (moves) links[number].focus();
    try { sessionStorage.setItem("snippet", links[number].textContent); } catch { /* Not kept. */ }
  };
  list.setAttribute("role", "tablist");
  list.setAttribute("aria-label", "Language");
  links.forEach((link, index) => {
    link.parentElement.setAttribute("role", "presentation");
    link.setAttribute("role", "tab");
    link.id = link.hash.slice(1) + "-tab";
    link.setAttribute("aria-controls", panels[index].id);
    panels[index].setAttribute("role", "tabpanel");
    panels[index].removeAttribute("aria-label");
    panels[index].setAttribute("aria-labelledby", link.id);
    panels[index].tabIndex = 0;
    link.addEventListener("click", (event) => { event.preventDefault(); show(index, true); });
    link.addEventListener("keydown", (event) => {
      const places = { ArrowRight: index + 1, ArrowLeft: index - 1, Home: 0, End: -1 };
      if (!(event.key in places)) return;
      event.preventDefault();
      show((places[event.key] + links.length) % links.length, true);
    });
  });
  let last = null;
  try { last = sessionStorage.getItem("snippet"); } catch { /* The first. */ }
  show(Math.max(0, links.findIndex((link) => link.textContent === last)), false);
}

// apps: cards are found while typing.

function appFinder(root) {
  const field = root.querySelector("[data-search]");
  const cards = all(".app", root);
  const count = root.querySelector("[data-count]");
  const none = root.querySelector("[data-none]");
  const find = () => {
    const wanted = field.value.trim().toLowerCase();
    for (const card of cards) {
      card.hidden = card.dataset.fits !== "yes" || !card.dataset.words.includes(wanted);
    }
    const shown = cards.filter((card) => !card.hidden).length;
    for (const group of all(".app-group", root)) {
      group.hidden = all(".app", group).every((card) => card.hidden);
    }
    none.hidden = shown > 0;
    none.querySelector("[data-wanted]").textContent = wanted && ` “${field.value.trim()}”`;
    const address = new URL(location.href);
    if (wanted) address.searchParams.set("q", field.value.trim());
    else address.searchParams.delete("q");
    history.replaceState(null, "", address);
    tell(shown);
  };
  let shown = cards.length;
  const speak = later(700, () => {
    count.textContent = `Showing ${shown} ${shown === 1 ? "app" : "apps"}`;
  });
  const tell = (number) => { shown = number; speak(); };
  field.addEventListener("input", later(150, find));
}

// connect: the provider's pages open in a window of their own. That window may lose its way back to
// this one, so its end is told by BroadcastChannel, and by asking the server; never by `closed`.

const connectChannel = (id) => new BroadcastChannel("connect-" + id);

function connectForm(form) {
  form.addEventListener("submit", async (event) => {
    // Within the click, or the browser blocks it; blocked, the form goes on in this tab.
    const popup = window.open("", "connect-" + form.dataset.connect, "popup,width=600,height=760");
    if (!popup) return;
    event.preventDefault();
    try {
      const answer = await send(form, event.submitter);
      if (!answer.location) throw new Error("no way to go");
      popup.location = new URL(answer.location, location.href);
      waitForConnection(form, answer.location);
    } catch {
      popup.close();
      form.submit();
    }
  });
}

function waitForConnection(form, location) {
  const id = location.split("/").at(-2);
  const place = form.closest(".app") ?? form;
  const note = document.createElement("p");
  const here = document.createElement("a");
  note.className = "sub waiting";
  here.href = location;
  here.textContent = "Continue in this tab";
  note.append("Finish in the other window. ", here);
  for (const old of all(".waiting", place)) old.remove();
  place.append(note);
  say(`${form.dataset.name} opened in a new window. Finish there.`);
  const channel = connectChannel(id);
  const begun = Date.now();
  let isOver = false;
  const end = (outcome, sentence) => {
    if (isOver) return;
    isOver = true;
    channel.postMessage({ seen: true });
    showConnection(place, outcome, sentence, note);
  };
  channel.addEventListener("message", ({ data }) => {
    if (data?.state === "ended") end(data.outcome, data.sentence);
  });
  const ask = async () => {
    if (isOver || Date.now() - begun > 600000) return;
    try {
      const answer = await fetch(location.replace(/go$/, "status"));
      const status = await answer.json();
      if (status.state === "ended") end(status.outcome, status.sentence);
      const asks = `${status.sentence}. `;
      if (status.state === "choosing" && note.firstChild.data !== asks) {
        note.firstChild.data = asks;
        say(asks);
      }
    } catch { /* The next one may get through. */ }
    setTimeout(ask, Date.now() - begun < 60000 ? 2000 : 5000);
  };
  setTimeout(ask, 2000);
}

/** Brings the card, or the page, to what it is now. */
async function showConnection(place, outcome, sentence, note) {
  const isGood = outcome === "connected" || outcome === "limited";
  if (!isGood) {
    note.textContent = sentence;
    if (outcome === "denied") say(sentence); else byID("alarm").textContent = sentence;
    return;
  }
  say(sentence);
  const card = place.closest(".app");
  if (!card) { location.reload(); return; }
  const hadFocus = card.contains(document.activeElement);
  const answer = await fetch(location.href);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.getElementById(card.id);
  if (!fresh) { location.reload(); return; }
  card.replaceWith(fresh);
  fresh.hidden = false;
  start(fresh);
  if (hadFocus) fresh.querySelector(".app-foot a, .app-foot button")?.focus();
}

function connectResult(part) {
  const heading = part.querySelector("h1");
  heading.focus();
  if (part.dataset.state === "returned") { setTimeout(() => location.reload(), 1000); return; }
  if (part.dataset.state !== "ended") return;
  const channel = connectChannel(part.dataset.connectResult);
  let isUsed = false;
  for (const name of ["keydown", "pointerdown"]) {
    addEventListener(name, () => { isUsed = true; }, { once: true });
  }
  const { state, outcome } = part.dataset;
  // Somebody who waits for it answers, so this is that window and may close.
  channel.addEventListener("message", ({ data }) => {
    if (data?.seen && outcome === "connected") {
      setTimeout(() => { if (!isUsed) window.close(); }, 1200);
    }
  });
  channel.postMessage({ state, outcome, sentence: heading.textContent });
}

function start(root) {
  showTimes(root);
  all("[data-local]", root).forEach(localField);
  all("[data-copy]", root).forEach(copyButton);
  all("[data-reveal]", root).forEach(revealButton);
  all("[data-busy]:not([data-in-place])", root).forEach(busyForm);
  all("[data-only-when]", root).forEach(onlyWhen);
  all("[data-confirm-link]", root).forEach(confirmLink);
  all("[data-in-place]", root).forEach(inPlace);
  all("[data-tabs]", root).forEach(tabs);
  all("[data-picker]", root).forEach(picker);
  all("[data-tick-all]", root).forEach(tickAll);
  all("[data-switch]", root).forEach(switcher);
  all("[data-autosave]", root).forEach(autosave);
  all("[data-check-address]", root).forEach(addressCheck);
  all("[data-add-row]", root).forEach(rowAdder);
  all("[data-apps]", root).forEach(appFinder);
  all("[data-connect]", root).forEach(connectForm);
  all("[data-connect-result]", root).forEach(connectResult);
  for (const field of all("[data-select]", root)) {
    field.addEventListener("focus", () => field.select());
  }
}

start(document);
all("[data-swaps]").forEach(swapper);
all("[data-poll]").forEach(poller);
all("[data-newer]").forEach(newerLink);
all("[data-live]").forEach(live);
document.querySelector("[data-conflict], [data-summary]")?.focus();
if (document.querySelector("[data-banner]")) banner();
