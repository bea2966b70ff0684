/** Which records have names in their data that may be, or have to be, compressed. */

/** So many bytes, then so many names, then the rest. */
export interface NamesInData {
  bytesBefore: number;
  names: number;
  /** those of RFC 1035; the others may only be read compressed (RFC 3597 §4) */
  mayCompress: boolean;
}

const oneName = { bytesBefore: 0, names: 1, mayCompress: true };
const twoNames = { bytesBefore: 0, names: 2, mayCompress: true };

/** By type: RFC 1035 §3.3, RFC 1183 (RP, AFSDB, RT), RFC 2782 (SRV), RFC 6672 (DNAME). */
const NAMES_IN_DATA = new Map<number, NamesInData>([
  [2, oneName], // NS
  [5, oneName], // CNAME
  [6, twoNames], // SOA
  [12, oneName], // PTR
  [14, twoNames], // MINFO
  [15, { ...oneName, bytesBefore: 2 }], // MX
  [17, { ...twoNames, mayCompress: false }], // RP
  [18, { ...oneName, bytesBefore: 2, mayCompress: false }], // AFSDB
  [21, { ...oneName, bytesBefore: 2, mayCompress: false }], // RT
  [33, { ...oneName, bytesBefore: 6, mayCompress: false }], // SRV
  [39, { ...oneName, mayCompress: false }], // DNAME
]);

/** undefined: the data is bytes to us. */
export function namesInData(type: number): NamesInData | undefined {
  return NAMES_IN_DATA.get(type);
}
