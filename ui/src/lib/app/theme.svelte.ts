const KEY = 'lanyard.theme';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

/** Light, dark or as the system. tokens.css does the rest through `data-theme` on <html>. */
class ThemeState {
  current = $state<Theme>('system');

  start(): void {
    const remembered = localStorage.getItem(KEY);
    this.#use(THEMES.find((theme) => theme === remembered) ?? 'system');
  }

  choose(theme: Theme): void {
    localStorage.setItem(KEY, theme);
    this.#use(theme);
  }

  #use(theme: Theme): void {
    this.current = theme;
    document.documentElement.dataset['theme'] = theme;
  }
}

export const theme = new ThemeState();
