/** A list that the core answers in pages. */
export interface ListPage<T> {
  items: T[];
  next?: string | null;
  total: number;
}

/**
 * The first `count` pages of a list as one page. A list that grew by "load more" is asked for as a
 * whole when it moved, so that no row is shown twice or skipped.
 */
export async function firstPages<T>(
  load: (after: string | undefined) => Promise<ListPage<T>>,
  count: number,
): Promise<ListPage<T>> {
  let page = await load(undefined);
  const items = [...page.items];
  for (let loaded = 1; loaded < count && page.next; loaded += 1) {
    page = await load(page.next);
    items.push(...page.items);
  }
  return { ...page, items };
}
