import { getHistory } from '$lib/ipc/client-organizer';
import type { HistoryItem } from '$lib/ipc/types';

const PAGE = 500;

/**
 * What happened to a conference, the newest first. The core tells the oldest first and a
 * conference's own history is short (its orders have theirs), so all of it is asked for.
 */
export async function newestFirst(conferenceId: string): Promise<HistoryItem[]> {
  const items: HistoryItem[] = [];
  let after: number | null | undefined = null;
  do {
    const page = await getHistory({ conferenceId, after, limit: PAGE });
    items.push(...page.items);
    after = page.next;
  } while (after);
  return items.reverse();
}
