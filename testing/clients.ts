/**
 * Clients over a hub in memory, whose sockets are the test's: falling behind is no accident of timing
 * there.
 */

import { onWritable } from "../client/backpressure.ts";
import { PageCache } from "../client/page_cache.ts";
import { RateLimits } from "../client/rate_limit.ts";
import type { JoinRequest, Services } from "../client/services.ts";
import { Client } from "../client.ts";
import { Hub } from "../hub.ts";
import { ConnectedNames } from "../hub/connected_names.ts";
import { Activity } from "../hub/activity.ts";
import { NO_RULES } from "../hub/permissions.ts";
import type { Journal } from "../journal/journal.ts";
import { MemoryJournal } from "../journal/memory.ts";
import { OwnLogs } from "../people/own_logs.ts";
import { json } from "../wire/json.ts";
import { FakeMember, FakeSink, isInside, person } from "./fakes.ts";
import { config, rememberingLog } from "./servers.ts";
import { until } from "./wait.ts";

/** What clients share, over a journal in memory, without a limit of rates unless a flag sets one. */
export function memoryServices(
  flags: readonly string[] = [],
  journal?: Journal,
): Services & { log: ReturnType<typeof rememberingLog>; close(): Promise<void> } {
  const settings = config("--rate", "0", ...flags);
  const log = rememberingLog();
  journal ??= new MemoryJournal(settings.keep);
  const pages = new PageCache(journal);
  const hub = new Hub(journal, log, settings);
  const activity = new Activity(journal, { list: hub.list, deleted() {}, missed() {}, log });
  const own = new OwnLogs(journal, log);
  const close = async () => {
    await hub.close();
    activity.close();
    own.close();
    pages.close();
  };
  const limits = new RateLimits(settings);
  const changeRoom = () => {
    throw new Error("there are no hidden rooms here");
  };
  const rules = NO_RULES;
  const shared = {
    hub,
    rules,
    journal,
    pages,
    limits,
    changeRoom,
    activity,
    own,
    connected: new ConnectedNames(),
    log,
    files: undefined,
  };
  return { ...shared, config: settings, close };
}

/** A client on the JSON wire that has not joined yet, and its socket. */
export function newClient(services: Services, id: string, request: Partial<JoinRequest> = {}) {
  const sink = new FakeSink();
  const client = new Client(sink, {
    room: "r",
    person: person(id, id),
    wire: json,
    named: false,
    isAdmin: false,
    role: "member",
    mayEnter: () => true,
    isCurrent: () => true,
    observer: false,
    since: undefined,
    epoch: undefined,
    at: undefined,
    address: "192.0.2.1",
    replay: 0,
    expires: Infinity,
    ...request,
  }, services);
  return { sink, client };
}

/** A hub without anybody, and clients and members that the test lets in. */
export function openClients(...flags: string[]) {
  const services = memoryServices(flags);
  const { hub } = services;
  const sinks: FakeSink[] = [];
  return {
    ...services,

    /** A client that has not joined. */
    connect(id: string, request?: Partial<JoinRequest>) {
      const made = newClient(services, id, request);
      sinks.push(made.sink);
      return made;
    },

    /** A client that has been welcomed. */
    async enter(id: string, request?: Partial<JoinRequest>) {
      const made = this.connect(id, request);
      hub.join(made.client);
      await until(() => made.sink.lines.length > 0, "the welcome");
      return made;
    },

    /** A member that is in. */
    async join(id: string): Promise<FakeMember> {
      const member = new FakeMember("r", id, { name: id });
      hub.join(member);
      await member.until(isInside, "entering");
      return member;
    },

    /** Says so many messages of this length, and waits until they are kept. */
    async say(speaker: FakeMember, count: number, length = 100): Promise<void> {
      const kept = speaker.keptSeqs.length + count;
      for (let n = 0; n < count; n++) hub.say(speaker, "x".repeat(length));
      await speaker.until(({ keptSeqs }) => keptSeqs.length >= kept, "all to be kept");
    },

    async [Symbol.asyncDispose](): Promise<void> {
      await services.close();
      for (const sink of sinks) sink.close(1001);
      // Writers that waited for their sockets are notified before this one.
      await new Promise<void>((notify) => onWritable(new FakeSink(), { notify }));
    },
  };
}

/** Reads from a socket, so many bytes at a time, until the message with this number has come. */
export async function readTo(sink: FakeSink, seq: number, bytes = Infinity): Promise<void> {
  const words = `"type":"message","seq":${seq},`;
  let at = 0;
  await until(() => {
    sink.take(bytes);
    while (at < sink.lines.length) if (sink.lines[at++].includes(words)) return true;
    return false;
  }, `message ${seq}`);
}
