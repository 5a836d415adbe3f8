// Words of the page of probes: how much is measured at all, and which probe needs somebody.

import { plural } from './en';

export const metering = {
  title: (country: string) => `Probes in ${country}`,
  summary: (live: string, connected: string, share: string) =>
    `${live} of ${connected} connected schools (${share}) have a probe that is heard of.`,
  nothingConnected: 'No school is known to be connected yet, so none can be measured.',
  what: (days: number) =>
    `Connected is what was measured or is declared so. A probe counts until it has missed ${days} school days; holidays are none.`,
  loading: 'Loading…',
  failed: 'What is known of the probes could not be loaded.',
  caption: (country: string) => `Probes by area in ${country}`,
  columns: {
    rank: 'Rank',
    area: 'Area',
    coverage: 'Covered',
    connected: 'Connected schools',
    live: 'Live',
    late: 'Late',
    silent: 'Silent',
    never: 'Never heard of',
    without: 'Without a probe',
  },
  total: 'Total',
  noArea: 'In no area',
  work: {
    title: 'Who needs somebody',
    login: 'Log in to see which probes need somebody, and what to do first.',
    none: 'No probe needs anybody now.',
    intro: (late: number, silent: number) =>
      `Late: ${late} school days missed; silent: ${silent}. Where most students are comes first.`,
    counts: (silent: string, never: string, late: string, mute: string) =>
      `${silent} silent, ${never} never heard of, ${late} late, ${mute} live that measure no speed.`,
    more: 'Show more',
    students: (n: string, one: number) => plural(one, `${n} student`, `${n} students`),
    last: (ago: string) => `last heard of ${ago}`,
    enrolled: (ago: string) => `enrolled ${ago}`,
    states: {
      live: 'Live',
      late: 'Late',
      silent: 'Silent',
      never_reported: 'Never heard of',
      retired: 'Retired',
    } as Record<string, string>,
    reasons: {
      none: '',
      never_reported: 'It was enrolled and never reported.',
      machine_gone: 'Another probe of the school reports: this machine is off, or gone.',
      provider_outage: 'Many probes of the same provider nearby are quiet too.',
      line_failing:
        'Before it fell silent, nothing beyond the router answered for much of the time.',
      lan_failing: 'Before it fell silent, the router did not answer for much of the time.',
      often_off: 'Before it fell silent, it was switched off for much of the time.',
      unknown: 'Nothing says why.',
      tests_fail: 'It reports, but its speed tests fail.',
      no_tests: 'It reports, but measures no speed.',
    } as Record<string, string>,
    actions: {
      none: '',
      phone_school: 'Phone the school: is the computer there, on, and connected?',
      call_provider: 'Ask the provider about the line.',
      check_router: 'Let the school look at router and cable.',
      leave_on: 'Ask the school to leave the computer on in school hours.',
      check_installation: 'Finish the installation: schoolbeat-probe doctor says what is amiss.',
      check_budget: 'See what the probe says of its tests: its data budget may be spent.',
      visit: 'Phone the school; if nobody knows, go there.',
    } as Record<string, string>,
  },
};
