// Keeps an open page up to date: the server says that something changed, the page is asked for again and its parts are
// put in place. Nothing that is being typed is ever touched, and without this script the page works as it is.
(() => {
  const place = document.querySelector("[data-live]");
  if (!place || !window.EventSource) return;
  const said = place.dataset;
  const SHORTEST = 2000;
  const LONGEST = 60000;
  const tab = sessionStorage.getItem("tab") || Math.random().toString(36).slice(2);
  sessionStorage.setItem("tab", tab);
  let source = null;
  let waiting = 0;
  let looked = Date.now();
  let typed = false;

  document.addEventListener("input", (event) => { if (event.isTrusted && event.target.form) typed = true; });
  const typing = () => typed || /^(INPUT|TEXTAREA|SELECT)$/.test((document.activeElement || {}).tagName || "");

  // One line over the page, with one button; role=status reads it out without taking the focus.
  const tell = (text, label, act) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn";
    button.textContent = label;
    button.addEventListener("click", () => { place.replaceChildren(); act(); });
    const line = document.createElement("span");
    line.textContent = text;
    place.replaceChildren(line, button);
  };

  const open = (part) => [...part.querySelectorAll("details")].map((one) => one.open);
  const swap = (old, fresh) => {
    const focus = old.contains(document.activeElement) ? document.activeElement : null;
    if (focus && !focus.id) return;
    const opened = open(old);
    const next = document.importNode(fresh, true);
    [...next.querySelectorAll("details")].forEach((one, index) => { if (opened[index]) one.open = true; });
    old.replaceWith(next);
    const again = focus && document.getElementById(focus.id);
    if (again) again.focus({ preventScroll: true });
  };
  const put = (fresh) => {
    document.querySelectorAll("[data-fresh]").forEach((old) => {
      const next = fresh.getElementById(old.id);
      if (next && next.innerHTML !== old.innerHTML) swap(old, next);
    });
    document.dispatchEvent(new CustomEvent("live:put"));
  };

  // A task that somebody else took or finished says so above its form, before the reader types on.
  const warn = (fresh) => {
    const form = document.getElementById("task");
    const next = fresh && fresh.getElementById("task");
    if (!form || (next && next.dataset.state === form.dataset.state)) return "";
    let notice = document.getElementById("taken");
    if (!notice) {
      notice = document.createElement("section");
      notice.id = "taken";
      notice.className = "notice stop";
      notice.setAttribute("role", "alert");
      form.before(notice);
    }
    const stand = next && next.querySelector("[data-stand]");
    const text = document.createElement("p");
    const taken = stand ? stand.textContent.trim() : said.gone;
    text.textContent = `${taken} ${typed ? said.kept : ""}`;
    const link = document.createElement("a");
    link.href = said.page;
    link.className = "btn";
    link.textContent = said.latest;
    notice.replaceChildren(text, link);
    return taken;
  };
  const reveal = () => { const notice = document.getElementById("taken"); if (notice) notice.scrollIntoView({ block: "center" }); };

  const look = () => {
    if (waiting) return;
    waiting = setTimeout(() => {
      waiting = 0;
      looked = Date.now();
      fetch(said.page, { headers: { "X-Fragment": "1" }, redirect: "manual" }).then((answer) => {
        if (answer.status === 404) { tell(warn(null) || said.gone, said.show, reveal); return null; }
        return answer.ok ? answer.text() : null;
      }).then((html) => {
        if (html === null) return;
        const fresh = new DOMParser().parseFromString(html, "text/html");
        const taken = warn(fresh);
        const event = new CustomEvent("live:fresh", { detail: { fresh, tell, put }, cancelable: true });
        if (!document.dispatchEvent(event)) return;
        if (typing()) tell(taken || said.changed, said.show, () => { put(fresh); if (taken) reveal(); });
        else put(fresh);
      }, () => {});
    }, Math.max(Math.random() * 500, SHORTEST - (Date.now() - looked)));
  };

  const leave = () => { if (source) source.close(); source = null; };
  const listen = () => {
    if (source || document.hidden) return;
    const mine = new EventSource(`${said.live}${said.live.includes("?") ? "&" : "?"}tab=${tab}`);
    source = mine;
    mine.addEventListener("changed", (event) => {
      if (!said.about || event.data.split(" ").includes(said.about)) look();
    });
    mine.addEventListener("end", leave);
  };
  // Where the server has no room for a stream the page looks by itself, and asks for room again.
  setInterval(() => {
    if (document.hidden || (source && source.readyState !== EventSource.CLOSED)) return;
    leave();
    look();
    listen();
  }, LONGEST);
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) leave();
    else { look(); listen(); }
  });
  window.addEventListener("pagehide", leave);
  window.addEventListener("pageshow", (event) => { if (event.persisted) { look(); listen(); } });
  listen();
})();
