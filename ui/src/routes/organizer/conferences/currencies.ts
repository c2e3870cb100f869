/** The ones that most conferences here are paid in, before all others. */
export const USUAL = ['EUR', 'USD', 'GBP', 'CHF'] as const;

/**
 * The others that somebody pays with: list one of ISO 4217 as of 2026, without units of account,
 * metals, codes for tests and VED, the second code of Venezuela's bolívar. `Intl.supportedValuesOf`
 * has them together with all that are gone.
 */
const OTHERS = `
  AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN BWP BYN
  BZD CAD CDF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB FJD FKP GEL GHS GIP
  GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW
  KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN
  MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR
  SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD
  TZS UAH UGX UYU UZS VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG
`;

/** Every currency in use with its code and its name in this language. */
export function currencies(locale: string): { value: string; label: string }[] {
  const names = new Intl.DisplayNames([locale], { type: 'currency' });
  return [...USUAL, ...OTHERS.trim().split(/\s+/)].map((value) => ({
    value,
    label: `${value} – ${names.of(value) ?? value}`,
  }));
}
