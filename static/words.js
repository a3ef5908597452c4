/**
 * Every word of the page, in English and Chinese, and dates as words. The first of the browser's
 * languages that is one of the two decides, else English.
 */

const s = (n, one, many = `${one}s`) => `${n} ${n === 1 ? one : many}`;

const pairs = {
  rooms: ["Rooms", "聊天室"],
  findRoom: ["Find or make a room", "查找或新建聊天室"],
  badRoom: ["Letters, digits and - _ . only", "只能用文字、数字和 - _ ."],
  people: ["People", "成员"],
  here: [(n) => s(n, "person here", "people here"), (n) => `${n} 人在线`],
  more: [(n) => `and ${n} more`, (n) => `还有 ${n} 人`],
  you: ["you", "我"],
  settings: ["Settings", "设置"],
  save: ["Save", "保存"],
  messages: ["Messages", "消息"],
  writeTo: [(room) => `Message ${room} (/help)`, (room) => `发消息到 ${room}（/help）`],
  send: ["Send", "发送"],
  comeInto: [(room) => `Come into ${room}`, (room) => `进入 ${room}`],
  comeIn: ["Come in", "进入"],
  name: ["Name", "名字"],
  email: ["Email (optional)", "邮箱（可不填）"],
  emailHint: [
    "For your Gravatar picture; nobody sees it. Leave both empty to be a guest.",
    "只用于 Gravatar 头像，别人看不到。都不填就是访客。",
  ],
  badName: ["This cannot be a name.", "不能用这个名字。"],
  pictures: ["Show pictures (from gravatar.com)", "显示头像（来自 gravatar.com）"],
  notify: ["Desktop notice when mentioned", "有人提到我时发桌面通知"],
  sound: ["Sound when mentioned", "有人提到我时响一声"],
  connecting: ["Connecting…", "正在连接…"],
  online: ["Connected", "已连接"],
  lost: [
    "Connection lost. What you write is kept and sent later.",
    "连接已断开，你写的会保留，稍后发出。",
  ],
  again: [(n) => `Trying again in ${n} s.`, (n) => `${n} 秒后重试。`],
  tryNow: ["Try now", "立即重试"],
  closed: [
    (why) => `Closed by the server: ${why}`,
    (why) => `服务器关闭连接：${why}`,
  ],
  noToken: ["You need a link with a valid token.", "需要带有效令牌的链接。"],
  noWebSocket: [
    "Hubbub needs WebSocket. Please use a current browser.",
    "Hubbub 需要 WebSocket，请换用新版浏览器。",
  ],
  back: [
    (n) => `Connected again${n ? `, ${s(n, "new message")}` : ""}. You have everything.`,
    (n) => `已重新连接${n ? `，${n} 条新消息` : ""}，消息完整。`,
  ],
  gone: [(n) => `${s(n, "message")} no longer kept`, (n) => `${n} 条消息已不再保留`],
  missing: ["Fetching messages…", "正在获取消息…"],
  reset: ["The room has begun anew.", "聊天室已重新开始。"],
  empty: [
    (room) => `Nobody has said anything in ${room} yet. Say hello!`,
    (room) => `${room} 里还没有人说话，打个招呼吧！`,
  ],
  newHere: ["New", "新消息"],
  toEnd: ["To the newest", "到最新"],
  unread: [(n) => s(n, "new message"), (n) => `${n} 条新消息`],
  digest: [
    (n, who) => `${s(n, "new message")} from ${s(who, "person", "people")}`,
    (n, who) => `${who} 人发来 ${n} 条新消息`,
  ],
  typing: [(names) => `${names} typing…`, (names) => `${names} 正在输入…`],
  sending: ["Sending…", "正在发送…"],
  waits: ["Goes out when connected", "连接后发出"],
  tooFast: [(n) => `Too fast: goes out in ${n} s`, (n) => `太快了，${n} 秒后发出`],
  notSent: [(why) => `Not sent: ${why}`, (why) => `未发送：${why}`],
  tooLarge: ["too long", "太长"],
  retry: ["Retry", "重试"],
  remove: ["Delete", "删除"],
  full: ["Too many unsent messages.", "等待发送的消息太多。"],
  left: [(n) => `${s(n, "byte")} left`, (n) => `还剩 ${n} 字节`],
  over: [(n) => `${s(n, "byte")} too long`, (n) => `超出 ${n} 字节`],
  noCommand: [
    (name) => `${name} is no command. Enter again sends it.`,
    (name) => `没有 ${name} 命令。再按回车原样发送。`,
  ],
  named: [(name) => `You are now ${name}`, (name) => `你现在叫 ${name}`],
  help: [
    "Shift + Enter: new line · ↑ takes back what was refused · Esc: to the newest · @name · /me waves · /name Ann",
    "Shift + Enter 换行 · ↑ 取回未发出的消息 · Esc 到最新消息 · @名字 · /me 挥手 · /name 小安",
  ],
};

const language = navigator.languages.find((tag) => /^(en|zh)\b/i.test(tag)) ?? "en";
const which = /^zh/i.test(language) ? 1 : 0;
export const words = Object.fromEntries(
  Object.entries(pairs).map(([key, pair]) => [key, pair[which]]),
);

export function spell() {
  document.documentElement.lang = language;
  for (const element of document.querySelectorAll("[data-word], [data-label], [data-hint]")) {
    const { word, label, hint } = element.dataset;
    if (word) element.textContent = words[word];
    else element.ariaLabel = words[label ?? hint];
    if (hint) element.placeholder = words[hint];
  }
}

const format = (options) => new Intl.DateTimeFormat(language, options).format;
export const time = format({ hour: "2-digit", minute: "2-digit" });
export const moment = format({ dateStyle: "full", timeStyle: "medium" });
export const date = format({ weekday: "long", day: "numeric", month: "long", year: "numeric" });
const near = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
export const list = (names) => new Intl.ListFormat(language).format(names);

export function day(at) {
  const ago = [0, 1].find((days) => date(at) === date(Date.now() - days * 864e5));
  const word = ago === undefined ? date(at) : near.format(0 - ago, "day");
  return word[0].toUpperCase() + word.slice(1);
}
