/** Lists as one sequence, whatever the size of their pages. */

/** A page, as every list of the API answers it. */
export interface Page<Item> {
  readonly data: readonly Item[];
  readonly next_cursor: string | null;
}

/**
 * Every item of a list, page after page, asked for as they are used.
 * A list of something takes its id first: `each((page) => malipo.listBatchPayouts(id, page), {})`.
 * @example for await (const payment of each(malipo.listPayments, { status: "succeeded" })) ...
 */
export async function* each<Query extends { cursor?: string }, Item>(
  list: (query?: Query) => Promise<Page<Item>>,
  query: NoInfer<Query>,
): AsyncGenerator<Item, void, undefined> {
  let page = await list(query);
  for (;;) {
    yield* page.data;
    const cursor = page.next_cursor;
    if (cursor === null) return;
    page = await list({ ...query, cursor });
    if (page.next_cursor === cursor) throw new Error("The list goes round in a circle: a page led to itself.");
  }
}
