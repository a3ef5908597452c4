/**
 * What the directory keeps: the kinds of its records, and what each of them says.
 *
 * A record has a kind and an id, and its key in the directory's log is `KIND/ID`. Secrets are kept as
 * hashes only: a session, a link and a bot are found by the hash of their secret. All times are in
 * milliseconds since 1970.
 */

/** What a person may do in the whole chat. */
export type Role = "admin" | "member";

/** How people come in: anyone, members only, or with a token of the operator's own program. */
export type AccessMode = "open" | "invite" | "token";

/** A member of a chat with invitations; in an open one, somebody with a role or under a ban. */
export interface MemberRecord {
  /** `""` for a visitor of an open chat who has a role or a ban. */
  readonly name: string;
  readonly role: Role;
  readonly created: number;
  /** Sessions, links and other credentials from before that do not count. */
  readonly since: number;
  readonly banned?: true;
}

/** A session that is recorded: every one of a member, and further ones of a visitor. */
export interface SessionRecord {
  /** Names it to its owner; it is not the secret. */
  readonly id: string;
  readonly member: string;
  readonly created: number;
  /** When it was last used, to the hour. */
  readonly seen: number;
  /** The program that uses it, as it calls itself. */
  readonly agent: string;
  /** When the person last proved who they are, which adding a passkey needs. */
  readonly proven: number;
}

/** A link that signs somebody in: an invitation, another device, or an admin's help. */
export interface LinkRecord {
  readonly id: string;
  readonly kind: "invite" | "device" | "sign-in";
  /** The member who made it; `""` for the operator. */
  readonly by: string;
  readonly created: number;
  readonly expires: number;
  /** How many times it can still be used. */
  readonly uses: number;
  /** The member that it signs in; not of an invitation, which makes one. */
  readonly member?: string;
  /** Of an invitation: what its member becomes, and the hidden rooms that they may enter. */
  readonly role?: Role;
  readonly rooms?: readonly string[];
}

/** A program that uses the chat, by the hash of its token. */
export interface BotRecord {
  readonly id: string;
  readonly name: string;
  /** The member who made it; `""` for the operator. */
  readonly by: string;
  readonly created: number;
  /** The rooms that it may enter; absent: all open ones. */
  readonly rooms?: readonly string[];
  /** May read the metrics. */
  readonly metrics?: true;
  /** The room of its hook, and the hash of the hook's token. */
  readonly hook?: { readonly room: string; readonly hash: string };
}

/** A room with an address instead of a name. */
export interface RoomRecord {
  readonly access: "private" | "direct";
  /** Of a private room. */
  readonly title?: string;
  readonly topic?: string;
  /** The member who looks after a private room; `""` if nobody is in it. */
  readonly owner: string;
  readonly created: number;
  readonly archived?: true;
  /** Counts the changes of the room and its places, so that one is decided after the other. */
  readonly version: number;
  /** The newest commands with an id, see `room_commands.ts`. */
  readonly recent?: Readonly<Record<string, string>>;
}

/** Somebody's place in a hidden room. */
export interface PlaceRecord {
  /** The person's id. */
  readonly member: string;
  readonly since: number;
  /** Their name when they came in, for those who are no members. */
  readonly name: string;
}

/** The records by kind, and what their ids consist of. */
export interface Records {
  /** `mode`. */
  readonly access: AccessMode;
  /** The member's id. */
  readonly member: MemberRecord;
  /** The folded name, or its hash; the record is the id of the member who has it. */
  readonly name: string;
  /** `count`: of the admins who are not banned. */
  readonly admins: number;
  /** The hash of the session's secret. */
  readonly session: SessionRecord;
  /** `MEMBER`: the session or key that this id is computed from does not count since then. */
  readonly ended: number;
  /** The hash of the link's token. */
  readonly link: LinkRecord;
  /** The hash of the bot's token. */
  readonly bot: BotRecord;
  /** The room's address. */
  readonly room: RoomRecord;
  /** `ADDRESS/MEMBER`. */
  readonly place: PlaceRecord;
  /** `MEMBER/OTHER`: a person blocks another one, whose id it is. */
  readonly block: string;
  /** `MEMBER`: may not write until then. */
  readonly mute: number;
  /** `ROOM`, as its name is kept: newcomers may not write in this open room until then. */
  readonly closed: number;
  /** `MEMBER/N`: the member's passkeys are numbered, so that there are never more keys than members need. */
  readonly passkey: PasskeyRecord;
  /** The hash of issuer and subject. */
  readonly oidc: AccountRecord;
  /** The beginning of a flow's id; the record is when each of these flows would have expired. */
  readonly spent: Readonly<Record<string, number>>;
}

/** A passkey. */
export interface PasskeyRecord {
  /** Names it to its owner. */
  readonly id: string;
  readonly member: string;
  /** What the device calls it, in base64url. */
  readonly credential: string;
  /** The public key in base64url. */
  readonly key: string;
  /** How often the device says it was used; 0 if it does not count. */
  readonly counter: number;
  readonly created: number;
  readonly used: number;
  /** The program that added it, as it calls itself. */
  readonly agent: string;
}

/** An OpenID Connect account that signs a member in. */
export interface AccountRecord {
  readonly member: string;
  readonly created: number;
  /** The member was banned: it signs nobody in any more, and its owner cannot join with it. */
  readonly ended?: true;
}

/** A kind of record. */
export type Kind = keyof Records;

/** Sets a record; without a value it removes it. */
export type Put = {
  [K in Kind]: readonly [kind: K, id: string, value: Records[K] | undefined];
}[Kind];
