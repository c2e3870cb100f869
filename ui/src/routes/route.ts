import type { Component } from 'svelte';

export type Side = 'anyone' | 'registrant' | 'processor' | 'organizer';

export interface Route {
  path: string;
  side: Side;
  /** Loaded once the first page is shown, or when gone to before. The page's props are the parameters that its path names. */
  load: () => Promise<{ default: Component<never> }>;
}
