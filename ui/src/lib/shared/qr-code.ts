import { encode } from 'uqr';

/** In modules. The norm asks for it: without, a scanner does not find where the code ends. */
const QUIET_ZONE = 4;

/** A QR code in units of its modules, quiet zone included: the side of its square, and the dark. */
export interface QrCode {
  size: number;
  /** An SVG path with one box for each run of dark modules in a row. */
  path: string;
}

export function qrCode(text: string): QrCode {
  // As much error correction as fits without a larger code: of five letters a third may be missing.
  const { size, data } = encode(text, { ecc: 'M', boostEcc: true, border: QUIET_ZONE });
  return { size, path: data.flatMap(boxesOf).join('') };
}

function boxesOf(row: boolean[], y: number): string[] {
  return row.flatMap((isDark, x) => {
    if (!isDark || row[x - 1]) return [];
    // The quiet zone ends every run.
    const length = row.indexOf(false, x) - x;
    return [`M${x} ${y}h${length}v1h-${length}z`];
  });
}
