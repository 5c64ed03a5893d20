// Keeps an open page up to date. Without it the page loads itself again every minute.
"use strict";

(() => {
  const SILENCE_MS = 20000;
  const lost = document.getElementById("lost");
  const said = document.getElementById("said");
  let heard = Date.now();
  let loading = false;
  let again = false;

  // Times stand in UTC; beside them, the reader's own, where it is another.
  const local = (root) => {
    for (const one of root.querySelectorAll("time[data-clock]")) {
      const at = new Date(one.dateTime);
      if (at.getTimezoneOffset() === 0 || one.dataset.told) continue;
      one.dataset.told = "1";
      const own = at.toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
      one.textContent = `${own} (${one.textContent})`;
    }
  };

  const busy = (part) =>
    part.contains(document.activeElement) && document.activeElement.matches("input, textarea, select") ||
    [...part.querySelectorAll("input[type=text], textarea")].some((one) => one.value !== one.defaultValue) ||
    [...part.querySelectorAll("input[type=radio]")].some((one) => one.checked !== one.defaultChecked);

  const rings = (root) => new Set((root.querySelector("main")?.dataset.rings ?? "").split(" ").filter(Boolean));

  const take = (text) => {
    const came = new DOMParser().parseFromString(text, "text/html");
    const before = rings(document);
    for (const part of document.querySelectorAll("[data-live]")) {
      const next = came.getElementById(part.id);
      if (!next || next.outerHTML === part.dataset.was || busy(part)) continue;
      const open = new Set([...part.querySelectorAll("details[open][id]")].map((one) => one.id));
      const shut = new Set([...part.querySelectorAll("details:not([open])[id]")].map((one) => one.id));
      const focus = document.activeElement?.id;
      const made = document.importNode(next, true);
      made.dataset.was = next.outerHTML;
      for (const one of made.querySelectorAll("details[id]")) {
        if (open.has(one.id)) one.open = true;
        if (shut.has(one.id)) one.open = false;
      }
      local(made);
      part.replaceWith(made);
      if (focus) document.getElementById(focus)?.focus();
    }
    document.title = came.title;
    const main = document.querySelector("main");
    const now = came.querySelector("main");
    if (main && now) main.dataset.rings = now.dataset.rings ?? "";
    if ([...rings(document)].some((one) => !before.has(one))) {
      said.textContent = came.querySelector("h1")?.textContent ?? "";
    }
  };

  const load = async () => {
    if (loading) { again = true; return; }
    loading = true;
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" }, cache: "no-store" });
      if (answer.ok) { take(await answer.text()); }
    } catch { /* what is lost is said by its silence */ }
    loading = false;
    if (again) { again = false; load(); }
  };

  local(document);
  const source = new EventSource("/live");
  const beat = () => {
    heard = Date.now();
    lost.hidden = true;
  };
  source.addEventListener("beat", beat);
  source.addEventListener("change", () => { beat(); load(); });
  source.addEventListener("open", () => { if (!lost.hidden) load(); });
  setInterval(() => { if (Date.now() - heard > SILENCE_MS) lost.hidden = false; }, 1000);
})();
