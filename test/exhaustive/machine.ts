/**
 * One life of a small scope: actors that are the gateway's own functions, stopped before every call they make to the world
 * outside, and let on one call at a time by whoever chooses. What must stay true: nothing happens that was not chosen; the
 * same choices lead to the same life; what an actor knows follows from the answers it was given, so two lives that agree in
 * those and in the world outside go on alike.
 */
import { createHash } from "node:crypto";

/** One thing that a call may come to. */
export interface Way<T = unknown> {
  readonly name: string;
  /** Faults are counted, and a life has only so many. */
  readonly isFault: boolean;
  /** Happens in one instant; what it throws the caller is given. */
  readonly act: () => T;
}

/** What a call looks at and what it may change, by any names, as long as the same thing has one name. */
export interface Touches {
  readonly reads: readonly string[];
  readonly writes: readonly string[];
}

/** A call to the world outside: the ways it may go, the usual one first. */
export interface Call<T = unknown> {
  readonly name: string;
  readonly touches: Touches;
  readonly ways: readonly [Way<T>, ...Way<T>[]];
}

/** Lets an actor make one call, once it is chosen. */
export type Gate = <T>(call: Call<T>) => Promise<T>;

export interface Actor {
  readonly name: string;
  /** Whether it may die before any of its calls. */
  readonly isMortal: boolean;
  /** Whether it has reason to begin yet; follows from the world outside alone. */
  readonly isReady: () => boolean;
  readonly live: (gate: Gate) => Promise<unknown>;
  /**
   * Who has the same word here is its twin: the same functions, clock and names, so that nothing outside of the two can tell
   * which of them did what. explore.ts says what that is good for.
   */
  readonly twin?: string;
}

/** What may go wrong in one life. */
export interface Faults {
  /** Faults in one life, at most. */
  readonly faults: number;
  /** Only processes may go wrong, by dying before a call; every call that is made is answered. */
  readonly deathsOnly?: boolean;
}

/** A small scope, begun. */
export interface Life {
  readonly actors: readonly Actor[];
  /** Everything about the world outside that what follows depends on. */
  readonly fingerprint: () => string;
  /** What must not be and was, so far. */
  readonly wrong: readonly string[];
  /** Lets everything come to rest, without faults, and says what must not be and is. Told how each actor ended. */
  readonly end: (endings: ReadonlyMap<string, Ending>) => Promise<readonly string[]>;
}

export type Ending =
  | { readonly ended: "answered"; readonly answer: unknown }
  | { readonly ended: "rejected"; readonly because: string }
  | { readonly ended: "died" }
  /** It never had reason to begin. */
  | { readonly ended: "not begun" };

interface Pending {
  readonly call: Call;
  readonly resolve: (value: unknown) => void;
  readonly reject: (fault: unknown) => void;
}

interface Running {
  readonly actor: Actor;
  ending: Ending;
  hasBegun: boolean;
  /** Its calls, in the order in which it made them: those that it makes at once are answered in that order too. */
  readonly calls: Pending[];
  /** All answers it was given, folded together. */
  knows: string;
}

/** One choice: whose call goes on, and how it goes. */
export interface Choice {
  /** The same for the same actor and the same way, wherever it is offered. */
  readonly code: number;
  readonly isFault: boolean;
  readonly touches: Touches;
}

/** A choice that can be taken; without a way, it is a death. */
interface Move extends Choice {
  readonly running: Running;
  readonly way: Way | null;
}

/** What a call is given up on with; whoever is told so may reject, and nobody may reject for anything else. */
export const GIVEN_UP = "the world outside gave no answer in time";

/** What the ledger rejects with when others kept being faster: nothing was written, and who asked may ask again. */
const OUTRUN = /is being changed by others just now; nothing was written/;

/** Who rejected although nothing was given up on and nobody was faster: a mistake, in the code or in what puts it together. */
export const unexplained = (endings: ReadonlyMap<string, Ending>): readonly string[] =>
  [...endings].flatMap(([name, ending]) =>
    ending.ended === "rejected" && !ending.because.includes(GIVEN_UP) && !OUTRUN.test(ending.because)
      ? [`${name} rejected: ${ending.because}`]
      : [],
  );

/** More ways than any call has. */
const CODES = 16;
const NOTHING: Touches = { reads: [], writes: [] };

const moves = (running: Running, place: number): readonly Move[] => {
  const [next] = running.calls;
  if (!next) return [];
  const { ways, touches } = next.call;
  const code = place * CODES;
  const goings = ways.map((way, number): Move => ({
    code: code + number,
    isFault: way.isFault,
    touches,
    running,
    way,
  }));
  const death: Move = { code: code + CODES - 1, isFault: true, touches: NOTHING, running, way: null };
  return running.actor.isMortal ? [...goings, death] : goings;
};

const collide = (a: Touches, b: Touches): boolean =>
  a.writes.some((name) => b.writes.includes(name) || b.reads.includes(name)) ||
  a.reads.some((name) => b.writes.includes(name));

/** Whether two choices lead to the same state in either order: of two actors, about different things, not both faults. */
export const commute = (a: Choice, b: Choice): boolean =>
  Math.floor(a.code / CODES) !== Math.floor(b.code / CODES) &&
  !(a.isFault && b.isFault) &&
  !collide(a.touches, b.touches);

/** Everything that was waiting for an answer has gone on as far as it can when this resolves. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const plain = (_name: string, value: unknown): unknown => {
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (!(value instanceof Error)) return value;
  // What a fault says beside its words counts too: the item that refused a write.
  return { ...Object.fromEntries(Object.entries(value)), name: value.name, message: value.message };
};
/** A text that is equal for equal values. */
export const spelled = (value: unknown): string => JSON.stringify({ value }, plain);
const folded = (before: string, more: string): string =>
  createHash("sha1").update(before).update("\n").update(more).digest("base64url");

export type Machine = Awaited<ReturnType<typeof startMachine>>;

/** Texts in their own order, but those of twins, which trade places until they are sorted. */
const withTwinsSorted = (texts: readonly string[], twins: readonly (string | undefined)[]): readonly string[] => {
  const sorted = new Map<string, string[]>();
  for (const twin of new Set(twins.filter((each) => each !== undefined)))
    sorted.set(twin, texts.filter((_, place) => twins[place] === twin).sort());
  return texts.map((text, place) => sorted.get(twins[place] ?? "")?.shift() ?? text);
};

/** Begins a life in which no more than `faults` happen. */
export const startMachine = async (life: Life, { faults, deathsOnly = false }: Faults) => {
  const all = life.actors.map((actor): Running => ({
    actor,
    ending: { ended: "not begun" },
    hasBegun: false,
    calls: [],
    knows: "",
  }));
  const twins = life.actors.map(({ twin }) => twin);
  const story: string[] = [];
  let left = faults;

  const begin = (running: Running): void => {
    running.hasBegun = true;
    const gate: Gate = (call) =>
      new Promise((resolve, reject) => {
        running.calls.push({ call, resolve: resolve as Pending["resolve"], reject });
      });
    running.actor.live(gate).then(
      (answer) => {
        running.ending = { ended: "answered", answer };
        running.knows = spelled(running.ending);
      },
      (fault: unknown) => {
        running.ending = { ended: "rejected", because: fault instanceof Error ? fault.message : "unknown" };
        running.knows = spelled(running.ending);
      },
    );
  };

  const goOn = async (): Promise<void> => {
    const ready = all.filter(({ hasBegun, actor }) => !hasBegun && actor.isReady());
    ready.forEach(begin);
    await settled();
  };

  /** What may happen next; the usual way of whoever comes first, first. */
  const choices = (): readonly Move[] =>
    all.flatMap(moves).filter(({ isFault, way }) => !isFault || (left > 0 && (way === null || !deathsOnly)));

  const die = (running: Running): void => {
    left -= 1;
    running.ending = { ended: "died" };
    running.knows = "dead";
    running.calls.length = 0;
  };

  const go = (running: Running, way: Way): void => {
    const pending = running.calls.shift();
    if (!pending) throw new Error("nobody waits for this call");
    if (way.isFault) left -= 1;
    try {
      const answer = way.act();
      running.knows = folded(running.knows, spelled(answer));
      pending.resolve(answer);
    } catch (fault) {
      running.knows = folded(running.knows, `thrown ${spelled(fault)}`);
      pending.reject(fault);
    }
  };

  await goOn();
  return {
    offered: (): readonly Choice[] => choices(),
    /** Takes the offered choice of this code. */
    async take(code: number): Promise<void> {
      const move = choices().find((each) => each.code === code);
      if (!move) throw new RangeError(`there is no choice ${code}`);
      const { running, way } = move;
      const { name } = running.actor;
      story.push(`${name}: ${way ? `${running.calls[0]?.call.name ?? ""}, ${way.name}` : "dies"}`);
      if (way) go(running, way);
      else die(running);
      await goOn();
    },
    /** `state` is equal for lives that go on alike, twins being each other; `oriented` tells the twins apart. */
    fingerprint: (): { readonly state: string; readonly oriented: string } => {
      const each = all.map(({ knows, calls }) => `${knows} ${calls.length}`);
      const sorted = withTwinsSorted(each, twins);
      const outside = life.fingerprint();
      return {
        state: folded(`${left} ${sorted.join(" ")}`, outside),
        oriented: each.join(" "),
      };
    },
    wrong: (): readonly string[] => life.wrong,
    end: (): Promise<readonly string[]> => life.end(new Map(all.map(({ actor, ending }) => [actor.name, ending]))),
    story: (): readonly string[] => story,
  };
};
