import '@fontsource-variable/inter/opsz.css';
import '$lib/styles/tokens.css';
import '$lib/styles/base.css';
import '$lib/styles/button.css';
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
void application.start();

const target = document.getElementById('app');
if (target) mount(App, { target });
