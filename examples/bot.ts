/**
 * A bot on the JSON wire: answers whoever asks for the time.
 *
 * `deno run --allow-net examples/bot.ts ws://localhost:8080/rooms/lobby`
 */

const socket = new WebSocket(`${Deno.args[0]}?name=clock&replay=0`);
let me = "";

socket.onmessage = ({ data }) => {
  for (const line of data.split("\n")) {
    const { type, you, from, name, text } = JSON.parse(line);
    if (type === "welcome") console.log(`I am ${me = you.id}`);
    if (type === "message" && from !== me && /what time is it/i.test(text)) {
      socket.send(JSON.stringify({ type: "say", text: `${name}, it is ${new Date()}.` }));
    }
  }
};
socket.onclose = ({ reason }) => console.log(`The end: ${reason || "the line broke"}`);
