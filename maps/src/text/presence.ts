// The words of presence and outages, in English. Part of the words in en.ts.

export const presence = {
  title: 'Was the internet there?',
  /** `share` of opening hours in which the line worked, of those in which that is known. */
  uptime: (share: string, days: number) =>
    `The line worked ${share} of the opening hours of ${days} days in which the computer was on.`,
  unknownUptime: (days: number) =>
    `Nothing is known of the opening hours of the last ${days} days.`,
  sums: (parts: string[]) => `In opening hours: ${parts.join(', ')}.`,
  sum: {
    isp_down_s: (time: string) => `line down ${time}`,
    lan_down_s: (time: string) => `school network down ${time}`,
    service_down_s: (time: string) => `our server away ${time}`,
    off_s: (time: string) => `switched off ${time}`,
    no_data_s: (time: string) => `not known ${time}`,
  },
  states: {
    online: 'online',
    isp_down: 'line down',
    lan_down: 'school network down',
    service_down: 'our server away',
    off: 'switched off',
  },
  noData: 'not known',
  strip: (day: string, said: string) => `${day}: ${said}`,
  strips: (days: number) => `The last ${days} days, hour by hour`,
  outages: 'Latest outages',
  noOutages: 'No outage was seen.',
  outage: (from: string, to: string, lasted: string) => `${from} to ${to}, ${lasted}`,
  causes: {
    isp_down: 'The router answered, nothing beyond it did: the provider’s line.',
    lan_down: 'The router did not answer: the school’s own network or its power.',
    service_down: 'The internet answered, our server did not: not the school’s line.',
  },
  details: {
    captive_portal: 'A login page answered in place of the internet.',
    no_names: 'Names were not resolved (DNS).',
    tls: 'The server’s certificate was not accepted, or the clock is wrong.',
    server_error: 'Our server reported an error.',
  },
  empty: 'No probe has reported yet when the internet was there.',
  truncated: 'Only the newest changes are counted.',
  minutes: (minutes: number) => `${minutes} min`,
  hours: (hours: number, minutes: number) =>
    minutes === 0 ? `${hours} h` : `${hours} h ${minutes} min`,
  days: (days: number, hours: number) => (hours === 0 ? `${days} d` : `${days} d ${hours} h`),
};
