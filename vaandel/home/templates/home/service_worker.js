// Network first, always. When there is none, a page that says so. And messages, where switched on.
"use strict";

const KEPT = "vaandel-{% static 'dist/vaandel.css' %}-{% get_current_language as language %}{{ language }}";
const OFFLINE = "{% url 'home:offline' %}";
const PARTS = [OFFLINE, "{% static 'dist/vaandel.css' %}", "{% static 'dist/theme.js' %}"];
// What the page of messages leaves here, for when the address of this browser changes.
const PUSH = "vaandel-push";
const RENEW = "{% url 'delivery:renew' %}";
const ICON = "{% static 'icons/icon-192.png' %}";
const BADGE = "{% static 'icons/badge-96.png' %}";

addEventListener("install", (event) => {
  event.waitUntil(caches.open(KEPT).then((cache) => cache.addAll(PARTS)));
  self.skipWaiting();
});

addEventListener("activate", (event) => {
  const tidy = async () => {
    for (const name of await caches.keys()) if (![KEPT, PUSH].includes(name)) await caches.delete(name);
    await self.clients.claim();
  };
  event.waitUntil(tidy());
});

addEventListener("fetch", (event) => {
  const { request } = event;
  const path = new URL(request.url).pathname;
  if (request.mode === "navigate") {
    event.respondWith(fetch(request).catch(() => caches.match(OFFLINE)));
  } else if (PARTS.includes(path)) {
    event.respondWith(fetch(request).catch(() => caches.match(path)));
  }
});

// A browser insists on showing something for each message, also for one that cannot be read.
const read = (data) => {
  try {
    return data.json() || {};
  } catch {
    return {};
  }
};

addEventListener("push", (event) => {
  const { title, body, url, tag, lang, share, later, later_url } = read(event.data);
  const actions = [
    { action: "share", title: share },
    { action: "later", title: later },
  ].filter((action) => action.title);
  const options = { body, lang, tag, icon: ICON, badge: BADGE, data: { url, later: later_url }, actions };
  event.waitUntil(self.registration.showNotification(title || "Vaandel", options));
});

const show = async (path) => {
  const address = new URL(path || "/", self.location.origin);
  if (address.origin !== self.location.origin) return;
  const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const shown = windows.find((each) => each.url === address.href);
  await (shown ? shown.focus() : self.clients.openWindow(address.href));
};

addEventListener("notificationclick", (event) => {
  const { url, later } = event.notification.data || {};
  event.notification.close();
  event.waitUntil(show(event.action === "later" ? later : url));
});

addEventListener("pushsubscriptionchange", (event) => {
  const renew = async () => {
    const cache = await caches.open(PUSH);
    const kept = await cache.match(RENEW);
    if (!kept) return;
    const { key, token } = await kept.json();
    const fresh = () =>
      self.registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
    const { endpoint, keys } = (event.newSubscription || (await fresh())).toJSON();
    const said = new URLSearchParams({ token, endpoint, p256dh: keys.p256dh, auth: keys.auth });
    const answer = await fetch(RENEW, { method: "POST", body: said, credentials: "omit" });
    if (!answer.ok) return;
    await cache.put(RENEW, new Response(JSON.stringify({ key, ...(await answer.json()) })));
  };
  event.waitUntil(renew());
});
