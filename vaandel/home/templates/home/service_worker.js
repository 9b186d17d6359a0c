// Network first, always. When there is none, a page that says so.
"use strict";

const KEPT = "vaandel-{% static 'dist/vaandel.css' %}-{% get_current_language as language %}{{ language }}";
const OFFLINE = "{% url 'home:offline' %}";
const PARTS = [OFFLINE, "{% static 'dist/vaandel.css' %}", "{% static 'dist/theme.js' %}"];

addEventListener("install", (event) => {
  event.waitUntil(caches.open(KEPT).then((cache) => cache.addAll(PARTS)));
  self.skipWaiting();
});

addEventListener("activate", (event) => {
  const tidy = async () => {
    for (const name of await caches.keys()) if (name !== KEPT) await caches.delete(name);
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
