// What a surveyor enters, kept in this browser at once: a record for each survey, and its photos, by person and task.
(() => {
  const { person, door } = document.querySelector("[data-surveys]").dataset;
  window.surveys = { person: Number(person), door };
  const NAME = "banjie-surveys";
  const done = (request) => new Promise((yes, no) => {
    request.onsuccess = () => yes(request.result);
    request.onerror = () => no(request.error);
  });
  const opened = () => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("surveys", { keyPath: "key" });
      asked.result.createObjectStore("photos", { keyPath: "id" }).createIndex("survey", "survey");
    };
    return done(asked);
  };
  let database = null;
  const stores = async (mode) => {
    database = database || opened();
    const begun = (await database).transaction(["surveys", "photos"], mode);
    const over = new Promise((yes, no) => {
      begun.oncomplete = () => yes();
      begun.onabort = () => no(begun.error);
    });
    over.catch(() => {});
    return { surveys: begun.objectStore("surveys"), photos: begun.objectStore("photos"), over };
  };

  // Tabs tell each other what they have changed.
  const channel = window.BroadcastChannel ? new BroadcastChannel(NAME) : null;
  const listeners = [];
  const say = (key) => {
    listeners.forEach((heard) => heard(key, false));
    if (channel) channel.postMessage(key);
  };
  if (channel) channel.onmessage = (event) => listeners.forEach((heard) => heard(event.data, true));

  const id = () => [...crypto.getRandomValues(new Uint8Array(16))].map((one) => one.toString(16).padStart(2, "0")).join("");

  // Everything that is read to be changed is read in the transaction that writes it: two tabs never undo each other.
  const change = async (key, make) => {
    const { surveys, over } = await stores("readwrite");
    const before = await done(surveys.get(key));
    const after = make(before);
    if (after) surveys.put({ ...after, key });
    await over;
    if (after) say(key);
    return after || before;
  };

  Object.assign(window.surveys, {
    id,
    change,
    heard: (listener) => listeners.push(listener),
    get: async (key) => done((await stores("readonly")).surveys.get(key)),
    all: async () => done((await stores("readonly")).surveys.getAll()),
    photosOf: async (key) => {
      const found = await done((await stores("readonly")).photos.index("survey").getAll(key));
      return found.sort((one, other) => one.at - other.at);
    },
    changePhoto: async (photo, changes) => {
      const { photos, over } = await stores("readwrite");
      const before = await done(photos.get(photo.id));
      if (before || changes === photo) photos.put({ ...before, ...changes });
      await over;
      say(photo.survey);
    },
    dropPhoto: async (photo) => {
      const { photos, over } = await stores("readwrite");
      photos.delete(photo.id);
      await over;
      say(photo.survey);
    },
    // Photos that lay on the server for too long go again, under new names.
    renewPhotos: async (key) => {
      const { photos, over } = await stores("readwrite");
      for (const photo of await done(photos.index("survey").getAll(key))) {
        photos.delete(photo.id);
        photos.put({ ...photo, id: id(), token: "" });
      }
      await over;
    },
    // What has arrived needs no copy here: only that it has arrived is remembered.
    arrived: async (key, receipt) => {
      const { surveys, photos, over } = await stores("readwrite");
      const before = await done(surveys.get(key));
      if (before) surveys.put({ ...before, phase: "sent", values: {}, rows: {}, told: "", errors: {}, at: Date.now(), ...receipt });
      (await done(photos.index("survey").getAllKeys(key))).forEach((one) => photos.delete(one));
      await over;
      say(key);
    },
    forget: async (key) => {
      const { surveys, photos, over } = await stores("readwrite");
      surveys.delete(key);
      (await done(photos.index("survey").getAllKeys(key))).forEach((one) => photos.delete(one));
      await over;
      say(key);
    },
  });
})();
