// What a network's dialog carries: the same rules as vaandel/channels/channel.py.
import { COUNTERS, bytes } from "./counting";

export interface Channel {
  key: string;
  name: string;
  opens: string;
  counter: string;
  limit: number | null;
  maxBytes: number | null;
  place: string;
  lineBreak: string;
  wholeAddress: boolean;
  pasted: boolean;
  needsInstance: boolean;
}

export interface Message {
  text: string;
  url: string;
  title: string;
  instance: string;
}

const numberOrNone = (value: string | undefined): number | null => (value ? Number(value) : null);

/** Read a channel from its button. */
export const channelOf = (button: HTMLElement): Channel => {
  const data = button.dataset;
  return {
    key: data["channel"] ?? "",
    name: data["name"] ?? "",
    opens: data["opens"] ?? "",
    counter: data["counter"] ?? "utf16",
    limit: numberOrNone(data["limit"]),
    maxBytes: numberOrNone(data["bytes"]),
    place: data["place"] ?? "beside",
    lineBreak: data["break"] === "crlf" ? "\r\n" : "\n",
    wholeAddress: "whole" in data,
    pasted: "paste" in data,
    needsInstance: "needsInstance" in data,
  };
};

/** The text as the network gets it, with the link when it travels inside the text. */
export const carriedText = (place: string, { text, url }: Message): string => {
  if (place === "beside") return text;
  const glue = place === "after_space" ? " " : "\n\n";
  return text ? `${text}${glue}${url}` : url;
};

const encode = (value: string, lineBreak: string): string =>
  encodeURIComponent(value.replace(/\p{Surrogate}/gu, "?")).replace(
    /%0D%0A|%0D|%0A/g,
    encodeURIComponent(lineBreak),
  );

/** The address of the network's dialog; empty when there is none. */
export const dialogUrl = (channel: Channel, message: Message): string => {
  if (!channel.opens || (channel.needsInstance && !message.instance)) return "";
  const text = channel.place === "in_text" ? carriedText(channel.place, message) : message.text;
  const values: Record<string, string> = { text, url: message.url, title: message.title };
  return channel.opens
    .replace("{instance}", message.instance)
    .replace(/\{(text|url|title)\}/g, (_, name: string) =>
      encode(values[name] ?? "", channel.lineBreak),
    );
};

export const lengthOf = (channel: Channel, message: Message): number => {
  const count = COUNTERS[channel.counter] ?? ((text: string) => text.length);
  return count(
    channel.wholeAddress ? dialogUrl(channel, message) : carriedText(channel.place, message),
  );
};

/** By how much the message is too long; 0 when it fits. */
export const excessOf = (channel: Channel, message: Message): number => {
  const over = channel.limit === null ? 0 : lengthOf(channel, message) - channel.limit;
  const heavy =
    channel.maxBytes === null
      ? 0
      : bytes(carriedText(channel.place, message)) - channel.maxBytes;
  return Math.max(over, heavy, 0);
};
