import * as m from '$lib/paraglide/messages';

const METHODS: Record<string, () => string> = {
  thirdParty: m.payments_method_card,
  invoice: m.payments_method_invoice,
  desk: m.payments_method_desk,
  free: m.payments_method_free,
};

/** How an order was settled; nothing while it is not. */
export function paymentName(method: string | null | undefined): string {
  return method ? (METHODS[method]?.() ?? method) : '';
}
