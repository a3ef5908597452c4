/** A replica that applies a room's log equals what the journal says, wherever it began. */

import { assert, assertEquals } from "@std/assert";
import { LIMITS } from "../../config/limits.ts";
import type { Journal, Message } from "../../journal/journal.ts";
import { History } from "../../testing/history.ts";
import { forEachKind } from "../../testing/journal_kinds.ts";
import { type Random, seeded } from "../../testing/random.ts";
import { Replica } from "../../testing/replica.ts";
import { seeds } from "../../testing/seeds.ts";

const BATCHES = 60;

/** All messages of a room, paged backwards or forwards, a few at a time. */
async function allMessages(journal: Journal, random: Random): Promise<Message[]> {
  const all: Message[] = [];
  const limit = 1 + random.int(20);
  const isForwards = random.chance(1, 2);
  for (let more = true; more;) {
    const place = isForwards ? { after: all.at(-1)?.seq ?? 0 } : { before: all[0]?.seq };
    const page = await journal.page("r", { ...place, limit });
    if (isForwards) all.push(...page.messages);
    else all.unshift(...page.messages);
    more = page.more;
  }
  return all;
}

/** A replica that begins at the newest entry, as somebody does who enters. */
async function enter(journal: Journal): Promise<Replica> {
  const { seq, topic, pins } = await journal.state("r");
  const replica = new Replica(seq);
  replica.topic = topic;
  replica.pins = [...pins];
  replica.addPage(await journal.page("r", { limit: LIMITS.page }));
  return replica;
}

/** Reads the log to its end, in pages. */
async function catchUp(journal: Journal, replica: Replica, limit: number): Promise<void> {
  for (;;) {
    const entries = await journal.after("r", replica.seq, limit);
    replica.apply(entries);
    if (entries.length < limit) return;
  }
}

async function compare(journal: Journal, replica: Replica, random: Random): Promise<void> {
  const { seq, topic, pins } = await journal.state("r");
  const messages = await allMessages(journal, random);
  const [oldest] = messages;
  // No entry says that a message is forgotten.
  const held = [...replica.messages.values()].filter(({ seq }) => seq >= oldest.seq)
    .sort((a, b) => a.seq - b.seq);
  assertEquals(held, messages.slice(-held.length));
  assertEquals([replica.seq, replica.topic], [seq, topic]);
  assertEquals(replica.pins.filter((pinned) => pinned >= oldest.seq), [...pins]);
}

/** Keeps a random history, while replicas come, fall behind and catch up. */
async function run(journal: Journal, seed: number, hasForgotten: boolean): Promise<void> {
  const random = seeded(seed);
  const history = new History(random);
  let head = 0;
  const live = new Replica();
  const subscription = await journal.subscribe("r", 0, () => {});
  const away: Replica[] = hasForgotten ? [] : [new Replica()];
  for (let batch = 0; batch < BATCHES; batch++) {
    const size = random.chance(1, 3) ? 1 : random.int(60);
    await journal.append(Array.from({ length: size }, () => history.next(head)));
    await subscription.refresh();
    for (let some; (some = subscription.take()).length > 0;) live.apply(some);
    assert(!subscription.broken);
    head = (await journal.state("r")).seq;
    if (random.chance(1, 4)) away.push(await enter(journal));
    for (const replica of away) {
      if (!random.chance(1, 5)) continue;
      if (!hasForgotten) await catchUp(journal, replica, 1 + random.int(40));
      else if (!await resume(journal, replica)) away[away.indexOf(replica)] = await enter(journal);
      else await catchUp(journal, replica, 100);
    }
  }
  await compare(journal, live, random);
  for (const replica of away) {
    if (await resume(journal, replica)) {
      await catchUp(journal, replica, 1 + random.int(40));
      await compare(journal, replica, random);
    }
  }
  subscription.unsubscribe();
}

/** Whether what follows is still kept. */
async function resume(journal: Journal, { seq }: Replica): Promise<boolean> {
  const [next] = await journal.after("r", seq, 1);
  return next === undefined || (next.kind === "skip" ? next.from : next.seq) === seq + 1;
}

forEachKind((journalTest) => {
  for (const seed of seeds(3)) {
    journalTest(
      `after: a replica that applies the log equals what the journal says (seed ${seed})`,
      (journal) => run(journal, seed, false),
    );
  }

  for (const seed of seeds(3)) {
    journalTest(
      `after: the same where most messages are forgotten (seed ${seed})`,
      (journal) => run(journal, seed, true),
      100,
    );
  }
});
