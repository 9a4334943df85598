import {
  parseLegacyGoUnitsSize,
  parseLegacyWebhookSize,
  parseRuntimeSize,
  parseWebhookSize,
  type Size,
} from '../units/size.js';
import { BEHAVIOUR, holdsIn, type VersionNumber } from './version.js';

/** What the webhook of a Chaos Mesh version says to a size. */
export function webhookSize(text: string, version: VersionNumber): Size {
  return holdsIn(BEHAVIOUR.goUnits050, version) ? parseWebhookSize(text) : parseLegacyWebhookSize(text);
}

/** What really runs in a Chaos Mesh version: memStress from 2.2 on; before, stress-ng with the bytes of go-units. */
export function runtimeSize(text: string, version: VersionNumber): Size {
  if (holdsIn(BEHAVIOUR.memStress, version)) return parseRuntimeSize(text);
  return text.endsWith('%') ? parseLegacyWebhookSize(text) : parseLegacyGoUnitsSize(text);
}
