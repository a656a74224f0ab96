/**
 * Who is watching what: the open sockets of payments and checkout sessions; `dynamo-sockets.ts` keeps it. What must stay
 * true: a socket is noted before it is told that it is open; a socket that is gone, or that nobody forgot in time, costs no
 * more than one vain push.
 */

/** A socket, and what it was opened for. */
export interface Watcher {
  /** API Gateway's name for it. */
  readonly connection: string;
  /** The payment or checkout session that its token names. */
  readonly subject: string;
  /** When it was opened, epoch milliseconds. */
  readonly since: number;
}

export interface SocketBook {
  /** Notes an open socket; beyond `MOST_WATCHERS` of one subject the oldest is forgotten. Two writes, one more beyond. */
  join(watcher: Watcher): Promise<void>;
  /** What a socket was opened for; null for one that nobody noted, or that is over. One consistent read. */
  find(connection: string): Promise<Watcher | null>;
  /** Everybody who watches any of `subjects`. One consistent read for each. */
  watching(subjects: readonly string[]): Promise<readonly Watcher[]>;
  /** Forgets sockets, all of one subject, that are gone. One write. */
  forget(subject: string, gone: readonly Watcher[]): Promise<void>;
}

/** A payer has a page or two open; more than this of one payment are somebody's mistake, or worse. */
export const MOST_WATCHERS = 10;

/** As long as API Gateway keeps a socket open, milliseconds. */
export const SOCKET_MS = 2 * 60 * 60 * 1000;
