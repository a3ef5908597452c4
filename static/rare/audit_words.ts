/** The sentences of the audit log, by action. An action without one is shown as the server calls it. */

import { inLanguage } from "../kit.ts";

/** What an entry says, as names. */
export interface Audited {
  readonly by: string;
  readonly to?: string;
  readonly room?: string;
  readonly until: string;
}

type Sentences = Readonly<Record<string, (what: Audited) => string>>;

const en: Sentences = {
  admin: ({ by, to }) => `${by} made ${to} an admin`,
  member: ({ by, to }) => `${by} made ${to} a member, not an admin`,
  ban: ({ by, to }) => `${by} banned ${to}`,
  unban: ({ by, to }) => `${by} lifted the ban of ${to}`,
  mute: ({ by, to, until }) => `${by} muted ${to} until ${until}`,
  unmute: ({ by, to }) => `${by} let ${to} write again`,
  remove: ({ by, to }) => `${by} removed ${to} from the chat`,
  forget: ({ by, to }) => `${by} deleted everything that ${to} had said`,
  delete: ({ by, to, room }) => `${by} deleted a message of ${to ?? "somebody"} in ${room}`,
  close: ({ by, room, until }) => `${by} closed ${room} to newcomers until ${until}`,
  open: ({ by, room }) => `${by} opened ${room} to newcomers again`,
  bot: ({ by, to }) => `${by} made the bot ${to}`,
  "delete bot": ({ by, to }) => `${by} deleted the bot ${to}`,
  invite: ({ by }) => `${by} made an invitation`,
  withdraw: ({ by }) => `${by} withdrew an invitation`,
  join: ({ by, to, room }) =>
    room
      ? `${by} entered ${room} as an admin`
      : to
      ? `${by} joined, invited by ${to}`
      : `${by} joined`,
  "device link used": ({ by }) => `${by} signed in on another device`,
  "sign-in link used": ({ by, to }) =>
    to ? `${by} signed in with a link of ${to}` : `${by} signed in with a link`,
  "sign-in link": ({ by, to }) => `${by} made a link that signs in ${to}`,
  link: ({ by, to }) => `${by} made a link that signs in ${to}`,
  "sign out": ({ by, to }) => `${by} signed ${to} out everywhere`,
  "link account": ({ by }) => `${by} linked an account`,
  "unlink account": ({ by }) => `${by} removed an account`,
  "add passkey": ({ by }) => `${by} added a passkey`,
  "delete passkey": ({ by }) => `${by} removed a passkey`,
  "refuse copied passkey": ({ by }) => `A passkey of ${by} was refused: it may have been copied`,
};

const zh: Sentences = {
  admin: ({ by, to }) => `${by} 将 ${to} 设为管理员`,
  member: ({ by, to }) => `${by} 将 ${to} 设为普通成员`,
  ban: ({ by, to }) => `${by} 禁止了 ${to} 进入`,
  unban: ({ by, to }) => `${by} 解除了对 ${to} 的禁止`,
  mute: ({ by, to, until }) => `${by} 将 ${to} 禁言至 ${until}`,
  unmute: ({ by, to }) => `${by} 解除了 ${to} 的禁言`,
  remove: ({ by, to }) => `${by} 移出了 ${to}`,
  forget: ({ by, to }) => `${by} 删除了 ${to} 的全部发言`,
  delete: ({ by, to, room }) => `${by} 在 ${room} 删除了${to ? ` ${to} 的` : ""}一条消息`,
  close: ({ by, room, until }) => `${by} 将 ${room} 对新人关闭至 ${until}`,
  open: ({ by, room }) => `${by} 重新向新人开放了 ${room}`,
  bot: ({ by, to }) => `${by} 创建了机器人 ${to}`,
  "delete bot": ({ by, to }) => `${by} 删除了机器人 ${to}`,
  invite: ({ by }) => `${by} 创建了一个邀请`,
  withdraw: ({ by }) => `${by} 撤回了一个邀请`,
  join: ({ by, to, room }) =>
    room ? `${by} 以管理员身份进入了 ${room}` : to ? `${by} 受 ${to} 邀请加入` : `${by} 加入`,
  "device link used": ({ by }) => `${by} 在另一台设备上登录`,
  "sign-in link used": ({ by, to }) => to ? `${by} 用 ${to} 的链接登录` : `${by} 用链接登录`,
  "sign-in link": ({ by, to }) => `${by} 创建了 ${to} 的登录链接`,
  link: ({ by, to }) => `${by} 创建了 ${to} 的登录链接`,
  "sign out": ({ by, to }) => `${by} 让 ${to} 在所有设备上退出`,
  "link account": ({ by }) => `${by} 关联了一个账号`,
  "unlink account": ({ by }) => `${by} 移除了一个账号`,
  "add passkey": ({ by }) => `${by} 添加了一个通行密钥`,
  "delete passkey": ({ by }) => `${by} 移除了一个通行密钥`,
  "refuse copied passkey": ({ by }) => `${by} 的一个通行密钥被拒绝：可能是复制的`,
};

export const actionWords: Sentences = inLanguage({ en, zh });
