// Every word that a person reads, in English. A translation is another file of this shape.

import type { InfrastructureKind, Status } from '../api/types';
import { benchmark } from './benchmark';
import { field } from './field';
import { measure } from './measure';
import { outcomes } from './outcomes';
import { pages, path } from './path';
import { presence } from './presence';
import { uses } from './uses';

export const plural = (n: number, one: string, many: string) => (n === 1 ? one : many);

const status: Record<Status, { name: string; meaning: string }> = {
  good: { name: 'Good', meaning: 'measured, meets the target' },
  moderate: { name: 'Moderate', meaning: 'measured, between floor and target' },
  bad: { name: 'Bad', meaning: 'measured, below the floor' },
  connected_unmeasured: { name: 'Connected, not measured', meaning: 'said to be connected' },
  not_connected: { name: 'Not connected', meaning: 'said to have no internet' },
  unknown: { name: 'Unknown', meaning: 'nothing is known yet' },
};

const levels = ['Country', 'First level', 'Second level', 'Third level', 'Fourth level'];

export const t = {
  /** For the order of letters and the shape of numbers and dates. */
  locale: 'en-GB',
  product: 'Schoolbeat',
  invented: 'Invented country: not real data',
  status,
  ...field,
  ...measure,
  ...outcomes,

  nav: {
    label: 'Pages',
    map: 'Map',
    gaps: 'Gaps',
    probes: 'Probes',
    imports: 'Imports',
    corrections: 'Corrections',
    logIn: 'Log in',
    logOut: 'Log out',
    loggedInAs: (login: string) => `Logged in as ${login}`,
    country: 'Country',
    skip: 'Skip to the content',
  },

  number: {
    mbps: 'Mbps',
    ms: 'ms',
    bytes: 'bytes',
    kB: 'kB',
    MB: 'MB',
    m: 'm',
    km: 'km',
    under: (text: string) => `under ${text}`,
    over: (text: string) => `over ${text}`,
  },

  time: {
    justNow: 'a moment ago',
  },

  page: {
    map: 'Map of schools',
    gaps: 'Gap table',
    probes: 'Probes',
    login: 'Log in',
    imports: 'Imports of school lists',
    import: 'Import of a school list',
    corrections: 'Corrections',
    measure: 'Measure in the browser',
    missing: 'Page not found',
    missingBody: 'There is no page at this address.',
    toMap: 'Go to the map',
    title: (page: string) => `${page} – Schoolbeat`,
    loading: 'Loading…',
    partFailed: 'A part of this page could not be loaded. The line may be bad.',
  },

  errors: {
    offline: 'The server cannot be reached. Check the connection, then try again.',
    late: 'The server took too long to answer. Try again.',
    broken: 'The answer of the server could not be read. Try again.',
    uploadBroken:
      'The file did not arrive: the line broke off. Nothing was taken in. Check the connection, then send it again.',
    noDetails: (code: number) => `The server could not answer (${code}).`,
    retry: 'Try again',
    close: 'Close',
  },

  benchmark,
  uses,

  summary: {
    label: 'What the map shows',
    none: 'No schools have been imported yet.',
    noneNext:
      'An administrator can take in a school list under Imports, or on the server: schoolbeat import schools <file> --country <code>.',
    noCountry: 'No country has been imported yet.',
    unmeasured: (schools: string, n: number, days: number) =>
      n === 1
        ? `The one school has not been measured in the last ${days} days.`
        : `None of ${schools} schools has been measured in the last ${days} days.`,
    measured: (measured: string, schools: string, n: number, share: string, target: string) =>
      `${measured} of ${schools} ${plural(n, 'school is', 'schools are')} measured; ${share} of those meet ${target}.`,
    notPlaced: (count: string, n: number) =>
      n === 1
        ? '1 school is not on the map: its position is not known.'
        : `${count} schools are not on the map: their position is not known.`,
    newest: (ago: string) => `Newest test ${ago}`,
    noTest: 'No test has arrived yet',
    probes: (reporting: string, enrolled: string) => `${reporting} of ${enrolled} probes reporting`,
    window: (days: number) => `over the last ${days} days`,
    failed: 'The figures could not be loaded.',
    stale: (ago: string) => `These figures are from ${ago}: newer ones could not be loaded.`,
  },

  legend: {
    label: 'Schools by status',
    hint: 'Choose a status to show only its schools',
    all: 'Show all',
    crowded: 'Larger dots stand for several schools and show the most frequent status.',
    showing: (names: string) => `Showing only: ${names}`,
    accessible: 'Colour-blind safe colours',
    more: 'Details',
    less: 'Hide details',
  },

  search: {
    label: 'Find a school',
    placeholder: 'School name or id',
    clear: 'Clear the search',
    none: (q: string) => `No school matches “${q}”. Check the spelling, or try part of the name.`,
    found: (n: number, total: string) =>
      `${total} ${plural(n, 'school', 'schools')} found. Use the arrow keys to choose.`,
    more: (n: string) => `${n} more match. Type more of the name.`,
    searching: 'Searching…',
    failed: 'The search did not work.',
    notPlaced: 'not on the map',
  },

  map: {
    label: 'Map of schools, coloured by status. The gap table holds the same figures as text.',
    loading: 'Loading the map…',
    failed:
      'The map could not be loaded completely. What you see may be out of date or missing schools.',
    noWebgl:
      'This browser cannot draw the map (WebGL is not available). The gap table shows the figures by area.',
    toGaps: 'Open the gap table',
    libraryFailed: 'The map could not be loaded. The line may be bad.',
    paused: 'Live updates paused, reconnecting…',
    zoomIn: 'Zoom in',
    zoomOut: 'Zoom out',
    holdCtrl: 'Hold Ctrl and scroll to zoom the map',
    holdCommand: 'Hold ⌘ and scroll to zoom the map',
    twoFingers: 'Use two fingers to move the map',
    cell: (n: string) => `${n} schools here. Click to zoom in.`,
    credit: 'Land and borders: Natural Earth',
    whole: 'Whole country',
  },

  school: {
    label: 'School',
    close: 'Close the school',
    loading: 'Loading the school…',
    missing: 'This school is not known here. The link may be old.',
    failed: 'The school could not be loaded.',
    received: 'Measurement received a moment ago',
    students: (n: string) => `${n} students`,
    lastTest: (ago: string) => `Last test ${ago}`,
    noTest: 'No test has arrived from this school yet.',
    noTestNext: 'Enrol a probe to start measuring.',
    latest: 'Newest test',
    latestOk: (down: string, up: string | null, rtt: string | null) =>
      [`${down} down`, up ? `${up} up` : null, rtt ? `${rtt} latency` : null]
        .filter(Boolean)
        .join(', '),
    latestFailed: (stage: string) => `The test failed: ${stage}.`,
    invalid: (reason: string) => `Not counted: ${reason}.`,
    offHours: 'Outside school hours.',
    zone: (zone: string) => `Times are in ${zone}.`,
    download: 'Download',
    upload: 'Upload',
    latency: 'Latency',
    median: (days: number) => `Medians of ${days} days`,
    noValue: '–',
    ids: 'Identifiers',
    declared: {
      yes: 'The school list says: connected.',
      no: 'The school list says: not connected.',
      unknown: 'The school list does not say whether it is connected.',
    },
    notPlaced: (why: string | null) => (why ? `Not on the map: ${why}.` : 'Not on the map.'),
    showOnMap: 'Show on the map',
    expand: 'Show more of the panel',
    shrink: 'Show more of the map',
  },

  locationProblems: {
    coordinate_missing: 'the school list gives no position',
    coordinate_lost: 'the school list gives a coordinate of exactly 0, which was lost on its way',
    coordinate_out_of_range: 'the school list gives a position that is not on Earth',
    coordinate_not_a_number: 'the position in the school list cannot be read',
    outside_country: 'the position in the school list lies outside the country',
  } as Record<string, string>,

  schemes: {
    giga: 'Giga',
    government: 'Ministry',
    osm: 'OpenStreetMap',
    import: 'In the list',
  } as Record<string, string>,

  evidence: {
    tests: (count: string, n: number) => `${count} ${plural(n, 'test', 'tests')}`,
    measured: (name: string, median: string, tests: string, days: number) =>
      `${name}: median ${median} over ${tests} in ${days} days`,
    short: (measured: string, why: string) => `${measured}, but ${why}.`,
    target: (target: string) => `target ${target}`,
    between: (floor: string, target: string) =>
      `above the floor of ${floor}, below the target of ${target}`,
    below: (floor: string, target: string) => `below the floor of ${floor}; target ${target}`,
    onlyFailed: (name: string, tests: string, days: number) =>
      `${name}: ${tests} failed in ${days} days and none succeeded.`,
    connectedUnmeasured: (name: string, days: number) =>
      `${name}: the school list says it is connected, but no valid test has arrived in ${days} days.`,
    notConnected: (name: string) =>
      `${name}: the school list says so, and nothing has been measured.`,
    unknown: (name: string) =>
      `${name}: nothing has been measured, and the school list does not say whether it is connected.`,
    stale: 'The probe has been silent lately, so this verdict is getting old.',
    offHoursOnly: 'All tests were made outside school hours, when the line is less busy.',
    alsoFailed: (count: string, n: number) => `${count} more ${plural(n, 'test', 'tests')} failed.`,
  },

  chart: {
    title: (days: number) => `Download tests, ${days} days`,
    label: (tests: string, failed: string) =>
      `Chart of download speed: ${tests} tests, ${failed} failed.`,
    target: (mbps: string) => `target ${mbps}`,
    floor: (mbps: string) => `floor ${mbps}`,
    key: {
      test: 'test',
      off: 'outside school hours, or not counted',
      median: 'median of the day',
      failed: 'failed test',
      none: 'no data',
    },
    empty: (days: number) => `No tests in the last ${days} days.`,
    failed: 'The chart could not be loaded.',
    truncated: 'Only the newest tests are drawn; the daily medians count all.',
    unit: 'Mbps',
    point: (when: string, value: string) => `${when}: ${value}`,
    pointFailed: (when: string, stage: string) => `${when}: failed, ${stage}`,
    hover: 'Point at a test to read its value.',
  },

  presence,
  path,
  pages,

  infrastructure: {
    title: 'Infrastructure nearby',
    straight: 'Straight-line distances; what is planned is named where it would be nearer.',
    kinds: {
      fibre_node: 'Fibre node',
      fibre_line: 'Fibre line',
      microwave_node: 'Microwave node',
      cell_site: 'Mobile mast',
      coverage: 'Mobile coverage',
      grid_line: 'Electricity line',
    } as Record<InfrastructureKind, string>,
    ofGeneration: {
      cell_site: (generation: string) => `${generation} mast`,
      coverage: (generation: string) => `${generation} coverage`,
    },
    plural: {
      fibre_node: 'Fibre nodes',
      fibre_line: 'Fibre lines',
      microwave_node: 'Microwave nodes',
      cell_site: 'Mobile masts',
      coverage: 'Mobile coverage',
      grid_line: 'Electricity lines',
    } as Record<InfrastructureKind, string>,
    planned: (what: string) => `${what}, planned`,
    building: (what: string) => `${what}, being built`,
    inside: 'inside',
    away: (distance: string) => `${distance} away`,
    unnamed: 'no name stated',
    notStated: 'not stated whether in use',
    inRange: (range: string) => `within its stated range of ${range}`,
    outOfRange: (range: string) => `beyond its stated range of ${range}`,
    origin: ([first, ...others]: string[], source: string, date: string, licence: string) => {
      const kinds = [first, ...others.map((kind) => kind.toLowerCase())].join(', ');
      return `${kinds}: ${source}, ${date} (${licence}).`;
    },
    onMap: 'Infrastructure on the map',
    plannedDashed: 'Dashed or hollow: planned or being built.',
    overlapping: 'Darker: covered more than once.',
    failed: 'What infrastructure is known could not be loaded.',
  },

  probes: {
    title: 'Probes',
    none: 'No probe is installed at this school.',
    vantage: {
      device: 'On a device',
      router: 'On the router',
      isp: 'At the provider',
      browser: 'In a browser',
    } as Record<string, string>,
    invented: 'invented',
    lastReport: (ago: string) => `last report ${ago}`,
    neverReported: 'has never reported',
    revoked: (when: string) => `revoked ${when}`,
    version: (v: string) => `version ${v}`,
    enrol: 'Enrol a probe',
    logInToEnrol: 'Log in to enrol a probe',
    enrolTitle: 'Enrol a probe at this school',
    enrolIntro: 'On the device at the school, scan this code or run this command.',
    code: 'One-time code',
    expires: (when: string, ago: string) => `Valid until ${when} (${ago}).`,
    expired: 'This code has expired. Make a new one.',
    command: 'Command',
    copy: 'Copy the command',
    copied: 'Copied',
    copyFailed: 'Could not copy. Select the command and copy it by hand.',
    qr: 'QR code with the enrolment code',
    newCode: 'Make a new code',
    revoke: 'Revoke',
    revokeAsk: 'Revoke this probe? It will not be able to report again.',
    revokeYes: 'Yes, revoke it',
    revokeNo: 'Keep it',
    working: 'Working…',
  },

  gaps: {
    title: (country: string) => `Gaps in ${country}`,
    intro: (target: string, days: number) =>
      `How many schools meet ${target}, by area, measured over the last ${days} days. Schools of which nothing is known have a column of their own and are always counted.`,
    level: 'Areas of level',
    levelName: (level: number, areas: number) => `${levels[level] ?? `Level ${level}`} (${areas})`,
    loading: 'Loading the gap table…',
    failed: 'The gap table could not be loaded.',
    empty: 'There are no schools to show yet.',
    noAreas: 'No areas have been imported for this country, so schools cannot be grouped.',
    asOf: (when: string) => `As of ${when}`,
    noArea: 'In no area',
    noAreaWhy: 'position unknown, or outside every area',
    total: 'Total',
    csv: 'Download as CSV',
    html: 'Report to print',
    share: 'of measured',
    caption: (country: string) => `Schools of ${country} by area and status`,
    sortBy: (column: string) => `Sort by ${column}`,
    showArea: (name: string) => `Show ${name} on the map`,
    columns: {
      area: 'Area',
      schools: 'Schools',
      connected: 'Connected',
      measured: 'Measured',
      meeting: 'Meet the benchmark',
      below: 'Below it',
      not_connected: 'Not connected',
      unknown: 'Unknown',
      students: 'Students, where known',
    },
  },

  login: {
    title: 'Log in',
    intro:
      'Staff log in to take in school lists, to enrol probes and to correct what a list says. The map and the gap table are open to all.',
    name: 'Name',
    password: 'Password',
    submit: 'Log in',
    working: 'Logging in…',
    wrong: 'The name or the password is not right.',
    already: (login: string, role: string) => `You are logged in as ${login} (${role}).`,
    goOn: 'Go on',
  },

  area: {
    shown: (name: string) => `Showing ${name}`,
    clear: 'Show the whole country',
  },
};
