/**
 * A bot on one connection for all rooms: it is present in some, and answers anyone who mentions it there or
 * writes to it directly.
 *
 * `deno run --allow-net examples/porter.ts http://localhost:8080 KEY lobby tea`
 *
 * KEY has 32 characters or more and makes it the same person each time. It answers in rooms that it has
 * not entered as well.
 */

import { connectRooms } from "../sdk/mod.ts";

const [url, token, ...names] = Deno.args;
const chat = connectRooms({ url, token, name: "porter", replay: 0 });
for (const name of names) chat.enter(name);

chat.on("mention", async ({ room, seq, name, text }) => {
  const question = text.replace(/^@porter[,:]?\s*/i, "");
  const { kept } = await chat.enter(room).say(`${name}, you said: ${question}`, { reply: seq });
  if (kept) chat.read(room, seq);
});
chat.on("status", (status) => {
  if (status.is === "online") console.log(`I am ${chat.you?.id}`);
  if (status.is === "stopped") console.error(`The end: ${status.why.detail}`);
});
