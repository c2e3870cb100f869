import { application } from '$lib/app/application.svelte';

const PREFIX = 'lanyard.unsaved.';

/**
 * Keeps what was typed and not sent yet over a reload of the window. It stays in this window's
 * session, is never written into the data folder, and is not kept at all at a kiosk, where the next
 * person is somebody else. Call it while the component is set up; `forget` when all was sent.
 */
export function keepUnsaved<T extends object>(key: string, typed: T): { forget: () => void } {
  const place = PREFIX + key;
  const kept = sessionStorage.getItem(place);
  if (kept) Object.assign(typed, JSON.parse(kept));
  let isForgotten = false;
  // An effect because the session's storage lies outside and must follow what is typed.
  $effect(() => {
    const text = JSON.stringify(typed);
    if (!application.isKiosk && !isForgotten) sessionStorage.setItem(place, text);
  });
  return {
    forget() {
      isForgotten = true;
      sessionStorage.removeItem(place);
    },
  };
}
