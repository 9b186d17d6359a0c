// Only on the page of messages. The browser is asked after a press, never before.
import { closest, say } from "./tools";

type State = "unknown" | "off" | "on" | "blocked" | "home-screen" | "unsupported";

interface InstallEvent extends Event {
  prompt(): Promise<unknown>;
}

/** Where the service worker finds what it needs when the address of this browser changes. */
const KEPT = "vaandel-push";
const RENEW = "/push/renew/";

const bytesOf = (base64url: string): Uint8Array<ArrayBuffer> => {
  const text = atob(base64url.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
};

const digestOf = async (text: string): Promise<string> => {
  const sum = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return [...new Uint8Array(sum)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
};

const isApple = (): boolean =>
  /iPhone|iPad|iPod/.test(navigator.userAgent) ||
  (navigator.userAgent.includes("Mac") && navigator.maxTouchPoints > 1);

const isInstalled = (): boolean => matchMedia("(display-mode: standalone)").matches;

const isAble = (): boolean =>
  "serviceWorker" in navigator && "PushManager" in window && "Notification" in window;

/** Subscribed for another key, it would get nothing that we send. */
const isOurs = (subscription: PushSubscription, key: string): boolean => {
  const used = subscription.options.applicationServerKey;
  const wanted = bytesOf(key);
  if (used === null) return true;
  const bytes = new Uint8Array(used);
  return bytes.length === wanted.length && bytes.every((byte, place) => byte === wanted[place]);
};

const start = async (box: HTMLElement): Promise<void> => {
  const key = box.dataset["pushKey"] ?? "";
  const form = box.querySelector<HTMLFormElement>("[data-push-form]");

  const show = (state: State): void => {
    for (const part of box.querySelectorAll<HTMLElement>("[data-push-state]")) {
      part.hidden = part.dataset["pushState"] !== state;
    }
  };

  const rowOf = async (subscription: PushSubscription): Promise<HTMLElement | null> => {
    const digest = await digestOf(subscription.endpoint);
    return document.querySelector<HTMLElement>(`[data-push-digest="${digest}"]`);
  };

  const look = async (): Promise<void> => {
    if (!isAble()) return show(isApple() && !isInstalled() ? "home-screen" : "unsupported");
    if (Notification.permission === "denied") return show("blocked");
    const registration = await navigator.serviceWorker.getRegistration();
    const subscription = await registration?.pushManager.getSubscription();
    if (!subscription || !isOurs(subscription, key)) return show("off");
    const row = await rowOf(subscription);
    if (!row) return show("off");
    show("on");
    row.querySelector<HTMLElement>("[data-push-here]")?.removeAttribute("hidden");
    const kept = JSON.stringify({ key, token: row.dataset["pushToken"] });
    await (await caches.open(KEPT)).put(RENEW, new Response(kept));
  };

  const subscribe = async (): Promise<PushSubscription> => {
    await navigator.serviceWorker.register("/service-worker.js");
    const { pushManager } = await navigator.serviceWorker.ready;
    const known = await pushManager.getSubscription();
    if (known && isOurs(known, key)) return known;
    await known?.unsubscribe();
    return pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytesOf(key) });
  };

  const switchOn = async (): Promise<void> => {
    if ((await Notification.requestPermission()) !== "granted") return look();
    const { endpoint, keys } = (await subscribe()).toJSON();
    const values = { endpoint, p256dh: keys?.["p256dh"], auth: keys?.["auth"] };
    for (const [name, value] of Object.entries(values)) {
      const input = form?.elements.namedItem(name);
      if (input instanceof HTMLInputElement) input.value = value ?? "";
    }
    form?.requestSubmit();
  };

  box.addEventListener("click", (event) => {
    const button = closest<HTMLButtonElement>(event, "[data-push-on]");
    if (!button || button.disabled) return;
    button.disabled = true;
    switchOn()
      .catch(() => say(box.dataset["pushFailed"] ?? ""))
      .finally(() => {
        button.disabled = false;
      });
  });

  await look();
};

const startInstall = (): void => {
  const button = document.querySelector<HTMLButtonElement>("[data-install]");
  addEventListener("beforeinstallprompt", (event) => {
    event.preventDefault();
    if (!button) return;
    button.hidden = false;
    button.onclick = (): void => {
      button.hidden = true;
      void (event as InstallEvent).prompt();
    };
  });
};

const box = document.querySelector<HTMLElement>("[data-push]");
if (box) {
  start(box).catch(() => {
    // Refused by the browser's settings, as in a private window.
    for (const part of box.querySelectorAll<HTMLElement>("[data-push-state]")) {
      part.hidden = part.dataset["pushState"] !== "unsupported";
    }
  });
}
startInstall();
