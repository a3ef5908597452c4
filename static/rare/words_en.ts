/** The words of the parts that are loaded later, in English. */

export const en = {
  noAnswer: "The server does not answer.",

  // Links
  invitedBy: (name: string, chat: string) => `${name} invites you to ${chat}`,
  invited: (chat: string) => `You are invited to ${chat}`,
  inviteLead: "You become a member: one name, no password, no mail.",
  asAdmin: "You become an admin.",
  mayEnter: (rooms: string) => `You may enter ${rooms}.`,
  signInAs: (name: string) => `Sign in as ${name}`,
  signIn: "Sign in",
  deviceLead: "The link comes from another device of yours.",
  signInLead: (by: string) => `The link comes from ${by}, an admin.`,
  replaces: (before: string, after: string) =>
    `In this browser you are ${before} now. It forgets that when you become ${after}.`,
  nameTaken: "Somebody here has this name already. Add an initial, or take a nickname.",
  linkEnds: (moment: string) => `The link can be used until ${moment}.`,
  linkGone: "This link can no longer be used",
  linkGoneLead:
    "It has been used, has expired, or was withdrawn. The person who gave it to you can make another.",
  linkUnread: "The link could not be read",
  linkRefused: "The server does not accept links from here.",

  // Settings
  memberName: "Nobody else may have it.",
  devices: "Devices",
  thisDevice: "this device",
  thisBrowser: "This browser",
  firstBrowser: "The browser you first came with",
  lastUsed: (moment: string) => `last used ${moment}`,
  signOut: "Sign out",
  endSession: (device: string) => `Sign out: ${device}`,
  sessionEnded: "Signed out there.",
  addDevice: "Add a device",
  addDeviceHint:
    "Scan this with its camera, or open the link there. It works once, for ten minutes, and makes the device you.",
  code: "QR code of the link",
  deviceLink: "Link for another device",
  blocked: "Blocked people",
  nobodyBlocked: "You block nobody.",
  unblock: "Unblock",
  unblockOf: (name: string) => `Unblock ${name}`,
  unblocked: (name: string) => `${name} is no longer blocked.`,
  signOutHere: "Sign out on this device…",
  signOutMember: "You come back with a link from another device of yours, or from an admin.",
  signOutVisitor:
    "Nobody can be this person again, unless another device of yours is signed in: there is no password.",
  signOutNow: "Sign out now",
};

export type RareWords = typeof en;
