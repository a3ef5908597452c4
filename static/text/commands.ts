/** The meaning of Enter: a text is said, it is a command, or it looks like one that does not exist. */

import { tidy } from "./shape.ts";

export type Order =
  | { readonly do: "nothing" }
  | { readonly do: "say"; readonly text: string }
  | { readonly do: "help" }
  | { readonly do: "rename"; readonly name: string }
  | { readonly do: "warn"; readonly command: string };

/** @param warnedOf the text about which the reader has been warned; it is said if they insist */
export function orderOf(typed: string, warnedOf: string): Order {
  const text = tidy(typed);
  if (!text) return { do: "nothing" };
  if (!text.startsWith("/")) return { do: "say", text };
  const command = text.split(/\s/, 1)[0];
  const rest = text.slice(command.length).trim();
  if (command === "/help") return { do: "help" };
  if (command === "/name") return rest ? { do: "rename", name: rest } : { do: "help" };
  if (command === "/me") return rest ? { do: "say", text } : { do: "help" };
  return warnedOf === text ? { do: "say", text } : { do: "warn", command };
}
