/**
 * `tsx test/planted/search.ts WORLD SEEDS`: lives through worlds until one is wrong, and says which one that was and what
 * was wrong, as one line of JSON. `npm run test:planted` runs it in a tree with a planted bug.
 */
const WORLDS = {
  payments: () => import("../world/payments/world.ts"),
  payouts: () => import("../world/payouts/world.ts"),
} as const;

const [name = "", most = ""] = process.argv.slice(2);
const world = Object.entries(WORLDS).find(([known]) => known === name)?.[1];
if (!world || !/^[1-9]\d{0,3}$/.test(most))
  throw new Error(`search.ts takes one of ${Object.keys(WORLDS).join(", ")} and a number of seeds`);

const { live } = await world();

const search = async (seeds: number) => {
  for (let seed = 1; seed <= seeds; seed += 1) {
    const [violation] = (await live({ seed })).violations;
    if (violation !== undefined) return { seeds: seed, violation };
  }
  return { seeds, violation: null };
};

process.stdout.write(`\n${JSON.stringify(await search(Number(most)))}\n`);
