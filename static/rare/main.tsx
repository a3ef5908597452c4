/** The parts of the page that are loaded later, by their names. */

import { AboutRoom } from "./about_room.tsx";
import { AddRoom } from "./add_room.tsx";
import { Card } from "./card.tsx";
import { Closing } from "./closing.tsx";
import { NewDirect } from "./direct.tsx";
import { Join } from "./join.tsx";
import { Members } from "./members.tsx";
import { Settings } from "./settings.tsx";
import { SignIn } from "./sign_in.tsx";

export const PARTS = {
  about: AboutRoom,
  card: Card,
  closing: Closing,
  direct: NewDirect,
  join: Join,
  members: Members,
  room: AddRoom,
  settings: Settings,
  signIn: SignIn,
};
