// While a list is being taken in, asks how far it is; when that is over the whole page is asked for again.
(() => {
  const PAUSE = 2000;
  const look = async () => {
    const waits = document.querySelector("#import[data-waits]");
    if (!waits) return;
    try {
      const answer = await fetch(location.pathname, { headers: { "X-Fragment": "1" } });
      if (answer.ok) {
        const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("#import");
        if (fresh && !("waits" in fresh.dataset)) { location.assign(location.pathname); return; }
        const bar = waits.querySelector("progress");
        const next = fresh && fresh.querySelector("progress");
        if (bar && next) {
          bar.value = next.value;
          waits.querySelector("label").textContent = fresh.querySelector("label").textContent;
        }
      }
    } catch (lost) {
      // The server can't be reached for the moment: the next look finds out.
    }
    setTimeout(look, PAUSE);
  };
  setTimeout(look, PAUSE);
})();
