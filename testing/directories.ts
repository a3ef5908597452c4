/** People as several servers know them, which share a journal of any kind. */

import type { Journal } from "../journal/journal.ts";
import type { LinkOrder } from "../people/links.ts";
import { People, type PeopleOptions } from "../people/people.ts";
import { type Kind, KINDS, type Place } from "./journal_kinds.ts";
import { test } from "./permissions.ts";
import { rememberingLog } from "./servers.ts";

/** The people of one server. */
export interface PeopleServer {
  readonly people: People;
  readonly journal: Journal;
  close(): Promise<void>;
}

const INVITE: PeopleOptions = { access: "invite", usesTokens: false, isSecure: false };

/** Opens the people of a journal. */
export function openPeople(journal: Journal, options: Partial<PeopleOptions> = {}) {
  return People.open(journal, rememberingLog(), { ...INVITE, ...options });
}

/** Opens so many servers over one place. */
async function openServers(kind: Kind, place: Place, count: number): Promise<PeopleServer[]> {
  const servers: PeopleServer[] = [];
  for (let n = 0; n < count; n++) {
    const isOwn = kind.lasting || n === 0;
    const journal = isOwn ? await place.open() : servers[0].journal;
    const people = await openPeople(journal);
    const close = async () => {
      people.close();
      if (isOwn) await journal.close();
    };
    servers.push({ people, journal, close });
  }
  return servers;
}

/** A test of three servers over every kind of journal that can be had here. */
export function directoryTest(
  criterion: string,
  fn: (servers: PeopleServer[], place: Place, kind: Kind) => Promise<void>,
): void {
  for (const kind of KINDS.filter(({ ignore }) => !ignore)) {
    test(`${criterion}, over ${kind.name}`, async () => {
      const place = await kind.place();
      const servers = await openServers(kind, place, 3);
      try {
        await fn(servers, place, kind);
      } finally {
        for (const server of servers.toReversed()) await server.close();
        await place.dispose();
      }
    });
  }
}

/** An invitation by the operator, and its token. */
export async function invitation(people: People, order: Partial<LinkOrder> = {}): Promise<string> {
  const expires = Date.now() + 60_000;
  return (await people.links.create({ kind: "invite", by: "", expires, ...order })).token;
}

/** Joins with a link in a browser without a session. */
export function join(people: People, token: string, name: string) {
  return people.joining.use({ token, name, session: undefined, agent: "a test" });
}

/** How many of these came to a result, and the reasons of the others, in order. */
export async function outcomes(all: readonly Promise<unknown>[]): Promise<[number, string[]]> {
  const settled = await Promise.allSettled(all);
  const reasons = settled.filter((one) => one.status === "rejected")
    .map(({ reason }) => String(reason.code ?? reason)).sort();
  return [settled.length - reasons.length, reasons];
}
