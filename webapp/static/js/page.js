// Small comforts for every page; nothing depends on them.
(() => {
  const summary = document.querySelector(".errsum");
  if (summary) summary.focus();

  // On a phone the bar may hold more doors than fit: the open one is in view.
  const here = document.querySelector(".nav [aria-current]");
  if (here) here.parentElement.scrollLeft = here.offsetLeft - here.parentElement.clientWidth / 2;

  // A second press of a button that already sends does nothing, and says so.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post") return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = "1";
    const button = event.submitter;
    if (button && !button.name) button.setAttribute("aria-busy", "true");
    setTimeout(() => { delete form.dataset.sent; if (button) button.removeAttribute("aria-busy"); }, 8000);
  });
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
  });

  // One open menu at a time; Escape closes it and gives the focus back.
  const menus = [...document.querySelectorAll("details.menu")];
  document.addEventListener("click", (event) => {
    menus.forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    menus.filter((menu) => menu.open).forEach((menu) => { menu.open = false; menu.querySelector("summary").focus(); });
    if (location.hash && document.querySelector(".ask:target")) location.hash = "main";
  });

  // A selection that changes what is shown below sends itself.
  document.querySelectorAll("select[data-sends]").forEach((select) => {
    select.addEventListener("change", () => select.form.requestSubmit());
  });
  // Paper can't be unfolded: rules and second tallies that are folded on the screen are open in print.
  window.addEventListener("beforeprint", () => {
    document.querySelectorAll("details.law, details.unfolds").forEach((fold) => { if (!fold.open) { fold.open = true; fold.dataset.printed = "1"; } });
  });
  window.addEventListener("afterprint", () => {
    document.querySelectorAll("details[data-printed]").forEach((fold) => { fold.open = false; delete fold.dataset.printed; });
  });
  document.querySelectorAll("[data-prints]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  });

  // What is shown once does not stay behind: not in a page that is left, not in the one that "back" would bring again.
  const once = () => document.querySelectorAll("[data-once]");
  if (once().length) {
    window.addEventListener("pagehide", () => once().forEach((one) => { one.value = ""; one.textContent = ""; }));
    window.addEventListener("pageshow", (event) => { if (event.persisted) location.replace(location.pathname); });
  }
  const leaves = document.querySelector("[data-leaves]");
  if (leaves) {
    const ask = (event) => event.preventDefault();
    window.addEventListener("beforeunload", ask);
    leaves.addEventListener("click", () => window.removeEventListener("beforeunload", ask));
  }

  // Pages kept for a phone without a network are gone once somebody else sits here, or nobody.
  if (window.caches) {
    const { person } = document.body.dataset;
    caches.keys().then((names) => names.forEach((name) => {
      if (name.startsWith("surveys:") && !(person && name.startsWith(`surveys:${person}:`))) caches.delete(name);
    }), () => {});
  }
})();
