/**
 * One message in the log. Its body never changes; what stands above (a gap, the day, the mark of what
 * is new) and whether it is grouped follow from the line before.
 */
import { disc } from "./avatar.js";
import { isolated, make } from "./page.js";
import { deed, isEmoji, mentions, textNodes } from "./text.js";
import { date, day, moment, time, words } from "./words.js";

const TOGETHER = 5 * 60_000;

export class Line {
  /** How many messages are missing before this one. */
  gap = 0;
  #above = "";

  constructor(message, me) {
    this.message = message;
    this.seq = message.seq;
    this.date = date(message.at);
    this.body = bodyOf(message, me);
    const isMention = message.from !== me.id && mentions(message.text, me.name);
    this.element = make("article", isMention ? "line mention" : "line", this.body);
  }

  /** isLost: what is missing in between is no longer kept. */
  follow(before, isNew, isLost) {
    const isNewDay = before?.date !== this.date;
    this.gap = before ? this.seq - before.seq - 1 : 0;
    const above = [];
    if (this.gap) above.push(["gap", isLost ? words.gone(this.gap) : words.missing]);
    if (isNewDay) above.push(["day", day(this.message.at)]);
    if (isNew) above.push(["new", words.newHere]);
    this.element.classList.toggle("grouped", !above.length && this.#continues(before.message));
    if (String(above) === this.#above) return;
    this.#above = String(above);
    this.element.replaceChildren(
      ...above.map(([kind, text]) => make("p", `divider ${kind}`, make("span", "", text))),
      this.body,
    );
  }

  /** A deed names its doer and needs no head either. */
  #continues(before) {
    const { from, name, at, text } = this.message;
    if (deed(text)) return true;
    return before.from === from && before.name === name && at - before.at < TOGETHER &&
      !deed(before.text);
  }
}

export function bodyOf({ name, avatar, at, text }, me) {
  const clock = make("time", "", time(at));
  clock.dateTime = new Date(at).toISOString();
  clock.title = moment(at);
  const done = deed(text);
  const content = make("div", isEmoji(text) ? "text large" : "text");
  content.dir = "auto";
  content.append(...textNodes(done ?? text, me.name));
  if (done) content.prepend("∗ ", make("b", "", isolated(name)), " ");
  const head = make("p", "", make("bdi", "name", name), " ", clock);
  return make("div", "body", disc({ name, avatar }), head, content);
}
