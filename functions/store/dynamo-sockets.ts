/**
 * Open sockets in the coordination table: one item for each socket, which says what it watches, and one for each payment or
 * session, which names its sockets. What must stay true: both vanish by themselves soon after API Gateway would have closed
 * the socket; the names are a set to which one adds and from which one takes, so nobody reads before writing.
 */
import { CorruptItem, number, readNumber, readText, text } from "./attributes.ts";
import type { Item } from "./attributes.ts";
import type { CoordinationDeps } from "./coordination.ts";
import { keys } from "./keys.ts";
import { readTableItem } from "./read.ts";
import { MOST_WATCHERS, SOCKET_MS } from "./socket-book.ts";
import type { SocketBook, Watcher } from "./socket-book.ts";
import { update } from "./transact.ts";

/** Clocks differ, and whoever is told that a socket is gone should find its name. */
const LINGER_MS = 60_000;

const AT = { subject: "sb", since: "at", names: "c" } as const;
const TTL = { "#ttl": "ttl" };

const endOf = (since: number) => number(Math.ceil((since + SOCKET_MS + LINGER_MS) / 1_000));

/** Sorts by age: milliseconds since 1970 have thirteen digits for the next two hundred years. */
const nameOf = ({ since, connection }: Watcher): string => `${since} ${connection}`;

const readName = (subject: string, name: string): Watcher => {
  const [since = "", ...connection] = name.split(" ");
  if (!/^\d{13}$/.test(since) || connection.length === 0) throw new CorruptItem(AT.names);
  return { subject, connection: connection.join(" "), since: Number(since) };
};

const readNames = (subject: string, item: Item | null): readonly Watcher[] =>
  (item?.[AT.names]?.SS ?? []).toSorted().map((name) => readName(subject, name));

export const createSocketBook = (deps: CoordinationDeps): SocketBook => {
  const place = (pk: string) => ({ TableName: deps.table, Key: { pk: text(pk) } });

  const forget: SocketBook["forget"] = async (subject, gone) => {
    if (gone.length === 0) return;
    await update(deps, {
      ...place(keys.watchersOf(subject)),
      UpdateExpression: "DELETE #names :gone",
      ExpressionAttributeNames: { "#names": AT.names },
      ExpressionAttributeValues: { ":gone": { SS: gone.map(nameOf) } },
    });
  };

  return {
    forget,

    join: async (watcher) => {
      const { subject, connection, since } = watcher;
      await update(deps, {
        ...place(keys.socket(connection)),
        UpdateExpression: "SET #subject = :subject, #since = :since, #ttl = :ttl",
        ExpressionAttributeNames: { ...TTL, "#subject": AT.subject, "#since": AT.since },
        ExpressionAttributeValues: { ":subject": text(subject), ":since": number(since), ":ttl": endOf(since) },
      });
      const noted = await update(deps, {
        ...place(keys.watchersOf(subject)),
        UpdateExpression: "SET #ttl = :ttl ADD #names :name",
        ExpressionAttributeNames: { ...TTL, "#names": AT.names },
        ExpressionAttributeValues: { ":name": { SS: [nameOf(watcher)] }, ":ttl": endOf(since) },
      });
      if (noted.written) await forget(subject, readNames(subject, noted.item).slice(0, -MOST_WATCHERS));
    },

    find: async (connection) => {
      const item = await readTableItem(deps, deps.table, keys.socket(connection));
      return item && { connection, subject: readText(item, AT.subject), since: readNumber(item, AT.since) };
    },

    watching: async (subjects) => {
      const items = await Promise.all(
        subjects.map(async (subject) =>
          readNames(subject, await readTableItem(deps, deps.table, keys.watchersOf(subject))),
        ),
      );
      return items.flat();
    },
  };
};
