import '@fontsource-variable/inter/opsz.css';
import '$lib/styles/tokens.css';
import '$lib/styles/base.css';
import '$lib/styles/button.css';
import '$lib/styles/print.css';
import { mount } from 'svelte';
import { application } from '$lib/app/application.svelte';
import { theme } from '$lib/app/theme.svelte';
import { toasts } from '$lib/app/toasts.svelte';
import { locale } from '$lib/i18n/locale.svelte';
import { router } from '$lib/router/router.svelte';
import App from './App.svelte';

// Before the first paint, so that nothing flashes in another language or colour.
theme.start();
locale.start();
router.start();
toasts.start();

const target = document.getElementById('app');
if (target && router.path === '/recovery') {
  // A window of its own for data that does not open: there is no application to ask.
  void import('./routes/recovery/RecoveryWindow.svelte').then(({ default: RecoveryWindow }) =>
    mount(RecoveryWindow, { target }),
  );
} else if (target) {
  void application.start();
  mount(App, { target });
}
