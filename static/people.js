/** Who is here, at most 300 of them; and who is typing, for 4 s or until they have said it. */
import { disc } from "./avatar.js";
import { mention } from "./composer.js";
import { button, isolated, make, page, write } from "./page.js";
import { list, words } from "./words.js";

const MOST = 300;
const SILENCE = 4000;

const members = new Map();
const typing = new Map();
let count = 0;
let me = "";
let isDue = false;

/** all: everybody anew, instead of who has joined and left */
export function change(
  { members: all, joined = all, left = all ? [...members.keys()] : [], count: howMany },
  myId = me,
) {
  me = myId;
  for (const id of left) {
    members.delete(id);
    typing.delete(id);
  }
  for (const member of joined) {
    if (members.size < MOST) members.set(member.id, member);
  }
  count = Math.max(howMany, members.size);
  if (all) draw();
  else redraw();
}

export function rename(id, name) {
  if (members.has(id)) members.set(id, { ...members.get(id), name });
  redraw();
}

export function types({ from: id, name }) {
  if (id !== me && typing.size < MOST) typing.set(id, { name, until: Date.now() + SILENCE });
  showTyping();
}

export function hasSaid(id) {
  if (typing.delete(id)) showTyping();
}

export function showTyping() {
  for (const [id, { until }] of typing) {
    if (until < Date.now()) typing.delete(id);
  }
  const names = [...typing.values()].slice(0, 3).map(({ name }) => isolated(name));
  write(page.typing, names.length ? words.typing(list(names)) : "");
}

function redraw() {
  if (!isDue) setTimeout(draw, 50);
  isDue = true;
}

function draw() {
  isDue = false;
  const { id } = document.activeElement;
  page.peopleCount.textContent = page.peopleButton.ariaLabel = words.here(count);
  page.peopleButton.textContent = `☺ ${count}`;
  const isMe = ({ id }) => id === me;
  const sorted = [...members.values()].sort((a, b) =>
    isMe(b) - isMe(a) || a.name.localeCompare(b.name)
  );
  const items = sorted.map((member) => {
    const { name } = member;
    const note = make("span", "hint", isMe(member) ? words.you : "");
    const person = button("row", [disc(member), make("bdi", "", name), note], () => {
      page.people.hidePopover();
      mention(name);
    });
    person.id = `u${member.id}`;
    return make("li", "", person);
  });
  if (count > sorted.length) items.push(make("li", "hint", words.more(count - sorted.length)));
  page.peopleList.replaceChildren(...items);
  document.getElementById(id)?.focus();
  showTyping();
}
