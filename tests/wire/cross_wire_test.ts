import { assert, assertEquals } from "@std/assert";
import { Peer, serveChat, test } from "../../testing/support.ts";

const contents = (peer: Peer) =>
  peer.lines.map((line) => JSON.parse(line)).filter(({ MType }) => MType === "text_mtype")
    .map(({ TextMessage: { UserInfo, Content } }) => `${UserInfo.Name}: ${Content}`);
const messages = (peer: Peer) => peer.all("message").map(({ name, text }) => `${name}: ${text}`);

test("Wire: clients of all wires in one room see each other's messages in one order", async () => {
  await using server = await serveChat("--rate", "0");
  await using plain = await Peer.join(server.host, "/ws?room=mixed");
  await using bob = await Peer.join(server.host, "/chat?email=bob@example.org&room=mixed");
  await using ann = await Peer.join(server.host, "/rooms/mixed?name=Ann");
  for (let n = 0; n < 10; n++) {
    plain.send(`plain ${n}`);
    bob.send(`bob ${n}`);
    ann.say(`ann ${n}`);
  }
  await plain.until(() => plain.lines.length >= 30, "30 lines");
  await bob.until(() => contents(bob).length >= 30, "30 objects");
  await ann.until(() => ann.all("message").length >= 30, "30 messages");
  const texts = ann.all("message").map(({ text }) => text);
  assertEquals(plain.lines.map((line) => line.replace(/^(Ann|bob): /, "")), texts);
  assertEquals(contents(bob).map((line) => line.replace(/^[^:]+: /, "")), texts);
  assertEquals(
    ann.all("message").map(({ seq }) => seq),
    Array.from({ length: 30 }, (_, n) => n + 1),
  );
});

test("Wire: clients of all wires see the name of a sender who has one", async () => {
  await using server = await serveChat();
  await using plain = await Peer.join(server.host, "/ws?name=Pia");
  await using bob = await Peer.join(server.host, "/chat?email=bob@example.org");
  await using ann = await Peer.join(server.host, "/rooms/lobby?name=Ann");
  plain.send("one");
  assertEquals(await plain.line(), "Pia: one");
  bob.send("two");
  assertEquals(await plain.line(), "bob: two");
  ann.say("three\nlines");
  assertEquals(await plain.line(), "Ann: three lines");
  await bob.until(() => contents(bob).length === 3, "three objects");
  await ann.until(() => messages(ann).length === 3, "three messages");
  const named = ["Pia: one", "bob: two", "Ann: three\nlines"];
  assertEquals(contents(bob), named);
  assertEquals(messages(ann), named);
});

test("Wire: clients of all wires see a plain-text message on one line, trimmed", async () => {
  await using server = await serveChat();
  await using plain = await Peer.join(server.host, "/ws");
  await using ann = await Peer.join(server.host, "/rooms/lobby");
  plain.send("\n two\nlines\t\n");
  assertEquals((await ann.next("message")).text, "two lines");
});

test("Wire: clients of all wires see a sender without a name as a guest, on the plain one as nobody", async () => {
  await using server = await serveChat();
  await using plain = await Peer.join(server.host, "/ws");
  await using bob = await Peer.join(server.host, "/chat?email=@example.org");
  await using ann = await Peer.join(server.host, "/rooms/lobby");
  const { you } = await ann.next("welcome");
  plain.send("from plain");
  assertEquals(await plain.line(), "from plain");
  ann.say("from json");
  assertEquals(await plain.line(), "from json");
  await ann.until(() => messages(ann).length === 2, "both");
  await bob.until(() => contents(bob).length === 2, "both");
  const [first, second] = ann.all("message");
  assertEquals(first.name, `guest-${first.from.slice(0, 4)}`);
  assertEquals([second.from, second.name], [you.id, `guest-${you.id.slice(0, 4)}`]);
  assertEquals(contents(bob), [`${first.name}: from plain`, `${second.name}: from json`]);
});

test("Wire: clients of all wires are members, by name or as guests", async () => {
  await using server = await serveChat();
  await using _plain = await Peer.join(server.host, "/ws?name=Pia");
  await using _silent = await Peer.join(server.host, "/ws");
  await using _bob = await Peer.join(server.host, "/chat?email=bob@example.org");
  await using ann = await Peer.join(server.host, "/rooms/lobby?name=Ann");
  const { members, count } = await ann.next("welcome");
  const names = members.map(({ name }: { name: string }) => name).sort();
  assertEquals([names.length, count], [4, 4]);
  assertEquals(names.filter((name: string) => !name.startsWith("guest-")), ["Ann", "Pia", "bob"]);
});

test("Sessions.memberOfKey: a key is one member on all wires, an email is none", async () => {
  await using server = await serveChat();
  const token = "k".repeat(32);
  await using chat = await Peer.join(server.host, `/chat?email=ann@example.org&token=${token}`);
  await using ann = await Peer.join(server.host, `/rooms/lobby?token=${token}`);
  const { you, count, members } = await ann.next("welcome");
  assertEquals([count, members.length], [1, 1]);
  chat.send("hello");
  const { from } = await ann.next("message");
  assertEquals(from, you.id);
  await using forger = await Peer.join(server.host, "/rooms/lobby?email=Ann@Example.org");
  const forged = await forger.next("welcome");
  assertEquals(forged.count, 2);
  assert(forged.you.id !== you.id);
});

test("Wire: a message posted over HTTP reaches clients of all wires", async () => {
  await using server = await serveChat();
  await using plain = await Peer.join(server.host, "/ws");
  await using bob = await Peer.join(server.host, "/chat?email=bob@example.org");
  await using ann = await Peer.join(server.host, "/rooms/lobby");
  const response = await fetch(`http://${server.host}/rooms/lobby/messages`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ text: "built", name: "ci" }),
  });
  const posted = await response.json();
  assertEquals(await plain.line(), "ci: built");
  assertEquals(await ann.next("message"), posted);
  await bob.until(() => contents(bob).length === 1, "the message");
  assertEquals(contents(bob), ["ci: built"]);
  assert(posted.seq === 1);
});
