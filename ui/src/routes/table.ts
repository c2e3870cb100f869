/**
 * Every page of the application and the side it belongs to. A kiosk window has no
 * organizer pages; that is for calm, not for safety: Rust refuses what a window may not do.
 */
import { match, type Params } from '$lib/router/match';
import { organizerRoutes } from './organizer/table';
import type { Route } from './route';

const registrantRoutes: Route[] = [
  { path: '/', side: 'anyone', load: () => import('./home/HomePage.svelte') },
  { path: '/kiosk', side: 'registrant', load: () => import('./kiosk/KioskPage.svelte') },
  {
    path: '/register/:slug',
    side: 'registrant',
    load: () => import('./conference/ConferencePage.svelte'),
  },
  {
    path: '/register/:slug/find',
    side: 'registrant',
    load: () => import('./conference/FindOrderPage.svelte'),
  },
  {
    path: '/register/:slug/seats',
    side: 'registrant',
    load: () => import('./order/NewOrderPage.svelte'),
  },
  {
    path: '/order/:orderId/seats',
    side: 'registrant',
    load: () => import('./order/ChangeSeatsPage.svelte'),
  },
  {
    path: '/order/:orderId/details',
    side: 'registrant',
    load: () => import('./order/DetailsPage.svelte'),
  },
  {
    path: '/order/:orderId/payment/:paymentId',
    side: 'registrant',
    load: () => import('./order/PaymentPage.svelte'),
  },
  {
    path: '/order/:orderId/invoice/:paymentId',
    side: 'registrant',
    load: () => import('./order/InvoicePage.svelte'),
  },
  {
    path: '/order/:orderId/thanks',
    side: 'registrant',
    load: () => import('./order/ThanksPage.svelte'),
  },
  {
    path: '/order/:orderId/assign',
    side: 'registrant',
    load: () => import('./order/AssignPage.svelte'),
  },
  { path: '/order/:orderId', side: 'registrant', load: () => import('./order/OrderPage.svelte') },
];

const processorRoutes: Route[] = [
  {
    path: '/processor/:paymentId',
    side: 'processor',
    load: () => import('./processor/ProcessorPage.svelte'),
  },
];

const routes: Route[] = [...registrantRoutes, ...processorRoutes, ...organizerRoutes];

/** The processor's window belongs to whoever pays, at a kiosk as well. */
const routesOf = (isKiosk: boolean) =>
  routes.filter((route) => !(isKiosk && route.side === 'organizer'));

/** Loads every page, one after the other. What goes wrong is told when the page is gone to. */
export async function loadAll(isKiosk: boolean): Promise<void> {
  for (const route of routesOf(isKiosk)) await route.load().catch(() => undefined);
}

export function findRoute(
  path: string,
  isKiosk: boolean,
): { route: Route; params: Params } | undefined {
  for (const route of routesOf(isKiosk)) {
    const params = match(route.path, path);
    if (params) return { route, params };
  }
  return undefined;
}
