// Sends a finished survey: photo by photo, then the whole. Sent again it has no second effect: every photo and the whole
// carry a name of their own. What fails for want of a network or a server is tried again, after ever longer pauses.
(() => {
  const own = window.surveys;
  const WAITS = 60000;
  const PAUSES = [2, 5, 10, 30, 60, 120, 300];
  const LOCK = "banjie-surveys";
  const later = new Map();
  const running = new Set();

  class Later extends Error {}
  class Stop extends Error {
    constructor(why) { super(why); this.why = why; }
  }

  const ask = async (url, body) => {
    const late = new AbortController();
    const bell = setTimeout(() => late.abort(), WAITS);
    try {
      const answer = await fetch(url, {
        method: body ? "POST" : "GET", body, redirect: "manual", cache: "no-store", signal: late.signal,
      });
      if (answer.type === "opaqueredirect") throw new Stop("left");
      if (answer.status === 400 || answer.status === 408 || answer.status === 429 || answer.status >= 500) throw new Later();
      const said = await answer.json().catch(() => null);
      if (!said && answer.ok) throw new Later();
      return { status: answer.status, said: said || {} };
    } catch (error) {
      if (error instanceof Stop) throw error;
      throw new Later();
    } finally {
      clearTimeout(bell);
    }
  };

  const filled = (csrf, fields) => {
    const body = new FormData();
    body.append("csrf_token", csrf);
    fields.forEach(([name, value, file]) => (file ? body.append(name, value, file) : body.append(name, value)));
    return body;
  };

  const back = (key, told, errors) => own.change(key, (now) => now && { ...now, phase: "draft", tried: false, told, errors });
  const refuse = (key, told) => own.change(key, (now) => now && { ...now, phase: "refused", tried: false, told });
  const doing = (key, step) => own.change(key, (now) => now && { ...now, step });

  const sendPhotos = async (record, csrf) => {
    const photos = await own.photosOf(record.key);
    for (const [index, photo] of photos.entries()) {
      if (photo.token) continue;
      await doing(record.key, `${index + 1}/${photos.length}`);
      const { status, said } = await ask(`${record.url}/photos/${photo.id}`, filled(csrf, [["photo", photo.blob, photo.name]]));
      if (status === 200) await own.changePhoto(photo, { token: said.token });
      else if (status === 413 || status === 422) {
        await own.changePhoto(photo, { bad: true });
        await back(record.key, said.told || "", { [photo.field]: [said.told || ""] });
        return false;
      } else {
        await refuse(record.key, said.told || "");
        return false;
      }
    }
    return true;
  };

  const sendWhole = async (record, csrf) => {
    const going = await own.change(record.key, (now) => (now && now.phase === "ready" ? { ...now, tried: true, step: "" } : null));
    if (!going || going.phase !== "ready") return true;
    const photos = await own.photosOf(record.key);
    const fields = [["command_key", going.command], ...Object.entries(going.values), ...photos.map((one) => [one.field, one.token])];
    const { status, said } = await ask(record.url, filled(csrf, fields));
    if (status === 200) await own.arrived(record.key, { case: said.case, href: said.href });
    else if (status === 410) { await own.renewPhotos(record.key); return false; }
    else if (status === 422) await back(record.key, said.told, said.errors || {});
    else await refuse(record.key, said.told || "");
    return true;
  };

  const attempt = async (key) => {
    const door = (await ask(own.door)).said;
    let record = await own.get(key);
    if (!record || record.phase !== "ready") return;
    if (door.person !== record.person) throw new Stop("other");
    for (let round = 0; round < 3; round += 1) {
      if (!(await sendPhotos(record, door.csrf)) || (await sendWhole(record, door.csrf))) return;
      record = await own.get(key);
    }
    throw new Later();
  };

  // One tab sends at a time; a browser without such locks relies on the names that everything carries.
  const alone = (act) => (navigator.locks ? navigator.locks.request(LOCK, { ifAvailable: true }, (held) => (held ? act() : null)) : act());

  const send = async (key, tries = 0) => {
    clearTimeout(later.get(key));
    later.delete(key);
    if (running.has(key)) return;
    running.add(key);
    let pause = false;
    try {
      await alone(async () => {
        await own.change(key, (now) => now && { ...now, stands: "sending" });
        let stands = "";
        try {
          await attempt(key);
        } catch (error) {
          stands = error instanceof Stop ? error.why : "waiting";
          if (!(error instanceof Stop) && !(error instanceof Later)) throw error;
        } finally {
          await own.change(key, (now) => now && { ...now, stands, step: "" });
        }
      });
      const record = await own.get(key);
      pause = Boolean(record) && record.phase === "ready" && !["left", "other"].includes(record.stands);
    } finally {
      running.delete(key);
    }
    if (pause) later.set(key, setTimeout(() => send(key, tries + 1), 1000 * PAUSES[Math.min(tries, PAUSES.length - 1)]));
  };

  const sendAll = async () => {
    for (const record of await own.all()) {
      if (record.phase === "ready" && record.person === own.person) await send(record.key);
    }
  };
  window.addEventListener("online", sendAll);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) sendAll(); });
  Object.assign(own, { send, sendAll });
})();
