/** What is done to messages, by sockets and over HTTP, against a real server. */

import { assertEquals, assertRejects } from "@std/assert";
import {
  connectRoom,
  deleteMessage,
  editMessage,
  getMessage,
  getReaction,
  history,
  HttpError,
  postMessage,
  type Room,
  setPin,
  setReaction,
  setTopic,
} from "../../sdk/mod.ts";
import { FaultyLink } from "../../testing/faulty_link.ts";
import { serveChat, test, within } from "../../testing/support.ts";
import { until } from "../../testing/wait.ts";

const keyOf = (name: string) => name.padEnd(40, "-");

function enter(host: string, name: string, replay = 50): Room {
  return connectRoom({ url: `http://${host}`, room: "tea", name, token: keyOf(name), replay });
}

/** Says something; returns its number. */
async function said(room: Room, text: string): Promise<number> {
  const outcome = await within(room.say(text), "the echo");
  if (!outcome.kept) throw new Error(outcome.detail);
  return outcome.seq;
}

test("Room: edits, reacts, pins, sets the topic and deletes, and everybody sees it", async () => {
  await using house = await serveChat();
  const [ann, ben] = [enter(house.host, "Ann"), enter(house.host, "Ben")];
  const seq = await said(ann, "hi");
  const events: string[] = [];
  for (const name of ["edit", "react", "pin", "room", "delete"] as const) {
    ben.on(name, ({ seq, type }) => events.push(`${seq} ${type}`));
  }
  const outcomes = [
    ann.edit(seq, "hello"),
    ann.react(seq, "👍", true),
    ann.pin(seq, true),
    ann.setTopic("Tea"),
  ];
  assertEquals(
    (await Promise.all(outcomes)).map((one) => one.kept && one.seq),
    [2, 3, 4, 5],
  );
  await until(() => ben.state.position?.seq === 5, "all of it");
  const { text, reactions } = ben.state.message(seq)!;
  const from = [ann.state.you!.id];
  assertEquals([text, reactions], ["hello", { "👍": { count: 1, from } }]);
  assertEquals(ann.state.message(seq)!.reactions?.["👍"].mine, true);
  assertEquals([ben.state.pins, ben.state.topic], [[seq], "Tea"]);
  assertEquals((await ann.remove(seq)).kept, true);
  await until(() => ben.state.position?.seq === 6, "the deletion");
  assertEquals([ben.state.message(seq)!.deleted, ben.state.pins], [true, []]);
  assertEquals(events, ["2 edit", "3 react", "4 pin", "5 room", "6 delete"]);
  for (const room of [ann, ben]) await room.close();
});

test("Room: resolves what has nothing to change, and says why something is refused", async () => {
  await using house = await serveChat();
  const [ann, ben] = [enter(house.host, "Ann"), enter(house.host, "Ben")];
  const seq = await said(ann, "hi");
  const nothing = [ann.edit(seq, "hi"), ann.react(seq, "👍", false), ann.pin(seq, false)];
  assertEquals((await within(Promise.all(nothing), "answers")).map(({ kept }) => kept), [
    true,
    true,
    true,
  ]);
  assertEquals((await ann.history()).head, 1);
  const code = async (outcome: ReturnType<Room["say"]>) => {
    const result = await within(outcome, "the refusal");
    return result.kept || result.code;
  };
  assertEquals(await code(ben.edit(seq, "not mine")), "not_allowed");
  assertEquals(await code(ann.edit(99, "nothing there")), "gone");
  await ann.remove(seq);
  assertEquals(await code(ann.react(seq, "👍", true)), "gone");
  assertEquals(await code(ann.remove(seq)), true);
  for (const room of [ann, ben]) await room.close();
});

test("Room.edit: is refused if another device has changed the text that was shown", async () => {
  await using house = await serveChat();
  await using link = new FaultyLink(Number(house.host.split(":")[1]));
  const [ann, phone] = [enter(house.host, "Ann"), enter(link.host, "Ann")];
  const seq = await said(ann, "hi");
  await until(() => phone.state.message(seq) !== undefined, "the message");
  link.cut();
  await until(() => phone.status.is !== "online", "the loss");
  const first = phone.edit(seq, "from the phone");
  const second = phone.edit(seq, "from the phone, later");
  assertEquals(phone.pending.messages.get(seq), { text: "from the phone, later" });
  await ann.edit(seq, "from the desk");
  link.repair();
  phone.wake();
  const result = await within(first, "the refusal");
  assertEquals(result.kept || result.code, "changed");
  // The later one was made in the knowledge of the first, whatever came of that.
  assertEquals((await within(second, "the echo")).kept, true);
  assertEquals(phone.state.message(seq)?.text, "from the phone, later");
  for (const room of [ann, phone]) await room.close();
});

test("Room: sends what was done offline, once, in order, and shows it as pending until then", async () => {
  await using house = await serveChat();
  await using link = new FaultyLink(Number(house.host.split(":")[1]));
  const ann = enter(link.host, "Ann");
  const seq = await said(ann, "hi");
  link.cut();
  await until(() => ann.status.is !== "online", "the loss");
  const outcomes = [
    ann.edit(seq, "hello"),
    ann.react(seq, "👍", true),
    ann.react(seq, "👍", false),
    ann.say("an answer", { reply: seq }),
  ];
  assertEquals(ann.pending.messages.get(seq), { text: "hello", reactions: { "👍": false } });
  assertEquals(ann.state.message(seq)?.text, "hi");
  link.repair();
  ann.wake();
  const kept = await within(Promise.all(outcomes), "the echoes");
  assertEquals(kept.map((one) => one.kept && one.seq), [2, 3, 4, 5]);
  assertEquals(ann.pending.messages.size, 0);
  const { messages, head } = await ann.history();
  assertEquals([messages.map(({ text }) => text), messages[1].reply, head], [
    ["hello", "an answer"],
    seq,
    5,
  ]);
  await ann.close();
});

test("Room.history: adds pages to the state, up to date with what came meanwhile", async () => {
  await using house = await serveChat();
  const ann = enter(house.host, "Ann");
  for (let n = 1; n <= 30; n++) await said(ann, `text ${n}`);
  const ben = enter(house.host, "Ben", 0);
  await until(() => ben.status.is === "online", "the room");
  assertEquals(ben.state.messages.length, 0);
  const page = await ben.history({ before: 21, limit: 10 });
  assertEquals(page.messages.map(({ seq }) => seq), [11, 12, 13, 14, 15, 16, 17, 18, 19, 20]);
  assertEquals([page.head, page.more, ben.state.messages.length], [30, true, 10]);
  await ann.edit(15, "edited");
  await until(() => ben.state.message(15)?.text === "edited", "the edit");
  const again = await ben.history({ around: 15, limit: 5 });
  assertEquals(again.messages.find(({ seq }) => seq === 15)?.text, "edited");
  assertEquals((await ben.message(3))?.text, "text 3");
  assertEquals([await ben.message(99), ben.state.message(3)?.seq], [undefined, 3]);
  for (const room of [ann, ben]) await room.close();
});

test("editMessage and the others: do over HTTP what the commands do", async () => {
  await using house = await serveChat();
  const server = { url: `http://${house.host}`, room: "tea", token: keyOf("bot") };
  const { seq } = await postMessage({ ...server, text: "Deploying", name: "bot" });
  const message = { ...server, seq };
  assertEquals((await editMessage({ ...message, text: "Deployed", v: seq, id: "x" })).type, "edit");
  const again = await editMessage({ ...message, text: "Deployed", v: seq, id: "x" });
  assertEquals(again.type === "edit" && again.seq, 2);
  const changed = await assertRejects(
    () => editMessage({ ...message, text: "other", v: seq }),
    HttpError,
  );
  assertEquals(changed.status, 409);
  assertEquals((await setReaction({ ...message, emoji: "👍", on: true })).type, "react");
  assertEquals((await setPin({ ...message, on: true })).type, "pin");
  assertEquals((await setTopic({ ...server, topic: "Tea" })).type, "room");
  const { count, from, mine } = await getReaction({ ...message, emoji: "👍" });
  assertEquals([count, from.length, mine], [1, 1, true]);
  const reply = await postMessage({ ...server, text: "And back", reply: seq });
  assertEquals(reply.reply, seq);
  const kept = await getMessage(message);
  assertEquals([kept?.text, kept?.reactions?.["👍"].count, kept?.v], ["Deployed", 1, 4]);
  assertEquals((await setReaction({ ...message, emoji: "👍", on: false })).type, "react");
  assertEquals((await deleteMessage(message)).type, "delete");
  const gone = await assertRejects(() => setPin({ ...message, on: false }), HttpError);
  assertEquals(gone.status, 410);
  const { messages } = await history(server);
  assertEquals(messages.map(({ text, deleted }) => [text, deleted]), [
    ["", true],
    ["And back", undefined],
  ]);
  assertEquals(await getMessage({ ...server, seq: 99 }), undefined);
});
