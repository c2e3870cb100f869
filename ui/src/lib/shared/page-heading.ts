import type { Attachment } from 'svelte/attachments';
import { router } from '$lib/router/router.svelte';
import * as m from '$lib/paraglide/messages';

/** Names the window after the page, and gives the heading the focus after a change of page. */
export function pageHeading(title: string): Attachment<HTMLElement> {
  return (heading) => {
    document.title = `${title} – ${m.app_name()}`;
    if (!router.takeHeadingFocus()) return;
    window.scrollTo(0, 0);
    heading.focus({ preventScroll: true });
  };
}
