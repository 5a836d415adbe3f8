// The words of measuring in the browser, in English. Part of the words in en.ts.

export const measure = {
  measure: {
    title: 'Measure here, in this browser',
    intro:
      'For a phone, a Chromebook or a PC with nothing installed. Be on the school’s own network, and let nobody else load it for half a minute.',
    whichSchool: 'Which school are you at?',
    otherSchool: 'Another school',
    schoolFailed: 'The school could not be loaded.',
    how: 'How much may it use?',
    small: 'Short',
    smallCost: 'at most 40 MB',
    whole: 'Whole',
    wholeCost: '20 seconds; about 2.5 MB for each Mbps of the line',
    start: 'Measure now',
    again: 'Measure again',
    stop: 'Stop',
    looking: 'Looking for the measurement server…',
    download: 'Download',
    upload: 'Upload',
    roundTrip: 'Round trip',
    running: { download: 'Measuring the download…', upload: 'Measuring the upload…' },
    saving: 'Storing the result…',
    stored: (school: string) =>
      `Stored for ${school}. It is shown as measured in a browser, and never mixed with what probes measure.`,
    storedInvalid: (why: string) => `Stored, but it counts in no average: ${why}.`,
    waiting:
      'Not stored yet: the line broke off. It is kept on this device and goes out when the line is back; keep this page or open it again.',
    refused: (why: string) => `The server did not take the result: ${why}`,
    meets: (target: string) => `Meets the target of ${target} for this school.`,
    below: (target: string) => `Below the target of ${target} for this school.`,
    toSchool: 'See the school',
    failures: {
      no_server: 'The measurement server could not be found. Check the connection, then try again.',
      busy_or_blocked:
        'The measurement server did not let this browser in. It may be busy: try again in half a minute. If that does not help, something on this network blocks it.',
      broke: 'The connection broke off during the test.',
      nothing: 'Nothing arrived during the test. Check the connection, then try again.',
      stopped: 'Stopped. Nothing was stored.',
    },
    onlyBrowsers: 'Measured by visitors in a browser; no probe measures here.',
    byBrowser: (ago: string) => `By a visitor in a browser, ${ago}:`,
    link: 'Measure here in this browser',
  },
};
