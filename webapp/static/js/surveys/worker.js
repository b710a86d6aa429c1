// Keeps the survey pages of whoever is signed in for when there is no network: each page with what it is made of, nothing
// else. The door writes VERSION before this text. Pages come from the network as long as there is one.
const PREFIX = "surveys:";
const PATIENCE = 4000;
const ASSET = /(?:href|src)="(\/static\/[^"#]+)/g;
const nameOf = (person) => `${PREFIX}${person}:${VERSION}`;

const dropOthers = async (kept) => {
  for (const name of await caches.keys()) {
    if (name.startsWith(PREFIX) && !kept(name)) await caches.delete(name);
  }
};

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => {
  event.waitUntil(dropOthers((name) => name.endsWith(`:${VERSION}`)).then(() => self.clients.claim()));
});

const keep = async (url, person) => {
  const name = nameOf(person);
  await dropOthers((one) => one === name);
  const page = await fetch(url, { redirect: "manual", cache: "no-store", headers: { "X-Fragment": "1" } });
  const text = page.ok ? await page.clone().text() : "";
  const cache = await caches.open(name);
  if (!text.includes(`data-person="${person}"`)) {
    await cache.delete(url);
    return false;
  }
  for (const asset of new Set([...text.matchAll(ASSET)].map((found) => found[1].replace(/&amp;/g, "&")))) {
    if (!(await cache.match(asset))) await cache.add(asset);
  }
  await cache.put(url, page);
  return true;
};

self.addEventListener("message", (event) => {
  const { url, person } = event.data;
  const tell = (kept) => event.source.postMessage({ url, kept });
  event.waitUntil(keep(url, person).then(tell, () => tell(false)));
});

const missing = () => new Response(
  "<!doctype html><html lang=\"zh-CN\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>没有网络 No network</title>"
  + "<h1>没有网络</h1><p>这一页没有存在本机，请到有网络的地方再打开。您填写的内容都还在。</p>"
  + "<h2 lang=\"en\">No network</h2><p lang=\"en\">This page is not kept on this device: open it where there is a network. What you entered is still here.</p></html>",
  { status: 503, headers: { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": "default-src 'none'" } },
);

const page = async (request) => {
  const kept = await caches.match(request.url, { ignoreVary: true });
  const network = fetch(request);
  try {
    const slow = new Promise((_, no) => { if (kept) setTimeout(() => no(new Error("slow")), PATIENCE); });
    const fresh = await Promise.race([network, slow]);
    return kept && fresh.status >= 500 ? kept : fresh;
  } catch (error) {
    network.catch(() => {});
    return kept || missing();
  }
};

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(request));
  else if (url.pathname.startsWith("/static/")) {
    event.respondWith(caches.match(request.url, { ignoreVary: true }).then((kept) => kept || fetch(request)));
  }
});
