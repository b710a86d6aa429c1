// The survey of one estate: whatever is entered is kept in this browser at once, and sent when it is finished.
(() => {
  const own = window.surveys;
  const form = document.querySelector("form[data-survey]");
  if (!form) return;
  const { task, url, title } = form.dataset;
  const key = `${own.person}:${task}`;
  const says = document.querySelector("[data-surveys]").dataset;
  const whole = form.querySelector("[data-whole]");
  const line = document.querySelector("[data-state]");
  const busy = new Set();
  const controls = () => [...form.elements].filter((one) => one.name && one.type !== "file" && one.type !== "hidden");
  const valueOf = (one) => (["radio", "checkbox"].includes(one.type) ? (one.checked ? one.value : null) : one.value);

  /* what stands on the page */
  const fill = (record) => {
    form.querySelectorAll("[data-rows]").forEach((list) => {
      const wanted = (record.rows[list.dataset.rows] || []).map(String);
      list.querySelectorAll("[data-row]").forEach((row) => { if (!wanted.includes(row.dataset.row)) row.remove(); });
      wanted.forEach((n) => { if (!list.querySelector(`[data-row="${n}"]`)) draw(list, n); });
    });
    controls().forEach((one) => {
      const value = record.values[one.name];
      if (["radio", "checkbox"].includes(one.type)) one.checked = one.value === value;
      else if (one !== document.activeElement) one.value = value || "";
    });
    cards();
  };
  const draw = (list, n) => {
    const name = list.dataset.rows;
    const blank = list.querySelector("template").innerHTML.split(`${name}.0.`).join(`${name}.${n}.`).split(`f-${name}-0-`).join(`f-${name}-${n}-`);
    list.querySelector("[data-drawn]").insertAdjacentHTML("beforeend", blank);
    const row = list.querySelector("[data-drawn]").lastElementChild;
    row.dataset.row = n;
  };
  const chosen = (card) => Boolean(card.querySelector("input:checked"));
  const cards = () => form.querySelectorAll("[data-card]").forEach((card) => {
    card.querySelectorAll("[data-when-chosen]").forEach((part) => { part.hidden = !chosen(card); });
  });

  const urls = new Map();
  const photos = async () => {
    const found = await own.photosOf(key);
    const editable = !whole.disabled;
    [...urls.keys()].filter((id) => !found.some((one) => one.id === id)).forEach((id) => { URL.revokeObjectURL(urls.get(id)); urls.delete(id); });
    form.querySelectorAll("[data-shots]").forEach((list) => {
      list.textContent = "";
      found.filter((one) => one.field === list.dataset.shots).forEach((one, index) => {
        if (!urls.has(one.id)) urls.set(one.id, URL.createObjectURL(one.blob));
        const item = document.createElement("li");
        const picture = document.createElement("img");
        picture.src = urls.get(one.id);
        picture.alt = `${says.photo} ${index + 1}`;
        const told = document.createElement("span");
        told.className = one.bad ? "err" : "sub";
        told.textContent = one.bad ? says.bad : one.token ? says.received : says.kept;
        item.append(picture, told);
        if (editable) {
          const drop = document.createElement("button");
          drop.type = "button";
          drop.className = "btn";
          drop.textContent = says.drop;
          drop.setAttribute("aria-label", `${says.drop}: ${picture.alt}`);
          drop.addEventListener("click", () => own.dropPhoto(one));
          item.append(drop);
        }
        list.append(item);
      });
    });
  };

  const STANDS = { sending: "sending", waiting: "waiting", left: "left", other: "other" };
  const told = (record) => {
    if (record.phase === "sent") return says.received;
    if (record.phase === "refused") return says.refused;
    if (record.phase === "draft") return record.touched ? says.kept : "";
    return (says[STANDS[record.stands] || "ready"] || "").replace("{step}", record.step || "");
  };
  let before = "";
  const paint = (record) => {
    const { phase } = record;
    whole.disabled = phase !== "draft";
    line.textContent = told(record);
    line.dataset.phase = phase === "ready" ? record.stands || "ready" : phase;
    const show = (name, shown) => document.querySelectorAll(`[data-shows="${name}"]`).forEach((one) => { one.hidden = !shown; });
    show("draft", phase === "draft");
    show("ready", phase === "ready" && record.stands !== "left");
    show("back", phase === "ready" && !record.tried && record.stands !== "sending");
    show("left", phase === "ready" && record.stands === "left");
    show("sent", phase === "sent");
    show("refused", phase === "refused");
    document.querySelectorAll("[data-told]").forEach((one) => { one.textContent = record.told || says.unknown; });
    if (phase === "sent") document.querySelectorAll("[data-case]").forEach((one) => { one.textContent = record.case; one.href = record.href; });
    form.hidden = phase === "sent";
    if (phase !== before && ["sent", "refused"].includes(phase)) document.querySelector(`[data-shows="${phase}"]`).scrollIntoView({ block: "center" });
    before = phase;
    complain(phase === "draft" ? record.errors || {} : {}, phase === "draft" ? record.told : "");
  };

  /* what is wrong */
  const groupOf = (name) => {
    const one = controls().find((control) => control.name === name) || form.querySelector(`[data-shots="${name}"]`);
    return one && one.closest("[data-group]");
  };
  const titled = (group) => {
    const card = group.closest("[data-card]");
    return card ? `${card.dataset.title} · ${group.dataset.group}` : group.dataset.group;
  };
  let complained = "";
  const complain = (errors, heading) => {
    const now = JSON.stringify([errors, heading]);
    if (now === complained) return;
    complained = now;
    form.querySelectorAll("[data-group].has-err").forEach((group) => {
      group.classList.remove("has-err");
      group.querySelectorAll(".err[data-own]").forEach((text) => text.remove());
    });
    const summary = document.querySelector("[data-wrong]");
    const list = summary.querySelector("ul");
    list.textContent = "";
    Object.entries(errors).forEach(([name, texts]) => {
      const group = groupOf(name);
      const text = texts[0] || heading || says.missing;
      const item = document.createElement("li");
      if (group) {
        group.classList.add("has-err");
        const note = document.createElement("p");
        note.className = "err";
        note.dataset.own = "1";
        note.textContent = says.error + text;
        group.insertBefore(note, group.children[1] || null);
        const link = document.createElement("a");
        link.href = `#${group.id}`;
        link.textContent = `${titled(group)}: ${text}`;
        item.append(link);
      } else item.textContent = text;
      list.append(item);
    });
    if (!list.children.length && heading) {
      const item = document.createElement("li");
      item.textContent = heading;
      list.append(item);
    }
    summary.hidden = !list.children.length;
    if (!summary.hidden) summary.focus();
  };
  const missing = () => {
    const errors = {};
    form.querySelectorAll("[data-needed]").forEach((group) => {
      const card = group.closest("[data-card]");
      if (card && !chosen(card)) return;
      const inside = [...group.querySelectorAll("input,select,textarea")].filter((one) => one.name && one.type !== "file");
      if (!inside.some((one) => valueOf(one))) errors[inside[0].name] = [says.missing];
    });
    form.querySelectorAll("[data-cards][data-required]").forEach((list) => {
      if (![...list.querySelectorAll("[data-card]")].some(chosen)) errors[list.querySelector("input").name] = [says.nothing];
    });
    return errors;
  };

  /* what is entered */
  const keep = (changes, more) => own.change(key, (now) => {
    if (!now || now.phase !== "draft") return null;
    const values = { ...now.values };
    Object.entries(changes).forEach(([name, value]) => { if (value === null || value === "") delete values[name]; else values[name] = value; });
    return { ...now, values, touched: true, at: Date.now(), ...(more ? more(now) : {}) };
  });
  const entered = (control) => {
    const card = control.closest("[data-card]");
    const changes = { [control.name]: control.type === "radio" ? control.value : valueOf(control) };
    if (card && control.type === "radio") {
      changes[card.dataset.card] = card.dataset.value;
      const count = card.querySelector("input[inputmode]");
      if (count && count.value === "" && control.value === "missing") { count.value = "0"; changes[count.name] = "0"; }
    }
    cards();
    return keep(changes);
  };
  form.addEventListener("input", (event) => { if (event.target.name && event.target.type !== "file") entered(event.target).catch(() => { line.textContent = says.full; }); });
  form.addEventListener("change", (event) => {
    const { target } = event;
    if (target.type !== "file") return;
    [...target.files].forEach((file) => {
      const kept = take(file, target.dataset.field).finally(() => busy.delete(kept));
      busy.add(kept);
    });
    target.value = "";
  });
  const take = async (file, field) => {
    const note = form.querySelector(`[data-shots="${field}"]`).nextElementSibling;
    note.textContent = "";
    let blob;
    try {
      blob = await own.compressed(file);
    } catch (error) {
      note.textContent = says.unreadable;
      return;
    }
    const photo = { id: own.id(), survey: key, field, blob, name: "photo.jpg", token: "", at: Date.now() };
    try {
      await own.changePhoto(photo, photo);
      await keep({});
    } catch (error) {
      note.textContent = says.full;
    }
  };

  const step = (button) => {
    const input = button.parentElement.querySelector("input");
    const low = input.dataset.low === "" ? -Infinity : Number(input.dataset.low);
    input.value = String(Math.max(low, (Number.parseInt(input.value, 10) || 0) + Number(button.dataset.step)));
    return entered(input);
  };
  const clear = (card) => {
    const changes = {};
    card.querySelectorAll("input").forEach((one) => { changes[one.name] = null; if (one.type === "radio") one.checked = false; else one.value = ""; });
    changes[card.dataset.card] = null;
    cards();
    return keep(changes);
  };
  const addRow = async (list) => {
    const name = list.dataset.rows;
    const record = await keep({}, (now) => {
      const rows = now.rows[name] || [];
      return { rows: { ...now.rows, [name]: [...rows, Math.max(-1, ...rows) + 1] } };
    });
    fill(record);
    const control = list.querySelector("[data-drawn]").lastElementChild.querySelector("input,select,textarea");
    if (control) control.focus();
  };
  const dropRow = async (row) => {
    const name = row.closest("[data-rows]").dataset.rows;
    const changes = {};
    row.querySelectorAll("input,select,textarea").forEach((one) => { if (one.name) changes[one.name] = null; });
    for (const photo of await own.photosOf(key)) if (photo.field.startsWith(`${name}.${row.dataset.row}.`)) await own.dropPhoto(photo);
    fill(await keep(changes, (now) => ({ rows: { ...now.rows, [name]: now.rows[name].filter((n) => String(n) !== row.dataset.row) } })));
  };

  const finish = async () => {
    await Promise.all(busy);
    const errors = missing();
    if (Object.keys(errors).length) {
      await own.change(key, (now) => now && { ...now, errors, told: "" });
      return;
    }
    await own.change(key, (now) => (now && now.phase === "draft" ? { ...now, phase: "ready", command: own.id(), stands: "", told: "", errors: {}, tried: false } : null));
    own.send(key);
  };
  const again = () => own.change(key, (now) => (now && now.phase === "refused" ? { ...now, phase: "ready", command: own.id(), stands: "", told: "" } : null)).then(() => own.send(key));
  const reopen = () => own.change(key, (now) => (now && now.phase === "ready" && !now.tried ? { ...now, phase: "draft", stands: "" } : null));
  const save = async () => {
    const record = await own.get(key);
    const lines = Object.entries(record.values).map(([name, value]) => {
      const group = groupOf(name);
      const control = controls().find((one) => one.name === name && one.type === "radio" && one.value === value);
      return group ? `${titled(group)}: ${control ? control.closest("label").textContent.trim() : value}` : "";
    });
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([[title, ...lines.filter(Boolean)].join("\n")], { type: "text/plain" }));
    link.download = `survey-${task}.txt`;
    link.click();
  };
  const forget = async () => { await own.forget(key); window.location.assign(says.list); };
  const DOES = { finish, again, reopen, save, forget, send: () => own.send(key) };
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    const { does } = button.dataset;
    if (does) DOES[does]();
    else if (button.dataset.step) step(button);
    else if ("clear" in button.dataset) clear(button.closest("[data-card]"));
    else if ("add" in button.dataset) addRow(button.closest("[data-rows]"));
    else if ("remove" in button.dataset) dropRow(button.closest("[data-row]"));
  });
  form.addEventListener("submit", (event) => { event.preventDefault(); finish(); });

  own.heard(async (which, elsewhere) => {
    if (which !== key) return;
    const record = await own.get(key);
    if (!record) return;
    if (elsewhere) fill(record);
    paint(record);
    photos();
  });
  const begin = async () => {
    const values = {};
    controls().forEach((one) => { const value = valueOf(one); if (value) values[one.name] = value; });
    // What nobody has touched yet is taken from the page anew: the ordinary form may hold a draft by now.
    const fresh = { person: own.person, task, url, title, phase: "draft", values, rows: {}, errors: {}, told: "", stands: "", at: Date.now() };
    const record = await own.change(key, (now) => (now && (now.touched || now.phase !== "draft") ? null : form.dataset.open ? fresh : null));
    if (!record) return;
    document.querySelector("[data-begun]").hidden = false;
    fill(record);
    paint(record);
    await photos();
    if (record.phase === "ready") own.send(key);
    if (navigator.storage && navigator.storage.persist) navigator.storage.persist();
  };
  // A browser that keeps nothing can't do this: the ordinary form takes its place.
  begin().catch(() => { document.querySelector("[data-broken]").hidden = false; });
})();
