/** Who is present in a room, and which entries report it. */

import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { LIMITS } from "../../config/limits.ts";
import type { Entry } from "../../hub/entry.ts";
import { Presence } from "../../hub/presence.ts";
import { FakeSubscription, person, range } from "../../testing/fakes.ts";
import { within } from "../../testing/wait.ts";

/** The presence of a room without people, and the entries that it pushes. */
function empty() {
  const subscription = new FakeSubscription();
  const entries: Entry[] = [];
  const presence = new Presence(subscription, (entry) => entries.push(entry));
  const last = <K extends Entry["kind"]>(kind: K): Extract<Entry, { kind: K }> => {
    const entry = entries.at(-1);
    assertEquals(entry?.kind as string, kind);
    return entry as Extract<Entry, { kind: K }>;
  };
  return { presence, entries, subscription, last };
}

/** The same with so many people, `p1` and on, who have been reported. */
function withPeople(count: number) {
  const room = empty();
  for (const n of range(1, count)) room.presence.join(person(`p${n}`));
  room.presence.flush();
  return room;
}

Deno.test("Presence.join: counts a person once, however many connections they have", () => {
  const { presence, subscription } = empty();
  const first = presence.join(person("ann", "Ann"));
  assertStrictEquals(presence.join(person("ann")), first);
  assertEquals([presence.count, presence.people().length], [1, 1]);
  presence.leave("ann");
  assertEquals(presence.count, 1);
  presence.leave("ann");
  assertEquals(presence.count, 0);
  assertEquals(subscription.published, ["ann", "-ann"]);
});

Deno.test("Presence.join: gives a person who is present the name they come with", () => {
  const { presence, last } = empty();
  const first = presence.join(person("ann", "Ann"));
  presence.join(person("ann", "Anna"));
  assertEquals([first.name, last("renamed").name], ["Anna", "Anna"]);
  presence.join(person("ann"));
  assertEquals(first.name, "Anna");
});

Deno.test("Presence.people: is the same array as long as the people are the same", () => {
  const { presence } = withPeople(2);
  const before = presence.people();
  presence.join(person("p1"));
  presence.leave("p1");
  assertStrictEquals(presence.people(), before);
  presence.join(person("p3"));
  assert(presence.people() !== before);
});

Deno.test("Presence.flush: reports those who came and went in one entry", () => {
  const { presence, last } = withPeople(2);
  presence.leave("p1");
  presence.join(person("cy", "Cy"));
  presence.flush();
  const { joined, left, count, members, snapshot } = last("presence");
  assertEquals(joined.map(({ id, name }) => [id, name]), [["cy", "Cy"]]);
  assertEquals([left, count, snapshot], [["p1"], 2, false]);
  assertEquals(members?.map(({ id }) => id), ["p2", "cy"]);
});

Deno.test("Presence.flush: reports nothing if nothing changed", () => {
  const { presence, entries } = withPeople(1);
  presence.join(person("p1"));
  presence.flush();
  presence.flush();
  assertEquals(entries.length, 1);
});

Deno.test("Presence.flush: reports somebody who came and went only as having left", () => {
  const { presence, last } = withPeople(1);
  presence.join(person("bob"));
  presence.leave("bob");
  presence.flush();
  const { joined, left, count } = last("presence");
  assertEquals([joined, left, count], [[], ["bob"], 1]);
});

Deno.test("Presence.flush: reports somebody who went and came back only as present, by their new name", () => {
  const { presence, last } = withPeople(1);
  presence.leave("p1");
  presence.join(person("p1", "Ann"));
  presence.flush();
  const { joined, left, count } = last("presence");
  assertEquals([joined.map(({ id, name }) => [id, name]), left, count], [[["p1", "Ann"]], [], 1]);
});

Deno.test("Presence.flush: lists everybody in a room that is just not too large", () => {
  const { last } = withPeople(LIMITS.presenceMembers);
  const { joined, members, snapshot } = last("presence");
  assertEquals([joined.length, members?.length], [LIMITS.presenceMembers, LIMITS.presenceMembers]);
  assertEquals(snapshot, false);
});

Deno.test("Presence.flush: reports the count alone in a large room", () => {
  const { presence, last } = withPeople(LIMITS.presenceMembers + 1);
  const { joined, left, count, members } = last("presence");
  assertEquals([joined, left, count], [[], [], LIMITS.presenceMembers + 1]);
  assertEquals(members, undefined);
  assertEquals(presence.people().length, LIMITS.presenceMembers);
});

Deno.test("Presence.flush: lists everybody again once the room is no longer large, and only once", () => {
  const { presence, last } = withPeople(LIMITS.presenceMembers + 2);
  assert(!last("presence").snapshot);
  for (const id of ["p1", "p2"]) presence.leave(id);
  presence.flush();
  const { snapshot, members } = last("presence");
  assertEquals([snapshot, members?.length], [true, LIMITS.presenceMembers]);
  presence.leave("p3");
  presence.flush();
  assert(!last("presence").snapshot);
});

Deno.test("Presence.flush: lists everybody instead of more changes than may be collected", () => {
  const { presence, last } = withPeople(2);
  for (const n of range(1, LIMITS.presenceChanges)) {
    presence.join(person(`brief${n}`));
    presence.leave(`brief${n}`);
  }
  presence.flush();
  assertEquals(last("presence").left.length, LIMITS.presenceChanges);
  for (const n of range(1, LIMITS.presenceChanges + 1)) {
    presence.join(person(`brief${n}`));
    presence.leave(`brief${n}`);
  }
  presence.join(person("p3"));
  presence.flush();
  const { joined, left, count, members, snapshot } = last("presence");
  assertEquals([joined, left, count, snapshot], [[], [], 3, true]);
  assertEquals(members?.map(({ id }) => id), ["p1", "p2", "p3"]);
});

Deno.test("Presence.rename: changes a person's name everywhere", () => {
  const { presence, subscription, last } = empty();
  const first = presence.join(person("ann"));
  const second = presence.join(person("ann"));
  presence.rename(first, "Ann");
  assertEquals([first.name, second.name], ["Ann", "Ann"]);
  assertEquals(presence.people().map(({ name }) => name), ["Ann"]);
  assertEquals(last("renamed"), { kind: "renamed", from: "ann", name: "Ann" });
  assertEquals(subscription.published, ["ann", "ann"]);
});

Deno.test("Presence.rename: reports nothing for the same name, or for somebody who is not present", () => {
  const { presence, entries } = withPeople(1);
  presence.rename(person("p1"), "Ann");
  const { length } = entries;
  presence.rename(person("p1"), "Ann");
  presence.rename(person("nobody"), "No");
  assertEquals(entries.length, length);
});

Deno.test("Presence.typing: is reported at most once in a while for each person", () => {
  const { presence, entries, subscription, last } = withPeople(2);
  const { length } = entries;
  for (let n = 0; n < 5; n++) {
    presence.typing(person("p1"));
    presence.typing(person("p2"));
  }
  assertEquals(entries.length, length + 2);
  assertEquals(last("typing").name, "guest-p2");
  assertEquals(subscription.published.slice(2), ["p1...", "p2..."]);
});

Deno.test("Presence.typing: is not reported of somebody who is not present, nor in a large room", () => {
  const { presence, entries } = withPeople(LIMITS.presenceMembers + 1);
  presence.typing(person("nobody"));
  presence.typing(person("p1"));
  assertEquals(entries.length, 1);
});

Deno.test("Presence.applyRemote: keeps a person until they have left all servers", () => {
  const { presence, last } = empty();
  presence.applyRemote({ kind: "here", person: person("ann", "Ann") });
  presence.join(person("ann"));
  presence.leave("ann");
  assertEquals(presence.count, 1);
  presence.applyRemote({ kind: "here", person: person("ann", "Anna") });
  assertEquals(last("renamed").name, "Anna");
  presence.join(person("ann"));
  presence.applyRemote({ kind: "gone", id: "ann" });
  assertEquals(presence.count, 1);
  presence.leave("ann");
  assertEquals(presence.count, 0);
});

Deno.test("Presence.applyRemote: shows who types elsewhere, and ignores those it does not know", () => {
  const { presence, entries, subscription } = empty();
  presence.applyRemote({ kind: "here", person: person("ann", "Ann") });
  for (const id of ["ann", "nobody"]) presence.applyRemote({ kind: "typing", id });
  presence.applyRemote({ kind: "gone", id: "nobody" });
  assertEquals(entries.map(({ kind }) => kind), ["typing"]);
  assertEquals(subscription.published, []);
});

Deno.test("Presence.debounce: calls back once for any number of changes", async () => {
  const { presence } = empty();
  let calls = 0;
  await within(
    new Promise<void>((resolve) => {
      const callBack = () => {
        calls++;
        resolve();
      };
      for (const id of ["ann", "bob"]) {
        presence.join(person(id));
        presence.debounce(callBack);
      }
    }),
    "the call",
  );
  presence.flush();
  presence.debounce(() => calls++);
  presence.close();
  assertEquals(calls, 1);
});
