/**
 * A bot: answers anyone who asks for the time. It comes back by itself after a break, and neither
 * misses a question nor answers one twice.
 *
 * `deno run --allow-net examples/bot.ts http://localhost:8080 lobby`
 */

import { connectRoom } from "../sdk/mod.ts";

const [url, name] = Deno.args;
const room = connectRoom({ url, room: name, name: "clock", replay: 0 });

room.on("welcome", ({ you }) => console.log(`I am ${you.id}`));
room.on("message", ({ from, name, text }) => {
  const isQuestion = from !== room.state.you?.id && /what time is it/i.test(text);
  if (isQuestion) room.say(`${name}, it is ${new Date()}.`);
});
room.on("status", (status) => {
  if (status.is === "stopped") console.error(`The end: ${status.why.detail}`);
});
