/** Why there is no connection, in words: what is wrong, and who can do what about it. */

import type { Status, Why } from "../../sdk/mod.ts";
import type { Words } from "../words/en.ts";

export interface Trouble {
  readonly what: string;
  readonly remedy: string;
}

/** Other things that are known. */
export interface Facts {
  /** The browser has no network. */
  readonly isOffline: boolean;
  /** This room has answered before. */
  readonly wasOnline: boolean;
  /** The server answers plain requests. */
  readonly answers: boolean;
}

/** Undefined while nothing is wrong. */
export function troubleOf(status: Status, facts: Facts, words: Words): Trouble | undefined {
  if (status.is === "online") return;
  if (facts.isOffline) return { what: words.offline, remedy: words.keptHere };
  if (status.is === "connecting") {
    return facts.wasOnline ? { what: words.connecting, remedy: words.keptHere } : undefined;
  }
  const { why } = status;
  if (why.kind === "refused") return refused(why, words);
  if (why.kind === "closed") return closed(why, words);
  if (!facts.wasOnline && facts.answers) {
    return { what: words.noSockets, remedy: words.passUpgrades };
  }
  return { what: words.lost, remedy: words.keptHere };
}

function refused({ code, detail }: Why, words: Words): Trouble {
  const what = words.refused(detail);
  switch (code) {
    case 401:
      return { what: words.noToken, remedy: words.askForLink };
    case 400:
      return { what, remedy: /room/.test(detail) ? words.checkAddress : words.changeName };
    case 429:
    case 503:
      return { what: words.busy, remedy: words.keptHere };
    default:
      return { what, remedy: words.tellOperator };
  }
}

function closed({ code, detail }: Why, words: Words): Trouble {
  switch (code) {
    case 1008:
      return { what: words.closed(detail), remedy: words.askForLink };
    case 1013:
      return { what: words.busy, remedy: words.keptHere };
    case 4029:
      return { what: words.flooding, remedy: words.keptHere };
    default:
      return { what: words.lost, remedy: words.keptHere };
  }
}
