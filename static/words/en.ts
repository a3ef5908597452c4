/** The page's words in English. Other languages have the same keys. */

const many = (n: number, one: string, other = `${one}s`) => `${n} ${n === 1 ? one : other}`;

export const en = {
  // Rooms
  rooms: "Rooms",
  openRooms: "Open the list of rooms",
  openRoomsUnread: "Open the list of rooms, some have unread messages",
  unread: "unread",
  moreRooms: "Show more rooms",
  noRooms: "No rooms yet.",
  addRoom: "Add a room",
  roomName: "Name",
  roomHint: "Letters, digits and - _ . only. Everybody can find the room and write in it.",
  add: "Add the room",
  goTo: "Go to…",
  goToLabel: "Go to a room or person",
  roomOrPerson: "Room or person",
  makeRoom: (room: string) => `Make the room “${room}”`,
  nothingFound: "Nothing found.",
  choose: "choose",
  go: "go",
  close: "close",

  // People
  people: "People",
  peopleHere: (n: number) => `People, ${n} here`,
  here: "Here",
  hereCount: (n: number) => `Here, ${n}`,
  morePeople: (n: number) => `and ${n} more`,
  you: "you",
  mention: (name: string) => `Mention ${name}`,
  sameName: "Somebody else here has the same name",

  // Messages
  messages: "Messages",
  beginning: (room: string) => `This is the beginning of ${room}`,
  nobodyYet: "Nobody has said anything here yet. Say hello!",
  invitePeople: "Invite people",
  inviteHint: "Everybody who can open this link can read the room and write in it.",
  link: "Link to this room",
  copyLink: "Copy link",
  copied: "Copied",
  gone: (n: number) => `${many(n, "message")} no longer kept`,
  missing: "Loading messages…",
  new: "New",
  showAll: "Show all",
  showLess: "Show less",
  toEnd: "To the newest",
  newMessages: (n: number) => many(n, "new message"),
  digest: (n: number, people: number) =>
    `${many(n, "new message")} from ${many(people, "person", "people")}`,

  // Writing
  writeTo: (room: string) => `Message ${room}`,
  send: "Send",
  typing: (names: string, n: number) => `${names} ${n === 1 ? "is" : "are"} typing`,
  unsent: "Not sent yet",
  sending: "Sending…",
  waits: "Will be sent when you are online.",
  tooFast: (s: number) => `Too fast: will be sent in ${s} s.`,
  notSent: (why: string) => `Not sent: ${why}.`,
  tooLong: "it is too long",
  otherAuthor: (name: string) => `it was written as ${name}`,
  guest: "a guest",
  retry: "Send again",
  edit: "Edit",
  discard: "Discard",
  full: "Too many messages are waiting to be sent.",
  left: (n: number) => `${many(n, "byte")} left`,
  over: (n: number) => `${many(n, "byte")} too long`,
  noCommand: (name: string) => `${name} is not a command. Press Enter again to send it.`,
  named: (name: string) => `You are now ${name}.`,
  help:
    "Shift + Enter: new line · ↑: edit what was refused · Esc: to the newest · Ctrl + K: rooms · @name · /me waves · /name Ann",

  // You
  settings: "Settings",
  profile: "Profile",
  name: "Name",
  nameHint: "Leave it empty to be a guest.",
  badName: "This cannot be a name.",
  email: "Email, optional",
  emailHint: "Only chooses your picture, from gravatar.com. Nobody sees it.",
  badEmail: "This is not an email address.",
  pictures: "Show pictures from gravatar.com",
  notifications: "Notifications",
  notify: "Show mentions on the desktop",
  sound: "Play a sound with mentions",
  cancel: "Cancel",
  save: "Save",

  // First visit
  welcome: (chat: string) => `Welcome to ${chat}`,
  welcomeLead: (room: string) => `A chat in rooms. You are about to join ${room}. No password.`,
  hereNow: (n: number) => `${many(n, "person", "people")} here now`,
  nobodyHere: "Nobody is here right now.",
  yourName: "Your name",
  yourNameHint: "This is how the others see you. You can change it later.",
  join: "Join",
  lookFirst: "Look around first",
  lookFirstHint: ", as a guest.",

  // Connection
  connecting: "Connecting…",
  offline: "You are offline.",
  lost: "The connection is lost.",
  keptHere: "What you write is kept here and sent when the connection is back.",
  again: (s: number) => `Trying again in ${s} s`,
  tryNow: "Try now",
  closed: (why: string) => `The server closed the connection: ${why}.`,
  flooding: "You sent too much at once, so the server makes you wait.",
  busy: "The server has too many connections right now.",
  noToken: "This chat needs a link with a valid token.",
  askForLink: "Ask whoever gave you the address for a new one.",
  refused: (why: string) => `The server refuses the connection: ${why}.`,
  changeName: "Change your name or email in the settings.",
  checkAddress: "Check the address, or go to another room.",
  tellOperator: "The person who runs this server can fix it. Tell them what it says here.",
  noSockets: "The server answers, but no live connection gets through.",
  passUpgrades:
    "The person who runs this server can fix it: a proxy in front of it must pass on WebSocket upgrades and the Host header.",
  back: (n: number) =>
    `Connected again${n ? `, ${many(n, "new message")}` : ""}. You have everything.`,
  reset: "This room has started again from the beginning.",

  // Whole pages
  notFound: "There is nothing at this address",
  notFoundLead: "It may have been mistyped, or it has never existed.",
  notServed: "This page cannot be shown",
  toRooms: "Go to the rooms",
  noWebSocket: (chat: string) => `${chat} needs a browser with WebSocket`,
  noWebSocketLead: "Please use a current browser.",
};

export type Words = typeof en;
