// Comforts of the pages of votes; without this script everything works by buttons.
(() => {
  // The turnout looks again by itself; the figures change in place.
  const EVERY = 20000;
  const turnout = document.getElementById("turnout");
  if (turnout) {
    setInterval(async () => {
      if (document.hidden) return;
      const answer = await fetch(location.href, { headers: { "X-Fragment": "turnout" } }).catch(() => null);
      if (!answer || !answer.ok || answer.redirected) return;
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("turnout");
      const shown = document.getElementById("turnout");
      if (fresh && fresh.innerHTML !== shown.innerHTML) shown.replaceChildren(...document.importNode(fresh, true).childNodes);
    }, EVERY);
  }

  // At the tellers' desk one key fills a cell for a word and goes on to the next.
  const line = document.querySelector("form[data-keys]");
  if (line) {
    const cells = [...line.querySelectorAll(".line input")];
    line.addEventListener("input", (event) => {
      const at = cells.indexOf(event.target);
      const oneKey = at > 0 && event.target.inputMode === "numeric";
      if (oneKey && event.target.value && cells[at + 1]) cells[at + 1].focus();
    });
  }
})();
