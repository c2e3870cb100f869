import { formatNumber } from '$lib/format/number';
import type { Problem } from '$lib/ipc/recovery';
import * as m from '$lib/paraglide/messages';

interface GoOnTexts {
  /** What opens the question. */
  open: string;
  title: string;
  /** What is given up. */
  text: string;
  /** What becomes of the witness file. */
  kept: string;
  action: string;
}

/** Going on without the witness: what that gives up depends on what the witness says. */
export function goOnTexts({ kind, missing }: Problem): GoOnTexts {
  if (kind === 'witnessUnreadable') {
    return {
      open: m.recovery_go_on_unread_open(),
      title: m.recovery_go_on_unread_title(),
      text: m.recovery_go_on_unread_text(),
      kept: m.recovery_go_on_unread_kept(),
      action: m.recovery_go_on_unread(),
    };
  }
  const rest = { title: m.recovery_go_on_title(), kept: m.recovery_go_on_kept() };
  if (!missing) {
    return {
      ...rest,
      open: m.recovery_go_on_other_open(),
      text: m.recovery_go_on_other_text(),
      action: m.recovery_go_on_other(),
    };
  }
  const count = missing.last - missing.first + 1;
  return {
    ...rest,
    open: m.recovery_go_on_open(),
    text: m.recovery_go_on_text({ count, number: formatNumber(count) }),
    action: m.recovery_go_on(),
  };
}
