import type { Route } from '../route';

const CONFERENCE = '/organizer/:conferenceId';

const conferenceRoutes: Omit<Route, 'side'>[] = [
  { path: '', load: () => import('./dashboard/DashboardPage.svelte') },
  { path: '/created', load: () => import('./conferences/CreatedPage.svelte') },
  { path: '/figures/:figure', load: () => import('./dashboard/FigurePage.svelte') },
  { path: '/details', load: () => import('./details/DetailsPage.svelte') },
  { path: '/details/edit', load: () => import('./details/EditPage.svelte') },
  { path: '/details/invoices', load: () => import('./details/InvoicePolicyPage.svelte') },
  { path: '/seat-types', load: () => import('./seat-types/SeatTypesPage.svelte') },
  { path: '/orders', load: () => import('./orders/OrdersPage.svelte') },
  { path: '/orders/:orderId', load: () => import('./orders/OrderPage.svelte') },
  { path: '/orders/:orderId/cancel', load: () => import('./orders/CancelSeatsPage.svelte') },
  { path: '/attendees', load: () => import('./attendees/AttendeesPage.svelte') },
  { path: '/history', load: () => import('./history/HistoryPage.svelte') },
  { path: '/past', load: () => import('./history/PastPage.svelte') },
];

/** In the order in which they are tried: a word before an id in the same place. */
export const organizerRoutes: Route[] = [
  { path: '/organizer', load: () => import('./conferences/ConferencesPage.svelte') },
  { path: '/organizer/create', load: () => import('./conferences/CreatePage.svelte') },
  { path: '/organizer/backups', load: () => import('./backups/BackupsPage.svelte') },
  { path: '/organizer/mail', load: () => import('./mail/MailPage.svelte') },
  { path: '/organizer/locate', load: () => import('./conferences/LocatePage.svelte') },
  { path: '/organizer/health', load: () => import('./health/HealthPage.svelte') },
  ...conferenceRoutes.map((route) => ({ ...route, path: CONFERENCE + route.path })),
].map((route) => ({ ...route, side: 'organizer' }));
