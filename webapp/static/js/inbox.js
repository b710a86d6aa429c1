// Single-letter keys of the inbox: J/K move, Enter opens, C claims, / searches. They can be switched off.
(() => {
  const list = document.getElementById("rows");
  const all = () => [...document.querySelectorAll("#rows .row")];
  const keys = document.querySelector("details.keys");
  const off = () => localStorage.getItem("keys") === "off";
  const toggle = document.querySelector("[data-keys-toggle]");
  const label = () => { if (toggle) toggle.textContent = off() ? toggle.dataset.on : toggle.dataset.off; };
  if (toggle) {
    toggle.hidden = false;
    toggle.addEventListener("click", () => { localStorage.setItem("keys", off() ? "on" : "off"); label(); });
    label();
  }
  const place = (rows) => rows.findIndex((row) => row.contains(document.activeElement));
  const go = (step) => {
    const rows = all();
    const from = place(rows);
    const next = rows[Math.max(0, Math.min(rows.length - 1, from < 0 ? 0 : from + step))];
    if (next) { next.querySelector("h3 a").focus(); next.scrollIntoView({ block: "nearest" }); }
  };
  document.addEventListener("keydown", (event) => {
    if (off() || event.ctrlKey || event.metaKey || event.altKey) return;
    if (/^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) return;
    const key = event.key.toLowerCase();
    if (key === "j") go(1);
    else if (key === "k") go(-1);
    else if (key === "c") { const rows = all(); const row = rows[place(rows)]; const button = row && row.querySelector("[data-claim]"); if (button) button.click(); }
    else if (key === "/") { const find = document.getElementById("q"); if (find) { event.preventDefault(); find.focus(); } }
    else if (key === "?") { if (keys) keys.open = !keys.open; }
  });

  // The preview follows the focus without leaving the list.
  const peek = document.getElementById("peek");
  let wanted = null;
  const show = (row) => {
    if (!peek || !row.dataset.peek || wanted === row.dataset.peek || !matchMedia("(min-width:1181px)").matches) return;
    wanted = row.dataset.peek;
    fetch(wanted, { headers: { "X-Fragment": "1" } }).then((answer) => (answer.ok ? answer.text() : null)).then((html) => {
      if (html === null || row.dataset.peek !== wanted) return;
      peek.innerHTML = html;
      all().forEach((other) => other.classList.toggle("on", other === row));
    });
  };
  list.addEventListener("focusin", (event) => { const row = event.target.closest(".row"); if (row) show(row); });
  if (all().length) show(all()[0]);

  // What came in is told, and shown when the reader asks for it; a row that somebody else took stays where it is and says so.
  const live = document.querySelector("[data-live]");
  const put = (fresh) => {
    const kept = document.activeElement && document.activeElement.id;
    const first = all().find((row) => row.getBoundingClientRect().bottom > 0 && fresh.getElementById(row.id));
    const before = first ? first.getBoundingClientRect().top : 0;
    list.innerHTML = fresh.getElementById("rows").innerHTML;
    const anchor = first && document.getElementById(first.id);
    if (anchor) scrollBy(0, anchor.getBoundingClientRect().top - before);
    const again = kept && document.getElementById(kept);
    if (again && list.contains(again)) again.focus({ preventScroll: true });
  };
  document.addEventListener("live:fresh", (event) => {
    event.preventDefault();
    const { fresh, tell, put: parts } = event.detail;
    parts(fresh);
    const next = [...fresh.querySelectorAll("#rows .row")];
    const known = new Set(all().map((row) => row.id));
    const left = new Set(next.map((row) => row.id));
    all().filter((row) => !left.has(row.id) && !row.classList.contains("gone")).forEach((row) => {
      row.classList.add("gone");
      const note = document.createElement("p");
      note.className = "sub";
      note.textContent = live.dataset.taken;
      row.querySelector("h3").after(note);
      row.querySelectorAll("button").forEach((button) => { button.disabled = true; });
    });
    const more = next.filter((row) => !known.has(row.id)).length;
    if (more) tell(live.dataset.more.replace("0", more), live.dataset.show, () => put(fresh));
  });
})();
