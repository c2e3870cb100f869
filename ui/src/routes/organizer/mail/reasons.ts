import * as m from '$lib/paraglide/messages';

const REASONS: Readonly<Record<string, () => string>> = {
  unreachable: m.mail_reason_unreachable,
  insecure: m.mail_reason_insecure,
  login: m.mail_reason_login,
  sender: m.mail_reason_sender,
  server: m.mail_reason_server,
  interrupted: m.mail_reason_interrupted,
  later: m.mail_reason_later,
  refused: m.mail_reason_refused,
};

/** Why a server took nothing, and what helps; nothing where the core says something else. */
export function reasonText(reason: unknown): string | undefined {
  return typeof reason === 'string' ? REASONS[reason]?.() : undefined;
}
