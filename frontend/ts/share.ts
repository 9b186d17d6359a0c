// The page where a person shares: what is typed is mirrored and counted, and one press copies
// the text and opens the network. Without this script the same form leads to a page that does it.
import { type Channel, type Message, carriedText, channelOf, dialogUrl, excessOf, lengthOf } from "./channels";
import { copyText } from "./copy";
import { bringHtmx } from "./htmx";
import { csrfToken, say } from "./tools";

const GAP = /_{3,}/;
const LOOK_AFTER = 900;
const BACK_AFTER = 800;

class SharePage {
  private readonly form: HTMLFormElement;
  private readonly text: HTMLTextAreaElement;
  private readonly channels: Channel[];
  private readonly urls = new Map<string, string>();
  private readonly asked = new Map<string, Promise<string>>();
  private start = "";
  private lookTimer = 0;
  private lookedAt = "";
  private leftAt = 0;

  constructor(form: HTMLFormElement, text: HTMLTextAreaElement) {
    this.form = form;
    this.text = text;
    this.channels = this.buttons().map(channelOf);
    this.start = this.checked("angle")?.dataset["start"] ?? "";
  }

  listen(): void {
    this.text.addEventListener("input", () => this.typed());
    this.form.addEventListener("change", (event) => this.changed(event));
    this.form.addEventListener("input", (event) => this.rewording(event));
    this.form.addEventListener("submit", (event) => this.pressed(event));
    // The link is made on the first sign of somebody being here, and for another network when
    // its button is about to be pressed. A program that only reads the page makes none.
    const first = (): void => void this.reserve(this.channels[0]?.key ?? "");
    for (const type of ["pointermove", "pointerdown", "keydown"]) {
      document.addEventListener(type, first, { once: true, passive: true });
    }
    for (const button of this.buttons()) {
      const wanted = (): void => void this.reserve(button.value);
      button.addEventListener("pointerdown", wanted);
      button.addEventListener("focus", wanted);
      if (button.value === "share_sheet") button.hidden = typeof navigator.share !== "function";
    }
    const server = this.part<HTMLElement>("#instance-field");
    if (server && !this.part(".is-invalid", server)) server.hidden = true;
    document.addEventListener("visibilitychange", () => this.cameBack());
    addEventListener("focus", () => this.cameBack());
    this.refresh();
  }

  private part<T extends Element>(selector: string, within: ParentNode = this.form): T | null {
    return within.querySelector<T>(selector);
  }

  private buttons(): HTMLButtonElement[] {
    return [...this.form.querySelectorAll<HTMLButtonElement>("button[data-channel]")];
  }

  private checked(name: string): HTMLInputElement | null {
    return this.part<HTMLInputElement>(`input[name="${name}"]:checked`);
  }

  private line(): string {
    const choice = this.checked("disclosure");
    const own = this.part<HTMLInputElement>('input[name="own_disclosure"]');
    return (choice?.value === "own" ? (own?.value ?? "") : (choice?.dataset["line"] ?? "")).trim();
  }

  private message(channel: string): Message {
    const words = this.text.value.replace(/\r\n?/g, "\n").trim();
    const line = this.line();
    // A label stands before everything, any other line below the text.
    const parts = line.startsWith("#") ? [line, words] : [words, line];
    // Rules of law want their line at the end of every text.
    parts.push(this.checked("angle")?.dataset["ending"] ?? "");
    return {
      text: parts.filter(Boolean).join("\n\n"),
      url: this.urls.get(channel) ?? this.form.dataset["sample"] ?? "",
      title: this.form.dataset["title"] ?? "",
      instance: this.part<HTMLInputElement>("#id_instance")?.value.trim() ?? "",
    };
  }

  private typed(): void {
    this.forgive();
    this.refresh();
    this.lookSoon();
  }

  private lookSoon(): void {
    clearTimeout(this.lookTimer);
    this.lookTimer = window.setTimeout(() => void this.look(), LOOK_AFTER);
  }

  private changed(event: Event): void {
    const field = event.target;
    if (!(field instanceof HTMLInputElement)) return;
    if (field.name === "angle") this.begin(field);
    if (field.name === "with_card") this.refresh();
    if (field.name === "when" && field.value !== "own") this.emptyMoment();
    if (field.name === "disclosure") {
      if (field.value === "own") this.part<HTMLInputElement>("#id_own_disclosure")?.focus();
      this.refresh();
      this.lookSoon();
    }
  }

  /** Whoever takes a proposed moment does not mean the one typed before. */
  private emptyMoment(): void {
    for (const name of ["day", "time"]) {
      const field = this.part<HTMLInputElement>(`input[name="${name}"]`);
      if (field) field.value = "";
    }
  }

  /** Whoever writes a line of their own means that line; and a moment likewise. */
  private rewording(event: Event): void {
    const field = event.target;
    if (!(field instanceof HTMLInputElement)) return;
    if (field.name === "day" || field.name === "time") {
      const moment = this.part<HTMLInputElement>("input[data-own-moment]");
      if (moment && field.value) moment.checked = true;
    }
    if (field.name !== "own_disclosure") return;
    const own = this.part<HTMLInputElement>("input[data-own-line]");
    if (own) own.checked = true;
    this.refresh();
    this.lookSoon();
  }

  /** Put the start in the field with its first gap selected; own words are never thrown away. */
  private begin(choice: HTMLInputElement): void {
    const next = choice.dataset["start"] ?? "";
    const { value } = this.text;
    const old = this.start;
    // The first line is for words of one's own; a line that stays empty does not go along.
    const lead = next && this.part("[data-first-line]") ? "\n\n" : "";
    if (!value.trim() || (old && value.trim() === old.trim())) this.text.value = lead + next;
    else if (old && value.includes(old)) {
      const begins = value.trimStart().startsWith(old) ? lead : "";
      this.text.value = begins + value.replace(old, () => next).trimStart();
    }
    else if (next) this.text.value = `${next}\n\n${value}`;
    this.start = next;
    this.speak(choice.dataset["language"] ?? "");
    this.text.dispatchEvent(new Event("input", { bubbles: true }));
    this.text.focus();
    const gap = GAP.exec(this.text.value);
    if (gap) this.text.setSelectionRange(gap.index, gap.index + gap[0].length);
  }

  /** The last line follows the language of the start. */
  private speak(language: string): void {
    const now = this.checked("disclosure");
    if (!language || !now?.dataset["language"] || now.dataset["language"] === language) return;
    const line = this.part<HTMLInputElement>(`input[name="disclosure"][data-language="${language}"]`);
    if (line) line.checked = true;
  }

  private refresh(): void {
    const line = this.part<HTMLElement>("[data-disclosure]");
    if (line) line.textContent = this.line();
    const ending = this.part<HTMLElement>("[data-ending-line]");
    if (ending) ending.textContent = this.checked("angle")?.dataset["ending"] ?? "";
    for (const item of this.form.querySelectorAll<HTMLElement>("[data-counts]")) this.count(item);
    for (const place of document.querySelectorAll<HTMLElement>("[data-mirror]")) {
      place.textContent = this.mirrored(place);
    }
    const card = this.withCard();
    for (const part of document.querySelectorAll<HTMLElement>("[data-card]")) part.hidden = !card;
    const first = this.part<HTMLElement>("[data-first-line]");
    if (first) first.hidden = !/^\n[\s\S]*\S/.test(this.text.value);
    const hint = this.part<HTMLElement>("[data-empty-hint]");
    if (hint) hint.hidden = this.text.value.trim() !== "";
  }

  private withCard(): boolean {
    return this.part<HTMLInputElement>("#id_with_card")?.checked ?? true;
  }

  /** What a preview shows: to the letter what goes, where we post it ourselves. */
  private mirrored(place: HTMLElement): string {
    const channel = place.dataset["carries"];
    if (!channel) return this.message("").text;
    const words = this.message(channel);
    const url = this.urls.get(channel) ?? (this.form.dataset["sample"] ?? "").replace(/\/s\/.*$/, "/s/…");
    const beside = place.dataset["mirror"] === "beside";
    if (beside && "besideCard" in place.dataset && this.withCard()) return words.text;
    return carriedText(beside ? "in_text" : (place.dataset["mirror"] ?? ""), { ...words, url });
  }

  private forgive(): void {
    const problem = this.part<HTMLElement>("#share-problem");
    if (problem) problem.hidden = true;
  }

  private count(item: HTMLElement): void {
    const channel = this.channels.find(({ key }) => key === item.dataset["counts"]);
    const place = this.part<HTMLElement>("[data-count]", item);
    if (!channel || !place || channel.limit === null) return;
    const message = this.message(channel.key);
    const format = new Intl.NumberFormat(document.documentElement.lang);
    place.textContent = (this.form.dataset["of"] ?? "")
      .replace("%(count)s", format.format(lengthOf(channel, message)))
      .replace("%(limit)s", format.format(channel.limit));
    item.className = excessOf(channel, message) ? "over" : "within";
  }

  private async post(address: string, fields: FormData | URLSearchParams): Promise<Response> {
    return fetch(address, {
      method: "POST",
      body: fields,
      keepalive: true,
      headers: { Accept: "application/json", "X-CSRFToken": csrfToken() },
    });
  }

  private reserve(channel: string): Promise<string> {
    const known = this.asked.get(channel);
    if (known) return known;
    const fields = new URLSearchParams({
      channel,
      press: this.part<HTMLInputElement>('input[name="press"]')?.value ?? "",
    });
    const answer = this.post(this.form.dataset["reserve"] ?? "", fields).then(async (response) => {
      if (!response.ok) throw new Error(String(response.status));
      const { url } = (await response.json()) as { url: string };
      this.urls.set(channel, url);
      this.refresh();
      return url;
    });
    this.asked.set(channel, answer);
    answer.catch(() => this.asked.delete(channel));
    return answer;
  }

  private complain(text: string, at: HTMLElement | null): void {
    const problem = this.part<HTMLElement>("#share-problem");
    if (!problem) return;
    problem.textContent = text;
    problem.hidden = false;
    at?.focus();
  }

  /** What keeps this press from going on, said beside the button. */
  private isReady(channel: Channel, posts: boolean): boolean {
    const { dataset } = this.form;
    if (GAP.test(this.text.value)) {
      this.complain(dataset["gap"] ?? "", this.text);
      return false;
    }
    const excess = excessOf(channel, this.message(channel.key));
    if (excess) {
      const pattern = dataset[excess === 1 ? "tooLongOne" : "tooLong"] ?? "";
      this.complain(
        pattern.replace("%(count)s", String(excess)).replace("%(network)s", channel.name),
        this.text,
      );
      return false;
    }
    if (!posts && channel.needsInstance && !this.message(channel.key).instance) {
      const field = this.part<HTMLElement>("#instance-field");
      if (field) field.hidden = false;
      this.part<HTMLInputElement>("#id_instance")?.focus();
      return false;
    }
    return true;
  }

  private pressed(event: SubmitEvent): void {
    const button = event.submitter;
    if (!(button instanceof HTMLButtonElement) || !("channel" in button.dataset)) return;
    const channel = channelOf(button);
    // What we post ourselves goes as a form goes: the answer is a page of its own.
    const posts = "postNow" in button.dataset;
    if (!this.isReady(channel, posts)) {
      event.preventDefault();
      return;
    }
    if (posts || channel.key === "qr") return;
    event.preventDefault();
    if (button.getAttribute("aria-busy") === "true") return;
    button.setAttribute("aria-busy", "true");
    void this.go(channel).finally(() => button.removeAttribute("aria-busy"));
  }

  /** Everything that needs the press itself happens before anything is waited for. */
  private async go(channel: Channel): Promise<void> {
    const known = this.urls.get(channel.key);
    if (channel.pasted) this.tell(copyText(this.message(channel.key).text), "copied");
    let tab: Window | null = null;
    if (channel.opens && !channel.wholeAddress) {
      if (known) window.open(this.dialog(channel), "_blank", "noopener,noreferrer");
      else tab = window.open("about:blank", "_blank");
    }
    try {
      await this.reserve(channel.key);
      if (tab) {
        tab.opener = null;
        tab.location.replace(this.dialog(channel));
      }
      if (channel.wholeAddress) location.href = this.dialog(channel);
      await this.handOver(channel);
      await this.record(channel);
    } catch {
      tab?.close();
      this.complain(this.form.dataset["failedOpen"] ?? "", null);
    }
  }

  private dialog(channel: Channel): string {
    return dialogUrl(channel, this.message(channel.key));
  }

  private tell(copying: Promise<boolean>, said: "copied" | "copiedAll"): void {
    void copying.then((copied) => {
      if (!copied) this.text.select();
      say(this.form.dataset[copied ? said : "notCopied"] ?? "");
    });
  }

  /** Places without a dialog of their own: the clipboard, and the sheet of the phone. */
  private async handOver(channel: Channel): Promise<void> {
    const message = this.message(channel.key);
    if (channel.key === "copy") this.tell(copyText(carriedText(channel.place, message)), "copiedAll");
    if (channel.key === "share_sheet") {
      // Closing the sheet without choosing is an answer too, not an error.
      await navigator
        .share({ title: message.title, text: message.text, url: message.url })
        .catch(() => undefined);
    }
  }

  private async record(channel: Channel): Promise<void> {
    const fields = new FormData(this.form);
    fields.set("channel", channel.key);
    this.leftAt = Date.now();
    const response = await this.post(this.form.getAttribute("action") ?? "", fields);
    const answer = (await response.json()) as { back?: string; problems?: string[]; over?: boolean };
    if (answer.over) location.reload();
    else if (answer.problems) this.complain(answer.problems.join(" "), this.text);
    else this.askWhenBack(answer.back ?? "");
  }

  private askWhenBack(card: string): void {
    const place = document.getElementById("back");
    if (!place) return;
    // Our own server made this from its template; what people typed is escaped in it.
    place.innerHTML = card;
    bringHtmx()
      .then((htmx) => htmx.process(place))
      .catch(() => undefined);
    place.dataset["waiting"] = "1";
  }

  private cameBack(): void {
    const place = document.getElementById("back");
    if (!place?.dataset["waiting"] || document.visibilityState !== "visible") return;
    if (Date.now() - this.leftAt < BACK_AFTER) return;
    delete place.dataset["waiting"];
    // What it said has been done, and it would lie over the question.
    document.getElementById("toasts")?.replaceChildren();
    location.hash = "back";
    place.querySelector<HTMLElement>("h2")?.focus();
  }

  private async look(): Promise<void> {
    const text = this.text.value.trim();
    const line = this.line();
    const place = document.getElementById("similar");
    if (!place || this.text.readOnly || `${text}\n${line}` === this.lookedAt || !this.buttons().length) return;
    this.lookedAt = `${text}\n${line}`;
    const spoken = this.checked("disclosure")?.dataset["language"] ?? "";
    const fields = new URLSearchParams({ text, line, line_language: spoken });
    const response = await this.post(this.form.dataset["look"] ?? "", fields).catch(() => null);
    if (response?.ok && text === this.text.value.trim()) place.innerHTML = await response.text();
  }
}

export const startShare = (part: ParentNode): void => {
  const form = part.querySelector<HTMLFormElement>("form[data-share-form]");
  const text = form?.querySelector<HTMLTextAreaElement>("#id_text");
  if (!form || !text || form.dataset["ready"]) return;
  form.dataset["ready"] = "1";
  new SharePage(form, text).listen();
};
