/**
 * CloudWatch, as far as the template needs it: takes what functions write in the embedded metric format and what the services
 * here say of themselves, judges the template's alarms, and draws its dashboard. Values are kept in memory, for a day.
 */
import type { Deployment } from "../../template/deployment.ts";
import { draw } from "./draw.ts";
import type { Drawn } from "./draw.ts";
import { NotEmbedded, readEmbedded } from "./embedded.ts";
import { createMetricStore } from "./metric-store.ts";
import type { Datum } from "./metric.ts";
import { readAlarms } from "./read-alarm.ts";
import { readDashboards } from "./read-dashboard.ts";
import { minuteOf } from "./series.ts";
import { ofQueue, whyNotTold } from "./services.ts";
import type { QueueLook } from "./services.ts";
import { watchAlarms } from "./watch-alarms.ts";
import type { AlarmNow } from "./watch-alarms.ts";

export type MetricsOptions = {
  readonly deployment: Pick<Deployment, "ofType">;
  readonly now: () => number;
  /** How the queues look now. */
  readonly queues: () => Promise<readonly QueueLook[]>;
  /** Told of a log line that CloudWatch would drop, and of a metric too many. */
  readonly onTrouble: (sentence: string) => void;
};

export type AlarmSeen = AlarmNow & {
  /** Why what it watches is not told of here; null where it is. */
  readonly notRun: string | null;
};

export type Metrics = {
  put(data: readonly Datum[]): void;
  /** A line of a function's log. */
  logged(text: string): void;
  /** Every alarm, judged now, after a look at the queues. */
  alarms(): Promise<readonly AlarmSeen[]>;
  /** The dashboard's graphs over the last minutes. */
  draw(minutes: number, step: number): Drawn;
  /** Somebody travelled: silence counts from now. */
  arrived(): void;
  close(): void;
};

/** How often alarms are judged without news. */
const LOOK_EVERY_MS = 10_000;

export const createMetrics = ({ deployment, now, queues, onTrouble }: MetricsOptions): Metrics => {
  const store = createMetricStore();
  const alarms = watchAlarms(readAlarms(deployment), store, now);
  const graphs = readDashboards(deployment);

  const put = (data: readonly Datum[]): void => {
    for (const datum of data) {
      if (store.put(datum)) alarms.heard(datum);
      else onTrouble(`There are too many metrics; ${datum.namespace} ${datum.name} is not kept.`);
    }
  };
  const look = async (): Promise<void> => {
    const at = now();
    put((await queues()).flatMap((queue) => ofQueue(queue, at)));
    alarms.look();
  };
  const timer = setInterval(() => void look().catch(() => undefined), LOOK_EVERY_MS);
  timer.unref();

  return {
    put,
    logged(text) {
      try {
        put(readEmbedded(text));
      } catch (fault) {
        if (!(fault instanceof NotEmbedded)) throw fault;
        onTrouble(`A line of metrics can't be read and would be dropped: ${fault.message}`);
      }
    },
    async alarms() {
      await look();
      return alarms.now().map((one) => {
        const reasons = one.alarm.watched.map(({ id }) => whyNotTold(id));
        return { ...one, notRun: reasons.find((reason) => reason !== null) ?? null };
      });
    },
    draw: (minutes, step) => draw(graphs, store, { minute: minuteOf(now()), minutes, step }),
    arrived: () => alarms.arrived(),
    close: () => clearInterval(timer),
  };
};
