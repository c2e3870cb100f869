import type { ConferenceAnswer } from '$lib/ipc/types';

/** What may be changed of a conference at any time, as it is typed. */
export interface TypedDetails {
  name: string;
  tagline: string;
  description: string;
  location: string;
  startDate: string;
  endDate: string;
  timeZone: string;
}

export function newDetails(): TypedDetails {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  const nothing = { name: '', tagline: '', description: '', location: '' };
  return { ...nothing, startDate: '', endDate: '', timeZone };
}

export function typedDetails(conference: ConferenceAnswer): TypedDetails {
  const { name, tagline, description, location, startDate, endDate, timeZone } = conference;
  return { name, tagline: tagline ?? '', description, location, startDate, endDate, timeZone };
}

/** Every time zone that this computer knows, and UTC, which some lists of names leave out. */
export function timeZones(): { value: string; label: string }[] {
  const names = new Set([...Intl.supportedValuesOf('timeZone'), 'UTC']);
  return [...names].map((value) => ({
    value,
    label: value.replaceAll('_', ' '),
  }));
}
