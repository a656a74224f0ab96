/**
 * Storefronts' own people at their endpoints: they make them, change them, rotate their secrets and have things sent again,
 * sometimes from two desks at once. What must stay true: they learn no more than the API answers them.
 */
import type { Reply } from "../../../functions/api/reply.ts";
import { SCOPES } from "../../../functions/domain/scopes.ts";
import { createClient } from "../payouts/client.ts";
import type { Answer, Attempt } from "../payouts/client.ts";
import { START } from "./bare-world.ts";
import type { BareWorld } from "./bare-world.ts";
import type { OwnersDoor } from "./gateway.ts";
import type { Deed, EndpointPlan } from "./scenario.ts";

type Invoke = (ask: (door: OwnersDoor) => Promise<Reply>) => Promise<Reply>;

/** The address of an endpoint: no two are ever the same. */
const addressOf = ({ name }: EndpointPlan, made: number): string => `https://${name}.receivers.world/hooks/${made}`;

/** The plan behind a host name. */
export const planOfHost = (host: string): string => host.split(".")[0] ?? "";

const idOf = (answer: Answer | null): string | null =>
  answer && "body" in answer && typeof answer.body["id"] === "string" ? answer.body["id"] : null;

const DAY_MS = 86_400_000;

export const startOwners = (world: BareWorld, invoke: Invoke): void => {
  const { time, scenario, books } = world;
  const client = createClient(world);
  const ids = new Map<string, string>();
  let addresses = 0;

  const callOf = ({ storefront }: EndpointPlan, attempt: Attempt) => ({
    ...attempt,
    caller: { kind: "key", keyId: "one", storefront, scopes: [...SCOPES] } as const,
    query: {},
    idempotencyKey: null,
    accept: "",
  });

  /** Once an endpoint is made, nobody is shown its secrets. */
  const look = async (plan: EndpointPlan): Promise<void> => {
    const answer = await client(`${plan.name} is looked at`, (attempt) =>
      invoke((door) => door.list({ ...callOf(plan, attempt), params: {}, body: null })),
    );
    const shown = JSON.stringify(answer);
    if (world.secrets.some((secret) => shown.includes(secret)))
      world.wrong.push(`${plan.name} is shown with its secrets`);
  };

  const newAddress = (plan: EndpointPlan): string => {
    addresses += 1;
    return addressOf(plan, addresses);
  };

  const create = async (plan: EndpointPlan): Promise<void> => {
    const answer = await client(`${plan.name} is made`, (attempt) => {
      const body = { url: newAddress(plan), events: [...plan.events] };
      return invoke((door) => door.create({ ...callOf(plan, attempt), params: {}, body }));
    });
    const id = idOf(answer);
    if (id !== null) ids.set(plan.name, id);
  };

  const redeliverOne = async (plan: EndpointPlan, id: string): Promise<void> => {
    const listed = await client(`${plan.name} deliveries`, (attempt) =>
      invoke((door) => door.deliveries({ ...callOf(plan, attempt), params: { id }, body: null, query: { limit: 20 } })),
    );
    books.checkQuiet(`the log of ${plan.name}`, JSON.stringify(listed));
    const data = listed && "body" in listed ? (listed.body["data"] as readonly { readonly id: string }[]) : [];
    const [delivery] = data;
    if (delivery === undefined) return;
    await client(`${plan.name} redeliver ${delivery.id}`, (attempt) => {
      books.asked(id);
      return invoke((door) => door.redeliver({ ...callOf(plan, attempt), params: { id: delivery.id }, body: null }));
    });
  };

  const redeliverAll = async (plan: EndpointPlan, id: string): Promise<void> => {
    const [from, to] = [time.now() - 8 * DAY_MS, time.now()].map((at) => new Date(at).toISOString());
    await client(`${plan.name} redeliver all that failed`, (attempt) => {
      books.asked(id);
      const body = { from: from ?? "", to: to ?? "", status: "failed" } as const;
      return invoke((door) => door.redeliverAll({ ...callOf(plan, attempt), params: { id }, body }));
    });
  };

  const change = async (plan: EndpointPlan, id: string, body: object): Promise<void> => {
    await client(`${plan.name} change to ${JSON.stringify(body)}`, (attempt) =>
      invoke((door) => door.change({ ...callOf(plan, attempt), params: { id }, body })),
    );
  };

  const act = async ({ deed }: Deed, plan: EndpointPlan, id: string): Promise<void> => {
    switch (deed) {
      case "disable":
        return change(plan, id, { status: "disabled" });
      case "enable":
        return change(plan, id, { status: "enabled" });
      case "move":
        return change(plan, id, { url: newAddress(plan) });
      case "rotate":
        await client(`${plan.name} rotate`, (attempt) =>
          invoke((door) => door.rotate({ ...callOf(plan, attempt), params: { id }, body: null })),
        );
        return;
      case "delete":
        await client(`${plan.name} delete`, (attempt) =>
          invoke((door) => door.remove({ ...callOf(plan, attempt), params: { id }, body: null })),
        );
        return;
      case "test":
        await client(`${plan.name} test`, (attempt) =>
          invoke((door) => door.test({ ...callOf(plan, attempt), params: { id }, body: null })),
        );
        return look(plan);
      case "redeliver":
        return redeliverOne(plan, id);
      case "redeliver_all":
        return redeliverAll(plan, id);
    }
  };

  for (const plan of scenario.endpoints) time.after(START + plan.at - time.now(), () => void create(plan));
  for (const deed of scenario.deeds) {
    const plan = scenario.endpoints.find(({ name }) => name === deed.endpoint);
    if (plan === undefined) continue;
    for (let desk = 0; desk < deed.desks; desk += 1)
      time.after(START + deed.at - time.now(), () => {
        const id = ids.get(plan.name);
        if (id !== undefined) void act(deed, plan, id);
      });
  }
};
