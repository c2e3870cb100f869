import * as m from '$lib/paraglide/messages';

/** Who places orders and sends commands: the roles of the core. */
const ROLES: Record<string, () => string> = {
  registrant: m.role_registrant,
  kiosk: m.role_kiosk,
  processor: m.role_processor,
  checkin: m.role_checkin,
  desk: m.role_desk,
  organizer: m.role_organizer,
};

/** What the log calls a station to which nobody gave a name: no name, so it follows the language. */
const UNNAMED = 'this computer';

export function roleName(role: string): string {
  return ROLES[role]?.() ?? role;
}

/** "Desk, Kiosk 3" from the log's `role@station`; what the core did by itself has no station. */
export function actorText(actor: string): string {
  const [role = '', station = ''] = actor.split('@');
  if (!station) return roleName(role);
  const shown = station === UNNAMED ? m.station_unnamed() : station;
  return m.role_at_station({ role: roleName(role), station: shown });
}
