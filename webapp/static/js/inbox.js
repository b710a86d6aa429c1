// Single-letter keys of the inbox: J/K move, Enter opens, C claims, / searches. They can be switched off.
(() => {
  const rows = [...document.querySelectorAll("#rows .row")];
  const keys = document.querySelector("details.keys");
  const off = () => localStorage.getItem("keys") === "off";
  const toggle = document.querySelector("[data-keys-toggle]");
  const label = () => { if (toggle) toggle.textContent = off() ? toggle.dataset.on : toggle.dataset.off; };
  if (toggle) {
    toggle.hidden = false;
    toggle.addEventListener("click", () => { localStorage.setItem("keys", off() ? "on" : "off"); label(); });
    label();
  }
  const place = () => rows.findIndex((row) => row.contains(document.activeElement));
  const go = (step) => {
    const from = place();
    const next = rows[Math.max(0, Math.min(rows.length - 1, from < 0 ? 0 : from + step))];
    if (next) { next.querySelector("h3 a").focus(); next.scrollIntoView({ block: "nearest" }); }
  };
  document.addEventListener("keydown", (event) => {
    if (off() || event.ctrlKey || event.metaKey || event.altKey) return;
    if (/^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) return;
    const key = event.key.toLowerCase();
    if (key === "j") go(1);
    else if (key === "k") go(-1);
    else if (key === "c") { const row = rows[place()]; const button = row && row.querySelector("[data-claim]"); if (button) button.click(); }
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
      rows.forEach((other) => other.classList.toggle("on", other === row));
    });
  };
  rows.forEach((row) => row.addEventListener("focusin", () => show(row)));
  if (rows.length) show(rows[0]);
})();
