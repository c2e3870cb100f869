import type { InvoicePolicy } from '$lib/ipc/types';

/** In how many days an invoice is to be paid before the seats are confirmed; none: at once. */
export function payFirstDays(policy: InvoicePolicy): number | undefined {
  return policy === 'confirmAtOnce' ? undefined : policy.payFirst;
}
