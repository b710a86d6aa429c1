// Comforts of the ballot; without this script everything works by buttons.
(() => {
  const ballot = document.querySelector("form[data-ballot]");
  const fill = (text, n, m) => text.replace("{n}", n).replace("{m}", m);
  const said = () => [...new FormData(ballot)].filter(([name]) => name.startsWith("item-"));

  if (ballot) {
    const lots = [...ballot.querySelectorAll("fieldset")];
    const boxes = (lot) => [...lot.querySelectorAll("input[type=checkbox]")];

    const tell = () => {
      for (const lot of lots) {
        const line = lot.querySelector("[data-chosen]");
        if (!line) continue;
        const seats = Number(lot.dataset.seats);
        const n = boxes(lot).filter((box) => box.checked && box.value !== "abstain").length;
        const { over, full, chosen } = line.dataset;
        line.hidden = !n;
        line.textContent = n > seats ? fill(over, n, n - seats) : n === seats ? fill(full, n, 0) : fill(chosen, n, seats - n);
        line.classList.toggle("urgent", n > seats);
      }
      const filled = ballot.querySelector("[data-filled]");
      filled.hidden = lots.length < 2;
      filled.textContent = fill(filled.dataset.filled, lots.filter((lot) => lot.querySelector(":checked")).length, lots.length);
    };

    // What was chosen stays in this tab alone, for whoever chose it, until the ballot is cast or the tab is closed.
    const shelf = `ballot:${ballot.elements.own.value}:${location.pathname}${location.search}`;
    const kept = JSON.parse(sessionStorage.getItem(shelf) || "[]");
    if (!said().length) {
      for (const input of ballot.querySelectorAll("[name^=item-]")) {
        input.checked = kept.some(([name, value]) => name === input.name && value === input.value);
      }
    }
    ballot.addEventListener("change", ({ target }) => {
      // To abstain and to choose somebody rule each other out.
      if (target.type === "checkbox" && target.checked) {
        for (const box of boxes(target.closest("fieldset"))) {
          if ((box.value === "abstain") !== (target.value === "abstain")) box.checked = false;
        }
      }
      sessionStorage.setItem(shelf, JSON.stringify(said()));
      tell();
    });
    window.addEventListener("pageshow", tell);
    tell();
  }

  // A cast that the network has swallowed is told on the page, and can be sent again: its key makes it one ballot.
  const cast = document.querySelector("form[data-casts]");
  if (cast) {
    const WAITS = 30000;
    let sending = false;
    const cut = document.querySelector("[data-offline]");
    cast.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (sending) return;
      sending = true;
      cut.hidden = true;
      const late = new AbortController();
      const bell = setTimeout(() => late.abort(), WAITS);
      const body = new URLSearchParams(new FormData(cast));
      const answer = await fetch(cast.action, { method: "POST", body, signal: late.signal }).catch(() => null);
      clearTimeout(bell);
      sending = false;
      delete cast.dataset.sent;
      cast.querySelector("button").removeAttribute("aria-busy");
      if (!answer || answer.status >= 500) {
        cut.hidden = false;
        cut.scrollIntoView({ block: "center" });
      } else if (answer.ok && answer.redirected) {
        location.replace(answer.url);
      } else {
        cast.submit();
      }
    });
  }

  if (document.querySelector(".receipt")) {
    Object.keys(sessionStorage).filter((name) => name.startsWith("ballot:")).forEach((name) => sessionStorage.removeItem(name));
  }

  for (const copier of document.querySelectorAll("[data-copies]")) {
    if (!navigator.clipboard) continue;
    copier.hidden = false;
    copier.addEventListener("click", async () => {
      await navigator.clipboard.writeText(document.querySelector(copier.dataset.copies).textContent.replace(/ /g, ""));
      copier.textContent = copier.dataset.done;
    });
  }
})();
