import { generate } from 'selfsigned';

export interface ServerCertificate {
  /** PEM. */
  readonly key: string;
  readonly certificate: string;
  /** What clients trust (PEM): the certificate itself. */
  readonly authority: string;
}

/** A certificate for 127.0.0.1 and localhost that is its own authority, made anew for each run of the sandbox. */
export async function createCertificate(): Promise<ServerCertificate> {
  const dayMs = 24 * 3600 * 1000;
  const made = await generate([{ name: 'commonName', value: 'podstress-sandbox' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notBeforeDate: new Date(Date.now() - dayMs),
    notAfterDate: new Date(Date.now() + 365 * dayMs),
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', digitalSignature: true, keyCertSign: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  });
  return { key: made.private, certificate: made.cert, authority: made.cert };
}
