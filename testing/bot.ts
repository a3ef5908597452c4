/**
 * Somebody who speaks the JSON wire without a page: fast, and deaf to what it does not wait for.
 */
export class Bot {
  #socket: WebSocket;
  #last = "";
  #waiting?: () => void;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.onmessage = ({ data }) => {
      const last = data.split("\n").findLast((line: string) =>
        line.startsWith('{"type":"message"')
      );
      if (last) this.#last = JSON.parse(last).text;
      this.#waiting?.();
    };
  }

  static async come(url: string, room: string, name = "Bot"): Promise<Bot> {
    const query = new URLSearchParams({ name, replay: "0" });
    const address = `${url.replace("http", "ws")}/rooms/${encodeURIComponent(room)}?${query}`;
    const socket = new WebSocket(address);
    const bot = new Bot(socket);
    await new Promise((done, fail) => {
      socket.onopen = done;
      socket.onerror = () => fail(new Error(`The bot cannot come into ${room}`));
    });
    return bot;
  }

  /** Says them all, in order, and waits until the last has come back. */
  async sayAll(texts: string[]): Promise<void> {
    for (const text of texts) this.#socket.send(JSON.stringify({ type: "say", text }));
    await this.heard(texts[texts.length - 1]);
  }

  types(): void {
    this.#socket.send(JSON.stringify({ type: "typing" }));
  }

  async heard(text: string): Promise<void> {
    while (this.#last !== text) await new Promise<void>((done) => this.#waiting = done);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((done) => this.#socket.onclose = done);
    this.#socket.close();
    await closed;
  }
}
