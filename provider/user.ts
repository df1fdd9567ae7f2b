import { z } from "zod";
import { type Account, account, addUser, makeHome } from "./commands/users";
import type { Connected, Resource } from "./resource";
import { absolutePath, connectionSchema, userName } from "./schema";

export interface UserInputs extends Connected {
  /** The account that runs the app and owns its checkout; an existing one is used as it is. A change replaces. */
  user: string;
  /** HOME of the app's programs and pip's cache; made when missing. It becomes the home of a new account only. */
  home: string;
}

export const user: Resource<UserInputs, Account> = {
  type: "host:index:User",
  schema: z.strictObject({ connection: connectionSchema, user: userName, home: absolutePath }),
  defaults: {},
  replaces: ["user"],
  id: ({ connection, user }) => `${connection.host}:${user}`,
  read: (reader, { user, home }) => reader.read(account(user, home)),
  observed: (inputs, { homeOwner }) => ({ ...inputs, home: homeOwner === inputs.user ? inputs.home : "" }),
  outputs: (_, current) => (current === undefined ? {} : { uid: current.uid }),
  plan: ({ user, home }, current) => [
    ...(current === undefined ? [addUser(user, home)] : []),
    ...(current?.homeOwner === user ? [] : [makeHome(user, home)]),
  ],
  // Files of the account may be elsewhere on the host.
  remove: () => [],
};
