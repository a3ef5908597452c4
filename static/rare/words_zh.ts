/** The words of the parts that are loaded later, in Chinese. */

import type { RareWords } from "./words_en.ts";

export const zh: RareWords = {
  noAnswer: "服务器没有回应。",

  invitedBy: (name, chat) => `${name} 邀请你加入 ${chat}`,
  invited: (chat) => `邀请你加入 ${chat}`,
  inviteLead: "你将成为成员：只要一个名字，不要密码，不要邮箱。",
  asAdmin: "你将成为管理员。",
  mayEnter: (rooms) => `你可以进入${rooms}。`,
  signInAs: (name) => `以 ${name} 的身份登录`,
  signIn: "登录",
  deviceLead: "这个链接来自你的另一台设备。",
  signInLead: (by) => `这个链接来自管理员 ${by}。`,
  replaces: (before, after) =>
    `你在这个浏览器里现在是 ${before}，成为 ${after} 后浏览器会忘记这一点。`,
  nameTaken: "已经有人叫这个名字。请加上姓，或者换一个。",
  linkEnds: (moment) => `链接有效期至 ${moment}。`,
  linkGone: "这个链接已失效",
  linkGoneLead: "它已被使用、已过期或已被撤回。给你链接的人可以再发一个。",
  linkUnread: "无法读取链接",
  linkRefused: "服务器不接受来自这里的链接。",

  memberName: "不能与别人重名。",
  devices: "设备",
  thisDevice: "这台设备",
  thisBrowser: "这个浏览器",
  firstBrowser: "你最初使用的浏览器",
  lastUsed: (moment) => `上次使用：${moment}`,
  signOut: "退出",
  endSession: (device) => `退出：${device}`,
  sessionEnded: "已在那里退出。",
  addDevice: "添加设备",
  addDeviceHint:
    "用那台设备的相机扫码，或在那里打开链接。链接只能用一次，十分钟内有效，那台设备就成为你。",
  code: "链接的二维码",
  deviceLink: "用于另一台设备的链接",
  blocked: "已屏蔽的人",
  nobodyBlocked: "你没有屏蔽任何人。",
  unblock: "取消屏蔽",
  unblockOf: (name) => `取消屏蔽 ${name}`,
  unblocked: (name) => `已取消屏蔽 ${name}。`,
  signOutHere: "在这台设备上退出…",
  signOutMember: "之后可以用你另一台设备的链接或管理员的链接回来。",
  signOutVisitor: "除非你另一台设备仍然登录，否则再也不能成为这个人：这里没有密码。",
  signOutNow: "现在退出",
};
