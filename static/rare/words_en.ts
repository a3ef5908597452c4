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
};

export type RareWords = typeof en;
