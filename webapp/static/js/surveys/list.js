// What is kept on this device and not sent yet, on the list of surveys; and the worker that keeps the pages.
(() => {
  const own = window.surveys;
  const root = document.querySelector("[data-surveys]");
  const says = root.dataset;

  const REMEMBERED = 30 * 24 * 3600 * 1000;
  const tidy = async () => {
    for (const one of await own.all()) if (one.phase === "sent" && Date.now() - one.at > REMEMBERED) await own.forget(one.key);
  };
  const list = document.querySelector("[data-here]");
  const paint = async () => {
    if (!list) return;
    const found = (await own.all()).filter((one) => one.person === own.person && (one.phase === "draft" ? one.touched : one.phase !== "sent"));
    list.querySelectorAll("li").forEach((item) => item.remove());
    found.sort((one, other) => other.at - one.at).forEach((one) => {
      const item = document.createElement("li");
      const link = document.createElement("a");
      link.href = one.url;
      link.textContent = one.title;
      const told = document.createElement("span");
      told.className = "sub";
      const stands = one.phase === "ready" ? one.stands || "ready" : one.phase === "refused" ? "refused" : "kept";
      told.textContent = ` ${(says[stands] || says.ready).replace("{step}", one.step || "")}`;
      item.append(link, told);
      list.querySelector("ul").append(item);
    });
    list.hidden = !found.length;
  };
  own.heard(paint);
  paint();
  if (list) tidy().then(own.sendAll);

  const workers = navigator.serviceWorker;
  if (!workers) return;
  const keep = async () => {
    const { active } = await workers.ready;
    active.postMessage({ url: window.location.pathname, person: own.person });
  };
  workers.addEventListener("message", (event) => {
    if (event.data.url === window.location.pathname && event.data.kept) {
      document.querySelectorAll("[data-offline-ready]").forEach((one) => { one.hidden = false; });
    }
  });
  workers.addEventListener("controllerchange", keep);
  workers.register(says.worker, { scope: says.scope }).then(keep, () => {});
})();
